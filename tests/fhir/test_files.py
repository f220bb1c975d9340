"""Files inside a report: kept byte for byte, or what they are not refuses the report."""

from base64 import b64decode, b64encode
from hashlib import sha1, sha256

import pytest

from selfcare.fhir import Limits
from tests.fhir.messages import PDF, Digits, bundle, of, reading, refusal, the_report


def form(**changed):
    return {"contentType": "application/pdf", "data": PDF, "title": "The report"} | changed


def test_a_pdf_is_kept_byte_for_byte() -> None:
    made = bundle()
    of(made, "DiagnosticReport")["presentedForm"] = [
        form(size=Digits("41"), hash=_sha1()),
        {"contentType": "text/plain; charset=utf-8", "data": "aMOk\nbGxv"},
    ]
    files = the_report(made).files
    assert files[0].title == "The report"
    assert files[0].body.startswith(b"%PDF-1.7\n%")
    assert [(one.content_type, one.title) for one in files[1:]] == [("text/plain", "")]
    assert files[1].body.decode() == "hällo"


def _sha1() -> str:
    return b64encode(sha1(b64decode(PDF), usedforsecurity=False).digest()).decode()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"data": "aGVsbG8="}, "says it is application/pdf and is not"),
        ({"data": "aGVs!G8="}, "not base64"),
        ({"data": "aGVsbG8"}, "not base64"),
        ({"data": "aGVsbG8=", "contentType": "image/png"}, "says it is image/png and is not"),
        ({"contentType": "pdf"}, "must say what kind of file"),
        ({"size": Digits("7")}, "should have 7 bytes"),
        ({"hash": "A" * 27 + "="}, "hash does not fit"),
        ({"hash": "A" * 43 + "="}, "hash does not fit"),
        ({"hash": "0" * 40}, "hash does not fit"),
    ],
)
def test_a_file_that_is_not_what_it_says_refuses_the_report(changed, said) -> None:
    made = bundle()
    of(made, "DiagnosticReport")["presentedForm"] = [form(**changed)]
    assert said in refusal(made)


def test_an_address_is_never_fetched() -> None:
    made = bundle()
    of(made, "DiagnosticReport")["presentedForm"] = [
        {"contentType": "application/pdf", "url": "http://127.0.0.1:9/x.pdf"}, {"title": "later"}
    ]  # fmt: skip
    read = reading(made)
    assert read.reports[0].files == ()
    assert [one.severity for one in read.problems] == ["warning", "warning"]


def test_too_large_and_too_many_files_refuse() -> None:
    made = bundle()
    of(made, "DiagnosticReport")["presentedForm"] = [form(), form()]
    assert "larger than" in refusal(made, Limits(file=10))
    assert "more than 1 files" in refusal(made, Limits(files=1))


@pytest.mark.parametrize(
    ("hash_", "said"),
    [
        (b64encode(sha256(b64decode(PDF)).digest()).decode(), "not SHA-1"),
        (sha256(b64decode(PDF)).hexdigest(), "not SHA-1"),
        ("AAAA", "of no kind that is known here"),
    ],
)
def test_another_hash_than_r4_has_is_a_warning(hash_: str, said: str) -> None:
    """Many send SHA-256: the report was refused for it, file and all."""
    made = bundle()
    of(made, "DiagnosticReport")["presentedForm"] = [form(hash=hash_)]
    answer = reading(made)
    assert len(answer.reports[0].files) == 1
    assert [said in problem.text and not problem.refuses for problem in answer.problems] == [True]


@pytest.mark.parametrize(
    "kind",
    ["text/html", "application/msword", "image/svg+xml", "application/x-msdownload", "application/zip"],
)
def test_a_file_of_a_kind_that_is_not_taken_is_left_out_with_a_word(kind: str) -> None:
    """Any type was kept, and offered to the person to open."""
    made = bundle()
    of(made, "DiagnosticReport")["presentedForm"] = [form(contentType=kind)]
    answer = reading(made)
    assert answer.reports[0].files == ()
    assert f"A file of the type {kind} is not taken." in answer.problems[0].text


def test_the_first_bytes_tell_what_an_open_type_is() -> None:
    made = bundle()
    of(made, "DiagnosticReport")["presentedForm"] = [form(contentType="application/octet-stream")]
    assert the_report(made).files[0].content_type == "application/pdf"


@pytest.mark.parametrize("body", [b"<html><script>1</script>", b"a\0b", b" <!DOCTYPE html>"])
def test_plain_text_that_is_something_else_refuses_the_report(body: bytes) -> None:
    made = bundle()
    of(made, "DiagnosticReport")["presentedForm"] = [
        form(contentType="text/plain", data=b64encode(body).decode())
    ]
    assert "says it is text/plain and is not" in refusal(made)
