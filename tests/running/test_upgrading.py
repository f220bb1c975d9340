"""To a later version and back: what is said before, what is refused, and that a version goes on only where it can."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Thread
from warnings import catch_warnings, simplefilter

import pytest
import sqlalchemy as sa
from alembic.config import Config
from alembic.script import ScriptDirectory
from click.testing import Result
from flask import Flask
from sqlalchemy.sql.schema import ColumnCollectionConstraint

from selfcare import migrations, start, writers
from selfcare.config import Settings
from selfcare.database import Database, rebind
from tests.harness import databases
from tests.harness.server import LOOPBACK, free_port
from tests.running.stand import LATER

Run = Callable[..., Result]
Later = Callable[..., AbstractContextManager[None]]


@pytest.fixture
def run(app: Flask, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setitem(app.config, "SETTINGS", replace(settings, data=tmp_path))
    return lambda *args: app.test_cli_runner().invoke(args=list(args))


@pytest.fixture
def later(tmp_path: Path) -> Later:
    """Meanwhile this is a later version, with a migration more: `with later(goes_on=True)`."""

    @contextmanager
    def become(*, goes_on: bool) -> Iterator[None]:
        head, known = str(migrations.head()), migrations.known()
        folder = tmp_path / "migrations"
        shutil.copytree(Path(migrations.__file__).parent, folder)
        (folder / "versions" / "9000_later.py").write_text(LATER.format(last=head, goes_on=goes_on))
        config = Config()
        config.set_main_option("script_location", str(folder))
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(migrations, "_config", lambda: config)
            patched.setattr(migrations, "head", lambda: "9000")
            patched.setattr(migrations, "known", lambda: known | {"9000"})
            yield

    return become


def at(app: Flask) -> str | None:
    with app.extensions["database"].engine.connect() as connection:
        return migrations.at(connection)


def test_what_is_to_be_done_is_said_and_not_done(app: Flask, run: Run, later: Later) -> None:
    assert "Nothing to do" in run("migrate", "--check").output
    before = at(app)
    with later(goes_on=True):
        done = run("migrate", "--check")
    assert done.exit_code == 0, done.output
    assert "to do: 9000 What came later\n" in done.output
    assert "SELFCARE_NEWER_DATABASE=9000" in done.output
    assert at(app) == before


def test_the_version_before_goes_on_and_can_be_gone_back_to(
    app: Flask, run: Run, later: Later, tmp_path: Path
) -> None:
    """Alone catches: a balancer that is told a running version is ill, once the tables have more than it knows."""
    data: Database = app.extensions["database"]
    with start.claim(data, tmp_path, LOOPBACK, free_port()), later(goes_on=True):
        assert run("migrate").exit_code == 0
    assert at(app) == "9000"
    # The version before, which is still running.
    answer = app.test_client().get("/healthz")
    assert (answer.status_code, answer.get_json()) == (200, {"status": "ok"})
    # And begun anew.
    with pytest.raises(start.CannotStart, match="SELFCARE_NEWER_DATABASE=9000"):
        start.check_database(data)
    start.check_database(data, "9000")
    start.migrate(data)
    assert at(app) == "9000"
    refused = run("migrate")
    assert (refused.exit_code, "newer version" in refused.output) == (1, True)


def test_tables_are_not_pulled_away_under_a_version_that_runs(
    app: Flask, run: Run, later: Later, tmp_path: Path
) -> None:
    """Alone catches: a release that takes a column away, and everybody who is in reads an error."""
    before = at(app)
    with later(goes_on=False):
        with start.claim(app.extensions["database"], tmp_path, LOOPBACK, free_port()):
            checked, refused = run("migrate", "--check"), run("migrate")
            assert at(app) == before
        stopped = run("migrate")
    assert (checked.exit_code, refused.exit_code, stopped.exit_code) == (1, 1, 0)
    assert "cannot go on after 9000. Stop it first" in checked.output
    assert "cannot go on after 9000. Stop it first" in refused.output
    assert "SELFCARE_NEWER_DATABASE" not in stopped.output
    assert at(app) == "9000"


def test_no_server_begins_while_tables_are_pulled_away(
    app: Flask, run: Run, later: Later, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Alone catches: a mark that is looked at and let go before the tables are changed."""
    data, begun = app.extensions["database"], []
    migrate = start.migrate

    def meanwhile(database: Database) -> None:
        with start.alone(data, tmp_path) as can:  # what a server asks for first
            begun.append(can)
        migrate(database)

    monkeypatch.setattr(start, "migrate", meanwhile)
    with later(goes_on=False):
        assert run("migrate").exit_code == 0
    assert begun == [False]
    with start.alone(data, tmp_path) as can:
        assert can, "the control: afterwards it is free"


