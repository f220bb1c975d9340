"""A diary to test: Rosa's, with Leon who may add, her nurse Amina, and a stranger."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from selfcare.database import command, now, session
from selfcare.diary import actions
from selfcare.people.models import Relationship, Right
from selfcare.web.access import Area, Level, Permit
from selfcare.web.when import When, at_instant
from tests.factories import Household, household, permit
from tests.harness.client import Client

LONDON = ZoneInfo("Europe/London")


def ago(**how_long: float) -> When:
    """A moment some time ago, in London."""
    return at_instant(now() - timedelta(**how_long), LONDON)


def noon(days_ago: int) -> When:
    """Midday some days ago. Not today's: in the morning that is still to come."""
    assert days_ago >= 1
    day = datetime.now(LONDON).date() - timedelta(days=days_ago)
    return at_instant(datetime(day.year, day.month, day.day, 12, tzinfo=LONDON).astimezone(UTC), LONDON)


@dataclass
class Diary:
    """The people, their permits, and a tracker that all of them know."""

    app: Flask
    home: Household
    tired: UUID

    @property
    def url(self) -> str:
        return f"/people/{self.home.person.id}/diary/"

    def log_url(self, tracker: UUID | None = None) -> str:
        return f"{self.url}log/{tracker or self.tired}"

    @contextmanager
    def as_(self, who: str) -> Iterator[Permit]:
        """Do something as `rosa`, `leon` or `amina`, saved at the end."""
        with self.app.app_context(), command():
            yield permit(getattr(self.home, who), self.home.person)

    def grant(self, who: str, level: Level) -> None:
        """Give somebody a right in the diary, or another one than they had."""
        kind = {"leon": "carer", "amina": "professional"}[who]
        with self.app.app_context(), command():
            relationship = (
                session().query(Relationship).filter_by(person_id=self.home.person.id, kind=kind).one()
            )
            session().merge(Right(relationship_id=relationship.id, area=Area.DIARY.value, level=int(level)))


@pytest.fixture
def diary(app: Flask) -> Diary:
    with app.app_context(), command():
        home = household()
        tired = actions.add_preset(permit(home.rosa, home.person), "tiredness")
    return Diary(app, home, tired.id)


@pytest.fixture
def browser(diary: Diary, new_client: Callable[..., Client]) -> Callable[..., Client]:
    """A browser in which somebody is signed in: `browser("leon")`."""

    def signed_in(who: str, **options: object) -> Client:
        client = new_client(**options)
        client.sign_in(getattr(diary.home, who).id)
        return client

    return signed_in
