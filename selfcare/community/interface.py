"""Reads a list from its interface: what it speaks, its pages in order, and a service's own page where they are short.

Nothing here trusts the other side to hold still: totals that change, an id on two pages, a first page that is another
one at the end are all said, and then nothing is ended for what did not come.
"""

import io
import re
from collections import Counter
from collections.abc import Iterator
from time import monotonic
from typing import Any
from urllib.parse import quote, urlsplit

from selfcare.community.documents import Broken, Document
from selfcare.community.fetching import OPEN_INTERNET, Line, Reach, Unfetched, line
from selfcare.community.services import is_summary, services
from selfcare.community.sources import Missed, Totals, Unreadable

PER_PAGE = 100
MOST_PAGES, MOST_SERVICES = 10_000, 200_000
LONGEST_READING = 3 * 3600.0  # seconds
MOST_ASKED = 50  # of those that did not come, to see whether they are there
_TOGETHER = 50  # questions of one conversation
_TRIES = 3  # services without a page of their own, after which none is asked for
_SPEAKS = re.compile(r"(HSDS[-_ ]?UK[-_ ]?|HSDS[-_ ]?)?v?3(\.\d+)*([-_ ]?UK)?", re.IGNORECASE)


class Interface:
    """The interface at an address, or the one document that stands there."""

    def __init__(self, address: str, reach: Reach = OPEN_INTERNET) -> None:
        self.doubts: list[str] = []
        self.beside: Counter[str] = Counter()
        self._reach, self._totals = reach, Totals()
        self._address = address
        self._base = re.sub(r"/services$", "", address.rstrip("/"))
        self._until = monotonic() + LONGEST_READING
        self._pages: dict[str, int] = {}  # on which page an id stood
        self._misses, self._has_own_pages = 0, False

    def read(self) -> Iterator[Any]:
        document = self._document()
        if document is not None:
            yield from self._given(*document)
            self.doubts += self._totals.doubts()
            return
        yield from self._paged()

    def still_there(self, keys: list[str]) -> bool | None:
        """Asks for some of those that did not come, by id."""
        if not self._has_own_pages:
            return None
        try:
            with line(self._base, self._reach) as opened:
                for key in keys[:MOST_ASKED]:
                    found = self._own(opened, key)
                    if isinstance(found, dict):
                        return True
        except Unfetched:
            return True  # nobody can tell, so it counts as there
        return False

    # -------------------------------------------------------------------------------------- what stands there

    def _document(self) -> tuple[Document, list[Any]] | None:
        """The list itself, where it stands at the address. :raises Unreadable:"""
        plainly = urlsplit(self._address).query or self._address.endswith(".json")
        try:
            with line(self._base, self._reach) as opened:
                body = opened.get(self._address if plainly else f"{self._base}/")
            document, items = _read(body)
        except Unfetched as why:
            if plainly or not why.status:
                raise Unreadable(f"The list cannot be fetched: {why}.") from None
            return None  # it does not say what it speaks; its services do
        except Broken as why:
            if plainly:
                raise Unreadable(f"The list cannot be read: {why}.") from None
            return None
        about = items[0] if len(items) == 1 and isinstance(items[0], dict) else {}
        if "version" not in about or "name" in about:
            return document, items
        if not _SPEAKS.fullmatch(str(about["version"]).strip()):
            said = " ".join(str(about["version"]).split())[:60]
            raise Unreadable(f"It speaks {said}. Selfcare reads HSDS-UK-3.0.")
        return None

    def _given(self, document: Document, items: list[Any]) -> Iterator[Any]:
        held = 0
        for item in items:
            for service in services(item, self.beside):
                held += 1
                yield service
        if document.is_page:
            self._totals.page(document.head, held)

    # -------------------------------------------------------------------------------------------------- pages

    def _paged(self) -> Iterator[Any]:
        first: list[str] = []
        number = held = 0
        while True:
            number += 1
            try:
                document, items = self._page(number)
            except (Unfetched, Broken) as why:
                if number == 1:
                    raise Unreadable(f"The list cannot be read: {why}.") from None
                self.doubts.append(f"Page {number} did not come: {why}.")
                return
            ids = [_id(item) for item in items]
            first = first or ids
            if self._stands_still(number, document.head, ids):
                break
            self._totals.page(document.head, len(items))
            held += len(items)
            try:
                yield from self._whole(items)
            except Unfetched as why:
                self.doubts.append(f"The services of page {number} did not all come: {why}.")
                return
            if _is_last(document, number, items):
                break
            if number >= MOST_PAGES or held >= MOST_SERVICES or monotonic() > self._until:
                self.doubts.append(f"It is longer than a list may be: it was left after page {number}.")
                return
        self.doubts += self._totals.doubts()
        if number > 1:
            self._is_as_it_was(first)

    def _page(self, number: int) -> tuple[Document, list[Any]]:
        with line(self._base, self._reach) as opened:
            return _read(opened.get(f"{self._base}/services?page={number}&per_page={PER_PAGE}"))

    def _stands_still(self, number: int, head: dict[str, Any], ids: list[str]) -> bool:
        """Whether a page is one that came before: then no further one comes. Notes what else is odd about it."""
        said = head.get("page_number", number)
        if number > 1 and said != number:
            self.doubts.append(f"Page {number} was asked for, and page {str(said)[:20]} came.")
            return True
        twice = [key for key in ids if key and self._pages.get(key, number) != number]
        if number > 1 and ids and len(twice) == len(ids) and "page_number" not in head:
            return True  # it has one page, and does not say so
        if twice:
            self.doubts.append(
                f"One service stands on pages {self._pages[twice[0]]} and {number}: it changed while it was read."
            )
        self._pages |= {key: number for key in ids if key}
        return False

    def _is_as_it_was(self, first: list[str]) -> None:
        try:
            _, items = self._page(1)
        except (Unfetched, Broken) as why:
            self.doubts.append(f"Its first page did not come again: {why}.")
            return
        if [_id(item) for item in items] != first:
            self.doubts.append("Its first page is another one at the end: it changed while it was read.")

    # ----------------------------------------------------------------------------------------- each by itself

    def _whole(self, items: list[Any]) -> Iterator[Any]:
        """Each service with all its rows. :raises Unfetched: when the line is lost."""
        for start in range(0, len(items), _TOGETHER):
            some = items[start : start + _TOGETHER]
            if self._misses >= _TRIES or not any(is_summary(item) for item in some):
                yield from (each for item in some for each in services(item, self.beside))
                continue
            with line(self._base, self._reach) as opened:
                for item in some:
                    full = self._full(opened, item) if is_summary(item) else item
                    yield from services(full, self.beside)

    def _full(self, opened: Line, item: dict[str, Any]) -> Any:
        key = _id(item)
        if not key or self._misses >= _TRIES:
            return item
        found = self._own(opened, key)
        if isinstance(found, dict):
            self._has_own_pages = True
            return found
        if not self._has_own_pages:
            self._misses += 1  # an interface without such pages gives what it gives
            return item
        return Missed(key, str(item.get("name") or ""), f"has a page of its own that did not come: {found}")

    def _own(self, opened: Line, key: str) -> dict[str, Any] | str:
        """What stands at a service's own address, or why not. :raises Unfetched: when the line is lost."""
        try:
            _, items = _read(opened.get(f"{self._base}/services/{quote(key, safe='')}"))
        except Unfetched as why:
            if not why.status:
                raise
            return str(why)
        except Broken as why:
            return str(why)
        found = items[0] if len(items) == 1 else None
        if not isinstance(found, dict) or _id(found) != key:
            return "another service stands there"
        return found


def _read(body: bytes) -> tuple[Document, list[Any]]:
    """All of a document. :raises Broken:"""
    document = Document(io.TextIOWrapper(io.BytesIO(body), encoding="utf-8", newline=""))
    return document, list(document)


def _id(item: Any) -> str:
    key = item.get("id") if isinstance(item, dict) else None
    return str(key).strip() if isinstance(key, str | int) else ""


def _is_last(document: Document, number: int, items: list[Any]) -> bool:
    if not document.is_page or not items:
        return True
    pages = document.head.get("total_pages")
    return document.head.get("last_page") is True or (isinstance(pages, int) and number >= pages)
