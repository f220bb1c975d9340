"""Forms of results."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext, lazy_gettext, lazy_pgettext

from selfcare import i18n
from selfcare.results import release as rules
from selfcare.results import words
from selfcare.results.actions import CannotHold
from selfcare.web.access import Permit
from selfcare.web.forms import (
    Choice,
    DateField,
    Hidden,
    LogForm,
    Long,
    Number,
    Pick,
    Text,
    Tick,
    Ticks,
    TimeField,
)
from selfcare.web.when import BadTime, at


class ReadOutForm(LogForm):
    """That a report was read out, and to whom: nothing is kept before it was asked who they are."""

    identity = Tick(missing=lazy_gettext("Ask who it is first. Nothing is kept yet."))
    how = Choice(
        lazy_gettext("How did you read it?"),
        kind="chips",
        choices=words.HOW_READ,
        missing=lazy_gettext("Choose how you read it."),
    )


class ChoiceForm(LogForm):
    """How the person hears about results. Nothing is chosen beforehand."""

    how = Choice(
        lazy_gettext("How would you like to hear?"),
        choices=[
            (rules.AT_ONCE, lazy_gettext("As soon as they are ready")),
            (rules.WITH_NOTE, lazy_gettext("With a note from my key contact")),
            (rules.TOGETHER, lazy_gettext("When we talk")),
            (rules.NOT_ON_DAYS, lazy_gettext("Not on some days")),
            (rules.TEAM, lazy_gettext("As my team usually does")),
        ],
        missing=lazy_gettext("Choose how you would like to hear."),
    )
    days = Ticks(lazy_gettext("Days to hear nothing on"))
    version = Hidden()

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self.how.hints = {
            rules.AT_ONCE: gettext("You may see them before anyone has explained them."),
            rules.WITH_NOTE: gettext("They wait until the note is written."),
            rules.TOGETHER: gettext("They wait for your next visit or call with your team."),
            rules.NOT_ON_DAYS: gettext("Choose the days below. They come the next morning."),
        }
        self.days.choices = [(str(day), words.day_name(day)) for day in range(7)]

    def say(self, modes: Mapping[str, str]) -> "ChoiceForm":
        """Say under *As my team usually does* what that is. `modes`: the team's defaults."""
        self.how.hints[rules.TEAM] = words.usually(modes)
        return self

    def validate(self, extra_validators: Any = None) -> bool:
        valid: bool = super().validate(extra_validators)
        if self.how.data == rules.NOT_ON_DAYS and not self.days.errors:
            if not self.days.data:
                self.days.errors = [gettext("Choose at least one day.")]
            elif len(set(self.days.data)) == 7:
                self.days.errors = [gettext("Leave at least one day to hear on.")]
        return valid and not self.days.errors


class NoteForm(LogForm):
    text = Long(lazy_gettext("In plain words"), missing=lazy_gettext("Write the note."))
    result = Hidden()
    version = Hidden()


class SentenceForm(LogForm):
    """*Use this*: one of the team's sentences, as it was read (`n`), becomes the note."""

    phrase = Hidden()
    n = Hidden()
    result = Hidden()
    version = Hidden()


class PhraseForm(LogForm):
    """A sentence for a test, in each language of the app. Fields `text_<language>` are added below."""

    test = Text(
        lazy_gettext("Name of the test"),
        description=lazy_gettext("As it stands on the laboratory’s reports."),
        missing=lazy_gettext("Type the name of the test."),
    )
    team = Pick(lazy_gettext("Team"), optional=True)
    code = Hidden()
    version = Hidden()

    def text_fields(self) -> list[Any]:
        return [self[f"text_{code}"] for code in i18n.LANGUAGES]

    def texts(self) -> dict[str, str]:
        return {code: self[f"text_{code}"].text.strip() for code in i18n.LANGUAGES}

    def validate(self, extra_validators: Any = None) -> bool:
        super().validate(extra_validators)
        if not any(self.texts().values()) and not any(field.errors for field in self.text_fields()):
            self.text_fields()[0].errors = [gettext("Write the sentence in at least one language.")]
        return not self.errors


for _code in i18n.LANGUAGES:
    setattr(PhraseForm, f"text_{_code}", Long(longest=2000))


class TeamForm(LogForm):
    """How people hear by default, per kind of test (fields `how_<kind>`, added below), and the team's reply days."""

    reply_days = Number(lazy_gettext("Working days to reply in"), lowest=1, highest=20)
    team = Hidden()
    sign = Hidden()

    def how_fields(self) -> list[Any]:
        return [self[f"how_{kind}"] for kind in rules.KINDS]

    def chosen(self) -> dict[str, str]:
        return {kind: self[f"how_{kind}"].data for kind in rules.KINDS}

    def validate(self, extra_validators: Any = None) -> bool:
        super().validate(extra_validators)
        if "reply_days" not in self:
            return not self.errors
        days = self.reply_days
        if not days.errors and (days.number is None or days.number != int(days.number)):
            days.errors = [gettext("Type a whole number of days, such as 2.")]
        return not self.errors


for _kind, _name in words.KINDS:
    setattr(
        TeamForm,
        f"how_{_kind}",
        Pick(_name, choices=words.WAYS),
    )


class HolidayForm(LogForm):
    day = DateField(lazy_gettext("Day nobody works"))
    team = Hidden()

    def validate_on(self, today: date) -> bool:
        self.validate()
        if not self.day.errors and not self.day.value:
            self.day.errors = [gettext("Choose the day.")]
        elif not self.day.errors and self.day.value < today:
            self.day.errors = [gettext("This day has passed. Check the year.")]
        elif not self.day.errors and (self.day.value - today).days > 3 * 366:
            self.day.errors = [gettext("This is more than three years ahead. Check the year.")]
        return not self.errors


class HoldFields:
    """Why, and until when. The end is a day and a time where the person lives."""

    reason = Long(lazy_gettext("Why"), longest=1000)
    until_date = DateField(lazy_pgettext("end of a hold", "Until which day?"))
    until_time = TimeField(lazy_pgettext("end of a hold", "At what time?"))
    until: datetime | None = None

    def read_hold(self, zone: ZoneInfo) -> bool:
        """After the fields are valid: that all three are there, and `until` as an instant."""
        wants = (
            (self.reason, lazy_gettext("Say why. The person reads this.")),
            (self.until_date, lazy_gettext("Choose the day the hold ends.")),
            (self.until_time, lazy_gettext("Choose the time the hold ends.")),
        )
        for field, sentence in wants:
            if not field.errors and not field.text.strip():
                field.errors = [str(sentence)]
        if any(field.errors for field, _ in wants):
            return False
        try:
            self.until = at(datetime.combine(self.until_date.value, self.until_time.value), zone).utc
        except BadTime:
            self.until_time.errors = [
                gettext(
                    "The clocks went forward that night, so this time did not exist. Choose another time."
                )
            ]
            return False
        return True

    def refuse_hold(self, cannot: CannotHold, permit: Permit) -> None:
        """Say on the form why a hold cannot be."""
        if cannot.why == "visible":
            sentence = gettext(
                "%(name)s can see this report already, so it cannot be held.", name=permit.person_name
            )
        elif cannot.why == "past" or cannot.latest is None:
            sentence = gettext("This time has passed. Choose one to come.")
        else:
            latest = words.moment(permit.local(cannot.latest), permit.today())
            sentence = gettext("Nothing is held for ever. The latest is %(when)s.", when=latest)
        self.until_date.errors = [sentence]


class HoldForm(HoldFields, LogForm):
    def validate_for(self, permit: Permit) -> bool:
        return bool(self.validate()) and self.read_hold(permit.zone)
