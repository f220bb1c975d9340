"""The rows of a month's use, in bulk: what is logged and noted, and what is past its time and is to be tidied."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from itertools import islice
from typing import Any
from uuid import UUID, uuid4

from flask import Flask
from sqlalchemy import Table, insert, select

from selfcare.accounts import models as accounts
from selfcare.audit.models import Trail
from selfcare.database import database, now, session
from selfcare.diary.models import Entry
from selfcare.notifications.models import Notice
from selfcare.outbox.models import Outbox
from selfcare.people.models import Relationship
from selfcare.web.models import Once, Throttle
from tests.bench import crowd, towns

PORTION = 10_000
LONG_AGO = timedelta(days=120)  # longer than anything of these is kept

Row = dict[str, Any]
Make = Callable[[int, UUID, UUID], Row]


def fill(app: Flask, people: int, entries: int) -> None:
    """A town, with two million rows of a month's use besides."""
    towns.one_by_one(app, people, entries)
    with app.app_context():
        own = select(Relationship.account_id, Relationship.person_id).where(Relationship.kind == "self")
        everybody = [(account, person) for account, person in session().execute(own) if account]
        like = {person: _like(person) for _, person in everybody}
        session().rollback()
        for table, number, make in _of(like):
            whole = table.__table__
            rows = (make(n, *everybody[n % len(everybody)]) for n in range(number))
            while portion := list(islice(rows, PORTION)):
                _keep(app, whole, portion)


def _of(like: dict[UUID, Row]) -> Sequence[tuple[Any, int, Make]]:
    """By table: how many rows, and each as its number, its account and its person make it."""
    moment = now()
    past, month = moment - LONG_AGO, timedelta(days=30)

    def spread(n: int) -> Any:
        return moment - month * (n % 100_000 / 100_000)

    def entry(n: int, _: UUID, person: UUID) -> Row:
        # Before all that the town has: what a page shows of these days is the same as in a fresh one.
        utc = moment - LONG_AGO - month * (1 + n % 100_000 / 5_000)
        return like[person] | {"id": uuid4(), "utc": utc, "wall": utc.replace(tzinfo=None), "entered_at": utc}

    def trail(n: int, account: UUID, person: UUID) -> Row:
        return {
            "person_id": person, "at": spread(n), "by": account, "by_role": "self", "verb": "added", "kind": "entry",
            "item_id": uuid4(), "covers": None,
        }  # fmt: skip

    def once(n: int, account: UUID, person: UUID) -> Row:
        return {
            "account_id": account, "form_id": uuid4(), "fingerprint": f"{n:064}", "person_id": person, "kind": "entry",
            "row_id": uuid4(), "location": "/", "version": 1, "at": spread(n),
        }  # fmt: skip

    def outbox(n: int, account: UUID, person: UUID) -> Row:
        return {
            "id": uuid4(), "dedupe": f"month:{n}", "account_id": account, "person_id": person, "kind": "reply",
            "about": {"notice": str(uuid4())}, "not_before": past, "tries": 1, "state": "sent", "reason": "inbox",
            "made_at": past, "ended_at": past,
        }  # fmt: skip

    def sign_in(n: int, account: UUID, _: UUID) -> Row:
        return {
            "id": uuid4(), "token_hash": f"month{n:059}", "account_id": account, "device": "iPhone",
            "began": "password", "complete": True, "started_at": past, "seen_at": past + timedelta(seconds=n),
            "ends_at": past + timedelta(days=1),
        }  # fmt: skip

    def notice(n: int, account: UUID, person: UUID) -> Row:
        return {
            "id": uuid4(), "account_id": account, "person_id": person, "kind": "reply", "about_id": uuid4(),
            "made_at": spread(n), "visible_from": spread(n), "seen_at": moment,
        }  # fmt: skip

    return (
        (Entry, 300_000, entry),
        (Trail, 600_000, trail),
        (Once, 300_000, once),
        (Outbox, 250_000, outbox),
        (Throttle, 250_000, lambda n, *_: {"key": f"month{n:059}", "hits": 1, "until": past}),
        (accounts.SignIn, 150_000, sign_in),
        (Notice, 20_000, notice),
        (
            accounts.MailCode,
            50_000,
            lambda n, account, _: {"id": uuid4(), "account_id": account, "address": f"{n}", "made_at": past},
        ),
        (
            accounts.PasskeyChallenge,
            50_000,
            lambda n, *_: {
                "challenge": f"{n}", "bound_to": "x", "purpose": "make", "account_id": None, "expires_at": past,
            },
        ),
        (
            accounts.Enrolment,
            30_000,
            lambda n, account, _: {
                "id": uuid4(), "account_id": account, "code_hash": f"{n:064}", "made_at": past, "expires_at": past,
            },
        ),
    )  # fmt: skip


def _like(person: UUID) -> Row:
    """A row of the person's diary, to copy."""
    row = (
        session().execute(select(Entry.__table__).where(Entry.person_id == person).limit(1)).mappings().one()
    )
    return dict(row)


def _keep(app: Flask, table: Table, rows: list[Row]) -> None:
    if not database().is_sqlite:
        with crowd.straight(app) as at:
            crowd.copy(at, table, rows)
        return
    with database().transaction() as work:
        work.execute(insert(table), rows)
