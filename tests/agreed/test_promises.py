"""What a professional agreed to do, over all their people."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from selfcare import database
from selfcare.agreed import actions, queries
from selfcare.agreed.actions import By, Owner
from selfcare.appointments import actions as visits
from tests import factories
from tests.agreed.world import make
from tests.factories.record import ahead
from tests.harness.client import Client


def test_their_own_lines_by_day_and_nobody_elses(app: Flask, new_client: Callable[..., Client]) -> None:
    world = make(app, new_client)
    world.add("Post the diet sheet", world.home.amina)
    world.add("Ask the doctor", world.home.amina, days=-2)
    world.add("Walk to the shop", days=1)
    world.add("Fix the rail", world.home.leon)
    page = world.amina.get("/caseload/").click("What I agreed to do")
    assert page.all(".row__title") == ["Ask the doctor", "Post the diet sheet"]
    assert "late" not in " ".join(page.all("#main")).lower().split()
    page = page.form("Done: Ask the doctor").submit()
    assert page.h1 == "What I agreed to do"
    assert page.all(".row__title") == ["Post the diet sheet"]
    assert "On the list again." in page.form("Undo").submit()


def test_pages_go_on_by_key_and_end(app: Flask) -> None:
    """On both engines: a day, a visit's day and none are ordered together. Catches a line lost or shown twice."""
    with app.test_request_context(), database.command():
        house = factories.household()
        rosa = factories.permit(house.rosa, house.person)
        does = Owner("professional", house.amina.id, house.amina.name)
        today = rosa.today()
        whens = [By(), *(By("day", today + timedelta(days=n // 2)) for n in range(6)), By("visit"), By()]
        for n, when in enumerate(whens):
            actions.add(rosa, what=f"Line {n}", owner=does, by=when)
        panel = factories.panel(house.amina)
        whole = [each.line.what for each in queries.promises(panel)]
        assert len(whole) == len(whens)
        key, found = None, []
        while True:
            part = queries.promises(panel, key, size=2)
            found += [each.line.what for each in part[:2]]
            if len(part) <= 2:
                break
            key = queries.place(part[1])
    assert found == whole
    assert [each for each in whole if each in ("Line 1", "Line 6")] == ["Line 1", "Line 6"]


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_a_visit_that_moves_takes_the_day_with_it(app: Flask) -> None:
    """By the next visit is no date of its own. Catches a day that was copied, and one told of an *only me* visit."""
    with app.test_request_context(), database.command():
        house = factories.household()
        rosa = factories.permit(house.rosa, house.person)
        visit = visits.add_visit(rosa, when=ahead(rosa, days=5), how="phone", with_whom="Amina")
        does = Owner("professional", house.amina.id, house.amina.name)
        line = actions.add(rosa, what="Ring", owner=does, by=By("visit", None, visit.id))
        later = ahead(rosa, days=9)
        visits.change_visit(rosa, visit.id, visit.version, when=later, how="phone", with_whom="Amina")
        assert queries.line(rosa, line.id).on == later.wall.date()
        assert queries.promises(factories.panel(house.amina))[0].line.on == later.wall.date()
        visits.change_visit(
            rosa, visit.id, visit.version + 1, when=later, how="phone", with_whom="Amina", only_me=True
        )
        assert queries.line(rosa, line.id).on == later.wall.date()
        (told,) = queries.promises(factories.panel(house.amina))
        assert (told.line.on, told.line.by) == (None, "By the next visit")
