"""Versions of a report that come, or go, out of their turn: one stands, and the sender is told which."""

from collections.abc import Callable

import pytest

from selfcare.filing.received_report import ReceivedReport, ReceivedResult
from tests.fhir.messages import report
from tests.fhir.sending import new as new_sender
from tests.fhir.test_endpoint import for_rosa
from tests.filing.clinic import Clinic, blood, later
from tests.harness.client import Client

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)


def version(value: str, hours: int, status: str = "corrected") -> ReceivedReport:
    return blood(
        status=status,
        issued=later(hours),
        results=(ReceivedResult("Haemoglobin", "number", value, "g/L"),),
    )


def test_a_middle_version_that_is_a_mistake_leaves_one_report_standing(
    clinic: Clinic, new_client: Callable[..., Client]
) -> None:
    """It would catch that the first version, corrected long since, stands again beside the newest."""
    clinic.one(version("101", 0, "final"))
    middle = clinic.one(version("102", 1)).report_id
    clinic.one(version("103", 2))
    amina, rosa = new_client(), new_client()
    amina.sign_in(clinic.amina)
    rosa.sign_in(clinic.rosas_account)
    place = f"/people/{clinic.rosa}/results/"
    amina.get(f"{place}{middle}/in-error").form("Mark as entered by mistake").fill(
        reason="Another sample"
    ).submit()
    page = rosa.get(place)
    shown = [row for row in page.all("main li") if "Full blood count" in row]
    assert len(shown) == 2, shown  # the newest, and that the middle one was a mistake
    assert sum("entered by mistake" in row for row in shown) == 1, shown


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ((("final", 12), ("corrected", 14)), "It stands in place of the version that was sent before"),
        ((("corrected", 14), ("final", 12)), "Filed beneath a version that is newer"),
        ((("entered-in-error", 14), ("final", 12)), "taken back before it came"),
        ((("final", 12), ("entered-in-error", 14)), "It has taken back what was sent before"),
        ((("corrected", 14), ("entered-in-error", 12)), "issued later still stands"),
    ],
)
def test_a_sender_is_told_what_stands_not_what_came_last(
    clinic: Clinic, sent: tuple[tuple[str, int], ...], said: str
) -> None:
    """It would catch a laboratory being told that a result it took back, or put right, no longer stands."""
    lab = new_sender(clinic.app)
    answers = [
        lab.post(for_rosa(report=report(status=status, issued=f"2026-03-08T{hour}:00:00+00:00")))
        for status, hour in sent
    ]
    assert said in answers[-1].texts


def test_a_number_padded_with_spaces_is_the_same_number(clinic: Clinic) -> None:
    """It would catch a correction that stands beside what it corrects, because an older system pads its numbers."""
    lab = new_sender(clinic.app)
    for number, status in (("REP-9", "final"), (" REP-9 ", "corrected")):
        named = [{"system": "http://lab.example/report", "value": number}]
        assert lab.post(for_rosa(report=report(identifier=named, status=status))).status == 200
    first, second = clinic.reports()
    assert second.replaces_id == first.id
