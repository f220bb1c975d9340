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


A_PDF = "JVBERi0xLjcKJeLjz9MKMSAwIG9iago8PD4+CmVuZG9iagolJUVPRgo="
A_PDFS_SHA256 = "X0ApktkW1ej2RKeIH4HksL+p14MRs1K7lrjZIkpZmZA="

KINDS = [
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
