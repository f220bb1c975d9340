"""Every public example of pathology is read, and says what its source says."""

from pathlib import Path

import pytest

from selfcare.fhir import read
from tests.fhir.samples import as_xml_source, files, needs_samples
from tests.fhir.walker import F, Walker, assert_says, text_of, value_at

pytestmark = needs_samples


def test_there_are_examples_with_reports() -> None:
    assert any(read(file.read_bytes()).reports for file in files())


@pytest.mark.parametrize("file", files(), ids=lambda file: file.name)
def test_each_value_unit_range_and_flag_is_the_sources(file: Path) -> None:
    """All reports of a file are read whole. Those that refer to what is not there, or hold nothing, say so."""
    made, walker = read(file.read_bytes()), Walker(as_xml_source(file))
    sent = walker.reports()
    whole = [report for report in sent if not _missing(walker, report) and _holds_something(report)]
    assert len(made.reports) == len(whole), [problem.text for problem in made.problems]
    assert made.refused == len(sent) - len(whole)
    for element, report in zip(whole, made.reports, strict=True):
        assert_says(walker, element, report)
    if len(whole) < len(sent) or not sent:
        assert any(problem.refuses for problem in made.problems)
    for reference in (one for report in sent for one in _missing(walker, report)):
        assert any(reference[:50] in problem.text for problem in made.problems)


def _missing(walker: Walker, report) -> list[str]:
    references = report.xpath("f:result/f:reference/@value", namespaces={"f": F[1:-1]})
    return [reference for reference in references if walker.target(report, reference) is None]


def _holds_something(report) -> bool:
    files = [value_at(one, "data") for one in report.findall(f"{F}presentedForm")]
    if any(not data.startswith("JVBERi0") for data in files):
        return False  # examples put other things where a PDF should be
    shown = report.findall(f"{F}result") or value_at(report, "conclusion") or files
    return bool(shown) or value_at(report, "status") not in ("final", "amended", "corrected", "appended")


@pytest.mark.parametrize("file", files(), ids=lambda file: file.name)
def test_title_person_laboratory_and_times_are_the_sources(file: Path) -> None:
    made, walker = read(file.read_bytes()), Walker(as_xml_source(file))
    by_issue = {
        (value_at(one, "issued"), value_at(one, "identifier", "value")): one for one in walker.reports()
    }
    for report in made.reports:
        issued = report.issued.instant.isoformat() if report.issued and report.issued.instant else ""
        name = next((one.value for one in report.identifiers), "")
        element = by_issue.get((issued, name))
        if element is None:
            continue  # without a name of its own, or issued elsewhere on the clock: the values are compared above
        asked = [text_of(one.find(f"{F}code")) for one in walker.targets(element, "basedOn")]
        if asked:
            assert report.title == ", ".join(dict.fromkeys(asked))
        assert report.title.casefold() != "diagnostic studies report"
        for whose in walker.targets(element, "subject"):
            assert report.whose.born == value_at(whose, "birthDate")
            assert report.whose.families[0] == value_at(whose, "name", "family")
            assert set(report.whose.nhs_numbers) <= {
                value_at(one, "value") for one in whose.findall(f"{F}identifier")
            }
        assert not report.whose.mixed
        performers = [one for one in walker.targets(element, "performer") if one.tag == f"{F}Organization"]
        if performers:
            assert report.laboratory == ", ".join(value_at(one, "name") for one in performers)
        samples = walker.targets(element, "specimen")
        for sample in samples:
            assert text_of(sample.find(f"{F}type")) in report.specimen
        effective = value_at(element, "effectiveDateTime") or next(
            (time for one in samples if (time := value_at(one, "collection", "collectedDateTime"))), ""
        )
        if effective.endswith("+00:00"):
            assert report.taken
            assert report.taken.instant
            assert report.taken.instant.isoformat() == effective
