"""The links that open now, for the list of who can see things. The room of links stands a floor above: its tables are
known here by their names.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select

from selfcare.database import Base, now, session
from selfcare.web.access import Area, Level, Permit, Role

MOST = 20  # as many as can be open at once


@dataclass(frozen=True)
class OpenLink:
    """A link that anyone who has it can open. Times are where the person lives; `views`: for the person alone."""

    id: UUID
    label: str
    wall: datetime
    last: date  # the day at whose end it ends
    once: bool
    passcode: bool
    entered_as: str
    entered_name: str
    views: int | None
    may_end: bool


def known(permit: Permit) -> list[OpenLink]:
    """Those that open now, the newest first. One statement; none for who may not share, or for somebody who died."""
    if permit.role not in (Role.SELF, Role.CARER) or not permit.may(Area.SHARING) or permit.subject.died_on:
        return []
    link, view = (Base.metadata.tables[name] for name in ("shared_link", "shared_link_view"))
    opened = (
        select(func.count())
        .where(view.c.person_id == link.c.person_id, view.c.link_id == link.c.id)
        .correlate(link)
        .scalar_subquery()
    )
    rows = session().execute(
        select(link, opened.label("views"))
        .where(
            link.c.person_id == permit.person_id,
            link.c.removed_at.is_(None),
            link.c.only_me.is_(False),
            link.c.ended_at.is_(None),
            link.c.until > now(),
        )
        .order_by(link.c.entered_at.desc(), link.c.id)
        .limit(MOST)
    )
    return [
        OpenLink(
            id=row.id,
            label=row.label,
            wall=permit.local(row.entered_at),
            last=permit.local(row.until - timedelta(seconds=1)).date(),
            once=row.once,
            passcode=row.passcode_hash is not None,
            entered_as=row.entered_as,
            entered_name=row.entered_name,
            views=row.views if permit.is_self else None,
            may_end=permit.is_self
            or permit.may(Area.SHARING, Level.ADD if row.entered_by == permit.account_id else Level.MANAGE),
        )
        for row in rows
    ]
