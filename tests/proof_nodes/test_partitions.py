"""A table of the record in parts by person (`deploy/partition.sql`): the app does not notice, and reads one part."""

import re
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from sqlalchemy import Connection, event, text

from selfcare.database import Base, command, database
from tests import factories
from tests.factories.many import log_many
from tests.factories.record import fill
from tests.harness.client import Client
from tests.harness.places import ROOT

pytestmark = [
    pytest.mark.proof,
    pytest.mark.parametrize("engine_kind", ["postgresql"], indirect=True),
]
TABLE, PARTS, LOGGED = "entry", 16, 3_000


def _differences(connection: Connection) -> list[Any]:
    """In what the tables differ from what the code speaks of, but for the parts themselves."""
    part = re.compile(rf"(ix_|pk_|fk_)?{TABLE}_\d+(_|$)")
    options = {"compare_type": True, "include_name": lambda name, *_: not part.match(name or "")}
    found = compare_metadata(MigrationContext.configure(connection, opts=options), Base.metadata)
    # A key to the table stands in the catalogue once more for each part of it.
    return [each for each in found if not re.search(rf"'{TABLE}_\d+\.", repr(each))]


def _parts(plan: dict[str, Any]) -> set[str]:
    own = {plan["Relation Name"]} if "Relation Name" in plan else set()
    return own.union(*map(_parts, plan.get("Plans", ())))


def test_a_table_in_parts_is_read_a_part_at_a_time(app: Flask, client: Client) -> None:
    """Alone catches: a script that loses a row, a key or an index, and a page of the diary that reads every part."""
    with app.test_request_context(), command() as work:
        house = factories.household()
        ids = fill(house)
        log_many(house, ids["tracker_id"], LOGGED)
        before = work.scalar(text(f"select count(*) from {TABLE}"))
        work.commit()
        work.execute(text(f"set selfcare.part = '{TABLE}'"))
        work.connection().exec_driver_sql((ROOT / "deploy" / "partition.sql").read_text().replace("%", "%%"))
        assert work.scalar(text(f"select count(*) from {TABLE}")) == before
        parts = work.scalars(text(f"select count(*) from pg_inherits where inhparent = '{TABLE}'::regclass"))
        assert parts.one() == PARTS
    with app.app_context(), database().engine.connect() as connection:
        assert _differences(connection) == []
    client.sign_in(house.rosa.id)
    path = f"/people/{house.person.id}/diary/"
    client.get(f"{path}log/{ids['tracker_id']}").form("log").submit(severity="4", note="In a part of its own")
    read: list[set[str]] = []

    def look(connection: Connection, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if re.search(rf"FROM {TABLE}\b", statement) and statement.startswith(("SELECT", "WITH")):
            plan = connection.connection.cursor().execute(f"EXPLAIN (FORMAT JSON) {statement}", parameters)
            read.append(
                {name for name in _parts(plan.fetchone()[0][0]["Plan"]) if name.startswith(f"{TABLE}_")}
            )

    with app.app_context():
        engine = database().engine
    event.listen(engine, "before_cursor_execute", look)
    page = client.get(path)
    event.remove(engine, "before_cursor_execute", look)
    assert "In a part of its own" in page
    assert [len(each - {f"{TABLE}_version"}) for each in read] == [1] * len(read) != []
