"""The person's own words are not taken out with what they were written for."""

import pytest

from selfcare.appointments import actions
from selfcare.appointments.models import Appointment
from selfcare.database import session
from selfcare.web.access import Area, Level
from tests.appointments.conftest import World

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
ADDS = {Area.APPOINTMENTS: Level.ADD, Area.QUESTIONS: Level.ADD}
CHANGES = {Area.APPOINTMENTS: Level.MANAGE, Area.QUESTIONS: Level.MANAGE}


def visit_with_words(world: World, who: str) -> str:
    visit = world.visit(3, who)
    with world.acting() as permit:
        actions.set_matters(permit, visit.id, None, "To be well for my sister.")
    return f"{world.base}appointments/{visit.id}/"


def question_with_answer(world: World, who: str) -> str:
    asked = world.ask("Did the new tablets help?", who)
    with world.acting() as permit:
        actions.answer(permit, asked, 1, "Yes, after a week.")
    return f"{world.base}questions/{asked}/"


MADE = [visit_with_words, question_with_answer]


@pytest.mark.parametrize("make", MADE)
@pytest.mark.parametrize(
    ("rights", "who", "may"), [(ADDS, "amina", False), (ADDS, "leon", False), (CHANGES, "leon", True)]
)
def test_who_may_not_change_them_does_not_take_them_out(
    world: World, make: object, who: str, may: bool
) -> None:
    """A nurse removed her visit, and what Rosa had written for it was gone, untold."""
    client = getattr(world, who)
    empty = client.get(f"{world.base}appointments/{world.visit(5, who).id}/remove").form("Remove")
    one = make(world, who)  # type: ignore[operator]
    page = client.get(f"{one}remove")
    if may:
        assert page.form("Remove").submit().status == 200
        assert world.rosa.get(one).status == 404
        return
    assert "These words are theirs" in page
    assert not [form for form in page.forms() if form.bears("Remove")]
    token = empty.value("csrf_token")
    assert client.post(f"{one}remove", {"csrf_token": token}).status == 409
    own = world.rosa.get(one)
    assert "To be well for my sister." in own.text or "Yes, after a week." in own.text
    assert world.rosa.get(f"{one}remove").form("Remove").submit().status == 200, "they are hers to take out"


def test_a_visit_that_nobody_has_written_for_is_removed_as_before(world: World) -> None:
    visit = world.visit(3, "amina")
    page = world.amina.get(f"{world.base}appointments/{visit.id}/remove")
    assert page.form("Remove").submit().status == 200
    with world.app.app_context():
        assert session().get_one(Appointment, (world.home.person.id, visit.id)).removed_at is not None
