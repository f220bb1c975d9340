"""A shared summary as PDF: read back from the file as a screen reader has it."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import UUID

import pikepdf
import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from selfcare.appointments import question_actions
from selfcare.database import command, now, session
from selfcare.people.models import Person
from selfcare.sharing import actions, paper_nodes, pdf, snapshot
from selfcare.sharing.models import Summary
from selfcare.web import apart
from selfcare.web.access import Permit
from tests.harness.client import Client
from tests.harness.pages import Answer
from tests.harness.places import ROOT
from tests.sharing.pdf_reader import Pdf
from tests.sharing.pdf_rules import faults, nodes_of
from tests.sharing.scenes import CANARY, Scene, acting, scene, share
from tests.sharing.test_showing import CANARIES, fill, hide

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
MARKUP = r"#eval(1) $x$ \ @ref <b>&amp; *star* _u_ `c` // = [x] #[y] {{ z }} \u{41}"
URDU = "میں اپنی بہن کی ملاقات کے لیے"


def bare(words: str) -> str:
    """Letters and signs alone: where a line ends is the paper's affair."""
    return "".join(paper_nodes.plain(words).split())


def address(made: Scene, summary: UUID) -> str:
    return f"{made.base}/sharing/{summary}/pdf"


def read(answer: Answer) -> Pdf:
    assert answer.status == 200
    return Pdf(answer.response.data)


def full(app: Flask, made: Scene) -> UUID:
    """Something of every kind, and all of it shared."""
    with acting(app, made.leon, made.person) as leon:
        question_actions.ask(leon, text=f"{URDU} 3.5–5.3 <5?", why="For Rosa")
    fill(app, made)
    with acting(app, made.rosa, made.person) as rosa:
        session().get_one(Person, made.person).nhs_number = "9990001278"
        today = rosa.today()
        return actions.share(
            rosa, sections=snapshot.SECTIONS, first=today - timedelta(days=30), last=today,
            appointment_id=made.visit, notes=True,
        )  # fmt: skip


