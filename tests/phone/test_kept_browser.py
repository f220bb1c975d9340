"""In a real Chromium with the server stopped: the app opens, logs, and shows the visit that was kept."""

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import delete, update

from selfcare.accounts.models import Account, SignIn
from selfcare.database import command, session
from selfcare.people.models import Relationship
from tests.harness.places import only_proof
from tests.phone.pocket import Town, entries, wait

# What is proven here happens in the browser; what the server answers is asked on both engines in test_kept.
pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)

# Resolves when another version of the worker is in charge.
UPDATED = """
() => new Promise((done) => {
  navigator.serviceWorker.addEventListener("controllerchange", ({ target: { controller } }) => {
    const look = () => controller.state === "activated" && done();
    controller.onstatechange = look;
    look();
  }, { once: true });
  navigator.serviceWorker.getRegistration().then((found) => found.update());
})
"""


# What becomes of a version that is on offer.
FAILED = """
() => new Promise((done) => navigator.serviceWorker.getRegistration().then((found) => {
  found.onupdatefound = () => {
    const { installing } = found;
    installing.onstatechange = () => done(installing.state);
  };
  found.update().catch(() => {});
}))
"""


# Ends when nothing is kept of an account. (A promise is no answer to wait_for_function: it is as good as true to it.)
NOTHING_KEPT = """
async (account) => {
  const owners = () => new Promise((done) => {
    indexedDB.open("selfcare").onsuccess = ({ target: { result } }) => {
      result.transaction("kept").objectStore("kept").getAllKeys().onsuccess = ({ target }) => {
        result.close();
        done(target.result.map(([whose]) => whose));
      };
    };
  });
  while ((await owners()).includes(account)) await new Promise(requestAnimationFrame);
}
"""


def test_a_cold_start_without_a_server_opens_and_logs(town: Town, chromium: Browser) -> None:
    before = len(entries(town))
    with town.phone(chromium, town.house.rosa, "phone") as phone:
        phone.allow(town.log)
    town.stop()
    with town.phone(chromium, town.house.rosa, "phone") as phone:  # the browser was closed meanwhile
        page = phone.open("/")
        phone.heads("Today")
        expect(page.get_by_text("There is no signal.")).to_be_visible()
        page.get_by_role("link", name="Tiredness").click()
        phone.heads("Tiredness")
        assert page.locator('.safety-line a[href^="tel:"]').count() >= 2
        phone.rate(7)
        phone.heads("Saved on this phone")
        expect(page.get_by_role("list", name="What was saved")).to_contain_text("Tiredness 7 of 10")
        expect(page.get_by_role("link", name="Blood pressure")).to_be_visible()
        page.get_by_role("link", name="Done").click()
        phone.strip_says("1 entry waiting to send")
        phone.strip_says("It is safe on this phone.")
        expect(page.get_by_role("region", name="Waiting to send")).to_contain_text("7 of 10")
    with town.phone(chromium, town.house.rosa, "phone") as phone:
        phone.open("/")
        phone.strip_says("1 entry waiting to send")
    assert len(entries(town)) == before + 1  # the one logged with a signal
    town.start()
    with town.phone(chromium, town.house.rosa, "phone") as phone:
        page = phone.open("/")
        phone.sent()
        expect(page.get_by_role("region", name="Waiting to send")).to_have_count(0)
    assert [severity for severity, _ in entries(town)[before:]] == [4, 7]


def test_every_kind_of_form_opens_without_a_server(town: Town, chromium: Browser) -> None:
    with town.phone(chromium, town.house.rosa) as phone:
        phone.allow(town.log)
        town.stop()
        goal = f"{town.base}/goals/{town.ids['goal_id']}/check-in"
        for path, heading in (
            (town.base + "/", "Today"), (town.base + "/diary/add", "Add to diary"),
            (town.base + "/diary/note", "Note"), (town.base + "/questions/add", "Add a question"),
            (goal, "How is it going?"), (town.base + "/who-to-call/", "Who to call"),
        ):  # fmt: skip
            phone.open(path)
            phone.heads(heading)
            assert phone.faults() == [], path
        page = phone.open(town.base + "/diary/note")
        page.get_by_label("What do you want to write down?").fill("Slept badly.")
        page.get_by_role("button", name="Save").click()
        phone.heads("Saved on this phone")
        expect(page.get_by_role("list", name="What was saved")).to_contain_text("Slept badly.")
        page = phone.open(goal)
        page.get_by_text("As hoped", exact=True).click()
        page.get_by_role("button", name="Save").click()
        phone.heads("Saved on this phone")
        expect(page.get_by_role("list", name="What was saved")).to_contain_text("As hoped")


