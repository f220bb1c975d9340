"""*I'm ready* with parts in the person's own words: what each line is, where its first words do not say it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from selfcare import i18n
from selfcare.appointments import actions as appointments
from selfcare.database import command
from selfcare.sharing import actions as sharing
from selfcare.web.access import Area
from tests import factories
from tests.factories import plans
from tests.factories.record import ahead
from tests.harness.client import Client

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)


def test_a_line_of_the_plan_says_what_it_is(app: Flask, new_client: Callable[..., Client]) -> None:
    """Alone catches: a day alone in a list of what goes, and *Calls me* without who does."""
    with app.test_request_context(), command():
        house = factories.household({})
        plans.a_plan(house)
        plans.let_team(house, area=Area.PLAN)
        rosa = factories.permit(house.rosa, house.person)
        when = ahead(rosa, days=3)
        visit = appointments.add_visit(rosa, when=when, how="phone", with_whom="Amina", purpose="").id
        today = rosa.today()
        sharing.share(rosa, sections=("plan",), first=today, last=today, appointment_id=None)
        look = i18n.plain_day(today + timedelta(days=30))
    rosa_browser = new_client()
    rosa_browser.sign_in(house.rosa.id)
    page = rosa_browser.get(f"/people/{house.person.id}/appointments/{visit}/prepare/ready")
    lines = [" ".join(row.get_text(" ").split()) for row in page.html.select("main li")]
    assert f"{look} When we look again" in lines
    assert "Calls me every two weeks. Who does what, Amina, specialist nurse" in lines
