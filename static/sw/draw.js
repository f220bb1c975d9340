// Everything this worker says in HTML: pages without a signal, what waits, and the lines that a page shows of it.
import { all, get, put, remove } from "./db.js";
import { gone } from "./files.js";
import { current, isShut, leave, names, page, shortcut, shut, state, visits } from "./kept.js";
import { addressOf, find, list, newId, removable } from "./outbox.js";
import { coming, isOurs, reach, sending } from "./replay.js";
import { shell } from "./shell.js";
import { body, escaped, line, local, shown, texts, timeOf } from "./words.js";

const patience = 12000;
const hour = 3600000;

// Navigations ask the network first. What the phone itself keeps answers where it knows better, or alone.
export async function navigate(event) {
  const url = new URL(event.request.url);
  const { page: came, to } = coming;
  coming.page = null;
  if (came && event.request.url.endsWith(to)) return came;
  const saved = /^\/waiting\/(?:saved\/([\w-]+))?$/.exec(url.pathname);
  const account = await current().catch(() => {});
  if (saved) return ours(account, saved[1]).catch(() => fetch(event.request));
  const left = account && url.searchParams.get("left");
  // The server cannot know what is kept here: that nothing is, it says where it is told so.
  const gone = left && (await leave(account, left).then(() => true, () => false));
  const there = account && (await sentMeanwhile(account, url).catch(() => {}));
  if (there) return Response.redirect(there, 303);
  const network = gone ? fetch(`${url}&off=1`, { redirect: "manual", headers: { Accept: "text/html" } }) : fetch(event.request);
  try {
    const answer = await (url.searchParams.has("wait") ? network : inTime(network));
    await clock(answer);
    if (account && isOurs(answer) && isShut(answer.status)) await shut(account, url.pathname).catch(() => {});
    if (answer.status < 500 || isOurs(answer)) return answer;
    return await without(account, url, "trouble").catch(() => answer);
  } catch (why) {
    // A slow line is said to be one, where there is something to use meanwhile; else it is waited for.
    return why === slow ? without(account, url, slow).catch(() => network) : without(account, url).catch(() => network);
  }
}

const slow = "slow";
const inTime = (answer) => Promise.race([answer, new Promise((_, no) => setTimeout(no, patience, slow))]);

// A form to change what waits, opened when it had been sent: the phone no longer knows its words, so the record's own form is.
async function sentMeanwhile(account, { searchParams }) {
  const entry = searchParams.has("waiting") && (await find(account, searchParams.get("waiting")));
  return entry && entry.state === "sent" && entry.made?.id && addressOf(entry, { kind: "change" });
}

// How far the phone's clock is off, as far as the answers' own hour can say.
async function clock(answer) {
  const skew = Date.parse(answer.headers.get("Date")) - Date.now();
  if (Math.abs(skew - ((await get("meta", "clock")) || 0)) > hour / 2) await put("meta", skew, "clock");
}

const language = async () => (await get("meta", "lang")) || navigator.language.slice(0, 2);

async function frame(wish) {
  const { languages } = self.SHELL;
  const lang = languages.includes(wish) ? wish : languages[0];
  const { html, headers } = await shell(lang);
  return { html, headers, say: texts(html, lang) };
}

