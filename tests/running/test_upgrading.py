"""To a later version and back: what is said before, what is refused, and that a version goes on only where it can."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.config import Config
from alembic.script import ScriptDirectory
from click.testing import Result
from flask import Flask

from selfcare import migrations, start
from selfcare.config import Settings
from selfcare.database import Database
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


def test_one_whose_tables_are_older_says_that_it_is_not_well(app: Flask) -> None:
    """The control: a migration that is known, and not the last."""
    with app.extensions["database"].engine.begin() as connection:
        connection.execute(sa.text("update alembic_version set version_num = '0001'"))
    answer = app.test_client().get("/healthz")
    assert (answer.status_code, answer.get_json()) == (503, {"status": "not ok"})


# --------------------------------------------------------------------- what a migration may say of the version before


def _tables(database: Database) -> sa.MetaData:
    found = sa.MetaData()
    found.reflect(database.engine)
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
            if was is None and not column.nullable and column.server_default is None:
                found.append(f"{name}.{column.name} must be said")
            if was is not None and was.nullable and not column.nullable:
                found.append(f"{name}.{column.name} must be said now")
        unique = {tuple(sorted(one.columns.keys())) for one in _unique(table)}
        now_unique = {tuple(sorted(one.columns.keys())) for one in _unique(now)}
        found += [f"{name}: {', '.join(columns)} must be single" for columns in now_unique - unique]
    return found


def _unique(table: sa.Table) -> list[sa.UniqueConstraint | sa.Index]:
    """Of the columns that were there before."""
    found: list[sa.UniqueConstraint | sa.Index] = [
        one for one in table.constraints if isinstance(one, sa.UniqueConstraint)
    ]
    return found + [one for one in table.indexes if one.unique]


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_a_migration_that_says_the_version_before_goes_on_only_adds(engine_kind: str) -> None:
    """What it does to rows nobody can see here: who writes it says so, and whoever reads it looks."""
    steps = [*ScriptDirectory.from_config(migrations._config()).walk_revisions()][::-1]
    said = [step for step in steps if getattr(step.module, "older_version_goes_on", False)]
    for step in said:
        with databases.fresh("sqlite", migrated=False) as url:
            database = Database(url)
            migrations.upgrade(database.engine, str(step.down_revision))
            before = _tables(database)
            migrations.upgrade(database.engine, step.revision)
            assert breaks(before, _tables(database)) == [], step.revision
            database.close()


def test_what_breaks_the_version_before_is_found() -> None:
    """The control of the test above: one of each kind, and what only adds."""

    def tables(*columns: sa.Column[object], more: str = "") -> sa.MetaData:
        found = sa.MetaData()
        sa.Table("thing", found, sa.Column("id", sa.Integer, primary_key=True), *columns)
        if more:
            sa.Table(more, found, sa.Column("id", sa.Integer, primary_key=True))
        return found

    def column(**values: object) -> "sa.Column[object]":
        return sa.Column("name", sa.String, **values)  # type: ignore[arg-type]

    before = tables(column())
    assert breaks(before, tables(column(), more="other")) == []
    assert breaks(tables(), tables(column())) == []
    assert breaks(tables(), tables(column(nullable=False, server_default=""))) == []
    assert breaks(tables(), tables(column(nullable=False))) == ["thing.name must be said"]
    assert breaks(before, tables(column(nullable=False))) == ["thing.name must be said now"]
    assert breaks(before, tables(column(unique=True))) == ["thing: name must be single"]
    assert breaks(before, tables()) == ["thing.name is gone"]
    assert breaks(before, sa.MetaData()) == ["thing is gone"]
