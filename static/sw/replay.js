// Sends what waits: in the order of writing, one at a time, under one lock, each time asking first who is signed in.
import { get, put } from "./db.js";
import { dropFiles, sendFiles } from "./files.js";
import { addressOf, changed, edit, follow, removable, tidy, waiting } from "./outbox.js";

export const patience = 8000;
const minute = 60000;
// How often the time for an answer is doubled on a slow line.
const doublings = 4;
// What the server has failed at so often it may go on failing at: from then on it holds nobody else up.
const enough = 10;

// Whether a run is under way.
export let sending = false;
let next;
let chain = Promise.resolve();

const locked = (work) => (navigator.locks ? navigator.locks.request("outbox", work) : (chain = chain.catch(() => {}).then(work)));

// Sends what can be sent. Whoever asks while another run is under way shares the one after it. Never throws.
// Gives why it stopped before the end: "later", "signed-out", or nothing.
export const drain = () =>
  (next ||= locked(() => {
    next = undefined;
    return run();
  }).catch(() => {
    next = undefined;
    return "later";
  }));

async function run() {
  const stopped = (await waiting()).length ? await sendAll().finally(() => (sending = false)) : null;
  if (stopped === "later") await wake().catch(() => {});
  if ((await get("meta", "stopped")) !== stopped) {
    await put("meta", stopped, "stopped");
    await changed();
  }
  await tidy();
  return stopped;
}

// Asks the browser, where it can, to start this worker when there is a signal again. Once: asking anew would wake it at once.
async function wake() {
  const { sync } = self.registration;
  if (sync && !(await sync.getTags()).includes("outbox")) await sync.register("outbox");
}

async function sendAll() {
  sending = true;
  if (await mustWait()) return "later";
  // Where this cannot be asked, nothing is tried. What the browser believes of being online is no help: it is wrong both ways.
  let session = (known() && (await early.session)) || (await whoIsHere());
  early = {}; // once
  if (!session) return "later";
  const { account } = session;
  if (!account) return "signed-out";
  let held = null;
  for (const seq of await waiting(account)) {
    for (let tries = 0; ; ) {
      const entry = await claim(seq);
      if (!entry) break;
      let answer = (await had(entry)) || (await send(seq, entry, session));
      if (answer.what === "stale") {
        session = await whoIsHere();
        if (session?.account === account) answer = await send(seq, entry, session);
      }
      if (answer.what === "other") continue;
      if (session?.account !== account || answer.what === "signed-out") return session ? "signed-out" : "later";
      if (answer.status === 500 && entry.attempts >= enough) {
        held = "later";
        break;
      }
      // It may have come too late to be heard: then it is asked for first, with more time. Not for ever: others wait behind it.
      if (answer.slow && ++tries < doublings) continue;
      if (answer.what === "later" || answer.what === "stale") return "later";
      await (answer.what === "done" ? sent : refused)(seq, entry, answer);
    }
  }
  return (await waiting()).length > (await waiting(account)).length ? "signed-out" : held;
}

// Counts that an entry is about to be tried, before it is. Nothing for one that has gone, or whose turn it is not.
async function claim(seq) {
  let row;
  const work = (entry, there) => {
    row = there.state === "waiting" && entry.steps.length > 0 && there;
    return row ? { attempts: row.attempts + 1 } : {};
  };
  // One that cannot be opened any more keeps nobody else from being sent.
  const entry = await edit(seq, work, () => {}).catch(() => null);
  return row && entry && { ...entry, account: row.account, at: row.at, attempts: row.attempts, tried: row.tried };
}

// Notes that the form itself goes out now: from here on the server may have it. False where other words took its place meanwhile, or
// it was taken out, while its files were on their way.
async function leaves(seq, step) {
  let same = false;
  const work = ({ steps: [first] }, { state }) => ((same = state === "waiting" && first?.id === step.id && first.body === step.body) ? { tried: true } : {});
  await edit(seq, work, () => {});
  return same;
}

// What may have arrived already is asked for before it is sent again: on a slow line that is the shorter way.
async function had({ tried, steps: [step] }) {
  if (!tried || step.kind === "remove") return null;
  const { status, said, ours } = await ask(`/phone/had/${step.id}`, { method: "GET" });
  return status === 200 && ours && said?.location ? { status, said, what: "done" } : null;
}

const sent = (seq, { steps: [step], account, files }, { said }) =>
  dropFiles(account, files).then(() =>
    edit(seq, (entry) => {
      const { kind, id, version, location } = said || {};
      entry.steps = entry.steps.filter((each) => each.id !== step.id);
      if (step.kind !== "remove") entry.made = { kind, id, version, from: new URLSearchParams(step.body).get("version") };
      entry.location = location;
      entry.files = undefined;
      return { state: entry.steps.length ? "waiting" : "sent", tried: false };
    }),
  );

const refused = (seq, _, { status, said }) =>
  edit(seq, (entry) => {
    entry.refusal = { status, error: said?.error, messages: said?.messages || [] };
    return { state: "refused" };
  });

// The page that somebody waits for who sent the form `id`: it came with the answer, and is shown once (draw.js).
export const coming = {};

// Asked as somebody begins to fill a form in: who presses the button then does not wait for it.
const lately = 20000;
let early = {};

const known = () => Math.abs(Date.now() - early.at) < lately;

