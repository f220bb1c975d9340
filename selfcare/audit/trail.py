"""Notes in the trail: writes in the transaction of the write, reads in the ledger."""

from collections.abc import Collection
from datetime import datetime, time
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, func, insert, literal, or_, select
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound

from selfcare.audit.models import Trail
from selfcare.database import Base, after_commit, now, session
from selfcare.web.access import AskPermit, Panel, Permit, Role

# Written with everything that is written, so it is made once.
_NOTE = insert(Trail.__table__).inline()  # type: ignore[arg-type]


def record(permit: Permit | AskPermit, verb: str, kind: str, item_id: UUID | None = None) -> None:
    """Note a write, in the same transaction.

    :param verb: added, changed, removed, shared, withdrew, granted, ended …
    :param kind: the table of the item.
    """
    session().connection().execute(_NOTE, _row(permit, verb, kind, item_id))


class Holder(Protocol):
    """Whoever acts for a team."""

    @property
    def account_id(self) -> UUID | None: ...


def note_team(panel: Holder, team_id: UUID, verb: str, kind: str, item_id: UUID | None = None) -> None:
    """Note a change of what belongs to a team, in the same transaction. The row stands under the team's own id."""
    row = {"person_id": team_id, "at": now(), "by": panel.account_id, "by_role": Role.PROFESSIONAL.value}
    session().execute(insert(Trail).values(**row, verb=verb, kind=kind, item_id=item_id))


def note_read(permit: Permit | AskPermit, kind: str, item_id: UUID | None = None) -> None:
    """Note that someone other than the person looked, and at what. Kept though the request only read, else 503."""
    row = _row(permit, "looked", kind, item_id)

    def note(ledger: Session) -> None:
        values = select(*(literal(value, Trail.__table__.c[name].type) for name, value in row.items()))
        ledger.execute(insert(Trail).from_select(list(row), _while_there(values, [permit.person_id])))

    after_commit(note)


def opened(ledger: Session, person_id: UUID, kind: str, item_id: UUID) -> None:
    """Note that somebody without an account looked, in the transaction that lets them."""
    row = {"person_id": person_id, "at": now(), "by": None, "by_role": BY_LINK, "covers": None}
    ledger.execute(_NOTE, {**row, "verb": "opened", "kind": kind, "item_id": item_id})


def note_list(panel: Panel, kind: str) -> None:
    """Note that a list showed these people: once a day for each."""
    rows = {person: _row(permit, "listed", kind, None) for person, permit in panel.permits.items()}
    _note_listed(panel.account_id, rows, kind)


def note_asks(account_id: UUID, people: Collection[UUID]) -> None:
    """The same of a list of asks, which no permit for a record was read for."""
    row = {"at": now(), "by": account_id, "by_role": Role.PROFESSIONAL.value, "covers": None}
    rows = {
        person: {**row, "person_id": person, "verb": "listed", "kind": "ask", "item_id": None}
        for person in people
    }
    _note_listed(account_id, rows, "ask")


def _note_listed(account_id: UUID, rows: dict[UUID, dict[str, object]], kind: str) -> None:
    moment = now()

    def note(ledger: Session) -> None:
        start = datetime.combine(moment.date(), time(), moment.tzinfo)
        person = Base.metadata.tables["person"]
        noted = exists().where(
            Trail.person_id == person.c.id,
            Trail.by == account_id,
            Trail.verb == "listed",
            Trail.kind == kind,
            Trail.at >= start,
        )
        there = _while_there(select(person.c.id), rows).where(~noted)
        fresh = [rows[one] for one in ledger.scalars(there)]
        if fresh:
            ledger.execute(insert(Trail), fresh)

    if rows:
        after_commit(note)


# Lists that show more than a name: what somebody asked, what a phone keeps of a record, and how somebody is reached.
_TELLING = ("question", "diary", "ask", "would_help")
_LOOKS = ("looked", "opened", "listed")
# What is told of the person's own doing as well: who may come in, and how; that all of it was taken or is to be erased.
_ACCESS = ("invitation", "relationship", "recovery", "export", "erasure", "shared_link", "handed_summary")
# Who opened a link, by what is known of them: that they had it.
BY_LINK = "link"


def last_looks(permit: Permit) -> dict[UUID, datetime]:
    """When each other account last looked at this record, anybody's. The person's alone."""
    if permit.role is not Role.SELF:
        return {}
    looked = or_(Trail.verb == "looked", and_(Trail.verb == "listed", Trail.kind.in_(_TELLING)))
    found = session().execute(
        select(Trail.by, func.max(Trail.at))
        .where(Trail.person_id == permit.person_id, looked, Trail.by != permit.account_id)
        .group_by(Trail.by)
    )
    return {by: at for by, at in found if by is not None}


def used_since(permit: Permit, moment: datetime) -> set[UUID]:
    """Which other accounts looked at this record, or did something in it, since a moment. The person's alone."""
    if permit.role is not Role.SELF:
        return set()
    found = session().scalars(
        select(Trail.by).where(Trail.person_id == permit.person_id, Trail.at > moment).distinct()
    )
    return {by for by in found if by is not None}


def told(
    permit: Permit,
    *,
    before: int | None = None,
    size: int,
    by: UUID | None = None,
    role: str | None = None,
) -> list[Trail]:
    """What others saw and did in this record, and every change of who may come in, newest first. The person's alone;
    who acts for them by law is told who looked, and no more.

    :param before: the `seq` of the last one shown. :param by: only this account.
    :param role: only who had this one: a `Role`, or BY_LINK.
    """
    if permit.role is not Role.SELF and not permit.acts:
        raise NotFound
    others = Trail.by_role != Role.SELF.value
    query = select(Trail).where(
        Trail.person_id == permit.person_id,
        looks_of_others() if permit.acts else or_(others, Trail.kind.in_(_ACCESS)),
    )
    if before is not None:
        query = query.where(Trail.seq < before)
    if by is not None:
        query = query.where(Trail.by == by)
    if role is not None:
        query = query.where(Trail.by_role == role)
    return list(session().scalars(query.order_by(Trail.seq.desc()).limit(size)))


def looks_of_others() -> ColumnElement[bool]:
    """What who acts for the person by law is told of it."""
    return and_(Trail.by_role != Role.SELF.value, Trail.verb.in_(_LOOKS))


def _while_there(wanted: Select[Any], people: Collection[UUID]) -> Select[Any]:
    """Only of those whose record is there, and is until the note is kept: an id that was erased is written nowhere."""
    person = Base.metadata.tables["person"]
    found = wanted.select_from(person).where(person.c.id.in_(people))
    return found.with_for_update(read=True, key_share=True, of=person)


def _row(permit: Permit | AskPermit, verb: str, kind: str, item_id: UUID | None) -> dict[str, object]:
    return {
        "person_id": permit.person_id,
        "at": now(),
        "by": permit.account_id,
        "by_role": permit.role.value,
        "verb": verb,
        "kind": kind,
        "item_id": item_id,
        "covers": permit.covers,
    }
