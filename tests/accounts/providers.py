"""Providers for tests: one that is real (oidc-provider, in Node), and one that lies in every way that has a name."""

import base64
import json
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, parse_qsl, unquote_plus, urljoin, urlsplit

import requests
from bs4 import BeautifulSoup
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey

from selfcare.settings_sign_in import Provider
from tests.harness.places import ROOT, program

CLIENT, SECRET = "selfcare", "s e+c:r%t of tests, and long enough for anybody"


# ------------------------------------------------------------------------------------------------------ the real one


@contextmanager
def real(*clients: Mapping[str, Any], port: int = 0) -> Iterator[str]:
    """oidc-provider with these clients. :returns: its address."""
    said = json.dumps({"clients": clients, "port": port})
    command = [program("node"), str(Path(__file__).with_name("provider.mjs")), said]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as running:
        assert running.stdout is not None
        try:
            address = running.stdout.readline().strip()
            assert address.startswith("http://127.0.0.1:"), address
            yield address
        finally:
            running.kill()


def client(*back: str, **more: Any) -> dict[str, Any]:
    """This app, as it is made known there."""
    return {"client_id": CLIENT, "client_secret": SECRET, "redirect_uris": list(back), **more}


class Person:
    """Somebody's browser at the provider: it keeps what the provider sets, and fills in its form."""

    def __init__(self) -> None:
        self.browser = requests.Session()
        self.browser.trust_env = False
        self.asked = 0  # how often a form was to be filled in

    def says(self, address: str, who: str, *, second: bool = False, no: bool = False) -> str:
        """Follow an address to the end. :returns: where the provider sends them back to."""
        here = urlsplit(address).netloc
        answer = self.browser.get(address, allow_redirects=False, timeout=20)
        for _ in range(12):
            if answer.is_redirect:
                onward = urljoin(answer.url, answer.headers["Location"])
                if urlsplit(onward).netloc != here:
                    return onward
                answer = self.browser.get(onward, allow_redirects=False, timeout=20)
                continue
            assert BeautifulSoup(answer.text, "html.parser").find("form"), answer.text[:500]
            self.asked += 1
            form = {"who": who} | ({"second": "1"} if second else {}) | ({"no": "1"} if no else {})
            answer = self.browser.post(answer.url, form, allow_redirects=False, timeout=20)
        raise AssertionError("it goes round and round")


# ------------------------------------------------------------------------------------------------------------- the liar


@dataclass
class Liar:
    """A provider at one address for each lie: `issuer("wrong-nonce")`. The code it takes says what is to be in it."""

    base: str
    told: set[str]  # the names of all that was sent to it

    def issuer(self, lie: str) -> str:
        return f"{self.base}/{lie}"

    def provider(self, lie: str, key: str = "people", **more: Any) -> Provider:
        return Provider(key, "Riverside sign-in", self.issuer(lie), CLIENT, SECRET, **more)

    def back(self, address: str, lie: str, sub: str = "rosa", **claims: Any) -> dict[str, str]:
        """What stands in the address that somebody comes back by, who was sent to `address`."""
        asked = dict(parse_qsl(urlsplit(address).query))
        code = {"nonce": asked["nonce"], "challenge": asked["code_challenge"], "sub": sub, **claims}
        if "max_age" in asked:
            code.setdefault("auth_time", int(time.time()))
        said = {"state": asked["state"], "code": base64.urlsafe_b64encode(json.dumps(code).encode()).decode()}
        if lie != "does-not-name-itself":
            said["iss"] = "https://other.example" if lie == "another-names-itself" else self.issuer(lie)
        return said


