"""Health as the person keeps it, as they and others meet it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from selfcare import database
from selfcare.database import session
from selfcare.health import actions, queries
from selfcare.health.models import HealthItem
from selfcare.people import actions as people
from selfcare.people import queries as people_read
from selfcare.web.access import Area, Level, Permit
from tests import factories
from tests.harness.client import Client
from tests.harness.statements import counted

SECRET = "Canary: methadone"
pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)


class World:
    """A household of which the carer may add to health, and a browser for each."""

    def __init__(self, app: Flask, new_client: Callable[..., Client]) -> None:
        self.app = app
        with app.test_request_context(), database.command():
            self.house = factories.household(carer_rights={Area.HEALTH: Level.ADD})
        self.base = f"/people/{self.house.person.id}/health/"
        self.rosa, self.leon, self.amina = new_client(), new_client(), new_client()
        for client, account in (
            (self.rosa, self.house.rosa),
            (self.leon, self.house.leon),
            (self.amina, self.house.amina),
        ):
            client.sign_in(account.id)

    def permit(self) -> Permit:
        return factories.permit(self.house.rosa, self.house.person)

    def add(self, kind: str, name: str, **more: Any) -> str:
        """One by Rosa. :returns: its address."""
        with self.app.test_request_context(), database.command():
            return f"{self.base}{actions.add(self.permit(), kind=kind, name=name, **more).id}/"

    def lets_the_team_see(self, level: Level) -> None:
        with self.app.test_request_context(), database.command():
            team = next(one for one in people_read.grants(self.permit()) if one.team)
            people.set_rights(self.permit(), team.id, {Area.HEALTH: level})


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three are as many as are kept."""
    monkeypatch.setattr(queries, "MOST", 3)


@pytest.fixture
def world(app: Flask, new_client: Callable[..., Client]) -> World:
    return World(app, new_client)


def test_a_medicine_is_written_down_changed_and_stopped(world: World) -> None:
    """Alone catches: a list that does not say whose it is, what stopped among what is taken, a day that is asked for
    and need not be known, and typing that is helped with somebody else's list."""
    world.add("medicine", "Folic acid")
    world.add("allergy", "Penicillin")
    page = world.rosa.get(world.base)
    assert "It is not my medical record, and nobody has checked it." in page
    assert "That does not say there is none." in page  # of conditions, where nothing is written
    form = page.click("Add a medicine")
    assert [one["value"] for one in form.html.select("datalist option")] == ["Folic acid"]
    assert form.html.select_one("input[name=name]")["list"] == "names"
    page = form.form("health").submit(
        name="Methotrexate 2.5 mg", about="My joints", how="Six on a Monday", since="unknown"
    )
    assert "It is not known since when" in page
    page = (
        page.click("Methotrexate 2.5 mg").click("Change").form("health").submit(stopped="unknown", how="Five")
    )
    assert "Stopped, it is not known when" in page
    assert "Five" in page
    folded = world.rosa.get(world.base).html.select_one("main details")
    assert "Stopped, or over (1)" in folded.text
    assert "Methotrexate" in folded.text
    assert "Penicillin" not in folded.text


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"name": " "}, "Say what it is called."),
        ({"name": "x" * 100_000}, "This is too long."),
        ({"name": "A", "about": "x" * 100_000}, "This is too long."),
        ({"name": "A", "since": "day"}, "Choose the day, or choose that you do not know."),
        ({"name": "A", "since": "day", "since_on": "2999-01-01"}, "This day is still to come."),
        ({"name": "A", "since": "day", "since_on": "1950-01-01"}, "before you were born"),
        (
            {
                "name": "A",
                "since": "day",
                "since_on": "2026-05-02",
                "stopped": "day",
                "stopped_on": "2026-05-01",
            },
            "This is before it began.",
        ),
    ],
)
def test_what_cannot_be_is_said_and_what_was_typed_stays(
    world: World, fields: dict[str, Any], error: str
) -> None:
    """Alone catches: a day that cannot be, and a field that is empty when the form comes back."""
    page = world.rosa.get(f"{world.base}medicine/add").form("health").submit(how="One a day", **fields)
    assert page.status == 422
    assert any(error in one for one in page.errors), page.errors
    assert page.form("health").value("how") == "One a day"
    with world.app.app_context():
        assert session().scalars(select(HealthItem)).all() == []


def test_nothing_is_compared_and_a_code_goes_with_the_name_that_it_came_with(world: World) -> None:
    """Alone catches: a medicine held against an allergy (this is no device), a code on a name of somebody's own."""
    world.add("allergy", "Penicillin", about="A rash")
    page = (
        world.rosa.get(f"{world.base}medicine/add")
        .form("health")
        .submit(name="Penicillin", about="My throat")
    )
    assert page.status == 200
    assert not page.html.select("main [role=alert], main .notice--warn")
    there = world.add("medicine", "Aspirin 75 mg", coded=actions.Coded("dm+d", "999000001"))
    page = world.rosa.get(there)
    assert "It came with a code: dm+d 999000001" in page
    assert "999000001" not in world.rosa.get(world.base)
    page = page.click("Change").form("health").submit(about="My heart")
    assert "999000001" in page
    page = page.click("Change").form("health").submit(name="Aspirin, the small ones")
    assert "999000001" not in page.html.select_one("main .card").text


