"""What is said of an ask: who has it, what is next, by when; how it ended."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from flask_babel import gettext, ngettext, pgettext
from markupsafe import Markup, escape

from selfcare import i18n
from selfcare.asks import about
from selfcare.asks.models import Ask
from selfcare.asks.queries import Asked
from selfcare.asks.states import State
from selfcare.database import now
from selfcare.people import queries as people
from selfcare.people import teams
from selfcare.web.access import Area, Permit
from selfcare.web.pages import bdi


@dataclass(frozen=True)
class Step:
    """One step on the way: whether it is behind us, what it is, and what stands under it."""

    done: bool
    text: str
    note: str = ""


def when(day: date | None, at: time | None) -> str:
    """From when a place is there; nothing where nobody said."""
    if day is None:
        return ""
    if at:
        return gettext("From %(day)s, %(time)s", day=i18n.day(day), time=i18n.clock_time(at))
    return gettext("From %(day)s", day=i18n.day(day))


def due(found: Asked) -> date:
    """By when the next step is promised; of what has just come back, from now."""
    if found.lost or found.due_on is None:
        return teams.answer_by(found.promise, now())
    return found.due_on


def who(found: Asked) -> str:
    """Who has it, by name; the team or body where nobody has taken it yet."""
    if not found.owner:
        return found.holder.name
    if found.at_body:
        return gettext("%(name)s of %(body)s", name=found.owner, body=found.holder.name)
    return i18n.comma().join(filter(None, (found.owner, found.row.owner_title)))


def _has_it(found: Asked) -> str:
    if found.row.owner_title and not found.at_body:
        return gettext("%(name)s, %(title)s, has it", name=found.owner, title=found.row.owner_title)
    return gettext("%(name)s has it", name=who(found))


def late(found: Asked) -> str:
    """That the day has passed, and whom to call: who has it; else who leads in the team."""
    name = found.owner or (found.lead if not found.at_body else "") or found.holder.name
    if found.holder.phone:
        return gettext("%(name)s is late with this. Call %(team)s.", name=name, team=found.holder.name)
    return gettext("%(name)s is late with this. Ask %(team)s.", name=name, team=found.holder.name)


def steps(found: Asked, *, local: Permit | None, own: bool, names: bool = True) -> list[Step]:
    """The way of an ask up to what is next.

    :param local: whose clock days are told by; None: where the teams work. :param own: said to who asked.
    :param names: its reader may know who asked for somebody else.
    """

    def on(instant: datetime | None) -> str:
        if instant is None:
            return ""
        wall = local.local(instant).date() if local else teams.day_of(instant)
        return i18n.plain_day(wall, today=teams.today())

    row = found.row
    asked = gettext("You asked") if own else gettext("%(name)s asked", name=row.entered_name)
    if not own and (row.entered_as == "self" or not names):
        asked = pgettext("step of an ask", "Asked")
    way = [Step(True, asked, on(row.entered_at))]
    if found.owner and found.state is not State.PROPOSED:
        way.append(Step(True, _has_it(found), on(row.owned_at)))
    elif found.at_body and found.body:
        passed = gettext("%(name)s passed it on to %(body)s", name=row.passed_by_name, body=found.body.name)
        way.append(Step(True, passed, on(row.passed_at)))
    if row.found_at and found.state in (State.FOUND, State.GOING, State.WENT, State.NOT_FOR_ME):
        there = gettext("They have a place for you") if own else gettext("There is a place")
        at = ". ".join(filter(None, (when(row.starts_on, row.starts_at), row.place)))
        way.append(Step(True, there, at))
    return [*way, _next(found, own, on)]


def _next(found: Asked, own: bool, on: Any) -> Step:
    row, by = found.row, gettext("By %(day)s", day=i18n.day(due(found))) if found.is_open else ""
    if found.state is State.ASKED:
        lead = i18n.comma().join(filter(None, (found.team.name, found.lead)))
        return Step(False, gettext("Somebody takes it: %(who)s", who=lead), by)
    if found.state is State.OFFERED and found.body:
        return Step(False, gettext("Somebody of %(body)s takes it", body=found.body.name), by)
    if found.state is State.ACCEPTED:
        tells = gettext("%(name)s tells you what they found", name=found.owner)
        return Step(False, tells if own else gettext("%(name)s says what they found", name=found.owner), by)
    turn = pgettext("step of an ask", "Your turn") if own else gettext("Waits for their answer")
    if found.state is State.PROPOSED and found.proposed:
        return Step(False, turn, gettext("May %(body)s be told?", body=found.proposed.name))
    if found.state is State.FOUND:
        return Step(False, turn, gettext("Do you want to go?") if own else "")
    if found.state is State.GOING:
        going = gettext("You go") if own else gettext("They will go")
        return Step(False, going, gettext("Say afterwards how it was, if you like") if own else "")
    return Step(True, end(row, own=own), on(row.ended_at))


def end(row: Ask, *, own: bool, tells: bool = True) -> str:
    """How an ask that is over ended. :param tells: its reader may know that they went."""
    state = State(row.state)
    if state is State.WENT and not tells:
        return pgettext("an ask", "Over")
    return {
        State.WENT: gettext("You went") if own else gettext("They went"),
        State.NOT_FOR_ME: gettext("Not for you") if own else gettext("Not for them"),
        State.NOT_FOUND: gettext("No place was found"),
        State.NOT_NEEDED: gettext("No longer needed"),
    }.get(state, pgettext("an ask", "Over"))


def over(permit: Permit, row: Ask) -> str | Markup:
    """The same as a line of the list, with when, and how it was."""
    day = i18n.plain_day(permit.local(row.ended_at or row.entered_at).date(), today=permit.today())
    said = gettext("%(what)s, %(day)s.", what=end(row, own=permit.is_self), day=day)
    quoted = row.how_it_was or row.why
    if not quoted:
        return said
    words = pgettext("quoted", "“%(words)s”", words=i18n.beginning(quoted, 120))
    return escape(f"{said} ") + bdi(words)


def helpers(permit: Permit) -> str:
    """Who of those that help the person reads what is asked, said to the person; nothing where nobody does."""
    seers = people.seers(permit, Area.COMMUNITY) if permit.is_self else []
    names = [grant.name for grant in seers if not grant.team]
    if not names:
        return ""
    return ngettext(
        "%(names)s can see this.", "%(names)s can see this.", len(names), names=i18n.listed(names)
    )


def part(name: str | None) -> str:
    """What the part of a summary is called where it is chosen, and what stands over it."""
    return gettext("What %(name)s asked for", name=name) if name else gettext("What I asked for")


def of_summary(facts: Mapping[str, Any]) -> tuple[str, list[tuple[str, str]]]:
    """An ask in a summary: what it is, and where it stands."""
    title = facts["title"] or about.words(facts["words"])
    state, lines = State(facts["state"]), []
    if facts["title"] and facts["words"]:
        lines.append(("", facts["words"]))
    if facts["owner"] and state in (State.ACCEPTED, State.FOUND, State.GOING):
        lines.append((pgettext("an ask in a summary", "Who has it"), facts["owner"]))
    stands = pgettext("an ask", "Over") if state is State.WENT and not facts["tells"] else _now(state)
    lines.append((pgettext("an ask in a summary", "Now"), stands))
    if facts["place"] and state in (State.FOUND, State.GOING):
        on = when(date.fromisoformat(facts["on"]) if facts["on"] else None, None)
        lines.append(
            (pgettext("an ask in a summary", "Place"), i18n.comma().join(filter(None, (on, facts["place"]))))
        )
    if facts["due"] and state in (State.ASKED, State.OFFERED, State.ACCEPTED):
        lines.append(
            (pgettext("an ask in a summary", "By"), i18n.plain_day(date.fromisoformat(facts["due"])))
        )
    if facts["was"]:
        lines.append((pgettext("an ask in a summary", "How it was"), facts["was"]))
    if facts["why"]:
        lines.append((pgettext("an ask in a summary", "Why"), facts["why"]))
    return title, lines


def _now(state: State) -> str:
    return {
        State.ASKED: gettext("Asked. Nobody has taken it yet."),
        State.PROPOSED: gettext("May a group near by be told? Not answered yet."),
        State.OFFERED: gettext("Passed on to a group near by"),
        State.ACCEPTED: gettext("Somebody looks for a place"),
        State.FOUND: gettext("There is a place. Not answered yet."),
        State.GOING: gettext("Will go"),
        State.WENT: gettext("Went"),
        State.NOT_FOR_ME: pgettext("an ask in a summary", "Not for me"),
        State.NOT_FOUND: gettext("No place was found"),
        State.NOT_NEEDED: gettext("No longer needed"),
    }[state]
