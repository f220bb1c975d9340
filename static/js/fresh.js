// A page shows what was so when it was loaded. Come back to after an hour, on another day, by the browser's own way back, or by
// tapping a notice, it is loaded anew, unless somebody has typed something into it.
import { isDirty, lookAgain } from "./drafts.js";
import { whoIsHere } from "./session.js";

const hour = 3600000;
const since = Date.now();
const today = new Date().toDateString();

async function refresh() {
  // What was an answer to a form stays: to load it is to send the form again.
  if (isDirty() || "answer" in document.body.dataset) return;
  // And what cannot be reached stays as it was.
  if (await whoIsHere().then(() => true, () => false)) location.reload();
}

addEventListener("pageshow", ({ persisted }) => persisted && lookAgain().catch(() => {}).then(refresh));
document.addEventListener("visibilitychange", () => {
  if (!document.hidden && (Date.now() - since > hour || new Date().toDateString() !== today)) refresh();
});
navigator.serviceWorker?.addEventListener("message", ({ data }) => data?.type === "look" && refresh());
