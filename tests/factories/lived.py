"""What fills a whole database, copied where this run has made the same a moment before.

To fill a record costs a hundred times what it costs to copy one, and most tests of the house begin with it.
"""

import pickle
from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from flask import Flask
from sqlalchemy import exists, make_url, or_, select

from selfcare.accounts.models import Account
from selfcare.database import Base, command, now, session
from selfcare.people.models import Person, Team
from selfcare.web.access import Area, Level
from tests import factories
from tests.factories import Household, record
from tests.harness.databases import copy
from tests.harness.places import alone, run_folder

# What is copied is hardly older than what is made: nothing in it is of another day, or has run out meanwhile.
AS_NEW = timedelta(minutes=3)
HERE = ZoneInfo("Europe/London")
ACCOUNTS = ("rosa", "amina", "leon", "stranger")


class Kept(NamedTuple):
    """What is known of a database that was kept. `counted`: how far names and minutes that come once had come."""

    made: datetime
    said: Any
    counted: tuple[int, int]

    def is_new(self) -> bool:
        here, there = now().astimezone(HERE), self.made.astimezone(HERE)
        return here.date() == there.date() and timedelta() <= here - there < AS_NEW


def as_made(app: Flask, name: str, make: Callable[[], Any]) -> Any:
    """What `make` leaves in a database that is empty yet, and what it answers (which can be pickled).

    Every test has it in a database of its own; what was made once has the same ids in each.
    """
    if not app.extensions["database"].is_sqlite or not _is_empty(app):
        return make()
    path = Path(str(make_url(app.extensions["database"].url).database))
    database, known = run_folder() / "sqlite" / f"{name}.kept", run_folder() / f"{name}.said"
    with alone(name):
        if known.exists() and (kept := Kept(*pickle.loads(known.read_bytes()))).is_new():  # noqa: S301 -- our own
            copy(database, path)
            _go_on_from(kept.counted)
            return kept.said
        said = make()
        copy(path, database)
        known.write_bytes(pickle.dumps(tuple(Kept(now(), said, _counted()))))
        return said


def _is_empty(app: Flask) -> bool:
    """Whether nothing was written yet: of what stood there before, nothing would be left."""
    with app.app_context():
        return not session().scalar(_ANY)


_ANY = select(or_(*(exists(select(1).select_from(table)) for table in Base.metadata.sorted_tables)))


def _counted() -> tuple[int, int]:
    return next(factories._numbers), next(record._minutes)


def _go_on_from(counted: tuple[int, int]) -> None:
    """No name and no minute that is in what was copied comes again."""
    name, minute = map(max, _counted(), counted)
    factories._numbers, record._minutes = count(name + 1), count(minute + 1)


def lived_in(app: Flask, carer_rights: dict[Area, Level] | None = None) -> tuple[Household, dict[Any, Any]]:
    """What `factories.household` and `record.fill` make, in a database that is empty yet; and the ids in addresses."""
    kind = repr(None if carer_rights is None else sorted(carer_rights.items()))

    def make() -> tuple[dict[str, Any], dict[Any, Any]]:
        with app.test_request_context(), command():
            house = factories.household(carer_rights)
            ids = record.fill(house)
        return {each: getattr(house, each).id for each in ("person", "team", *ACCOUNTS)}, ids

    of_house, ids = as_made(app, f"lived-{sha256(kind.encode()).hexdigest()[:16]}", make)
    with app.app_context():
        accounts = {who: session().get_one(Account, of_house[who]) for who in ACCOUNTS}
        person, team = (
            session().get_one(Person, of_house["person"]),
            session().get_one(Team, of_house["team"]),
        )
    return Household(person=person, team=team, **accounts), ids
