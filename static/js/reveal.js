// Shows a part only while the radio, tick or list it belongs to has one of its values.
function update(part) {
  const scope = part.closest("form") || document;
  const values = part.dataset.revealValues.split(",");
  const name = `[name="${CSS.escape(part.dataset.reveal)}"]`;
  const chosen = scope.querySelectorAll(`${name}:checked, select${name}`);
  part.hidden = !Array.from(chosen).some((input) => values.includes(input.value));
}

export function reveal() {
  document.querySelectorAll("[data-reveal]").forEach(update);
}

document.addEventListener("change", (event) => {
  const { name, form } = event.target;
  if (name) (form || document).querySelectorAll(`[data-reveal="${CSS.escape(name)}"]`).forEach(update);
});
