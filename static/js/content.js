// Runs `part` on the page now, and again whenever htmx has put something into it. A part leaves what it has done already alone.
export function onContent(part) {
  part();
  document.addEventListener("htmx:after:swap", part);
}

// Says something to everyone: seen on screen, read out by screen readers. Empty text takes it away.
export function announce(text) {
  const place = document.getElementById("announce");
  if (place) place.textContent = text;
}
