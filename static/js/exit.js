// Quick exit: the link leaves without a way back, and so does Escape pressed three times in a row. Nothing of the page is seen
// meanwhile, however long the other site takes to answer.
const within = 2000;
let presses = [];

function leave({ href }) {
  document.title = "";
  document.documentElement.style.display = "none";
  location.replace(href);
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") {
    presses = [];
    return;
  }
  const now = Date.now();
  presses = presses.filter((at) => now - at < within).concat(now);
  const link = document.querySelector("[data-quick-exit]");
  if (link && presses.length >= 3) leave(link);
});

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("[data-quick-exit]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  leave(link);
});
