"""A message in; the reports that can be filed whole out, and every problem."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask_babel import lazy_gettext

from selfcare.fhir import body
from selfcare.fhir.bundle import BadEnvelope, shelf_of
from selfcare.fhir.diagnostic_report import read_report
from selfcare.fhir.labels import is_restricted, refuse_labelled
from selfcare.fhir.limits import Limits
from selfcare.fhir.organization import Party, parties
from selfcare.fhir.problems import ERROR, FATAL, Path, Problem, Problems, Unreadable, shown, within_bounds
from selfcare.fhir.reading import Desk
from selfcare.fhir.references import Item, Shelf, plain
from selfcare.filing.received_report import ReceivedReport, TakenBack

DEFAULT = Limits()
# From so many problems on, no other report of the message is read. An answer names far fewer.
_KEPT = 1000


@dataclass(frozen=True)
class Reading:
    """What a message held.

    taken_back: what it takes back without saying more of it (DELETE). whole: all of it is taken, or nothing of it.

    reports: those that can be filed, each whole. problems: all there are, bounded. refused: how many reports were there
    and cannot be taken; `Problem.report` says which of the problems are theirs. readable: False where the message
    itself could not be read, and nothing is known of what is in it.
    """

    reports: tuple[ReceivedReport, ...] = ()
    problems: tuple[Problem, ...] = ()
    refused: int = 0
    taken_back: tuple[TakenBack, ...] = ()
    whole: bool = False
    readable: bool = True


def read(
    data: bytes, content_type: str | None = None, limits: Limits = DEFAULT, *, put_to: str = ""
) -> Reading:
    """Read a FHIR R4 message: a Bundle (message, transaction, collection, document) or a single DiagnosticReport.

    Raises nothing, whatever comes in. Each report is taken whole or not at all.

    :param content_type: as sent, such as "application/fhir+xml; charset=utf-8"; None: the content tells.
    :param put_to: the address that a single DiagnosticReport is put to ("DiagnosticReport/7").
    """
    try:
        root, xml = body.tree(data, content_type, limits)
        shelf = shelf_of(root, limits, xml=xml, put_to=put_to)
    except Unreadable as fault:
        return Reading(problems=(fault.problem,), readable=False)
    except BadEnvelope as fault:
        wrong = fault.problems
        return Reading(problems=within_bounds(wrong.of(), limits.problems, wrong.more), readable=False)
    now = datetime.now(UTC)
    sent = [item for item in shelf.items if item.kind == "DiagnosticReport" and item not in shelf.repeated]
    most = limits.whole if shelf.whole else limits.reports
    if len(sent) + len(shelf.taken_back) > most:
        return Reading(problems=(_too_many(most, whole=shelf.whole),), readable=False)
    labelled = _labelled(root, shelf)
    if labelled.refuses:
        return Reading(problems=labelled.of(), refused=len(sent))
    sender = _sender(shelf, limits, now)
    taken: list[ReceivedReport] = []
    problems: list[Problem] = []
    reached: set[Item] = set()
    more = effort = 0
    for item in sent:
        desk = Desk(shelf, limits, now)
        report = None
        if effort > limits.effort:
            words = lazy_gettext(
                "The reports of the message lead to too many resources. This one was not read."
            )
            desk.problems.error("too-costly", words, item.path)
        elif len(problems) >= _KEPT:
            words = lazy_gettext("There is too much wrong with the message. This report was not read.")
            desk.problems.error("too-costly", words, item.path)
        else:
            report = read_report(desk, item, sender)
        if shelf.doubled(item):
            words = lazy_gettext("Two reports in the message have the same address, and they differ.")
            desk.problems.error("duplicate", words, item.path)
        effort += len(desk.reached)
        reached |= desk.reached
        more += desk.problems.more
        found = desk.problems.of(item.path.place)
        problems += found
        if report is not None and not desk.problems.refuses:
            taken.append(report)
    if sent:
        left = _left_over(shelf, reached)
        problems += left.of()
        more += left.more
    elif not shelf.taken_back:
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
        shelf.taken_back if taken or not sent or not shelf.whole else (),
        shelf.whole,
    )


def _too_many(most: int, *, whole: bool) -> Problem:
    words = (
        lazy_gettext(
            "A transaction may bring %(limit)s reports. Send more as a batch or message.", limit=most
        )
        if whole
        else lazy_gettext("The message has more than %(limit)s reports, the most that are taken.", limit=most)
    )
    return Problem(FATAL, "too-long", words, "Bundle.entry")


def _labelled(root: dict[str, Any], shelf: Shelf) -> Problems:
    """What the message as a whole, or its header, is labelled with: it holds for all that is in it."""
    found = Problems()
    headers = [(item.raw, item.path) for item in shelf.items if item.kind == "MessageHeader"]
    for raw, path in ((root, Path(None, shown(plain(root, "resourceType")))), *headers):
        refuse_labelled(raw, path, found)
        shelf.restricted = shelf.restricted or is_restricted(raw)
    return found


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
