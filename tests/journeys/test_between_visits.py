"""Between visits: a carer logs four things and is done; what was proposed is watched, reminded of, over by itself."""

from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from playwright.sync_api import expect
from sqlalchemy import func, select, update

from selfcare.database import command, now, session
from selfcare.diary import actions as diary
from selfcare.diary.models import Entry, Tracker
from selfcare.notifications.models import Notice
from selfcare.reminders import actions as reminders
from selfcare.watches.models import Watch
from selfcare.web.access import Area, Level
from tests import factories
from tests.conftest import Browse
from tests.harness.places import only_proof
from tests.journeys.conftest import Counted
from tests.pages.people import Amina, Leon, Rosa

LANGUAGES = pytest.mark.parametrize(
    ("locale", "javascript"),
    [*only_proof(("en", True)), ("en", False), ("ur", True)],
    ids=["english", "no javascript", "urdu"],
)
WHY = "To see whether the new tablets help."


def spoken(locale: str) -> str:
    return {"en": "en-GB", "ur": "ur"}[locale]


@LANGUAGES
def test_a_carer_logs_four_things_and_is_done(
    app: Flask, browse: Browse, locale: str, javascript: bool, counted: Counted
) -> None:
    with app.test_request_context(), command():
        house = factories.household({Area.DIARY: Level.ADD})
        rosa = factories.permit(house.rosa, house.person)
        things = {
            code: diary.add_preset(rosa, code).id for code in ("tiredness", "pain", "weight", "tablets")
        }
    leon = Leon(browse("phone", account=house.leon.id, locale=spoken(locale), javascript=javascript), locale)
    field = {code: f"[name='t-{thing}-{{}}']" for code, thing in things.items()}

    # From Rosa's page to four things saved: six taps, two pages.
    leon.opens(f"/people/{house.person.id}/")
    with counted("four tiles", leon, taps=6, loads=2):
        leon.follows("All at once")
        leon.ticks(leon.page.locator(field["tiredness"].format("severity") + "[value='6']"))
        leon.ticks(leon.page.locator(field["pain"].format("severity") + "[value='3']"))
        weight = leon.page.locator(field["weight"].format("first"))
        leon.taps_on(weight)
        weight.fill("71.4")
        leon.ticks(leon.page.locator(field["tablets"].format("severity") + "[value=done]"))
        leon.presses("Save")
        leon.heading("Saved.")
    with app.app_context():
        kept = session().execute(select(Entry.severity, Entry.first, Entry.entered_name))
        assert sorted((row.severity, row.first, row.entered_name) for row in kept if row.severity) == [
            (1, "", "Leon"), (3, "", "Leon"), (6, "", "Leon")
        ]  # fmt: skip

    # What is done or not is one tap, and one page.
    leon.opens(f"/people/{house.person.id}/")
    with counted("done or not", leon, taps=1, loads=1):
        leon.taps_on(leon.page.locator(f"form[action$='{things['tablets']}'] button"))
        leon.heading("Saved.")

    # One number is three, and its page; then it says that it is saved.
    leon.opens(f"/people/{house.person.id}/")
    with counted("one tile, until it is saved", leon, taps=3, loads=1) as loads:
        leon.taps_on(leon.page.locator(f"a.tile[href$='{things['tiredness']}']"))
        leon.ticks(leon.page.locator("[name=severity][value='4']"))
        loads.stop()
        leon.presses("Save")
    leon.heading("Saved.")

    # It was the wrong number: undone where it says that it was saved.
    leon.taps_on(leon.page.locator("main .link-button"))
    leon.sees("Removed.")


def passes(app: Flask, thing: UUID) -> None:
    """The time somebody chose has come, and the reminder is told."""
    with app.app_context():
        reminders.due(now() + timedelta(minutes=6))
    with app.app_context(), command() as work:
        told = work.execute(
            update(Notice).where(Notice.about_id == thing, Notice.kind == "log").values(visible_from=now())
        )
        assert told.rowcount == 1  # type: ignore[attr-defined]


def is_over(app: Flask, thing: UUID) -> None:
    """The last day of the watch has passed."""
    with app.app_context(), command() as work:
        moment = now()  # whatever was logged was logged before it
        work.execute(update(Tracker).where(Tracker.id == thing).values(watch_until=moment))
        work.execute(update(Watch).values(until=moment))


@LANGUAGES
def test_a_watch_is_proposed_accepted_reminded_of_and_over_by_itself(
    app: Flask, browse: Browse, locale: str, javascript: bool, counted: Counted
) -> None:
    with app.test_request_context(), command():
        house = factories.household()
    rosa = Rosa(browse("phone", account=house.rosa.id, locale=spoken(locale), javascript=javascript), locale)
    amina = Amina(browse("desk", account=house.amina.id, javascript=javascript))
    record = f"/people/{house.person.id}/"

    # Amina proposes to keep an eye on Rosa's hands for two weeks, and says why.
    amina.opens(record)
    amina.follows("Propose something to keep an eye on")
    amina.follows("Propose something")
    amina.ticks(amina.page.locator("[name=what][value=symptom]"))
    amina.page.locator("[name=name]").fill("Stiff hands")
    amina.ticks(amina.page.locator("[name=until][value^=weeks]"))
    amina.page.locator("[name=why]").fill(WHY)
    amina.presses("Propose it")
    amina.sees_words("Stiff hands")

    # Rosa finds it on Today, reads why, and says yes. She logs the first one at once.
    rosa.opens("/")
    with counted("a proposal to its first entry", rosa, taps=5):
        rosa.follows("Your team asks whether you want to keep an eye on something")
        rosa.sees_words(WHY)
        rosa.ticks(rosa.page.locator("[name=until][value^=weeks]"))
        rosa.presses("Yes, watch it")
        rosa.logs(severity=5)
    amina.opens(f"{record}watches/")
    amina.sees("%(name)s said yes.", name="Rosa")

    # She wants to be reminded, at a time of her own.
    with app.app_context():
        thing = session().scalars(select(Tracker.id)).one()
    rosa.opens(f"{record}diary/trackers/{thing}/")
    rosa.follows("Watch it for a while, pause it, be reminded")
    rosa.follows("Reminders to log")
    with app.app_context(), command() as work:
        own = factories.permit(house.rosa, house.person)
        at = own.local(now() + timedelta(minutes=5))
        work.execute(update(Entry).values(utc=now() - timedelta(hours=4)))
        work.execute(update(Tracker).values(watch_from=now() - timedelta(hours=5)))
    rosa.page.locator("[name=first]").fill(f"{at:%H:%M}")
    rosa.presses("Save")
    rosa.sees_words(f"{at:%H:%M}")
    passes(app, thing)
    rosa.opens("/inbox/")
    rosa.follows("It is time to log something, as you chose")
    rosa.logs(severity=3)

    # The last day passes. It says what was seen, and leaves the tiles.
    is_over(app, thing)
    rosa.opens("/")
    tiles = rosa.page.locator(".tile__title")
    expect(tiles.filter(has_text="Stiff hands")).to_have_count(0)
    expect(rosa.page.locator(".row", has_text="Stiff hands")).to_contain_text("2")
    with app.app_context():
        assert session().scalar(select(func.count()).select_from(Entry)) == 2
