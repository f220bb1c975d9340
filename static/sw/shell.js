// The shell: a page frame for each language and what it is drawn with. All of it is public; nothing of a record ever lies in a cache.
// self.SHELL says which addresses, and a version that changes with any byte of them.
import { asHtml } from "./replay.js";
import { hex } from "./seal.js";

const prefix = "shell-";
const name = () => prefix + self.SHELL.version;
const address = (lang) => `/offline/${lang}/`;

// All of it or nothing: where one part cannot be had, the older shell stays in use.
export async function install() {
  const { digests } = self.SHELL;
  const cache = await caches.open(name());
  // The page has most of it already, under a name that changes with what is in it.
  const all = Object.entries(digests).map((part) => take(cache, "default", ...part).catch(() => take(cache, "reload", ...part)));
  await Promise.all(all);
}

// Without cookies: the answers are the same for everybody, and so they are asked for. A portal that answers in our place is not
// taken for us: each part is what the server has said it is, to the byte.
async function take(cache, how, url, digest) {
  const answer = await fetch(new Request(url, { credentials: "omit", redirect: "error", cache: how }));
  const bytes = await crypto.subtle.digest("SHA-256", await answer.clone().arrayBuffer());
  if (!answer.ok || hex(bytes) !== digest) throw new Error(`not ours: ${url}`);
  await cache.put(url, answer);
}

export async function activate() {
  const old = (await caches.keys()).filter((each) => each.startsWith(prefix) && each !== name());
  await Promise.all(old.map((each) => caches.delete(each)));
}

const kept = async (url) => (await caches.open(name())).match(url, { ignoreVary: true, ignoreSearch: true });

export const asset = async (request) => (await kept(request.url)) || fetch(request);

// The frame in a language: {html, headers}.
export async function shell(lang) {
  const found = await kept(address(lang));
  if (!found) throw new Error("no shell");
  return { html: await found.text(), headers: asHtml(found.headers) };
}
