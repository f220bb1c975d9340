"""Which report a received one is, on the pages: what waits is decided by a human, what was replaced can be undone."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from selfcare.audit.models import Trail
from selfcare.database import session
from selfcare.filing import laboratories, match
from selfcare.filing.decision import FILED, WAITS
from selfcare.filing.received_report import ReceivedResult, ReceivedTime
from selfcare.filing.source import Source
from selfcare.people.models import Person
from tests.fhir.sending import new as new_sender
from tests.filing.clinic import Clinic, blood, later
from tests.harness.client import Client

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
FIRST = blood(conclusion="First")
CORRECTED = blood(status="corrected", issued=later(3), conclusion="Put right")
OTHER_RESULTS = replace(CORRECTED, results=(ReceivedResult("TSH", "number", "11.2", "mU/L"),))


@pytest.fixture
def desk(clinic: Clinic, new_client: Callable[..., Client]) -> Callable[[str], Client]:
    def signed_in(who: str) -> Client:
        client = new_client()
        client.sign_in(getattr(clinic, who))
        return client

    return signed_in


def standing(clinic: Clinic) -> set[str]:
    live = [row for row in clinic.reports() if row.void_at is None]
    replaced = {row.replaces_id for row in live}
    return {row.conclusion for row in live if row.id not in replaced}


def sender(clinic: Clinic, name: str) -> Source:
    found = clinic.do(laboratories.by_token, new_sender(clinic.app, name).token)
    return Source(found.team_id, found.name, sender_id=found.id)


@pytest.mark.parametrize(("choice", "stands"), [("own", {"First", "Put right"}), ("series", {"Put right"})])
def test_a_number_used_twice_waits_and_a_human_says_which_report_it_is(
    clinic: Clinic, desk: Callable[[str], Client], choice: str, stands: set[str]
) -> None:
    clinic.one(FIRST)
    done = clinic.one(OTHER_RESULTS)
    assert (done.outcome, done.reasons) == (WAITS, (match.SHARED_NUMBER,))
    amina = desk("amina")
    page = amina.get(f"/results/incoming/{done.incoming_id}/")
    assert "its tests are not the same" in page
    page = page.click("File to Rosa …")
    assert "Full blood count, taken 1 March 2026, from Riverside Pathology" in page
    assert "11.2 mU/L" in page
    assert "its tests are not the same" in page
    assert "The message and what we have agree." not in page
    assert not page.html.select("input[checked]")  # nothing is chosen for them
    page = page.form("to").submit()
    assert (page.status, "Choose which report it is." in page) == (422, True)
    values = [str(one["value"]) for one in page.html.select("input[name=which]")]
    page = page.form("to").submit(which=values[0] if choice == "own" else values[1])
    assert page.status == 200
    assert standing(clinic) == stands


def test_another_senders_version_waits_and_is_told_of_by_its_name(
    clinic: Clinic, desk: Callable[[str], Client]
) -> None:
    """One sender could correct or void another's reports."""
    mine, other = sender(clinic, "Riverside Laboratory"), sender(clinic, "Hillside Laboratory")
    clinic.one(FIRST, mine)
    for sent in (CORRECTED, replace(CORRECTED, status="entered-in-error", results=())):
        done = clinic.one(sent, other)
        assert (done.outcome, done.reasons) == (WAITS, (match.OTHER_SENDER,))
    assert standing(clinic) == {"First"}
    page = desk("amina").get(f"/results/incoming/{done.incoming_id}/")
    assert "Hillside Laboratory" in page
    page = page.click("File to Rosa …")
    assert "It takes back: Full blood count, taken 1 March 2026, from Riverside Laboratory" in page


