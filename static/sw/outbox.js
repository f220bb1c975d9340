// What waits on this phone to be sent. A row is plain about itself and sealed about everything in it:
//
//   row    {seq, account, at, state: "waiting" | "refused" | "sent", tried, attempts, rev, + the sealed entry}
//   entry  {id, url, title, unit, steps: [{id, kind: "log" | "change" | "remove", body}], moment, made, location, refusal, …}
//
// `id` is the form's, `url` where the form goes. Steps are sent one after another; `tried` says whether the first of them may have
// reached the server: until then it can be put right in place, afterwards a change is a step of its own. `moment` is when it was
// written, as the form says it; `made` what the server made of the last step ({kind, id, version}), `location` where it can be
// seen, `refusal` why it was not kept ({status, error, messages}); `print` knows the words again, `clock` and `asked` are how far off
// the phone's clock was known to be, and since when; `files` the photos and PDFs that go ahead of it ({id, size}, see files.js). What was sent stays for a day, without its words, for whoever had it open to
// change it.
import { all, get, put, remove, within } from "./db.js";
import { dropFiles } from "./files.js";
import { hex, open, seal } from "./seal.js";

const day = 24 * 60 * 60 * 1000;
const few = 20;

// What an entry's own page lies under, for the forms that make something: it can be changed and taken out there.
const places = [
  [/\/diary\/now\/$/, "/diary/now/"],
  [/\/(diary\/(log\/[^/]+|note)|one-by-one\/[^/]{36})$/, "/diary/entries/"],
  [/\/(questions|agreed|hospital-stays|letters|decisions|spends)\/(add|told)$/, "/$1/"],
  [/\/health\/[a-z]+\/add$/, "/health/"],
  [/\/check-in$/, "/check-ins/"],
  [/\/(about-me|ways)\/[a-z]+\/$/, "/about-me/answers/"],
];

function placeOf(entry) {
  const path = entry.url.split("?")[0];
  const [form, place] = places.find(([form]) => form.test(path)) || [];
  return form && path.replace(form, place);
}

// Where a step is sent. A form that changes what is there is changed again by itself.
export function addressOf(entry, { kind }) {
  return kind === "log" || !placeOf(entry) ? entry.url : `${placeOf(entry)}${entry.made.id}/${kind}`;
}

// Whether the entry can be taken out though the server may have it already.
export const removable = (entry) => Boolean(placeOf(entry));

// Keeps a form. When this comes back it is on the disk.
export async function add(account, { body, ...said }) {
  const entry = { ...said, steps: [{ id: said.id, kind: "log", body }], moment: momentOf(body) };
  const row = { account, at: Date.now(), state: "waiting", tried: false, attempts: 0, rev: 0 };
  await put("outbox", { ...row, ...(await seal(account, entry)) });
  await changed();
}

// Reads an entry, lets `work(entry, row)` change it, and writes it back if nobody else did meanwhile; else once more from the start.
// `work` gives the plain columns that are different now, or null for an entry that goes. Gives the entry as it is now.
export async function edit(seq, work, say = changed) {
  for (;;) {
    const row = await get("outbox", seq);
    if (!row) return null;
    const entry = await open(row.account, row);
    const plain = work(entry, row);
    const next = plain && { ...row, ...plain, rev: row.rev + 1, ...(await seal(row.account, entry)) };
    if (await swap(row, next)) {
      await say();
      return entry;
    }
  }
}

async function swap(row, next) {
  const there = await within("outbox", "readwrite", (store) => {
    const request = store.get(row.seq);
    request.onsuccess = () => {
      if (request.result?.rev === row.rev) next ? store.put(next) : store.delete(row.seq);
    };
    return request;
  });
  return there?.rev === row.rev;
}

const rows = (account) => within("outbox", "readonly", (store) => store.index("account").getAll(account));

// All of an account's entries with their rows' columns, in the order of writing. What cannot be opened any more is left out.
async function everything(account) {
  const opened = (await rows(account)).map(async ({ iv, data, ...row }) => ({ ...row, ...(await open(account, { iv, data })) }));
  return (await Promise.allSettled(opened)).filter(({ value }) => value).map(({ value }) => value);
}

export const find = async (account, id) => (await everything(account)).find((entry) => entry.id === id);

// What is shown as not sent: waiting and refused.
export const list = async (account) => (await everything(account)).filter(({ state }) => state !== "sent");

export async function count(account) {
  const states = (await rows(account)).map(({ state }) => state);
  const those = (state) => states.filter((each) => each === state).length;
  return { waiting: those("waiting"), refused: those("refused") };
}

