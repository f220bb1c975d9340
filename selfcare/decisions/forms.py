"""Forms of decisions."""

from collections.abc import Collection
from typing import Any, ClassVar

from flask_babel import gettext, lazy_gettext
from wtforms.validators import StopValidation

from selfcare.decisions import numbers, words
from selfcare.decisions.models import LEAVE, OPTIONS, OWN, Decision
from selfcare.web.forms import Choice, DateField, Form, Hidden, LogForm, Long, Text, Tick

SAME = [("yes", lazy_gettext("Yes")), ("no", lazy_gettext("No"))]
CELLS = tuple(f"cell_{code}" for code in (*OWN, LEAVE))


class DecisionFields(Form):
    """A question and what could be done: one thing at least, for *leave it as it is* alone is nothing to choose."""

    question = Text(
        lazy_gettext("What do you want to decide?"),
        missing=lazy_gettext("Say in a few words what there is to decide."),
        description=lazy_gettext("For example: how do I get moving again?"),
    )
    option_a = Text(lazy_gettext("One thing you could do"), longest=60)
    option_b = Text(lazy_gettext("Another thing you could do"), longest=60)
    option_c = Text(lazy_gettext("And another"), longest=60)
    only_me = Tick(lazy_gettext("Only me"), kind="switch")

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        super().validate(*args, **kwargs)
        seen = {words.leave().casefold()}
        for name in OPTIONS:
            text = self[name].text.strip().casefold()
            if text and text in seen:
                self[name].errors = [
                    gettext("This is there already. Say it in other words, or leave it empty.")
                ]
            seen.add(text)
        if not any(self[name].text.strip() for name in OPTIONS):
            self.option_a.errors = [
                gettext("Say one thing you could do. “%(leave)s” is always there too.", leave=words.leave())
            ]
        return not self.errors

    def values(self) -> dict[str, Any]:
        """What was filled in, as the actions take it."""
        return {
            "question": self.question.text.strip(),
            "options": {code: self[f"option_{code}"].text.strip() for code in OWN},
            "only_me": self.only_me.choice,
        }


class DecisionForm(DecisionFields, LogForm):
    """A new decision."""


class ChangeDecisionForm(DecisionFields):
    """`same_…`: whether an option with other words is the thing that something was told of. Asked where it matters."""

    same_a = Choice(kind="chips", optional=True, choices=SAME)
    same_b = Choice(kind="chips", optional=True, choices=SAME)
    same_c = Choice(kind="chips", optional=True, choices=SAME)
    version = Hidden()

    def ask(self, row: Decision, codes: Collection[str]) -> None:
        """Leave the fields of these options alone to be answered."""
        for code in OWN:
            field = self[f"same_{code}"]
            if code not in codes:
                del self[field.name]
                continue
            new, old = self[f"option_{code}"].text.strip(), getattr(row, f"option_{code}")
            field.label.text = gettext("Is “%(new)s” the same thing as “%(old)s”?", new=new, old=old)
            field.description = gettext(
                "If it is, what was told of it stays. If it is not, that goes, and nobody leans to it any more."
            )
            if not field.data:
                field.errors = [gettext("Choose yes or no.")]

    def answers(self) -> dict[str, bool]:
        return {code: self[f"same_{code}"].data == "yes" for code in OWN if self[f"same_{code}"].data}


def decision_data(row: Decision) -> dict[str, Any]:
    """A decision as its form shows it."""
    found: dict[str, Any] = {name: getattr(row, name) for name in ("question", *OPTIONS)}
    return found | {"only_me": row.only_me, "version": row.version}


