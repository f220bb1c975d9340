"""Getting ready: the page, saving as one goes, sharing, paper."""

from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask

from selfcare import database
from selfcare.appointments import actions, queries
from selfcare.diary import actions as diary
from selfcare.sharing import queries as sharing
from selfcare.web.access import Area, Level, Permit
from selfcare.web.when import at_instant
from tests.appointments.conftest import World, past
from tests.harness.pages import Answer
from tests.harness.statements import counted

CANARY = "Canary: I am afraid of him"
EVERYTHING = dict.fromkeys(Area, Level.ADD)


def address(world: World, visit: UUID, path: str = "") -> str:
    return f"{world.base}appointments/{visit}/prepare/{path}"


def logged(permit: Permit, entries: int, *, only_me: bool = False) -> None:
    tracker = diary.add_tracker(permit, kind="symptom", name="Tiredness")
    for number in range(entries):
        when = at_instant(database.now() - timedelta(hours=number + 1), permit.zone)
        diary.log(permit, tracker.id, when, severity=number % 11, only_me=only_me)


def test_getting_ready_from_nothing_to_shared_without_javascript(world: World) -> None:
    visit = world.visit(5)
    page = world.rosa.get(world.base + "appointments/").click("Get ready")
    assert page.h1 == "Getting ready"
    assert "1 of 5 steps done. Stop any time. It keeps." in page  # there is no result to open
    assert "Nobody watches what you" in page
    page = page.form("matters-form").submit("Save", matters="To be well for my sister’s visit")
    assert "Saved." in page
    assert "2 of 5 steps done." in page
    page = page.click("Say it in my words").form("words-form").submit(words="Mornings are the worst")
    assert "3 of 5 steps done." in page
    assert "Mornings are the worst" in page
    page = page.click("Add a question").form("question").submit(text="Is it the new tablets?")
    assert page.h1 == "Getting ready"
    assert "4 of 5 steps done." in page
    page = page.form("matters-form").submit("I’m ready: share with Amina")
    assert page.h1 == "I’m ready"
    for words in ("To be well for my sister’s visit", "Mornings are the worst", "Is it the new tablets?"):
        assert words in page
    assert "are never in it" in page
    page = page.form("ready").submit()
    assert "Shared with Amina." in page
    page = page.click("Back to getting ready")
    assert "5 of 5 steps done." in page
    found = world.ask_of(sharing.newest, who="amina")
    assert found
    assert found.body
    assert found.body["matters"] == "To be well for my sister’s visit"
    assert world.open("amina") == ["Is it the new tablets?"]  # sent with it
    assert world.ask_of(queries.visit, visit.id).ready_at


def test_what_is_done_is_one_line_and_what_is_open_stands_open(world: World) -> None:
    """Alone catches: a step that is folded while it is to do; the list shut again under the hand on it."""
    visit = world.visit(5)

    def folds(page: Answer) -> dict[str, bool]:
        return {str(tag["id"]): tag.has_attr("open") for tag in page.html.select("main details.fold")}

    page = world.rosa.get(address(world, visit.id))
    assert folds(page) == {"results": False}  # there is none to open: it is done
    assert "No new results" in page.all("details#results")[0]
    assert page.html.select_one("section#been .done-mark")
    page = page.click("Add a question").form("question").submit(text="Is it the new tablets?")
    assert folds(page) == {"results": False, "questions": True}
    page = page.click("Add a question").form("question").submit(text="And the walks?")
    page = page.form("/up").submit()
    assert folds(page) == {"results": False, "questions": True}
    page = page.click("Say it in my words").form("words-form").submit(words="Mornings are the worst")
    assert folds(page) == {"results": False, "been": False, "questions": False}
    assert page.all("details#questions summary") == ["My questions , Done 2 Change"]
    # Whoever reads it for their work has all of it before their eyes.
    assert folds(world.amina.get(address(world, visit.id))) == {}


def test_what_stands_in_the_box_is_kept_whatever_button_is_pressed(world: World) -> None:
    visit = world.visit(5)
    page = world.rosa.get(address(world, visit.id))
    page = page.form("matters-form").submit("See what Amina will see", matters="Typed and not saved")
    assert "Typed and not saved" in page
    assert world.ask_of(queries.visit, visit.id).matters == "Typed and not saved"


def test_saving_as_it_is_typed_gives_the_new_version_each_time(world: World) -> None:
    visit = world.visit(5)
    form = world.rosa.get(address(world, visit.id)).form("matters-form")
    first = form.submit(htmx=True, matters="I want")
    assert "Saved just now" in first
    assert first.html.select_one("[name=version]")["value"] == "2"
    # Sent before the page heard of its version: the same page goes on.
    second = form.submit(htmx=True, matters="I want to be well")
    assert second.status == 200
    assert second.html.select_one("[name=version]")["value"] == "3"
    assert world.ask_of(queries.visit, visit.id).matters == "I want to be well"
    assert form.submit(htmx=True, matters="x" * 2001).status == 422
    assert world.ask_of(queries.visit, visit.id).matters == "I want to be well"


