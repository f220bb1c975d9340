"""What stands beside a result as the same test, on its page and in the summary: nothing rather than a wrong one."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from selfcare.database import now
from selfcare.filing.actions import TypedResult
from selfcare.filing.received_report import Coding, ReceivedResult, ReceivedTime
from selfcare.results import queries
from tests.harness.client import Client
from tests.results.received import receive
from tests.results.world import World, ago

As = Callable[..., Client]
LOINC, OURS = "http://loinc.org", "urn:laboratory:tests"
GLUCOSE = Coding(LOINC, "2345-7")


def row(name: str, value: str, unit: str = "mmol/L", *codes: Coding, **more: Any) -> ReceivedResult:
    return ReceivedResult(name, "number", value, unit, codes=codes, **more)


def sent(world: World, days: int, *rows: ReceivedResult, **more: Any) -> UUID:
    taken = ReceivedTime(instant=now() - timedelta(days=days))
    return receive(
        world, **({"status": "final", "results": rows, "files": (), "taken": taken, "conclusion": ""} | more)
    )


def before(world: World, as_: As, report: UUID, value: str) -> list[str]:
    """The earlier values that a result's page has beside it, and the summary the same."""
    sheet = world.do("rosa", queries.sheet, report)
    line = next(line for line in sheet.results if line.value == value)
    page = as_("rosa", strict=False).get(f"{world.base}{report}/{line.id}/")
    shown = [row.split()[3] for row in page.all("tbody tr")[1:]]
    summary = next(
        one for one in world.do("rosa", queries.for_summary, date(2000, 1, 1)) if one["id"] == str(report)
    )
    kept = next(one["before"] for one in summary["results"] if one["value"] == value)
    assert [one["value"] for one in kept] == shown
    return shown


# Each: what came before, and the result that looks for its neighbours.
STRANGERS = {
    "another specimen": (
        [row("Glucose", "3.1", specimen="Cerebrospinal fluid")],
        [row("Glucose", "7.9", specimen="Venous blood")],
    ),
    "a specimen that is not said": ([row("Glucose", "3.1")], [row("Glucose", "7.9", specimen="Pleural fluid")]),
    "another code of one system": (
        [row("Calcium", "1.2", "mmol/L", Coding(LOINC, "1994-3"))],
        [row("Calcium", "2.4", "mmol/L", Coding(LOINC, "17861-6"))],
    ),
    "another code of the laboratory's own": (
        [row("Calcium", "1.2", "mmol/L", GLUCOSE, Coding(OURS, "ICA"))],
        [row("Calcium", "2.4", "mmol/L", GLUCOSE, Coding(OURS, "CA"))],
    ),
    "a code that several tests share": (
        [row(name, "16", "µmol/L", Coding(LOINC, "NOCODE")) for name in ("Selenium", "Copper")],
        [row("Zinc", "14", "µmol/L", Coding(LOINC, "NOCODE"))],
    ),
    "a laboratory's own code under another name": (
        [row("Selenium", "1.1", "µmol/L", Coding(OURS, "NOCODE"))],
        [row("Zinc", "14", "µmol/L", Coding(OURS, "NOCODE"))],
    ),
    "another unit": ([row("Glucose", "92", "mg/dL", GLUCOSE)], [row("Glucose", "5.1", "mmol/L", GLUCOSE)]),
    "minutes that are named by time alone": (
        [
            row("Glucose", "5.0", taken=ReceivedTime(instant=now() - timedelta(days=9, minutes=minutes)))
            for minutes in (120, 0)
        ],
        [row("Glucose", "5.6")],
    ),
    "minutes of another tolerance test": (
        [ReceivedResult("Lactose tolerance test"), row("30 min", "6.1", within=0)],
        [ReceivedResult("Glucose tolerance test"), row("30 min", "9.8", within=0)],
    ),
    "the same name twice": ([row("Potassium", "5.9"), row("Potassium", "4.1")], [row("Potassium", "4.4")]),
    "a part of another result": (
        [ReceivedResult("Left eye", "text", "seen"), row("Pressure", "14", "mmHg", within=0, component=True)],
        [ReceivedResult("Right eye", "text", "seen"), row("Pressure", "21", "mmHg", within=0, component=True)],
    ),
}  # fmt: skip


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("kind", STRANGERS)
def test_what_may_be_another_test_stands_beside_nothing(world: World, as_: As, kind: str) -> None:
    earlier, this = STRANGERS[kind]
    sent(world, 9, *earlier)
    newest = sent(world, 1, *this)
    assert before(world, as_, newest, this[-1].value) == []


