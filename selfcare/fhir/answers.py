"""What a sender is told: one issue for each report, then what was wrong with the message.

A sender is told what is wrong with its own message, never what our records say: not whose a number is, and not which
birth date would have been right.
"""

from collections.abc import Sequence

from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString

from selfcare.fhir.problems import ERROR, INFORMATION, Problem
from selfcare.fhir.reader import Reading
from selfcare.filing import match
from selfcare.filing.acknowledging import Became
from selfcare.filing.decision import (
    FILED,
    NOT_ONE,
    NOT_THERE,
    REFUSED,
    REJECTED,
    REPEATED,
    RETURNED,
    SENT_BACK,
    STATE_FILED,
    WAITING,
    WAITS,
    WITHDRAWN,
)
from selfcare.filing.identity import BENEATH, OFF, VERSION, WITHDRAWAL, WITHDRAWN_IN_PART
from selfcare.filing.receive import Receiving

OF_THE_MESSAGE: dict[str, LazyString] = {
    match.NO_NUMBER: lazy_gettext("The patient has no NHS number."),
    match.NOT_VALID: lazy_gettext(
        "The patient’s NHS number is not a valid one: its check digit does not fit."
    ),
    match.SEVERAL_NUMBERS: lazy_gettext("The patient has several NHS numbers."),
    match.REPLACED: lazy_gettext("The patient’s NHS number, or the patient, has been replaced by another."),
    match.NO_BIRTH_DATE: lazy_gettext("The patient has no birth date."),
    match.PART_OF_BIRTH_DATE: lazy_gettext("The patient’s birth date is not a whole one."),
    match.NO_NAME: lazy_gettext("The patient has no family name."),
    match.MIXED: lazy_gettext("A part of the report is about another patient."),
}


_FILED = {
    VERSION: lazy_gettext("Filed. It stands in place of the version that was sent before."),
    WITHDRAWAL: lazy_gettext("Filed. It has taken back what was sent before."),
    BENEATH: lazy_gettext("Filed beneath a version that is newer. That one stands."),
    OFF: lazy_gettext("Filed. It had been taken back before it came, so it does not stand."),
    WITHDRAWN_IN_PART: lazy_gettext(
        "Filed. It has taken back what was issued before it. A version that was issued later still stands:"
        " to take that back too, send it with the status entered-in-error."
    ),
}


def status(done: Sequence[Receiving], reading: Reading) -> int:
    """The HTTP status: 200 when anything was taken, or had been; 422 when nothing was; 400 for what is no message."""
    if not reading.readable:
        return 400
    return 200 if any(one.outcome != REFUSED for one in done) else 422


def issues(done: Sequence[Receiving], reading: Reading) -> list[Problem]:
    """An issue for each report that could be read, its place with it, then the reader's own."""
    return (
        [_issue(one) for one in done]
        + [_why(one, code) for one in done for code in _said(one)]
        + list(reading.problems)
    )


def validated(foreseen: Sequence[Receiving], reading: Reading) -> list[Problem]:
    """What would become of each report: nothing was kept."""
    words = {
        FILED: lazy_gettext("It would be filed. Nothing was kept."),
        WAITS: lazy_gettext("It would wait for somebody of the team. Nothing was kept."),
        REPEATED: lazy_gettext("It came before. Nothing would be added."),
        REFUSED: lazy_gettext("It would be refused. Nothing was kept."),
    }
    return (
        [
            Problem(INFORMATION, "informational", words[one.outcome], one.report.place, one.report.place)
            for one in foreseen
        ]
        + [_why(one, code) for one in foreseen for code in _said(one)]
        + list(reading.problems)
    )


def became(found: Sequence[Became]) -> list[Problem]:
    """What has become of each report by now."""
    return [
        Problem(
            INFORMATION,
            "informational",
            lazy_gettext("The team sent this back: %(words)s", words=one.words)
            if one.state == RETURNED
            else _BECAME[one.state],
            receipt=str(one.receipt_id),
        )
        for one in found
    ]


_BECAME = {
    "": lazy_gettext("Filed."),
    STATE_FILED: lazy_gettext("Filed, after somebody of the team had looked at it."),
    WAITING: lazy_gettext("It still waits for somebody of the team to look at it."),
    REJECTED: lazy_gettext("The team did not file it."),
    WITHDRAWN: lazy_gettext("You took it back before it was filed."),
}


def _issue(one: Receiving) -> Problem:
    """What became of one report."""
    severity, code, words = _words(one)
    return Problem(severity, code, words, one.report.place, one.report.place, str(one.receipt_id or ""))


def _words(one: Receiving) -> tuple[str, str, LazyString]:
    if one.outcome == FILED:
        return INFORMATION, "informational", _FILED.get(one.identity, _BECAME[""])
    if one.outcome == WAITS and set(one.reasons) <= match.OF_THE_SERIES:
        words = lazy_gettext(
            "Taken. It waits for somebody of the team to check which report it stands in place of."
        )
        return INFORMATION, "informational", words
    if one.outcome == WAITS:
        words = lazy_gettext("Taken. It waits for somebody of the team to check whose it is.")
        return INFORMATION, "informational", words
    if one.outcome == REPEATED and one.incoming_id:
        words = lazy_gettext("It came before, and still waits for somebody of the team to look at it.")
        return INFORMATION, "duplicate", words
    if one.outcome == REPEATED:
        return INFORMATION, "duplicate", lazy_gettext("It came before. Nothing was added.")
    if one.why == SENT_BACK:
        return ERROR, "business-rule", lazy_gettext("The team sent this back: %(words)s", words=one.words)
    if one.why == NOT_THERE:
        return (
            ERROR,
            "not-found",
            lazy_gettext("No report of yours has this name here. Nothing was taken back."),
        )
    if one.why == NOT_ONE:
        words = lazy_gettext(
            "Several reports of yours have this name. Send the one again that is wrong, with the status"
            " entered-in-error."
        )
        return ERROR, "multiple-matches", words
    return ERROR, "processing", lazy_gettext("This could not be kept. Nothing of it was filed.")


def _said(one: Receiving) -> list[str]:
    return [code for code in one.reasons if code in OF_THE_MESSAGE] if one.outcome == WAITS else []


def _why(one: Receiving, code: str) -> Problem:
    return Problem(INFORMATION, "informational", OF_THE_MESSAGE[code], one.report.place, one.report.place)
