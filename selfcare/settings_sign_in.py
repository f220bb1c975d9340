"""By whose sign-in people may come in, besides this app's own (OpenID Connect): those settings of the environment.

One for professionals, as a trust's own, and one for people and who helps them, as NHS login. Of what is said in part,
nothing is offered; `check-live` says what is missing.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from selfcare.service import BadSetting
from selfcare.settings_network import is_loopback

STAFF, PEOPLE = "staff", "people"
# The settings of each: address, name, client, secret, key, what is asked besides, what counts as a second step.
SETTINGS = {
    STAFF: (
        "SELFCARE_STAFF_SIGN_IN", "SELFCARE_STAFF_SIGN_IN_NAME", "SELFCARE_STAFF_SIGN_IN_CLIENT",
        "SELFCARE_STAFF_SIGN_IN_SECRET", "SELFCARE_STAFF_SIGN_IN_KEY", "SELFCARE_STAFF_SIGN_IN_ASKS",
        "SELFCARE_STAFF_SIGN_IN_SECOND_STEP",
    ),
    PEOPLE: (
        "SELFCARE_PEOPLE_SIGN_IN", "SELFCARE_PEOPLE_SIGN_IN_NAME", "SELFCARE_PEOPLE_SIGN_IN_CLIENT",
        "SELFCARE_PEOPLE_SIGN_IN_SECRET", "SELFCARE_PEOPLE_SIGN_IN_KEY", "SELFCARE_PEOPLE_SIGN_IN_ASKS",
    ),
}  # fmt: skip
LONGEST_NAME = 40
# What the app says in a request by itself: no setting may say another thing there.
_OWN = frozenset(
    {"client_id", "client_secret", "code_challenge", "code_challenge_method", "id_token_hint", "max_age", "nonce",
     "redirect_uri", "request", "request_uri", "response_mode", "response_type", "state", "ui_locales"}
)  # fmt: skip


@dataclass(frozen=True)
class Provider:
    """Somebody who says who people are (an OpenID provider), and this app as it is known there."""

    key: str  # STAFF or PEOPLE: whom it may let in
    name: str  # as people know it: "NHS login"
    issuer: str
    client: str
    secret: str = field(default="", repr=False)
    private_key: str = field(default="", repr=False)  # PEM: instead of a secret
    scope: str = "openid"
    asks: tuple[tuple[str, str], ...] = ()  # what a request says besides
    second_step: frozenset[tuple[str, str]] = frozenset()  # (acr or amr, value): what counts as a second step


@dataclass(frozen=True)
class SignIns:
    """Every provider that is whole, and the names of the settings that others lack."""

    whole: tuple[Provider, ...] = ()
    lacking: tuple[str, ...] = ()

    def of(self, key: str) -> Provider | None:
        return next((each for each in self.whole if each.key == key), None)


def is_safe(url: str, *, like: str = "") -> bool:
    """Whether an address can be talked to: https and plain; or http on this machine, where `like` is that, too."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return False
    plain = bool(host) and not parts.fragment and "@" not in parts.netloc and url.isascii()
    if not plain or any(sign <= " " or sign in '\\"<>' for sign in url) or len(url) > 500:
        return False
    here = parts.scheme == "http" and is_loopback(host)
    return parts.scheme == "https" or (here and urlsplit(like or url).scheme == "http")


def from_environment(env: Mapping[str, str]) -> SignIns:
    """Read and check what is said. :raises BadSetting: when a value cannot be used."""
    whole, lacking = list[Provider](), list[str]()
    for key, names in SETTINGS.items():
        said = {name: (env.get(name) or "").strip() for name in names}
        if not any(said.values()):
            continue
        missing = _missing(said, names)
        found = _provider(key, said, names)
        if missing:
            lacking += missing
        else:
            whole.append(found)
    return SignIns(tuple(whole), tuple(lacking))


def _missing(said: Mapping[str, str], names: tuple[str, ...]) -> list[str]:
    address, name, client, secret, key, *_ = names
    needed = [address, name, client, *(() if said[key] else (secret,))]
    return [each for each in needed if not said[each]]


def _provider(key: str, said: Mapping[str, str], names: tuple[str, ...]) -> Provider:
    address, name, client, secret, key_file, asks, *second = names
    if said[address] and (not is_safe(said[address]) or "?" in said[address]):
        raise BadSetting(
            f"{address} takes the provider's own address (its issuer), such as https://login.riverside.example."
        )
    if len(said[name]) > LONGEST_NAME or not said[name].isprintable():
        raise BadSetting(
            f"{name} takes what people call it, such as NHS login, in {LONGEST_NAME} characters."
        )
    if said[secret] and said[key_file]:
        raise BadSetting(f"Say {secret} or {key_file}, not both.")
    asked = _asks(asks, said[asks])
    return Provider(
        key=key,
        name=said[name],
        issuer=said[address],
        client=said[client],
        secret=said[secret],
        private_key=_pem(key_file, said[key_file]) if said[key_file] else "",
        scope=dict(asked).get("scope", "openid"),
        asks=tuple(pair for pair in asked if pair[0] != "scope"),
        second_step=_second_step(second[0], said[second[0]]) if second else frozenset(),
    )


def _pem(setting: str, path: str) -> str:
    wrong = BadSetting(
        f"{setting} takes the path of a file with a private key as PEM: RSA of 2048 bits or more, or P-256."
    )
    try:
        text = Path(path).read_text(encoding="ascii")
        key = load_pem_private_key(text.encode(), None)
    except (OSError, ValueError, TypeError):
        raise wrong from None
    long_enough = isinstance(key, rsa.RSAPrivateKey) and key.key_size >= 2048
    if not long_enough and not (
        isinstance(key, ec.EllipticCurvePrivateKey) and key.curve.name == "secp256r1"
    ):
        raise wrong
    return text


def _asks(setting: str, value: str) -> tuple[tuple[str, str], ...]:
    pairs = tuple(parse_qsl(value, keep_blank_values=True))
    names = [name for name, _ in pairs]
    fine = all(value and re.fullmatch(r"[a-z_]+", name) for name, value in pairs) and len(set(names)) == len(
        names
    )
    scope = dict(pairs).get("scope", "openid").split()
    if not fine or _OWN.intersection(names) or "openid" not in scope or (value and not pairs):
        raise BadSetting(
            f"{setting} takes what a request says besides, as in an address: scope=openid&prompt=login. "
            "The scope has openid in it; what the app says by itself cannot be said there."
        )
    return pairs


def _second_step(setting: str, value: str) -> frozenset[tuple[str, str]]:
    found = [tuple(part.strip().split("=", 1)) for part in value.split() if part.strip()]
    if any(len(pair) != 2 or pair[0] not in ("acr", "amr") or not pair[1] for pair in found):
        raise BadSetting(
            f"{setting} takes what counts as a second step, with spaces between: amr=mfa acr=urn:example:high."
        )
    return frozenset((pair[0], pair[1]) for pair in found)
