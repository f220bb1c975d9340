"""Actions by which a colleague's way to sign in is set up anew: one of the team asks, another confirms.

Nobody does so for themself, nobody is both, and who asked must still be of the team when it is confirmed.
"""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import and_, or_, select
from werkzeug.exceptions import NotFound

from selfcare.accounts import enrolment, security
from selfcare.accounts.models import Account
from selfcare.database import now, session
from selfcare.team import actions, queries
from selfcare.team.models import SignInReset, StaffChange
from selfcare.team.seat import Seat

LASTS = timedelta(hours=24)
NEW_FOR = timedelta(days=7)
_HANDED = ("invited", "link")  # what gave whoever did it a colleague's way in


class NotYou(ValueError):
    """Who asked cannot confirm, nor can whoever it is about."""


class OneHand(ValueError):
    """Who asked and who confirms may be one and the same: one of them let the other in."""


class SameHand(ValueError):
    """One and the same let both of them in: the link goes to the colleague's own address, or not at all."""


class TooNew(ValueError):
    """Whoever asks or confirms came in, or got a new way in, a few days ago: the team may not know them yet."""


def ask(seat: Seat, account_id: UUID, how: str) -> SignInReset:
    """Ask that a colleague's way to sign in is set up anew. Asked before: that one stands.

    :raises NotYou: oneself. :raises TooNew:
    :raises NotFound: no colleague, or one who was invited and needs a new link instead.
    """
    if account_id == seat.account_id:
        raise NotYou
    if queries.colleague(seat, account_id).waits:
        raise NotFound
    refuse_new(seat.account_id)
    waiting = next((one for one in queries.resets(seat) if one.account_id == account_id), None)
    if waiting:
        return waiting
    moment = now()
    row = SignInReset(
        team_id=seat.team.id,
        account_id=account_id,
        how=how,
        asked_by=seat.account_id,
        asked_name=seat.name,
        asked_at=moment,
        expires_at=moment + LASTS,
    )
    session().add(row)
    session().flush()
    security.note("factor-reset-asked", account_id, asked_by=seat.account_id)
    actions.keep(seat, actions.locked(account_id), "reset asked", how)
    return row


def confirm(seat: Seat, account_id: UUID, reset_id: UUID, *, mailed: bool) -> str | None:
    """Confirm it: password and second step are taken away, every session ends, they are told.

    :param mailed: the link goes to their own address, and nobody here sees it. :returns: else its code.
    :raises OneHand: :raises SameHand: :raises TooNew: :raises NotYou:
    :raises NotFound: it was stopped, is over, or rests on somebody who is no more of the team.
    """
    row = _open(seat, account_id, reset_id)
    if seat.account_id in (row.asked_by, account_id):
        raise NotYou
    if not queries.is_here(seat, row.asked_by):
        raise NotFound
    refuse_one_hand(seat.account_id, row.asked_by)
    account = actions.locked(account_id)
    by_mail = mailed and account.email is not None
    if not by_mail and _let_in_by_one(seat.account_id, row.asked_by):
        raise SameHand
    row.ended_at = now()
    code = None
    if by_mail:
        enrolment.reset_by_mail(account)
    else:
        code = enrolment.reset(account)
    security.note("factor-reset", account.id, asked_by=row.asked_by, confirmed_by=seat.account_id)
    actions.keep(seat, account, "reset")
    return code


def stop(seat: Seat, account_id: UUID, reset_id: UUID) -> None:
    """It is not done. Anybody of the team may stop it."""
    row = _open(seat, account_id, reset_id)
    row.ended_at = now()
    session().flush()
    actions.keep(seat, actions.locked(account_id), "reset stopped")


def refuse_one_hand(one: UUID, other: UUID) -> None:
    """Two only count as two where neither had the other's way in in their hands, and both are known to the team.

    :raises OneHand: :raises TooNew:
    """
    handed = select(StaffChange.id).where(
        StaffChange.what.in_(_HANDED),
        or_(
            and_(StaffChange.account_id == one, StaffChange.by == other),
            and_(StaffChange.account_id == other, StaffChange.by == one),
        ),
    )
    if session().scalars(handed.limit(1)).first():
        raise OneHand
    refuse_new(one)
    refuse_new(other)


def _let_in_by_one(one: UUID, other: UUID) -> bool:
    """Whether the same account had the way in of both in their hands: two accounts of one hand are no two people."""
    hands = select(StaffChange.by).where(StaffChange.what.in_(_HANDED), StaffChange.by.is_not(None))
    of_one = hands.where(StaffChange.account_id == one)
    both = of_one.where(StaffChange.by.in_(hands.where(StaffChange.account_id == other)))
    return session().scalars(both.limit(1)).first() is not None


def refuse_new(account_id: UUID) -> None:
    """:raises TooNew: invited on these pages and in for less than a week, or given a new way in since."""
    since = now() - NEW_FOR
    about = select(StaffChange.id).where(StaffChange.account_id == account_id)
    invited = session().scalars(about.where(StaffChange.what.in_(_HANDED)).limit(1)).first()
    came = session().get_one(Account, account_id).way_at
    again = about.where(StaffChange.what == "reset", StaffChange.at > since)
    if (invited and (came is None or came > since)) or session().scalars(again.limit(1)).first():
        raise TooNew


def _open(seat: Seat, account_id: UUID, reset_id: UUID) -> SignInReset:
    row = (
        session()
        .scalars(
            select(SignInReset)
            .where(
                SignInReset.id == reset_id,
                SignInReset.team_id == seat.team.id,
                SignInReset.account_id == account_id,
                SignInReset.ended_at.is_(None),
                SignInReset.expires_at > now(),
            )
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        .first()
    )
    if row is None:
        raise NotFound
    return row
