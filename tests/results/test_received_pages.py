"""A received report as it is read: word for word, grouped as sent, with its documents; and nothing of it too early."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from uuid import uuid4

import pytest
import time_machine
from sqlalchemy import select

from selfcare import database
from selfcare.audit.models import Trail
from selfcare.database import now, session
from selfcare.filing.actions import mark_in_error
from selfcare.filing.received_report import (
    Coding,
    ReceivedFile,
    ReceivedResult,
    ReceivedTime,
)
from selfcare.results import actions, links, queries
from selfcare.results import release as rules
from selfcare.results.models import Result
from selfcare.web.access import Permit
from tests import factories
from tests.factories.record import A_PDF
from tests.harness.client import Client
from tests.harness.pages import Answer
from tests.harness.statements import Statements
from tests.results.received import LINES, line_of, plain, receive
from tests.results.world import World

As = Callable[..., Client]
CANARY = "Zwetschgenkanarie"


def headings(page: Answer) -> list[tuple[int, str]]:
    return [
        (int(str(h.name)[1]), h.get_text(" ", strip=True)) for h in page.html.select("main :is(h1,h2,h3,h4)")
    ]


def test_groups_stand_as_sent_with_headings_in_order(world: World, as_: As) -> None:
    page = as_("rosa").get(f"{world.base}{receive(world)}/")
    assert "Word for word from the lab" in page
    found = headings(page)
    assert found[0] == (1, "Blood tests")
    assert [heading for heading in found if heading[1] in ("Full blood count", "White cells")] == [
        (2, "Full blood count"),
        (3, "White cells"),
    ]
    assert (2, "Other results in this report") in found
    assert all(after - before <= 1 for (before, _), (after, _) in pairwise(found))
    lists = {str(rows["aria-label"]): rows.get_text(" ", strip=True) for rows in page.html.select("ul.rows")}
    assert "Haemoglobin" in lists["Full blood count"]
    assert "Neutrophils" not in lists["Full blood count"]
    assert "Neutrophils" in lists["White cells"]


def test_every_word_of_a_result_stands_on_both_pages(world: World, as_: As) -> None:
    report = receive(world)
    rosa = as_("rosa")
    whole = rosa.get(f"{world.base}{report}/")
    for line in world.do("rosa", queries.sheet, report).results:
        if not line.value and not line.absent_reason:
            continue
        alone = rosa.get(f"{world.base}{report}/{line.id}/")
        for page in (whole, alone):
            text = page.html.get_text()
            for said in (
                line.name,
                line.value,
                line.unit,
                line.range_text,
                line.flag,
                line.absent_reason,
                line.method,
            ):
                assert said in text, (page.url, said)
    assert "No flag" in whole
    assert "No range" in whole


def test_a_laboratorys_lines_stay_lines(world: World, as_: As) -> None:
    signs = LINES.replace("\n", "\\n")  # as one of the sample messages writes them
    report = receive(
        world, **plain(), conclusion="One.\nTwo.",
    )  # fmt: skip
    assert "One.\nTwo." in as_("rosa").get(f"{world.base}{report}/").html.get_text()
    for text in (LINES, signs, LINES.replace("\n", "\r\n"), LINES.replace("\n", "\\.br\\")):
        report = receive(world, status="final", results=(ReceivedResult("Culture", "text", text),))
        page = as_("rosa").get(f"{world.base}{report}/{line_of(world, report, 'Culture')}/")
        assert page.html.select_one(".lab__text").get_text() == LINES  # type: ignore[union-attr]
        assert world.do("amina", _kept, report) == [text], "kept as sent"


def _kept(_: Permit, report: object) -> list[str]:
    return list(session().scalars(select(Result.value).where(Result.report_id == report)))


def test_what_differs_for_one_result_is_said_there(world: World, as_: As) -> None:
    taken = ReceivedTime(instant=datetime(2026, 2, 9, 8, 40, tzinfo=UTC))
    row = ReceivedResult(
        "Glucose",
        "range",
        "4 - 5",
        "mmol/L",
        specimen="Plasma",
        method="Hexokinase",
        note="Fasting.",
        taken=taken,
    )
    report = receive(world, status="final", results=(row,), files=())
    page = as_("rosa").get(f"{world.base}{report}/{line_of(world, report, 'Glucose')}/")
    for words in ("4 - 5", "Plasma", "Hexokinase", "Fasting.", "Taken Monday 9 February", "08:40. Final."):
        assert words in page, words


@pytest.mark.parametrize(
    ("status", "word"),
    [("preliminary", "Not final"), ("amended", "Amended"), ("corrected", "Corrected"), ("appended", "Added to"),
     ("cancelled", "Cancelled"), ("unknown", "Status not known")],
)  # fmt: skip
def test_a_status_is_a_word(world: World, as_: As, status: str, word: str) -> None:
    report = receive(world, **plain(("ALT", "40"), status=status))
    rosa = as_("rosa")
    assert word in " ".join(rosa.get(f"{world.base}{report}/").all("main .tag"))
    assert word in " ".join(rosa.get(world.base).all("main .tag"))
    final = receive(world, **plain(("ALT", "40")))
    assert rosa.get(f"{world.base}{final}/").all("main .tag") == []


def test_one_result_the_lab_took_back_says_nothing_any_more(world: World, as_: As) -> None:
    rows = (
        ReceivedResult("ALT", "number", CANARY, "U/L", CANARY, CANARY, CANARY, status="entered-in-error"),
        ReceivedResult("AST", "number", "31", "U/L", status="cancelled"),
    )
    report = receive(world, status="final", results=rows)
    for url in (f"{world.base}{report}/", f"{world.base}{report}/{line_of(world, report, 'ALT')}/"):
        assert CANARY in as_("amina").get(url).text, "the control"
        page = as_("rosa").get(url)
        assert CANARY not in page.text
        assert "Entered in error" in page
    assert "Cancelled" in as_("rosa").get(f"{world.base}{report}/{line_of(world, report, 'AST')}/")
    assert world.do("rosa", queries.over_time, line_of(world, report, "AST")).points == []


def test_a_newer_version_stands_in_its_place_and_the_old_one_is_kept(world: World, as_: As) -> None:
    first = receive(world, **plain(("ALT", "40"), status="preliminary"))
    second = receive(world, first, **plain(("ALT", "41")))
    rosa = as_("rosa")
    page = rosa.get(f"{world.base}{second}/")
    assert "in place of an earlier one" in page
    old = page.click("The report before this one")
    assert "The lab has sent a newer report in place of this one." in old
    assert old.click("Go to the newer report").url.endswith(f"/{second}/")
    assert len([row for row in rosa.get(world.base).all(".rows .row") if row.startswith("Blood tests")]) == 1


def test_a_group_has_no_page_of_its_own(world: World, as_: As) -> None:
    report = receive(world)
    answer = as_("rosa").get(f"{world.base}{report}/{line_of(world, report, 'White cells')}/", follow=False)
    assert answer.status == 303
    assert answer.location.endswith(f"{report}/")


def test_a_group_is_no_result_of_a_summary(world: World) -> None:
    receive(world)
    [found] = world.do("rosa", queries.for_summary, date(2020, 1, 1))
    rows = {row["name"]: row["group"] for row in found["results"]}
    assert rows == {
        "Haemoglobin": "Full blood count",
        "Neutrophils": "White cells",
        "Film": "Full blood count",
        "Culture": None,
        "HbA1c": None,
    }
    assert world.do("rosa", queries.reports, 1)[0].count == 5


# Documents


def file_of(world: World, report: object) -> str:
    [found] = world.do("amina", queries.sheet, report).files
    return f"{world.base}{report}/files/{found.id}"


def test_a_document_opens_in_the_browser_and_can_do_nothing(world: World, as_: As) -> None:
    report = receive(world)
    page = as_("rosa").get(f"{world.base}{report}/")
    link = page.link("Open the laboratory’s document (PDF, 1 KB)")
    answer = as_("rosa").raw.get(link, base_url="https://localhost")
    assert answer.status_code == 200
    assert answer.data == A_PDF
    headers = answer.headers
    assert headers["Content-Type"] == "application/pdf"
    assert headers["Content-Disposition"] == "inline; filename=Blood_tests.pdf"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "script-src" not in headers["Content-Security-Policy"]
    assert headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("kind", "body", "shown"),
    [
        ("image/png", b"\x89PNG\r\n\x1a\n1234", True),
        ("application/pdf", b"<script>alert(1)</script>", False),
        ("text/html", b"<script>alert(1)</script>", False),
        ("image/svg+xml", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", False),
        ("application/xml; charset=\r\nX-Odd: 1", b"<a/>", False),
    ],
)
def test_what_a_browser_could_run_is_only_ever_handed_over(
    world: World, as_: As, kind: str, body: bytes, shown: bool
) -> None:
    report = receive(world, files=(ReceivedFile("../../Über “x”\r\n.html", kind, body),))
    answer = as_("rosa").raw.get(file_of(world, report), base_url="https://localhost")
    assert answer.data == body
    assert answer.headers["Content-Security-Policy"].endswith("sandbox")
    assert answer.headers["Content-Disposition"].startswith("inline" if shown else "attachment")
    assert answer.headers["Content-Type"] == (kind if shown else "application/octet-stream")
    assert "X-Odd" not in answer.headers
    assert "/" not in answer.headers["Content-Disposition"]


def test_a_document_is_noted_for_the_person_when_another_opens_it(world: World, as_: As) -> None:
    url = file_of(world, receive(world))
    for who in ("rosa", "leon", "amina"):
        assert as_(who).raw.get(url, base_url="https://localhost").status_code == 200

    def looked(_: Permit) -> set[object]:
        return set(session().scalars(select(Trail.by).where(Trail.kind == "report_file")))

    assert world.do("rosa", looked) == {world.home.leon.id, world.home.amina.id}


# Nothing leaves too early


def test_nothing_of_a_report_leaves_before_it_is_time(world: World, as_: As) -> None:
    """Canaries in everything a laboratory or a professional can write, on every address there is for it."""
    world.do("rosa", actions.choose, rules.TOGETHER, [])
    row = ReceivedResult(
        f"{CANARY} test", "text", CANARY, CANARY, CANARY, CANARY, CANARY, method=CANARY, specimen=CANARY,
        codes=(Coding("s", CANARY, CANARY, CANARY),),
    )  # fmt: skip
    report = receive(
        world, laboratory=f"{CANARY} lab", conclusion=CANARY, note=CANARY, specimen=CANARY, results=(row,),
        status="final", files=(ReceivedFile(f"{CANARY} title", "application/pdf", A_PDF + CANARY.encode()),),
    )  # fmt: skip
    line = line_of(world, report, f"{CANARY} test")
    world.do("amina", actions.set_note, report, f"{CANARY} note")
    world.do("amina", actions.set_note, report, f"{CANARY} note", result_id=line)
    world.do(
        "amina", links.add_link, report, url=f"https://{CANARY}.example.org/", name=CANARY, publisher=CANARY,
        checked_on=now().date(),
    )  # fmt: skip
    home = f"/people/{world.home.person.id}/"
    file = file_of(world, report)
    urls = [
        world.base, f"{world.base}{report}/", f"{world.base}{report}/{line}/", f"{world.base}{report}/{line}/all", file,
        f"{world.base}{report}/seen", f"{world.base}{report}/sooner", f"{world.base}about/{line}", home, "/", "/inbox/",
        f"{home}diary/?q={CANARY}", f"{home}summary/", f"{home}summary/preview", f"{home}sharing/", f"{home}questions/",
    ]  # fmt: skip
    for who in ("rosa", "leon"):
        client = as_(who, strict=False)
        for url in urls:
            if CANARY in url:
                continue  # what was asked for stands in the box it was typed into
            assert CANARY not in client.get(url).text, (who, url)
        assert client.raw.get(file, base_url="https://localhost").status_code == 404
    with world.app.app_context(), database.command():
        elsewhere, _ = factories.nurse("Owen")
    client = as_("stranger", strict=False)
    client.sign_in(elsewhere.id)
    listed = client.get("/caseload/results/")
    assert listed.status == 200
    assert CANARY not in listed.text
    assert client.get(urls[1]).status == 404
    nurse = as_("amina", strict=False)
    assert all(CANARY in nurse.get(url).text for url in urls[1:4]), (
        "the control: a professional reads all of it"
    )
    assert CANARY.encode() in nurse.raw.get(file, base_url="https://localhost").data
    with time_machine.travel(now() + timedelta(days=rules.HARD_DAYS, seconds=1), tick=False):
        rosa = as_("rosa", strict=False)
        assert CANARY in rosa.get(urls[1]).text, "nothing is withheld for ever"
        assert rosa.raw.get(file, base_url="https://localhost").status_code == 200


def test_what_was_taken_back_opens_for_nobody_and_is_news_to_nobody(world: World, as_: As) -> None:
    """Its document could still be opened, and Today and the team's list still said that it was unread."""
    report = receive(world)
    file, home = file_of(world, report), f"/people/{world.home.person.id}/"
    told = {"rosa": (home, ": new result"), "amina": ("/caseload/", "Since ")}
    for who, (url, words) in told.items():
        assert words in as_(who).get(url), "the control"
    world.do("amina", mark_in_error, report, "It is about somebody else")
    for who in ("rosa", "leon"):
        assert as_(who).raw.get(file, base_url="https://localhost").status_code == 404
    for who, (url, words) in told.items():
        assert words not in as_(who).get(url).text, who
    assert as_("amina").raw.get(file, base_url="https://localhost").status_code == 200


