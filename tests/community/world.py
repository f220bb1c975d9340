"""A household that looks for help near by, with a browser for each of its people."""

from collections.abc import Callable

from flask import Flask

from selfcare import database
from selfcare.people import actions as people
from selfcare.people import queries as people_read
from selfcare.web.access import Area, Level, Permit
from tests import factories
from tests.factories import near_by
from tests.harness.client import Client


class World:
    """A household of which the carer and the team may add to help near by, one list with a service, three browsers."""

    def __init__(self, app: Flask, new_client: Callable[..., Client]) -> None:
        self.app = app
        with app.test_request_context(), database.command():
            self.house = factories.household(carer_rights={Area.COMMUNITY: Level.ADD, Area.PLAN: Level.ADD})
            rosa = self.permit()
            team = next(one for one in people_read.grants(rosa) if one.team)
            people.set_rights(rosa, team.id, {Area.COMMUNITY: Level.ADD})
            self.list = near_by.a_list("Riverside council", owner_email="lists@example.org")
            self.service = near_by.movement_class(self.list)
        self.base = f"/people/{self.house.person.id}/community/"
        self.there = f"{self.base}{self.service.id}/"
        self.rosa, self.leon, self.amina = new_client(), new_client(), new_client()
        for client, account in (
            (self.rosa, self.house.rosa),
            (self.leon, self.house.leon),
            (self.amina, self.house.amina),
        ):
            client.sign_in(account.id)

    def permit(self) -> Permit:
        return factories.permit(self.house.rosa, self.house.person)
