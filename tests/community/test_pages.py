"""The pages of help near by, as the person, a carer and the nurse meet them."""

from datetime import date
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask

from selfcare.community import mapping_rows as rows
from selfcare.community import times, words
from selfcare.community.models import ENDED, SavedService, Service, ServiceList
from selfcare.database import command, now, session
from selfcare.people import queries as people
from selfcare.people.actions import set_rights
from selfcare.web import item_reference
from selfcare.web.access import Area, Level
from tests import factories
from tests.community.world import World
from tests.factories import near_by
from tests.harness.client import Client

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)


def change(world: World, **values: Any) -> None:
    with world.app.app_context(), command():
        row = session().get_one(Service, world.service.id)
        for name, value in values.items():
            setattr(row, name, value)


def test_what_is_told_of_a_service_and_nothing_else(world: World) -> None:
    """Alone catches: a fact that is lost, one that is there with nothing in it, a number without its extension, and
    the way back that forgets what was sought.
    """
    page = world.rosa.get(f"{world.base}?q=hill&free=y").click("Hill Street movement class")
    facts = {
        row.select_one("dt").text: row.select_one("dd").get_text(" ", strip=True)
        for row in page.html.select(".facts > div")
    }
    assert facts == {
        "When": "Tuesdays, 10:00 to 11:00. Not on bank holidays.",
        "Where": "Hill Street Hall, 2 Hill Street, RV1 2AB",
        "Cost": "Free",
        "Languages": "English, Urdu",
        "Getting in": "Hearing loop.",
        "For whom": "From 18 years. Bring someone if you like.",
    }
    assert "Riverside Leisure , a charity" in page
    assert "Checked on 2 March 2026 by Riverside council." in page
    rows = {one.text: one["href"] for one in page.html.select(".row__title a")}
    assert rows == {
        "Call them": "tel:01632960204,12",
        "Their web page": "https://class.example.org/",
        "Write to them": "mailto:class@example.org",
    }
    assert "01632 960204, extension 12" in page
    assert "Opens outside Selfcare" in page
    back = page.html.select_one("a.back")
    assert (back.get_text(strip=True), "q=hill" in back["href"], "free=y" in back["href"]) == (
        "1 found",
        True,
        True,
    )
    assert world.rosa.get(back["href"]).html.select_one("#q")["value"] == "hill"

    empty = dict.fromkeys(
        ("organisation", "organisation_kind", "description", "url", "email", "cost", "for_whom"), ""
    )
    lists: dict[str, Any] = {
        name: [] for name in ("phones", "sessions", "places", "languages", "getting_in", "costs")
    }
    change(world, **empty, **lists, youngest=None, assured_on=None)
    page = world.rosa.get(world.there)
    assert not page.html.select(".facts, .rows, .prose")
    assert "The list of Riverside council does not say when this was checked." in page


def test_words_of_a_list_are_only_words(world: World) -> None:
    """Alone catches: a list that puts marks, a script or an address of its own into a page, or breaks it by length."""
    odd = "<script>alert(1)</script> \u202e خواتین 😀 " + "x" * 9_000
    change(
        world, name=odd[:500], organisation=odd, description=odd, fees=odd, for_whom=odd, alert=odd, cost="paid",
        places=[{"name": odd, "address": odd, "postcode": "", "lat": None, "long": None, "getting_there": odd}],
        languages=[{"code": "zz-not-a-code", "name": ""}, {"code": "", "name": "Romani"}],
        costs=[{"amount": "-12.5", "currency": "XXXX", "words": odd, "until": ""},
               {"amount": "NaN", "currency": "GBP", "words": "", "until": ""},
               {"amount": "999999999999", "currency": "GBP", "words": "", "until": ""}],
        sessions=[{"days": ["tu"], "opens": "25:99", "closes": "x", "starts": "2026-13-99", "ends": "nie",
                   "freq": "monthly", "every": 0, "words": odd, "link": ""}],
        phones=[{"number": "ring the bell", "extension": "", "words": odd}],
    )  # fmt: skip
    for address in (world.there, world.base, f"{world.there}wrong"):
        page = world.rosa.get(address)
        assert page.status == 200
        assert not page.html.select("main script")
        assert "&lt;script&gt;" in page.text


