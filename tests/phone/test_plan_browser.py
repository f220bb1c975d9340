"""The plan on a phone, without a signal."""

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import delete, select

from selfcare.database import command, session
from selfcare.people.models import Relationship, Right
from selfcare.web.access import Area, Level
from tests.factories import plans
from tests.phone.pocket import Town

# What is proven here happens in the browser; what the server answers is asked on both engines in care_plan.
pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)


def test_the_plan_is_kept_by_itself(town: Town, chromium: Browser) -> None:
    """Alone catches: what to do if things change, which opens without a signal only while a visit is to come."""
    with town.app.test_request_context(), command():
        plans.a_plan(town.house)
    there = f"/people/{town.house.person.id}/plan/"
    with town.phone(chromium, town.house.rosa) as phone:
        phone.get_worker()
        page = phone.open(there)
        page.get_by_role("switch", name="Keep on this phone").check()
        expect(page.locator("#announce")).to_have_text("It is kept on this phone.")
        town.stop()
        phone.open(there)
        expect(page.get_by_text("I cannot do the stairs two days running.")).to_be_visible()
        expect(page.get_by_text("Kept on this phone, as it was then.")).to_be_visible()


def test_a_plan_that_a_carer_may_not_see_any_more_is_not_read_on_their_phone_either(
    town: Town, chromium: Browser
) -> None:
    """Alone catches: a plan that is kept, by itself and with a visit, and refused by the server, that opens again
    as soon as the signal goes; and a visit that is lost with it, which may still be seen."""
    with town.app.test_request_context(), command():
        plans.a_plan(town.house)
        leon = select(Relationship.id).where(Relationship.account_id == town.house.leon.id)
        rights = {"relationship_id": session().scalars(leon).one(), "area": Area.PLAN.value}
        session().add(Right(**rights, level=int(Level.SEE)))
    there = f"/people/{town.house.person.id}/plan/"
    with town.phone(chromium, town.house.leon) as phone:
        phone.get_worker()
        for path in (town.prepare, there):
            page = phone.open(path)
            page.get_by_role("switch", name="Keep on this phone").check()
            expect(page.locator("#announce")).to_have_text("It is kept on this phone.")
        with town.app.test_request_context(), command():
            session().execute(delete(Right).filter_by(**rights))
        phone.open(there)
        phone.heads("We cannot find this page")
        town.stop()
        phone.open(there)
        phone.heads("This page needs a signal")
        phone.open(town.prepare)
        phone.heads("Getting ready")
