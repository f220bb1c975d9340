"""The address laboratories send to. Every answer is FHIR, whatever went wrong. Uploading is in `upload_views`."""

import re
from uuid import UUID, uuid4

from flask import make_response, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString
from werkzeug.exceptions import MethodNotAllowed, NotFound

from selfcare.fhir import answers, capability
from selfcare.fhir import upload_views as upload_views
from selfcare.fhir.body import JSON_TYPES, XML_TYPES
from selfcare.fhir.bundle import taken_back_by
from selfcare.fhir.operation_outcome import outcome_bytes
from selfcare.fhir.problems import ERROR, Path, Problem, Problems
from selfcare.fhir.reader import Reading, read
from selfcare.fhir.room import limits
from selfcare.fhir.room import room as room
from selfcare.fhir.sent_body import sent_body
from selfcare.filing import acknowledging, laboratories
from selfcare.filing.filing_preview import foresee_all
from selfcare.filing.laboratories import Sending
from selfcare.filing.receive import receive_all
from selfcare.filing.received_report import TakenBack
from selfcare.filing.source import Source
from selfcare.web.access import public
from selfcare.web.machine import explained, machine

JSON, XML = "application/fhir+json", "application/fhir+xml"
# Its name for the request, given back with the answer.
_REQUEST_ID = re.compile(r"[A-Za-z0-9._~:/+=@-]{1,128}")
_EVERY = ["GET", "POST", "PUT", "PATCH", "DELETE"]

# status → (code of the value set issue-type, sentence).
_WORDS: dict[int, tuple[str, LazyString]] = {
    400: ("structure", lazy_gettext("The request could not be read.")),
    401: (
        "login",
        lazy_gettext("The token is missing, or opens nothing. Send it as: Authorization: Bearer <token>."),
    ),
    404: ("not-found", lazy_gettext("There is nothing here. Reports are sent to /fhir/ by POST.")),
    405: (
        "not-supported",
        lazy_gettext("Reports are sent to /fhir/ by POST. /fhir/metadata says what else is done here."),
    ),
    413: (
        "too-long",
        lazy_gettext("The message is larger than what is taken. /fhir/metadata says how much."),
    ),
    415: (
        "not-supported",
        lazy_gettext("This is not read here. Send application/fhir+json or application/fhir+xml."),
    ),
    429: (
        "throttled",
        lazy_gettext("There were too many wrong tokens from this network. Wait, then try again."),
    ),
    503: (
        "transient",
        lazy_gettext("It could not be kept, or not all of it. Send it again: nothing is kept twice."),
    ),
}


def explain(status: int) -> ResponseReturnValue:
    """An error as an OperationOutcome."""
    code, words = _WORDS.get(status, ("exception", lazy_gettext("Something went wrong here. Send it again.")))
    return _answer(outcome_bytes([Problem(ERROR, code, words)], xml=_wants_xml()), status)


sender = machine(laboratories.by_token, explain)


@room.post("/fhir")
@room.post("/fhir/")
@room.post("/fhir/DiagnosticReport")
@sender
def take(sending: Sending) -> ResponseReturnValue:
    """A message with reports: each is filed, waits for a human, came before, or is refused; the answer says which."""
    bounds = limits()
    return _taken(sending, read(sent_body(bounds), request.content_type, bounds))


@room.post("/fhir/$validate")
@room.post("/fhir/DiagnosticReport/$validate")
@sender
def validate(sending: Sending) -> ResponseReturnValue:
    """The same, read and held against what is known, and nothing of it kept: a test mode for senders."""
    bounds = limits()
    reading = read(sent_body(bounds), request.content_type, bounds)
    foreseen = [one for one, _, _ in foresee_all(reading.reports, _source(sending))]
    said = answers.validated(foreseen, reading)
    return _answer(outcome_bytes(said, xml=_wants_xml()), 200 if reading.readable else 400)