@pytest.mark.parametrize("locale", ["en", "cy", "ur"])
def test_the_file_says_what_the_print_says_and_says_how_it_is_built(
    app: Flask, client: Client, locale: str
) -> None:
    """A part of the print that the file leaves out; Urdu read out piece by piece from the left; a file without tags, a
    language or a title, with a heading skipped, a table without heads, a picture without words, a font left out."""
    made = scene(app)
    summary = full(app, made)
    client.locale = locale
    client.sign_in(made.amina)
    found = read(client.get(address(made, summary)))
    paper = client.get(f"{made.base}/summary/{summary}/").html.select_one(".sheet")
    assert paper is not None
    for part in paper.select(".screen-only, .sheet__who, .number-badge, .nhsuk-u-visually-hidden"):
        part.decompose()
    said, at = bare(found.text), 0
    blocks = [one for one in paper.select("p, h2, h3, th, td, blockquote, caption") if not one.find("div")]
    assert len(blocks) > 60
    for one in blocks:
        words = bare(one.get_text())
        at = said.find(words, at)
        assert at >= 0, f"not there, or not in its place: {one.get_text()}"
    for chart in paper.select("svg[role=img]"):
        assert bare(str(chart["aria-label"])) in said
    assert (
        sum(word in found.text for word in CANARIES.values()) == len(CANARIES) - 1
    )  # with whom is not printed
    assert CANARY not in found.text
    root = found.root
    assert root.MarkInfo.Marked is True
    assert str(root.Lang) == locale
    assert root.ViewerPreferences.DisplayDocTitle is True
    assert str(root.ViewerPreferences.Direction) == ("/R2L" if locale == "ur" else "/L2R")
    facts = found.file.open_metadata()
    assert facts["pdfuaid:part"] == "1"
    assert "Rosa Hill" in facts["dc:title"]
    levels = [int(one.tag[1]) for one in found.tags("H1", "H2", "H3")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert found.tags("Figure")
    assert all(one.alt for one in found.tags("Figure"))
    assert all(any(cell.tag == "TH" for cell in table.walk()) for table in found.tags("Table"))
    asked = [one.text.strip() for one in found.tags("Lbl") if one.text.strip()[0].isdigit()]
    assert asked == [f"{number}." for number in range(1, 5)]
    for font in found.fonts():
        descriptor = font.DescendantFonts[0].FontDescriptor
        assert "/FontFile2" in descriptor or "/FontFile3" in descriptor


def test_words_come_out_as_words_on_every_page_that_they_need(app: Flask, client: Client) -> None:
    """Somebody's question that is read as markup, turns what follows round, or runs off the paper; a name that does; a
    sheet that does not say whose it is; letters that are boxes, and nobody says so."""
    made = scene(app)
    name = "Rosalinda" + "x" * 71
    with app.test_request_context(), command() as work:
        person = work.get_one(Person, made.person)
        person.given_name, person.nhs_number, person.phone = name, "9990001278", "01632 960118"
        person.needs = ["large-print", "Speak slowly " + "y" * 60]
    with acting(app, made.rosa, made.person) as rosa:
        for n in range(58):
            question_actions.ask(rosa, text=f"{n}: {MARKUP} \u202eback\u202c \x07 " + "z" * (n + 50))
        question_actions.ask(rosa, text=f"{URDU} 漢字 😀 नमस्ते বাংলা ਪੰਜਾਬੀ ગુજરાતી தமிழ்")
    summary = share(app, made)
    client.sign_in(made.amina)
    found = read(client.get(address(made, summary)))
    assert found.pages > 2
    said = bare(found.text)
    for n in range(58):
        assert bare(f"{n}: {MARKUP} back " + "z" * (n + 50)) in said
    assert bare(f"{URDU} �� 😀 नमस्ते বাংলা ਪੰਜਾਬੀ ગુજરાતી தமிழ்") in said
    assert bare(pdf_sentence(app)) in said
    banner = ["Likes to be called", "27 March", "999 000 1278", "01632 960118", "Large print", "Speak slowly"]
    for page in range(found.pages):
        drawn = bare(found.drawn(page))
        for one in (name, *banner, f"Page {page + 1} of {found.pages}"):
            assert bare(one) in drawn
        assert edges(found, page), "something is drawn beyond the edge of the paper"


def pdf_sentence(app: Flask) -> str:
    with app.test_request_context():
        return pdf.undrawn()


def edges(found: Pdf, page: int) -> bool:
    """Whether all words begin on the paper."""
    box = found.file.pages[page].mediabox
    places = [
        (float(operands[4]), float(operands[5]))
        for operands, operator in pikepdf.parse_content_stream(found.file.pages[page])
        if str(operator) == "cm" and float(operands[0]) == 1
    ]
    return all(0 <= x <= float(box[2]) and 0 <= y <= float(box[3]) for x, y in places)


def test_it_is_handed_out_as_a_file_and_noted_like_the_page(app: Flask, client: Client) -> None:
    """A file that is kept on its way, opens in a page of the app or names somebody in its name; a look that the person
    is not told of."""
    made = scene(app)
    summary = share(app, made)
    client.sign_in(made.rosa)
    assert "Save as PDF" in client.get(f"{made.base}/summary/{summary}/")
    link = client.get(f"{made.base}/summary/{summary}/text").html.find("a", string="Save as PDF")
    assert link is not None
    assert link["href"] == address(made, summary)
    client.sign_in(made.amina)
    answer = client.get(address(made, summary))
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=summary-20")
    assert "osa" not in answer.headers["Content-Disposition"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Security-Policy"].endswith("; sandbox")
    client.sign_in(made.rosa)
    looked = client.get(f"{made.base}/who-looked/").html.get_text(" ")
    assert looked.count("The summary you shared on") == 1


def withdrawn(rosa: Permit, summary: UUID) -> None:
    actions.withdraw(rosa, summary)


def newer(rosa: Permit, _summary: UUID) -> None:
    today = rosa.today()
    actions.share(rosa, sections=("goals",), first=today - timedelta(days=9), last=today, appointment_id=None)


@pytest.mark.parametrize(
    ("act", "says"),
    [(withdrawn, "nobody but you can see it"), (newer, "There is a newer summary than this one")],
)
def test_it_says_what_has_become_of_the_summary(
    app: Flask, client: Client, act: Callable[[Permit, UUID], None], says: str
) -> None:
    """Paper that goes on in somebody's file as the newest one; a summary that was withdrawn, on paper all the same."""
    made = scene(app)
    summary = share(app, made)
    with acting(app, made.rosa, made.person) as rosa:
        act(rosa, summary)
    client.sign_in(made.rosa)
    assert bare(says) in bare(read(client.get(address(made, summary))).text)
    assert says in client.get(f"{made.base}/summary/{summary}/text").html.get_text(" ")
    client.sign_in(made.amina)
    assert client.get(address(made, summary)).status == (404 if act is withdrawn else 200)


def test_what_was_marked_only_me_since_leaves_the_file_too(app: Flask, client: Client) -> None:
    """Something that the person hid after sharing, and that goes on in files made from then on."""
    made = scene(app)
    ids = fill(app, made)
    with acting(app, made.rosa, made.person) as rosa:
        summary = session().scalars(select(Summary.id)).one()
        for kind in ("question", "goal", "health"):
            hide(rosa, kind, ids[kind])
    client.sign_in(made.amina)
    text = read(client.get(address(made, summary))).text
    assert [kind for kind in ("question", "goal", "health", "about") if CANARIES[kind] in text] == ["about"]


def test_without_fonts_there_is_a_sentence_and_no_paper(
    make_app: Callable[..., Flask], client: Client, tmp_path: Path
) -> None:
    """A machine without the fonts that sets a page of boxes, or breaks off without a word."""
    app = make_app(fonts=tmp_path)
    made = scene(app)
    summary = share(app, made)
    there = Client(app, client.validator)
    there.sign_in(made.amina)
    answer = there.get(address(made, summary))
    assert answer.status == 503
    assert "The letters that it is written with are missing on this machine." in answer


def test_who_asks_for_many_at_once_keeps_nobody_from_theirs(
    app: Flask, client: Client, new_client: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One account that has every turn, so that all others read "several are being made"; a transaction that is held
    while the file is set."""
    made = scene(app)
    summary = full(app, made)
    client.strict = False
    client.sign_in(made.rosa)
    real, seen = apart.run, list[int]()

    def run(*given: Any, **more: Any) -> tuple[int, bytes]:
        monkeypatch.setattr(apart, "run", real)
        assert not session().in_transaction()
        seen.append(client.get(address(made, summary)).status)
        nurse = new_client()
        nurse.sign_in(made.amina)
        seen.append(nurse.get(address(made, summary)).status)
        return real(*given, **more)

    monkeypatch.setattr(apart, "run", run)
    assert client.get(address(made, summary)).status == 200
    assert seen == [503, 200]


def test_large_print_on_letter_paper(make_app: Callable[..., Flask], client: Client) -> None:
    """Paper of another country's size; large print that is small, or in two narrow columns."""
    app = make_app(paper="Letter")
    made = scene(app)
    summary = share(app, made)
    there = Client(app, client.validator)
    there.sign_in(made.amina)
    page = there.get(f"{made.base}/summary/{summary}/?large=1")
    link = page.html.select_one("a[href*='/pdf']")
    assert link is not None
    found = read(there.get(str(link["href"])))
    assert [float(one) for one in found.file.pages[0].mediabox] == [0, 0, 612, 792]
    sizes = [
        float(operands[1])
        for one in found.file.pages
        for operands, operator in pikepdf.parse_content_stream(one)
        if str(operator) == "Tf"
    ]
    assert sorted(sizes)[len(sizes) // 2] >= 13


DIES = """
import os, signal, sys
from selfcare.config import Settings
from selfcare.factory import create_app
from selfcare.web import throttle
app = create_app(Settings.from_environment(dict(os.environ)))
with app.app_context(), throttle.alone("pdf", sys.argv[1], seconds=30):
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_another_process_counts_too_and_one_that_dies_gives_the_turn_back(
    app: Flask, client: Client, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """As many files at once for one account as there are processes; an account that never gets one again, since the
    process that made theirs was ended on the way; a turn that is not given back by who has it."""
    made = scene(app)
    summary = share(app, made)
    client.sign_in(made.rosa)
    settings = app.config["SETTINGS"]
    known = {"DATABASE_URL": settings.database_url, "SELFCARE_SECRET_KEY": settings.secret_key}
    env = known | {"SELFCARE_DATA": str(tmp_path), "PATH": os.defpath, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", DIES, str(made.rosa)], env=env, timeout=60, check=False)
    assert done.returncode == -signal.SIGKILL
    monkeypatch.setattr(apart, "run", lambda *_, **__: (0, b"%PDF"))
    assert client.get(address(made, summary)).status == 503
    client.sign_in(made.amina)
    assert client.get(address(made, summary)).status == 200
    with time_machine.travel(now() + timedelta(seconds=31), tick=False):
        client.sign_in(made.rosa)
        assert [client.get(address(made, summary)).status for _ in range(2)] == [200, 200]


def test_the_rules_of_pdf_ua_hold_in_every_language_and_size(app: Flask, client: Client) -> None:
    """A part of the paper that is in no tag, a tag that holds what it may not, a head of a table that does not say of
    what, a sign without its letter, a picture without a frame: what other checkers refuse."""
    made = scene(app)
    summary = full(app, made)
    client.sign_in(made.amina)
    settings, found = app.config["SETTINGS"], {}
    client.strict = False
    for paper, locale in (("A4", "en"), ("Letter", "cy"), ("A4", "ur"), ("Letter", "ur")):
        app.config["SETTINGS"] = replace(settings, paper=paper)
        client.locale = locale
        one = found[paper, locale] = read(client.get(address(made, summary)))
        assert (paper, locale, faults(one)) == (paper, locale, [])
        assert str(one.root.Lang) == locale
        assert float(one.file.pages[0].mediabox[2]) == pytest.approx(pdf.PAPERS[paper][0], abs=0.01)
    # The control: what a program can ask it does ask.
    broken = found["A4", "en"]
    del broken.root.Lang
    for node, _ in nodes_of(broken.root.StructTreeRoot.K):
        if str(node.S) == "/Figure":
            del node["/Alt"]
        if str(node.S) == "/TH":
            del node["/A"]
    page = broken.file.pages[0]
    page.contents_add(b"q 0 0 9 9 re f Q")
    assert {one.partition(":")[0] for one in faults(broken)} == {"7.1", "7.2", "7.3", "7.5"}
