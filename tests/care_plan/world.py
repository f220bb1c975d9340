"""A household whose team may see the plan, with a browser for each of them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from flask import Flask

from selfcare import database
from selfcare.accounts.models import Account
from selfcare.web.access import Area, Level, Permit
from tests import factories
from tests.factories import plans
from tests.harness.client import Client


@dataclass
class World:
    """The household, the address of its plan, and a browser each, signed in."""

    app: Flask
    home: factories.Household
    base: str
    rosa: Client
    leon: Client
    amina: Client

    @contextmanager
    def permit(self, account: Account | None = None) -> Iterator[Permit]:
        """The actions, as Rosa or somebody else would use them; kept at the end."""
        with self.app.test_request_context(), database.command():
            yield factories.permit(account or self.home.rosa, self.home.person)


def make(app: Flask, new_client: Callable[..., Client], *, team: bool = True) -> World:
    with app.test_request_context(), database.command():
        home = factories.household({Area.PLAN: Level.ADD, Area.APPOINTMENTS: Level.ADD})
        if team:
            plans.let_team(home)
    clients = []
    for account in (home.rosa, home.leon, home.amina):
        clients.append(new_client())
        clients[-1].sign_in(account.id)
    return World(app, home, f"/people/{home.person.id}/plan/", *clients)
