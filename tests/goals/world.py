"""A household with a browser for each of them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from flask import Flask
from sqlalchemy import func, select

from selfcare import database
from selfcare.web.access import Permit
from tests import factories
from tests.harness.client import Client


@dataclass
class World:
    """The household, the address of its goals, and a browser each, signed in."""

    app: Flask
    home: factories.Household
    base: str
    rosa: Client
    leon: Client
    amina: Client
    stranger: Client

    def add(self, who: Client | None = None, **fields: Any) -> str:
        """Adds a goal through the form. Answers its address."""
        page = (who or self.rosa).get(self.base + "add").form("goal").submit(follow=False, **fields)
        assert page.status == 303, page.errors
        return page.location.split("?")[0]

    @contextmanager
    def as_rosa(self) -> Iterator[Permit]:
        """The actions, as the person would use them; kept at the end."""
        with self.app.app_context(), database.command():
            yield factories.permit(self.home.rosa, self.home.person)

    @contextmanager
    def as_leon(self) -> Iterator[Permit]:
        with self.app.app_context(), database.command():
            yield factories.permit(self.home.leon, self.home.person)

    def count(self, table: type[Any]) -> int:
        """How many rows a table has."""
        with self.app.app_context():
            return database.session().scalar(select(func.count()).select_from(table)) or 0


def make(app: Flask, new_client: Callable[..., Client]) -> World:
    with app.app_context(), database.command():
        home = factories.household()
    clients = []
    for account in (home.rosa, home.leon, home.amina, home.stranger):
        clients.append(new_client())
        clients[-1].sign_in(account.id)
    return World(app, home, f"/people/{home.person.id}/goals/", *clients)
