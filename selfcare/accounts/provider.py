"""Who somebody is by a provider's word (OpenID Connect Core 1.0): where they are sent, and whether what it says is so.

The code flow with PKCE (RFC 7636, S256), state and nonce. Every address comes from the settings or from what the issuer
says of itself there (OpenID Connect Discovery 1.0); no redirect is followed; each answer is short and comes in time.
"""

import base64
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import BoundedSemaphore, Lock
from time import monotonic
from typing import Any
from urllib.parse import quote_plus, urlsplit

import requests
import structlog
from authlib.integrations.requests_client import OAuth2Session, OAuthError
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from authlib.oidc.core import CodeIDToken
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from joserfc import jwt
from joserfc.errors import JoseError, SecurityWarning
from joserfc.jwk import ECKey, JWKRegistry, RSAKey

from selfcare.accounts.sessions import STAFF_WHOLE
from selfcare.database import now
from selfcare.settings_sign_in import STAFF, Provider, is_safe
from selfcare.web.deadline import Adapter, Deadline

log = structlog.get_logger()

# How an ID token may be signed. RS512 is for NHS login, which signs by nothing else.
ALGORITHMS = ("RS256", "ES256", "RS512")
LEEWAY = 60  # seconds that clocks may differ
LIMIT = 8.0  # seconds for one answer: the name, the connection, all of it
LONGEST = 200_000  # bytes of it
LONGEST_SUBJECT = 255  # characters, by the standard
KEPT, KEYS_AGAIN = 3600.0, 60.0  # seconds: what a provider says of itself; until keys are asked for anew
_MOST_AT_ONCE, _TURN = (
    4,
    2.0,
)  # of a process, so that one that hangs leaves threads for everybody else; seconds

# Why somebody was not let in: words of the log.
STATE, CODE, ISSUER, AUDIENCE, NONCE, TIME, SIGNATURE, KEY, SUBJECT, CLAIM, FRESH = (
    "state", "code", "issuer", "audience", "nonce", "time", "signature", "key", "subject", "claim", "not-fresh",
)  # fmt: skip
_CLAIMS = {
    "iss": ISSUER, "aud": AUDIENCE, "azp": AUDIENCE, "nonce": NONCE, "exp": TIME, "iat": TIME, "nbf": TIME,
    "sub": SUBJECT, "auth_time": FRESH,
}  # fmt: skip


class Unreachable(Exception):
    """The provider does not answer, or with nothing that could be one, or does not know this app."""


