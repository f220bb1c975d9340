"""Reading budgets: what there is, what is left, what was spent, and what was asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, Select, and_, cast, func, select, tuple_
from werkzeug.exceptions import NotFound

from selfcare.budget import states
from selfcare.budget.models import Budget, Spend, SpendAsk, SpendReceipt
from selfcare.budget.states import Move, Who
from selfcare.database import now, session
from selfcare.people import teams
from selfcare.web import versions, written
from selfcare.web.access import Area, Level, Panel, Permit, Role, visible, visible_to_panel
from selfcare.web.paging import Key

PAGE = 20
FIRST = 5  # spends, and asks, on the page of a budget
MOST_BUDGETS = 30  # of a record: one a year for a life
IN_TABLE = 5_000  # spends in one file
MOST_RECEIPTS = 200_000_000  # bytes of a record


@dataclass(frozen=True)
class Kept:
    """A budget with what is left of it, in pence; below zero where more was spent than there is."""

    row: Budget
    spent: int
    spends: int  # how many

    @property
    def left(self) -> int:
        return self.row.pence - self.spent

    def holds(self, day: date) -> bool:
        return self.row.from_on <= day <= self.row.until_on


def budgets(permit: Permit) -> list[Kept]:
    """All there are, the latest first, each with what is left. One statement."""
    sums = (
        select(Spend.budget_id, _total(), func.count().label("number"))
        .where(visible(permit, Spend))
        .group_by(Spend.budget_id)
        .subquery()
    )
    query = (
        select(Budget, sums.c.total, sums.c.number)
        .outerjoin(sums, sums.c.budget_id == Budget.id)
        .where(visible(permit, Budget))
        .order_by(Budget.from_on.desc(), Budget.id.desc())
        .limit(MOST_BUDGETS)
    )
    return [Kept(row, int(total or 0), number or 0) for row, total, number in session().execute(query)]


def _total() -> ColumnElement[int]:
    # PostgreSQL adds whole numbers up to its decimal type.
    return cast(func.sum(Spend.pence), BigInteger).label("total")


def now_of(found: Sequence[Kept], today: date) -> Kept | None:
    """The one that a page shows first: what is there today, else what comes next, else what ended last."""
    there = [one for one in found if one.holds(today)]
    coming = [one for one in found if one.row.from_on > today]
    return next(iter([*there, *reversed(coming), *found]), None)


def kept(permit: Permit, budget_id: UUID) -> Kept:
    """One budget. :raises NotFound: unknown, removed or not theirs to see."""
    return one_of(budgets(permit), budget_id)


def one_of(found: Sequence[Kept], budget_id: UUID) -> Kept:
    """One of `budgets`, where a page needs them all. :raises NotFound: it is not among them."""
    one = next((each for each in found if each.row.id == budget_id), None)
    if one is None:
        raise NotFound
    return one


def is_there(permit: Permit) -> bool:
    """Whether a budget is kept here. One statement."""
    return session().scalar(select(Budget.id).where(visible(permit, Budget)).limit(1)) is not None


def shows(permit: Permit) -> bool:
    """Whether the way to it is shown: it is there, or whoever could begin one was invited to by the right that the
    team was given. Two statements at most."""
    if not permit.may(Area.BUDGET):
        return False
    if is_there(permit):
        return True
    if permit.role is Role.PROFESSIONAL:
        return may_begin(permit)
    return may_begin(permit) and teams.holding(permit, Area.BUDGET, Level.SEE) is not None


def may_begin(permit: Permit) -> bool:
    """Whether a budget is theirs to write down, and to say yes to: the person's, of who acts for them by law, and of a
    professional to whom the person gave the right to."""
    acts = permit.is_self or (permit.acts and permit.may(Area.BUDGET, Level.MANAGE))
    return acts or (permit.role is Role.PROFESSIONAL and permit.may(Area.BUDGET, Level.ADD))


def spends_here(permit: Permit) -> bool:
    """Whether they write spends down, and ask before: the person and who helps. A team looks and answers."""
    return permit.role in (Role.SELF, Role.CARER) and permit.may(Area.BUDGET, Level.ADD)


def may_change(permit: Permit, row: Spend) -> bool:
    """Whether a spend is theirs to change: their own, or with the right to manage others' too."""
    if permit.role is Role.PROFESSIONAL:
        return False
    own = versions.is_own(permit, row)
    return permit.may(Area.BUDGET, Level.ADD if own or permit.is_self else Level.MANAGE)


# ------------------------------------------------------------------------------------------------------------ spends


@dataclass(frozen=True)
class Listed:
    """A spend of a list, with whether a receipt is kept with it."""

    spend: Spend
    has_receipt: bool


def spends(permit: Permit, budget_id: UUID, before: Key | None = None, size: int = PAGE) -> list[Listed]:
    """Newest first by the day; one more than `size` at most. One statement."""
    query = (
        select(Spend, SpendReceipt.id)
        .outerjoin(
            SpendReceipt, and_(SpendReceipt.person_id == Spend.person_id, SpendReceipt.spend_id == Spend.id)
        )
        .where(visible(permit, Spend), Spend.budget_id == budget_id)
        .order_by(Spend.day.desc(), Spend.id.desc())
        .limit(size + 1)
    )
    if before:
        query = query.where(tuple_(Spend.day, Spend.id) < (before[0].date(), before[1]))
    return [Listed(row, receipt is not None) for row, receipt in session().execute(query)]


def in_table(permit: Permit, budget_id: UUID, before: Key | None = None) -> list[Spend]:
    """Those of a budget that a file has, by their day: the newest, as many as it takes. One statement.

    :param before: of a page of the list: from its first one back.
    """
    found = spends(permit, budget_id, before, IN_TABLE)
    return [one.spend for one in reversed(found[:IN_TABLE])]


