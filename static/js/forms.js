// What happens when a form is sent: once, and never twice by accident.
//
// Every form carries a form_id. The server answers the same id with the same answer, so a second press or a retry after a lost
// answer saves nothing twice. New words need a new id: after an edit that follows sending, and on a page the browser kept.
import { hex } from "../sw/seal.js";

const sent = new WeakSet();
const busy = new WeakMap();
// A page that is still here after this long was not left (a download, a stopped load): let the button be pressed again.
const patience = 10000;

export function freshId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  return hex(bytes);
}

function renew(root) {
  for (const input of root.querySelectorAll("input[name=form_id]")) input.value = freshId();
}

function hold(form, button) {
  sent.add(form);
  release(form);
  button?.setAttribute("aria-disabled", "true");
  busy.set(form, { button, timer: setTimeout(() => release(form), patience) });
}

function release(form) {
  const held = busy.get(form);
  if (!held) return;
  clearTimeout(held.timer);
  held.button?.removeAttribute("aria-disabled");
  busy.delete(form);
}

// First of all listeners, before htmx: a form on its way is not sent again.
window.addEventListener(
  "submit",
  (event) => {
    if (!busy.has(event.target)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  },
  true,
);

// Last of all listeners: what nobody has taken over is sent by the browser itself.
window.addEventListener("submit", (event) => {
  if (!event.defaultPrevented) hold(event.target, event.submitter);
});

document.addEventListener("htmx:before:request", (event) => {
  const { form, submitter } = event.detail.ctx.request;
  if (!form) return;
  // Saving while someone types must not stand in the way of their pressing the button.
  if (event.detail.ctx.sourceEvent?.type === "submit") hold(form, submitter);
  else sent.add(form);
});

document.addEventListener("htmx:finally:request", (event) => {
  const { form } = event.detail.ctx.request;
  if (form) release(form);
});

document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (!form || !sent.has(form)) return;
  sent.delete(form);
  renew(form);
});

window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  renew(document);
  for (const form of document.forms) release(form);
});
