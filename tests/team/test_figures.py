"""A team's figures: what is counted for whom, and what the page and the file show of it."""

import csv
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from io import StringIO
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import delete

from selfcare.accounts.models import Account
from selfcare.admissions.models import Admission
from selfcare.agreed.models import Line
from selfcare.appointments.models import AfterVisit, Appointment, Question
from selfcare.care_plan.models import PlanChange
from selfcare.contacts.models import Contact, Rhythm
from selfcare.database import Base, command, now, session
from selfcare.i18n import LANGUAGES
from selfcare.notifications.models import Preference
from selfcare.people import actions as people
from selfcare.people.models import Member, Person, Relationship, Right, Team
from selfcare.people.teams import today
from selfcare.requests.models import ContactRequest
from selfcare.results.models import Report, ReportSeen
from selfcare.team import figures
from selfcare.team.seat import Seat
from selfcare.web.access import Role
from selfcare.web.figure_rule import Count, said
from tests import factories
from tests.factories.rows import a_subscription
from tests.harness.client import Client
from tests.harness.statements import counted
from tests.team.scenes import Desk

LAST = 4  # of five months, oldest first
SOME, ALL = 6, 13  # people with whom it is as hoped, and all of them


@dataclass
class Month:
    """Rows of one person in one month, as the database keeps them."""

    day: date

    @property
    def at(self) -> datetime:
        return datetime.combine(self.day, time(12), UTC)

    def stamp(self, person: UUID) -> dict[str, Any]:
        return {"person_id": person, "entered_as": "self", "entered_name": "", "entered_at": self.at}

    def clock(self, at: datetime) -> dict[str, Any]:
        return {"wall": at.replace(tzinfo=None), "zone": "Europe/London", "utc": at}

    def visit(self, person: UUID, done: bool) -> Base:
        words = dict.fromkeys(("with_whom", "place", "phone", "link", "purpose", "wanted"), "")
        ready = self.at - timedelta(hours=1) if done else self.at + timedelta(hours=1)
        return Appointment(**self.stamp(person), **self.clock(self.at), **words, how="phone", ready_at=ready)

    def report(self, person: UUID, done: bool) -> Base:
        out = self.at - timedelta(days=2)
        row = Report(
            **self.stamp(person), asked_for="Blood count", kind="blood", laboratory="", status="final", source="typed",
            on_utc=out, filed_at=out, release_at=out, latest_at=out, waits_for="nothing", visible_from=out, id=uuid4(),
        )  # fmt: skip
        session().add(row)
        session().flush()
        own = factories.account()
        at = self.at - timedelta(hours=1) if done else self.at + timedelta(hours=1)
        session().add(
            ReportSeen(person_id=person, report_id=row.id, account_id=own.id, role=Role.SELF.value, at=at)
        )
        return row

    def question(self, person: UUID, done: bool) -> Base:
        at = self.at + timedelta(days=2, hours=3) if done else None
        return Question(
            **self.stamp(person),
            text="May I swim?",
            why="",
            place=1,
            sent_at=self.at,
            asked_at=self.at,
            replied_at=at,
        )

    def request(self, person: UUID, done: bool) -> Base:
        return ContactRequest(
            **self.stamp(person), about="", how="phone", number="", good_time="", own_time="", asked_me=False,
            answer_by=self.day, planned_at=self.at + timedelta(days=0 if done else 1),
        )  # fmt: skip

    def contact(self, person: UUID, done: bool) -> Base:
        at = self.at if done else self.at + timedelta(days=1)
        return Contact(
            **self.stamp(person), **self.clock(at), how="phone", said="", next_step="", due_before=self.day
        )

    def tried(self, person: UUID, outcome: str) -> Base:
        return Contact(
            **self.stamp(person), **self.clock(self.at), how="phone", said="", next_step="", outcome=outcome
        )

    def agreed(self, person: UUID, done: bool) -> Base:
        return Line(
            **self.stamp(person), what="Walk", owner_kind="me", owner_name="", by_kind="day", by_on=self.day,
            state="done" if done else "open",
        )  # fmt: skip

    def plan(self, person: UUID, done: bool) -> Base:
        return PlanChange(
            **self.stamp(person), line_id=uuid4(), part="hope", who="", text="", why="", state="agreed", side="team",
            digest="", person_at=self.at, team_at=self.at - timedelta(days=60),
        )  # fmt: skip

    def stay(self, person: UUID, done: bool) -> Base:
        return Admission(
            **self.stamp(person), place="Eye hospital", came_on=self.day, planned="no", told_by="person", told_name="",
            note="",
        )  # fmt: skip

    def all_kinds(self) -> list[Callable[[UUID, bool], Base]]:
        return [
            *(self.visit, self.report, self.question, self.request, self.contact, self.agreed, self.plan),
            self.stay,
        ]


