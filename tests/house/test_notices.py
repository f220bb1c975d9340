"""Every kind of notice: it has words in each language and a page that opens, and what is read, done or gone is not new.

The kinds are the app's own: one that is added is red until it has its row here.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from selfcare.accounts.models import Account
from selfcare.agreed import actions as agreed
from selfcare.appointments import actions as appointments
from selfcare.appointments import question_actions, question_replies, telling_actions
from selfcare.asks import actions as asks
from selfcare.budget import actions as budgets
from selfcare.budget import ask_actions as spend_asks
from selfcare.care_plan import actions as plan
from selfcare.database import command, now, session
from selfcare.decisions import actions as decisions
from selfcare.diary import actions as diary
from selfcare.filing import actions as filing
from selfcare.goals import actions as goals
from selfcare.i18n import LANGUAGES
from selfcare.leaving import actions as leaving
from selfcare.notifications import actions as notifications
from selfcare.notifications import kinds
from selfcare.notifications.models import Notice
from selfcare.people import recovery
from selfcare.people.models import Person
from selfcare.requests import actions as requests
from selfcare.results import actions as results
from selfcare.results.models import Report
from selfcare.sharing import actions as sharing
from selfcare.watches import actions as watches
from selfcare.watches.states import Move
from selfcare.web.access import Area, Level, Permit
from tests import factories
from tests.factories import plans
from tests.factories.budgets import begin as a_budget
from tests.factories.lived import lived_in
from tests.harness.client import Client
from tests.harness.pages import Answer, attribute

one_engine = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
# A message to devices or by letter alone: it stands in no inbox.
IN_NO_INBOX = {kinds.DAILY, kinds.TEST, kinds.ADDRESS, kinds.SIGN_IN, kinds.ENROL, kinds.ASK_BODY}


@dataclass
class Home:
    """Rosa's record with one of everything, and the browsers of who is told."""

    app: Flask
    person: UUID
    ids: dict[Any, Any]
    accounts: dict[str, UUID]
    browsers: dict[str, Client] = field(default_factory=dict)

    @contextmanager
    def acting(self, who: str) -> Iterator[Permit]:
        with self.app.test_request_context(), command() as work:
            account, person = work.get_one(Account, self.accounts[who]), work.get_one(Person, self.person)
            yield factories.permit(account, person)

    def unseen(self, who: str, kind: str) -> int:
        with self.app.app_context():
            rows = select(Notice.id).where(
                Notice.account_id == self.accounts[who], Notice.kind == kind, Notice.seen_at.is_(None)
            )
            return len(session().scalars(rows).all())

    def rows(self, who: str) -> list[tuple[str, str, bool]]:
        """(text, address, whether it is new) of each row of somebody's inbox."""
        page = self.browsers[who].get("/inbox/")
        found = []
        for row in page.html.select("main .row"):
            link = row.select_one("a[href]")
            assert link is not None
            found.append(
                (link.get_text(" ", strip=True), attribute(link, "href"), "New" in row.get_text(" ").split())
            )
        return found


Act = Callable[[Home], None]
LIST, PAGE = "the list it stands in is read", "its page is opened"


@dataclass(frozen=True)
class Told:
    """One kind: who is told, what of, what makes it old, and what makes the thing gone (None: nothing can)."""

    who: str
    about: str
    old: str | Act
    gone: Act | None = None
    done: Act | None = None  # by somebody else, so that it asks nothing of anybody any more


def by(who: str, act: Callable[..., Any], *about: Any) -> Act:
    """What somebody does with one of the ids."""

    def done(home: Home) -> None:
        with home.acting(who) as permit:
            act(permit, *(home.ids.get(each, each) for each in about))

    return done


def _allow(permit: Permit, ask_id: UUID) -> None:
    spend_asks.answer(permit, ask_id, None, answer="yes", words="It fits.")


