"""Reading links: a person's own, for their list; how often each was opened."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, select, tuple_
from werkzeug.exceptions import NotFound

from selfcare.database import now, session
from selfcare.links.models import SharedLink, SharedLinkView
from selfcare.web.access import Area, Level, Permit, visible
from selfcare.web.paging import Key

PAGE = 20


@dataclass(frozen=True)
class Listed:
    """A link in the list. Times are where the person lives; `views`: how often it was opened, for the person alone."""

    id: UUID
    label: str
    wall: datetime
    until: datetime
    is_open: bool
    ended: datetime | None
    ended_why: str
    once: bool
    passcode: bool
    entered_as: str
    entered_name: str
    entered_at: datetime
    may_end: bool
    views: int | None
    last: datetime | None


def links(permit: Permit, before: Key | None = None) -> list[Listed]:
    """Links, newest first; one more than a page at most. One statement.

    :param before: the (entered_at, id) of the last one shown.
    """
    permit.require(Area.SHARING)
    opened = (
        select(func.count(), func.max(SharedLinkView.at))
        .where(SharedLinkView.person_id == SharedLink.person_id, SharedLinkView.link_id == SharedLink.id)
        .correlate(SharedLink)
    )
    number, last = (opened.with_only_columns(column).scalar_subquery() for column in opened.selected_columns)
    query = (
        select(SharedLink, number, last)
        .where(visible(permit, SharedLink))
        .order_by(SharedLink.entered_at.desc(), SharedLink.id.desc())
        .limit(PAGE + 1)
    )
    if before:
        query = query.where(tuple_(SharedLink.entered_at, SharedLink.id) < before)
    return [_listed(permit, row, views, at) for row, views, at in session().execute(query)]


def link(permit: Permit, link_id: UUID) -> Listed:
    """One link. :raises NotFound: unknown, or not theirs to see."""
    permit.require(Area.SHARING)
    query = select(SharedLink).where(visible(permit, SharedLink), SharedLink.id == link_id)
    row = session().scalars(query).first()
    if row is None:
        raise NotFound
    return _listed(permit, row, 0, None)


def count_open(permit: Permit) -> int:
    """How many links of a record can be opened now."""
    there = select(func.count()).select_from(SharedLink).where(visible(permit, SharedLink), stands(now()))
    return session().scalar(there) or 0


def stands(moment: datetime) -> ColumnElement[bool]:
    """Whether a link has not ended, by hand or by itself."""
    return and_(SharedLink.ended_at.is_(None), SharedLink.until > moment)


def may_end(permit: Permit, row: SharedLink) -> bool:
    """The person ends any; somebody who helps, what they made themselves, or any with the right to manage."""
    if permit.is_self:
        return True
    own = row.entered_by is not None and row.entered_by == permit.account_id
    return permit.may(Area.SHARING, Level.ADD if own else Level.MANAGE)


def digest(secret: str) -> str:
    """What is kept of an address: SHA-256, in hexadecimal. The address itself has 256 bits, so nobody finds it back."""
    return sha256(secret.encode()).hexdigest()


def _listed(permit: Permit, row: SharedLink, views: int, last: datetime | None) -> Listed:
    return Listed(
        id=row.id,
        label=row.label,
        wall=permit.local(row.entered_at),
        until=permit.local(row.until),
        is_open=row.ended_at is None and row.until > now(),
        ended=permit.local(row.ended_at) if row.ended_at else None,
        ended_why=row.ended_why,
        once=row.once,
        passcode=row.passcode_hash is not None,
        entered_as=row.entered_as,
        entered_name=row.entered_name,
        entered_at=row.entered_at,
        may_end=may_end(permit, row),
        views=views if permit.is_self else None,
        last=permit.local(last) if last and permit.is_self else None,
    )