def test_what_is_not_kept_says_so_and_what_works(town: Town, chromium: Browser) -> None:
    with town.phone(chromium, town.house.rosa) as phone:
        phone.allow(town.log)
        town.stop()
        page = phone.open(f"{town.base}/results/")
        phone.heads("This page needs a signal")
        page.get_by_role("link", name="Today").click()
        phone.heads("Today")


def test_a_kept_visit_opens_without_a_server_and_takes_ticks_and_answers(
    town: Town, chromium: Browser
) -> None:
    with town.phone(chromium, town.house.rosa) as phone:
        phone.get_worker()
        page = phone.open(town.prepare)
        switch = page.get_by_role("switch", name="Keep on this phone")
        expect(switch).not_to_be_checked()
        switch.check()
        expect(page.locator("#announce")).to_have_text("It is kept on this phone.")
        town.stop()
        page = phone.open("/")  # nothing else was allowed, but the visit was chosen
        phone.heads("This page needs a signal")
        page.get_by_role("link", name="Getting ready").click()
        phone.heads("Getting ready")
        expect(page.get_by_text("Kept on this phone. As of")).to_be_visible()
        expect(page.get_by_text("To be well for my sister’s visit.")).to_be_visible()
        first = "What happens if we leave things as they are?"
        question = page.locator(".question").filter(has_text=first)
        question.get_by_role("link", name="Write down the answer").click()
        page.get_by_label("The answer").fill("Take them at night.")
        page.get_by_role("button", name="Save").click()
        phone.heads("Saved on this phone")
        page = phone.open(town.prepare)
        question = page.locator(".question").filter(has_text=first)
        expect(question).to_contain_text("Take them at night.")
        expect(question).to_contain_text("Waiting to send")
        page.locator(".question").filter(has_not_text=first).last.get_by_role(
            "button", name="Tick it off"
        ).click()
        phone.heads("Saved on this phone")
        page = phone.open(town.prepare)
        expect(page.locator(".question").filter(has_not_text=first).last).to_contain_text("Waiting to send")
        page.get_by_role("link", name="Add a question").click()
        page.get_by_label("What would you like to ask?").fill("Can I fly?")
        page.get_by_role("button", name="Save").click()
        phone.heads("Saved on this phone")
        page = phone.open(town.prepare)
        expect(page.locator(".entry--waiting")).to_have_count(3)
        town.start()
        page = phone.open(town.question + "/")
        phone.sent()
        page = phone.open(town.question.rpartition("/")[0] + "/")
        page.get_by_role("link", name=first).click()
        phone.heads("My question")
        expect(page.get_by_text("Take them at night.")).to_be_visible()


@pytest.mark.proof
def test_a_kept_visit_is_taken_off_in_one_tap(town: Town, chromium: Browser) -> None:
    with town.phone(chromium, town.house.rosa) as phone:
        phone.get_worker()
        page = phone.open(town.prepare)
        switch = page.get_by_role("switch", name="Keep on this phone")
        switch.check()
        expect(page.locator("#announce")).to_have_text("It is kept on this phone.")
        assert len(phone.stored()["kept"]["keys"]) == 1
        page.reload()
        expect(switch).to_be_checked()
        switch.uncheck()
        expect(page.locator("#announce")).to_have_text("It is no longer kept on this phone.")
        assert phone.stored()["kept"]["keys"] == []
        town.stop()
        phone.open(town.prepare)
        phone.heads("This page needs a signal")


@pytest.mark.proof
def test_the_question_is_asked_once_and_can_be_answered_anew(town: Town, chromium: Browser) -> None:
    with town.phone(chromium, town.house.rosa) as phone:
        phone.get_worker()
        page = phone.open(town.log)
        phone.rate(3)
        page.get_by_role("button", name="Not on this phone").click()
        expect(page.get_by_role("heading", name="Log without a signal on this phone?")).to_be_hidden()
        page = phone.open(town.log)
        phone.rate(3)
        phone.heads("Saved.")
        expect(page.locator("[data-kept=ask]")).to_be_hidden()
        assert phone.stored()["kept"]["keys"] == []
        page = phone.open("/phone/")
        page.get_by_role("button", name="Yes, keep the names here").click()
        expect(page.get_by_role("heading", name="You can log without a signal")).to_be_visible()
        assert len(phone.stored()["kept"]["keys"]) == 1
        page.get_by_role("button", name="Take all of it off this phone").click()
        expect(page.get_by_role("heading", name="You can log without a signal")).to_be_hidden()
        assert phone.stored()["kept"]["keys"] == []


