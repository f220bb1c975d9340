// What the phone says when something is new: always one of the same few words, never anything of a record.
import { get } from "./db.js";
import { leaveNothing } from "./kept.js";

const server = "/account/push/";

// self.SHELL.told: {texts: {language: [title, text]}, icon, badge}
async function words(data) {
  const { texts } = self.SHELL.told;
  let sent;
  try {
    sent = data.json();
  } catch {
    // Nothing came along, or nothing we wrote.
  }
  const all = Object.keys(texts);
  const known = all.find((each) => texts[each][0] === sent?.title && texts[each][1] === sent?.body);
  if (known) return known;
  const kept = await get("meta", "lang").catch(() => {});
  return [kept, navigator.language.slice(0, 2), all[0]].find((each) => all.includes(each));
}

async function show({ data }) {
  const { texts, icon, badge } = self.SHELL.told;
  const lang = await words(data);
  const [title, body] = texts[lang];
  await registration.showNotification(title, { body, lang, icon, badge, tag: "selfcare", renotify: true });
  // A page that is open can say that it came.
  for (const page of await windows()) page.postMessage({ type: "told" });
}

const windows = () => clients.matchAll({ type: "window", includeUncontrolled: true });

async function open() {
  const [page] = await windows();
  if (!page) return clients.openWindow("/inbox/");
  await page.focus();
  // It shows what is new, unless somebody is typing there.
  page.postMessage({ type: "look" });
}

// The browser changed its address or its keys: what this account had here goes on, what another had is left alone.
async function renew({ oldSubscription, newSubscription }) {
  const { token } = await (await fetch("/phone/session")).json();
  const post = (url, body) => fetch(url, { method: "POST", headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRF-Token": token }, body: JSON.stringify(body) });
  if (!token || !oldSubscription) return;
  const { key } = await (await fetch(server + "key")).json();
  const fresh = newSubscription || (await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key }));
  const answer = await post(server + "remove", { endpoint: oldSubscription.endpoint });
  if (!(await answer.json()).removed) return;
  await post(server, fresh);
}

// Woken anyhow, the phone also notices when its session has ended meanwhile.
export const push = (event) => event.waitUntil(show(event).then(() => leaveNothing()).catch(() => {}));

export function notificationclick(event) {
  event.notification.close();
  event.waitUntil(open());
}

self.addEventListener("pushsubscriptionchange", (event) => event.waitUntil(renew(event)));
