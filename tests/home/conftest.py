"""A household, and hands to do things in its record with."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from flask import Flask

from selfcare import database
from selfcare.accounts.models import Account
from selfcare.database import now
from selfcare.people.models import Person
from selfcare.web.access import Area, Level, Permit
from selfcare.web.when import When, at_instant
from tests import factories
from tests.factories import Household


class World:
    """A household in a database; `acting` opens a transaction in which somebody does something."""

    def __init__(self, app: Flask, rights: dict[Area, Level] | None = None) -> None:
        self.app = app
        with self._work():
            self.home: Household = factories.household(rights)
        self.rosa, self.amina, self.leon = self.home.rosa.id, self.home.amina.id, self.home.leon.id
        self.stranger, self.person = self.home.stranger.id, self.home.person.id
        self.url = f"/people/{self.person}/"

    @contextmanager
    def _work(self) -> Iterator[None]:
        with self.app.app_context(), database.command():
            yield

    @contextmanager
    def acting(self, account: Account | None = None, person: Person | None = None) -> Iterator[Permit]:
        """The permit of an account (Rosa's own when left out), in a transaction of its own."""
        with self._work():
            yield factories.permit(account or self.home.rosa, person or self.home.person)

    @staticmethod
    def when(permit: Permit, **ahead: float) -> When:
        """A moment from now: `when(permit, days=5)`; negative is past."""
        moment = (now() + timedelta(**ahead)).replace(second=0, microsecond=0)
        return at_instant(moment, permit.zone)


MakeWorld = Callable[..., World]


@pytest.fixture
def make_world(app: Flask) -> MakeWorld:
    return lambda rights=None: World(app, rights)


@pytest.fixture
def world(make_world: MakeWorld) -> World:
    return make_world()
