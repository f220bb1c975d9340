"""One chain of migrations makes, on either engine, exactly the tables that the code speaks of."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from selfcare import migrations
from selfcare.database import Base, Database


def test_the_chain_makes_the_tables_of_the_models_and_once_more_changes_nothing(database_url: str) -> None:
    """Asked of the run's own template, which the chain has made from nothing."""
    database = Database(database_url)
    migrations.upgrade(database.engine)
    with database.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "include_name": migrations.is_of_both}
        )
        assert compare_metadata(context, Base.metadata) == []
        assert context.get_current_revision() == migrations.head()
    database.close()


# Who works on an ask, or for a body, holds no record to begin with: found by the ask, or by the body; what is open is
# looked through for whoever is late; and a team reads what was said without learning whose it is.
BY_WHO_WORKS = {"ix_ask_id", "ix_ask_body_id_entered_at", "ix_ask_entered_at_open", "ix_remark_team_id_batch"}


def test_every_record_table_is_keyed_and_indexed_by_the_person() -> None:
    migrations.models()
    for table in Base.metadata.tables.values():
        if {"person_id", "entered_by"} <= set(table.columns.keys()):
            assert [column.name for column in table.primary_key] == ["person_id", "id"], table.name
            for index in table.indexes:
                if index.name in BY_WHO_WORKS:
                    continue
                assert next(iter(index.columns)).name == "person_id", f"{table.name}: {index.name}"


DAYS: dict[type, date] = {datetime: datetime(2026, 3, 12, 14, 5, tzinfo=UTC), date: date(1962, 3, 27)}


class Old:
    """A database as it was at an earlier migration, with its own tables."""

    def __init__(self, database: Database, at: str) -> None:
        migrations.upgrade(database.engine, at)
        self.engine, self.tables = database.engine, sa.MetaData()
        self.tables.reflect(database.engine)

    def put(self, table: str, *rows: dict[str, Any]) -> None:
        """Rows with these values, and something for whatever else must be there."""
        columns = self.tables.tables[table].columns
        needed = [column for column in columns if not column.nullable and column.server_default is None]
        whole = [{column.name: self._some(column) for column in needed} | row for row in rows]
        with self.engine.begin() as work:
            work.execute(
                sa.insert(self.tables.tables[table]),
                [{name: self._stored(columns[name], value) for name, value in row.items()} for row in whole],
            )

    def _some(self, column: sa.Column[Any]) -> Any:
        kind = column.type.python_type
        if self._is_id(column):
            return uuid4()
        return DAYS[kind] if kind in DAYS else kind()

    def _stored(self, column: sa.Column[Any], value: Any) -> Any:
        return value.hex if isinstance(value, UUID) and not isinstance(column.type, sa.Uuid) else value

    @staticmethod
    def _is_id(column: sa.Column[Any]) -> bool:
        return isinstance(column.type, sa.Uuid) or getattr(column.type, "length", None) == 32


def test_whose_request_it_is_is_known_where_one_has_that_name(empty_database_url: str) -> None:
    """Alone catches: a day that somebody said given to another of that name; a helper of before who never ended it."""
    database = Database(empty_database_url)
    old = Old(database, "0030")
    rosa, amina, kin = uuid4(), uuid4(), uuid4()
    old.put("person", {"id": rosa, "nhs_number": "9990000018"})
    names = {amina: "Amina", uuid4(): "Sam", uuid4(): "Sam"}
    old.put("account", *({"id": each, "name": name, "kind": "professional"} for each, name in names.items()))
    old.put("contact_request", *({"person_id": rosa, "planned_name": name} for name in ("Amina", "Sam", "")))
    old.put("relationship", {"id": kin, "person_id": rosa, "kind": "carer"})
    old.put("change", *({"relationship_id": kin, "reason": reason} for reason in ("stopped helping", "")))
    migrations.upgrade(database.engine)
    with database.engine.connect() as work:
        request = sa.table("contact_request", sa.column("planned_name"), sa.column("planned_by", sa.Uuid()))
        found = {row.planned_name: row.planned_by for row in work.execute(sa.select(request))}
        reasons = set(work.scalars(sa.text("select reason from change")))
    database.close()
    assert found == {"Amina": amina, "Sam": None, "": None}
    assert reasons == {"gave back", ""}


