"""A household on a Monday in May, and hands to let time pass in it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from selfcare.accounts.models import Account
from selfcare.appointments import actions as appointments
from selfcare.database import command, session
from selfcare.notifications.models import Notice
from selfcare.outbox.models import Outbox
from selfcare.people.models import Person, Relationship
from selfcare.reminders import actions
from selfcare.web.access import Area, Level, Permit
from selfcare.web.when import When, at
from tests import factories

LONDON = ZoneInfo("Europe/London")
MONDAY = "2026-05-04 12:00"
SEEN = (Area.APPOINTMENTS, Area.GOALS, Area.DECISIONS, Area.BUDGET)
RIGHTS = dict.fromkeys(SEEN, Level.SEE)

Told = tuple[str, str, UUID | None]  # who, kind, what about


def instant(wall: str) -> datetime:
    return datetime.fromisoformat(wall).replace(tzinfo=LONDON)


def when(wall: str) -> When:
    return at(datetime.fromisoformat(wall), LONDON)


class Stage:
    """Rosa, her carer Leon and her nurse Amina. Time only passes where a test says so."""

    def __init__(self, app: Flask, clock: Any) -> None:
        self.app, self.clock = app, clock
        with app.test_request_context(), command():
            home = factories.household(RIGHTS)
            self.person, self.team = home.person.id, home.team.id
            self.ids = {"Rosa": home.rosa.id, "Leon": home.leon.id, "Amina": home.amina.id}
        self.names = {account: name for name, account in self.ids.items()}

    @contextmanager
    def acting(self, who: str = "Rosa") -> Iterator[Permit]:
        with self.app.test_request_context(), command() as work:
            yield factories.permit(work.get_one(Account, self.ids[who]), work.get_one(Person, self.person))

    @contextmanager
    def changing(self) -> Iterator[Any]:
        with self.app.test_request_context(), command() as work:
            yield work

    def visit(self, wall: str, who: str = "Rosa", **values: Any) -> UUID:
        with self.acting(who) as permit:
            return appointments.add_visit(
                permit, when=when(wall), how="phone", with_whom="Amina", **values
            ).id

    def grant(self, who: str = "Leon") -> UUID:
        with self.app.test_request_context():
            found = select(Relationship.id).where(Relationship.account_id == self.ids[who])
            return session().scalars(found).one()

    def look(self, wall: str | None = None) -> list[Told]:
        """Let it be a moment, look for what is due, and answer what was told that was not told before."""
        if wall:
            self.clock.move_to(instant(wall))
        before = {row.id for row in self.outbox()}
        with self.app.app_context():
            number = actions.due()
        new = [row for row in self.outbox() if row.id not in before]
        notices = {row.id: row for row in self.notices()}
        assert len(new) == number
        for row in new:
            if row.person_id:
                notice = notices[row.id]  # the inbox has each, in the same transaction
                assert (notice.account_id, notice.kind) == (row.account_id, row.kind)
                assert row.about == {"notice": str(notice.id)}
        return sorted(
            (self.names[row.account_id], row.kind, notices[row.id].about_id if row.id in notices else None)
            for row in new
        )

    def outbox(self) -> list[Outbox]:
        with self.app.test_request_context():
            return list(session().scalars(select(Outbox)))

    def notices(self) -> list[Notice]:
        with self.app.test_request_context():
            return list(session().scalars(select(Notice)))


@pytest.fixture
def stage(app: Flask) -> Iterator[Stage]:
    with time_machine.travel(instant(MONDAY), tick=False) as clock:
        yield Stage(app, clock)
