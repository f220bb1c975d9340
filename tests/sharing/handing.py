"""A summary handed to one more professional: made and read as the pages do it."""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy import select

from selfcare.accounts.models import Account
from selfcare.database import command, now, session
from selfcare.sharing import handing, queries, snapshot
from selfcare.sharing.models import HandedSummary
from tests.harness.client import Client
from tests.harness.pages import Answer
from tests.sharing.scenes import Scene, acting

NAME, WORKS = "Sam Lee", "physiotherapist"
BORN = ("27", "3", "1962")


@dataclass(frozen=True)
class Handed:
    """What was handed over, and the code that opens it."""

    id: UUID
    code: str

    @property
    def address(self) -> str:
        return f"/shared-with-me/{self.id}/"


def hand_over(
    app: Flask, made: Scene, summary_id: UUID | None = None, *, by: UUID | None = None, days: int = 90
) -> Handed:
    """Of a shared summary as whoever does it sees it; without one, of everything, chosen for this."""
    with acting(app, by or made.rosa, made.person) as permit:
        today = permit.today()
        whom = handing.Whom(NAME, WORKS, today + timedelta(days=days))
        if summary_id:
            found = queries.summary(permit, summary_id)
            assert found.body is not None
            return Handed(*handing.hand(permit, whom, found.body, found.as_of, found.id))
        choice = snapshot.Choice(snapshot.SECTIONS, today - timedelta(days=30), today, notes=True)
        body = snapshot.gather(permit, choice.first, today, made.visit).take(choice)
        return Handed(*handing.hand(permit, whom, body, now(), None))


def come_in(client: Client, code: str, born: tuple[str, str, str] = BORN, **more: Any) -> Answer:
    day, month, year = born
    form = client.get("/shared-with-me/code").form("invitation")
    return form.submit(code=code, **{"born-day": day, "born-month": month, "born-year": year}, **more)


def lets_in(app: Flask, handed: Handed, account_id: UUID) -> None:
    """Whoever has this account came in with the code before."""
    with app.test_request_context(), command() as work:
        row = work.scalars(select(HandedSummary).where(HandedSummary.id == handed.id)).one()
        row.account_id = account_id


def row_of(app: Flask, handed: Handed) -> dict[str, Any]:
    with app.app_context():
        row = session().scalars(select(HandedSummary).where(HandedSummary.id == handed.id)).one()
        return {column.name: getattr(row, column.name) for column in HandedSummary.__table__.columns}


def make_reader(app: Flask, name: str = NAME) -> UUID:
    """An account that is set up whole, and is for reading alone."""
    from selfcare.accounts import actions as accounts
    from selfcare.web.access import Kind

    with app.test_request_context(), command() as work:
        account = accounts.make(Kind.READER, name, title=WORKS, email="sam@clinic.example")
        work.get_one(Account, account.id).way_at = now()
        return account.id


def plain(page: Answer) -> str:
    return re.sub(r"\s+", " ", page.text)


def sheet(page: Answer) -> str:
    found = page.html.select_one(".sheet")
    assert found is not None
    for beside in found.select(".screen-only, .print-only"):
        beside.decompose()
    return " ".join(found.get_text(" ").split())
