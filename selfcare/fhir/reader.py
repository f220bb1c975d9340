"""A message in; the reports that can be filed whole out, and every problem."""

from dataclasses import dataclass
from datetime import UTC, datetime

from flask_babel import lazy_gettext

from selfcare.fhir import body
from selfcare.fhir.bundle import BadEnvelope, shelf_of
from selfcare.fhir.diagnostic_report import read_report
from selfcare.fhir.limits import Limits
from selfcare.fhir.organization import Party, parties
from selfcare.fhir.problems import ERROR, Path, Problem, Problems, Unreadable, within_bounds
from selfcare.fhir.reading import Desk
from selfcare.fhir.references import Item, Shelf, Withdrawal
from selfcare.filing.received import ReceivedReport

DEFAULT = Limits()
# From so many problems on, only the first that refuses is kept of each report. An answer names far fewer.
_KEPT = 1000


@dataclass(frozen=True)
class Reading:
    """What a message held.

    withdrawals: what it takes back without saying more of it (DELETE). whole: all of it is taken, or nothing of it.

    reports: those that can be filed, each whole. problems: all there are, bounded. refused: how many reports were there
    and cannot be taken; `Problem.report` says which of the problems are theirs. readable: False where the message
    itself could not be read, and nothing is known of what is in it.
    """

    reports: tuple[ReceivedReport, ...] = ()
    problems: tuple[Problem, ...] = ()
    refused: int = 0
    withdrawals: tuple[Withdrawal, ...] = ()
    whole: bool = False
    readable: bool = True


def read(data: bytes, content_type: str | None = None, limits: Limits = DEFAULT) -> Reading:
    """Read a FHIR R4 message: a Bundle (message, transaction, collection, document) or a single DiagnosticReport.

    Raises nothing, whatever comes in. Each report is taken whole or not at all.

    :param content_type: as sent, such as "application/fhir+xml; charset=utf-8"; None: the content tells.
    """
    try:
        root, xml = body.tree(data, content_type, limits)
        shelf = shelf_of(root, limits, xml=xml)
    except Unreadable as fault:
        return Reading(problems=(fault.problem,), readable=False)
    except BadEnvelope as fault:
        wrong = fault.problems
        return Reading(problems=within_bounds(wrong.of(), limits.problems, wrong.more), readable=False)
    now = datetime.now(UTC)
    sent = [item for item in shelf.items if item.kind == "DiagnosticReport" and item not in shelf.repeated]
    sender = _sender(shelf, limits, now)
    taken: list[ReceivedReport] = []
    problems: list[Problem] = []
    reached: set[Item] = set()
    more = effort = 0
    for item in sent:
        desk = Desk(shelf, limits, now)
        report = read_report(desk, item, sender) if effort <= limits.effort else None
        if report is None:
            words = lazy_gettext(
                "The reports of the message lead to too many resources. This one was not read."
            )
            desk.problems.error("too-costly", words, item.path)
        if shelf.doubled(item):
            words = lazy_gettext("Two reports in the message have the same address, and they differ.")
            desk.problems.error("duplicate", words, item.path)
        effort += len(desk.reached)
        reached |= desk.reached
        more += desk.problems.more
        found = desk.problems.of(item.path.place)
        kept = found if len(problems) < _KEPT else [problem for problem in found if problem.refuses][:1]
        problems += kept
        more += len(found) - len(kept)
        if report is not None and not desk.problems.refuses:
            taken.append(report)
    if sent:
        left = _left_over(shelf, reached)
        problems += left.of()
        more += left.more
    elif not shelf.withdrawals:
        words = lazy_gettext("There is no DiagnosticReport in the message.")
        place = shelf.items[0].path.place if shelf.items else "Bundle"
        problems.append(Problem(ERROR, "required", words, place))
    if shelf.whole and len(taken) < len(sent):
        words = lazy_gettext(
            "A transaction is taken whole or not at all. A part of it cannot be taken, so nothing of it was filed."
        )
        problems.append(Problem(ERROR, "processing", words, "Bundle"))
        taken = []
    return Reading(
        tuple(taken),
        within_bounds(problems, limits.problems, more),
        len(sent) - len(taken),
        shelf.withdrawals if taken or not sent or not shelf.whole else (),
        shelf.whole,
    )


def _sender(shelf: Shelf, limits: Limits, now: datetime) -> list[Party]:
    """Who sent the message, as its header says. What is wrong with the header is wrong with no report."""
    header = next((item for item in shelf.items if item.kind == "MessageHeader"), None)
    if header is None:
        return []
    desk = Desk(shelf, limits, now)
    reference = desk.clean(header).get("sender")
    return parties(desk, [reference], header, Path(header.path, "sender")) if reference else []


def _left_over(shelf: Shelf, reached: set[Item]) -> Problems:
    """Results that no report refers to: nobody will see them, and the sender should know."""
    found = Problems()
    for item in shelf.items:
        if item.kind == "Observation" and item not in reached and item not in shelf.repeated:
            words = lazy_gettext("No report in the message refers to this result. It is not taken.")
            found.warn("informational", words, item.path)
    return found
