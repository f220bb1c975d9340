"""What refers to what: by address, by type and id, inside a resource, by identifier; and what is not there."""

import pytest

from tests.fhir.messages import bundle, entry, observation, of, reading, refusal, single, the_report

BASE = "https://lab.example/fhir"


def rest(made):
    """The same message with addresses as servers give them, and references relative to them."""
    names = {}
    for number, one in enumerate(made["entry"]):
        kind = one["resource"]["resourceType"]
        names[one["fullUrl"]] = f"{kind}/{number}"
        one["fullUrl"] = f"{BASE}/{kind}/{number}"
        one["resource"]["id"] = str(number)
    return _renamed(made, names)


def _renamed(value, names):
    if isinstance(value, dict):
        return {name: _renamed(one, names) for name, one in value.items()}
    if isinstance(value, list):
        return [_renamed(one, names) for one in value]
    return names.get(value, value) if isinstance(value, str) else value


def test_relative_absolute_versioned_and_without_any_address() -> None:
    plain = the_report(bundle())
    relative = rest(bundle())
    assert the_report(relative).content_hash == plain.content_hash
    of(relative, "DiagnosticReport")["subject"] = {"reference": f"{BASE}/Patient/2"}
    assert the_report(relative).content_hash == plain.content_hash
    of(relative, "DiagnosticReport")["subject"] = {"reference": "Patient/2/_history/7"}
    assert the_report(relative).content_hash == plain.content_hash
    for one in relative["entry"]:
        del one["fullUrl"]
    assert the_report(relative).content_hash == plain.content_hash
    bare = bundle()
    for one in bare["entry"]:
        one["resource"]["id"] = one.pop("fullUrl").removeprefix("urn:uuid:")
    assert the_report(bare).content_hash == plain.content_hash


def test_another_servers_resource_is_not_ours() -> None:
    made = rest(bundle())
    of(made, "DiagnosticReport")["result"] = [{"reference": "https://other.example/fhir/Observation/6"}]
    assert "which is not in the message" in refusal(made)


def test_one_id_at_two_servers_is_told_apart_by_the_address() -> None:
    made = rest(bundle(observation("Ours")))
    made["entry"].insert(0, {
        "fullUrl": "https://other.example/fhir/Observation/6",
        "resource": observation("Theirs") | {"id": "6"},
    })  # fmt: skip
    assert [one.name for one in reading(made).reports[0].results] == ["Ours"]


def test_by_identifier() -> None:
    made = bundle(observation() | {"identifier": [{"system": "urn:lab", "value": "77"}]})
    of(made, "DiagnosticReport")["result"] = [{"identifier": {"system": "urn:lab", "value": "77"}}]
    assert the_report(made).results[0].name == "Serum sodium"
    of(made, "DiagnosticReport")["result"] = [{"identifier": {"system": "urn:lab", "value": "78"}}]
    assert "refers to 78" in refusal(made)


@pytest.mark.parametrize(
    "reference", ["urn:uuid:gone", "Observation/gone", "#gone", "nonsense", f"{BASE}/Observation/1"]
)
def test_a_result_that_is_not_there_refuses_the_report(reference: str) -> None:
    made = bundle()
    of(made, "DiagnosticReport")["result"].append({"reference": reference})
    assert f"refers to {reference}, which is not in the message" in refusal(made)
    panel = bundle(observation("Panel", hasMember=[{"reference": reference}]))
    assert f"Observation.hasMember refers to {reference}" in refusal(panel)


def test_a_result_that_says_nothing_to_refer_to_refuses_the_report() -> None:
    made = bundle()
    of(made, "DiagnosticReport")["result"] = [{"display": "Sodium"}]
    assert "does not say what it refers to" in refusal(made)


@pytest.mark.parametrize("kind", ["QuestionnaireResponse", "MolecularSequence", "Patient"])
def test_a_result_of_another_type_refuses_the_report(kind: str) -> None:
    made = bundle(observation("Panel", hasMember=[{"reference": "urn:uuid:q"}]))
    made["entry"].append(entry("q", {"resourceType": kind}))
    assert f"a resource of the type {kind}, which is not read there" in refusal(made)


@pytest.mark.parametrize("length", [1, 2, 3, 9])
def test_a_group_that_stands_in_itself_refuses_the_report(length: int) -> None:
    circle = [
        observation(f"T{n}", hasMember=[{"reference": f"urn:uuid:r{(n + 1) % length}"}])
        for n in range(length)
    ]
    made = bundle(*circle)
    assert "stands in itself" in refusal(made)
    of(made, "DiagnosticReport")["result"] = [{"reference": "urn:uuid:r0"}]
    assert "stands in itself" in refusal(made)


def test_many_ways_through_few_groups_do_not_multiply() -> None:
    """Each group names the next one twice, and the one after: followed blindly, that is 2^40 rows."""
    layers = [
        observation(
            f"T{n}", hasMember=[{"reference": f"urn:uuid:r{n + 1}"}] * 2 + [{"reference": "urn:uuid:r9"}]
        )
        for n in range(9)
    ]
    assert len(reading(bundle(*layers, observation("Last"))).reports[0].results) == 10


def test_the_same_address_with_the_same_content_is_one() -> None:
    made = bundle()
    made["entry"] += made["entry"]
    answer = reading(made)
    assert (len(answer.reports), answer.refused, answer.problems) == (1, 0, ())


@pytest.mark.parametrize("kind", ["Observation", "Patient", "Specimen", "Organization", "DiagnosticReport"])
def test_the_same_address_with_other_content_refuses(kind: str) -> None:
    made = bundle()
    name = next(one["fullUrl"] for one in made["entry"] if one["resource"]["resourceType"] == kind)
    made["entry"].append({"fullUrl": name, "resource": of(made, kind) | {"language": "cy"}})
    answer = reading(made)
    assert answer.reports == ()
    assert answer.refused >= 1
    assert any(one.code == "duplicate" for one in answer.problems)


def test_contained_parts_are_found_only_where_they_are() -> None:
    made = bundle()
    of(made, "Specimen")["contained"] = [observation("Hidden") | {"id": "x"}]
    of(made, "DiagnosticReport")["result"] = [{"reference": "#x"}]
    assert "refers to #x, which is not in the message" in refusal(made)


def test_two_contained_parts_with_one_id_that_differ_refuse() -> None:
    made = single(observation("A"))
    made["contained"].append(observation("B") | {"id": "r0"})
    assert "could mean several resources" in refusal(made)
    made["contained"][-1] = made["contained"][-2]
    assert the_report(made).results[0].name == "A"


def test_a_result_no_report_refers_to_is_told() -> None:
    made = bundle(observation("A"))
    made["entry"].append(entry("lonely", observation("B")))
    answer = reading(made)
    assert [one.name for one in answer.reports[0].results] == ["A"]
    assert [(one.severity, one.place) for one in answer.problems] == [("warning", "Bundle.entry[7].resource")]


def test_pictures_are_not_read_and_that_is_told() -> None:
    made = bundle()
    of(made, "DiagnosticReport")["media"] = [{"link": {"reference": "Media/1"}}]
    assert ["media" in one.text for one in reading(made).problems] == [True]