@pytest.mark.parametrize("rights", [{Area.APPOINTMENTS: Level.ADD}])
def test_two_people_writing_the_sentence_are_asked_and_nothing_is_lost(world: World) -> None:
    visit = world.visit(5)
    mine = world.rosa.get(address(world, visit.id)).form("matters-form")
    his = world.leon.get(address(world, visit.id)).form("matters-form")
    assert his.submit(htmx=True, matters="Leon’s words").status == 200
    typing = mine.submit(htmx=True, matters="My words")
    assert typing.status == 409
    assert "Leon changed this while you were writing" in typing
    assert typing.html.select_one("[name=version]")["value"] == "1"  # still to be settled
    answer = mine.submit(follow=False, matters="My words")
    assert answer.status == 409
    assert "My words" in answer
    assert "Leon’s words" in answer
    page = answer.form("Keep what I chose").submit(keep="both")
    assert page.h1 == "Getting ready"
    both = world.ask_of(queries.visit, visit.id).matters
    assert both.replace("\r\n", "\n") == "Leon’s words\n\nMy words"
    stale = mine.submit(follow=False, matters="Again")
    assert stale.status == 409
    assert stale.form("Keep what I chose").submit(keep="theirs").h1 == "Getting ready"
    assert world.ask_of(queries.visit, visit.id).matters == both


@pytest.mark.parametrize("rights", [EVERYTHING])
def test_words_in_conflict_are_asked_about_too(world: World) -> None:
    visit = world.visit(5)
    mine, his = (
        each.get(address(world, visit.id, "words")).form("words-form") for each in (world.rosa, world.leon)
    )
    his.submit(words="Told me she slept badly")
    answer = mine.submit(words="I slept badly", follow=False)
    assert answer.status == 409
    answer.form("Keep what I chose").submit(keep="mine")
    assert world.ask_of(queries.visit, visit.id).words == "I slept badly"


def test_sharing_twice_by_accident_is_sharing_once(world: World) -> None:
    visit = world.visit(5)
    form = world.rosa.get(address(world, visit.id, "ready")).form("ready")
    assert "Shared with Amina." in form.submit()
    assert "Shared with Amina." in form.submit()
    assert len(world.ask_of(sharing.summaries)) == 1


def test_what_changed_since_it_was_looked_at_is_shown_first(world: World) -> None:
    visit = world.visit(5)
    form = world.rosa.get(address(world, visit.id, "ready")).form("ready")
    with world.acting() as permit:
        actions.set_matters(permit, visit.id, None, "Something new")
    answer = form.submit()
    assert answer.status == 409
    assert "Something changed since you looked." in answer
    assert "Something new" in answer
    assert world.ask_of(sharing.summaries) == []
    assert "Shared with Amina." in answer.form("ready").submit()


@pytest.mark.parametrize("rights", [EVERYTHING])
def test_only_me_things_make_nobody_readier_and_are_seen_by_nobody(world: World) -> None:
    visit = world.visit(5)
    world.ask(CANARY, only_me=True, appointment_id=visit.id)
    with world.acting() as permit:
        logged(permit, 3, only_me=True)
    page = world.rosa.get(address(world, visit.id))
    assert CANARY in page
    steps = [
        client.get(address(world, visit.id)).text.count("progress__step--done")
        for client in (world.rosa, world.leon, world.amina)
    ]
    assert steps == [1, 1, 1]
    for client in (world.leon, world.amina):
        for path in ("", "paper"):
            answer = client.get(address(world, visit.id, path))
            assert answer.status == 200
            assert CANARY not in answer.text
            assert "Tiredness" not in answer
    assert CANARY not in world.leon.get(address(world, visit.id, "ready")).text
    assert CANARY not in world.rosa.get(address(world, visit.id, "ready")).text


def test_a_carer_learns_no_number_that_counts_what_they_may_not_see(world: World) -> None:
    visit = world.visit(5)  # the factory's carer has no right to results
    page = world.leon.get(address(world, visit.id))
    assert "steps done" not in page
    assert "progress__step" not in page.text
    assert "See my results" not in page
    assert not any("share" in words.lower() for words in page.all("button, a.button"))


