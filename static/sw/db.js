// The phone's own store. Nothing of a record stands in it unsealed (see seal.js).
//
// meta: key → value · keys: account → CryptoKey · outbox: rows by `seq`, in the order of writing · kept: [account, path] → sealed
const name = "selfcare";
const version = 1;

let opened;

function connect() {
  opened ||= new Promise((resolve, reject) => {
    const request = indexedDB.open(name, version);
    request.onupgradeneeded = () => {
      const db = request.result;
      for (const store of ["meta", "keys", "kept"]) db.createObjectStore(store);
      db.createObjectStore("outbox", { keyPath: "seq", autoIncrement: true }).createIndex("account", "account");
    };
    request.onsuccess = () => {
      const db = request.result;
      db.onversionchange = () => (db.close(), (opened = undefined));
      db.onclose = () => (opened = undefined);
      resolve(db);
    };
    request.onerror = () => reject(request.error);
  }).catch((fault) => {
    opened = undefined; // the next one may have more luck
    throw fault;
  });
  return opened;
}

// Runs `work(store)` in one transaction. Resolves with what its last request gave, once everything is on the disk.
export async function within(store, mode, work) {
  const db = await connect();
  return new Promise((resolve, reject) => {
    const transaction = db.transaction(store, mode, { durability: "strict" });
    let request;
    transaction.oncomplete = () => resolve(request?.result);
    transaction.onabort = () => reject(transaction.error || new DOMException("stopped", "AbortError"));
    request = work(transaction.objectStore(store));
  });
}

// `key` may be a range, here and in `all` and `remove`.
export const get = (store, key) => within(store, "readonly", (each) => each.get(key));
export const all = (store, key) => within(store, "readonly", (each) => each.getAll(key));
export const keys = (store, key) => within(store, "readonly", (each) => each.getAllKeys(key));
export const put = (store, value, key) => within(store, "readwrite", (each) => each.put(value, key));
export const remove = (store, key) => within(store, "readwrite", (each) => each.delete(key));

// Everything in a store with two-part keys that belongs to an account and begins with `path`.
export const under = (account, path = "") => IDBKeyRange.bound([account, path], [account, path + "\uffff"]);
