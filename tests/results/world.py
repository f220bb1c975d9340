"""A household whose carer may see results, and quick ways to put reports on file."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Flask

from selfcare import database
from selfcare.database import now
from selfcare.filing import actions as filing
from selfcare.filing.actions import TypedHold, TypedResult
from selfcare.people import access
from selfcare.web.access import Area, Level, Permit, Purpose, Role
from selfcare.web.when import When, at, at_instant
from tests import factories

LONDON = ZoneInfo("Europe/London")
REASON = "I want to explain these numbers when we talk."


def wall(*parts: int) -> When:
    return at(datetime(*parts), LONDON)  # noqa: DTZ001 - a wall time has no zone until `at` gives it one


def ago(**time: float) -> When:
    return at_instant(now() - timedelta(**time), LONDON)


@dataclass
class World:
    """The ids of a household, and what its people can do. Each call is a transaction of its own."""

    app: Flask
    home: factories.Household

    @property
    def base(self) -> str:
        return f"/people/{self.home.person.id}/results/"

    def today(self) -> date:
        """Today, where the person lives."""
        return now().astimezone(LONDON).date()

    def as_(self, who: str) -> Permit:
        """The permit of rosa, amina or leon. Inside a transaction."""
        return factories.permit(getattr(self.home, who), self.home.person)

    def demo(self) -> Permit:
        """The nurse as the demo acts: it may say when something was filed."""
        home = self.home
        return access.system(
            Purpose.DEMO, home.person, name="Amina", role=Role.PROFESSIONAL, account_id=home.amina.id
        )

    def file(self, **values: Any) -> UUID:
        """A report that Amina typed. `hold=timedelta` holds it so long from now; `filed_at` makes history."""
        rows = values.pop("results", None) or [
            TypedResult("Haemoglobin", "118", "g/L", "120 - 150 g/L", "Low"),
            TypedResult("Ferritin", "22", "ug/L", "15 - 150"),
        ]
        if isinstance(values.get("hold"), timedelta):
            values["hold"] = TypedHold(REASON, now() + values["hold"])
        values = {
            "asked_for": "Full blood count",
            "laboratory": "Riverside Pathology",
            "taken": ago(days=1),
            "title": "specialist nurse",
            **values,
        }
        with self.app.app_context(), database.command():
            permit = self.demo() if "filed_at" in values else self.as_("amina")
            return filing.file_typed(permit, results=rows, **values)

    def do(self, who: str, action: Any, *args: Any, **values: Any) -> Any:
        """An action or a query as one of them, in a transaction of its own."""
        with self.app.app_context(), database.command():
            return action(self.as_(who), *args, **values)


def make(app: Flask) -> World:
    with app.app_context(), database.command():
        home = factories.household(
            {Area.RESULTS: Level.SEE, Area.QUESTIONS: Level.ADD, Area.DIARY: Level.ADD}
        )
    return World(app, home)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)
