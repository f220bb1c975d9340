"""Each thing that has a time to go is kept for as long as docs/running.md says, and no longer."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import time_machine
from sqlalchemy import insert, select, update

from selfcare.database import Base, Instant, command, now, session
from selfcare.leaving.models import Export
from selfcare.letters.models import Letter, LetterSheet
from selfcare.links.models import SharedLink
from selfcare.notifications.kinds import COPY
from selfcare.upkeep import night, tidying
from selfcare.upkeep.models import Job
from tests import factories
from tests.harness.places import ROOT
from tests.upkeep.conftest import Place

A_BIT = timedelta(minutes=1)
NUMBERS = {"a": 1, "two": 2, "six": 6, "seven": 7, "ten": 10, "fifteen": 15}
UNITS = {"day": 1, "week": 7, "month": 30.5, "year": 365}
AGED = (  # by the table of what is let go of; of the others a row itself says until when
    "sessions", "deliveries", "enrolment links", "addresses to be proved", "signs of erasing", "signs of access",
    "suggested people", "lists of people", "files on their way",
)  # fmt: skip
RUNNING = (ROOT / "docs" / "running.md").read_text()
SAID = dict(re.findall(r"^\| ([a-z -]+) \| (.+) \|$", RUNNING.split("## What is let go of")[1], re.MULTILINE))


def days(what: str) -> int:
    """For how many days docs/running.md says that it is kept: the first length of time that it names."""
    found = re.search(rf"\b(\d+|{'|'.join(NUMBERS)}) ({'|'.join(UNITS)})s?\b", SAID[what])
    assert found, f"{what}: {SAID[what]}"
    return int(float(NUMBERS.get(found[1]) or found[1]) * UNITS[found[2]])


EMPTY: dict[type, Any] = {str: "x", int: 0, bool: False, bytes: b"x", date: date(2026, 3, 27)}
OF = {"account_id": "rosa", "person_id": "person", "team_id": "team"}


@dataclass
class Rows:
    """Makes rows, and knows by their keys which are over and which are not."""

    house: factories.Household
    over: set[Any]
    stays: set[Any]

    def make(self, table: type[Base], **values: Any) -> Any:
        """A row in which nothing is empty that may not be. :returns: its key."""
        row = {}
        for column in table.__table__.columns:  # type: ignore[attr-defined]
            if column.name in values or column.nullable:
                continue
            kind = Instant if isinstance(column.type, Instant) else column.type.python_type
            whose = getattr(self.house, OF.get(column.name, ""), None)
            row[column.name] = (
                whose.id if whose
                else uuid4() if kind is UUID
                else now() if kind is Instant
                else now().replace(tzinfo=None) if kind is datetime
                else EMPTY.get(kind, {})  # of JSON
            )  # fmt: skip
            if kind is str and (column.unique or column.primary_key):
                row[column.name] = uuid4().hex
        row |= values
        session().execute(insert(table).values(row))
        return tuple(row[column.name] for column in table.__table__.primary_key)  # type: ignore[attr-defined]

    def each(self, table: type[Base], ends: datetime, *columns: str, **values: Any) -> None:
        """For each of these moments a row that is over by it since a minute, and one that is not for a minute yet."""
        for column in columns:
            self.over.add(self.make(table, **{column: ends - A_BIT}, **values))
            self.stays.add(self.make(table, **{column: ends + A_BIT}, **values))


def made(what: str, house: factories.Household) -> Rows:
    """What is over and what is not of one rule, of every kind that it speaks of."""
    rows, moment = Rows(house, set(), set()), now()
    table, ends = tidying.RULES[what].table, moment - timedelta(days=days(what) if what in AGED else 0)
    person = {"person_id": house.person.id}
    match what:
        case "sessions":
            rows.each(table, ends, "ended_at", "ends_at")
            rows.stays.add(
                rows.make(table, seen_at=moment + A_BIT, ended_at=ends - A_BIT)
            )  # the last of the account
        case "deliveries":
            for state in ("sent", "dropped", "told"):
                rows.each(table, ends, "ended_at", state=state)
            for state in ("failed", "unsure", "waiting"):
                rows.stays.add(rows.make(table, state=state, ended_at=ends - A_BIT))
        case "enrolment links":
            rows.each(table, ends, "ended_at", "expires_at")
        case "messages of copies":
            gone, there = uuid4(), uuid4()
            rows.make(Export, id=there, account_id=house.stranger.id)
            rows.over.add(rows.make(table, kind=COPY, about_id=gone))
            rows.stays |= {rows.make(table, kind=COPY, about_id=there), rows.make(table, kind="result")}
        case "signs of erasing":
            rows.each(table, ends, "at", cleared_at=moment)
            rows.stays.add(rows.make(table, at=ends - A_BIT, cleared_at=None))
        case "addresses to be proved" | "copies of records":  # of each account one at a time
            column = "until" if what == "copies of records" else "made_at"
            rows.over.add(rows.make(table, **{column: ends - A_BIT}))
            rows.stays.add(rows.make(table, account_id=house.leon.id, **{column: ends + A_BIT}))
        case "suggested people":
            rows.each(table, ends, "at", state="waiting")
            rows.each(table, moment - timedelta(days=92), "decided_at", state="declined")
            rows.stays.add(rows.make(table, at=ends - A_BIT, decided_at=ends - A_BIT, state="invited"))
        case "files of links":
            half = moment - timedelta(minutes=30)
            for values in ({"until": moment}, {"until": moment + timedelta(days=7), "ended_at": half}):
                last = list(values)[-1]
                for at, where in ((values[last] - A_BIT, rows.over), (values[last] + A_BIT, rows.stays)):
                    link = rows.make(SharedLink, **{**values, last: at})
                    where.add(rows.make(table, **person, link_id=link[1]))
        case "removed pages":
            for of_page in (True, False):
                for shift, where in ((-A_BIT, rows.over), (A_BIT, rows.stays)):
                    at = {"removed_at": moment - timedelta(days=1) + shift}
                    letter = rows.make(Letter, **({} if of_page else at))
                    sheet = rows.make(LetterSheet, letter_id=letter[1], **(at if of_page else {}))
                    where.add(rows.make(table, **person, sheet_id=sheet[1]))
        case _:
            column = {
                "throttle": "until", "codes by e-mail": "made_at", "challenges to passkeys": "expires_at",
                "ways to a provider": "expires_at", "signs of access": "at", "lists of people": "made_at",
                "files on their way": "at", "former addresses": "until",
            }[what]  # fmt: skip
            minutes = 10 if what == "codes by e-mail" else 0
            rows.each(table, ends - timedelta(minutes=minutes), column)
    return rows


def left(table: type[Base]) -> Iterator[Any]:
    key = table.__table__.primary_key.columns  # type: ignore[attr-defined]
    return (tuple(row) for row in session().execute(select(*key)))


@time_machine.travel("2026-11-30 12:00", tick=False)
def test_every_night_exactly_what_is_over_goes(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of every rule, as the deliverer runs it, in turns of two rows. Alone catches: a rule without an example here, a
    keeping that is longer or shorter than docs/running.md says, what waits or failed taken for what is over, and a
    table of which some is left because the turns pass it by."""
    monkeypatch.setattr(tidying, "_AT_A_TIME", 2)
    assert night.do(place.app, "tidy") is False, "the first look only says when"
    all_rows = {}
    with place.app.test_request_context(), command() as work:
        house = factories.household()
        for what in tidying.RULES:
            all_rows[what] = made(what, house)
        work.execute(update(Job).values(next_at=now() - A_BIT))
    assert night.do(place.app, "tidy") is True
    with place.app.app_context():
        for what, rows in all_rows.items():
            there = set(left(tidying.RULES[what].table))
            assert rows.over, what
            assert not rows.over & there, f"{what}: kept too long"
            assert rows.stays <= there, f"{what}: gone too early"
