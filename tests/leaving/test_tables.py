"""No room is forgotten: every table with something of a person is taken away, or it is said why not; and is erased."""

import json

import pytest
from sqlalchemy import Column, ForeignKey, Integer, MetaData, Table, Uuid

from selfcare import migrations
from selfcare.database import Base
from selfcare.leaving import record_json, tables


def test_every_table_of_a_person_is_taken_away_or_it_is_said_why_not() -> None:
    """A new room whose rows nobody gets with their copy. Name its tables in selfcare/leaving/tables.py."""
    migrations.models()
    known = {table.name for table in tables.of_people()} | tables.OF_ACCOUNT | {"trail"}
    named = set(tables.TAKEN) | set(tables.LEFT)
    assert known - named == set(), "name it in TAKEN, or in LEFT with why"
    assert named - known == set(), "not a table of a person"
    assert not set(tables.TAKEN) & set(tables.LEFT)


def test_what_hangs_on_a_persons_row_is_found_without_being_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control of the one before: a table two steps away from the person, without their id."""
    made = MetaData()
    for name, parent in (("person", None), ("thing", "person"), ("part", "thing"), ("team", None)):
        column = "person_id" if parent == "person" else f"{parent}_id"
        key = [Column(column, Uuid, ForeignKey(f"{parent}.id"))] if parent else []
        Table(name, made, Column("id", Integer, primary_key=True), *key)
    monkeypatch.setattr(Base, "metadata", made)
    tables.of_people.cache_clear()
    try:
        assert {table.name for table in tables.of_people()} == {"person", "thing", "part"}
    finally:
        monkeypatch.undo()
        tables.of_people.cache_clear()


def test_every_table_of_an_account_goes_with_it() -> None:
    """A new way to sign in that outlives its account. Name its table in OF_ACCOUNT."""
    migrations.models()
    people = {table.name for table in tables.of_people()}
    of_accounts = {
        table.name
        for table in Base.metadata.tables.values()
        if "account_id" in table.columns and not table.c.account_id.nullable
    }
    assert of_accounts - people == tables.OF_ACCOUNT - {"account"}


def test_the_schema_that_is_committed_is_the_one_of_these_tables() -> None:
    """Make it anew: python -m tools.record_schema"""
    migrations.models()
    assert json.loads(record_json.SCHEMA.read_text(encoding="utf-8")) == record_json.schema()


def test_no_secret_is_taken_away() -> None:
    """Alone catches: a digest, a sealed secret or a key of a browser that stands in somebody's copy."""
    migrations.models()
    taken = {column.name for name in tables.TAKEN for column in tables.columns(name)}
    assert not {name for name in taken if name.endswith(("hash", "secret")) and name != "content_hash"}
    assert not taken & {"p256dh", "auth", "endpoint", "salt", "totp_pending", "totp_step"}
