"""An ask whose owner left, or whose body has nobody left, comes back to the team at once; a day that passed is said.

Belongs to the actions. Who reads an ask is shown it as it stands (`Asked.lost`); here that is written down, and told.
"""

from datetime import date
from uuid import UUID

from sqlalchemy import select
from werkzeug.exceptions import NotFound

from selfcare.asks import states, telling
from selfcare.asks.desk_queries import lost_or_late
from selfcare.asks.models import Ask
from selfcare.asks.queries import is_lost
from selfcare.asks.states import Move, State, Who
from selfcare.audit import trail
from selfcare.database import command, now, session
from selfcare.people import teams
from selfcare.people.models import Team


def locked(person_id: UUID, ask_id: UUID, move: Move, who: Who) -> Ask:
    """The row of an ask, locked, as it stands now. :raises NotNow: where it does not stand so. :raises NotFound:"""
    row = _row(person_id, ask_id)
    if row is None:
        raise NotFound
    if _is_lost(row):
        come_back(row)
    states.check(State(row.state), move, who, at_body=row.body_id is not None)
    return row


def come_back(row: Ask, *, name: str = "", words: str = "") -> None:
    """A locked ask is the team's again, who had it is not named any more, and nothing that was found is lost.

    :param name: who gave it back, with which words; empty: whoever had it works there no more.
    """
    if State(row.state) in (State.ACCEPTED, State.OFFERED) or name:
        row.state = State.ASKED.value
    row.owner_id, row.owner_name, row.owner_title, row.owned_at = None, "", "", None
    row.body_id = None
    row.back_at, row.back_name, row.back_words = now(), name, words
    row.due_on = answer_by(row.team_id)
    row.version += 1
    session().flush()
    if not name:
        trail.record(telling.house(row.person_id), "came back", "ask", row.id)
    telling.person(row)
    telling.whoever_has_it(row)


def answer_by(team_id: UUID) -> date:
    """The day by which a team or body promises an answer to what reaches it now."""
    return teams.answer_by(teams.promise(session().get_one(Team, team_id)), now())


def settle() -> int:
    """Write down what came back, and tell of each day that has passed, once. Call it now and then, outside any
    transaction. :returns: how many there were.
    """
    found = lost_or_late(teams.today())
    session().rollback()
    for person_id, ask_id in found:
        with command():
            row = _row(person_id, ask_id)
            if row is None or row.ended_at:
                continue
            if _is_lost(row):
                come_back(row)
            elif row.due_on and row.due_on < teams.today() and row.late_told_on != row.due_on:
                row.late_told_on = row.due_on
                session().flush()
                telling.person(row)
                telling.whoever_has_it(row)
    return len(found)


def _row(person_id: UUID, ask_id: UUID) -> Ask | None:
    return (
        session()
        .scalars(
            select(Ask)
            .where(Ask.person_id == person_id, Ask.id == ask_id, Ask.removed_at.is_(None))
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        .first()
    )


def _is_lost(row: Ask) -> bool:
    return (
        session().scalar(select(Ask.id).where(Ask.person_id == row.person_id, Ask.id == row.id, is_lost()))
        is not None
    )
