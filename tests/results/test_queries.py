"""What rooms above are told about results, and what nobody is told too early."""

import json
from datetime import date, timedelta
from uuid import uuid4

import pytest
import time_machine
from werkzeug.exceptions import NotFound

from selfcare.database import now
from selfcare.filing import actions as filing
from selfcare.filing.actions import TypedResult
from selfcare.results import actions, queries
from tests import factories
from tests.harness.statements import Statements
from tests.results.world import World, ago, utc, wall

CANARY = "Zwetschgenkanarie"


def canary_report(world: World, **values: object) -> object:
    return world.file(
        laboratory=f"{CANARY} lab",
        conclusion=f"{CANARY} conclusion",
        specimen=f"{CANARY} specimen",
        note=f"{CANARY} note",
        results=[TypedResult("Potassium", f"{CANARY} 4.5", "mmol/L", f"{CANARY} range", f"{CANARY} flag")],
        **values,
    )


def test_content_leaves_only_when_it_is_time(world: World) -> None:
    report = canary_report(world, hold=timedelta(days=2))
    # The control: the nurse reads all of it, now.
    nurse = world.do("amina", queries.sheet, report)
    assert nurse.content
    assert repr(nurse).count(CANARY) == 7
    for who in ("rosa", "leon"):
        sheet = world.do(who, queries.sheet, report)
        assert not sheet.content
        assert sheet.brief.count == 0
        assert sheet.hold is not None
        assert CANARY not in repr(sheet)
        assert CANARY not in repr(world.do(who, queries.reports, 10))
        assert world.do(who, queries.unopened) == []
        assert world.do(who, queries.for_summary, date(2020, 1, 1)) == []
        with pytest.raises(NotFound):
            world.do(who, queries.sheet, report, only=nurse.results[0].id)
    with time_machine.travel(now() + timedelta(days=2, seconds=1), tick=False):
        for who in ("rosa", "leon"):
            assert world.do(who, queries.sheet, report).results == nurse.results
            assert [brief.id for brief in world.do(who, queries.unopened)] == [report]


def test_seen_is_kept_once_and_only_the_person_counts_for_the_nurse(world: World) -> None:
    report = world.file()

    def unopened_for_nurse() -> dict[object, object]:
        return world.do("amina", lambda _: queries.unopened_for_panel(factories.panel(world.home.amina)))

    assert unopened_for_nurse()[world.home.person.id][0] == 1
    assert world.do("leon", actions.see, report)
    assert unopened_for_nurse()[world.home.person.id][0] == 1
    assert world.do("leon", queries.unopened) == []
    assert len(world.do("rosa", queries.unopened)) == 1
    assert world.do("rosa", actions.see, report)
    first = world.do("rosa", queries.sheet, report).brief.seen_at
    assert world.do("rosa", actions.see, report)
    assert world.do("rosa", queries.sheet, report).brief.seen_at == first
    assert unopened_for_nurse() == {}
    assert world.do("amina", queries.sheet, report).brief.seen_at == first


def test_what_cannot_be_seen_cannot_be_marked_as_seen(world: World) -> None:
    report = world.file(hold=timedelta(days=2))
    assert not world.do("rosa", actions.see, report)
    assert world.do("amina", queries.sheet, report).brief.seen_at is None


def test_panel_lists_what_is_held_and_what_waits(world: World) -> None:
    held = world.file(hold=timedelta(days=2))
    tissue = world.file(kind="tissue", filed_at=now() - timedelta(days=1))
    seen = world.file(filed_at=now() - timedelta(days=3))
    world.do("rosa", actions.see, seen)

    def asked(_: object) -> tuple[object, object]:
        panel = factories.panel(world.home.amina)
        return queries.held_for_panel(panel), queries.for_panel(panel)

    holds, lines = world.do("amina", asked)
    assert holds[world.home.person.id][0] == 1
    assert [line.id for line in lines] == [tissue, held]
    assert [line.held_until is not None for line in lines] == [False, True]
    assert world.do("amina", lambda _: queries.held_for_panel(factories.panel(world.home.stranger))) == {}


