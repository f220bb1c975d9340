// What waits on this phone and what is kept on it. The service worker knows; here the page asks it, shows it, and passes on what is
// pressed. Without one nothing of this is on the page.
import { announce, words } from "./content.js";
import { forgetDrafts, hasDrafts } from "./drafts.js";
import { addHidden, fillIn } from "./filling.js";
import { stopPush } from "./push.js";

const worker = navigator.serviceWorker;
const { account = null } = document.body.dataset;
const here = new URL(location.href);
const all = (selector) => document.querySelectorAll(selector);

let known = {};
// The question of this page, which is put once: to the page that showed it, until it is answered.
let asking = false;

const ask = (type, data) =>
  new Promise((resolve) => {
    if (!worker?.controller) return resolve(null);
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => resolve(data);
    worker.controller.postMessage({ account, path: here.pathname, ...data, type }, [port2]);
  });

// How many wait is remembered outside the store too: should the browser throw it away, that is noticed.
const remembered = () => Number(/(?:^|; )waiting=(\d+)/.exec(document.cookie)?.[1] || 0);
const remember = (count) => count !== remembered() && (document.cookie = `waiting=${count}; path=/; max-age=31536000; secure; samesite=strict`);

async function hello() {
  const places = Array.from(all("[data-waiting]"));
  const said = await ask("hello", { lang: document.documentElement.lang, had: remembered(), under: places.map((each) => each.dataset.waiting) });
  if (!said || said.failed) return;
  known = said;
  // Of everybody who shares this phone: whose entries are thrown away is not known afterwards.
  remember(said.waiting + said.refused + said.others);
  const strip = document.getElementById("strip");
  // Said aloud only when it is new.
  if (strip.innerHTML !== said.strip) strip.innerHTML = said.strip;
  places.forEach((place, n) => {
    place.innerHTML = said.here[n];
    place.hidden = !said.here[n];
  });
  const { kept } = said;
  if (kept.ask && all('[data-kept="ask"]').length) {
    asking = true;
    ask("asked");
  }
  kept.ask ||= asking && kept.off;
  for (const part of all("[data-kept]")) part.hidden = !kept[part.dataset.kept] === !("keptNot" in part.dataset);
  for (const input of all("[data-keep]")) input.checked = kept.visit;
  if (here.pathname === "/sign-out") leaving();
  if (kept.stale) ask("pages");
}

function leaving() {
  const form = document.querySelector('main form[action$="/sign-out"], main form:not([action])');
  // Without a signal there is no such form.
  if (!form || !known.leave || document.querySelector("[data-leave]")) return;
  form.insertAdjacentHTML("beforebegin", known.leave);
  form.hidden = true;
  document.querySelector(".actions")?.remove();
}

async function leave(how, form = document.querySelector("main form")) {
  if (how === "send") {
    await ask("send");
    await hello();
    // Nothing is left: this was all that stood in the way.
    if (known.waiting + known.refused) return announce(words("failed"));
  }
  // Signing out waits for nobody for long.
  await Promise.race([ask("sign-out", { all: how === "drop" }), new Promise((go) => setTimeout(go, 3000))]);
  if (how === "drop") remember(known.others);
  await forgetDrafts();
  await stopPush();
  form.submit();
}

// The pages of what waits are drawn by the worker: it draws them again when what they show is no longer so.
async function anew() {
  if (!here.pathname.startsWith("/waiting/")) return;
  const drawn = await ask("anew", { lang: document.documentElement.lang });
  if (!drawn?.main) return;
  document.querySelector("main").innerHTML = drawn.main;
  document.title = document.title.replace(/^.* - /, () => `${drawn.title} - `);
}

