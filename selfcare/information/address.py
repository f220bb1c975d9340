"""Addresses of pages elsewhere: which of them somebody can be sent to, and how the place they lead to is said. Pure."""

import unicodedata
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

import idna

LONGEST = 2000
# Names of this machine and of networks that are closed (RFC 6761, RFC 6762, RFC 8375, and ICANN's list of those that
# will never be given out).
_CLOSED = frozenset(
    {"localhost", "local", "localdomain", "internal", "intranet", "lan", "home", "corp", "mail", "private", "arpa",
     "invalid", "onion"}
)  # fmt: skip


class BadAddress(ValueError):
    """An address that cannot be offered. `why`: `scheme` (not https), `named` (a name or password stands in it),
    `closed` (it leads into a network that others cannot reach, or to a number), `shape` (not an address), `many`.
    """

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def checked(url: str) -> str:
    """An address a person can be sent to: https at its usual port, with a public name, nothing hidden.

    :raises BadAddress: any other.
    """
    url = url.strip()
    if any(letter.isspace() or unicodedata.category(letter) in ("Cc", "Cf", "Cs") for letter in url):
        raise BadAddress("shape")
    try:
        parts = urlsplit(url)
        name, port = parts.hostname, parts.port
    except ValueError:
        raise BadAddress("shape") from None
    if parts.scheme.lower() != "https":
        raise BadAddress("scheme")
    if parts.username is not None or parts.password is not None:
        raise BadAddress("named")
    if not name or "\\" in url or len(url) > LONGEST or port not in (None, 443):
        raise BadAddress("shape")
    plain = _plain(name)
    if _is_number(plain) or plain.rpartition(".")[2] in _CLOSED:
        raise BadAddress("closed")
    if "." not in plain:
        raise BadAddress("shape")
    return url


def host(url: str) -> str:
    """The place an address leads to, as people know it: nhs.uk rather than https://www.nhs.uk/tests?a=b."""
    return (_parts(url).hostname or "").removeprefix("www.")


def in_ascii(url: str) -> str:
    """That place as the network knows it (RFC 5891), where it is written in letters that can be mistaken for others;
    empty where both are the same.
    """
    name = host(url)
    try:
        return "" if name.isascii() else _plain(name)
    except BadAddress:
        return ""


def to_ask(url: str) -> tuple[str, str, int]:
    """An address that was `checked`, as it is asked for: whole, without what comes after `#`; its host, its port."""
    parts = _parts(url)
    name = _plain(parts.hostname or "")
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    return f"https://{name}{path or '/'}", name, 443


def _parts(url: str) -> SplitResult:
    try:
        return urlsplit(url)
    except ValueError:
        return urlsplit("")


def _plain(name: str) -> str:
    """A name as the network has it. :raises BadAddress: it is none."""
    try:
        return str(ip_address(name.strip("[]")))
    except ValueError:
        pass
    try:
        return idna.encode(name.removesuffix("."), uts46=True).decode()
    except (idna.IDNAError, UnicodeError):
        raise BadAddress("shape") from None


def _is_number(name: str) -> bool:
    """Whether a browser would read it as a number of the network, however that is written."""
    last = name.rpartition(".")[2]
    return ":" in name or last.isdecimal() or last.startswith("0x")