def _claims(lie: str, issuer: str, code: dict[str, Any], moment: int) -> dict[str, Any]:
    """What it says of who it is."""
    claims = {"iss": issuer, "aud": CLIENT, "exp": moment + 60, "iat": moment, **code}
    claims.pop("challenge", None)
    if lie.startswith("no-") and lie != "no-token":
        claims.pop(lie.removeprefix("no-"), None)
    wrong: dict[str, dict[str, Any]] = {
        "another-issuer": {"iss": "https://other.example"},
        "another-audience": {"aud": "somebody-else"},
        "many-audiences": {"aud": [CLIENT, "somebody-else"]},
        "another-made-for-us": {"aud": "somebody-else", "azp": CLIENT},
        "made-for-another": {"azp": "somebody-else"},
        "another-nonce": {"nonce": "n" * 43},
        "run-out": {"exp": moment - 120},
        "not-yet": {"iat": moment + 300},
        "number-for-a-name": {"sub": 7},
        "endless-name": {"sub": "r" * 300},
        "empty-name": {"sub": ""},
        "unseen-signs": {"sub": "rosa\u200b\u202e"},
        "another-access-token": {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"},
        "signed-in-long-ago": {"auth_time": moment - 3600},
        "words-for-a-time": {"auth_time": "now"},
        "audience-of-numbers": {"aud": [7]},
        "methods-in-words": {"amr": "mfa"},
    }
    return claims | wrong.get(lie, {})


@contextmanager
def liar() -> Iterator[Liar]:
    key, other = (ECKey.generate_key("P-256", {"kid": name}) for name in ("first", "second"))

    told: set[str] = set()

    class Asked(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            lie = self.path.split("/")[1]
            issuer = f"http://127.0.0.1:{self.server.server_address[1]}/{lie}"
            if self.path.endswith("/keys"):
                return self._say({"keys": "none"} if lie == "keys-in-words" else {"keys": self._keys(lie)})
            said = {
                "issuer": issuer + ("/" if lie == "another-name" else ""),
                "authorization_endpoint": f"{issuer}/ask",
                "token_endpoint": "http://other.example/token"
                if lie == "plain-address"
                else f"{issuer}/token",
                "jwks_uri": f"{issuer}/keys",
                "id_token_signing_alg_values_supported": ["HS256"]
                if lie == "weak-only"
                else ["ES256", "RS256"],
                "authorization_response_iss_parameter_supported": True,
            }
            if lie == "leads-elsewhere":
                return self._say(
                    {}, 302, Location=f"{issuer.replace(lie, 'honest')}/.well-known/openid-configuration"
                )
            return self._say(said)

        def _keys(self, lie: str) -> list[dict[str, Any]]:
            shown = {"rotates": [other], "shows-no-key": []}.get(lie, [key])
            junk = [{"kty": "RSA", "n": "AQ", "e": "AQ", "kid": "first"}, {"kty": "oct", "k": "c2VjcmV0"}, 7]
            return [*junk, *(each.as_dict(private=False) for each in shown)]

        def do_POST(self) -> None:
            lie = self.path.split("/")[1]
            issuer = f"http://127.0.0.1:{self.server.server_address[1]}/{lie}"
            body = self.rfile.read(int(self.headers["Content-Length"]))
            form = {name: value for name, [value] in parse_qs(body.decode()).items()}
            pair = base64.b64decode(self.headers["Authorization"].removeprefix("Basic ")).decode().split(":")
            assert [unquote_plus(each) for each in pair] == [CLIENT, SECRET]
            told.update(form)
            code = json.loads(base64.urlsafe_b64decode(form["code"]))
            made = (
                base64.urlsafe_b64encode(sha256(form["code_verifier"].encode()).digest())
                .rstrip(b"=")
                .decode()
            )
            assert made == code["challenge"], "PKCE"
            if lie in ("used-before", "does-not-know-us", "in-trouble", "says-nothing"):
                status, error = {
                    "used-before": (400, "invalid_grant"), "does-not-know-us": (401, "invalid_client"),
                    "in-trouble": (500, "server_error"), "says-nothing": (200, ""),
                }[lie]  # fmt: skip
                return self._say({"error": error} if error else [], status)
            if lie == "leads-on":
                return self._say({}, 307, Location=f"{issuer.replace(lie, 'honest')}/token")
            if lie == "endless":
                return self._say({"id_token": "x" * 300_000})
            if lie == "in-no-hurry":
                return self._drip()
            claims = _claims(lie, issuer, code, int(time.time()))
            said: dict[str, Any] = {"access_token": "a", "token_type": "Bearer"}
            if lie != "no-token":
                said["id_token"] = self._signed(lie, claims)
            return self._say(said)

        def _signed(self, lie: str, claims: dict[str, Any]) -> str:
            if lie == "signed-by-nobody":
                head, body = ({"alg": "none"}, claims)
                parts = (
                    base64.urlsafe_b64encode(json.dumps(each).encode()).rstrip(b"=") for each in (head, body)
                )
                return b".".join([*parts, b""]).decode()
            if lie == "signed-by-our-secret":
                return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(SECRET), algorithms=["HS256"])
            if lie == "signed-by-its-shown-key":
                shown = json.dumps(key.as_dict(private=False))
                return jwt.encode(
                    {"alg": "HS256", "kid": "first"}, claims, OctKey.import_key(shown), algorithms=["HS256"]
                )
            name, by = ("second", other) if lie in ("rotates", "unknown-key") else ("first", key)
            if lie == "signed-by-another":
                by = other
            token = jwt.encode({"alg": "ES256", "kid": name}, claims, by)
            return token[:-8] + "AAAAAAAA" if lie == "torn" else token

        def _drip(self) -> None:
            """An answer that does not end: a byte now and then. Who reads it must give up by the clock."""
            self.send_response(200)
            self.send_header("Content-Length", "100000")
            self.end_headers()
            try:
                for _ in range(200):
                    self.wfile.write(b" ")
                    self.wfile.flush()
                    time.sleep(0.05)
            except OSError:
                self.close_connection = True

        def _say(self, said: Any, status: int = 200, **headers: str) -> None:
            body = json.dumps(said).encode()
            self.send_response(status)
            for name, value in (
                {"Content-Type": "application/json", "Content-Length": str(len(body))} | headers
            ).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Asked)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield Liar(f"http://127.0.0.1:{server.server_address[1]}", told)
    finally:
        server.shutdown()
        server.server_close()
