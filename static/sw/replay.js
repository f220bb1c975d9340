// Sends what waits: in the order of writing, one at a time, under one lock, each time asking first who is signed in.
import { get, put } from "./db.js";
import { addressOf, changed, edit, tidy, waiting } from "./outbox.js";

export const patience = 8000;
const minute = 60000;
// What the server has failed at so often it may go on failing at: from then on it holds nobody else up.
const enough = 10;

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
  const stopped = (await waiting()).length ? await sendAll() : null;
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
  if (await mustWait()) return "later";
  // Where this cannot be asked, nothing is tried. What the browser believes of being online is no help: it is wrong both ways.
  let session = await whoIsHere();
  if (!session) return "later";
  const { account } = session;
  if (!account) return "signed-out";
  let held = null;
  for (const seq of await waiting(account)) {
    for (;;) {
      const entry = await claim(seq);
      if (!entry) break;
      let answer = await send(entry, session);
      if (answer.what === "stale") {
        session = await whoIsHere();
        if (session?.account === account) answer = await send(entry, session);
      }
      if (session?.account !== account || answer.what === "signed-out") return session ? "signed-out" : "later";
      if (answer.status === 500 && entry.attempts >= enough) {
        held = "later";
        break;
      }
      if (answer.what === "later" || answer.what === "stale") return "later";
      await (answer.what === "done" ? sent : refused)(seq, entry, answer);
    }
  }
  return (await waiting()).length > (await waiting(account)).length ? "signed-out" : held;
}

// Notes that an entry is about to be tried, before it is. Nothing for one that has gone, or whose turn it is not.
async function claim(seq) {
  let row;
  const work = (entry, there) => {
    row = there.state === "waiting" && entry.steps.length > 0 && there;
    return row ? { tried: true, attempts: row.attempts + 1 } : {};
  };
  // One that cannot be opened any more keeps nobody else from being sent.
  const entry = await edit(seq, work, () => {}).catch(() => null);
  return row && entry && { ...entry, at: row.at, attempts: row.attempts };
}

const sent = (seq, { steps: [step] }, { said }) =>
  edit(seq, (entry) => {
    const { kind, id, version, location } = said || {};
    entry.steps = entry.steps.filter((each) => each.id !== step.id);
    if (step.kind !== "remove") entry.made = { kind, id, version };
    entry.location = location;
    return { state: entry.steps.length ? "waiting" : "sent", tried: false };
  });

const refused = (seq, _, { status, said }) =>
  edit(seq, (entry) => {
    entry.refusal = { status, error: said?.error, messages: said?.messages || [] };
    return { state: "refused" };
  });

export async function whoIsHere() {
  const { status, said } = await ask("/phone/session", { method: "GET" });
  if (status !== 200 || !said || !("account" in said)) return null;
  const time = Date.parse(said.time);
  const off = time - Date.now();
  await put("meta", off, "clock");
  await put("meta", time, "asked");
  return { ...said, off };
}

// What the clock an entry was written by would show now. That is the phone's, unless by it the entry had been written before
// the server last told the time, or were still to be: then it has been put right since.
function clockOf({ at, asked, clock }, off) {
  const now = Date.now();
  const same = !(at + off < asked - minute || at > now + minute) || clock === undefined;
  return new Date(same ? now : now + off - clock);
}

// The first step of an entry, as the server takes it.
export function request(entry, { token, off }) {
  const { steps: [step], made } = entry;
  const body = new URLSearchParams(step.body);
  if (step.kind !== "log" && made) body.set("version", made.version ?? "");
  body.set("form_id", step.id);
  body.set("csrf_token", token);
  return { method: "POST", body, headers: { Accept: "application/json", "Phone-Clock": clockOf(entry, off).toISOString() } };
}

async function send(entry, session) {
  const [step] = entry.steps;
  const answer = await ask(addressOf(entry, step), request(entry, session));
  return { ...answer, what: judge(answer, step) };
}

function judge({ status, said }, step) {
  if (status === 200 || status === 201) return said && "location" in said ? "done" : "later"; // else it was not our server
  if (status === 401) return "signed-out";
  if (status === 400 && said?.error === "stale-token") return "stale";
  if (status < 400 || status >= 500 || status === 408 || status === 429) return "later";
  if (step.kind === "remove" && (status === 404 || status === 410)) return "done"; // it is gone already
  return "refused";
}

async function ask(url, options) {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), patience);
  try {
    const answer = await reach(url, { ...options, signal: abort.signal });
    await heed(answer.headers.get("Retry-After"));
    return { status: answer.status, said: readable(await answer.text()) };
  } catch {
    return { status: 0 };
  } finally {
    clearTimeout(timer);
  }
}

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
