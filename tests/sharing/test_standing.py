"""A shared summary whose results were corrected or taken back since says so, and is kept as it was."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest

from selfcare.appointments import actions as appointments
from selfcare.database import session
from selfcare.filing import actions
from selfcare.people.models import Person
from selfcare.sharing import actions as sharing
from selfcare.sharing import snapshot
from selfcare.web.access import Permit
from selfcare.web.item_reference import About
from tests import factories
from tests.filing.clinic import Clinic, blood, later
from tests.filing.clinic import make as make_clinic
from tests.harness.client import Client

CHANGED = "Results in this summary have changed"
CORRECTED, TAKEN_BACK = (
    "Out of date: a corrected report came on",
    "Out of date: this report was taken back on",
)


@pytest.fixture
def clinic(app) -> Clinic:
    return make_clinic(app)


@pytest.fixture
def rosa(clinic: Clinic, new_client: Callable[..., Client]) -> Client:
    client = new_client()
    client.sign_in(clinic.rosas_account)
    return client


@pytest.fixture
def amina(clinic: Clinic, new_client: Callable[..., Client]) -> Client:
    client = new_client()
    client.sign_in(clinic.amina)
    return client


def permit(clinic: Clinic, account: UUID) -> Permit:
    return factories.permit(
        session().get_one(factories.Account, account), session().get_one(Person, clinic.rosa)
    )


def share(clinic: Clinic) -> UUID:
    def act() -> UUID:
        who = permit(clinic, clinic.rosas_account)
        return sharing.share(
            who, sections=snapshot.SECTIONS, first=who.today() - timedelta(days=400), last=who.today(),
            appointment_id=None,
        )  # fmt: skip

    found: UUID = clinic.do(act)
    return found


def addresses(clinic: Clinic, summary: UUID) -> list[str]:
    base = f"/people/{clinic.rosa}/summary/{summary}/"
    return [base, base + "text", base + "?as=table", base + "?large=1"]


def test_nothing_is_stamped_while_everything_stands(clinic: Clinic, rosa: Client) -> None:
    clinic.one(blood(status="preliminary"))
    clinic.one(blood(name="2"))
    for path in addresses(clinic, share(clinic)):
        page = rosa.get(path)
        assert "Platelets" in page
        assert "Out of date" not in page
        assert CHANGED not in page


def test_a_correction_that_arrives_after_sharing_is_stamped(
    clinic: Clinic, rosa: Client, amina: Client
) -> None:
    clinic.one(blood(status="final"))
    clinic.one(blood(name="2", title="Lipids"))
    summary = share(clinic)
    clinic.one(blood(status="corrected", issued=later(5), conclusion="Put right"))
    for who in (rosa, amina):
        for path in addresses(clinic, summary):
            page = who.get(path)
            assert page.text.count(CORRECTED) == 1, path
            assert TAKEN_BACK not in page
            assert "118" in page  # as it was shared
            assert "Put right" not in page
    assert CHANGED in amina.get(addresses(clinic, summary)[0])
    # Shared anew, it is up to date.
    assert "Out of date" not in amina.get(addresses(clinic, share(clinic))[0])


def test_what_was_taken_back_after_sharing_is_stamped(clinic: Clinic, rosa: Client, amina: Client) -> None:
    """Alone catches: what a report said that was another’s, in a summary of before."""
    report = clinic.one(blood()).report_id
    summary = share(clinic)
    clinic.do(lambda: actions.mark_in_error(permit(clinic, clinic.amina), report, "Another’s."))
    for who in (rosa, amina):
        for path in addresses(clinic, summary):
            page = who.get(path)
            assert page.text.count(TAKEN_BACK) == 1, path
            assert CORRECTED not in page
            assert "Full blood count" in page
            assert "118" not in page, "another’s"
            assert "Riverside" not in page


def test_what_was_taken_back_stands_before_nothing_and_names_no_question(
    clinic: Clinic, rosa: Client, amina: Client
) -> None:
    """Alone catches: another’s value among the ones before in a summary, and the name of their test with a question."""
    report = clinic.one(blood(taken=later(-9))).report_id
    clinic.one(blood(name="2"))
    asked = clinic.do(
        lambda: (
            appointments.ask(
                permit(clinic, clinic.rosas_account),
                text="What is this?",
                send_now=True,
                about=About("report", report, "Full blood count"),
            ).id
        )
    )
    summary = share(clinic)
    places = [
        *addresses(clinic, summary)[:2],
        f"/people/{clinic.rosa}/questions/{asked}/",
        f"/people/{clinic.rosa}/questions/{asked}/reply",
        "/caseload/questions/",
    ]
    named = "About: Full blood count"
    assert all(named in amina.get(path) for path in places)
    clinic.do(lambda: actions.mark_in_error(permit(clinic, clinic.amina), report, "Another’s."))
    for path in places:
        assert named not in amina.get(path), path
    before = rosa.get(places[0]).all("td[headers$=before]")
    assert not any(before)


def test_what_nobody_can_open_any_more_is_not_waited_for(clinic: Clinic, rosa: Client, amina: Client) -> None:
    """Alone catches: a report that was taken back unopened, and “has not opened all of them yet” for ever."""
    first, second = clinic.one(blood()).report_id, clinic.one(blood(name="2", title="Lipids")).report_id
    there = addresses(clinic, share(clinic))[0]
    assert "Rosa has not opened all of them yet." in amina.get(there)
    rosa.get(f"/people/{clinic.rosa}/results/{second}/").form("seen").submit()
    assert "Rosa has not opened all of them yet." in amina.get(there)
    clinic.do(lambda: actions.mark_in_error(permit(clinic, clinic.amina), first, "Another’s."))
    page = amina.get(there)
    assert "Rosa has opened those that still stand." in page
    assert "not opened" not in page.text
    clinic.do(lambda: actions.mark_in_error(permit(clinic, clinic.amina), second, "Another’s."))
    page = amina.get(there)
    assert "Rosa has opened" not in page.text, "none stands, and one was never opened"


def test_a_summary_from_before_ids_were_kept_is_still_shown(clinic: Clinic, rosa: Client) -> None:
    clinic.one(blood())
    summary = share(clinic)

    def older() -> None:
        row = session().get_one(sharing.Summary, (clinic.rosa, summary))
        row.body = {
            **row.body,
            "results": [{k: v for k, v in one.items() if k != "id"} for one in row.body["results"]],
        }

    clinic.do(older)
    assert "Platelets" in rosa.get(addresses(clinic, summary)[0])
