"""The part of a record that FHIR R4 has a place for, as one Bundle: who it is, goals, measures, results.

Only what can be said truly. A visit is no Appointment here: that needs an end, which nobody wrote down. Words of the
diary, questions and summaries are in the other files. Nothing is converted; a unit is given as it was written, without
a code that nobody chose.
"""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import IO, Any
from zoneinfo import ZoneInfo

from selfcare.leaving import reading
from selfcare.leaving.reading import Row, Whose

NHS_NUMBER = "https://fhir.nhs.uk/Id/nhs-number"
_GOALS = {"open": "active", "achieved": "completed", "changed": "cancelled", "let_go": "cancelled"}
_REPORTS = frozenset(
    {"registered", "partial", "preliminary", "final", "amended", "corrected", "appended", "cancelled",
     "entered-in-error", "unknown"}
)  # fmt: skip
_RESULTS = frozenset(
    {"registered", "preliminary", "final", "amended", "corrected", "cancelled", "entered-in-error", "unknown"}
)
_COMPARATORS = ("<", "<=", ">=", ">")

Resource = dict[str, Any]


def write(out: IO[str], whose: Whose, tick: Callable[[], None]) -> None:
    """Write the Bundle (type collection), a resource at a time."""
    head = {"resourceType": "Bundle", "type": "collection", "timestamp": _instant(whose.moment)}
    out.write(json.dumps(head)[:-1] + ', "entry": [')
    for place, resource in enumerate(_resources(whose)):
        entry = {"fullUrl": f"urn:uuid:{resource['id']}", "resource": resource}
        out.write(f"{',' if place else ''}\n{json.dumps(entry, ensure_ascii=False)}")
        tick()
    out.write("]}\n")


def _resources(whose: Whose) -> Iterator[Resource]:
    yield from map(_patient, reading.rows(whose, "person"))
    subject = {"reference": f"urn:uuid:{whose.person_id}"}
    for row in reading.rows(whose, "goal"):
        if row["removed_at"] is None:
            yield _goal(row, subject)
    trackers = {row["id"]: row for row in reading.rows(whose, "tracker")}
    for row in reading.rows(whose, "entry"):
        tracker = trackers.get(row["tracker_id"])
        if row["removed_at"] is None and tracker and (found := _entry(row, tracker, subject)):
            yield found
    reports: dict[Any, Row] = {}
    for row in reading.rows(whose, "report"):
        if row["void_at"] is None:
            reports[row["id"]] = row
    results: dict[Any, list[str]] = {}
    for row in reading.rows(whose, "result"):
        if found := _result(row, reports[row["report_id"]], subject):
            results.setdefault(row["report_id"], []).append(found["id"])
            yield found
    for row in reports.values():
        yield _report(row, results.get(row["id"], []), subject)


def _patient(row: Row) -> Resource:
    name = {
        "use": "official",
        "family": row["family_name"],
        "given": [row["given_name"]],
        "text": row["known_as"],
    }
    number = [{"system": NHS_NUMBER, "value": row["nhs_number"]}] if row["nhs_number"] else None
    reached = [
        {"system": system, "value": row[of]}
        for system, of in (("phone", "phone"), ("email", "email"))
        if row[of]
    ]
    return _full(
        resourceType="Patient",
        id=str(row["id"]),
        identifier=number,
        name=[_full(**name)],
        telecom=reached,
        birthDate=row["born"].isoformat(),
        address=[{"text": row["address"]}] if row["address"] else None,
        deceasedDateTime=row["died_on"] and row["died_on"].isoformat(),
    )


def _goal(row: Row, subject: Resource) -> Resource:
    why = [{"text": text} for text in (row["why"], row["matters"], row["closing_words"]) if text]
    return _full(
        resourceType="Goal",
        id=str(row["id"]),
        lifecycleStatus=_GOALS.get(row["state"], "active"),
        description={"text": row["text"]},
        subject=subject,
        statusDate=row["closed_on"] and row["closed_on"].isoformat(),
        note=why,
    )


