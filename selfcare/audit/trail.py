"""Notes in the trail: writes in the transaction of the write, reads in the ledger."""

from datetime import datetime, time
from uuid import UUID

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from selfcare.audit.models import Trail
from selfcare.database import after_commit, now, session
from selfcare.web.access import Panel, Permit, Role


def record(permit: Permit, verb: str, kind: str, item_id: UUID | None = None) -> None:
    """Note a write, in the same transaction.

    :param verb: added, changed, removed, shared, withdrew, granted, ended …
    :param kind: the table of the item.
    """
    session().execute(insert(Trail).values(_row(permit, verb, kind, item_id)))


def note_team(panel: Panel, team_id: UUID, verb: str, kind: str, item_id: UUID | None = None) -> None:
    """Note a change of what belongs to a team, in the same transaction. The row stands under the team's own id."""
    row = {"person_id": team_id, "at": now(), "by": panel.account_id, "by_role": Role.PROFESSIONAL.value}
    session().execute(insert(Trail).values(**row, verb=verb, kind=kind, item_id=item_id))


def note_read(permit: Permit, kind: str) -> None:
    """Note that someone other than the person looked. Kept though the request only read; else the answer is 503."""
    row = _row(permit, "looked", kind, None)

    def note(ledger: Session) -> None:
        ledger.execute(insert(Trail).values(row))

    after_commit(note)


def note_list(panel: Panel, kind: str) -> None:
    """Note that a list showed these people: once a day for each."""
    moment = now()
    rows = {person: _row(permit, "listed", kind, None) for person, permit in panel.permits.items()}

    def note(ledger: Session) -> None:
        start = datetime.combine(moment.date(), time(), moment.tzinfo)
        noted = ledger.scalars(
            select(Trail.person_id).where(
                Trail.person_id.in_(rows),
                Trail.by == panel.account_id,
                Trail.verb == "listed",
                Trail.kind == kind,
                Trail.at >= start,
            )
        )
        known = set(noted)
        fresh = [row for person, row in rows.items() if person not in known]
        if fresh:
            ledger.execute(insert(Trail), fresh)

    if rows:
        after_commit(note)


def last_looks(permit: Permit) -> dict[UUID, datetime]:
    """When each other account last looked at this record. The person's alone."""
    if permit.role is not Role.SELF:
        return {}
    found = session().execute(
        select(Trail.by, func.max(Trail.at))
        .where(Trail.person_id == permit.person_id, Trail.verb == "looked", Trail.by != permit.account_id)
        .group_by(Trail.by)
    )
    return {by: at for by, at in found if by is not None}


def _row(permit: Permit, verb: str, kind: str, item_id: UUID | None) -> dict[str, object]:
    return {
        "person_id": permit.person_id,
        "at": now(),
        "by": permit.account_id,
        "by_role": permit.role.value,
        "verb": verb,
        "kind": kind,
        "item_id": item_id,
    }
