"""What was agreed, and the page after a visit, without a signal: they wait on the phone, and come late."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from selfcare.agreed import actions
from selfcare.agreed.models import Line
from selfcare.agreed.states import Move, State
from selfcare.appointments.models import AfterVisit, Appointment, Question
from selfcare.database import command, now, session
from tests import factories
from tests.phone.scene import Scene


def line(scene: Scene, what: str) -> Line:
    with scene.app.app_context():
        return session().scalars(select(Line).where(Line.what == what)).one()


def test_a_tick_and_the_page_after_a_visit_wait_for_a_signal(scene: Scene) -> None:
    phone, page = scene.phone, scene.phone.page
    with scene.app.app_context():
        visit = session().scalars(select(Appointment.id).where(Appointment.utc < now())).one()
    phone.visit(f"{scene.base}/appointments/{visit}/after/")
    phone.context.set_offline(True)
    page.locator("summary", has_text="Add a line").click()
    page.locator("[name=line1-what]").fill("Ring the chemist")
    page.locator("[name=line1-who][value=me]").check(force=True)
    page.locator("[name=how][value=poor]").check(force=True)
    page.get_by_role("button", name="Save").click()
    expect(page.locator("h1")).not_to_have_text("How was your visit?")
    assert phone.waiting() == 1
    phone.context.set_offline(False)
    phone.ask("send")
    assert line(scene, "Ring the chemist").from_id == visit
    with scene.app.app_context():
        assert session().scalars(select(AfterVisit.how)).one() == "poor"
        assert set(session().scalars(select(Question.closed_at))) == {None}

    # Two ticks: one in time; the other late, when somebody has let that line go.
    for what in ("Ring the chemist", "Walk as far as the bakery"):
        phone.visit(f"{scene.base}/agreed/")
        phone.context.set_offline(True)
        page.get_by_role("button", name=f"Done: {what}").click()
        page.wait_for_url("**/waiting/**")
        with scene.app.test_request_context(), command():
            if what.startswith("Walk"):
                rosa = factories.permit(scene.house.rosa, scene.house.person)
                actions.move(rosa, line(scene, what).id, Move.LET_GO)
        phone.context.set_offline(False)
        phone.ask("send")
    assert line(scene, "Ring the chemist").state == State.DONE
    assert line(scene, "Walk as far as the bakery").state == State.LET_GO
    assert len(scene.refused()) == 1
    phone.visit("/waiting/")
    expect(page.locator("main")).to_contain_text("This was let go. Take it up again first.")


@pytest.mark.proof
def test_all_words_of_a_page_after_a_visit_that_is_refused_can_be_copied(scene: Scene) -> None:
    """The fields of its parts have names of their own: only the title was there to be copied."""
    phone, page = scene.phone, scene.phone.page
    with scene.app.app_context():
        visit = session().scalars(select(Appointment.id).where(Appointment.utc < now())).one()
    phone.visit(f"{scene.base}/appointments/{visit}/after/")
    phone.context.set_offline(True)
    page.locator("[name$=-talked]").first.check(force=True)
    page.locator("[name$=-answer]").first.fill("Take it with food")
    page.locator("summary", has_text="Add a line").click()
    page.locator("[name=line1-what]").fill("Ring the chemist")
    page.locator("[name=line1-who][value=other]").check(force=True)
    page.locator("[name=line1-other]").fill("My neighbour")
    page.get_by_role("button", name="Save").click()
    page.wait_for_url("**/waiting/**")
    with scene.app.app_context(), command() as work:
        row = work.scalars(select(Appointment).where(Appointment.id == visit)).one()
        row.utc, row.wall = row.utc + timedelta(days=900), row.wall + timedelta(days=900)
    phone.context.set_offline(False)
    phone.ask("send")
    phone.visit("/waiting/")
    expect(page.locator("main")).to_contain_text("This visit is still to come")
    assert page.locator(".quoted").inner_text().splitlines()[1:] == [
        "Take it with food", "Ring the chemist", "My neighbour",
    ]  # fmt: skip
