"""What becomes of a received report: the facts are read once, and one pure function says what they come to.

The preview prints the decision; `receive` carries it out.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from sqlalchemy import select

from selfcare.database import session
from selfcare.filing import identity, match, match_candidates
from selfcare.filing.identity import ANOTHER, Facts, Series
from selfcare.filing.match import Match
from selfcare.filing.models import Incoming, Receipt
from selfcare.filing.received_report import ReceivedReport, ReceivedTime, Whose
from selfcare.filing.source import Source
from selfcare.people import access
from selfcare.web.access import Area, Level, Lock, Permit, Purpose

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


def known(report: ReceivedReport, new: Facts, source: Source, siblings: Sequence[Facts] = ()) -> Known:
    """Read what is known of one report that is going to be filed. Eight statements at most.

    Whoever's right it is filed by cannot end meanwhile.
    """
    (found,) = _known([report], [new], source, lambda ids: {one: permit_of(source, one) for one in ids})
    return replace(found, siblings=tuple(siblings))


def known_all(reports: Sequence[ReceivedReport], facts: Sequence[Facts], source: Source) -> list[Known]:
    """Read what is known of all reports of a message, to say what would become of them. Eight statements in all."""
    found = _known(reports, facts, source, lambda ids: _permits(source, ids))
    return [
        replace(one, siblings=(*facts[:n], *facts[n + 1 :])) if one.permit else one
        for n, one in enumerate(found)
    ]


def _known(
    reports: Sequence[ReceivedReport],
    facts: Sequence[Facts],
    source: Source,
    permits_of: Callable[[Collection[UUID]], Mapping[UUID, Permit | None]],
) -> list[Known]:
    came = _came({one.content_hash for one in reports}, source.team_id)
    new = [one for one in reports if one.content_hash not in came]
    people = match_candidates.candidates_of(source.team_id, {one.whose for one in new})
    matches = {whose: match.match(whose, found.team, found.others) for whose, found in people.items()}
    permits = permits_of({one.person for one in matches.values() if one.person})
    mine = [permits.get(person) if (person := _person(one, matches)) else None for one in reports]
    filed = [(n, permit) for n, permit in enumerate(mine) if permit is not None]
    same = match_candidates.same_contents(
        {(permit.person_id, reports[n].content_hash) for n, permit in filed}
    )
    series = match_candidates.series_of([(facts[n], permit.person_id) for n, permit in filed], source.team_id)
    there = {n: one for (n, _), one in zip(filed, series, strict=True)}
    made = []
    for n, (report, permit) in enumerate(zip(reports, mine, strict=True)):
        if report.content_hash in came:
            made.append(Known(came[report.content_hash], Match(None)))
        elif permit is None:
            made.append(Known(None, matches[report.whose]))
        else:
            content = same.get((permit.person_id, report.content_hash))
            made.append(Known(None, matches[report.whose], permit, content, there[n]))
    return made


def _person(report: ReceivedReport, matches: Mapping[Whose, Match]) -> UUID | None:
    found = matches.get(report.whose)
    return found.person if found else None


def _permits(source: Source, ids: Collection[UUID]) -> dict[UUID, Permit]:
    """As whom it would be filed to each of these people. One statement."""
    if source.account is not None:
        may = access.panel(source.account).permits
        return {one: may[one] for one in ids if one in may and may[one].may(Area.RESULTS, Level.MANAGE)}
    return {
        person.id: access.system(Purpose.IMPORT, person, name=source.name)
        for person in match_candidates.all_looked_after(source.team_id, ids)
    }


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
    return any(day < born for time in times if (day := _day(time and time.known)))


def permit_of(source: Source, person_id: UUID) -> Permit | None:
    """As whom it is filed: the professional who hands it in, or the app on the sender's behalf. The right is held."""
    if source.account is not None:
        permit = access.resolve(source.account, person_id, Lock.SHARE)
        return permit if permit and permit.may(Area.RESULTS, Level.MANAGE) else None
    person = match_candidates.looked_after(source.team_id, person_id)
    return access.system(Purpose.IMPORT, person, name=source.name) if person else None


def _came(contents: Collection[str], team_id: UUID) -> dict[str, Came]:
    """What came before of these, by its content."""
    query = (
        select(Receipt, Incoming)
        .outerjoin(Incoming, Incoming.receipt_id == Receipt.id)
        .where(Receipt.team_id == team_id, Receipt.content_hash.in_(contents))
    )
    return {row.Receipt.content_hash: _came_as(row.Receipt, row.Incoming) for row in session().execute(query)}


def _came_as(receipt: Receipt, waiting: Incoming | None) -> Came:
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