SAME = {
    "name": ([row("Glucose", "5.1")], [row("GLUCOSE ", "5.6")]),
    "name, one with a code": ([row("Glucose", "5.1")], [row("Glucose", "5.6", "mmol/L", GLUCOSE)]),
    "a code that is everybody's": (
        [row("Glucose", "5.1", "mmol/L", GLUCOSE)], [row("Blood sugar", "5.6", "mmol/L", Coding(OURS, "BS"), GLUCOSE)]
    ),
    "a shared code beside the name": (
        [row("Zinc", "13", "µmol/L", Coding(OURS, "NOCODE")), row("Copper", "16", "µmol/L", Coding(OURS, "NOCODE"))],
        [row("Zinc", "14", "µmol/L", Coding(OURS, "ZN"))],
    ),
    "specimen, in other words": (
        [row("Glucose", "5.1", specimen="Venous blood specimen")], [row("Glucose", "5.6", specimen="Blood, venous")]
    ),
    "in a group and alone": ([ReceivedResult("Panel"), row("Sodium", "139", within=0)], [row("Sodium", "140")]),
}  # fmt: skip


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("kind", SAME)
def test_what_is_certainly_the_same_test_stands_beside_it(world: World, as_: As, kind: str) -> None:
    earlier, this = SAME[kind]
    sent(world, 9, *earlier)
    newest = sent(world, 1, *this)
    value = next(one.value for one in earlier if one.name in ("Glucose", "Zinc", "Sodium"))
    assert before(world, as_, newest, this[-1].value) == [value]


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_each_minute_of_a_tolerance_test_has_its_own_earlier_values(world: World, as_: As) -> None:
    def test(days: int, *values: str) -> UUID:
        start = now() - timedelta(days=days)
        return sent(
            world,
            days,
            *(
                row(
                    "Glucose",
                    value,
                    "mmol/L",
                    GLUCOSE,
                    taken=ReceivedTime(instant=start + timedelta(minutes=60 * place)),
                )
                for place, value in enumerate(values)
            ),
        )

    test(30, "5.0", "9.0", "7.0")
    newest = test(2, "5.5", "9.5", "7.5")
    assert [before(world, as_, newest, value) for value in ("5.5", "9.5", "7.5")] == [
        ["5.0"],
        ["9.0"],
        ["7.0"],
    ]


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_a_typed_blood_test_is_neighbour_to_blood_alone(world: World, as_: As) -> None:
    world.file(results=[TypedResult("Glucose", "5.1", "mmol/L")], taken=ago(days=9))
    blood = sent(world, 2, row("Glucose", "5.6", specimen="Plasma"))
    fluid = sent(world, 1, row("Glucose", "3.1", specimen="Cerebrospinal fluid"))
    assert before(world, as_, blood, "5.6") == ["5.1"]
    assert before(world, as_, fluid, "3.1") == []


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_a_sentence_is_not_offered_for_another_test_that_shares_a_code(world: World, as_: As) -> None:
    """The code of a test finds its sentences too: a laboratory's NOCODE must find none."""
    report = sent(world, 1, row("Zinc", "14", "µmol/L", Coding(OURS, "NOCODE")))
    line = world.do("amina", queries.sheet, report).results[0]
    assert line.code_key is None
    report = sent(world, 1, row("Glucose", "5", "mmol/L", Coding(OURS, "G"), GLUCOSE))
    assert world.do("amina", queries.sheet, report).results[0].code_key == f"{LOINC}|2345-7"


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_a_summary_says_that_there_are_more_reports_than_it_has(
    world: World, as_: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("selfcare.results.overviews.MOST_REPORTS", 2)
    preview = f"/people/{world.home.person.id}/summary/preview"
    sentence = "There are more results in this time. Only the newest 2 reports are here."
    for days, said in ((3, False), (2, False), (1, True)):
        sent(world, days, row("Glucose", "5"))
        assert (sentence in as_("rosa").get(preview)) == said
