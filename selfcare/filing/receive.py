"""A report comes in: once each, to the right person or to the list of what waits. All of it, or nothing of it."""

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from hashlib import sha256
from uuid import UUID, uuid4

import structlog
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import ServiceUnavailable

from selfcare.database import commit_and_go_on, database, describe, now, session, writing
from selfcare.filing import file_received, identity, match_candidates, taking_back, version_order
from selfcare.filing.decision import (
    FILED,
    NOT_KEPT,
    NOT_ONE,
    NOT_THERE,
    REFUSED,
    REPEATED,
    WAITING,
    WAITS,
    Decision,
    Known,
    decide,
    known,
)
from selfcare.filing.identity import BENEATH, OFF, VERSION, WITHDRAWAL, WITHDRAWN_IN_PART, Facts
from selfcare.filing.models import Incoming, Receipt, ReceiptName
from selfcare.filing.received_report import ReceivedReport, TakenBack, Whose, to_json
from selfcare.filing.source import Source
from selfcare.filing.version_order import ENTERED_IN_ERROR
from selfcare.web.access import Permit

log = structlog.get_logger()


@dataclass(frozen=True)
class Receiving:
    """What became of one report.

    reasons: why it waits, as codes of `match.REASONS`; why: SENT_BACK or NOT_KEPT for what was refused.
    words: what the professional wrote who sent it back.
    receipt_id: by which its sender can ask for it later. identity: VERSION where it stands in place of one before it,
    WITHDRAWAL where it took one back; BENEATH, OFF and WITHDRAWN_IN_PART where it came out of turn.
    """

    outcome: str
    report: ReceivedReport
    person_id: UUID | None = None
    report_id: UUID | None = None
    incoming_id: UUID | None = None
    reasons: tuple[str, ...] = ()
    why: str = ""
    words: str = ""
    receipt_id: UUID | None = None
    identity: str = ""


class _Refused(Exception):
    """A part of a transaction cannot be kept: nothing of it is."""


def receive_all(
    reports: Sequence[ReceivedReport],
    source: Source,
    *,
    taken_back: Sequence[TakenBack] = (),
    whole: bool = False,
    message: UUID | None = None,
) -> list[Receiving]:
    """Receive every report of a message, each all or nothing. :returns: what became of them, in the message's order;
    first of all what became of those that are taken back by name.

    Takes its turn to write; the message has been read before. Between two reports what was done is committed, and
    whoever waits gets a turn; after the last, whoever asked commits.

    :param whole: all of them are kept, or none (a transaction), in one turn.
    :param message: by which its sender can ask later what became of it.
    """
    writing()
    message = message or uuid4()
    facts = [identity.facts(one, source.key, message) for one in reports]
    # What is taken back goes first: what comes in its place in the same message is then a report of its own.
    order = sorted(range(len(reports)), key=lambda n: not facts[n].withdraws)
    done: dict[int, Receiving] = {}
    names = [taking_back.facts_of(one, source, message) for one in taken_back]
    gone: list[Receiving] = []
    if whole:
        turns = [one for n in order for one in _turns(reports[n], facts[n])]
        _wait_for_turns([*turns, *(turn for one in names for turn in _turns(None, one))])
    try:
        with session().begin_nested() if whole else nullcontext():
            for one, new in zip(taken_back, names, strict=True):
                gone.append(_take_back(one, new, source))
                if whole and gone[-1].outcome == REFUSED:
                    raise _Refused
            for place, n in enumerate(order):
                if (place or gone) and not whole:
                    commit_and_go_on()
                done[n] = _one(reports[n], facts[n], source, [*facts[:n], *facts[n + 1 :]])
                if whole and done[n].outcome == REFUSED:
                    raise _Refused
    except _Refused:
        done = {n: one for n, one in done.items() if one.outcome == REFUSED}
        gone = [one for one in gone if one.outcome == REFUSED]
    except SQLAlchemyError as fault:  # the commit between two of them
        log.error("commit failed", fault=describe(fault))
        raise ServiceUnavailable from None
    return [*gone, *(done.get(n) or Receiving(REFUSED, one, why=NOT_KEPT) for n, one in enumerate(reports))]


def _one(report: ReceivedReport, new: Facts, source: Source, siblings: Sequence[Facts]) -> Receiving:
    try:
        with session().begin_nested():
            return receive(report, new, source, siblings)
    except (SQLAlchemyError, ValueError, OverflowError) as fault:
        # What a reader let through and no table takes: nothing of this one is kept, and the others are.
        log.error("report not kept", fault=describe(fault))
        return Receiving(REFUSED, report, why=NOT_KEPT)


def receive(report: ReceivedReport, new: Facts, source: Source, siblings: Sequence[Facts] = ()) -> Receiving:
    """Receive one report: file it, put it on the list of what waits, or say that it came before."""
    wait_for_turn(report, new)
    facts = known(report, new, source, siblings)
    decision = decide(report, new, facts)
    if facts.came is not None:
        return foreseen(report, facts, decision)
    receipt = _write_down(report, new, source)
    if decision.outcome == WAITS or facts.permit is None:
        return _wait(report, source, receipt.id, decision.reasons)
    return replace(keep(facts.permit, report, new, receipt, decision, facts.same), reasons=decision.reasons)


