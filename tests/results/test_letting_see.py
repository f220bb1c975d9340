"""Letting somebody see a report, and what stands beside a result while something is done about it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from selfcare.appointments import question_actions
from selfcare.database import now, session
from selfcare.notifications.models import Notice
from selfcare.results import actions, queries
from selfcare.results.models import Report
from selfcare.web.access import Permit
from selfcare.web.item_reference import About
from tests.harness.client import Client
from tests.results.world import World

As = Callable[..., Client]
pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)


def test_what_is_let_out_of_a_hold_is_visible_from_then_and_never_dated_back(world: World, as_: As) -> None:
    report = world.file(hold=timedelta(days=3))
    later = (now() + timedelta(hours=30)).replace(microsecond=0)
    with time_machine.travel(later, tick=False):
        world.do("amina", actions.release, report)
        page = as_("amina").get(f"{world.base}{report}/")
        wall = world.do("amina", lambda permit: permit.local(later))
        assert f"Rosa can see this since {wall:%A} {wall.day} {wall:%B}, {wall:%H:%M}." in page
        [found] = world.do("rosa", queries.since, later)
        assert found.id == report, "new since the moment it was let out"

    def kept(_: Permit) -> tuple[object, object]:
        row = session().scalars(select(Report).where(Report.id == report)).one()
        notice = (
            session().scalars(select(Notice).where(Notice.about_id == report, Notice.kind == "result")).one()
        )
        return row.visible_from, notice.visible_from

    assert world.do("rosa", kept) == (later, later)


def test_letting_see_says_whose_and_which_first_and_opens_by_its_button_alone(world: World, as_: As) -> None:
    report = world.file(hold=timedelta(days=3))
    nurse = as_("amina")
    page = nurse.get(f"{world.base}{report}/")
    link = next(a for a in page.html.select("#seeing a.button") if "Let Rosa see this now" in a.get_text())
    assert link.name == "a", "what is done is done on the page it leads to"
    assert [str(form) for form in page.forms() if "release" in str(form)] == []
    sure = nurse.get(str(link["href"]))
    for said in ("Rosa Hill", "27 March 1962", "Full blood count", "118", "Haemoglobin", "cannot be undone"):
        assert said in sure, said
    assert "118 g/L" not in as_("rosa").get(f"{world.base}{report}/"), "looking changes nothing"
    sure.form("release").submit()
    assert "118 g/L" in as_("rosa").get(f"{world.base}{report}/")
    again = nurse.get(str(link["href"]), follow=False)
    assert again.status == 303, "nothing is left to be let out"


def test_whom_to_call_stands_beside_the_question_with_hours(world: World, as_: As) -> None:
    report = world.file()
    page = as_("rosa").get(f"{world.base}{report}/")
    for each in (page, page.click("Haemoglobin")):
        said = each.html.select_one(".call-line")
        assert said is not None
        assert "01632 960118" in said.get_text()
        assert "Monday to Friday, 9 to 5" in said.get_text()
        assert said.select_one("a")["href"] == "tel:01632960118"  # type: ignore[index]


def test_the_way_somebody_hears_stands_where_it_is_changed(world: World, as_: As) -> None:
    page = as_("rosa").get(f"{world.base}choice")
    assert "Now: as soon as they are ready, some when we talk" in page
    world.do("rosa", actions.choose, "with_note", [])
    assert "Now: with a note from my key contact" in as_("rosa").get(f"{world.base}choice")


def test_a_note_is_written_with_the_values_in_view(world: World, as_: As) -> None:
    report = world.file()
    page = as_("amina").get(f"{world.base}{report}/note")
    for said in ("Haemoglobin", "118", "120 - 150 g/L", "Low", "Ferritin", "22"):
        assert said in page, said
    line = world.do("amina", queries.sheet, report).results[0]
    alone = as_("amina").get(f"{world.base}{report}/note?result={line.id}")
    assert "118" in alone
    assert "Ferritin" not in alone


def test_a_reply_is_written_with_the_values_it_is_about_in_view(world: World, as_: As) -> None:
    report = world.file()
    line = world.do("rosa", queries.sheet, report).results[0]
    about = About("result", line.id, line.name)
    question = world.do("rosa", question_actions.ask, text="Is this low?", about=about, send_now=True)
    nurse = as_("amina")
    page = nurse.get(f"/people/{world.home.person.id}/questions/{question.id}/reply")
    part = page.html.select_one("[data-hx-get]")
    assert part is not None
    assert part.select_one("a[href]"), "without JavaScript it is a link"
    shown = nurse.get(str(part["data-hx-get"]), htmx=True)
    for said in ("Haemoglobin", "118", "120 - 150 g/L", "Low"):
        assert said in shown, said
    assert "Ferritin" not in shown
