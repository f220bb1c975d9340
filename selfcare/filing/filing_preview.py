"""What would become of received reports if they were filed now: the same decision, printed. Nothing is written."""

from collections.abc import Sequence
from uuid import UUID, uuid4

from flask_babel import gettext

from selfcare.database import now
from selfcare.filing import file_received, identity, match_candidates, receive
from selfcare.filing.decision import FILED, decide, known_all
from selfcare.filing.receive import Receiving
from selfcare.filing.received_report import ReceivedReport
from selfcare.filing.source import Source
from selfcare.notifications.kinds import CORRECTED
from selfcare.people import tells
from selfcare.results import release as rules
from selfcare.results import words as results
from selfcare.web.access import Permit


def foresee_all(
    reports: Sequence[ReceivedReport], source: Source
) -> list[tuple[Receiving, Permit | None, UUID | None]]:
    """What `receive_all` would answer of each; of one that would be filed, by which permit and upon which series."""
    message = uuid4()
    facts = [identity.facts(one, source.key, message) for one in reports]
    made = []
    for report, new, there in zip(reports, facts, known_all(reports, facts, source), strict=True):
        decision = decide(report, new, there)
        answer = receive.foreseen(report, there, decision)
        made.append((answer, there.permit if decision.outcome == FILED else None, decision.series))
    return made


def sentence(permit: Permit, report: ReceivedReport, series_id: UUID | None = None) -> str:
    """When the person would see it, for the professional who is about to file it.

    :param series_id: the report it is a version of; None: it is one of its own.
    """
    moment = now()
    before = match_candidates.versions(permit, series_id) if series_id else []
    if file_received.takes_off(permit, report, before, moment):
        if why_not := tells.why_person_is_not(permit, CORRECTED):
            return " ".join((gettext("It takes back what was sent before."), why_not))
        return gettext(
            "It takes back what was sent before: %(name)s no longer sees that, and is told if they could see it.",
            name=permit.person_name,
        )
    planned_for = file_received.foreseen(permit, report, before, moment)
    if planned_for is None:
        return gettext(
            "%(name)s is not told of this one: it is kept with the other versions of the report.",
            name=permit.person_name,
        )
    fixed, hold_until = planned_for
    when = rules.visible_from(fixed.release_at, fixed.latest_at, hold_until)
    planned = fixed.release_at < fixed.latest_at
    return results.before_filing(
        permit, when, fixed.waits_for, held=hold_until is not None, planned=planned, now=moment
    )
