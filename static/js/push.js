// Telling this phone or computer when something is new. Nothing is asked before somebody presses the button.
import { announce } from "./content.js";

const server = "/account/push/";
const worker = navigator.serviceWorker;
const section = document.querySelector("[data-push]");

// What takes too long counts as not there.
const within = (promise, most) => Promise.race([promise, new Promise((resolve) => setTimeout(resolve, most))]).catch(() => {});

const current = async () => (await worker?.getRegistration())?.pushManager?.getSubscription();

const post = (url, body) =>
  fetch(url, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRF-Token": document.querySelector("[name=csrf_token]").value },
    body: JSON.stringify(body),
  });

// Takes this browser's subscription away, when it is of the account that is signed in. Whether it was.
async function stop() {
  const subscription = await current();
  if (!subscription) return false;
  const answer = await post(server + "remove", { endpoint: subscription.endpoint });
  return (await answer.json()).removed && subscription.unsubscribe();
}

// Before signing out. Never fails, and never takes long.
export const stopPush = () => within(stop(), 3000);

const serverKey = async () => (await (await fetch(server + "key")).json()).key;

function isMadeWith(subscription, key) {
  const bytes = String.fromCharCode(...new Uint8Array(subscription.options.applicationServerKey));
  return btoa(bytes).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "") === key;
}

async function start() {
  const key = await serverKey();
  const { pushManager } = await within(worker.ready, 9000);
  let subscription = await pushManager.getSubscription();
  if (subscription && !isMadeWith(subscription, key)) {
    await stop();
    await subscription.unsubscribe();
    subscription = null;
  }
  subscription ||= await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
  return post(server, subscription);
}

// The server has another key by now: the same wish, made anew, but only for who had it.
async function renew() {
  const subscription = await current();
  if (subscription && !isMadeWith(subscription, await serverKey()) && (await stop())) return start();
}

function show(state) {
  for (const part of section.querySelectorAll("[data-push-state]")) part.hidden = part.dataset.pushState !== state;
}

// As the server marks a device, without saying its address.
async function mark({ endpoint }) {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(endpoint));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function look() {
  if (!worker || !window.PushManager || !window.Notification) return show(navigator.standalone === false ? "share" : "none");
  const subscription = await within(current(), 3000);
  const here = subscription && section.querySelector(`[data-push-device="${await mark(subscription)}"]`);
  if (here) {
    here.hidden = false;
    if ((await renew())?.ok) return location.reload();
  }
  return show(Notification.permission === "denied" ? "denied" : here ? "on" : "off");
}

if (section) {
  let late;
  show(); // until it is known
  const say = (name) => announce(section.dataset[name]);
  look().catch(() => {});

  section.addEventListener("click", async ({ target }) => {
    if (!target.closest("[data-push-start]")) return;
    if ((await Notification.requestPermission()) !== "granted") return look();
    say("trying"); // some browsers look for their push service for a very long time
    const answer = await within(start(), 20000);
    if (answer?.ok) return location.reload();
    show("failed");
    return announce(answer ? (await answer.json()).message : "");
  });

  section.addEventListener("submit", async (event) => {
    const form = event.target;
    if (form.matches("[data-push-test]")) {
      event.preventDefault();
      clearTimeout(late);
      const sent = await post(form.action).catch(() => {});
      say(sent?.ok ? "sent" : "failed");
      late = sent?.ok && setTimeout(say, 30000, "late");
    } else if (section.querySelector(`[data-push-device="${form.dataset.pushRemove}"]`)?.hidden === false) {
      event.preventDefault();
      if (await within(stop(), 3000)) location.search = "saved=1";
      else form.submit();
    }
  });

  worker?.addEventListener("message", ({ data }) => {
    if (data?.type !== "told" || !late) return;
    clearTimeout(late);
    say("arrived");
  });
} else if (location.search.includes("from=home-screen") && window.Notification?.permission === "granted") {
  renew().catch(() => {});
}