def before(months: int) -> Month:
    """The tenth day of a month that is over."""
    day = today().replace(day=1)
    for _ in range(months):
        day = (day - timedelta(days=1)).replace(day=1)
    return Month(day.replace(day=10))


def some(lead: UUID, team: UUID, number: int) -> list[UUID]:
    """People whom a team looks after, and whose plan it may see too."""
    one, of = session().get_one(Account, lead), session().get_one(Team, team)
    found = [factories.person(one, of, known_as=f"Person {n}").id for n in range(number)]
    session().flush()
    for tie in session().query(Relationship).where(Relationship.person_id.in_(found)):
        session().merge(Right(relationship_id=tie.id, area="plan", level=1))
    return found


def put(rows: list[Base], **values: Any) -> None:
    for row in rows:
        for name, value in values.items():
            setattr(row, name, value)
    session().add_all(rows)
    session().flush()


def some_as_hoped(month: Month, whom: list[UUID]) -> None:
    put([make(one, n < SOME) for make in month.all_kinds() for n, one in enumerate(whom)])


def counts(app: Flask, here: Desk) -> figures.Figures:
    with app.test_request_context():
        seat = Seat(here.ola, "Ola", session().get_one(Team, here.team), False, True, ())
        return figures.count(seat)


def test_each_kind_counts_what_it_says_and_nothing_else(app: Flask, here: Desk) -> None:
    """Alone catches: a kind that counts the wrong half, on either engine; what is *only me* or was removed; somebody of
    another team, of whom that part may not be seen, or who was added by mistake; a month that is not over.
    """
    with app.test_request_context(), command() as work:
        last, earlier = before(1), before(2)
        whom = some(here.amina, here.team, ALL)
        some_as_hoped(last, whom)
        put([earlier.tried(one, "no_answer") for one in whom])
        put([earlier.tried(one, "talked") for one in whom[SOME:]])
        visits = [earlier.visit(one, True) for one in whom[:SOME]]
        put(visits)
        put([earlier.question(one, True) for one in whom[:4]])
        by_visit = earlier.agreed(whom[0], True)
        put([by_visit], by_kind="visit", by_on=None, by_visit_id=visits[0].id)  # type: ignore[attr-defined]
        put([earlier.agreed(whom[0], False)], state="let_go")
        put([Rhythm(**last.stamp(whom[0]), kind="own", every_days=7, due_on=last.day)])
        # What must not be counted.
        hides = [make(whom[0], True) for make in last.all_kinds() if make != last.question]
        put(hides, only_me=True)
        put([make(whom[0], True) for make in last.all_kinds()], removed_at=now())
        put([make(whom[0], True) for make in before(0).all_kinds()])
        other, shut, mistaken = some(here.other, _team_of(here.other), 1) + some(here.amina, here.team, 2)
        for one in (other, shut, mistaken):
            put([make(one, True) for make in last.all_kinds()])
        tie = session().query(Relationship).where(Relationship.person_id == shut).one()
        session().execute(delete(Right).where(Right.relationship_id == tie.id, Right.area != "sharing"))
        work.get_one(Person, mistaken).mistaken_at = now()
    found = counts(app, here)
    shown = [said(each) for row in found.counts.values() for each in row]
    assert not any((one.part or 0) % 5 or (one.whole or 0) % 5 for one in shown)
    assert any(one.whole for one in shown)
    hoped = Count(SOME, ALL, SOME, ALL - SOME)
    for kind in ("ready", "results", "questions", "requests", "agreed"):
        assert found.counts[kind][LAST] == hoped, kind
    assert found.counts["contacts"][LAST] == Count(SOME, ALL + 1, SOME, ALL - SOME + 1), "one was never made"
    assert found.counts["no_reply"][LAST - 1] == hoped
    assert found.counts["no_reply"][LAST].part == 0
    assert found.counts["second"][LAST] == Count(SOME, None, SOME, 0)
    assert found.counts["second"][LAST - 1] == Count(0, None, 0, 0), "it was their first"
    for kind in ("plans", "admissions"):
        assert found.counts[kind][LAST] == Count(ALL, None, ALL, 0), kind
    assert found.counts["ready"][LAST - 1] == Count(SOME, SOME, SOME, 0)
    assert found.counts["agreed"][LAST - 1] == Count(1, 1, 1, 0), (
        "what is due by a visit, but not what was let go"
    )
    assert found.days == [None, None, None, None, 2], "and nothing of four people"
    assert found.counts["ready"][0] == Count(0, 0, 0, 0)


