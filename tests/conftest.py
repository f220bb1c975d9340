"""Fixtures of every test. What a test does not ask for is not started."""

import gc
import os
import re
import shutil
import signal
from collections import Counter
from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager, ExitStack
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from selfcare import database
from selfcare.config import Settings
from selfcare.factory import create_app
from tests.harness import browser as browsers
from tests.harness import databases, proofs, templates
from tests.harness.client import Client, session_cookie
from tests.harness.markup import Validator
from tests.harness.places import PROOF, make_run_folder, run_folder
from tests.harness.server import Server
from tests.harness.shares import beyond, is_whole, spent
from tests.harness.spending import Watch, processor
from tests.harness.standing import Standing
from tests.harness.statements import Statements, counted
from tests.harness.turns import in_turn

WATCH = pytest.StashKey[Watch]()
STANDING = pytest.StashKey[Standing]()
SECRET = "a key that only tests know, and long enough"


def _is_worker(config: pytest.Config) -> bool:
    return hasattr(config, "workerinput")


def pytest_configure(config: pytest.Config) -> None:
    config.stash[STANDING] = Standing()
    if _is_worker(config) or not getattr(config.option, "numprocesses", None):
        gc.disable()  # until all tests are found: what is loaded meanwhile stays
    if not _is_worker(config):
        # Asked to end, the run still tidies up what it started.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        make_run_folder()
        if getattr(config.option, "numprocesses", None):
            config.stash[WATCH] = Watch()
            config.stash[WATCH].start()


def pytest_collection_finish() -> None:
    """What is there before the first test stays to the end: it is not looked through for what could be let go of. Of
    what comes, most is let go of without looking: a page is made of tens of thousands of things.
    """
    gc.collect()
    gc.freeze()
    gc.enable()
    gc.set_threshold(20_000, 20, 50)


def pytest_unconfigure(config: pytest.Config) -> None:
    config.stash[STANDING].between(())
    if not _is_worker(config):
        databases.stop_postgresql()
        shutil.rmtree(run_folder(), ignore_errors=True)


# What is asked through pages shows what people read, and the engine below them is asked by actions and queries, and by
# the house, which opens every page and sends every form on both. So pages are asked on one engine, and on both where
# the question is what is searched, counted, ordered, carried over, or kept once. `make proof` asks everything on both.
ON_BOTH_ENGINES = (
    "tests/house/",
    "tests/journeys/",
    "tests/proof_offline/",
    "tests/accounts/test_sessions.py",
    "tests/admissions/test_admissions.py",
    "tests/caseload/test_handing_over.py",
    "tests/caseload/test_lists.py",
    "tests/demo/test_town.py",
    "tests/diary/test_list.py",
    "tests/diary/test_search.py",
    "tests/fhir/test_doors.py",
    "tests/filing/test_in_part.py",
    "tests/filing/test_two_teams.py",
    "tests/leaving/test_away_and_gone.py",
    "tests/leaving/test_erasure.py",
    "tests/leaving/test_export.py",
    "tests/notifications/test_push.py",
    "tests/people/test_commands.py",
    "tests/people/test_details.py",
    "tests/people/test_recovery.py",
    "tests/people/test_pausing.py",
    "tests/people/test_second_team.py",
    "tests/appointments/test_tellings.py",
    "tests/requests/test_table.py",
    "tests/results/test_over_time.py",
    "tests/sharing/test_carried_over.py",
    "tests/sharing/test_handing.py",
    "tests/team/test_figures.py",
    "tests/watches/test_at_once.py",
    "tests/web/test_edge.py",
    "tests/web/test_once.py",
)


# What takes its time and asks the database little: on SQLite, and of it on PostgreSQL what these patterns find.
NONE = "(?!)"
MOSTLY_ON_ONE = {
    "tests/community/test_interface.py": NONE,
    "tests/demo/test_first_look.py": "made_once",
    "tests/demo/test_town.py": "no_row_differs",
    "tests/fhir/test_endpoint.py": r"(?<!5000_results)\[",
    "tests/fhir/test_mutations_posted.py": "every_example",
    "tests/house/test_only_me.py": r"nobody_else_does\[postgresql-leon",
    "tests/journeys/": "agreed_at_the_first.*no javascript",
    "tests/outbox/test_killed.py": "DATA",
    "tests/outbox/test_serving.py": NONE,
    "tests/proof_offline/": NONE,
    "tests/proof_server/": "on_both_in_short",
    "tests/requests/test_table.py": "planned|at_once",
    "tests/results/test_release_table.py": "together|open_with|ends_there",
}


