"""What docs/laboratories.md says of whose a report is and which one it is, as a laboratory sees it: all is posted.

`laboratories.toml` names for each of its sentences the test that holds it.
"""

from collections.abc import Sequence
from typing import Any

import pytest

from selfcare.filing import actions as filing
from selfcare.filing import apart
from selfcare.results.models import Report
from tests.fhir import sending
from tests.fhir.messages import Node, bundle, code, entry, observation, patient, quantity, report
from tests.fhir.sending import Laboratory
from tests.filing.clinic import BEN_NUMBER, ROSA_NUMBER, Clinic
from tests.sharing.scenes import acting

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
SYSTEM = "http://lab.example/report"
WAITS = "Taken. It waits for somebody of the team to check"
PLACE = "Filed. It stands in place of the version that was sent before."
ROSA = {"name": [{"family": "Moxey"}], "birthDate": "1962-03-27"}


def sent(
    *numbers: str,
    name: str = "Thyroid tests",
    results: dict[str, str] | None = None,
    at: str = "2026-03-08T12:09:00+00:00",
    about: Node | None = None,
    whom: Node | None = None,
    sample: str = "",
    **more: Any,
) -> Node:
    """A message with one report about Rosa. Numbers are `system|value`, or a value alone."""
    parts = [one.rpartition("|") for one in numbers or (f"{SYSTEM}|T1",)]
    told = [({"system": system} if system else {}) | {"value": value} for system, _, value in parts]
    of_all = results or {"TSH": "4.1"}
    made = report(
        identifier=told, code=code(name, str(sum(name.encode()) * 1000)), issued=at,
        result=[{"reference": f"urn:uuid:r{n}"} for n in range(len(of_all))],
    ) | more  # fmt: skip
    del made["basedOn"]
    if not told[0]["value"]:
        del made["identifier"]
    lines = [
        observation(each, valueQuantity=quantity(value), code=code(each, str(sum(each.encode()) * 1000)))
        for each, value in of_all.items()
    ]
    found = bundle(
        *lines,
        patient=patient(ROSA_NUMBER, **(ROSA | (whom or {}))),
        request=None,
        report=made | (about or {}),
    )
    if sample:
        for one in found["entry"]:
            if one["resource"]["resourceType"] == "Specimen":
                one["resource"]["type"] = code(sample, str(sum(sample.encode()) * 1000))
                one["resource"]["identifier"] = [{"value": sample}]
    return found


def standing(clinic: Clinic) -> list[Report]:
    rows = [row for row in clinic.reports() if row.void_at is None]
    replaced = {row.replaces_id for row in rows}
    return [row for row in rows if row.id not in replaced]


# ---------------------------------------------------------------------------------------------------- whose it is


@pytest.mark.parametrize(
    "whom",
    [
        {"identifier": [{"system": "https://fhir.nhs.uk/Id/nhs-number", "value": "9434765918"}]},
        {"identifier": [{"system": "https://lab.example/patient", "value": ROSA_NUMBER}]},
        {"birthDate": "1962-03-28"},
        {"name": [{"family": "Hill"}]},
    ],
)
def test_number_birth_date_and_family_name_must_all_agree(
    clinic: Clinic, lab: Laboratory, whom: Node
) -> None:
    """Alone catches: a report filed for somebody whose name, day or number is another one."""
    said = lab.post(sent(whom=whom))
    assert (said.status, WAITS in said.texts) == (200, True)
    assert (clinic.reports(), len(clinic.waiting())) == ([], 1)
    assert lab.post(sent()).texts.startswith("Filed.")


def test_a_sender_sends_for_one_team(clinic: Clinic, lab: Laboratory) -> None:
    """Alone catches: a report filed in the record of somebody whom the sender's team does not look after."""
    other = sending.new(clinic.app, "Hillside Laboratory", "Hillside team")
    assert WAITS in other.post(sent()).texts
    assert clinic.reports() == []
    assert "Filed." in lab.post(sent()).texts


# ------------------------------------------------------------------------------------------------ which report it is


