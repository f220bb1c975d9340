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
from selfcare.filing.receive import FILED, REFUSED, REPEATED, SENT_BACK, WAITS, Receiving

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


def _issue(one: Receiving) -> Problem:
    place = one.report.place
    if one.outcome == FILED:
        return Problem(INFORMATION, "informational", lazy_gettext("Filed."), place, place)
    if one.outcome == WAITS:
        words = lazy_gettext("Taken. It waits for somebody of the team to check whose it is.")
        return Problem(INFORMATION, "informational", words, place, place)
    if one.outcome == REPEATED and one.incoming_id:
        words = lazy_gettext("It came before, and still waits for somebody of the team to check whose it is.")
        return Problem(INFORMATION, "duplicate", words, place, place)
    if one.outcome == REPEATED:
        return Problem(
            INFORMATION, "duplicate", lazy_gettext("It came before. Nothing was added."), place, place
        )
    if one.why == SENT_BACK:
        words = lazy_gettext("The team sent this back: %(words)s", words=one.words)
        return Problem(ERROR, "business-rule", words, place, place)
    words = lazy_gettext("This could not be kept. Nothing of it was filed.")
    return Problem(ERROR, "processing", words, place, place)


def _said(one: Receiving) -> list[str]:
    return [code for code in one.reasons if code in OF_THE_MESSAGE] if one.outcome == WAITS else []


def _why(one: Receiving, code: str) -> Problem:
    return Problem(INFORMATION, "informational", OF_THE_MESSAGE[code], one.report.place, one.report.place)
