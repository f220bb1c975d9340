// Seals a file as a compact JWE (RFC 7516) with `dir` and A256GCM, as SMART Health Links have it. A nonce is never used twice.
import { drain, toText } from "./bytes.js";

const bytes = (text) => new TextEncoder().encode(text);

async function pressed(plain) {
  if (!("CompressionStream" in window)) return null;
  try {
    return await drain(new Blob([plain]).stream().pipeThrough(new CompressionStream("deflate-raw")), plain.length + 1000);
  } catch {
    return null; // a browser that presses in other ways alone
  }
}

export async function seal(text, key, contentType) {
  const small = await pressed(bytes(text));
  const head = { alg: "dir", enc: "A256GCM", cty: contentType, ...(small && { zip: "DEF" }) };
  const protectedHead = toText(bytes(JSON.stringify(head)));
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const secret = await crypto.subtle.importKey("raw", key, "AES-GCM", false, ["encrypt"]);
  const made = new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: bytes(protectedHead) }, secret, small ?? bytes(text)));
  return [protectedHead, "", toText(iv), toText(made.subarray(0, -16)), toText(made.subarray(-16))].join(".");
}
