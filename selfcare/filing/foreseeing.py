"""What would become of a received report if it were filed now. Nothing is written."""

from flask_babel import gettext

from selfcare.database import now
from selfcare.filing import finding, keeping, match, receive
from selfcare.filing.receive import FILED, REPEATED, WAITS, Receiving, Source
from selfcare.filing.received import ReceivedReport
from selfcare.people import access
from selfcare.results import release as rules
from selfcare.results import words as results
from selfcare.web.access import Area, Level, Permit


def foresee(report: ReceivedReport, source: Source) -> tuple[Receiving, Permit | None]:
    """What `receive` would answer, and the permit of the person it would be filed to."""
    earlier = receive.earlier(report, source)
    if earlier is not None:
        return earlier, None
    found = finding.candidates(source.team_id, report.whose)
    matched = match.match(report.whose, found.team, found.others)
    permit = None
    if matched.person is not None and source.account is not None:
        permit = access.resolve(source.account, matched.person, False)
    if permit is None or not permit.may(Area.RESULTS, Level.MANAGE):
        return Receiving(WAITS, report, reasons=matched.reasons or (match.UNKNOWN,)), None
    reasons = receive.history(permit, report, source.team_id)
    if reasons:
        return Receiving(WAITS, report, reasons=reasons), None
    if finding.same_content(permit, report.report_key, report.content_hash):
        return Receiving(REPEATED, report, person_id=permit.person_id), None
    return Receiving(FILED, report, person_id=permit.person_id), permit


def sentence(permit: Permit, report: ReceivedReport) -> str:
    """When the person would see it, for the professional who is about to file it."""
    moment = now()
    if permit.subject.died_on:
        return gettext("%(name)s has died. Nobody is told.", name=permit.person_name)
    fixed = keeping.foreseen(permit, report, moment)
    if fixed is None:
        return gettext(
            "%(name)s is not told of this one: it is kept with the other versions of the report.",
            name=permit.person_name,
        )
    when = rules.visible_from(fixed.release_at, fixed.latest_at)
    planned = fixed.release_at < fixed.latest_at
    return results.before_filing(permit, when, fixed.waits_for, held=False, planned=planned, now=moment)
