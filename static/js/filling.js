// What stands in a form, as text, and a form filled in with it again.
const apart = /^(csrf_token|draft|outbox.*)$/;

export const content = (form) => new URLSearchParams([...new FormData(form)].filter(([name, value]) => typeof value === "string" && !apart.test(name))).toString();

export const addHidden = (form, name, value) => form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));

// Puts values into the fields of a form. `leave` says whose names are left as they are. Gives the names that it has no field for.
export function fillIn(form, text, leave = apart) {
  const said = new URLSearchParams(text);
  const missing = new Set(said.keys());
  const next = {};
  // What was ticked as the page was drawn, and left so, was not chosen: how it stands on the page by now stays.
  const left = (name) => said.has(`${name}_was`) && said.get(name) === said.get(`${name}_was`);
  for (const input of form.elements) {
    const { name, type, value } = input;
    if (!name || ["button", "submit", "file"].includes(type)) continue;
    missing.delete(name);
    if (leave.test(name) || left(name.replace(/_was$/, ""))) continue;
    const values = said.getAll(name);
    if (type === "radio" || type === "checkbox") {
      input.checked = values.includes(value);
    } else if (values.length) {
      next[name] = (next[name] ?? -1) + 1;
      input.value = values[Math.min(next[name], values.length - 1)];
      const more = input.closest("details");
      if (more && input.value && type !== "hidden") more.open = true;
    }
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }
  return [...missing].filter((name) => !apart.test(name));
}