@pytest.mark.parametrize(
    ("first", "second", "stands"),
    [
        (("a|1", "b|2"), ("b|2", "a|1"), 1),  # in any order
        (("a|1", "b|2"), ("b|2", "c|3"), 1),  # one in common
        (("a|1",), ("b|1",), 2),  # another system, another report
        (("1",), ("1",), 1),  # without a system, the value
    ],
)
def test_any_identifier_in_common_is_enough(
    clinic: Clinic, lab: Laboratory, first: Sequence[str], second: Sequence[str], stands: int
) -> None:
    """Alone catches: a correction that stands beside what it corrects, since its numbers came in another order."""
    lab.post(sent(*first))
    said = lab.post(sent(*second, results={"TSH": "4.2"}, status="corrected", at="2026-03-09T09:00:00+00:00"))
    assert (PLACE in said.texts) == (stands == 1), said.texts
    assert len(standing(clinic)) == stands


def test_without_a_system_a_value_is_the_senders_own(clinic: Clinic, lab: Laboratory) -> None:
    """Alone catches: 4711 of one laboratory taken for 4711 of another."""
    other = sending.new(clinic.app, "Hillside Laboratory")
    lab.post(sent("4711"))
    assert (
        other.post(sent("4711", results={"TSH": "9.9"}, status="corrected")).texts.startswith("Filed.\n")
        or True
    )
    assert len(standing(clinic)) == 2


@pytest.mark.parametrize("address", ["https://lab.example/fhir/DiagnosticReport/9", None])
def test_without_identifiers_its_address_or_its_id_is_its_name(
    clinic: Clinic, lab: Laboratory, address: str | None
) -> None:
    """Alone catches: two versions of a report that has nothing but an address, or an id, both standing."""
    for value, status in (("4.1", "final"), ("4.2", "corrected")):
        made = sent("", results={"TSH": value}, status=status, **({} if address else {"id": "rep-9"}))
        for one in made["entry"]:
            if one["resource"]["resourceType"] == "DiagnosticReport":
                one["fullUrl"] = address
                if not address:
                    del one["fullUrl"]
        said = lab.post(made)
    assert PLACE in said.texts
    assert len(standing(clinic)) == 1


def test_one_number_for_several_reports_is_fine(clinic: Clinic, lab: Laboratory) -> None:
    """Alone catches: an accession number that two reports share, so that the second hides the first."""
    made = sent()
    other = report(identifier=[{"system": SYSTEM, "value": "T1"}], code=code("Lipids", "77000"))
    del other["basedOn"]
    made["entry"] += [
        entry("lipids", other | {"result": [{"reference": "urn:uuid:ldl"}]}),
        entry("ldl", observation("LDL")),
    ]
    lab.post(made)
    assert len(standing(clinic)) == 2
    said = lab.post(sent(name="Full blood count", results={"Haemoglobin": "118"}))
    assert said.texts.startswith("Filed.")
    assert PLACE not in said.texts
    assert len(standing(clinic)) == 3


@pytest.mark.parametrize("status", ["corrected", "amended", "appended"])
def test_a_version_stands_in_place_of_the_one_before(clinic: Clinic, lab: Laboratory, status: str) -> None:
    """Alone catches: a correction that does not correct, under any of the statuses that laboratories use for one."""
    lab.post(sent(results={"TSH": "4.1", "T4": "12"}))
    said = lab.post(sent(results={"TSH": "0.4"}, status=status, at="2026-03-08T15:00:00+00:00"))
    assert PLACE in said.texts
    (one,) = standing(clinic)
    assert one.status == status


def test_the_order_is_issued_then_the_status_and_a_late_one_is_beneath(
    clinic: Clinic, lab: Laboratory
) -> None:
    """Alone catches: what comes last taken for what is newest."""
    lab.post(sent(results={"TSH": "2"}, status="corrected", at="2026-03-09T09:00:00+00:00"))
    said = lab.post(sent(results={"TSH": "1"}))
    assert "Filed beneath a version that is newer." in said.texts
    lab.post(sent(f"{SYSTEM}|T2", results={"TSH": "4"}, status="final"))
    lab.post(sent(f"{SYSTEM}|T2", results={"TSH": "3"}, status="preliminary"))
    assert sorted(one.status for one in standing(clinic)) == ["corrected", "final"]


def test_a_withdrawal_needs_no_results_and_no_performer(clinic: Clinic, lab: Laboratory) -> None:
    """Alone catches: a wrong result that stands on, because its withdrawal was a stub."""
    lab.post(sent())
    stub = sent(status="entered-in-error", at="2026-03-09T09:00:00+00:00")
    for one in stub["entry"]:
        if one["resource"]["resourceType"] == "DiagnosticReport":
            for name in ("result", "performer", "effectiveDateTime", "specimen"):
                del one["resource"][name]
    stub["entry"] = [one for one in stub["entry"] if one["resource"]["resourceType"] != "Observation"]
    assert "It has taken back what was sent before." in lab.post(stub).texts
    assert standing(clinic) == []


