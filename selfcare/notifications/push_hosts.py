"""Which addresses a browser may ask us to send to: known push services, never something inside our own network.

A subscription's address comes from outside, and this server will talk to it. So the host is on a list, the rest of the
address is plain, and the network address behind the name is of the open internet, both when somebody subscribes and on
the connection that is used to send.
"""

import re
from dataclasses import dataclass

from flask import current_app

from selfcare.web.deadline import Address, is_public, resolve

MOST_CHARACTERS = 2000
# Read as a whole by one pattern: no name and password, no brackets, no backslash, nothing two readers take differently.
_ENDPOINT = re.compile(
    r"(https?)://([a-z0-9-]+(?:\.[a-z0-9-]+)*)(?::([0-9]{1,5}))?(/[A-Za-z0-9._~!$&'()*+,;=:@%/-]*)"
    r"(\?[A-Za-z0-9._~!$&'()*+,;=:@%/?-]*)?"
)
_NUMBERS_ONLY = re.compile(r"[0-9.]+|0x[0-9a-f.x]+")


class NotAllowed(ValueError):
    """An address we do not send to."""


@dataclass(frozen=True)
class Place:
    """Where an endpoint leads. `named` is one that the settings name with its port: a trial on this machine."""

    host: str
    port: int
    named: bool

    def may(self, address: Address) -> bool:
        """Whether this place may have such a network address."""
        return is_public(address) or (self.named and address.is_loopback)


def place(endpoint: str) -> Place:
    """Where an endpoint leads. :raises NotAllowed: when it is not that of a push service on the list."""
    found = _ENDPOINT.fullmatch(endpoint) if len(endpoint) <= MOST_CHARACTERS else None
    if not found:
        raise NotAllowed("not plain")
    scheme, host = found[1], found[2]
    port = int(found[3] or (443 if scheme == "https" else 80))
    hosts = current_app.config["SETTINGS"].push_hosts
    if f"{host}:{port}" in hosts:
        return Place(host, port, named=True)
    if scheme != "https" or port != 443 or _NUMBERS_ONLY.fullmatch(host):
        raise NotAllowed("not https")
    if not any(_fits(host, pattern) for pattern in hosts):
        raise NotAllowed("not on the list")
    return Place(host, port, named=False)


def refuse_internal(where: Place, seconds: float) -> None:
    """Look the name up. One that cannot be looked up now is let pass: it is asked again when something is sent.

    :raises NotAllowed: when it leads into our own network.
    """
    try:
        addresses = resolve(where.host, where.port, seconds)
    except OSError:
        return
    if not all(where.may(address) for address in addresses):
        raise NotAllowed("internal")


def _fits(host: str, pattern: str) -> bool:
    return host.endswith(pattern[1:]) if pattern.startswith("*.") else host == pattern
