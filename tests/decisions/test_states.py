"""Who may do what with a decision, from where: the whole table, asked of the actions. Nothing else is possible."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from werkzeug.exceptions import NotFound

from selfcare import database
from selfcare.database import session
from selfcare.decisions import actions, queries, states
from selfcare.decisions.models import Decision
from selfcare.decisions.states import Move, NotNow, State
from selfcare.people import actions as people
from selfcare.people import queries as people_read
from selfcare.web.access import Area, Level, Permit, Role
from selfcare.web.versions import Reworded
from tests import factories
from tests.harness.state_table import cells

# Rows: who, by what ties them to the decision. Columns: each move, from each state it can be tried from: open, leaning,
# decided, not now. + done, . as if it did not exist, w it was theirs until somebody else put words into it, n not now,
# = it stands so already and nothing happens.
TABLE = """
          tell        change      lean        not_yet     decide      not_now     reopen      remove
          o  l  d  n  o  l  d  n  o  l  d  n  o  l  d  n  o  l  d  n  o  l  d  n  o  l  d  n  o  l  d  n
person    +  +  n  n  +  +  n  n  +  +  n  n  +  +  n  n  +  +  +  +  +  +  +  +  =  =  +  +  +  +  +  +
manage    +  +  n  n  +  +  n  n  +  +  n  n  +  +  n  n  +  +  +  +  +  +  +  +  =  =  +  +  .  .  .  .
writer    +  +  n  n  +  +  n  n  +  +  n  n  +  +  n  n  +  +  +  +  +  +  +  +  =  =  +  +  +  +  +  +
reworded  +  +  n  n  w  w  w  w  w  w  w  w  w  w  w  w  w  w  w  w  w  w  w  w  w  w  w  w  w  w  w  w
add       +  +  n  n  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .
see       .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .
nurse     +  +  n  n  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .
"""
STATES = (State.OPEN, State.LEANING, State.DECIDED, State.NOT_NOW)
FACT = {"kind": "good", "of": None, "cells": {"a": {"text": "People"}}, "told_by": "", "told_on": None}


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_every_move_by_everyone_from_everywhere(
    app: Flask, record_property: Callable[[str, object], None]
) -> None:
    """Alone catches: a right that is too wide, a state that is jumped over, a second press that does something, and a
    move or a state that somebody adds without saying what it does everywhere."""
    said = cells(TABLE, Move, STATES)
    assert {(move, state) for _, move, state in said} == {(move, state) for move in Move for state in State}
    with app.test_request_context(), database.command():
        house = factories.household()
        made = {"person": house.rosa, "nurse": house.amina}
        levels = {"manage": "manage", "writer": "add", "reworded": "add", "add": "add", "see": "see"}
        for who, name in levels.items():
            made[who] = factories.account(name=who)
            people.relate(
                house.person.id,
                kind=Role.CARER,
                account_id=made[who].id,
                rights={Area.DECISIONS: Level[name.upper()]},
            )
        rosa = factories.permit(house.rosa, house.person)
        team = next(one for one in people_read.grants(rosa) if one.team)
        people.set_rights(rosa, team.id, {Area.DECISIONS: Level.ADD})
        permits = {who: factories.permit(account, house.person) for who, account in made.items()}
        found = {key: _try(permits, *key) for key in said}
    record_property("table", TABLE)
    assert found == said


def _decision(permits: dict[str, Permit], who: str, state: State) -> UUID:
    """One that stands there: of somebody else, or begun by who asks; the person's words are in it of `reworded`."""
    began = permits[who if who in ("writer", "reworded") else "person"]
    row = actions.add(began, question="How?", options={"a": "A class", "b": "At home"})
    if state is State.LEANING:
        actions.say(began, row.id, None, matters="", lean="a")
    elif state is not State.OPEN:
        actions.decide(began, row.id, None, chosen="a" if state is State.DECIDED else "not_now")
    if who == "reworded":
        row.mine_version = row.version + 1
        values = {"matters": "To see people"}
        actions.versions.turn(permits["person"], row, None, **values)
    return row.id


def _try(permits: dict[str, Permit], who: str, move: Move, state: State) -> str:
    permit, decision_id = permits[who], _decision(permits, who, state)
    row = session().get_one(Decision, (permit.person_id, decision_id))
    before = (row.state, row.version, row.removed_at)
    try:
        _make(permit, row, move)
    except Reworded:
        answer = "w"
    except NotFound:
        answer = "."
    except NotNow:
        answer = "n"
    else:
        session().expire(row)
        if (row.state, row.version, row.removed_at) == before:
            return "="
        expected = {
            Move.REOPEN: State.OPEN,
            Move.TELL: state,
            Move.CHANGE: state,
            Move.REMOVE: state,
        } | states.TO
        assert row.state == expected[move]
        return "+"
    session().expire(row)
    assert (row.state, row.version, row.removed_at) == before
    return answer


def _make(permit: Permit, row: Decision, move: Move) -> None:
    look = permit.today() + timedelta(days=30)
    if move is Move.TELL:
        actions.tell(permit, row.id, what="Also", **FACT)
    elif move is Move.CHANGE:
        actions.change(
            permit, row.id, row.version, question="How then?", options={"a": "A class", "c": "Swim"}
        )
    elif move in (Move.LEAN, Move.NOT_YET):
        lean = "b" if move is Move.LEAN else "not_yet"
        actions.say(permit, row.id, row.version, matters="My sister", lean=lean)
    elif move in (Move.DECIDE, Move.NOT_NOW):
        chosen = "leave" if move is Move.DECIDE else "not_now"
        actions.decide(permit, row.id, row.version, chosen=chosen, words="For now", look_on=look)
    elif move is Move.REOPEN:
        actions.reopen(permit, row.id)
    else:
        actions.remove(permit, row.id)


def test_what_a_page_offers_is_what_the_actions_do(app: Flask) -> None:
    """Alone catches: a button for what would be refused, or none for what is allowed."""
    with app.test_request_context(), database.command():
        house = factories.household(carer_rights={Area.DECISIONS: Level.ADD})
        rosa, leon = (factories.permit(each, house.person) for each in (house.rosa, house.leon))
        row = actions.add(rosa, question="How?", options={"a": "A class"})
        assert queries.moves(leon, row) == {Move.TELL}
        actions.decide(rosa, row.id, None, chosen="not_now")
        assert queries.moves(leon, row) == set()
        assert queries.moves(rosa, row) == {Move.DECIDE, Move.NOT_NOW, Move.REOPEN, Move.REMOVE}