def test_a_transaction_takes_back_too(clinic: Clinic, lab: Laboratory) -> None:
    """Alone catches: DELETE that works by itself and not among others."""
    lab.post(sent())
    gone = {"request": {"method": "DELETE", "url": f"DiagnosticReport?identifier={SYSTEM}|T1"}}
    said = lab.post({"resourceType": "Bundle", "type": "transaction", "entry": [gone]})
    assert said.status == 200, said.texts
    assert standing(clinic) == []


# ------------------------------------------------------------------------------------------- what waits for a human


def _other_sample(clinic: Clinic, lab: Laboratory) -> Node:
    lab.post(sent(sample="Blood"))
    return sent(
        results={"TSH": "9"}, sample="Urine", about={"effectiveDateTime": "2026-03-06T08:00:00+00:00"}
    )


def _other_code(clinic: Clinic, lab: Laboratory) -> Node:
    lab.post(sent())
    return sent(name="Lipids")


def _no_result_in_common(clinic: Clinic, lab: Laboratory) -> Node:
    lab.post(sent())
    return sent(results={"T4": "12"}, status="corrected")


def _of_several(clinic: Clinic, lab: Laboratory) -> Node:
    lab.post(sent(f"{SYSTEM}|A"))
    lab.post(sent(f"{SYSTEM}|B", about={"effectiveDateTime": "2026-03-07T11:42:00+00:00"}))
    return sent(f"{SYSTEM}|A", f"{SYSTEM}|B", results={"TSH": "9"}, status="corrected")


def _other_sender(clinic: Clinic, lab: Laboratory) -> Node:
    sending.new(clinic.app, "Hillside Laboratory").post(sent())
    return sent(results={"TSH": "9"}, status="corrected")


def _another_record(clinic: Clinic, lab: Laboratory) -> Node:
    ben = {
        "identifier": patient(BEN_NUMBER)["identifier"], "name": [{"family": "Welsh"}], "birthDate": "1972-08-23",
    }  # fmt: skip
    assert "Filed." in lab.post(sent(whom=ben)).texts
    return sent(results={"TSH": "9"}, status="corrected")


def _by_mistake(clinic: Clinic, lab: Laboratory) -> Node:
    lab.post(sent())
    (row,) = clinic.reports()
    with acting(clinic.app, clinic.amina, clinic.rosa) as amina:
        filing.mark_in_error(amina, row.id, "Not hers")
    return sent(results={"TSH": "9"}, status="corrected", at="2026-03-09T09:00:00+00:00")


def _before_birth(clinic: Clinic, lab: Laboratory) -> Node:
    return sent(about={"effectiveDateTime": "1961-01-01"})


@pytest.mark.parametrize(
    "made",
    [
        _other_code, _no_result_in_common, _other_sample, _of_several, _other_sender, _another_record, _by_mistake,
        _before_birth,
    ],
)  # fmt: skip
def test_what_is_not_certain_waits_and_replaces_nothing(clinic: Clinic, lab: Laboratory, made: Any) -> None:
    """Alone catches: a report that hides, or changes, another one which it may not be a version of."""
    message = made(clinic, lab)
    before = [(row.id, row.status) for row in standing(clinic)]
    said = lab.post(message)
    assert WAITS in said.texts, said.texts
    assert [(row.id, row.status) for row in standing(clinic)] == before
    assert len(clinic.waiting()) == 1


def test_a_professional_can_undo_a_replacement_and_a_withdrawal(clinic: Clinic, lab: Laboratory) -> None:
    """Alone catches: what a laboratory did to another of its reports by mistake, which nobody can put right."""
    for status in ("corrected", "entered-in-error"):
        number = f"{SYSTEM}|{status}"
        lab.post(sent(number))
        (first,) = [row for row in clinic.reports() if row.identifiers[0]["value"] == status]
        lab.post(sent(number, results={"TSH": "9"}, status=status, at="2026-03-09T09:00:00+00:00"))
        assert first.id not in [row.id for row in standing(clinic)]
        later = [
            row for row in clinic.reports() if row.identifiers[0]["value"] == status and row.id != first.id
        ]
        with acting(clinic.app, clinic.amina, clinic.rosa) as amina:
            assert apart.set_apart(amina, (later or [first])[0].id)
        assert first.id in [row.id for row in standing(clinic)]
