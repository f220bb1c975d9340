"""The address laboratories send to. Every answer is FHIR, whatever went wrong. Uploading is in `upload_views`."""

from flask import make_response, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString
from werkzeug.exceptions import MethodNotAllowed, NotFound, UnsupportedMediaType

from selfcare.fhir import answers, capability
from selfcare.fhir import upload_views as upload_views
from selfcare.fhir.body import JSON_TYPES, XML_TYPES
from selfcare.fhir.operation_outcome import outcome_bytes
from selfcare.fhir.problems import ERROR, Problem
from selfcare.fhir.reader import read
from selfcare.fhir.room import limits
from selfcare.fhir.room import room as room
from selfcare.filing import senders
from selfcare.filing.receive import Source, receive_all
from selfcare.filing.senders import Sending
from selfcare.web.access import public
from selfcare.web.machine import machine

JSON, XML = "application/fhir+json", "application/fhir+xml"
_EVERY = ["GET", "POST", "PUT", "PATCH", "DELETE"]

# status → (code of the value set issue-type, sentence).
_WORDS: dict[int, tuple[str, LazyString]] = {
    400: ("structure", lazy_gettext("The request could not be read.")),
    401: (
        "login",
        lazy_gettext("The token is missing, or opens nothing. Send it as: Authorization: Bearer <token>."),
    ),
    404: ("not-found", lazy_gettext("There is nothing here. Reports are sent to /fhir/ by POST.")),
    405: ("not-supported", lazy_gettext("Reports are sent to /fhir/ by POST. Nothing else is done here.")),
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
    503: ("transient", lazy_gettext("It could not be kept. Nothing was filed. Send it again.")),
}


def explain(status: int) -> ResponseReturnValue:
    """An error as an OperationOutcome."""
    code, words = _WORDS.get(status, ("exception", lazy_gettext("Something went wrong here. Send it again.")))
    return _answer(outcome_bytes([Problem(ERROR, code, words)], xml=_wants_xml()), status)


sender = machine(senders.by_token, explain)


@room.post("/fhir/")
@sender
def take(sending: Sending) -> ResponseReturnValue:
    """A message with reports: each is filed, waits for a human, came before, or is refused; the answer says which."""
    if request.mimetype not in JSON_TYPES | XML_TYPES:
        raise UnsupportedMediaType
    bounds = limits()
    request.max_content_length = bounds.body
    reading = read(request.get_data(cache=False), request.content_type, bounds)
    done = []
    if reading.reports:
        done = receive_all(reading.reports, Source(sending.team_id, sending.name, sender_id=sending.id))
    said = answers.issues(done, reading)
    return _answer(outcome_bytes(said, xml=_wants_xml()), answers.status(done, reading))


@room.route("/fhir/", methods=["GET", "PUT", "PATCH", "DELETE"])
@sender
def base(sending: Sending) -> ResponseReturnValue:
    raise MethodNotAllowed(valid_methods=["POST"])


@room.get("/fhir/metadata")
@public
def metadata() -> ResponseReturnValue:
    return _answer(capability.statement_bytes(limits(), xml=_wants_xml()), 200)


@room.route("/fhir/<path:rest>", methods=_EVERY)
@sender
def elsewhere(sending: Sending, rest: str) -> ResponseReturnValue:
    raise NotFound


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
    answer.headers["Content-Type"] = f"{XML if _wants_xml() else JSON}; charset=utf-8"
    return answer
