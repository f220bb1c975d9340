"""Specimen: what it is, in words, and when it was taken."""

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext

from selfcare.fhir.datatypes import amount, happened, listed, moment, notes, words
from selfcare.fhir.patient import Subject
from selfcare.fhir.problems import Path, shown
from selfcare.fhir.reading import Desk
from selfcare.fhir.references import Item
from selfcare.filing.received_report import ReceivedTime

# HL7 table 0916, for senders who leave the words out.
_FASTING = {"F": "Fasting", "FNA": "Fasting not asked", "NF": "Not fasting", "NG": "Fasting not known"}


# How a sample stands, where it is not simply there (R4, specimen-status).
_STATUS = {
    "unavailable": "Sample not available",
    "unsatisfactory": "Sample unsatisfactory",
    "entered-in-error": "Sample entered in error",
}


@dataclass(frozen=True)
class Sample:
    """A specimen in words: how it stands, type and where from, fasting, its condition, notes.

    what: type and where from alone; is_other: it is said to be somebody else's.
    """

    text: str
    taken: ReceivedTime | None = None
    is_other: bool = False
    what: str = ""


def read_specimen(
    desk: Desk, reference: dict[str, Any], holder: Item, path: Path, subject: Subject
) -> Sample | None:
    """The specimen that a reference means; None where nothing is known of it."""
    item = desk.find(reference, holder, path, ("Specimen",))
    if item is None:
        named = reference.get("display", "")
        return Sample(named, what=named) if named else None
    clean = desk.clean(item)
    is_other = subject.is_other(desk, clean.get("subject"), item, item.path.to("subject"))
    status = _STATUS.get(clean.get("status", ""), "")
    if status:
        told = lazy_gettext(
            "The sample is marked %(status)s. The report shows that.", status=shown(clean["status"])
        )
        desk.problems.warn("business-rule", told, item.path.to("status"))
    if clean.get("status") == "entered-in-error":
        return Sample(status, is_other=is_other)  # nothing of what it said counts
    collection = clean.get("collection", {})
    what = listed((words(clean.get("type")), words(collection.get("bodySite"))))
    text = listed(
        (
            status,
            what,
            _fasting(collection),
            *(words(one) for one in clean.get("condition", [])),
            notes(clean.get("note", [])),
        ),
        "; ",
    )
    if "receivedTime" in clean:
        moment(desk, clean["receivedTime"], item.path.to("receivedTime"))
    taken = happened(desk, collection.get("collected"), item.path.to("collection"), "collected")
    return Sample(
        text or reference.get("display", ""),
        taken,
        is_other,
        what or reference.get("display", ""),
    )


def _fasting(collection: dict[str, Any]) -> str:
    """Whether the person had eaten, in the laboratory's words; its code in words, where it sends only that."""
    kind, sent = collection.get("fastingStatus", ("", {}))
    if kind == "Duration":
        lasted = amount(sent)
        return f"Fasting for {lasted}" if lasted else ""
    said = words(sent)
    return _FASTING.get(said, said)
