"""Patient: whom a report says it is about, as sent. Nothing is matched or corrected here."""

from datetime import date
from typing import Any

from flask_babel import lazy_gettext

from selfcare.fhir.datatypes import bounded
from selfcare.fhir.problems import Path
from selfcare.fhir.reading import Desk
from selfcare.fhir.references import Item, searched
from selfcare.filing.received_report import Whose

NHS_NUMBER = "https://fhir.nhs.uk/Id/nhs-number"
# Names that are no name to know somebody by; and those that were, which come last.
_NOT_KNOWN_BY = frozenset({"anonymous"})
_EARLIER = frozenset({"maiden", "old"})


class Subject:
    """Whom the report is about, to hold the parts of the report against."""

    def __init__(self, item: Item | None, reference: dict[str, Any] | None, numbers: frozenset[str]) -> None:
        self.item, self.numbers = item, numbers
        self.name = _name(reference)

    def is_other(self, desk: Desk, reference: dict[str, Any] | None, holder: Item, path: Path) -> bool:
        """Whether a part of the report is said to be about somebody else. Nothing said is nothing else."""
        name = _name(reference)
        if reference is None or not name or (name == self.name and not name.startswith("#")):
            return False
        found = desk.find(reference, holder, path, ("Patient",))
        if found is None:
            return bool(self.name)
        if found is self.item:
            return False
        return not (self.numbers & _numbers(desk.clean(found), old=True))


def read_subject(desk: Desk, report: Item, clean: dict[str, Any]) -> tuple[Subject, Whose]:
    """The subject of a report. One that the message does not have is an empty Whose, for a human to look at."""
    reference = clean.get("subject")
    path = report.path.to("subject")
    if reference is None:
        desk.problems.warn("incomplete", lazy_gettext("The report does not say whom it is about."), path)
        return Subject(None, None, frozenset()), Whose()
    item = desk.find(reference, report, path, ("Patient",))
    if item is None:
        identifier = reference.get("identifier", {})
        number = identifier.get("value") if identifier.get("system") == NHS_NUMBER else None
        search = searched(reference.get("reference", ""))
        if search and search[:2] == ("Patient", NHS_NUMBER):
            number = search[2]
        numbers = (number,) if number else ()
        return Subject(None, reference, frozenset(map(_digits, numbers))), Whose(nhs_numbers=numbers)
    patient = desk.clean(item)
    _check_birth(desk, patient, item.path.to("birthDate"))
    whose = _whose(patient)
    return Subject(item, reference, _numbers(patient, old=True)), whose


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


def _numbers(patient: dict[str, Any], *, old: bool) -> frozenset[str]:
    return frozenset(
        _digits(one["value"])
        for one in patient.get("identifier", [])
        if one.get("system") == NHS_NUMBER and one.get("value") and (old or one.get("use") != "old")
    )


def _digits(number: str) -> str:
    return "".join(number.split())


def _name(reference: dict[str, Any] | None) -> str:
    if reference is None:
        return ""
    return str(reference.get("reference") or reference.get("identifier", {}).get("value") or "")


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
