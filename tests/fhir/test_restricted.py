"""A report that its laboratory labels as restricted: somebody of the team shows it, and no list of news names it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

import pytest

from selfcare.accounts.models import Account
from selfcare.database import command, session
from selfcare.people.models import Person
from selfcare.results import actions as results
from selfcare.web.access import Permit
from tests import factories
from tests.fhir.messages import JSON, XML, Node, as_json, as_xml, of
from tests.fhir.sending import Laboratory
from tests.fhir.test_endpoint import for_rosa
from tests.filing.clinic import Clinic
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
