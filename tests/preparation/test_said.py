"""That a person's words for a visit are theirs until they share them is said to who does not see them."""

import pytest

from selfcare.appointments import actions
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
