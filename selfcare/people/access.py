"""Makes permits and panels: the only place that does.

A right is read fresh on every request, in the transaction of the write, `FOR SHARE` where the request changes
something: a right that ends meanwhile waits, or wins. Whoever changes a right takes all of the record's at once, in one
order, `FOR UPDATE`: a lock is never made stronger later on.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any, cast
from uuid import UUID

from flask import g, has_request_context
from sqlalchemy import (
    Boolean,
    ColumnElement,
    Select,
    and_,
    bindparam,
    case,
    column,
    null,
    or_,
    select,
    table,
    type_coerce,
)

from selfcare.accounts.models import Account
from selfcare.database import database, now, session
from selfcare.people import allergies, bases, needs
from selfcare.people.models import Member, Person, Relationship, Right
from selfcare.web.access import Area, Kind, Level, Lock, Panel, Permit, Purpose, Role, SignedIn, Subject
from selfcare.web.alias import shared_alias

# Made once: a statement that makes one anew makes all of its columns anew.
_holder = shared_alias(Account)
_held = shared_alias(Relationship)

# What stands on every page about somebody, in their words (`about_me`, a floor above: known here by its name). Read
# with the permit, where the person let the team read it: it costs no statement, and no right is asked twice.
_answer = table(
    "about_answer",
    *map(column, ("person_id", "question", "text", "entered_as", "entered_at", "only_me", "removed_at")),
)
_talk = (
    select(_answer.c.text)
    .where(
        _answer.c.person_id == Person.id,
        _answer.c.question == "talk",
        type_coerce(_answer.c.only_me, Boolean).is_(False),
        _answer.c.removed_at.is_(None),
    )
    .order_by(case((_answer.c.entered_as == Role.SELF.value, 0), else_=1), _answer.c.entered_at)
    .limit(1)
    .correlate(Person)
    .scalar_subquery()
)

EVERYTHING = dict.fromkeys(Area, Level.MANAGE)

# A key contact's rights without the person adding any: results and appointments to manage, questions
# that were sent, summaries that were shared, contacts to write down. Seeing a live area of the record is the
# person's to add.
PROFESSIONAL = {
    Area.RESULTS: Level.MANAGE,
    Area.APPOINTMENTS: Level.MANAGE,
    Area.QUESTIONS: Level.ADD,
    Area.SHARING: Level.SEE,
    Area.CONTACTS: Level.MANAGE,
}


@dataclass(frozen=True)
class Holder:
    """As much of an account as its permits depend on."""

    account_id: UUID
    kind: Kind
    name: str
    only_me_from: datetime | None = None


_ORDER = {Role.SELF: 0, Role.CARER: 1, Role.PROFESSIONAL: 2}


def stands(permit: Permit, area: Area, level: Level) -> bool:
    """Whether what a permit rests on is there in this transaction and reaches `level` in `area`; hold it until the
    request ends. One statement for the person, two for others.
    """
    values = {"account": permit.account_id, "moment": now(), "relationship": permit.relationship_id}
    work = session().connection()
    # Locked first and read afterwards, as in `resolve`.
    if work.execute(_rest(permit.role is Role.PROFESSIONAL), values).first() is None:
        return False
    if permit.role is Role.SELF:
        return True
    found = work.execute(_REACH, {"relationship": permit.relationship_id, "area": area.value}).scalar()
    return found is not None and found >= level


_REACH = select(Right.level).where(
    Right.relationship_id == bindparam("relationship"), Right.area == bindparam("area")
)


@cache
def _rest(staff: bool) -> Select[Any]:
    """What a permit rests on, where it stands. Part of every save, so it is made once."""
    holds = _through_a_team if staff else _in_person
    moment = bindparam("moment", type_=Relationship.until.type)
    held = holds(Relationship, bindparam("account"), moment), *_stands(Relationship, moment)
    here = select(Relationship.id).where(*held, Relationship.id == bindparam("relationship"))
    return here.with_for_update(read=True, of=Relationship)


def resolve(account: SignedIn | Holder, person_id: UUID, lock: Lock) -> Permit | None:
    """The permit of an account for one person's record, or None. One statement, two or three where rows are locked.

    :param lock: hold the relationship until the request ends: the request changes something, or who may see the record.
    """
    if lock and not database().is_sqlite:
        # Locked first and read afterwards: a statement that waited for a change of rights would still see the old
        # ones beside the row it has just locked, because they are rows of their own. On SQLite whoever writes is
        # alone already.
        held = _active(select(Relationship.id), account).where(Relationship.person_id == person_id)
        if lock is Lock.CHANGE:
            if not session().scalars(held).all():
                return None  # nobody from outside makes those inside wait
            hold(person_id)
        elif not session().scalars(held.with_for_update(read=True)).all():
            return None
    return _one(account, person_id)


def hold(person_id: UUID) -> None:
    """Lock who may see a record, in one order for everybody, until the transaction ends."""
    every = select(Relationship.id).where(Relationship.person_id == person_id)
    session().scalars(every.order_by(Relationship.id).with_for_update()).all()


def held_by(account: Account, person_id: UUID) -> Permit | None:
    """The permit an account holds for a record while nobody is signed in to it: what it may be sent. None: nothing."""
    holder = Holder(account.id, Kind(account.kind), account.name, account.only_me_from)
    return _one(holder, person_id)


def _one(account: SignedIn | Holder, person_id: UUID) -> Permit | None:
    values = {"account": account.account_id, "moment": now(), "person": person_id}
    found = session().execute(_grants_of_one(account.kind is Kind.PROFESSIONAL, database().is_sqlite), values)
    return _permits(account, found).get(person_id)


@cache
def _grants_of_one(staff: bool, _sqlite: bool) -> Select[Any]:
    """Asked with every request about somebody, so it is made once for each engine."""
    holds = _through_a_team if staff else _in_person
    moment = bindparam("moment", type_=Relationship.until.type)
    held = holds(Relationship, bindparam("account"), moment), *_stands(Relationship, moment)
    return _every_grant(staff).where(*held, Relationship.person_id == bindparam("person"))


def own(permit: Permit, account: Account) -> Permit:
    """What the account that comes in as the person themself holds for their record: for what it may be sent."""
    return Permit(permit.subject, account.id, account.name, Role.SELF, EVERYTHING)


def panel(account: SignedIn) -> Panel:
    """All the permits an account holds. One statement, whatever their number."""
    return Panel(
        account.account_id,
        _permits(
            account, session().execute(_active(_every_grant(account.kind is Kind.PROFESSIONAL), account))
        ),
    )


@dataclass(frozen=True)
class Living(Panel):
    """The living people an account looks after now, asked inside a statement instead of read first: for counts."""

    account: SignedIn

    def ids(self, area: Area, level: Level = Level.SEE) -> Any:
        """The people in whose `area` the rights reach `level`, as a statement to stand inside another."""
        held = (
            select(Relationship.person_id)
            .join(Person, Person.id == Relationship.person_id)
            .join(Right, Right.relationship_id == Relationship.id)
        )
        return _active(held, self.account).where(
            Person.died_on.is_(None), Right.area == area.value, Right.level >= int(level)
        )


def system(
    purpose: Purpose,
    person: Person,
    *,
    name: str = "",
    role: Role = Role.SYSTEM,
    account_id: UUID | None = None,
) -> Permit:
    """A permit limited to a purpose, for the app's own work (the demo acts as the invented people it names)."""
    return Permit(
        subject=_subject(person),
        account_id=account_id,
        account_name=name,
        role=role,
        rights=PROFESSIONAL if role is Role.PROFESSIONAL else EVERYTHING,
        purpose=purpose,
    )


