"""Asks every endpoint as everyone, and reads the committed table of what they should get."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import delete, update
from werkzeug.routing import Rule

from selfcare import database
from selfcare.database import command, now, session
from selfcare.people import access as people_access
from selfcare.people import actions as people
from selfcare.people import staff
from selfcare.people.models import Relationship, Right
from selfcare.sharing.models import HandedSummary
from selfcare.web import edge
from selfcare.web.access import Area, Kind, Level, Role
from tests import factories
from tests.factories import asks
from tests.factories.lived import lived_in
from tests.harness.client import Client

TABLE = Path(__file__).with_name("access.txt")
READER, OF_READER = "reader", Path(__file__).with_name("access_reader.txt")

# Columns of the table: signed out; somebody else; the person; carers by right; carers by state of the grant;
# the key contact; a colleague of the team; a professional of another team; one whose membership or grant has ended;
# who runs the team's pages, and opens no record; the team's link worker; who works for the body that has the ask.
# Besides, and in a table of its own that names only where they get in: somebody from outside who reads one summary.
WHO = (
    "out", "stranger", "self", "see", "add", "manage", "nothing", "proposed", "suspended", "ended", "expired",
    "nurse", "colleague", "elsewhere", "left", "dismissed", "admin", "link", "body",
)  # fmt: skip

IN, NOT_FOUND, SIGN_IN, ELSEWHERE = "+", ".", ">", "~"


@dataclass
class Lived:
    """A record with one of everything in it, and everybody who may or may not reach it."""

    app: Flask
    client: Client
    ids: dict[str, Any]
    accounts: dict[str, UUID | None]
    relationships: dict[str, UUID] = field(default_factory=dict)

    def give_everything(self, who: str) -> None:
        with self.app.app_context(), command() as work:
            work.execute(delete(Right).where(Right.relationship_id == self.relationships[who]))
            people.give(self.relationships[who], dict.fromkeys(Area, Level.MANAGE))


def prepare(app: Flask, client: Client, monkeypatch: pytest.MonkeyPatch) -> Lived:
    """Make the record and everybody; from then on no request is committed, so each is asked of the same state."""
    house, ids = lived_in(app)
    with app.test_request_context(), command():
        accounts, relationships = _everybody(house)
        accounts["link"] = asks.link_worker(house.team, "Lin").id
        accounts["body"] = asks.body_worker(ids["ask_id"]).id
    client.strict = False
    monkeypatch.setattr(edge, "finish", lambda keep: database.finish(False))
    return Lived(app, client, ids, accounts, relationships)


def _everybody(house: factories.Household) -> tuple[dict[str, UUID | None], dict[str, UUID]]:
    person = house.person.id
    accounts: dict[str, UUID | None] = {
        "out": None, "stranger": house.stranger.id, "self": house.rosa.id, "nurse": house.amina.id
    }  # fmt: skip
    made: dict[str, UUID] = {}
    levels = {"see": Level.SEE, "add": Level.ADD, "manage": Level.MANAGE, "nothing": Level.NOTHING}
    for who in ("see", "add", "manage", "nothing", "proposed", "suspended", "ended", "expired"):
        carer = factories.account(name=who)
        level = levels.get(who, Level.MANAGE)
        grant = people.relate(
            person, kind=Role.CARER, account_id=carer.id, rights=dict.fromkeys(Area, level),
            until=now() - timedelta(seconds=1) if who == "expired" else None,
        )  # fmt: skip
        if who in ("proposed", "suspended", "ended"):
            session().get_one(Relationship, grant.id).state = who
        accounts[who], made[who] = carer.id, grant.id
    colleague, _ = factories.nurse("Priya", house.team)
    elsewhere, _ = factories.nurse("Owen", people.make_team("Hillside team"))
    left, _ = factories.nurse("Gwen", house.team)
    session().get_one(people.Member, (house.team.id, left.id)).ended_at = now()
    dismissed, third = factories.nurse("Idris", people.make_team("Lakeside team"))
    grant = people.relate(person, kind=Role.PROFESSIONAL, team_id=third.id, rights=people_access.PROFESSIONAL)
    people.move(grant, "ended", house.rosa.id, "")
    admin = factories.account(Kind.ADMINISTRATOR, "Ade")
    accounts |= {"colleague": colleague.id, "elsewhere": elsewhere.id, "left": left.id}
    reader = factories.account(Kind.READER, "Sam Lee")
    session().execute(update(HandedSummary).values(account_id=reader.id))
    accounts |= {"dismissed": dismissed.id, "admin": admin.id, READER: reader.id}
    staff.make_administrator(house.team.id, admin.id)
    session().flush()
    return accounts, made


def routes(app: Flask) -> Iterator[tuple[str, Rule, str]]:
    """(name in the table, rule, method) of every route."""
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield f"{method} {rule.endpoint}", rule, method


def address(app: Flask, rule: Rule, ids: dict[str, Any]) -> str:
    """The rule's address with real ids. A new kind of id must be named in `tests/factories/record.py`."""
    for name in sorted(rule.arguments):
        if name not in ids and (rule.endpoint, name) not in ids:
            pytest.fail(f"{name}: tests/factories/record.py gives none ({rule.endpoint})", pytrace=False)
    values = {
        name: ids[rule.endpoint, name] if (rule.endpoint, name) in ids else ids[name]
        for name in rule.arguments
    }
    built = app.url_map.bind("localhost").build(rule.endpoint, values, method=None)
    return str(built)


