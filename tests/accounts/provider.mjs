// A provider for tests: oidc-provider itself (a certified implementation that knows nothing of this app), and a page that asks who it is.
// node provider.mjs '{"clients": […], "jwks": {…}}' prints the address it stands at, and serves until it is ended.
import { createServer } from "node:http";
import { Provider } from "oidc-provider";

const said = JSON.parse(process.argv[2]);
const server = createServer();
await new Promise((there) => server.listen(said.port ?? 0, "127.0.0.1", there));
const issuer = `http://127.0.0.1:${server.address().port}`;
const provider = new Provider(issuer, {
  clients: said.clients,
  jwks: said.jwks,
  enabledJWA: { idTokenSigningAlgValues: ["RS256", "ES256"], clientAuthSigningAlgValues: ["RS256", "ES256"] },
  acrValues: ["urn:test:low", "urn:test:high"],
  claims: { openid: ["sub", "acr", "amr"] },
  cookies: { keys: ["of tests"] },
  features: { devInteractions: { enabled: false } },
  pkce: { required: () => true },
  ttl: { Interaction: 600, Session: 3600, Grant: 3600, AccessToken: 60, IdToken: 60 },
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  interactions: { url: (_, { uid }) => `/ask/${uid}` },
  async loadExistingGrant({ oidc }) {
    const grant = new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId });
    grant.addOIDCScope("openid");
    await grant.save();
    return grant;
  },
});
const answer = provider.callback();

async function ask(request, response) {
  if (request.method === "GET") {
    const { prompt } = await provider.interactionDetails(request, response);
    response.setHeader("Content-Type", "text/html; charset=utf-8");
    return response.end(
      `<!doctype html><html lang="en"><title>Who are you?</title><h1>Who are you?</h1><p>${prompt.name}</p><form method="post">` +
        '<label>Name <input name="who"></label><label>Second step <input type="checkbox" name="second" value="1"></label>' +
        '<button>Sign in</button><button name="no" value="1">Not now</button></form></html>',
    );
  }
  let body = "";
  for await (const part of request) body += part;
  const form = new URLSearchParams(body);
  if (form.get("no")) return provider.interactionFinished(request, response, { error: "access_denied" });
  const login = { accountId: form.get("who"), amr: form.get("second") ? ["pwd", "mfa"] : ["pwd"] };
  return provider.interactionFinished(request, response, { login });
}

server.on("request", (request, response) => {
  if (!request.url.startsWith("/ask/")) return answer(request, response);
  ask(request, response).catch(() => response.writeHead(400).end("no"));
});
console.log(issuer);
