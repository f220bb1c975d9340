"""Who a page is about, for professionals: the same on every page of one person, so that nobody is taken for another."""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from flask_babel import gettext

from selfcare import i18n
from selfcare.people import needs, nhs_number
from selfcare.people.queries import age
from selfcare.web.access import Area, Permit, Role


class Shared(NamedTuple):
    """Allergies of a summary, which says how they stood on its day and nothing of today."""

    allergies: tuple[str, ...]
    on: date


@dataclass(frozen=True)
class Banner:
    """What identifies a person, in the order it is read. `nhs_number` is spaced; `age` is of today, or of the death."""

    full_name: str
    known_as: str
    born: date
    age: int
    nhs_number: str | None
    phone: str
    best_time: str
    needs: tuple[str, ...]
    asked_on: date | None
    talk: str  # how to talk with them, in their words
    allergies: tuple[str, ...]  # as the person keeps them; empty says nothing of whether there are any
    died_on: date | None
    shared_on: date | None = (
        None  # the allergies are as they were shared on that day; None: as they are kept now
    )
    of_summary: bool = False  # as one summary says it, which holds no NHS number


def of(permit: Permit | None, shared: Shared | None = None) -> Banner | None:
    """The banner of a page a professional sees about one person; None for everybody else, and for lists. No statement:
    all of it came with the permit."""
    if permit is None or permit.role is not Role.PROFESSIONAL:
        return None
    return made(permit, shared)


def made(permit: Permit, shared: Shared | None = None) -> Banner:
    """The same facts, whoever asks: for what is printed or copied about somebody.

    :param shared: allergies of the summary that this stands over, for whoever may not see those of today.
    """
    subject = permit.subject
    listed, asked_on = subject.needs
    if permit.role is Role.PROFESSIONAL and permit.may(Area.HEALTH):
        shared, allergies = None, subject.allergies
    else:
        allergies = shared.allergies if shared else ()
    return Banner(
        full_name=subject.full_name,
        known_as=subject.name,
        born=subject.born,
        age=age(subject.born, subject.died_on or permit.today()),
        nhs_number=nhs_number.spaced(subject.nhs_number) if subject.nhs_number else None,
        phone=subject.phone,
        best_time=subject.best_time,
        needs=tuple(map(needs.said, listed)),
        asked_on=asked_on,
        talk=subject.talk,
        allergies=allergies,
        died_on=subject.died_on,
        shared_on=shared.on if shared else None,
        of_summary=permit.role is Role.READER,
    )


def _in_order(number: str | None) -> str:
    """A number in groups, which would stand in the other order beside words from right to left."""
    return f"\u2066{number}\u2069" if number and i18n.direction() == "rtl" else number or ""


def line(permit: Permit, shared: Shared | None = None) -> str:
    """All of it in one line, on top of what is copied as text."""
    found = made(permit, shared)
    parts = [
        found.full_name,
        gettext("likes to be called %(name)s", name=found.known_as),
        gettext("born %(day)s, %(age)s years", day=i18n.plain_day(found.born), age=found.age),
        gettext("NHS number %(number)s", number=_in_order(found.nhs_number) or gettext("not known")),
    ]
    if found.died_on:
        parts.append(gettext("died on %(day)s", day=i18n.plain_day(found.died_on)))
    if found.needs:
        parts.append(gettext("needs: %(needs)s", needs=", ".join(found.needs)))
    if found.allergies:
        listed = ", ".join(found.allergies)
        name = found.known_as
        parts.append(
            gettext(
                "allergies, as %(name)s shared them on %(day)s: %(listed)s",
                name=name,
                day=i18n.plain_day(found.shared_on),
                listed=listed,
            )
            if found.shared_on
            else gettext("allergies, as %(name)s keeps them: %(listed)s", name=name, listed=listed)
        )
    return "; ".join(parts)