def _take_back(taken: TakenBack, new: Facts, source: Source) -> Receiving:
    """Take back the one report with this name: what is filed of it, and what still waits."""
    _wait_for_turns(_turns(None, new))
    nothing = ReceivedReport(Whose(), "", "", ENTERED_IN_ERROR, place=taken.place)
    waiting = taking_back.waiting_under(new)
    try:
        permit, series_id, versions = taking_back.known(new, source)
    except taking_back.NotOne as fault:
        if fault.several or not waiting.is_one():
            return Receiving(REFUSED, nothing, why=NOT_ONE)
        if not waiting.rows:
            return Receiving(REFUSED, nothing, why=NOT_THERE)
        return Receiving(FILED, nothing, receipt_id=waiting.take_back(source), identity=WITHDRAWAL)
    if waiting.rows:
        if not waiting.is_one(permit.subject.nhs_number, taking_back.filed_facts(series_id)):
            return Receiving(REFUSED, nothing, why=NOT_ONE)
        waited = waiting.take_back(source)
        if taking_back.is_gone(versions):
            return Receiving(FILED, nothing, receipt_id=waited, identity=WITHDRAWAL)
    stub = taking_back.stub(taken, versions)
    if taking_back.is_gone(versions):
        return Receiving(REPEATED, stub, person_id=permit.person_id)
    receipt = _write_down(stub, new, source)
    return keep(permit, stub, new, receipt, Decision(FILED, WITHDRAWAL, series_id), None)


def foreseen(report: ReceivedReport, facts: Known, decision: Decision) -> Receiving:
    """The answer that a decision comes to, with nothing done."""
    came, permit = facts.came, facts.permit
    return Receiving(
        decision.outcome,
        report,
        person_id=permit.person_id if permit else came.person_id if came else None,
        report_id=came.report_id if came else None,
        incoming_id=came.incoming_id if came and (decision.reasons or decision.why) else None,
        reasons=decision.reasons,
        why=decision.why,
        words=came.words if came and decision.why else "",
        receipt_id=came.receipt_id if came else None,
        identity=decision.identity if decision.identity in (VERSION, WITHDRAWAL) else "",
    )


def keep(
    permit: Permit,
    report: ReceivedReport,
    new: Facts,
    receipt: Receipt,
    decision: Decision,
    same: UUID | None,
) -> Receiving:
    """File a report in the record of the permit, unless it is there already (`same`), and note it on its receipt."""
    receipt.person_id = permit.person_id
    if same is not None:
        receipt.report_id = same
        session().flush()
        return Receiving(REPEATED, report, person_id=permit.person_id, report_id=same, receipt_id=receipt.id)
    before = match_candidates.versions(permit, decision.series, lock=True) if decision.series else []
    receipt.report_id = file_received.file_received(permit, report, before)
    receipt.series_id, receipt.facts = decision.series or uuid4(), new.to_json()
    session().flush()
    return Receiving(
        FILED,
        report,
        person_id=permit.person_id,
        report_id=receipt.report_id,
        receipt_id=receipt.id,
        identity=_place(permit, decision, receipt.report_id) if before and decision.series else "",
    )


def _place(permit: Permit, decision: Decision, report_id: UUID | None) -> str:
    """What came of it among its versions: what stands is said by the laboratory's order, not by that of arrival."""
    versions = match_candidates.versions(permit, decision.series) if decision.series else []
    standing = [one.id for one in version_order.in_order(versions) if one.void_at is None]
    if decision.identity == WITHDRAWAL:
        return WITHDRAWN_IN_PART if standing else WITHDRAWAL
    if not standing:
        return OFF
    return VERSION if standing[-1] == report_id else BENEATH


def wait_for_turn(report: ReceivedReport, new: Facts) -> None:
    """Until this transaction ends, nobody else files what has a name of this report, or says the very same."""
    _wait_for_turns(_turns(report, new))


def _turns(report: ReceivedReport | None, new: Facts) -> list[int]:
    """A number for every name of a report, and for what it says."""
    names = {*new.names, *([report.content_hash] if report else [])}
    return sorted(int.from_bytes(sha256(name.encode()).digest()[:8], signed=True) for name in names)


def _wait_for_turns(turns: Sequence[int]) -> None:
    """Versions of one report are filed one after the other, whoever sends them. SQLite's writers are anyway.

    In one order for everybody: of two that want the same names, one waits for the other, and never each for the other.
    """
    if not database().is_sqlite:
        for turn in sorted(set(turns)):
            session().execute(select(func.pg_advisory_xact_lock(turn)))


def _write_down(report: ReceivedReport, new: Facts, source: Source) -> Receipt:
    """Write down that it came."""
    row = Receipt(
        id=uuid4(),
        team_id=source.team_id,
        content_hash=report.content_hash,
        at=now(),
        message_id=new.message,
        sender_key=new.sender,
        sender_id=source.sender_id,
        by=source.account.account_id if source.account else None,
    )
    session().add(row)
    session().flush()
    session().add_all(ReceiptName(receipt_id=row.id, name=name) for name in sorted(new.names))
    session().flush()
    return row


def _wait(report: ReceivedReport, source: Source, receipt_id: UUID, reasons: tuple[str, ...]) -> Receiving:
    row = Incoming(
        id=uuid4(),
        receipt_id=receipt_id,
        team_id=source.team_id,
        received_at=now(),
        reasons=list(reasons),
        body=to_json(report),
        state=WAITING,
    )
    session().add(row)
    session().flush()
    return Receiving(WAITS, report, incoming_id=row.id, reasons=reasons, receipt_id=receipt_id)
