"""A household with one of everything in its record, copied where this run has made the same a moment before.

To fill a record costs a hundred times what it costs to copy one, and most tests of the house begin with it.
"""

import pickle
from datetime import timedelta
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from flask import Flask
from sqlalchemy import func, make_url, select

from selfcare.accounts.models import Account
from selfcare.database import command, now, session
from selfcare.people.models import Person, Team
from selfcare.web.access import Area, Level
from tests import factories
from tests.factories import Household, record
from tests.harness.databases import copy
from tests.harness.places import alone, run_folder

Rights = dict[Area, Level]
# What is copied is hardly older than what is made: nothing in it is of another day, or has run out meanwhile.
AS_NEW = timedelta(minutes=3)
HERE = ZoneInfo("Europe/London")
ACCOUNTS = ("rosa", "amina", "leon", "stranger")


class Kept(NamedTuple):
    """What is known of a record that was kept. `counted`: how far names and minutes that come once have come."""

    made: Any
    house: dict[str, Any]
    ids: dict[Any, Any]
    counted: tuple[int, int]

    def is_new(self) -> bool:
        here, there = now().astimezone(HERE), self.made.astimezone(HERE)
        return here.date() == there.date() and timedelta() <= here - there < AS_NEW


def lived_in(app: Flask, carer_rights: Rights | None = None) -> tuple[Household, dict[Any, Any]]:
    """What `factories.household` and `record.fill` make, in a database that is empty yet; and the ids in addresses.

    Every test has it in a database of its own. Two of the same rights have the same ids.
    """
    if not app.extensions["database"].is_sqlite or not _is_empty(app):
        return _made(app, carer_rights)
    kind = sha256(repr(sorted((carer_rights or {}).items()) if carer_rights is not None else "").encode())
    name = f"lived-{kind.hexdigest()[:16]}"
    path = Path(str(make_url(app.extensions["database"].url).database))
    database, said = run_folder() / "sqlite" / f"{name}.kept", run_folder() / name
    with alone(name):
        if said.exists() and (kept := Kept(*pickle.loads(said.read_bytes()))).is_new():  # noqa: S301 -- our own
            copy(database, path)
        else:
            house, ids = _made(app, carer_rights)
            copy(path, database)
            of_house = {each: getattr(house, each).id for each in ("person", "team", *ACCOUNTS)}
            counted = (next(factories._numbers), next(record._minutes))
            said.write_bytes(pickle.dumps(tuple(Kept(now(), of_house, ids, counted))))
            return house, ids
    if (here := next(factories._numbers)) < kept.counted[0]:
        here = kept.counted[0]
    factories._numbers = count(here + 1)
    if (minute := next(record._minutes)) < kept.counted[1]:
        minute = kept.counted[1]
    record._minutes = count(minute + 1)
    return _read(app, kept.house), dict(kept.ids)


def _is_empty(app: Flask) -> bool:
    with app.app_context():
        return not session().scalar(select(func.count()).select_from(Account))


def _made(app: Flask, carer_rights: Rights | None) -> tuple[Household, dict[Any, Any]]:
    with app.test_request_context(), command():
        house = factories.household(carer_rights)
        return house, record.fill(house)


def _read(app: Flask, ids: dict[str, Any]) -> Household:
    with app.app_context():
        accounts = {who: session().get_one(Account, ids[who]) for who in ACCOUNTS}
        person, team = session().get_one(Person, ids["person"]), session().get_one(Team, ids["team"])
    return Household(person=person, team=team, **accounts)