@pytest.mark.parametrize(
    ("rule", "said", "short"),
    [
        ({"freq": "MONTHLY", "byday": "1TU,3TU"}, "Tuesdays, 10:00 (first and third in the month).", True),
        ({"freq": "MONTHLY", "byday": "TU"}, "Tuesdays, 10:00 (once a month).", True),
        ({"freq": "MONTHLY", "byday": "TU", "interval": 2}, "Tuesdays, 10:00 (every 2 months).", True),
        ({"freq": "MONTHLY", "bymonthday": "1,15"}, "Days 1 and 15 of the month, 10:00.", True),
        ({"freq": "WEEKLY", "byday": "TU", "interval": 4}, "Tuesdays, 10:00 (every 4 weeks).", True),
        ({"freq": "DAILY", "interval": 3}, "Every 3 days, 10:00.", True),
        ({"freq": "YEARLY", "dtstart": "2025-12-05"}, "5 December, 10:00 (once a year).", True),
        ({"dtstart": "2026-12-05"}, "Saturday 5 December, 10:00.", True),
        ({"dtstart": "2026-10-05"}, "Monday 5 October, 10:00.", False),
        (
            {"freq": "WEEKLY", "byday": "TU", "valid_from": "2027-01-12"},
            "Tuesdays, 10:00. From 12 January 2027.",
            True,
        ),
        (
            {"freq": "WEEKLY", "byday": "TU", "valid_to": "2026-05-03"},
            "Tuesdays, 10:00. Until 3 May 2026.",
            False,
        ),
    ],
)
def test_a_time_is_never_said_as_more_often_or_sooner(
    app: Flask, rule: dict[str, Any], said: str, short: bool
) -> None:
    """Alone catches: somebody who goes on a Tuesday of the month on which nobody is there, before it has begun, after
    it has ended, or on any day to what is there on one; and a price that is over."""
    told = {"schedules": [rule | {"opens_at": "10:00"}]}
    over = {"amount": "3", "currency": "GBP", "words": "", "until": "2026-06-30"}
    now_costs = {"amount": "5.50", "currency": "GBP", "words": "", "until": ""}
    service = Service(sessions=rows.sessions(told, []), costs=[over, now_costs], cost="paid", fees="")
    today = date(2026, 11, 30)
    with app.test_request_context():
        assert words.when(service, today) == [said]
        assert bool(times.short(service, today)) == short
        assert words.cost(service, today) == [words.short_cost(service, today)] == ["£5.50"]


def test_what_is_over_says_so_and_is_found_no_more(world: World) -> None:
    """Alone catches: what ended and can still be found, saved or planned, and what was saved of it that is lost."""
    page = world.rosa.get(world.there)
    page.form("Save it for later").submit()
    change(world, state=ENDED)
    assert "Nothing here yet" in world.rosa.get(world.base)
    saved = world.rosa.get(f"{world.base}saved/").click("Hill Street movement class")
    assert "This is over" in saved
    assert "You cannot ask for it." in saved
    assert "Put it in my plan" not in saved
    other = world.amina.get(world.there)
    assert "Save it for" not in other
    stale = world.amina.get(f"{world.there}save")
    with world.app.app_context(), command():
        for row in session().query(SavedService):
            row.removed_at = now()
    assert stale.form("Save it for later").submit().status == 409


def test_nothing_found_says_what_could_be_left_out(world: World) -> None:
    """Alone catches: an empty page that leads nowhere, and a count that is not what the link then shows."""
    with world.app.app_context(), command():
        listed = session().query(ServiceList).one()
        near_by.a_service(listed, "Lunch club", tags={"need": ["company"]})
    page = world.rosa.get(f"{world.base}?q=hill&need=company&getting_in=lift")
    assert "None found" in page
    assert "A lift." in page
    links = {one.text: one["href"] for one in page.html.select("#found ul a")}
    assert links == {}  # no one thing is in the way
    page = world.rosa.get(f"{world.base}?q=hill&need=company")
    links = {one.text: one["href"] for one in page.html.select("#found ul a")}
    assert list(links) == ["Without “hill”: 1", "Without “Company”: 1"]
    for href, name in zip(links.values(), ("Lunch club", "Hill Street movement class"), strict=True):
        there = world.rosa.get(href)
        assert "1 found" in there
        assert name in there


