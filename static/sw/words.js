// Entries in words: what was written, how much, and when, in the words of the form it was written in.
// Places are written [[name]], and __name__ where only letters may stand.
const filled = (part, values) => part.replace(/\[\[(\w+)\]\]|__([a-z]+)__/g, (_, name, other) => values[name || other] ?? "");

export const escaped = (text) => String(text ?? "").replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);

// Our sentences, from the end of the shell. `say(name, values)` escapes the values; those in `html` are parts drawn already.
export function texts(html, lang) {
  const parts = Object.fromEntries(Array.from(html.matchAll(/<template data-part="([^"]+)">([\s\S]*?)<\/template>/g), ([, name, part]) => [name, part.trim()]));
  const plural = new Intl.PluralRules(lang);
  const say = (name, values = {}, html = {}) => {
    const safe = Object.fromEntries(Object.entries(values).map(([key, value]) => [key, escaped(value)]));
    return filled(parts[name] || "", { ...safe, ...html });
  };
  // The sentence of `name` that goes with a number.
  say.count = (name, count) => say(`${name}.${plural.select(count)}`, { count });
  say.lang = lang;
  return say;
}

export const body = ({ steps }) => new URLSearchParams(steps.filter(({ kind }) => kind !== "remove").at(-1)?.body || "");

const path = ({ url }) => url.split("?")[0];
const wordy = ["text", "answer", "note", "words", "matters", "next_step", "why", "tried", "lasted", "own_time", "what", "other", "place", "line", "told"];
// A form in parts names the fields of each: q-<uuid>-answer, line1-what.
const ofPart = /^(q-[\da-f-]{36}|line\d+)-/;
// What a request is about is in words; what a question is about is a reference.
const asking = ["about", "number"];
// What somebody wrote, in the order of the form.
const written = (entry) =>
  [...body(entry)]
    .filter(([name]) => wordy.includes(name.replace(ofPart, "")) || (asking.includes(name) && entry.url.includes("/get-in-touch/")))
    .map(([, words]) => words.trim())
    .filter(Boolean);

const most = 200;

// The wall time of an entry: {day: "2026-03-10", time: "14:05", part}, as it was chosen, else when it was written. `part`: a part of
// the day, or "day", where no time was said; then `time` is empty.
function moment(entry) {
  const form = new URLSearchParams(entry.moment);
  const zone = [...form.keys()].find((name) => name.endsWith("-zone"));
  const name = zone?.slice(0, -5);
  const sent = body(entry);
  const written = form.get(name + "-wall") || local(new Date(entry.at));
  const [day, clock] = written.split("T");
  const chosen = sent.get(name) || "now";
  const [said, typed] = [sent.get(name + "-part"), sent.get(name + "-time")];
  const part = chosen === "now" || said === "clock" || (!said && typed) ? "" : said || "day";
  const before = new Date(Date.parse(day + "T12:00Z") - 86400000).toISOString().slice(0, 10);
  const on = { yesterday: before, day: sent.get(name + "-date") }[chosen] || day;
  const time = part ? "" : (chosen !== "now" && typed) || clock.slice(0, 5);
  return { day: on, time, part, iso: [on, time].filter(Boolean).join("T") };
}

export const timeOf = (entry) => moment(entry).time;

const two = (number) => String(number).padStart(2, "0");

export function local(now) {
  const day = [now.getFullYear(), two(now.getMonth() + 1), two(now.getDate())].join("-");
  return `${day}T${two(now.getHours())}:${two(now.getMinutes())}:${two(now.getSeconds())}`;
}

const signs = { skip: "", done: "\u2713", not: "\u2717" };

// A number as it was chosen or typed; `part`: what stands before the names of its fields.
function valueOf(sent, part) {
  const [severity, ...numbers] = ["severity", "first", "second"].map((name) => sent.get(part + name));
  return signs[severity] ?? severity ?? numbers.filter(Boolean).join("/");
}

// An entry as it is shown: {time, iso, day, title, value, unit, note}. `day` is empty for today. `form`: the kept page it was
// written on, for the words of what was chosen there.
export function shown(entry, say, form = "") {
  const sent = body(entry);
  const value = valueOf(sent, "");
  const how = sent.get("how");
  const choice = /^\w+$/.test(how) && new RegExp(`id="([^"]+)" name="how" value="${how}"`).exec(form)?.[1];
  const label = choice && new RegExp(`<label[^>]* for="${choice}"[^>]*>([^<]*)<`).exec(form)?.[1];
  const things = [...sent].filter(([name]) => /^t-.*-name$/.test(name));
  const filled = things.map(([name, thing]) => [thing, valueOf(sent, name.slice(0, -4))]).filter(([, value]) => value);
  const [words] = filled.length ? [filled.map((each) => each.join(" ")).join(". ")] : written(entry);
  const { lang } = say;
  const { day, time, part, iso } = moment(entry);
  const today = local(new Date()).slice(0, 10);
  const long = new Intl.DateTimeFormat(lang === "en" ? "en-GB" : lang, { weekday: "long", day: "numeric", month: "long", timeZone: "UTC", numberingSystem: "latn" });
  return {
    time: time || say(`part.${part}`),
    iso,
    day: day === today ? "" : long.format(new Date(day + "T12:00Z")),
    title: entry.title,
    value,
    unit: value ? entry.unit : "",
    note: shortened([plain(label), words].filter(Boolean).join(". ")),
  };
}

// Ended where a word ends; where there are no spaces, never inside a letter or a picture.
function shortened(text) {
  if (text.length <= most) return text;
  const letters = Intl.Segmenter ? Array.from(new Intl.Segmenter().segment(text), ({ segment }) => segment) : Array.from(text);
  let start = "";
  for (const letter of letters) {
    if (start.length + letter.length > most) break;
    start += letter;
  }
  const head = start.replace(/\s+\S*$/, "");
  return (head.length > most / 2 ? head : start) + "…";
}

// A label stands in a page, so its signs are written as HTML writes them; here they become themselves.
const plain = (html) => (html || "").replace(/&#(\d+);/g, (_, code) => String.fromCharCode(code)).replace(/&amp;/g, "&");

// The same in one line, to be copied.
export function line(entry, say) {
  const { title, value, unit, day, time, note } = shown(entry, say);
  const about = [[title, value, unit].filter(Boolean).join(" "), [day, time].filter(Boolean).join(" ")].filter(Boolean).join(", ");
  const rest = written(entry).join("\n") || note;
  return rest ? `${about}.\n${rest}` : about;
}
