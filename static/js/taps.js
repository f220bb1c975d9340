// Sentences that are tapped go into the box at once, and those that are still as they were come out again. Without this, and of
// names, the ticks are sent with the form and the server does the same when it saves.
const box = (tap) => document.getElementById(tap.dataset.taps);
const words = (tap) => tap.labels[0].textContent.trim() + tap.dataset.ends;

export function taps() {
  for (const tap of document.querySelectorAll("input[data-taps][name]")) {
    const were = tap.form.elements[`${tap.name}_were`];
    if (were) were.value = "";
    tap.removeAttribute("name");
    tap.checked = box(tap).value.includes(words(tap));
  }
}

document.addEventListener("change", ({ target }) => {
  if (!target.dataset?.taps) return;
  const into = box(target);
  const these = words(target);
  const [before, ...after] = into.value.split(these);
  if (target.checked === after.length > 0) return;
  const parts = target.checked ? [into.value, these] : [before, after.join(these)];
  into.value = parts.map((part) => part.trim()).filter(Boolean).join(" ");
  into.dispatchEvent(new Event("input", { bubbles: true }));
});
