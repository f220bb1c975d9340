"""What there is of one person beside the day's work: their plan, hospital stays, that who helped has ended it."""

from flask.typing import ResponseReturnValue

from selfcare.admissions import queries as admissions
from selfcare.admissions import words
from selfcare.care_plan import standing
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
        plan=_plan(permit),
    )


def _plan(permit: Permit) -> standing.Standing | None:
    """Where the plan stands; None where there is none yet, and nothing waits."""
    found = standing.standing(permit) if permit.may(Area.PLAN) else None
    return found if found and (found.agreed_at or found.asked or found.waiting) else None
