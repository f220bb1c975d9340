"""Who may do what with a question from where: the whole table, asked of the actions. Nothing else is possible."""

from collections.abc import Callable
from contextlib import suppress
from uuid import UUID, uuid4

import pytest
from flask import Flask
from werkzeug.exceptions import NotFound

from selfcare import database
from selfcare.appointments import actions, question_order
from selfcare.appointments.models import Question
from selfcare.appointments.states import NotNow, TheirWords
from selfcare.database import session
from selfcare.people import actions as people
from selfcare.web.access import Area, Level, Permit, Role
from tests import factories

# m the person's alone, k kept, s shared for the visit, n asked now, r replied, d talked about, a answered. The person
# wrote it. rosa: the person. sue, leon, meg: carers who may change all, add, see. amina: the key contact. priya: of the
# same team. owen: of another.
# leon's: leon again, of a question that he wrote; where it has an answer, that is rosa's.
# + done, . as if it did not exist, - not now, = nothing happens, w somebody else's words would go.
TABLE = """
          change    up        send      unask     hide      discuss   answer    settle    reopen    remove    reply     seen
          mksnrda   mksnrda   mksnrda   mksnrda   mksnrda   mksnrda   mksnrda   mksnrda   mksnrda   mksnrda   mksnrda   mksnrda
rosa      +++++--   +++----   .++----   ---+---   =++++--   +++++-+   +++++++   ----+--   -----++   +++++++   .......   +++++++
sue       .++++--   .++----   .++----   .--+---   .====--   .++++-+   .++++++   .---+--   .----++   .++++++   .......   .++++++
leon      .......   .......   .......   .......   .......   .......   .......   .......   .......   .......   .......   .++++++
leon's    +++++--   .......   +++----   ---+---   =====--   +++++-+   ++++++w   ----+--   -----+w   ++++++w   .......   +++++++
meg       .......   .......   .......   .......   .......   .......   .......   .......   .......   .......   .......   .++++++
amina     .......   .......   .......   .......   .......   .......   .......   .......   .......   .......   ..+++--   ..+++++
priya     .......   .......   .......   .......   .......   .......   .......   .......   .......   .......   ..+++--   ..+++++
owen      .......   .......   .......   .......   .......   .......   .......   .......   .......   .......   .......   .......
"""  # noqa: E501


def expected() -> dict[tuple[str, str, str], str]:
    moves, states, *lines = (line.split() for line in TABLE.strip().splitlines())
    return {
        (who, move, state): cell
        for who, *columns in lines
        for move, names, cells in zip(moves, states, columns, strict=True)
        for state, cell in zip(names, cells, strict=True)
    }


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_every_move_by_everyone_from_everywhere(
    app: Flask, record_property: Callable[[str, object], None]
) -> None:
    """Catches a right that is too wide, a state that can be jumped over, and a reader of what is the person's alone."""
    with app.test_request_context(), database.command():
        house = factories.household({Area.QUESTIONS: Level.ADD})
        accounts = {"rosa": house.rosa, "leon": house.leon, "amina": house.amina}
        for name, level in (("sue", Level.MANAGE), ("meg", Level.SEE)):
            accounts[name] = factories.account(name=name)
            people.relate(
                house.person.id, kind=Role.CARER, account_id=accounts[name].id, rights={Area.QUESTIONS: level}
            )
        accounts["priya"], _ = factories.nurse("priya", house.team)
        accounts["owen"], _ = factories.nurse("owen")
        permits: dict[str, Permit] = {}
        for who, account in accounts.items():
            with suppress(AssertionError):  # of another team: there is no way to the record at all
                permits[who] = factories.permit(account, house.person)
        assert set(accounts) - set(permits) == {"owen"}
        found: dict[tuple[str, str, str], str] = {}
        for key in expected():
            who, move, state = key
            name, own, _ = who.partition("'")
            found[key] = (
                _tried(permits[name], permits, move, state, name if own else "rosa")
                if name in permits
                else "."
            )
    record_property("table", TABLE)
    assert {key: cell for key, cell in found.items() if cell != expected()[key]} == {}


def _brought(permits: dict[str, Permit], state: str, by: str) -> UUID:
    rosa = permits["rosa"]
    asked = actions.ask(permits[by], text="Can I drive?", only_me=state == "m").id
    if state == "s":
        actions.send_questions(rosa, None, uuid4())
    elif state in "nrda":
        actions.send_question(rosa, asked)
    if state == "r":
        actions.reply(permits["amina"], asked, "Yes.")
    if state == "d":
        actions.discuss(rosa, asked)
    if state == "a":
        actions.answer(rosa, asked, _row(rosa, asked).version, "She said yes.")
    return asked


def _row(permit: Permit, asked: UUID) -> Question:
    return session().get_one(Question, (permit.person_id, asked))


def _tried(permit: Permit, permits: dict[str, Permit], move: str, state: str, by: str) -> str:
    asked = _brought(permits, state, by)
    row = _row(permit, asked)
    was_hidden = row.only_me
    words = {"text": row.text, "why": "", "appointment_id": None}
    moves: dict[str, Callable[[], object]] = {
        "change": lambda: actions.change_question(
            permit, asked, row.version, **words | {"text": "At night?"}
        ),
        "up": lambda: question_order.move_up(permit, asked),
        "send": lambda: actions.send_question(permit, asked),
        "unask": lambda: actions.change_question(permit, asked, row.version, **words, unask=True),
        "hide": lambda: actions.change_question(permit, asked, row.version, **words, only_me=True),
        "discuss": lambda: actions.discuss(permit, asked),
        "answer": lambda: actions.answer(permit, asked, row.version, "In my words."),
        "settle": lambda: actions.settle(permit, asked),
        "reopen": lambda: actions.reopen(permit, asked),
        "remove": lambda: actions.remove_question(permit, asked),
        "reply": lambda: actions.reply(permit, asked, "No."),
        "seen": lambda: actions.see_reply(permit, asked),
    }
    try:
        moves[move]()
    except NotFound:
        return "."
    except NotNow:
        return "-"
    except TheirWords:
        return "w"
    finally:
        row.removed_at = database.now()  # the next one finds a short list
        session().flush()
    return "=" if move == "hide" and _row(permit, asked).only_me is was_hidden else "+"
