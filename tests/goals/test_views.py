"""Goals, as the person, a carer and others meet them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
import time_machine
from flask import Flask

from selfcare import database
from selfcare.goals import actions, queries
from selfcare.goals.models import CheckIn, Goal
from selfcare.web.access import Area, Level
from selfcare.web.when import at_instant
from tests import factories
from tests.goals.world import World, make
from tests.harness.client import Client
from tests.harness.statements import Statements

LONDON = ZoneInfo("Europe/London")
SECRET = "Canary: my divorce papers"
ODD = [
    "\u202eevil\u202c", "👩🏽‍⚕️ walk", "۱۲ قدم، روزانہ", "71,4 steps", "<script>alert(1)</script>", "x" * 1990, "a\r\nb",
]  # fmt: skip


@pytest.fixture
def world(app: Flask, new_client: Callable[..., Client]) -> World:
    return make(app, new_client)


def test_a_goal_is_set_looked_at_and_reached(world: World) -> None:
    empty = world.rosa.get(world.base)
    assert "One small thing that matters to you is plenty" in empty
    page = empty.click("Add a goal")
    assert "Nobody watches what you write here." in page
    page = page.form("goal").submit(
        text="Walk to the shop",
        why="I like my own bread",
        matters="My sister’s visit",
        sure="6",
        look="14",
        next_step="Twice a week",
    )
    assert page.h1 == "My goal"
    assert "Walk to the shop" in page
    for words in ("I like my own bread", "My sister’s visit", "6 of 10", "Twice a week"):
        assert words in page
    page = page.click("Say how it is going").form("check-in").submit(how="as_hoped", note="Two good walks")
    assert "As hoped" in page
    assert "Two good walks" in page
    page = page.click("This goal has come to an end").form("closure").submit(how="achieved", words="I did it")
    assert "Achieved" in page
    assert "I did it" in page
    assert "Walk to the shop" not in world.rosa.get(world.base)
    ended = world.rosa.get(world.base + "?show=ended")
    assert "Achieved on" in ended
    page = ended.click("Walk to the shop").click("Take it up again").form("reopen").submit()
    assert "Say how it is going" in page
    assert "Changed" in page  # how it had ended is kept
    assert "Walk to the shop" in world.rosa.get(world.base)


def test_only_me_is_there_for_its_owner_and_for_nobody_else(world: World) -> None:
    hidden = world.add(text=SECRET, only_me=True)
    shown = world.add(text="Walk to the shop")
    for page in (world.rosa.get(world.base), world.rosa.get(hidden)):
        assert SECRET in page
    world.rosa.get(shown + "check-in").form("check-in").submit(how="less", note=SECRET, only_me=True)
    assert SECRET in world.rosa.get(shown)
    assert "Walk to the shop" in world.leon.get(world.base)
    assert SECRET not in world.leon.get(world.base).text
    assert SECRET not in world.leon.get(shown).text
    assert "Less than hoped" not in world.leon.get(shown).text
    for path in ("", "check-in", "change", "closure", "remove", "reopen"):
        assert world.leon.get(hidden + path).status == 404
    with world.as_leon() as leon:
        assert [goal.text for goal in queries.current(leon)] == ["Walk to the shop"]
        assert queries.current(leon)[0].last_check_in is None
    with world.as_rosa() as rosa:
        assert {goal.text for goal in queries.current(rosa)} == {SECRET, "Walk to the shop"}
        assert SECRET not in str(queries.for_summary(rosa))
        assert queries.for_summary(rosa)[0]["how"] is None


def test_what_was_for_me_only_stays_so_among_what_it_said_before(world: World) -> None:
    """A goal that was shown later showed the helpers what it had said while it was hidden."""
    goal = world.add(text=SECRET, only_me=True)
    with time_machine.travel(database.now() + timedelta(hours=1), tick=False):
        form = world.rosa.get(goal + "change").form("goal")
        form.submit(text="Walk to the shop", only_me=False)
        assert SECRET in world.rosa.get(goal)
        theirs = world.leon.get(goal)
    assert "Walk to the shop" in theirs
    assert SECRET not in theirs.text


def test_only_the_person_hides_and_only_what_is_theirs(world: World) -> None:
    page = world.leon.get(world.base + "add")
    assert "only_me" not in page.text
    form = page.form("goal")
    form.values.append(("only_me", "y"))
    form.submit(text="Leon’s idea")
    own = world.rosa.get(world.base)
    assert "Entered by Leon for you" in own
    assert "Only me" not in own
    page = own.click("Leon’s idea").click("Change this goal")
    assert "only_me" not in page.text
    form = page.form("goal")
    form.values.append(("only_me", "y"))
    form.submit(text="Leon’s idea, and mine")
    assert "Leon’s idea, and mine" in world.leon.get(world.base)


def test_a_carer_changes_their_own_and_checks_in_on_others(world: World) -> None:
    mine = world.add(text="Walk to the shop", next_step="Slowly")
    theirs = world.add(world.leon, text="Sleep well")
    assert world.leon.get(mine + "change").status == 404
    assert world.leon.get(mine + "closure").status == 404
    assert world.leon.get(theirs + "change").status == 200
    page = world.leon.get(mine + "check-in")
    assert "Call 999" in page
    form = page.form("check-in")
    form.values += [("next_step", "Faster"), ("look", "14")]
    refused = form.submit(how="better", note="Round the block")
    assert refused.status == 422
    assert "You cannot change this goal any more." in refused
    page = refused.form("check-in").submit(next_step="Slowly", look="none")
    assert "Entered by Leon for Rosa" in page
    assert "Slowly" in page
    assert "Faster" not in page
    assert world.rosa.get(theirs + "change").form("goal").submit(text="Sleep").all(".card__title") == [
        "Sleep"
    ]


def test_without_the_right_there_is_nothing(world: World) -> None:
    goal = world.add(text="Walk")
    for who in (world.amina, world.stranger):
        for path in (world.base, world.base + "add", goal, goal + "check-in", goal + "change"):
            assert who.get(path).status == 404
    home = world.home
    with world.app.app_context(), database.command():
        reader = factories.account(name="Meg")
        factories.people.relate(
            home.person.id, kind=factories.Role.CARER, account_id=reader.id, rights={Area.GOALS: Level.SEE}
        )
    world.stranger.sign_in(reader.id)
    page = world.stranger.get(goal)
    assert page.all(".card__title") == ["Walk"]
    assert "Say how it is going" not in page
    assert world.stranger.get(goal + "check-in").status == 404
    assert world.stranger.get(world.base + "add").status == 404


def test_what_is_missing_is_said_and_typing_is_kept(world: World) -> None:
    page = world.rosa.get(world.base + "add").form("goal").submit(text="  ", why="Kept words", look="day")
    assert page.status == 422
    assert len(page.all(".error-summary li")) == 2
    assert page.form("goal").value("why") == "Kept words"
    goal = world.add(text="Walk")
    page = world.rosa.get(goal + "check-in").form("check-in").submit(note="Kept words")
    assert page.status == 422
    assert page.all(".error-summary li") == ["Choose the words that fit best."]
    assert page.form("check-in").value("note") == "Kept words"
    page = world.rosa.get(goal + "closure").form("closure").submit(words="Kept words")
    assert page.status == 422
    assert page.form("closure").value("words") == "Kept words"
    assert world.count(CheckIn) == 0


def test_two_at_once_keep_both_versions(world: World) -> None:
    goal = world.add(text="Walk")
    first = world.rosa.get(goal + "change").form("goal")
    second = world.rosa.get(goal + "change").form("goal")
    first.submit(text="Walk to the shop")
    page = second.submit(text="Walk to the park")
    assert page.status == 409
    assert "Walk to the shop" in page
    assert "Walk to the park" in page
    page = page.form("Keep what I chose").submit(keep="both")
    assert page.status == 200
    assert page.all(".card__title") == ["Walk to the shop Walk to the park"]
    page = world.rosa.get(goal + "closure")
    world.rosa.get(goal + "change").form("goal").submit(text="Dance")
    page = page.form("closure").submit(how="let_go")
    assert page.status == 409
    page = page.form("Keep what I chose").submit(keep="mine")
    assert "Let go" in page


def test_the_same_form_twice_is_one_row(world: World) -> None:
    form = world.rosa.get(world.base + "add").form("goal").fill(text="Walk")
    assert form.submit(follow=False).location == form.submit(follow=False).location
    assert world.count(Goal) == 1
    page = world.rosa.get(world.base).click("Walk")
    form = page.click("Say how it is going").form("check-in").fill(how="better")
    form.submit()
    form.submit()
    assert world.count(CheckIn) == 1


def test_a_check_in_is_changed_and_removed(world: World) -> None:
    goal = world.add(text="Walk")
    page = world.rosa.get(goal + "check-in").form("check-in").submit(how="better", note="First words")
    change = [str(tag["href"]) for tag in page.html.select('a[href*="/check-ins/"][href$="/change"]')]
    stale = world.rosa.get(change[0]).form("check-in")
    page = world.rosa.get(change[0]).form("check-in").submit(how="less", note="Other words")
    assert "Less than hoped" in page
    assert stale.submit(note="Third words").status == 409
    page = world.rosa.get(change[0].replace("/change", "/remove")).form("remove").submit()
    assert "Other words" not in page
    assert world.rosa.get(change[0]).status == 404
    world.rosa.get(goal + "remove").form("remove").submit()
    assert world.rosa.get(goal).status == 404


@pytest.mark.parametrize("odd", ODD, ids=range(len(ODD)))
def test_odd_words_are_kept_as_sent(world: World, odd: str) -> None:
    goal = world.add(text=odd, why=odd)
    with world.app.app_context():
        row = database.session().get_one(Goal, (world.home.person.id, UUID(goal.rstrip("/")[-36:])))
        assert (row.text, row.why) == (odd, odd)
    assert world.rosa.get(goal).status == 200


def test_what_cannot_be_kept_is_refused(world: World) -> None:
    for text in ("a\0b", "\ud800", "y" * 100_000):
        page = world.rosa.get(world.base + "add").form("goal").submit(text=text)
        assert 400 <= page.status < 500
    assert world.count(Goal) == 0
    goal = world.add(text="Walk", why="z" * 19_999)
    assert "z" * 19_999 in world.rosa.get(goal).text
    for key in ("x~y", "0001-01-01T00:00:00+14:00~" + goal.rstrip("/")[-36:], "%FF"):
        assert world.rosa.get(goal + "?before=" + key).status in (200, 400)


def many(world: World, goals: int, check_ins: int) -> UUID:
    """Goals and check-ins through the actions."""
    with world.as_rosa() as permit:
        made = [actions.add(permit, text=f"Goal {n}") for n in range(goals)]
        start = datetime.now(UTC) - timedelta(days=900)
        for n in range(check_ins):
            when = at_instant(start + timedelta(hours=n), LONDON)
            actions.check_in(permit, made[0].id, when=when, how="as_hoped", note=f"Note {n}")
        return made[0].id


def test_lists_go_on_by_key_and_lose_nothing(world: World) -> None:
    goal_id = many(world, goals=45, check_ins=45)
    seen: list[str] = []
    page = world.rosa.get(world.base)
    while True:
        seen += [title for title in page.all(".row__title") if title.startswith("Goal ")]
        if "Show earlier goals" not in page:
            break
        page = page.click("Show earlier goals")
    assert sorted(seen) == sorted(f"Goal {n}" for n in range(45))
    notes: list[str] = []
    page = world.rosa.get(f"{world.base}{goal_id}/")
    while True:
        notes += page.all(".row__note[dir=auto]")
        if "Show earlier check-ins" not in page:
            break
        page = page.click("Show earlier check-ins")
    assert notes == [f"Note {n}" for n in reversed(range(45))]


def test_statements_are_as_many_for_few_as_for_many(app: Flask, world: World, statements: Statements) -> None:
    goal_id = many(world, goals=3, check_ins=3)
    paths = (world.base, f"{world.base}{goal_id}/")

    def cost() -> list[int]:
        found = []
        for path in paths:
            page = world.rosa.get(path)
            assert "Goal 0" in page.text or "Goal " in page.text
            statements.clear()
            world.rosa.get(path)
            found.append(len(statements))
        return found

    few = cost()
    with world.as_rosa() as permit:
        for n in range(60):
            actions.add(permit, text=f"Goal more {n}")
            when = at_instant(datetime.now(UTC) - timedelta(days=n), LONDON)
            actions.check_in(permit, goal_id, when=when, how="less", note=f"More {n}")
    assert cost() == few
    assert max(few) <= 12


def test_time_to_look_again(world: World) -> None:
    with world.as_rosa() as permit:
        yesterday = permit.today() - timedelta(days=1)
        goal = actions.add(permit, text="Walk", look_on=yesterday)
        actions.add(permit, text="Dance", look_on=permit.today() + timedelta(days=1))
        assert [(brief.text, brief.due) for brief in queries.current(permit)] == [
            ("Walk", True),
            ("Dance", False),
        ]
    assert world.rosa.get(world.base).all(".tag") == ["Time to look again"]
    world.rosa.get(f"{world.base}{goal.id}/check-in").form("check-in").submit(how="as_hoped")
    assert world.rosa.get(world.base).all(".tag") == []


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_a_next_step_said_with_a_check_in_for_oneself_is_kept_or_refused(world: World) -> None:
    """It was dropped, and the page said saved: others read the goal, and would have read it there."""
    goal = world.add(text="Walk to the shop", next_step="Round the block")
    page = world.rosa.get(f"{goal}check-in")
    typed = {"how": "as_hoped", "note": "Well.", "only_me": "y"}
    refused = page.form("check-in").submit(**typed, next_step="To the shop and back")
    assert refused.status == 422
    assert refused.form("check-in").value("next_step") == "To the shop and back"
    assert world.count(CheckIn) == 0
    assert refused.form("check-in").submit(next_step="Round the block").status == 200
    assert world.rosa.get(f"{goal}check-in").form("check-in").submit(**typed, look="14").status == 422
    assert world.count(CheckIn) == 1
    for_all = world.rosa.get(f"{goal}check-in").form("check-in")
    for_all.submit(how="as_hoped", next_step="To the shop and back")
    assert "To the shop and back" in world.leon.get(goal)


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("only_me", [True, False])
def test_a_next_step_left_as_it_was_is_nobody_s_change(world: World, only_me: bool) -> None:
    """Alone catches: a check-in that says what the next step was, and so takes back what somebody wrote since, or is
    refused for it.
    """
    goal = world.add(world.leon, text="Walk to the shop", next_step="Round\r\nthe block")
    form = world.rosa.get(f"{goal}check-in").form("check-in")
    with world.as_leon() as leon:
        (row,) = queries.current(leon)
        actions.change(leon, row.id, 1, next_step="To the shop and back")
    assert form.submit(how="as_hoped", only_me=only_me).status == 200
    assert world.count(CheckIn) == 1
    form = world.rosa.get(f"{goal}check-in").form("check-in")
    assert form.value("next_step") == "To the shop and back"
    assert form.submit(how="as_hoped", next_step="").status == 200
    assert world.rosa.get(f"{goal}check-in").form("check-in").value("next_step") == "", "taken out on purpose"
