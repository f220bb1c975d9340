// Pages kept on this phone, sealed: the forms of an account ("pages"), and each visit that somebody chose to keep.
// A set is {as_of, language, pages: {path: {title, page_class, top, main, bottom}}} as the server drew it; `line` names a visit.
import { all, get, keys, put, remove, under } from "./db.js";
import { again, list } from "./outbox.js";
import { isOurs, reach, whoIsHere } from "./replay.js";
import { forget as forgetKey, hex, open, seal } from "./seal.js";

const hour = 3600000;

export const current = () => get("meta", "account");
// What somebody answered outlasts their signing out. It lies under a sign that they alone lead to: nothing here says whose it is.
const signed = async (what, account) => `${what} ${await sign(account)}`;
const answer = async (account) => get("meta", await signed("consent", account));

async function opened(account, sealed) {
  try {
    return await open(account, sealed);
  } catch {
    return null; // its key went: nothing of it can be read any more
  }
}

async function set(account, name) {
  const sealed = await get("kept", [account, name]);
  return sealed && opened(account, sealed);
}

const store = async (account, name, said) => put("kept", await seal(account, said), [account, name]);

// Addresses hold ids, so they are not kept in the open either.
async function sign(text) {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return hex(digest.slice(0, 12));
}

const visitName = (path) => signed("visit", path);

// All visits kept here: [{path, line, as_of, …}]
export async function visits(account) {
  const sealed = await all("kept", under(account, "visit "));
  return (await Promise.all(sealed.map((each) => opened(account, each)))).filter(Boolean);
}


export const names = async (account) => (await set(account, "pages"))?.people || {};

// A kept page with the language of its set; undefined when it is not kept.
export async function page(account, path) {
  for (const each of [await set(account, "pages"), ...(await visits(account))]) {
    if (each?.pages[path]) return { ...each.pages[path], language: each.language };
  }
}

// Where a shortcut of the app's icon leads, when there is nothing to choose.
export const shortcut = async (account, path) => (await set(account, "pages"))?.shortcuts?.[path];

const asked = (url) => reach(url, { headers: { Accept: "application/json" } });

// Whose record was left with *Done for now*: nothing of it is kept here until it is opened again.
const left = async (account) => (await set(account, "left"))?.paths || [];

const without = (pages, paths) => Object.fromEntries(Object.entries(pages).filter(([path, to]) => !paths.some((each) => path.startsWith(each) || String(to).startsWith(each))));

// The pages in a set that are of nobody who was left.
const staying = (said, paths) => ({ ...said, pages: without(said.pages, paths), shortcuts: without(said.shortcuts || {}, paths) });

// Takes what lies under a path out of the visits that are kept; the rest of a visit stays.
async function cut(account, path) {
  for (const each of await visits(account)) {
    const name = await visitName(each.path);
    if (each.path.startsWith(path)) await remove("kept", [account, name]);
    else if (each.pages[path]) await store(account, name, staying(each, [path]));
  }
}

// One after another: what was fetched meanwhile does not bring back what was left, or taken off this phone.
const alone = (work) => (navigator.locks ? navigator.locks.request("pages", work) : work());

export async function leave(account, person) {
  const path = `/people/${person}/`;
  const paths = [...new Set([...(await left(account)), path])];
  // First, and also where nothing is kept yet: what is fetched now, or allowed later, is kept without these.
  await store(account, "left", { paths });
  await alone(async () => {
    await cut(account, path);
    const found = await set(account, "pages");
    if (found) await store(account, "pages", staying(found, paths));
  });
}

// Somebody is not shown a page that is kept here any more: no form of that person's is, until it is fetched anew, and that
// page is in nothing that was chosen to be kept.
export async function shut(account, path) {
  const [person] = /^\/people\/[^/]+\//.exec(path) || [];
  if (!person) return;
  await alone(async () => {
    await cut(account, path);
    const found = await set(account, "pages");
    if (found?.pages[path]) await store(account, "pages", staying(found, [person]));
  });
}

export const isShut = (status) => [403, 404, 410].includes(status);
// What was not taken, of a page that is kept: a right that ended, or one that was given back since.
const notTaken = ({ url, state, refusal }, { pages }) => state === "refused" && isShut(refusal.status) && pages[url.split("?")[0]];

async function opens(account, path) {
  const paths = await left(account);
  const others = paths.filter((each) => !path.startsWith(each));
  if (others.length < paths.length) await store(account, "left", { paths: others });
}

