"""Makes the proof with which somebody works on one ask: of the team it was sent to, the key contact, or of the body
that has it. Beside `access`, which makes all others.

Read fresh on every request. The table of asks is a floor above, and known here by its name.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Uuid, and_, column, or_, select, table

from selfcare.accounts.models import Account
from selfcare.database import now, session
from selfcare.people import access
from selfcare.people.models import Member, Person, Relationship, Team
from selfcare.web.access import Area, AskDesk, AskPermit, Kind, Level, Lock, Permit, SignedIn
from selfcare.web.alias import shared_alias

BODY = "body"  # the kind of a team that is one
# So long a body still sees that something it had is over: somebody may wait for them there.
SEEN_AFTER = timedelta(days=14)

# Of their own, however far out something stands that asks of the same tables.
_held, _place, _worker = shared_alias(Relationship), shared_alias(Member), shared_alias(Account)

_ask = table(
    "ask",
    *(column(name, Uuid()) for name in ("id", "person_id", "team_id", "body_id", "owner_id")),
    *(column(name, Relationship.until.type) for name in ("ended_at", "removed_at")),
)


@dataclass(frozen=True)
class Worker(access.Holder):
    """As much of an account as its proof depends on, where nobody is signed in to it."""

    title: str = ""


def held_by(account: Account, ask_id: UUID) -> AskPermit | None:
    """The proof that an account holds for an ask while nobody is signed in to it. None: nothing."""
    found = resolve(
        Worker(account.id, Kind(account.kind), account.name, title=account.title), ask_id, Lock.NONE
    )
    return found[0] if found else None


def resolve(account: SignedIn | Worker, ask_id: UUID, lock: Lock) -> tuple[AskPermit, Permit | None] | None:
    """The proof of an account for one ask, and for a team its permit for the record; None: there is no such ask for it.

    :param lock: hold what it rests on until the request ends: the request changes something.
    """
    return _of_body(account, ask_id, lock) if account.kind is Kind.BODY else _of_team(account, ask_id, lock)


def desk(account: SignedIn) -> AskDesk:
    """What an account may list. One statement."""
    if account.kind is Kind.BODY:
        of = (
            select(Member.team_id)
            .join(Team, Team.id == Member.team_id)
            .where(Member.account_id == account.account_id, Member.stands(), Team.kind == BODY)
        )
        return AskDesk(account.account_id, {}, frozenset(session().scalars(of)))
    found = access.panel(account)
    people = {
        person: permit.subject
        for person, permit in found.permits.items()
        if permit.may(Area.CONTACTS, Level.MANAGE) and not permit.is_self and not permit.subject.died_on
    }
    return AskDesk(account.account_id, people, frozenset())


def looked_after_by(team_id: Any, person_id: Any, moment: Any = None) -> ColumnElement[bool]:
    """Whether a team looks after a person now, to stand inside a statement. :param moment: as of `Member.stands`."""
    return (
        select(_held.id)
        .where(
            _held.person_id == person_id,
            _held.team_id == team_id,
            _held.kind == "professional",
            _held.state == "active",
            or_(_held.until.is_(None), _held.until > (now() if moment is None else moment)),
        )
        .exists()
    )


def works_for(
    team_id: Any, account_id: Any = None, *, link: bool = False, moment: Any = None
) -> ColumnElement[bool]:
    """Whether an account (None: anybody) works for a team or body now, and may sign in, to stand inside a statement.

    :param link: as its link worker. :param moment: as of `Member.stands`.
    """
    held = [
        _place.team_id == team_id,
        _place.stands(moment),
        _worker.id == _place.account_id,
        _worker.suspended_at.is_(None),
    ]
    if account_id is not None:
        held.append(_place.account_id == account_id)
    if link:
        held.append(_place.link_worker)
    return select(_place.team_id).where(*held).exists()


def leads(person_id: Any, account_id: UUID) -> ColumnElement[bool]:
    """Whether an account is key contact of a person now, to stand inside a statement."""
    return (
        select(_held.id)
        .join(_place, and_(_place.team_id == _held.team_id, _place.account_id == _held.account_id))
        .where(
            _held.person_id == person_id,
            _held.account_id == account_id,
            _held.kind == "professional",
            _held.lead,
            _held.state == "active",
            or_(_held.until.is_(None), _held.until > now()),
            _place.stands(),
        )
        .exists()
    )


def _of_team(account: SignedIn | Worker, ask_id: UUID, lock: Lock) -> tuple[AskPermit, Permit | None] | None:
    here = _ask.c.id == ask_id, _ask.c.removed_at.is_(None)
    row = session().execute(select(_ask.c.person_id, _ask.c.team_id, _ask.c.owner_id).where(*here)).first()
    permit = access.resolve(account, row.person_id, lock) if row else None
    if row is None or permit is None or not permit.may(Area.CONTACTS, Level.MANAGE) or permit.is_self:
        return None
    mine = select(Member.link_worker).where(
        Member.team_id == row.team_id, Member.account_id == account.account_id, Member.stands()
    )
    link, member, anybody, looks_after, lead = session().execute(
        select(
            mine.scalar_subquery(),
            mine.exists(),
            works_for(row.team_id, link=True),
            looked_after_by(row.team_id, row.person_id),
            leads(row.person_id, account.account_id),
        )
    ).one()  # fmt: skip
    if not lead and not (member and looks_after):
        return None
    acts = lead or link or not anybody or row.owner_id == account.account_id
    proof = AskPermit(
        ask_id=ask_id,
        person_id=row.person_id,
        account_id=account.account_id,
        account_name=account.name,
        account_title=account.title,
        team_id=row.team_id,
        body=False,
        acts=bool(acts) and not permit.subject.died_on,
    )
    return proof, permit


def _of_body(account: SignedIn | Worker, ask_id: UUID, lock: Lock) -> tuple[AskPermit, None] | None:
    query = (
        select(_ask.c.person_id, Member.team_id, _ask.c.ended_at)
        .join(Member, and_(Member.team_id == _ask.c.body_id, Member.account_id == account.account_id))
        .join(Team, Team.id == Member.team_id)
        .join(Person, Person.id == _ask.c.person_id)
        .where(
            _ask.c.id == ask_id,
            _ask.c.removed_at.is_(None),
            or_(_ask.c.ended_at.is_(None), _ask.c.ended_at > now() - SEEN_AFTER),
            Member.stands(),
            Team.kind == BODY,
            *there(),
            looked_after_by(_ask.c.team_id, _ask.c.person_id),
        )
    )
    if lock:
        query = query.with_for_update(read=True, of=Member)
    row = session().execute(query).first()
    if row is None:
        return None
    proof = AskPermit(
        ask_id=ask_id,
        person_id=row.person_id,
        account_id=account.account_id,
        account_name=account.name,
        account_title=account.title,
        team_id=row.team_id,
        body=True,
        acts=row.ended_at is None,
    )
    return proof, None


def there() -> tuple[ColumnElement[bool], ...]:
    """The conditions that a person is alive and on a list, and their record not due to be erased."""
    return (
        Person.died_on.is_(None),
        Person.mistaken_at.is_(None),
        or_(Person.erase_at.is_(None), Person.erase_at > now()),
    )
