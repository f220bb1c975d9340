"""A household that decides, with a browser for each of its people."""

from collections.abc import Callable
from uuid import UUID

import pytest
from flask import Flask

from selfcare import database
from selfcare.database import session
from selfcare.decisions.models import Decision
from selfcare.people import actions as people
from selfcare.people import queries as people_read
from selfcare.web.access import Area, Level, Permit
from tests import factories
from tests.harness.client import Client
from tests.harness.pages import Answer


class World:
    """A household of which the carer and the team may add to decisions, and a browser for each."""

    def __init__(self, app: Flask, new_client: Callable[..., Client]) -> None:
        self.app = app
        with app.test_request_context(), database.command():
            rights = dict.fromkeys((Area.DECISIONS, Area.QUESTIONS, Area.APPOINTMENTS), Level.ADD)
            self.house = factories.household(carer_rights=rights)
            rosa = self.permit()
            team = next(one for one in people_read.grants(rosa) if one.team)
            people.set_rights(rosa, team.id, {Area.DECISIONS: Level.ADD})
        self.record = f"/people/{self.house.person.id}/"
        self.rosa, self.leon, self.amina = new_client(), new_client(), new_client()
        for client, account in (
            (self.rosa, self.house.rosa),
            (self.leon, self.house.leon),
            (self.amina, self.house.amina),
        ):
            client.sign_in(account.id)

    def permit(self) -> Permit:
        return factories.permit(self.house.rosa, self.house.person)

    def add(self, who: Client | None = None, **fields: str) -> str:
        """One through its form. :returns: its address."""
        asked = {"question": "How do I get moving?", "option_a": "A class", "option_b": "At home"} | fields
        page = (
            (who or self.rosa)
            .get(f"{self.record}decisions/add")
            .form("decision")
            .submit(follow=False, **asked)
        )
        assert page.status == 303, page.errors
        return page.location.split("?")[0]

    def tell(self, there: str, who: Client | None = None, **fields: str) -> Answer:
        asked = {"kind": "good", "what": "Walk further"} | fields
        return (who or self.rosa).get(f"{there}told/add").form("fact").submit(**asked)

    def row(self, there: str) -> Decision:
        with self.app.app_context():
            return session().get_one(Decision, (self.house.person.id, UUID(there.strip("/").split("/")[-1])))


@pytest.fixture
def world(app: Flask, new_client: Callable[..., Client]) -> World:
    return World(app, new_client)