def test_the_two_before_are_the_same_test_in_the_same_unit(world: World) -> None:
    def haemoglobin(value: str, day: int, name: str = "Haemoglobin", unit: str = "g/L") -> object:
        return world.file(taken=wall(2026, 1, day, 8, 40), results=[TypedResult(name, value, unit)])

    haemoglobin("oldest", 1)
    haemoglobin("116", 2)
    haemoglobin("11.9", 3, unit="g/dL")
    haemoglobin("117", 4, name="  HAEMOGLOBIN ")
    haemoglobin("200", 5, name="Ferritin")
    report = haemoglobin("118", 6)
    haemoglobin("119", 7)
    line = world.do("rosa", queries.sheet, report).results[0]
    assert [before.value for before in world.do("rosa", queries.over_time, line.id).before] == ["117", "116"]
    summary = world.do("rosa", queries.for_summary, date(2026, 1, 6))
    kept = [[one["value"] for one in report["results"][0]["before"]] for report in summary]
    assert kept[:2] == [["118", "117"], ["117", "116"]]
    json.dumps(summary)


def test_the_two_before_leave_out_what_was_replaced_taken_back_or_is_held(world: World) -> None:
    def file(value: str, day: int, **values: object) -> object:
        return world.file(
            taken=wall(2026, 1, day, 8, 40), results=[TypedResult("ALT", value, "U/L")], **values
        )

    good = file("40", 1)
    wrong = file("wrong", 2)
    file("corrected", 2, replaces_id=wrong)
    mistaken = file("mistaken", 3)
    world.do("amina", filing.mark_in_error, mistaken, "Another person’s.")
    file("held", 4, hold=timedelta(days=1))
    report = file("50", 5)
    line = world.do("rosa", queries.sheet, report).results[0].id
    assert [one.value for one in world.do("rosa", queries.over_time, line).before] == ["corrected", "40"]
    assert [one.value for one in world.do("amina", queries.over_time, line).before] == ["held", "corrected"]
    assert good is not None


def test_reports_go_on_by_key_without_gap_or_double(world: World) -> None:
    taken = wall(2026, 1, 1, 8, 0)
    made = {world.file(taken=taken) for _ in range(5)} | {world.file(taken=ago(days=n)) for n in range(2)}
    found, before = [], None
    while page := world.do("rosa", queries.reports, 3, before):
        found += [brief.id for brief in page]
        before = page[-1].key
    assert len(found) == 7
    assert set(found) == made


def test_summary_says_who_typed_and_only_since_the_day(world: World) -> None:
    world.file(taken=wall(2026, 1, 1, 8, 0), filed_at=utc(2026, 1, 2, 9))
    world.file(taken=wall(2026, 2, 1, 0, 0), asked_for="Kidney tests", filed_at=utc(2026, 2, 2, 9))
    [found] = world.do("rosa", queries.for_summary, date(2026, 2, 1))
    assert (found["title"], found["source"], found["typed_by"]) == ("Kidney tests", "typed", "Amina")
    assert found["taken"] == "2026-02-01T00:00:00"


def test_unknown_ids_are_not_found(world: World) -> None:
    for query in (queries.sheet, queries.place):
        with pytest.raises(NotFound):
            world.do("rosa", query, uuid4())


def test_statements_do_not_grow_with_the_record(world: World, statements: Statements) -> None:
    def counts() -> list[int]:
        found = []
        newest = world.do("rosa", queries.reports, 30)
        line = world.do("rosa", queries.sheet, newest[0].id).results[0].id
        for query, *args in (
            (queries.reports, 30),
            (queries.unopened,),
            (queries.since, utc(2020, 1, 1)),
            (queries.sheet, newest[0].id),
            (queries.over_time, line),
            (queries.for_summary, date(2020, 1, 1)),
        ):
            statements.clear()
            assert world.do("rosa", query, *args), query
            found.append(len(statements) - 1)  # without the permit's own
        return found

    world.file(taken=ago(days=400), filed_at=now() - timedelta(days=399))
    world.file()
    few = counts()
    for n in range(12):
        world.file(taken=ago(days=200 + n), filed_at=now() - timedelta(days=199 + n))
    assert counts() == few == [1, 1, 1, 6, 1, 3]
