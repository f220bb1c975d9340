// The sentences of the page for its script: `{name}` in one is filled in.
const there = document.getElementById("said").content;

export function said(name, values = {}) {
  const text = there.querySelector(`[data-said="${name}"]`)?.textContent ?? "";
  return text.replace(/\{(\w+)\}/g, (whole, one) => values[one] ?? whole);
}
