"""A report comes in: once each, to the right person or to the list of what waits. All of it, or nothing of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

import structlog
from sqlalchemy import func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError

from selfcare.database import database, describe, now, session, writing
from selfcare.filing import finding, keeping, match
from selfcare.filing.models import Incoming, Receipt
from selfcare.filing.received import ReceivedReport, short, to_json
from selfcare.people import access
from selfcare.web.access import Area, Level, Permit, Purpose, SignedIn

log = structlog.get_logger()

# What became of a report.
FILED, WAITS, REPEATED, REFUSED = "filed", "waits", "repeated", "refused"
# Why one was refused.
SENT_BACK, NOT_KEPT = "sent-back", "not-kept"

# States of what waits.
WAITING, STATE_FILED, REJECTED, RETURNED = "waiting", "filed", "rejected", "returned"


@dataclass(frozen=True)
class Source:
    """Where a report comes from: a sender, or a professional's account, always for one team."""

    team_id: UUID
    name: str
    sender_id: UUID | None = None
    account: SignedIn | None = None


@dataclass(frozen=True)
class Receiving:
    """What became of one report.

    reasons: why it waits, as codes of `match.REASONS`; why: SENT_BACK or NOT_KEPT for what was refused.
    words: what the professional wrote who sent it back.
    """

    outcome: str
    report: ReceivedReport
    person_id: UUID | None = None
    report_id: UUID | None = None
    incoming_id: UUID | None = None
    reasons: tuple[str, ...] = ()
    why: str = ""
    words: str = ""


def receive_all(reports: Sequence[ReceivedReport], source: Source) -> list[Receiving]:
    """Receive every report of a message, each all or nothing. :returns: what became of them, in the message's order.

    Takes its turn to write; the message has been read before. One commit, by whoever asked.
    They are taken in the order of their names, the same for everybody: of two messages with the same reports, one
    waits for the other, and never each for the other.
    """
    writing()
    order = sorted(
        range(len(reports)), key=lambda n: (_turn(reports[n]), reports[n].report_key, reports[n].content_hash)
    )
    done: dict[int, Receiving] = {}
    for n in order:
        try:
            with session().begin_nested():
                done[n] = receive(reports[n], source)
        except (SQLAlchemyError, ValueError, OverflowError) as fault:
            # What a reader let through and no table takes: nothing of this one is kept, and the others are.
            log.error("report not kept", fault=describe(fault))
            done[n] = Receiving(REFUSED, reports[n], why=NOT_KEPT)
    return [done[n] for n in range(len(reports))]


def receive(report: ReceivedReport, source: Source) -> Receiving:
    """Receive one report: file it, put it on the list of what waits, or say that it came before."""
    _wait_for_turn(report)
    receipt_id = _claim(report, source)
    if receipt_id is None:
        return _came_before(report, source)
    found = finding.candidates(source.team_id, report.whose)
    matched = match.match(report.whose, found.team, found.others)
    permit = permit_of(source, matched.person) if matched.person else None
    if permit is None:
        return _wait(report, source, receipt_id, matched.reasons or (match.UNKNOWN,))
    reasons = history(permit, report, source.team_id)
    if reasons:
        return _wait(report, source, receipt_id, reasons)
    return keep(permit, report, receipt_id)


def keep(permit: Permit, report: ReceivedReport, receipt_id: UUID) -> Receiving:
    """File a report in the record of the permit, unless it is there already, and note it on its receipt."""
    there = finding.same_content(permit, report.report_key, report.content_hash)
    report_id = there or keeping.file_received(permit, report)
    session().execute(
        update(Receipt)
        .where(Receipt.id == receipt_id)
        .values(person_id=permit.person_id, report_id=report_id)
    )
    return Receiving(REPEATED if there else FILED, report, person_id=permit.person_id, report_id=report_id)


