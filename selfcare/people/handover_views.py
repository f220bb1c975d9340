"""Who the key contact is, and who it was before."""

from flask import request, url_for
from flask.typing import ResponseReturnValue

from selfcare.notifications import queries as notifications
from selfcare.people import handovers, queries
from selfcare.people.room import room
from selfcare.web import pages
from selfcare.web.access import Area, Level, Permit, on_record


@room.get("/people/<uuid:person_id>/key-contact/")
@on_record(Area.CONTACTS, Level.SEE)
def key_contact(permit: Permit) -> ResponseReturnValue:
    shown = handovers.earlier(permit)
    news = notifications.new_among(permit.account_id, [row.id for row in shown])
    return pages.show("people/key_contact.html", lead=queries.lead(permit), handovers=shown, news=news)


@room.post("/people/<uuid:person_id>/key-contact/")
@on_record(Area.CONTACTS, Level.SEE)
def key_contact_told(permit: Permit) -> ResponseReturnValue:
    """They have read who it is, and the words with it. The page says so by itself."""
    handovers.read(permit, request.form.get("told", "").split())
    if request.headers.get("HX-Request-Type") == "partial":
        return "", 200
    return pages.saved(url_for(".key_contact", person_id=permit.person_id, saved=1))
