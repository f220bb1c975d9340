"""Specimen: what it is, in words, and when it was taken."""

from dataclasses import dataclass
from typing import Any

from selfcare.fhir.datatypes import happened, listed, moment, notes, words
from selfcare.fhir.patient import Subject
from selfcare.fhir.problems import Path
from selfcare.fhir.reading import Desk
from selfcare.fhir.references import Item
from selfcare.filing.received import ReceivedTime


@dataclass(frozen=True)
class Sample:
    """A specimen in words: type and where from, its condition, notes. `is_other`: it is said to be somebody else's."""

    text: str
    taken: ReceivedTime | None = None
    is_other: bool = False


def read_specimen(
    desk: Desk, reference: dict[str, Any], holder: Item, path: Path, subject: Subject
) -> Sample | None:
    """The specimen that a reference means; None where nothing is known of it."""
    item = desk.find(reference, holder, path, ("Specimen",))
    if item is None:
        return Sample(reference["display"]) if reference.get("display") else None
    clean = desk.clean(item)
    collection = clean.get("collection", {})
    what = listed((words(clean.get("type")), words(collection.get("bodySite"))))
    text = listed(
        (what, *(words(one) for one in clean.get("condition", [])), notes(clean.get("note", []))), "; "
    )
    if "receivedTime" in clean:
        moment(desk, clean["receivedTime"], item.path.to("receivedTime"))
    taken = happened(desk, collection.get("collected"), item.path.to("collection"), "collected")
    return Sample(
        text or reference.get("display", ""),
        taken,
        subject.is_other(desk, clean.get("subject"), item, item.path.to("subject")),
    )
