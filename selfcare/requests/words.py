"""What is said of a request to get in touch: what was asked, where it stands, by when somebody gets in touch."""

from dataclasses import dataclass
from datetime import date, datetime, time

from flask_babel import gettext, ngettext, pgettext

from selfcare import i18n
from selfcare.contacts import words as contacts
from selfcare.database import now
from selfcare.people import queries as people
from selfcare.people import teams
from selfcare.people.queries import KeyContact
from selfcare.requests.queries import Asked
from selfcare.web.access import Area, Permit

TIMES = ("any", "mornings", "afternoons", "own")


def how(code: str) -> str:
    """A way to be reached, to choose."""
    return {
        "phone": pgettext("how to reach somebody", "Phone"),
        "video": pgettext("how to reach somebody", "Video call"),
        "message": pgettext("how to reach somebody", "Message here"),
        "visit": pgettext("how to reach somebody", "A visit"),
    }[code]


def good_time(code: str) -> str:
    """When is good, to choose."""
    return {
        "any": pgettext("when is good", "Any time"),
        "mornings": pgettext("when is good", "Mornings"),
        "afternoons": pgettext("when is good", "Afternoons"),
        "own": pgettext("when is good", "I say when"),
    }[code]


def wish(asked: Asked) -> str:
    """How and when somebody would like to be reached, as a sentence: By phone, in the afternoon."""
    way = {
        "phone": pgettext("how to reach somebody", "By phone"),
        "video": pgettext("how to reach somebody", "By video call"),
        "message": pgettext("how to reach somebody", "By message here"),
        "visit": pgettext("how to reach somebody", "By a visit"),
    }[asked.how]
    when = {
        "any": pgettext("when is good", "at any time"),
        "mornings": pgettext("when is good", "in the morning"),
        "afternoons": pgettext("when is good", "in the afternoon"),
        "own": asked.own_time,
    }.get(asked.good_time, "")
    return gettext("%(wish)s.", wish=i18n.comma().join(filter(None, (way, when))))


def by_whom(asked: Asked, person: str) -> str:
    """Who asks, where it was not the person; and whether the person asked them to."""
    if asked.entered_as == "self":
        return ""
    said = (
        gettext("%(name)s asks for %(person)s, who asked for this.", name=asked.entered_name, person=person)
        if asked.asked_me
        else gettext("%(name)s asks for %(person)s.", name=asked.entered_name, person=person)
    )
    if asked.helps:
        return said
    ended = gettext(
        "%(name)s no longer helps here. Get in touch with %(person)s.", name=asked.entered_name, person=person
    )
    return f"{said} {ended}"


# ----------------------------------------------------------------------------------------------------- the promise


@dataclass(frozen=True)
class Promise:
    """By when somebody gets in touch, and how that day is counted."""

    by: date
    counted: str


def promise(contact: KeyContact) -> Promise:
    """What is promised to somebody who asks now. Where nobody works now, from when it counts."""
    moment, days = now(), contact.reply_days
    start = teams.asked_on(contact, moment)
    by = teams.answer_by(contact, moment)
    if start == teams.today():
        return Promise(
            by, ngettext("That is within %(num)s working day.", "That is within %(num)s working days.", days)
        )
    return Promise(
        by,
        ngettext(
            "It counts from %(day)s, when the team is back: %(num)s working day.",
            "It counts from %(day)s, when the team is back: %(num)s working days.",
            days,
            day=i18n.day(start),
        ),
    )


def planned(asked: Asked, mine: bool = False, *, exact: bool = False) -> str:
    """What was planned: Amina calls on Thursday 12 March.

    :param mine: whoever reads it planned it. :param exact: with the time.
    """
    day = i18n.day(asked.due_on)
    if exact:
        day = when(asked.due_on, asked.planned_from, asked.planned_until)
    name = asked.planned_name
    if mine:
        return {
            "phone": gettext("You call on %(day)s.", day=day),
            "video": gettext("You make a video call on %(day)s.", day=day),
            "message": gettext("You write on %(day)s.", day=day),
            "visit": gettext("You visit on %(day)s.", day=day),
        }[asked.planned_how]
    return {
        "phone": gettext("%(name)s calls on %(day)s.", name=name, day=day),
        "video": gettext("%(name)s makes a video call on %(day)s.", name=name, day=day),
        "message": gettext("%(name)s writes on %(day)s.", name=name, day=day),
        "visit": gettext("%(name)s visits on %(day)s.", name=name, day=day),
    }[asked.planned_how]


