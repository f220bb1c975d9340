"""What waits is seen, counted, changed and taken out; and what goes wrong on a phone has a sentence for the person."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from selfcare.appointments.models import Question
from selfcare.database import command, session
from selfcare.diary.models import Entry
from tests.phone.pocket import Town, entries, wait

# What is proven here happens in the browser; what the server answers is asked on both engines in test_kept.
pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)


def row(page: Page) -> Any:
    return page.locator(".entry")


def test_what_waits_is_counted_on_every_page_and_shown_where_it_belongs(
    town: Town, chromium: Browser
) -> None:
    with town.phone(chromium, town.house.rosa) as phone:
        phone.allow(town.log)
        phone.context.set_offline(True)
        wait(phone, town)
        wait(phone, town, 8)
        page = phone.open(f"{town.base}/questions/add")
        page.get_by_label("What would you like to ask?").fill("Can I fly?")
        page.get_by_role("button", name="Save").click()
        phone.heads("Saved on this phone")
        page = phone.open("/")
        phone.strip_says("3 entries waiting to send")
        phone.strip_says("They are safe on this phone.")
        expect(page.locator(".entry--waiting")).to_have_count(3)
        expect(page.locator(".entry--waiting").first).to_contain_text("Waiting to send")
        assert phone.faults() == []
        page = phone.open(f"{town.base}/results/")
        phone.strip_says("3 entries waiting to send")
        page.get_by_role("link", name="Send now").click()
        expect(page.locator("#announce")).to_have_text("It is not sent yet. It is safe on this phone.")
        phone.context.set_offline(False)
        phone.sent()
    assert [severity for severity, _ in entries(town)[-2:]] == [7, 8]


@pytest.mark.proof
def test_a_page_with_a_signal_shows_what_waits_in_its_place(town: Town, chromium: Browser) -> None:
    """On the diary, on Today and on the questions, while the server cannot take anything."""
    with town.phone(chromium, town.house.rosa) as phone:
        phone.allow(town.log)
        phone.context.set_offline(True)
        wait(phone, town)
        # What asks for peace is left in peace: the pages come, and nothing is sent.
        phone.peace(True)
        phone.context.set_offline(False)
        page = phone.open(f"{town.base}/diary/")
        phone.heads("Diary")
        waits = page.get_by_role("region", name="Waiting to send")
        expect(waits).to_contain_text("Tiredness")
        expect(waits).to_contain_text("7 of 10")
        phone.strip_says("1 entry waiting to send")
        page = phone.open("/")
        expect(page.get_by_role("region", name="Waiting to send")).to_contain_text("7 of 10")
        assert phone.faults() == []
        page = phone.open(f"{town.base}/questions/")
        phone.strip_says("1 entry waiting to send")
        expect(page.get_by_role("region", name="Waiting to send")).to_have_count(0)


@pytest.mark.proof
def test_to_change_is_offered_where_the_form_can_be_opened(town: Town, chromium: Browser) -> None:
    """Alone catches: *Change it* that leads to *This page needs a signal*."""
    with town.phone(chromium, town.house.rosa) as phone:
        phone.allow(town.log)
        page = phone.open(f"{town.base}/contacts/{town.ids['contact_id']}/my-view")
        town.stop()
        page.locator("[name=text]").fill("I was in bed.")
        page.get_by_role("button", name="Save").click()
        phone.heads("Saved on this phone")
        expect(page.get_by_role("link", name="Change it")).to_have_count(0)
        phone.open(f"{town.base}/hospital-stays/add")
        page.locator("[name=place]").fill("Royal Infirmary")
        page.get_by_role("button", name="Save").click()
        phone.heads("Saved on this phone")
        page.get_by_role("link", name="Change it").click()
        expect(page.locator("[name=place]")).to_have_value("Royal Infirmary")


def test_an_entry_that_waits_is_changed_in_its_own_form(town: Town, chromium: Browser) -> None:
    with town.phone(chromium, town.house.rosa) as phone:
        phone.allow(town.log)
        town.stop()
        page = phone.open(town.log)
        page.get_by_label("Note").fill("Slept all morning.")
        page.get_by_text("Only me", exact=True).click()
        page.get_by_role("radio", name="Today", exact=True).check()
        page.get_by_role("radio", name="At this time:").check()
        page.get_by_label("Time", exact=True).fill("00:01")
        phone.rate(7)
        phone.heads("Saved on this phone")
        expect(row(page)).to_contain_text("00:01")
        page.get_by_role("link", name="Change it").click()
        phone.heads("Tiredness")
        expect(page.get_by_role("radio", name="7", exact=True)).to_be_checked()
        expect(page.get_by_label("Note")).to_have_value("Slept all morning.")
        expect(page.get_by_role("switch", name="Only me")).to_be_checked()
        expect(page.get_by_role("radio", name="Today", exact=True)).to_be_checked()
        expect(page.get_by_label("Time", exact=True)).to_have_value("00:01")
        page.get_by_label("Note").fill("Slept until noon.")
        phone.rate(8)
        phone.heads("Saved on this phone")
        expect(row(page)).to_contain_text("8 of 10")
        phone.open("/")
        phone.strip_says("1 entry waiting to send")
        town.start()
        page = phone.open("/")
        phone.sent()
    assert entries(town)[-1] == (8, "Slept until noon.")
    assert [severity for severity, _ in entries(town)].count(7) == 0


def test_an_entry_that_waits_is_taken_out(town: Town, chromium: Browser) -> None:
    before = len(entries(town))
    with town.phone(chromium, town.house.rosa) as phone:
        phone.allow(town.log)
        phone.context.set_offline(True)
        wait(phone, town)
        page = phone.page
        page.get_by_role("button", name="Remove").click()
        phone.heads("Today")
        expect(page.locator("#strip")).to_be_empty()
        wait(phone, town, 5)
        page = phone.open("/waiting/")
        expect(row(page)).to_have_count(1)
        page.get_by_role("button", name="Remove").click()
        expect(page.get_by_text("Nothing waits here. All that you saved was sent.")).to_be_visible()
        phone.context.set_offline(False)
        phone.open("/")
        expect(page.locator("#strip")).to_be_empty()
    assert len(entries(town)) == before + 1


@pytest.mark.proof
def test_what_was_not_right_can_be_corrected(town: Town, chromium: Browser) -> None:
    with town.phone(chromium, town.house.rosa) as phone:
        phone.allow(town.log)
        phone.context.set_offline(True)
        page = phone.open(town.log)
        page.get_by_label("Note").fill("No number chosen.")
        page.get_by_role("button", name="Save").click()
        phone.heads("Saved on this phone")
        phone.context.set_offline(False)
        page = phone.open("/")
        phone.strip_says("1 entry could not be sent")
        page = phone.open("/waiting/")
        expect(page.get_by_text("Choose a number, or choose Skip.")).to_be_visible()
        page.get_by_role("link", name="Correct it").click()
        expect(page.get_by_label("Note")).to_have_value("No number chosen.")
        phone.rate(2)
        phone.heads("Saved.")
    assert entries(town)[-1] == (2, "No number chosen.")


@pytest.mark.proof
def test_send_now_sends(town: Town, chromium: Browser) -> None:
    """The server comes back, and the browser notices nothing: the person presses."""
    with town.phone(chromium, town.house.rosa) as phone:
        phone.allow(town.log)
        town.stop()
        wait(phone, town)
        page = phone.open("/waiting/")
        town.start()
        page.get_by_role("button", name="Send now").click()
        expect(page.get_by_text("Nothing waits here. All that you saved was sent.")).to_be_visible()
    assert entries(town)[-1][0] == 7


def test_welsh_counts_in_its_own_six_ways(town: Town, chromium: Browser) -> None:
    """Each count is said with the sentence of its own plural, with the number in it."""
    with town.phone(chromium, town.house.rosa) as phone:
        phone.get_worker()
        page = phone.open("/offline/cy/")
        said = page.evaluate("""async () => {
          const page = new DOMParser().parseFromString(await (await fetch("/offline/cy/")).text(), "text/html");
          const plural = new Intl.PluralRules("cy");
          const part = (n) => page.querySelector(`[data-part="waiting.${plural.select(n)}"]`)?.innerHTML ?? null;
          return [0, 1, 2, 3, 4, 6, 20].map((n) => part(n)?.replace("[[count]]", n) ?? null);
        }""")
    assert None not in said
    assert all(str(number) in text for number, text in zip((0, 1, 2, 3, 4, 6, 20), said, strict=True))


def test_a_carers_phone_shows_whose_record_it_is(town: Town, chromium: Browser) -> None:
    with town.phone(chromium, town.house.leon) as phone:
        phone.get_worker()
        phone.open("/phone/")
        phone.page.get_by_role("button", name="Yes, keep the names here").click()
        expect(phone.page.get_by_role("heading", name="You can log without a signal")).to_be_visible()
        town.stop()
        page = phone.open("/")
        phone.heads("Who is this for?")
        page.get_by_role("link", name="Help Rosa").click()
        phone.heads("Today")
        expect(page.get_by_text("You are helping Rosa")).to_be_visible()
        page.get_by_role("link", name="Tiredness").click()
        phone.rate(6)
        phone.heads("Saved on this phone")
        expect(page.get_by_text("You are helping Rosa")).to_be_visible()
        town.start()
        page = phone.open(f"{town.base}/")
        phone.sent()
    with town.app.test_request_context(), command():
        last = session().scalars(select(Entry).order_by(Entry.entered_at.desc())).first()
        assert last is not None
        assert (last.entered_name, last.severity) == ("Leon", 6)
        assert session().scalar(select(Question.id).limit(1))
