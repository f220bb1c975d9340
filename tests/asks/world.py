"""A household whose team has a link worker, two voluntary bodies, and a browser for everybody."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from flask import Flask

from selfcare import database
from selfcare.accounts.models import Account
from selfcare.asks import actions, desk_actions
from selfcare.asks.models import Ask
from selfcare.database import session
from selfcare.people.models import Person, Team
from selfcare.web.access import Area, AskPermit, Level, Permit
from tests import factories
from tests.factories import asks
from tests.harness.client import Client

PHONE = "07700 900461"


@dataclass
class World:
    """Rosa; Leon, who may ask for her; Meg, who may only read; Amina, the key contact; Priya, the link worker; Cai, a
    colleague; Owen, of another team; Bo and Bea of one body; Una of another.
    """

    app: Flask
    home: factories.Household
    body: Team
    accounts: dict[str, Account]
    clients: dict[str, Client] = field(default_factory=dict)

    @property
    def base(self) -> str:
        return f"/people/{self.home.person.id}/asks/"

    @contextmanager
    def acting(self, who: str) -> Iterator[Permit]:
        with self.app.test_request_context(), database.command():
            yield factories.permit(self.accounts[who], self.home.person)

    @contextmanager
    def working(self, who: str, ask_id: UUID) -> Iterator[AskPermit]:
        with self.app.test_request_context(), database.command():
            yield asks.work(self.accounts[who], ask_id)

    def asked(self, who: str = "leon", **values: Any) -> UUID:
        with self.acting(who) as permit:
            return actions.ask(permit, **{"words": "Company at lunch", **values}).id

    def row(self, ask_id: UUID) -> Ask:
        with self.app.app_context():
            return session().query(Ask).filter(Ask.id == ask_id).one()

    def brought_to(self, state: str) -> UUID:
        """An ask of Leon's, brought to a state by those who may. Those that end in `_body` are in a body's hands."""
        ask_id = self.asked()
        if state in ("offered", "accepted_body", "found_body", "going_body"):
            with self.working("priya", ask_id) as work:
                desk_actions.offer(work, self.body.id)
            with self.acting("rosa") as rosa:
                actions.agree(rosa, ask_id, self.body.id, with_phone=False)
            if state != "offered":
                self._worked("bo", ask_id, state)
            return ask_id
        if state == "proposed":
            with self.working("priya", ask_id) as work:
                desk_actions.offer(work, self.body.id)
        elif state in ("accepted", "found", "going", "went", "not_for_me", "not_found"):
            self._worked("priya", ask_id, state)
        elif state == "not_needed":
            with self.acting("rosa") as rosa:
                actions.cancel(rosa, ask_id)
        return ask_id

    def _worked(self, who: str, ask_id: UUID, state: str) -> None:
        with self.working(who, ask_id) as work:
            desk_actions.accept(work)
            if state == "not_found":
                desk_actions.not_found(work, "Nobody runs one here.")
            elif not state.startswith("accepted"):
                desk_actions.found(work, None, place="The lunch club")
        with self.acting("rosa") as rosa:
            if state in ("going", "went", "going_body"):
                actions.go(rosa, ask_id, None)
            if state == "went":
                actions.went(rosa, ask_id, how_it_was="Good company.", tells=False)
            if state == "not_for_me":
                actions.not_for_me(rosa, ask_id)


def make(app: Flask, new_client: Callable[..., Client]) -> World:
    with app.test_request_context(), database.command() as work:
        home = factories.household({Area.COMMUNITY: Level.ADD})
        work.get_one(Person, home.person.id).phone = PHONE
        meg = factories.account(name="Meg")
        rights = {Area.COMMUNITY: Level.SEE}
        factories.people.relate(home.person.id, kind=factories.Role.CARER, account_id=meg.id, rights=rights)
        priya = asks.link_worker(home.team)
        cai, _ = factories.nurse("Cai", home.team)
        owen, _ = factories.nurse("Owen", factories.people.make_team("Hillside team"))
        bo, body = asks.a_body()
        bea = factories.account(factories.Kind.BODY, "Bea", title="volunteer")
        factories.people.join_team(body, bea)
        una, _ = asks.a_body("Hillside Helpers", "Una")
    accounts = {
        "rosa": home.rosa, "leon": home.leon, "meg": meg, "amina": home.amina, "priya": priya, "cai": cai,
        "owen": owen, "bo": bo, "bea": bea, "una": una,
    }  # fmt: skip
    made = World(app, home, body, accounts)
    for name, account in accounts.items():
        made.clients[name] = new_client()
        made.clients[name].sign_in(account.id)
    return made
