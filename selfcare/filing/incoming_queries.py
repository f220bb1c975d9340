"""Reading the list of what waits, for the teams of an account."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, exists, func, select, tuple_
from werkzeug.exceptions import NotFound

from selfcare.database import now, session
from selfcare.filing import choosing, identity, match, match_candidates
from selfcare.filing.choosing import Choice
from selfcare.filing.decision import WAITING
from selfcare.filing.identity import Facts
from selfcare.filing.match import Candidate
from selfcare.filing.models import Incoming, Receipt, ReceiptName, Sender
from selfcare.filing.received_report import ReceivedReport, from_json
from selfcare.filing.version_order import ENTERED_IN_ERROR
from selfcare.people import queries as people
from selfcare.people import teams
from selfcare.people.models import Team
from selfcare.results.models import Report
from selfcare.web.access import Area, Level, Panel, Permit
from selfcare.web.alias import shared_alias
from selfcare.web.paging import Key

# Made once: a statement that makes one anew makes all of its columns anew.
_stands = shared_alias(Report)
_later = shared_alias(Report)
_came = shared_alias(Receipt)
_since = shared_alias(Receipt)

IN_PART_FOR = timedelta(days=30)


@dataclass(frozen=True)
class Waiting:
    """A report in the list. `name` is the patient's as the message gives it."""

    id: UUID
    received_at: datetime
    team: str
    sender: str | None
    title: str
    laboratory: str
    name: str
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Sheet:
    """One report that waits or waited. `report` is None once it was decided; `likely` are people of the panel."""

    id: UUID
    team_id: UUID
    team: str
    sender: str | None
    received_at: datetime
    reasons: tuple[str, ...]
    report: ReceivedReport | None
    facts: Facts | None
    likely: tuple[Candidate, ...]
    born_that_day: tuple[Candidate, ...]
    newer: bool  # another version of it came since
    state: str
    decided_name: str | None
    decided_at: datetime | None
    why: str | None
    person_id: UUID | None
    report_id: UUID | None


@dataclass(frozen=True)
class Number:
    """How many reports wait for a team to say whose they are, and how many were taken back in part."""

    whose: int
    in_part: int


def count(panel: Panel) -> Number:
    """How many there are for the account's teams. One statement."""
    waiting = _of_teams(panel).where(Incoming.state == WAITING)
    whose = waiting.with_only_columns(func.count(Incoming.id)).scalar_subquery()
    in_part = select(func.count()).select_from(_in_part(panel).subquery()).scalar_subquery()
    return Number(*session().execute(select(whose, in_part)).one())


def listed(panel: Panel, size: int, after: Key | None = None) -> list[Waiting]:
    """What waits longest first; one more than `size` at most. One statement.

    :param after: the (received_at, id) of the last one shown.
    """
    said = Incoming.body  # taken apart in the database: a body can be long, a list shows little of it
    query = (
        _joined(panel)
        .with_only_columns(
            Incoming.id,
            Incoming.received_at,
            Incoming.reasons,
            Team.name.label("team"),
            Sender.name.label("sender"),
            said["title"].as_string().label("title"),
            said["laboratory"].as_string().label("laboratory"),
            said[("whose", "given")].as_string().label("given"),
            said[("whose", "families", 0)].as_string().label("family"),
        )
        .where(Incoming.state == WAITING)
    )
    if after:
        query = query.where(tuple_(Incoming.received_at, Incoming.id) > after)
    rows = session().execute(query.order_by(Incoming.received_at, Incoming.id).limit(size + 1))
    return [
        Waiting(
            id=row.id,
            received_at=row.received_at,
            team=row.team,
            sender=row.sender,
            title=row.title,
            laboratory=row.laboratory,
            name=" ".join(part for part in (row.given, row.family) if part),
            reasons=tuple(row.reasons),
        )
        for row in rows
    ]


@dataclass(frozen=True)
class InPart:
    """A report whose laboratory took back an earlier version, and not the one that stands: `report_id`."""

    person_id: UUID
    report_id: UUID
    title: str
    laboratory: str
    at: datetime


def taken_back_in_part(panel: Panel, size: int) -> list[InPart]:
    """What a laboratory took back in the last weeks beneath what it had issued later, which stands; the latest first.

    Only while nothing has come since, and it does stand: then somebody should ask what was meant. One statement.
    """
    rows = session().execute(_in_part(panel).order_by(Receipt.at.desc(), Receipt.id).limit(size))
    return [InPart(*row) for row in rows]


