"""Suggested people: a list that stands on the team's pages. Each is invited, or declined with a reason.

Nothing of them is in any record before they are invited. Who waits is here for six months, who was declined for three;
then `tidy` lets go of them. What was said of somebody who was invited is theirs: it is in their copy, and is erased
with their record.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, select
from werkzeug.exceptions import NotFound

from selfcare.audit import trail
from selfcare.database import now, session
from selfcare.people import names
from selfcare.people.models import Person, Team
from selfcare.team import lines
from selfcare.team.lines import DECLINED_LASTS, Line
from selfcare.team.models import SuggestedPerson
from selfcare.team.seat import Seat

WAITING, INVITED, DECLINED = "waiting", "invited", "declined"
LASTS = timedelta(days=183)
MOST = 500  # who wait in a team
SHOWN = 100  # of them at a time
MOST_DECLINED = 50
_FURTHER = ("known_as", "phone", "email", "address", "language")


class TooMany(ValueError):
    """So many wait already that these do not fit."""


@dataclass(frozen=True)
class Waits:
    """Somebody who waits, and how they stand: as a line that was just looked at."""

    row: SuggestedPerson
    line: Line


def waiting(seat: Seat) -> list[Waits]:
    """Who waits in a team, the oldest first, one more than is shown at a time. Two statements."""
    rows = session().scalars(
        select(SuggestedPerson)
        .where(*_of(seat, WAITING), SuggestedPerson.at > now() - LASTS)
        .order_by(SuggestedPerson.at, SuggestedPerson.family_name, SuggestedPerson.id)
        .limit(SHOWN + 1)
    )
    found = [Waits(row, _line(number, row)) for number, row in enumerate(rows, 1)]
    if found:
        lines.check_waiting(seat, [one.line for one in found])
    return found


def number(seat: Seat) -> int:
    """How many wait. One statement."""
    count = select(func.count()).select_from(SuggestedPerson).where(*_of(seat, WAITING))
    return session().scalar(count.where(SuggestedPerson.at > now() - LASTS)) or 0


def declined(seat: Seat) -> list[SuggestedPerson]:
    """Who was declined lately, newest first. One statement."""
    query = select(SuggestedPerson).where(
        *_of(seat, DECLINED), SuggestedPerson.decided_at > now() - DECLINED_LASTS
    )
    order = SuggestedPerson.decided_at.desc(), SuggestedPerson.id
    return list(session().scalars(query.order_by(*order).limit(MOST_DECLINED)))


def one(seat: Seat, suggested_id: UUID, *, lock: bool = False) -> SuggestedPerson:
    """Somebody who waits. :raises NotFound: another team's, or somebody who was invited or declined."""
    query = select(SuggestedPerson).where(
        *_of(seat, WAITING), SuggestedPerson.id == suggested_id, SuggestedPerson.at > now() - LASTS
    )
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    row = session().scalars(query).first()
    if row is None:
        raise NotFound
    return row


def declined_already(seat: Seat, suggested_id: UUID) -> SuggestedPerson | None:
    """Somebody who was declined, held."""
    query = select(SuggestedPerson).where(*_of(seat, DECLINED), SuggestedPerson.id == suggested_id)
    return session().scalars(
        query.with_for_update().execution_options(populate_existing=True)
    ).first()  # fmt: skip


def team_of(suggested_id: UUID) -> UUID:
    """:raises NotFound: there is nobody such."""
    row = session().get(SuggestedPerson, suggested_id)
    if row is None:
        raise NotFound
    return row.team_id


def suggest(seat: Seat, chosen: Sequence[Line], *, reason: str, source: str, from_list: bool) -> int:
    """Put people on the list; who waits there already is passed over. The team's row is held.

    :param chosen: lines that were found fine. Each may say its own reason in a cell. :returns: how many were put there.
    :raises TooMany:
    """
    new = [line for line in chosen if line.fine and not line.waits]
    if number(seat) + len(new) > MOST:
        raise TooMany
    moment = now()
    for line in new:
        row = SuggestedPerson(
            team_id=seat.team.id, given_name=line.given_name, family_name=line.family_name, born=line.born,
            nhs_number=line.nhs, further={name: line.cells[name] for name in _FURTHER if line.cells.get(name)},
            reason=line.cells.get("reason", "").strip() or reason, source=source, from_list=from_list,
            by=seat.account_id, by_name=seat.name, at=moment, state=WAITING,
        )  # fmt: skip
        session().add(row)
        session().flush()
        trail.note_team(seat, seat.team.id, "suggested", "suggestion", row.id)
    return len(new)


def decline(seat: Seat, suggested_id: UUID, why_not: str) -> None:
    """They are not invited. Who was declined meanwhile stays so, and no reason is lost. :raises NotFound:"""
    before = declined_already(seat, suggested_id)
    if before is not None:
        if why_not not in before.why_not:
            before.why_not = f"{before.why_not}; {seat.name}: {why_not}"
            session().flush()
            trail.note_team(seat, seat.team.id, "declined", "suggestion", before.id)
        return
    row = one(seat, suggested_id, lock=True)
    _decide(seat, row, DECLINED)
    row.why_not = why_not
    session().flush()
    trail.note_team(seat, seat.team.id, "declined", "suggestion", row.id)


def was_added(seat: Seat, person: Person, line: Line | None = None) -> None:
    """Somebody is on the team's list of people now: where one of those who wait was invited, that one is them. Else who
    waits under this number; or this name and birth date, unless it was said that they are two.
    """
    for row in session().scalars(select(SuggestedPerson).where(*_of(seat, WAITING))):
        same = (
            _is(row, person) if line is None else not line.two and lines.is_of(line, row.born, full_name(row))
        )
        both = row.nhs_number and person.nhs_number
        theirs = row.nhs_number == person.nhs_number if both else same
        if row.id == line.row_id if line and line.row_id else theirs:
            _decide(seat, row, INVITED)
            row.person_id = person.id
            trail.note_team(seat, seat.team.id, "invited", "suggestion", row.id)
    session().flush()


def was_added_alone(person: Person, *, team_id: UUID, by: UUID, name: str) -> None:
    """The same, where a professional added them to their list by themselves."""
    was_added(
        Seat(by, name, session().get_one(Team, team_id), works=True, administers=False, teams=()), person
    )


def _is(row: SuggestedPerson, person: Person) -> bool:
    return row.born == person.born and names.same(full_name(row), person.full_name)


def full_name(row: SuggestedPerson) -> str:
    return " ".join(filter(None, (row.given_name, row.family_name)))


def _decide(seat: Seat, row: SuggestedPerson, state: str) -> None:
    row.state, row.decided_at = state, now()
    row.decided_by, row.decided_name = seat.account_id, seat.name


def _of(seat: Seat, state: str):  # type: ignore[no-untyped-def]
    return SuggestedPerson.team_id == seat.team.id, SuggestedPerson.state == state


def _line(number: int, row: SuggestedPerson) -> Line:
    cells = {"given": row.given_name, "family": row.family_name, "born": row.born.isoformat(), **row.further}
    if row.nhs_number:
        cells["nhs"] = row.nhs_number
    return Line(number, cells, row_id=row.id)
