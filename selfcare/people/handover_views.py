"""Who the key contact is, and who it was before."""

from flask.typing import ResponseReturnValue

from selfcare.people import handovers, queries
from selfcare.people.room import room
from selfcare.web import pages
from selfcare.web.access import Area, Level, Permit, on_record


@room.get("/people/<uuid:person_id>/key-contact/")
@on_record(Area.CONTACTS, Level.SEE)
def key_contact(permit: Permit) -> ResponseReturnValue:
    return pages.show(
        "people/key_contact.html", lead=queries.lead(permit), handovers=handovers.earlier(permit)
    )
