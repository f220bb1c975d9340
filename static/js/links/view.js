// The page that opens any SMART Health Link. What it reads stays in this browser; it asks the link's host and nobody else.
import { fetchAll } from "./ask.js";
import { fromText } from "./bytes.js";
import { narrative } from "./narrative.js";
import { read } from "./payload.js";
import { Problem } from "./problem.js";
import { said } from "./said.js";
import { summaryOf } from "./summary.js";
import { most, spread } from "./unseal.js";

const id = (name) => document.getElementById(name);
const form = id("open");
const field = (name) => form.elements[name];
const language = document.documentElement.lang;
const region = { en: "en-GB", ur: "ur-PK" }[language] || language; // days as the rest of the app writes them
const agreed = new Set();
// Read first, whatever order they came in: what must be known, what matters, what to do where things change.
const first = ["48765-2", "81338-6", "18776-5"];
const alerts = "104605-1";
let link = null;
let began = 0;

function el(name, css, ...children) {
  const made = document.createElement(name);
  if (css) made.className = css;
  made.append(...children.filter((one) => one !== "" && one !== null && one !== undefined));
  return made;
}

// Words that others wrote turn in the direction that they are written in.
function words(name, css, text) {
  const made = el(name, css, text);
  made.dir = "auto";
  return made;
}

// By the clock that it was written by, where that says how far it is from UTC; else by the reader's.
function day(text, style) {
  const [written] = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(?=.*[+-]\d{2}:\d{2}$))?/.exec(text) ?? [];
  const full = written && new Date(text.length === 10 ? `${text}T12:00` : written.length > 10 ? written : text);
  return full && !Number.isNaN(full.getTime()) ? new Intl.DateTimeFormat(region, style).format(full) : text;
}

const long = { weekday: "long", day: "numeric", month: "long", year: "numeric" };

// The last day on which it opens.
const ends = (exp) => (exp ? said("until", { day: day(new Date(exp - 1000).toISOString(), long) }) : "");

function trouble(fault) {
  const box = id("problem");
  box.hidden = !fault;
  if (!fault) return;
  const { message, values } = fault instanceof Problem ? fault : new Problem("unreadable");
  box.querySelector("p").textContent = said(message, values) || said("unreadable");
  // Nothing more can be done with one that has ended.
  form.hidden = ["ended", "over", "no-tries"].includes(message);
  box.focus();
}

// What the link says of itself, before anybody is asked anything. What was asked for another one is not waited for any more.
function look() {
  began += 1;
  busy(false);
  id("another").hidden = true;
  trouble(null);
  link = null;
  try {
    link = read(field("link").value);
  } catch (fault) {
    id("about").hidden = true;
    if (field("link").value.trim()) trouble(fault);
    return;
  }
  id("about").hidden = false;
  id("about-label").textContent = link.label || said("no-label");
  id("about-until").textContent = ends(link.exp);
  id("passcode-part").hidden = !link.passcode;
  const foreign = link.url.origin !== location.origin;
  id("host").hidden = !foreign;
  id("host-words").textContent = foreign ? said("asks", { host: link.url.host }) : "";
  id("go-words").textContent = foreign ? said("yes", { host: link.url.host }) : said("go");
}

function busy(is) {
  id("busy").hidden = !is;
  if (is) id("go").setAttribute("aria-disabled", "true");
  else id("go").removeAttribute("aria-disabled");
}

// People type digits in groups, and in those of their own keyboard; other passcodes may have spaces that belong to them.
function passcodeOf(text) {
  const digits = text.replace(/\s+/g, "").replace(/[\u0660-\u0669\u06f0-\u06f9]/g, (one) => one.charCodeAt(0) & 15);
  return /^\d+$/.test(digits) ? digits : text.trim();
}

// Another host than the one that the reader said yes to.
const another = (host) => new Promise((resolve) => {
  if (agreed.has(host)) return resolve(true);
  const box = id("another");
  box.hidden = false;
  id("another-words").textContent = said("asks-too", { host });
  box.focus();
  const answer = (yes) => () => {
    box.hidden = true;
    if (yes) agreed.add(host);
    resolve(yes);
  };
  id("another-yes").onclick = answer(true);
  id("another-no").onclick = answer(false);
});

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  // Twice is once: a link may open only once, and the second answer would take the place of the first.
  if (!id("busy").hidden) return;
  look();
  if (!link) return field("link").focus();
  const who = field("who").value.trim();
  const passcode = passcodeOf(field("passcode").value);
  if (!who) {
    trouble(new Problem("who"));
    return field("who").focus();
  }
  if (link.passcode && !passcode) {
    trouble(new Problem("passcode-missing"));
    return field("passcode").focus();
  }
  const mine = began;
  if (link.url.origin !== location.origin) agreed.add(link.url.host); // the button said so
  busy(true);
  try {
    const files = await fetchAll(link, who, passcode, another);
    const shown = (await Promise.all(files.map(drawn))).flat();
    if (mine === began) show(shown, files);
  } catch (fault) {
    if (mine === began) trouble(fault);
  } finally {
    if (mine === began) busy(false);
  }
});

