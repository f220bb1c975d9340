"""Who sees a page: whoever sees the thing that it stands beside, and nobody else."""

import re
from collections.abc import Callable
from datetime import timedelta

import time_machine
from flask import Flask

from selfcare.database import command, now, session
from selfcare.information.models import Information
from selfcare.notifications.models import Notice
from selfcare.web.access import Area
from tests.harness.client import Client
from tests.information.world import THINGS, fill, let_carer, url
from tests.results.world import World

As = Callable[..., Client]
RIGHTS: dict[str, tuple[Area, ...]] = {
    "nothing": (), "results": (Area.RESULTS,), "decisions": (Area.DECISIONS,), "plan": (Area.PLAN,),
    "all": (Area.RESULTS, Area.DECISIONS, Area.PLAN),
}  # fmt: skip


def shown(client: Client, world: World) -> set[str] | None:
    """Which pages stand on the list of all of them; None: there is no such list."""
    answer = client.get(f"/people/{world.home.person.id}/information/")
    if answer.status == 404:
        return None
    links = {one["href"] for one in answer.html.select("main a[rel~=external]")}
    return {thing for thing in THINGS if url(thing) in links}


def expected(place: int, areas: tuple[Area, ...]) -> set[str]:
    return {thing for thing, row in THINGS.items() if row[0] in areas and row[place]}


def test_thing_by_right_by_reader(app: Flask, world: World, as_: As) -> None:
    """Alone catches: a page beside a result seen with the right to the plan, beside a report that is not released or
    was taken back, beside a decision that is *only me* or was removed, or beside a line that went; a list where there
    is nothing to see.
    """
    ids = fill(app, world)
    every = tuple(RIGHTS["all"])
    assert shown(as_("rosa"), world) == expected(1, every)
    assert shown(as_("amina"), world) == expected(3, every)
    assert shown(as_("stranger"), world) is None
    for areas in RIGHTS.values():
        let_carer(app, world, *areas)
        leon = as_("leon")
        assert shown(leon, world) == (expected(2, areas) if areas else None), areas
        if Area.PLAN in areas or Area.DECISIONS in areas:
            assert "Good information" in leon.get(f"/people/{world.home.person.id}/mine/")
    rosa, base = as_("rosa"), f"/people/{world.home.person.id}/"
    where = {
        "report": f"{world.base}{ids['report']}/", "result": f"{world.base}{ids['report']}/{ids['result']}/",
        "decision": f"{base}decisions/{ids['decision']}/", "line": f"{base}plan/",
    }  # fmt: skip
    for thing, address in where.items():
        page = rosa.get(address)
        [link] = page.html.select(f'a[href="{url(thing)}"]')
        assert {"noreferrer", "noopener"} <= set(link["rel"])
        assert link["referrerpolicy"] == "no-referrer"
        assert set(link.attrs) == {"href", "rel", "referrerpolicy", "lang"}, "nothing here hears of a press"
        row = re.sub(r"\s+", " ", link.find_parent("li").get_text(" "))
        for said in ("By Example Charity , on example.org", "In English · Easy to read: about age 9",
                     "Checked by Amina on", "Opens outside Selfcare"):  # fmt: skip
            assert said in row, (thing, said)
        assert "Take off" not in row
    kept = rosa.get(f"{base}plan/paper")
    assert "About the line" in kept
    assert not kept.html.select(f'a[href="{url("line")}"]'), "on paper it is text"
    with time_machine.travel(now() + timedelta(days=2, minutes=1), tick=False):
        assert shown(as_("rosa"), world) == expected(1, every) | {"held report"}, "released"


def test_nothing_beside_anything_leads_to_no_list(world: World, as_: As) -> None:
    """Alone catches: a row on *Plan and more* that leads to an empty page."""
    assert "Good information" not in as_("rosa").get(f"/people/{world.home.person.id}/mine/")


def test_put_beside_a_decision_and_a_line_and_taken_off(app: Flask, world: World, as_: As) -> None:
    """Alone catches: a page from the list kept with other words than the list's, one that is typed and not put on
    the list, and somebody who is no professional, or sees too little, adding one.
    """
    ids = fill(app, world)
    with app.app_context():
        notices = session().query(Notice).count()
    base, amina = f"/people/{world.home.person.id}/", as_("amina")
    for there, page in (
        (f"{base}decisions/{ids['decision']}/", amina.get(f"{base}decisions/{ids['decision']}/")),
        (f"{base}plan/lines/{ids['line']}/", amina.get(f"{base}plan/information")),
    ):
        assert f"{there}information/add" in page.text or "Add a link to good information" in page
        form = amina.get(f"{there}information/add")
        done = form.form("Add About the report").submit()
        assert "Saved." in done
        assert url("report") in done.text
        typed = amina.get(f"{there}information/add").form("link")
        refused = typed.submit(url="http://nhs.uk/", name="Typed", publisher="NHS")
        assert refused.status == 422
        assert refused.form("link").value("name") == "Typed"
        done = typed.submit(url="https://typed.example/", name="Typed", publisher="NHS")
        assert "https://typed.example/" in done.text
        assert "Typed" in amina.get("/team/links/")
        gone = done.form("Take off Typed").submit()
        assert "Saved." in gone
        assert "https://typed.example/" not in gone.text
        for who in ("rosa", "leon", "stranger"):
            assert as_(who).get(f"{there}information/add").status == 404
    with app.app_context():
        assert session().query(Notice).count() == notices, "no message"
        rows = session().query(Information).filter_by(url=url("report")).all()
        assert {(row.name, row.reading_age, row.list_id) for row in rows} == {
            ("About the report", 9, world.home.team.id)
        }
        assert {row.about_kind for row in rows} == {"decision", "plan_line"}
    with app.app_context(), command():
        person = session().get_one(type(world.home.person), world.home.person.id)
        person.died_on = now().date()
    form = amina.get(f"{base}decisions/{ids['decision']}/information/add").form("Add About the report")
    assert form.submit().status == 404
