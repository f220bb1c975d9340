"""Changed messages through the door itself: never a fault, and in the database a report whole or not at all.

`test_mutations` gives the reader every change of every element. Here a part of them, spread evenly over all examples
and over messages of our own, goes through POST /fhir/ into the database, where what was kept is counted.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import islice

import pytest
from sqlalchemy import func, select

from selfcare.database import session
from selfcare.fhir import read
from selfcare.filing.models import Incoming, Receipt
from selfcare.filing.received_report import ReceivedReport, Whose, from_json
from selfcare.people import actions as people
from selfcare.people.models import Person
from selfcare.results.models import Report, ReportFile, Result
from tests.fhir.messages import JSON, XML, as_json, as_xml, observation, single
from tests.fhir.mutations import json_mutants, xml_mutants
from tests.fhir.samples import as_xml_source, files, needs_samples
from tests.fhir.sending import Laboratory
from tests.fhir.test_mutations import everything
from tests.filing.clinic import Clinic
from tests.harness.places import PROOF
from tests.harness.proofs import Record, figure

# No number of ways to change an element divides it, so that every way comes round.
STEP_OF_OURS, STEP_OF_SAMPLES = (19, 17) if PROOF else (37, 41)
SHARE = 1 if PROOF else 0.4
Message = tuple[str, bytes, str]


def _ours() -> Iterator[Message]:
    for message in (everything(), single(observation("A"), observation("B"))):
        for what, mutant in json_mutants(message):
            yield what, as_json(mutant), JSON
        for what, data in xml_mutants(as_xml(message)):
            yield what, data, XML


def _samples() -> Iterator[Message]:
    for file in files():
        for what, data in xml_mutants(as_xml_source(file)):
            yield f"{file.name}: {what}", data, XML


def test_parts_of_our_own_messages(clinic: Clinic, lab: Laboratory, record_property: Record) -> None:
    _send_and_count(
        clinic, lab, islice(_ours(), 0, None, STEP_OF_OURS), record_property, least=20 if PROOF else 12
    )


@needs_samples
def test_parts_of_every_example(clinic: Clinic, lab: Laboratory, record_property: Record) -> None:
    for file in files():
        for report in read(file.read_bytes()).reports:
            clinic.do(_look_after, clinic, report.whose)
    _send_and_count(
        clinic, lab, islice(_samples(), 0, None, STEP_OF_SAMPLES), record_property, least=8 if PROOF else 6
    )


def _look_after(clinic: Clinic, whose: Whose) -> None:
    """The clinic's team looks after whoever the examples are about, so that their reports are filed."""
    for number in whose.nhs_numbers:
        if not session().scalar(select(Person.id).where(Person.nhs_number == number)):
            people.add_person(
                given_name=whose.given,
                family_name=whose.families[0],
                born=date.fromisoformat(whose.born),
                nhs_number=number,
                team_id=clinic.team,
                lead=clinic.amina,
            )


def _send_and_count(
    clinic: Clinic,
    lab: Laboratory,
    messages: Iterator[Message],
    record_property: Record,
    *,
    least: int,
) -> None:
    """`least`: so many different reports must come on file. Much of an example can change and say the same."""
    answers: Counter[int] = Counter()
    taken: dict[str, ReceivedReport] = {}
    for what, data, kind in messages:
        said = lab.post(data, kind)  # which must be an OperationOutcome, and no fault
        held = read(data, kind).reports
        assert said.status in ((200,) if held else (400, 422)), f"{what}: {said.status} {said.texts}"
        answers[said.status] += 1
        taken |= {report.content_hash: report for report in held}
        assert _rows(clinic, Receipt) == len(taken), f"{what}: {said.texts}"
    assert sum(answers.values()) > 150 * SHARE
    assert answers[200] > 50 * SHARE
    assert answers[422] + answers[400] > 20 * SHARE
    filed, waits = _whole(clinic, taken)
    assert filed >= least
    assert waits > 0
    figure(
        record_property, "malformed FHIR", f"{sum(answers.values())} changed messages, answered {dict(answers)}",
        f"{filed} filed, {waits} wait, 0 in part",
    )  # fmt: skip


def _whole(clinic: Clinic, taken: dict[str, ReceivedReport]) -> tuple[int, int]:
    """What is in the database is what was taken, each report once, with all of its results and files.

    :returns: how many are filed, and how many wait.
    """
    filed = {row.content_hash: row for row in clinic.all(Report)}
    waiting = {report.content_hash: report for report in (from_json(row.body) for row in clinic.waiting())}
    assert set(filed) | set(waiting) == set(taken)
    assert (len(filed), len(waiting)) == (_rows(clinic, Report), _rows(clinic, Incoming)), (
        "one is there twice"
    )
    assert len(filed) + len(waiting) == len(taken), "one is filed, and waits as well"
    results = Counter(row.report_id for row in clinic.all(Result))
    documents = Counter(row.report_id for row in clinic.all(ReportFile))
    for key, row in filed.items():
        assert results.pop(row.id, 0) == len(taken[key].results), taken[key]
        assert documents.pop(row.id, 0) == len(taken[key].files), taken[key]
    assert not results
    assert not documents
    # Where in a message a report stood is no part of what it says.
    assert all(replace(report, place="") == replace(taken[key], place="") for key, report in waiting.items())
    return len(filed), len(waiting)


def _rows(clinic: Clinic, table: type[Report | Receipt | Incoming]) -> int:
    with clinic.app.test_request_context():
        return session().scalar(select(func.count()).select_from(table)) or 0


def test_the_steps_meet_every_way() -> None:
    ways = {what.rsplit(" ", 2)[-1] for what, _, _ in islice(_ours(), 0, None, STEP_OF_OURS)}
    every = {what.rsplit(" ", 2)[-1] for what, _, _ in _ours()}
    assert ways == every


def test_the_examples_are_met_each_in_many_places() -> None:
    if not files():
        pytest.skip("SELFCARE_SAMPLES names no folder with public examples")
    met = Counter(what.split(":")[0] for what, _, _ in islice(_samples(), 0, None, STEP_OF_SAMPLES))
    assert set(met) == {file.name for file in files()}
