"""A team, two people it looks after, one of another team, and reports as a reader hands them over."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import undefer

from selfcare import database
from selfcare.accounts.models import Account
from selfcare.database import session
from selfcare.filing import receive
from selfcare.filing.models import Incoming, Receipt
from selfcare.filing.receive import Receiving
from selfcare.filing.received_report import (
    NUMBER,
    Coding,
    Identifier,
    ReceivedReport,
    ReceivedResult,
    ReceivedTime,
    Whose,
)
from selfcare.filing.source import Source
from selfcare.notifications.models import Notice
from selfcare.people import actions as people
from selfcare.people.models import Person, Team
from selfcare.results.models import Report, Result
from selfcare.web.access import Role, SignedIn
from tests import factories

ROSA_NUMBER, BEN_NUMBER, ELSEWHERE_NUMBER = "9434765919", "9727710638", "9727710859"
ROSA = Whose((ROSA_NUMBER,), families=("MOXEY",), given="Rosa", born="1962-03-27")
BEN = Whose((BEN_NUMBER,), families=("Welsh",), given="Ben", born="1972-08-23")
ELSEWHERE = Whose((ELSEWHERE_NUMBER,), families=("Karlsen",), given="Elin", born="1980-01-01")
MORNING = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def blood(whose: Whose = ROSA, name: str | None = "REP-1", **changes: Any) -> ReceivedReport:
    """A full blood count, final, issued on a Monday morning."""
    made = ReceivedReport(
        whose=whose,
        title="Full blood count",
        laboratory="Riverside Pathology",
        status="final",
        issuer="ods|Y8J7D",
        identifiers=(Identifier("http://lab.example/report", name),) if name else (),
        categories=(Coding("http://terminology.hl7.org/CodeSystem/v2-0074", "HM", "Hematology", ""),),
        taken=ReceivedTime(MORNING - timedelta(hours=20)),
        issued=ReceivedTime(MORNING),
        results=(
            ReceivedResult("Haemoglobin", NUMBER, "118", "g/L", "120 - 150", "Low"),
            ReceivedResult("Platelets", NUMBER, "<250", "10*9/L"),
        ),
    )
    return replace(made, **changes)


def later(hours: float) -> ReceivedTime:
    return ReceivedTime(MORNING + timedelta(hours=hours))


@dataclass
class Clinic:
    """Ids, and what can be done. Each call is a transaction of its own."""

    app: Flask
    team: UUID
    other_team: UUID
    rosa: UUID
    ben: UUID
    elsewhere: UUID
    rosas_account: UUID
    amina: UUID
    priya: UUID
    owen: UUID

    @property
    def lab(self) -> Source:
        return Source(self.team, "Riverside Pathology")

    @property
    def other_lab(self) -> Source:
        return Source(self.other_team, "Hillside Laboratory")

    def receive(self, *reports: ReceivedReport, source: Source | None = None) -> list[Receiving]:
        with self.app.test_request_context(), database.command():
            return receive.receive_all(reports, source or self.lab)

    def one(self, report: ReceivedReport, source: Source | None = None) -> Receiving:
        return self.receive(report, source=source)[0]

    def do(self, action: Callable[..., Any], *args: Any, **values: Any) -> Any:
        with self.app.test_request_context(), database.command():
            return action(*args, **values)

    def as_(self, account: UUID) -> SignedIn:
        with self.app.test_request_context():
            return factories.signed_in(session().get_one(Account, account))

    def all(self, table: type[Any], **values: Any) -> list[Any]:
        with self.app.test_request_context():
            return list(session().scalars(select(table).filter_by(**values).options(undefer("*"))))

    def report(self, report_id: UUID | None) -> Report:
        found: Report = self.all(Report, id=report_id)[0]
        return found

    def reports(self, person: UUID | None = None) -> list[Report]:
        return sorted(self.all(Report, person_id=person or self.rosa), key=lambda row: row.filed_at)

    def results(self, report_id: UUID | None) -> list[Result]:
        return sorted(self.all(Result, report_id=report_id), key=lambda row: row.place)

    def told(self) -> list[tuple[str, UUID]]:
        """What Rosa's inbox holds, oldest first: (kind, about)."""
        found = sorted(self.all(Notice, account_id=self.rosas_account), key=lambda row: row.made_at)
        return [(row.kind, row.about_id) for row in found]

    def waiting(self) -> list[Incoming]:
        return sorted(self.all(Incoming), key=lambda row: row.received_at)

    def receipts(self) -> list[Receipt]:
        return self.all(Receipt)


def make(app: Flask) -> Clinic:
    with app.test_request_context(), database.command():
        amina, team = factories.nurse()
        priya, _ = factories.nurse("Priya", team)
        owen, other = factories.nurse("Owen", people.make_team("Hillside team"))
        account = factories.account(name="Rosa")
        rosa = _person("Rosa", "Moxey", date(1962, 3, 27), ROSA_NUMBER, team, amina)
        people.relate(rosa.id, kind=Role.SELF, account_id=account.id)
        ben = _person("Ben", "Welsh", date(1972, 8, 23), BEN_NUMBER, team, amina)
        elin = _person("Elin", "Karlsen", date(1980, 1, 1), ELSEWHERE_NUMBER, other, owen)
        return Clinic(
            app, team.id, other.id, rosa.id, ben.id, elin.id, account.id, amina.id, priya.id, owen.id
        )


def _person(given: str, family: str, born: date, number: str, team: Team, lead: Account) -> Person:
    return people.add_person(
        given_name=given, family_name=family, born=born, nhs_number=number, team_id=team.id, lead=lead.id
    )