TAKEN_BACK = by("amina", filing.mark_in_error, "report_id", "Somebody else’s.")
UNASKED = by("rosa", question_actions.remove_question, "question_id")
NO_VISIT = by("rosa", appointments.remove_visit, "appointment_id")
CANCELLED = by("rosa", requests.cancel, "request_id")
STOPPED = by("rosa", recovery.stop)
RELEASED = by("priya", results.release, "held_id")
REPLIED = by("priya", question_replies.reply, "question_id", "Yes.")
ANSWERED = by("rosa", watches.answer, "watch_id", Move.DECLINE)
UNNEEDED = by("rosa", asks.cancel, "ask_id")
KEPT = by("rosa", plan.keep, "change_id")
ALLOWED = by("amina", _allow, "spend_ask_id")
WITHDRAWN = by("rosa", spend_asks.withdraw, "spend_ask_id")
KINDS = {
    kinds.RESULT: Told("rosa", "report_id", PAGE, TAKEN_BACK),
    kinds.CORRECTED: Told("rosa", "report_id", PAGE, TAKEN_BACK),
    kinds.SOONER: Told("amina", "held_id", PAGE, by("amina", filing.mark_in_error, "held_id", "Twice."), RELEASED),
    kinds.REPLY: Told("rosa", "question_id", PAGE, UNASKED),
    kinds.QUESTION: Told("amina", "question_id", PAGE, UNASKED, REPLIED),
    kinds.SUMMARY: Told("amina", "summary_id", PAGE, by("rosa", sharing.withdraw, "summary_id")),
    kinds.WATCH: Told("rosa", "watch_id", ANSWERED, by("amina", watches.answer, "watch_id", Move.WITHDRAW)),
    kinds.PLAN: Told("rosa", "plan_waits", KEPT, by("amina", plan.take_back, "change_id")),
    kinds.READY: Told("rosa", "appointment_id", LIST, NO_VISIT),
    kinds.FEEDBACK: Told("rosa", "past", LIST, by("rosa", appointments.remove_visit, "past")),
    kinds.LOOK: Told("rosa", "goal_id", LIST, by("rosa", goals.remove, "goal_id")),
    kinds.AGAIN: Told("rosa", "decision_id", LIST, by("rosa", decisions.remove, "decision_id")),
    kinds.BUDGET: Told("rosa", "unspent_id", LIST, by("rosa", budgets.remove, "unspent_id")),
    kinds.AGREED: Told("rosa", "line_id", LIST, by("rosa", agreed.remove, "line_id")),
    kinds.LOG: Told("rosa", "tracker_id", LIST, by("rosa", diary.remove_tracker, "tracker_id")),
    kinds.ENDING: Told("rosa", "relationship_id", LIST),
    kinds.REQUEST: Told("amina", "request_id", PAGE, CANCELLED),
    kinds.PLANNED: Told("rosa", "request_id", PAGE, CANCELLED),
    kinds.MAY_SPEND: Told("amina", "spend_ask_id", PAGE, WITHDRAWN, ALLOWED),
    kinds.SPEND_ANSWERED: Told("rosa", "spend_ask_id", PAGE, WITHDRAWN),
    kinds.ASK: Told("rosa", "ask_id", PAGE, UNNEEDED),
    kinds.ASK_WAITS: Told("amina", "ask_id", PAGE, UNNEEDED),
    kinds.RECOVERY_ASKED: Told("priya", "recovery_id", by("owen", recovery.confirm, "recovery_id"), STOPPED),
    kinds.RECOVERY: Told("rosa", "recovery_id", STOPPED, STOPPED),
    kinds.STOPPED: Told("amina", "recovery_id", LIST),
    kinds.CODE_SPENT: Told("amina", "relationship_id", LIST),
    kinds.LETTER: Told("amina", "person_id", LIST),
    kinds.DETAILS: Told("rosa", "person_id", LIST),
    kinds.ACCESS: Told("rosa", "relationship_id", LIST),
    kinds.OPENED: Told("rosa", "handed_id", LIST),
    kinds.GAVE_BACK: Told("rosa", "relationship_id", LIST),
    kinds.HANDED: Told("rosa", "handover_id", PAGE),
    kinds.COPY: Told("rosa", "export_id", LIST, by("rosa", leaving.remove_copy)),
    kinds.NO_COPY: Told("rosa", "export_id", LIST, by("rosa", leaving.remove_copy)),
    kinds.ERASURE: Told("amina", "person_id", LIST),
    kinds.TELLING: Told("rosa", "telling_id", LIST, by("rosa", telling_actions.take_back, "telling_id")),
    kinds.WAY: Told("rosa", "account", LIST),
    kinds.FACTOR: Told("rosa", "account", LIST),
    kinds.COPIED: Told("rosa", "account", LIST),
    kinds.SPENT: Told("rosa", "account", LIST),
    kinds.CLOSING: Told("rosa", "account", LIST),
}  # fmt: skip