ASKED_THROUGH = frozenset({"chromium", "windowless", "validator"})


def _on_one_engine(item: pytest.Item, asked_through: set[str]) -> bool:
    for folder, some in MOSTLY_ON_ONE.items():
        if item.nodeid.startswith(folder):
            return not re.search(some, item.nodeid)
    return bool(asked_through) and not item.nodeid.startswith(ON_BOTH_ENGINES)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Whatever drives a browser carries the mark for it, without saying so again; pages are asked on one engine.

    What is marked `proof` is asked by `make proof` alone.
    """
    left_out = set()
    for item in items:
        asked_through = ASKED_THROUGH.intersection(getattr(item, "fixturenames", ()))
        if asked_through - {"validator"}:
            item.add_marker("browser")
        on_the_other = item.get_closest_marker("postgresql") and _on_one_engine(item, asked_through)
        if on_the_other or item.get_closest_marker("proof"):
            left_out.add(item)
    if left_out and not PROOF:
        items[:] = [item for item in items if item not in left_out]
        config.hook.pytest_deselected(items=list(left_out))
    items[:] = in_turn(items, int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1")))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Generator[None]:
    try:
        yield
    finally:
        item.config.stash[STANDING].between(getattr(nextitem, "fixturenames", ()))


def _reports(config: pytest.Config) -> list[Any]:
    stats = config.pluginmanager.get_plugin("terminalreporter").stats
    return [one for reports in stats.values() for one in reports if hasattr(one, "duration")]


def _spent(config: pytest.Config) -> tuple[Counter[str], Counter[str]]:
    return spent(_reports(config))


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """A whole run in which a folder took more than its share has failed; and a proof that left out a row."""
    gc.collect()  # a file that nobody closed is said by the run that left it
    if _is_worker(session.config):
        return
    too_much = not PROOF and beyond(*_spent(session.config))
    left_out = PROOF and is_whole(_spent(session.config)[1]) and proofs.table(_reports(session.config))[1]
    if too_much or left_out:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Prints where the time went, and the tables that tests made for people to read, also when they passed."""
    seconds, number = _spent(terminalreporter.config)
    if sum(number.values()) >= 100:
        terminalreporter.section("where the time went", sep="-")
        for folder, each in seconds.most_common():
            terminalreporter.line(f"{folder:15} {each:7.0f} s {number[folder]:6} tests")
    if (watch := terminalreporter.config.stash.get(WATCH, None)) is not None:
        most, seconds_of = watch.stop(), processor(databases.postgresql_process())
        terminalreporter.line(
            f"processor {seconds_of / 60:.1f} minutes; memory of all processes at most"
            f" {most.memory / 1e9:.2f} GB ({most.processes} processes)"
        )
    for folder, share in ({} if PROOF else beyond(seconds, number)).items():
        terminalreporter.line(
            f"FAILED: {folder} took {share} hundredths of the run, more than its share (tests/harness/shares.py)"
        )
    passed = terminalreporter.getreports("passed")
    counted = {
        tuple(value) for report in passed for name, value in report.user_properties if name == "counted"
    }
    if counted:
        terminalreporter.section("taps and loads (at most)", sep="-")
    for what, taps, most_taps, loads, most_loads in sorted(counted, key=str):
        terminalreporter.line(f"{what:44}{taps:4} ({most_taps}){loads:6} ({most_loads or '-'})")
    for report in passed:
        for name, value in report.user_properties:
            if name == "table":
                terminalreporter.section(report.nodeid, sep="-")
                terminalreporter.line(str(value))
    if PROOF:
        lines, missing = proofs.table(_reports(terminalreporter.config))
        terminalreporter.section("what is proved (docs/decisions/0052)", sep="-")
        for line in [*lines, *(f"NOT ASKED: {each}" for each in missing if is_whole(number))]:
            terminalreporter.line(line)


# ------------------------------------------------------------------------------------------------------ databases


@pytest.fixture(params=[pytest.param(kind, marks=getattr(pytest.mark, kind)) for kind in databases.ENGINES])
def engine_kind(request: pytest.FixtureRequest) -> str:
    """`sqlite`, then `postgresql`: everything that touches a database runs on both."""
    return str(request.param)


@pytest.fixture
def database_url(engine_kind: str) -> Iterator[str]:
    """The address of a fresh, migrated database."""
    with databases.fresh(engine_kind) as url:
        yield url


@pytest.fixture
def empty_database_url(engine_kind: str) -> Iterator[str]:
    """The address of a fresh database without a single table, for tests of the migrations."""
    with databases.fresh(engine_kind, migrated=False) as url:
        yield url


