// Asks the host of a link for what it holds. Nothing is asked of another host before the reader has said yes to it.
import { drain } from "./bytes.js";
import { addressOf } from "./payload.js";
import { Problem } from "./problem.js";
import { most, unseal } from "./unseal.js";

const patience = 20000;
const largest = 2 * most;
const files = 20;

// `allowed` says whether the reader lets a host be asked; `who` is what they say they are.
export async function fetchAll(link, who, passcode, allowed) {
  if (link.direct) {
    const url = new URL(link.url);
    url.searchParams.set("recipient", who);
    return [await opened(await ask(url, {}, allowed), link, {})];
  }
  const body = JSON.stringify({ recipient: who, ...(passcode && { passcode }), embeddedLengthMax: largest });
  const answer = await ask(link.url, { method: "POST", body, headers: { "Content-Type": "application/json" } }, allowed);
  let manifest;
  try {
    manifest = JSON.parse(answer);
  } catch {
    throw new Problem("not-a-manifest", { host: link.url.host });
  }
  if (!Array.isArray(manifest?.files)) throw new Problem("not-a-manifest", { host: link.url.host });
  if (!manifest.files.length) throw new Problem("empty");
  const found = [];
  for (const file of manifest.files.slice(0, files)) {
    const text = typeof file?.embedded === "string" ? file.embedded : await ask(addressOf(String(file?.location), link.url), {}, allowed);
    found.push(await opened(text, link, file));
  }
  return found;
}

async function opened(text, link, file) {
  const { text: plain, type } = await unseal(text, link.key);
  // Some write the version behind the type: `application/fhir+json;fhirVersion=4.0.1`.
  const [kind, ...more] = (typeof file.contentType === "string" ? file.contentType : type).split(";").map((one) => one.trim());
  const behind = more.find((one) => one.startsWith("fhirVersion="))?.slice(12) ?? "";
  return { text: plain, type: kind, version: typeof file.fhirVersion === "string" ? file.fhirVersion : behind };
}

async function ask(url, what, allowed) {
  const { host } = url;
  if (url.origin !== location.origin && !(await allowed(host))) throw new Problem("not-asked", { host });
  const stop = new AbortController();
  const late = setTimeout(() => stop.abort(), patience);
  try {
    const answer = await fetch(url, {
      ...what,
      mode: "cors",
      credentials: "omit",
      cache: "no-store",
      redirect: "error",
      referrerPolicy: "no-referrer",
      signal: stop.signal,
    });
    if (!answer.ok) throw await refused(answer, host);
    return new TextDecoder().decode(await drain(answer.body, largest));
  } catch (fault) {
    if (fault instanceof Problem) throw fault;
    if (fault instanceof RangeError) throw new Problem("too-large");
    throw new Problem(stop.signal.aborted ? "late" : "no-answer", { host });
  } finally {
    clearTimeout(late);
  }
}

async function refused(answer, host) {
  if (answer.status === 401) {
    const left = await drain(answer.body, 10000)
      .then((bytes) => JSON.parse(new TextDecoder().decode(bytes)).remainingAttempts)
      .catch(() => undefined);
    if (left === 0) return new Problem("no-tries");
    return Number.isInteger(left) ? new Problem("passcode", { left }) : new Problem("passcode-wrong");
  }
  if (answer.status === 404) return new Problem("ended");
  if (answer.status === 429) return new Problem("wait");
  return new Problem("refused", { host, status: answer.status });
}
