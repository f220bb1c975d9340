"""Today: what it shows, in which order, to whom, and at what cost."""

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest

from selfcare.appointments import actions as appointments
from selfcare.appointments import queries as visits
from selfcare.database import now
from selfcare.diary import actions as diary
from selfcare.filing.actions import TypedHold, TypedResult, file_typed
from selfcare.goals import actions as goals
from selfcare.results import actions as results
from selfcare.results import queries as reports
from selfcare.sharing import actions as sharing
from selfcare.web.access import Area, Level, Permit
from selfcare.web.when import at
from tests.harness.client import Client
from tests.harness.pages import Answer
from tests.harness.statements import Statements
from tests.home.conftest import MakeWorld, World

LINE = [TypedResult("Haemoglobin", "118", "g/L")]


def report(permit: Permit, title: str = "Full blood count", **values: object) -> object:
    return file_typed(permit, asked_for=title, laboratory="Riverside", results=LINE, **values)  # type: ignore[arg-type]


@pytest.fixture
def full(world: World) -> World:
    """Somebody who has something of everything."""
    with world.acting() as permit:
        for code in ("tiredness", "pain"):
            diary.log(permit, diary.add_preset(permit, code).id, world.when(permit, days=-1), severity=9)
        visit = appointments.add_visit(
            permit, when=world.when(permit, days=5), how="phone", with_whom="Amina"
        )
        appointments.ask(permit, text="Is it the tablets?", appointment_id=visit.id)
        asked = appointments.ask(permit, text="Can I take them at night?", send_now=True)
        goal = goals.add(permit, text="Walk to the shop and back")
        goals.check_in(permit, goal.id, when=world.when(permit, days=-7), how="as_hoped")
    with world.acting(world.home.amina) as desk:
        appointments.reply(desk, asked.id, "Yes.")
        report(desk)
    return world


def today(client: Client, world: World) -> Answer:
    client.sign_in(world.rosa)
    return client.get("/")


def rows(page: Answer) -> list[str]:
    """The titles of rows as they read: a name in a sentence is an element of its own."""
    return [" ".join(tag.get_text().split()) for tag in page.html.select(".row__title")]


def test_everything_stands_in_its_order(client: Client, full: World) -> None:
    page = today(client, full)
    assert page.h1 == "Today"
    headings = page.all("h2")
    assert headings[1:] == ["How are you?", "New for you", "My questions", "My goal"]
    assert "Your next visit" in page
    assert "In 5 days" in page
    assert "Phone call with Amina" in page
    assert rows(page)[:2] == ["Full blood count: new result", "Amina replied to you"]
    assert "“Can I take them at night?”" in page
    assert "For Amina" in page
    assert "You last checked in on" in page
    assert page.click("Say how it is going").status == 200


def test_every_link_of_it_opens(client: Client, full: World) -> None:
    page = today(client, full)
    for link in {tag["href"] for tag in page.html.select("main a[href^='/'], nav a[href^='/people']")}:
        assert client.get(str(link)).status == 200, link


def test_readiness_names_what_is_left(client: Client, full: World) -> None:
    page = today(client, full)
    assert "2 of 5 steps done. Still to do: the new results, what matters most, and share with Amina." in page
    assert page.link("Carry on getting ready").endswith("/prepare/")


def test_readiness_agrees_with_the_page_it_leads_to(client: Client, full: World) -> None:
    said = "2 of 5 steps done."
    assert said in (page := today(client, full))
    assert said in page.click("Carry on getting ready")


def test_all_five_steps(client: Client, full: World) -> None:
    with full.acting() as permit:
        results.see(permit, reports.unopened(permit)[0].id)
        visit = visits.next_visit(permit)
        assert visit is not None
        appointments.set_matters(permit, visit.id, None, "Seeing my grandchildren.")
        day = permit.today()
        sharing.share(permit, sections=("matters",), first=day, last=day, appointment_id=visit.id)
    page = today(client, full)
    assert "In 5 days. Everything is ready." in page
    assert page.html.select_one(".hero") is None, "it needs little room now"
    assert "5 of 5 steps done." in page.click(page.html.select_one("main ul.rows a").text)


def test_a_visit_more_than_a_week_ahead_takes_one_row(client: Client, world: World) -> None:
    with world.acting() as permit:
        diary.add_preset(permit, "pain")
        appointments.add_visit(
            permit, when=world.when(permit, days=8, hours=1), how="video", with_whom="Dr Okafor"
        )
    page = today(client, world)
    assert not page.html.select(".hero")
    assert "Video call with Dr Okafor" in page


@pytest.mark.parametrize(
    ("days", "said"), [(0, "Today"), (1, "Tomorrow"), (2, "In 2 days"), (7, "In 7 days")]
)
def test_how_far_ahead(client: Client, world: World, days: int, said: str) -> None:
    with world.acting() as permit:
        diary.add_preset(permit, "pain")
        there = permit.local(now()).replace(hour=23, minute=50) + timedelta(days=days)
        appointments.add_visit(
            permit, when=at(there.replace(second=0, microsecond=0), permit.zone), how="phone", with_whom="A"
        )
    assert today(client, world).all(".hero__over span")[-1] == said