@room.route("/fhir/DiagnosticReport/<local>", methods=["PUT", "DELETE"])
@sender
def one_report(sending: Sending, local: str) -> ResponseReturnValue:
    """One report by its address: put there (a version of what was there), or taken back."""
    bounds = limits()
    address = f"DiagnosticReport/{local}"
    if request.method == "DELETE":
        return _taken(sending, Reading(taken_back=(TakenBack(address=address, place=address),), whole=True))
    return _taken(sending, read(sent_body(bounds), request.content_type, bounds, put_to=address))


@room.delete("/fhir/DiagnosticReport")
@sender
def one_by_search(sending: Sending) -> ResponseReturnValue:
    """One report taken back by its identifier: ?identifier=<system>|<value>."""
    problems = Problems()
    url = f"DiagnosticReport?identifier={request.args.get('identifier', '')}"
    taken = taken_back_by(url, Path(None, "identifier"), problems)
    if taken is None:
        return _answer(outcome_bytes(problems.of(), xml=_wants_xml()), 400)
    return _taken(sending, Reading(taken_back=(taken,), whole=True))


@room.get("/fhir/OperationOutcome/<uuid:message_id>")
@sender
def became(sending: Sending, message_id: UUID) -> ResponseReturnValue:
    """What has become by now of the reports of a message, for who sent it."""
    found = acknowledging.of_message(_source(sending), message_id)
    if not found:
        raise NotFound
    return _answer(outcome_bytes(answers.became(found), xml=_wants_xml(), id=str(message_id)), 200)


@room.route("/fhir", methods=["GET", "PUT", "PATCH", "DELETE"])
@room.route("/fhir/", methods=["GET", "PUT", "PATCH", "DELETE"])
@room.route("/fhir/DiagnosticReport", methods=["GET", "PUT", "PATCH"])
@room.route("/fhir/DiagnosticReport/<local>", methods=["GET", "POST", "PATCH"])
@sender
def base(sending: Sending, local: str = "") -> ResponseReturnValue:
    raise MethodNotAllowed(valid_methods=["PUT", "DELETE"] if local else ["POST"])


@room.get("/fhir/metadata")
@explained(explain)
@public
def metadata() -> ResponseReturnValue:
    return _answer(capability.statement_bytes(limits(), xml=_wants_xml()), 200)


@room.route("/fhir/<path:rest>", methods=_EVERY)
@sender
def elsewhere(sending: Sending, rest: str) -> ResponseReturnValue:
    raise NotFound


def _source(sending: Sending) -> Source:
    return Source(sending.team_id, sending.name, sender_id=sending.id)


def _taken(sending: Sending, reading: Reading) -> ResponseReturnValue:
    """Do what a message asks for, and say what became of it."""
    message, done = uuid4(), []
    if reading.reports or reading.taken_back:
        done = receive_all(
            reading.reports,
            _source(sending),
            taken_back=reading.taken_back,
            whole=reading.whole,
            message=message,
        )
    said = answers.issues(done, reading)
    kept = any(one.receipt_id for one in done)
    return _answer(
        outcome_bytes(said, xml=_wants_xml(), id=str(message) if kept else ""), answers.status(done, reading)
    )


def _wants_xml() -> bool:
    """As the caller asked; where it takes anything, as it sent."""
    best = request.accept_mimetypes.best_match([JSON, XML, *sorted(JSON_TYPES), *sorted(XML_TYPES)])
    if request.accept_mimetypes and best and not any(one in ("*/*", "application/*") for one in _asked()):
        return best in XML_TYPES
    return request.mimetype in XML_TYPES


def _asked() -> list[str]:
    return [one for one, _quality in request.accept_mimetypes]


def _answer(body: bytes, status: int) -> ResponseReturnValue:
    answer = make_response(body, status)
    asked = request.headers.get("X-Request-Id", "")
    if _REQUEST_ID.fullmatch(asked):
        answer.headers["X-Request-Id"] = asked
    answer.headers["Content-Type"] = f"{XML if _wants_xml() else JSON}; charset=utf-8"
    return answer
