"""The last steps of a request's way here: who sent it, and to whom, when proxies stand before the app.

What a proxy says is believed of those that `SELFCARE_TRUSTED_PROXIES` names, and of nobody else; what address the app
has is said by `SELFCARE_URL`, and never by the request.
"""

from collections.abc import Callable, Iterable
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from selfcare.config import Network, Settings, is_loopback

MISDIRECTED = "selfcare.misdirected"  # in the environment of a request for another host

Environ = dict[str, Any]
Wsgi = Callable[..., Iterable[bytes]]


class Hops:
    """Around the WSGI app: afterwards REMOTE_ADDR is the client's, and scheme and host are the app's own."""

    def __init__(self, app: Wsgi, settings: Settings) -> None:
        self.app, self.trusted, self.url = app, settings.trusted_proxies, settings.url
        self.own = urlsplit(settings.url or "")
        # Nobody beyond this machine is meant to come.
        self.here = is_loopback(self.own.hostname or "localhost")

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        environ["REMOTE_ADDR"] = client(environ, self.trusted)
        asked = environ.get("HTTP_HOST", "")
        # A balancer that asks whether the app is well knows it by its inner address.
        if not self._is_own(asked, environ["REMOTE_ADDR"]) and environ["PATH_INFO"] != "/healthz":
            environ[MISDIRECTED] = True
        if self.url and not self.here:
            environ["wsgi.url_scheme"], environ["HTTP_HOST"] = self.own.scheme, self.own.netloc
        elif environ.get(MISDIRECTED):
            environ["HTTP_HOST"] = "localhost"
        return self.app(environ, start_response)

    def _is_own(self, asked: str, sender: str) -> bool:
        try:
            host = urlsplit(f"//{asked}")
            if self.here:
                return is_loopback(host.hostname or "") and is_loopback(sender)
            usual = {"https": 443, "http": 80}[self.own.scheme]
            return (host.hostname, host.port or usual) == (self.own.hostname, self.own.port or usual)
        except ValueError:
            return False


def client(environ: Environ, trusted: int | tuple[Network, ...]) -> str:
    """The address of who made a request: the first hop, counted from here, that is not one of ours.

    :param trusted: how many proxies stand in a row, each adding its caller to X-Forwarded-For; or their networks.
    """
    peer = str(environ.get("REMOTE_ADDR") or "")
    way = [*environ.get("HTTP_X_FORWARDED_FOR", "").split(","), peer]
    if isinstance(trusted, int):
        return _address(way[-trusted - 1] if len(way) > trusted else way[0]) or peer
    found = peer
    for hop in reversed(way):
        address = _address(hop)
        if address is None:
            break  # what stands further off may be anybody's
        found = address
        if not any(ip_address(address) in network for network in trusted):
            break
    return found


def _address(text: str) -> str | None:
    """An address as proxies write it, with or without a port."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return str(getattr(address, "ipv4_mapped", None) or address)
