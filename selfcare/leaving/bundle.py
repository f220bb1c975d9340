"""The part of a record that FHIR R4 has a place for, as one Bundle: who it is, goals, measures, results.

Only what can be said truly. A visit is no Appointment here: that needs an end, which nobody wrote down. Words of the
diary, questions and summaries are in the other files. Nothing is converted; a unit is given as it was written, without
a code that nobody chose.
"""

import json
from collections.abc import Callable, Iterator
from typing import IO, Any

from selfcare.fhir.elements import (
    COMPARATORS,
    REPORTS,
    RESULTS,
    Resource,
    concept,
    full,
    instant,
    known_status,
    moment_of,
    patient,
    quantity,
)
from selfcare.leaving import reading
from selfcare.leaving.reading import Row, Whose

_GOALS = {"open": "active", "achieved": "completed", "changed": "cancelled", "let_go": "cancelled"}


def write(out: IO[str], whose: Whose, tick: Callable[[], None]) -> None:
    """Write the Bundle (type collection), a resource at a time."""
    head = {"resourceType": "Bundle", "type": "collection", "timestamp": instant(whose.moment)}
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
    reached = [
        {"system": system, "value": row[of]}
        for system, of in (("phone", "phone"), ("email", "email"))
        if row[of]
    ]
    return patient(
        item_id=row["id"],
        name=full(use="official", family=row["family_name"], given=[row["given_name"]], text=row["known_as"]),
        nhs_number=row["nhs_number"],
        born=row["born"],
        died=row["died_on"],
        telecom=reached,
        address=[{"text": row["address"]}] if row["address"] else None,
    )


def _goal(row: Row, subject: Resource) -> Resource:
    why = [{"text": text} for text in (row["why"], row["matters"], row["closing_words"]) if text]
    return full(
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
        value = {"valueQuantity": quantity(row["first_number"], tracker["unit"])}
    elif row["first_number"] is not None and row["second_number"] is not None:
        numbers = (row["first_number"], row["second_number"])
        value = {
            "component": [
                {
                    "code": {"text": f"{tracker['name']} {place}"},
                    "valueQuantity": quantity(number, tracker["unit"]),
                }
                for place, number in enumerate(numbers, 1)
            ]
        }
    if not value:
        return None
    return full(
        resourceType="Observation",
        id=str(row["id"]),
        status="final",
        code={"text": tracker["name"]},
        subject=subject,
        # A part of a day is no moment.
        effectiveDateTime=moment_of(row["utc"], row["zone"], to_the_day=bool(row["part"])),
        note=[{"text": row["note"]}] if row["note"] else None,
        **value,
    )


def _result(row: Row, report: Row, subject: Resource) -> Resource | None:
    if not row["name"]:
        return None
    status = row["status"] or report["status"]
    value: dict[str, Any] = {}
    if row["number"] is not None:
        number = quantity(row["number"], row["unit"])
        if row["comparator"] in COMPARATORS:
            number["comparator"] = row["comparator"]
        value = {"valueQuantity": number}
    elif row["value"]:
        value = {"valueString": " ".join(filter(None, (row["value"], row["unit"])))}
    absent = None if value or not row["absent_reason"] else {"text": row["absent_reason"]}
    return full(
        resourceType="Observation",
        id=str(row["id"]),
        status=known_status(status, RESULTS),
        code=concept(row["codes"], row["name"]),
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
    return full(
        resourceType="DiagnosticReport",
        id=str(row["id"]),
        status=known_status(row["status"], REPORTS),
        code=concept(row["codes"], row["asked_for"]),
        subject=subject,
        effectiveDateTime=_taken(row),
        issued=row["issued_utc"] and instant(row["issued_utc"]),
        performer=[{"display": row["laboratory"]}] if row["laboratory"] else None,
        result=[{"reference": f"urn:uuid:{one}"} for one in results],
        conclusion=row["conclusion"],
    )


def _taken(report: Row) -> str | None:
    if report["taken_wall"] is None or report["taken_utc"] is None:
        return None
    zone = report["taken_zone"] or "UTC"
    return moment_of(report["taken_utc"], zone, to_the_day=report["taken_to_the_day"])
