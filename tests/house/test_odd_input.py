"""Whatever is typed into any form, the answer is a page: no fault of ours, no typing lost, no markup of theirs.

Every POST and GET form that a person, their carer and their key contact are shown is found by walking the pages. Each
is sent with odd things, one kind at a time, and rolled back, so that every request meets the same record.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from markupsafe import escape
from sqlalchemy import select

from selfcare.appointments.models import Question
from selfcare.database import now, session
from selfcare.diary import actions as diary
from selfcare.diary.models import Entry
from selfcare.goals.models import Goal
from selfcare.web import edge, forms
from selfcare.web.access import Area, Level
from tests import factories
from tests.factories.lived import lived_in
from tests.harness.client import Client
from tests.harness.places import PROOF
from tests.house import kept_texts
from tests.house.crawl import addresses
from tests.house.kept_texts import Kept
from tests.house.odd_input import (
    ANYWHERE,
    AS_SHOWN,
    SCRIPT,
    WORDS,
    Asked,
    Found,
    all_forms,
    fit,
    forms_of,
    judge,
    keeps,
    nothing_is_kept,
    try_everything,
    try_what_databases_take,
)  # fmt: skip


@pytest.fixture
def kept() -> Iterator[Kept]:
    with kept_texts.looked_at() as found:
        yield found


@pytest.fixture
def lived(app: Flask) -> tuple[factories.Household, dict[str, Any]]:
    house, ids = lived_in(app, dict.fromkeys(Area, Level.MANAGE))
    return house, ids


Ready = Callable[..., tuple[Asked, list[Found]]]


@pytest.fixture
def ready(
    app: Flask,
    client: Client,
    lived: tuple[factories.Household, dict[str, Any]],
    monkeypatch: pytest.MonkeyPatch,
    kept: Kept,
) -> Ready:
    """Signs one of the household in: `ready("rosa")` answers a browser and all forms it is shown."""

    def sign_in(who: str, only: str = "") -> tuple[Asked, list[Found]]:
        client.strict = False
        client.sign_in(getattr(lived[0], who).id)
        client.get("/account/language")  # makes the token that all its forms carry
        nothing_is_kept(monkeypatch)
        name = str(app.config["SESSION_COOKIE_NAME"])
        return Asked(app, f"{name}={client.cookie(name)}", kept=kept), all_forms(app, client, lived[1], only)

    return sign_in


# How words are read does not hang on the database, nor on whose forms they are that a helper fills in. On the other
# engine is asked what a database takes otherwise than another; of a helper, the forms that only a helper has.
READERS = {"rosa": 20, "leon": 1, "amina": 10}
TO_THE_LETTER = {"rosa": 44, "leon": 3, "amina": 30}  # forms that keep a text of all sorts, at least
ASKED = [
    pytest.param(kind, who, least, marks=getattr(pytest.mark, kind))
    for kind in ("sqlite", "postgresql")
    for who, least in READERS.items()
    if kind == "sqlite" or who != "leon" or PROOF
]


@pytest.mark.parametrize(("engine_kind", "who", "least"), ASKED, indirect=["engine_kind"])
def test_no_form_breaks_whatever_is_typed(ready: Ready, engine_kind: str, who: str, least: int) -> None:
    known = set() if PROOF or who != "leon" else {each.endpoint for each in ready("rosa")[1]}
    asked, found = ready(who)
    found = [form for form in found if form.endpoint not in known]
    if engine_kind == "postgresql" and not PROOF:
        found = found[::3]
    for turn, form in enumerate(found):
        fit(asked, form)
        try_it = try_everything if PROOF or engine_kind == "sqlite" else try_what_databases_take
        try_it(asked, form, None if PROOF else turn)
    taken = sorted(form.endpoint for form in found if form.accepted)
    refused = sorted({form.endpoint for form in found} - set(taken))
    figures = f"{len(found)} forms, {asked.requests} requests, {asked.to_the_letter} kept to the letter"
    print(f"\n{who}: {figures}; not fitted: {', '.join(refused)}")  # noqa: T201
    assert not asked.faults, "\n".join(sorted(set(asked.faults)))
    least = least if PROOF or engine_kind == "sqlite" else least // 3
    if PROOF or engine_kind == "sqlite":
        assert asked.to_the_letter >= TO_THE_LETTER[who]
    assert len(taken) >= least, f"only {len(taken)} forms took plain words; not: {refused}"


# ------------------------------------------------------------------------------------------ stored as it was sent

KEPT = ("diary.note_send", "goals.add_send", "appointments.ask_send")
ROWS: dict[str, Any] = {
    "diary.note_send": Entry.note,
    "goals.add_send": Goal.text,
    "appointments.ask_send": Question.text,
}


def differences(app: Flask, client: Client, ids: dict[str, Any]) -> tuple[list[str], int]:
    """What was accepted but kept otherwise than it was sent, or shown otherwise; and how many were accepted."""
    wrong, taken = [], 0
    fields = {"diary.note_send": "note", "goals.add_send": "text", "appointments.ask_send": "text"}
    pages = {
        "diary.note_send": "note",
        "goals.add_send": "goals/add",
        "appointments.ask_send": "questions/add",
    }
    for endpoint in KEPT:
        url = (
            f"/people/{ids['person_id']}/{'diary/' if endpoint == 'diary.note_send' else ''}{pages[endpoint]}"
        )
        page = client.get(url)
        form = next(form for form in forms_of(app, page) if form.endpoint == endpoint)
        form.pick = AS_SHOWN
        for case, odd in {**WORDS, **ANYWHERE}.items():
            sent = odd if case in ("spaces", "nothing") else f"{odd} {case}"
            # As if the page were opened anew for each.
            new = {fields[endpoint]: sent, "form_id": str(uuid4())}
            pairs = [(name, new.get(name, value)) for name, value in form.filled()]
            answer = client.send(form.method, form.path, data=pairs, referrer=page.url)
            with app.app_context():
                found = session().scalars(select(ROWS[endpoint]).where(ROWS[endpoint].endswith(case))).all()
            if not answer.history:
                if found or answer.status != 422:
                    wrong.append(f"{endpoint} with {case}: answered {answer.status}, kept {len(found)}")
                continue
            taken += 1
            if found != [sent]:
                wrong.append(
                    f"{endpoint} with {case}: sent {sent[:60]!r}, kept {[str(f)[:60] for f in found]!r}"
                )
            if SCRIPT in answer.text:
                wrong.append(f"{endpoint} with {case}: markup that was typed stands on the page")
    return wrong, taken


def test_what_is_accepted_is_kept_to_the_letter(
    app: Flask, client: Client, lived: tuple[factories.Household, dict[str, Any]]
) -> None:
    """But for white space around it, which no page shows. The pages are then walked with all of it in the record."""
    client.strict = False
    client.sign_in(lived[0].rosa.id)
    wrong, taken = differences(app, client, lived[1])
    assert not wrong, "\n".join(wrong)
    assert taken >= 3 * (len(WORDS) + len(ANYWHERE) - 6)
    assert shown_everywhere(app, client, lived[1]) == []


def shown_everywhere(app: Flask, client: Client, ids: dict[str, Any]) -> list[str]:
    """Pages that break, or carry typed markup, now that odd things are kept in the record."""
    wrong = []
    for endpoint, url in addresses(app, ids):
        page = client.get(url, follow=False)
        wrong += [f"{endpoint}: {said}" for said in judge(page.status, page.text)]
    return wrong


# ------------------------------------------------------------------------------------------------------------ controls

ONE_ENGINE = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)


@ONE_ENGINE
def test_a_fault_of_ours_would_be_noticed(ready: Ready, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: a date that nobody may type is not caught."""

    def reads_badly(text: str) -> Any:
        if "02-31" in text:
            raise ArithmeticError
        return now().date() - timedelta(days=2)

    monkeypatch.setattr(forms, "read_date", reads_badly)
    asked, found = ready("rosa", only="diary.note")
    note = next(form for form in found if form.endpoint == "diary.note_send")
    fit(asked, note)
    try_everything(asked, note)
    assert any("ArithmeticError" in fault for fault in asked.faults), asked.faults


