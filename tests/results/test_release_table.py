"""The whole table of kind × team's default × choice × hold × status × time, on file and through every way of reading.

The oracle below says one sentence in other words than the code, and knows nothing of it: "Visible from = the
earlier of the hard latest date and the later of release_at and the hold's end, or when released by hand."
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import product
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from selfcare import database
from selfcare.appointments import actions as appointments
from selfcare.database import command, session
from selfcare.filing import actions as filing
from selfcare.filing.actions import TypedHold, TypedResult
from selfcare.notifications.models import Notice
from selfcare.people import access, teams
from selfcare.people.models import Person
from selfcare.results import actions, queries, team
from selfcare.results import release as rules
from selfcare.results.models import Report, ReportHold
from selfcare.web.access import Permit, Purpose, Role
from selfcare.web.when import at_instant
from tests import factories

FILED = datetime(2026, 3, 11, 15, 0, tzinfo=UTC)  # a Wednesday, in winter: local time is UTC
TALK = datetime(2026, 3, 17, 10, 30, tzinfo=UTC)
TOMORROW = datetime(2026, 3, 12, 9, 0, tzinfo=UTC)
LATEST = FILED + timedelta(days=14)
STATUSES = (
    "registered", "partial", "preliminary", "final", "amended", "corrected", "appended", "cancelled", "unknown",
)  # fmt: skip
CHOICES: dict[str, tuple[str, list[int]] | None] = {
    "none": None,
    "team": (rules.TEAM, []),
    "at once": (rules.AT_ONCE, []),
    "with note": (rules.WITH_NOTE, []),
    "together": (rules.TOGETHER, []),
    "not today": (rules.NOT_ON_DAYS, [2]),
    "not on another day": (rules.NOT_ON_DAYS, [4]),
}
HOLDS = {"no hold": None, "two hours": FILED + timedelta(hours=2), "to the end": LATEST}
SECOND = timedelta(seconds=1)
TWO = FILED + timedelta(hours=2)
MOMENTS = [
    FILED, TWO - SECOND, TWO, TOMORROW - SECOND, TOMORROW, TALK - SECOND, TALK, LATEST - SECOND, LATEST,
    LATEST + timedelta(days=400),
]  # fmt: skip
# A team that does it its own way, beside the built-in one.
OWN_WAY = dict.fromkeys(rules.KINDS, rules.AT_ONCE) | {"blood": rules.WITH_NOTE, "imaging": rules.TOGETHER}


def oracle(kind: str, own_way: bool, choice: str, hold: str, moment: datetime) -> bool:
    """Whether the person can see a report of Wednesday 15:00 at a moment, by the words of the design alone."""
    if own_way:
        usual = {"blood": "note", "imaging": "talk"}.get(kind, "now")
    else:
        usual = "talk" if kind in ("tissue", "genetics") else "now"
    asked = {"at once": "now", "with note": "note", "together": "talk"}.get(choice, usual)
    dues = {"now": TOMORROW if choice == "not today" else FILED, "talk": TALK}
    due = dues.get(asked)  # no note is ever written here
    until = {"no hold": None, "two hours": FILED + timedelta(hours=2), "to the end": LATEST}[hold]
    if moment >= LATEST:
        return True
    return due is not None and moment >= due and (until is None or moment >= until)


@dataclass
class Case:
    """One report of the table, and whose it is."""

    kind: str
    hold: str
    status: str
    report: UUID


@pytest.fixture(params=[False, True], ids=["built-in", "own way"])
def own_way(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


def as_demo(permit: Permit) -> Permit:
    """The nurse as one who may say when something was done."""
    person = session().get_one(Person, permit.person_id)
    return access.system(
        Purpose.DEMO, person, name="Amina", role=Role.PROFESSIONAL, account_id=permit.account_id
    )


@pytest.mark.parametrize("choice", CHOICES)
def test_each_is_seen_when_its_time_has_come_and_never_before(app: Flask, own_way: bool, choice: str) -> None:
    cases: list[Case] = []
    with time_machine.travel(FILED, tick=False), app.test_request_context(), command():
        house = factories.household()
        person, rosa = house.person, house.rosa
        own, nurse = factories.permit(rosa, person), factories.permit(house.amina, person)
        if own_way:
            _set_ways(house)
        chosen = CHOICES[choice]
        if chosen:
            actions.choose(own, *chosen)
        when = at_instant(TALK, own.zone)
        appointments.add_visit(own, when=when, how="phone", with_whom="Amina", purpose="Review")
        demo = as_demo(nurse)
        for kind, hold, status in product(rules.KINDS, HOLDS, STATUSES):
            until = HOLDS[hold]
            report = filing.file_typed(
                demo,
                asked_for=f"{kind} {hold} {status}",
                laboratory="Lab",
                kind=kind,
                status=status,
                results=[TypedResult("Test", "1")],
                hold=TypedHold("To explain.", until) if until else None,
                filed_at=FILED,
            )
            cases.append(Case(kind, hold, status, report))
    assert len(cases) == len(rules.KINDS) * len(HOLDS) * len(STATUSES)
    shown_at_all = 0
    for moment in MOMENTS:
        with time_machine.travel(moment, tick=False), app.test_request_context(), command():
            ways = _ways_of_reading(factories.permit(rosa, person))
            expected = {
                case.report for case in cases if oracle(case.kind, own_way, choice, case.hold, moment)
            }
            for name, seen in ways.items():
                assert seen == expected, (name, moment)
            shown_at_all += len(expected)
    assert shown_at_all > len(cases), "the table was never seen to open"


def _set_ways(house: factories.Household) -> None:
    panel = factories.panel(house.amina)
    found = teams.own(panel, house.team.id)
    team.save(panel, found.id, OWN_WAY, found.reply_days, team.sign(found, team.of_team(found.id)))


def _ways_of_reading(permit: Permit) -> dict[str, set[UUID]]:
    """What the person is shown, by each way there is: the list, what is new, the inbox, the summary, each by itself."""
    limit = 1000
    briefs = queries.reports(permit, limit)
    inbox = session().scalars(
        select(Notice.about_id).where(
            Notice.account_id == permit.account_id, Notice.visible_from <= database.now()
        )
    )
    return {
        "list": {brief.id for brief in briefs if brief.is_visible and brief.status},
        "new": {brief.id for brief in queries.unopened(permit, limit)},
        "since": {brief.id for brief in queries.since(permit, FILED - timedelta(days=1), limit)},
        "inbox": set(inbox),
        "before": _with_content(permit),
    }


def _with_content(permit: Permit) -> set[UUID]:
    return {
        report.id
        for report in session().scalars(select(Report).where(Report.person_id == permit.person_id))
        if queries.shows_content(permit, report)
    }


def test_the_page_the_summary_and_the_chart_open_with_the_list(app: Flask) -> None:
    """Those three, one report at a time: they are too slow for the whole table, and ask the same question."""
    with time_machine.travel(FILED, tick=False), app.test_request_context(), command():
        house = factories.household()
        demo = as_demo(factories.permit(house.amina, house.person))
        report = filing.file_typed(
            demo, asked_for="Skin sample", laboratory="Lab", kind="tissue", filed_at=FILED,
            results=[TypedResult("Test", "1")],
        )  # fmt: skip
        line = queries.sheet(demo, report).results[0].id
    for moment in MOMENTS:
        with time_machine.travel(moment, tick=False), app.test_request_context(), command():
            permit = factories.permit(house.rosa, house.person)
            is_open = moment >= LATEST
            assert queries.sheet(permit, report).content == is_open
            assert bool(queries.for_summary(permit, date(2026, 1, 1))) == is_open
            assert bool(queries.over_time(permit, line).points) == is_open
            nurse = factories.panel(house.amina)
            [row] = queries.for_panel(nurse)
            assert row.is_visible == is_open
            assert (house.person.id in queries.unopened_for_panel(nurse)) == is_open


def test_even_a_hold_that_reaches_past_the_latest_date_ends_there(app: Flask) -> None:
    """No form takes such a hold. Were there one, the report would open all the same."""
    with time_machine.travel(FILED, tick=False), app.test_request_context(), command():
        house = factories.household()
        actions.choose(factories.permit(house.rosa, house.person), rules.WITH_NOTE, [])
        nurse = factories.permit(house.amina, house.person)
        report = filing.file_typed(
            nurse, asked_for="Blood", laboratory="Lab", results=[TypedResult("Test", "1")]
        )
        session().add(
            ReportHold(
                **nurse.stamp(), report_id=report, reason="", title="", until=LATEST + timedelta(days=9)
            )
        )
        session().flush()
        actions.set_note(nurse, report, "All is well.")
    for moment, is_open in ((LATEST - SECOND, False), (LATEST, True)):
        with time_machine.travel(moment, tick=False), app.test_request_context(), command():
            assert queries.sheet(factories.permit(house.rosa, house.person), report).content == is_open
