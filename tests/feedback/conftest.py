"""A team with who runs its pages, and some of its people, each with an account and a visit that has been."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask

from selfcare.accounts.models import Account
from selfcare.appointments import actions as appointments
from selfcare.database import command, now, session
from selfcare.feedback import actions as feedback
from selfcare.feedback import queries
from selfcare.people.models import Person, Team
from selfcare.team.seat import Seat
from selfcare.web.access import Permit, SignedIn
from selfcare.web.when import at_instant
from tests import factories
from tests.team.scenes import Desk, desk

NAMES = ("Rosa", "Samuel", "Daniel", "Mei", "Ines", "Tomasz", "Farah", "Gwen")


@dataclass(frozen=True)
class One:
    """Somebody whom the team looks after."""

    account: UUID
    person: UUID
    visit: UUID

    @property
    def base(self) -> str:
        return f"/people/{self.person}/"

    @property
    def after(self) -> str:
        return f"{self.base}appointments/{self.visit}/after/"


@dataclass
class Scene:
    app: Flask
    desk: Desk
    people: list[One]

    @contextmanager
    def acting(self) -> Iterator[None]:
        with self.app.test_request_context(), command():
            yield

    def permit(self, one: One) -> Permit:
        work = session()
        return factories.permit(work.get_one(Account, one.account), work.get_one(Person, one.person))

    def user(self, one: One) -> SignedIn:
        return factories.signed_in(session().get_one(Account, one.account))

    def another_visit(self, one: One) -> One:
        """The same person, after another visit."""
        with self.acting():
            own = self.permit(one)
            when = at_instant(now() - timedelta(hours=9), own.zone)
            visit = appointments.add_visit(own, when=when, how="phone", with_whom="Amina", purpose="")
        return One(one.account, one.person, visit.id)

    def seat(self) -> Seat:
        team = session().get_one(Team, self.desk.team)
        return Seat(self.desk.ola, "Ola", team, works=False, administers=True, teams=())

    def say(self, *people: One, text: str = "The call came late.", read: bool = True) -> None:
        """Each says something about their visit, and lets the team read it."""
        for one in people:
            with self.acting():
                permit = self.permit(one)
                known = queries.remark(permit, one.visit)
                feedback.say(
                    permit, one.visit, known.row.version if known else 0, text, self.desk.team, read=read
                )


@pytest.fixture
def scene(app: Flask) -> Scene:
    here = desk(app)
    found = []
    with app.test_request_context(), command() as work:
        team, amina = work.get_one(Team, here.team), work.get_one(Account, here.amina)
        for name in NAMES:
            account = factories.account(name=name)
            person = factories.person(amina, team, known_as=name, own=account)
            own = factories.permit(account, person)
            when = at_instant(now() - timedelta(hours=20), own.zone)
            visit = appointments.add_visit(own, when=when, how="phone", with_whom="Amina", purpose="")
            found.append(One(account.id, person.id, visit.id))
    return Scene(app, here, found)
