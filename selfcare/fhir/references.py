"""The resources of a message, and what refers to what (FHIR R4, 2.3 References and 3.2 "Resolving references")."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from selfcare.fhir.json_body import Number
from selfcare.fhir.problems import Path, Problems
from selfcare.filing.received_report import TakenBack

# A reference of the REST kind: what stands before, type, id, and perhaps a version of it.
_RESTFUL = re.compile(r"(?:(.*)/)?([A-Z][A-Za-z]+)/([A-Za-z0-9.-]{1,64})(?:/_history/[A-Za-z0-9.-]+)?")
_BY_IDENTIFIER = re.compile(r"([A-Z][A-Za-z]+)\?identifier=([^&|]*)\|([^&]+)")


@dataclass(eq=False)
class Item:
    """One resource of the message. `holder`: the resource it is contained in."""

    raw: dict[str, Any]
    path: Path
    full_url: str = ""
    holder: "Item | None" = None
    # The address it is put to ("DiagnosticReport/7", PUT): whatever stands there is this from now on.
    put_to: str = ""
    # Filled when it is first read.
    clean: dict[str, Any] | None = None
    problems: Problems = field(default_factory=Problems)
    inside: dict[str, list["Item"]] | None = None

    @property
    def kind(self) -> str:
        return plain(self.raw, "resourceType")

    @property
    def id(self) -> str:
        return plain(self.raw, "id")

    def contained(self, local: str) -> list["Item"]:
        """The resources inside this one that have this id."""
        if self.inside is None:
            self.inside = {}
            for index, raw in enumerate(several(self.raw, "contained")):
                if kind := plain(raw, "resourceType"):
                    path = Path(self.path, "contained", index, kind)
                    _put(self.inside, plain(raw, "id"), Item(raw, path, "", self))
        return self.inside.get(local, [])


def _put(shelf: dict[Any, list[Item]], name: Any, item: Item) -> bool:
    """Put an item under a name; False where the same stands there already. Two that differ are enough to know it."""
    have = shelf.setdefault(name, [])
    if any(other.raw == item.raw for other in have):
        return False
    if len(have) < 2:
        have.append(item)
    return True


def plain(raw: Any, name: str) -> str:
    """A short text of an element that nothing has checked yet; empty where there is none."""
    value = raw.get(name) if isinstance(raw, dict) else None
    return value if isinstance(value, str) and type(value) is not Number else ""


def several(raw: Any, name: str) -> list[Any]:
    """A list of an element that nothing has checked yet; one alone is a list of one, as XML has it."""
    value = raw.get(name) if isinstance(raw, dict) else None
    return value if isinstance(value, list) else [] if value is None else [value]


def searched(text: str) -> tuple[str, str, str] | None:
    """What a reference by search looks for: type, system and value of an identifier. None: it is another reference."""
    match = _BY_IDENTIFIER.fullmatch(unquote(text))
    return (match[1], match[2], match[3]) if match else None


class Ambiguous(Exception):
    """Several different resources answer to one reference."""


class Shelf:
    """All resources of a message, by every name they can be referred to. `repeated`: the same again, word for word."""

    def __init__(
        self, items: list[Item], *, xml: bool, taken_back: tuple[TakenBack, ...] = (), whole: bool = False
    ) -> None:
        """:param xml: it was sent as XML. :param whole: all of it is taken, or nothing (a transaction)."""
        self.items, self.xml, self.taken_back, self.whole = items, xml, taken_back, whole
        self.restricted = False  # the message as a whole is labelled so
        self.repeated: set[Item] = set()
        self._by_url: dict[str, list[Item]] = {}
        self._by_id: dict[str, list[Item]] = {}
        self._without_url: dict[str, list[Item]] = {}
        self._by_identifier: dict[tuple[str, str, str], list[Item]] | None = None
        for item in items:
            if item.full_url and not _put(self._by_url, item.full_url, item):
                self.repeated.add(item)
            if item.id:
                name = f"{item.kind}/{item.id}"
                _put(self._by_id, name, item)
                _put(self._by_id, f"urn:uuid:{item.id}", item)
                if not item.full_url and not _put(self._without_url, name, item):
                    self.repeated.add(item)

    def doubled(self, item: Item) -> bool:
        """Whether another resource with the same full address says something else."""
        return len(self._by_url.get(item.full_url, ())) > 1

    def find(self, reference: dict[str, Any], holder: Item, kinds: tuple[str, ...]) -> Item | None:
        """The resource that a (clean) Reference in `holder` means, or None where it is not in the message.

        :param kinds: the types it may have, for references by identifier.
        :raises Ambiguous: several different resources are meant.
        """
        text = reference.get("reference", "")
        if text:
            return self._by_text(text, holder)
        identifier = reference.get("identifier", {})
        if identifier.get("value"):
            return self._identified(kinds, identifier.get("system", ""), identifier["value"])
        return None

    def _by_text(self, text: str, holder: Item) -> Item | None:
        container = holder.holder or holder
        if text.startswith("#"):
            return _one(container.contained(text[1:])) if text != "#" else container
        if text in self._by_url:
            return _one(self._by_url[text])
        if search := searched(text):
            return self._identified((search[0],), *search[1:])
        text = unquote(text)  # addresses are percent-encoded, names are not
        match = _RESTFUL.fullmatch(text)
        if match is None:
            # Addresses are sometimes left out of entries; what is unique in the world finds its resource even so.
            return _one(self._by_id.get(text, [])) if text.startswith("urn:uuid:") else None
        base, kind, local = match.groups()
        if base is None:
            home = _RESTFUL.fullmatch(container.full_url)
            base = home[1] if home else None
        found = self._by_url.get(f"{base}/{kind}/{local}") if base else None
        if found:
            return _one(found)
        # An absolute address is never that of a resource with another one.
        named = (self._by_id if match[1] is None else self._without_url).get(f"{kind}/{local}", [])
        # Nor is a relative one, said on one server, that of what stands on another.
        return _one([one for one in named if not (base and _RESTFUL.fullmatch(one.full_url))])

    def address(self, text: str, holder: Item) -> str:
        """A reference in `holder` as it reads from anywhere: each server has a Patient/1 of its own."""
        container = holder.holder or holder
        if text.startswith("#"):
            return f"{container.path.place}{text}"
        match = _RESTFUL.fullmatch(unquote(text))
        if match is None:
            return text
        base, kind, local = match.groups()
        home = _RESTFUL.fullmatch(container.full_url) if base is None else None
        return f"{home[1] if home else base or ''}/{kind}/{local}"

    def kind_of(self, reference: dict[str, Any], holder: Item) -> str:
        """The type of what a reference means, as far as it is known without reading it."""
        text = reference.get("reference", "")
        try:
            found = self._by_text(text, holder) if text else None
        except Ambiguous:
            found = None
        match = _RESTFUL.fullmatch(unquote(text))
        return found.kind if found else match[2] if match else str(reference.get("type", ""))

    def _identified(self, kinds: tuple[str, ...], system: str, value: str) -> Item | None:
        if self._by_identifier is None:
            self._by_identifier = {}
            for item in self.items:
                for name in _identifiers(item):
                    _put(self._by_identifier, (item.kind, *name), item)
        return _one([item for kind in kinds for item in self._by_identifier.get((kind, system, value), [])])


def _identifiers(item: Item) -> Iterator[tuple[str, str]]:
    for identifier in several(item.raw, "identifier"):
        if value := plain(identifier, "value"):
            yield plain(identifier, "system"), value


def _one(items: list[Item]) -> Item | None:
    if len(items) > 1:
        raise Ambiguous
    return items[0] if items else None
