"""A town of PostgreSQL that is too large to be made row by row: 20,000 people with 500 entries each.

Each person comes by COPY, as `demo.town` has them. What there is more of is copied within the database from rows that
actions made: entries and their notes in the trail, and the newer rooms of the first person to all others.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from flask import Flask
from sqlalchemy import Table, select

from selfcare.accounts.models import Account
from selfcare.appointments.models import Appointment
from selfcare.asks import actions as asks
from selfcare.budget import actions as money
from selfcare.community import actions as community
from selfcare.database import Base, command
from selfcare.demo import town
from selfcare.feedback import actions as feedback
from selfcare.people.models import Person, Relationship
from tests import factories
from tests.factories import budgets, links, near_by

FEW = 10  # entries of each that are made one by one
SERVICES = 2_000
# What of the first person each of the others has as well.
ROOMS = ("ask", "budget", "spend", "remark", "shared_link", "saved_service")


def make(app: Flask, people: int, entries: int) -> None:
    """Fill an empty database of PostgreSQL."""
    with app.app_context():
        each = town.each(people, FEW)
        with straight(app) as at:
            waiting: dict[Table, list[dict[str, Any]]] = defaultdict(list)
            for n, parts in each:
                for table, rows in parts:
                    waiting[table] += rows
                if n % town.PEOPLE_OF_A_NURSE == 0 or n == people:
                    for table, rows in waiting.items():
                        copy(at, table, rows)
                    waiting.clear()
            for number in range(1, entries // FEW):
                _again(at, number)
    _rooms(app)
    with straight(app) as at:
        for name in ROOMS:
            _to_all(at, Base.metadata.tables[name])
    with psycopg.connect(_address(app), autocommit=True) as at:
        at.execute("VACUUM (ANALYZE)")


def _address(app: Flask) -> str:
    url = app.extensions["database"].engine.url.set(drivername="postgresql")
    return str(url.render_as_string(hide_password=False))


@contextmanager
def straight(app: Flask) -> Iterator[psycopg.Connection[Any]]:
    """A connection that asks no key and waits for no disk: what it inserts was asked once, where it was made."""
    with psycopg.connect(_address(app), autocommit=True) as at:
        at.execute("SET session_replication_role = replica")
        at.execute("SET synchronous_commit = off")
        yield at


def copy(at: psycopg.Connection[Any], table: Table, rows: Sequence[dict[str, Any]]) -> None:
    names = list(rows[0])
    columns = ", ".join(f'"{name}"' for name in names)
    with at.cursor() as cursor, cursor.copy(f'COPY "{table.name}" ({columns}) FROM STDIN'.encode()) as copy:
        for row in rows:
            copy.write_row([_plain(row[name]) for name in names])


def _plain(value: Any) -> Any:
    return json.dumps(value) if isinstance(value, dict | list) else value


def _again(at: psycopg.Connection[Any], number: int) -> None:
    """Each person's first entries once more, so much earlier, with their notes in the trail."""
    again, moved = f"md5(id::text || '{number}')::uuid", f"interval '{number * FEW * 6} hours'"
    earlier = {name: f"{name} - {moved}" for name in ("utc", "wall", "entered_at")}
    _insert(at, Base.metadata.tables["entry"], {"id": again, **earlier}, "entry_first")
    again = f"md5(item_id::text || '{number}')::uuid"
    _insert(
        at, Base.metadata.tables["trail"], {"item_id": again, "at": f"at - {moved}"}, "trail_first", "seq"
    )


def _insert(
    at: psycopg.Connection[Any], table: Table, changed: dict[str, str], source: str, without: str = ""
) -> None:
    names = [column.name for column in table.columns if column.name != without]
    kept = "CREATE TEMPORARY TABLE IF NOT EXISTS {} AS SELECT * FROM {} {}"
    where = "WHERE verb = 'added' AND kind = 'entry'" if table.name == "trail" else ""
    at.execute(kept.format(source, table.name, where).encode())
    columns, values = ", ".join(names), ", ".join(changed.get(name, name) for name in names)
    at.execute(
        f"INSERT INTO {table.name} ({columns}) SELECT {values} FROM {source} ORDER BY person_id".encode()
    )


def _rooms(app: Flask) -> None:
    """What the newer rooms keep, of the first person; services near by; what people said of a team."""
    with app.test_request_context(), command() as work:
        account = work.scalars(select(Account).where(Account.email == "person-1@town.example.org")).one()
        person = work.scalars(
            select(Person).join(Relationship).where(Relationship.account_id == account.id)
        ).one()
        own = factories.permit(account, person)
        listed = near_by.a_list("Riverside council")
        near_by.many(listed, SERVICES)
        service = near_by.movement_class(listed)
        community.save(own, service.id)
        budget = budgets.begin(own)
        money.spend(own, budget.id, what="Walking shoes", pence=3_800, day=own.today())
        asks.ask(own, words="Company at lunch")
        links.make(own, passcode="482107")
        visit = select(Appointment.id).where(Appointment.person_id == person.id).order_by(Appointment.utc)
        feedback.say(own, work.scalars(visit.limit(1)).one(), 0, "The call came late.", None, read=False)


def _to_all(at: psycopg.Connection[Any], table: Table) -> None:
    """The rows of the first person for all others too, under ids of their own, and for their own team."""
    first = "(SELECT id FROM person WHERE known_as = 'Person 1')"
    told: dict[str, str] = {
        "person_id": "p.id",
        "appointment_id": "(SELECT a.id FROM appointment a WHERE a.person_id = p.id ORDER BY a.utc LIMIT 1)",
        "team_id": "(SELECT r.team_id FROM relationship r WHERE r.person_id = p.id AND r.team_id IS NOT NULL LIMIT 1)",
        "entered_by": "(SELECT r.account_id FROM relationship r WHERE r.person_id = p.id AND r.kind = 'self')",
        "address_hash": "md5(t.address_hash || p.id)",
    }
    told |= dict.fromkeys(("id", "budget_id"), "md5(t.{name}::text || p.id)::uuid")
    names = [column.name for column in table.columns]
    values = ", ".join(told.get(name, "t.{name}").format(name=name) for name in names)
    at.execute(
        f"INSERT INTO {table.name} ({', '.join(names)}) SELECT {values} FROM {table.name} t, person p"
        f" WHERE t.person_id = {first} AND p.id <> {first} AND p.known_as LIKE 'Person %'".encode()
    )