export const soon = () => (known() ? early : (early = { at: Date.now(), session: whoIsHere() })).session;

export async function whoIsHere() {
  const { status, said, ours } = await ask("/phone/session", { method: "GET" });
  if (status !== 200 || !ours || !said || !("account" in said)) return null;
  const time = Date.parse(said.time);
  const off = time - Date.now();
  await put("meta", off, "clock");
  await put("meta", time, "asked");
  return { ...said, off };
}

// What the clock an entry was written by would show now: the phone's own, or, where that has been put right since, the one it had
// when it last heard the time. By it the entry was written after that, and not later than now. Where neither can be so, nobody knows
// how wrong it was, and the entry is of this moment.
function clockOf({ at, asked, clock }, off) {
  const now = Date.now();
  const fits = (by) => by !== undefined && !(at + by < asked - minute || at + by > now + off + minute);
  return new Date(fits(off) ? now : fits(clock) ? now + off - clock : at);
}

// The first step of an entry, as the server takes it.
export function request(entry, { token, off }) {
  const { steps: [step], made } = entry;
  const body = new URLSearchParams(step.body);
  // Two versions were shown, and one was chosen: that goes on from the version that was shown.
  if (step.kind !== "log" && made && !body.has("keep")) body.set("version", made.version ?? "");
  // What a form makes without an address of its own to put it right at: the server knows it by the first form.
  if (step.kind !== "log" && !removable(entry)) body.set("outbox-of", entry.id);
  body.set("form_id", step.id);
  body.set("csrf_token", token);
  const headers = { Accept: "application/json", "Phone-Clock": clockOf(entry, off).toISOString() };
  return { method: "POST", body, headers };
}

async function send(seq, entry, session) {
  const [step] = entry.steps;
  const ids = new URLSearchParams(step.body).getAll("upload").join(" ");
  const stopped = step.kind === "log" && ids.length && (await sendFiles(entry, ids, session.token, ask, changed));
  if (stopped) return { ...stopped, what: judge(stopped, step) };
  if (!(await leaves(seq, step))) return { what: "other" };
  const form = request(entry, session);
  // On a slow line the page would take of the time that the form has for its answer.
  if (coming.id === entry.id && !(await get("meta", "slow"))) form.headers["Phone-Page"] = 1;
  if (step.kind === "log" && form.body.has("version")) form.body.set("version", await follow(entry, form.body.get("version")));
  const answer = await ask(addressOf(entry, step), form);
  const { page, location: to } = answer.said || {};
  if (page && coming.id === entry.id) Object.assign(coming, { page: new Response(page, { headers: asHtml(answer.headers) }), to });
  return { ...answer, what: judge(answer, step) };
}

// Only what proves to be our own answer decides anything: a proxy, a portal or a page of somebody else's means "later".
function judge({ status, said, ours }, step) {
  if (!ours) return "later";
  if (status === 200 || status === 201) return said && "location" in said ? "done" : "later"; // else it was not our server
  if (status === 401) return "signed-out";
  if (status === 400 && said?.error === "stale-token") return "stale";
  if (status < 400 || status >= 500 || status === 408 || status === 429) return "later";
  if (step.kind === "remove" && (status === 404 || status === 410)) return "done"; // it is gone already
  return "refused";
}

// On a slow line the same short time would never be enough: each that was too short is followed by one twice as long, until a form
// is answered in the short time; a question is so much smaller that it tells nothing of the line. It is asked again at once; of a
// form it is said that it was `slow`, for it may have arrived.
async function ask(url, options) {
  const abort = new AbortController();
  const slow = (await get("meta", "slow")) || 0;
  const began = Date.now();
  const timer = setTimeout(() => abort.abort(), patience * 2 ** slow);
  try {
    const answer = await reach(url, { ...options, signal: abort.signal });
    await heed(answer.headers.get("Retry-After"));
    const said = readable(await answer.text());
    if (slow && options.body && Date.now() - began < patience) await put("meta", 0, "slow");
    return { status: answer.status, headers: answer.headers, said, ours: isOurs(answer) };
  } catch {
    if (!abort.signal.aborted || slow >= doublings) return { status: 0 };
    await put("meta", slow + 1, "slow");
    await changed();
    return options.method === "GET" ? ask(url, options) : { status: 0, slow: true };
  } finally {
    clearTimeout(timer);
  }
}

// The headers of a page that is put together here of one that came.
export function asHtml(headers) {
  const kept = new Headers(headers);
  for (const each of ["Content-Encoding", "Content-Length"]) kept.delete(each);
  kept.set("Content-Type", "text/html; charset=utf-8");
  return kept;
}

// Every answer of the app says that it is one.
export const isOurs = (answer) => answer.headers.has("Selfcare");

export const reach = (url, options) => fetch(url, { redirect: "manual", credentials: "same-origin", cache: "no-store", ...options });

function readable(text) {
  try {
    const said = JSON.parse(text);
    return typeof said === "object" ? said : null;
  } catch {
    return null;
  }
}

async function heed(seconds) {
  if (Number(seconds) > 0) await put("meta", Date.now() + Number(seconds) * 1000, "not-before");
}

// A server that asked for peace gets it; but a phone whose clock was put back does not wait for ever.
async function mustWait() {
  const left = ((await get("meta", "not-before")) || 0) - Date.now();
  return left > 0 && left < 60 * minute;
}