def test_it_is_asked_for_only_where_somebody_can_be_asked(world: World) -> None:
    """Alone catches: a button that leads nowhere, one for who may only see, and a reference that anybody could make."""
    person_id = world.house.person.id
    way = f"a[href^='/people/{person_id}/asks/new']"
    link = world.rosa.get(world.there).html.select_one(way)
    assert link.text == "Ask my link worker about this"
    with world.app.test_request_context():
        about = item_reference.read(person_id, parse_qs(urlsplit(link["href"]).query)["about"][0])
    assert about == item_reference.About("service", world.service.id, "Hill Street movement class")
    assert "About: Hill Street movement class" in world.rosa.get(link["href"])
    assert world.rosa.get(world.base).html.select_one(way).text == "Ask my link worker"
    assert world.leon.get(world.there).html.select_one(way).text == "Ask a link worker about this"
    with world.app.test_request_context(), command():
        carer = next(one for one in people.grants(world.permit()) if one.kind == "carer")
        set_rights(world.permit(), carer.id, {Area.COMMUNITY: Level.SEE})
    assert world.leon.get(world.there).html.select_one(way) is None


def test_it_is_asked_for_from_its_page(world: World) -> None:
    """Alone catches: a button that leads nowhere, an ask that lost what it is about, one asked twice unsaid, a way back
    to another page, a reference to somebody else's record, and what ended meanwhile asked for as if it had not.
    """
    page = world.rosa.get(world.there).click("Ask my link worker about this")
    assert "About: Hill Street movement class" in page
    back = page.html.select_one("a.back")
    assert (back.get_text(strip=True), back["href"]) == ("Hill Street movement class", world.there)
    stale = world.rosa.get(world.there).link("Ask my link worker about this")
    asked = page.form("ask").submit()
    assert asked.html.select_one("h1").text == "Hill Street movement class"
    assert asked.link("Open its page") == world.there
    again = world.leon.get(world.there).click("Ask a link worker about this")
    assert "and is not over." in again
    assert again.click("Look where it stands").html.select_one("h1").text == "Hill Street movement class"

    change(world, state=ENDED)
    assert "Ask my link worker" not in world.rosa.get(world.there)
    late = world.rosa.get(stale)
    assert "It is not on its list any more. You can ask for something like it." in late
    assert "It is not on its list any more." in world.rosa.get(asked.url)
    made_up = world.rosa.get(stale[:-3] + "xyz")
    assert "Hill Street" not in made_up
    assert (
        world.rosa.get(f"/people/{world.house.person.id}/asks/new")
        .html.select_one("a.back")["href"]
        .endswith("/asks/")
    )


def test_the_way_there_is_only_where_there_is_something(app: Flask, client: Client) -> None:
    """Alone catches: a row that leads to an empty room, and a record's page for who was given nothing of it."""
    with app.test_request_context(), command():
        house = factories.household()
    client.sign_in(house.rosa.id)
    mine = f"/people/{house.person.id}/mine/"
    assert "Help near you" not in client.get(mine)
    assert "Nothing here yet" in client.get(f"/people/{house.person.id}/community/")
    with app.test_request_context(), command():
        near_by.movement_class(near_by.a_list())
    page = client.get(mine).click("Help near you")
    assert "1 found" in page
    assert page.html.select_one("a.back")["href"].endswith("/mine/")
    for account in (house.leon, house.amina):
        client.sign_in(account.id)
        assert client.get(f"/people/{house.person.id}/community/").status == 404
        assert "Help near" not in client.get(mine)


@pytest.mark.parametrize(
    ("days", "said"),
    [
        ("mo tu we th fr", "Monday to Friday"), ("mo tu we th fr sa su", "Every day"), ("su mo", "Mondays and Sundays"),
        ("th", "Thursdays"), ("", ""),
    ],
)  # fmt: skip
def test_days_in_words(app: Flask, days: str, said: str) -> None:
    with app.test_request_context():
        assert times.days(days.split()) == said


def test_a_first_sentence_ends_where_it_ends(app: Flask) -> None:
    """Alone catches: one that ends within a number or an abbreviation of the web, or is cut inside a letter."""
    with app.test_request_context():
        assert words.first_sentence("Costs 3.50 a time. Tea.") == "Costs 3.50 a time"
        assert words.first_sentence("See example.org\nSecond") == "See example.org"
        assert words.first_sentence("خواتین کے لیے۔ چائے۔") == "خواتین کے لیے"
        assert words.is_old(date(2026, 1, 1), date(2026, 9, 1))
        assert not words.is_old(None, date(2026, 9, 1))
