"""A household with a browser for each of them, and what they agreed."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Flask

from selfcare import database
from selfcare.accounts.models import Account
from selfcare.agreed import actions
from selfcare.agreed.actions import By, Owner
from selfcare.web.access import Permit
from tests import factories
from tests.harness.client import Client


@dataclass
class World:
    """The household, the address of what it agreed, and a browser each, signed in."""

    app: Flask
    home: factories.Household
    base: str
    rosa: Client
    leon: Client
    amina: Client

    def add(self, what: str, owner: Account | None = None, days: int | None = None, **more: Any) -> UUID:
        """A line by Rosa. :param owner: who does it; Rosa unless given. :param days: by when, from today."""
        with self.permit() as rosa:
            kind = {self.home.amina.id: "professional", self.home.leon.id: "carer"}
            does = Owner(kind[owner.id], owner.id, owner.name) if owner else Owner("me")
            by = By() if days is None else By("day", rosa.today() + timedelta(days=days))
            return actions.add(rosa, what=what, owner=does, by=by, **more).id

    @contextmanager
    def permit(self, account: Account | None = None) -> Iterator[Permit]:
        """The actions, as Rosa or somebody else would use them; kept at the end."""
        with self.app.test_request_context(), database.command():
            yield factories.permit(account or self.home.rosa, self.home.person)


def make(app: Flask, new_client: Callable[..., Client], **rights: Any) -> World:
    with app.app_context(), database.command():
        home = factories.household(**rights)
    clients = []
    for account in (home.rosa, home.leon, home.amina):
        clients.append(new_client())
        clients[-1].sign_in(account.id)
    return World(app, home, f"/people/{home.person.id}/agreed/", *clients)
