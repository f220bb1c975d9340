"""Forms of the diary."""

from typing import Any

from flask_babel import gettext, lazy_gettext

from selfcare.diary import ends, offered, presets, queries
from selfcare.diary.models import Entry, Tracker
from selfcare.web.access import Permit
from selfcare.web.forms import Choice, Hidden, LogForm, Long, Number, Scale, Text, Tick, Ticks, WhenField
from selfcare.web.when import when_of

NAME = 80
OWN_KINDS = ("symptom", "measure", "done")
FEW = 3  # ready-made things that are offered first


class StartForm(LogForm):
    """The first minute: shown by `diary/_start.html`, also on Today, and sent to `diary.start_send`."""

    what = Ticks(
        lazy_gettext("What do you want to keep an eye on?"),
        description=lazy_gettext("Tick up to three. You can change them later."),
        missing=lazy_gettext("Tick one, two or three."),
    )
    own = Text(lazy_gettext("My own words"), longest=NAME)

    def __init__(self, *args: Any, permit: Permit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offered = offered.of(permit)
        names = dict(self.offered) | {code: presets.preset_name(code) for code in presets.SYMPTOMS}
        self.what.choices = [*names.items(), ("own", gettext("My own words"))]

    @property
    def codes(self) -> list[str]:
        """Codes of what was ticked: of ready-made things, and of the team's own."""
        return [code for code, _ in self.what.choices if code in (self.what.data or ()) and code != "own"]

    @property
    def own_words(self) -> str:
        return self.own.text.strip()

    def validate(self, extra_validators: Any = None) -> bool:
        if self.own.text.strip() and "own" not in (self.what.data or ()):
            self.what.data = [*(self.what.data or ()), "own"]  # typing it says it too
        fine = bool(super().validate(extra_validators))
        if "own" in (self.what.data or ()) and not self.own_words:
            self.own.errors = [gettext("Type what you want to keep an eye on, in your own words.")]
            fine = False
        if len(self.what.data or ()) > queries.CHOSEN:
            self.what.errors = [gettext("Tick three at the most. You can add more later.")]
            fine = False
        return fine


class TrackerForm(LogForm):
    """Something new to log: ready-made, or one's own."""

    what = Choice(lazy_gettext("What do you want to log?"), missing=lazy_gettext("Choose one."))
    name = Text(lazy_gettext("What do you call it?"), longest=NAME)
    unit = Text(
        lazy_gettext("What is it counted in?"),
        longest=30,
        description=lazy_gettext("For example minutes, or glasses. For a measurement of your own."),
    )
    whole = Tick(lazy_gettext("Whole numbers only, like 71"))
    low = Text(lazy_gettext("What does 0 mean?"), longest=40, description=lazy_gettext("For example: none."))
    high = Text(
        lazy_gettext("What does 10 mean?"),
        longest=40,
        description=lazy_gettext("For example: the worst I can imagine."),
    )
    only_me = Tick(lazy_gettext("Only me"), kind="switch")

    def __init__(
        self, *args: Any, taken: frozenset[str] = frozenset(), offers: offered.Offered = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        offers = [one for one in offers if one[0] not in taken]
        ready = [code for code in presets.PRESETS if code not in taken]
        symptom = [code for code in ready if code in presets.SYMPTOMS][:1]
        common = [code for code in presets.COMMON if code in ready]
        names = {code: presets.preset_name(code) for code in [*symptom, *common, *ready]}  # each once
        names = dict(offers) | names
        few = min(max(FEW, len(offers)), len(names))
        own = [
            ("symptom", gettext("Something else, from 0 to 10")),
            ("measure", gettext("Something else that I measure or count")),
            ("done", gettext("Something else, done or not")),
        ]
        # What stands first; the others are one press away.
        self.few = few + len(own)
        self.what.choices = [*list(names.items())[:few], *own, *list(names.items())[few:]]

    def validate(self, extra_validators: Any = None) -> bool:
        fine = bool(super().validate(extra_validators))
        if self.what.data in OWN_KINDS and not self.name.text.strip():
            self.name.errors = [gettext("Type what you call it.")]
            fine = False
        if self.what.data == "symptom" and bool(self.low.text.strip()) != bool(self.high.text.strip()):
            alone = self.high if self.low.text.strip() else self.low
            alone.errors = [gettext("Say what both ends mean, or leave both empty.")]
            fine = False
        return fine

    @property
    def own_ends(self) -> tuple[str, str]:
        """The person's words for 0 and 10; empty where the usual ones serve."""
        return self.low.text.strip(), self.high.text.strip()


class RenameForm(LogForm):
    """Changing a tracker: its name, and who sees it."""

    name = Text(
        lazy_gettext("What do you call it?"), missing=lazy_gettext("Type what you call it."), longest=NAME
    )
    only_me = Tick(lazy_gettext("Only me"), kind="switch")
    version = Hidden()


class EntryForm(LogForm):
    """What every entry has. `settle` fits it to the tracker and to who writes."""

    when = WhenField(lazy_gettext("When?"))
    only_me = Tick(lazy_gettext("Only me"), kind="switch")
    note = Long(lazy_gettext("Note"))
    version = Hidden()

    def settle(self, permit: Permit, tracker: Tracker | None, entry: Entry | None) -> None:
        self.when.settle(permit.zone, when_of(entry) if entry else None)
        if not queries.may_hide(permit, entry) or (tracker is not None and tracker.only_me):
            del self.only_me
        if entry is None:
            del self.version

    def values(self) -> dict[str, Any]:
        """What the actions take, after validation."""
        return {"when": self.when.when, "note": self.note.text, "only_me": self.hides}

    @property
    def hides(self) -> bool | None:
        """Whether *only me* was chosen; None where this form may not choose it."""
        return self.only_me.choice if "only_me" in self else None


class SymptomForm(EntryForm):
    severity = Scale(
        lazy_gettext("How bad is it?"),
        missing=lazy_gettext("Choose a number, or choose Skip."),
    )
    lasted = Text(lazy_gettext("How long did it last?"))
    tried = Long(lazy_gettext("What I tried"))

    def settle(self, permit: Permit, tracker: Tracker | None, entry: Entry | None) -> None:
        super().settle(permit, tracker, entry)
        bad = tracker is None or ends.worse_is_more(tracker)
        if tracker is not None:
            self.severity.description = ends.asked(tracker)
        if not bad:
            self.severity.label.text = gettext("Which number fits?")
        if not permit.is_self:
            name = permit.person_name
            self.severity.label.text = (
                gettext("How bad is it for %(name)s?", name=name)
                if bad
                else gettext("Which number fits for %(name)s?", name=name)
            )
            asking = gettext("Ask %(name)s if you can.", name=name)
            self.severity.description = f"{asking} {self.severity.description}"
            self.tried.label.text = gettext("What %(name)s tried", name=name)

    def values(self) -> dict[str, Any]:
        more = {"severity": self.severity.number, "lasted": self.lasted.text, "tried": self.tried.text}
        return super().values() | more


class Numbers:
    """The fields of a measurement, for a form to have among its own."""

    first = Number(lazy_gettext("Number"), missing=lazy_gettext("Type the number."))
    second = Number(lazy_gettext("Lower number"), missing=lazy_gettext("Type the lower number."))

    def fit(self, tracker: Tracker) -> None:
        """Fit the fields to what is measured."""
        lowest, highest = presets.limits(tracker.preset)
        for field in (self.first, self.second):
            field.lowest, field.highest, field.whole = lowest, highest, tracker.decimals == 0
            field.example = presets.example(tracker.preset, tracker.decimals)
        if not tracker.pair:
            del self.second
        else:
            self.first.label.text = gettext("Upper number")
            self.first.missing = gettext("Type the upper number.")

    @property
    def has_two(self) -> bool:
        return getattr(self, "second", None) is not None

    def part(self) -> None:
        """135/82, as it stands on the screen and on paper, typed into the first box."""
        if self.has_two and not self.second.text.strip():
            upper, over, lower = self.first.text.partition("/")
            if over:
                self.first.data, self.second.data = upper.strip(), lower.strip()

    def stands(self) -> bool:
        """Whether the upper number is the larger one, where both could be read."""
        if not self.has_two or self.first.number is None or self.second.number is None:
            return True
        if self.first.number >= self.second.number:
            return True
        self.first.errors = [gettext("The upper number is larger than the lower one. Check both.")]
        return False

    def numbers(self) -> dict[str, str]:
        """As the actions take them, after validation."""
        return {"first": self.first.text} | ({"second": self.second.text} if self.has_two else {})


class MeasureForm(Numbers, EntryForm):
    def settle(self, permit: Permit, tracker: Tracker | None, entry: Entry | None) -> None:
        super().settle(permit, tracker, entry)
        if tracker is not None:
            self.fit(tracker)

    def validate(self, extra_validators: Any = None) -> bool:
        self.part()
        return bool(super().validate(extra_validators)) and self.stands()

    def values(self) -> dict[str, Any]:
        return super().values() | self.numbers()


class DoneForm(EntryForm):
    """Whether it was done."""

    severity = Choice(kind="chips", missing=lazy_gettext("Choose one."))

    def settle(self, permit: Permit, tracker: Tracker | None, entry: Entry | None) -> None:
        super().settle(permit, tracker, entry)
        self.severity.label.text = gettext("Was it done?")
        self.severity.choices = presets.done_or_not()

    def values(self) -> dict[str, Any]:
        return super().values() | {"severity": int(self.severity.data == "done")}


class NoteForm(EntryForm):
    note = Long(
        lazy_gettext("What do you want to write down?"), missing=lazy_gettext("Write something, or go back.")
    )


KINDS: dict[str, type[EntryForm]] = {
    "symptom": SymptomForm,
    "measure": MeasureForm,
    "done": DoneForm,
    "note": NoteForm,
}
# The fields that hold numbers.
NUMBERED = ("severity", "first", "second")
# The fields that hold words, for two versions of one entry.
WORDS = ("note", "tried", "lasted")


def entry_form(
    permit: Permit, tracker: Tracker | None, entry: Entry | None = None, **kwargs: Any
) -> EntryForm:
    """The form to log or change an entry. Pass `formdata=None` for an empty one (or one filled from `entry`)."""
    if entry is not None and kwargs.get("formdata", ...) is None:
        kwargs["data"] = entry_data(entry)
    form = KINDS[tracker.kind if tracker else "note"](**kwargs)
    form.settle(permit, tracker, entry)
    return form


def entry_data(entry: Entry) -> dict[str, Any]:
    """An entry as its form shows it."""
    return {
        "when": when_of(entry),
        "severity": presets.done(entry.severity)
        if entry.kind == "done"
        else str("skip" if entry.severity is None else entry.severity),
        "first": entry.first,
        "second": entry.second,
        "note": entry.note,
        "tried": entry.tried,
        "lasted": entry.lasted,
        "only_me": entry.only_me,
        "version": str(entry.version),
    }


def full_list() -> str:
    """What is said when the own list has no more room."""
    return gettext("The list is full. Take something off it first, and then add this.")
