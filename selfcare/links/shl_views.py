"""What software asks of a link, by the specification of SMART Health Links: hl7.fhir.uv.smart-health-cards-and-links
1.0.0 (STU 1), "SMART Health Link Manifest Request" and "Direct File Request". Open to pages of any origin (CORS).
"""

from datetime import UTC, datetime

from flask import jsonify, make_response, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.exceptions import BadRequest, MethodNotAllowed
from werkzeug.wrappers import Response

from selfcare.links import opening, queries
from selfcare.links.room import room
from selfcare.web import origin, throttle
from selfcare.web.machine import anybodys

BODY = 8_000  # bytes of a request for a manifest
LONGEST = 200  # letters of who somebody says they are
# Letters of Urdu and of other scripts are joined or parted by these, and nothing else is done by them.
JOINERS = {0x200C: None, 0x200D: None}
FHIR_VERSION = "4.0.1"
DOORS = frozenset({"links.manifest", "links.direct", "links.sealed_file"})


def explain(status: int) -> ResponseReturnValue:
    """An error as JSON, in words that tell no more than the status."""
    words = {
        404: gettext("This link is not active."),
        413: gettext("This is too long."),
        429: gettext("Please wait before you ask again."),
    }.get(status, gettext("This could not be read."))
    return jsonify(error=words), status


@room.after_request
def to_any_origin(answer: Response) -> Response:
    if request.endpoint in DOORS:
        answer.headers["Access-Control-Allow-Origin"] = "*"
        answer.headers["Access-Control-Expose-Headers"] = "Retry-After"
        answer.headers["Referrer-Policy"] = "no-referrer"
        if request.method == "OPTIONS":
            answer.headers["Access-Control-Allow-Methods"] = "GET, POST"
            answer.headers["Access-Control-Allow-Headers"] = "content-type"
            answer.headers["Access-Control-Max-Age"] = "600"
    return answer


@room.post("/shl/<address>")
@anybodys(explain, BODY)
def manifest(address: str) -> ResponseReturnValue:
    """The manifest of a link that has no flag U."""
    said = request.get_json(force=True)
    if not isinstance(said, dict):
        raise BadRequest
    recipient, passcode, longest = (said.get(name) for name in ("recipient", "passcode", "embeddedLengthMax"))
    if passcode is not None and not isinstance(passcode, str):
        raise BadRequest
    if longest is not None and (type(longest) is not int or longest < 0):
        raise BadRequest
    who = _recipient(recipient)
    _spend(address)
    try:
        found = opening.by_manifest(address, who, passcode, longest)
    except opening.WrongPasscode as wrong:
        return jsonify(remainingAttempts=wrong.left), 401
    throttle.give_back("link", throttle.network())
    return jsonify(_manifest(found))


@room.get("/shl/<address>")
@anybodys(explain, 0)
def direct(address: str) -> ResponseReturnValue:
    """The file of a link that has the flag U."""
    if request.method == "HEAD":
        raise MethodNotAllowed(["GET", "POST"])  # whoever only asks whether it is there does not open it
    who = _recipient(request.args.get("recipient"))
    _spend(address)
    found = opening.directly(address, who)
    throttle.give_back("link", throttle.network())
    return _jose(found.file or "")


@room.get("/shl/file/<secret>")
@anybodys(explain, 0)
def sealed_file(secret: str) -> ResponseReturnValue:
    """A file that a manifest told the address of: once, and for half an hour."""
    if request.method == "HEAD":
        raise MethodNotAllowed(["GET"])
    return _jose(opening.file(secret))


def _manifest(found: opening.Opened) -> dict[str, object]:
    changed = _iso(found.changed)
    file: dict[str, str] = {
        "contentType": "application/fhir+json",
        "lastUpdated": changed,
        "status": "finalized",  # it is as it was when the link was made
        "fhirVersion": FHIR_VERSION,
    }
    if found.file is not None:
        file["embedded"] = found.file
    else:
        file["location"] = origin.link("links.sealed_file", secret=found.token)
    about = {"resourceType": "List", "status": "current", "mode": "snapshot", "date": changed}
    if found.label:
        about["title"] = found.label
    return {"status": "finalized", "files": [file], "list": about}


def _recipient(said: object) -> str:
    """Who somebody says they are, as one line. :raises BadRequest: nothing, or no such words."""
    words = " ".join(said.split()) if isinstance(said, str) else ""
    plain = words.translate(JOINERS).strip()
    if not plain or len(words) > LONGEST or not plain.isprintable():
        raise BadRequest
    return words


def _spend(address: str) -> None:
    throttle.spend("link", throttle.network(), limit=100, minutes=10)
    throttle.spend("link-opened", queries.digest(address), limit=60, minutes=10)


def _jose(text: str) -> Response:
    answer = make_response(text)
    answer.headers["Content-Type"] = "application/jose"
    return answer


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
