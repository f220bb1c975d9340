"""What was received before a report had a series keeps its versions together, its sender and its names."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

from alembic import command
from sqlalchemy import Connection, MetaData, Table, Uuid, func, select

from selfcare import migrations
from selfcare.database import Base, Database
from selfcare.filing.models import Receipt, ReceiptName, SenderToken
from selfcare.results.models import Result

TEAM, PERSON, SENDER = uuid4(), uuid4(), uuid4()
AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
KEY = f"{TEAM}|ods|Y8J7D|http://lab.example/report|N-1"


def test_versions_of_one_key_become_one_series(empty_database_url: str) -> None:
    database = Database(empty_database_url)
    _upgrade_to(database, "0017")
    with database.engine.begin() as connection:
        tables = MetaData()
        tables.reflect(connection)
        _put(connection, tables.tables["team"], id=TEAM, name="A team")
        _put(connection, tables.tables["person"], id=PERSON, born=date(1962, 3, 27), zone="Europe/London")
        _put(connection, tables.tables["sender"], id=SENDER, team_id=TEAM, token_hash="digest")
        for n, (report, status) in enumerate(
            [(uuid4(), "final"), (uuid4(), "corrected"), (uuid4(), "final")]
        ):
            name = "N-1" if n < 2 else "N-2"
            _put(
                connection, tables.tables["report"], id=report, person_id=PERSON, status=status,
                asked_for="Digoxin", report_key=f"ods|{name}", source="received", taken_utc=AT,
                identifiers=[{"system": "http://lab.example/report", "value": name}],
                codes=[{"system": "http://lab.example", "code": "DIG", "display": "", "text": ""}],
                content_hash=str(n),
            )  # fmt: skip
            _put(
                connection, tables.tables["receipt"], id=uuid4(), report_key=f"{KEY}{n}", content_hash=str(n),
                sender_id=SENDER, person_id=PERSON, report_id=report,
            )  # fmt: skip
            _put(
                connection,
                tables.tables["result"],
                id=uuid4(),
                person_id=PERSON,
                report_id=report,
                within_id=None,
            )
    migrations.upgrade(database.engine)
    with database.engine.connect() as connection:
        receipt, name, token = (one.__table__ for one in (Receipt, ReceiptName, SenderToken))
        rows = connection.execute(select(receipt).order_by(receipt.c.content_hash)).all()
        assert [row.team_id for row in rows] == [TEAM] * 3
        assert {row.sender_key for row in rows} == {f"sender:{SENDER}"}
        assert rows[0].series_id == rows[1].series_id != rows[2].series_id
        assert rows[0].facts["identifiers"] == [["http://lab.example/report", "N-1"]]
        assert rows[0].facts["instant"] == AT.isoformat()
        assert {row.name for row in connection.execute(select(name))} == {
            "s|http://lab.example/report|N-1", "v|N-1", "s|http://lab.example/report|N-2", "v|N-2"
        }  # fmt: skip
        # On SQLite, a table that is made anew must not take with it what refers to the old one.
        assert connection.scalar(select(func.count()).select_from(Result.__table__)) == 3
        (kept,) = connection.execute(select(token)).all()
        assert (kept.sender_id, kept.token_hash) == (SENDER, "digest")
    database.close()


def _upgrade_to(database: Database, revision: str) -> None:
    """Bring an empty database to an older version."""
    migrations.models()
    config = migrations._config()
    with database.engine.connect() as connection:
        config.attributes["connection"] = connection
        config.attributes["metadata"] = Base.metadata
        command.upgrade(config, revision)
        connection.commit()


def _put(connection: Connection, table: Table, **values: Any) -> None:
    """A row with these values, and something in every other column that must not be empty."""
    for column in table.columns:
        if column.name not in values and not column.nullable and column.server_default is None:
            values[column.name] = _anything(column.type)
        if isinstance(values.get(column.name), UUID) and not isinstance(column.type, Uuid):
            values[column.name] = values[column.name].hex  # as SQLite keeps it
    connection.execute(table.insert().values(values))


def _anything(kind: Any) -> Any:
    if isinstance(kind, Uuid):
        return uuid4()
    python = kind.python_type
    if python is object or python is dict:
        return {}
    return {bool: False, int: 0, str: "x", datetime: AT, date: AT.date(), UUID: uuid4()}[python]
