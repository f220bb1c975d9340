"""The base form, and the fields every room's forms are made of."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from flask import g, request
from flask_babel import gettext
from flask_wtf import FlaskForm
from markupsafe import Markup
from wtforms import Field, HiddenField
from wtforms.validators import StopValidation

from selfcare.database import now
from selfcare.web.chosen import Choice, Pick, Scale, Tick, Ticks
from selfcare.web.typed import (
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
from selfcare.web.when import EARLIEST, BadTime, When, at, at_instant, known_zone, read_date, read_time, told

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


class Form(FlaskForm):
    """A form of the record: its id, and the version it was filled from where it changes something.

    Typing is kept on every refusal; bad input is a 422 with the same page.
    """

    class Meta(FlaskForm.Meta):
        csrf = False  # checked for the whole app before any view; hidden() renders the token

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """What was sent as a form. JSON is none, though Flask-WTF would read it as one, of whatever shape."""
            if formdata is None or hasattr(formdata, "getlist"):
                return formdata
            return None if request.is_json else super().wrap_formdata(form, formdata)

        def get_translations(self, form: Any) -> None:
            return None  # every message here is our own, through gettext

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
    """Now, earlier today, or another day. After validation `.when` is the moment; `zone` is the person's.

    Wall time and zone are of the moment of writing: the phone says its zone in `<name>-zone` and, when the entry waited
    without signal, its wall time in `<name>-wall`. After validation `.written` is the day of writing there.
    """

    kind = "when"
    widget = staticmethod(lambda field, **_: Markup(""))
    optional = False

    def __init__(self, label: Any = None, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.parts = {"time": "", "date": "", "zone": "", "wall": ""}
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
                "time": self.data.wall.strftime("%H:%M"),
            }
        if formdata is not None and self.name in formdata:
            self.choice = formdata.get(self.name)
            self.parts = {part: formdata.get(f"{self.name}-{part}", "") for part in self.parts}

    def iter_choices(self) -> Sequence[tuple[str, str, bool]]:
        labels = (
            ("now", self.now_label),
            ("earlier", gettext("Earlier today")),
            ("day", gettext("Another day")),
        )
        return [(value, label, value == self.choice) for value, label in labels]

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
            if self.choice not in ("earlier", "day"):
                raise StopValidation(gettext("Choose when it was."))
            if self.choice == "earlier":
                day, moment = self.written, written.utc
            else:
                day = read_date(self.parts["date"])
            wall = datetime.combine(day, read_time(self.parts["time"]))
            same = self.kept and wall == self.kept.wall.replace(second=0, microsecond=0)
            self.when = self.kept if same else at(wall, zone)
            if self.when is None:
                raise BadTime("unreadable")
        except BadTime as bad:
            raise StopValidation(
                gettext(
                    "The clocks went forward that night, so this time did not exist. Choose another time."
                )
                if bad.reason == "gap"
                else gettext("Say the day and the time, for example 27 March 2026 at 14:05.")
                if self.choice == "day"
                else gettext("Say the time, for example 14:05.")
            ) from None
        if self.when.utc > moment + timedelta(minutes=5):
            raise StopValidation(gettext("This time is still to come. Check the day and the time."))
        refuse_before_birth(self.when.wall.date())

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