function show(shown, files) {
  form.hidden = true;
  id("intro").hidden = true;
  const at = shown.findIndex((one) => one.classList.contains("card"));
  shown.splice(at < 0 ? shown.length : at, 0, tools(files));
  id("shown").replaceChildren(...shown, el("p", "soft", said(link.url.origin === location.origin ? "noted-here" : "noted-there")));
  id("shown").hidden = false;
  scrollTo(0, 0);
  id("main").focus();
}

function button(text, act) {
  const made = el("button", "nhsuk-button nhsuk-button--secondary button button--second", el("span", "", text));
  made.type = "button";
  made.addEventListener("click", act);
  return made;
}

function tools(files) {
  const saves = files.map((file, n) => button(files.length > 1 ? said("save-one", { n: n + 1 }) : said("save"), () => save(file, n)));
  return el("div", "buttons view-tools", button(said("print"), () => print()), ...saves);
}

// Byte for byte as it was sealed. Whatever it calls itself, it is no page of ours.
function save(file, n) {
  const made = el("a", "");
  made.href = URL.createObjectURL(new Blob([file.text], { type: "application/json" }));
  made.download = `summary${n ? `-${n + 1}` : ""}.json`;
  made.click();
  setTimeout(() => URL.revokeObjectURL(made.href), 10000);
}

async function drawn(file) {
  let data;
  try {
    data = JSON.parse(file.text);
  } catch {
    return [notice(said("not-data"))];
  }
  if (file.type === "application/smart-api-access") return [notice(said("access"))];
  if (Array.isArray(data?.verifiableCredential)) return cards(data.verifiableCredential.slice(0, 20));
  if (typeof data?.resourceType !== "string") return [notice(said("not-data"))];
  return summary(summaryOf(data, file.version), said("unchecked"), said("unchecked-more"));
}

// Health cards: what a signature is around. It is shown, and nobody checked the signature.
async function cards(signed) {
  const found = [];
  for (const one of signed) {
    try {
      const [head, body] = String(one).split(".").map(fromText);
      if (body.length > most) throw new RangeError("too much");
      const pressed = JSON.parse(new TextDecoder().decode(head)).zip === "DEF";
      const card = JSON.parse(new TextDecoder().decode(pressed ? await spread(body) : body));
      found.push(...summary(summaryOf(card.vc.credentialSubject.fhirBundle), said("signed"), said("signed-more", { who: String(card.iss ?? "").slice(0, 200) })));
    } catch {
      found.push(notice(said("not-data")));
    }
  }
  return found;
}

const notice = (title, more) => el("div", "notice notice--info", el("div", "notice__words", el("p", "", el("b", "", title)), more ? el("p", "", more) : ""));

function summary(one, title, more) {
  const born = one.born && said("born", { day: day(one.born, { day: "numeric", month: "long", year: "numeric" }) });
  // From left to right, and whole, in every language: its groups would change places.
  const numbers = one.numbers.map(({ nhs, value, kind }) => (nhs ? said("nhs", { number: value.replace(/^(\d{3})(\d{3})(\d{4})$/, "\u2066$1\u00a0$2\u00a0$3\u2069") }) : [kind, value].filter(Boolean).join(" ")));
  const asOf = one.date && said("as-of", { moment: day(one.date, one.date.length > 10 ? { ...long, hour: "2-digit", minute: "2-digit", hourCycle: "h23" } : long) });
  const by = one.authors.length ? said("by", { who: one.authors.slice(0, 5).join(", ") }) : "";
  const until = ends(link.exp);
  const box = known(one);
  // What stands in the box, in other words than there, stays among the rest.
  const ordered = one.sections
    .filter((part) => part.code !== alerts || bare(narrative(part.div)?.textContent ?? part.lines.join("")) !== bare(one.known.flags.join("")))
    .map((part, n) => ({ ...part, n, rank: part.empty || (part.code === first[0] && one.known.allergies.length) ? -1 : first.indexOf(part.code) }));
  const top = ordered.filter((part) => part.rank >= 0).sort((a, b) => a.rank - b.rank || a.n - b.n);
  const rest = ordered.filter((part) => part.rank < 0 || ordered.length === 1);
  return [
    words("h1", "", one.name || said("no-name")),
    el("p", "soft", [born, ...numbers].filter(Boolean).join(". ")),
    el("div", "notice notice--soft", el("div", "notice__words", asOf ? el("p", "", el("b", "", asOf)) : "", by ? words("p", "", by) : "", until ? el("p", "", until) : "")),
    notice(title, more),
    said(`status-${one.status}`) ? notice(said(`status-${one.status}`)) : "",
    one.other ? notice(said("other-version"), said("other-version-more")) : "",
    box,
    ...top.filter((part) => !rest.includes(part)).map((part) => el("section", `card${part.rank ? "" : " card--strong"}`, heading(part, one.language), short(content(part, one.language)))),
    rest.length ? el("div", "card view-parts", ...rest.map((part) => folded(heading(part, one.language), content(part, one.language)))) : "",
  ].filter(Boolean);
}

