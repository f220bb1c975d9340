"""Fields that people choose in. Each field's `kind` picks how it is drawn."""

from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import BooleanField, RadioField, SelectField, SelectMultipleField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.utils import unset_value
from wtforms.validators import StopValidation


class _Listed:
    """For fields with choices: they are given as plain (value, label) pairs, and drawn as tuples."""

    hints: dict[str, str]
    choices: Any
    data: Any

    def values(self) -> list[str]:
        return [value for value, _label in self.pairs()]

    def pairs(self) -> list[tuple[str, Any]]:
        """The choices as (value, label), however they were given."""
        given = self.choices or ()
        return [(c.value, c.label) if hasattr(c, "value") else (str(c[0]), c[1]) for c in given]

    def iter_choices(self) -> list[tuple[str, Any, bool, dict[str, Any]]]:
        """(value, label, selected, {"hint": …}) for the macros."""
        chosen = self.data if isinstance(self.data, list) else [self.data]
        return [
            (value, label, value in chosen, {"hint": self.hints[value]} if value in self.hints else {})
            for value, label in self.pairs()
        ]


def _choices(given: Any) -> Any:
    return [SelectChoice(str(value), label) for value, label in given or ()]


class Choice(_Listed, RadioField):  # type: ignore[misc]
    """One of a few. `choices` is (value, label); `hints` is what stands under a label, by value."""

    kind = "choice"

    def __init__(
        self,
        label: Any = None,
        *,
        missing: Any = None,
        kind: str = "choice",
        hints: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> None:
        self.kind = kind
        # Not by its truth: that would be its words, looked up though nobody reads them.
        self.missing = lazy_gettext("Choose one.") if missing is None else missing
        self.hints = hints or {}
        self.optional = kwargs.pop("optional", False)
        super().__init__(label, validate_choice=False, choices=_choices(kwargs.pop("choices", ())), **kwargs)

    def pre_validate(self, form: Any) -> None:
        if self.data in (None, "", "None"):
            self.data = None
            if not self.optional:
                raise StopValidation(str(self.missing))
        elif self.data not in self.values():
            raise StopValidation(str(self.missing))


class Pick(_Listed, SelectField):  # type: ignore[misc]
    """One of a list, in little room."""

    kind = "select"

    def __init__(self, label: Any = None, **kwargs: Any) -> None:
        self.optional = kwargs.pop("optional", False)
        self.hints = kwargs.pop("hints", {})
        super().__init__(label, validate_choice=False, choices=_choices(kwargs.pop("choices", ())), **kwargs)

    def pre_validate(self, form: Any) -> None:
        if self.data not in self.values():
            raise StopValidation(gettext("Choose one from the list."))


class Ticks(_Listed, SelectMultipleField):  # type: ignore[misc]
    """Any of a few."""

    kind = "ticks"

    def __init__(
        self,
        label: Any = None,
        *,
        missing: Any = None,
        most: int | None = None,
        kind: str = "ticks",
        **kwargs: Any,
    ) -> None:
        self.missing, self.most, self.kind = missing, most, kind
        self.optional = missing is None
        self.hints: dict[str, str] = kwargs.pop("hints", {})
        super().__init__(label, validate_choice=False, choices=_choices(kwargs.pop("choices", ())), **kwargs)

    def pre_validate(self, form: Any) -> None:
        known = self.values()
        if any(value not in known for value in self.data or ()):
            raise StopValidation(gettext("Choose from the list."))
        if self.missing is not None and not self.data:
            raise StopValidation(str(self.missing))
        if self.most and len(self.data or ()) > self.most:
            raise StopValidation(gettext("Choose %(most)s at the most.", most=self.most))


class Tick(BooleanField):
    """One box to tick. `states`: what is so while it is off, and while it is on."""

    kind = "tick"
    optional = False
    states: tuple[str, str] | None = None

    def __init__(self, label: Any = None, *, kind: str = "tick", missing: Any = None, **kwargs: Any) -> None:
        self.kind = kind
        self.missing = missing
        super().__init__(label, **kwargs)

    def pre_validate(self, form: Any) -> None:
        if self.missing is not None and not self.data:
            raise StopValidation(str(self.missing))

    def process(self, formdata: Any, data: Any = unset_value, extra_filters: Any = None) -> None:
        super().process(formdata, data, extra_filters)
        self.shown = formdata is not None and f"{self.name}-shown" in formdata

    @property
    def choice(self) -> bool | None:
        """What was chosen with a switch; None where it is off in a form that did not show it: nothing is taken off."""
        return True if self.data else False if self.shown else None


class Scale(Choice):
    """0 to 10, or Skip. `.number` is an int, or None for Skip."""

    def __init__(self, label: Any = None, *, skip: Any = None, **kwargs: Any) -> None:
        choices: list[tuple[str, Any]] = [(str(n), str(n)) for n in range(11)]
        if skip is not False:
            choices.append(("skip", skip or lazy_gettext("Skip")))
        super().__init__(label, kind="scale", choices=choices, **kwargs)

    @property
    def number(self) -> int | None:
        return int(self.data) if self.data and self.data.isdigit() else None
