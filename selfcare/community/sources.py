"""Where a list is read from: a file, a folder of files, or an interface (Open Referral UK 3.0) with its pages.

A source gives what could be services, one after the other, and knows afterwards why it was not read as a whole.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from selfcare.community.documents import Broken, Document
from selfcare.community.services import services


@dataclass(frozen=True)
class Missed:
    """A service that is in a list, and of which no more could be had."""

    key: str
    name: str
    why: str


class Source(Protocol):
    """:ivar doubts: why what was read may not be all of it. :ivar beside: what stood there that is no service."""

    doubts: list[str]
    beside: Counter[str]

    def read(self) -> Iterator[Any]:
        """What could be services, each once, and `Missed`. :raises Unreadable: when there is nothing to begin with."""

    def still_there(self, keys: list[str]) -> bool | None:
        """Whether one of those that did not come is there for all that; None where that cannot be asked."""


class Unreadable(Exception):
    """Nothing of a list can be read. The text says why, in plain words."""


@dataclass
class Totals:
    """What pages say of how many there are, held against what they hold."""

    _said: list[tuple[int, int, int | None]] = field(
        default_factory=list
    )  # page, of how many, services in all
    _held: int = 0

    def page(self, head: dict[str, Any], held: int) -> None:
        number, pages, items = (
            _whole(head.get(name)) for name in ("page_number", "total_pages", "total_items")
        )
        self._said.append((number or 1, pages or 1, items))
        self._held += held

    def doubts(self) -> Iterator[str]:
        """In what they disagree."""
        of = {items for _, _, items in self._said if items is not None}
        if len(of) > 1:
            yield f"It says at first that there are {self._said[0][2]} services, and then another number: it changed."
        elif of and self._held != (said := of.pop()):
            yield f"It says that there are {said} services, and holds {self._held}."
        there, pages = (
            {number for number, _, _ in self._said},
            max((pages for _, pages, _ in self._said), default=0),
        )
        if missing := sorted(set(range(1, min(pages, 10_000) + 1)) - there):
            yield f"Of its {pages} pages {len(missing)} did not come, the first of them page {missing[0]}."


def _whole(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


class Files:
    """A file, or the files of a folder by their names."""

    def __init__(self, path: Path) -> None:
        self.doubts: list[str] = []
        self.beside: Counter[str] = Counter()
        self._path = path

    def read(self) -> Iterator[Any]:
        found = sorted(self._path.glob("*.json")) if self._path.is_dir() else [self._path]
        if not found:
            raise Unreadable(f"There is no .json file in {self._path}.")
        paged = Totals()
        for path in found:
            try:
                yield from self._one(path, paged, alone=len(found) == 1)
            except OSError as fault:
                raise Unreadable(
                    f"{path} cannot be read: {fault.strerror or type(fault).__name__}."
                ) from None
        self.doubts += paged.doubts()

    def still_there(self, keys: list[str]) -> bool | None:
        return None

    def _one(self, path: Path, paged: Totals, *, alone: bool) -> Iterator[Any]:
        held = 0
        with path.open(encoding="utf-8", newline="") as text:
            document = Document(text)
            try:
                for item in document:
                    for service in services(item, self.beside):
                        held += 1
                        yield service
            except Broken as fault:
                if alone and not held:
                    raise Unreadable(f"{path} cannot be read: {fault}.") from None
                self.doubts.append(f"{path.name} cannot be read to its end: {fault}.")
                return
        if document.is_page and (held or not self.beside):
            paged.page(document.head, held) if _of_many(document.head) else self._by_itself(
                document.head, held, path
            )

    def _by_itself(self, head: dict[str, Any], held: int, path: Path) -> None:
        one = Totals()
        one.page(head, held)
        self.doubts += [f"{path.name}: {doubt}" for doubt in one.doubts()]


def _of_many(head: dict[str, Any]) -> bool:
    return (_whole(head.get("total_pages")) or 1) > 1
