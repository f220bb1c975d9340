"""Forms of results."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext, lazy_gettext, lazy_pgettext

from selfcare.results import release as rules
from selfcare.results import words
from selfcare.results.actions import CannotHold
from selfcare.web.access import Permit
from selfcare.web.forms import Choice, DateField, Hidden, LogForm, Long, Ticks, TimeField
from selfcare.web.when import BadTime, at


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
            rules.TOGETHER: gettext("They wait for your next visit or call."),
            rules.NOT_ON_DAYS: gettext("Choose the days below. They come the next morning."),
            rules.TEAM: gettext(
                "Most as soon as they are ready. Some, such as tissue samples and genetic tests, when you talk."
            ),
        }
        self.days.choices = [(str(day), words.day_name(day)) for day in range(7)]

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