def test_tiles_say_when_and_never_the_last_number(client: Client, full: World) -> None:
    page = today(client, full)
    assert page.all(".tile") == ["Tiredness Last: yesterday", "Pain Last: yesterday", "Log something else"]
    with full.acting() as permit:
        tracker = diary.add_preset(permit, "pain")
        diary.log(permit, tracker.id, full.when(permit, minutes=-1), severity=7)
    assert re.fullmatch(r"Pain Last: (today \d\d:\d\d|yesterday)", today(client, full).all(".tile")[1])


def test_a_result_on_hold_is_not_new(client: Client, world: World) -> None:
    with world.acting(world.home.amina) as desk:
        report(desk, "Liver tests", hold=TypedHold("Together, please.", now() + timedelta(days=3)))
        report(desk, "Kidney tests")
    with world.acting() as permit:
        diary.add_preset(permit, "pain")
    page = today(client, world)
    assert "Kidney tests: new result" in rows(page)
    assert "Liver tests" not in page


def test_a_corrected_result_says_so(client: Client, world: World) -> None:
    with world.acting(world.home.amina) as desk:
        first = report(desk)
        report(desk, replaces_id=first)
    page = today(client, world)
    assert rows(page) == ["Full blood count: corrected result"]


def test_the_first_minute(client: Client, world: World) -> None:
    page = today(client, world)
    assert page.h1 == "Hello, Rosa"
    assert page.all("h2") == ["What do you want to keep an eye on?", "Coming up", "Your key contact"]
    assert "Replies within 2 working days" in page
    assert "Nobody watches what you log here." in page
    onward = page.form("start").submit(what=["tiredness", "pain"])
    assert onward.status == 200
    assert "/diary/log/" in onward.url
    assert today(client, world).h1 == "Today"


def test_in_the_first_minute_what_is_there_shows_too(client: Client, world: World) -> None:
    with world.acting(world.home.amina) as desk:
        appointments.add_visit(desk, when=world.when(desk, days=3), how="phone", with_whom="Amina")
        report(desk)
    page = today(client, world)
    assert page.h1 == "Hello, Rosa"
    assert "Phone call with Amina" in page
    assert "Full blood count: new result" in rows(page)


# ---------------------------------------------------------------------------------------------------- who sees what


def test_a_carer_sees_what_the_rights_reach(client: Client, full: World) -> None:
    client.sign_in(full.leon)
    page = client.get(full.url)
    assert page.h1 == "Today"
    assert page.all("h2")[1:] == ["How is Rosa?", "New for Rosa", "Rosa’s questions", "Rosa’s goal"]
    assert "Amina replied to Rosa" in page
    assert "Full blood count" not in page, "results were not given"
    assert "steps done" not in page, "nor may a number tell of them"
    assert "Carry on getting ready" not in page, "visits were given to see, not to prepare"
    assert "You are helping Rosa" in page


@pytest.mark.parametrize(
    ("rights", "there", "not_there"),
    [
        ({Area.DIARY: Level.SEE}, "See the diary", "Log something else"),
        ({Area.QUESTIONS: Level.SEE}, "Is it the tablets?", "Add a question"),
        ({Area.GOALS: Level.SEE}, "See this goal", "Say how it is going"),
        ({Area.APPOINTMENTS: Level.SEE}, "See this visit", "How is Rosa?"),
        ({Area.RESULTS: Level.SEE}, "From the lab, today", "Amina replied"),
        ({Area.CONTACTS: Level.SEE}, "Today", "Phone call with"),
    ],
)
def test_one_right_shows_one_thing(
    client: Client, make_world: MakeWorld, rights: dict[Area, Level], there: str, not_there: str
) -> None:
    world = make_world(rights)
    with world.acting() as permit:
        diary.add_preset(permit, "pain")
        appointments.add_visit(permit, when=world.when(permit, days=5), how="phone", with_whom="Amina")
        appointments.ask(permit, text="Is it the tablets?")
        goals.add(permit, text="Walk")
    with world.acting(world.home.amina) as desk:
        report(desk)
    client.sign_in(world.leon)
    page = client.get(world.url)
    assert page.status == 200
    assert there in page
    assert not_there not in page


CANARY = "zebra-canary"


@pytest.fixture
def secretive(world: World) -> World:
    """Somebody who has marked one of everything *only me*."""
    with world.acting() as permit:
        diary.add_tracker(permit, kind="symptom", name=f"{CANARY} one", only_me=True)
        appointments.add_visit(
            permit, when=world.when(permit, days=4), how="phone", with_whom=f"{CANARY} two", only_me=True
        )
        appointments.ask(permit, text=f"{CANARY} three", only_me=True)
        goals.add(permit, text=f"{CANARY} four", only_me=True)
    return world


