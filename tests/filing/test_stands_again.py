"""What stood in place of a report is gone: the report waits by its own rules again, and the person is told of it."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask

from selfcare.database import now
from selfcare.filing import actions as filing
from selfcare.filing.received_report import Coding
from selfcare.notifications.models import Notice
from selfcare.results import actions as results
from tests.filing.clinic import later
from tests.filing.test_holds_go_on import WHY, Held
from tests.harness.client import Client

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
HISTOLOGY = (Coding("http://terminology.hl7.org/CodeSystem/v2-0074", "SP"),)


@pytest.fixture
def held(app: Flask, new_client: Callable[..., Client]) -> Held:
    return Held(app, new_client)


def told(held: Held, report: UUID) -> list[Notice]:
    return held.clinic.all(Notice, account_id=held.clinic.rosas_account, about_id=report)


def apart(held: Held, report: UUID) -> None:
    held.amina.get(f"{held.base}{report}/apart").form("apart").submit()


def test_what_another_report_took_the_place_of_comes_on_its_own_day(held: Held) -> None:
    """Alone catches: blood due tomorrow, shut for two weeks by a biopsy with its number though both stand; no word."""
    today = now().weekday()
    held.act(held.clinic.rosas_account, results.choose, "not_on_days", [today])
    blood = held.file(name="REP-2", status="preliminary")
    due = held.clinic.report(blood).visible_from
    assert now() < due < now() + timedelta(days=2)
    held.act(held.clinic.rosas_account, results.choose, "team", [])
    biopsy = held.file(name="REP-2", status="final", issued=later(2), categories=HISTOLOGY)
    shut = held.clinic.report(biopsy).visible_from
    assert held.clinic.report(blood).visible_from == shut > due
    apart(held, biopsy)
    assert held.clinic.report(blood).visible_from == due
    assert held.clinic.report(biopsy).visible_from == shut
    assert [(row.kind, row.visible_from) for row in told(held, blood)] == [("result", due)]


def test_what_came_late_and_is_set_apart_waits_for_nothing_of_the_other(held: Held) -> None:
    """Alone catches: a version kept beneath another that has that one's day for its own."""
    held.act(held.clinic.rosas_account, results.choose, "team", [])
    biopsy = held.file(name="REP-2", status="final", issued=later(2), categories=HISTOLOGY)
    late = held.file(name="REP-2", status="preliminary", issued=later(1))
    assert "Platelets" not in held.rosa.get(f"{held.base}{late}/")
    assert held.clinic.report(biopsy).replaces_id == late
    apart(held, biopsy)
    assert "Platelets" in held.rosa.get(f"{held.base}{late}/")
    assert [row.kind for row in told(held, late)] == ["result"]


def test_what_was_held_before_a_version_that_was_let_go_and_taken_off(held: Held) -> None:
    """Alone catches: a report that stays shut by a hold that somebody let go, and nobody is told."""
    held.act(held.clinic.rosas_account, results.choose, "with_note", [])
    waits = held.file(name="REP-3", status="preliminary")
    held.act(held.clinic.amina, results.hold, waits, WHY, held.until)
    second = held.file(name="REP-3", status="final", issued=later(2))
    assert told(held, waits) == []
    held.act(held.clinic.amina, results.release, second)
    assert "Platelets" in held.rosa.get(f"{held.base}{second}/")
    assert "Platelets" not in held.rosa.get(f"{held.base}{waits}/")
    held.act(held.clinic.amina, filing.mark_in_error, second, "Of another sample.")
    report = held.clinic.report(waits)
    assert report.visible_from == report.latest_at
    assert [(row.kind, row.visible_from) for row in told(held, waits)] == [("result", report.latest_at)]


def test_what_is_beneath_a_version_that_was_let_go_is_let_go_with_it(held: Held) -> None:
    """Alone catches: the version before, kept shut until the end of a hold that is over."""
    held.act(held.clinic.rosas_account, results.choose, "not_on_days", [now().weekday()])
    first = held.file(name="REP-2", status="preliminary")
    due = held.clinic.report(first).visible_from
    held.act(held.clinic.amina, results.hold, first, WHY, held.until)
    second = held.file(name="REP-2", status="final", issued=later(2))
    assert held.clinic.report(first).visible_from == held.until
    held.act(held.clinic.amina, results.release, second)
    assert held.clinic.report(first).visible_from == due
    held.act(held.clinic.amina, filing.mark_in_error, second, "Of another sample.")
    assert [(row.kind, row.visible_from) for row in told(held, first)] == [("result", due)]