def when(day: date, first: time | None, last: time | None) -> str:
    """A day, and the time where one was said."""
    said = i18n.day(day)
    if first and last:
        return gettext(
            "%(day)s, between %(first)s and %(last)s",
            day=said,
            first=i18n.clock_time(first),
            last=i18n.clock_time(last),
        )
    return gettext("%(day)s, %(time)s", day=said, time=i18n.clock_time(first)) if first else said


def line(way: str, day: date, first: time | None, last: time | None) -> str:
    """A plan in a line: Phone, Thursday 12 March."""
    return i18n.comma().join((how(way), when(day, first, last)))


def standing(asked: Asked, contact: KeyContact | None) -> str:
    """What happens next, said to who asked; of a day that has gone, that it did not happen."""
    if asked.is_missed(teams.today()):
        return gettext("We said by %(day)s. That did not happen.", day=i18n.day(asked.due_on))
    if asked.planned_on:
        return planned(asked)
    day = i18n.day(asked.answer_by)
    if contact is None:
        return gettext("Somebody of the team gets in touch by %(day)s.", day=day)
    return gettext("%(name)s, or a colleague, gets in touch by %(day)s.", name=contact.name, day=day)


def for_team(asked: Asked, me: str) -> str:
    """The same, said to the team."""
    missed, day = asked.is_missed(teams.today()), i18n.day(asked.due_on)
    if asked.planned_on and not missed:
        return planned(asked, asked.planned_name == me, exact=True)
    if asked.planned_on:
        return gettext("It was planned for %(day)s.", day=day)
    return (
        gettext("The answer was due on %(day)s.", day=day)
        if missed
        else gettext("Answer by %(day)s.", day=day)
    )


def title(asked: Asked) -> str:
    """How a request that is over ended, in a line."""
    if asked.contact_wall is not None:
        return gettext(
            "%(how)s with %(name)s, %(day)s. Done.",
            how=contacts.how(asked.contact_how or "phone"),
            name=asked.contact_name,
            day=i18n.plain_day(asked.contact_wall.date()),
        )
    return gettext("No longer needed, said %(name)s.", name=asked.cancelled_name)


def nobody(permit: Permit) -> str:
    """That there is nobody who could be asked."""
    if permit.is_self:
        return gettext("There is no key contact to ask right now.")
    return gettext("%(name)s has no key contact to ask right now.", name=permit.person_name)


def readers(permit: Permit, contact: KeyContact) -> str:
    """Who can read what is asked, and who of those that help cannot: whole sentences, said to the person."""
    carers = [grant for grant in people.grants(permit) if not grant.team]
    said = [gettext("%(name)s and the team can read this.", name=contact.name)]
    may = [grant.name for grant in carers if grant.rights.get(Area.CONTACTS)]
    cannot = [grant.name for grant in carers if not grant.rights.get(Area.CONTACTS)]
    if may:
        listed = i18n.listed(may)
        said.append(ngettext("%(names)s can see this.", "%(names)s can see this.", len(may), names=listed))
    if cannot:
        said.append(
            ngettext("%(names)s cannot.", "%(names)s cannot.", len(cannot), names=i18n.listed(cannot))
        )
    return " ".join(said)


@dataclass(frozen=True)
class Step:
    """One step on the way: whether it is behind us, what it is, and when it was."""

    done: bool
    text: str
    note: str


def steps(permit: Permit, asked: Asked) -> list[Step]:
    """The way of a request, from asking to having talked."""

    def at(instant: datetime | None) -> str:
        if instant is None:
            return ""
        wall = permit.local(instant)
        return i18n.moment(wall, year=wall.year != permit.today().year)

    own = permit.is_self and asked.entered_as == "self"
    first = gettext("You asked") if own else gettext("%(name)s asked", name=asked.entered_name)
    found = [Step(True, first, at(asked.entered_at))]
    if asked.cancelled_at:
        return [*found, Step(True, gettext("No longer needed"), at(asked.cancelled_at))]
    if asked.read_at:
        found.append(Step(True, gettext("%(name)s has read it", name=asked.read_name), at(asked.read_at)))
    else:
        found.append(Step(False, pgettext("step of a request", "Read"), gettext("Nobody has read it yet")))
    if asked.planned_at:
        found.append(Step(True, gettext("%(name)s said when", name=asked.planned_name), at(asked.planned_at)))
    if asked.contact_wall:
        return [*found, Step(True, gettext("Done"), i18n.moment(asked.contact_wall))]
    return [*found, Step(False, gettext("Done"), gettext("When you have talked"))]
