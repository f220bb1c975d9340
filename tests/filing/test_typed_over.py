"""A professional corrects a report that a laboratory sent, by the form. What the form does not show stays, what was
taken back stays taken back, and what was typed carries the name of who typed it. On the pages that the person reads.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from selfcare.accounts.models import Account
from selfcare.database import now, session
from selfcare.filing.received_report import (
    GROUP,
    NUMBER,
    TEXT,
    Coding,
    ReceivedFile,
    ReceivedResult,
    ReceivedTime,
)
from selfcare.people.models import Person
from selfcare.results import actions as results
from selfcare.results import links
from selfcare.results.models import ReportFile, ReportNote, Result
from selfcare.sharing import actions as sharing
from tests import factories
from tests.filing.clinic import MORNING, Clinic, blood, later, make
from tests.harness.client import Client
from tests.harness.pages import Answer

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)

FILE = "File the correction"
PDF = ReceivedFile("The whole report", "application/pdf", b"%PDF-1.7\n%%EOF\n")
SENT = (
    ReceivedResult("Full count", GROUP),
    ReceivedResult(
        "Haemoglobin", NUMBER, "118", "g/L", "120 - 150", "Low", status="preliminary", method="Arterial line",
        taken=ReceivedTime(MORNING - timedelta(days=2)), within=0, specimen="Capillary blood",
        codes=(Coding("http://loinc.org", "718-7"),),
    ),
    ReceivedResult("Platelets", TEXT, "Seen.\nSecond line of the lab.", note="x" * 3000, within=0),
    ReceivedResult("Troponin", NUMBER, "9999", "ng/L", status="entered-in-error"),
    ReceivedResult("Sodium", NUMBER, "777", "mmol/L", status="cancelled"),
    ReceivedResult("Urea", absent_reason="Not performed"),
)  # fmt: skip


class Desk:
    """Rosa's record at the clinic: she hears at once; Amina corrects."""

    def __init__(self, app: Flask, new_client: Callable[..., Client]) -> None:
        self.clinic: Clinic = make(app)
        self.rosa, self.amina = new_client(), new_client(strict=False)
        self.rosa.sign_in(self.clinic.rosas_account)
        self.amina.sign_in(self.clinic.amina)
        self.base = f"/people/{self.clinic.rosa}/results/"
        self.act(self.clinic.rosas_account, results.choose, "at_once", [])

    def act(self, account: UUID, action: Callable[..., Any], *args: Any, **values: Any) -> Any:
        def run() -> Any:
            signed_in = session().get_one(Account, account)
            return action(
                factories.permit(signed_in, session().get_one(Person, self.clinic.rosa)), *args, **values
            )

        return self.clinic.do(run)

    def file(self, *rows: ReceivedResult, **changes: Any) -> UUID:
        report_id = self.clinic.one(blood(results=rows or SENT, **changes)).report_id
        assert report_id
        return report_id

    def form(self, report_id: UUID) -> Answer:
        return self.amina.get(f"{self.base}{report_id}/correct")

    def correct(self, report_id: UUID, **typed: str) -> tuple[UUID, Answer]:
        """The correction by the form, and the page that the person reads."""
        answer = self.form(report_id).form("report").fill(**typed).submit(FILE)
        if answer.status == 422:
            assert len(answer.errors) == 1, answer.errors
            answer = answer.form("report").submit(FILE)
        found = re.search(r"/results/([0-9a-f-]{36})/", answer.url)
        assert found, answer.errors
        new = UUID(found[1])
        assert new != report_id
        return new, self.rosa.get(f"{self.base}{new}/")

    def rows(self, report_id: UUID) -> list[Result]:
        return self.clinic.results(report_id)


@pytest.fixture
def desk(app: Flask, new_client: Callable[..., Client]) -> Desk:
    return Desk(app, new_client)


KEPT = (
    "place", "name", "codes", "code_key", "value_kind", "value", "number", "unit", "range_text", "flag", "note",
    "absent_reason", "method", "specimen", "status", "taken_wall", "until_wall", "taken_to_the_day", "same", "typed_by",
)  # fmt: skip


