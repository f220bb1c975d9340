"""Patient: whom a report says it is about, as sent. Nothing is matched or corrected here."""

import re
from dataclasses import replace
from datetime import date
from typing import Any

from flask_babel import lazy_gettext

from selfcare.fhir.datatypes import bounded
from selfcare.fhir.elements import NHS_NUMBER
from selfcare.fhir.problems import Path
from selfcare.fhir.reading import Desk
from selfcare.fhir.references import Item, searched
from selfcare.filing.received_report import Whose

# Names that are no name to know somebody by; and those that were, which come last.
_NOT_KNOWN_BY = frozenset({"anonymous"})
_EARLIER = frozenset({"maiden", "old"})
_TITLES = frozenset({"mr", "mrs", "ms", "miss", "mx", "dr"})
# What a result may be measured of that is somebody; anything else, such as an implant, is a thing.
_PEOPLE = frozenset({"Patient", "RelatedPerson", "Person", "Practitioner", "PractitionerRole", "Group"})


class Subject:
    """Whom the report is about, to hold the parts of the report against."""

    def __init__(
        self, desk: Desk, holder: Item, reference: dict[str, Any] | None, item: Item | None, whose: Whose
    ) -> None:
        """:param item: the patient that `reference` in `holder` means; :param whose: what is known of them."""
        self.item = item
        self.address = _address(desk, reference, holder)
        self.display = _letters(reference.get("display", "")) if reference else []
        self.numbers = frozenset(map(_digits, whose.nhs_numbers))
        self.names, self.families, self.born = _known_by(whose, {}), _families(whose), whose.born
        if item is not None:
            patient = desk.clean(item)
            self.numbers |= _numbers(patient)
            self.names |= _known_by(whose, patient)

    def is_other(self, desk: Desk, reference: dict[str, Any] | None, holder: Item, path: Path) -> bool:
        """Whether a part of the report is said to be about somebody else. Nothing said is nothing else.

        Two references that read the same are the same person only where they lead to the same one: each server has
        a Patient/1. A name alone is somebody too.
        """
        if reference is None:
            return False
        number = _number(reference)
        if number and self.numbers and number not in self.numbers:
            return True
        address = _address(desk, reference, holder)
        if not address:
            return not self._is_called(_letters(reference.get("display", "")))
        found = desk.find(reference, holder, path, ("Patient",))
        if found is None:
            known = bool(self.address or self.names)
            return known and address != self.address and number not in self.numbers
        return found is not self.item and not self._is_copy(desk.clean(found))

    def is_other_focus(self, desk: Desk, reference: dict[str, Any], holder: Item, path: Path) -> bool:
        """Whether a result is said to be measured of somebody else: a donor, an unborn child. A thing is nobody."""
        kind = desk.shelf.kind_of(reference, holder)
        return (not kind or kind in _PEOPLE) and self.is_other(desk, reference, holder, path)

    def _is_copy(self, patient: dict[str, Any]) -> bool:
        """Whether another Patient of the message is the same person: by a number, and not born on another day."""
        born = patient.get("birthDate", "")
        known = min(len(born), len(self.born))
        return bool(self.numbers & _numbers(patient)) and born[:known] == self.born[:known]

    def _is_called(self, words: list[str]) -> bool:
        """Whether these words are this person's name and nothing else: "WELSH, Joel", "Mr J Welsh"."""
        if not words or words == self.display:
            return True
        mine = self.names | {name[0] for name in self.names}
        return bool(self.families.intersection(words)) and mine.issuperset(set(words) - _TITLES)


