"""That a person's words for a visit are theirs until they share them is said to who does not see them."""

import pytest

from selfcare.appointments import actions
from selfcare.decisions import actions as decisions
from selfcare.health import actions as health
from tests.appointments.conftest import World
from tests.harness.pages import words

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
SAID = "What Rosa writes for a visit is theirs. You see it when they share it with you."


def test_a_professional_sees_the_words_when_they_are_shared(world: World) -> None:
    visit = world.visit(5).id
    with world.acting() as permit:
        actions.set_matters(permit, visit, None, "My sister’s visit")
    there = f"{world.base}appointments/{visit}/prepare/"
    assert SAID in world.amina.get(there)
    assert "My sister’s visit" not in world.amina.get(there)
    assert SAID not in words(world.rosa.get(there).html.main)
    assert "My sister’s visit" not in world.amina.get(f"{world.base}summary/")
    world.rosa.get(there + "ready").form("ready").submit()
    assert "My sister’s visit" in world.amina.get(f"{world.base}summary/")


def test_all_that_goes_with_i_am_ready_is_said_before_it_goes(world: World) -> None:
    """Alone catches: a part that was ticked once, goes again with *I'm ready*, and is not among what she will see."""
    visit = world.visit(5).id
    with world.acting() as permit:
        decisions.add(permit, question="How do I get there?", options={"a": "By the early bus"})
        health.add(permit, kind="medicine", name="Vitamin D", about="")
    there = f"{world.base}appointments/{visit}/prepare/ready"
    before = words(world.rosa.get(there).html.main)
    assert "How do I get there?" not in before
    assert "By the early bus" not in before
    choose = world.rosa.get(there).click("Choose what to share").form("share")
    choose = choose.submit("Show it with these choices", sections=["decisions"]).form("share")
    choose.submit("Share with Amina")
    page = world.rosa.get(there)
    assert "How do I get there?" in words(page.html.main)
    assert "Vitamin D" not in words(page.html.main)
    page.form("ready").submit()
    summary = world.amina.get(f"{world.base}summary/")
    assert "How do I get there?" in summary
    assert "Vitamin D" not in summary
