// Seals what is kept on the phone: AES-GCM with a key per account that can be used here but never read out.
// It keeps others out who get at the phone's files, not whoever holds the unlocked phone.
import { get, remove, within } from "./db.js";

export const hex = (bytes) => Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");

const algorithm = { name: "AES-GCM", length: 256 };

async function key(account) {
  const known = await get("keys", account);
  if (known) return known;
  const made = await crypto.subtle.generateKey(algorithm, false, ["encrypt", "decrypt"]);
  // Somebody may have been quicker: the first one kept is the one for all.
  await within("keys", "readwrite", (store) => {
    store.get(account).onsuccess = ({ target }) => target.result || store.put(made, account);
  });
  return get("keys", account);
}

const how = (account, iv) => ({ name: algorithm.name, iv, additionalData: new TextEncoder().encode(account) });

// Any plain value → {iv, data}.
export async function seal(account, value) {
  return sealBytes(account, new TextEncoder().encode(JSON.stringify(value)));
}

// Throws when it was sealed with another key, or for another account.
export async function open(account, sealed) {
  return JSON.parse(new TextDecoder().decode(await openBytes(account, sealed)));
}

// The same for bytes.
export async function sealBytes(account, bytes) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  return { iv, data: await crypto.subtle.encrypt(how(account, iv), await key(account), bytes) };
}

export const openBytes = async (account, { iv, data }) => crypto.subtle.decrypt(how(account, iv), await key(account), data);

// Without its key, whatever is left of an account can never be opened again.
export const forget = (account) => remove("keys", account);
