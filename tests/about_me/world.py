"""A household in which Leon may help to write, and a browser for each of them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from flask import Flask
from sqlalchemy import select

from selfcare.about_me import actions
from selfcare.about_me.models import AboutAnswer
from selfcare.database import command, session
from selfcare.people.models import Relationship, Right
from selfcare.web.access import Area, Level, Permit
from tests import factories
from tests.harness.client import Client


@dataclass
class World:
    app: Flask
    home: factories.Household
    record: str
    rosa: Client
    leon: Client
    amina: Client

    @property
    def base(self) -> str:
        return f"{self.record}about-me/"

    @contextmanager
    def acting(self, who: str = "rosa") -> Iterator[Permit]:
        """The actions, as somebody would use them; kept at the end."""
        with self.app.test_request_context(), command():
            yield factories.permit(getattr(self.home, who), self.home.person)

    def says(self, question: str, text: str, who: str = "rosa", **more: Any) -> AboutAnswer:
        with self.acting(who) as permit:
            return actions.add(permit, question, text=text, **more)

    def kept(self, question: str) -> list[AboutAnswer]:
        """What the database has to a question, in the order of writing; what was taken out left out."""
        with self.app.app_context():
            there = AboutAnswer.question == question, AboutAnswer.removed_at.is_(None)
            rows = session().scalars(select(AboutAnswer).where(*there).order_by(AboutAnswer.entered_at))
            return list(rows)

    def lets_the_team_read(self) -> None:
        with self.app.test_request_context(), command() as work:
            team = Relationship.person_id == self.home.person.id, Relationship.kind == "professional"
            held = work.scalars(select(Relationship.id).where(*team)).one()
            work.add(Right(relationship_id=held, area=Area.ABOUT, level=Level.SEE))


def make(app: Flask, new_client: Callable[..., Client]) -> World:
    with app.test_request_context(), command():
        home = factories.household({Area.ABOUT: Level.ADD})
    clients = []
    for account in (home.rosa, home.leon, home.amina):
        clients.append(new_client())
        clients[-1].sign_in(account.id)
    return World(app, home, f"/people/{home.person.id}/", *clients)