def key(row: Spend) -> tuple[datetime, UUID]:
    """By what a list goes on after a spend."""
    return datetime.combine(row.day, time(), UTC), row.id


def spend(permit: Permit, budget_id: UUID, spend_id: UUID) -> Spend:
    """One spend. :raises NotFound: unknown, removed or not theirs to see."""
    query = select(Spend).where(visible(permit, Spend), Spend.id == spend_id, Spend.budget_id == budget_id)
    found = session().scalars(query).first()
    if found is None:
        raise NotFound
    return found


def taken_out(permit: Permit, budget_id: UUID, spend_id: UUID) -> Spend:
    """A spend that this account removed a moment ago. :raises NotFound: it is there, or was not removed so."""
    query = select(Spend).where(
        Spend.person_id == permit.person_id,
        Spend.id == spend_id,
        Spend.budget_id == budget_id,
        Spend.removed_by == permit.account_id,
        Spend.removed_at > now() - versions.ONE_SITTING,
    )
    found = session().scalars(query).first()
    if found is None:
        raise NotFound
    return found


def receipt(permit: Permit, spend_id: UUID) -> SpendReceipt | None:
    """The receipt of a spend that can be seen, without its bytes."""
    return (
        session()
        .scalars(select(SpendReceipt).where(visible(permit, SpendReceipt), SpendReceipt.spend_id == spend_id))
        .first()
    )


def receipts_size(permit: Permit) -> int:
    """How many bytes of receipts a record has."""
    found = session().scalar(
        select(cast(func.sum(SpendReceipt.size), BigInteger)).where(
            SpendReceipt.person_id == permit.person_id
        )
    )
    return int(found or 0)


# -------------------------------------------------------------------------------------------------------------- asks


def asks(permit: Permit, budget_id: UUID, before: Key | None = None, size: int = PAGE) -> list[SpendAsk]:
    """What was asked, newest first; one more than `size` at most. One statement."""
    query = (
        select(SpendAsk)
        .where(visible(permit, SpendAsk), SpendAsk.budget_id == budget_id)
        .order_by(SpendAsk.entered_at.desc(), SpendAsk.id.desc())
        .limit(size + 1)
    )
    if before:
        query = query.where(tuple_(SpendAsk.entered_at, SpendAsk.id) < before)
    return list(session().scalars(query))


def ask(permit: Permit, ask_id: UUID) -> SpendAsk:
    """One of them. :raises NotFound: unknown, or not theirs to see."""
    found = (
        session().scalars(select(SpendAsk).where(visible(permit, SpendAsk), SpendAsk.id == ask_id)).first()
    )
    if found is None:
        raise NotFound
    return found


def waiting(permit: Permit) -> list[SpendAsk]:
    """What waits for an answer, the oldest first: for the team's page of a person. One statement."""
    query = select(SpendAsk).where(visible(permit, SpendAsk), is_waiting())
    return list(session().scalars(query.order_by(SpendAsk.entered_at, SpendAsk.id).limit(PAGE)))


def waiting_by_person(panel: Panel) -> Select[UUID, int, datetime]:
    """What waits for an answer of those who look: person, how many, since when. To stand in a statement with others of
    its shape."""
    return (
        select(SpendAsk.person_id, func.count().label("count"), func.min(SpendAsk.entered_at).label("since"))
        .where(visible_to_panel(panel, Area.BUDGET, SpendAsk, Level.ADD), is_waiting())
        .group_by(SpendAsk.person_id)
    )


def is_waiting() -> ColumnElement[bool]:
    """The condition that an ask waits for its answer."""
    return and_(SpendAsk.answer == "", SpendAsk.withdrawn_at.is_(None))


def ties(permit: Permit, row: SpendAsk) -> frozenset[Who]:
    """What ties whoever reads it to an ask."""
    adds = permit.may(Area.BUDGET, Level.ADD)
    if permit.role is Role.PROFESSIONAL:
        return frozenset({Who.TEAM} if adds else ())
    own = row.entered_by is not None and row.entered_by == permit.account_id
    asker = permit.is_self or permit.may(Area.BUDGET, Level.MANAGE) or (adds and own)
    found = {Who.ASKER: asker, Who.ADDS: adds}
    return frozenset(who for who, so in found.items() if so)


def moves(permit: Permit, row: SpendAsk) -> frozenset[Move]:
    """What this account can do with an ask where it stands now. Of somebody who has died nobody asks anything."""
    if permit.subject.died_on:
        return frozenset()
    tied, state = ties(permit, row), row.state
    return frozenset(move for move in Move if states.may(tied, move) and state in states.FROM[move])


# ----------------------------------------------------------------------------------------------------------- summary


def for_summary(permit: Permit) -> Sequence[Select[*tuple[Any, ...]]]:
    """Budgets that are there now or come, with what is left of each, and what waits for an answer."""
    spent = (
        select(func.coalesce(_total(), 0))
        .where(Spend.person_id == Budget.person_id, Spend.budget_id == Budget.id, Spend.removed_at.is_(None))
        .scalar_subquery()
    )
    facts = {name: getattr(Budget, name) for name in ("kind", "pence", "purpose", "from_on", "until_on")}
    order = (Budget.from_on.desc(),)
    there = written.kept(
        permit, Budget, "budget", Budget.until_on >= permit.today(), order=order,
        **facts, left=Budget.pence - spent,
    )  # fmt: skip
    said = {name: getattr(SpendAsk, name) for name in ("what", "pence", "answer_by")}
    asked = written.kept(permit, SpendAsk, "budget", is_waiting(), order=(SpendAsk.entered_at.asc(),), **said)
    return [there, asked]
