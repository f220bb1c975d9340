"""The base form, and the fields every room's forms are made of."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from flask import g, request
from flask_babel import gettext, pgettext
from flask_wtf import FlaskForm
from markupsafe import Markup
from wtforms import Field, HiddenField
from wtforms.validators import StopValidation

from selfcare.database import now
from selfcare.web.choice_fields import Choice, Pick, Scale, Tick, Ticks
from selfcare.web.text_fields import (
    Code,
    DateField,
    Day,
    Email,
    Hidden,
    Long,
    Number,
    Password,
    Text,
    TimeField,
    readable,
    refuse_before_birth,
)
from selfcare.web.when import (
    EARLIEST,
    PARTS,
    BadTime,
    When,
    at,
    at_instant,
    in_part,
    known_zone,
    read_date,
    read_time,
    told,
)

__all__ = [
    "Choice",
    "Code",
    "DateField",
    "Day",
    "Email",
    "Form",
    "FormId",
    "Hidden",
    "LogForm",
    "Long",
    "Number",
    "Password",
    "Pick",
    "Scale",
    "Text",
    "Tick",
    "Ticks",
    "TimeField",
    "WhenField",
    "readable",
    "reused",
]

# A phone's clock counts as right within this.
NEARLY = timedelta(minutes=2)
CLOCK = "clock"  # said to the minute


class Form(FlaskForm):
    """A form of the record: its id, and the version it was filled from where it changes something.

    Typing is kept on every refusal; bad input is a 422 with the same page.
    """

    # Days and numbers that are asked for only while a choice has this value: field → (choice, value). The page hides
    # them otherwise, and what was left in a field that nobody sees does not stop the form.
    asked_with: ClassVar[Mapping[str, tuple[str, str]]] = {}

    class Meta(FlaskForm.Meta):
        csrf = False  # checked for the whole app before any view; hidden() renders the token

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """What was sent as a form. JSON is none, though Flask-WTF would read it as one, of whatever shape."""
            if formdata is None or hasattr(formdata, "getlist"):
                return formdata
            return None if request.is_json else super().wrap_formdata(form, formdata)

        def get_translations(self, form: Any) -> None:
            return None  # every message here is our own, through gettext

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        super().validate(*args, **kwargs)
        for name, (choice, value) in self.asked_with.items():
            if self[choice].data != value:
                self[name].errors = []
        return not self.errors

    def hidden_fields(self) -> list[Field]:
        return [field for field in self if field.kind == "hidden"]


def reused() -> str:
    """What is said when a form's id was sent before with another body."""
    return gettext(
        "You sent this form before, with other words. Nothing is lost. Send it again to keep these too."
    )


class FormId(HiddenField):
    """The id of a filled-in form: rendered here, so that sending twice does nothing twice."""

    kind = "hidden"

    def _value(self) -> str:
        if getattr(self, "renewed", False) or not self.data:
            self.data = str(uuid4())
        return str(self.data)

    def pre_validate(self, form: Any) -> None:
        if g.pop("form_id_reused", False):
            self.renewed = True
            raise StopValidation(reused())
        try:
            UUID(self.data or "")
        except ValueError:
            self.renewed = True
            raise StopValidation(
                gettext("This page was open too long. Nothing is lost. Please send it again.")
            ) from None


class LogForm(Form):
    """A form that logs something: acted on once (`web.once`)."""

    form_id = FormId()


