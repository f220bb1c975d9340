"""The form of the day's things on one page: each is a part of it, and any of them may be left empty."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext
from wtforms import Field

from selfcare.diary import presets, queries
from selfcare.diary.forms import NUMBERED, Numbers
from selfcare.diary.models import Entry, Tracker
from selfcare.web.access import Permit
from selfcare.web.forms import Choice, Form, Hidden, LogForm, Scale, Tick, WhenField
from selfcare.web.when import When, when_of

_NAME = "-name"


class ScalePart(Form):
    """A number from 0 to 10; nothing where it was left out."""

    severity: Choice = Scale(skip=False, optional=True)
    name = Hidden()  # how it is called while it waits on a phone

    def fit(self, tracker: Tracker) -> None:
        self.severity.label.text = presets.name_of(tracker)

    @property
    def is_filled(self) -> bool:
        return self.severity.data not in (None, "", "None")

    def values(self) -> dict[str, Any]:
        """What the actions take, after validation."""
        return {"severity": int(self.severity.data)}

    def refuse(self, said: str) -> None:
        """Say why this one was not kept."""
        self.severity.errors = [said]


class DonePart(ScalePart):
    """Whether it was done."""

    severity = Choice(kind="chips", optional=True)

    def fit(self, tracker: Tracker) -> None:
        super().fit(tracker)
        self.severity.choices = presets.done_or_not()

    def values(self) -> dict[str, Any]:
        return {"severity": int(self.severity.data == "done")}


class MeasurePart(Numbers, Form):
    name = Hidden()

    def fit(self, tracker: Tracker) -> None:
        super().fit(tracker)
        if not self.has_two:
            self.first.label.text = presets.name_of(tracker)

    @property
    def is_filled(self) -> bool:
        return bool(self.first.text.strip() or (self.has_two and self.second.text.strip()))

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        if not self.is_filled:
            return True
        self.part()
        return bool(super().validate(*args, **kwargs)) and self.stands()

    def values(self) -> dict[str, Any]:
        return self.numbers()

    def refuse(self, said: str) -> None:
        self.first.errors = [said]


Part = ScalePart | MeasurePart
PARTS: dict[str, type[Part]] = {"symptom": ScalePart, "measure": MeasurePart, "done": DonePart}


class TogetherForm(LogForm):
    """`parts`: each thing with its own fields, in the order of the tiles."""

    when = WhenField(lazy_gettext("When?"))
    only_me = Tick(lazy_gettext("Only me"), kind="switch")

    def __init__(
        self,
        permit: Permit,
        found: Iterable[queries.Tracked],
        *args: Any,
        written: Mapping[UUID, Entry] | None = None,
        **kwargs: Any,
    ) -> None:
        """`written`: what is changed, by tracker. The form is filled from it where nothing was sent."""
        first = next(iter(written.values()), None) if written else None
        kept = when_of(first) if first else None
        empty = kwargs.get("formdata", ...) is None
        if empty and first:
            kwargs["data"] = {"when": kept, "only_me": first.only_me}
        super().__init__(*args, **kwargs)
        self.when.settle(permit.zone, kept)
        if not queries.may_hide(permit, first):
            del self.only_me
        shown: dict[str, Any] = {"formdata": None} if empty else {}
        self.parts = [(one, _part(one, (written or {}).get(one.tracker.id), shown)) for one in found]

    def __iter__(self) -> Iterator[Field]:
        yield from self._fields.values()
        for _, part in getattr(self, "parts", ()):
            yield from part

    @property
    def errors(self) -> dict[str, Any]:
        found = dict(super().errors)
        for _, part in getattr(self, "parts", ()):
            found |= {part[name].name: said for name, said in part.errors.items()}
        return found

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        """Whether what they share is fine. Each part is asked by itself (`fine`)."""
        return bool(super().validate(*args, **kwargs))

    @property
    def is_empty(self) -> bool:
        return not any(part.is_filled for _, part in self.parts)

    def fine(self) -> Sequence[tuple[Tracker, Part]]:
        """The parts that can be kept as they are, also the empty ones."""
        return [(one.tracker, part) for one, part in self.parts if part.validate()]

    @property
    def moment(self) -> When | None:
        """When it was, where what was written before is of another moment now; else None."""
        when, kept = self.when.when, self.when.kept
        same = when is kept if kept else self.when.choice == "now"
        return None if same else when

    def refuse(self, said: str) -> None:
        """Say at the head of the page why it comes back."""
        self.form_errors.append(said)


def _part(one: queries.Tracked, entry: Entry | None, shown: dict[str, Any]) -> Part:
    data = {"name": one.name}
    if entry is not None:
        number = presets.done(entry.severity) if entry.kind == "done" else str(entry.severity)
        data |= {"severity": number, "first": entry.first, "second": entry.second}
    part = PARTS[one.tracker.kind](prefix=f"t-{one.tracker.id}-", data=data, **shown)
    part.fit(one.tracker)
    return part


def named(sent: Any) -> dict[UUID, str]:
    """What a form that was sent has numbers for: each thing by its id, with what it is called there."""
    found: dict[UUID, str] = {}
    for field in sent:
        if not field.startswith("t-") or not sent[field].strip():
            continue
        thing, _, name = field.removeprefix("t-").rpartition("-")
        try:
            if name in NUMBERED:
                found[UUID(thing)] = str(sent.get(f"t-{thing}{_NAME}", ""))[:100]
        except ValueError:
            continue
    return found
