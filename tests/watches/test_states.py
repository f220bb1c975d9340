"""Who may do what with a watch, from where: the whole table, asked of the actions. Nothing else is possible."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, update
from werkzeug.exceptions import NotFound

from selfcare import database
from selfcare.database import now, session
from selfcare.diary import actions as diary
from selfcare.diary.models import Tracker
from selfcare.people import actions as people
from selfcare.watches import actions
from selfcare.watches.models import Watch
from selfcare.watches.states import Move, NotNow, State
from selfcare.web.access import Area, Level, Permit, Role
from tests import factories
from tests.harness.state_table import cells

# Rows: who does it. Columns: each move, from each state it can be tried from: nothing, (p)roposed, (o)n, pa(u)sed,
# (d)eclined, (w)ithdrawn, (s)topped, o(v)er by itself.
# + done, . as if it did not exist, n not now, = it stands so already and nothing happens, - nothing to try it on.
TABLE = """
          propose           withdraw          accept            decline           start             change            pause             go_on             stop
          - p o u d w s v   - p o u d w s v   - p o u d w s v   - p o u d w s v   - p o u d w s v   - p o u d w s v   - p o u d w s v   - p o u d w s v   - p o u d w s v
self      . . . . . . . .   - . . . . . . .   - + n n n n n n   - + n n = n n n   + - . . - - + +   . - + + - - . .   + - + = - - n n   n - = + - - n n   n - + + - - = =
manage    . . . . . . . .   - . . . . . . .   - + n n n n n n   - + n n = n n n   + - . . - - + +   . - + + - - . .   + - + = - - n n   n - = + - - n n   n - + + - - = =
add       . . . . . . . .   - . . . . . . .   - . . . . . . .   - . . . . . . .   . - . . - - . .   . - . . - - . .   . - . . - - . .   . - . . - - . .   . - . . - - . .
see       . . . . . . . .   - . . . . . . .   - . . . . . . .   - . . . . . . .   . - . . - - . .   . - . . - - . .   . - . . - - . .   . - . . - - . .   . - . . - - . .
nothing   . . . . . . . .   - . . . . . . .   - . . . . . . .   - . . . . . . .   . - . . - - . .   . - . . - - . .   . - . . - - . .   . - . . - - . .   . - . . - - . .
nurse     + + + + + + + +   - + n n n = n n   - . . . . . . .   - . . . . . . .   . - . . - - . .   . - . . - - . .   . - . . - - . .   . - . . - - . .   . - . . - - . .
"""  # noqa: E501
STATES = (
    State.NONE, State.PROPOSED, State.ON, State.PAUSED, State.DECLINED, State.WITHDRAWN, State.STOPPED, State.OVER
)  # fmt: skip
OF_A_WATCH = {Move.WITHDRAW, Move.ACCEPT, Move.DECLINE}


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_every_move_by_everyone_from_everywhere(
    app: Flask, record_property: Callable[[str, object], None]
) -> None:
    """Catches a right that is too wide, a state that can be jumped over, and a second press that does something."""
    with app.test_request_context(), database.command():
        house = factories.household()
        made = {"self": house.rosa, "nurse": house.amina}
        for who in ("manage", "add", "see", "nothing"):
            made[who] = factories.account(name=who)
            level = Level[who.upper()]
            people.relate(
                house.person.id, kind=Role.CARER, account_id=made[who].id, rights={Area.DIARY: level}
            )
        permits = {who: factories.permit(account, house.person) for who, account in made.items()}
        said = cells(TABLE, Move, STATES)
        found: dict[tuple[str, Move, State], str] = {}
        for state in STATES:
            with session().begin_nested() as stand:
                tracker, watch = _stand(permits, state, "Thing")
                for (who, move, where), cell in said.items():
                    if where is state and cell == "-":
                        found[who, move, state] = "-"
                    elif where is state:
                        # Each from the same stand: what was done is taken back, and read anew.
                        with session().begin_nested() as one:
                            found[who, move, state] = _try(permits, who, move, state, tracker, watch)
                            one.rollback()
                stand.rollback()
    record_property("table", TABLE)
    assert found.keys() == said.keys()
    wrong = {key: (cell, said[key]) for key, cell in found.items() if cell != said[key]}
    assert not wrong


def _stand(permits: dict[str, Permit], state: State, name: str) -> tuple[UUID, UUID | None]:
    """Something of the list with a watch in a state, that was proposed. :returns: the tracker, and the watch."""
    rosa, nurse = permits["self"], permits["nurse"]
    # The list has an end, and there is one thing for each cell.
    session().execute(update(Tracker).where(Tracker.removed_at.is_(None)).values(removed_at=now()))
    if state is State.NONE:
        return diary.add_tracker(rosa, kind="symptom", name=name).id, None
    last = rosa.today() + timedelta(days=14)
    row = actions.propose(nurse, kind="symptom", preset=None, name=name, why="", last=last, for_visit=False)
    if state in (State.DECLINED, State.WITHDRAWN):
        how = Move.DECLINE if state is State.DECLINED else Move.WITHDRAW
        actions.answer(rosa if state is State.DECLINED else nurse, row.id, how)
    if state in (State.PROPOSED, State.DECLINED, State.WITHDRAWN):
        return row.id, row.id
    tracker = actions.accept(rosa, row.id, last=last, for_visit=False).tracker_id
    assert tracker
    if state in (State.PAUSED, State.STOPPED):
        actions.move(rosa, tracker, Move.PAUSE if state is State.PAUSED else Move.STOP, None)
    if state is State.OVER:
        over = now() - timedelta(hours=1)
        row.until = session().get_one(Tracker, (rosa.person_id, tracker)).watch_until = over
        session().flush()
    return tracker, row.id


def _snapshot(permit: Permit) -> list[object]:
    session().flush()
    watches = session().execute(
        select(Watch.id, Watch.state, Watch.until, Watch.version)
        .order_by(Watch.id)
        .where(Watch.person_id == permit.person_id)
    )
    things = session().execute(
        select(Tracker.id, Tracker.watch_until, Tracker.paused_at).where(Tracker.removed_at.is_(None))
    )
    return [*map(tuple, watches), *map(tuple, things)]


def _try(
    permits: dict[str, Permit], who: str, move: Move, state: State, tracker: UUID, watch: UUID | None
) -> str:
    permit, before = permits[who], _snapshot(permits["self"])
    another = permit.today() + timedelta(days=5)
    try:
        if move is Move.PROPOSE:
            actions.propose(
                permit, kind="symptom", preset=None, name="Thing", why="", last=another, for_visit=False
            )
        elif move is Move.ACCEPT and watch:
            actions.accept(permit, watch, last=another, for_visit=False)
        elif move in OF_A_WATCH and watch:
            actions.answer(permit, watch, move)
        elif move in (Move.START, Move.CHANGE):
            if (move is Move.CHANGE) != (state in (State.ON, State.PAUSED)):
                return "."  # there is one page for both: what is watched gets another end, else it begins
            rows = len(before)
            actions.watch(permit, tracker, None, last=another)
            assert (len(_snapshot(permits["self"])) > rows) == (move is Move.START), "begun anew, or changed"
        else:
            actions.move(permit, tracker, move, None)
    except NotFound:
        answer = "."
    except NotNow:
        answer = "n"
    else:
        return "=" if _snapshot(permits["self"]) == before else "+"
    assert _snapshot(permits["self"]) == before
    return answer
