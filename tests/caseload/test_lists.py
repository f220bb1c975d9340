"""Lists over all people: questions that wait, results that wait, and what stands first before a visit."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from flask import Flask

from selfcare.appointments import actions as appointments
from selfcare.budget import ask_actions
from selfcare.care_plan import actions as plan_actions
from selfcare.caseload import queries
from selfcare.database import command, session
from selfcare.filing.actions import TypedResult, file_typed
from selfcare.people import teams
from selfcare.sharing import actions as sharing
from selfcare.sharing import first_reading
from selfcare.web.access import Area, Level
from selfcare.web.when import at_instant
from tests import factories
from tests.caseload.town import Town
from tests.factories import budgets, plans
from tests.harness.client import Client


def test_questions_wait_over_all_people(town: Town, amina: Client) -> None:
    with town.open():
        town.add("Ada")
        town.add("Bel")
        for n in range(33):
            town.ask("Ada" if n % 2 else "Bel", f"Question {n}")
    page = amina.get("/caseload/questions/")
    first = [title for title in page.all(".row__title") if title.startswith("Question")]
    page = page.click("Show later questions")
    rest = [title for title in page.all(".row__title") if title.startswith("Question")]
    assert sorted(first + rest) == sorted(f"Question {n}" for n in range(33))
    reply = page.html.select_one('a[href$="/reply"]')
    assert reply is not None
    assert amina.get(str(reply["href"])).status == 200
    for after in ("x", "0001-01-01T00:00:00+14:00~" + str(town.amina.id)):
        assert amina.get("/caseload/questions/?after=" + after).status == 200


def test_results_that_wait(town: Town, amina: Client) -> None:
    with town.open():
        town.add("Ada")
        report = town.report("Ada")
    page = amina.get("/caseload/results/")
    assert "Full blood count" in page
    assert "Ada" in page
    assert page.html.select(f'a[href*="{report}"]')
    assert "Nothing waits" not in page


@pytest.mark.parametrize(
    ("day", "holidays", "near"),
    [
        # The visit is on Thursday 12 March 2026.
        ("2026-03-12", [], True),
        ("2026-03-10", [], True),
        ("2026-03-09", [], False),
        ("2026-03-09", ["2026-03-11"], True),
        ("2026-03-06", ["2026-03-11"], False),
        ("2026-03-06", ["2026-03-09", "2026-03-10"], True),
        ("2026-03-06", ["2026-03-07", "2026-03-08", "2026-03-10"], False),
    ],
)
def test_what_is_not_shown_two_working_days_before_a_visit_stands_first(
    town: Town, day: str, holidays: list[str], near: bool
) -> None:
    with time_machine.travel(f"{day}T09:00:00+00:00", tick=False), town.open():
        town.add("Ada")
        permit = town.nurse("Ada")
        when = at_instant(datetime(2026, 3, 12, 10, 30, tzinfo=UTC), permit.zone)
        appointments.add_visit(permit, when=when, how="phone", with_whom="Amina", purpose="Review")
        panel = factories.panel(town.amina)
        for holiday in holidays:
            teams.add_holiday(panel, town.team.id, date.fromisoformat(holiday))
        results = [TypedResult("Test", "1")]
        waits = file_typed(permit, asked_for="Skin", laboratory="Lab", kind="tissue", results=results)
        shown = file_typed(permit, asked_for="Blood", laboratory="Lab", kind="blood", results=results)
        groups = queries.reports(factories.panel(town.amina))
        listed = {key: [row.id for row in rows] for key, rows in groups.items() if rows}
        assert listed == {"near" if near else "later": [waits], "unopened": [shown]}


def test_no_number_of_unopened_ones_pushes_a_waiting_one_off_the_list(town: Town) -> None:
    with town.open():
        town.add("Ada")
        permit = town.nurse("Ada")
        for _ in range(5):
            town.report("Ada")
        results = [TypedResult("Test", "1")]
        waits = file_typed(permit, asked_for="Skin", laboratory="Lab", kind="tissue", results=results)
        groups = queries.reports(factories.panel(town.amina), size=3)
        assert [row.id for row in groups["later"]] == [waits]
        assert len(groups["unopened"]) == 2


def test_a_summary_waits_for_all_of_the_team_until_one_of_them_has_read_the_newest(
    town: Town, amina: Client, new_client: Callable[..., Client]
) -> None:
    """Alone catches: a summary that only the key contact's inbox knows of; one that waits on though a newer one was
    read, or after it was taken back; one that a look, or the person's own, has read.
    """
    with town.open():
        for name in ("Ada", "Bel", "Cleo", "Dot"):
            town.add(name)
        ada, [bel, _], cleo = town.share("Ada"), [town.share("Bel") for _ in range(2)], town.share("Cleo")
        sharing.withdraw(town.own("Cleo"), cleo)
        sharing.seen(town.own("Ada"), ada)
    priya = new_client()
    priya.sign_in(town.priya.id)

    def says() -> tuple[list[str], list[str]]:
        page = priya.get("/caseload/?view=team&show=summary")
        cells = priya.get("/caseload/?view=team").html.select('td[data-label="Summary"]')
        return page.all("tbody th a"), [" ".join(cell.get_text().split()) for cell in cells]

    now = datetime.now(UTC)
    with time_machine.travel(now, tick=False):
        since = f"Unread since {now.astimezone(ZoneInfo('Europe/London')):%H:%M}"
        day = f"{now.astimezone(ZoneInfo('Europe/London')):%-d %b}"
        with town.open():
            ada = town.share("Ada")
            older, newer = bel, town.share("Bel")
        assert says() == (["Ada", "Bel"], [since, since, "None", "None"])
        here = f"/people/{town.people['Ada'].id}"
        page = priya.get(f"{here}/summary/{ada}/")  # who covers has no notice of their own
        assert says()[0] == ["Ada", "Bel"]
        assert "Unread since" in page
        page = page.form("I have read it").submit()
        assert "Read by Priya, " in page
        assert "Read by Priya, " in amina.get(f"{here}/")
        bels = f"/people/{town.people['Bel'].id}"
        assert "Unread since" in amina.get(f"{bels}/")
        amina.get(f"{bels}/summary/{older}/").form("I have read it").submit()
        assert says() == (["Bel"], [f"Read by Priya, {day}", since, "None", "None"])
        amina.get(f"{bels}/summary/{newer}/").form("I have read it").submit()
        amina.get(f"{here}/summary/{ada}/").form("I have read it").submit()
        assert says() == ([], [f"Read by Priya, {day}", f"Read by Amina, {day}", "None", "None"])
    with town.open():
        found = session().execute(first_reading.newest_by_person(factories.panel(town.priya))).all()
        assert {row.person_id for row in found} == {town.people["Ada"].id, town.people["Bel"].id}
        assert len(found) == 2  # of Bel's three, two are not asked for


def test_what_waits_for_a_yes_stands_on_the_list_of_all_of_the_team(
    app: Flask, new_client: Callable[..., Client]
) -> None:
    """Alone catches: a spend or a change of a plan that only the key contact's inbox knows of; one on the list that the
    person answers, that was taken back, or that the team may not answer.
    """
    with app.test_request_context(), command():
        house = factories.household()
        priya, _ = factories.nurse("Priya", house.team)
        for area in (Area.BUDGET, Area.PLAN):
            plans.let_team(house, area=area)
        rosa, nurse = (factories.permit(one, house.person) for one in (house.rosa, house.amina))
        spend = ask_actions.ask(rosa, budgets.begin(rosa).id, what="A garden seat", pence=6_000)
        change = plan_actions.suggest(rosa, part="people", text="To see my sister in April")
        plan_actions.suggest(nurse, part="looks", text="My legs feel heavy.")
        budget_id, spend_id, change_id = spend.budget_id, spend.id, change.id
    reader = new_client()
    reader.sign_in(priya.id)

    def says() -> list[str]:
        page = reader.get("/caseload/?view=team&show=yes")
        notes = [one.partition(", since")[0] for one in page.all(".caseload__note") if "for a yes" in one]
        return [*page.all("tbody th a"), *notes]

    assert says() == ["Rosa", "2 wait for a yes"]
    with app.test_request_context(), command():
        ask_actions.withdraw(factories.permit(house.rosa, house.person), spend_id)
    assert says() == ["Rosa", "1 waits for a yes"]
    with app.test_request_context(), command():
        plans.let_team(house, Level.SEE)
    assert says() == []
    with app.test_request_context(), command():
        plans.let_team(house)
        rosa = factories.permit(house.rosa, house.person)
        plan_actions.take_back(rosa, change_id)
        ask_actions.ask(rosa, budget_id, what="A lamp", pence=900)
    assert says() == ["Rosa", "1 waits for a yes"]
