// What is said when something could not be sent. Which answers are swapped into the page is set in layouts/base.html.
import { announce } from "./content.js";

const swapped = [409, 422];

function words(name) {
  return document.getElementById("announce")?.dataset[name] || "";
}

document.addEventListener("htmx:response:error", (event) => {
  const { status } = event.detail.ctx.response;
  if (swapped.includes(status)) return;
  announce(words(status === 401 ? "signedOut" : "failed"));
});

document.addEventListener("htmx:error", () => announce(words("failed")));
document.addEventListener("htmx:before:request", () => announce(""));
