// Words that are tapped go into the box at once, and those that are still as they were come out again. Without this the ticks are sent
// with the form and the server does the same when it saves.
const box = (tap) => document.getElementById(tap.dataset.taps);
const words = (tap) => tap.labels[0].textContent.trim() + tap.dataset.ends;
// Names stand between commas, and each is a whole: Ann is not in Anna.
const names = (text) => text.split(",").map((name) => name.trim()).filter(Boolean);
const holds = (tap) => (tap.dataset.ends ? box(tap).value.includes(words(tap)) : names(box(tap).value).includes(words(tap)));

export function taps() {
  for (const tap of document.querySelectorAll("input[data-taps][name]")) {
    const were = tap.form.elements[`${tap.name}_were`];
    if (were) were.value = "";
    tap.removeAttribute("name");
    tap.checked = holds(tap);
  }
}

document.addEventListener("change", ({ target }) => {
  if (!target.dataset?.taps) return;
  const into = box(target);
  const these = words(target);
  const [before, ...after] = into.value.split(these);
  const there = holds(target);
  if (target.checked && !there) into.value = [into.value.trim(), these].filter(Boolean).join(target.dataset.ends ? " " : ", ");
  else if (!target.checked && there && target.dataset.ends) into.value = [before.trim(), after.join(these).trim()].filter(Boolean).join(" ");
  else if (!target.checked && there) into.value = names(into.value).filter((name) => name !== these).join(", ");
  into.dispatchEvent(new Event("input", { bubbles: true }));
});
