"""A part of a report that is said to be somebody else's is filed as nobody's: the report waits for a human, and says
why. What is said of the same person in another way is filed as before. On the wire and on the page.
"""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from tests.fhir import sending
from tests.fhir.messages import NHS, Node, code, observation, patient, quantity, report
from tests.filing.clinic import BEN_NUMBER, ROSA_NUMBER, make
from tests.harness.client import Client

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)

A, B = "http://a.example/fhir", "http://b.example/fhir"
ROSA = patient(ROSA_NUMBER, name=[{"family": "MOXEY", "given": ["Rosa", "Ann"]}], birthDate="1962-03-27")
BEN = patient(BEN_NUMBER, name=[{"family": "WELSH", "given": ["Ben"]}], birthDate="1972-08-23")
ROSA_AT_A, BEN_AT_B = {"reference": f"{A}/Patient/1"}, {"reference": f"{B}/Patient/1"}
# A Patient/1 that is not in the message: on the server of the part that says so, nobody of this message.
ELSEWHERE = "http://c.example/fhir"


def collection(server: str = B, people: tuple[Node, ...] = (), **said: Any) -> Node:
    """A report on server A about its Patient/1, with one result on `server`; B has a Patient/1 too."""
    about = report(result=[{"reference": f"{server}/Observation/9"}], subject={"reference": "Patient/1"})
    for name in ("basedOn", "performer", "specimen"):
        about.pop(name)
    potassium = observation("Potassium", code=code("Potassium", "1000651000000109"))
    potassium |= {"id": "9", "valueQuantity": quantity("9.9"), **said}
    resources: list[tuple[str, Node]] = [
        (f"{A}/DiagnosticReport/1", about | {"id": "1"}),
        (f"{A}/Patient/1", ROSA | {"id": "1"}),
        (f"{B}/Patient/1", BEN | {"id": "1"}),
        (f"{server}/Observation/9", potassium),
        *((f"{A}/Patient/{2 + n}", one | {"id": str(2 + n)}) for n, one in enumerate(people)),
    ]
    entries = [{"fullUrl": url, "resource": resource} for url, resource in resources]
    return {"resourceType": "Bundle", "type": "collection", "entry": entries}


SAMPLE = {"resourceType": "Specimen", "id": "s", "type": code("Serum", "119364003")}
OTHERS: dict[str, Node] = {
    "the same words, another server": collection(subject={"reference": "Patient/1"}),
    "the same words, a server that sent nobody": collection(ELSEWHERE, subject={"reference": "Patient/1"}),
    "whom it was measured of": collection(subject=ROSA_AT_A, focus=[BEN_AT_B]),
    "whom else it was measured of": collection(subject=ROSA_AT_A, focus=[ROSA_AT_A, BEN_AT_B]),
    "a donor by name": collection(subject=ROSA_AT_A, focus=[{"display": "Kidney donor"}]),
    "a relative": collection(subject=ROSA_AT_A, focus=[{"reference": "RelatedPerson/7"}]),
    "a name alone": collection(subject={"display": "Ben Welsh"}),
    "a name with hers in it": collection(subject={"display": "Baby of Rosa Moxey"}),
    "another number beside her address": collection(
        subject=ROSA_AT_A | {"identifier": {"system": NHS, "value": BEN_NUMBER}}
    ),
    "another number to look for": collection(subject={"reference": f"Patient?identifier={NHS}|{BEN_NUMBER}"}),
    "a number of another register": collection(
        subject={"identifier": {"system": "http://b.example/mrn", "value": ROSA_NUMBER}}
    ),
    "her number, born on another day": collection(
        subject={"reference": f"{A}/Patient/2"}, people=(ROSA | {"birthDate": "1999-01-01"},)
    ),
    "the sample": collection(
        subject=ROSA_AT_A, contained=[SAMPLE | {"subject": {"display": "Ben Welsh"}}], specimen={"reference": "#s"}
    ),
    "the sample, the same words": collection(
        contained=[SAMPLE | {"subject": {"reference": "Patient/1"}}], specimen={"reference": "#s"}
    ),
}  # fmt: skip
HERS: dict[str, Node] = {
    "her address": collection(subject=ROSA_AT_A),
    "the same words, the same server": collection(A, subject={"reference": "Patient/1"}),
    "a version of her": collection(A, subject={"reference": "Patient/1/_history/4"}),
    "her name": collection(subject={"display": "MOXEY, Rosa"}),
    "her name, short": collection(subject={"display": "Mrs R A Moxey"}),
    "her number": collection(subject={"identifier": {"system": NHS, "value": ROSA_NUMBER}}),
    "herself": collection(subject=ROSA_AT_A, focus=[ROSA_AT_A]),
    "a thing": collection(subject=ROSA_AT_A, focus=[{"reference": "Device/7"}]),
    "a thing by its type": collection(
        subject=ROSA_AT_A, focus=[{"type": "BodyStructure", "display": "Graft"}]
    ),
    "another copy of her": collection(subject={"reference": f"{A}/Patient/2"}, people=(ROSA,)),
}


@pytest.mark.parametrize("message", OTHERS.values(), ids=OTHERS.keys())
def test_what_is_somebody_elses_waits_and_says_why(app: Flask, message: Node) -> None:
    """Alone catches: a value of Ben's that is filed as Rosa's because two references read the same, because whom it
    was measured of is left unread, or because a name alone counts as nobody.
    """
    clinic = make(app)
    sending.new(clinic.app).post(message)
    assert not clinic.reports()
    assert [row.reasons for row in clinic.waiting()] == [["mixed"]]


@pytest.mark.parametrize("message", HERS.values(), ids=HERS.keys())
def test_what_is_hers_is_filed(app: Flask, message: Node) -> None:
    """Alone catches: a report that waits for nothing, since all of it is said of one person in different ways."""
    clinic = make(app)
    assert sending.new(clinic.app).post(message).status == 200
    assert not clinic.waiting()
    assert len(clinic.reports()) == 1


def test_the_page_of_what_waits_says_so(app: Flask, new_client: Callable[..., Client]) -> None:
    clinic = make(app)
    sending.new(clinic.app).post(OTHERS["whom it was measured of"])
    nurse = new_client()
    nurse.sign_in(clinic.amina)
    page = nurse.get(f"/results/incoming/{clinic.waiting()[0].id}/")
    assert "A part of the report is about another patient." in page.text
