"""Ready-made things to keep an eye on, and how any of them is named and written."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from flask_babel import gettext, lazy_pgettext, pgettext

from selfcare import i18n
from selfcare.diary import ends

SYMPTOMS = ("tiredness", "pain", "sleep", "breathing", "mood")
DONE = ("tablets", "exercises", "no_drink")  # done, or not
COMMON = ("weight", "blood_pressure")  # measured by most who measure something


@dataclass(frozen=True)
class Preset:
    """A ready-made choice. `lowest` and `highest` are what can be true at all, never what is normal."""

    code: str
    kind: str
    unit: str = ""
    decimals: int = 0
    pair: bool = False
    lowest: float = 0
    highest: float = 10
    ends: str = ends.WORST


PRESETS = {
    **{code: Preset(code, "symptom", ends=code if code in ends.ENDS else ends.WORST) for code in SYMPTOMS},
    "weight": Preset("weight", "measure", "kg", 1, lowest=0.1, highest=900),
    "blood_pressure": Preset("blood_pressure", "measure", "mmHg", pair=True, lowest=1, highest=400),
    "peak_flow": Preset("peak_flow", "measure", "L/min", lowest=1, highest=2000),
    "glucose": Preset("glucose", "measure", "mmol/L", 1, lowest=0, highest=200),
    "temperature": Preset("temperature", "measure", "°C", 1, lowest=10, highest=50),
    "steps": Preset("steps", "measure", "steps", lowest=0, highest=1_000_000),
    "sleep_hours": Preset("sleep_hours", "measure", "hours", 1, lowest=0, highest=24),
    **{code: Preset(code, "done") for code in DONE},
}

NAMES = {
    "tiredness": lazy_pgettext("symptom", "Tiredness"),
    "pain": lazy_pgettext("symptom", "Pain"),
    "sleep": lazy_pgettext("symptom", "Sleep"),
    "breathing": lazy_pgettext("symptom", "Breathing"),
    "mood": lazy_pgettext("symptom", "Mood"),
    "weight": lazy_pgettext("measurement", "Weight"),
    "blood_pressure": lazy_pgettext("measurement", "Blood pressure"),
    "peak_flow": lazy_pgettext("measurement", "Peak flow"),
    "glucose": lazy_pgettext("measurement", "Blood glucose"),
    "temperature": lazy_pgettext("measurement", "Temperature"),
    "steps": lazy_pgettext("measurement", "Steps"),
    "sleep_hours": lazy_pgettext("measurement", "Hours of sleep"),
    "tablets": lazy_pgettext("done or not", "Tablets taken"),
    "exercises": lazy_pgettext("done or not", "Exercises"),
    "no_drink": lazy_pgettext("done or not", "A day without alcohol"),
}


class Named(Protocol):
    """What has a name of its own or of a preset: a tracker, or a line of the diary."""

    @property
    def name(self) -> str | None: ...
    @property
    def preset(self) -> str | None: ...


class Valued(Protocol):
    """What was entered, as typed."""

    @property
    def kind(self) -> str: ...
    @property
    def severity(self) -> int | None: ...
    @property
    def first(self) -> str: ...
    @property
    def second(self) -> str: ...


def preset_name(code: str) -> str:
    """The name of a ready-made choice, in the language of this answer."""
    return str(NAMES[code])  # one look-up: a page of the diary asks for thirty


def name_of(item: Named) -> str:
    """What to call it: a ready-made one in the reader's language, else the person's words; a note without a tracker."""
    if item.preset in PRESETS:
        return preset_name(item.preset)
    return item.name if item.name is not None else note_name()


def note_name() -> str:
    """What an entry without a tracker is called."""
    return gettext("Note")


def unit_of(preset: str | None, unit: str | None) -> str:
    """The unit beside a number. Signs are the same in every language, words are translated."""
    if preset == "steps":
        return pgettext("unit", "steps")
    if preset == "sleep_hours":
        return pgettext("unit", "hours")
    return unit or ""


def after_number(kind: str, preset: str | None, unit: str | None) -> str:
    """What stands after an entered number: of 10 for a symptom, else the unit."""
    if kind == "symptom":
        return pgettext("after a number from 0 to 10", "of 10")
    return unit_of(preset, unit)


def value_of(item: Valued) -> str | None:
    """The number or pair as it was typed; None when the number was skipped, or for a note."""
    if item.kind == "symptom":
        return None if item.severity is None else str(item.severity)
    if item.kind == "done":
        return dict(done_or_not())[done(item.severity)]
    if item.kind == "measure" and item.first:
        return f"{item.first}/{item.second}" if item.second else item.first
    return None


def done_or_not() -> list[tuple[str, str]]:
    """The two things there are to say of what is done or not, as forms have them."""
    return [("done", pgettext("done or not", "Done")), ("not", pgettext("done or not", "Not done"))]


def done(severity: int | None) -> str:
    """What is kept as 1 and 0, as forms have it."""
    return "done" if severity else "not"


def times_done(done: int, others: int) -> str:
    """How often of what was written down."""
    return gettext("%(done)s done, %(others)s not done", done=done, others=others)


def last_logged(wall: datetime | None, part: str | None, today: date) -> str | None:
    """When something was last logged, under its name: never the number, which would sway the next."""
    if wall is None:
        return None
    if wall.date() == today and not part:
        return gettext("Last: today %(time)s", time=i18n.clock_time(wall))
    return gettext("Last: %(day)s", day=i18n.near_day(wall.date(), today))


def limits(preset: str | None) -> tuple[float | None, float | None]:
    """Lowest and highest number that can be true; None for a measurement people defined themselves."""
    known = PRESETS.get(preset or "")
    return (known.lowest, known.highest) if known else (None, None)


def example(preset: str | None, decimals: int) -> str:
    """A number as people would type it, for the sentence that says what is wanted."""
    known = {"steps": "10000", "blood_pressure": "135", "peak_flow": "400", "temperature": "37.2"}
    return known.get(preset or "") or ("71", "71.4", "71.42")[min(decimals, 2)]
