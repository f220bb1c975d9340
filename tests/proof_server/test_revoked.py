"""A right that was taken away is gone at once: on pages that are open, in what a phone still sends, in what is due."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select

from selfcare.accounts.models import Account, SignIn
from selfcare.audit.models import Trail
from selfcare.database import command, now, session
from selfcare.diary.models import Entry
from selfcare.people import access
from selfcare.people.models import Member, Relationship
from selfcare.web.access import Area, Level
from tests.factories import Household, asks
from tests.factories.lived import lived_in
from tests.harness.client import Client
from tests.harness.places import PROOF
from tests.harness.proofs import Record, figure
from tests.house.crawl import addresses
from tests.house.odd_input import Asked, Found, fit, forms_of, nothing_is_kept

# Of every page; in `make test` of every tenth.
REQUESTS, EACH = (1000, 1) if PROOF else (60, 10)
HOW = (
    "ended",
    "suspended",
    "expired",
    "account suspended",
    "session ended",
    "left the team",
    "left the body",
)
# What waits to be sent: a carer's note; what a professional, who writes no diary, wrote of a call; what somebody of a
# voluntary body, who has no record, added to an ask.
NOTE = ("diary/note", (("note", ""),))
CONTACT = ("contacts/add", (("how", "phone"), ("outcome", "talked"), ("said", "")))
LINE = ("add", (("text", ""),))
WORDS = ("note", "said", "text")
BEFORE = 5  # of what a phone sends again, so many have come when the right is taken away


def whose(app: Flask, house: Household, ids: dict[str, Any], how: str) -> UUID:
    """The account that something is taken away from."""
    if how != "left the body":
        return (house.amina if how == "left the team" else house.leon).id
    with app.test_request_context(), command():
        return asks.body_worker(ids["ask_id"]).id


def take_away(app: Flask, house: Household, account_id: UUID, how: str) -> None:
    with app.test_request_context(), command() as work:
        row = work.scalars(select(Relationship).where(Relationship.account_id == house.leon.id)).one()
        if how in ("ended", "suspended"):
            row.state = how
        elif how == "expired":
            row.until = now()
        elif how == "account suspended":
            work.get_one(Account, account_id).suspended_at = now()
        elif how == "session ended":
            for each in work.scalars(select(SignIn).where(SignIn.account_id == account_id)):
                each.ended_at = now()
        else:
            for place in work.scalars(select(Member).where(Member.account_id == account_id)):
                place.ended_at = now()


class Phone:
    """A phone of Leon's (or a desk of Amina's, or of a body's), with every page of the record open on it that they are
    shown, and entries that wait.
    """

    def __init__(self, app: Flask, client: Client, how: str, monkeypatch: pytest.MonkeyPatch) -> None:
        self.app, self.client = app, client
        self.house, self.ids = lived_in(app, dict.fromkeys(Area, Level.MANAGE))
        ways = {"left the team": ("people", CONTACT), "left the body": ("asks", LINE)}
        room, self.waits = ways.get(how, ("people", NOTE))
        self.base = f"/{room}/{self.ids['ask_id'] if room == 'asks' else self.house.person.id}/"
        self.account_id = whose(app, self.house, self.ids, how)
        client.strict = False
        client.sign_in(self.account_id)
        client.get("/account/language")
        name = str(app.config["SESSION_COOKIE_NAME"])
        self.asked = Asked(app, f"{name}={client.cookie(name)}")
        with monkeypatch.context() as patched:
            nothing_is_kept(patched)
            self.pages = [url for _, url in addresses(app, self.ids) if url.startswith(self.base)][::EACH]
            self.forms = [
                form
                for url in self.pages
                for form in forms_of(app, client.get(url, follow=False))
                if form.path.startswith(self.base)
            ]
            for form in self.forms:
                fit(self.asked, form)
        self.token = str(client.get("/phone/session").json["token"])

    def replay(self, number: int) -> int:
        body = {"csrf_token": self.token, "form_id": str(uuid4()), "when": "now"}
        where, words = self.waits
        body |= {name: f"Waited {number}." if name in WORDS else value for name, value in words}
        return self.client.post(
            self.base + where, body, headers={"Accept": "application/json"}, follow=False
        ).status

    def requests(self) -> Iterator[int]:
        """The status of what comes later, without end: pages, their forms, and what waited, in turn."""
        while True:
            for number, url in enumerate(self.pages):
                yield self._came(self.client.get(url, follow=False))
                yield self._sent(self.forms[number % len(self.forms)])
                if number % 3 == 0:
                    yield self.replay(number)

    def _came(self, answer: Any) -> int:
        if answer.status == 303 and answer.location.startswith("/sign-in"):
            return 401
        return int(answer.status)

    def _sent(self, form: Found) -> int:
        sent = self.client.send(form.method, form.path, data=form.filled(), follow=False)
        return self._came(sent)

    def kept(self) -> tuple[int, ...]:
        with self.app.app_context():
            return tuple(
                session().scalar(query) or 0
                for query in (
                    select(func.count()).select_from(Entry),
                    select(func.count()).select_from(Trail).where(Trail.verb != "looked"),
                )
            )


@contextmanager
def phone_of(app: Flask, client: Client, how: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Phone]:
    """The phone, when some of what waited has come, and the right is then taken away."""
    phone = Phone(app, client, how, monkeypatch)
    assert [phone.replay(number) for number in range(BEFORE)] == [201] * BEFORE
    take_away(app, phone.house, phone.account_id, how)
    yield phone


def later(phone: Phone, number: int) -> int:
    """How many of so many later requests succeeded."""
    statuses = phone.requests()
    return sum(next(statuses) < 400 for _ in range(number))


@pytest.mark.parametrize("how", HOW if PROOF else HOW[:1])
def test_of_a_thousand_later_requests_none_succeeds(
    app: Flask,
    client: Client,
    engine_kind: str,
    how: str,
    monkeypatch: pytest.MonkeyPatch,
    record_property: Record,
) -> None:
    """Alone catches: a page, a form or what a phone sends that reads a right it had before.
    Pages are found by themselves."""
    with phone_of(app, client, how, monkeypatch) as phone:
        before = phone.kept()
        succeeded = later(phone, REQUESTS)
        after = phone.kept()
    figure(
        record_property,
        "revoked right",
        f"{engine_kind}, {how}: {succeeded} of {REQUESTS} later requests succeeded",
    )
    assert succeeded == 0
    assert after == before


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_a_right_that_is_remembered_would_be_seen(
    app: Flask,
    client: Client,
    monkeypatch: pytest.MonkeyPatch,
    record_property: Record,
) -> None:
    """The control: the permit of the first request is used for all others."""
    first: dict[Any, Any] = {}

    def remembered(account: Any, person_id: Any, lock: Any, *more: Any) -> Any:
        key = (account.account_id, person_id)
        if key not in first:
            first[key] = access.resolve(account, person_id, lock, *more)
        return first[key]

    monkeypatch.setitem(app.extensions, "access", replace(app.extensions["access"], permit=remembered))
    with phone_of(app, client, "ended", monkeypatch) as phone:
        succeeded = later(phone, 30)
    figure(record_property, "revoked right", f"control: {succeeded} of 30 succeeded")
    assert succeeded > 0