def test_who_is_told_of_nothing_by_language(app: Flask, here: Desk) -> None:
    """Alone catches: who has a device or an e-mail, or has died, counted as told of nothing; a language that is not
    known here left out; a line of all of them beside the languages: with 20 in all, 5, 5 and "under 5" that is 4, for
    18 at least are 7, 7 and 4 at most.
    """
    with app.test_request_context(), command() as work:
        whom = some(here.amina, here.team, 5)
        for n, one in enumerate(whom):
            own = factories.account()
            people.relate(one, kind=Role.SELF, account_id=own.id)
            work.get_one(Person, one).language = "ur" if n < 3 else "tlh"
            if n in (0, 4):
                a_subscription(own.id)
            if n == 1:
                own.email, quiet = "one@example.net", {"quiet_from": time(21), "quiet_until": time(8)}
                work.add(Preference(account_id=own.id, off=[], email=True, changed_at=now(), **quiet))
        work.get_one(Person, whom[3]).died_on = today()
    found = counts(app, here).untold
    assert found["ur"] == Count(1, 3, 1, 2)
    assert found[""] == Count(0, 1, 0, 1)
    assert set(found) == {*LANGUAGES, ""}


def _team_of(account_id: UUID) -> UUID | None:
    return session().query(Member.team_id).where(Member.account_id == account_id).scalar()


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_the_page_and_the_file_say_the_same_in_few_statements(
    app: Flask, here: Desk, client: Client, ola: Client
) -> None:
    """Alone catches: a true number in the page or in the file beside the one that may be said; somebody of another team
    who is let in; a statement for each person.
    """
    with app.test_request_context(), command():
        some_as_hoped(before(1), some(here.amina, here.team, ALL))
    page = ola.get("/team/people/").click("Figures of this team")
    rows = {
        row.find("b").text: [cell.text for cell in row.find_all("td")]
        for row in page.html.select(".figures tbody tr")
    }
    assert rows["Ready before the visit"] == ["under 5"] * LAST + ["5 of 15"]
    assert rows["Hospital stays, as told"][LAST] == "15"
    assert rows["How long an answer took"][LAST] == "2 days"
    assert rows["Tried, and not reached"][LAST] == "under 5"
    file = ola.get("/team/figures/list.csv")
    assert file.headers["Content-Disposition"] == 'attachment; filename="figures.csv"'
    heads, *lines = csv.reader(StringIO(file.text.removeprefix("\ufeff")))
    assert heads == ["What", "Month", "Number", "Of"]
    with app.app_context():
        month = f"{before(1).day:%Y-%m}"
    said = {what.split(":")[0]: found for what, when, *found in lines if when == month}
    assert said["Ready before the visit"] == ["5", "15"]
    for title, cells in rows.items():
        assert cells[LAST] == " of ".join(filter(None, said[title])), title
    with counted(app) as few:
        ola.get("/team/figures/")
    with app.test_request_context(), command():
        some_as_hoped(before(2), some(here.amina, here.team, ALL))
    with counted(app) as many:
        ola.get("/team/figures/")
    assert len(few.texts) == len(many.texts) <= 12
    for account, status in ((here.amina, 200), (here.priya, 200), (here.other, 404)):
        client.sign_in(account)
        for there in ("", "list.csv"):
            assert client.get(f"/team/figures/{there}?team={here.team}").status == status, account


def test_how_visits_were_is_counted_by_what_people_said_alone(app: Flask, here: Desk) -> None:
    """Alone catches: an answer counted as another; *don't know* or a visit that is *only me* among them; a whole,
    beside which the rest could be worked out; what a helper's page left."""
    with app.test_request_context(), command():
        last = before(1)
        whom = some(here.amina, here.team, ALL)
        said_so = (
            ["very_good"] * 3 + ["good"] * 3 + ["between"] * 2 + ["poor"] * 2 + ["very_poor", "unknown", ""]
        )
        visits = [last.visit(one, True) for one in whom]
        put(visits)
        put([after(last, visit, how or None) for visit, how in zip(visits, said_so, strict=True)])
        hidden = [last.visit(whom[0], True)]
        put(hidden, only_me=True)
        put([after(last, hidden[0], "good")])
        helped = [last.visit(whom[0], True)]
        put(helped)
        put([after(last, helped[0], "good")], entered_as="carer")
    found = counts(app, here).counts
    assert [found[kind][LAST] for kind in ("how_good", "how_between", "how_poor")] == [
        Count(6, None, 6, 0),
        Count(2, None, 2, 0),
        Count(3, None, 3, 0),
    ]
    assert not any(one.part for kind in ("how_good", "how_poor") for one in found[kind][:LAST])


def after(month: Month, visit: Any, how: str | None) -> Base:
    return AfterVisit(**month.stamp(visit.person_id), appointment_id=visit.id, how=how)