def test_unknown_files_are_not_found(world: World, as_: As) -> None:
    report, other = receive(world), receive(world)
    file = file_of(world, other)
    assert as_("rosa").get(f"{world.base}{report}/files/{uuid4()}").status == 404
    assert as_("rosa").get(file.replace(str(other), str(report))).status == 404
    assert as_("stranger").get(file).status == 404


def test_statements_stay_few(world: World, as_: As, statements: Statements) -> None:
    report = receive(world)
    line = line_of(world, report, "Haemoglobin")
    urls = [f"{world.base}{report}/", f"{world.base}{report}/{line}/", f"{world.base}{report}/{line}/all"]

    def counts() -> list[int]:
        found = []
        for who in ("rosa", "amina"):
            client = as_(who)
            for url in urls:
                statements.clear()
                assert client.get(url).status == 200
                found.append(len(statements))
        return found

    few = counts()
    for _ in range(10):
        receive(world)
    assert counts() == few
    assert max(few) <= 12, few


# What wants talking over, whatever the report is called


@pytest.mark.parametrize(
    ("row", "waits"),
    [
        (ReceivedResult("Multi-cancer early detection", "coded", "Signal detected"), True),
        (ReceivedResult("Cell-free DNA, 50 cancers", "text", "Signal not detected"), True),
        (ReceivedResult("Trisomy 21", "coded", "High chance"), True),
        (ReceivedResult("Carrier screening", "text", "One variant"), True),
        (ReceivedResult("Film", "text", "Blasts: acute leukaemia likely"), True),
        (ReceivedResult("Sodium", "number", "139", "mmol/L"), False),
    ],
)
def test_a_result_that_wants_talking_over_waits_whatever_the_report_is_called(
    world: World, as_: As, row: ReceivedResult, waits: bool
) -> None:
    report = receive(
        world, title="Blood tests", categories=(Coding("http://terminology.hl7.org/CodeSystem/v2-0074", "CH"),),
        status="final", results=(row,), files=(), conclusion="", note="",
    )  # fmt: skip
    page = as_("rosa").get(f"{world.base}{report}/")
    assert ("It has come back. You will see it when you talk with your team." in page) == waits
    assert (row.value in page) != waits


