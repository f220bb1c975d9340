"""Who looked, when, and at what: the trail in words, for the person alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask_babel import gettext
from sqlalchemy import select

from selfcare import i18n
from selfcare.audit import trail
from selfcare.audit.models import Trail
from selfcare.database import session
from selfcare.people import queries as people
from selfcare.results.conditions import was_there
from selfcare.results.models import Report
from selfcare.sharing.models import Summary
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


def lines(permit: Permit, rows: Sequence[Trail]) -> list[Look]:
    """The lines of some rows, newest first; the same thing several times in a row on one day is one line."""
    who = people.named({one for row in rows for one in (row.by, row.covers) if one})
    titles = _titles(permit, rows)
    shared = _shared(permit, rows)
    lead = people.lead(permit)
    found: list[Look] = []
    for row in rows:
        wall = permit.local(row.at).replace(second=0, microsecond=0)
        somebody = who.get(row.by) if row.by else None
        covered = who.get(row.covers) if row.covers else None
        look = Look(
            wall=wall,
            since=wall,
            who=_who(row, somebody, lead is not None and row.by == lead.account_id),
            what=_what(row, titles, shared),
            cover=covered.name if covered else None,
        )
        last = found[-1] if found else None
        seen = (look.who, look.what, look.cover, wall.date())
        same = last and (last.who, last.what, last.cover, last.wall.date()) == seen
        if last and same:
            found[-1] = Look(last.wall, wall, last.who, last.what, last.cover)
        else:
            found.append(look)
    return found


def rows(
    permit: Permit, before: int | None, by: UUID | None, team: bool
) -> tuple[Sequence[Trail], int | None]:
    """A page of the trail, and where the next one begins. :raises NotFound: for anybody but the person."""
    found = trail.told(permit, before=before, size=PAGE + 1, by=by, team=team)
    return found[:PAGE], found[PAGE - 1].seq if len(found) > PAGE else None


def _who(row: Trail, somebody: people.Somebody | None, leads: bool) -> str:
    if row.by_role == Role.SELF:
        return gettext("You")
    if somebody is None:
        return gettext("Selfcare itself") if row.by is None else gettext("Somebody who is no longer here")
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
    return _did(row.verb, row.kind)


def _looked(kind: str) -> str:
    return {
        "diary": gettext("Your diary"),
        "questions": gettext("Your questions"),
        "appointments": gettext("Your visits, or what you agreed"),
        "results": gettext("Your results"),
        "report_file": gettext("A file of a result"),
        "goals": gettext("Your goals"),
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
    }.get(kind, gettext("Your name in a list"))


def _did(verb: str, kind: str) -> str:
    """What was done. Where no sentence says it more closely, that something was."""
    found = {
        ("added", "agreed_line"): gettext("Wrote down something you agreed"),
        ("changed", "agreed_line"): gettext("Changed something you agreed"),
        ("ticked", "agreed_line"): gettext("Ticked something you agreed as done"),
        ("let go", "agreed_line"): gettext("Let something go that you agreed"),
        ("reopened", "agreed_line"): gettext("Put something you agreed back on the list"),
        ("removed", "agreed_line"): gettext("Took out something you agreed"),
        ("invited", "invitation"): gettext("Made a letter or a code to come in with"),
        ("accepted", "invitation"): gettext("Came in with a letter or a code"),
        ("granted", "relationship"): gettext("Changed what somebody may see or do"),
        ("renewed", "relationship"): gettext("Let somebody’s access go on"),
        ("ended", "relationship"): gettext("Ended somebody’s access"),
        ("gave back", "relationship"): gettext("Ended their own access"),
        ("handed over", "relationship"): gettext("Passed on who your key contact is"),
        ("corrected", "handover"): gettext("Corrected what they wrote about your new key contact"),
        ("changed", "contact_request"): gettext("Passed on who gets in touch"),
        ("asked", "export"): gettext("Asked for a copy of your record"),
        ("removed", "export"): gettext("Removed the copy of your record"),
        ("asked", "erasure"): gettext("Asked that your record is erased"),
        ("took back", "erasure"): gettext("Took back that your record is erased"),
        ("asked", "recovery"): gettext("Asked for a new way to sign in for you"),
        ("confirmed", "recovery"): gettext("Confirmed the new way to sign in for you"),
        ("invited", "recovery"): gettext("Made the code for the new way to sign in"),
        ("used", "recovery"): gettext("Signed in the new way"),
        ("stopped", "recovery"): gettext("Stopped the new way to sign in"),
        ("added", "person"): gettext("Added you to the team’s list"),
        ("corrected", "person"): gettext("Corrected your details"),
        ("changed", "person"): gettext("Changed your details"),
        ("added", "entry"): gettext("Added to your diary"),
        ("changed", "entry"): gettext("Changed an entry in your diary"),
        ("removed", "entry"): gettext("Took an entry out of your diary"),
        ("proposed", "watch"): gettext("Proposed to keep an eye on something"),
        ("withdrew", "watch"): gettext("Took back what they had proposed"),
        ("accepted", "watch"): gettext("Said yes to keeping an eye on something"),
        ("declined", "watch"): gettext("Said no to keeping an eye on something"),
        ("began", "watch"): gettext("Began to watch something for you"),
        ("changed", "watch"): gettext("Changed until when something is watched"),
        ("paused", "watch"): gettext("Paused something you keep an eye on"),
        ("went on", "watch"): gettext("Went on with something you keep an eye on"),
        ("went on", "tracker"): gettext("Went on with something you keep an eye on"),
        ("stopped", "watch"): gettext("Stopped watching something"),
        ("added", "question"): gettext("Added a question"),
        ("changed", "question"): gettext("Changed a question"),
        ("took back", "question"): gettext("Took back a question"),
        ("hid", "question"): gettext("Made a question only yours to see"),
        ("sent", "question"): gettext("Sent a question"),
        ("read", "question"): gettext("Read a question"),
        ("replied", "question"): gettext("Replied to a question"),
        ("added", "appointment"): gettext("Added a visit"),
        ("changed", "appointment"): gettext("Changed a visit"),
        ("removed", "appointment"): gettext("Took a visit out"),
        ("wrote down", "telling"): gettext("Wrote down what you told them for a visit"),
        ("changed", "telling"): gettext("Changed what was written down for you"),
        ("took back", "telling"): gettext("Took back what was written down for you"),
        ("changed", "life"): gettext("Changed what else is going on"),
        ("changed", "agenda"): gettext("Wrote what they would like to talk about"),
        ("added", "own_view"): gettext("Wrote how you see what your team wrote"),
        ("changed", "own_view"): gettext("Changed how you see what your team wrote"),
        ("removed", "own_view"): gettext("Took out how you see what your team wrote"),
        ("read", "own_view"): gettext("Read how you see what they wrote"),
        ("read", "agenda"): gettext("Read what your team would like to talk about"),
        ("added", "report"): gettext("Added a result"),
        ("held", "report"): gettext("Put a result on hold"),
        ("released", "report"): gettext("Let you see a result"),
        ("read out", "report"): gettext("Wrote down that they read a result to you"),
        ("not read out", "report"): gettext("Took back that a result was read to you"),
        ("entered in error", "report"): gettext("Took a result back"),
        ("added", "report_note"): gettext("Wrote a note on a result"),
        ("changed", "report_note"): gettext("Changed a note on a result"),
        ("added", "contact"): gettext("Wrote down a contact with you"),
        ("added", "admission"): gettext("Wrote down a hospital stay"),
        ("changed", "admission"): gettext("Changed a hospital stay"),
        ("removed", "admission"): gettext("Took a hospital stay out"),
        ("added", "contact_request"): gettext("Asked the team to get in touch"),
        ("added", "request_line"): gettext("Added to what was asked of the team"),
        ("took back", "contact_request"): gettext("Took back that the team gets in touch"),
        ("read", "contact_request"): gettext("Read that the team was asked to get in touch"),
        ("planned", "contact_request"): gettext("Said when they get in touch"),
        ("finished", "contact_request"): gettext("Got in touch, as was asked"),
        ("changed", "contact"): gettext("Changed what they wrote of a contact"),
        ("added", "check_in"): gettext("Checked in on a goal"),
        ("shared", "summary"): gettext("Shared a summary for you"),
        ("withdrew", "summary"): gettext("Withdrew a summary"),
    }
    return found.get((verb, kind), gettext("Changed something in your record"))


def _titles(permit: Permit, rows: Sequence[Trail]) -> dict[UUID, str]:
    """The names of reports. One that was never there for the person has none: it may be somebody else's."""
    wanted = {row.item_id for row in rows if row.item_id and row.kind in ("results", "report", "report_file")}
    found = session().execute(
        select(Report.id, Report.asked_for).where(
            visible(permit, Report), Report.id.in_(wanted), was_there(permit)
        )
    )
    return {row.id: row.asked_for for row in found}


def _shared(permit: Permit, rows: Sequence[Trail]) -> dict[UUID, datetime]:
    wanted = {row.item_id for row in rows if row.item_id and row.kind == "sharing"}
    found = session().execute(
        select(Summary.id, Summary.as_of).where(Summary.person_id == permit.person_id, Summary.id.in_(wanted))
    )
    return {summary: permit.local(as_of) for summary, as_of in found}
