// Makes static/build/: style sheets (left to right and right to left), the one script of every page, those of passkeys, of chosen files and of links, the service worker, icons,
// each with its hash in the name and a .br and .gz beside it, and manifest.json, which maps the plain name to the hashed one.
// Beside it fonts/, for PDFs. Run by `npm run build`; `npm run watch` runs it again when a source changes.
import { createHash } from "node:crypto";
import { copyFile, mkdir, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import { watch } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import * as esbuild from "esbuild";
import rtlcss from "rtlcss";
import * as sass from "sass";

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), "..");
const source = path.join(root, "static");
const target = path.join(source, "build");
const sheets = ["phone", "desk", "print"];

// Phones of about 2020: old enough to matter, new enough for what htmx itself needs. Older ones run without JavaScript.
const scriptTargets = ["chrome84", "firefox90", "safari15"];

async function sheet(name) {
  const { css } = sass.compile(path.join(source, "css", `${name}.scss`), {
    loadPaths: [path.join(root, "node_modules")],
    quietDeps: true,
    style: "expanded",
  });
  const small = async (text) => (await esbuild.transform(text, { loader: "css", minify: true, target: scriptTargets })).code;
  return { [`${name}.css`]: await small(css), [`${name}.rtl.css`]: await small(rtlcss.process(css)) };
}

async function script(name, entry, format) {
  const result = await esbuild.build({
    entryPoints: [path.join(source, entry)],
    bundle: true,
    minify: true,
    format,
    target: scriptTargets,
    legalComments: "none",
    // All of these phones have it. Chrome before 91 alone goes wrong where a spread argument is followed by another: `a?.b(...c, d)`.
    supported: { "optional-chain": true },
    write: false,
  });
  return { [name]: result.outputFiles[0].text };
}

// The service worker is served by the app, under a name that stays and with a first line of its own: here it has no hash.
const unhashed = ["sw.js"];

// Some stand apart: only the pages that ask who somebody is have passkey.js, those that take files chosen.js, and the page that makes a link
// and the one that opens any have one each.
const modules = { "app.js": "app.js", "passkey.js": "passkey.js", "chosen.js": "chosen.js", "links.js": "links/make.js", "viewer.js": "links/view.js" };
const scripts = () =>
  Promise.all([...Object.entries(modules).map(([name, entry]) => script(name, `js/${entry}`, "esm")), script("sw.js", "sw/main.js", "iife")]);

async function pictures() {
  const folder = path.join(source, "icons");
  const made = {};
  for (const name of await readdir(folder)) {
    const file = await readFile(path.join(folder, name));
    made[name] = name.endsWith(".svg") ? file.toString().replace(/<!--[\s\S]*?-->/g, "").replace(/>\s+</g, "><").trim() : file;
  }
  return made;
}

function hashed(name, content) {
  const hash = createHash("sha256").update(content).digest("hex").slice(0, 10);
  const dot = name.lastIndexOf(".");
  return `${name.slice(0, dot)}.${hash}${name.slice(dot)}`;
}

// The fonts that PDFs are set in, as their packages have them: never sent to a browser.
const hands = ["NotoSans", "NotoNastaliqUrdu", "NotoNaskhArabic", "NotoSansBengali", "NotoSansGurmukhi", "NotoSansGujarati", "NotoSansTamil", "NotoEmoji"];

async function fonts() {
  const folder = path.join(root, "fonts");
  await mkdir(folder, { recursive: true });
  for (const hand of hands) {
    const name = hand.replace(/(?<=[a-z])(?=[A-Z])/g, "-").toLowerCase();
    for (const weight of ["400Regular", "700Bold"]) {
      const file = `${hand}_${weight}.ttf`;
      await copyFile(path.join(root, "node_modules", "@expo-google-fonts", name, weight, file), path.join(folder, file));
    }
  }
}

async function build() {
  await fonts();
  const files = Object.assign({}, ...(await Promise.all([...sheets.map(sheet), pictures()])), ...(await scripts()));
  await mkdir(target, { recursive: true });
  const manifest = {};
  const kept = new Set(["manifest.json"]);
  for (const [name, content] of Object.entries(files).sort()) {
    const body = Buffer.from(content);
    const file = unhashed.includes(name) ? name : hashed(name, body);
    manifest[name] = file;
    const brotli = brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: body.length } });
    // A picture of dots is squeezed already.
    const all = name.endsWith(".png") ? { "": body } : { "": body, ".br": brotli, ".gz": gzipSync(body, { level: 9 }) };
    for (const [end, bytes] of Object.entries(all)) {
      kept.add(file + end);
      await writeFile(path.join(target, file + end), bytes);
    }
    console.log(`${name.padEnd(16)} ${String(body.length).padStart(7)} ${String(brotli.length).padStart(6)} br`);
  }
  // Whole or not at all: a running server may read it at any moment.
  await writeFile(path.join(target, "manifest.json.new"), JSON.stringify(manifest, null, 2) + "\n");
  await rename(path.join(target, "manifest.json.new"), path.join(target, "manifest.json"));
  for (const name of await readdir(target)) if (!kept.has(name)) await rm(path.join(target, name), { force: true });
}

await build();

if (process.argv.includes("--watch")) {
  let soon;
  for (const folder of ["css", "js", "sw", "icons"]) {
    watch(path.join(source, folder), { recursive: true }, () => {
      clearTimeout(soon);
      soon = setTimeout(() => build().catch((error) => console.error(error.message)), 100);
    });
  }
}
