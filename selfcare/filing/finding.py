"""Who a received report can be about, and what is known of it already."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, or_, select

from selfcare.database import now, session
from selfcare.filing import identity, match
from selfcare.filing.identity import Facts, Series
from selfcare.filing.match import Candidate
from selfcare.filing.models import Receipt, ReceiptName
from selfcare.filing.received import Whose
from selfcare.people.models import Person, Relationship, Right
from selfcare.results.models import Report
from selfcare.web.access import Area, Level, Permit, Role

# So many born on one day are more than anybody can look through; a match needs the number anyway.
MOST = 200


@dataclass(frozen=True)
class Found:
    """Whom the team looks after of those it can be, and who else was born on that day."""

    team: tuple[Candidate, ...]
    others: tuple[Candidate, ...]


def candidates(team_id: UUID, said: Whose) -> Found:
    """Everybody with one of the numbers or the birth date that were said. Two statements.

    Of the team are those it may file results for now. The others only ever speak against a match (a twin).
    """
    numbers, born = match.valid_numbers(said), match.birth_date(said)
    if not numbers and born is None:
        return Found((), ())
    of_team = _looked_after(team_id)
    wanted: list[ColumnElement[bool]] = [Person.nhs_number.in_(numbers)] if numbers else []
    if born is not None:
        wanted.append(Person.born == born)
    team = session().scalars(of_team.where(or_(*wanted)).order_by(Person.id).limit(MOST)).unique().all()
    others: Iterable[Person] = ()
    if born is not None and any(person.nhs_number in numbers for person in team):
        # Only where somebody would be filed to.
        others = session().scalars(
            select(Person)
            .where(
                Person.born == born,
                Person.mistaken_at.is_(None),
                # Who has the same number is the same person, on another team's list.
                or_(Person.nhs_number.is_(None), Person.nhs_number.not_in(numbers)),
                Person.id.not_in([person.id for person in team]),
            )
            .order_by(Person.id)
            .limit(MOST)
        )
    return Found(tuple(map(candidate, team)), tuple(map(candidate, others)))


def candidate(person: Person) -> Candidate:
    return Candidate(
        id=person.id,
        nhs_number=person.nhs_number,
        born=person.born,
        family_name=person.family_name or person.given_name,  # who has one name only is sent under it
        given_name=person.given_name,
        known_as=person.known_as,
        died=person.died_on is not None,
    )


def looked_after(team_id: UUID, person_id: UUID) -> Person | None:
    """The person, while the team looks after them and may file results; locked so until this transaction ends."""
    held = (
        _looked_after(team_id)
        .with_only_columns(Relationship.id)
        .where(Person.id == person_id)
        .with_for_update(read=True, of=Relationship)
    )
    if not session().scalars(held).all():
        return None
    return session().get(Person, person_id, populate_existing=True)


def versions(permit: Permit, series_id: UUID, *, lock: bool = False) -> list[Report]:
    """Every version of a received report in this record, those entered in error too."""
    query = (
        select(Report)
        .join(Receipt, and_(Receipt.person_id == Report.person_id, Receipt.report_id == Report.id))
        .where(
            Report.person_id == permit.person_id,
            Receipt.series_id == series_id,
            Report.removed_at.is_(None),
        )
        .order_by(Report.filed_at, Report.id)
    )
    if lock:
        query = query.with_for_update(of=Report).execution_options(populate_existing=True)
    return list(session().scalars(query))


def series(new: Facts, person_id: UUID | None) -> tuple[Series, ...]:
    """Every report with a name that `new` has too, with all its versions. Two statements.

    Whose they are matters to `identity`: a name counts within its sender, unless its system makes it unique; and an
    id that may be used again counts within one record.

    :param person_id: whose record `new` is for.
    """
    if not new.names:
        return ()
    own, unique = Receipt.sender_key == new.sender, ReceiptName.name.startswith("s|")
    local = ReceiptName.name.startswith("l|")
    found = (
        select(Receipt.series_id)
        .join(ReceiptName, ReceiptName.receipt_id == Receipt.id)
        .where(
            ReceiptName.name.in_(new.names),
            Receipt.series_id.is_not(None),
            or_(unique, and_(own, ~local), and_(own, Receipt.person_id == person_id)),
        )
        .order_by(Receipt.at.desc())
        .limit(MOST)
    )
    ids = set(session().scalars(found))
    if not ids:
        return ()
    rows: Any = session().execute(
        select(Receipt, Report.void_at, Report.void_by)
        .join(Report, and_(Receipt.person_id == Report.person_id, Receipt.report_id == Report.id))
        .where(Receipt.series_id.in_(ids), Report.removed_at.is_(None))
        .order_by(Receipt.at, Receipt.id)
    )
    by_id: dict[UUID, list[Any]] = {}
    for row in rows:
        by_id.setdefault(row.Receipt.series_id, []).append(row)
    made = []
    for series_id, of_it in by_id.items():
        elsewhere = of_it[0].Receipt.person_id != person_id
        if elsewhere and all(row.void_at is not None for row in of_it):
            continue
        facts = [
            identity.from_json(row.Receipt.facts, row.Receipt.sender_key, row.Receipt.message_id)
            for row in of_it
        ]
        taken_back = any(row.void_by is not None for row in of_it)
        made.append(Series(series_id, tuple(facts), elsewhere, taken_back))
    return tuple(made)


def standing_upon(permit: Permit, report: Report) -> list[Report]:
    """What replaced the report, and what replaced that: versions, and corrections that were typed. Newest last."""
    found: list[Report] = []
    while True:
        newer = session().scalars(
            select(Report)
            .where(
                Report.person_id == permit.person_id,
                Report.replaces_id == report.id,
                Report.void_at.is_(None),
            )
            .limit(1)
        )
        row = newer.first()
        if row is None or row in found:
            return found
        found.append(row)
        report = row


def same_content(permit: Permit, content_hash: str) -> UUID | None:
    """The report on file that says the very same, whoever sent it."""
    return session().scalar(
        select(Report.id)
        .where(
            Report.person_id == permit.person_id,
            Report.content_hash == content_hash,
            Report.removed_at.is_(None),
        )
        .limit(1)
    )


def _looked_after(team_id: UUID) -> Select[Person]:
    moment: datetime = now()
    return (
        select(Person)
        .join(Relationship, Relationship.person_id == Person.id)
        .join(
            Right,
            and_(
                Right.relationship_id == Relationship.id,
                Right.area == Area.RESULTS.value,
                Right.level >= int(Level.MANAGE),
            ),
        )
        .where(
            Relationship.team_id == team_id,
            Relationship.kind == Role.PROFESSIONAL.value,
            Relationship.state == "active",
            or_(Relationship.until.is_(None), Relationship.until > moment),
        )
    )
