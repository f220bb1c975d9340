"""What is said of a hospital stay, in the reader's language."""

from dataclasses import dataclass
from datetime import date

from flask_babel import gettext, pgettext

from selfcare import i18n
from selfcare.admissions.models import Admission

PLANNED = ("yes", "no", "unknown")
TOLD_BY = ("person", "helper", "professional", "letter", "other")


@dataclass(frozen=True)
class Told:
    """What is told of a stay that a summary kept."""

    came_on: date
    left_on: date | None
    planned: str
    told_by: str
    told_name: str


def planned(code: str) -> str:
    """Whether it was planned, to choose from."""
    return {
        "yes": pgettext("hospital stay", "Planned"),
        "no": pgettext("hospital stay", "Not planned"),
        "unknown": pgettext("hospital stay", "Not known if planned"),
    }[code]


def teller(code: str, name: str, own: bool = False) -> str:
    """From whom it is known, to choose from. `name`: the person's; `own`: the person reads it."""
    return {
        "person": name,
        "helper": gettext("Somebody who helps you")
        if own
        else gettext("Somebody who helps %(name)s", name=name),
        "professional": gettext("Another professional"),
        "letter": gettext("A letter or a message"),
        "other": gettext("Somebody else"),
    }[code]


def days(row: Admission | Told, today: date) -> str:
    """From when to when."""
    came = i18n.plain_day(row.came_on, today=today)
    if row.left_on is None:
        return gettext("From %(day)s", day=came)
    if row.left_on == row.came_on:
        return came
    return gettext("%(first)s to %(last)s", first=came, last=i18n.plain_day(row.left_on, today=today))


def line(row: Admission | Told, today: date) -> str:
    """From when to when, and whether it was planned."""
    when = days(row, today)
    return {
        "yes": gettext("%(days)s, planned", days=when),
        "no": gettext("%(days)s, not planned", days=when),
        "unknown": gettext("%(days)s, not known if it was planned", days=when),
    }[row.planned]


def told(row: Admission | Told, name: str, own: bool) -> str:
    """As told by whom."""
    if row.told_by == "person":
        return gettext("As you told it") if own else gettext("As told by %(name)s", name=name)
    if row.told_name:
        return gettext("As told by %(name)s", name=row.told_name)
    return gettext("From: %(who)s", who=teller(row.told_by, name, own))
