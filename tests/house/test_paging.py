"""A list that goes on over pages shows every row once, also where many rows are of one instant."""

import inspect
import re
from collections import Counter
from typing import Any, NamedTuple, cast
from uuid import UUID, uuid4

import pytest
from flask import Flask, current_app, request, url_for
from sqlalchemy import delete, insert, select

from selfcare.admissions.models import Admission
from selfcare.agreed.models import Line
from selfcare.appointments.models import Appointment, Question
from selfcare.asks.models import Ask
from selfcare.budget.models import Spend, SpendAsk
from selfcare.community.models import SavedService
from selfcare.contacts.models import Contact
from selfcare.database import Base, command, session
from selfcare.decisions.models import Decision
from selfcare.diary.models import Entry
from selfcare.feedback.models import Idea, Suggestion, Theme
from selfcare.filing.models import Incoming, Receipt
from selfcare.goals.models import CheckIn, Goal
from selfcare.letters.models import Letter
from selfcare.links.models import SharedLink
from selfcare.notifications.models import Notice
from selfcare.requests.models import ContactRequest
from selfcare.results.models import Report
from selfcare.sharing.models import HandedSummary, Summary
from selfcare.web import paging
from tests import factories
from tests.factories.lived import lived_in
from tests.factories.record import ago
from tests.harness.client import Client
from tests.house.crawl import addresses

ROWS = 70  # more than two pages of any list


class Listed(NamedTuple):
    """A list: whose rows, the key of one that is there, who reads it where, and what tells its rows apart on a page."""

    table: type[Base]
    of: str
    who: str
    endpoint: str
    mark: str = "id"
    values: dict[str, Any] = {}  # noqa: RUF012 - read only


LISTS = {
    "diary": Listed(Entry, "entry_id", "rosa", "diary.index", "note"),
    "what was tried": Listed(Entry, "entry_id", "rosa", "diary.what_helps", "tried"),
    "goals": Listed(Goal, "goal_id", "rosa", "goals.index", "text"),
    "decisions": Listed(Decision, "decision_id", "rosa", "decisions.index", "question"),
    "spends": Listed(Spend, "spend_id", "rosa", "budget.spends", "what"),
    "asked before spending": Listed(SpendAsk, "spend_ask_id", "rosa", "budget.asks", "what"),
    "letters": Listed(Letter, "letter_id", "rosa", "letters.index", "line"),
    "saved services": Listed(SavedService, "saved_id", "rosa", "community.saved", "label"),
    "check-ins": Listed(CheckIn, "check_in_id", "rosa", "goals.goal", "note"),
    "past visits": Listed(Appointment, "appointment_id", "rosa", "appointments.index", values={"utc": "past"}),
    "questions of before": Listed(
        Question, "question_id", "rosa", "appointments.questions", "text",
        {"discussed_at": "past", "closed_at": "past"},
    ),
    "contacts": Listed(Contact, "contact_id", "amina", "contacts.index", "said"),
    "hospital stays": Listed(Admission, "admission_id", "rosa", "admissions.index", "place"),
    "results": Listed(Report, "report_id", "rosa", "results.index"),
    "summaries": Listed(Summary, "summary_id", "rosa", "sharing.index"),
    "links": Listed(SharedLink, "shared_id", "rosa", "links.index"),
    "shared with a reader": Listed(
        HandedSummary, "handed_id", "amina", "sharing.readings", values={"account_id": "amina"}
    ),
    "inbox": Listed(Notice, "notice_id", "rosa", "home.inbox", "about_id"),
    "incoming": Listed(Incoming, "incoming_id", "amina", "filing.incoming"),
    "questions that wait": Listed(Question, "question_id", "amina", "caseload.questions", "text"),
    "questions for visits": Listed(
        Question, "question_id", "amina", "caseload.questions", "text", {"asked_at": None}
    ),
    "agreed before": Listed(Line, "line_id", "rosa", "agreed.index", "what", {"state": "done", "closed_at": "past"}),
    "own promises": Listed(Line, "line_id", "amina", "caseload.promises", "what", {"owner_id": "amina"}),
    "what a team did": Listed(Theme, "theme_id", "rosa", "feedback.team_said", "said"),
    "ideas": Listed(Idea, "idea_id", "rosa", "feedback.ideas", "title"),
    "suggestions": Listed(Suggestion, "suggestion_id", "rosa", "feedback.suggest", "line"),
    "requests of before": Listed(
        ContactRequest, "request_id", "rosa", "requests.index", "about", {"cancelled_at": "past"}
    ),
    "asks that are over": Listed(Ask, "ask_id", "rosa", "asks.index", "words", {"ended_at": "past"}),
    "asks of somebody": Listed(Ask, "ask_id", "amina", "asks.of_person", "words"),
    "asks that are worked on": Listed(Ask, "ask_id", "amina", "asks.desk", "words"),
}  # fmt: skip


