// Opens a file of a link: a compact JWE with `dir` and A256GCM, and nothing else. What it holds is bounded.
import { drain, fromText } from "./bytes.js";
import { Problem } from "./problem.js";

export const most = 5e6; // bytes of a file once it is open

export async function unseal(text, key) {
  const parts = text.trim().split(".");
  if (parts.length === 3) throw new Problem("signed-only");
  let head, iv, body, tag;
  try {
    head = JSON.parse(new TextDecoder().decode(fromText(parts[0])));
    [iv, body, tag] = parts.slice(2).map(fromText);
  } catch {
    throw new Problem("not-sealed");
  }
  if (parts.length !== 5 || !head || iv.length !== 12 || tag.length !== 16) throw new Problem("not-sealed");
  if (parts[1] || head.alg !== "dir" || head.enc !== "A256GCM" || "crit" in head || ![undefined, "DEF"].includes(head.zip)) throw new Problem("other-seal");
  const sealed = new Uint8Array(body.length + 16);
  sealed.set(body);
  sealed.set(tag, body.length);
  const secret = await crypto.subtle.importKey("raw", key, "AES-GCM", false, ["decrypt"]);
  let plain;
  try {
    const additionalData = new TextEncoder().encode(parts[0]);
    plain = new Uint8Array(await crypto.subtle.decrypt({ name: "AES-GCM", iv, additionalData }, secret, sealed));
  } catch {
    throw new Problem("wrong-key");
  }
  const opened = head.zip ? await spread(plain) : plain;
  if (opened.length > most) throw new Problem("too-large");
  try {
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(opened), type: String(head.cty ?? "") };
  } catch {
    throw new Problem("unreadable");
  }
}

// Raw DEFLATE (RFC 1951).
export async function spread(bytes) {
  if (!("DecompressionStream" in window)) throw new Problem("old-browser");
  try {
    return await drain(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw")), most);
  } catch (fault) {
    throw new Problem(fault instanceof RangeError ? "too-large" : "unreadable");
  }
}
