"""Reading an inbox, how an account wants to hear, its devices, and who was not reached."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import current_app
from sqlalchemy import ColumnElement, and_, func, or_, select, tuple_
from werkzeug.exceptions import NotFound

from selfcare.accounts.models import Account, SignIn
from selfcare.database import now, session
from selfcare.notifications.models import Notice, Preference, Subscription
from selfcare.outbox.models import Outbox
from selfcare.outbox.queue import NOT_REACHED
from selfcare.web.access import Kind, Panel

QUIET_FROM, QUIET_UNTIL = time(21), time(8)
# How long an account's own page says that a message did not come.
SAID_FOR = timedelta(days=14)


def told(person_id: UUID, kind: str, about_id: UUID) -> list[str]:
    """The names of those who were told of something, in order: whoever it is for today."""
    query = (
        select(Account.name)
        .join(Notice, Notice.account_id == Account.id)
        .where(Notice.person_id == person_id, Notice.kind == kind, Notice.about_id == about_id)
    )
    return sorted(set(session().scalars(query)))


def inbox(
    account_id: UUID, *, people: list[UUID], before: tuple[datetime, UUID] | None = None, size: int = 30
) -> list[Notice]:
    """An account's notices, newest first, by key. Only about itself, and people it still holds a permit for.

    :param before: the (visible_from, id) of the last one shown.
    """
    query = (
        select(Notice)
        .where(
            Notice.account_id == account_id,
            Notice.visible_from <= now(),
            or_(Notice.person_id.is_(None), Notice.person_id.in_(people)),
        )
        .order_by(Notice.visible_from.desc(), Notice.id.desc())
        .limit(size)
    )
    if before:
        query = query.where(tuple_(Notice.visible_from, Notice.id) < before)
    return list(session().scalars(query))


def unseen(account_id: UUID, people: list[UUID]) -> dict[str, int]:
    """How many notices of each kind wait. One statement."""
    rows = session().execute(
        select(Notice.kind, func.count())
        .where(
            Notice.account_id == account_id,
            Notice.person_id.in_(people),
            Notice.seen_at.is_(None),
            Notice.visible_from <= now(),
        )
        .group_by(Notice.kind)
    )
    return {kind: count for kind, count in rows}  # noqa: C416 - a result has keys of its own, so dict() misreads it


def is_new(account_id: UUID | None, about_id: UUID) -> bool:
    """Whether an account was told of something, and has not opened it since. One statement."""
    told_of = select(Notice.id).where(
        Notice.account_id == account_id,
        Notice.about_id == about_id,
        Notice.seen_at.is_(None),
        Notice.visible_from <= now(),
    )
    return account_id is not None and session().scalar(told_of.limit(1)) is not None


def new_among(account_id: UUID | None, about: Iterable[UUID]) -> list[UUID]:
    """Of these, what an account was told of and has not opened since. One statement."""
    told_of = select(Notice.about_id).where(
        Notice.account_id == account_id,
        Notice.about_id.in_(about),
        Notice.seen_at.is_(None),
        Notice.visible_from <= now(),
    )
    return list(session().scalars(told_of))


@dataclass(frozen=True)
class Wishes:
    """How an account wants to hear. `zone` is the phone's, where it was told."""

    zone: str | None = None
    off: frozenset[str] = frozenset()
    push: bool = True
    email: bool = False
    quiet_from: time = QUIET_FROM
    quiet_until: time = QUIET_UNTIL


def wishes(account_id: UUID) -> Wishes:
    """How an account wants to hear; every kind, quiet from 21 to 8, where it never said."""
    row = session().get(Preference, account_id)
    if row is None:
        return Wishes()
    return Wishes(row.zone, frozenset(row.off), row.push, row.email, row.quiet_from, row.quiet_until)


def zone_of(*names: str | None) -> ZoneInfo:
    """The first of these time zones that there is; else the team's."""
    for name in (*names, current_app.config["SETTINGS"].zone):
        try:
            if name:
                return ZoneInfo(name)
        except (KeyError, ValueError, OSError):
            continue  # a phone may say anything
    return ZoneInfo("Europe/London")


def subscriptions(account_id: UUID) -> list[Subscription]:
    """The browsers of an account that asked to be told, the newest first."""
    return list(
        session().scalars(
            select(Subscription)
            .where(Subscription.account_id == account_id)
            .order_by(Subscription.made_at.desc(), Subscription.id)
        )
    )


def device(account_id: UUID, subscription_id: UUID) -> Subscription:
    """One of them. :raises NotFound: when it is not the account's."""
    found = session().get(Subscription, subscription_id)
    if found is None or found.account_id != account_id:
        raise NotFound
    return found


def is_signed_in_somewhere(account_id: UUID) -> bool:
    """Whether an account left a session open on any device. One that ran out by itself was not left."""
    found = select(SignIn.id).where(SignIn.account_id == account_id, SignIn.ended_at.is_(None)).limit(1)
    return session().scalar(found) is not None


@dataclass(frozen=True)
class NotReached:
    """A message that failed for good. `since` is when we stopped trying; `unsure`: it may have arrived all the same."""

    id: UUID
    account_id: UUID
    name: str
    person_id: UUID | None
    kind: str
    since: datetime
    unsure: bool


def not_reached(account_id: UUID) -> list[NotReached]:
    """What an account should have been sent and was not, the newest first. What it has seen meanwhile is left out.

    For its own page of reminders: the last two weeks, twenty at most.
    """
    return _failed(and_(Outbox.account_id == account_id, Outbox.ended_at > now() - SAID_FOR), 20)


def to_tell(panel: Panel, *, only: UUID | None = None, size: int = 200) -> list[NotReached]:
    """Whom a message did not reach: people of a panel, those who help them, and the professional.

    What is an account's own affair (its owner is the account itself) is shown to nobody else.
    """
    others = and_(
        Outbox.person_id.in_(panel.permits),
        Account.kind == Kind.PERSON,
        or_(Outbox.owner.is_(None), Outbox.owner != Outbox.account_id),
    )
    condition = or_(Outbox.account_id == panel.account_id, others)
    return _failed(and_(condition, Outbox.id == only) if only else condition, size)


def _failed(condition: ColumnElement[bool], size: int) -> list[NotReached]:
    rows = session().execute(
        select(Outbox, Account.name)
        .join(Account, Account.id == Outbox.account_id)
        .outerjoin(Notice, Notice.id == Outbox.id)
        .where(condition, Outbox.state.in_(NOT_REACHED), Notice.seen_at.is_(None))
        .order_by(Outbox.ended_at.desc(), Outbox.id)
        .limit(size)
    )
    return [
        NotReached(
            id=row.id,
            account_id=row.account_id,
            name=name,
            person_id=row.person_id,
            kind=row.kind,
            since=row.ended_at or row.made_at,
            unsure=row.state == "unsure",
        )
        for row, name in rows
    ]