def test_taken_is_said_only_of_what_the_laboratory_said(world: World, as_: As) -> None:
    """Alone catches: the day a report was sent or filed, under *Taken* and in the chart; the end of a period as the
    moment of the sample.
    """
    sent = ReceivedTime(now() - timedelta(days=9))
    dated = [now() - timedelta(days=7), now() - timedelta(days=5)]
    receive(world, **plain(("Potassium", "3.1"), taken=None, issued=sent))
    for day in dated:
        receive(world, **plain(("Potassium", "4.0"), taken=ReceivedTime(day)))
    end = now() - timedelta(days=1)
    last = receive(world, **plain(("Potassium", "4.9"), taken=ReceivedTime(until=ReceivedTime(end))))
    rosa = as_("rosa")
    whole = rosa.get(f"{world.base}{last}/")
    assert whole.html.main.get_text().count("Taken until ") == 1
    page = rosa.get(f"{world.base}{last}/{line_of(world, last, 'Potassium')}/all")
    cells = [row.find("th") for row in page.html.select("table tbody tr")]
    said = {cell.get_text(strip=True) for cell in cells if cell}
    assert len([one for one in said if one.startswith("until ")]) == 1
    assert "day not given" in said
    assert not any(one.startswith(f"{sent.instant:%-d %b}") for one in said if sent.instant)
    assert len(page.html.select("svg circle")) == len(dated)
