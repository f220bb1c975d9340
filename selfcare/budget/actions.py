"""What is done with a budget and its spends: written down, said yes to, changed, taken out and put back."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from werkzeug.exceptions import NotFound

from selfcare.audit import trail
from selfcare.budget import ask_actions, queries
from selfcare.budget.models import Budget, Spend, SpendReceipt
from selfcare.budget.states import Move
from selfcare.database import now, session
from selfcare.notifications import actions as notifications
from selfcare.web import versions
from selfcare.web.access import Area, Level, Permit, Role, visible
from selfcare.web.photo_file import Found

# What both say yes to: with another word in it, the other side has not said yes yet.
_TERMS = ("kind", "pence", "from_on", "until_on", "purpose")


class Full(ValueError):
    """There is no more room: for budgets, or for receipts."""


class NotEmpty(ValueError):
    """Spends, or asks, are written down in it: it is not taken out from under them."""


def begin(permit: Permit, **values: Any) -> Budget:
    """Write a budget down. Whoever does says yes to it with that.

    :param values: `kind`, `pence`, `from_on`, `until_on`, `purpose`, `agreed_with`, `agreed_on`, `look_on`.
    :raises Full: there are as many as are kept.
    """
    _require_beginner(permit)
    if len(queries.budgets(permit)) >= queries.MOST_BUDGETS:
        raise Full
    row = Budget(**permit.stamp(), **values)
    _say_yes(permit, row)
    session().add(row)
    session().flush()
    trail.record(permit, "added", "budget", row.id)
    return row


def change(permit: Permit, budget_id: UUID, version: int | None, **values: Any) -> Budget:
    """Change what is written of a budget. Where that is what both said yes to, the other has not yet.

    :raises NotFound: not theirs. :raises Stale: changed since `version`.
    """
    row = _budget(permit, budget_id)
    anew = any(getattr(row, name) != values.get(name, getattr(row, name)) for name in _TERMS)
    look_on = row.look_on
    if versions.turn(permit, row, version, **values):
        if anew:
            row.own_at = row.team_at = None
            _say_yes(permit, row)
        if row.look_on != look_on:
            notifications.take_back(permit.person_id, row.id)
        trail.record(permit, "changed", "budget", row.id)
        session().flush()
    return row


def agree(permit: Permit, budget_id: UUID, version: int) -> Budget:
    """Say yes to a budget as it stands. Twice is once. :raises NotFound, Stale: as `change`."""
    row = _budget(permit, budget_id)
    versions.unchanged(row, version)
    if (row.team_at if permit.role is Role.PROFESSIONAL else row.own_at) is None:
        _say_yes(permit, row)
        trail.record(permit, "agreed", "budget", row.id)
        session().flush()
    return row


def remove(permit: Permit, budget_id: UUID, version: int | None = None) -> None:
    """Take a budget out in which nothing is written down. :raises NotEmpty: something is. Else as `change`."""
    row = _budget(permit, budget_id)
    versions.unchanged(row, version)
    if queries.spends(permit, budget_id, size=1) or queries.asks(permit, budget_id, size=1):
        raise NotEmpty
    row.removed_at = now()
    notifications.take_back(permit.person_id, row.id)
    trail.record(permit, "removed", "budget", row.id)
    session().flush()


def _say_yes(permit: Permit, row: Budget) -> None:
    if permit.role is Role.PROFESSIONAL:
        row.team_at, row.team_name = now(), permit.account_name
    else:
        row.own_at, row.own_name = now(), "" if permit.is_self else permit.account_name


# ------------------------------------------------------------------------------------------------------------ spends


def spend(
    permit: Permit, budget_id: UUID, *, what: str, pence: int, day: date, ask_id: UUID | None = None
) -> Spend:
    """Write a spend down; nothing stops one, also where there is no money left.

    :param ask_id: the yes that it goes with. :raises NotNow: nobody said yes to that.
    """
    _require_spender(permit)
    queries.kept(permit, budget_id)
    if ask_id is not None:
        ask_actions.moved(permit, ask_id, Move.SPEND)
    row = Spend(**permit.stamp(), budget_id=budget_id, what=what, pence=pence, day=day, ask_id=ask_id)
    session().add(row)
    session().flush()
    trail.record(permit, "added", "spend", row.id)
    return row


def change_spend(
    permit: Permit, budget_id: UUID, spend_id: UUID, version: int | None, **values: Any
) -> Spend:
    """Change a spend: `what`, `pence`, `day`, and in which budget it counts (`to`).

    :raises NotFound: not theirs to change. :raises Stale: changed since `version`.
    """
    to = values.pop("to", budget_id)
    if to != budget_id:
        queries.kept(permit, to)
    row = _spend(permit, budget_id, spend_id)
    if versions.change(permit, row, version, **values, budget_id=to):
        trail.record(permit, "changed", "spend", row.id)
    return row


def remove_spend(permit: Permit, budget_id: UUID, spend_id: UUID, version: int | None = None) -> None:
    """Take a spend out. Raises as `change_spend`."""
    row = _spend(permit, budget_id, spend_id)
    versions.unchanged(row, version)
    row.removed_at, row.removed_by = now(), permit.account_id
    trail.record(permit, "removed", "spend", row.id)
    session().flush()


def put_back(permit: Permit, budget_id: UUID, spend_id: UUID) -> None:
    """Undo that one took a spend out, a moment ago. Twice is once. :raises NotFound: it was not so."""
    _require_spender(permit)
    there = select(Spend.id).where(visible(permit, Spend), Spend.id == spend_id)
    if session().scalar(there) is not None:
        _spend(permit, budget_id, spend_id)
        return
    row = queries.taken_out(permit, budget_id, spend_id)
    row.removed_at = row.removed_by = None
    trail.record(permit, "put back", "spend", row.id)
    session().flush()


def keep_receipt(permit: Permit, budget_id: UUID, spend_id: UUID, found: Found) -> SpendReceipt:
    """Keep a receipt with its spend; another takes the place of the one that is there.

    :raises NotFound: as `change_spend`. :raises Full: there is no more room for receipts.
    """
    row = _spend(permit, budget_id, spend_id)
    if queries.receipts_size(permit) + len(found.body) > queries.MOST_RECEIPTS:
        raise Full
    if (old := queries.receipt(permit, row.id)) is not None:
        session().delete(old)
        session().flush()
    kept = SpendReceipt(
        **permit.stamp(),
        spend_id=row.id,
        content_type=found.content_type,
        size=len(found.body),
        wide=found.wide,
        high=found.high,
        body=found.body,
    )
    session().add(kept)
    session().flush()
    trail.record(permit, "added", "spend_receipt", row.id)
    return kept


def remove_receipt(permit: Permit, budget_id: UUID, spend_id: UUID) -> None:
    """Take a receipt out; its file is gone with that. :raises NotFound: as `change_spend`; there is none."""
    row = _spend(permit, budget_id, spend_id)
    found = queries.receipt(permit, row.id)
    if found is None:
        raise NotFound
    session().delete(found)
    trail.record(permit, "removed", "spend_receipt", row.id)
    session().flush()


def _require_beginner(permit: Permit) -> None:
    permit.require(Area.BUDGET, Level.ADD)
    if not queries.may_begin(permit):
        raise NotFound


def _require_spender(permit: Permit) -> None:
    permit.require(Area.BUDGET, Level.ADD)
    if not queries.spends_here(permit):
        raise NotFound


def _budget(permit: Permit, budget_id: UUID) -> Budget:
    _require_beginner(permit)
    row: Budget | None = _locked(Budget, visible(permit, Budget), budget_id)
    if row is None:
        raise NotFound
    return row


def _spend(permit: Permit, budget_id: UUID, spend_id: UUID) -> Spend:
    row: Spend | None = _locked(Spend, visible(permit, Spend), spend_id)
    if row is None or row.budget_id != budget_id:
        raise NotFound
    if not queries.may_change(permit, row):
        versions.refuse(permit, row)
    return row


def _locked(table: Any, seen: Any, item_id: UUID) -> Any:
    query = select(table).where(seen, table.id == item_id).with_for_update()
    return session().scalars(query.execution_options(populate_existing=True)).first()
