"""What was told of one person beside the day's work: hospital stays, and that somebody who helped has ended it."""

from flask.typing import ResponseReturnValue

from selfcare.admissions import queries as admissions
from selfcare.admissions import words
from selfcare.caseload.person import MOST
from selfcare.caseload.room import room
from selfcare.people import given_back
from selfcare.web import pages
from selfcare.web.access import Area, Level, Permit, Role, on_record


@room.get("/people/<uuid:person_id>/as-told")
@on_record(Area.CONTACTS, Level.SEE, roles=(Role.PROFESSIONAL,))
def as_told(permit: Permit) -> ResponseReturnValue:
    """A page, and a part of the person's page that comes after the rest of it."""
    return pages.show(
        "caseload/as_told.html",
        block="told",
        stays=admissions.admissions(permit, size=MOST),
        most=MOST,
        gave_back=given_back.lately(permit),
        words=words,
        today=permit.today(),
    )
