"""The person's own International Patient Summary, where a program asks for it: `Patient/$summary` of FHIR."""

import json

from flask import make_response
from flask.typing import ResponseReturnValue

from selfcare.sharing import ips
from selfcare.sharing.room import room
from selfcare.web.access import Area, Level, Permit, Role, on_record
from selfcare.web.boxed import BOXED


@room.get("/fhir/Patient/<uuid:person_id>/$summary")
@on_record(Area.SHARING, Level.SEE, recent=True, roles=(Role.SELF,), file_of="leaving.export")
def patient_summary(permit: Permit) -> ResponseReturnValue:
    """All of what a summary could hold, as it is now, for the person to take along. Nothing that is *only me*."""
    answer = make_response(json.dumps(ips.own(permit), ensure_ascii=False))
    answer.headers["Content-Type"] = "application/fhir+json"
    answer.headers.set("Content-Disposition", "attachment", filename="patient-summary.json")
    answer.headers["Content-Security-Policy"] = BOXED
    return answer
