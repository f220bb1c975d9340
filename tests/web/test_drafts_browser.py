"""What was started and not saved: kept on the phone, offered again, to nobody else, and gone when it was saved.

That every form does so: tests/house/test_typed_browser.py.
"""

from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import select, update

from selfcare.accounts.models import Account, SignIn
from selfcare.accounts.passwords import hashed
from selfcare.appointments import question_actions
from selfcare.database import command, now, session
from selfcare.goals.models import Goal
from selfcare.web.access import Area, Level
from tests import factories
from tests.conftest import Browse
from tests.factories.lived import lived_in
from tests.factories.record import fill
from tests.harness.client import session_cookie

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
OFFER = "You had started to fill this in, and it was not saved."
WORDS = "Walk to the library with Leon"
DRAFTS = """async () => {
  const asked = (request) => new Promise((yes, no) => ((request.onsuccess = () => yes(request.result)), (request.onerror = no)));
  const open = indexedDB.open("selfcare");
  open.onupgradeneeded = () => open.transaction.abort(); // it is the app's to make
  const db = await asked(open).catch(() => null);
  if (!db) return 0;
  const keys = await asked(db.transaction("kept").objectStore("kept").getAllKeys());
  db.close();
  return keys.filter(([, name]) => name.startsWith("draft ")).length;
}"""  # noqa: E501


UNTIL = f"""async (count) => {{
  let there;
  for (let frame = 0; frame < 300 && there !== count; frame++) {{
    there = await ({DRAFTS})();
    await new Promise(requestAnimationFrame);
  }}
  return there;
}}"""

# Puts back, and leaves as soon as one thing has been written down: what comes after it never is.
PUT_BACK_AND_LEAVE = """async () => {
  const { put } = IDBObjectStore.prototype;
  let written = 0;
  IDBObjectStore.prototype.put = function (...all) {
    if (written++) throw new DOMException("left", "AbortError");
    return put.apply(this, all);
  };
  document.querySelector("[data-draft=back]").click();
  for (let frame = 0; frame < 30; frame++) await new Promise(requestAnimationFrame);
}"""

CONTENT = """() => [...new FormData(document.querySelector("main form[method=post]"))]
  .filter(([name]) => !/^(csrf_token|draft|form_id|outbox.*)$/.test(name)).map(String)"""


@pytest.fixture
def house(app: Flask) -> factories.Household:
    with app.test_request_context(), command():
        return factories.household()


def drafts(page: Page, count: int, where: str = "") -> None:
    """Waits until this many drafts are kept in the browser."""
    assert page.evaluate(UNTIL, count) == count, where


def become(app: Flask, page: Page, account: Any) -> None:
    """The same browser, signed in as somebody else."""
    name, value = session_cookie(app, account)
    debugger = page.context.new_cdp_session(page)
    cookie = {"name": name, "value": value, "path": "/", "secure": True, "httpOnly": True, "sameSite": "Lax"}
    debugger.send("Network.setCookie", {**cookie, "url": page.url.replace("http:", "https:")})
    debugger.detach()


def type_goal(page: Page, url: str) -> Any:
    page.goto(url)
    box = page.locator("#goal [name=text]")
    box.fill(WORDS)
    drafts(page, 1)
    return box


@pytest.mark.parametrize("worker", ["allow", "block"])
def test_it_is_offered_again_and_gone_when_saved(
    app: Flask, browse: Browse, house: factories.Household, worker: str
) -> None:
    """Leaving and a reload; and the browser's way back after a good save shows neither an old mistake nor old words."""
    page = browse("phone", account=house.rosa.id, service_workers=worker)
    url = f"/people/{house.person.id}/goals/add"
    box = type_goal(page, url)
    page.reload()
    expect(box).to_have_value("")
    expect(page.get_by_text(OFFER)).to_be_visible()
    page.get_by_role("button", name="Put it back").click()
    expect(box).to_have_value(WORDS)
    page.goto("/account/")
    page.goto(url)
    page.get_by_role("button", name="Throw it away").click()
    drafts(page, 0)
    page.reload()
    expect(page.get_by_text(OFFER)).to_have_count(0)
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".error-summary")).to_be_visible()
    box.fill(WORDS)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="My goal")).to_be_visible()
    drafts(page, 0)
    page.go_back()
    expect(box).to_have_value("")
    expect(page.locator(".error-summary")).to_have_count(0)
    expect(page.get_by_text(OFFER)).to_have_count(0)
    with app.app_context():
        assert session().scalars(select(Goal.text)).all() == [WORDS]


