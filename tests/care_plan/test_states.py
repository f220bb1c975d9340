"""Who may do what with a change to the plan, from where: the whole table, asked of the actions. Nothing else goes."""

from collections.abc import Callable
from uuid import UUID

import pytest
from flask import Flask, g
from sqlalchemy import Update, delete, update
from werkzeug.exceptions import NotFound

from selfcare import database
from selfcare.care_plan import actions, queries, states
from selfcare.care_plan.models import PlanChange
from selfcare.care_plan.states import Move, NotNow, State, Who
from selfcare.database import now, session
from selfcare.people import actions as people
from selfcare.people.acting import RIGHTS
from selfcare.people.models import Relationship
from selfcare.web.access import Area, Level, Permit, Role
from tests import factories
from tests.factories import plans
from tests.harness.state_table import cells

# Rows: who. Columns: each move, from each place it can be tried from: a draft; suggested by the person, the team, a
# carer; a carer's with the person's yes; agreed, kept as it is, countered, taken back, superseded, and lapsed with the
# right of whoever suggested it.
# + done, . as if it were not there, n not now.
TABLE = """
          change                           send                             agree                            keep                             counter                          take_back
          d  p  t  c  y  a  k  o  b  s  l  d  p  t  c  y  a  k  o  b  s  l  d  p  t  c  y  a  k  o  b  s  l  d  p  t  c  y  a  k  o  b  s  l  d  p  t  c  y  a  k  o  b  s  l  d  p  t  c  y  a  k  o  b  s  l
person    +  n  .  .  n  .  .  .  .  .  .  +  .  .  .  .  .  .  .  .  .  .  .  .  +  +  .  n  n  n  n  n  n  .  .  +  +  .  n  n  n  n  n  n  .  .  +  +  .  n  n  n  n  n  n  +  +  .  .  +  .  .  .  .  .  .
deputy    +  n  .  .  n  .  .  .  .  .  .  +  .  .  .  .  .  .  .  .  .  .  .  .  +  +  .  n  n  n  n  n  n  .  .  +  +  .  n  n  n  n  n  n  .  .  +  +  .  n  n  n  n  n  n  +  +  .  .  +  .  .  .  .  .  .
nurse     .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  +  .  .  +  .  .  .  .  .  .  .  +  .  .  +  .  .  .  .  .  .  .  +  .  .  +  .  .  .  .  .  .  .  .  +  .  .  n  n  n  n  n  .
writer    .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  +  .  .  .  .  .  .  .
carer     .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .
see       .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .
"""  # noqa: E501 - the table as people read it
PLACES = ("d", "p", "t", "c", "y", "a", "k", "o", "b", "s", "l")


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_every_move_by_everyone_from_everywhere(
    app: Flask, record_property: Callable[[str, object], None]
) -> None:
    """Catches a carer who agrees, a yes to one's own words, an answer to what is over, and a state jumped over."""
    with app.test_request_context(), database.command():
        house = factories.household({})
        plans.let_team(house)
        made = {"person": house.rosa, "nurse": house.amina}
        for who, level in (
            ("writer", Level.ADD),
            ("carer", Level.ADD),
            ("gone", Level.ADD),
            ("see", Level.SEE),
        ):
            made[who] = factories.account(name=who)
            people.relate(
                house.person.id, kind=Role.CARER, account_id=made[who].id, rights={Area.PLAN: level}
            )
        made["deputy"] = factories.account(name="deputy")
        people.relate(
            house.person.id, kind=Role.CARER, account_id=made["deputy"].id, rights=RIGHTS, basis="deputy"
        )
        permits = {who: factories.permit(account, house.person) for who, account in made.items()}
        gone = session().query(Relationship).filter_by(account_id=made["gone"].id).one()
        said = cells(TABLE, Move, PLACES)
        found = {}
        for key in said:
            who, move, place = key
            session().execute(delete(PlanChange))
            session().expunge_all()
            found[key] = _try(permits[who], _at(permits, place, gone.id), move)
    record_property("table", TABLE)
    assert {move for _, move, _ in said} == set(Move) - states.MAY[Who.HOUSE], "a move has no column"
    assert {key: value for key, value in found.items() if value != said[key]} == {}


def _at(permits: dict[str, Permit], place: str, gone: UUID) -> UUID:
    """A change that stands somewhere."""
    person, nurse = permits["person"], permits["nurse"]
    session().execute(_until(gone, over=False))
    if place == "d":
        return actions.suggest(person, part="home", text="A rail", send=False).id
    by = {"p": person, "c": permits["writer"], "y": permits["writer"], "l": permits["gone"]}.get(place, nurse)
    row = actions.suggest(by, part="good", text="I ask.")
    if place in ("a", "y"):
        actions.agree(person, row.id, row.digest)
    elif place == "k":
        actions.keep(person, row.id)
    elif place == "o":
        actions.counter(person, row.id, text="I do ask.")
    elif place == "b":
        actions.take_back(nurse, row.id)
    elif place == "s":
        other = actions.suggest(nurse, part="good", text="I ask again.")
        actions.agree(person, other.id, other.digest)
    elif place == "l":
        session().execute(_until(gone, over=True))
    return row.id


def _until(gone: UUID, *, over: bool) -> Update:
    return update(Relationship).where(Relationship.id == gone).values(until=now() if over else None)


def _try(permit: Permit, change_id: UUID, move: Move) -> str:
    row = session().get_one(PlanChange, (permit.person_id, change_id))
    before, digest = row.state, row.digest
    g.pop("acts_by_law", None)
    try:
        if move is Move.CHANGE:
            actions.change(permit, change_id, row.version, text="Another")
        elif move is Move.SEND:
            actions.send(permit, queries.digest_of(one.row for one in actions.to_send(queries.plan(permit))))
        elif move is Move.COUNTER:
            actions.counter(permit, change_id, text="In my words")
        elif move is Move.AGREE:
            actions.agree(permit, change_id, digest)
        else:
            {Move.KEEP: actions.keep, Move.TAKE_BACK: actions.take_back}[move](permit, change_id)
    except NotFound:
        assert row.state == before
        return "."
    except NotNow:
        return "n" if row.state in (before, State.LAPSED) else row.state
    assert State(row.state) in states.TO[move]
    assert State(before) in states.FROM[move]
    return "+"
