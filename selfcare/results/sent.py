"""What a laboratory said of one result, on file or in a summary: the one shape that is drawn (`drawn`)."""

from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any, Self

from selfcare.results.models import Result
from selfcare.results.signs import in_line, readable

GROUP = "group"
_TEXTS = ("value", "range_text", "note", "absent_reason")
_IN_A_LINE = ("name", "unit", "flag", "method", "specimen")


@dataclass(frozen=True)
class Sent:
    """One result, word for word. Times and specimen: where they differ from the report's. `status`: its own, or "".

    typed_by: who typed it over what the laboratory sent, or "".
    """

    name: str
    value_kind: str
    value: str
    unit: str
    range_text: str
    flag: str
    note: str
    absent_reason: str
    method: str
    specimen: str
    status: str
    taken_wall: datetime | None
    taken_to_the_day: bool
    until_wall: datetime | None
    until_to_the_day: bool
    typed_by: str

    @property
    def in_error(self) -> bool:
        """The laboratory took this one result back."""
        return self.status == "entered-in-error"

    @property
    def says(self) -> bool:
        """Whether it is a result of its own; else others stand in it, and that is all there is to it."""
        return self.value_kind != GROUP or bool(
            self.value or self.absent_reason or self.range_text or self.flag
        )

    @property
    def tells(self) -> bool:
        """Whether there is anything to it beside its name."""
        more = (self.note, self.method, self.specimen, self.taken_wall, self.until_wall)
        return self.says or any(more) or self.status not in ("", "final")

    def emptied(self) -> Self:
        """As the person reads one that was taken back: that it was there, and nothing it said."""
        nothing: dict[str, Any] = dict.fromkeys((*_TEXTS, *_IN_A_LINE[1:]), "")
        return replace(self, **nothing)

    def as_json(self) -> dict[str, Any]:
        """As a summary keeps it."""
        kept: dict[str, Any] = {field.name: getattr(self, field.name) for field in fields(Sent)}
        for name in ("taken_wall", "until_wall"):
            kept[name] = kept[name].isoformat() if kept[name] else None
        return kept


def columns(row: Result) -> dict[str, Any]:
    """The fields of Sent of a result on file."""
    said: dict[str, Any] = {name: readable(getattr(row, name)) for name in _TEXTS}
    said |= {name: in_line(getattr(row, name)) for name in _IN_A_LINE}
    said |= {
        name: getattr(row, name)
        for name in ("taken_wall", "taken_to_the_day", "until_wall", "until_to_the_day")
    }
    return said | {"value_kind": row.value_kind, "status": row.status or "", "typed_by": row.typed_by}


def from_json(kept: dict[str, Any]) -> Sent:
    """What a summary kept, also from before it kept all of it."""
    known: dict[str, Any] = {field.name: "" for field in fields(Sent)} | {
        "value_kind": "text",
        "taken_to_the_day": False,
        "until_to_the_day": False,
        "range_text": kept.get("range", ""),
    }
    known |= {name: value for name, value in kept.items() if name in known}
    for name in _TEXTS:
        known[name] = readable(known[name])
    for name in _IN_A_LINE:
        known[name] = in_line(known[name])
    for name in ("taken_wall", "until_wall"):
        known[name] = datetime.fromisoformat(known[name]) if known[name] else None
    return Sent(**known)
