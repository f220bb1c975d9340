"""Who looked, when, and at what: the trail in words, for the person alone."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask_babel import gettext
from sqlalchemy import or_, select, union_all

from selfcare import i18n
from selfcare.audit import trail
from selfcare.audit.models import Trail
from selfcare.database import now, session
from selfcare.people import queries as people
from selfcare.people.forms import AREAS
from selfcare.results.conditions import was_there
from selfcare.results.models import Report
from selfcare.results.release import HAND
from selfcare.sharing import doing, opened_links
from selfcare.sharing.models import HandedSummary, Summary
from selfcare.web.access import Permit, Role, visible

PAGE = 60


@dataclass(frozen=True)
class Look:
    """One line: when, who, and at what. `cover`: the name of the key contact they stood in for."""

    wall: datetime
    since: datetime  # the first of several in a row that are the same
    who: str
    what: str
    cover: str | None


def lines(permit: Permit, rows: Sequence[Trail], *, each: bool = False) -> list[Look]:
    """The lines of some rows, newest first; the same thing several times in a row on one day is one line.

    :param each: a line for each row all the same.
    """
    who = people.named({one for row in rows for one in (row.by, row.covers) if one})
    titles = _titles(permit, rows)
    shared = _shared(permit, rows)
    links = opened_links.known(permit, [row.item_id for row in rows if row.by_role == trail.BY_LINK])
    lead = people.lead(permit)
    say = _what if permit.is_self else _of_another
    found: list[Look] = []
    for row in rows:
        opened = links.get(row.item_id) if row.item_id else None
        wall = permit.local(row.at).replace(second=0, microsecond=0)
        somebody = who.get(row.by) if row.by else None
        covered = who.get(row.covers) if row.covers else None
        look = Look(
            wall=wall,
            since=wall,
            who=opened.who
            if opened
            else _who(permit, row, somebody, lead is not None and row.by == lead.account_id),
            what=opened.what if opened else say(row, titles, shared),
            cover=covered.name if covered else None,
        )
        last = found[-1] if found and not each else None
        seen = (look.who, look.what, look.cover, wall.date())
        same = last and (last.who, last.what, last.cover, last.wall.date()) == seen
        if last and same:
            found[-1] = Look(last.wall, wall, last.who, last.what, last.cover)
        else:
            found.append(look)
    return found


def rows(
    permit: Permit,
    before: int | None,
    by: UUID | None = None,
    role: str | None = None,
    size: int = PAGE,
) -> tuple[Sequence[Trail], int | None]:
    """A page of the trail, and where the next one begins. :raises NotFound: for anybody but the person."""
    found = trail.told(permit, before=before, size=size + 1, by=by, role=role)
    return found[:size], found[size - 1].seq if len(found) > size else None


def every(permit: Permit) -> Iterator[Look]:
    """The whole list, newest first, each look by itself. :raises NotFound: for anybody but the person."""
    before: int | None = None
    while True:
        found, before = rows(permit, before, size=2000)
        yield from lines(permit, found, each=True)
        if before is None:
            return


def _who(permit: Permit, row: Trail, somebody: people.Somebody | None, leads: bool) -> str:
    if row.by_role == Role.SELF:
        return gettext("You")
    if somebody is None:
        return gettext("Selfcare itself") if row.by is None else gettext("Somebody who is no longer here")
    if not permit.is_self and row.by == permit.account_id:
        return gettext("You")
    if row.by_role == Role.READER:
        names = [somebody.name, *([somebody.title] if somebody.title else [])]
        return gettext("%(name)s, for one summary", name=i18n.comma().join(names))
    if row.by_role == Role.CARER and not permit.is_self:
        return gettext("%(name)s, helps %(person)s", name=somebody.name, person=permit.person_name)
    if row.by_role == Role.CARER:
        return gettext("%(name)s, helps you", name=somebody.name)
    team = [name for _, name in somebody.teams[-1:]]
    return i18n.comma().join(filter(None, [somebody.name, *([somebody.title] if leads else team)]))


def _what(row: Trail, titles: dict[UUID, str], shared: dict[UUID, datetime]) -> str:
    if row.item_id in titles and row.verb in ("looked", "opened"):
        name = titles[row.item_id]
        if row.kind == "report_file":
            return gettext("A file of the result: %(name)s", name=name)
        return gettext("Result: %(name)s", name=name)
    if row.item_id in shared and row.verb == "looked":
        moment = i18n.moment(shared[row.item_id], year=True)
        return gettext("The summary you shared on %(moment)s", moment=moment)
    if row.verb == "looked":
        return _looked(row.kind)
    if row.verb == "listed":
        return _listed(row.kind)
    return doing.said(row.verb, row.kind)


def _of_another(row: Trail, titles: dict[UUID, str], shared: dict[UUID, datetime]) -> str:
    """The same for who acts for the person: what was opened, in words that speak to nobody."""
    if row.verb == "listed":
        return gettext("A list with the name in it")
    if row.item_id in titles:
        return _what(row, titles, shared)
    found = {area.value: str(name) for area, name in AREAS.items()} | {
        "letter": gettext("A page of a letter"),
        "spend_receipt": gettext("The photo of a receipt"),
    }
    return found.get(row.kind) or gettext("The record")


def _looked(kind: str) -> str:
    return {
        "diary": gettext("Your diary"),
        "questions": gettext("Your questions"),
        "appointments": gettext("Your visits, or what you agreed"),
        "results": gettext("Your results"),
        "report_file": gettext("A file of a result"),
        "goals": gettext("Your goals"),
        "plan": gettext("Your plan"),
        "about": gettext("What you wrote about you, or how you want care"),
        "decisions": gettext("Your decisions"),
        "letter": gettext("A page of a letter"),
        "health": gettext("Your health as you keep it, or your letters"),
        "community": gettext("Help near by that you saved or asked for"),
        "budget": gettext("Your budget"),
        "spend_receipt": gettext("The photo of a receipt"),
        "sharing": gettext("Your summaries"),
        "contacts": gettext("Your contacts with the team, or hospital stays"),
        "people": gettext("Your page"),
        "export": gettext("The copy of your record, to take it away"),
    }.get(kind, gettext("Your record"))


def _listed(kind: str) -> str:
    return {
        "caseload": gettext("Your name in the team’s list"),
        "question": gettext("A question of yours, in a list"),
        "agreed_line": gettext("What you agreed, in a list"),
        "report": gettext("A result of yours, in a list"),
        "person": gettext("Your name and birth date, when a report was filed"),
        "diary": gettext("What their phone keeps, to log for you"),
        "inbox": gettext("Your name in their messages"),
        "ask": gettext("What you asked for near by, in a list"),
        "would_help": gettext("That you would help, and how to reach you, in a list"),
    }.get(kind, gettext("Your name in a list"))


def _titles(permit: Permit, rows: Sequence[Trail]) -> dict[UUID, str]:
    """The names of reports. One that was never there for the person has none: it may be somebody else's. Nor has a
    restricted one that they cannot see yet.
    """
    named = or_(Report.waits_for != HAND, Report.visible_from <= now())
    wanted = {row.item_id for row in rows if row.item_id and row.kind in ("results", "report", "report_file")}
    found = session().execute(
        select(Report.id, Report.asked_for).where(
            visible(permit, Report), Report.id.in_(wanted), was_there(permit), named
        )
    )
    return {row.id: row.asked_for for row in found}


def _shared(permit: Permit, rows: Sequence[Trail]) -> dict[UUID, datetime]:
    wanted = {row.item_id for row in rows if row.item_id and row.kind == "sharing"}
    found = session().execute(
        union_all(
            *(
                select(table.id, table.as_of).where(table.person_id == permit.person_id, table.id.in_(wanted))
                for table in (Summary, HandedSummary)
            )
        )
    )
    return {summary: permit.local(as_of) for summary, as_of in found}