const bare = (text) => text.replace(/\s+/g, "");
const isolated = (text) => `\u2068${text}\u2069`;

// Needs and allergies, as the document codes them; nothing where it does not.
function known({ known: it, name, language: from }) {
  const listed = (items) => items.flatMap((one, n) => [n ? said("comma") : "", el("bdi", "", one)]);
  const kind = it.own ? "-own" : it.unconfirmed ? "-unconfirmed" : "";
  const allergies = it.allergies.map(({ absent, text, beside, high }) => {
    if (absent && said(`absent-${absent}`)) return said(`absent-${absent}`);
    const more = [beside, high && said("high-risk")].filter(Boolean).map(isolated).join(said("comma"));
    return more ? `${isolated(text)} (${more})` : text;
  });
  if (!it.flags.length && !allergies.length) return "";
  return el(
    "section",
    "card card--strong view-known",
    it.flags.length ? el("p", "", el("b", "", ...titled({ code: alerts, title: it.title }, from), ":"), " ", ...listed(it.flags)) : "",
    allergies.length ? el("p", "", el("b", "", said(`known-allergies${kind}`, { name: isolated(name) })), " ", ...listed(allergies)) : "",
    it.more ? el("p", "soft", said("known-more")) : "",
  );
}

// A heading that is known by its code is said in the reader's language; beside it as it was written, where that is another one.
function titled(part, from) {
  const known = said(`code-${part.code}`);
  const own = el("bdi", "", part.title || known || said("no-title"));
  const same = !known || !part.title || from.split("-")[0] === language;
  return same ? [own] : [known, " ", el("span", "soft view-own", own)];
}

const heading = (part, from) => el("h2", "card__title", ...titled(part, from));

function content(part, from) {
  const made = el("div", "view-words", narrative(part.div) || (part.lines.length ? el("ul", "", ...part.lines.map((one) => words("li", "", one))) : el("p", "soft", said("nothing"))));
  made.dir = "auto";
  if (/^[A-Za-z]{2,3}(-[A-Za-z0-9]+)*$/.test(from)) made.lang = from;
  return made;
}

const folded = (title, ...words) => el("details", "view-part", el("summary", "view-part__line", title, id("chevron").content.cloneNode(true)), ...words);

// Of a long part on top what stands first; the rest is one press away. Only plain paragraphs are parted: half a table says something else.
function short(made) {
  let inside = made;
  while (inside.childElementCount === 1 && inside.firstElementChild.localName === "div") inside = inside.firstElementChild;
  const parts = [...inside.childNodes].filter((one) => one.textContent.trim());
  if (parts.length < 7 || parts.some((one) => one.localName !== "p")) return made;
  inside.append(folded(el("b", "card__title", said("more")), ...parts.slice(3)));
  return made;
}

// On paper all of it is open.
addEventListener("beforeprint", () => {
  for (const one of document.querySelectorAll("details")) one.open = true;
});

function begin() {
  if (location.hash.includes("shlink:/")) field("link").value = location.href;
  form.hidden = false;
  id("shown").hidden = true;
  id("intro").hidden = false;
  id("link-part").hidden = !!location.hash && location.hash.includes("shlink:/");
  look();
}

field("link").addEventListener("input", look);
// Another language, and the same link: what stands after # never leaves the browser, and goes along in it.
for (const one of document.querySelectorAll("[formaction^='/language/']")) {
  one.addEventListener("click", () => one.setAttribute("formaction", one.getAttribute("formaction").split("#")[0] + location.hash));
}
addEventListener("hashchange", begin);
begin();
