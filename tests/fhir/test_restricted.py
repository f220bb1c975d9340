"""A report that its laboratory labels as restricted: somebody of the team shows it, and no list of news names it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from selfcare.accounts.models import Account
from selfcare.appointments import actions as appointments
from selfcare.database import command, now, session
from selfcare.filing import actions as filing
from selfcare.filing.received_report import Coding
from selfcare.people import actions as people
from selfcare.people.models import Person
from selfcare.results import actions as results
from selfcare.results.models import Report
from selfcare.web.access import Area, Level, Permit, Role
from selfcare.web.when import at_instant
from tests import factories
from tests.fhir.messages import JSON, XML, Node, as_json, as_xml, of
from tests.fhir.sending import Laboratory
from tests.fhir.test_endpoint import for_rosa
from tests.filing.clinic import Clinic, blood, later
from tests.harness.client import Client

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
NOW, OLDER = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "urn:oid:2.16.840.1.113883.5.25"


def labelled(kind: str, code: str, system: str = NOW) -> Node:
    made = for_rosa()
    coding = {"system": system, "code": code}
    (made if kind == "Bundle" else of(made, kind))["meta"] = {"security": [coding]}
    return made


@contextmanager
def acting(clinic: Clinic, account: UUID) -> Iterator[Permit]:
    with clinic.app.test_request_context(), command():
        person = session().get_one(Person, clinic.rosa)
        yield factories.permit(session().get_one(Account, account), person)


@pytest.mark.parametrize(
    ("kind", "code", "content_type", "system"),
    [
        ("Bundle", "R", JSON, NOW),
        ("MessageHeader", "V", XML, NOW),
        ("DiagnosticReport", "V", JSON, OLDER),
        ("Observation", "R", XML, NOW),
        ("Patient", "R", JSON, NOW),
    ],
)
def test_what_is_labelled_restricted_waits_for_somebody_to_show_it(
    clinic: Clinic,
    lab: Laboratory,
    client: Client,
    new_client: Callable[..., Client],
    kind: str,
    code: str,
    content_type: str,
    system: str,
) -> None:
    """Alone catches: a screen for an infection on the phone a moment after it is filed, because its person sees most
    results at once; one that nobody can show before two weeks are over; and its name in a list of what is new."""
    with acting(clinic, clinic.rosas_account) as rosa:
        results.choose(rosa, "at_once", [])
    made = labelled(kind, code, system)
    assert lab.post((as_json if content_type == JSON else as_xml)(made), content_type).status == 200
    (row,) = clinic.reports()
    assert (row.waits_for, row.visible_from) == ("hand", row.filed_at + timedelta(days=14))
    client.sign_in(clinic.rosas_account)
    page = client.get(f"/people/{clinic.rosa}/results/{row.id}/")
    assert "Somebody of your team looks at it first" in page
    assert "Serum sodium" not in page
    staff = new_client()
    staff.sign_in(clinic.amina)
    at_the_desk = staff.get(f"/people/{clinic.rosa}/results/{row.id}/")
    assert "The lab says that this is restricted. Rosa will see it on" in at_the_desk
    with acting(clinic, clinic.amina) as amina:
        results.release(amina, row.id)
    assert "Serum sodium" in client.get(f"/people/{clinic.rosa}/results/{row.id}/")
    inbox = client.get("/inbox/").html.main.get_text(" ")
    assert "new result" in inbox
    assert row.asked_for not in inbox


def test_any_other_label_and_none_changes_nothing(clinic: Clinic, lab: Laboratory, client: Client) -> None:
    """The control; and alone catches: a code of another system that is taken for this one, and a report that came
    before, and is taken for another because nobody had asked for its label."""
    assert lab.post(as_json(labelled("DiagnosticReport", "N"))).status == 200
    (row,) = clinic.reports()
    assert row.waits_for != "hand"
    client.sign_in(clinic.rosas_account)
    assert row.asked_for in client.get("/inbox/").html.main.get_text(" ")
    again = labelled("DiagnosticReport", "R", "http://lab.example/our-own")
    assert lab.post(as_json(again)).status == 200
    assert [one.id for one in clinic.reports()] == [row.id]


def test_a_corrected_version_that_is_restricted_waits_and_says_that_it_is_there(
    clinic: Clinic, lab: Laboratory, client: Client
) -> None:
    """Alone catches: a correction that is shown at once though it is restricted now; and one that waits while the
    version that is known to be wrong is read as if it were the last."""
    assert lab.post(as_json(for_rosa())).status == 200
    made = labelled("DiagnosticReport", "V")
    of(made, "DiagnosticReport")["status"] = "corrected"
    assert lab.post(as_json(made)).status == 200
    first, second = sorted(clinic.reports(), key=lambda one: one.replaces_id is not None)
    assert (second.replaces_id, second.waits_for) == (first.id, "hand")
    client.sign_in(clinic.rosas_account)
    record = f"/people/{clinic.rosa}/results/"
    assert "Serum sodium" not in client.get(f"{record}{second.id}/")
    assert "There is a newer one" in client.get(f"{record}{first.id}/")
    assert f"{record}{first.id}/" not in client.get(record)


NAME = "HIV antibody"
SEES = dict.fromkeys((Area.RESULTS, Area.APPOINTMENTS, Area.QUESTIONS), Level.SEE)
BIOPSY = Coding("http://terminology.hl7.org/CodeSystem/v2-0074", "SP", "Surgical pathology", "")


def filed(clinic: Clinic, **changes: Any) -> Report:
    return clinic.report(clinic.one(blood(**{"title": NAME} | changes)).report_id)


def test_who_is_no_professional_reads_its_name_only_once_it_is_shown_and_in_no_news(
    clinic: Clinic, new_client: Callable[..., Client]
) -> None:
    """Alone catches: the name of a screen for an infection before somebody of the team looked at it, in the list, on
    its page, in Getting ready and what a phone keeps of it, and in who looked; and once shown, on Today, before the
    person or a helper opened it."""
    with acting(clinic, clinic.rosas_account) as rosa:
        results.choose(rosa, "at_once", [])
        in_a_day = at_instant(now() + timedelta(days=1), rosa.zone)
        visit = appointments.add_visit(rosa, when=in_a_day, how="phone", with_whom="Amina").id
        leon = factories.account(name="Leon").id
        people.relate(clinic.rosa, kind=Role.CARER, account_id=leon, rights=SEES)
    row = filed(clinic, restricted=True)
    record = f"/people/{clinic.rosa}/"
    listed, page = f"{record}results/", f"{record}results/{row.id}/"
    prepare = f"{record}appointments/{visit}/prepare/"
    news = (record, prepare, f"{prepare}keep")
    staff, *readers = (new_client() for _ in range(3))
    for client, account in zip((staff, *readers), (clinic.amina, clinic.rosas_account, leon), strict=True):
        client.sign_in(account)
    assert NAME in staff.get(page)
    for reader in readers:
        for address in (listed, page, *news):
            answer = reader.get(address)
            assert (address, answer.status, NAME in answer.text) == (address, 200, False)
        for address in (listed, prepare, f"{prepare}keep"):
            assert "A test result" in reader.get(address).text
    assert NAME not in readers[0].get(f"{record}who-looked/").text
    with acting(clinic, clinic.amina) as amina:
        results.release(amina, row.id)
    for reader in readers:
        assert [NAME in reader.get(address).text for address in news] == [False, False, False]
        assert "A new result" in reader.get(record)
        assert NAME in reader.get(page)


@pytest.mark.parametrize("categories", [blood().categories, (BIOPSY,)])
def test_what_waits_for_somebody_to_show_it_waits_in_its_next_versions_too(
    clinic: Clinic, new_client: Callable[..., Client], categories: tuple[Coding, ...]
) -> None:
    """Alone catches: a restricted report, or a biopsy, that is open at once because its final version, or one that was
    typed, does not say again that it is restricted; a professional who is not told before they file it; and one that
    waits longer with each version."""
    with acting(clinic, clinic.rosas_account) as rosa:
        results.choose(rosa, "at_once", [])
    first = filed(clinic, restricted=True, status="preliminary", categories=categories)
    second = filed(clinic, status="final", issued=later(2))
    assert (second.replaces_id, second.waits_for) == (first.id, "hand")
    assert second.visible_from == second.latest_at == first.latest_at
    staff, reader = new_client(), new_client()
    staff.sign_in(clinic.amina)
    reader.sign_in(clinic.rosas_account)
    form = staff.get(f"/people/{clinic.rosa}/results/{second.id}/correct")
    assert "The lab says that this is restricted. Rosa will see it on" in form
    answer = form.form("report").fill(conclusion="A word.").submit("File the correction")
    assert answer.status == 200, answer.errors
    third = next(row for row in clinic.reports() if row.replaces_id == second.id)
    assert (third.waits_for, third.visible_from) == ("hand", first.latest_at)
    # Once it was shown, what puts it right is seen at once; and is named in no list of news.
    with acting(clinic, clinic.amina) as amina:
        results.release(amina, third.id)
    fourth = filed(clinic, status="corrected", issued=later(3))
    assert (fourth.replaces_id, fourth.visible_from) == (third.id, fourth.filed_at)
    for address in ("/inbox/", f"/people/{clinic.rosa}/"):
        assert NAME not in reader.get(address).html.main.get_text(" ")
    assert "A corrected result" in reader.get(f"/people/{clinic.rosa}/")
    assert NAME in reader.get(f"/people/{clinic.rosa}/results/")


def test_a_version_that_came_late_is_not_open_when_the_one_that_waits_is_taken_off(clinic: Clinic) -> None:
    """Alone catches: an older version of a restricted report, that came later and without the label, seen at once when
    somebody marks the newer one as entered by mistake."""
    with acting(clinic, clinic.rosas_account) as rosa:
        results.choose(rosa, "at_once", [])
    above = filed(clinic, restricted=True, status="final", issued=later(2))
    beneath = filed(clinic, status="preliminary", issued=later(1))
    with acting(clinic, clinic.amina) as amina:
        filing.mark_in_error(amina, above.id, "Typed wrong.")
    again = clinic.report(beneath.id)
    assert (again.waits_for, again.visible_from > now()) == ("hand", True)