// A whole page: kept parts in the frame. Forms get ids of their own, and the hour of opening.
function whole({ html, headers }, account, { title, page_class, ...parts }) {
  let made = between(html, "parts", "");
  for (const [name, part] of Object.entries(parts)) made = between(made, name, part);
  if (title) made = made.replace(/<title>.* - /, () => `<title>${title} - `);
  const class_ = page_class ? `class="${page_class}"` : "";
  made = made.replace(/<body (class="[^"]*")/, (_, old) => `<body ${class_ || old}${account ? ` data-account="${escaped(account)}"` : ""}`);
  return new Response(made, { headers });
}

const between = (html, name, part) => html.replace(new RegExp(`<!--${name}-->[\\s\\S]*<!--/${name}-->`), () => part);

function fresh(main) {
  const time = local(new Date()).slice(11, 16);
  return main
    .replace(/(name="form_id" value=")[^"]*/g, (_, before) => before + newId())
    .replace(/(value="now"[^>]*><label[^>]*>[^<]*?)\d\d:\d\d/g, (_, before) => before + time);
}

// The page of an address without the network: as it was kept, or one that says so. `why`: "trouble" when something answers that is not
// our server, "slow" when nothing has answered yet.
async function without(account, url, why) {
  const to = account && (await shortcut(account, url.pathname));
  if (to) return Response.redirect(to, 303);
  const kept = account && (await page(account, url.pathname));
  const drawn = await frame(kept?.language || (await language()));
  const { say } = drawn;
  if (!kept && why === slow) throw why;
  if (!kept) {
    if (why) drawn.html = between(drawn.html, "main", `<!--main-->${say(why)}<!--help--><!--/main-->`);
    const main = /<!--main-->([\s\S]*)<!--\/main-->/.exec(drawn.html)[1];
    const works = account ? say("help") : "";
    return whole(drawn, account, { main: main.replace("<!--help-->", () => works + "<!--visits-->").replace("<!--visits-->", await visitRows(account, say)) });
  }
  const { language: _, ...parts } = kept;
  const [rows, entries] = [await visitRows(account, say), await list(account)];
  let main = fresh(parts.main).replace("<!--visits-->", () => rows);
  for (const [mark, under] of main.matchAll(/<!--waiting:([^>]*)-->/g)) {
    const waits = await hereRows(account, entries, under, say);
    main = main.replace(mark, () => waits);
  }
  const note = why ? say(`${why}-note`, { href: url.pathname }) : "";
  return whole(drawn, account, { ...parts, main: note + main });
}

async function visitRows(account, say) {
  const kept = account ? await visits(account) : [];
  const rows = kept.map(({ line, path }) => say("visit", { line, path })).join("");
  return rows && say("visits", {}, { rows });
}

// The pages of what waits. Their frame is that of the kept Today, with its tabs, where there is one.
async function ours(account, id) {
  const entry = account && id && (await find(account, id));
  const person = entry && /^\/people\/[^/]+\//.exec(entry.url)?.[0];
  const today = account && ((person && (await page(account, person))) || (await page(account, "/")));
  const drawn = await frame(today?.language || (await language()));
  const parts = today ? { page_class: today.page_class, top: today.top, bottom: today.bottom } : {};
  const made = id ? await savedPage(account, id, entry, today, drawn.say) : await listPage(account, drawn.say);
  return whole(drawn, account, { ...parts, ...made });
}

// What is no longer on this phone: the server is asked, and what nobody knows is said to be unknown.
async function lookedFor(id, say) {
  const answer = await reach(`/phone/had/${id}`, { headers: { Accept: "application/json" } }).catch(() => null);
  const said = answer?.ok && isOurs(answer) ? await answer.json().catch(() => null) : null;
  if (said?.location && !said.removed) return { title: say("sent-title"), main: say("sent", { href: said.location }) };
  return { title: say("unknown-title"), main: say(said ? "not-there" : "unknown") };
}

async function savedPage(account, id, entry, today, say) {
  if (!entry) return lookedFor(id, say);
  if (entry.state === "sent") return { title: say("sent-title"), main: say("sent", { href: entry.location || "/" }) };
  if (entry.state === "refused") return listPage(account, say);
  const stopped = await get("meta", "stopped");
  const held = sending && (await get("meta", "slow")) ? slow : "later";
  const why = stopped === "signed-out" ? stopped : navigator.onLine ? held : "offline";
  const done = /^\/people\/[^/]+\//.exec(entry.url)?.[0] || "/";
  const tiles = otherTiles(today?.main, entry);
  const more = tiles && say("more", {}, { tiles });
  const main = say("saved", { ...(await words(account, entry, say)), done }, { why: say(`why.${why}`), more, ...(await doing(account, entry, say)) });
  return { title: say("saved-title"), main };
}

// What else can be logged: the tiles of Today without this one.
function otherTiles(main, { url }) {
  const [, label, tiles] = /(<ul class="tiles"[^>]*>)([\s\S]*?)<\/ul>/.exec(main) || [];
  const others = (tiles || "").split(/(?=<li )/).filter((tile) => tile.includes("href=") && !tile.includes(`href="${url}"`) && !tile.includes("--wide"));
  return others.length ? `${label}${others.join("")}</ul>` : "";
}

async function words(account, entry, say) {
  const said = shown(entry, say, (await page(account, entry.url.split("?")[0]))?.main);
  const sum = (files, of) => files.reduce((all, each) => all + of(each), 0);
  const files = entry.files || [];
  const mega = (number) => new Intl.NumberFormat(say.lang, { style: "unit", unit: "megabyte", maximumFractionDigits: 1, numberingSystem: "latn" }).format(Math.max(number / 1e6, 0.1));
  const [size, had] = [sum(files, (each) => each.size), sum(files, ({ id }) => gone.get(id) || 0)];
  if (size) said.day = [said.day, say(had ? "file-part" : "file", { size: mega(size), had: mega(had) })].filter(Boolean).join(" · ");
  return said;
}

// What can be done with an entry: changed where its form can be opened, taken out. What the browser believes of being online is not
// enough: the server was not to be had when something was sent last.
async function doing(account, entry, say) {
  const { id, url } = entry;
  // More pages of a letter that may have them already: they are put right there.
  if (entry.tried && entry.files && !removable(entry)) return { change: "", take: "" };
  const reached = navigator.onLine && (await get("meta", "stopped")) !== "later";
  const openable = reached || (await page(account, url.split("?")[0]));
  const change = openable && body(entry).toString() ? say("change", { href: corrected(entry) }) : "";
  return { change, take: say("take", { id }) };
}

const corrected = ({ id, url }) => `${url}${url.includes("?") ? "&" : "?"}waiting=${id}`;

async function listPage(account, say) {
  const mine = account ? await list(account) : [];
  const waits = mine.filter((each) => each.state === "waiting");
  const refused = mine.filter((each) => each.state === "refused");
  const { waiting, others } = await counts(account);
  const signedOut = !account || (await get("meta", "stopped")) === "signed-out";
  const kind = !waiting ? "none" : signedOut ? "signed-out" : "some";
  const row = async (entry) => say("list.row", await words(account, entry, say), await doing(account, entry, say));
  const cards = await Promise.all(refused.map(async (entry) => refusedCard(entry, await names(account), say)));
  const main = say("list", {}, {
    state: waiting || !refused.length ? say(`list.${kind}`) : "",
    rows: (await Promise.all(waits.map(row))).join(""),
    refused: cards.join(""),
    others: others ? say.count("others", others) : "",
  });
  return { title: say("list-title"), main };
}

function refusedCard(entry, people, say) {
  const { status, messages } = entry.refusal;
  const whose = people[/^\/people\/([^/]+)\//.exec(entry.url)?.[1]];
  const no = () => {
    if (status === 413) return say("no.long");
    if (!isShut(status)) return messages?.length ? escaped(messages.join(" ")) : say(status === 409 ? "no.changed" : "no.else");
    if (whose?.self) return say("no.gone");
    return whose ? say("no.ended", whose) : say("no.access");
  };
  const correct = status === 422 ? say("correct", { href: corrected(entry) }) : "";
  return say("refused", { id: entry.id, line: line(entry, say) }, { why: no(), correct });
}

// Plain numbers; nothing needs to be opened for them.
async function counts(account) {
  const rows = (await all("outbox")).filter(({ state }) => state !== "sent");
  const mine = rows.filter((row) => !account || row.account === account);
  const of = (state) => mine.filter((row) => row.state === state).length;
  return { waiting: of("waiting"), refused: of("refused"), others: rows.length - mine.length };
}

// A page says who sees it and where; it is told what to show.
async function hello({ account, lang, path, under = [], had = 0 }) {
  if (!(await get("meta", "since"))) {
    await put("meta", Date.now(), "since");
    // The page remembers a number that this store, being new, does not.
    if (had) await put("meta", had, "lost");
  }
  if (account && account !== (await current())) await put("meta", account, "account");
  if (lang !== (await get("meta", "lang"))) await put("meta", lang, "lang");
  const { waiting, refused, others } = await counts(account);
  const { say } = await frame(lang);
  const [lost, skew] = [await get("meta", "lost"), await get("meta", "clock")];
  const signedOut = !account || (await get("meta", "stopped")) === "signed-out";
  const said = path.startsWith("/waiting/"); // by the page itself
  const strip = [
    lost && say.count("lost", lost),
    !said && waiting && say.count(signedOut ? "signed-out" : "waiting", waiting),
    !said && account && refused && say.count("refused", refused),
    !said && account && others && say.count("others", others),
    Math.abs(skew) > hour && say("clock"),
  ];
  const entries = account ? await list(account) : [];
  const here = await Promise.all(under.map((each) => hereRows(account, entries, each, say)));
  const kept = account ? await state(account, lang, path) : {};
  const leave = waiting + refused && account ? say.count("leave", waiting + refused) : "";
  return { waiting, refused, others, signedOut, strip: strip.filter(Boolean).join(""), here, kept, leave };
}

async function hereRows(account, entries, under, say) {
  const those = entries.filter((each) => each.state === "waiting" && each.url.startsWith(under));
  return (await Promise.all(those.map(async (entry) => say("here", await words(account, entry, say))))).join("");
}

export const messages = {
  hello,
  // The words of an entry, to be put into its form again; of one that was sent, where it can be changed.
  async entry({ account, id }) {
    const found = await find(account, id);
    if (found?.state === "sent") return { there: found.made?.id ? addressOf(found, { kind: "change" }) : "/" };
    return found && { body: body(found).toString(), time: timeOf(found) };
  },
  // A page of what waits, drawn anew where it is open.
  async anew({ account, path, lang }) {
    const id = /^\/waiting\/saved\/([\w-]+)$/.exec(path)?.[1];
    const { say } = await frame(lang);
    return id ? savedPage(account, id, await find(account, id), await page(account, "/"), say) : listPage(account, say);
  },
  read: ({ what }) => remove("meta", what),
};
