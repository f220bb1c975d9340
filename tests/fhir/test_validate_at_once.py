"""`$validate` reads what is known once for a whole message, whatever the number of its reports."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import uuid4

from selfcare.filing import identity
from selfcare.filing.decision import Known, known, known_all
from selfcare.filing.identity import Facts
from selfcare.filing.received_report import Identifier, ReceivedReport
from selfcare.filing.source import Source
from tests.fhir.messages import Node
from tests.fhir.sending import new as new_sender
from tests.fhir.test_endpoint import for_rosa
from tests.filing.clinic import BEN, ELSEWHERE, ROSA, Clinic, blood, later
from tests.harness.statements import counted


def many(number: int) -> Node:
    """A message about Rosa with so many reports."""
    message = for_rosa()
    (there,) = [one for one in message["entry"] if one["resource"]["resourceType"] == "DiagnosticReport"]
    others = [one for one in message["entry"] if one is not there]
    named = [{"system": "http://lab.example/report", "value": f"REP-{n}"} for n in range(number)]
    reports = [
        {"fullUrl": f"urn:uuid:report-{n}", "resource": there["resource"] | {"identifier": [one]}}
        for n, one in enumerate(named)
    ]
    return {**message, "entry": [*others, *reports]}


def test_it_takes_as_many_statements_for_sixty_reports_as_for_five(clinic: Clinic) -> None:
    """It took eight for each: eight thousand for the most that a message may have."""
    lab = new_sender(clinic.app)
    lab.post(many(3))
    spent = []
    for number in (5, 60):
        with counted(clinic.app) as statements:
            said = lab.post(many(number), path="/fhir/$validate")
        assert said.status == 200
        assert len(said.issues) >= number
        spent.append(len(statements))
    assert spent[0] == spent[1] <= 16
    assert len(clinic.reports()) == 3


def test_what_is_known_of_many_is_what_is_known_of_each(clinic: Clinic) -> None:
    """Read together, what is known of one must not be held against another."""
    clinic.one(blood(name="A", status="preliminary"))
    clinic.one(blood(BEN, "A"))
    clinic.one(blood(ELSEWHERE, "B"), clinic.other_lab)
    clinic.one(blood(name=None, local_id="7"))
    sent: list[ReceivedReport] = [
        blood(name="A", status="corrected", issued=later(3)),
        blood(BEN, "A", status="corrected", issued=later(3)),
        blood(BEN, "A"),
        blood(name=None, local_id="7", status="corrected", issued=later(1)),
        blood(BEN, None, local_id="7", status="corrected", issued=later(1)),
        blood(ELSEWHERE, "B", status="corrected", issued=later(2)),
        blood(ROSA, None, identifiers=(Identifier("", "A"),), issued=later(4)),
        blood(name="C"),
    ]
    sources = (clinic.lab, clinic.other_lab, Source(clinic.team, "Amina", account=clinic.as_(clinic.amina)))
    for source in sources:
        facts = [identity.facts(one, source.key, uuid4()) for one in sent]

        def alone(source: Source = source, facts: Sequence[Facts] = facts) -> list[Known]:
            return [known(one, new, source) for one, new in zip(sent, facts, strict=True)]

        together, apart = clinic.do(known_all, sent, facts, source), clinic.do(alone)
        assert any(one.permit for one in apart)
        for one, other in zip(together, apart, strict=True):
            assert replace(one, siblings=()) == other
