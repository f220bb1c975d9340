// Runs `part` on the page now, and again whenever htmx has put something into it. A part leaves what it has done already alone.
export function onContent(part) {
  part();
  document.addEventListener("htmx:after:swap", part);
}

// Says something to everyone: seen on screen, read out by screen readers. Empty text takes it away. `more` stands after it: a link.
export function announce(text, more = "") {
  document.getElementById("announce")?.replaceChildren(...(text ? [text, " ", more] : []));
}

// A sentence of the page for its scripts.
export const words = (name) => document.getElementById("announce")?.dataset[name] || "";