@ONE_ENGINE
def test_bytes_let_through_would_be_noticed(ready: Ready, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the edge no longer looks at the bytes."""
    monkeypatch.setattr(edge, "_is_utf8", lambda data, plus: True)
    asked, found = ready("rosa", only="diary.note")
    note = next(form for form in found if form.endpoint == "diary.note_send")
    fit(asked, note)
    try_everything(asked, note)
    assert any("no UTF-8" in fault for fault in asked.faults)


@ONE_ENGINE
def test_typing_that_is_lost_or_markup_that_stands_would_be_noticed(ready: Ready) -> None:
    """The control: a page without what was typed, and one that has it raw."""
    _, found = ready("rosa", only="diary.note")
    note = next(form for form in found if form.endpoint == "diary.note_send")
    assert not keeps(note, "<textarea></textarea>", WORDS["emoji"])
    assert not keeps(note, WORDS["injection"], WORDS["injection"])
    assert keeps(note, f"<textarea>{escape(WORDS['injection'])}</textarea>", WORDS["injection"])
    assert judge(200, f"<p>{WORDS['injection']}</p>")
    assert judge(200, f"<p>{escape(WORDS['injection'])}</p>") == []
    assert judge(500, "") != []


@ONE_ENGINE
def test_words_that_are_changed_would_be_noticed(
    app: Flask,
    client: Client,
    lived: tuple[factories.Household, dict[str, Any]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The control: the diary keeps notes in another case."""
    log = diary.log
    monkeypatch.setattr(
        diary, "log", lambda *args, note="", **more: log(*args, note=note.replace("e", "E", 1), **more)
    )
    client.strict = False
    client.sign_in(lived[0].rosa.id)
    wrong, _ = differences(app, client, lived[1])
    assert any(line.startswith("diary.note_send") for line in wrong)