// The numbers of what is to be sent, of one account or of all.
export async function waiting(account) {
  const found = account ? await rows(account) : await all("outbox");
  return found.filter(({ state }) => state === "waiting").map(({ seq }) => seq);
}

// Of a form that the server may have: other files for it cannot follow it there.
export const late = new DOMException("late", "late");

// Puts other words into an entry. The last words win, and what the server has keeps its history. Throws `late`.
export async function change(account, id, body, files = []) {
  const found = await find(account, id);
  if (!found) return null;
  return edit(found.seq, (entry, row) => {
    // What our server has refused it has not kept.
    const untried = !row.tried || row.state === "refused";
    const [first] = entry.steps;
    const inPlace = untried && first && first.kind !== "remove";
    if (!inPlace && (files.length || (entry.files?.length && !placeOf(entry)))) throw late;
    // Files that came with the first words go with the next, where no others were chosen.
    if (files.length) entry.files = [...(entry.files || []), ...files];
    const words = withFiles(carried(entry.moment, body), files.length || /(^|&)upload=/.test(body) ? files : entry.files);
    if (inPlace) entry.steps = [{ ...first, body: words }];
    else entry.steps = [...(row.tried ? entry.steps.slice(0, 1) : []), { id: newId(), kind: "change", body: words }];
    entry.moment = momentOf(words);
    entry.refusal = null;
    return { state: "waiting", tried: row.tried && !untried };
  });
}

// Takes an entry out: off this phone where the server cannot have it, or has refused it; else by a step of its own.
export async function drop(account, id) {
  const found = await find(account, id);
  if (!found) return null;
  if (found.state === "refused" || !found.tried) await dropFiles(account, found.files);
  return edit(found.seq, (entry, row) => {
    // It went out while the page still showed it as waiting: what the record has is taken out there, not from here.
    if (row.state === "sent") return {};
    if (row.state === "refused" || (!row.tried && !entry.made)) return null;
    entry.steps = row.tried ? entry.steps.slice(0, 1) : [];
    if (removable(entry)) entry.steps.push({ id: newId(), kind: "remove", body: "" });
    return { state: entry.steps.length ? "waiting" : "sent" };
  });
}

// The version that a form goes on from: what was sent from this phone meanwhile, by the same hand about the same thing, follows it.
export async function follow({ account, url }, version) {
  const sent = (await everything(account)).filter(({ state, made }) => state === "sent" && made?.id && url.includes(made.id));
  return sent.reduce((now, { made }) => (made.from === now && made.version ? String(made.version) : now), version);
}

// Tries once more what was refused, as it stands.
export async function again(account, id) {
  const found = await find(account, id);
  return found && edit(found.seq, (entry) => ((entry.refusal = null), { state: "waiting" }));
}

// What was sent is let go after a day, and when more has been sent since.
export async function tidy() {
  const sent = (await all("outbox")).filter(({ state }) => state === "sent");
  const old = sent.filter(({ at }, place) => place < sent.length - few || !(Math.abs(Date.now() - at) < day));
  await Promise.all(old.map(({ seq }) => remove("outbox", seq)));
}

export const withFiles = (body, files = []) => [body, ...files.map(({ id }) => `upload=${id}`)].filter(Boolean).join("&");

const parts = ["", "-wall", "-zone"];

// The fields of a body that say when it was: <name>, <name>-wall, <name>-zone.
function momentOf(body) {
  const form = new URLSearchParams(body);
  const names = [...form.keys()].filter((name) => name.endsWith("-wall")).map((name) => name.slice(0, -5));
  return new URLSearchParams(names.flatMap((name) => parts.map((part) => [name + part, form.get(name + part) || ""]))).toString();
}

// The moment of writing stays that of the first words, unless another moment was chosen.
function carried(moment, body) {
  const [before, after] = [new URLSearchParams(moment), new URLSearchParams(body)];
  for (const [name, value] of before) {
    const when = name.slice(0, -5);
    if (/-(wall|zone)$/.test(name) && before.get(when) === after.get(when)) after.set(name, value);
  }
  return after.toString();
}

export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  return dashed(hex(bytes));
}

// An id in the one spelling it has in addresses and on the server.
export const dashed = (id) => id.toLowerCase().replace(/-/g, "").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");

// Tells every page that what waits is not what it was.
export const changed = () => tell({ type: "changed" });

export async function tell(message) {
  for (const page of await self.clients.matchAll({ includeUncontrolled: true })) page.postMessage(message);
}
