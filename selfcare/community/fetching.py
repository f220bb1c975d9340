"""Fetches what a list answers, from the open internet alone.

Its address was given by whoever runs this app, and where it leads by somebody else. So it is https; the network address
behind the name is of the open internet and is the one that is connected to; it leads no further than its own host; an
answer is short and comes in time.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

import requests
import structlog
from urllib3.exceptions import ReadTimeoutError

from selfcare.web.deadline import Adapter, Address, Deadline, behind, is_public, is_refused

log = structlog.get_logger()

LIMIT = 120.0  # seconds for a page and all that is asked beside it
LONGEST = 20_000_000  # bytes of one answer
_READ = 30.0  # seconds without a byte
_HOPS = 3  # redirects within the host
_HEADERS = {"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "Selfcare"}


@dataclass(frozen=True)
class Reach:
    """What may be talked to."""

    schemes: tuple[str, ...] = ("https",)
    may: Callable[[Address], bool] = is_public


OPEN_INTERNET = Reach()


class Unfetched(Exception):
    """An answer that did not come. `status` is the server's, where it gave one; the text says why, in plain words."""

    def __init__(self, why: str, status: int = 0) -> None:
        super().__init__(why)
        self.status = status


class NotAnAddress(ValueError):
    """An address that nothing is fetched from. The text says why."""


def check_address(address: str, reach: Reach = OPEN_INTERNET) -> str:
    """An address of a list. :raises NotAnAddress:"""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        raise NotAnAddress("it is not an address") from None
    if not address.isascii() or any(sign in address for sign in "\\ \t\r\n<>\"'`"):
        raise NotAnAddress("it has signs that no address has")
    if parts.scheme not in reach.schemes:
        raise NotAnAddress("it has to begin with https://")
    if not parts.hostname or parts.username is not None or parts.password is not None or port == 0:
        raise NotAnAddress("it has to name a host, and no one who signs in there")
    return address


class Line:
    """A conversation with the host of one address: it stays open between one question and the next."""

    def __init__(self, address: str, reach: Reach, deadline: Deadline) -> None:
        parts = urlsplit(address)
        self._origin = (parts.scheme, parts.hostname, parts.port)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.headers.clear()
        self._session.headers.update(_HEADERS)
        adapter = Adapter(deadline, parts.hostname or "", port, reach.may)
        self._session.mount("https://", adapter)
        self._session.mount("http://", adapter)
        self._deadline = deadline

    def get(self, url: str) -> bytes:
        """What stands at an address of this host. :raises Unfetched:"""
        for _ in range(_HOPS + 1):
            parts = urlsplit(url)
            if (parts.scheme, parts.hostname, parts.port) != self._origin:
                raise Unfetched("it sends us on to another host, and we do not go there")
            try:
                answer = self._ask(url)
                self._deadline.left()  # what was cut off is no answer
            except Unfetched:
                raise
            except Exception as fault:  # of a library or two, meeting whatever a stranger's server sends
                raise Unfetched(self._said(fault)) from None
            if isinstance(answer, bytes):
                return answer
            url = urljoin(url, answer)
        raise Unfetched("it sends us round in circles")

    def _ask(self, url: str) -> bytes | str:
        """The body, or where it sends us on to."""
        wait = min(_READ, self._deadline.left())
        with self._session.get(url, timeout=wait, allow_redirects=False, stream=True) as answer:
            if answer.is_redirect:
                return str(answer.headers.get("location", ""))
            if answer.status_code != 200:
                raise Unfetched(f"it answered {answer.status_code}", answer.status_code)
            body: bytes = answer.raw.read(LONGEST + 1, decode_content=False)
            if len(body) > LONGEST:
                raise Unfetched(f"it answered with more than {LONGEST // 1_000_000} MB")
            vars(answer)["_content_consumed"] = True  # the connection stays for the next question
        return body

    def close(self) -> None:
        self._session.close()

    def _said(self, fault: BaseException) -> str:
        log.info("list not fetched", fault=type(fault).__name__)
        if is_refused(fault):
            return "its name leads into a private network, and we do not go there"
        late = TimeoutError | requests.Timeout | ReadTimeoutError
        if self._deadline.is_over or any(isinstance(each, late) for each in behind(fault)):
            return "it did not answer in time"
        if isinstance(fault, requests.exceptions.SSLError):
            return "its certificate cannot be trusted"
        return "it cannot be reached"


@contextmanager
def line(address: str, reach: Reach) -> Iterator[Line]:
    """A conversation that ends after `LIMIT` seconds, however slowly it goes."""
    with Deadline(LIMIT) as deadline:
        opened = Line(address, reach, deadline)
        try:
            yield opened
        finally:
            opened.close()
