"""Reading what was handed to one more professional: for the person, who can see what now; for the professional, one
summary and nothing beside it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, true, tuple_
from werkzeug.exceptions import NotFound

from selfcare.accounts.models import Account
from selfcare.audit.models import Trail
from selfcare.database import now, session
from selfcare.people import access
from selfcare.people.models import Person
from selfcare.sharing import first_reading, showing, snapshot
from selfcare.sharing.changes import Changes
from selfcare.sharing.models import HandedSummary, Summary
from selfcare.sharing.queries import SharedSummary
from selfcare.web.access import Area, Level, Permit, Role, SignedIn, Subject, visible
from selfcare.web.alias import shared_alias
from selfcare.web.paging import Key

MOST_OPEN = 20  # of one record at once: more, and nobody could say who reads what
PAGE = 20

# Made once: a statement that makes one anew makes all of its columns anew.
_other = shared_alias(HandedSummary)


@dataclass(frozen=True)
class Handed:
    """Who may read a summary alone, until when, and whether they have. Times are where the person lives."""

    id: UUID
    name: str
    works_as: str
    as_of: datetime
    until: date  # the last day of it
    code_until: date
    is_open: bool
    ended: datetime | None
    ended_why: str
    withdrawn: bool
    came_as: str | None  # by which name they came in
    opened: datetime | None
    last: datetime | None  # when they read it last, for the person alone
    summary_id: UUID | None
    entered_as: str
    entered_name: str


@dataclass(frozen=True)
class Mine:
    """A summary in the list of who may read it: whose, as of when, until when."""

    id: UUID
    person: str
    as_of: datetime
    until: date
    handed_at: datetime


@dataclass(frozen=True)
class Reading:
    """A summary before the eyes of who may read it alone. `later`: there is a later one, and whether that is theirs
    too.
    """

    permit: Permit
    found: SharedSummary
    until: date
    later: bool
    later_is_theirs: bool
    is_first: bool
    handed_by: UUID | None


def stands(moment: datetime) -> ColumnElement[bool]:
    """Whether a summary that was handed over may be read: not ended, not withdrawn, its day is to come, the person
    lives, and whoever handed it over may do that today. To stand in a statement with `Person` in it.
    """
    withdrawn = (
        select(Summary.id)
        .where(
            Summary.person_id == HandedSummary.person_id,
            Summary.id == HandedSummary.summary_id,
            or_(Summary.withdrawn_at.is_not(None), Summary.removed_at.is_not(None)),
        )
        .exists()
    )
    return and_(
        HandedSummary.ended_at.is_(None),
        HandedSummary.removed_at.is_(None),
        HandedSummary.until > moment,
        ~withdrawn,
        Person.died_on.is_(None),
        Person.mistaken_at.is_(None),
        access.still_may(HandedSummary.entered_by, HandedSummary.person_id, Area.SHARING, Level.MANAGE),
    )


def may_read_still(rows: Sequence[HandedSummary]) -> list[bool]:
    """Of what a helper handed over: whether they may see now all the areas that are in it, as it is with links. One
    statement, none where the person did it.
    """
    asked: list[Any] = []
    for row in rows:
        areas: set[Area] = set()
        if row.entered_as == Role.CARER:
            areas = {area for name in row.body["sections"] for area in snapshot.AREAS[name]}
        asked.append(
            [access.still_may(row.entered_by, row.person_id, one, Level.SEE) for one in sorted(areas)]
        )
    if not any(asked):
        return [True] * len(rows)
    return list(map(bool, session().execute(select(*(and_(true(), *one) for one in asked))).one()))


def open_ones(permit: Permit) -> list[Handed]:
    """What one more professional each may read now, the newest first. One statement; none for whom it is not theirs to
    know.
    """
    if not may_hand(permit):
        return []
    query = _listed(permit).where(stands(now())).order_by(HandedSummary.entered_at.desc(), HandedSummary.id)
    return [_plain(permit, row) for row in session().execute(query.limit(MOST_OPEN))]


def of_summary(permit: Permit, summary_id: UUID) -> list[Handed]:
    """Those of `open_ones` that are of one shared summary. One statement."""
    if not may_hand(permit):
        return []
    query = _listed(permit).where(HandedSummary.summary_id == summary_id, stands(now()))
    order = HandedSummary.entered_at.desc(), HandedSummary.id
    return [_plain(permit, row) for row in session().execute(query.order_by(*order).limit(MOST_OPEN))]


def one(permit: Permit, handed_id: UUID) -> Handed:
    """One of them, open or not. :raises NotFound: unknown, or not theirs to know."""
    return _plain(permit, _row(permit, handed_id))


def body(permit: Permit, handed_id: UUID) -> snapshot.Body:
    """What they see in it now. :raises NotFound: as `one`."""
    row = (
        session().scalars(select(HandedSummary).where(_theirs(permit), HandedSummary.id == handed_id)).first()
    )
    if row is None or not may_hand(permit):
        raise NotFound
    kept, _ = showing.shown(permit, row.body, row.as_of)
    return kept


def may_hand(permit: Permit) -> bool:
    """The person, and who helps and may share and withdraw for them. Nobody of a team."""
    return permit.role in (Role.SELF, Role.CARER) and permit.may(Area.SHARING, Level.MANAGE)


def count_open(permit: Permit) -> int:
    """How many may be read now."""
    there = select(func.count()).select_from(HandedSummary).join(Person, Person.id == HandedSummary.person_id)
    return session().scalar(there.where(_theirs(permit), stands(now()))) or 0


def mine(account_id: UUID, before: Key | None = None) -> list[Mine]:
    """What an account may read, the newest first; one more than a page at most. Two statements at most.

    :param before: the (handed_at, id) of the last one shown.
    """
    query = (
        select(HandedSummary)
        .join(Person, Person.id == HandedSummary.person_id)
        .where(HandedSummary.account_id == account_id, stands(now()))
        .order_by(HandedSummary.entered_at.desc(), HandedSummary.id.desc())
        .limit(PAGE + 1)
    )
    if before:
        query = query.where(tuple_(HandedSummary.entered_at, HandedSummary.id) < before)
    rows = session().scalars(query).all()
    return [
        Mine(
            row.id,
            row.body["person"]["full_name"],
            row.as_of.astimezone(ZoneInfo(row.body["zone"])).replace(tzinfo=None),
            _last_day(row.until, ZoneInfo(row.body["zone"])),
            row.entered_at,
        )
        for row, may in zip(rows, may_read_still(rows), strict=True)
        if may
    ]


def has_any(account_id: UUID) -> bool:
    """Whether an account was handed anything whose day is to come: for the way to it. One statement."""
    there = select(HandedSummary.id).where(
        HandedSummary.account_id == account_id,
        HandedSummary.until > now(),
        HandedSummary.ended_at.is_(None),
    )
    return session().scalar(there.limit(1)) is not None


def reading(account: SignedIn, handed_id: UUID) -> Reading | None:
    """What an account may read of what it was handed; None: nothing, or no more. Four statements at most."""
    later = exists().where(
        Summary.person_id == HandedSummary.person_id,
        Summary.as_of > HandedSummary.as_of,
        Summary.withdrawn_at.is_(None),
        Summary.removed_at.is_(None),
    )
    theirs = exists().where(
        _other.person_id == HandedSummary.person_id,
        _other.account_id == HandedSummary.account_id,
        _other.as_of > HandedSummary.as_of,
        _other.ended_at.is_(None),
        _other.until > now(),
    )
    found = (
        session()
        .execute(
            select(HandedSummary, later, theirs)
            .join(Person, Person.id == HandedSummary.person_id)
            .where(
                HandedSummary.account_id == account.account_id, HandedSummary.id == handed_id, stands(now())
            )
        )
        .first()
    )
    if found is None or not may_read_still([found[0]])[0]:
        return None
    row, is_later, is_theirs = found
    permit = access.of_one_summary(account, _subject(row))
    kept, taken_back = showing.shown(permit, row.body, row.as_of)
    shown = SharedSummary(
        id=row.id,
        as_of=row.as_of,
        wall=permit.local(row.as_of),
        sections=tuple(kept["sections"]),
        first=date.fromisoformat(kept["first"]),
        last=date.fromisoformat(kept["last"]),
        appointment_id=None,
        entered_by=row.entered_by,
        entered_as=row.entered_as,
        entered_name=row.entered_name,
        withdrawn_at=None,
        withdrawn_wall=None,
        newer=None,
        body=kept,
        taken_back=taken_back,
        changes=Changes(),  # what an earlier one said was not shared with them
        reading=first_reading.Reading(),  # who of the team read the one it is of is theirs
    )
    until = _last_day(row.until, permit.zone)
    first = row.opened_at is None
    return Reading(permit, shown, until, is_later or is_theirs, is_theirs, first, row.entered_by)


def _subject(row: HandedSummary) -> Subject:
    """Whom it is about as it says itself: what has become of their details since is not theirs to see."""
    said = row.body["person"]
    return Subject(
        id=row.person_id,
        name=said["name"],
        full_name=said["full_name"],
        born=date.fromisoformat(said["born"]),
        zone=row.body["zone"],
    )


def _theirs(permit: Permit) -> ColumnElement[bool]:
    return visible(permit, HandedSummary)


def _listed(permit: Permit) -> Any:
    # Read once for all of them: what is looked through is the trail of the record.
    looked = (
        select(Trail.item_id, func.max(Trail.at).label("at"))
        .where(
            Trail.person_id == permit.person_id,
            Trail.by_role == Role.READER.value,
            Trail.verb == "looked",
        )
        .group_by(Trail.item_id)
        .subquery()
    )
    withdrawn = select(Summary.withdrawn_at).where(
        Summary.person_id == HandedSummary.person_id, Summary.id == HandedSummary.summary_id
    )
    return (
        select(
            *(HandedSummary.id, HandedSummary.name, HandedSummary.works_as, HandedSummary.as_of),
            *(HandedSummary.until, HandedSummary.code_until, HandedSummary.opened_at, HandedSummary.ended_at),
            *(HandedSummary.ended_why, HandedSummary.summary_id),
            *(HandedSummary.entered_as, HandedSummary.entered_name),
            Account.name.label("came_as"),
            looked.c.at.label("looked_at"),
            withdrawn.correlate(HandedSummary).scalar_subquery().label("withdrawn_at"),
        )
        .join(Person, Person.id == HandedSummary.person_id)
        .outerjoin(Account, Account.id == HandedSummary.account_id)
        .outerjoin(looked, looked.c.item_id == HandedSummary.id)
        .where(_theirs(permit))
    )


def _row(permit: Permit, handed_id: UUID) -> Any:
    row = session().execute(_listed(permit).where(HandedSummary.id == handed_id)).first()
    if row is None or not may_hand(permit):
        raise NotFound
    return row


def _plain(permit: Permit, row: Any) -> Handed:
    shut = row.ended_at is not None or row.withdrawn_at is not None or row.until <= now()
    return Handed(
        id=row.id,
        name=row.name,
        works_as=row.works_as,
        as_of=permit.local(row.as_of),
        until=_last_day(row.until, permit.zone),
        code_until=_last_day(row.code_until, permit.zone),
        is_open=not shut and permit.subject.died_on is None,
        ended=permit.local(row.ended_at) if row.ended_at else None,
        ended_why=row.ended_why,
        withdrawn=row.withdrawn_at is not None,
        came_as=row.came_as,
        opened=_minute(permit, row.opened_at),
        last=_minute(permit, row.looked_at) if permit.is_self else None,
        summary_id=row.summary_id,
        entered_as=row.entered_as,
        entered_name=row.entered_name,
    )


def _minute(permit: Permit, instant: datetime | None) -> datetime | None:
    return permit.local(instant).replace(second=0, microsecond=0) if instant else None


def _last_day(until: datetime, zone: ZoneInfo) -> date:
    return (until - timedelta(seconds=1)).astimezone(zone).date()
