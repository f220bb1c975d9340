"""Forms of a budget."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from flask_babel import gettext, lazy_gettext
from wtforms.validators import StopValidation

from selfcare.budget import words
from selfcare.budget.models import Budget, Spend, SpendAsk
from selfcare.budget.money import BadMoney, read_pence, typed
from selfcare.budget.queries import Kept
from selfcare.budget.states import State
from selfcare.web.access import Permit
from selfcare.web.file_field import FileField
from selfcare.web.forms import Choice, DateField, Form, Hidden, LogForm, Long, Text
from selfcare.web.written_on import written_on

HERE = "here"


class Money(Text):
    """An amount in pounds, as typed; `.pence` is what it is."""

    kind = "number"
    pence = 0

    def __init__(self, label: Any = None, **kwargs: Any) -> None:
        super().__init__(label, longest=40, **kwargs)

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        try:
            self.pence = read_pence(self.text)
        except BadMoney as bad:
            raise StopValidation(str(bad)) from None


class BudgetFields(Form):
    """What there is, from when until when, and for what."""

    kind = Choice(
        lazy_gettext("What kind of money is it?"),
        missing=lazy_gettext("Choose what kind of money it is."),
        choices=[],
    )
    pounds = Money(
        lazy_gettext("How much is it?"), missing=lazy_gettext("Write how much it is, for example 1,200.")
    )
    from_on = DateField(lazy_gettext("From which day?"))
    until_on = DateField(lazy_gettext("Until which day?"))
    purpose = Text(
        lazy_gettext("What is it for?"),
        missing=lazy_gettext("Say in a few words what it is for."),
        description=lazy_gettext("For example: for getting out, and for moving more."),
    )
    agreed_with = Text(
        lazy_gettext("Who was it agreed with?"),
        description=lazy_gettext("Somebody who is not in this app, such as the council."),
    )
    agreed_on = DateField(lazy_gettext("On which day was it agreed?"))
    look_on = DateField(lazy_gettext("When do you look at it again?"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = [(code, words.kind(code)) for code in words.KINDS]
        self.from_on.optional = self.until_on.optional = False

    def validate_from_on(self, field: DateField) -> None:
        if field.value is None and not field.errors:
            raise StopValidation(gettext("Say from which day it is there."))

    def validate_until_on(self, field: DateField) -> None:
        if field.errors:
            return
        if field.value is None:
            raise StopValidation(gettext("Say until which day it is there."))
        if self.from_on.value and field.value < self.from_on.value:
            raise StopValidation(gettext("This is before it begins. Check both days."))

    def values(self) -> dict[str, Any]:
        """What was filled in, as the actions take it."""
        days = {name: self[name].value for name in ("from_on", "until_on", "agreed_on", "look_on")}
        texts = {name: self[name].text.strip() for name in ("purpose", "agreed_with")}
        return {"kind": self.kind.data, "pence": self.pounds.pence, **days, **texts}


class BudgetForm(BudgetFields, LogForm):
    """A new one."""


class ChangeBudgetForm(BudgetFields):
    version = Hidden()


class SpendFields(Form):
    """How much, what for, and the day: today, unless another is said."""

    pounds = Money(
        lazy_gettext("How much?"), missing=lazy_gettext("Write how much it was, for example 7.40.")
    )
    what = Text(lazy_gettext("What for?"), missing=lazy_gettext("Say in a few words what it was for."))
    day_on = DateField(lazy_gettext("Which day?"))
    counts = Choice(lazy_gettext("Where does it count?"), choices=[], optional=True)
    day: date
    budget_id: UUID

    asks = False  # whether it is asked where it counts

    def offer(self, permit: Permit, kept: Kept, all_of_them: Sequence[Kept]) -> None:
        """Fit it to a budget, before it is validated: a day outside of it is asked about, and never refused."""
        self.day, self.budget_id = written_on(permit), kept.row.id
        self._latest, self._kept, self._others = max(self.day, permit.today()), kept, all_of_them

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        super().validate(*args, **kwargs)
        self.asks = not self.day_on.errors and not self._kept.holds(self.day)
        if not self.asks:
            self.counts.errors = []
        elif not self.counts.errors and self.counts.data != HERE:
            self.budget_id = UUID(self.counts.data)
        return not self.errors

    def validate_day_on(self, field: DateField) -> None:
        if field.errors:
            return
        self.day = field.value or self.day
        if self.day > self._latest:
            raise StopValidation(gettext("This day is still to come. Write it down when you have spent it."))
        holding = [one for one in self._others if one.holds(self.day)]
        self.counts.choices = [
            (HERE, gettext("Here, all the same")),
            *((str(one.row.id), words.of_period(one.row)) for one in holding),
        ]

    def validate_counts(self, field: Choice) -> None:
        """Asked where the day is outside of the budget; another that holds the day can be chosen then."""
        if field.data is None and not self.day_on.errors and not self._kept.holds(self.day):
            raise StopValidation(words.outside(self._kept.row, self.day))

    def values(self) -> dict[str, Any]:
        """What was filled in, but for the budget that it counts in (`budget_id`)."""
        return {"what": self.what.text.strip(), "pence": self.pounds.pence, "day": self.day}


class SpendForm(SpendFields, LogForm):
    """A new one. `ask`: the yes that it goes with."""

    ask = Hidden()


class ChangeSpendForm(SpendFields):
    version = Hidden()


class AskForm(LogForm):
    """What somebody would like to spend money on."""

    what = Text(
        lazy_gettext("What would you like to spend it on?"),
        missing=lazy_gettext("Say in a few words what it is."),
        longest=500,
    )
    pounds = Money(
        lazy_gettext("How much is it?"), missing=lazy_gettext("Write how much it is, for example 60.")
    )

    def values(self) -> dict[str, Any]:
        return {"what": self.what.text.strip(), "pence": self.pounds.pence}


class AskAnswerForm(Form):
    """Yes or no, no first, and nothing is chosen beforehand. A no has its reason."""

    answer = Choice(
        lazy_gettext("May they spend money on this?"),
        kind="chips",
        missing=lazy_gettext("Choose yes or no."),
        choices=[],
    )
    words = Long(lazy_gettext("In your words"), longest=2000)
    version = Hidden()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.answer.choices = [(code, words.answer(code)) for code in ("no", "yes")]

    def validate_words(self, field: Long) -> None:
        if self.answer.data == State.NO and not field.text.strip():
            raise StopValidation(gettext("Say why not, so that it can be asked again in another way."))


class ReceiptForm(LogForm):
    """The photo, or the PDF, of a receipt."""

    file = FileField(lazy_gettext("A photo or a PDF"))  # type: ignore[arg-type]


def budget_data(row: Budget) -> dict[str, Any]:
    """A budget as its form shows it."""
    names = ("kind", "from_on", "until_on", "purpose", "agreed_with", "agreed_on", "look_on", "version")
    return {name: getattr(row, name) for name in names} | {"pounds": typed(row.pence)}


def spend_data(row: Spend) -> dict[str, Any]:
    """A spend as its form shows it."""
    return {"pounds": typed(row.pence), "what": row.what, "day_on": row.day, "version": row.version}


def ask_data(row: SpendAsk) -> dict[str, Any]:
    """What was asked, to be written down as a spend or asked again."""
    return {"pounds": typed(row.pence), "what": row.what}


def answer_data(row: SpendAsk) -> dict[str, Any]:
    """An answer as its form shows it."""
    return {"answer": row.answer or None, "words": row.words, "version": row.version}