def test_every_row_is_shown_once(app: Flask, client: Client) -> None:
    """Would fail where a page begins after the moment of the last row alone, and passes by the others of it. The lists
    are asked one after the other, in a record that has many rows of the one that is asked.
    """
    house, ids = lived_in(app, {})
    client.strict = False
    wrong = [
        f"{name}: {said}"
        for name, listed in LISTS.items()
        for said in _shown(app, client, house, ids, listed)
    ]
    assert not wrong, "\n".join(wrong)


def _shown(
    app: Flask, client: Client, house: factories.Household, ids: dict[str, Any], listed: Listed
) -> list[str]:
    """What is wrong with a list that has become long; then its rows are gone again."""
    table = listed.table.__table__
    with app.test_request_context(), command() as work:
        before = set(work.scalars(select(table.c.id)))
        marks = _many(house, ids, listed)
        url: str | None = _address(listed, ids)
    client.sign_in(getattr(house, listed.who).id)
    seen: Counter[str] = Counter()
    asked: list[str] = []
    while url is not None and len(asked) < ROWS:
        asked.append(url)
        page = client.get(url)
        assert page.status == 200, url
        shown = str(page.html.main)
        seen.update(mark for mark in marks if re.search(rf"{re.escape(mark)}(?!\w)", shown))
        further = [link for link in page.html.select("main .pager a[href]") if "newest" not in link.text]
        url = str(further[-1]["href"]) if further else None
    with app.test_request_context(), command() as work:
        work.execute(delete(table).where(table.c.id.not_in(before)))
    wrong = [f"{mark} stands there {seen[mark]} times" for mark in marks if seen[mark] != 1]
    return wrong + [f"{len(asked)} pages"] * (not 1 < len(asked) < ROWS)


def test_every_list_that_goes_on_is_asked(
    app: Flask, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Alone catches: a new list that reads where it goes on from its address, and is not among those above."""
    goes_on: set[str | None] = set()
    read = paging.asked

    def note(name: str = "before") -> paging.Key | None:
        goes_on.add(request.endpoint)
        return read(name)

    monkeypatch.setattr(paging, "asked", note)
    house, ids = lived_in(app, {})
    rooms = [
        name for name, view in app.view_functions.items() if "paging" in inspect.unwrap(view).__globals__
    ]
    for who in (house.rosa, house.amina):
        client.sign_in(who.id)
        client.strict = False
        for endpoint, url in addresses(app, ids):
            if endpoint in rooms:
                client.get(url, follow=False)
    # The page after asking shows the list of requests below; the diary goes on by a key of its own, which holds a kind.
    # What a team reads goes on by what came together (tests/feedback/test_heard.py).
    assert goes_on - {"requests.request", "team.heard_page"} == {
        listed.endpoint for listed in LISTS.values()
    } - {"diary.index"}


def _address(listed: Listed, ids: dict[str, Any]) -> str:
    wanted = {name for rule in current_app.url_map.iter_rules(listed.endpoint) for name in rule.arguments}
    return url_for(listed.endpoint, **{name: ids[name] for name in wanted})


def _many(house: factories.Household, ids: dict[str, Any], listed: Listed) -> list[str]:
    """Copies of one row, all of one instant. :returns: what tells each apart on a page."""
    ids = {**ids, "notice_id": session().scalar(select(Notice.id).where(Notice.account_id == house.rosa.id))}
    table = listed.table.__table__
    like = dict(session().execute(select(table).where(table.c.id == ids[listed.of])).mappings().one())
    past = ago(factories.permit(house.rosa, house.person), days=30)
    meant = {"past": past.utc, "amina": house.amina.id}
    values = {name: meant.get(value, value) for name, value in listed.values.items()}
    rows = [{**like, **values, "id": uuid4()} for _ in range(ROWS)]
    for number, row in enumerate(rows):
        if "about_id" in row:
            row["about_id"] = uuid4()
        for secret in {"address_hash", "code_hash"} & set(row):
            row[secret] = uuid4().hex
        if "receipt_id" in row:
            row["receipt_id"] = _a_receipt(row["receipt_id"])
        if listed.mark not in ("id", "about_id"):
            row[listed.mark] = f"Row number {number}"
    session().execute(insert(table), rows)
    return [str(row[listed.mark]) for row in rows]


def _a_receipt(like: UUID) -> UUID:
    """Each report that waits came with a receipt of its own."""
    table = Receipt.__table__
    row = dict(session().execute(select(table).where(table.c.id == like)).mappings().one())
    row |= {"id": uuid4(), "content_hash": uuid4().hex}
    session().execute(insert(table), [row])
    return cast(UUID, row["id"])
