"""Data types of FHIR R4 in words: as sent, nothing converted, no digit changed."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext

from selfcare.fhir.problems import Path
from selfcare.fhir.reading import Desk
from selfcare.filing.received_report import Coding, Identifier, ReceivedTime


def words(concept: dict[str, Any] | None) -> str:
    """A CodeableConcept as people read it: its text, else what a code of it displays as, else the code."""
    if not concept:
        return ""
    if concept.get("text"):
        return str(concept["text"])
    codings = concept.get("coding", [])
    for part in ("display", "code"):
        for coding in codings:
            if coding.get(part):
                return str(coding[part])
    return ""


def listed(texts: Iterable[str], between: str = ", ") -> str:
    """Several texts in one, each once, in order."""
    return between.join(dict.fromkeys(text for text in texts if text))


def codings(concept: dict[str, Any] | None) -> tuple[Coding, ...]:
    """Every code of a CodeableConcept as sent, each with the concept's own text."""
    if not concept:
        return ()
    text = concept.get("text", "")
    made = [
        Coding(coding.get("system", ""), coding.get("code", ""), coding.get("display", ""), text)
        for coding in concept.get("coding", [])
    ]
    return tuple(made) or ((Coding(text=text),) if text else ())


def identifiers(sent: list[dict[str, Any]]) -> tuple[Identifier, ...]:
    """What names it. Spaces around one, as older systems pad them, are not a part of it."""
    tidy = ((one.get("system", "").strip(), one.get("value", "").strip()) for one in sent)
    return tuple(Identifier(system, value) for system, value in tidy if value)


def notes(annotations: list[dict[str, Any]]) -> str:
    """The texts of Annotations, one below the other, each with who wrote it where that is said in words."""
    return "\n".join(map(_annotation, (one for one in annotations if one.get("text"))))


def _annotation(one: dict[str, Any]) -> str:
    kind, by = one.get("author", ("string", ""))
    author = by if kind == "string" else by.get("display")
    return f"{one['text']} ({author})" if author else str(one["text"])


@dataclass(frozen=True)
class Amount:
    """A Quantity: what stands before the unit, and the unit as people read it (its text, else its code)."""

    value: str
    unit: str

    def __str__(self) -> str:
        return f"{self.value} {self.unit}" if self.unit else self.value


def amount(quantity: dict[str, Any] | None, sign: str = "") -> Amount | None:
    """:param sign: stands before the number where the sender put no comparator there."""
    if not quantity or "value" not in quantity:
        return None
    value = quantity.get("comparator", sign) + quantity["value"]
    return Amount(value, quantity.get("unit") or quantity.get("code", ""))


def span(sent: dict[str, Any]) -> Amount | None:
    """A Range: `3.5–5.3` and one unit, or each number with its own; `≥5` and `≤5` (both ends are inclusive)."""
    low, high = amount(sent.get("low")), amount(sent.get("high"))
    if low and high:
        if low.unit == high.unit:
            return Amount(f"{low.value}–{high.value}", low.unit)
        return Amount(f"{low}–{high}", "")
    return amount(sent.get("low"), "≥") or amount(sent.get("high"), "≤")


def ratio(sent: dict[str, Any]) -> str:
    """A Ratio: `1:40`."""
    above, below = amount(sent.get("numerator")), amount(sent.get("denominator"))
    return f"{above}:{below}" if above and below else ""


def reference_range(sent: dict[str, Any]) -> str:
    """A reference range: its numbers and its text, and in brackets for whom it is.

    A text that says the same numbers, and no more, is not said twice: the one that has the unit stands.
    """
    numbers, text = span(sent), sent.get("text", "")
    if numbers:
        bare, whole = _figures(numbers.value), _figures(str(numbers))
        said = _figures(text)
        if said != whole:
            text = str(numbers) if said in (bare, "") else listed((str(numbers), text), "; ")
    age = span(sent.get("age", {}))
    kind = sent.get("type", {})
    usual = any(coding.get("code") == "normal" for coding in kind.get("coding", []))
    meant = listed(
        (
            "" if usual and not kind.get("text") else words(kind),
            *(words(one) for one in sent.get("appliesTo", [])),
            str(age or ""),
        )
    )
    return f"{text} ({meant})" if meant and text else text or meant


def _figures(text: str) -> str:
    """A range without the accidents of its writing: 3.5 - 5.3, 3.5–5.3 and 3.5 to 5.3 are one."""
    return re.sub(r"(?<=[0-9])(-|–|—|to)(?=[0-9.])", "-", "".join(text.split()).replace("µ", "μ"))


def moment(desk: Desk, text: str, path: Path) -> ReceivedTime | None:
    """A date, dateTime or instant. A year or a month alone is too little to sort by: left out, with a warning.

    One that cannot be is a problem of the report: no such day, before the first that counts, or still to come.
    """
    if len(text) < 10:
        told = lazy_gettext(
            "%(element)s is “%(value)s”, no whole date. It is left out.", element=path.element, value=text
        )
        desk.problems.warn("incomplete", told, path)
        return None
    try:
        # A leap second is not in Python's clock.
        exact = datetime.fromisoformat(text.replace(":60", ":59", 1)) if "T" in text else None
        day = exact.date() if exact else date.fromisoformat(text)
    except ValueError:
        told = lazy_gettext("%(element)s is “%(value)s”: no such day.", element=path.element, value=text)
        desk.problems.error("value", told, path)
        return None
    bounded(desk, day, exact, path, desk.limits.first_day)
    return ReceivedTime(instant=exact) if exact else ReceivedTime(day=day)


def bounded(desk: Desk, day: date, exact: datetime | None, path: Path, first: date) -> None:
    """A problem, where a day is before `first` or further ahead than clocks differ."""
    latest = desk.now + desk.limits.ahead
    if day < first:
        told = lazy_gettext(
            "%(element)s is %(day)s. No date before %(first)s is taken.",
            element=path.element,
            day=day.isoformat(),
            first=first.isoformat(),
        )
        desk.problems.error("value", told, path)
    elif exact > latest if exact else day > latest.date():
        told = lazy_gettext(
            "%(element)s is %(day)s, which is still to come.", element=path.element, day=day.isoformat()
        )
        desk.problems.error("value", told, path)


def happened(desk: Desk, choice: tuple[str, Any] | None, path: Path, name: str) -> ReceivedTime | None:
    """An effective[x] or collected[x]: the moment, or the period with both its ends, or the one it has.

    A period's end alone is no moment: something was taken until then.
    """
    if choice is None:
        return None
    kind, value = choice
    here = path.to(name + kind[0].upper() + kind[1:])
    if isinstance(value, str):
        return moment(desk, value, here)
    if kind == "Timing":
        times = [moment(desk, one, here.to("event")) for one in value.get("event", [])]
    else:
        times = [moment(desk, value[end], here.to(end)) for end in ("start", "end") if end in value]
    known = [one for one in times if one]
    if known and kind == "Period" and "start" not in value:
        return ReceivedTime(until=known[0])
    if len(known) > 1 and known[0] != known[-1]:
        return replace(known[0], until=known[-1])
    return known[0] if known else None
