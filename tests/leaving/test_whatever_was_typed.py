"""Whatever is typed into any form of a record is in its copy, and after the erasing nowhere: forms are found by walking
the pages, so a new room is asked without a line here.

tests/leaving/test_away_and_gone.py puts a word in every text of a person's tables. This finds what that cannot: a form
whose words go elsewhere, into a table that nobody calls a person's.
"""

import re
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import select

from selfcare.database import Base, command, session
from selfcare.leaving import tables
from selfcare.web import throttle
from tests.factories import asks
from tests.harness.client import Client
from tests.harness.proofs import Record, figure
from tests.house.odd_input import Asked, Found, all_forms, fit, nothing_is_kept
from tests.leaving.conftest import Home
from tests.leaving.test_away_and_gone import have_it_come, raw, words_in

WORD = "Kanarie"
# By table: what stays though it was typed on a page of a record.
STAYS = {
    "service_problem": "that something is wrong on a list: no account and no record stands beside it",
    "team_offer": "a page elsewhere that a team keeps on its list: nothing in it is of a person",
    "team_link": "the same page, and who checked it",
}
# By table: what is about a person and not in their copy (selfcare/leaving/tables.py says why).
NOT_TAKEN = {
    "change": "why a team put somebody's access on hold",
    "incoming": "what a team noted while a report waited for a human",
    "report_note": "beside a report that waits to be seen",
}


def typed(home: Home, client: Client, who: str, patch: pytest.MonkeyPatch) -> dict[str, str]:
    """Sends every form about the record with words that are found again, and keeps it.

    :returns: each of these words, and which form had it.
    """
    app = home.app
    client.strict = False
    with app.test_request_context(), command():
        account = asks.called(who, home.house, home.ids["ask_id"])
    client.sign_in(account)
    client.get("/account/language")
    name = str(app.config["SESSION_COOKIE_NAME"])
    asked = Asked(app, f"{name}={client.cookie(name)}")
    with patch.context() as rolled_back:
        nothing_is_kept(rolled_back)
        forms = [form for form in all_forms(app, client, home.ids) if _is_theirs(home, form, who)]
        for form in forms:
            fit(asked, form)
    found = {}
    for number, form in enumerate(forms):
        word = f"{WORD}{who.capitalize()}{number:05}x"
        if form.accepted and asked.send(form, form.filled(words=word), word)[0] < 400:
            found[word] = form.endpoint
    assert not asked.faults, asked.faults
    return found


def _is_theirs(home: Home, form: Found, who: str) -> bool:
    about = who == "rosa" or str(home.house.person.id) in form.path or form.path.startswith("/asks/")
    return about and form.method == "POST" and bool(form.has("words"))


def kept(home: Home) -> Iterator[tuple[str, str]]:
    """Each of the words that stands in a row, and its table."""
    with home.app.app_context():
        for table in Base.metadata.sorted_tables:
            rows = repr(session().execute(select(table)).all())
            yield from ((word, table.name) for word in set(re.findall(rf"{WORD}[A-Z][a-z]+\d{{5}}x", rows)))


@pytest.mark.proof
def test_whatever_was_typed_is_in_the_copy_and_then_nowhere(
    home: Home,
    new_client: Callable[..., Client],
    monkeypatch: pytest.MonkeyPatch,
    engine_kind: str,
    record_property: Record,
) -> None:
    """Alone catches: a form whose words are kept in a table that is no person's, so that they outlive the erasing; and
    one whose words are in no copy."""
    monkeypatch.setattr(throttle, "spend", lambda *_, **__: None)
    sent = {}
    for who in ("amina", "bo", "leon", "rosa"):
        sent |= typed(home, new_client(), who, monkeypatch)
    places: dict[str, set[str]] = {}
    for word, table in kept(home):
        places.setdefault(word, set()).add(table)
    theirs = {table.name for table in tables.of_people()} | tables.OF_ACCOUNT
    assert {table for each in places.values() for table in each} - theirs <= set(STAYS), places
    home.rosa.strict = False
    home.rosa.sign_in(home.house.rosa.id)
    home.ask()
    copied = words_in(home.fetch(), f"{WORD}[A-Z][a-z]+")
    missing = {(word, sent[word]): each & theirs for word, each in places.items() if word not in copied}
    assert {table for each in missing.values() for table in each} <= set(NOT_TAKEN), missing

    assert WORD.encode() in raw(home)
    home.rosa.get(home.base + "erasure/").form("erase").submit(sure="y")
    have_it_come(home)
    assert "erased 1" in home.app.test_cli_runner().invoke(args=["erase-due"]).output
    left = {word.decode() for word in re.findall(rf"{WORD}[A-Z][a-z]+\d{{5}}x".encode(), raw(home))}
    # Of a word that stays in one table, nothing stays in another; what is in no row any more stands in its bytes.
    rows_left: dict[str, set[str]] = {}
    for word, table in kept(home):
        rows_left.setdefault(word, set()).add(table)
    theirs_left = {
        (word, sent[word])
        for word in left | set(rows_left)
        if not rows_left.get(word) or rows_left[word] - set(STAYS)
    }
    figure(
        record_property, "export, erase, raw bytes", f"{engine_kind}: {len(places)} forms whose words are kept",
        f"{len(copied)} words in the copy", f"of {len(theirs_left)} something left afterwards",
    )  # fmt: skip
    assert theirs_left == set()
    assert len(places) >= 70, "too few forms were kept for this to say much"
    assert len(copied) >= 65