def test_rows_of_before_are_carried_over(empty_database_url: str) -> None:
    """Alone catches: a migration that leaves rows of before as they were (0021 to 0023), or some between two pages."""
    database = Database(empty_database_url)
    old = Old(database, "0020")
    rosa, tracker = uuid4(), uuid4()
    old.put("person", {"id": rosa, "nhs_number": "9990000018"})
    old.put("tracker", {"person_id": rosa, "id": tracker})
    mine = {"person_id": rosa, "tracker_id": tracker, "entered_as": "self", "entered_name": "Rosa"}
    weight, pressure, helped, notes = uuid4(), uuid4(), uuid4(), [uuid4() for _ in range(2_100)]
    old.put(
        "entry",
        mine | {"id": weight, "first": "71,4", "note": "Zoë"},
        mine | {"id": pressure, "first": "128", "second": "82"},
    )
    old.put("entry", mine | {"id": helped, "severity": 7, "entered_as": "carer", "entered_name": "Leon"})
    old.put("entry", *(mine | {"id": each, "tracker_id": None, "note": "Ein Tag"} for each in notes))
    old.put("contact", {"person_id": rosa})
    migrations.upgrade(database.engine)
    with database.engine.connect() as work:
        assert work.scalars(sa.text("select part from contact")).all() == [""]
        assert set(work.scalars(sa.text("select part from entry"))) == {""}
        entry = sa.table("entry", sa.column("id", sa.Uuid()), sa.column("searched", sa.Text()))
        found = {row.id: row.searched for row in work.execute(sa.select(entry))}
    old.put("person", {"nhs_number": "9990000018"})
    database.close()
    assert found[weight] == "zoe 71,4 71.4"
    assert found[pressure] == "128/82 128 82"
    assert found[helped] == "7 leon"
    assert {found[each] for each in notes} == {"ein tag"}


def test_a_page_of_before_is_asked_about_every_part_of_a_tracker(empty_database_url: str) -> None:
    """Alone catches: a form drawn before the last change, that writes over it because its part counts from 1."""
    database = Database(empty_database_url)
    old = Old(database, "0033")
    rosa, changed = uuid4(), uuid4()
    old.put("person", {"id": rosa, "nhs_number": "9990000018"})
    old.put("tracker", {"person_id": rosa, "id": changed, "version": 4})
    migrations.upgrade(database.engine)
    with database.engine.connect() as work:
        parts = sa.text("select name_version, watch_version, remind_version from tracker")
        assert work.execute(parts).one() == (4, 4, 4)
    database.close()


def test_who_read_a_summary_of_before_is_taken_from_the_notices(empty_database_url: str) -> None:
    """Alone catches: all that was ever shared unread once it is upgraded; a notice of a helper taken for the team's."""
    database = Database(empty_database_url)
    old = Old(database, "0056")
    rosa, amina, leon = uuid4(), uuid4(), uuid4()
    read, unread, helped, unknown = (uuid4() for _ in range(4))
    old.put("person", {"id": rosa, "nhs_number": "9990000018"})
    old.put("account", {"id": amina, "name": "Amina", "kind": "professional"}, {"id": leon, "kind": "person"})
    shared = {"person_id": rosa, "sections": [], "body": {}}
    old.put("summary", *(shared | {"id": each} for each in (read, unread, helped, unknown)))
    told = {"person_id": rosa, "kind": "summary", "account_id": amina}
    seen = {"seen_at": DAYS[datetime]}
    old.put("notice", told | {"about_id": unread}, told | {"about_id": helped, "account_id": leon})
    old.put("notice", told | {"about_id": read} | seen)
    migrations.upgrade(database.engine)
    with database.engine.connect() as work:
        columns = ("id", "unread", "read_at", "read_name")
        kinds = (sa.Uuid(), sa.Boolean(), sa.DateTime(), sa.String())
        rows = sa.table("summary", *(sa.column(*each) for each in zip(columns, kinds, strict=True)))
        found = {
            row.id: (row.unread, row.read_at is not None, row.read_name)
            for row in work.execute(sa.select(rows))
        }
    database.close()
    nobody_knows = (False, False, None)
    assert found == {
        read: (False, True, "Amina"), unread: (True, False, None), helped: nobody_knows, unknown: nobody_knows
    }  # fmt: skip