@pytest.mark.proof
def test_a_question_left_alone_is_not_put_again_and_an_answer_outlasts_signing_out(
    town: Town, chromium: Browser
) -> None:
    """It came after every save until it was answered, and again after every sign-out. Then it lay there under the
    account's id, and a shared browser went on saying who had used it."""
    asked = "[data-kept=ask]"
    with town.phone(chromium, town.house.rosa) as phone:
        phone.get_worker()
        page = phone.open(town.log)
        phone.rate(3)
        expect(page.locator(asked)).to_be_visible()
        page.evaluate("dispatchEvent(new Event('online'))")  # this page goes on asking
        expect(page.locator(asked)).to_be_visible()
        page = phone.open(town.log)
        phone.rate(3)
        phone.heads("Saved.")
        page.wait_for_function("document.querySelector('#strip').matches(':empty')")
        expect(page.locator(asked)).to_be_hidden()
        page = phone.open("/phone/")
        page.get_by_role("button", name="Yes, keep the names here").click()
        expect(page.get_by_role("heading", name="You can log without a signal")).to_be_visible()
        page = phone.open(f"{town.base}/more/")
        page.get_by_role("button", name="Sign out").click()
        page.wait_for_url("**/sign-in*")
        stored = phone.stored()
        assert stored["kept"]["keys"] == []
        assert str(town.house.rosa.id) not in str(stored), "nothing says who it was"
        phone.become(town, town.house.rosa)
        phone.opens_and_keeps_anew("/")
        assert len(phone.stored()["kept"]["keys"]) == 1
        page = phone.open("/phone/")
        expect(page.get_by_role("heading", name="You can log without a signal")).to_be_visible()


def test_nothing_of_the_record_lies_readable_on_the_phone(town: Town, chromium: Browser) -> None:
    with town.phone(chromium, town.house.rosa) as phone:
        phone.allow(town.log)
        page = phone.open(town.prepare)
        page.get_by_role("switch", name="Keep on this phone").check()
        expect(page.locator("#announce")).to_have_text("It is kept on this phone.")
        for address in (town.base + "/diary/", town.base + "/results/", town.base + "/sharing/"):
            phone.open(address)
        town.stop()
        page = phone.open(town.base + "/diary/note")
        page.get_by_label("What do you want to write down?").fill("Gartenlaube")
        page.get_by_role("button", name="Save").click()
        phone.heads("Saved on this phone")
        cached, stored = phone.cached(), phone.stored()
        elsewhere = page.evaluate("JSON.stringify([{ ...localStorage }, { ...sessionStorage }])")
    assert {path.split("/")[1] for path in cached} == {"offline", "static"}
    assert all(not key["extractable"] for key in stored["keys"]["values"])
    assert len(stored["outbox"]["values"]) == 2
    assert len(stored["kept"]["values"]) == 2
    named = ("Rosa", "Leon", "Amina", "Tiredness", "Gartenlaube", "Walk to the shop", "tablets", "sister")
    words = (*named, str(town.house.person.id))
    for word in words:
        for name, text in {"caches": str(cached), "stores": str(stored), "storages": elsewhere}.items():
            assert word not in text, f"{word} stands in the {name}"


def test_what_is_kept_follows_the_language_of_the_account(town: Town, chromium: Browser) -> None:
    with town.phone(chromium, town.house.rosa) as phone:
        phone.allow(town.log)
        with town.app.test_request_context(), command():
            session().get_one(Account, town.house.rosa.id).locale = "ur"
        page = phone.open("/")
        assert phone.ask({"type": "pages", "account": str(town.house.rosa.id)}) is True
        town.stop()
        page = phone.open("/")
        expect(page.locator("html")).to_have_attribute("lang", "ur")
        expect(page.locator("html")).to_have_attribute("dir", "rtl")
        page = phone.open(town.base + "/results/")
        expect(page.locator("html")).to_have_attribute("lang", "ur")


