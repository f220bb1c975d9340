"""Kinds of message that were once read wrong, held on the pages that people read: a row for each, in KINDS.

Every row has messages of our own making, and looks at pages: the answers to the sender, the list and the report as the
patient and as a nurse. Where SELFCARE_SAMPLES names a folder beside `found/fhir`, its files are posted as well, and
must show the same.
"""

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest

from selfcare.accounts.models import Account
from selfcare.database import session
from selfcare.people import actions as people
from selfcare.web.access import Role
from tests import factories
from tests.fhir import kinds
from tests.fhir.kinds import message, report, result
from tests.fhir.messages import Node
from tests.fhir.sending import Laboratory, Said
from tests.filing.clinic import Clinic
from tests.harness.client import Client
from tests.harness.pages import Answer, words

FOUND = Path(os.environ.get("SELFCARE_SAMPLES", "/nowhere"), "..", "found", "fhir")
PATIENT, NURSE = "patient", "nurse"
BOTH = (PATIENT, NURSE)


@dataclass
class Shown:
    """What a row looks at. `answers`: what the sender was told, message by message."""

    answers: list[Said]
    person: UUID
    clients: dict[str, Client]

    def results(self, who: str = PATIENT) -> Answer:
        """The list of Rosa's results."""
        page = self.clients[who].get(f"/people/{self.person}/results/")
        assert page.status == 200
        return page

    def rows(self, who: str = PATIENT) -> list[str]:
        """What each line of that list reads."""
        return [words(row) for row in self.results(who).html.select("main .row")]

    def report(self, title: str, who: str = PATIENT) -> Answer:
        """The report that the list has under this title; the only one."""
        page = self.results(who)
        links = [a for a in page.html.select("main .row a[href]") if words(a).startswith(title)]
        assert len(links) == 1, f"{len(links)} reports {title!r} in {self.rows(who)}"
        return self.clients[who].get(str(links[0]["href"]))

    def summary(self, who: str = PATIENT) -> Answer:
        """What a summary made now would say."""
        return self.clients[who].get(f"/people/{self.person}/summary/preview")


@dataclass(frozen=True)
class Kind:
    """A row. `files`: those of the folder that are of this kind, in the order they are sent."""

    number: str
    messages: tuple[Node, ...]
    files: tuple[str, ...]
    right: Callable[[Shown], None]


# ------------------------------------------------------------------------------------- whose, which, and taken or not


def two_stand(*titles: str) -> Callable[[Shown], None]:
    def right(shown: Shown) -> None:
        for who in BOTH:
            for title in titles:
                page = shown.report(title, who)
                assert "newer" not in page
                assert not any("newer" in row or "Corrected" in row for row in shown.rows(who))
        assert all("Filed." in one.texts and "eplace" not in one.texts for one in shown.answers)

    return right


def right_01(shown: Shown) -> None:
    two_stand("Full blood count", "Urea and electrolytes")(shown)
    assert "6.9 mmol/L" in shown.report("Urea and electrolytes")
    assert "132 g/L" in shown.report("Full blood count", NURSE)


def right_01b(shown: Shown) -> None:
    two_stand("Haemoglobin only", "Thyroid function")(shown)
    assert "128 g/L" in shown.report("Haemoglobin only")
    assert "11.2 mU/L" in shown.report("Thyroid function")


def right_10(shown: Shown) -> None:
    for who in BOTH:
        page = shown.report("Digoxin", who)
        assert "0.9 µg/L" in page
        assert "3.9" not in page
    assert "place of" in shown.answers[-1].texts


def right_37(shown: Shown) -> None:
    assert any("HIV antibody" in row and "Entered in error" in row for row in shown.rows())
    page = shown.report("HIV antibody")
    assert "Reactive" not in page
    assert "This was entered by mistake" in page
    assert any("HIV antibody" in row and "Entered in error" in row for row in shown.rows(NURSE))


def right_78(shown: Shown) -> None:
    for who in BOTH:
        assert any("Lead" in row and "Entered in error" in row for row in shown.rows(who))
    assert "1.9" not in shown.report("Lead")
    assert shown.answers[-1].status == 200


def filed(title: str, value: str) -> Callable[[Shown], None]:
    def right(shown: Shown) -> None:
        for who in BOTH:
            assert value in shown.report(title, who)
        assert [one.status for one in shown.answers] == [200] * len(shown.answers)

    return right


def right_16(shown: Shown) -> None:
    for who in BOTH:
        assert not shown.rows(who) or not any("Lithium" in row for row in shown.rows(who))
    assert shown.answers[0].status == 422
    assert "Filed." not in shown.answers[0].texts


def right_60(shown: Shown) -> None:
    for who in BOTH:
        page = shown.report("Letter", who)
        assert page.html.select('main a[href*="/files/"], main a[href*="file"]')
    assert "hash" in shown.answers[0].texts


PERFORMER = {"resourceType": "Organization", "id": "o", "name": "Hillside Pathology",
             "identifier": [{"system": "https://fhir.nhs.uk/Id/ods-organization-code", "value": "Z8Y02"}]}  # fmt: skip
A_PDF = "JVBERi0xLjcKJeLjz9MKMSAwIG9iago8PD4+CmVuZG9iagolJUVPRgo="
A_PDFS_SHA256 = "X0ApktkW1ej2RKeIH4HksL+p14MRs1K7lrjZIkpZmZA="