const pressed = {
  async send() {
    await ask("send");
    if (here.pathname.startsWith("/waiting/")) location.reload();
    else if ((await hello(), known.waiting)) announce(words("later"));
  },
  async again(button) {
    await ask("again", { id: button.dataset.again });
    await anew();
  },
  async drop(button) {
    await ask("drop", { id: button.dataset.drop });
    location.assign(here.pathname === "/waiting/" ? here : "/");
  },
  read: (button) => ask("read", { what: button.dataset.read }).then(hello),
  leave: (button) => leave(button.dataset.leave),
  async consent(button) {
    const yes = button.dataset.consent === "yes";
    if (yes) navigator.storage?.persist?.();
    const answer = await ask("consent", { yes });
    announce(words(answer && !answer.failed ? (yes ? "isKept" : "isRemoved") : "noRoom"));
    asking = false;
    await hello();
  },
  async forget() {
    await ask("forget", { path: undefined });
    announce(words("isRemoved"));
    await hello();
  },
};

document.addEventListener("click", (event) => {
  for (const [name, work] of Object.entries(pressed)) {
    const button = event.target.closest?.(`[data-${name}]`);
    if (!button) continue;
    event.preventDefault();
    work(button);
  }
  const sign = event.target.closest?.("[data-sign-in]");
  if (sign) sign.href = `/sign-in?next=${encodeURIComponent(here.pathname)}`;
});

document.addEventListener("change", async ({ target }) => {
  const path = target.dataset?.keep;
  if (!path) return;
  if (target.checked) navigator.storage?.persist?.();
  const answer = await ask(target.checked ? "keep" : "forget", { path });
  if (target.checked && answer !== true) announce(words("noRoom"));
  else announce(words(target.checked ? "isKept" : "isRemoved"));
  await hello();
});

// Before htmx and forms.js hear of it.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.elements.outbox && !worker?.controller && !navigator.onLine) {
    event.preventDefault();
    announce(words("failed"));
  }
  if (new URL(form.action).pathname !== "/sign-out") return;
  event.preventDefault();
  const ask = known.leave ? Promise.resolve(true) : hasDrafts();
  ask.then((there) => (there && here.pathname !== "/sign-out" ? location.assign("/sign-out") : leave("keep", form)));
});

// Who is here is asked while a form is filled in.
document.addEventListener("input", ({ target }) => target.form?.elements.outbox && ask("soon"));

// An entry that waits is changed in its own form, with its words in it.
async function fill(id) {
  const form = Array.from(document.forms).find((each) => each.elements.outbox);
  const entry = await ask("entry", { id });
  if (entry?.there) return location.replace(entry.there);
  if (!form || !entry) return;
  fillIn(form, entry.body, /^(outbox.*|csrf_token|form_id|draft)$/);
  for (const { value, labels } of form.elements) {
    if (value === "now" && entry.time && labels[0]) labels[0].textContent = labels[0].textContent.replace(/\d\d:\d\d/, entry.time);
  }
  addHidden(form, "outbox-of", id);
  here.searchParams.delete("waiting");
  form.action = here;
}

worker?.addEventListener("message", ({ data }) => {
  if (data?.type === "changed") anew().then(hello);
  // Only the page that has these words on it.
  const mine = Array.from(all("[name=form_id]")).some(({ value }) => value === data?.id);
  if (data?.type === "not-kept" && mine) announce(words({ "no-signal": "failed", late: "late" }[data.why] || "noRoom"));
});
worker?.addEventListener("controllerchange", hello);
addEventListener("online", hello);
document.addEventListener("visibilitychange", () => document.hidden || hello());

const waiting = here.searchParams.get("waiting");
if (waiting) fill(waiting);
hello();
// Said before it is done.
if (here.pathname === "/sign-out") hasDrafts().then((there) => there && announce(words("drafts")));

if (worker && account) {
  // Once the page is there and nothing else is to do: the first page is not slower for it.
  addEventListener("load", () => (window.requestIdleCallback || setTimeout)(() => worker.register("/service-worker.js", { updateViaCache: "none" }).catch(() => {})));
  // A page that was on its way while the worker took over was passed by.
  worker.ready.then((registration) => worker.controller || registration.active.postMessage({ type: "claim" }));
}
