"""Results that were on file before it was kept what they are known by: the migration works it out for them."""

from collections.abc import Callable
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import select, update

from selfcare import database, migrations
from selfcare.appointments import actions as appointments
from selfcare.appointments import queries as appointments_queries
from selfcare.database import now, session
from selfcare.filing.received_report import Coding, ReceivedResult, ReceivedTime
from selfcare.results import queries
from selfcare.results.models import Report, Result
from selfcare.web.access import Permit
from selfcare.web.item_reference import About
from tests.results.received import receive
from tests.results.world import World

LOINC = "http://loinc.org"


def test_results_on_file_are_known_as_new_ones_are(world: World) -> None:
    """With the same sample and code they stand beside new ones; a code that several share identifies nothing."""

    def sent(days: int, *rows: ReceivedResult) -> Any:
        taken = ReceivedTime(instant=now() - timedelta(days=days))
        return receive(
            world, status="final", results=rows, files=(), taken=taken, specimen="Venous blood specimen"
        )

    def glucose(value: str, name: str = "Glucose") -> ReceivedResult:
        return ReceivedResult(name, "number", value, "mmol/L", codes=(Coding(LOINC, "2345-7"),))

    def shared(name: str) -> ReceivedResult:
        return ReceivedResult(name, "number", "16", "µmol/L", codes=(Coding(LOINC, "NOCODE"),))

    sent(9, glucose("5.1"), ReceivedResult("Panel"), ReceivedResult("Sodium", "number", "139", within=1))
    sent(8, shared("Copper"), shared("Selenium"))
    _forget(world)
    _migrate(world)
    newest = sent(1, glucose("5.6", "Blood sugar"), shared("Zinc"))
    sugar, zinc = world.do("rosa", queries.sheet, newest).results
    assert [one.value for one in world.do("rosa", queries.over_time, sugar.id).before] == ["5.1"]
    assert world.do("rosa", queries.over_time, zinc.id).before == []
    kinds = world.do("rosa", lambda _: dict(session().execute(select(Result.name, Result.value_kind)).all()))
    assert (kinds["Panel"], kinds["Sodium"]) == ("group", "number")


def test_a_report_that_was_let_out_was_visible_since_then(world: World) -> None:
    report = world.file(hold=timedelta(days=2))
    then = now().replace(microsecond=0) + timedelta(hours=5)

    def date_back(_: Permit) -> None:
        session().execute(update(Report).values(released_at=then, visible_from=then - timedelta(hours=5)))

    world.do("amina", date_back)
    _migrate(world)
    seen = world.do(
        "amina", lambda _: session().scalar(select(Report.visible_from).where(Report.id == report))
    )
    assert seen == then


def test_what_a_device_measured_is_known_by_its_code_too(world: World) -> None:
    """Alone catches: a weight from before stays apart from a new one of the same code under another name."""

    def weight(value: str, name: str, days: int) -> Any:
        row = ReceivedResult(
            name, "number", value, "kg", codes=(Coding("urn:iso:std:iso:11073:10101", "188736"),)
        )
        taken = ReceivedTime(instant=now() - timedelta(days=days))
        return receive(world, status="final", results=(row,), files=(), taken=taken)

    weight("71", "Body weight", 9)
    world.do("amina", lambda _: session().execute(update(Result).values(code_key=None)))
    _migrate(world, "received_lately")
    (newest,) = world.do("rosa", queries.sheet, weight("72", "Weight", 1)).results
    assert [one.value for one in world.do("rosa", queries.over_time, newest.id).before] == ["71"]


def test_a_result_on_file_stands_at_its_own_time(world: World) -> None:
    """Alone catches: results of before that stand at their report's time, or are hours off where the clocks differ."""

    def sent(value: str, days: int, own: int | None = None) -> Any:
        moment = now().replace(microsecond=0)
        row = ReceivedResult(
            "Potassium", "number", value, "mmol/L",
            taken=None if own is None else ReceivedTime(instant=moment - timedelta(days=own)),
        )  # fmt: skip
        taken = ReceivedTime(instant=moment - timedelta(days=days))
        return receive(world, status="final", results=(row,), files=(), taken=taken)

    sent("3.1", 5, own=200)
    newest = sent("5.5", 10)

    def times(_: Permit) -> dict[str, Any]:
        return {value: on for value, on in session().execute(select(Result.value, Result.on_utc))}  # noqa: C416

    before = world.do("amina", times)
    world.do("amina", lambda _: session().execute(update(Result).values(on_utc=now())))
    _migrate(world, "own_time")
    assert world.do("amina", times) == before
    (line,) = world.do("rosa", queries.sheet, newest).results
    assert [one.value for one in world.do("rosa", queries.over_time, line.id).before] == ["3.1"]


def test_what_was_taken_back_lends_its_name_to_no_question(world: World) -> None:
    """Alone catches: questions of before about another's report, which go on naming it."""
    report = world.file(asked_for="Syphilis serology")
    about = About("report", report, "Syphilis serology")
    asked = world.do("rosa", appointments.ask, text="What is this?", about=about)

    def void(_: Permit) -> None:
        session().execute(update(Report).values(void_at=now()))

    world.do("amina", void)
    assert world.do("rosa", appointments_queries.question, asked.id).about_label
    _migrate(world, "own_time")
    assert world.do("rosa", appointments_queries.question, asked.id).about_label is None


def _forget(world: World) -> None:
    def forget(_: Permit) -> None:
        session().execute(update(Result).values(same=None, code_key=f"{LOINC}|NOCODE"))
        session().execute(update(Result).where(Result.value_kind == "group").values(value_kind="none"))

    world.do("amina", forget)


def _migrate(world: World, name: str = "same_test") -> None:
    """The part of the migration that carries rows over."""
    versions = Path(migrations.__file__).parent / "versions"
    [name] = [path.stem for path in versions.glob(f"*_{name}.py")]
    carry_over: Callable[[], None] = import_module(f"selfcare.migrations.versions.{name}").carry_over
    with world.app.app_context(), database.command() as work:
        context = MigrationContext.configure(work.connection())
        with Operations.context(context):
            carry_over()
