"""Every test has a migrated database of its own, in process and under the real server."""

import json
import urllib.request
from collections.abc import Callable

from flask import Flask
from playwright.sync_api import Page
from sqlalchemy import create_engine, inspect, make_url, text

from selfcare.accounts import actions as accounts
from selfcare.database import Base, command
from selfcare.web.access import Kind
from tests.harness import databases
from tests.harness.server import Server
from tests.harness.statements import Statements

TABLES = set(Base.metadata.tables)


def run(url: str, *statements: str) -> list[object]:
    """The first column of the last statement's answer."""
    engine = create_engine(url)
    try:
        with engine.begin() as connection:
            answers = [connection.execute(text(statement)) for statement in statements]
            return list(answers[-1].scalars()) if answers[-1].returns_rows else []
    finally:
        engine.dispose()


def test_a_database_is_migrated_and_of_the_kind_that_was_asked_for(
    database_url: str, engine_kind: str
) -> None:
    assert make_url(database_url).get_backend_name() == engine_kind
    engine = create_engine(database_url)
    assert set(inspect(engine).get_table_names()) >= TABLES > set()
    engine.dispose()


def test_a_database_is_fresh_and_gone_afterwards(engine_kind: str) -> None:
    with databases.fresh(engine_kind) as one, databases.fresh(engine_kind) as other:
        run(one, "CREATE TABLE mine (id integer)", "INSERT INTO mine VALUES (1)")
        assert run(one, "SELECT id FROM mine") == [1]
        engine = create_engine(other)
        assert not inspect(engine).has_table("mine")
        engine.dispose()
    with databases.fresh(engine_kind) as third:
        engine = create_engine(third)
        assert not inspect(engine).has_table("mine")
        engine.dispose()


def test_a_database_can_be_had_without_tables(empty_database_url: str) -> None:
    engine = create_engine(empty_database_url)
    assert inspect(engine).get_table_names() == []
    engine.dispose()


def test_the_app_is_pointed_at_the_test_s_own_database(app: Flask, database_url: str) -> None:
    assert app.extensions["database"].url == database_url


def test_an_app_can_be_made_with_other_settings(make_app: Callable[..., Flask], app: Flask) -> None:
    other = make_app(demo=True)
    assert other is not app
    assert other.config["SETTINGS"].demo
    assert not app.config["SETTINGS"].demo


def test_statements_are_counted_without_the_transaction_s_own(app: Flask, statements: Statements) -> None:
    engine = app.extensions["database"].engine
    with engine.begin() as connection:
        connection.execute(text("SELECT 1"))
        connection.execute(text("SELECT 2"))
    assert statements.texts == ["SELECT 1", "SELECT 2"]
    statements.clear()
    assert len(statements) == 0


def test_the_live_server_stands_on_the_test_s_own_database(live_server: Server, database_url: str) -> None:
    assert live_server.database_url == database_url
    with urllib.request.urlopen(f"{live_server.url}/healthz", timeout=10) as answer:
        assert answer.status == 200
        assert json.load(answer)["status"]


def test_an_account_signed_in_in_process_is_signed_in_in_a_browser_too(
    app: Flask, browse: Callable[..., Page]
) -> None:
    with app.test_request_context(), command():
        account = accounts.make(Kind.PERSON, "Rose Adeyemi").id
    page = browse("phone", account=account)
    answer = page.goto("/account/")
    assert answer
    assert answer.url.endswith("/account/")