def reading(purpose: Purpose, people: Iterable[Person], account_id: UUID, name: str) -> Panel:
    """A panel limited to a purpose, of a professional who reads a list of these people, for the trail."""
    permits = {
        person.id: system(purpose, person, name=name, role=Role.PROFESSIONAL, account_id=account_id)
        for person in people
    }
    return Panel(account_id, permits)


def living(
    purpose: Purpose,
    *,
    after: UUID | None = None,
    size: int | None = None,
    among: Iterable[UUID] | None = None,
) -> dict[UUID, Permit]:
    """Permits limited to a purpose for people who are alive, by key. One statement.

    :param after: the id of the last one had.
    :param among: only these.
    """
    alive = Person.died_on.is_(None), Person.mistaken_at.is_(None)
    query = select(Person).where(*alive).order_by(Person.id).limit(size)
    if after is not None:
        query = query.where(Person.id > after)
    if among is not None:
        query = query.where(Person.id.in_(among))
    found = session().scalars(query.execution_options(populate_existing=True))
    return {person.id: system(purpose, person) for person in found}


def as_told(permit: Permit) -> Permit:
    """While somebody tells another what to write down, they also say whether it is shared: for that, and no more."""
    return replace(permit, rights={**permit.rights, Area.SHARING: Level.ADD})


def of_one_summary(account: SignedIn, subject: Subject) -> Permit:
    """A permit without rights: for who reads one summary that was handed to them.

    :param subject: whom it is about as the summary says it. Nothing of the record as it is now goes along.
    """
    return Permit(subject, account.account_id, account.name, Role.READER, {})


def accepting(person: Person, account_id: UUID, name: str, role: Role) -> Permit:
    """A permit without rights, for the trail: somebody has just accepted an invitation."""
    return Permit(_subject(person), account_id, name, role, {})


