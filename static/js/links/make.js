// Makes a SMART Health Link in the browser: the key never leaves this page, and what it opens is sealed before it is sent.
import qrcode from "qrcode-generator";
import { toText } from "./bytes.js";
import { said } from "./said.js";
import { seal } from "./seal.js";

const form = document.getElementById("link");
const problem = document.getElementById("problem");
const { url, viewer, plain, ends } = form.dataset;
let waiting = null; // what was sealed and may not have arrived: it is sent again as it is, so that no second link comes of it

function say(text) {
  problem.hidden = !text;
  problem.querySelector("p").textContent = text;
  if (text) problem.focus();
}

// Six digits, each as likely as the others.
function sixDigits() {
  const digits = [];
  while (digits.length < 6) {
    const [byte] = crypto.getRandomValues(new Uint8Array(1));
    if (byte < 250) digits.push(byte % 10);
  }
  return digits.join("");
}

function drawn(text) {
  const code = qrcode(0, "M");
  code.addData(text, "Byte");
  code.make();
  const size = code.getModuleCount();
  let path = "";
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size; x += 1) if (code.isDark(y, x)) path += `M${x} ${y}h1v1h-1z`;
  }
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", `-4 -4 ${size + 8} ${size + 8}`);
  svg.setAttribute("shape-rendering", "crispEdges");
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", said("qr"));
  const dark = document.createElementNS("http://www.w3.org/2000/svg", "path");
  dark.setAttribute("d", path);
  svg.append(dark);
  return svg;
}

async function prepared() {
  const answer = await fetch(plain, { headers: { Accept: "application/json" }, cache: "no-store" });
  if (answer.redirected || !answer.ok) throw new Error("again");
  const { seen, document: summary } = await answer.json();
  if (seen !== form.elements.seen.value) throw new Error("changed");
  const key = crypto.getRandomValues(new Uint8Array(32));
  const passcode = form.elements.code.checked ? sixDigits() : "";
  const flag = passcode ? "P" : "U";
  const body = new FormData(form);
  body.set("flag", flag);
  body.set("passcode", passcode);
  body.set("file", await seal(JSON.stringify(summary), key, "application/fhir+json"));
  const label = form.elements.label.value.trim();
  const exp = JSON.parse(ends)[body.get("day")];
  const payload = { url, flag, key: toText(key), exp, ...(label && { label }) };
  const link = `${viewer}#shlink:/${toText(new TextEncoder().encode(JSON.stringify(payload)))}`;
  return { body, link, passcode, label, day: body.get("day") };
}

// A tap before this is loaded would send a form that holds nothing: its button comes with the script.
function shown(made) {
  for (const each of document.querySelectorAll("[data-made]")) each.hidden = (each.dataset.made === "yes") !== made;
}

function show({ link, passcode, label, day }) {
  const ready = document.getElementById("ready").content.cloneNode(true);
  const part = (name) => ready.querySelector(`[data-part="${name}"]`);
  part("label").textContent = label;
  part("until").textContent = said(`until-${day}`);
  part("once").hidden = !form.elements.once.checked;
  part("qr").append(drawn(link));
  part("code").hidden = !passcode;
  part("passcode").textContent = `${passcode.slice(0, 4)} ${passcode.slice(4)}`;
  part("link").value = link;
  for (const button of ready.querySelectorAll("button")) button.hidden = false;
  const main = document.getElementById("main");
  main.replaceChildren(ready);
  shown(true);
  scrollTo(0, 0);
  main.focus();
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (form.dataset.busy) return;
  form.dataset.busy = "yes";
  say("");
  try {
    waiting ||= await prepared();
    const answer = await fetch(form.action, { method: "POST", body: waiting.body, headers: { Accept: "application/json" } });
    const { id, messages } = await answer.json().catch(() => ({}));
    if (answer.ok && id) return show(waiting);
    const known = answer.redirected ? "again" : { 401: "again", 403: "again", 409: "changed" }[answer.status];
    if (answer.status < 500) waiting = null; // refused: nothing was made
    say(known ? said(known) : messages?.join(" ") || said("failed"));
  } catch (fault) {
    say(said(["again", "changed"].includes(fault.message) ? fault.message : "failed"));
  } finally {
    delete form.dataset.busy;
  }
});

shown(false);

// A page that the browser kept bears an id for something new, and its address would be another link's.
addEventListener("pageshow", (event) => event.persisted && location.reload());