@pytest.fixture
def home(app: Flask, new_client: Callable[..., Client]) -> Home:
    """Everybody has been told of everything, once."""
    house, ids = lived_in(app, dict.fromkeys(Area, Level.MANAGE))
    with app.test_request_context(), command():
        plans.let_team(house)
        plans.let_team(house, area=Area.BUDGET)
        colleagues = {name: factories.nurse(name.title(), house.team)[0] for name in ("priya", "owen")}
        session().get_one(Account, house.rosa.id).way_at = now()
        rosa, amina = factories.permit(house.rosa, house.person), factories.permit(house.amina, house.person)
        question_replies.reply(amina, ids["question_id"], "Perhaps. Let us talk.", "specialist nurse")
        ids |= {
            "past": ids["preparation.after", "appointment_id"],
            "recovery_id": recovery.ask(amina, how="called", seen="The number on the letter.").id,
        }
        ids["unspent_id"] = a_budget(rosa, purpose="For getting about").id
        held = select(Report.id).where(Report.person_id == house.person.id, Report.visible_from > now())
        ids["held_id"] = session().scalars(held).one()
        results.ask_sooner(rosa, ids["held_id"])
        accounts = {name: getattr(house, name).id for name in ("rosa", "amina", "leon")}
        accounts |= {name: account.id for name, account in colleagues.items()}
        session().query(Notice).delete()
        for kind, told in KINDS.items():
            account = accounts[told.who]
            if told.about == "account":
                notifications.tell_account(account, kind)
            else:
                notifications.tell(rosa, [account], kind, ids[told.about])
        made = Home(app, house.person.id, ids, accounts)
    for name, account in accounts.items():
        made.browsers[name] = new_client(strict=False)
        made.browsers[name].sign_in(account)
    return made


def opened(page: Answer) -> None:
    """What the page does by itself as it is drawn."""
    for form in page.forms():
        if "load" in attribute(form.tag, "data-hx-trigger"):
            form.submit(htmx=True)


def test_every_kind_has_its_row_here() -> None:
    assert set(KINDS) | IN_NO_INBOX == set(kinds.KINDS)
    assert not set(KINDS) & IN_NO_INBOX


@one_engine
def test_each_has_words_in_every_language_and_a_page_that_opens(home: Home) -> None:
    """Alone catches: a kind that falls through to another kind's words, or that leads to a page not found."""
    for who in {told.who for told in KINDS.values()}:
        said = {}
        for language in LANGUAGES:
            home.browsers[who].speak(language)
            said[language] = home.rows(who)
            assert len(said[language]) == sum(told.who == who for told in KINDS.values())
        for each in zip(*said.values(), strict=True):
            texts = {text for text, _, _ in each}
            assert len(texts) == len(LANGUAGES), texts
        first = said["en"]
        assert len({text for text, _, _ in first}) == len(first), first  # none is said in another's words
        for text, address, _ in first:
            assert home.browsers[who].get(address).status == 200, (text, address)


@one_engine
def test_what_was_read_or_done_is_not_new(home: Home) -> None:
    """Alone catches: a notice that stays new for ever, whatever its reader does."""
    by_list = [kind for kind, told in KINDS.items() if told.old == LIST]
    for who in {KINDS[kind].who for kind in by_list}:
        opened(home.browsers[who].get("/inbox/"))
    for kind in by_list:
        assert home.unseen(KINDS[kind].who, kind) == 0, kind
    for kind, told in KINDS.items():
        if told.old == LIST:
            continue
        assert home.unseen(told.who, kind), f"{kind} is old before its page was opened"
    for kind, told in KINDS.items():
        if told.old == PAGE:
            text = home.rows(told.who)
            for _, address, is_new in text:
                if is_new:
                    opened(home.browsers[told.who].get(address))
            assert home.unseen(told.who, kind) == 0, kind
        elif callable(told.old):
            told.old(home)
            assert home.unseen(told.who, kind) == 0, kind


@one_engine
def test_what_somebody_else_did_asks_nothing_of_anybody(home: Home) -> None:
    """Alone catches: a colleague who has done it, and a notice that goes on asking for it."""
    for kind, told in KINDS.items():
        if told.done:
            told.done(home)
            assert home.unseen(told.who, kind) == 0, kind


@one_engine
def test_what_is_gone_is_new_to_nobody_and_leads_nowhere(home: Home) -> None:
    """Alone catches: a reminder of something that was taken out since, whose page is not found."""
    with home.app.app_context():
        before = set(session().scalars(select(Notice.id)))
    for act in dict.fromkeys(told.gone for told in KINDS.values() if told.gone):
        act(home)
    gone = [(kind, told) for kind, told in KINDS.items() if told.gone]
    for who in {told.who for _, told in gone}:
        there = {address: is_new for _, address, is_new in home.rows(who)}
        closed = [address for address in there if home.browsers[who].get(address).status != 200]
        assert not closed
    with home.app.app_context():  # what is told of its having gone is another notice
        rows = select(Notice.kind).where(Notice.id.in_(before), Notice.seen_at.is_(None))
        left = set(session().scalars(rows)) & {kind for kind, _ in gone}
    assert not left