class FactFields(Form):
    """One row of what was told, the same thing of every option."""

    kind = Choice(
        lazy_gettext("Which is it?"),
        kind="chips",
        missing=lazy_gettext("Choose one of the two."),
        choices=[("good", lazy_gettext("What is good")), ("hard", lazy_gettext("What is hard"))],
    )
    what = Text(
        lazy_gettext("What is it about?"),
        missing=lazy_gettext("Say in a few words what it is about."),
        description=lazy_gettext("For example: sore for some days. Or: what it takes."),
    )
    of = Text(
        lazy_gettext("If there are numbers: out of how many people?"),
        description=lazy_gettext("For example: 100. The same for all of them."),
        longest=20,
    )
    cell_a = Text()
    cell_b = Text()
    cell_c = Text()
    cell_leave = Text()
    told_by = Text(lazy_gettext("Who told you?"))
    told_on = DateField(lazy_gettext("When did they tell you?"))

    found: tuple[dict[str, numbers.Cell], int | None]

    def offer(self, row: Decision) -> None:
        """A field for each of the options, by its name; none for those that there are not."""
        options = row.options()
        for code in (*OWN, LEAVE):
            if code in options:
                self[f"cell_{code}"].label.text = words.option(code, options)
            else:
                del self[f"cell_{code}"]

    @property
    def cells(self) -> list[Any]:
        every: tuple[Any, ...] = (
            self.cell_a,
            self.cell_b,
            self.cell_c,
            self.cell_leave,
        )  # None where taken out
        return [field for field in every if field is not None]

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        super().validate(*args, **kwargs)
        typed = {field.name.removeprefix("cell_"): field.text for field in self.cells}
        try:
            self.found = numbers.read(typed, self.of.text)
        except numbers.Wrong as wrong:
            field = self.of if wrong.cell is None else self[f"cell_{wrong.cell}"]
            field.errors = [*field.errors, _why(wrong)]
        else:
            if self.of.text.strip() and self.found[1] is None:
                self.of.errors = [
                    gettext("There is no number to go with this. Add one, or leave this empty.")
                ]
            elif not self.found[0]:
                self.cells[0].errors = [gettext("Write down what you were told of one of them at least.")]
        return not self.errors

    def values(self) -> dict[str, Any]:
        cells, of = self.found
        return {
            "kind": self.kind.data,
            "what": self.what.text.strip(),
            "of": of,
            "people": of if self.of.text.strip() else None,
            "cells": cells,
            "told_by": self.told_by.text.strip(),
            "told_on": self.told_on.value,
        }


def _why(wrong: numbers.Wrong) -> str:
    return {
        "same": gettext("Use the same “out of” for all, or write words."),
        "more": gettext("This is more than the %(all)s it is out of.", all=wrong.of),
        "nothing": gettext("Nothing can be out of 0. Use the number of people, for example 100."),
        "whole": gettext("Use whole numbers, for example 45 of 100. Or write words."),
    }[wrong.why]


class FactForm(FactFields, LogForm):
    """A new row. `version`: of the decision, for its options are called what they were called there."""

    version = Hidden()


class ChangeFactForm(FactFields):
    version = Hidden()


FACT_TEXTS = ("what", "told_by", *CELLS)


def fact_data(row: Decision, fact: dict[str, Any]) -> dict[str, Any]:
    """A row as its form shows it; a number stands there with what it is out of."""
    found = {f"cell_{code}": words.cell_typed(fact["cells"].get(code), fact["of"]) for code in row.options()}
    keys = ("kind", "what", "told_by", "told_on")
    return {
        **{key: fact[key] for key in keys},
        "of": str(fact.get("people") or ""),
        **found,
        "version": fact["v"],
    }


class SayForm(Form):
    """What matters here, and where somebody leans. Saying neither is fine."""

    matters = Long(lazy_gettext("What matters to me here"))
    lean = Choice(lazy_gettext("Where I lean"), optional=True, choices=[])
    version = Hidden()

    def offer(self, row: Decision, *, own: bool) -> None:
        options = row.options()
        self.lean.choices = [(code, words.lean(code, options, own=own)) for code in (*options, "not_yet")]


def say_data(row: Decision) -> dict[str, Any]:
    return {"matters": row.matters, "lean": row.lean, "version": row.version}


class DecideForm(Form):
    """What was decided, or that it is not now. Neither is better, and none is chosen beforehand."""

    chosen = Choice(
        lazy_gettext("What was decided?"),
        missing=lazy_gettext("Choose one. Not now is as good an answer as the others."),
        choices=[],
    )
    words = Long(lazy_gettext("In your own words"))
    with_whom = Text(lazy_gettext("With whom?"))
    decided_on = DateField(lazy_gettext("On which day?"))
    look_on = DateField(lazy_gettext("When do you want to look again?"))
    version = Hidden()
    dates: ClassVar = ("decided_on", "look_on")

    def offer(self, row: Decision) -> None:
        options = row.options()
        named = [(code, words.chosen(code, options)) for code in (*options, "other")]
        self.chosen.choices = [*named, ("not_now", gettext("Not now"))]

    def validate_words(self, field: Long) -> None:
        if self.chosen.data == "other" and not field.text.strip():
            raise StopValidation(gettext("Say in a few words what was decided."))

    def values(self) -> dict[str, Any]:
        return {
            "chosen": self.chosen.data,
            "words": self.words.text.strip(),
            "with_whom": self.with_whom.text.strip(),
            **{name: self[name].value for name in self.dates},
        }


def decide_data(row: Decision) -> dict[str, Any]:
    """What was decided, as its form shows it. Nothing is chosen where nothing was, not even what somebody leans to."""
    chosen = "not_now" if row.state == "not_now" else row.chosen
    keys = ("words", "with_whom", "decided_on", "look_on")
    return {"chosen": chosen, **{key: getattr(row, key) for key in keys}, "version": row.version}