@pytest.mark.parametrize("engine_kind", ["postgresql"], indirect=True)
def test_of_two_that_begin_at_once_one_migrates(engine_kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Longer than anybody waits for a table. Alone catches: two containers, of which one ends with an error."""
    with databases.fresh(engine_kind, migrated=False) as url:
        monkeypatch.setattr(writers, "LONGEST_WAIT", 0.02)
        database, faults = Database(url), []
        with database.engine.connect() as first:
            first.execute(sa.select(sa.func.pg_advisory_xact_lock(migrations._OURS)))

            def second() -> None:
                try:
                    start.migrate(database)
                except start.CannotStart as fault:
                    faults.append(fault)

            thread = Thread(target=second)
            thread.start()
            waiting = "select count(*) from pg_locks where locktype = 'advisory' and not granted"
            while thread.is_alive() and not first.scalar(sa.text(waiting)):
                thread.join(0.01)
            thread.join(0.2)  # many times as long as a table is waited for
            assert thread.is_alive()
            first.rollback()
            thread.join()
            assert faults == []
            assert migrations.at(first) == migrations.head()
        database.close()


def test_a_backup_made_after_going_back_is_restored_by_who_made_it(
    app: Flask, run: Run, later: Later, tmp_path: Path, empty_database_url: str
) -> None:
    """Alone catches: nights of backups that nobody finds to be of no use before they are needed."""
    with later(goes_on=True):
        assert run("migrate").exit_code == 0
    file = tmp_path / "one.backup"
    assert run("backup", str(file)).exit_code == 0
    rebind(app, empty_database_url)
    refused = run("restore", str(file))
    assert (refused.exit_code, "SELFCARE_NEWER_DATABASE=9000" in refused.output) == (1, True), refused.output
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], newer_database="9000")
    done = run("restore", str(file))
    assert done.exit_code == 0, done.output
    assert at(app) == "9000"


def test_one_whose_tables_are_older_says_that_it_is_not_well(app: Flask) -> None:
    """The control: a migration that is known, and not the last."""
    with app.extensions["database"].engine.begin() as connection:
        connection.execute(sa.text("update alembic_version set version_num = '0001'"))
    answer = app.test_client().get("/healthz")
    assert (answer.status_code, answer.get_json()) == (503, {"status": "not ok"})


# --------------------------------------------------------------------- what a migration may say of the version before


def _tables(database: Database) -> sa.MetaData:
    """What is there, and in `info` of each table the text of its unique indexes, which may be of expressions."""
    found = sa.MetaData()
    with database.engine.connect() as connection, catch_warnings():
        simplefilter("ignore", sa.exc.SAWarning)  # that an index of an expression is not read: it is, below
        found.reflect(connection)
        said = (
            "select tbl_name, sql from sqlite_master where type = 'index' and sql is not null"
            if database.is_sqlite
            else "select tablename, indexdef from pg_indexes where schemaname = current_schema()"
        )
        for name, index in connection.execute(sa.text(said)):
            if index.lower().startswith("create unique"):
                found.tables[name].info.setdefault("unique", set()).add(" ".join(index.split()))
    return found


def breaks(before: sa.MetaData, after: sa.MetaData) -> list[str]:
    """What a version that knows the tables `before` cannot go on with."""
    found = []
    for name, table in before.tables.items():
        if name == "alembic_version":
            continue
        now = after.tables.get(name)
        if now is None:
            found.append(f"{name} is gone")
            continue
        found += [
            f"{name}.{column} is gone" for column in set(table.columns.keys()) - set(now.columns.keys())
        ]
        for column in now.columns:
            was = table.columns.get(column.name)
            if was is None:
                if not column.nullable and column.server_default is None:
                    found.append(f"{name}.{column.name} must be said")
                continue
            if was.nullable and not column.nullable:
                found.append(f"{name}.{column.name} must be said now")
            if was.server_default is not None and column.server_default is None:
                found.append(f"{name}.{column.name} has no default any more")
            if repr(was.type) != repr(column.type):
                found.append(f"{name}.{column.name} is {column.type!r} instead of {was.type!r}")
        held = _held(table)
        found += [f"{name}: {one}" for one in sorted(_held(now) - held)]
    return found


def _held(table: sa.Table) -> set[str]:
    """What rows of a table are held to: in the words of a fault."""
    found = {f"unique by {index}" for index in table.info.get("unique", ())}
    for one in table.constraints:
        columns = ", ".join(sorted(one.columns.keys())) if isinstance(one, ColumnCollectionConstraint) else ""
        if isinstance(one, sa.CheckConstraint):
            found.add(f"checks {' '.join(str(one.sqltext).split())}")
        elif isinstance(one, sa.ForeignKeyConstraint):
            found.add(
                f"{columns} must be in {', '.join(key.target_fullname for key in one.elements)}, {one.ondelete}"
            )
        elif isinstance(one, sa.UniqueConstraint):
            found.add(f"{columns} must be single")
        elif isinstance(one, sa.PrimaryKeyConstraint):
            found.add(f"{columns} is the key")
    return found


def _changes(url: str, asked: set[str]) -> dict[str, list[str]]:
    """What each of the migrations `asked` breaks, in one walk from an empty database at `url` to this version."""
    database, found = Database(url), {}
    seen: tuple[str, sa.MetaData] | None = None  # the tables after a migration that was asked
    for step in [*ScriptDirectory.from_config(migrations._config()).walk_revisions()][::-1]:
        if step.revision not in asked:
            continue
        before = str(step.down_revision)
        if seen is None or seen[0] != before:
            migrations.upgrade(database.engine, before)
            seen = before, _tables(database)
        migrations.upgrade(database.engine, step.revision)
        after = step.revision, _tables(database)
        found[step.revision] = breaks(seen[1], after[1])
        seen = after
    database.close()
    return found


def test_a_migration_that_says_the_version_before_goes_on_only_adds(empty_database_url: str) -> None:
    """What it does to rows nobody can see here: who writes it says so, and whoever reads it looks.

    The control is one that did more: 0040 asks for a number that the version before does not say. Nor does it know what
    0043 means: it would let a person take off what their team put on hold. So neither says that it goes on.
    """
    steps = ScriptDirectory.from_config(migrations._config()).walk_revisions()
    say_so = {step.revision for step in steps if getattr(step.module, "older_version_goes_on", False)}
    found = _changes(empty_database_url, say_so | {"0040"})
    assert found.pop("0040") == ["account.way_asked must be said"]
    assert found == {step: [] for step in say_so}
    assert say_so


THING = "create table thing (id integer primary key, name varchar(9) default 'x', kind integer not null default 1, {})"


@pytest.mark.parametrize(
    ("now", "said"),
    [
        ([THING.format("at text")], []),
        ([THING.format("at text"), "create table more (id integer primary key)"], []),
        ([THING.format("at text, much integer not null default 1")], []),
        ([THING.format("at text, much integer not null")], ["thing.much must be said"]),
        ([THING.format("at text not null")], ["thing.at must be said now"]),
        ([THING.format("too text")], ["thing.at is gone"]),
        (["create table more (id integer primary key)"], ["thing is gone"]),
        ([THING.format("at text, unique (name)")], ["thing: name must be single"]),
        ([THING.format("at text, check (kind < 3)")], ["thing: checks kind < 3"]),
        (
            [THING.format("at text, foreign key (kind) references thing (id)")],
            ["thing: kind must be in thing.id, None"],
        ),
        (
            [THING.format("at text").replace("(9)", "(8)")],
            ["thing.name is VARCHAR(length=8) instead of VARCHAR(length=9)"],
        ),
        ([THING.format("at integer")], ["thing.at is INTEGER() instead of TEXT()"]),
        ([THING.format("at text").replace(" default 1", "")], ["thing.kind has no default any more"]),
        (
            [THING.format("at text"), "create unique index one on thing (lower(name))"],
            ["thing: unique by CREATE UNIQUE INDEX one on thing (lower(name))"],
        ),
        ([THING.format("at text"), "create index one on thing (lower(name))"], []),
    ],
)  # fmt: skip
def test_what_breaks_the_version_before_is_found(tmp_path: Path, now: list[str], said: list[str]) -> None:
    """The control of the tests above: one of each kind, and what only adds."""

    def tables(name: str, statements: list[str]) -> sa.MetaData:
        database = Database(f"sqlite:///{tmp_path / name}")
        with database.engine.begin() as connection:
            for statement in statements:
                connection.execute(sa.text(statement))
        found = _tables(database)
        database.close()
        return found

    assert breaks(tables("before", [THING.format("at text")]), tables("after", now)) == said
