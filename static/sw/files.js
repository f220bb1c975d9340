// Photos and PDFs that wait: sealed in parts among what is kept, [account, "file <id> <number>"]. They go ahead of the form that brought
// them, part after part; each time the server says how much it has, so that a line that was cut goes on where it ended.
import { get, keys, put, remove, under } from "./db.js";
import { openBytes, sealBytes } from "./seal.js";

const part = 262144;
// How much of a file has been sent since this worker was started.
export const gone = new Map();

export async function keepFile(account, id, file) {
  for (let at = 0; at < file.size; at += part) {
    await put("kept", await sealBytes(account, await file.slice(at, at + part).arrayBuffer()), [account, `file ${id} ${at / part}`]);
  }
}

export async function dropFiles(account, files = []) {
  for (const key of files.length ? await keys("kept", under(account, "file ")) : []) {
    if (files.some(({ id }) => key[1].startsWith(`file ${id} `))) await remove("kept", key);
  }
}

// Gives the answer that stopped it; nothing where all of them have arrived.
export async function sendFiles({ account, url, files = [] }, ids, token, ask, changed) {
  const to = url.replace(/letters\/.*/, "letters/uploads/");
  for (const { id, size } of files.filter((each) => ids.includes(each.id))) {
    for (let had = -1; had < size; ) {
      const body = new FormData();
      for (const [name, value] of Object.entries({ csrf_token: token, size, start: Math.max(had, 0) })) body.set(name, value);
      const sealed = had >= 0 && (await get("kept", [account, `file ${id} ${had / part}`]));
      if (sealed === undefined) return; // taken out meanwhile; else the form is told that it has not arrived
      if (sealed) body.set("part", new Blob([await openBytes(account, sealed)]), "part");
      const answer = await ask(to + id, { method: "POST", body, headers: { Accept: "application/json" } });
      const now = answer.status === 200 && answer.ours ? answer.said?.had : undefined;
      if (!(now > had)) return answer.status === 200 ? { status: 0 } : answer;
      had = now;
      gone.set(id, had);
      await changed();
    }
  }
}