def test_what_was_replaced_stands_again_when_a_professional_undoes_it(
    clinic: Clinic, desk: Callable[[str], Client]
) -> None:
    clinic.one(FIRST)
    newer = clinic.one(CORRECTED).report_id
    assert standing(clinic) == {"Put right"}
    page = desk("amina").get(f"/people/{clinic.rosa}/results/{newer}/")
    assert "It stands in place of an earlier report with the same number." in page
    page = page.click("These are two reports").form("apart").submit()
    assert page.status == 200
    assert standing(clinic) == {"First", "Put right"}
    assert clinic.all(Trail, verb="set apart")
    # From now on the laboratory's versions could be of either: a human says.
    done = clinic.one(blood(status="corrected", issued=later(9), conclusion="Third"))
    assert (done.outcome, done.reasons) == (WAITS, (match.SEVERAL_REPORTS,))
    page = desk("amina").get(f"/people/{clinic.rosa}/results/{newer}/apart")
    assert page.url.endswith(f"/results/{newer}/")  # nothing is left to undo


def test_what_a_laboratory_took_back_stands_again_when_a_professional_undoes_it(
    clinic: Clinic, desk: Callable[[str], Client]
) -> None:
    first = clinic.one(FIRST).report_id
    clinic.one(replace(CORRECTED, status="entered-in-error", results=()))
    assert standing(clinic) == set()
    page = desk("amina").get(f"/people/{clinic.rosa}/results/{first}/")
    page = page.click("Undo that").form("apart").submit()
    assert standing(clinic) == {"First"}
    assert "This was entered by mistake" not in page
    rosa = desk("rosas_account").get(f"/people/{clinic.rosa}/results/{first}/")
    assert "118 g/L" in rosa


def test_what_differs_is_marked_and_nobody_is_chosen_beforehand(
    clinic: Clinic, desk: Callable[[str], Client]
) -> None:
    """The first name of the list stood there preselected, and nothing said which words differ."""
    done = clinic.one(blood(replace(FIRST.whose, born="1962-03-28")))
    page = desk("amina").get(f"/results/incoming/{done.incoming_id}/")
    marked = [row.th.get_text() for row in page.html.select("tbody tr") if "Differs" in row.get_text()]
    assert marked == ["Birth date"]
    assert page.form("choose").value("who") == ""
    same = page.form("choose").submit()
    assert "Who may be meant" in same  # the page again: nobody was chosen


@pytest.mark.parametrize(
    "changes",
    [
        {"taken": ReceivedTime(day=date(1961, 1, 1))},
        {
            "results": (
                ReceivedResult("Haemoglobin", "number", "118", taken=ReceivedTime(day=date(1950, 1, 1))),
            )
        },
    ],
)
def test_a_report_from_before_the_person_was_born_waits(clinic: Clinic, changes: dict[str, object]) -> None:
    """Filed at once, by itself, twenty years before the birth date that had matched."""
    done = clinic.one(replace(FIRST, **changes))  # type: ignore[arg-type]
    assert (done.outcome, done.reasons) == (WAITS, (match.BEFORE_BIRTH,))

    def younger() -> None:
        session().get_one(Person, clinic.rosa).born = date(1940, 3, 27)

    clinic.do(younger)
    whose = replace(FIRST.whose, born="1940-03-27")
    assert clinic.one(replace(FIRST, whose=whose, **changes)).outcome == FILED  # type: ignore[arg-type]


def test_a_transaction_is_kept_whole_or_not_at_all(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    from selfcare.filing import file_received, receive

    real = file_received.file_received

    def fail(permit: object, received: object, known: object) -> object:
        if received.conclusion == "Breaks":  # type: ignore[attr-defined]
            raise ValueError
        return real(permit, received, known)  # type: ignore[arg-type]

    monkeypatch.setattr(file_received, "file_received", fail)
    sent = [FIRST, blood(name="2", conclusion="Breaks"), blood(name="3")]
    done = clinic.do(receive.receive_all, sent, clinic.lab, whole=True)
    assert {one.outcome for one in done} == {"refused"}
    assert clinic.reports() == []
    assert clinic.receipts() == []
    done = clinic.do(receive.receive_all, sent, clinic.lab)
    assert [one.outcome for one in done] == ["filed", "refused", "filed"]