class NotBelieved(Exception):
    """What came back cannot be believed. :ivar reason: a word for the log."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Known:
    """What a provider says of itself, checked."""

    authorization: str
    token: str
    keys: str
    algorithms: tuple[str, ...]  # of ours, those it signs with
    names_itself: bool  # whether its answers say who they are from (RFC 9207)
    takes_basic: bool
    assertions: tuple[str, ...]  # how this app's own word may be signed


@dataclass(frozen=True)
class Said:
    """Who it is, by a word that was checked."""

    issuer: str
    subject: str
    second_step_at: (
        datetime | None
    )  # when it was given, by what the settings count as one, where not long ago

    @property
    def second_step(self) -> bool:
        return self.second_step_at is not None


class _Session(OAuth2Session):
    """A conversation of one request with one place: no redirects, no proxy from the environment, a short answer."""

    def __init__(self, url: str, deadline: Deadline, **values: Any) -> None:
        super().__init__(**values)
        self.trust_env = False
        self.headers["Accept-Encoding"] = "identity"
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        inside = parts.scheme == "http"  # plain, on this machine alone
        adapter = Adapter(deadline, parts.hostname or "", port, lambda found: found.is_loopback or not inside)
        for scheme in ("https://", "http://"):
            self.mount(scheme, adapter)

    def send(self, request: Any, **options: Any) -> Any:
        options |= {"allow_redirects": False, "stream": True}
        with super().send(request, **options) as answer:
            body = answer.raw.read(LONGEST + 1, decode_content=False)
        if len(body) > LONGEST or answer.is_redirect:
            raise requests.RequestException("no answer of its own")
        vars(answer).update(_content=body, _content_consumed=True)
        return answer

    def resolve_redirects(self, *_: Any, **__: Any) -> Iterator[Any]:
        """Nothing is looked at there either."""
        return iter(())


_turns = BoundedSemaphore(_MOST_AT_ONCE)


@contextmanager
def _talk(url: str, **values: Any) -> Iterator[_Session]:
    """A session for one request. :raises Unreachable: whatever becomes of it that is no answer."""
    if not _turns.acquire(timeout=_TURN):
        raise Unreachable("busy")
    try:
        with Deadline(LIMIT) as deadline, _Session(url, deadline, default_timeout=LIMIT, **values) as found:
            yield found
    except OAuthError:
        raise
    except Exception as fault:  # of a library or two, meeting whatever a stranger's server sends
        log.info("provider not reached", fault=type(fault).__name__)
        raise Unreachable(type(fault).__name__) from None
    finally:
        _turns.release()


def _json(url: str) -> dict[str, Any]:
    with _talk(url) as session:
        answer = session.get(url, withhold_token=True, headers={"Accept": "application/json"})
        found = answer.json() if answer.status_code == 200 else None
    if not isinstance(found, dict):
        raise Unreachable("no answer")
    return found


# --------------------------------------------------------------------------------------------- what it says of itself

_known: dict[str, tuple[float, Known]] = {}
_keys: dict[str, tuple[float, tuple[RSAKey | ECKey, ...]]] = {}
_guard = Lock()


def known(provider: Provider, *, anew: bool = False) -> Known:
    """What a provider says of itself, at most an hour old. :raises Unreachable: :raises NotBelieved: by its issuer."""
    with _guard:
        kept = _known.get(provider.issuer)
    if kept and not anew and monotonic() - kept[0] < KEPT:
        return kept[1]
    said = _json(provider.issuer.rstrip("/") + "/.well-known/openid-configuration")
    if said.get("issuer") != provider.issuer:
        raise NotBelieved(ISSUER)
    places = [said.get(f"{each}_endpoint") for each in ("authorization", "token")] + [said.get("jwks_uri")]
    signs = said.get("id_token_signing_alg_values_supported", ["RS256"])
    algorithms = tuple(each for each in ALGORITHMS if isinstance(signs, list) and each in signs)
    authorization, token, keys = (
        each if isinstance(each, str) and is_safe(each, like=provider.issuer) else "" for each in places
    )
    if not (authorization and token and keys and algorithms):
        raise NotBelieved(CLAIM)
    takes = said.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    signed = said.get("token_endpoint_auth_signing_alg_values_supported", [])
    found = Known(
        authorization,
        token,
        keys,
        algorithms,
        said.get("authorization_response_iss_parameter_supported") is True,
        not isinstance(takes, list) or "client_secret_basic" in takes or "client_secret_post" not in takes,
        tuple(each for each in ALGORITHMS if isinstance(signed, list) and each in signed),
    )
    with _guard:
        _known[provider.issuer] = (monotonic(), found)
    return found


def _key(url: str, header: dict[str, Any]) -> RSAKey | ECKey:
    """The key that signed what has this header; asked for anew where none has its name. :raises NotBelieved:"""
    fit = _fitting(url, header) or _fitting(url, header, anew=True)
    if not fit or (len(fit) > 1 and "kid" not in header):
        raise NotBelieved(KEY)
    return fit[0]


def _fitting(url: str, header: dict[str, Any], *, anew: bool = False) -> list[RSAKey | ECKey]:
    with _guard:
        kept = _keys.get(url)
    age = monotonic() - kept[0] if kept else KEPT
    if kept is None or age >= KEPT or (anew and age >= KEYS_AGAIN):
        kept = (monotonic(), tuple(_read_keys(_json(url))))
        with _guard:
            _keys[url] = kept
    kind, name = (ECKey if header.get("alg") == "ES256" else RSAKey), header.get("kid")
    return [key for key in kept[1] if isinstance(key, kind) and (name is None or key.kid == name)]


def _read_keys(said: dict[str, Any]) -> Iterator[RSAKey | ECKey]:
    """The keys for signing among those it shows. One that cannot be read is passed over, and so is a weak one."""
    rows = said.get("keys")
    for row in rows if isinstance(rows, list) else []:
        if not isinstance(row, dict) or row.get("use", "sig") != "sig" or row.get("kty") not in ("RSA", "EC"):
            continue
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", SecurityWarning)  # refused below
                key = JWKRegistry.import_key(row)
            strong = isinstance(key, ECKey) or (isinstance(key, RSAKey) and key.raw_value.key_size >= 2048)
        except Exception as fault:  # whatever a key can be made of
            log.info("provider key not read", fault=type(fault).__name__)
            continue
        if strong and isinstance(key, RSAKey | ECKey):
            yield key


# --------------------------------------------------------------------------------------------------------- the request


def address(provider: Provider, *, state: str, nonce: str, verifier: str, back: str, again: bool,
            locale: str) -> str:  # fmt: skip
    """Where somebody is sent to say who they are.

    :param back: where they come back to, exactly.
    :param again: they are to say it anew there, and it is to say when they did.
    """
    place = known(provider)
    asked = dict(provider.asks)
    wanted = sorted(value for name, value in provider.second_step if name == "acr")
    if wanted:
        asked.setdefault("acr_values", " ".join(wanted))
    if again:
        asked |= {"prompt": "login", "max_age": "0"}
    elif provider.key == STAFF:  # no session here is longer, and none there counts for longer
        asked["max_age"] = str(int(STAFF_WHOLE.total_seconds()))
    client = OAuth2Session(
        client_id=provider.client, redirect_uri=back, scope=provider.scope, code_challenge_method="S256"
    )
    url, _ = client.create_authorization_url(
        place.authorization, state=state, code_verifier=verifier, nonce=nonce, ui_locales=locale, **asked
    )
    return str(url)


# ---------------------------------------------------------------------------------------------------------- the answer


def check_sender(provider: Provider, issuer: str | None) -> None:
    """Whether an answer is from the provider that was asked (RFC 9207). :raises NotBelieved:"""
    if issuer != provider.issuer if issuer is not None else known(provider).names_itself:
        raise NotBelieved(ISSUER)


def ask(
    provider: Provider, code: str, *, verifier: str, nonce: str, back: str, since: datetime | None
) -> Said:
    """Exchange a code for who it is.

    :param since: they are to have signed in there after this.
    :raises Unreachable: :raises NotBelieved: with why.
    """
    place = known(provider)
    try:
        token, access = _exchange(provider, place, code, verifier, back)
    except OAuthError as fault:
        if fault.error == "invalid_grant":
            raise NotBelieved(CODE) from None  # used before, or too old
        log.warning("provider refuses this app", error=str(fault.error)[:40])
        raise Unreachable("refused") from None
    claims = _checked(provider, place, token, access, nonce)
    if since is not None and not _signed_in_since(since, claims):
        raise NotBelieved(FRESH)
    subject = claims["sub"]
    if not 0 < len(subject) <= LONGEST_SUBJECT or not subject.isprintable():
        raise NotBelieved(SUBJECT)
    given, moment = None, now()
    # Clocks that differ do not count here: a session that is over at its first page would ask again and again.
    if _signed_in_since(moment - STAFF_WHOLE + timedelta(seconds=2 * LEEWAY), claims) and _second_step(
        provider, claims
    ):
        given = datetime.fromtimestamp(min(claims["auth_time"], moment.timestamp()), UTC)
    return Said(provider.issuer, subject, given)


def _exchange(
    provider: Provider, place: Known, code: str, verifier: str, back: str
) -> tuple[str, str | None]:
    method, secret, proof = _own_proof(provider, place)
    with _talk(
        place.token, client_id=provider.client, client_secret=secret, token_endpoint_auth_method=method
    ) as session:
        session.register_client_auth_method(proof)
        said = session.fetch_token(
            place.token, grant_type="authorization_code", code=code, code_verifier=verifier, redirect_uri=back
        )
    token, access = said.get("id_token"), said.get("access_token")
    if not isinstance(token, str):
        raise NotBelieved(CLAIM)
    return token, access if isinstance(access, str) else None


def _own_proof(provider: Provider, place: Known) -> tuple[str, Any, Any]:
    """How this app says there that it is itself: the method's name, what it takes, and who does it."""
    if not provider.private_key:
        basic = ("client_secret_basic", _basic)
        return (basic[0] if place.takes_basic else "client_secret_post"), provider.secret, basic
    key: RSAKey | ECKey
    if isinstance(load_pem_private_key(provider.private_key.encode(), None), EllipticCurvePrivateKey):
        key, kind = ECKey.import_key(provider.private_key), "ES256"
    else:
        key, kind = RSAKey.import_key(provider.private_key), "RS256"
    announced = [each for each in place.assertions if each[:1] == kind[:1]]
    by = kind if kind in announced or not announced else announced[0]
    return "private_key_jwt", key, PrivateKeyJWT(place.token, alg=by)


