"""What the privacy notice says of the app is so in the app."""

import re

import pytest
from flask import Flask
from sqlalchemy import select

from selfcare.database import command, now, session
from selfcare.diary import actions as diary
from selfcare.diary.models import Entry
from selfcare.web.when import at_instant
from tests import factories
from tests.factories import Household
from tests.harness.client import Client
from tests.harness.places import ROOT

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
WORDS = "A slow morning, and a walk to the river"


@pytest.fixture
def house(app: Flask) -> Household:
    with app.app_context(), command():
        return factories.household()


def test_what_the_team_sees_without_more_is_what_the_notice_names(client: Client, house: Household) -> None:
    """Alone catches: a part of the record that a key contact gets with nobody having said so."""
    client.sign_in(house.amina.id)
    base = f"/people/{house.person.id}/"
    opened = {
        part: client.get(f"{base}{part}/", follow=False).status == 200
        for part in (
            "details", "results", "appointments", "contacts", "hospital-stays", "agreed", "questions", "sharing",
            "diary", "goals", "about-me", "ways", "what-helps", "plan", "decisions", "health",
            "letters", "community", "budget", "who-looked",
        )
    }  # fmt: skip
    assert {part for part, opens in opened.items() if opens} == {
        "details", "results", "appointments", "contacts", "hospital-stays", "agreed", "questions", "sharing"
    }  # fmt: skip
    client.sign_in(house.rosa.id)
    assert [part for part in opened if client.get(f"{base}{part}/", follow=False).status != 200] == []


def test_what_is_removed_leaves_the_record_and_stays_stored_readable(
    app: Flask, client: Client, house: Household
) -> None:
    """Alone catches: the notice, once what is removed is deleted, or sealed from whoever looks after the computers."""
    client.sign_in(house.rosa.id)
    url = f"/people/{house.person.id}/diary/"
    with app.test_request_context(), command():
        permit = factories.permit(house.rosa, house.person)
        entry = diary.log(permit, None, at_instant(now(), permit.zone), note=WORDS)
        entry_id = entry.id
    assert WORDS in client.get(url)
    with app.test_request_context(), command():
        diary.remove(factories.permit(house.rosa, house.person), entry_id)
    assert WORDS not in client.get(url)
    with app.app_context():
        assert session().scalars(select(Entry.note).where(Entry.id == entry_id)).all() == [WORDS]


def test_nothing_on_a_page_comes_from_anybody_else(client: Client) -> None:
    """Alone catches: a picture, a script or a letter shape of somebody's, and a policy that would let one in."""
    page = client.get("/privacy")
    fetched = [
        str(part.get("src") or part.get("href")) for part in page.html.select("script, link, img, iframe")
    ]
    assert fetched
    assert all(re.match(r"/[^/]", each) for each in fetched)
    policy = page.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; ")
    assert not re.search(r"https?:|\*|\w\.\w", policy)
    templates = "".join(path.read_text() for path in (ROOT / "templates").rglob("*.html"))
    assert not re.search(r"(?<!<a )\bsrc=\"(?:https?:)?//", templates)