def test_an_allergy_stands_on_the_banner_only_where_the_team_may_see_it(world: World) -> None:
    """Alone catches: an allergy shown to who may not see health, one that is *only me* or over, and one that costs the
    banner a statement of its own."""
    for name, more in (
        ("Penicillin", {}),
        ("Latex", {}),
        ("Wasps", {"stopped": "unknown"}),
        (SECRET, {"only_me": True}),
    ):
        world.add("allergy", name, **more)
    world.add("medicine", "Ibuprofen")
    contacts = f"/people/{world.house.person.id}/contacts/"
    world.amina.get(contacts)
    with counted(world.app) as before:
        assert "Penicillin" not in world.amina.get(contacts).text
    world.lets_the_team_see(Level.SEE)
    with counted(world.app) as after:
        page = world.amina.get(contacts)
    assert len(after.texts) == len(before.texts)
    line = page.html.select_one(".banner [aria-labelledby=allergies-of]")
    assert [one.get_text(strip=True) for one in line.select("li")] == ["Latex", "Penicillin"]
    assert "Allergies, as Rosa keeps them:" in page
    assert "Ibuprofen" not in page.text
    page = world.amina.get(world.base)
    assert "As Rosa keeps it. It is not the medical record, and nobody has checked it." in page
    assert SECRET not in page.text
    assert not page.html.select("main .button"), "what the team may see it may not write"
    text = world.amina.get(f"/people/{world.house.person.id}/contacts/", follow=True)
    assert text.status == 200
    world.lets_the_team_see(Level.NOTHING)
    assert "Penicillin" not in world.amina.get(contacts).text
    assert "Allerg" not in world.rosa.get(f"/people/{world.house.person.id}/").text


def test_a_carer_adds_and_changes_their_own_and_sees_nothing_that_is_only_me(world: World) -> None:
    """Alone catches: a carer who changes what the person wrote, and the names of hidden medicines that help with
    typing."""
    hidden = world.add("medicine", SECRET, only_me=True)
    shown = world.add("medicine", "Folic acid")
    world.leon.strict = False
    assert SECRET not in world.leon.get(f"{world.base}medicine/add").text
    assert SECRET in world.rosa.get(f"{world.base}medicine/add").text
    page = world.leon.get(f"{world.base}medicine/add").form("health").submit(name="Naproxen")
    assert "Naproxen" in page
    assert "Entered by Leon for you" in world.rosa.get(world.base)
    assert world.leon.get(hidden).status == 404
    assert world.leon.get(f"{shown}change").status == 404
    mine = world.leon.get(page.click("Naproxen").url + "change")
    world.rosa.get(page.click("Naproxen").url + "change").form("health").submit(name="Naproxen 250")
    assert mine.form("health").submit(name="Naproxen 500").status in (404, 409), (
        "worded anew by Rosa, it is hers"
    )


def test_two_change_one_at_once(world: World) -> None:
    """Alone catches: words that are written over, and a form that is kept twice by two presses."""
    there = world.add(
        "medicine", "Folic acid", since="day", since_on=world.house.person.born + timedelta(days=900)
    )
    first, second = (world.rosa.get(f"{there}change") for _ in range(2))
    first.form("health").submit(how="One on Friday")
    page = second.form("health").submit(how="One on Sunday")
    assert page.status == 409
    both = page.form("Keep what I chose").submit(keep="both")
    assert "One on Friday" in both
    assert "One on Sunday" in both
    form = world.rosa.get(f"{world.base}condition/add").form("health")
    form.fill(name="Low iron")
    sent = form.sent()
    for _ in range(2):
        assert world.rosa.send("POST", f"{world.base}condition/add", data=sent).status == 200
    with world.app.app_context():
        assert len(session().scalars(select(HealthItem).where(HealthItem.kind == "condition")).all()) == 1


@pytest.mark.usefixtures("few")
def test_more_than_are_kept_are_refused_with_what_was_typed_and_an_allergy_is_never_what_is_left_out(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Alone catches: one that is saved, and shown nowhere; the allergy that was written last and is not on the page."""
    for name in ("One", "Two"):
        world.add("condition", name)
    world.add("medicine", "Naproxen", stopped="unknown")
    page = world.rosa.get(f"{world.base}allergy/add").form("Save").submit(name="Penicillin")
    assert page.status == 422
    assert "There are 3 here already." in page
    assert page.form("Save").value("name") == "Penicillin"
    monkeypatch.setattr(queries, "MOST", 4)
    page.form("Save").submit(name="Penicillin", follow=False)
    monkeypatch.setattr(queries, "MOST", 3)
    page = world.rosa.get(world.base)
    assert "Penicillin" in page
    assert "Naproxen" not in page
    assert "There are more than can be shown here." in page
    assert "It is not known" in world.leon.get(f"{world.base}allergy/add")
