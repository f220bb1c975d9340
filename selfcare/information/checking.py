"""Asking whether pages on teams' lists are still there: from the machine's own shell, never for somebody who reads.

One question a page: HEAD (RFC 9110, 9.3.2), and GET where a server does not know that, of which the body is not read.
Nothing is sent but the address: no cookie, no name of anybody, no page that one comes from.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urljoin

import requests

from selfcare.information import address
from selfcare.information.checking_words import (
    ANSWERS,
    CLOSED,
    ELSEWHERE,
    FAILED,
    GONE,
    MOVED,
    REFUSED,
    SILENT,
    UNSAFE,
)
from selfcare.web.deadline import Adapter, Address, Deadline, is_public, is_refused

LIMIT = 10.0  # seconds for a page: the name, the connection, the answer, and where it leads on
PAUSE = 1.0  # seconds between two questions to one place
STEPS = 4  # of one place to itself
AGENT = "Selfcare-link-check/1 (asks once whether a page is there)"
_NOT_FOR_US = frozenset({401, 403, 407, 429, 451})


@dataclass(frozen=True)
class Look:
    """What was found: a code, the status of HTTP where there was one, and where it led, when not to itself."""

    found: str
    status: int | None = None
    to: str = ""


@dataclass(frozen=True)
class Reach:
    """By which way pages are asked for. All but a test asks the open internet at the usual port.

    :param may: whether an address of the network may be talked to; `port`: that is connected to; `trusts`: whose
        certificates are, as `requests` has it.
    """

    may: Callable[[Address], bool] = is_public
    port: int = 443
    trusts: bool | str = True


OPEN = Reach()


def look(url: str, reach: Reach = OPEN, seconds: float = LIMIT) -> Look:
    """Ask once whether a page is there. It never raises: what goes wrong is what was found."""
    here, asked, moved = address.host(url), url, False
    with Deadline(seconds) as deadline:
        for _ in range(STEPS):
            try:
                status, to = _ask(address.checked(asked), reach, deadline)
            except address.BadAddress:
                return Look(CLOSED if moved else UNSAFE, None, asked if moved else "")
            except requests.exceptions.SSLError:
                # To be cut off in the middle is not the same as a certificate that nobody vouches for.
                return Look(SILENT if deadline.is_over else UNSAFE)
            except (requests.RequestException, OSError, ValueError) as fault:
                return Look(CLOSED if is_refused(fault) else SILENT)
            if not to:
                return Look(_says(status, moved), status, asked if moved else "")
            if address.host(to) != here:
                return Look(ELSEWHERE, status, to)
            asked, moved = to, True
    return Look(FAILED, None, asked)


def look_at(
    urls: Iterable[str], reach: Reach = OPEN, sleep: Callable[[float], None] = time.sleep
) -> Iterator[tuple[str, Look]]:
    """Each address once, in turn; between two of one place there is a pause."""
    before = ""
    for url in urls:
        if before and before == address.host(url):
            sleep(PAUSE)
        before = address.host(url)
        yield url, look(url, reach)


def _ask(url: str, reach: Reach, deadline: Deadline) -> tuple[int, str]:
    """The status of a page, and where it leads, when it does."""
    plain, host, _ = address.to_ask(url)
    with requests.Session() as asking:
        asking.trust_env = False
        asking.mount("https://", Adapter(deadline, host, reach.port, reach.may))
        for way in ("HEAD", "GET"):
            answer = asking.request(
                way, plain, allow_redirects=False, stream=True, timeout=deadline.left(), verify=reach.trusts,
                headers={"User-Agent": AGENT, "Accept": "text/html, */*;q=0.5", "Accept-Encoding": "identity"},
            )  # fmt: skip
            with answer:
                leads = answer.headers.get("Location", "") if 300 <= answer.status_code < 400 else ""
                if answer.status_code < 400 or way == "GET":
                    return answer.status_code, urljoin(plain, leads) if leads else ""
    raise OSError("not asked")


def _says(status: int, moved: bool) -> str:
    if status < 300:
        return MOVED if moved else ANSWERS
    if status in _NOT_FOR_US:
        return REFUSED
    return GONE if status in (404, 410) else FAILED
