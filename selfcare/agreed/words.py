"""What is said of agreed lines, in the reader's language. A day that has passed is never called late."""

from datetime import date

from flask_babel import gettext, pgettext

from selfcare import i18n


def by(kind: str, on: date | None, today: date) -> str:
    """By when, as a line of its own: By Friday 20 March."""
    if kind == "none":
        return gettext("No day set")
    if on is None:
        return gettext("By the next visit")
    if kind == "visit":
        return gettext("By the visit on %(day)s", day=_day(on, today))
    return gettext("By %(day)s", day=_day(on, today))


def who_by(name: str | None, kind: str, on: date | None, today: date) -> str:
    """Who does it, and by when, in one line: Amina, by Wednesday 18 March.

    :param name: None for the reader.
    """
    who = pgettext("who does it", "Me") if name is None else name
    if kind == "none":
        return who
    if on is None:
        return gettext("%(who)s, by the next visit", who=who)
    return gettext("%(who)s, by %(day)s", who=who, day=_day(on, today))


def was(on: date, today: date) -> str:
    """A day that has passed: The day was Friday 6 March."""
    return gettext("The day was %(day)s.", day=_day(on, today))


def who_was(name: str | None, on: date, today: date) -> str:
    """Who does it, and the day that has passed, in one line. `name`: None for the reader."""
    who = pgettext("who does it", "Me") if name is None else name
    return gettext("%(who)s. The day was %(day)s.", who=who, day=_day(on, today))


def does(name: str | None) -> str:
    """The heading over what one somebody does. None for the reader."""
    return gettext("I do") if name is None else gettext("%(name)s does", name=name)


def _day(on: date, today: date) -> str:
    return i18n.day(on, year=on.year != today.year)