KINDS = [
    Kind(
        "01",
        (
            message(
                result("hb", "Haemoglobin", 132, "g/L"),
                result("k", "Potassium", 6.9),
                report("a", "Full blood count", "hb", number="N-01"),
                report("b", "Urea and electrolytes", "k", number="N-01"),
            ),
        ),
        ("01-two-reports-one-number.json",),
        right_01,
    ),
    Kind(
        "01b",
        (
            message(
                result("hb", "Haemoglobin", 128, "g/L"), report("a", "Haemoglobin only", "hb", number="N-1b")
            ),
            message(
                result("tsh", "TSH", 11.2, "mU/L"),
                report(
                    "b", "Thyroid function", "tsh", number="N-1b", issued="2026-10-05T17:30:00+01:00"
                ),
            ),
        ),
        ("01b-message-1-of-2.json", "01b-message-2-of-2.json"),
        right_01b,
    ),
    Kind(
        "10",
        (
            message(result("k", "Digoxin", 3.9, "µg/L"), report("a", "Digoxin", "k", number="N-10")),
            message(
                PERFORMER,
                result("k", "Digoxin", 0.9, "µg/L", status="corrected"),
                report(
                    "a", "Digoxin", "k", number="N-10", status="corrected",
                    issued="2026-10-05T16:00:00+01:00", performer=[{"reference": "Organization/o"}],
                ),
            ),
        ),
        ("10-v1.json", "10-v2-performer-as-resource.json"),
        right_10,
    ),
    Kind(
        "12a",
        (
            message(
                result("k", "Magnesium", 0.8, meta={"profile": [
                    "https://fhir.hl7.org.uk/StructureDefinition/UKCore-Observation-Lab|1.0.0"
                ]}),
                report("a", "Magnesium a", "k", number="N-12a"),
            ),
        ),
        ("12a-profile-1.0.0.json",),
        filed("Magnesium a", "0.8 mmol/L"),
    ),
    Kind(
        "12c",
        (
            message(
                result("k", "Magnesium", 0.8, meta={"profile": [
                    "http://hl7.org/fhir/us/core/StructureDefinition/us-core-observation-lab|5.0.1"
                ]}),
                report("a", "Magnesium c", "k", number="N-12c"),
            ),
        ),
        ("12c-uscore-5.0.1.json",),
        filed("Magnesium c", "0.8 mmol/L"),
    ),
    Kind(
        "14",
        (message(result("k", "Zinc", 14, "µmol/L"), report("a", "Zinc", "k", number="N-14"), kind="batch"),),
        ("14-batch.json",),
        filed("Zinc", "14 µmol/L"),
    ),
    Kind(
        "16",
        (
            message(
                result("k", "Lithium", 0.7),
                report("a", "Lithium", "k", number="N-16a"),
                report("b", "Paracetamol", "gone", number="N-16b"),
                kind="transaction",
            ),
        ),
        ("16-transaction-half-wrong.json",),
        right_16,
    ),
    Kind("18", (kinds.encoded(),), ("18-conditional-reference-encoded.json",), filed("Copper", "16 µmol/L")),
    Kind(
        "60",
        (
            message(
                report("a", "Letter", number="N-60", result=None, presentedForm=[
                    {"contentType": "application/pdf", "data": A_PDF, "hash": A_PDFS_SHA256, "title": "Letter"}
                ]),
            ),
        ),
        ("60-file-hash-sha256.json",),
        right_60,
    ),
    Kind(
        "37",
        (
            message(result("k", "HIV antibody", "Reactive"), report("a", "HIV antibody", "k", number="N-37")),
            message(
                report(
                    "a", "HIV antibody", number="N-37", status="entered-in-error",
                    effectiveDateTime=None, issued=None, performer=None, result=None,
                )
            ),
        ),
        ("37-v1.json", "37-v2-withdrawal-stub.json"),
        right_37,
    ),
    Kind(
        "78",
        (
            message(result("k", "Lead", 1.9, "µmol/L"), report("a", "Lead (78)", "k", number="N-78")),
            {
                "resourceType": "Bundle",
                "type": "transaction",
                "entry": [
                    {"request": {"method": "DELETE", "url": f"DiagnosticReport?identifier={kinds.SYSTEM}|N-78"}}
                ],
            },
        ),
        ("78-1-original.json", "78-2-delete.json"),
        right_78,
    ),
]  # fmt: skip


def test_every_file_of_the_folder_has_its_row() -> None:
    """A file that is added to the folder and to no row would be looked at by nobody."""
    there = {path.name for path in FOUND.glob("*.json")}
    rows = {name for kind in KINDS for name in kind.files}
    assert rows <= there or not there


def cases() -> list[tuple[Kind, str]]:
    return [(kind, where) for kind in KINDS for where in (("own", "found") if FOUND.is_dir() else ("own",))]


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("kind", "where"), [pytest.param(*case, id=f"{case[0].number}-{case[1]}") for case in cases()]
)
def test_what_is_sent_is_shown_as_it_is(
    clinic: Clinic, lab: Laboratory, new_client: Callable[..., Client], kind: Kind, where: str
) -> None:
    person, account = clinic.do(rosa_hill, clinic)
    clients = {who: new_client() for who in BOTH}
    clients[PATIENT].sign_in(account)
    clients[NURSE].sign_in(clinic.amina)
    sent = (
        [json.loads((FOUND / name).read_bytes()) for name in kind.files]
        if where == "found"
        else kind.messages
    )
    kind.right(Shown([lab.post(one) for one in sent], person, clients))


def rosa_hill(clinic: Clinic) -> tuple[UUID, UUID]:
    """Somebody with the number that every message of these kinds is about, and her account."""
    lead = session().get_one(Account, clinic.amina)
    row = people.add_person(
        given_name="Rosa", family_name="Hill", born=date(1962, 3, 27), nhs_number=kinds.NUMBER,
        team_id=clinic.team, lead=lead.id,
    )  # fmt: skip
    account = factories.account(name="Rosa Hill")
    people.relate(row.id, kind=Role.SELF, account_id=account.id)
    return row.id, account.id