def test_only_me_is_seen_by_the_person_and_by_nobody_else(client: Client, secretive: World) -> None:
    mine = today(client, secretive)
    assert [f"{CANARY} {word}" in mine for word in ("one", "two", "three", "four")] == [True] * 4
    assert "steps done" not in mine, "a visit nobody else knows of cannot be shared"
    for other in (secretive.leon, secretive.amina):
        client.sign_in(other)
        for address in ("", "more/", "who-to-call/"):
            assert CANARY not in client.get(secretive.url + address).text
        assert CANARY not in client.get("/inbox/").text


def test_only_me_does_not_count_as_a_step(client: Client, world: World) -> None:
    with world.acting() as permit:
        tracker = diary.add_preset(permit, "pain")
        diary.log(permit, tracker.id, world.when(permit, hours=-1), severity=3, only_me=True)
        appointments.add_visit(permit, when=world.when(permit, days=5), how="phone", with_whom="Amina")
        appointments.ask(permit, text="Mine alone?", only_me=True)
    assert "1 of 5 steps done." in today(client, world), "only that no result is unopened"


def test_somebody_elses_record_is_the_same_404_as_an_unknown_one(client: Client, full: World) -> None:
    client.sign_in(full.stranger)
    pages = [client.get(address) for address in (full.url, f"/people/{uuid4()}/", full.url + "more/")]
    assert [page.status for page in pages] == [404] * 3
    # Nothing but the way back after a choice of language says which address was asked for; tokens are salted anew.
    own = re.compile(r'name="(next|csrf_token)" value="[^"]*"')
    assert len({own.sub("", page.text) for page in pages}) == 1


def test_signed_out_it_asks_to_sign_in(client: Client, full: World) -> None:
    for address in ("/", full.url, full.url + "more/", full.url + "who-to-call/", "/inbox/"):
        assert client.get(address, follow=False).status == 303
        assert client.get(address).h1 == "Sign in"


# ------------------------------------------------------------------------------------------------------------- cost


def test_it_costs_the_same_however_much_is_there(client: Client, full: World, statements: Statements) -> None:
    today(client, full)
    counts = {}
    for address in ("/", full.url):
        statements.clear()
        client.get(address)
        counts[address] = len(statements)
    assert max(counts.values()) <= 12, str(statements)
    with full.acting() as permit:
        tracker = diary.add_preset(permit, "pain")
        for n in range(40):
            diary.log(permit, tracker.id, full.when(permit, hours=-n), severity=n % 11)
            appointments.ask(permit, text=f"Question {n}")
            goals.add(permit, text=f"Goal {n}")
            appointments.add_visit(permit, when=full.when(permit, days=-n - 1), how="phone", with_whom="A")
    with full.acting(full.home.amina) as desk:
        for n in range(12):
            report(desk, f"Report {n}")
    for address, before in counts.items():
        statements.clear()
        page = client.get(address)
        assert "First of 41 for Amina" in page, "the page holds the rows"
        assert len(statements) == before, statements


def test_many_new_results_are_named_in_part(client: Client, world: World) -> None:
    with world.acting() as permit:
        diary.add_preset(permit, "pain")
    with world.acting(world.home.amina) as desk:
        for n in range(9):
            report(desk, f"Report {n}")
    page = today(client, world)
    assert sum("new result" in row for row in page.all(".row__title")) == 4
    assert page.click("All results").status == 200


# -------------------------------------------------------------------------------------------------------- odd input


@pytest.mark.parametrize(
    "odd",
    [
        "<script>alert(1)</script>",
        "\u202eevil\u202c",
        "😀" * 200,
        "x" * 15_000,
        "٣٫٥",
        "%(name)s {{ 7*7 }}",
        "a\n\nb",
    ],
)
def test_odd_words_are_shown_as_words(client: Client, world: World, odd: str) -> None:
    with world.acting() as permit:
        diary.add_tracker(permit, kind="symptom", name=odd[:80])
        appointments.add_visit(permit, when=world.when(permit, days=3), how="phone", with_whom=odd[:200])
        asked = appointments.ask(permit, text=odd, send_now=True)
        goals.add(permit, text=odd)
    with world.acting(world.home.amina) as desk:
        appointments.reply(desk, asked.id, odd)
    page = today(client, world)
    assert page.status == 200
    assert len(page.text) < 40_000
    assert "49" not in page.all(".tile")[0]


def test_in_urdu_the_safety_sentence_stands_in_english_too(
    new_client: Callable[..., Client], full: World
) -> None:
    browser = new_client(locale="ur")
    browser.sign_in(full.rosa)
    page = browser.get("/")
    assert page.html.html["dir"] == "rtl"  # type: ignore[index]
    lines = {tag["lang"]: tag.get_text(" ", strip=True) for tag in page.html.select(".safety-line p")}
    assert lines["en"] == "Nobody watches what you log here."
    assert set(lines) == {"ur", "en"}