def test_a_word_typed_changes_that_word_alone(desk: Desk) -> None:
    """Alone catches: any column of a result or a report that a correction leaves behind, or makes anew."""
    when = ReceivedTime(MORNING - timedelta(hours=30), until=ReceivedTime(MORNING - timedelta(hours=6)))
    first = desk.file(taken=when, note="The lab’s note.", specimen="Venous blood; haemolysed", files=(PDF,))
    new, page = desk.correct(first, conclusion="A word put right.")
    before, after = desk.rows(first), desk.rows(new)
    assert [[getattr(row, name) for name in KEPT] for row in after] == [
        [getattr(row, name) for name in KEPT] for row in before
    ]
    heads = {row.id: row.place for row in before}, {row.id: row.place for row in after}
    assert [heads[1].get(row.within_id) for row in after] == [heads[0].get(row.within_id) for row in before]
    old, made = desk.clinic.report(first), desk.clinic.report(new)
    for name in (
        "taken_utc",
        "until_wall",
        "issued_utc",
        "note",
        "specimen",
        "codes",
        "identifiers",
        "laboratory",
    ):
        assert getattr(made, name) == getattr(old, name), name
    for words in ("9999", "Typed by Amina, from"):
        assert words not in page
    for words in (
        "Entered in error", "Not final", "Arterial line", "The lab’s note.", "haemolysed", "The whole report",
        "Second line of the lab.", "Not performed", "Typed by Amina: Conclusion.", "A word put right.",
    ):  # fmt: skip
        assert words in page, words
    assert [row.body for row in desk.clinic.all(ReportFile, report_id=new)] == [PDF.body]


def test_what_is_typed_over_a_value_carries_a_name(desk: Desk) -> None:
    """Alone catches: a nurse's value that stands as the laboratory's word: on the page, in a summary, after a second
    correction by somebody else; and a taken back value that a correction brings back.
    """
    first = desk.file()
    new, page = desk.correct(first, value_0="119", name_3="Ferritin", value_3="22")
    lines = {
        row.select_one("b").get_text() if row.select_one("b") else "": row.get_text(" ")
        for row in page.html.select(".row")
    }
    assert "Typed by Amina" in lines["119"]
    assert "Typed by Amina" in lines["22"]
    assert "Not final" in lines["119"]
    row = desk.rows(new)[1]
    assert (row.number, row.method, row.status) == (119, "Arterial line", "preliminary")
    own = desk.rosa.get(f"{desk.base}{new}/{row.id}/")
    assert own.html.main.get_text().count("Typed by Amina") == 1
    assert own.html.main.get_text().count("The lab may still change this.") == 1
    desk.amina.sign_in(desk.clinic.priya)
    last, page = desk.correct(new, laboratory="Hillside Laboratory")
    assert [row.typed_by for row in desk.rows(last) if row.typed_by] == ["Amina", "Amina"]
    assert "Typed by Priya: Laboratory." in page
    shared = desk.act(
        desk.clinic.rosas_account, sharing.share, sections=("results",), first=date(2026, 3, 1), last=now().date(),
        appointment_id=None,
    )  # fmt: skip
    for kind in ("", "text"):
        said = desk.rosa.get(f"/people/{desk.clinic.rosa}/summary/{shared}/{kind}")
        assert "Typed by Amina" in said
        assert "corrected by Priya" in said
        assert "9999" not in said


@pytest.mark.parametrize(
    ("sent", "becomes"),
    [
        ("final", "Corrected"),
        ("preliminary", "Not final"),
        ("partial", "Not final"),
        ("cancelled", "Cancelled"),
    ],
)
def test_a_report_that_was_not_whole_is_not_made_whole(desk: Desk, sent: str, becomes: str) -> None:
    """Alone catches: *Corrected* over what the laboratory may still change, or has cancelled."""
    _, page = desk.correct(desk.file(status=sent), conclusion="More.")
    assert becomes in page.html.select_one(".lab, [class*=lab]").get_text(" ")
    assert sent != "cancelled" or "Corrected" not in page.html.select_one("[class*=lab]").get_text(" ")


def test_a_day_without_a_time_stays_a_day(desk: Desk) -> None:
    """Alone catches: midnight shown as the time a sample was taken; also where the day was put right."""
    first = desk.file(taken=ReceivedTime(day=date(2026, 3, 1)))
    _, page = desk.correct(first, conclusion="More.")
    assert "Taken Sunday 1 March" in page
    assert "00:00" not in page
    second = desk.file(taken=ReceivedTime(day=date(2026, 3, 1)), name="REP-2")
    _, page = desk.correct(second, taken_date="2026-02-28")
    assert "Taken Saturday 28 February" in page
    assert "00:00" not in page
    assert "Typed by Amina: Day and time it was taken." in page


def test_rows_beyond_what_a_page_carries_stay(desk: Desk) -> None:
    rows = [ReceivedResult(f"Test {n}", NUMBER, str(n)) for n in range(90)]
    first = desk.file(*rows)
    page = desk.form(first)
    assert "11 more results are not shown here." in page
    new, _ = desk.correct(first, value_78="7800", name_79="One more", value_79="5")
    assert [row.value for row in desk.rows(new)] == [
        *map(str, range(78)),
        "7800",
        *map(str, range(79, 90)),
        "5",
    ]


