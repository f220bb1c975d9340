"""Contacts: written by the key contact, read by the person, and by a carer only with the right."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import func, select

from selfcare import database
from selfcare.contacts import actions, queries
from selfcare.contacts.models import Contact, Rhythm
from selfcare.people.working_days import Closed, next_working_day
from selfcare.web.access import Area, Level, Permit
from selfcare.web.when import at_instant
from tests import factories
from tests.harness.client import Client
from tests.harness.statements import Statements

LONDON = ZoneInfo("Europe/London")


@dataclass
class World:
    """A household with a browser each, and a carer who may read contacts."""

    app: Flask
    home: factories.Household
    base: str
    amina: Client
    rosa: Client
    leon: Client
    stranger: Client
    reader: Client

    @contextmanager
    def as_amina(self) -> Iterator[Permit]:
        with self.app.app_context(), database.command():
            yield factories.permit(self.home.amina, self.home.person)

    def count(self, table: type[Contact] | type[Rhythm]) -> int:
        with self.app.app_context():
            return database.session().scalar(select(func.count()).select_from(table)) or 0

    def due(self) -> object:
        with self.as_amina() as permit:
            return queries.plan(permit).due_on

    def many(self, number: int) -> None:
        with self.as_amina() as permit:
            start = datetime.now(UTC) - timedelta(days=400)
            for n in range(number):
                when = at_instant(start + timedelta(hours=n), LONDON)
                actions.log(permit, when=when, how="phone", said=f"Call {n}")


@pytest.fixture
def world(app: Flask, new_client: Callable[..., Client]) -> World:
    with app.app_context(), database.command():
        home = factories.household()
        reader = factories.account(name="Meg")
        factories.people.relate(
            home.person.id, kind=factories.Role.CARER, account_id=reader.id, rights={Area.CONTACTS: Level.SEE}
        )
    clients = []
    for account in (home.amina, home.rosa, home.leon, home.stranger, reader):
        clients.append(new_client())
        clients[-1].sign_in(account.id)
    return World(app, home, f"/people/{home.person.id}/contacts/", *clients)


def test_a_call_is_written_down_and_the_person_reads_it(world: World) -> None:
    page = world.amina.get(world.base + "add")
    assert page.h1 == "Log a contact: Rosa"
    assert "Rosa can read this." in page
    form = page.form("contact")
    today = datetime.now(LONDON).date()
    assert form.value("how") == "phone"
    fortnight = next_working_day(today + timedelta(days=14), Closed(region="GB-ENG"))
    assert form.value("due") == fortnight.isoformat()
    page = form.submit(
        "Save", how="video", said="Settling in after the move", next_step="Post the diet sheet"
    )
    assert "Settling in after the move" in page
    for who in (world.rosa, world.reader):
        page = who.get(world.base)
        assert "Video" in page
        assert "Settling in after the move" in page
        assert "Post the diet sheet" in page
        assert "Amina plans to be in touch by" in page
        assert "Log a contact" not in page
        assert "Change" not in page.all("a")
    assert world.due() == fortnight
    assert world.amina.get(world.base + "add").form("contact").value("how") == "video"


def test_only_professionals_write_and_only_those_with_the_right_read(world: World) -> None:
    with world.as_amina() as permit:
        row = actions.log(
            permit, when=at_instant(datetime.now(UTC), LONDON), how="phone", said="Canary words"
        )
    assert "Canary words" in world.rosa.get(world.base)
    for path in ("add", "rhythm", f"{row.id}/change", f"{row.id}/remove"):
        assert world.amina.get(world.base + path).status == 200
        for who in (world.rosa, world.leon, world.stranger, world.reader):
            assert who.get(world.base + path).status == 404
    for who in (world.leon, world.stranger):
        answer = who.get(world.base)
        assert answer.status == 404
        assert "Canary words" not in answer.text


def test_a_colleague_reads_but_does_not_change_what_another_signed(
    app: Flask, world: World, new_client: Callable[..., Client]
) -> None:
    with app.app_context(), database.command():
        priya, _ = factories.nurse("Priya", world.home.team)
    with world.as_amina() as permit:
        row = actions.log(
            permit, when=at_instant(datetime.now(UTC), LONDON), how="phone", said="Amina’s words"
        )
    browser = new_client()
    browser.sign_in(priya.id)
    page = browser.get(world.base)
    assert "Amina’s words" in page
    assert "Change" not in page.all("a")
    assert browser.get(f"{world.base}{row.id}/change").status == 404
    assert browser.get(world.base + "add").status == 200


def test_missing_and_odd_input_keeps_all_typing(world: World) -> None:
    form = (
        world.amina.get(world.base + "add")
        .form("contact")
        .fill(said="Kept words", due_on="2020-01-01", when="day")
    )
    page = form.submit(**{"when-date": "2026-02-31", "when-time": "10:00"})
    assert page.status == 422
    assert page.form("contact").value("said") == "Kept words"
    assert page.form("contact").value("due_on") == "2020-01-01"
    assert len(page.all(".error-summary li")) == 2
    assert "Kept words" in page.form("contact").submit(htmx=True).text
    for said in ("a\0b", "\ud800", "y" * 100_000):
        answer = world.amina.get(world.base + "add").form("contact").submit(said=said)
        assert 400 <= answer.status < 500
    form = world.amina.get(world.base + "add").form("contact")
    form.values = [(key, "1999-99-99" if key == "due" else value) for key, value in form.values]
    assert form.submit().status == 422
    assert world.count(Contact) == 0
    world.amina.get(world.base + "add").form("contact").submit(due_on="2031-05-01", said="Hello")
    assert str(world.due()) == "2031-05-01"
    for said in ("\u202eevil", "👩🏽‍⚕️", "۱۲ قدم", "z" * 19_999):
        page = world.amina.get(world.base + "add").form("contact").submit("Save", said=said)
        assert page.status == 200
        assert said in page.text


def test_the_panel_answers_with_the_panel_alone(world: World) -> None:
    page = world.amina.get(world.base + "add", htmx=True)
    assert page.html.find("html") is None
    assert page.html.find(id="panel") is not None
    form = page.form("contact")
    page = form.submit(htmx=True, due_on="2026-02-31")
    assert page.status == 422
    assert page.html.find("html") is None
    answer = page.form("contact").submit(htmx=True, due_on="", said="Hello", follow=False)
    assert answer.status == 200, answer.all(".error-summary li")
    assert answer.headers["HX-Redirect"].startswith("/caseload/?after=")


def test_the_same_form_twice_is_one_contact(world: World) -> None:
    form = world.amina.get(world.base + "add").form("contact").fill(said="Once")
    assert form.submit(follow=False).location == form.submit(follow=False).location
    assert world.count(Contact) == 1
    assert form.fill(said="Other words").submit(follow=False).status == 422
    assert world.count(Contact) == 1


def test_ones_own_note_is_changed_with_both_versions_kept(world: World) -> None:
    with world.as_amina() as permit:
        row = actions.log(permit, when=at_instant(datetime.now(UTC), LONDON), how="phone", said="First")
    path = f"{world.base}{row.id}/"
    stale = world.amina.get(path + "change").form("contact")
    page = world.amina.get(path + "change").form("contact").submit(said="Second", how="visit")
    assert "Second" in page
    assert "Visit" in page
    page = stale.submit(said="Third")
    assert page.status == 409
    assert "Second" in page
    page = page.form("Keep what I chose").submit(keep="both")
    assert "Second Third" in page
    page = world.amina.get(path + "remove").form("remove").submit()
    assert "Third" not in page
    assert "Third" not in world.rosa.get(world.base)
    assert world.amina.get(path + "change").status == 404


def test_rhythms(world: World) -> None:
    page = world.amina.get(world.base + "rhythm").form("rhythm").submit(kind="own")
    assert page.status == 422
    page = page.form("rhythm").submit(every_days="۱۰", due_on="2026-12-01")
    assert "Every 10 days" in page
    assert "Tuesday 1 December" in page
    days = [str(tag["value"]) for tag in world.amina.get(world.base + "add").html.select("#due option")]
    assert (datetime.now(LONDON).date() + timedelta(days=10)).isoformat() in days
    stale = world.amina.get(world.base + "rhythm").form("rhythm")
    world.amina.get(world.base + "rhythm").form("rhythm").submit(kind="lighter", every_days="")
    page = stale.submit(kind="active", every_days="")
    assert page.status == 409
    assert "Every 2 weeks" in page.form("Keep what I chose").submit(keep="mine")
    for bad in ("0", "400", "1.5", "-3", "ten"):
        assert (
            world.amina.get(world.base + "rhythm").form("rhythm").submit(kind="own", every_days=bad).status
            == 422
        )
    assert world.count(Rhythm) == 1


def test_the_list_goes_on_by_key(world: World) -> None:
    world.many(45)
    said: list[str] = []
    page = world.rosa.get(world.base)
    while True:
        said += page.all("p.words")
        if "Show earlier contacts" not in page:
            break
        page = page.click("Show earlier contacts")
    assert said == [f"Call {n}" for n in reversed(range(45))]
    for key in ("x", "0001-01-01T00:00:00+14:00~" + str(UUID(int=1))):
        assert world.rosa.get(world.base + "?before=" + key).status == 200


def test_statements_are_as_many_for_few_as_for_many(world: World, statements: Statements) -> None:
    paths = (world.base, world.base + "add")

    def cost() -> list[int]:
        found = []
        for path in paths:
            world.amina.get(path)
            statements.clear()
            page = world.amina.get(path)
            found.append(len(statements))
            assert path != world.base or "Call 0" in page or "Show earlier contacts" in page
        return found

    world.many(3)
    few = cost()
    world.many(200)
    assert cost() == few
    assert max(few) <= 12
    with world.as_amina() as permit:
        panel = factories.panel(world.home.amina)
        statements.clear()
        last = queries.last_for_panel(panel)[permit.person_id]
        assert len(statements) == 1
        assert last.last_how == "phone"
        assert last.last_utc is not None
        assert last.last_utc == max(told.row.utc for told in queries.contacts(permit))
