"""A nurse with people, made through the rooms' own actions."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from flask import Flask

from selfcare import database
from selfcare.accounts.models import Account
from selfcare.appointments import actions as appointments
from selfcare.appointments import question_actions
from selfcare.contacts import actions as contacts
from selfcare.contacts import queries as contact_queries
from selfcare.database import now
from selfcare.filing import actions as filing
from selfcare.filing.actions import TypedResult
from selfcare.people import access
from selfcare.people.models import Person, Team
from selfcare.sharing import actions as sharing
from selfcare.web.access import Permit, Purpose, Role
from selfcare.web.when import at_instant
from tests import factories


@dataclass
class Town:
    """A nurse, a colleague, and their people by name."""

    app: Flask
    amina: Account
    priya: Account
    team: Team
    people: dict[str, Person] = field(default_factory=dict)

    @contextmanager
    def open(self) -> Iterator[None]:
        with self.app.app_context(), database.command():
            yield

    def nurse(self, name: str) -> Permit:
        return factories.permit(self.amina, self.people[name])

    def own(self, name: str) -> Permit:
        """What the person themself would hold, without an account."""
        return access.system(Purpose.DEMO, self.people[name], name=name, role=Role.SELF)

    def add(self, name: str, *, lead: Account | None = None) -> UUID:
        self.people[name] = factories.person(lead or self.amina, self.team, known_as=name)
        return self.people[name].id

    def contact(self, name: str, days_ago: int, due_in: int | None, how: str = "phone") -> None:
        permit = self.nurse(name)
        when = at_instant(now() - timedelta(days=days_ago, minutes=1), permit.zone)
        due = None if due_in is None else permit.today() + timedelta(days=due_in)
        contacts.log(permit, when=when, how=how, said="Settling in", due_on=due)

    def rhythm(self, name: str, kind: str, days: int) -> None:
        permit = self.nurse(name)
        contacts.set_rhythm(
            permit, None, kind=kind, every_days=days, due_on=contact_queries.plan(permit).due_on
        )

    def visit(self, name: str, days: int) -> UUID:
        permit = self.nurse(name)
        when = at_instant((now() + timedelta(days=days)).replace(second=0, microsecond=0), permit.zone)
        return appointments.add_visit(permit, when=when, how="phone", with_whom="Amina", purpose="Review").id

    def report(self, name: str) -> UUID:
        permit = self.nurse(name)
        return filing.file_typed(
            permit,
            asked_for="Full blood count",
            laboratory="Riverside Pathology",
            results=[TypedResult("Haemoglobin", "118")],
        )

    def share(self, name: str) -> UUID:
        own = self.own(name)
        day = own.today()
        return sharing.share(own, sections=("been",), first=day, last=day, appointment_id=None)

    def ask(self, name: str, text: str = "May I swim?") -> UUID:
        return question_actions.ask(self.own(name), text=text, send_now=True).id


def build(app: Flask) -> Town:
    with app.app_context(), database.command():
        amina, team = factories.nurse()
        priya, _ = factories.nurse("Priya", team)
    return Town(app, amina, priya, team)


def fill(town: Town, number: int) -> None:
    """People with something in every column."""
    for n in range(number):
        name = f"Person {len(town.people)}"
        town.add(name, lead=town.priya if n % 10 == 9 else None)
        town.contact(name, days_ago=n % 20, due_in=n % 17 - 3)
        town.visit(name, days=1 + n % 5)
        town.report(name)
        town.ask(name)
