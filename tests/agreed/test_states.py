"""Who may do what with an agreed line, from where: the whole table, asked of the actions. Nothing else is possible."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from flask import Flask
from werkzeug.exceptions import NotFound

from selfcare import database
from selfcare.agreed import actions
from selfcare.agreed.actions import By, Owner
from selfcare.agreed.models import Line
from selfcare.agreed.states import Move, NotNow, State
from selfcare.database import session
from selfcare.people import actions as people
from selfcare.web.access import Area, Level, Permit, Role
from tests import factories
from tests.harness.state_table import cells

# Rows: who, by what ties them to the line. Columns: each move, from each state it can be tried from.
# + done, . as if the line did not exist, n not now, = it stands so already and nothing happens.
TABLE = """
          tick        undo        change      let_go      take_up     remove
          o  d  l     o  d  l     o  d  l     o  d  l     o  d  l     o  d  l
person    +  =  n     =  +  n     +  n  n     +  n  =     =  n  +     +  +  +
owner     +  =  n     =  +  n     +  n  n     +  n  =     =  n  +     .  .  .
writer    +  =  n     =  +  n     +  n  n     +  n  =     =  n  +     +  +  +
manage    +  =  n     =  +  n     +  n  n     +  n  =     =  n  +     .  .  .
add       +  =  n     =  +  n     .  .  .     .  .  .     .  .  .     .  .  .
see       .  .  .     .  .  .     .  .  .     .  .  .     .  .  .     .  .  .
nurse     +  =  n     =  +  n     +  n  n     +  n  =     =  n  +     .  .  .
"""
STATES = (State.OPEN, State.DONE, State.LET_GO)


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_every_move_by_everyone_from_everywhere(
    app: Flask, record_property: Callable[[str, object], None]
) -> None:
    """Catches a right that is too wide, a state that can be jumped over, and a second press that does something."""
    with app.test_request_context(), database.command():
        house = factories.household()
        made = {"person": house.rosa, "nurse": house.amina}
        levels = {"owner": "see", "writer": "add", "manage": "manage", "add": "add", "see": "see"}
        for who, name in levels.items():
            level = Level[name.upper()]
            made[who] = factories.account(name=who)
            people.relate(
                house.person.id, kind=Role.CARER, account_id=made[who].id, rights={Area.APPOINTMENTS: level}
            )
        permits = {who: factories.permit(account, house.person) for who, account in made.items()}
        said = cells(TABLE, Move, STATES)
        found: dict[tuple[str, Move, State], str] = {}
        for key in said:
            who, move, state = key
            line = _line(permits, made["owner"].id, state)
            found[key] = _try(permits[who], line, move)
    record_property("table", TABLE)
    assert found == said


def _line(permits: dict[str, Permit], owner: UUID, state: State) -> UUID:
    line = actions.add(permits["writer"], what="Fix the rail", owner=Owner("carer", owner, "owner"))
    if state is not State.OPEN:
        actions.move(permits["person"], line.id, Move.TICK if state is State.DONE else Move.LET_GO)
    return line.id


def _try(permit: Permit, line_id: UUID, move: Move) -> str:
    row = session().get_one(Line, (permit.person_id, line_id))
    before = (row.state, row.version, row.what, row.removed_at)
    try:
        if move is Move.CHANGE:
            actions.change(
                permit, line_id, row.version, what="Another", owner=Owner("me"),
                by=By("day", permit.today() + timedelta(days=1)),
            )  # fmt: skip
        elif move is Move.REMOVE:
            actions.remove(permit, line_id)
        else:
            actions.move(permit, line_id, move)
    except NotFound:
        answer = "."
    except NotNow:
        answer = "n"
    else:
        session().expire(row)
        return "=" if (row.state, row.version, row.what, row.removed_at) == before else "+"
    session().expire(row)
    assert (row.state, row.version, row.what, row.removed_at) == before
    return answer


def test_two_tick_one_line_at_once(app: Flask) -> None:
    """The second finds it done by the first: one change, one name. Catches a tick that reads without its lock."""
    with app.test_request_context(), database.command():
        house = factories.household(carer_rights={Area.APPOINTMENTS: Level.ADD})
        rosa, leon = (factories.permit(each, house.person) for each in (house.rosa, house.leon))
        line = actions.add(rosa, what="Walk to the shop", owner=Owner("me"))
    for permit in (leon, rosa):
        with app.test_request_context(), database.command():
            assert actions.move(permit, line.id, Move.TICK).done_name == "Leon"
    with app.test_request_context(), database.command() as work:
        assert work.get_one(Line, (house.person.id, line.id)).version == 2
        with suppress(NotFound):
            actions.move(rosa, uuid4(), Move.TICK)
            raise AssertionError("a line that is not there was ticked")
