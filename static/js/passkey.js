// Passkeys, on the few pages that ask who somebody is: the browser asks for a face, a finger or a PIN, and what it says of it is sent
// with the form. Where that cannot be, the form is sent as it stands, and the page that answers says what else there is.
const from = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
const to = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
const parts = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
const OLD = 480_000; // what is asked is good for ten minutes; it is asked anew after eight
let waiting = new AbortController();

async function ask(form, mediation) {
  waiting.abort();
  waiting = new AbortController();
  const { signal } = waiting;
  const body = new URLSearchParams({ csrf_token: form.elements.csrf_token.value, offered: mediation ? 1 : 0 });
  const publicKey = await (await fetch(form.dataset.passkey, { method: "POST", body, signal, headers: { Accept: "application/json" } })).json();
  publicKey.challenge = from(publicKey.challenge);
  for (const each of publicKey.excludeCredentials || publicKey.allowCredentials) each.id = from(each.id);
  const { user } = publicKey;
  if (user) user.id = from(user.id);
  const { id, type, response } = await navigator.credentials[user ? "create" : "get"]({ publicKey, signal, mediation });
  const said = { transports: response.getTransports?.() };
  for (const part of parts) if (response[part]) said[part] = to(response[part]);
  form.elements.credential.value = JSON.stringify({ id, rawId: id, type, response: said });
  if ("quietly" in form.dataset) await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
  else form.submit();
}

for (const form of document.querySelectorAll("[data-passkey]")) {
  if (!window.PublicKeyCredential) continue;
  // After a password the browser may make one by itself, where it says that it can. Nobody asked, so nothing is said of it.
  if ("quietly" in form.dataset) {
    PublicKeyCredential.getClientCapabilities?.().then((can) => can.conditionalCreate && ask(form, "conditional")).catch(() => {});
    continue;
  }
  let pressed = false;
  let offered = 0;
  let offer = () => {};
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    pressed = true;
    for (const each of form.querySelectorAll("[data-said]")) each.hidden = true;
    try {
      await ask(form);
    } catch (fault) {
      if (fault.name === "AbortError") return;
      const said = form.querySelector(fault.name === "InvalidStateError" ? "[data-said=there]" : "[data-said]");
      said.hidden = false;
      said.focus();
      pressed = false;
      offered = 0;
      offer();
    }
  });
  // The browser offers one in the address field, too. Nobody asked for that, so nothing is said where it does not work.
  if ("conditional" in form.dataset) {
    PublicKeyCredential.isConditionalMediationAvailable?.().then((can) => {
      if (!can) return;
      offer = () => {
        if (pressed || document.hidden || Date.now() - offered < OLD) return;
        offered = Date.now();
        ask(form, "conditional").catch(() => {});
      };
      offer();
      setInterval(offer, 30_000);
      document.addEventListener("visibilitychange", offer);
    });
  }
}

// Back from a provider: what it says is handed on at once, but not by whoever goes back to that page.
const [back] = document.querySelectorAll("[data-go-on]");
if (back && performance.getEntriesByType("navigation")[0]?.type !== "back_forward") back.submit();
