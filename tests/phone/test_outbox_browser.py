"""What waits on a phone, in a real browser with the real service worker: other words, refusals, and not now."""

import json
import threading
from datetime import datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import expect
from sqlalchemy import select, update

from selfcare.database import command, now, session
from selfcare.diary.models import Entry
from selfcare.people.models import Relationship, Right
from selfcare.web.access import Area, Level
from tests.harness.places import only_proof
from tests.phone.scene import WRONG_CLOCK, Scene
from tests.proof_offline import wire as bad

# ------------------------------------------------------------------------------------------------- other words


@pytest.mark.proof
def test_words_changed_twice_before_anything_was_tried_are_one_entry(scene: Scene) -> None:
    phone = scene.phone
    phone.context.set_offline(True)
    first = phone.log_one("canary one")
    phone.worker.evaluate(WRONG_CLOCK, -3_600_000)  # at another hour; the entry stays where it was
    for note in ("canary two", "canary three"):
        phone.page.goto("/waiting/")
        phone.log_one(note, outbox_of=str(first.form_id))
    assert len(phone.rows()) == 1
    phone.worker.evaluate(WRONG_CLOCK, 0)
    phone.context.set_offline(False)
    assert phone.ask("send") is None
    assert scene.notes() == ["canary three"]
    assert scene.kept()[0].version == 1
    assert _same_moment(scene.kept()[0].wall, first.wall)


def test_words_changed_after_a_lost_answer_are_one_entry_with_its_history(scene: Scene) -> None:
    phone = scene.phone
    scene.cut(bad.CUT_AFTER)
    first = phone.log_one("canary one")
    assert scene.notes() == ["canary one"]  # the server has it, and the phone does not know
    with scene.app.app_context(), command() as work:  # a sitting ago: a typo mended at once is no version
        work.execute(
            update(Entry).where(Entry.note == "canary one").values(entered_at=now() - timedelta(hours=1))
        )
    phone.worker.evaluate(WRONG_CLOCK, -3_600_000)  # at another hour; the entry stays where it was
    for note in ("canary two", "canary three"):
        phone.page.goto("/waiting/")
        phone.log_one(note, outbox_of=str(first.form_id))
    phone.worker.evaluate(WRONG_CLOCK, 0)
    scene.mend()
    assert phone.ask("send") is None
    assert scene.notes() == ["canary three"]
    (kept,) = scene.kept()
    with scene.app.app_context():
        earlier = [
            row.body["note"] for row in session().scalars(select(Entry.versions).filter_by(item_id=kept.id))
        ]
    assert earlier == ["canary one"]
    assert _same_moment(kept.wall, first.wall)


def _same_moment(kept: datetime, pressed: str) -> bool:
    """Whether an entry is of when its button was pressed; the worker hears of that a little later, never an hour."""
    return timedelta(0) <= kept - datetime.fromisoformat(pressed) < timedelta(minutes=1)


@pytest.mark.proof
def test_words_changed_after_it_was_sent_change_what_was_sent(scene: Scene) -> None:
    """The page to change it was open while it went out."""
    phone = scene.phone
    first = phone.log_one("canary one")
    phone.log_one("canary two", outbox_of=str(first.form_id))
    assert scene.notes() == ["canary two"]


@pytest.mark.proof
def test_taken_out_before_anything_was_tried_it_never_was(scene: Scene) -> None:
    phone = scene.phone
    phone.context.set_offline(True)
    first = phone.log_one("canary one")
    phone.ask("drop", id=str(first.form_id))
    assert phone.rows() == []


def test_taken_out_after_a_lost_answer_it_is_taken_out_there_too(scene: Scene) -> None:
    phone = scene.phone
    scene.cut(bad.CUT_AFTER)
    first = phone.log_one("canary one")
    assert scene.notes() == ["canary one"]
    phone.ask("drop", id=str(first.form_id))
    scene.mend()
    assert phone.ask("send") is None
    assert (scene.notes(), phone.waiting()) == ([], 0)


def test_a_second_press_is_the_same_entry(scene: Scene) -> None:
    phone = scene.phone
    phone.context.set_offline(True)
    first = phone.log_one("canary one")
    phone.page.goto("/waiting/")
    phone.log_one("canary one", form_id=str(first.form_id))
    assert len(phone.rows()) == 1
    phone.page.goto("/waiting/")
    phone.log_one("canary two", form_id=str(first.form_id))  # other words: never the same
    phone.context.set_offline(False)
    assert phone.ask("send") is None
    assert scene.notes() == ["canary one", "canary two"]


# ---------------------------------------------------------------------------------------------- what is refused


