// Copy and print buttons. They are hidden in the page, because they do nothing without JavaScript.
import { announce } from "./content.js";

export function copyAndPrint() {
  for (const button of document.querySelectorAll("[data-copy], [data-print]")) button.hidden = false;
}

function select(target) {
  if (target.select) {
    target.select();
    return;
  }
  const range = document.createRange();
  range.selectNodeContents(target);
  const selection = getSelection();
  selection.removeAllRanges();
  selection.addRange(range);
}

async function copy(button) {
  const target = document.querySelector(button.dataset.copy);
  if (!target) return;
  try {
    await navigator.clipboard.writeText(target.value ?? target.innerText.trim());
    announce(button.dataset.copied || "");
  } catch {
    // Not allowed, or too old: the words stand selected, ready for the device's own Copy.
    select(target);
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-copy], [data-print]");
  if (!button) return;
  if (button.dataset.copy) copy(button);
  else print();
});
