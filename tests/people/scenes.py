"""A household by its ids, and a transaction as one of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Thread
from uuid import UUID

from flask import Flask
from sqlalchemy import func, select, text

from selfcare.accounts import actions as accounts
from selfcare.accounts.models import Account
from selfcare.database import command, session
from selfcare.people.models import Person, Relationship, Team
from selfcare.web.access import Area, Level, Permit
from tests import factories


@dataclass(frozen=True)
class Home:
    person: UUID
    rosa: UUID
    amina: UUID
    leon: UUID
    stranger: UUID
    leons: UUID | None  # the relationships, to change or end
    aminas: UUID


def home(app: Flask, *, own: bool = True, rights: dict[Area, Level] | None = None) -> Home:
    """Rosa, Amina and Leon.

    :param own: whether Rosa has come in already; without, nobody helps her yet either.
    """
    with app.test_request_context(), command():
        if own:
            house = factories.household(rights)
            person, ids = house.person, (house.rosa, house.amina, house.leon, house.stranger)
        else:
            amina, team = factories.nurse()
            person = factories.person(amina, team)
            ids = (
                factories.account(name="Nobody"),
                amina,
                factories.account(name="Leon"),
                factories.account(),
            )
            session().delete(ids[0])
        session().flush()
        rows = session().scalars(select(Relationship).where(Relationship.person_id == person.id))
        kinds = {row.kind: row.id for row in rows}
        rosa, amina, leon, stranger = (account.id for account in ids)
        return Home(person.id, rosa, amina, leon, stranger, kinds.get("carer"), kinds["professional"])


@contextmanager
def acting(app: Flask, account_id: UUID, person_id: UUID) -> Iterator[Permit]:
    """A transaction of one's own, with the permit of an account in it."""
    with app.test_request_context(), command() as work:
        yield factories.permit(work.get_one(Account, account_id), work.get_one(Person, person_id))


def until_it_waits(*others: Thread) -> None:
    """Until these threads wait for what this transaction has locked, or for each other. PostgreSQL only."""
    here = text("datname = current_database() AND wait_event_type = 'Lock'")
    waits = select(func.count()).select_from(text("pg_stat_activity")).where(here)
    while (session().scalar(waits) or 0) < len(others):
        assert all(other.is_alive() for other in others)
        session().execute(select(func.pg_stat_clear_snapshot()))


def home_with_way(app: Flask) -> Home:
    """As `home`; Rosa has set a way to sign in."""
    made = home(app)
    with app.test_request_context(), command() as work:
        rosa = work.get_one(Account, made.rosa)
        accounts.change_way(rosa, "rosa@example.net", accounts.passwords.hashed("three words together"))
    return made


def colleague(app: Flask, house: Home) -> UUID:
    """Amina's colleague Priya."""
    with app.test_request_context(), command() as work:
        team_id = work.get_one(Relationship, house.aminas).team_id
        return factories.nurse("Priya", work.get_one(Team, team_id))[0].id
