// The shell: a page frame for each language and what it is drawn with. All of it is public; nothing of a record ever lies in a cache.
// self.SHELL says which addresses, and a version that changes with any byte of them.
const prefix = "shell-";
const name = () => prefix + self.SHELL.version;
const address = (lang) => `/offline/${lang}/`;

// All of it or nothing: where one part cannot be had, the older shell stays in use.
export async function install() {
  const { assets, languages } = self.SHELL;
  const cache = await caches.open(name());
  // Without cookies: the answers are the same for everybody, and so they are asked for.
  await cache.addAll([...assets, ...languages.map(address)].map((url) => new Request(url, { credentials: "omit", redirect: "error" })));
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
  const headers = new Headers(found.headers);
  for (const each of ["Content-Encoding", "Content-Length"]) headers.delete(each);
  return { html: await found.text(), headers };
}