def history(permit: Permit, report: ReceivedReport, team_id: UUID) -> tuple[str, ...]:
    """What speaks against filing it, from what became of its earlier versions."""
    if not report.report_key:
        return ()
    found = []
    if finding.in_another_record(_receipt_key(report, team_id), permit.person_id):
        found.append(match.MOVED)
    if any(one.void_by is not None for one in finding.versions(permit, report.report_key)):
        found.append(match.TAKEN_BACK)
    return tuple(found)


def permit_of(source: Source, person_id: UUID) -> Permit | None:
    """As whom it is filed: the professional who hands it in, or the app on the sender's behalf."""
    if source.account is not None:
        permit = access.resolve(source.account, person_id, True)
        return permit if permit and permit.may(Area.RESULTS, Level.MANAGE) else None
    person = finding.looked_after(source.team_id, person_id)
    return access.system(Purpose.IMPORT, person, name=source.name) if person else None


def _turn(report: ReceivedReport) -> int:
    """A number for all versions of one report; one without a name has a number of its own."""
    name = report.report_key or report.content_hash
    return int.from_bytes(sha256(name.encode()).digest()[:8], signed=True)


def _wait_for_turn(report: ReceivedReport) -> None:
    """Versions of one report are filed one after the other, whoever sends them. SQLite's writers are anyway."""
    if not database().is_sqlite:
        session().execute(select(func.pg_advisory_xact_lock(_turn(report))))


def _receipt_key(report: ReceivedReport, team_id: UUID) -> str:
    # By team: what waits with one team must not keep a report from the team that looks after the person.
    return short(f"{team_id}|{report.report_key}") if report.report_key else str(team_id)


def _claim(report: ReceivedReport, source: Source) -> UUID | None:
    """Write down that it came. None when it came before; at the same time from elsewhere, this waits for the other."""
    insert = sqlite.insert if database().is_sqlite else postgresql.insert
    row = {
        "id": uuid4(),
        "report_key": _receipt_key(report, source.team_id),
        "content_hash": report.content_hash,
        "at": now(),
        "sender_id": source.sender_id,
        "by": source.account.account_id if source.account else None,
    }
    done = session().execute(insert(Receipt).values(row).on_conflict_do_nothing().returning(Receipt.id))
    return done.scalar()


def _came_before(report: ReceivedReport, source: Source) -> Receiving:
    found = earlier(report, source)
    if found is None:
        raise RuntimeError("a receipt that is there cannot be missing")
    return found


def earlier(report: ReceivedReport, source: Source) -> Receiving | None:
    """The answer to a report that came before: what became of it then. None for one that did not."""
    query = (
        select(Receipt, Incoming)
        .outerjoin(Incoming, Incoming.receipt_id == Receipt.id)
        .where(
            Receipt.report_key == _receipt_key(report, source.team_id),
            Receipt.content_hash == report.content_hash,
        )
    )
    row: Any = session().execute(query).first()
    if row is None:
        return None
    receipt: Receipt = row.Receipt
    waiting: Incoming | None = row.Incoming
    if waiting is not None and waiting.state == RETURNED:
        return Receiving(REFUSED, report, incoming_id=waiting.id, why=SENT_BACK, words=waiting.why or "")
    said = Receiving(REPEATED, report, person_id=receipt.person_id, report_id=receipt.report_id)
    if waiting is not None and waiting.state == WAITING:
        return replace(said, incoming_id=waiting.id, reasons=tuple(waiting.reasons))
    return said


def _wait(report: ReceivedReport, source: Source, receipt_id: UUID, reasons: tuple[str, ...]) -> Receiving:
    row = Incoming(
        id=uuid4(),
        receipt_id=receipt_id,
        team_id=source.team_id,
        report_key=report.report_key,
        received_at=now(),
        reasons=list(reasons),
        body=to_json(report),
        state=WAITING,
    )
    session().add(row)
    session().flush()
    return Receiving(WAITS, report, incoming_id=row.id, reasons=reasons)
