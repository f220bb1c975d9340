"""What who works on asks does with one: take it, pass it on, say what was found, give it back, add, read."""

from datetime import date, datetime, time
from uuid import UUID

from sqlalchemy import func
from werkzeug.exceptions import NotFound

from selfcare.asks import actions, desk_queries, returning, telling
from selfcare.asks.models import Ask, AskLine
from selfcare.asks.states import Move, State, Who
from selfcare.audit import trail
from selfcare.database import now, session
from selfcare.notifications import actions as notifications
from selfcare.people import death
from selfcare.web import versions
from selfcare.web.access import AskPermit


class NoSuchBody(ValueError):
    """Nobody works for the body that was chosen, or it is none."""


def accept(work: AskPermit) -> None:
    """Take it: from now on it has a name beside it, and a day. The person is told.

    :raises NotNow: somebody else has it by now, or it is over.
    """
    row = _locked(work, Move.ACCEPT)
    if not work.body:
        row.body_id = row.proposed_id = None
    _own(work, row)
    row.state = State.ACCEPTED.value
    row.due_on = returning.answer_by(work.team_id)
    actions.touched(row)
    trail.record(work, "took", "ask", row.id)
    telling.is_taken(row)
    telling.person(row)


def offer(work: AskPermit, body_id: UUID) -> bool:
    """Pass it on to a body; where the person has not agreed to that yet, they are asked first.

    :returns: whether the body has it now. :raises NoSuchBody: :raises NotNow: as `accept`.
    """
    row = _locked(work, Move.OFFER)
    if body_id not in {one.id for one in desk_queries.bodies()}:
        raise NoSuchBody
    row.proposed_id, row.passed_by_name = body_id, work.account_name
    row.body_id = None
    if row.may_pass:
        actions.pass_on(row)
    else:
        row.state, row.due_on = State.PROPOSED.value, None
    actions.touched(row)
    trail.record(work, "passed on" if row.may_pass else "proposed", "ask", row.id)
    telling.is_taken(row)
    telling.person(row)
    if row.may_pass:
        telling.whoever_has_it(row)
    return row.may_pass


def found(
    work: AskPermit,
    version: int | None,
    *,
    place: str,
    words: str = "",
    on: date | None = None,
    at: time | None = None,
) -> None:
    """There is a place: from when, where, in words. It is the person's turn. Said again, the earlier one is kept.

    :raises NotNow: as `accept`. :raises Stale: somebody said something else since the form was filled.
    """
    row = _locked(work, Move.FOUND)
    said = {"starts_on": on, "starts_at": at, "place": place, "found_words": words}
    if row.found_at:
        versions.turn(work, row, version, **said)
    else:
        versions.unchanged(row, version)
        for name, value in said.items():
            setattr(row, name, value)
    _own(work, row)
    row.state, row.found_at, row.due_on = State.FOUND.value, now(), None
    actions.touched(row)
    trail.record(work, "found", "ask", row.id)
    telling.is_taken(row)
    telling.person(row)


def not_found(work: AskPermit, why: str) -> None:
    """There is none, and why. It is over, and the person is told. :raises NotNow: as `accept`."""
    row = _locked(work, Move.NOT_FOUND)
    row.state, row.why, row.due_on = State.NOT_FOUND.value, why, None
    row.ended_at, row.ended_name = now(), work.account_name
    actions.touched(row)
    trail.record(work, "not found", "ask", row.id)
    telling.is_taken(row)
    telling.person(row)


def give_back(work: AskPermit, words: str) -> None:
    """It goes back to the team's link workers, with these words, which the person reads too. :raises NotNow:"""
    row = _locked(work, Move.BACK)
    name = work.account_name
    if work.body:
        name = actions.team_name(work.team_id)
    trail.record(work, "gave back", "ask", row.id)
    returning.come_back(row, name=name, words=words)


def add(work: AskPermit, text: str, line_id: UUID | None = None) -> AskLine:
    """Add something once more. The person reads it, and is told. :raises NotNow: it is over."""
    row = _locked(work, Move.ADD)
    line = actions.line_of(row.person_id, line_id)
    if line is None:
        side = Who.BODY if work.body else Who.TEAM
        line = AskLine(
            **work.stamp(),
            ask_id=row.id,
            side=side.value,
            body_id=work.team_id if work.body else None,
            text=text,
        )
        if line_id:
            line.id = line_id
        session().add(line)
    actions.touched(row)
    trail.record(work, "added", "ask_line", line.id)
    telling.person(row)
    return line


def read(work: AskPermit, shown: datetime | None) -> None:
    """What the person added, and that there is news of it, is before their eyes. Twice is once.

    :param shown: when their page was drawn: what came, or was put right, after it was read by nobody. None: nothing
        says that it showed.
    """
    if not work.acts:
        raise NotFound
    if shown is None:
        return
    theirs = (
        AskLine.person_id == work.person_id,
        AskLine.ask_id == work.ask_id,
        AskLine.side == Who.PERSON.value,
        func.coalesce(AskLine.changed_at, AskLine.entered_at) <= shown,
    )
    actions.mark_read(*theirs, name=work.account_name)
    notifications.seen(work, work.ask_id, shown)
    trail.record(work, "read", "ask", work.ask_id)


def _own(work: AskPermit, row: Ask) -> None:
    if row.owner_id != work.account_id:
        row.owner_id, row.owner_name, row.owner_title = work.account_id, work.account_name, work.account_title
        row.owned_at = now()


def _locked(work: AskPermit, move: Move) -> Ask:
    if not work.acts or death.has_died(work.person_id):
        raise NotFound
    row = returning.locked(work.person_id, work.ask_id, move, Who.BODY if work.body else Who.TEAM)
    if work.body and row.body_id != work.team_id:
        raise NotFound  # it was given to others meanwhile
    return row
