"""What becomes of a received report: the facts are read once, and one pure function says what they come to.

The preview prints the decision; `receive` carries it out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from selfcare.database import session
from selfcare.filing import finding, identity, match
from selfcare.filing.identity import ANOTHER, Facts, Series
from selfcare.filing.match import Match
from selfcare.filing.models import Incoming, Receipt
from selfcare.filing.received import ReceivedReport, ReceivedTime
from selfcare.filing.source import Source
from selfcare.people import access
from selfcare.web.access import Area, Level, Permit, Purpose

# What becomes of a report.
FILED, WAITS, REPEATED, REFUSED = "filed", "waits", "repeated", "refused"
# Why one was refused.
SENT_BACK, NOT_KEPT, NOT_THERE, NOT_ONE = "sent-back", "not-kept", "not-there", "not-one"
# States of what waits.
WAITING, STATE_FILED, REJECTED, RETURNED = "waiting", "filed", "rejected", "returned"
WITHDRAWN = "withdrawn"  # by its sender


@dataclass(frozen=True)
class Came:
    """The very same came before, for this team: its receipt, and what waits or waited of it."""

    receipt_id: UUID
    person_id: UUID | None
    report_id: UUID | None
    incoming_id: UUID | None = None
    state: str = ""
    reasons: tuple[str, ...] = ()
    words: str = ""


@dataclass(frozen=True)
class Known:
    """Everything that decides about one report. `same`: the report on file that says the very same."""

    came: Came | None
    matched: Match
    permit: Permit | None = None
    same: UUID | None = None
    series: tuple[Series, ...] = ()
    siblings: tuple[Facts, ...] = ()


@dataclass(frozen=True)
class Decision:
    """What is to be done. `identity` and `series`: which report it is, where it is filed (`identity.Identity`)."""

    outcome: str
    identity: str = ANOTHER
    series: UUID | None = None
    reasons: tuple[str, ...] = ()
    why: str = ""


def known(
    report: ReceivedReport, new: Facts, source: Source, siblings: Sequence[Facts] = (), *, lock: bool
) -> Known:
    """Read what is known. Eight statements at most.

    :param lock: it is going to be filed: whoever's right it is filed by cannot end meanwhile.
    """
    came = _came(report, source.team_id)
    if came is not None:
        return Known(came, Match(None))
    found = finding.candidates(source.team_id, report.whose)
    matched = match.match(report.whose, found.team, found.others)
    permit = permit_of(source, matched.person, lock=lock) if matched.person else None
    if permit is None:
        return Known(None, matched)
    same = finding.same_content(permit, report.content_hash)
    return Known(None, matched, permit, same, finding.series(new, permit.person_id), tuple(siblings))


def decide(report: ReceivedReport, new: Facts, known: Known) -> Decision:
    """What becomes of the report. Pure."""
    if known.came is not None:
        if known.came.state == RETURNED:
            return Decision(REFUSED, why=SENT_BACK)
        return Decision(REPEATED, reasons=known.came.reasons if known.came.state == WAITING else ())
    if known.permit is None:
        return Decision(WAITS, reasons=known.matched.reasons or (match.UNKNOWN,))
    if known.same is not None:
        return Decision(REPEATED)
    if before_birth(report, known.permit.subject.born):
        return Decision(WAITS, reasons=(match.BEFORE_BIRTH,))
    found = identity.identify(new, known.series, known.siblings)
    if found.what == identity.WAITS:
        return Decision(WAITS, reasons=found.reasons)
    return Decision(FILED, found.what, found.series)


def before_birth(report: ReceivedReport, born: date) -> bool:
    """Whether something in it is said to have been before the person was born."""
    times = (report.taken, report.issued, *(row.taken for row in report.results))
    return any(day < born for time in times if (day := _day(time)))


def permit_of(source: Source, person_id: UUID, *, lock: bool = True) -> Permit | None:
    """As whom it is filed: the professional who hands it in, or the app on the sender's behalf."""
    if source.account is not None:
        permit = access.resolve(source.account, person_id, lock)
        return permit if permit and permit.may(Area.RESULTS, Level.MANAGE) else None
    person = finding.looked_after(source.team_id, person_id)
    return access.system(Purpose.IMPORT, person, name=source.name) if person else None


def _came(report: ReceivedReport, team_id: UUID) -> Came | None:
    query = (
        select(Receipt, Incoming)
        .outerjoin(Incoming, Incoming.receipt_id == Receipt.id)
        .where(Receipt.team_id == team_id, Receipt.content_hash == report.content_hash)
    )
    row: Any = session().execute(query).first()
    if row is None:
        return None
    receipt: Receipt = row.Receipt
    waiting: Incoming | None = row.Incoming
    if waiting is None:
        return Came(receipt.id, receipt.person_id, receipt.report_id)
    return Came(
        receipt.id,
        receipt.person_id,
        receipt.report_id,
        waiting.id,
        waiting.state,
        tuple(waiting.reasons),
        waiting.why or "",
    )


def _day(time: ReceivedTime | None) -> date | None:
    if time is None:
        return None
    return time.day or (time.instant.date() if time.instant else None)
