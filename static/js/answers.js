// What is said when something could not be sent. Which answers are swapped into the page is set in layouts/base.html.
//
// Without a session nothing is lost: the page stays, somebody signs in beside it, and what was pressed is sent then, as it was.
import { announce, words } from "./content.js";
import { whoIsHere } from "./session.js";

const swapped = [409, 422];
const account = () => document.body.dataset.account;
let waits;

// Sends once more what could not be sent: the form as it stands, with its own id.
function again({ request: { form, submitter }, sourceEvent }) {
  if (!form?.isConnected) return;
  if (sourceEvent?.type === "submit") form.requestSubmit(submitter);
  else form.dispatchEvent(new Event("change", { bubbles: true }));
}

function signIn(href) {
  const link = Object.assign(document.createElement("a"), { href, target: "_blank", textContent: words("signIn") });
  announce(words("signedOut"), link);
}

document.addEventListener("htmx:response:error", async ({ detail: { ctx } }) => {
  const { status, headers } = ctx.response;
  if (swapped.includes(status)) return;
  if (status === 401) {
    // Once: to press the link leaves a field, which may send again, and the link must not go meanwhile.
    if (!waits) signIn(headers.get("Sign-In") || "/sign-in");
    waits = ctx;
    return;
  }
  // Signed in anew on another page: its token is another one now.
  const token = document.querySelector("[name=csrf_token]")?.value;
  const stale = status === 400 && (await whoIsHere().catch(() => {})) === account();
  if (stale && token !== document.querySelector("[name=csrf_token]").value) return again(ctx);
  announce(words("failed"));
});

async function back() {
  if (document.hidden || !waits || (await whoIsHere().catch(() => {})) !== account()) return;
  announce("");
  const ctx = waits;
  waits = null;
  again(ctx);
}

document.addEventListener("visibilitychange", back);
addEventListener("focus", back);
document.addEventListener("htmx:error", () => announce(words("failed")));
document.addEventListener("htmx:before:request", () => waits || announce(""));
