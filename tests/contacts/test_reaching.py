"""Nobody reached is no contact; nothing written is nothing; what was just written can be taken back; nobody calls on a
Sunday."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select

from selfcare.contacts import actions, queries
from selfcare.contacts.models import Contact
from selfcare.database import command, session
from selfcare.people.models import Person, Team
from selfcare.web.when import at_instant
from tests.contacts.test_views import LONDON, World, world

__all__ = ["world"]


def due_in(world: World, days: int) -> date:
    """Set the day contact is due. :returns: it."""
    with world.as_amina() as permit:
        day = permit.today() + timedelta(days=days)
        actions.set_rhythm(permit, None, kind="active", every_days=14, due_on=day)
        return day


def test_the_number_of_a_person_opens_the_note(world: World) -> None:
    """Alone catches: a call from the person's page that nobody is asked to write down, a note that opens with another
    way of reaching them, and one from which they can be neither called nor written to."""
    with world.app.app_context(), command():
        person = session().get_one(Person, world.home.person.id)
        person.phone, person.email = "01632 960118", "rosa?bcc=&x@example.org"
    person_page = world.amina.get(f"/people/{world.home.person.id}/")
    note = world.amina.get(person_page.link("01632 960118"))
    assert note.h1 == "Log a contact: Rosa"
    assert note.form("contact").value("how") == "phone"
    assert note.link("01632 960118") == note.link("Call 01632 960118") == "tel:01632960118"
    assert note.link("Write to rosa?bcc=&x@example.org") == "mailto:rosa%3Fbcc%3D%26x@example.org"


def test_nothing_typed_is_nothing_written(world: World) -> None:
    """*Save, and next person* with nothing typed was a contact: the person read it, and the day moved."""
    day = due_in(world, 1)
    page = world.amina.get(world.base + "add").form("contact").submit()
    assert page.status == 422
    assert "Nothing is written down yet" in page
    assert world.count(Contact) == 0
    assert world.due() == day


def test_a_contact_is_not_emptied(world: World) -> None:
    """Its words taken out, a contact went on counting: the person read one with nothing in it."""
    with world.as_amina() as permit:
        row = actions.log(permit, when=at_instant(datetime.now(UTC), LONDON), how="phone", said="First")
    page = (
        world.amina.get(f"{world.base}{row.id}/change").form("contact").submit(said=" \u200b", next_step="")
    )
    assert page.status == 422
    assert "Write what was said" in page
    assert "First" in world.rosa.get(world.base)


@pytest.mark.parametrize(
    ("outcome", "said"), [("no_answer", "No answer"), ("left_message", "Left a message")]
)
def test_nobody_reached_is_no_contact(world: World, outcome: str, said: str) -> None:
    day = due_in(world, 1)
    with world.as_amina() as permit:
        before = at_instant(datetime.now(UTC) - timedelta(days=20), LONDON)
        talked = actions.log(permit, when=before, how="phone", said="Long ago").id
    world.amina.get(world.base + "add").form("contact").submit("Save", outcome=outcome)
    assert f"Phone: {said.lower()}" in world.amina.get(world.base).text.lower().replace("phone", "Phone")
    assert world.due() == day
    with world.as_amina() as permit:
        latest = queries.latest(permit)
        assert latest is not None
        assert latest.id == talked
        assert world.amina.get(f"/people/{world.home.person.id}/").status == 200
    listed = world.amina.get("/caseload/")
    assert (datetime.now(LONDON) - timedelta(days=20)).strftime("%-d %b") in listed


def test_next_without_saving(world: World) -> None:
    day = due_in(world, 1)
    page = world.amina.get(world.base + "add").click("Next without saving")
    assert page.status == 200
    assert "Undo" not in page
    assert world.count(Contact) == 0
    assert world.due() == day


def test_what_was_just_written_is_taken_back(world: World) -> None:
    """A slip at the end of a call moved the day, and only the note could be removed."""
    day = due_in(world, 1)
    page = world.amina.get(world.base + "add").form("contact").submit(said="The wrong Rosa")
    assert world.due() != day
    assert "Written down for Rosa" in page
    undo = page.form("/undo")
    undo.submit()
    assert world.due() == day
    assert "The wrong Rosa" not in world.rosa.get(world.base)
    undo.submit()
    assert world.due() == day
    with world.as_amina():
        assert session().scalars(select(Contact)).one().removed_at is not None


def test_an_undo_keeps_what_was_set_since(world: World) -> None:
    due_in(world, 1)
    undo = world.amina.get(world.base + "add").form("contact").submit(said="Hello").form("/undo")
    later = due_in(world, 9)
    undo.submit()
    assert world.due() == later


def test_nobody_calls_on_a_sunday_or_a_holiday(world: World) -> None:
    """Two weeks before Boxing Day: the day offered was a Saturday, and Christmas had to be typed by each team."""
    with world.as_amina():
        session().get_one(Team, world.home.team.id).holidays = ["2026-12-29"]
    with time_machine.travel("2026-12-12T10:00:00+00:00", tick=False):
        world.amina.sign_in(world.home.amina.id)
        form = world.amina.get(world.base + "add").form("contact")
        # Saturday 26, Sunday, Boxing Day kept on Monday, their own day.
        assert form.value("due") == "2026-12-30"
        page = form.submit(said="Hello", due_on="2026-12-25")
        assert page.status == 422
        assert "The next day they do is Wednesday 30 December" in page
        page = world.amina.get(world.base + "rhythm").form("rhythm").submit(due_on="2026-12-27")
        assert page.status == 422


def test_nobody_was_in_touch_before_they_were_born(world: World) -> None:
    form = world.amina.get(world.base + "add").form("contact")
    page = form.submit(said="Hello", when="day", **{"when-date": "1926-03-27", "when-time": "10:00"})
    assert page.status == 422
    assert "This is before Rosa was born." in page
    assert world.count(Contact) == 0
