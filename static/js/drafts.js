// What is typed into a form is kept here, sealed, until it has been saved: after leaving, a reload, a crash, the end of a session.
// It is offered when the form is opened again, never put in unasked, and only to the account it was typed by.
//
// A draft lies under [account, "draft <form> <id>"]: the form's address as a digest, and an id that goes along when the form is
// sent. The server says by a cookie which one it has kept. Nothing of what was typed is in the open.
import { addHidden, content, fillIn } from "./filling.js";
import { freshId } from "./forms.js";
import { all, get, keys, put, remove, under } from "../sw/db.js";
import { hex, open, seal } from "../sw/seal.js";

const day = 86400000;
const { account, staff } = document.body.dataset;
// A computer of a team is many people's: there nothing lies longer than a day's work, nor beside another's.
// A form may say how long its own are kept: what somebody told is not long on another's device.
const lasts = (row) => row.lasts || (row.staff ? day / 2 : 7 * day);
const states = new Map();

const drafts = (place = "") => under(account, `draft ${place}`);

// What was saved needs no draft, what is old goes, and what a team's computer has of others.
async function tidy() {
  const saved = /(?:^|; )kept=([\da-f-]+)/.exec(document.cookie)?.[1];
  for (const key of await keys("kept")) {
    const [whose, name] = key;
    if (!name.startsWith("draft ")) continue;
    const row = await get("kept", key);
    const others = row.staff && account && whose !== account;
    if (others || name.endsWith(` ${saved}`) || Date.now() - row.at > lasts(row)) await remove("kept", key);
  }
  if (saved) document.cookie = "kept=; path=/; max-age=0; secure; samesite=strict";
}

const tidied = tidy().catch(() => {});

const isTyped = (input) => input.name && !["hidden", "file", "submit", "button"].includes(input.type);

const isDrafted = (form) =>
  account && form.elements.draft && !form.querySelector("[type=password], [autocomplete=one-time-code]") && Array.from(form.elements).some(isTyped);

// Where the form goes says whose and what it is.
async function placeOf(form) {
  const { pathname } = new URL(form.action);
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(pathname));
  return hex(digest.slice(0, 12));
}

const keyOf = (form, { place }) => [account, `draft ${place} ${form.elements.draft.value}`];

// Writes down what stands in a form now, one after another: no letter waits for longer than the one before it is written.
async function keep(form) {
  const state = states.get(form);
  if (!state) return;
  state.again = true;
  if (state.busy) return;
  state.busy = true;
  await null; // a form that is filled in by the page is read once all of it is there: whoever leaves meanwhile would find half of it
  while (state.again) {
    state.again = false;
    await write(form, state);
  }
  state.busy = false;
}

// What a form was opened with is nothing to keep.
async function write(form, state) {
  const said = content(form);
  if (said === state.said) return;
  state.said = said;
  try {
    state.place ||= await placeOf(form);
    form.elements.draft.value ||= freshId();
    const key = keyOf(form, state);
    if (said === state.first) await remove("kept", key);
    else await put("kept", { ...(await seal(account, said)), at: Date.now(), staff: staff !== undefined, lasts: form.dataset.lasts, of: form.elements["outbox-of"]?.value }, key);
    state.lost = false;
  } catch {
    state.lost = said !== state.first;
  }
}

async function offer(form, state) {
  await tidied;
  state.place = await placeOf(form);
  const [names, rows] = [await keys("kept", drafts(state.place)), await all("kept", drafts(state.place))];
  const newest = names.map(([, name], n) => ({ name, row: rows[n] })).sort((one, other) => other.row.at - one.row.at);
  const next = newest.find(({ name }) => !name.endsWith(` ${form.elements.draft.value}`));
  if (!next) return;
  const { name, row } = next;
  const gone = () => remove("kept", [account, name]);
  const said = await open(account, row).catch(gone);
  if (!said) return;
  const box = document.getElementById("draft-offer").content.firstElementChild.cloneNode(true);
  form.prepend(box);
  box.addEventListener("click", async ({ target }) => {
    const button = target.closest("[data-draft]");
    if (!button) return;
    box.remove();
    if (button.dataset.draft === "back") return putBack(form, state, name, row, said);
    await gone();
    await offer(form, state);
    form.closest("main").focus();
  });
}

function putBack(form, state, name, { of }, said) {
  form.elements.draft.value = name.split(" ")[2];
  // Other words for what was refused and is still listed: sent as something new, the old would stay.
  if (of && !form.elements["outbox-of"]) addHidden(form, "outbox-of", of);
  state.said = said;
  const missing = fillIn(form, said);
  form.querySelector("textarea, input:not([type=hidden])")?.focus();
  // A form that grows, as rows are added to it, is drawn by the server with all of them.
  const grow = missing.length && form.querySelector("[formaction]");
  if (!grow) return;
  const values = new URLSearchParams(said);
  for (const each of missing) addHidden(form, each, values.get(each));
  form.requestSubmit(grow);
}

// What came back with a mistake in it is there again when the page is loaded anew, or gone back to after all was put right.
function returned(form, state) {
  state.first = null;
  keep(form);
  if (!("answer" in document.body.dataset)) return;
  history.replaceState(history.state, "", location.href);
  delete document.body.dataset.answer;
}

const others = (form) => Array.from(document.forms).filter((each) => each !== form && isDrafted(each));

// Runs on every page, after all that fills fields in by itself.
export function watchForms() {
  for (const form of states.keys()) if (!form.isConnected) states.delete(form);
  for (const form of document.forms) {
    if (states.has(form) || !isDrafted(form)) continue;
    const said = content(form);
    const state = { first: said, said };
    states.set(form, state);
    // Every form of an answer bears the id of the one that was sent.
    if (others(form).length && new URL(form.action).pathname !== location.pathname) form.elements.draft.value = "";
    if (form.elements.draft.value || form.querySelector(".error-summary, [aria-invalid]")) {
      state.said = null;
      returned(form, state);
    } else {
      offer(form, state).catch(() => {});
    }
  }
}

for (const type of ["input", "change"]) document.addEventListener(type, ({ target }) => isTyped(target) && keep(target.form));
window.addEventListener("submit", ({ target }) => keep(target), true);

// Saved as it is typed: nothing else is to be kept.
document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
  const { form } = ctx.request;
  const state = states.get(form);
  if (!state || !("autosave" in form.dataset) || !ctx.response || ctx.response.status >= 300) return;
  state.first = content(form);
  state.said = null;
  keep(form);
});

// Only where what was typed could not be kept here does leaving lose it.
addEventListener("beforeunload", (event) => {
  if ([...states.values()].some(({ lost }) => lost)) event.preventDefault();
});

// A page that the browser kept: what has been saved since stands in it no longer as something new.
export async function lookAgain() {
  await tidy();
  for (const [form, state] of states) {
    if (state.place && content(form) !== state.first && !(await get("kept", keyOf(form, state)))) state.first = content(form);
  }
}

export const isDirty = () => [...states].some(([form, { first }]) => content(form) !== first);

export const hasDrafts = async () => account && ((await keys("kept", drafts()).catch(() => [])).length > 0 || isDirty());

export const forgetDrafts = () => remove("kept", drafts()).catch(() => {});
