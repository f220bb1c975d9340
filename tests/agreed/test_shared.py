"""What was agreed, in what is shared: it leaves with *Only me*, and with the right to visits."""

from datetime import timedelta

import pytest
from flask import Flask

from selfcare.agreed import actions
from selfcare.agreed.actions import By, Owner
from selfcare.database import command
from selfcare.sharing import actions as sharing
from selfcare.sharing import queries, snapshot
from selfcare.web.access import Area, Level
from tests import factories

RIGHTS = {Area.SHARING: Level.SEE, Area.GOALS: Level.SEE}


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_lines_are_shared_and_leave_again(app: Flask) -> None:
    """Catches a line that stays in a summary after Only me, and one that is shown without the right."""
    with app.test_request_context(), command():
        house = factories.household(carer_rights=RIGHTS)
        rosa, leon, amina = (
            factories.permit(each, house.person) for each in (house.rosa, house.leon, house.amina)
        )
        today = rosa.today()
        walk = actions.add(rosa, what="Walk", owner=Owner("me"), by=By("day", today + timedelta(days=2)))
        actions.add(rosa, what="Fix the rail", owner=Owner("carer", house.leon.id, "Leon"))
        actions.add(rosa, what="Nobody knows", owner=Owner("me"), only_me=True)
        sharing.share(rosa, sections=snapshot.SECTIONS, first=today, last=today, appointment_id=None)

        def seen(reader: object) -> list[tuple[str, str | None]] | None:
            found = queries.newest(reader)  # type: ignore[arg-type]
            assert found is not None
            assert found.body is not None
            lines = found.body.get("agreed")
            return None if lines is None else [(line["what"], line["who"]) for line in lines]

        assert seen(amina) == [("Walk", None), ("Fix the rail", "Leon")]
        assert seen(leon) is None
        actions.change(rosa, walk.id, 1, what="Walk", owner=Owner("me"), by=By(), only_me=True)
        assert seen(amina) == [("Fix the rail", "Leon")]


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_who_chose_before_it_could_be_chosen_is_offered_it(app: Flask) -> None:
    """What was left out once stays out; what was not there to be left out goes in."""
    with app.test_request_context(), command():
        house = factories.household()
        rosa = factories.permit(house.rosa, house.person)
        today = rosa.today()
        before = {"sections": ["goals"], "format": 2}
        assert queries.usual(rosa, before, today, today).sections == ("views", "stays", "agreed", "goals")
        before |= {"format": 3}
        assert queries.usual(rosa, before, today, today).sections == ("views", "stays", "goals")
        left = before | {"unchosen": ["views", "stays"]}
        assert queries.usual(rosa, left, today, today).sections == ("goals",)
