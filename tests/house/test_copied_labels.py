"""What a thing is called stands beside what was made of it in another room, until it is *only me*: then nobody else
reads it there, nor in what was made of that."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, NamedTuple
from uuid import UUID

import pytest
from flask import Flask

from selfcare.agreed import actions as agreed
from selfcare.agreed.actions import By, Owner
from selfcare.appointments import question_actions as questions
from selfcare.asks import about as asked_about
from selfcare.asks import actions as asks
from selfcare.asks.models import Ask
from selfcare.care_plan import actions as plan
from selfcare.database import Base, command, session
from selfcare.decisions import actions as decisions
from selfcare.goals import actions as goals
from selfcare.sharing import actions as sharing
from selfcare.web import item_reference
from selfcare.web.access import Area, Level, Permit
from selfcare.web.item_reference import About
from tests import factories
from tests.factories import Household, plans
from tests.factories.record import CANARY
from tests.harness.client import Client

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)


class Thing(NamedTuple):
    """What can be *only me*: how it is made, and how it is hidden."""

    made: Callable[[Permit], Any]
    hide: Callable[[Permit, Any], Any]


class Copy(NamedTuple):
    """What is made of it in another room: how, and where that is read."""

    made: Callable[[Permit, About], UUID]
    page: str
    column: str


THINGS = {
    "decision": Thing(
        lambda rosa: decisions.add(rosa, question=CANARY, options={"a": "A class"}),
        lambda rosa, row: decisions.change(
            rosa, row.id, row.version, question=CANARY, options={"a": "A class"}, only_me=True
        ),
    ),
    "plan": Thing(
        lambda rosa: plan.suggest(rosa, part="money", text=CANARY, send=False),
        lambda rosa, row: plan.change(rosa, row.id, row.version, text=CANARY, only_me=True),
    ),
    "goal": Thing(
        lambda rosa: goals.add(rosa, text=CANARY),
        lambda rosa, row: goals.change(rosa, row.id, row.version, text=CANARY, only_me=True),
    ),
    "agreed_line": Thing(
        lambda rosa: agreed.add(rosa, what=CANARY, owner=Owner("me")),
        lambda rosa, row: agreed.change(
            rosa, row.id, row.version, what=CANARY, owner=Owner("me"), by=By(), only_me=True
        ),
    ),
}
COPIES = {
    "question": Copy(
        lambda rosa, about: questions.ask(rosa, text="What of this?", about=about).id,
        "questions/{}",
        "about_label",
    ),
    "agreed_line": Copy(
        lambda rosa, about: agreed.add(rosa, what="Ring them", owner=Owner("me"), about=about).id,
        "agreed/{}",
        "from_label",
    ),
    "ask": Copy(lambda rosa, about: asks.ask(rosa, words="", about=about).id, "asks/{}/", "about_label"),
}
MADE_OF = [
    ("question", "decision"),
    ("question", "plan"),
    ("question", "agreed_line"),
    ("agreed_line", "decision"),
    ("agreed_line", "plan"),
    ("agreed_line", "goal"),
    ("ask", "plan"),
]


@dataclass
class Home:
    app: Flask
    house: Household
    leon: Client
    amina: Client

    @property
    def base(self) -> str:
        return f"/people/{self.house.person.id}/"

    def rosa(self) -> Permit:
        return factories.permit(self.house.rosa, self.house.person)


@pytest.fixture
def home(app: Flask, new_client: Callable[..., Client]) -> Home:
    with app.test_request_context(), command():
        house = factories.household(dict.fromkeys(Area, Level.MANAGE))
        for area in (Area.PLAN, Area.DECISIONS, Area.COMMUNITY):
            plans.let_team(house, area=area)
    leon, amina = new_client(), new_client()
    leon.sign_in(house.leon.id)
    amina.sign_in(house.amina.id)
    return Home(app, house, leon, amina)


def test_every_place_that_keeps_a_label_is_asked(engine_kind: str) -> None:
    """Alone catches: a room that comes and copies what another room's item is called, which nobody takes off."""
    tables = Base.metadata.tables.values()
    keep = {
        (str(table.name), column)
        for table in tables
        for column in ("about_label", "from_label")
        if column in table.columns
    }
    assert keep == {(name, copy.column) for name, copy in COPIES.items()}
    assert {name for name, _ in MADE_OF} == set(COPIES)
    assert set(item_reference._hideable) <= {kind for _, kind in MADE_OF}


@pytest.mark.parametrize(("where", "kind"), MADE_OF)
def test_what_is_hidden_is_named_to_nobody_where_it_was_copied_to(home: Home, where: str, kind: str) -> None:
    """Alone catches: the words of a draft of the plan that the team reads as what was asked, though it is *only me* by
    now; and a page that was open meanwhile, whose reference copies them once more."""
    thing, copy = THINGS[kind], COPIES[where]
    with home.app.test_request_context(), command():
        rosa = home.rosa()
        row = thing.made(rosa)
        row_id, about = row.id, About(kind, row.id, CANARY)
        made = copy.made(rosa, about)
    page = home.base + copy.page.format(made)
    assert CANARY in home.leon.get(page).html.main.text, "the control: it is read before"
    with home.app.test_request_context(), command():
        rosa = home.rosa()
        thing.hide(rosa, session().get_one(type(row), (rosa.person_id, row_id)))
        again = copy.made(rosa, about)
        today = rosa.today()
        sharing.share(
            rosa,
            sections=("questions", "agreed", "asks"),
            first=today - timedelta(days=7),
            last=today,
            appointment_id=None,
        )
    for copied in (made, again):
        for client, there in (
            (home.leon, page.replace(str(made), str(copied))),
            (home.leon, f"{home.base}{copy.page.split('/')[0]}/"),
            (home.leon, "/inbox/"),
            (home.amina, "/inbox/"),
            (home.amina, f"{home.base}summary/"),
            (home.amina, f"/asks/{copied}/" if where == "ask" else home.base),
        ):
            answer = client.get(there)
            assert answer.status == 200, there
            assert CANARY not in answer.text, there


def test_who_does_not_see_the_plan_does_not_read_it_in_an_ask(home: Home) -> None:
    """Alone catches: the words of the plan before a helper who may see what is asked, and not the plan; and what was
    agreed about such an ask, which names the plan in a third room."""
    with home.app.test_request_context(), command():
        rosa = home.rosa()
        line = plan.suggest(rosa, part="money", text=CANARY, send=False)
        about = About("plan", line.id, CANARY)
        made = asks.ask(rosa, words="", about=about)
        shut = replace(rosa, rights={**rosa.rights, Area.PLAN: Level.NOTHING})
        row = session().get_one(Ask, (rosa.person_id, made.id))
        assert asked_about.title(row, rosa) == CANARY
        assert asked_about.title(row, shut) == "Something about the plan"
        assert asked_about.named_elsewhere(row) == "Something about the plan"
