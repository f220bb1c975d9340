// Offers to put the app on the home screen: where the browser can do it by itself, its own question is kept until somebody
// presses the button; on iPhone and iPad the page says how. Who said no is not asked again on this browser.
const no = "install";
let question;

function saidNo() {
  try {
    return localStorage.getItem(no);
  } catch {
    return null; // no storage here: ask
  }
}

function draw() {
  const { standalone } = navigator; // only iPhone and iPad know it
  const here = standalone || matchMedia("(display-mode: standalone)").matches;
  const how = here ? "" : question ? "ask" : standalone === false && navigator.maxTouchPoints > 1 ? "share" : "";
  for (const card of document.querySelectorAll("[data-install]")) {
    const hint = "installUntilNo" in card.dataset;
    card.hidden = hint ? !how || saidNo() : how !== "ask";
    for (const part of card.querySelectorAll("[data-install-how]")) part.hidden = part.dataset.installHow !== how;
  }
}

addEventListener("beforeinstallprompt", (event) => {
  event.preventDefault();
  question = event;
  draw();
});

addEventListener("appinstalled", () => {
  question = null;
  draw();
});

document.addEventListener("click", async ({ target }) => {
  if (target.closest("[data-install-ask]") && question) {
    await question.prompt();
    question = null; // each can be asked once
  } else if (target.closest("[data-install-no]")) {
    try {
      localStorage.setItem(no, "no");
    } catch {
      // It is asked again on the next page, then.
    }
    target.closest("[data-install]").remove();
  } else {
    return;
  }
  draw();
  document.getElementById("main").focus();
});

draw();