def test_rows_that_the_form_was_sent_without_stay(desk: Desk) -> None:
    """Alone catches: a form that says it has fewer rows than the report, and takes the others away by it."""
    first = desk.file(*(ReceivedResult(f"Test {n}", NUMBER, str(n)) for n in range(9)))
    form = desk.form(first).form("report").fill(conclusion="More.")
    form.values = [(name, value) for name, value in form.values if name != "rows" and name[-1] not in "5678"]
    answer = form.submit(FILE)
    found = re.search(
        r"/results/([0-9a-f-]{36})/",
        (answer.form("report").submit(FILE) if answer.status == 422 else answer).url,
    )
    assert found
    assert [row.value for row in desk.rows(UUID(found[1]))] == [*"012345678"]


def test_a_row_that_is_emptied_goes_and_its_group_with_the_last(desk: Desk) -> None:
    first = desk.file(
        ReceivedResult("Group", GROUP), replace(SENT[1], within=0), ReceivedResult("Urea", NUMBER, "5")
    )
    empty = {f"{cell}_0": "" for cell in ("name", "value", "unit", "range", "flag", "note")}
    new, _ = desk.correct(first, **empty)
    assert [row.name for row in desk.rows(new)] == ["Urea"]


@pytest.mark.parametrize(("sent", "typed"), [("1 3.5", "13.5"), ("13 5", "135"), ("not able", "notable")])
def test_a_blank_taken_out_of_a_value_is_a_change(desk: Desk, sent: str, typed: str) -> None:
    """Alone catches: a value put right by the blank in it, and filed as it was."""
    first = desk.file(ReceivedResult("Platelets", TEXT, sent))
    new, page = desk.correct(first, value_0=typed)
    assert [row.value for row in desk.rows(new)] == [typed]
    assert typed in page


def test_an_earlier_report_says_who_corrected_it(desk: Desk) -> None:
    """Alone catches: *The lab has sent a newer report* under one that a nurse corrected, and the other way round."""
    first = desk.file()
    new, _ = desk.correct(first, conclusion="More.")
    assert "This report was corrected." in desk.rosa.get(f"{desk.base}{first}/")
    desk.file(status="corrected", issued=later(3))
    assert "The lab has sent a newer report" in desk.rosa.get(f"{desk.base}{new}/")


def test_a_correction_is_talked_over_as_what_it_corrects(desk: Desk) -> None:
    """Alone catches: a result that waits to be talked over, opened by a word put right in it."""
    desk.act(desk.clinic.rosas_account, results.choose, "team", [])
    first = desk.file(replace(SENT[1], within=None), conclusion="Cells of a carcinoma.")
    report = desk.clinic.report(first)
    assert report.waits_for == "talk"
    new, page = desk.correct(first, laboratory="Hillside Laboratory", conclusion="Cells.")
    assert "120 - 150" not in page
    assert desk.clinic.report(new).visible_from == report.visible_from


def test_what_professionals_wrote_beside_it_stays_theirs(desk: Desk) -> None:
    """Alone catches: a note or a link that is gone from the page with a word put right; one about a value that is
    another now; a colleague's note under the name of who corrected.
    """
    first = desk.file(SENT[5], SENT[4], replace(SENT[1], within=None))
    urea, _, haemoglobin = (row.id for row in desk.rows(first))
    for words, about in (
        ("Of the whole.", None),
        ("Of the urea.", urea),
        ("Of the haemoglobin.", haemoglobin),
    ):
        desk.act(desk.clinic.priya, results.set_note, first, words, result_id=about)
    desk.act(
        desk.clinic.priya, links.add_link, first, url="https://www.nhs.uk/conditions/", name="Anaemia",
        publisher="NHS", checked_on=date(2026, 3, 1),
    )  # fmt: skip
    new, page = desk.correct(first, value_1="121", conclusion="More.")
    notes = {row.text: row.entered_name for row in desk.clinic.all(ReportNote, report_id=new)}
    assert notes == {"Of the whole.": "Priya", "Of the urea.": "Priya"}
    assert "Of the whole." in page
    assert "Anaemia" in page
    last, page = desk.correct(new, plain_note="Another word.")
    notes = {row.text: row.entered_name for row in desk.clinic.all(ReportNote, report_id=last)}
    assert notes == {"Another word.": "Amina", "Of the urea.": "Priya"}
    assert "Of the whole." not in page
