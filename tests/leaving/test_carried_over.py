"""What was chained before: it still holds after the migration, by its new heads."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from flask import Flask

from selfcare import migrations
from selfcare.audit import chain
from selfcare.database import Database, rebind
from tests.house.test_migrations import Old


@pytest.fixture
def elsewhere(app: Flask, database_url: str, empty_database_url: str) -> Iterator[str]:
    """A database without a table, where the app then stands."""
    yield empty_database_url
    rebind(app, database_url)


def _as_before(number: int, before: str, heads: list[tuple[UUID, int, str]]) -> str:
    """The head of an anchoring as it was made of its lines until then."""
    lines = (f"{person} {upto} {head}" for person, upto, head in sorted(heads, key=lambda one: one[0].hex))
    return sha256("\n".join((before, *lines)).encode()).hexdigest()


def test_what_was_chained_before_holds(app: Flask, elsewhere: str) -> None:
    """Alone catches: a trail that verifies no more after an upgrade, or one that verifies although it was changed."""
    old_place = Database(elsewhere)
    old, moment = Old(old_place, "0039"), datetime(2026, 11, 20, 2, 30, tzinfo=UTC)
    people = [uuid4() for _ in range(3)]
    rows: dict[UUID, list[dict[str, Any]]] = {}
    for seq, person in enumerate([*people, *people], 1):
        row = {"seq": seq, "person_id": person, "at": moment + timedelta(seconds=seq), "by": None, "by_role": "self",
               "verb": "added", "kind": "entry", "item_id": uuid4(), "covers": None}  # fmt: skip
        rows.setdefault(person, []).append(row)
        old.put("trail", row)
    whole = ""
    for number in (1, 2):
        heads = []
        for person in people:
            head = ""
            for row in rows[person][:number]:
                head = chain._link(head, row.values())
            heads.append((person, rows[person][number - 1]["seq"], head))
        whole = _as_before(number, whole, heads)
        upto = max(upto for _, upto, _ in heads)
        old.put("trail_anchoring", {"number": number, "at": moment, "upto": upto, "head": whole})
        for person, to, head in heads:
            old.put(
                "trail_anchor",
                {"person_id": person, "number": number, "upto": to, "notes": number, "head": head},
            )
    migrations.upgrade(old_place.engine)
    rebind(app, elsewhere)
    with app.app_context():
        found = chain.verify()
        assert (found.faults, found.chained) == ([], 6)
    with old_place.engine.begin() as work:
        work.execute(sa.text("update trail_anchor set line = head where number = 1"))
    with app.app_context():
        assert chain.verify().faults
    old_place.close()
