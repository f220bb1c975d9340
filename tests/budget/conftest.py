"""A household that keeps a budget, with a browser for each of its people."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from selfcare.budget.models import Spend
from selfcare.database import command, session
from selfcare.web.access import Area, Level, Permit
from tests import factories
from tests.factories import Household, budgets, plans
from tests.harness.client import Client
from tests.harness.pages import Answer


@dataclass
class World:
    """Rosa's budget of £1,200, seen by her team; Leon adds to it. A browser for each."""

    app: Flask
    house: Household
    budget: UUID
    rosa: Client
    leon: Client
    amina: Client

    @property
    def record(self) -> str:
        return f"/people/{self.house.person.id}/"

    @property
    def there(self) -> str:
        return f"{self.record}budget/{self.budget}/"

    def permit(self, who: str = "rosa") -> Permit:
        return factories.permit(getattr(self.house, who), self.house.person)

    def spend(self, who: Client | None = None, **said: str) -> Answer:
        """One, through its form."""
        asked = {"pounds": "7.40", "what": "Taxi to the class"} | said
        return (who or self.rosa).get(self.there).form("spend").submit(**asked)

    def spends(self) -> list[tuple[str, int]]:
        with self.app.app_context():
            rows = session().scalars(
                select(Spend).where(Spend.removed_at.is_(None)).order_by(Spend.entered_at)
            )
            return [(row.what, row.pence) for row in rows]


@pytest.fixture
def world(app: Flask, new_client: Callable[..., Client]) -> World:
    with app.test_request_context(), command():
        house = factories.household({Area.BUDGET: Level.ADD})
        plans.let_team(house, area=Area.BUDGET)
        row = budgets.begin(factories.permit(house.rosa, house.person))
    made = World(app, house, row.id, *(new_client() for _ in range(3)))
    for who in ("rosa", "leon", "amina"):
        getattr(made, who).sign_in(getattr(house, who).id)
    return made
