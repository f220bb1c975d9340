"""A household with a browser for each of them, and carers with and without the right to ask."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import time_machine
from flask import Flask
from sqlalchemy import func, select

from selfcare import database
from selfcare.accounts.models import Account
from selfcare.people.models import Person
from selfcare.requests.models import ContactRequest
from selfcare.web.access import Area, Level, Permit
from tests import factories
from tests.harness.client import Answer, Client

NUMBER = "07700 900461"


@dataclass
class World:
    """Rosa; Leon, who may ask for her; Meg, who may only read; Amina and Priya of the team."""

    app: Flask
    home: factories.Household
    base: str
    rosa: Client
    leon: Client
    meg: Client
    amina: Client
    priya: Client
    meg_account: Account
    priya_account: Account

    def asks(self, who: Client | None = None, **fields: Any) -> Answer:
        """Asks through the form. Answers the page that follows."""
        values = {"about": "My new tablets", **fields}
        return (who or self.rosa).get(self.base).form("ask").submit(**values)

    @property
    def one(self) -> str:
        """The address of the newest request."""
        with self.app.app_context():
            newest = select(ContactRequest.id).order_by(ContactRequest.entered_at.desc()).limit(1)
            return f"{self.base}{database.session().scalars(newest).one()}/"

    @contextmanager
    def as_(self, account: Any) -> Iterator[Permit]:
        """The actions, as somebody would use them; kept at the end."""
        with self.app.test_request_context(), database.command():
            yield factories.permit(account, self.home.person)

    @contextmanager
    def at(self, moment: datetime) -> Iterator[None]:
        """Everybody's devices at a moment, signed in."""
        with time_machine.travel(moment, tick=False):
            home = self.home
            for client, account in (
                (self.rosa, home.rosa), (self.leon, home.leon), (self.meg, self.meg_account),
                (self.amina, home.amina), (self.priya, self.priya_account),
            ):  # fmt: skip
                client.sign_in(account.id)
            yield

    def count(self, table: type[Any]) -> int:
        with self.app.app_context():
            return database.session().scalar(select(func.count()).select_from(table)) or 0


def make(app: Flask, new_client: Callable[..., Client]) -> World:
    with app.app_context(), database.command() as work:
        home = factories.household({Area.CONTACTS: Level.ADD})
        work.get_one(Person, home.person.id).phone = NUMBER
        meg = factories.account(name="Meg")
        factories.people.relate(
            home.person.id, kind=factories.Role.CARER, account_id=meg.id, rights={Area.CONTACTS: Level.SEE}
        )
        priya, _ = factories.nurse("Priya", home.team)
    clients = []
    for account in (home.rosa, home.leon, meg, home.amina, priya):
        clients.append(new_client())
        clients[-1].sign_in(account.id)
    return World(app, home, f"/people/{home.person.id}/get-in-touch/", *clients, meg, priya)
