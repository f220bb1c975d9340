"""Who of the team read a summary first: whoever of them it was, and kept with the summary. Reading is not acting."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, String, and_, case, cast, func, select, tuple_, update

from selfcare.audit import trail
from selfcare.database import now, session
from selfcare.notifications.models import Notice
from selfcare.sharing.models import Summary
from selfcare.web.access import Area, Panel, Permit, Role, visible, visible_to_panel
from selfcare.web.alias import shared_alias

_later = shared_alias(Summary)


@dataclass(frozen=True)
class Reading:
    """Who read a summary first, and when where the person lives. `waits`: nobody of the team has read it.

    Of a summary from before this was kept, neither may be known.
    """

    name: str | None = None
    wall: datetime | None = None
    waits: bool = False


@dataclass(frozen=True)
class PanelSummary:
    """The newest summary of one person of a panel that stands.

    `at`: since when it waits, or when `name` read it; where neither is known, when it was shared.
    """

    waits: bool
    at: datetime
    name: str


def of(permit: Permit, unread: bool, read_at: datetime | None, read_name: str | None) -> Reading:
    """What a row says of its first reading."""
    return Reading(read_name, permit.local(read_at) if read_at else None, unread)


def note(permit: Permit, summary_id: UUID) -> None:
    """Somebody of the team has a summary before their eyes: the first of them is kept, and nobody after."""
    if permit.role is not Role.PROFESSIONAL:
        return
    standing = (Summary.id == summary_id, Summary.read_at.is_(None), Summary.withdrawn_at.is_(None))
    first = session().scalars(
        update(Summary)
        .where(visible(permit, Summary), *standing)
        .values(unread=False, read_at=now(), read_name=permit.account_name)
        .returning(Summary.id)
    )
    if first.all():
        trail.record(permit, "read", "summary", summary_id)


def is_new(permit: Permit, summary_id: UUID) -> bool:
    """Whether the account was told of a summary and has not said that it read it."""
    if permit.is_self:
        return False
    told = select(Notice.id).where(
        Notice.account_id == permit.account_id,
        Notice.person_id == permit.person_id,
        Notice.about_id == summary_id,
        Notice.seen_at.is_(None),
    )
    return session().scalar(told.limit(1)) is not None


def newest_by_person(panel: Panel) -> Select[UUID, int, datetime, str]:
    """The newest summary that stands of each person: person, 1 if it is unread, `PanelSummary.at` and `.name`.

    To stand in a statement with others of its shape.
    """
    later = select(_later.id).where(
        _later.person_id == Summary.person_id,
        _later.removed_at.is_(None),
        _later.withdrawn_at.is_(None),
        tuple_(_later.as_of, _later.id) > tuple_(Summary.as_of, Summary.id),
    )
    return select(
        Summary.person_id,
        case((Summary.unread, 1), else_=0).label("count"),
        func.coalesce(Summary.read_at, Summary.as_of).label("since"),
        cast(func.coalesce(Summary.read_name, ""), String).label("name"),
    ).where(
        and_(visible_to_panel(panel, Area.SHARING, Summary), Summary.withdrawn_at.is_(None)), ~later.exists()
    )
