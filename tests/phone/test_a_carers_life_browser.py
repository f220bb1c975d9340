"""A carer's life here: in by the code, logging, and over, with a page that is open and an entry that waits."""

import re

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import select

from selfcare.database import session
from selfcare.diary.models import Entry
from selfcare.people.models import Relationship
from tests.harness import browser as browsers
from tests.pages.people import Invited
from tests.phone.pocket import ANOTHER, IN_CHARGE, SEALS, Phone, Town

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
OPEN, WAITS = "Tired after the walk.", "Slept all morning."


def notes(town: Town) -> list[str]:
    with town.app.app_context():
        return list(session().scalars(select(Entry.note).where(Entry.note.in_([OPEN, WAITS]))))


def test_from_the_code_to_the_end_with_a_page_open_and_an_entry_that_waits(
    town: Town, chromium: Browser
) -> None:
    """Alone catches: words of a carer whose help has ended that a phone throws away, or that reach the record; a page
    of the person that stays open to them, or on their phone; and a refusal that blames them.
    """
    with town.phone(chromium, town.house.rosa) as hers, browsers.opened(chromium, town.url) as (page, _):
        rosa = hers.open(f"{town.base}/carers/add")
        rosa.locator("[name=name]").fill("Samira")
        rosa.locator("[name=preset][value=log]").click(force=True)
        rosa.get_by_role("button", name="Make a code for them").click()
        code = rosa.locator(".qr__code").inner_text()

        samira = Invited(page)
        samira.opens_the_letter(code)
        samira.confirms_the_birth_date("27", "3", "1962")
        phone = Phone(page.context)
        phone.allow(town.log)
        phone.open(town.log).get_by_label("Note").fill(OPEN)
        other = page.context.new_page()
        other.goto(town.log)
        other.wait_for_function(IN_CHARGE)
        page.context.set_offline(True)
        other.get_by_label("Note").fill(WAITS)
        other.get_by_role("radio", name="8", exact=True).check()
        other.get_by_role("button", name="Save").click()
        expect(other.locator("h1")).to_have_text("Saved on this phone")

        rosa.goto(f"{town.base}/sharing/")
        with town.app.app_context():
            query = select(Relationship.id).where(Relationship.kind == "carer").order_by(Relationship.since)
            newest = session().scalars(query).all()[-1]
        rosa.locator(f"a[href$='{newest}/end']").click()
        rosa.get_by_role("button", name="End it now").click()
        expect(rosa.get_by_text("Saved.")).to_be_visible()

        kept = page.evaluate(SEALS)
        page.context.set_offline(False)
        phone.rate(6)  # on the page that was open all along
        phone.heads("Waiting to send")
        kind = "Your access to Rosa’s diary has ended. Your words are still here."
        expect(page.get_by_text(kind)).to_have_count(2)
        for words in (f"Tiredness 6 of 10, .*{OPEN}", f"Tiredness 8 of 10, .*{WAITS}"):
            expect(page.locator(".quoted", has_text=re.compile(words, re.DOTALL))).to_have_count(1)
        expect(page.get_by_role("button", name="Copy the words")).to_have_count(2)
        assert phone.faults() == []
        assert notes(town) == []
        page.evaluate(ANOTHER.replace("SEALS", SEALS.strip()), kept)
        phone.open("/")
        phone.strip_says("2 entries could not be sent")
        page.get_by_role("link", name="See why").click()
        phone.heads("Waiting to send")
        phone.open(town.base + "/")
        phone.heads("We cannot find this page")
        page.context.set_offline(True)
        phone.open(town.base + "/diary/note")
        expect(page.locator("form#log")).to_have_count(0)
        phone.open("/waiting/")
        for _ in range(2):
            page.get_by_role("button", name="Delete it").first.click()
        expect(page.get_by_text("Nothing waits here.")).to_be_visible()