def read_subject(desk: Desk, report: Item, clean: dict[str, Any]) -> tuple[Subject, Whose]:
    """The subject of a report. One that the message does not have is an empty Whose, for a human to look at."""
    reference = clean.get("subject")
    path = report.path.to("subject")
    if reference is None:
        desk.problems.warn("incomplete", lazy_gettext("The report does not say whom it is about."), path)
        return Subject(desk, report, None, None, Whose()), Whose()
    item = desk.find(reference, report, path, ("Patient",))
    if item is None:
        number = _number(reference)
        whose = Whose(nhs_numbers=(number,) if number else ())
        return Subject(desk, report, reference, None, whose), whose
    patient = desk.clean(item)
    _check_birth(desk, patient, item.path.to("birthDate"))
    whose = _whose(patient)
    subject = Subject(desk, report, reference, item, whose)
    # The reference itself may name another number than the patient it leads to.
    return subject, replace(whose, mixed=subject.is_other(desk, reference, report, path))


def _whose(patient: dict[str, Any]) -> Whose:
    named = [
        one for one in patient.get("identifier", []) if one.get("system") == NHS_NUMBER and one.get("value")
    ]
    current = [one["value"] for one in named if one.get("use") != "old"]
    numbers = current or [one["value"] for one in named]
    links = [link.get("type") for link in patient.get("link", [])]
    names = [name for name in patient.get("name", []) if name.get("use") not in _NOT_KNOWN_BY]
    names.sort(key=lambda name: name.get("use") in _EARLIER)
    died = patient.get("deceased")
    return Whose(
        nhs_numbers=tuple(dict.fromkeys(numbers)),
        replaced=(bool(named) and not current) or patient.get("active") == "false" or "replaced-by" in links,
        families=tuple(dict.fromkeys(name["family"] for name in names if name.get("family"))),
        given=" ".join(names[0].get("given", [])) if names else "",
        born=patient.get("birthDate", ""),
        died=died is not None and died != ("boolean", "false"),
    )


def _numbers(patient: dict[str, Any]) -> frozenset[str]:
    """All NHS numbers, old ones too."""
    return frozenset(map(_digits, filter(None, map(_nhs, patient.get("identifier", [])))))


def _nhs(identifier: dict[str, Any]) -> str:
    return str(identifier.get("value", "")) if identifier.get("system") == NHS_NUMBER else ""


def _number(reference: dict[str, Any]) -> str:
    """The NHS number that a reference itself says, as an identifier or as what to look for."""
    search = searched(reference.get("reference", ""))
    if search and search[:2] == ("Patient", NHS_NUMBER):
        return _digits(search[2])
    return _digits(_nhs(reference.get("identifier", {})))


def _digits(number: str) -> str:
    return "".join(number.split())


def _address(desk: Desk, reference: dict[str, Any] | None, holder: Item) -> str:
    """What a reference in `holder` points to, the same wherever it is said from; empty where it only has a name."""
    if reference is None:
        return ""
    if text := reference.get("reference"):
        return desk.shelf.address(text, holder)
    identifier = reference.get("identifier", {})
    value = _digits(str(identifier.get("value") or ""))
    return f"{identifier.get('system', '')}|{value}" if value else ""


def _letters(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+", text.casefold())


def _known_by(whose: Whose, patient: dict[str, Any]) -> frozenset[str]:
    """Every word of every name they have, titles included."""
    texts = [whose.given, *whose.families]
    for name in patient.get("name", []):
        texts += [
            name.get("text", ""),
            *name.get("given", []),
            *name.get("prefix", []),
            name.get("family", ""),
        ]
    return frozenset(_letters(" ".join(texts)))


def _families(whose: Whose) -> frozenset[str]:
    return frozenset(_letters(" ".join(whose.families)))


def _check_birth(desk: Desk, patient: dict[str, Any], path: Path) -> None:
    born = patient.get("birthDate", "")
    if len(born) != 10:
        return
    try:
        day = date.fromisoformat(born)
    except ValueError:
        words = lazy_gettext("%(element)s is “%(value)s”: no such day.", element=path.element, value=born)
        desk.problems.error("value", words, path)
        return
    bounded(desk, day, None, path, desk.limits.first_birth)
