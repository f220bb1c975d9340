// The sentences of the page for its script: `{name}` in one is filled in.
const there = document.getElementById("said").content;

export function said(name, values = {}) {
  const text = [...there.querySelectorAll("[data-said]")].find((one) => one.dataset.said === name)?.textContent ?? "";
  return text.replace(/\{(\w+)\}/g, (whole, one) => values[one] ?? whole);
}
