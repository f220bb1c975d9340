"""What pages of results say of who sees what, and when: in the state that makes it so, and in the opposite."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
import time_machine

from selfcare.accounts.models import Account
from selfcare.appointments import actions as appointments
from selfcare.database import now, session
from selfcare.filing import actions as filing
from selfcare.notifications.models import Notice
from selfcare.people.models import Relationship
from selfcare.results import actions
from selfcare.results import release as rules
from tests import factories
from tests.filing.test_views import FULL
from tests.harness.client import Client
from tests.results.received import line_of
from tests.results.test_links import GOOD
from tests.results.test_phrases import add
from tests.results.world import World, ago

As = Callable[..., Client]
pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)

WITH_NOTE_HELD = "or once you have added a note and the hold has ended."
NO_VISIT = "or when you let Rosa see it. No visit is planned before then."
DAYS = "because of the days Rosa chose."


def in_days(world: World, days: int) -> str:
    return (world.today() + timedelta(days=days)).isoformat()


def foreseen(world: World, client: Client, **changes: object) -> str:
    """What stands under the form of a report before it is filed."""
    form = client.get(f"{world.base}type").form("report").fill(**FULL | changes)
    return client.send("POST", f"{form.action}/again", data=form.values, htmx=True).html.get_text()


def test_when_it_will_be_seen_is_said_before_it_is_filed(world: World, as_: As) -> None:
    nurse = as_("amina")
    held = {"hold": True, "reason": "x", "until_date": in_days(world, 2), "until_time": "10:30"}
    said = foreseen(world, nurse, **held)
    assert "will see that it is on hold" in said
    assert WITH_NOTE_HELD not in said
    world.do("rosa", actions.choose, rules.WITH_NOTE, [])
    assert WITH_NOTE_HELD in foreseen(world, nurse, **held)
    world.do("rosa", actions.choose, rules.TEAM, [])
    assert NO_VISIT in foreseen(world, nurse, kind="genetics")
    world.do(
        "rosa", appointments.add_visit, when=ago(days=-3), how="phone", with_whom="Amina", purpose="Review"
    )
    assert NO_VISIT not in foreseen(world, nurse, kind="genetics")
    assert DAYS not in foreseen(world, nurse)
    world.do("rosa", actions.choose, rules.NOT_ON_DAYS, [world.today().weekday()])
    assert DAYS in foreseen(world, nurse)
    tomorrow = f"{world.today() + timedelta(days=1):%A}"
    assert tomorrow in foreseen(world, nurse)


def test_what_waits_for_a_note_under_a_hold_says_both(world: World, as_: As) -> None:
    world.do("rosa", actions.choose, rules.WITH_NOTE, [])
    report = world.file(hold=timedelta(days=2))
    there = f"{world.base}{report}/"
    nurse, rosa = as_("amina"), as_("rosa")
    page = nurse.get(there)
    assert "On hold. Rosa will see this on" in page
    assert WITH_NOTE_HELD in page
    noted = page.click("Add a note").form("note").submit(text="All is well.")
    assert WITH_NOTE_HELD not in noted.text
    assert "Ferritin" not in rosa.get(there), "the hold has not ended"
    with time_machine.travel(now() + timedelta(days=2, minutes=1), tick=False):
        assert "Ferritin" in rosa.get(there)


def test_what_can_be_seen_cannot_be_held(world: World, as_: As) -> None:
    report = world.file(kind="tissue")
    nurse = as_("amina")
    form = nurse.get(f"{world.base}{report}/hold").form("hold")
    form.fill(reason="x", until_date=in_days(world, 2), until_time="10:30")
    world.do("amina", actions.release, report)
    answer = form.submit()
    assert answer.status == 422
    assert "Rosa can see this report already, so it cannot be held." in answer
    assert "Ferritin" in as_("rosa").get(f"{world.base}{report}/")
    other = world.file(kind="tissue")
    form = nurse.get(f"{world.base}{other}/hold").form("hold")
    assert "Saved." in form.submit(reason="x", until_date=in_days(world, 2), until_time="10:30")


TALK = "It has come back. You will see it when you talk with your team."
FOR_EVER = "Nothing is kept from you for ever. If nothing else happens, you will see it on"
ALWAYS = "A hold always has an end. If it is not opened before then, you will see it on"


def test_why_it_waits_and_that_it_opens_by_itself(world: World, as_: As) -> None:
    talk = world.file(kind="tissue")
    held = world.file(hold=timedelta(days=2))
    rosa = as_("rosa")
    world.do("rosa", actions.choose, rules.WITH_NOTE, [])
    noted = world.file()
    for report, said, unsaid in (
        (talk, (TALK, FOR_EVER), (ALWAYS,)), (held, (ALWAYS,), (TALK, FOR_EVER)), (noted, (FOR_EVER,), (TALK, ALWAYS)),
    ):  # fmt: skip
        page = rosa.get(f"{world.base}{report}/")
        assert [text for text in said if text not in page] == []
        assert [text for text in unsaid if text in page] == []
        assert "Ferritin" not in page
    with time_machine.travel(now() + timedelta(days=15), tick=False):
        for report in (talk, held, noted):
            assert "Ferritin" in as_("rosa").get(f"{world.base}{report}/")


def test_a_note_and_a_link_are_seen_where_it_is_said(world: World, as_: As) -> None:
    """Of a report that is not open yet they said that the person reads them."""
    nurse, rosa = as_("amina"), as_("rosa")
    for hold, note, link in (
        (None, "Rosa reads this beside the lab’s words.", "Rosa sees it under your note."),
        (timedelta(days=2), "Rosa reads this with the report, once it is open.",
         "Rosa sees it with the report, once it is open."),
    ):  # fmt: skip
        report = world.file(hold=hold)
        there = f"{world.base}{report}/"
        bare = nurse.get(f"{there}links/add")
        assert ("Rosa sees it beside the lab’s words." in bare) == (hold is None)
        page = nurse.get(f"{there}note")
        assert note in page
        page.form("note").submit(text="Much like last time.")
        page = nurse.get(f"{there}links/add")
        assert link in page
        page.form("link").submit(**GOOD)
        read = rosa.get(there)
        assert ("Much like last time." in read) == (hold is None)
        assert ("Iron and you" in read) == (hold is None)
    with time_machine.travel(now() + timedelta(days=2, minutes=1), tick=False):
        read = as_("rosa").get(there)
        assert "Much like last time." in read
        assert "Iron and you" in read


TEAMS = (
    "This note is one of the team’s sentences. Each reader sees it in their own language, where it has that."
)
MISSING = "Not in: Welsh. Those readers see it as it stands here."


def test_a_sentence_of_the_team_is_read_in_each_language_until_it_is_changed(world: World, as_: As) -> None:
    add(world)
    report = world.file()
    where = f"{world.base}{report}/note?result={line_of(world, report, 'Haemoglobin')}"
    nurse = as_("amina")
    page = nurse.get(where)
    assert MISSING in page
    assert TEAMS not in page.text
    inside = page.form("Use this sentence 1").submit().url.split("?")[0]

    def read() -> dict[str, str]:
        found = {}
        for locale in ("en", "cy", "ur"):
            text = as_("rosa", locale=locale).get(inside).text
            found[locale] = "ur" if "آکسیجن" in text else "en" if "It carries oxygen." in text else "own"
        return found

    assert read() == {"en": "en", "cy": "en", "ur": "ur"}
    page = nurse.get(where)
    assert TEAMS in page
    page.form("note").submit(text="It is a little low.")
    assert set(read().values()) == {"own"}
    assert TEAMS not in nurse.get(where).text


def test_letting_see_tells_at_once(world: World, as_: As) -> None:
    report = world.file(hold=timedelta(days=2))

    def told(_: object) -> bool:
        rows = session().query(Notice).filter_by(account_id=world.home.rosa.id, about_id=report)
        return any(row.visible_from <= now() for row in rows)

    page = as_("amina").get(f"{world.base}{report}/release")
    assert "Rosa is told at once, and this cannot be undone." in page
    assert not world.do("rosa", told)
    page.form("release").submit()
    assert world.do("rosa", told)


def test_who_was_told_that_somebody_asked_is_named_as_it_was(world: World, as_: As) -> None:
    """It named whoever is the key contact today, who had been told nothing."""
    report, later = world.file(kind="tissue"), world.file(kind="tissue")
    rosa = as_("rosa")
    there = f"{world.base}{report}/"
    page = rosa.get(there).form("Ask to see it sooner").submit()
    assert "Amina has been told." in page
    assert "Your team sees this on its list." not in page

    def other_lead(_: object) -> UUID:
        priya, _team = factories.nurse("Priya", world.home.team)
        row = (
            session().query(Relationship).filter_by(person_id=world.home.person.id, kind="professional").one()
        )
        row.account_id = priya.id
        return priya.id

    priya = world.do("rosa", other_lead)
    assert "Amina has been told." in rosa.get(there)
    assert "Priya has been told." not in rosa.get(there)

    def no_lead(_: object) -> None:
        rows = session().query(Relationship).filter_by(person_id=world.home.person.id, kind="professional")
        rows.one().lead = False

    world.do("rosa", no_lead)
    page = rosa.get(f"{world.base}{later}/").form("Ask to see it sooner").submit()
    assert "Your team sees this on its list." in page
    assert "has been told" not in page.text
    colleague = as_("amina")
    colleague.sign_in(priya)
    assert "Asked to see it sooner" in colleague.get("/caseload/results/?view=team")


def test_the_number_on_the_tab_goes_with_the_opening(world: World, as_: As) -> None:
    """It stood there until the next page."""
    report, other = world.file(), world.file(asked_for="Liver tests")
    rosa, amina = as_("rosa"), as_("amina")
    page = rosa.get(f"{world.base}{report}/")
    assert page.all(".tab__badge") == ["2"]
    part = page.form("seen").submit("I have read this", htmx=True)
    [tab] = part.html.select("a")
    assert (tab["id"], tab["data-hx-swap-oob"], tab["aria-current"]) == ("tab-results", "true", "page")
    assert part.all(".tab__badge") == ["1"] == rosa.get(f"{world.base}{other}/").all(".tab__badge")
    assert page.html.select_one("#tab-results") is not None
    held = world.file(hold=timedelta(days=1))
    rosa.get(f"{world.base}{held}/").form("Ask to see it sooner").submit()
    assert amina.get(f"{world.base}{held}/").form("seen").submit("I have read this", htmx=True).text == ""


def test_what_was_never_there_is_not_seen_to_be_taken_back(world: World, as_: As) -> None:
    """Alone catches: “Rosa sees that it was entered by mistake” of a report that answers her with 404."""
    never, once = world.file(hold=timedelta(days=2)), world.file()
    for report in (never, once):
        world.do("amina", filing.mark_in_error, report, "Another’s.")
    amina, rosa = as_("amina"), as_("rosa", strict=False)
    sees = "Rosa sees that it was entered by mistake"
    assert (rosa.get(f"{world.base}{never}/").status, rosa.get(f"{world.base}{once}/").status) == (404, 200)
    assert sees not in amina.get(f"{world.base}{never}/").text
    assert "For Rosa it was never here" in amina.get(f"{world.base}{never}/")
    assert sees in amina.get(f"{world.base}{once}/")


def test_who_asked_to_see_it_sooner_is_known_by_more_than_the_name(world: World, as_: As) -> None:
    """Alone catches: “You asked” where a daughter did who has her mother’s name."""
    world.do("amina", lambda _: setattr(session().get_one(Account, world.home.leon.id), "name", "Rosa"))
    report = world.file(hold=timedelta(days=2))
    leon, rosa = as_("leon"), as_("rosa")
    leon.get(f"{world.base}{report}/").form("Ask to see it sooner").submit()
    assert "You asked to see it sooner" in leon.get(f"{world.base}{report}/")
    page = rosa.get(f"{world.base}{report}/")
    assert "You asked" not in page.text
    assert "Rosa asked to see it sooner" in page


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+01:00", "9999-12-31T23:59:59-01:00"])
def test_a_page_that_says_no_moment_was_read_all_the_same(world: World, as_: As, moment: str) -> None:
    """Alone catches: an error of ours for a moment that has no place in the calendar here."""
    address = f"{world.base}{world.file()}/"
    form = as_("rosa").get(address).form("seen")
    form.values = [(name, moment if name == "shown" else value) for name, value in form.values]
    assert form.submit().status == 200
    assert "Rosa opened it on" in as_("amina").get(address)