def test_a_new_version_takes_over_and_a_broken_one_does_not(town: Town, chromium: Browser) -> None:
    with town.phone(chromium, town.house.rosa) as phone:
        phone.allow(town.log)
        first = phone.page.evaluate("caches.keys()")
        town.start(SELFCARE_QUICK_EXIT="https://weather.example/")
        phone.page.evaluate(UPDATED)
        second = phone.page.evaluate("caches.keys()")
        town.stop()
        page = phone.open("/results/")
        expect(page.get_by_role("link", name="Quick exit")).to_have_attribute(
            "href", "https://weather.example/"
        )
    assert len(first) == len(second) == 1
    assert first != second


@pytest.mark.proof
def test_a_version_that_cannot_be_had_whole_leaves_the_older_one_working(
    town: Town, chromium: Browser
) -> None:
    with town.phone(chromium, town.house.rosa) as phone:
        phone.allow(town.log)
        first = phone.page.evaluate("caches.keys()")
        town.start(SELFCARE_QUICK_EXIT="https://weather.example/")
        phone.context.route("**/offline/ur/", lambda route: route.abort())
        assert phone.page.evaluate(FAILED) == "redundant"
        town.stop()
        page = phone.open(town.log)
        phone.heads("Tiredness")
        assert first[0] in page.evaluate("caches.keys()")
        page = phone.open("/results/")
        expect(page.get_by_role("link", name="Quick exit")).not_to_have_attribute(
            "href", "https://weather.example/"
        )


@pytest.mark.proof
def test_a_form_that_is_new_is_kept_once_it_was_seen_and_all_are_renewed_within_the_hour(
    town: Town, chromium: Browser
) -> None:
    with town.phone(chromium, town.house.rosa) as phone:
        phone.allow(town.log)
        seen, unseen = town.track("Headache"), town.track("Nausea")
        phone.opens_and_keeps_anew(seen)
        later = town.track("Itching")
        phone.in_worker("const real = Date.now; Date.now = () => real() + 2 * 3600000")
        phone.opens_and_keeps_anew("/")
        town.stop()
        for address, heading in ((seen, "Headache"), (unseen, "Nausea"), (later, "Itching")):
            phone.open(address)
            phone.heads(heading)


def test_a_visit_is_no_longer_kept_when_the_right_to_see_it_has_ended(town: Town, chromium: Browser) -> None:
    with town.phone(chromium, town.house.leon) as phone:
        phone.get_worker()
        page = phone.open(town.prepare)
        page.get_by_role("switch", name="Keep on this phone").check()
        expect(page.locator("#announce")).to_have_text("It is kept on this phone.")
        with town.app.test_request_context(), command():
            session().execute(
                update(Relationship)
                .where(Relationship.account_id == town.house.leon.id)
                .values(state="ended")
            )
        phone.ask({"type": "pages", "account": str(town.house.leon.id)})
        assert phone.stored()["kept"]["keys"] == []
        town.stop()
        phone.open(town.prepare)
        phone.heads("This page needs a signal")


@pytest.mark.parametrize("how", ["another", *only_proof("nobody")])
def test_what_is_kept_goes_when_the_session_has_ended_and_what_waits_stays(
    town: Town, chromium: Browser, how: str
) -> None:
    """Alone catches: kept pages that stay readable on a phone whose session somebody ended from elsewhere."""
    with town.phone(chromium, town.house.rosa) as phone:
        phone.allow(town.log)
        page = phone.open(town.prepare)
        page.get_by_role("switch", name="Keep on this phone").check()
        expect(page.locator("#announce")).to_have_text("It is kept on this phone.")
        assert len(phone.stored()["kept"]["keys"]) == 2
        town.stop()
        wait(phone, town)
        with town.app.test_request_context(), command():
            session().execute(delete(SignIn).where(SignIn.account_id == town.house.rosa.id))
        if how == "another":
            phone.become(town, town.house.leon)
        town.start()
        phone.open("/")
        page.evaluate(NOTHING_KEPT, str(town.house.rosa.id))
        assert "waiting" in [row["state"] for row in phone.stored()["outbox"]["values"]]
        town.stop()
        for address in (town.log, town.prepare):
            phone.open(address)
            phone.heads("This page needs a signal")