def test_a_nurse_sees_how_ready_somebody_is_and_nothing_of_it(world: World) -> None:
    visit = world.visit(5)
    with world.acting() as permit:
        logged(permit, 2)
    world.ask("not sent")
    page = world.amina.get(address(world, visit.id))
    assert "Tiredness" not in page  # the diary is not hers to see
    assert "3 of 5 steps done." in page  # but readiness is a fact of the process, the same as for Rosa
    assert "3 of 5 steps done." in world.rosa.get(address(world, visit.id))
    assert "not sent" not in page
    assert "share with" not in page
    assert world.amina.get(address(world, visit.id, "ready")).status == 404


@pytest.mark.parametrize("rights", [EVERYTHING])
def test_a_carer_with_the_right_prepares_and_shares(world: World) -> None:
    visit = world.visit(5)
    page = world.leon.get(address(world, visit.id))
    assert "For Rosa" in page
    page = page.form("matters-form").submit("I’m ready: share with Amina", matters="Her sister’s visit")
    assert page.h1 == "Ready to share"
    assert "Shared with Amina." in page.form("ready").submit()
    found = world.ask_of(sharing.newest, who="amina")
    assert found
    assert found.entered_name == "Leon"


def test_since_the_last_visit(world: World) -> None:
    old, visit = world.visit(1), world.visit(5)
    later = world.visit(40)
    with world.acting() as permit:
        logged(permit, 12)
    past(old.id, world, days=57)
    then = world.ask_of(queries.visit, old.id).wall
    for each in (visit, later):  # a visit still to come is not the last one
        page = world.rosa.get(address(world, each.id))
        assert f"Since the last visit, {then.day} " in page
        assert "12 entries" in page
    assert page.html.select_one("svg.chart__svg")["aria-label"].startswith("Tiredness: 12 entries")


def test_since_never_tells_of_a_hidden_visit(world: World) -> None:
    hidden, old, visit = world.visit(1, only_me=True), world.visit(1), world.visit(5)
    past(hidden.id, world, days=9)
    past(old.id, world, days=57)
    first = world.ask_of(queries.visit, old.id).wall.date()
    world.rosa.get(address(world, visit.id, "ready")).form("ready").submit()
    found = world.ask_of(sharing.newest, who="amina")
    assert found
    assert found.first == first


def test_paper_has_what_is_there_or_nothing_at_all(world: World) -> None:
    visit = world.visit(5)
    world.ask("Is it the tablets?")
    world.ask(CANARY, only_me=True)
    with world.acting() as permit:
        actions.set_matters(permit, visit.id, None, "My sister")
    page = world.rosa.get(address(world, visit.id, "paper"))
    assert "1. Is it the tablets?" in page
    assert CANARY not in page  # paper lies about
    assert "My sister" in page
    assert len(page.html.select(".sheet__lines li")) > 8
    page = page.click("An empty page instead")
    assert "Is it the tablets?" not in page
    assert "My sister" not in page
    assert len(page.html.select(".sheet__ask")) == 6


@pytest.mark.parametrize(
    "text", ["\u202eevil", "👩🏽‍⚕️", "{{ 7*7 }} %(x)s", "<b>bold</b>", "x" * 2000, "کل ۱۲ بجے", "a\r\nb"]
)
def test_odd_words_are_kept(world: World, text: str) -> None:
    visit = world.visit(5)
    page = world.rosa.get(address(world, visit.id)).form("matters-form").submit("Save", matters=text)
    assert page.form("matters-form").value("matters").replace("\r\n", "\n") == text.replace("\r\n", "\n")


@pytest.mark.parametrize("text", ["a\0b", "x" * 2001, "x" * 100_000])
def test_words_that_cannot_be_kept_stay_on_the_page(world: World, text: str) -> None:
    visit = world.visit(5)
    answer = world.rosa.get(address(world, visit.id, "matters")).form("matters-form").submit(matters=text)
    assert answer.status == 422
    assert "to be kept" not in world.ask_of(queries.visit, visit.id).matters


@pytest.mark.parametrize("who", ["rosa", "leon", "amina"])
@pytest.mark.parametrize("rights", [EVERYTHING])
def test_the_page_takes_as_many_statements_however_much_was_logged(
    world: World, app: Flask, who: str
) -> None:
    old, visit = world.visit(1), world.visit(5)
    past(old.id, world, days=57)
    client = getattr(world, who)
    found = []
    for entries in (3, 60):
        with world.acting() as permit:
            logged(permit, entries)
            for number in range(entries // 3):
                actions.ask(permit, text=f"q{number}", appointment_id=visit.id)
        with counted(app) as statements:
            page = client.get(address(world, visit.id))
        assert page.status == 200
        if who != "amina":
            assert "entries" in page
            assert "q0" in page
        found.append([text for text in statements.texts if "INSERT" not in text])
    assert len(found[0]) == len(found[1])
    assert len(found[0]) <= 12, "\n".join(found[0])