def _basic(client: Any, _method: str, url: str, headers: Any, body: Any) -> tuple[str, Any, Any]:
    """Who this app is there, written as RFC 6749 (2.3.1) has it."""
    pair = f"{quote_plus(client.client_id)}:{quote_plus(client.client_secret)}"
    headers["Authorization"] = "Basic " + base64.b64encode(pair.encode()).decode()
    return url, headers, body


def _checked(provider: Provider, place: Known, token: str, access: str | None, nonce: str) -> dict[str, Any]:
    """The claims of an ID token (OpenID Connect Core 1.0, 3.1.3.7)."""
    try:
        found = jwt.decode(token, lambda made: _key(place.keys, made.headers()), algorithms=place.algorithms)
    except (JoseError, ValueError, TypeError):
        raise NotBelieved(SIGNATURE) from None
    claims = CodeIDToken(
        found.claims,
        found.header,
        options={
            "iss": {"essential": True, "value": provider.issuer},
            "aud": {"essential": True, "value": provider.client},
        },
        params={"nonce": nonce, "client_id": provider.client, "access_token": access},
    )
    try:
        claims.validate(now=int(now().timestamp()), leeway=LEEWAY)
    except JoseError as fault:
        raise NotBelieved(_CLAIMS.get(getattr(fault, "claim", ""), CLAIM)) from None
    except Exception as fault:  # claims of kinds that nobody thought of
        log.info("provider claims not read", fault=type(fault).__name__)
        raise NotBelieved(CLAIM) from None
    return dict(claims)


def _signed_in_since(moment: datetime, claims: dict[str, Any]) -> bool:
    """Whether it says when they signed in there, and that it was not before."""
    at = claims.get("auth_time")
    return isinstance(at, int | float) and at >= (moment - timedelta(seconds=LEEWAY)).timestamp()


def _second_step(provider: Provider, claims: dict[str, Any]) -> bool:
    ways = claims.get("amr")
    given = {("acr", claims.get("acr"))} if isinstance(claims.get("acr"), str) else set()
    given |= {("amr", each) for each in ways if isinstance(each, str)} if isinstance(ways, list) else set()
    return bool(provider.second_step & given)
