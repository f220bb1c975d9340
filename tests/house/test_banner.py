"""Whose page it is stands on every page a professional sees about one person, and on no other."""

import re
import zlib

import pytest
from flask import Flask

from selfcare import database
from selfcare.contacts import actions as contacts
from selfcare.database import command, now, session
from selfcare.people.models import Person
from selfcare.web import edge
from selfcare.web.when import at_instant
from tests import factories
from tests.conftest import Browse
from tests.factories.lived import lived_in
from tests.harness.client import Client
from tests.harness.pages import words
from tests.harness.places import PROOF
from tests.house.access_table import address, routes
from tests.house.crawl import NOT_PAGES

# What a page looks like does not hang on the database below it.
pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)

# In this order (picture 40): full name, called, born, NHS number, phone, best time, needs.
PARTS = (
    "Rosamund Hill", "called Rosa", "27 March 1962", "943 476 5919", "07700 900461", "Afternoons", "Large print",
    "Hears less",
)  # fmt: skip


# What in an address says that a page is about one person; an ask is somebody's, whoever works on it.
ABOUT_ONE = {"person_id", "ask_id"}


def _identify(house: factories.Household) -> None:
    row = session().get_one(Person, house.person.id)
    row.given_name, row.family_name, row.nhs_number = "Rosamund", "Hill", "9434765919"
    row.phone, row.best_time, row.needs = (
        "07700 900461",
        "Afternoons",
        ["large-print", "Hears less on the left"],
    )


@pytest.mark.parametrize("died", [False, True])
def test_on_every_page_about_one_person_and_on_no_other(
    app: Flask, client: Client, monkeypatch: pytest.MonkeyPatch, died: bool
) -> None:
    """A page with its own head, or a form that came back refused, showed "Rosa" and nothing else."""
    house, ids = lived_in(app)
    with app.test_request_context(), command():
        _identify(house)
        if died:
            session().get_one(Person, house.person.id).died_on = factories.permit(
                house.amina, house.person
            ).today()
    client.strict = False
    client.sign_in(house.amina.id)
    monkeypatch.setattr(edge, "finish", lambda keep: database.finish(False))
    token = client.get("/account/language").html.find("input", {"name": "csrf_token"})["value"]  # type: ignore[index]
    parts = [part for part in PARTS if not (died and part in ("07700 900461", "Afternoons"))]
    about = others = refused = 0
    # What is on it of the dead hangs on no page: of them every fourth is asked.
    every = 4 if died and not PROOF else 1
    for _, rule, method in list(routes(app))[::every]:
        if rule.endpoint in NOT_PAGES:
            continue
        url = address(app, rule, ids)
        if method == "POST":
            if not rule.arguments & ABOUT_ONE:
                continue
            answer = client.post(url, {"csrf_token": token}, follow=False)
        else:
            answer = client.get(url, follow=False)
        if answer.status not in (200, 409, 422) or not answer.html.find("main"):
            continue
        found = answer.html.select(".banner")
        if not rule.arguments & ABOUT_ONE:
            assert found == [], f"{rule.endpoint} is about nobody in particular"
            others += 1
            continue
        assert len(found) == 1, f"{method} {rule.endpoint} does not say whose it is"
        said = words(found[0])
        places = [said.find(part) for part in parts]
        assert -1 not in places, f"{rule.endpoint}: {said}"
        assert places == sorted(places), said
        assert ("Died" in said) is died
        assert not died or not found[0].select('a[href^="tel:"]')
        about += 1
        refused += answer.status != 200
    assert about > 35 // every
    assert refused > 5 // every
    assert others > 10 // every


def test_who_has_it_for_themself_does_not_see_it(app: Flask, client: Client) -> None:
    house, _ = lived_in(app)
    with app.test_request_context(), command():
        _identify(house)
    for who in (house.rosa, house.leon):
        client.sign_in(who.id)
        assert client.get(f"/people/{house.person.id}/").html.select(".banner") == []


def test_the_text_copy_begins_with_who_it_is(app: Flask, client: Client) -> None:
    """Pasted into another system, the text alone must say whose it is."""
    house, ids = lived_in(app)
    with app.test_request_context(), command():
        _identify(house)
    client.sign_in(house.amina.id)
    page = client.get(f"/people/{house.person.id}/summary/{ids['summary_id']}/text")
    first = page.html.select_one("#plain-text").text.splitlines()[0]  # type: ignore[union-attr]
    for part in (
        "Rosamund Hill",
        "born 27 March 1962",
        "943 476 5919",
        "Large print",
        "Hears less on the left",
    ):
        assert part in first


def six_alike(sheet: bytes) -> bool:
    """Whether six times the same glyph is drawn in a row, in one piece or one by one, as fonts have it."""
    drawn = b"".join(re.findall(rb"<([0-9A-Fa-f]+)>", sheet))
    glyphs = [drawn[place : place + 4] for place in range(0, len(drawn), 4)]
    return any(len(set(glyphs[place : place + 6])) == 1 for place in range(len(glyphs) - 5))


def test_it_stands_on_every_sheet_of_paper(app: Flask, browse: Browse) -> None:
    """Sheets that come apart at the printer must each say whose they are: a head on the first one alone did not."""
    with app.test_request_context(), command():
        house = factories.household()
        session().get_one(Person, house.person.id).given_name = "ZZZZZZ"  # six times one glyph, in any font
        amina = factories.permit(house.amina, house.person)
        for n in range(20):
            contacts.log(amina, when=at_instant(now(), amina.zone), how="phone", said=f"Line {n}\n" * 6)
    desk = browse("desk", account=house.amina.id)
    desk.goto(f"/people/{house.person.id}/contacts/")
    sheets = []
    for found in re.finditer(
        rb"stream\r?\n(.*?)\r?\nendstream", desk.pdf(prefer_css_page_size=True), re.DOTALL
    ):
        try:
            drawn = zlib.decompress(found[1])
        except zlib.error:
            continue
        if re.search(
            rb"^BT\s", drawn, re.MULTILINE
        ):  # text is drawn in it; a font may hold the two letters anywhere
            sheets.append(drawn)
    assert len(sheets) > 2
    for sheet in sheets:
        assert six_alike(sheet), "a sheet does not say whose it is"