class WhenField(Field):
    """Now, today, yesterday, or another day; then the time, a part of the day, or neither. After validation `.when` is
    the moment; `zone` is the person's.

    Wall time and zone are of the moment of writing: the phone says its zone in `<name>-zone` and, when the entry waited
    without signal, its wall time in `<name>-wall`. After validation `.written` is the day of writing there.
    """

    kind = "when"
    widget = staticmethod(lambda field, **_: Markup(""))
    optional = False

    def __init__(self, label: Any = None, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.parts = {"time": "", "date": "", "part": "", "zone": "", "wall": ""}
        self.choice = "now"
        self.zone: ZoneInfo = ZoneInfo("UTC")
        self.when: When | None = None
        self.written: date | None = None
        self.kept: When | None = None

    def settle(self, zone: ZoneInfo, kept: When | None = None) -> None:
        """Fit the field to the clock it is read by, before it is validated or drawn.

        :param zone: the person's.
        :param kept: the moment of what is changed. It keeps the clock it was written by, wherever it is changed now,
            and what was not touched stays to the second.
        """
        self.zone, self.kept = (known_zone(kept.zone, zone) if kept else zone), kept
        if kept:
            self.parts["zone"] = kept.zone

    def process(self, formdata: Any, data: When | None = None, extra_filters: Any = None) -> None:
        self.process_errors, self.data = [], data if isinstance(data, When) else None
        if self.data is not None:
            self.choice = "day"
            self.parts |= {
                "date": self.data.wall.date().isoformat(),
                "time": "" if self.data.part else self.data.wall.strftime("%H:%M"),
                "part": self.data.part or CLOCK,
            }
        if formdata is not None and self.name in formdata:
            self.choice = formdata.get(self.name)
            self.parts = {part: formdata.get(f"{self.name}-{part}", "") for part in self.parts}

    def iter_choices(self) -> Sequence[tuple[str, str, bool]]:
        labels = (
            ("now", self.now_label),
            ("earlier", gettext("Today")),
            ("yesterday", pgettext("when it was", "Yesterday")),
            ("day", gettext("Another day")),
        )
        return [(value, label, value == self.choice) for value, label in labels]

    def iter_parts(self) -> Sequence[tuple[str, str, bool]]:
        """How exactly it is known: value, label, chosen. None is chosen beforehand: a time that is typed counts."""
        labels = (
            ("morning", gettext("Morning")),
            ("afternoon", gettext("Afternoon")),
            ("evening", gettext("Evening")),
            ("night", gettext("Night")),
            ("day", gettext("I do not know")),
            (CLOCK, gettext("At this time:")),
        )
        return [(value, label, value == self.parts["part"]) for value, label in labels]

    @property
    def now_label(self) -> str:
        return self._now_words(now().astimezone(self.zone).strftime("%H:%M"))

    @property
    def now_words(self) -> str:
        """The same with `{time}` in it: a phone puts its own clock there, which is the one that is saved."""
        return self._now_words("{time}")

    @staticmethod
    def _now_words(time: str) -> str:
        return gettext("Now, %(time)s", time=time)

    def pre_validate(self, form: Any) -> None:
        zone = known_zone(self.parts["zone"], self.zone)
        moment = now()
        written = self._written(zone, moment)
        self.written = written.wall.date()
        try:
            if self.choice == "now":
                self.when = written
                return
            day = self._day(written.wall.date())
            if self.choice == "earlier":
                moment = written.utc
            self.when = self._on(day, zone, written)
        except BadTime as bad:
            raise StopValidation(self._refusal(bad.reason)) from None
        if self.when.utc > moment + timedelta(minutes=5):
            raise StopValidation(self._refusal("ahead"))
        refuse_before_birth(self.when.wall.date())

    def _day(self, today: date) -> date:
        if self.choice == "earlier":
            return today
        if self.choice == "yesterday":
            return today - timedelta(days=1)
        if self.choice == "day":
            return read_date(self.parts["date"])
        raise StopValidation(gettext("Choose when it was."))

    def _on(self, day: date, zone: ZoneInfo, written: When) -> When:
        """The moment on a day, as exactly as it was said; what is changed stays as it was where it is said again."""
        part, kept = self.parts["part"], self.kept
        if part not in PARTS and (part == CLOCK or self.parts["time"].strip()):
            wall = datetime.combine(day, read_time(self.parts["time"]))
            same = kept and (kept.part, kept.wall.replace(second=0, microsecond=0)) == ("", wall)
            return kept if kept and same else at(wall, zone)
        part = part if part in PARTS else "day"
        same = kept and (kept.part, kept.wall.date()) == (part, day)
        return kept if kept and same else in_part(day, part, zone, written.wall)

    def _refusal(self, reason: str) -> str:
        if reason == "gap":
            return gettext(
                "The clocks went forward that night, so this time did not exist. Choose another time."
            )
        if reason == "ahead":
            return gettext("This time is still to come. Check the day and the time.")
        if reason == "range" or (self.choice == "day" and not self._has_date()):
            return gettext("Say which day, for example 27 March 2026.")
        return gettext("Say the time, for example 14:05. Or choose a part of the day.")

    def _has_date(self) -> bool:
        try:
            return bool(read_date(self.parts["date"]))
        except BadTime:
            return False

    def _written(self, zone: ZoneInfo, moment: datetime) -> When:
        """Now, by the phone's wall clock when it says one that can be true, else by ours."""
        found = told(self.parts["wall"], zone, _clock_off(moment))
        can_be_true = found and found.wall.date() >= EARLIEST and found.utc <= moment + timedelta(minutes=5)
        return found if found and can_be_true else at_instant(moment, zone)


def _clock_off(moment: datetime) -> timedelta:
    """How far the clock of the phone that sends this is behind, as its outbox says; nothing when it is nearly right."""
    try:
        off = moment - datetime.fromisoformat(request.headers.get("Phone-Clock", "")).astimezone(UTC)
    except (ValueError, OverflowError):
        return timedelta(0)
    return off if abs(off) > NEARLY else timedelta(0)
