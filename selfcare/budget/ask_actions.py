"""*May I spend on this?* Asked, answered, taken back, asked again. Each has somebody who decides, and a day."""

from uuid import UUID

from sqlalchemy import select
from werkzeug.exceptions import NotFound

from selfcare.audit import trail
from selfcare.budget import queries, states
from selfcare.budget.models import SpendAsk
from selfcare.budget.states import Move, State
from selfcare.database import now, session
from selfcare.notifications import actions as notifications
from selfcare.notifications import kinds
from selfcare.people import death, teams, tells
from selfcare.people import queries as people
from selfcare.web import versions
from selfcare.web.access import Area, Level, Permit, visible

MOST_WAITING = 20  # in a record: more, and nobody could answer by the day that was promised


class NobodyToAsk(Exception):
    """There is no key contact, or their team was not let see the budget."""


class TooMany(Exception):
    """As many wait for an answer as anybody can give."""


def may_be_asked(permit: Permit) -> people.KeyContact | None:
    """Who decides: the key contact, where their team may answer; None: nobody."""
    contact = people.lead(permit)
    if contact is None or teams.holding(permit, Area.BUDGET, Level.ADD) is None:
        return None
    return contact


def ask(permit: Permit, budget_id: UUID, *, what: str, pence: int, follows: UUID | None = None) -> SpendAsk:
    """Ask whether to spend on something. The key contact is told, and the promise of their team is kept with it.

    :param follows: what was asked before, and is asked again.
    :raises NobodyToAsk, TooMany: see there. :raises NotNow: what it follows waits for its answer, or was a yes.
    """
    permit.require(Area.BUDGET, Level.ADD)
    if not queries.spends_here(permit):
        raise NotFound
    if death.has_died(permit.person_id):  # and under this lock they are counted one after another
        raise NotFound
    queries.kept(permit, budget_id)
    if follows is not None:
        moved(permit, follows, Move.AGAIN)
    contact = may_be_asked(permit)
    if contact is None:
        raise NobodyToAsk
    if len(queries.waiting(permit)) >= MOST_WAITING:
        raise TooMany
    stamp = permit.stamp()
    row = SpendAsk(
        **stamp,
        budget_id=budget_id,
        what=what,
        pence=pence,
        follows_id=follows,
        answer_by=teams.answer_by(contact, stamp["entered_at"]),
    )
    session().add(row)
    session().flush()
    trail.record(permit, "asked", "spend_ask", row.id)
    tells.tell(permit, [contact.account_id], kinds.MAY_SPEND, row.id)
    return row


def answer(permit: Permit, ask_id: UUID, version: int | None, *, answer: str, words: str) -> SpendAsk:
    """Say yes or no, in words; or put that right. The person is told, and whoever asked.

    :raises NotNow: it was taken back. :raises Stale: somebody else has answered since. :raises NotFound: not theirs.
    """
    if answer not in (State.YES, State.NO):
        raise ValueError(answer)
    row = moved(permit, ask_id, Move.ANSWER)
    if versions.turn(permit, row, version, answer=answer, words=words, answered_name=permit.account_name):
        row.answered_at = now()
        trail.record(permit, "answered", "spend_ask", row.id)
        notifications.settled(permit.person_id, row.id, kinds.MAY_SPEND)
        told = {*people.accounts_of(permit), row.entered_by} - {None}
        tells.tell(permit, sorted(filter(None, told)), kinds.SPEND_ANSWERED, row.id)
        session().flush()
    return row


def withdraw(permit: Permit, ask_id: UUID) -> None:
    """Take an ask back that waits: what was told of it is taken back. :raises NotNow: it is answered."""
    row = moved(permit, ask_id, Move.WITHDRAW)
    row.withdrawn_at, row.withdrawn_name = now(), permit.account_name
    notifications.take_back(permit.person_id, row.id)
    trail.record(permit, "took back", "spend_ask", row.id)
    session().flush()


def opened(permit: Permit, row: SpendAsk, version: int) -> None:
    """Whoever was told of it has it before their eyes.

    :param version: the one their page showed: an answer that was put right since is new to them still.
    """
    if row.version == version:
        notifications.seen(permit, row.id)


def moved(permit: Permit, ask_id: UUID, move: Move) -> SpendAsk:
    """The locked row of an ask. :raises NotNow: where `move` is not possible. :raises NotFound: not theirs."""
    permit.require(Area.BUDGET, Level.ADD)
    if death.has_died(
        permit.person_id
    ):  # the person first, as `ask` does: two who lock never wait for each other
        raise NotFound
    query = select(SpendAsk).where(visible(permit, SpendAsk), SpendAsk.id == ask_id)
    row = session().scalars(query.with_for_update().execution_options(populate_existing=True)).first()
    if row is None:
        raise NotFound
    if not states.may(queries.ties(permit, row), move):
        raise NotFound
    states.check(row.state, move)
    return row