def test_what_is_not_right_comes_back_as_the_page_with_its_words(scene: Scene) -> None:
    phone = scene.phone
    phone.visit(phone.log)
    phone.page.get_by_label("Note").fill("canary one")
    phone.page.get_by_role("button", name="Save").click()
    expect(phone.page.get_by_role("alert").or_(phone.page.locator(".nhsuk-error-summary"))).to_be_visible()
    expect(phone.page.get_by_label("Note")).to_have_value("canary one")
    phone.page.locator("#severity-6").check()
    phone.page.get_by_role("button", name="Save").click()
    expect(phone.page.get_by_role("heading", name="Saved.")).to_be_visible()
    assert (scene.notes(), phone.waiting()) == (["canary one"], 0)


def test_words_that_were_refused_are_still_there_when_the_tab_is_closed(scene: Scene) -> None:
    """They stood on the page alone, in no store and in no list."""
    phone = scene.phone
    phone.visit(phone.log)
    phone.page.get_by_label("Note").fill("canary one")
    phone.page.get_by_role("button", name="Save").click()
    expect(phone.page.get_by_role("alert")).to_be_visible()
    phone.page.close()
    phone.page = phone.context.new_page()
    phone.visit("/waiting/")
    card = phone.page.locator("main")
    expect(card).to_contain_text("canary one")
    expect(card).to_contain_text("Choose a number, or choose Skip.")
    card.get_by_role("link", name="Correct it").click()
    expect(phone.page.get_by_label("Note")).to_have_value("canary one")
    phone.page.locator("#severity-6").check()
    phone.page.get_by_role("button", name="Save").click()
    expect(phone.page.get_by_role("heading", name="Saved.")).to_be_visible()
    assert (scene.notes(), phone.waiting()) == (["canary one"], 0)


@pytest.mark.proof
def test_what_was_refused_and_is_put_back_after_a_reload_is_still_the_same(scene: Scene) -> None:
    """It was sent as something new, and the refused one stayed in the list for ever."""
    phone = scene.phone
    phone.visit(phone.log)
    phone.page.get_by_label("Note").fill("canary one")
    phone.page.get_by_role("button", name="Save").click()
    expect(phone.page.get_by_role("alert")).to_be_visible()
    phone.page.reload()
    phone.page.get_by_role("button", name="Put it back").click()
    expect(phone.page.get_by_label("Note")).to_have_value("canary one")
    phone.page.locator("#severity-6").check()
    phone.page.get_by_role("button", name="Save").click()
    expect(phone.page.get_by_role("heading", name="Saved.")).to_be_visible()
    assert (scene.notes(), phone.waiting()) == (["canary one"], 0)


def test_what_is_refused_later_is_kept_with_its_reason_and_can_be_put_right(scene: Scene) -> None:
    phone = scene.phone
    phone.context.set_offline(True)
    first = phone.log_one("canary one", severity="11")
    phone.page.goto("/waiting/")
    phone.log_one("canary two")
    phone.context.set_offline(False)
    assert phone.ask("send") is None
    assert scene.notes() == ["canary two"]  # it holds nobody up
    assert len(scene.refused()) == 1
    phone.visit("/waiting/")
    expect(phone.page.locator("main")).to_contain_text("canary one")
    phone.log_one("canary one", severity="10", outbox_of=str(first.form_id))
    assert scene.notes() == ["canary two", "canary one"]
    assert phone.waiting() == 0


def test_a_right_withdrawn_while_it_waited_keeps_the_words_here(scene: Scene) -> None:
    phone = scene.phone
    phone.sign_in(scene.house.leon.id)
    phone.learn()
    phone.context.set_offline(True)
    first = phone.log_one("canary for Rosa")
    _level(scene, Level.SEE)
    phone.context.set_offline(False)
    assert phone.ask("send") is None
    assert (scene.notes(), len(scene.refused())) == ([], 1)
    phone.visit("/waiting/")
    expect(phone.page.locator("main")).to_contain_text("canary for Rosa")
    _level(scene, Level.ADD)
    assert phone.ask("again", id=str(first.form_id)) is None
    assert scene.notes() == ["canary for Rosa"]


def _level(scene: Scene, level: Level) -> None:
    with scene.app.app_context(), command():
        his = select(Relationship.id).where(Relationship.account_id == scene.house.leon.id)
        right = update(Right).where(Right.relationship_id.in_(his), Right.area == Area.DIARY.value)
        session().execute(right.values(level=int(level)))


@pytest.mark.proof
def test_what_is_too_long_is_kept_here_and_holds_nobody_up(scene: Scene) -> None:
    phone = scene.phone
    too_long = json.dumps({"error": "too-large", "messages": ["This is too long to keep"]}).encode()
    said = [("Content-Type", "application/json"), ("Selfcare", "1")]
    scene.line.answers["too long"] = (413, said, too_long)
    scene.cut("too long")
    phone.log_one("canary one")
    scene.mend()
    phone.page.goto("/waiting/")
    phone.log_one("canary two")
    assert (scene.notes(), len(scene.refused())) == (["canary two"], 1)


