"""What a laboratory said of one result, its own time and status, counts more than what it said of the whole report."""

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest

from selfcare.database import now
from selfcare.filing.received_report import ReceivedResult, ReceivedTime
from selfcare.results import queries
from selfcare.sharing import actions as sharing
from tests.harness.client import Client
from tests.harness.pages import Answer
from tests.results.received import receive
from tests.results.world import LONDON, World

As = Callable[..., Client]
pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)


def back(days: float) -> ReceivedTime:
    return ReceivedTime(instant=now() - timedelta(days=days))


def potassium(
    world: World, value: str, days: float, *, own: float | None = None, stands: str = "", **values: object
) -> UUID:
    """A report taken so many days ago whose potassium has a time or a status of its own. :returns: the report."""
    row = ReceivedResult(
        "Potassium", "number", value, "mmol/L", status=stands, taken=None if own is None else back(own)
    )
    sent = {
        "status": "final",
        "taken": back(days),
        "results": (row,),
        "files": (),
        "note": "",
        "conclusion": "",
    }
    return receive(world, **sent | values)


def address(world: World, report: UUID) -> str:
    return f"{world.base}{report}/{world.do('amina', queries.sheet, report).results[0].id}/"


def said(page: Answer) -> str:
    assert page.html.main
    return re.sub(r"\s+", " ", page.html.main.get_text(" "))


def share(world: World, days: int = 0) -> str:
    """Rosa shares the results since so many days ago. :returns: where."""
    summary = world.do(
        "rosa",
        sharing.share,
        sections=("results",),
        first=world.today() - timedelta(days=days),
        last=world.today(),
        appointment_id=None,
    )
    return f"/people/{world.home.person.id}/summary/{summary}/"


def everywhere(world: World, as_: As, report: UUID) -> dict[str, str]:
    """Where a result stands among the ones before it: its own page, all values, a summary on screen and as text."""
    there, rosa, amina = address(world, report), as_("rosa"), as_("amina")
    base = share(world)
    before = amina.get(base).html.select("td[headers$=before]")
    text = amina.get(base + "text").text
    return {
        "page": said(rosa.get(there)),
        "all": said(rosa.get(there + "all")),
        "summary": " | ".join(one.get_text(" ", strip=True) for one in before),
        "text": " | ".join(re.findall(r"Before: (.*)", text)),
    }


def test_the_one_before_was_taken_before(world: World, as_: As) -> None:
    """Alone catches: the report's time decides which value was before (a report of five days ago, its
    potassium of twenty), on the page, in the table of all values, in a summary and its text.
    """
    old = potassium(world, "3.1", 5, own=20)
    middle = potassium(world, "5.5", 10)
    found = everywhere(world, as_, old)
    assert "The one before" not in found["page"]
    found = everywhere(world, as_, middle)
    assert "The one before" in found["page"]
    assert "3.1" in found["page"]
    assert found["all"].index("5.5") < found["all"].index("3.1")
    assert found["summary"].split(" | ") == ["", "3.1"]
    assert found["text"] == "3.1"


def test_no_day_stands_over_a_value_that_is_of_another(world: World, as_: As) -> None:
    """Alone catches: the report's day at the head of the column in which a value of its own day stands."""
    potassium(world, "3.1", 5, own=20)
    potassium(world, "4.4", 7)
    page = as_("amina").get(share(world))
    heads = [head.get_text() for head in page.html.select("table.table--lab thead th:first-child")]
    assert heads[0] == "Value"
    assert heads[1].endswith(str((now() - timedelta(days=7)).astimezone(LONDON).year))


@pytest.mark.parametrize(
    ("own", "whole", "mark"),
    [
        ("preliminary", "final", "Not final"),
        ("", "preliminary", "Not final"),
        ("final", "preliminary", None),
        ("corrected", "final", "Corrected"),
        ("final", "corrected", "Corrected"),
        ("unknown", "final", "Status not known"),
        ("final", "final", None),
        ("cancelled", "final", "left out"),
        ("final", "cancelled", "left out"),
        ("entered-in-error", "final", "left out"),
    ],
)
def test_how_it_stood_is_said_wherever_it_stands(
    world: World, as_: As, own: str, whole: str, mark: str | None
) -> None:
    """Alone catches: a value that was cancelled, or is not final, among the ones before like any other; a final
    one that bears the mark of its report; what was cancelled in a chart.
    """
    potassium(world, "8.2", 9, stands=own, status=whole)
    found = everywhere(world, as_, potassium(world, "4.0", 2))
    shown = {"left out": None, None: "8.2"}.get(mark, f"8.2 ({mark})")
    if shown is None:
        assert "Over time" not in found["page"]
        assert not [place for place, text in found.items() if place != "summary" and "8.2" in text]
        assert "8.2" not in found["summary"]
        return
    for place, text in found.items():
        assert shown in text, place
        assert (f"{shown} (" in text) is False, place


def test_its_own_page_says_how_it_stands_itself(world: World, as_: As) -> None:
    """Alone catches: “The lab may still change this” over a result that is final, and “Final” under a cancelled one."""
    final = said(
        as_("rosa").get(address(world, potassium(world, "4.0", 2, stands="final", status="partial")))
    )
    assert "Not final" not in final
    assert "Final." in final
    cancelled = said(
        as_("rosa").get(address(world, potassium(world, "4.1", 2, stands="final", status="cancelled")))
    )
    assert "The lab has cancelled this." in cancelled
    assert "Final." not in cancelled


def test_what_may_be_the_same_test_is_not_said_to_be_nothing(world: World, as_: As) -> None:
    """Alone catches: “no earlier value” where there is one in serum, and this one is in plasma."""
    none, doubtful = "There is no earlier value", "There may be an earlier value"
    first = potassium(world, "6.9", 20, specimen="Serum specimen")
    assert none in said(as_("rosa").get(address(world, first)))
    second = said(as_("rosa").get(address(world, potassium(world, "4.0", 2, specimen="Plasma specimen"))))
    assert doubtful in second
    assert none not in second
    assert doubtful not in said(as_("rosa").get(address(world, first))), "it came later"
    assert "There may be other values" in said(as_("rosa").get(address(world, first) + "all"))


def test_what_could_be_seen_only_since_is_new(world: World, as_: As) -> None:
    """Alone catches: a result that was taken before the last visit and came after it, in no summary ever."""
    potassium(world, "6.9", 12)
    assert "6.9" in as_("amina").get(share(world, days=10))


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59-01:00"])
def test_a_moment_at_the_ends_of_the_calendar_stands_as_sent(world: World, as_: As, moment: str) -> None:
    """Alone catches: a page of results that is an error of ours, for the *no moment* that some systems send."""
    row = ReceivedResult("Last dose", "moment", moment, "")
    report = receive(world, status="final", results=(row,), files=(), note="", conclusion="")
    assert moment in said(as_("rosa").get(f"{world.base}{report}/"))
