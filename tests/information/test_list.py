"""A team's list of checked pages: kept by each of its members, read by people where a page stands."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import time_machine
from flask import Flask
from jsonschema import Draft202012Validator

from selfcare.database import command, now, session
from selfcare.diary.presets import PRESETS
from selfcare.information.models import TeamLink
from selfcare.people import staff
from selfcare.people.models import TeamOffer
from selfcare.team import starter_set_file as files
from tests.harness.client import Client
from tests.information.test_reading_age import EASY
from tests.information.world import THINGS, fill, url
from tests.results.world import World
from tests.team.test_starter_set import SET, as_bytes, upload

As = Callable[..., Client]
TYPED = {"name": "Iron and you", "url": "https://iron.example/", "publisher": "Example Charity"}


def test_kept_changed_and_taken_off(app: Flask, world: World, as_: As) -> None:
    """Alone catches: a reading age that somebody typed, or that stays with a page in another language or at another
    address; the text kept; an address twice; one of two who change it at once overwritten; a page that is checked no
    more, or off the list, that people read as if it were.
    """
    ids, amina, rosa = fill(app, world), as_("amina"), as_("rosa")
    decision = f"/people/{world.home.person.id}/decisions/{ids['decision']}/"
    result = f"{world.base}{ids['report']}/{ids['result']}/"
    add = amina.get("/team/links/").click("Add a link").form("page")
    short = add.submit(**TYPED, passage="Iron is good.")
    assert "This has 3 words. Paste 100 or more" in short
    assert "We can only count this for English." in add.submit(**TYPED, passage=EASY, language="ur")
    saved = add.submit(**TYPED, passage=EASY, language="en", about="Food with iron", test="HAEMOGLOBIN")
    assert "Saved." in saved, saved.errors
    assert "Easy to read: about age 7" in saved
    assert "Beside each result of HAEMOGLOBIN" in saved
    assert "This address is on the list already." in amina.get("/team/links/add").form("page").submit(**TYPED)
    with app.app_context():
        body = session().query(TeamOffer).filter_by(key=TYPED["url"]).one().body
    assert body["reading"] == {"age": 7, "words": 123}
    assert "kidneys" not in json.dumps(body)
    assert "Iron and you" in rosa.get(result), "beside each result of that test, without anybody adding it"
    assert "Iron and you" not in rosa.get(decision)

    there = f"/team/links/{ids['pages']['decision']}/"
    first, second = amina.get(there).form("page"), amina.get(there).form("page")
    assert "Saved." in first.submit(name="Another name")
    late = second.submit(name="My name")
    assert late.status == 409
    assert "Amina changed this meanwhile. What you typed is still here." in late
    assert late.form("page").value("name") == "My name"
    assert "Another name" in rosa.get(decision), "what the list says now counts"
    assert "Easy to read: about age 9" in rosa.get(decision)
    assert "Saved." in amina.get(there).form("page").submit(language="cy")
    assert "Easy to read" not in rosa.get(decision)

    with time_machine.travel(now() + timedelta(days=800), tick=False):
        assert "Not checked since 1 March 2026" in as_("rosa").get(decision)
        assert "Not checked since 1 March 2026" in as_("amina").get("/team/links/")
    gone = amina.get(there).click("Take it off the list").form("Take it off the list").submit()
    assert "Another name" not in gone
    page = rosa.get(decision)
    assert "Riverside community team took this off its list on" in page
    assert not page.html.select(f'a[href="{url("decision")}"]')
    assert "Saved." in amina.get("/team/links/add").form("page").submit(**TYPED | {"url": url("decision")})
    assert rosa.get(decision).html.select(f'a[href="{url("decision")}"]'), "on the list once more"
    with app.app_context():
        assert session().get_one(TeamLink, (world.home.team.id, url("decision"))).off_at is None
    iron = next(one for one in amina.get("/team/links/").html.select("main a") if "Iron" in one.get_text())
    amina.get(f"{iron['href']}remove").form("Take it off the list").submit()
    assert "Iron and you" not in rosa.get(result), "what nobody put there for them goes with the list"
    for who in ("rosa", "leon", "stranger"):
        assert as_(who).get("/team/links/").status == 404


def test_the_starter_set_takes_them_along(app: Flask, world: World, as_: As) -> None:
    """Alone catches: a field that a file loses on its way, a file of before that is read no more, a name of somebody of
    the team in a file that goes to others, a reading age that could not have been counted, one taken off on the page of
    what the team offers that people still read as checked.
    """
    ids, amina = fill(app, world), as_("amina")
    with app.app_context(), command():
        staff.make_administrator(world.home.team.id, world.home.amina.id)
    link: dict[str, Any] = {
        **SET["links"][0], "about": "What kidneys do", "test": "Creatinine", "reading": {"age": 12, "words": 300}
    }  # fmt: skip
    looked = upload(amina, as_bytes(SET | {"links": [link]}))
    for said in ("What kidneys do", "Creatinine", "Harder to read: about age 12"):
        assert said in looked, "all that is kept was looked through"
    every = [one["value"] for one in looked.html.select("input[name=take]")]
    assert looked.form("take-in").submit(take=every).h1 == "What the team offers"
    out = amina.send("GET", "/team/starter-set/file").json
    assert link in out["links"]
    assert len(out["links"]) == len(THINGS) + 1
    assert "Amina" not in json.dumps(out)
    schema = json.loads(files.SCHEMA.read_text(encoding="utf-8"))
    Draft202012Validator(schema).validate(out)
    assert files.read(as_bytes(SET), list(PRESETS)).items, "one of before"
    page = amina.get("/team/links/")
    row = next(one for one in page.html.select("li.row") if "About kidneys" in one.get_text())
    assert "Checked on" in row.get_text(), "by whom, nobody here knows"
    for reading in (
        {"age": 4, "words": 300},
        {"age": 12, "words": 99},
        {"age": "12", "words": 300},
        {"age": 12},
        12,
    ):
        wrong = upload(amina, as_bytes(SET | {"links": [link | {"reading": reading}]}))
        assert wrong.status == 422, reading
    amina.get(f"/team/starter-set/{ids['pages']['line']}/remove").form("Take it off").submit()
    with app.app_context():
        assert session().get_one(TeamLink, (world.home.team.id, url("line"))).off_at is not None
    assert "took this off its list on" in as_("rosa").get(f"/people/{world.home.person.id}/plan/")
