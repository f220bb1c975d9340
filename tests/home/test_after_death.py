"""After a death Today is quiet: nothing to do, what stays, whom to call, and words for who helped."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from selfcare.database import now, session
from selfcare.notifications import actions as notifications
from selfcare.notifications.kinds import PLAN, WATCH
from selfcare.notifications.models import Notice
from selfcare.people import death
from selfcare.people.models import Relationship
from selfcare.web.access import Area, Level
from tests.factories import Household
from tests.factories.lived import lived_in
from tests.harness.client import Client
from tests.people.scenes import acting

ASKS = (
    "How is Rosa?",
    "How are you?",
    "Carry on",
    "Get ready",
    "next visit",
    "Add a question",
    "Log something",
)
KIND = (
    "Rosa has died",
    "Thank you for helping Rosa",
    "The record of Rosa stays as it is",
    "What you wrote",
    "And you?",
)


def written(app: Flask, *, back: bool = False) -> tuple[Household, dict[str, Any], str]:
    """A lived-in record of somebody who has died, or of whom it was taken back: the household, ids, address."""
    house, ids = lived_in(app)
    for change in (True, False) if back else (True,):
        with acting(app, house.amina.id, house.person.id) as amina:
            death.record(amina, amina.today()) if change else death.take_back(amina)
    return house, ids, f"/people/{house.person.id}/"


# who; page; what it says; what it does not say
TABLE = (
    (
        "leon",
        "today",
        (*KIND, "Amina", "Call 999", "No last day is set"),
        ("You are helping", *ASKS),
    ),
    ("leon", "/", ("who died on",), ("Help Rosa", "Rosa chooses what")),
    ("leon", "who-to-call/", ("If you feel very unwell",), ("If Rosa is very unwell", "Please get in touch")),
    ("leon", "more/", ("End my access",), ("Please get in touch",)),
    ("leon", "diary/", ("Tiredness",), ("Add to diary",)),
    ("rosa", "appointments/", ("To come", "Details"), ("Get ready", "Add a visit")),
    ("rosa", "questions/", ("My questions",), ("Add a question",)),
    ("rosa", "goals/", ("Walk to the shop",), ("Add a goal",)),
    ("leon", "/log", ("who died on",), ("When did",)),
    (
        "rosa",
        "today",
        ("It is written here that Rosa died", "is this a mistake"),
        ("We are sorry", "And you?", *ASKS),
    ),
    ("amina", "today", ("died on", "Nothing is sent about Rosa any more"), ("Thank you for helping",)),
)


def test_each_page_says_what_is_so_and_asks_for_nothing(app: Flask, client: Client) -> None:
    """Alone catches a page that still asks of somebody who has died; and a way in that leads to a form."""
    house, _ids, base = written(app)
    for who, page, says, does_not in TABLE:
        client.sign_in(getattr(house, who).id)
        answer = client.get(base if page == "today" else page if page[0] == "/" else base + page)
        for words in says:
            assert words in answer, (who, page, words)
        for words in does_not:
            assert words not in answer, (who, page, words)


def test_a_phone_keeps_no_form_of_them_and_no_day(app: Flask, client: Client) -> None:
    """Alone catches a log form, a name of what is logged or the day of the death left on a phone."""
    house, _ids, base = written(app)
    for who in (house.leon, house.rosa):
        client.sign_in(who.id)
        answer = client.get("/phone/pages").json
        assert set(answer["pages"]) == {"/", base, base + "who-to-call/"}
        assert answer["shortcuts"] == {}
        text = str(answer["pages"])
        assert "<form" not in text.replace('<form method="get"', "")
        assert "Rosa has died" in text or "Rosa</bdi> has died" in text
        assert not [words for words in ("Tiredness", "died on", "Help <bdi>Rosa", *ASKS) if words in text]


def test_taken_back_all_is_as_it_was(app: Flask, client: Client) -> None:
    """Alone catches a page that goes on taking somebody living for dead."""
    house, ids, base = written(app, back=True)
    client.sign_in(house.leon.id)
    assert "How is Rosa?" in client.get(base)
    assert "Help Rosa" in client.get("/")
    assert f"{base}diary/log/{ids['tracker_id']}" in client.get("/phone/pages").json["pages"]


@pytest.mark.parametrize("kind", [PLAN, WATCH])
def test_no_inbox_waits_for_a_yes_about_them(app: Flask, kind: str) -> None:
    """Alone catches an inbox that still asks for a yes to the plan, or to what the team proposed."""
    house, ids = lived_in(app, {Area.DIARY: Level.ADD, Area.PLAN: Level.ADD})
    with acting(app, house.amina.id, house.person.id) as amina:
        notifications.tell(amina, [house.leon.id], kind, ids["tracker_id"])
    with acting(app, house.amina.id, house.person.id) as amina:
        death.record(amina, amina.today())
        assert not session().scalars(select(Notice).where(Notice.kind == kind)).all()


def test_the_last_day_of_the_access_is_said(app: Flask, client: Client) -> None:
    """Alone catches a page that says there is no last day to who has one."""
    house, _ids, base = written(app)
    with acting(app, house.amina.id, house.person.id) as _amina:
        row = session().scalars(select(Relationship).where(Relationship.account_id == house.leon.id)).one()
        row.until = now() + timedelta(days=90)
    client.sign_in(house.leon.id)
    page = client.get(base)
    assert "Your last day for that is" in page
    assert "No last day" not in page
