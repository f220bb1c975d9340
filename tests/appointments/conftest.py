"""A household with a browser for each of its people."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from selfcare import database
from selfcare.appointments import actions, models, queries
from selfcare.web.access import Panel, Permit
from selfcare.web.when import at_instant
from tests import factories
from tests.harness.client import Client

T = TypeVar("T")
LONDON = ZoneInfo("Europe/London")


@dataclass
class World:
    """Rosa's household, a client for each, and what tests do again and again."""

    app: Flask
    home: factories.Household
    base: str
    rosa: Client
    leon: Client
    amina: Client
    stranger: Client

    def permit(self, who: str = "rosa") -> Permit:
        """Only inside `acting` or `reading`."""
        return factories.permit(getattr(self.home, who), self.home.person)

    @contextmanager
    def acting(self, who: str = "rosa") -> Iterator[Permit]:
        """A permit, in a transaction that is kept at the end. Each has a context of its own, as a request has."""
        with self.app.app_context(), database.command():
            yield self.permit(who)

    @contextmanager
    def reading(self, who: str = "rosa") -> Iterator[Permit]:
        with self.app.app_context():
            yield self.permit(who)

    def panel(self, who: str = "amina") -> Panel:
        with self.app.app_context():
            return factories.panel(getattr(self.home, who))

    def visit(
        self, days: float, who: str = "rosa", *, only_me: bool = False, with_whom: str = "Amina"
    ) -> queries.Visit:
        """A visit so many days from now."""
        when = at_instant((database.now() + timedelta(days=days)).replace(second=0, microsecond=0), LONDON)
        with self.acting(who) as permit:
            return actions.add_visit(permit, when=when, how="phone", with_whom=with_whom, only_me=only_me)

    def ask(self, text: str, who: str = "rosa", **values: object) -> UUID:
        with self.acting(who) as permit:
            return actions.ask(permit, text=text, **values).id  # type: ignore[arg-type]

    def open(self, who: str = "rosa", visit: UUID | None = None) -> list[str]:
        """The open questions as somebody sees them, in order."""
        with self.reading(who) as permit:
            return [question.text for question in queries.open_questions(permit, visit)]

    def row(self, question_id: UUID) -> models.Question:
        with self.app.app_context():
            found = database.session().get(models.Question, (self.home.person.id, question_id))
        assert found
        return found

    def ask_of(self, query: Callable[..., T], *args: object, who: str = "rosa", **values: object) -> T:
        """The answer of a query."""
        with self.reading(who) as permit:
            return query(permit, *args, **values)


def past(visit_id: UUID, world: World, days: float) -> None:
    """Moves a visit into the past, as time does."""
    with world.acting():
        row = database.session().get_one(models.Appointment, (world.home.person.id, visit_id))
        then: datetime = database.now() - timedelta(days=days)
        row.utc, row.wall = then, then.astimezone(LONDON).replace(tzinfo=None)


@pytest.fixture
def rights() -> dict | None:  # type: ignore[type-arg]
    """The carer's rights; None for the factory's own. Override with `parametrize`."""
    return None


@pytest.fixture
def world(app: Flask, new_client: Callable[..., Client], rights: dict | None) -> World:  # type: ignore[type-arg]
    with app.app_context(), database.command():
        home = factories.household(rights)
    # Outside of any context: requests would share it, and with it who is signed in.
    clients = []
    for account in (home.rosa, home.leon, home.amina, home.stranger):
        clients.append(new_client())
        clients[-1].sign_in(account.id)
    return World(app, home, f"/people/{home.person.id}/", *clients)