@pytest.mark.parametrize("worker", ["allow", "block"])
def test_a_refused_form_is_there_again_after_a_reload(
    browse: Browse, house: factories.Household, worker: str
) -> None:
    """Whether the server gave the page with the mistake, or the phone, that had kept the words before it sent them."""
    page = browse("phone", account=house.rosa.id, service_workers=worker)
    page.goto(f"/people/{house.person.id}/diary/note")
    if worker == "allow":
        page.wait_for_function("() => navigator.serviceWorker.controller !== null")
    page.get_by_label("Another day").check(force=True)
    page.locator("[name=note]").fill(WORDS)
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".error-summary")).to_be_visible()
    drafts(page, 1)
    page.reload()
    expect(page.locator(".error-summary")).to_have_count(0)
    page.get_by_role("button", name="Put it back").click()
    expect(page.locator("[name=note]")).to_have_value(WORDS)
    expect(page.get_by_label("Another day")).to_be_checked()


def test_nobody_else_is_offered_it(app: Flask, browse: Browse, house: factories.Household) -> None:
    """On a phone it waits, sealed, for whose it is; on a team's computer it goes with another's session."""
    url = f"/people/{house.person.id}/goals/add"
    page = browse("phone", account=house.rosa.id)
    box = type_goal(page, url)
    become(app, page, house.leon.id)
    page.goto(url)
    expect(page.locator("body")).to_have_attribute("data-account", str(house.leon.id))
    expect(page.get_by_text(OFFER)).to_have_count(0)
    drafts(page, 1)
    become(app, page, house.rosa.id)
    page.goto(url)
    page.get_by_role("button", name="Put it back").click()
    expect(box).to_have_value(WORDS)
    with app.test_request_context(), command():
        other, _ = factories.nurse("Priya", house.team)
    desk = browse("desk", account=house.amina.id)
    desk.goto("/caseload/add")
    desk.locator("#add [name=given_name]").fill(WORDS)
    drafts(desk, 1)
    become(app, desk, other.id)
    desk.goto("/account/")
    drafts(desk, 0)


def test_signing_out_says_that_it_goes(browse: Browse, house: factories.Household) -> None:
    page = browse("phone", account=house.rosa.id)
    type_goal(page, f"/people/{house.person.id}/goals/add")
    page.goto(f"/people/{house.person.id}/more/")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_text("When you sign out, it is deleted here.")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in", exact=True)).to_be_visible()
    drafts(page, 0)


def test_signed_out_while_typing_it_is_saved_from_the_same_page(
    app: Flask, browse: Browse, house: factories.Household
) -> None:
    """Where htmx sends: the page stays, somebody signs in beside it, and it goes by itself, once."""
    with app.test_request_context(), command() as work:
        ids = fill(house)
        rosa = work.get_one(Account, house.rosa.id)
        rosa.email, rosa.password_hash = "rosa@example.net", hashed("larks and stones and rain")
    page = browse("phone", account=house.rosa.id)
    page.goto(f"/people/{house.person.id}/appointments/{ids['appointment_id']}/prepare/")
    with app.app_context(), command() as work:
        work.execute(update(SignIn).values(ended_at=now()))
    box = page.locator("#matters-form textarea")
    box.fill(WORDS)
    link = page.get_by_role("link", name="Sign in on another page")
    message = page.locator("#announce").evaluate("box => getComputedStyle(box).color")
    expect(link).to_have_css("color", message)  # as plain to read as the words before it
    with page.context.expect_page() as opened:
        link.click()
    beside = opened.value
    beside.get_by_label("E-mail address").fill("rosa@example.net")
    beside.locator("[type=password]").fill("larks and stones and rain")
    beside.get_by_role("button", name="Sign in", exact=True).click()
    beside.wait_for_url("**/")
    page.bring_to_front()
    page.evaluate("dispatchEvent(new Event('focus'))")
    expect(page.locator("#matters-state")).to_contain_text("Saved just now")
    expect(box).to_have_value(WORDS)


