// The service worker: here the browser's events are tied to the modules that answer them, and nothing else happens.
import { again, drop } from "./outbox.js";
import { post } from "./post.js";
import { drain, soon } from "./replay.js";
import * as shell from "./shell.js";
import * as draw from "./draw.js";
import * as kept from "./kept.js";
import { notificationclick, push } from "./push.js";

// What a page may ask, by `type`. Each takes (data, client) and gives the answer that goes back through the port.
const messages = {
  __proto__: null,
  ...draw.messages,
  ...kept.messages,
  send: () => drain(),
  soon,
  claim: () => self.clients.claim(),
  again: ({ account, id }) => again(account, id).then(drain),
  drop: ({ account, id }) => drop(account, id),
};

self.addEventListener("install", (event) => event.waitUntil(shell.install().then(() => self.skipWaiting())));
self.addEventListener("activate", (event) => event.waitUntil(shell.activate().then(() => self.clients.claim())));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== location.origin) return;
  if (request.mode === "navigate") {
    if (request.method === "GET") event.respondWith(draw.navigate(event));
    else if (isForm(request)) event.respondWith(post(event));
  } else if (request.method === "GET" && self.SHELL.assets.includes(url.pathname)) {
    event.respondWith(shell.asset(request));
  }
});

self.addEventListener("message", (event) => {
  const { data, source, ports } = event;
  const answer = messages[data?.type];
  if (!answer) return;
  const answered = Promise.resolve()
    .then(() => answer(data, source))
    .catch((fault) => ({ failed: fault.name }));
  event.waitUntil(answered.then((said) => ports[0]?.postMessage(said ?? null)));
  // Somebody is there: a good moment to send what waits, and to notice who is signed in no more.
  if (data.type === "hello") event.waitUntil(drain().then(() => kept.leaveNothing(data.account)));
});

self.addEventListener("sync", (event) => {
  if (event.tag === "outbox") event.waitUntil(drain().then((stopped) => stopped === "later" && !event.lastChance && Promise.reject(stopped)));
});

self.addEventListener("push", push);
self.addEventListener("notificationclick", notificationclick);

function isForm(request) {
  return request.method === "POST" && /^(application\/x-www-form-urlencoded|multipart\/form-data)/.test(request.headers.get("Content-Type"));
}