def still_may(account_id: Any, person_id: Any, area: Area, level: Level) -> ColumnElement[bool]:
    """Whether an account may now do something in a record, to stand inside a statement: a code outlives nobody's right.

    :param account_id: a column, as `person_id`.
    """
    staff = _holder.kind == Kind.PROFESSIONAL.value
    enough = and_(Right.relationship_id == _held.id, Right.area == area.value, Right.level >= int(level))
    return (
        select(_held.id)
        .join(_holder, _holder.id == account_id)
        .outerjoin(Right, enough)
        .where(
            _held.person_id == person_id,
            _holder.suspended_at.is_(None),
            or_(and_(staff, _through_a_team(_held, account_id)), and_(~staff, _in_person(_held, account_id))),
            *_stands(_held),
            or_(_held.kind == Role.SELF, Right.level.is_not(None)),
        )
        .exists()
    )


def _active(query: Any, account: SignedIn | Holder) -> Select[Any]:
    """Narrows a query to the relationships an account holds now."""
    holds = _through_a_team if account.kind is Kind.PROFESSIONAL else _in_person
    held: Select[Any] = query.where(holds(Relationship, account.account_id), *_stands(Relationship))
    return held


def _in_person(held: type[Relationship], account_id: Any, _moment: Any = None) -> ColumnElement[bool]:
    # Not `in_`: SQLAlchemy writes the list of one into the statement anew each time it is asked.
    return and_(held.account_id == account_id, or_(held.kind == Role.SELF, held.kind == Role.CARER))


def _through_a_team(held: type[Relationship], account_id: Any, moment: Any = None) -> ColumnElement[bool]:
    # Of the account outside, however far out it stands; left to itself, this would bring in one of its own.
    teams = (
        select(Member.team_id)
        .where(Member.account_id == account_id, Member.stands(moment))
        .correlate_except(Member)
    )
    return and_(held.team_id.in_(teams), held.kind == Role.PROFESSIONAL)


def _stands(held: type[Relationship], moment: Any = None) -> tuple[ColumnElement[bool], ...]:
    return held.state == "active", or_(
        held.until.is_(None), held.until > (moment if moment is not None else now())
    )


def _every_grant(staff: bool) -> Select[Any]:
    talk = case((Right.area == Area.ABOUT.value, _talk)) if staff else null()
    known = allergies.shared() if staff else null().label("allergies")
    query = (
        select(Person, Relationship, Right.area, Right.level, talk, known)
        .join(Relationship, Relationship.person_id == Person.id)
        .outerjoin(Right, Right.relationship_id == Relationship.id)
    )
    return cast("Select[Any]", query.order_by(Person.known_as, Person.id))


def _permits(account: SignedIn | Holder, rows: Iterable[Any]) -> dict[UUID, Permit]:
    rows = list(rows)
    # The session lets go of rows nobody holds: whoever asks for the person has them here.
    if has_request_context():
        g.setdefault("people_read", []).extend(row[0] for row in rows)
    grants: dict[UUID, tuple[Person, Relationship, dict[Area, Level]]] = {}
    people: dict[UUID, UUID] = {}
    talks: dict[UUID, str] = {}  # by relationship: each has rights of its own
    allergic: dict[UUID, tuple[str, ...]] = {}  # by the grant that lets its holder know
    for person, relationship, area, level, talk, names in rows:
        _, _, rights = grants.setdefault(relationship.id, (person, relationship, {}))
        if area is not None:
            rights[Area(area)] = Level(level)
        if talk and level:
            talks[relationship.id] = talk
        if names and level:
            allergic[relationship.id] = allergies.plain(names)
        best = people.setdefault(person.id, relationship.id)
        if _ORDER[Role(relationship.kind)] < _ORDER[Role(grants[best][1].kind)]:
            people[person.id] = relationship.id
    made = {}
    for person_id, relationship_id in people.items():
        person, relationship, rights = grants[relationship_id]
        role = Role(relationship.kind)
        made[person_id] = Permit(
            subject=replace(
                _subject(person),
                talk=talks.get(relationship_id, ""),
                allergies=allergic.get(relationship_id, ()),
            ),
            account_id=account.account_id,
            account_name=account.name,
            role=role,
            rights=EVERYTHING if role is Role.SELF else rights,
            relationship_id=relationship_id,
            until=relationship.until,
            since=relationship.since if role is Role.CARER else None,
            only_me_from=account.only_me_from if role is Role.SELF else None,
            acts=role is Role.CARER and relationship.basis in bases.BASES,
            covers=_covered(account, relationship) if role is Role.PROFESSIONAL else None,
        )
    return made


def _covered(account: SignedIn | Holder, relationship: Relationship) -> UUID | None:
    return relationship.account_id if relationship.account_id != account.account_id else None


def _subject(person: Person) -> Subject:
    return Subject(
        id=person.id,
        name=person.known_as,
        full_name=person.full_name,
        born=person.born,
        zone=person.zone,
        died_on=person.died_on,
        nhs_number=person.nhs_number,
        phone=person.phone,
        email=person.email,
        best_time=person.best_time,
        needs=((*person.needs, *needs.interpreter(person.interpreter)), person.needs_asked_on),
        erase_at=person.erase_at,
        erase_why=person.erase_why,
    )