def _entry(row: Row, tracker: Row, subject: Resource) -> Resource | None:
    """A number that somebody logged; None for what is none."""
    value: dict[str, Any] = {}
    if row["kind"] == "symptom" and row["severity"] is not None:
        value = {"valueInteger": row["severity"]}
    elif row["kind"] == "done" and row["severity"] is not None:
        value = {"valueBoolean": bool(row["severity"])}
    elif row["first_number"] is not None and not row["second"]:
        value = {"valueQuantity": _quantity(row["first_number"], tracker["unit"])}
    elif row["first_number"] is not None and row["second_number"] is not None:
        numbers = (row["first_number"], row["second_number"])
        value = {
            "component": [
                {
                    "code": {"text": f"{tracker['name']} {place}"},
                    "valueQuantity": _quantity(number, tracker["unit"]),
                }
                for place, number in enumerate(numbers, 1)
            ]
        }
    if not value:
        return None
    return _full(
        resourceType="Observation",
        id=str(row["id"]),
        status="final",
        code={"text": tracker["name"]},
        subject=subject,
        # A part of a day is no moment.
        effectiveDateTime=_when(row["utc"], row["zone"], to_the_day=bool(row["part"])),
        note=[{"text": row["note"]}] if row["note"] else None,
        **value,
    )


def _result(row: Row, report: Row, subject: Resource) -> Resource | None:
    if not row["name"]:
        return None
    status = row["status"] or report["status"]
    value: dict[str, Any] = {}
    if row["number"] is not None:
        quantity = _quantity(row["number"], row["unit"])
        if row["comparator"] in _COMPARATORS:
            quantity["comparator"] = row["comparator"]
        value = {"valueQuantity": quantity}
    elif row["value"]:
        value = {"valueString": " ".join(filter(None, (row["value"], row["unit"])))}
    absent = None if value or not row["absent_reason"] else {"text": row["absent_reason"]}
    return _full(
        resourceType="Observation",
        id=str(row["id"]),
        status=status if status in _RESULTS else "unknown",
        code=_concept(row["codes"], row["name"]),
        subject=subject,
        effectiveDateTime=_taken(report),
        dataAbsentReason=absent,
        interpretation=[{"text": row["flag"]}] if row["flag"] else None,
        referenceRange=[{"text": row["range_text"]}] if row["range_text"] else None,
        method={"text": row["method"]} if row["method"] else None,
        note=[{"text": row["note"]}] if row["note"] else None,
        **value,
    )


def _report(row: Row, results: list[str], subject: Resource) -> Resource:
    return _full(
        resourceType="DiagnosticReport",
        id=str(row["id"]),
        status=row["status"] if row["status"] in _REPORTS else "unknown",
        code=_concept(row["codes"], row["asked_for"]),
        subject=subject,
        effectiveDateTime=_taken(row),
        issued=row["issued_utc"] and _instant(row["issued_utc"]),
        performer=[{"display": row["laboratory"]}] if row["laboratory"] else None,
        result=[{"reference": f"urn:uuid:{one}"} for one in results],
        conclusion=row["conclusion"],
    )


def _taken(report: Row) -> str | None:
    if report["taken_wall"] is None or report["taken_utc"] is None:
        return None
    zone = report["taken_zone"] or "UTC"
    return _when(report["taken_utc"], zone, to_the_day=report["taken_to_the_day"])


def _concept(codes: list[dict[str, Any]] | None, name: str) -> Resource:
    sent = [
        _full(system=one.get("system"), code=one.get("code"), display=one.get("display"))
        for one in codes or []
        if one.get("system") and one.get("code")
    ]
    return _full(coding=sent, text=name)


def _quantity(number: Decimal, unit: str) -> Resource:
    whole = number == number.to_integral_value()
    return _full(value=int(number) if whole else float(number), unit=unit)


def _when(moment: datetime, zone: str, *, to_the_day: bool) -> str:
    local = moment.astimezone(ZoneInfo(zone))
    return local.date().isoformat() if to_the_day else local.isoformat(timespec="seconds")


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def _full(**values: Any) -> Resource:
    """Without what is empty: FHIR has no empty elements."""
    return {name: value for name, value in values.items() if value not in (None, "", [], {})}
