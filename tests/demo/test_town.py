"""A town for measuring: as many people and entries as asked for, in rows like those the actions make."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from selfcare import database, demo
from selfcare.accounts.models import Account
from selfcare.config import DEMO_PASSWORD
from selfcare.database import Base
from selfcare.demo import town
from selfcare.diary.models import Entry
from selfcare.people.models import Person, Relationship, Right
from tests.factories.lived import as_made
from tests.harness.client import Client

# What tells rows of one table apart, beside which columns are empty.
CODES = (
    "kind",
    "state",
    "how",
    "entered_as",
    "status",
    "source",
    "waits_for",
    "by_role",
    "verb",
    "basis",
    "value_kind",
)


@pytest.fixture
def made(app: Flask) -> Flask:
    """The invented people by the actions, and beside them a town of three with twenty entries each."""

    def make() -> None:
        with app.app_context():
            with database.command():
                demo.first_look()
            assert len(list(demo.make_town(3, 20))) == 2

    as_made(app, "town", make)
    return app


def count(app: Flask, what: Any, *conditions: Any) -> int:
    with app.app_context():
        return database.session().scalar(select(func.count()).select_from(what).where(*conditions)) or 0


def shape(row: Any) -> frozenset[tuple[str, str]]:
    """A row's columns: empty or of which type, and what its codes say."""
    return frozenset(
        (name, "" if value is None else str(value) if name in CODES else type(value).__name__)
        for name, value in row._mapping.items()
    )


def test_no_row_differs_from_what_the_actions_make(made: Flask) -> None:
    with made.app_context():
        work = database.session()
        towns = set(work.scalars(select(Person.id).where(Person.family_name.like("Town%"))))
        ties = set(work.scalars(select(Relationship.id).where(Relationship.person_id.in_(towns))))
        accounts = set(work.scalars(select(Account.id).where(Account.email.like("%@town.example.org"))))
        compared = []
        for table in Base.metadata.sorted_tables:
            owner, mine = next(
                (
                    (table.c[column], owners)
                    for column, owners in (("person_id", towns), ("relationship_id", ties))
                    if column in table.c
                ),
                (table.c.id, towns if table.name == "person" else accounts)
                if "id" in table.c
                else (None, set()),
            )
            if owner is None or table.name in ("team",):
                continue
            theirs = {shape(row) for row in work.execute(select(table).where(owner.not_in(mine)))}
            ours = {shape(row) for row in work.execute(select(table).where(owner.in_(mine)))}
            assert ours <= theirs, (
                table.name,
                [sorted(one ^ min(theirs, key=lambda t: len(one ^ t))) for one in ours - theirs],
            )
            compared += [table.name] if ours else []
    assert {"entry", "tracker", "appointment", "question", "report", "result", "goal", "check_in"} <= set(
        compared
    )
    assert {"contact", "rhythm", "relationship", "right", "change", "trail", "notice", "outbox"} <= set(
        compared
    )


def test_as_many_as_asked_for(made: Flask) -> None:
    assert count(made, Person, Person.family_name.like("Town%")) == 3
    with made.app_context():
        people = list(database.session().scalars(select(Person.id).where(Person.family_name.like("Town%"))))
    for person in people:
        assert count(made, Entry, Entry.person_id == person) == 20
        assert (
            count(made, Right, Right.relationship_id == Relationship.id, Relationship.person_id == person)
            == 5
        )


def test_entries_go_back_in_time_and_never_forward(made: Flask) -> None:
    with made.app_context():
        found = (
            database.session()
            .execute(
                select(func.min(Entry.utc), func.max(Entry.utc))
                .join(Person, Person.id == Entry.person_id)
                .where(Person.known_as == "Person 1")
            )
            .one()
        )
    assert found[1] <= database.now()
    assert found[1] - found[0] == timedelta(hours=6) * 19


def test_one_nurse_for_every_eighty(app: Flask) -> None:
    with app.app_context():
        list(demo.make_town(81, 1))
        per_nurse = (
            database.session()
            .scalars(
                select(func.count())
                .select_from(Relationship)
                .where(Relationship.kind == "professional")
                .group_by(Relationship.account_id)
                .order_by(func.count())
            )
            .all()
        )
    assert per_nurse == [1, 80]


def test_people_and_nurses_sign_in_and_find_their_own(
    made: Flask, make_app: Callable[..., Flask], client: Client
) -> None:
    browser = Client(make_app(demo=True), client.validator)
    for email, said in (
        ("person-1@town.example.org", "First of 4 for Nurse 1"),
        (town.FIRST_NURSE, "Person 3"),
    ):
        page = browser.get("/sign-in").form("sign-in").submit(email=email, password=DEMO_PASSWORD)
        assert said in page
        browser = Client(browser.app, client.validator)


def test_a_second_town_is_refused(made: Flask) -> None:
    with made.app_context(), pytest.raises(demo.AlreadyThere):
        list(demo.make_town(1, 1))


def test_the_pattern_itself_is_not_kept(made: Flask) -> None:
    assert count(made, Account, Account.email == "person@town.example.org") == 0
    assert count(made, Person, Person.family_name == "Town") == 0
