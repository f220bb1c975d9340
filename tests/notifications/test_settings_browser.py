"""The page of reminders on a real phone: it can be used by everybody, and knows which clock the phone goes by."""

import pytest
from flask import Flask

from selfcare.notifications import queries
from tests.conftest import Browse
from tests.harness.axe import axe
from tests.people.scenes import home

URL = "/account/reminders"
pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)


@pytest.mark.proof  # tests/house/test_accessible.py opens this page too; here on each device that it is read on
@pytest.mark.parametrize("locale", ["en-GB", "cy", "ur"])
def test_it_can_be_used_by_everybody(app: Flask, browse: Browse, locale: str) -> None:
    house = home(app)
    for who, device in ((house.rosa, "phone"), (house.leon, "small phone"), (house.amina, "desk")):
        page = browse(device, account=who, locale=locale, dark=device == "desk")
        page.goto(URL)
        axe(page)
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, (device, locale, wide)


def test_the_page_of_a_death_can_be_too(app: Flask, browse: Browse) -> None:
    house = home(app)
    for device in ("desk", "phone"):
        page = browse(device, account=house.amina)
        page.goto(f"/people/{house.person}/death")
        axe(page)


def test_the_phone_says_its_time_zone(app: Flask, browse: Browse) -> None:
    house = home(app)
    page = browse("phone", account=house.rosa, timezone_id="Asia/Kathmandu")
    page.goto(URL)
    page.get_by_label("Quiet from").fill("22:15")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Saved.").wait_for()
    with app.test_request_context():
        kept = queries.wishes(house.rosa)
    assert kept.zone in ("Asia/Kathmandu", "Asia/Katmandu")  # the same place, by its older name
    assert kept.quiet_from.isoformat() == "22:15:00"


def test_opening_the_inbox_marks_its_reminders_seen(app: Flask, browse: Browse) -> None:
    from sqlalchemy import select

    from selfcare.database import session
    from selfcare.notifications import actions as notifications
    from selfcare.notifications.models import Notice
    from tests.people.scenes import acting

    house = home(app)
    with acting(app, house.rosa, house.person) as rosa:
        notifications.tell(rosa, [house.rosa], notifications.ENDING, house.person)
    page = browse("phone", account=house.rosa)
    with page.expect_response("**/inbox/seen") as answered:
        page.goto("/inbox/")
    assert answered.value.status == 200
    page.locator("#seen").wait_for(state="detached")
    with app.test_request_context():
        assert session().scalars(select(Notice)).one().seen_at is not None
