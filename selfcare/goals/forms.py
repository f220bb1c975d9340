"""Forms of goals."""

from datetime import date, timedelta
from typing import Any, ClassVar

from flask_babel import gettext, lazy_gettext, pgettext
from wtforms.validators import StopValidation

from selfcare.goals import words
from selfcare.goals.models import CheckIn, Goal
from selfcare.goals.words import ENDS, HOW
from selfcare.web.access import Permit
from selfcare.web.forms import (
    Choice,
    DateField,
    Form,
    Hidden,
    LogForm,
    Long,
    Scale,
    Tick,
    WhenField,
)
from selfcare.web.when import when_of

# When to look again: the usual distances in days, or a day of one's own, or not.
AHEAD = ("14", "28", "91")


class LookAgain(Form):
    """When to look again, as chips with a day of one's own behind the last but one."""

    look = Choice(
        lazy_gettext("When do you want to look again?"),
        kind="chips",
        optional=True,
        choices=[
            ("14", lazy_gettext("In 2 weeks")),
            ("28", lazy_gettext("In 4 weeks")),
            ("91", lazy_gettext("In 3 months")),
            ("day", lazy_gettext("Another day")),
            ("none", lazy_gettext("No day for now")),
        ],
    )
    look_on = DateField(lazy_gettext("Which day?"))
    asked_with: ClassVar = {"look_on": ("look", "day")}

    def validate_look_on(self, field: DateField) -> None:
        if self.look.data == "day" and field.value is None and not field.errors:
            raise StopValidation(gettext("Choose the day, or choose No day for now."))

    def look_again(self, today: date) -> date | None:
        """The day chosen; None when none was."""
        if self.look.data in AHEAD:
            return today + timedelta(days=int(self.look.data))
        found: date | None = self.look_on.value if self.look.data == "day" else None
        return found


class GoalFields(LookAgain):
    text = Long(
        lazy_gettext("What do you want to be able to do?"),
        missing=lazy_gettext("Say in a few words what you want to be able to do."),
        description=lazy_gettext("One small thing is enough. For example: walk to the shop and back."),
        longest=2000,
    )
    why = Long(lazy_gettext("Why is it important to you?"))
    matters = Long(lazy_gettext("What matters to you?"), description=lazy_gettext("In your own words."))
    sure = Scale(
        lazy_gettext("How sure are you that you can?"),
        optional=True,
        description=lazy_gettext("0 is not at all sure, 10 is completely sure. Any number is fine."),
    )
    next_step = Long(lazy_gettext("Your next step"), description=lazy_gettext("Something small, soon."))
    only_me = Tick(lazy_gettext("Only me"), kind="switch")

    def values(self, permit: Permit) -> dict[str, Any]:
        """What was filled in, ready for the actions."""
        found = {name: self[name].text.strip() for name in TEXTS}
        found |= {
            "sure": self.sure.number,
            "look_on": self.look_again(permit.today()),
            "only_me": self.only_me.choice,
        }
        return found


class GoalForm(GoalFields, LogForm):
    """A new goal."""


class ChangeGoalForm(GoalFields):
    version = Hidden()


TEXTS = ("text", "why", "matters", "next_step")


def goal_data(goal: Goal) -> dict[str, Any]:
    """A goal as its form shows it."""
    data: dict[str, Any] = {name: getattr(goal, name) for name in TEXTS}
    data |= {
        "sure": "skip" if goal.sure is None else str(goal.sure),
        "look": "none" if goal.look_on is None else "day",
        "look_on": goal.look_on,
        "only_me": goal.only_me,
        "version": goal.version,
    }
    return data


class CheckInFields(Form):
    how = Choice(
        lazy_gettext("How is it going?"),
        missing=lazy_gettext("Choose the words that fit best."),
        choices=[],
    )
    note = Long(lazy_gettext("In your own words"))
    when = WhenField(lazy_gettext("When was this?"))
    only_me = Tick(lazy_gettext("Only me"), kind="switch")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.how.choices = [(code, words.how(code)) for code in HOW]


class CheckInForm(CheckInFields, LookAgain, LogForm):
    next_step = Long(lazy_gettext("Your next step"), description=lazy_gettext("Something small, soon."))
    step_was = (
        Hidden()
    )  # the next step as this form was filled with it; somebody may have changed the goal's since

    def new_step(self) -> str | None:
        """The next step where it was typed anew; None where it stands as it was, or the form had none."""
        typed, was = self.next_step.text.strip(), self.step_was.data
        if not self.next_step.raw_data or (
            was is not None and typed.splitlines() == was.strip().splitlines()
        ):
            return None
        return typed


class ChangeCheckInForm(CheckInFields):
    version = Hidden()


def check_in_data(row: CheckIn) -> dict[str, Any]:
    """A check-in as its form shows it."""
    return {
        "how": row.how,
        "note": row.note,
        "when": when_of(row),
        "only_me": row.only_me,
        "version": row.version,
    }


class ClosureForm(Form):
    """How a goal ends. None is better than the others, and none is chosen beforehand."""

    how = Choice(
        lazy_gettext("How did it turn out?"),
        missing=lazy_gettext("Choose one. Each is a good way to end."),
        choices=[],
    )
    words = Long(lazy_gettext("Anything you want to say about it"))
    version = Hidden()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.how.choices = [(code, words.end(code)) for code in ENDS]
        self.how.hints = {
            "achieved": pgettext("end of a goal", "You can do it, or it came close enough."),
            "changed": pgettext(
                "end of a goal", "Something else matters more now, or the goal became another one."
            ),
            "let_go": pgettext("end of a goal", "It is no longer for you. That is a decision too."),
        }
