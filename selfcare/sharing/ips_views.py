"""The person's own International Patient Summary, where a program asks for it: `Patient/$summary` of FHIR."""

import json

from flask import make_response
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString

from selfcare.fhir.operation_outcome import outcome_bytes
from selfcare.fhir.problems import ERROR, Problem
from selfcare.sharing import ips
from selfcare.sharing.room import room
from selfcare.web.access import Area, Level, Permit, Role, on_record
from selfcare.web.boxed import BOXED
from selfcare.web.machine import explained

# status → (code of the value set issue-type, sentence).
_WORDS: dict[int, tuple[str, LazyString]] = {
    401: ("login", lazy_gettext("Sign in first, in a browser. Then ask for it again.")),
    403: ("forbidden", lazy_gettext("This was not asked by a page of this app, so it was not answered.")),
    404: ("not-found", lazy_gettext("There is nothing here that you can read.")),
    429: ("throttled", lazy_gettext("This was asked for very often just now. Wait, then try again.")),
    503: ("transient", lazy_gettext("It could not be read just now. Wait, then try again.")),
}


def explain(status: int) -> ResponseReturnValue:
    """What went wrong, as an OperationOutcome."""
    code, words = _WORDS.get(
        status, ("exception", lazy_gettext("It could not be read. Nothing was changed."))
    )
    answer = make_response(outcome_bytes([Problem(ERROR, code, words)]), status)
    answer.headers["Content-Type"] = "application/fhir+json"
    return answer


@room.get("/fhir/Patient/<uuid:person_id>/$summary")
@explained(explain)
@on_record(Area.SHARING, Level.SEE, recent=True, roles=(Role.SELF,), file_of="leaving.export")
def patient_summary(permit: Permit) -> ResponseReturnValue:
    """All of what a summary could hold, as it is now, for the person to take along. Nothing that is *only me*."""
    answer = make_response(json.dumps(ips.own(permit), ensure_ascii=False))
    answer.headers["Content-Type"] = "application/fhir+json"
    answer.headers.set("Content-Disposition", "attachment", filename="patient-summary.json")
    answer.headers["Content-Security-Policy"] = BOXED
    return answer
