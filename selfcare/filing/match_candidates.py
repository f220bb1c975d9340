"""Who a received report can be about, and what is known of it already."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from selfcare.database import now, session
from selfcare.filing import identity, match
from selfcare.filing.identity import Facts, Series
from selfcare.filing.match import Candidate
from selfcare.filing.models import Receipt, ReceiptName
from selfcare.filing.received_report import Whose
from selfcare.people.models import Person, Relationship, Right
from selfcare.results.models import Report
from selfcare.web.access import Area, Level, Permit, Role

# So many born on one day are more than anybody can look through; a match needs the number anyway.
MOST = 200
AT_ONCE = 10_000  # values in one statement; SQLite takes 32,766 at most


@dataclass(frozen=True)
class Found:
    """Whom the team looks after of those it can be, and who else was born on that day."""

    team: tuple[Candidate, ...]
    others: tuple[Candidate, ...]


def candidates(team_id: UUID, said: Whose) -> Found:
    """Everybody with one of the numbers or the birth date that were said: see `candidates_of`."""
    return candidates_of(team_id, [said])[said]


def candidates_of(team_id: UUID, all_said: Iterable[Whose]) -> dict[Whose, Found]:
    """For each of them, everybody with one of the numbers or the birth date that were said. Two statements in all.

    Of the team are those it may file results for now. The others only ever speak against a match (a twin).
    """
    asked = {said: (match.valid_numbers(said), match.birth_date(said)) for said in all_said}
    numbers = {number for those, _ in asked.values() for number in those}
    days = {born for _, born in asked.values() if born is not None}
    if not numbers and not days:
        return dict.fromkeys(asked, Found((), ()))
    wanted = or_(Person.nhs_number.in_(numbers), Person.born.in_(days))
    people = session().scalars(_looked_after(team_id).where(wanted).order_by(Person.id)).unique().all()
    team: dict[Whose, list[Person]] = {}
    for said, (mine, born) in asked.items():
        having = [one for one in people if one.nhs_number in mine or one.born == born]
        team[said] = having[:MOST]
    # Others only where somebody would be filed to.
    twins = {
        born
        for said, (mine, born) in asked.items()
        if born is not None and any(one.nhs_number in mine for one in team[said])
    }
    others = _born_on(twins, len(people)) if twins else []
    found = {}
    for said, (mine, born) in asked.items():
        known = {one.id for one in team[said]}
        that_day = [one for one in others if born in twins and one.born == born and one.id not in known]
        # Who has the same number is the same person, on another team's list.
        rest = [one for one in that_day if one.nhs_number not in mine]
        found[said] = Found(tuple(map(candidate, team[said])), tuple(map(candidate, rest[:MOST])))
    return found


def _born_on(days: Collection[date], beside: int) -> Sequence[Person]:
    """People born on these days, MOST of each and as many more as are `beside` them in the team."""
    place = func.row_number().over(partition_by=Person.born, order_by=Person.id).label("place")
    ranked = select(Person.id, place).where(Person.born.in_(days), Person.mistaken_at.is_(None)).subquery()
    query = select(Person).join(ranked, ranked.c.id == Person.id).where(ranked.c.place <= MOST + beside)
    return session().scalars(query.order_by(Person.id)).all()


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


def all_looked_after(team_id: UUID, ids: Collection[UUID]) -> Sequence[Person]:
    """Of these people those the team looks after and may file results for. One statement; nobody is locked."""
    if not ids:
        return ()
    return session().scalars(_looked_after(team_id).where(Person.id.in_(ids))).unique().all()


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
        # What is changed above one of them points to it, and must not wait for whoever waits for that.
        query = query.with_for_update(of=Report, key_share=True).execution_options(populate_existing=True)
    return list(session().scalars(query))


def series(new: Facts, person_id: UUID) -> tuple[Series, ...]:
    """Every report of this record with a name that `new` has too: see `series_of`."""
    return series_of([(new, person_id)], None)[0]


def series_of(wanted: Sequence[tuple[Facts, UUID]], team_id: UUID | None) -> list[tuple[Series, ...]]:
    """For each of them every report with a name that it has too, with all its versions. Two statements in all, and two
    more for every AT_ONCE names.

    Whose they are matters to `identity`: a name counts within its sender, unless its system makes it unique; and an
    id that may be used again counts within one record.

    :param wanted: facts, and whose record they are for.
    :param team_id: for whom they came. What others received for people it does not look after is no business of this
        team: a second record of one person, in another team, neither keeps a report nor is told of (decision 0026).
        None: of these records alone.
    """
    named = _named(wanted, team_id)
    mine = [_in_common(new, person_id, named) for new, person_id in wanted]
    rows = _versions_of({one for ids in mine for one in ids})
    return [
        tuple(made for one in ids if (made := _series(one, rows[one], person_id)))
        for ids, (_, person_id) in zip(mine, wanted, strict=True)
    ]


def _named(wanted: Sequence[tuple[Facts, UUID]], team_id: UUID | None) -> dict[str, list[Any]]:
    """What came before under these names, by name; of each name and record the latest."""
    names = sorted({name for new, _ in wanted for name in new.names})
    senders, records = {new.sender for new, _ in wanted}, {person_id for _, person_id in wanted}
    own, unique = Receipt.sender_key.in_(senders), ReceiptName.name.startswith("s|")
    local = ReceiptName.name.startswith("l|")
    theirs: ColumnElement[bool] = Receipt.person_id.in_(records)
    if team_id is not None:
        listed = _looked_after(team_id).where(Person.id == Receipt.person_id).correlate(Receipt).exists()
        theirs = or_(theirs, Receipt.team_id == team_id, listed)
    place = func.row_number().over(
        partition_by=(ReceiptName.name, Receipt.person_id), order_by=Receipt.at.desc()
    )
    found: dict[str, list[Any]] = {}
    for start in range(0, len(names), AT_ONCE):
        ranked = (
            select(
                ReceiptName.name,
                Receipt.series_id,
                Receipt.person_id,
                Receipt.sender_key,
                Receipt.at,
                place.label("place"),
            )
            .join(Receipt, ReceiptName.receipt_id == Receipt.id)
            .where(
                ReceiptName.name.in_(names[start : start + AT_ONCE]),
                Receipt.series_id.is_not(None),
                theirs,
                or_(unique, and_(own, ~local), and_(own, Receipt.person_id.in_(records))),
            )
            .subquery()
        )
        for row in session().execute(select(ranked).where(ranked.c.place <= MOST)):
            found.setdefault(row.name, []).append(row)
    return found


def _in_common(new: Facts, person_id: UUID, named: dict[str, list[Any]]) -> list[UUID]:
    """The series of those that count for `new`, the latest first."""

    def counts(row: Any) -> bool:
        if row.name.startswith("s|"):
            return True
        own: bool = row.sender_key == new.sender
        return own and (not row.name.startswith("l|") or row.person_id == person_id)

    rows = [row for name in new.names for row in named.get(name, ()) if counts(row)]
    rows.sort(key=lambda row: row.at, reverse=True)
    return list(dict.fromkeys(row.series_id for row in rows[:MOST]))


def _versions_of(ids: Collection[UUID]) -> dict[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = {one: [] for one in ids}
    every = sorted(ids)
    for start in range(0, len(every), AT_ONCE):
        rows = session().execute(
            select(Receipt, Report.void_at, Report.void_by)
            .join(Report, and_(Receipt.person_id == Report.person_id, Receipt.report_id == Report.id))
            .where(Receipt.series_id.in_(every[start : start + AT_ONCE]), Report.removed_at.is_(None))
            .order_by(Receipt.at, Receipt.id)
        )
        for row in rows:
            found[row.Receipt.series_id].append(row)
    return found


def _series(series_id: UUID, rows: Sequence[Any], person_id: UUID) -> Series | None:
    """One of them, for a report of this record; None where nothing of it counts."""
    if not rows:
        return None
    elsewhere = rows[0].Receipt.person_id != person_id
    if elsewhere and all(row.void_at is not None for row in rows):
        return None
    facts = [
        identity.from_json(row.Receipt.facts, row.Receipt.sender_key, row.Receipt.message_id) for row in rows
    ]
    return Series(series_id, tuple(facts), elsewhere, any(row.void_by is not None for row in rows))


def standing_upon(permit: Permit, report: Report, *, lock: bool = False) -> list[Report]:
    """What replaced the report, and what replaced that: versions, and corrections that were typed. Newest last.

    :param lock: until this transaction ends nobody holds them, lets them be seen, or corrects them.
    """
    found: list[Report] = []
    while True:
        query = (
            select(Report)
            .where(
                Report.person_id == permit.person_id,
                Report.replaces_id == report.id,
                Report.void_at.is_(None),
            )
            .limit(1)
        )
        if lock:
            query = query.with_for_update(key_share=True).execution_options(populate_existing=True)
        row = session().scalars(query).first()
        if row is None or row in found:
            return found
        found.append(row)
        report = row


def same_content(permit: Permit, content_hash: str) -> UUID | None:
    """The report on file that says the very same, whoever sent it."""
    return same_contents({(permit.person_id, content_hash)}).get((permit.person_id, content_hash))


def same_contents(wanted: Collection[tuple[UUID, str]]) -> dict[tuple[UUID, str], UUID]:
    """Of these records and contents those that are on file, and as which report. One statement."""
    if not wanted:
        return {}
    query = select(Report.person_id, Report.content_hash, Report.id).where(
        Report.person_id.in_({person_id for person_id, _ in wanted}),
        Report.content_hash.in_({content for _, content in wanted}),
        Report.removed_at.is_(None),
    )
    return {(row.person_id, row.content_hash): row.id for row in session().execute(query)}


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