def _in_part(panel: Panel) -> Select[UUID, UUID, str, str, datetime]:
    return (
        select(Report.person_id, _stands.id, _stands.asked_for, _stands.laboratory, Receipt.at)
        .join(Report, and_(Report.person_id == Receipt.person_id, Report.id == Receipt.report_id))
        .join(_came, and_(_came.series_id == Receipt.series_id, _came.at < Receipt.at))
        .join(_stands, and_(_stands.person_id == _came.person_id, _stands.id == _came.report_id))
        .where(
            Receipt.team_id.in_(teams.ids_of(panel.account_id)),
            Receipt.at > now() - IN_PART_FOR,
            Receipt.person_id.in_(panel.ids(Area.RESULTS, Level.MANAGE)),
            Report.status == ENTERED_IN_ERROR,
            _stands.void_at.is_(None),
            ~exists().where(_since.series_id == Receipt.series_id, _since.at > Receipt.at),
            ~exists().where(
                _later.person_id == _stands.person_id,
                _later.replaces_id == _stands.id,
                _later.void_at.is_(None),
            ),
        )
    )


def sheet(panel: Panel, incoming_id: UUID) -> Sheet:
    """One of them, waiting or decided. :raises NotFound: unknown, or another team's."""
    query = _joined(panel).with_only_columns(
        Incoming, Receipt, Team.name.label("team"), Sender.name.label("sender")
    )
    found: Any = session().execute(query.where(Incoming.id == incoming_id)).first()
    if found is None:
        raise NotFound
    row: Incoming = found.Incoming
    report = from_json(row.body) if row.state == WAITING else None
    likely: tuple[Candidate, ...] = ()
    that_day: tuple[Candidate, ...] = ()
    facts: Facts | None = None
    if report is not None:
        facts = identity.facts(report, found.Receipt.sender_key, found.Receipt.message_id)
        found_people = match_candidates.candidates(row.team_id, report.whose)
        may = set(panel.ids(Area.RESULTS, Level.MANAGE))
        by_id = {one.id: one for one in found_people.team if one.id in may}
        ranked = match.match(report.whose, found_people.team, found_people.others)
        best = (*ranked.likely, *([ranked.person] if ranked.person else []))
        likely = tuple(by_id[one] for one in best if one in by_id)
        that_day = (*found_people.team, *found_people.others)
    return Sheet(
        id=row.id,
        team_id=row.team_id,
        team=found.team,
        sender=found.sender,
        received_at=row.received_at,
        reasons=tuple(row.reasons),
        report=report,
        facts=facts,
        likely=likely,
        born_that_day=that_day,
        newer=_newer(found.Receipt),
        state=row.state,
        decided_name=row.decided_name,
        decided_at=row.decided_at,
        why=row.why,
        person_id=row.person_id,
        report_id=row.report_id,
    )


def candidate_of(permit: Permit) -> Candidate:
    """Somebody chosen by hand, to hold against what the message says. One statement."""
    return match_candidates.candidate(people.person(permit))


def choices(permit: Permit, sheet: Sheet) -> list[Choice]:
    """The reports in a record that what waits may stand in place of."""
    return choosing.choices(permit, sheet.facts) if sheet.facts else []


def _newer(receipt: Receipt) -> bool:
    """Whether its sender has sent another report of one of its numbers after this one."""
    names = select(ReceiptName.name).where(
        ReceiptName.receipt_id == receipt.id, ~ReceiptName.name.startswith("l|")
    )
    query = (
        select(Receipt.id)
        .join(ReceiptName, ReceiptName.receipt_id == Receipt.id)
        .where(ReceiptName.name.in_(names), Receipt.sender_key == receipt.sender_key, Receipt.at > receipt.at)
    )
    return session().scalar(query.limit(1)) is not None


def _joined(panel: Panel) -> Any:
    return (
        _of_teams(panel)
        .join(Team, Team.id == Incoming.team_id)
        .join(Receipt, Receipt.id == Incoming.receipt_id)
        .outerjoin(Sender, Sender.id == Receipt.sender_id)
    )


def _of_teams(panel: Panel) -> Select[Any]:
    return select(Incoming).where(Incoming.team_id.in_(teams.ids_of(panel.account_id)))
