// What becomes of a form that is sent from a page: kept first, whatever the line is like.
import { get, keys, remove, under } from "./db.js";
import { dropFiles, keepFile } from "./files.js";
import { add, addressOf, change, dashed, edit, find, late, newId, tell, withFiles } from "./outbox.js";
import { asHtml, coming, drain, isOurs, patience, reach, request as stepOf, whoIsHere } from "./replay.js";
import { escaped } from "./words.js";

const minute = 60000;

// Answers a form: one that can wait is kept first, then sent, and then the answer is given.
export async function post(event) {
  const { request } = event;
  const { form, files } = await fields(request.clone());
  const account = form.get("outbox-account");
  if (!form.has("outbox") || !account || !form.get("form_id")) return straight(request, form, "no-signal");
  let id;
  try {
    id = await keep(account, request, form, files);
    if (form.get("draft")) await removeDraft(account, form.get("draft"));
  } catch (fault) {
    if (fault === late) return stays("late", form);
    return straight(request, form, fault?.name === "QuotaExceededError" ? "full" : "no-store");
  }
  coming.id = id;
  const sending = drain();
  event.waitUntil(sending);
  // How far a photo is, is said on the page of what waits.
  await Promise.race([sending, new Promise((resolve) => setTimeout(resolve, files.length ? patience / 4 : patience))]);
  const entry = await find(account, id).catch(() => null);
  if (entry?.state === "sent" && entry.location) return Response.redirect(entry.location, 303);
  coming.id = null; // not in time
  const page = [409, 422].includes(entry?.refusal?.status) && (await asPage(account, entry, request, form.get("draft")).catch(() => null));
  return page || Response.redirect(`/waiting/saved/${id}`, 303);
}

// What a form says, and the files that were chosen in it.
async function fields(request) {
  if (!request.headers.get("Content-Type").startsWith("multipart/")) return { form: new URLSearchParams(await request.text()), files: [] };
  const all = [...(await request.formData())];
  const words = all.filter(([, value]) => typeof value === "string");
  return { form: new URLSearchParams(words), files: all.map(([, value]) => value).filter(({ size }) => size) };
}

// What nothing could keep goes straight to the server. If that cannot be reached either, the browser stays on the page with its
// words, and the page is told why.
async function straight(request, form, why) {
  try {
    return await fetch(request);
  } catch {
    return stays(why, form);
  }
}

async function stays(why, form) {
  await tell({ type: "not-kept", why, id: form.get("form_id") });
  return new Response(null, { status: 204 });
}

const ours = ["csrf_token", "form_id", "outbox", "outbox-unit", "outbox-account", "outbox-of", "draft"];

// What is in the outbox is no longer something that was only started (see js/drafts.js).
async function removeDraft(account, id) {
  for (const key of await keys("kept", under(account, "draft "))) if (key[1].endsWith(` ${id}`)) await remove("kept", key);
}

// Puts a form into the store. Gives the id of its entry: an earlier one, for other words to it (`outbox-of`) or a second press.
async function keep(account, request, form, chosen) {
  const files = [];
  return keepWith(files, account, request, form, chosen).catch(async (fault) => {
    await dropFiles(account, files).catch(() => {}); // nothing names them
    throw fault;
  });
}

async function keepWith(files, account, request, form, chosen) {
  const { pathname, search } = new URL(request.url);
  const body = content(form);
  const of = dashed(form.get("outbox-of") || "");
  const kept = async () => {
    for (const file of chosen) {
      files.push({ id: newId(), size: file.size });
      await keepFile(account, files.at(-1).id, file);
    }
    return files;
  };
  if (of && (await find(account, of))) return change(account, of, body, await kept()).then(() => of);
  const print = await fingerprint(body + chosen.map(({ name, size, lastModified }) => `&${name}/${size}/${lastModified}`).join(""));
  let id = dashed(form.get("form_id"));
  const twin = await find(account, id);
  if (twin?.print === print) return id;
  if (twin || !/^[\da-f-]{36}$/.test(id)) id = newId();
  const [clock, asked] = [await get("meta", "clock"), await get("meta", "asked")];
  const said = { id, url: pathname + search, title: form.get("outbox"), unit: form.get("outbox-unit") || "", print, clock, asked };
  await kept();
  await add(account, { ...said, body: withFiles(body, files), files });
  return id;
}

// Of the words alone, not of when they were sent: a second press says the same.
async function fingerprint(body) {
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(body.replace(/-wall=[^&]*/g, "")));
  return String(new Uint8Array(bytes));
}

// What a person wrote, in its order, with the wall time of now beside every zone.
function content(form) {
  const said = [...form].filter(([name]) => !ours.includes(name));
  const walls = said.filter(([name]) => name.endsWith("-zone")).map(([name, zone]) => [name.replace(/zone$/, "wall"), wall(zone)]);
  return new URLSearchParams([...said, ...walls]).toString();
}

// Now, as a clock in `zone` shows it: 2026-10-25T01:10:00+00:00. The offset tells the hours apart that come twice in a night.
function wall(zone) {
  const now = new Date();
  let shown = new Date(now - now.getTimezoneOffset() * minute);
  try {
    const format = { timeZone: zone, calendar: "gregory", numberingSystem: "latn", hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric", second: "numeric" };
    const part = Object.fromEntries(new Intl.DateTimeFormat("en", format).formatToParts(now).map(({ type, value }) => [type, Number(value)]));
    shown = new Date(Date.UTC(part.year, part.month - 1, part.day, part.hour, part.minute, part.second));
  } catch {
    // No zone was said, or none that is known here: the phone's own.
  }
  const off = Math.round((shown - now) / minute);
  const two = (number) => String(Math.floor(Math.abs(number))).padStart(2, "0");
  return `${shown.toISOString().slice(0, 19)}${off < 0 ? "-" : "+"}${two(off / 60)}:${two(off % 60)}`;
}

// What the server has refused while somebody waits for it: the page that says so, with all their words on it. They stay here too,
// with the reason, until they are mended or dropped: the page's form says whose words it has.
// Only at the address it was sent to: the page's own form goes there. It bears the draft's id as if the server had answered it.
async function asPage(account, entry, { url }, draft) {
  const address = addressOf(entry, entry.steps[0]);
  const session = await whoIsHere();
  if (session?.account !== account || !url.endsWith(address)) return null;
  const { headers, ...rest } = stepOf(entry, session);
  // It has not been sent: the page says why.
  if (entry.refusal.error === "too-large") rest.body.set("upload-size", Math.max(...entry.files.map(({ size }) => size)));
  const page = await reach(address, { ...rest, headers: { ...headers, Accept: "text/html" } });
  if (page.type === "opaqueredirect") return edit(entry.seq, () => null).then(() => page); // this time it was kept
  if (!isOurs(page) || ![409, 422].includes(page.status)) return null;
  const html = (await page.text()).replaceAll('name="draft" value=""', `name="draft" value="${escaped(draft || "")}"`);
  const said = { "outbox-of": entry.id };
  if (!html.includes('name="outbox"')) Object.assign(said, { outbox: entry.title, "outbox-unit": entry.unit, "outbox-account": account });
  const fields = Object.entries(said).map(([name, value]) => `<input type="hidden" name="${name}" value="${escaped(value)}" autocomplete="off">`);
  return new Response(html.replace(/<input[^>]* name="form_id"[^>]*>/, (field) => field + fields.join("")), { status: page.status, headers: asHtml(page.headers) });
}