def of_each_mark(app: Flask) -> set[str]:
    """One route, by its name in the table, of each mark that views have: what decides is the mark, not the view."""
    found: dict[tuple[str, ...], str] = {}
    for name, rule, method in routes(app):
        marked = getattr(app.view_functions[rule.endpoint], "access", {})
        found.setdefault((method, *(f"{fact} {said}" for fact, said in sorted(marked.items()))), name)
    return set(found.values())


def ask(lived: Lived, who: str, only: str = "", among: Collection[str] = ()) -> dict[str, str]:
    """What somebody gets at every route whose name has `only` in it, or is one of those in `among`."""
    found: dict[str, str] = {}
    client = Client(lived.app, lived.client.validator, strict=False)
    account = lived.accounts[who]
    token = ""
    if account is not None:
        client.sign_in(account)
        token = client.get("/account/language").html.find("input", {"name": "csrf_token"})["value"]  # type: ignore[index,assignment]
    cookie = client.cookie(lived.app.config["SESSION_COOKIE_NAME"])
    for name, rule, method in routes(lived.app):
        if only in name and (not among or name in among):
            if cookie:  # signing out is one of the routes
                client.raw.set_cookie(lived.app.config["SESSION_COOKIE_NAME"], cookie, domain="localhost")
            url = address(lived.app, rule, lived.ids)
            data = {"csrf_token": token} if method == "POST" else None
            answer = client.send(method, url, data=data, follow=False)
            asked = "/sign-in" if answer.status == 401 and answer.html.find(id="sign-in") else ""
            found[name] = _cell(answer.status, answer.headers.get("Location", asked), name)
    return found


def _cell(status: int, location: str, name: str) -> str:
    if status == 404:
        return NOT_FOUND
    if status in (301, 302, 303, 401) and location.startswith("/sign-in"):
        return SIGN_IN
    if status == 400 and name.startswith("POST"):
        return ELSEWHERE  # refused at the edge: signed out, on a page open to everybody, without its token
    if status == 401:
        return ELSEWHERE  # a door for systems with a token of their own: nobody's session opens it
    return IN


def expected() -> dict[str, dict[str, str]]:
    """The committed tables. Where that of the reader says nothing, there is nothing for them."""
    of_reader = {}
    for line in _lines(OF_READER):
        method, endpoint, cell = line.split()
        of_reader[f"{method} {endpoint}"] = cell
    rows = {}
    for line in _lines(TABLE):
        method, endpoint, *cells = line.split()
        name = f"{method} {endpoint}"
        rows[name] = dict(zip(WHO, cells, strict=True)) | {READER: of_reader.pop(name, NOT_FOUND)}
    assert not of_reader, "no longer a route"
    return rows


def _lines(table: Path) -> list[str]:
    return [line for line in table.read_text().splitlines() if line and not line.startswith("#")]
