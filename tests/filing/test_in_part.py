"""A laboratory took back an earlier version, not the one that stands: the team reads it among what waits."""

from collections.abc import Callable

from selfcare.filing.identity import WITHDRAWN_IN_PART
from tests.filing.clinic import Clinic, blood, later
from tests.harness.client import Client


def test_the_team_reads_what_was_taken_back_only_in_part(
    clinic: Clinic, new_client: Callable[..., Client]
) -> None:
    """The laboratory alone was told that what it issued later stands; those who act on it were not. Alone catches: a
    list that no page of the team leads to, while no report waits besides.
    """
    sent = [("corrected", 3), ("entered-in-error", 2)]
    standing, withdrawal = [
        clinic.one(blood(status=status, issued=later(hours), conclusion=status)) for status, hours in sent
    ]
    assert withdrawal.identity == WITHDRAWN_IN_PART
    clinic.receive(blood(name="REP-2"), blood(name="REP-2", status="entered-in-error", issued=later(5)))
    amina, owen = new_client(), new_client()
    amina.sign_in(clinic.amina)
    owen.sign_in(clinic.owen)
    for there in ("/caseload/waits/", "/caseload/results/"):
        page = amina.get(there)
        assert "1 report was taken back in part" in page
        assert "Nothing waits" not in page
        page = page.click("See what was taken back")
    assert "What it issued later still stands" in page
    there = page.html.select(f'a[href$="/results/{standing.report_id}/"]')
    assert len(there) == 1
    assert len(page.html.select('main a[href*="/results/"][href^="/people/"]')) == 1, (
        "the other is off altogether"
    )
    for there in ("/caseload/waits/", "/caseload/results/", "/results/incoming/"):
        assert "still stands" not in owen.get(there).text
    clinic.one(blood(status="corrected", issued=later(6), conclusion="Sent anew"))
    for there in ("/caseload/waits/", "/results/incoming/"):
        assert "still stands" not in amina.get(there).text, "the laboratory has said what stands"