def test_leaving_right_after_putting_back_loses_nothing(browse: Browse, house: factories.Household) -> None:
    """What was put back was written down field by field: whoever left meanwhile had only the first of them."""
    page = browse("phone", account=house.rosa.id)
    page.goto(f"/people/{house.person.id}/diary/note")
    note = page.get_by_label("What do you want to write down?")
    note.evaluate(
        """(note, words) => {
      note.form.querySelector("[type=checkbox][name=only_me]").checked = true;
      note.value = words;
      note.dispatchEvent(new Event("input", { bubbles: true }));
    }""",
        WORDS,
    )
    drafts(page, 1)
    typed = page.evaluate(CONTENT)
    assert len(typed) > 2
    page.reload()
    expect(page.get_by_text(OFFER)).to_be_visible()
    page.evaluate(PUT_BACK_AND_LEAVE)
    page.reload()
    page.get_by_role("button", name="Put it back").click()
    assert page.evaluate(CONTENT) == typed


OLDER = """async (minutes) => {
  const asked = (request) => new Promise((yes, no) => ((request.onsuccess = () => yes(request.result)), (request.onerror = no)));
  const db = await asked(indexedDB.open("selfcare"));
  const kept = db.transaction("kept", "readwrite").objectStore("kept");
  for (const key of await asked(kept.getAllKeys())) {
    if (!key[1].startsWith("draft ")) continue;
    const row = await asked(kept.get(key));
    await asked(kept.put({ ...row, at: row.at - minutes * 60000 }, key));
  }
  db.close();
}"""  # noqa: E501


@pytest.mark.parametrize("who", ["amina", "leon"])
def test_what_somebody_told_is_kept_for_a_quarter_of_an_hour(app: Flask, browse: Browse, who: str) -> None:
    """Alone catches: another's words that lie on a device all day because they were not saved."""
    house, ids = lived_in(app, dict.fromkeys(Area, Level.ADD))
    page = browse("desk" if who == "amina" else "phone", account=getattr(house, who).id)
    page.goto(f"/people/{house.person.id}/appointments/{ids['appointment_id']}/on-behalf/")
    page.locator("[name=matters]").fill(WORDS)
    drafts(page, 1)
    page.evaluate(OLDER, 14)
    page.reload()
    expect(page.locator("main")).to_contain_text(OFFER)
    page.evaluate(OLDER, 2)
    page.reload()
    drafts(page, 0)
    expect(page.locator("main")).not_to_contain_text(OFFER)


def test_a_choice_that_nobody_touched_stays_as_it_is_by_now(
    app: Flask, browse: Browse, house: factories.Household
) -> None:
    """Alone catches: a draft put back that shows *Those who help me* ticked, of what was asked now meanwhile."""
    with app.test_request_context(), command():
        rosa = factories.permit(house.rosa, house.person)
        asked = question_actions.ask(rosa, text="How long do I take them?").id
    page = browse("phone", account=house.rosa.id, service_workers="block")
    url = f"/people/{house.person.id}/questions/{asked}/change"
    page.goto(url)
    expect(page.locator("[name=readers][value=helpers]")).to_be_checked()
    page.locator("[name=text]").fill("How long, really?")
    drafts(page, 1)
    with app.test_request_context(), command():
        question_actions.send_question(rosa, asked)
    page.reload()
    page.get_by_role("button", name="Put it back").click()
    expect(page.locator("[name=text]")).to_have_value("How long, really?")
    expect(page.locator("[name=readers][value=now]")).to_be_checked()
    expect(page.locator("[name=readers_was]")).to_have_value("now")
