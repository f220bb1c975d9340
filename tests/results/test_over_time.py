"""One test over time: what is drawn, what only stands in the table, and what is never put beside each other."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from selfcare.database import now
from selfcare.filing.actions import TypedResult
from selfcare.filing.received_report import Coding, ReceivedResult, ReceivedTime
from selfcare.results import drawing, queries
from selfcare.web.access import Permit
from tests.harness.client import Client
from tests.results.received import receive
from tests.results.world import World, ago

As = Callable[..., Client]
RANGE = "120 - 150"


def typed(
    world: World, value: str, days: int, unit: str = "g/L", range_text: str = RANGE, **values: Any
) -> UUID:
    rows = [TypedResult("Haemoglobin", value, unit, range_text)]
    return world.file(results=rows, taken=ago(days=days), **values)


def coded(world: World, value: str, days: int, name: str, code: str, **values: Any) -> UUID:
    row = ReceivedResult(name, "number", value, "g/L", codes=(Coding("http://loinc.org", code),))
    taken = ReceivedTime(instant=now() - timedelta(days=days))
    return receive(world, status="final", results=(row,), files=(), taken=taken, **values)


def line(world: World, report: UUID) -> UUID:
    return UUID(str(world.do("amina", queries.sheet, report).results[0].id))


def values(world: World, report: UUID) -> list[str]:
    return [point.value for point in world.do("rosa", queries.over_time, line(world, report)).points]


def picture(world: World, report: UUID) -> drawing.Picture:
    def ask(permit: Permit) -> drawing.Picture:
        sheet = queries.sheet(permit, report)
        found = queries.over_time(permit, sheet.results[0].id)
        with world.app.test_request_context():
            return drawing.picture(permit, sheet.results[0], found.points, found.total)

    found: drawing.Picture = world.do("rosa", ask)
    return found


def test_the_same_code_or_the_same_name_in_the_same_unit(world: World) -> None:
    coded(world, "115", 6, "Hb", "718-7")
    coded(world, "116", 5, "HAEMOGLOBIN", "718-7")
    coded(world, "117", 4, "Another", "y")
    typed(world, "11.9", 3, unit="g/dL")
    typed(world, "118", 2)
    newest = coded(world, "119", 1, "Haemoglobin", "718-7")
    assert values(world, newest) == ["119", "118", "116", "115"]
    before = world.do("rosa", queries.over_time, line(world, newest)).before
    assert [one.value for one in before] == ["118", "116"]


def test_urine_never_stands_beside_blood(world: World) -> None:
    typed(world, "5", 2, kind="urine")
    assert values(world, typed(world, "118", 1)) == ["118"]


def test_comparators_and_words_are_in_the_table_and_never_drawn(world: World, as_: As) -> None:
    for days, value in ((5, "118"), (4, "< 100"), (3, "haemolysed"), (2, ">= 200")):
        typed(world, value, days)
    newest = typed(world, "121", 1)
    found = picture(world, newest)
    assert found.chart is not None
    assert len(found.chart.points) == 2
    page = as_("rosa").get(f"{world.base}{newest}/{line(world, newest)}/all")
    assert [row.split(" ", 3)[3] for row in page.all("tbody tr")] == [
        f"{value} {RANGE} No flag" for value in ("121", ">= 200", "haemolysed", "< 100", "118")
    ]


def test_one_point_is_no_chart(world: World, as_: As) -> None:
    typed(world, "< 100", 2)
    newest = typed(world, "121", 1)
    assert picture(world, newest).chart is None
    page = as_("rosa").get(f"{world.base}{newest}/{line(world, newest)}/")
    assert page.html.select(".chart") == []
    assert "Over time" not in page


@pytest.mark.parametrize(
    ("other", "shown"),
    [
        ({}, True),
        ({"range_text": "115 - 150"}, False),
        ({"range_text": ""}, False),
        ({"laboratory": "Hillside Pathology"}, False),
    ],
)
def test_a_range_is_shown_only_when_it_is_the_same_for_every_point(
    world: World, other: dict[str, str], shown: bool
) -> None:
    typed(world, "118", 2, **other)
    newest = typed(world, "121", 1)
    found = picture(world, newest)
    assert found.chart is not None
    assert found.range_text == (RANGE if shown else None)


def test_a_range_of_what_is_not_drawn_is_no_hindrance(world: World) -> None:
    typed(world, "< 5", 3, range_text="another")
    typed(world, "118", 2)
    assert picture(world, typed(world, "121", 1)).range_text == RANGE


def test_the_newest_and_how_many_there_are(world: World, as_: As, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("selfcare.results.same_test.MOST", 3)
    for n in range(5):
        typed(world, str(100 + n), n + 1)
    report = typed(world, "99", 0)
    found = world.do("rosa", queries.over_time, line(world, report))
    assert (len(found.points), found.total) == (3, 6)
    assert found.points[0].number == Decimal(99)
    page = as_("rosa").get(f"{world.base}{report}/{line(world, report)}/all")
    assert "The newest 3 of 6 values." in page
    assert len(page.all("tbody tr")) == 3


def test_a_held_value_is_in_nobodys_chart_but_the_professionals(world: World) -> None:
    typed(world, "77", 2, hold=timedelta(days=1))
    newest = typed(world, "121", 1)
    assert values(world, newest) == ["121"]
    staff = world.do("amina", queries.over_time, line(world, newest)).points
    assert [point.value for point in staff] == ["121", "77"]


def test_long_ranges_do_not_stretch_the_table(world: World, as_: As) -> None:
    long = "48 and above: diabetes\n42 to 47: raised risk, as the guidance of 2012 has it"
    typed(world, "40", 2, range_text=long)
    newest = typed(world, "41", 1, range_text=long)
    page = as_("rosa").get(f"{world.base}{newest}/{line(world, newest)}/")
    assert page.all("thead th") == ["Taken", "g/L", "Flag"]
    assert page.html.select_one(".lab__wide dd").get_text() == long  # type: ignore[union-attr]
