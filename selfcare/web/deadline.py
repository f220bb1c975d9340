"""A hard limit on a conversation over the network, and who may be talked to.

A socket's own timeout is for one read: whoever sends a byte every few seconds holds it for ever. And a name that was
checked can lead elsewhere a moment later; so the address that was checked is the one that is connected to.
"""

import socket
import threading
from collections.abc import Callable, Iterator
from functools import partial
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from time import monotonic
from types import TracebackType
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3 import PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import NewConnectionError

Address = IPv4Address | IPv6Address
_TRANSLATED = IPv6Network("64:ff9b::/96")  # RFC 6052: the last 32 bits are an IPv4 address


class Refused(OSError):
    """An address that must not be talked to."""


def is_public(address: Address) -> bool:
    """Whether an address is of the open internet: not of this machine, its network, or one written inside another."""
    if isinstance(address, IPv6Address):
        if address.teredo or address.is_site_local:
            return False
        inside = address.ipv4_mapped or address.sixtofour
        if address in _TRANSLATED:
            inside = IPv4Address(int(address) & 0xFFFFFFFF)
        if inside is not None:
            return is_public(inside)
    return address.is_global and not address.is_multicast and not address.is_reserved


def is_refused(fault: BaseException) -> bool:
    """Whether a fault, or what it came from, is that the name leads into a closed network."""
    return any(isinstance(each, Refused) for each in behind(fault))


def behind(fault: BaseException) -> Iterator[BaseException]:
    """A fault, and those that it came from: libraries wrap one in another, in several ways."""
    found = [fault]
    for each in found:  # it grows meanwhile
        yield each
        near = (each.__cause__, each.__context__, getattr(each, "reason", None), *each.args)
        found += [
            one for one in near if isinstance(one, BaseException) and not any(one is known for known in found)
        ]


def resolve(host: str, port: int, seconds: float) -> list[Address]:
    """The addresses of a name. :raises OSError: when there are none, or nobody answers in time."""
    found: list[Address] = []
    faults: list[OSError] = []

    def look_up() -> None:
        try:
            for *_, where in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
                found.append(ip_address(str(where[0]).split("%")[0]))
        except OSError as fault:
            faults.append(fault)
        except UnicodeError:
            faults.append(OSError("not a name"))

    # The system's own look-up cannot be stopped, only left behind.
    thread = threading.Thread(target=look_up, daemon=True)
    thread.start()
    thread.join(seconds)
    if faults:
        raise faults[0]
    if thread.is_alive() or not found:
        raise TimeoutError("no address in time")
    return list(dict.fromkeys(found))


class Deadline:
    """So many seconds in all, from now. When they are over, every socket opened through it is shut.

    Used as a context: `with Deadline(10) as deadline: deadline.connect(…)`.
    """

    def __init__(self, seconds: float) -> None:
        self._until = monotonic() + seconds
        self._twins: list[socket.socket] = []
        self._guard = threading.Lock()
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True

    def __enter__(self) -> "Deadline":
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()
        with self._guard:
            for twin in self._twins:
                twin.close()
            self._twins.clear()

    @property
    def is_over(self) -> bool:
        """Whether no time is left."""
        return monotonic() >= self._until

    def left(self) -> float:
        """Seconds that are left. :raises TimeoutError: when none are."""
        left = self._until - monotonic()
        if left <= 0:
            raise TimeoutError("the time is over")
        return left

    def connect(self, host: str, port: int, may: Callable[[Address], bool]) -> socket.socket:
        """A socket connected to `host`, at an address that `may` allows.

        :raises Refused: when an address of the name is not allowed; none of them is tried then.
        """
        addresses = resolve(host, port, self.left())
        if not all(may(address) for address in addresses):
            raise Refused("not an address to talk to")
        last: OSError = TimeoutError("no address answered")
        for address in addresses:
            try:
                made = socket.create_connection((str(address), port), timeout=self.left())
            except OSError as fault:
                last = fault
                continue
            with self._guard:
                # A second handle on the same connection: wrapping a socket in TLS takes the first one away.
                self._twins.append(made.dup())
            if self.is_over:  # the time ended in between, and missed this one
                self._cut()
            return made
        raise last

    def _cut(self) -> None:
        with self._guard:
            for twin in self._twins:
                try:
                    twin.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue  # it was closed already


class Adapter(HTTPAdapter):
    """Connects through the deadline, to the very address that was looked at: a name cannot lead elsewhere in between.

    Of a proxy that all traffic must leave by, nothing is known here: then the proxy has to keep our network closed.
    """

    def __init__(self, deadline: Deadline, host: str, port: int, may: Callable[[Address], bool]) -> None:
        """For the one place `host` and `port`, at an address that `may` allows."""
        self._connect = partial(deadline.connect, host, port, may)
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        connect = self._connect

        def opened(connection: HTTPConnection) -> socket.socket:
            try:
                return connect()
            except OSError as fault:
                raise NewConnectionError(connection, type(fault).__name__) from fault

        class Plain(HTTPConnection):
            def _new_conn(self) -> socket.socket:
                return opened(self)

        class Secure(HTTPSConnection):
            def _new_conn(self) -> socket.socket:
                return opened(self)

        class PlainPool(HTTPConnectionPool):
            ConnectionCls = Plain

        class SecurePool(HTTPSConnectionPool):
            ConnectionCls = Secure

        manager: PoolManager = self.poolmanager
        manager.pool_classes_by_scheme = {"http": PlainPool, "https": SecurePool}
