// Reads a link: what it says of itself, and whether its address is one that may be asked at all.
import { fromText } from "./bytes.js";
import { Problem } from "./problem.js";

const longest = 20000;
// Names that lead nowhere but to the reader's own network: of one part, or with an end that the world does not have.
const near = /^[^.]*$|(^|\.)(localhost|localdomain|local|internal|intranet|private|lan|home|corp|home\.arpa)$/;

export function read(text) {
  const bare = text.replace(/\s+/g, "");
  const at = bare.indexOf("shlink:/");
  if (!bare || bare.length > longest || at < 0) throw new Problem("no-link");
  let said;
  try {
    said = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(fromText(bare.slice(at + 8).replace(/=+$/, ""))));
  } catch {
    throw new Problem("cut");
  }
  if (!said || typeof said !== "object" || typeof said.url !== "string" || typeof said.key !== "string") throw new Problem("cut");
  if (said.v !== undefined && said.v !== 1) throw new Problem("newer");
  const key = keyOf(said.key);
  const flag = typeof said.flag === "string" ? said.flag : "";
  if (flag.includes("U") && flag.includes("P")) throw new Problem("odd");
  const exp = Number.isFinite(said.exp) && Math.abs(said.exp) < 8e12 ? new Date(said.exp * 1000) : null;
  if (exp && exp < new Date()) throw new Problem("over");
  const label = typeof said.label === "string" ? Array.from(said.label).slice(0, 80).join("") : "";
  return { url: addressOf(said.url), key, direct: flag.includes("U"), passcode: flag.includes("P"), label, exp };
}

function keyOf(text) {
  try {
    const key = fromText(text);
    if (text.length === 43 && key.length === 32) return key;
  } catch {
    // Said below.
  }
  throw new Problem("key");
}

// An address that may be asked: this app's own, or by https another host that has a name in the world.
export function addressOf(text, base) {
  let url;
  try {
    url = new URL(text, base);
  } catch {
    throw new Problem("cut");
  }
  if (url.origin === location.origin) return url;
  if (url.protocol !== "https:" || url.username || url.password) throw new Problem("unsafe");
  const hostname = url.hostname.replace(/\.+$/, "");
  if (hostname.startsWith("[") || /^[\d.]+$/.test(hostname) || near.test(hostname)) throw new Problem("near", { host: hostname });
  url.hash = "";
  return url;
}