// Fetches anew what this account keeps: its forms, if it allowed them, and its visits. Gives whether the forms are kept.
export async function refresh({ account }) {
  for (const { path } of await visits(account)) await keep(account, path, true);
  const said = (await answer(account)) && (await json(await asked("/phone/pages"), account));
  if (!said) return leaveNothing().then(() => false);
  // Names stay known after a right has ended, to say whose record it was.
  said.people = { ...(await names(account)), ...said.people };
  await alone(async () => (await answer(account)) && store(account, "pages", staying(said, await left(account))));
  for (const each of await list(account)) if (notTaken(each, said)) await again(account, each.id);
  return true;
}

// What the server said, when it said it to this account.
async function json(response, account) {
  const said = response.ok ? await response.json() : null;
  return said?.account === account ? said : null;
}

// `anew`: only while it is kept.
async function keep(account, path, anew) {
  const response = await asked(path + "keep");
  const said = await json(response, account);
  const name = await visitName(path);
  return alone(async () => {
    const gone = (await left(account)).some((each) => path.startsWith(each)) || (anew && !(await get("kept", [account, name])));
    if (said && !gone) await store(account, name, { ...said, path });
    // Whoever may see it no longer does not keep it either.
    else if (isOurs(response) && isShut(response.status)) await remove("kept", [account, name]);
    return Boolean(said) && !gone;
  });
}

// What a page is told about what is kept: whether it must be asked, what there is, and whether it has grown old.
export async function state(account, lang, path) {
  await opens(account, path);
  const [allowed, found] = [await answer(account), await set(account, "pages")];
  const kept = await visits(account);
  const today = /^\/(people\/[^/]+\/)?$/.test(path);
  const form = /\/(diary\/(log\/.+|note|now\/)|questions\/add|check-in)$/.test(path);
  const old = (each) => today && !(Date.now() - Date.parse(each.as_of) < hour);
  const over = found && (await list(account)).some((each) => notTaken(each, found));
  const missing = !found || found.language !== lang || old(found) || (form && !found.pages[path]) || over;
  return {
    ask: allowed === undefined && !(await get("meta", await signed("asked", account))),
    allowed: Boolean(allowed),
    off: !allowed,
    visits: kept.length,
    on: true,
    any: Boolean(allowed) || kept.length > 0,
    visit: kept.some((each) => each.path === path),
    stale: Boolean(allowed && missing) || kept.some(old),
  };
}

// Drafts are no kept pages: they stay until they are saved, or until sign-out. Files stay as long as the form waits that brought them.
async function forgetAll(account, drafts) {
  for (const key of await keys("kept", under(account))) if (!key[1].startsWith("file ") && (drafts || !key[1].startsWith("draft "))) await remove("kept", key);
}

// Forgets what is kept for an account as soon as the server says that it is not signed in here any more: somebody may have ended
// this phone from elsewhere. What was written here and waits to be sent stays until they are back. `account`: whose page asks.
export async function leaveNothing(account) {
  const others = new Set((await keys("kept")).map(([whose]) => whose).filter((whose) => whose !== account));
  const session = others.size ? await whoIsHere() : null;
  if (session) for (const whose of others) if (whose !== session.account) await forgetAll(whose);
}

export const messages = {
  pages: refresh,

  async consent({ account, yes }) {
    await put("meta", yes, await signed("consent", account));
    if (yes) return refresh({ account });
    await alone(() => remove("kept", [account, "pages"]));
    return true;
  },

  // It was asked for, and is not asked again; under More it can be had at any time.
  asked: async ({ account }) => put("meta", true, await signed("asked", account)),

  keep: ({ account, path }) => keep(account, path),

  // One visit, or everything.
  async forget({ account, path }) {
    const name = path && (await visitName(path));
    if (!path) await put("meta", false, await signed("consent", account));
    return alone(() => (path ? remove("kept", [account, name]) : forgetAll(account)));
  },

  // What still waits stays sealed with its key until it is sent, or deleted by whoever wrote it.
  async "sign-out"({ account, all: everything }) {
    const rows = (await all("outbox")).filter((row) => row.account === account);
    const unsent = everything ? [] : rows.filter(({ state }) => state !== "sent");
    for (const row of rows) if (!unsent.includes(row)) await remove("outbox", row.seq);
    await forgetAll(account, true);
    // Of files those stay that something waits with.
    const named = unsent.length ? (await list(account)).flatMap(({ files = [] }) => files.map(({ id }) => id)) : [];
    for (const key of await keys("kept", under(account, "file "))) if (!named.includes(key[1].split(" ")[1])) await remove("kept", key);
    if ((await current()) === account) await remove("meta", "account");
    if (!unsent.length) await forgetKey(account);
  },
};
