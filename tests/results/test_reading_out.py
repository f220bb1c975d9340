"""A result is read to somebody who does not open it: it counts as looked at, both sides see who said so, and it is
taken back again.
"""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from selfcare.appointments import actions as appointments
from selfcare.database import session
from selfcare.preparation import queries as preparation
from selfcare.results import queries, reading_out
from selfcare.results.models import ReadOut
from selfcare.web.access import Permit
from tests import factories
from tests.harness.client import Client
from tests.harness.pages import Answer
from tests.results.world import World, ago

As = Callable[..., Client]
pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
SAID = "Amina read this to {} on the phone,"


def say(amina: Client, url: str) -> Answer:
    """Amina says on the page of a report that she has read it."""
    form = amina.get(url).click("I have read this to Rosa").form("read-out")
    return form.submit(identity="y", how="phone")


def steps(world: World, who: str, visit: UUID) -> bool | None:
    """Whether *results* counts as done on somebody's page of getting ready; None where no number is shown."""

    def read(permit: Permit) -> bool | None:
        panel = factories.panel(world.home.amina) if who == "amina" else None
        found = preparation.preparation(permit, visit, panel).readiness
        return found.has("results") if found else None

    return bool(world.do(who, read))


def test_it_counts_as_looked_at_and_both_see_who_said_so(world: World, as_: As) -> None:
    """Alone catches: somebody without a device who is never ready; a result that is said to be opened; one that is no
    longer new to the person, who has not seen it.
    """
    visit = world.do(
        "rosa", appointments.add_visit, when=ago(days=-3), how="phone", with_whom="Amina", purpose="Review"
    ).id
    report = world.file()
    url = f"{world.base}{report}/"
    amina, rosa = as_("amina"), as_("rosa")
    assert "Full blood count" in amina.get("/caseload/results/")
    form = amina.get(url).click("I have read this to Rosa").form("read-out")
    refused = form.submit(how="phone")
    assert (refused.status, refused.errors) == (422, ["Ask who it is first. Nothing is kept yet."])
    assert [steps(world, who, visit) for who in ("amina", "rosa")] == [False, False]
    page = refused.form("read-out").submit(identity="y", how="phone")
    for said in ("Saved.", SAID.format("Rosa"), "Rosa has not opened it."):
        assert said in page, said
    assert "I have read this to Rosa" not in page
    assert [steps(world, who, visit) for who in ("amina", "rosa")] == [True, True]
    assert "Full blood count" not in amina.get("/caseload/results/")
    assert "Read out" in amina.get(world.base).all(".tag")
    assert SAID.format("Rosa") in amina.get(f"/people/{world.home.person.id}/")
    ready = f"/people/{world.home.person.id}/appointments/{visit}/prepare/"
    for place in (world.base, url, ready):
        assert SAID.format("you") in rosa.get(place), place
    assert "New" in rosa.get(world.base).all(".tag")
    assert SAID.format("Rosa") in as_("leon").get(url)
    assert "Wrote down that they read a result to you" in rosa.get(
        f"/people/{world.home.person.id}/who-looked/"
    )


@pytest.mark.parametrize("who", ["rosa", "amina"])
def test_it_is_taken_back_by_the_person_or_the_team(world: World, as_: As, who: str) -> None:
    """Alone catches: words about a call that never was, which stay for ever."""
    url = f"{world.base}{world.file()}/"
    say(as_("amina"), url)
    page = as_(who).get(url)
    late = page.form("read-out/take-back")
    assert "Saved." in late.submit()
    assert "read this to" not in as_("rosa").get(url).html.main.text
    assert "Full blood count" in as_("amina").get("/caseload/results/")
    say(as_("amina"), url)
    assert "Saved." not in late.submit()  # it stood beside another one
    assert SAID.format("you") in as_("rosa").get(url)


def test_what_they_may_not_see_is_not_read_to_them_and_twice_is_once(world: World, as_: As) -> None:
    """Alone catches: a hold that one press goes round; two lines about one call."""
    held = world.file(hold=timedelta(days=3))
    report = world.file()
    amina = as_("amina")
    form = amina.get(f"{world.base}{report}/read-out").form("read-out")
    assert "I have read this to" not in amina.get(f"{world.base}{held}/")
    assert amina.get(f"{world.base}{held}/read-out").all("form#read-out") == []
    sent = dict(form.sent()) | {"identity": "y", "how": "beside"}
    assert amina.post(f"{world.base}{held}/read-out", sent).status == 404
    for _ in range(2):
        form.submit(identity="y", how="beside")
    again = amina.post(f"{world.base}{report}/read-out", sent | {"form_id": str(world.home.rosa.id)})
    assert again.status == 200
    with world.app.app_context():
        rows = session().scalars(select(ReadOut)).all()
    assert [(row.report_id, row.how, row.entered_name) for row in rows] == [(report, "beside", "Amina")]


@pytest.mark.parametrize("number", [1, 50])
def test_what_still_waits_is_told_apart_however_many_reports_there_are(
    world: World, as_: As, number: int
) -> None:
    """Alone catches: a page of getting ready that breaks, or stops telling, where there are many reports."""
    visit = world.do(
        "rosa", appointments.add_visit, when=ago(days=-3), how="phone", with_whom="Amina", purpose="Review"
    ).id
    reports = [world.file(asked_for=f"Test {each}") for each in range(number)]
    unread = world.file(asked_for="Liver tests")
    for report in reports:
        world.do("amina", reading_out.read_out, report, how="phone")
    assert [one.id for one in world.do("amina", queries.unopened)] == [unread]
    prepare = f"/people/{world.home.person.id}/appointments/{visit}/prepare/"
    assert "Liver tests" in as_("amina").get(prepare)


def test_what_was_corrected_since_the_page_was_opened_was_not_read_out(world: World, as_: As) -> None:
    """Alone catches: "Saved." about values that a laboratory has taken back while somebody read them."""
    report = world.file()
    form = as_("amina").get(f"{world.base}{report}/read-out").form("read-out")
    world.file(replaces_id=report)
    page = form.submit(identity="y", how="phone")
    assert (page.status, page.h1, "Saved." in page) == (200, "Full blood count", False)
    with world.app.app_context():
        assert session().scalars(select(ReadOut)).all() == []