# ---------------------------------------------------------------------------------------------------- not now


def test_a_server_that_asks_for_peace_gets_it(scene: Scene) -> None:
    phone, line = scene.phone, scene.line
    line.answers["slow down"] = (429, [("Retry-After", "30"), ("Content-Type", "application/json")], b"{}")
    scene.cut("slow down")
    phone.log_one("canary one")
    scene.mend()
    sent = line.done[bad.PASS]
    assert phone.ask("send") == "later"
    assert line.done["slow down"] == 1
    assert line.done[bad.PASS] - sent < 5  # nothing but pages
    assert scene.notes() == []
    phone.worker.evaluate(WRONG_CLOCK, 31_000)
    assert phone.ask("send") is None
    assert scene.notes() == ["canary one"]


@pytest.mark.parametrize("status", [401, 503, *only_proof(403, 404, 408, 410, 413, 422, 500, 502)])
def test_a_server_that_cannot_now_is_asked_again_later(scene: Scene, status: int) -> None:
    scene.line.answers["no"] = (status, [("Content-Type", "text/html")], b"<h1>No</h1>")
    scene.cut("no")
    scene.phone.log_one("canary one")
    assert scene.phone.waiting() == 1
    scene.mend()
    assert scene.phone.ask("send") is None
    assert scene.notes() == ["canary one"]


def test_what_the_server_always_fails_at_holds_nobody_up_for_ever(scene: Scene) -> None:
    phone, line = scene.phone, scene.line
    line.answers["a fault"] = (500, [("Content-Type", "application/json")], b"{}")
    line.fate = lambda method, path: "a fault" if method == "POST" and "/diary/log/" in path else bad.PASS
    phone.log_one("canary one")
    for _ in range(9):
        assert phone.ask("send") == "later"
    phone.page.goto(f"{scene.base}/diary/note")
    phone.page.get_by_label("What do you want to write down?").fill("canary two")
    phone.page.get_by_role("button", name="Save").click()
    phone.page.wait_for_url("**/saved")
    assert (scene.notes(), phone.waiting()) == (["canary two"], 1)
    scene.mend()
    assert phone.ask("send") is None
    assert (scene.notes(), phone.waiting()) == (["canary two", "canary one"], 0)


@pytest.mark.parametrize(
    ("status", "forms_alone"),
    [(200, False), (302, True), *only_proof((200, True), (302, False), (511, False), (511, True))],
)
def test_the_page_of_a_hotel_is_not_taken_for_the_server(
    scene: Scene, status: int, forms_alone: bool
) -> None:
    scene.line.answers["hotel"] = (
        status,
        [("Content-Type", "text/html"), ("Location", "/hotel")],
        b"Welcome",
    )
    scene.line.fate = lambda method, _path: "hotel" if method == "POST" or not forms_alone else bad.PASS
    scene.phone.log_one("canary one")
    assert scene.phone.waiting() == 1
    scene.mend()
    assert scene.phone.ask("send") is None
    assert scene.notes() == ["canary one"]


def test_a_server_that_never_answers_is_not_waited_for_for_ever(scene: Scene) -> None:
    scene.cut(bad.HANG_AFTER)
    scene.phone.log_one("canary one")
    assert "/waiting/saved/" in scene.phone.page.url
    assert scene.phone.waiting() == 1
    scene.mend()
    assert scene.phone.ask("send") is None
    assert (scene.notes(), scene.phone.waiting()) == (["canary one"], 0)


def test_the_browser_sends_what_waits_with_no_page_open(scene: Scene) -> None:
    phone, came = scene.phone, threading.Event()
    scene.cut()
    phone.log_one("canary one")
    phone.page.wait_for_load_state()
    assert phone.ask("send") == "later"  # and nothing more is under way
    page = phone.context.new_page()
    debugger = phone.context.new_cdp_session(page)
    known: list[dict[str, Any]] = []
    debugger.on("ServiceWorker.workerRegistrationUpdated", lambda event: known.extend(event["registrations"]))
    debugger.send("ServiceWorker.enable")
    phone.page.close()
    registration = next(each for each in known if each["scopeURL"].startswith(phone.origin))

    def fate(method: str, path: str) -> str:
        if method == "POST" and path.startswith(scene.base):
            came.set()
        return bad.PASS

    scene.line.fate = fate
    which = {"origin": phone.origin, "registrationId": registration["registrationId"], "tag": "outbox"}
    debugger.send("ServiceWorker.dispatchSyncEvent", which | {"lastChance": False})
    assert came.wait(10)
    phone.page = page
    phone.visit()
    assert phone.ask("send") is None  # waits for the run under way
    assert scene.notes() == ["canary one"]
