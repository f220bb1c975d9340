"""A team's page: how people hear by default, its holidays and reply days, and that changes are noted."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from selfcare.database import command, now
from selfcare.people import staff, teams
from selfcare.results import actions, queries, team
from selfcare.results import release as rules
from tests import factories
from tests.harness.client import Client
from tests.results.world import World

As = Callable[..., Client]


def set_ways(world: World, **ways: str) -> None:
    """Set the team's default for some kinds of test."""

    def save(_: Any) -> None:
        panel = factories.panel(world.home.amina)
        found = teams.own(panel, world.home.team.id)
        modes = team.of_team(found.id)
        team.save(panel, found.id, modes | ways, found.reply_days, team.sign(found, modes))

    world.do("amina", save)


def test_a_teams_own_way_counts_for_what_is_filed_from_now_on(world: World, as_: As) -> None:
    before = world.file()
    page = as_("amina").get("/team/")
    form = page.form("team")
    assert form.value("how_blood") == rules.AT_ONCE
    assert form.value("how_genetics") == rules.TOGETHER
    saved = form.submit(how_blood=rules.WITH_NOTE, how_tissue=rules.AT_ONCE)
    assert "Saved." in saved
    assert saved.form("team").value("how_blood") == rules.WITH_NOTE
    assert "When people see results" in saved
    assert world.do("rosa", queries.sheet, before).content, "what was on file stays as it was"
    assert not world.do("rosa", queries.sheet, world.file()).content
    assert world.do("rosa", queries.sheet, world.file(kind="tissue")).content
    assert "or when you add a note." in as_("amina").get(f"{world.base}type")
    # Somebody's own choice counts more.
    world.do("rosa", actions.choose, rules.AT_ONCE, [])
    assert world.do("rosa", queries.sheet, world.file()).content


def test_the_person_reads_what_their_team_usually_does(world: World, as_: As) -> None:
    rosa = as_("rosa")
    assert "When you talk: Tissue or cells (histology, cytology) and Genetic test." in rosa.get(
        f"{world.base}choice"
    )
    assert "Now: as soon as they are ready, some when we talk" in rosa.get(world.base)
    set_ways(world, blood=rules.WITH_NOTE, tissue=rules.AT_ONCE, genetics=rules.AT_ONCE)
    page = rosa.get(f"{world.base}choice")
    assert "With a note: Blood test." in page
    assert "When you talk:" not in page
    assert "Now: as my team usually does" in rosa.get(world.base)
    set_ways(world, blood=rules.AT_ONCE)
    assert "Now: as soon as they are ready" in rosa.get(world.base)


def test_two_who_change_it_at_once_are_told(world: World, as_: As) -> None:
    first, second = (as_("amina").get("/team/").form("team") for _ in range(2))
    first.submit(how_blood=rules.TOGETHER)
    answer = second.submit(how_urine=rules.TOGETHER)
    assert answer.status == 409
    assert "Somebody changed this while you were choosing" in answer
    assert "Blood test: When they talk with the key contact" in answer
    assert answer.form("team").value("how_urine") == rules.TOGETHER, "what was chosen is still there"
    assert "Saved." in answer.form("team").submit()
    modes = world.do("amina", lambda _: team.of_team(world.home.team.id))
    assert (modes["blood"], modes["urine"]) == (rules.AT_ONCE, rules.TOGETHER)


def _runs(world: World) -> None:
    with world.app.app_context(), command():
        staff.make_administrator(world.home.team.id, world.home.amina.id)


@pytest.mark.parametrize("days", ["", "0", "21", "2.5", "two", "-1", "1e3"])
def test_reply_days_are_whole_and_few(world: World, as_: As, days: str) -> None:
    _runs(world)
    refused = as_("amina").get("/team/").form("team").submit(reply_days=days)
    assert refused.status == 422
    assert refused.form("team").value("reply_days") == days


def test_reply_days_are_said_to_the_person(world: World, as_: As) -> None:
    form = as_("amina").get("/team/").form("team")
    assert "reply_days" not in [name for name, _ in form.values], "only who runs the team’s pages"
    form.values.append(("reply_days", "9"))
    assert "Replies within 2 working days." in form.submit()
    _runs(world)
    as_("amina").get("/team/").form("team").submit(reply_days="3")
    assert "within 3 working days" in as_("rosa").get(f"/people/{world.home.person.id}/who-to-call/")


def test_holidays_are_added_and_taken_off(world: World, as_: As) -> None:
    amina = as_("amina")
    day = (now() + timedelta(days=30)).date()
    page = amina.get("/team/").form("holiday").submit(day=day.isoformat())
    assert "Saved." in page
    assert str(day.year) in " ".join(page.all(".rows"))
    again = page.form("holiday").submit(day=day.isoformat())
    assert len(again.html.select('input[name="day"][type="hidden"]')) == 1, "a day twice is one"
    gone = again.form(again.all("form.post-button button")[-1]).submit()
    assert gone.html.select('input[name="day"][type="hidden"]') == []
    assert "A day nobody works was taken off" in gone
    assert "A day nobody works was added" in gone


@pytest.mark.parametrize(
    ("day", "sentence"),
    [("", "Choose the day."), ("2020-01-01", "This day has passed."), ("2999-01-01", "more than three years ahead"),
     ("31 February", "This is not a date.")],
)  # fmt: skip
def test_odd_days_are_refused_in_words(world: World, as_: As, day: str, sentence: str) -> None:
    refused = as_("amina").get("/team/").form("holiday").submit(day=day)
    assert refused.status == 422
    assert sentence in refused
    assert refused.form("holiday").value("day") == day


def test_there_is_a_most(world: World) -> None:
    def fill(_: Any) -> bool:
        panel = factories.panel(world.home.amina)
        day = now().date()
        for n in range(teams.MOST_HOLIDAYS):
            assert teams.add_holiday(panel, world.home.team.id, day + timedelta(days=n))
        return teams.add_holiday(panel, world.home.team.id, day + timedelta(days=500))

    assert world.do("amina", fill) is False


@pytest.mark.parametrize("path", ["", "holidays/add", "holidays/remove"])
def test_only_members_come_here(world: World, as_: As, path: str) -> None:
    assert as_("amina").get(f"/team/{path}").status == 200, "the control"
    for who in ("rosa", "leon", "stranger"):
        assert as_(who).get(f"/team/{path}").status == 404

    def another(_: Any) -> tuple[Any, str]:
        nurse, _team = factories.nurse("Owen")
        return nurse.id, str(world.home.team.id)

    owen, ours = world.do("amina", another)
    client = as_("amina")
    token = client.get("/team/").html.select_one("[name=csrf_token]")
    assert token is not None
    client.sign_in(owen)
    form = client.get("/team/").form("team").fill(team=ours)
    assert form.submit().status == 404
    assert client.get(f"/team/?team={ours}").status == 404