# ------------------------------------------------------------------------------------------------ the app, in process


def _create_app(settings: Settings) -> Flask:
    """The app, with templates that any worker has compiled before."""
    app = create_app(settings)
    app.jinja_env.bytecode_cache = templates.COMPILED
    return app


@pytest.fixture(scope="session")
def _apps() -> dict[str, Flask]:
    """One app per engine and worker; each test points it at its own database."""
    return {}


@pytest.fixture
def settings(database_url: str) -> Settings:
    return Settings(database_url=database_url, secret_key=SECRET, testing=True, password_cost=(1, 8, 1))


@pytest.fixture
def app(_apps: dict[str, Flask], engine_kind: str, settings: Settings) -> Iterator[Flask]:
    """The whole app on a fresh database."""
    if engine_kind not in _apps:
        _apps[engine_kind] = _create_app(settings)
        # A fault of ours comes out as itself; `make_app` gives an app that shows people its page for it.
        _apps[engine_kind].config["PROPAGATE_EXCEPTIONS"] = True
    app = _apps[engine_kind]
    database.rebind(app, settings.database_url)
    yield app
    app.extensions["database"].engine.dispose()


@pytest.fixture
def make_app(engine_kind: str, settings: Settings) -> Iterator[Callable[..., Flask]]:
    """Makes an app of its own with other settings: `make_app(demo=True)`."""
    made: list[Flask] = []

    def make(**changes: Any) -> Flask:
        made.append(_create_app(replace(settings, **changes)))
        return made[-1]

    yield make
    for app in made:
        app.extensions["database"].engine.dispose()


@pytest.fixture(scope="session")
def validator() -> Iterator[Validator]:
    validator = Validator()
    yield validator
    validator.close()


@pytest.fixture
def new_client(app: Flask, validator: Validator) -> Callable[..., Client]:
    """Further browsers: `new_client(locale="ur")`."""
    return lambda **options: Client(app, validator, **options)


@pytest.fixture
def client(new_client: Callable[..., Client]) -> Client:
    """A browser without JavaScript, signed out."""
    return new_client()


@pytest.fixture
def statements(app: Flask) -> Iterator[Statements]:
    """The SQL statements of the app from here on."""
    with counted(app) as statements:
        yield statements


# ------------------------------------------------------------------------------------------- the app, under its server


@pytest.fixture
def serve_shared(
    pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., Server]:
    """One server per worker, address and settings, started when it is first asked for: `serve_shared(url, **env)`."""

    def at(url: str, **env: str) -> Server:
        return pytestconfig.stash[STANDING].server(url, lambda: tmp_path_factory.mktemp("server"), env)

    return at


@pytest.fixture
def live_server(app: Flask, database_url: str, serve_shared: Callable[..., Server]) -> Server:
    """The app under its real server, on the same fresh database as `app`. Who ends a server makes one of their own."""
    return serve_shared(database_url)


@pytest.fixture
def chromium(pytestconfig: pytest.Config) -> Browser:
    """One Chromium per worker, for phones: it knows what belongs to a browser besides pages. Each page has a profile of
    its own."""
    return pytestconfig.stash[STANDING].browser("chromium")


@pytest.fixture
def windowless(pytestconfig: pytest.Config) -> Browser:
    """One without windows, where there is such a one, for pages: it has a third as much to do for each profile."""
    return pytestconfig.stash[STANDING].browser("windowless")


Browse = Callable[..., Page]


@pytest.fixture
def browse(windowless: Browser, live_server: Server, app: Flask) -> Iterator[Browse]:
    """Opens pages on the live server: `browse("desk", dark=True, locale="cy", javascript=False, account=its_id)`.

    At the end of the test, none of them may have had an error or fetched anything from elsewhere.
    """
    with ExitStack() as stack:

        def open_page(device: str = "phone", *, account: UUID | None = None, **options: Any) -> Page:
            if account is not None:
                options["cookies"] = dict([session_cookie(app, account)])
            page: AbstractContextManager[tuple[Page, browsers.Watch]]
            page = browsers.opened(windowless, live_server.url, device, **options)
            return stack.enter_context(page)[0]

        yield open_page


@pytest.fixture
def phone(browse: Browse) -> Page:
    """A phone, 390 × 844, with touch and JavaScript."""
    return browse("phone")


@pytest.fixture
def desk(browse: Browse) -> Page:
    """A desktop window, 1280 × 900."""
    return browse("desk")
