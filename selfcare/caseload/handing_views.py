"""Passing a person on to a colleague of the team."""

from typing import Any
from uuid import UUID

from flask import abort, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from selfcare.agreed import queries as agreed
from selfcare.appointments import queries as appointments
from selfcare.appointments import words as visit_words
from selfcare.caseload.forms import HandOverForm
from selfcare.caseload.handing_over import hand_over
from selfcare.caseload.room import room
from selfcare.notifications.kinds import HANDED
from selfcare.people import death, handovers, tells
from selfcare.people import queries as people
from selfcare.people.handovers import Lead, NotNow
from selfcare.requests import queries as requests
from selfcare.web import pages
from selfcare.web.access import Area, Level, Permit, Role, on_record
from selfcare.web.ids import uuid_of
from selfcare.web.once import once

PLACE = "/people/<uuid:person_id>/hand-over"


@room.get(PLACE, endpoint="hand_over")
@on_record(Area.CONTACTS, Level.MANAGE, roles=(Role.PROFESSIONAL,))
def form(permit: Permit) -> ResponseReturnValue:
    held = handovers.standing(permit)
    return _page(permit, held, HandOverForm(formdata=None, data={"of": str(held.account_id or "")}))


@room.post(PLACE, endpoint="hand_over_send")
@on_record(Area.CONTACTS, Level.MANAGE, roles=(Role.PROFESSIONAL,), changes_access=True)
@once
def send(permit: Permit) -> ResponseReturnValue:
    if death.has_died(permit.person_id):
        abort(404)
    held = handovers.standing(permit)
    sent = HandOverForm()
    sent.offer(held.colleagues)
    valid = sent.validate()
    if uuid_of(sent.of.data) != held.account_id:  # also where who was chosen is the one who has it by now
        return _quicker(permit, held, sent)
    if not valid:
        return _page(permit, held, sent, status=422)
    try:
        row = hand_over(permit, of=held.account_id, to=UUID(sent.to.data), note=sent.note.text.strip())
    except NotNow:
        return _quicker(permit, handovers.standing(permit), sent)
    return pages.saved(
        url_for("people.key_contact", person_id=permit.person_id, saved=1), ("handover", row.id)
    )


def _quicker(permit: Permit, held: Lead, sent: HandOverForm) -> ResponseReturnValue:
    sent.of.data = str(held.account_id or "")
    sent.to.errors = [
        gettext(
            "%(name)s is the key contact now: somebody was quicker. "
            "Look again, and press once more if it is still right.",
            name=held.name,
        )
    ]
    return _page(permit, held, sent, status=409)


def _page(permit: Permit, held: Lead, form: HandOverForm, status: int = 200) -> ResponseReturnValue:
    form.offer(held.colleagues)
    going: dict[str, Any] = {"lines": [], "asked": None, "questions": []}
    contact = people.lead(permit)
    if not permit.subject.died_on:
        waiting = appointments.asked_now(permit) if permit.may(Area.QUESTIONS) else []
        going["questions"] = [(one, visit_words.waits(permit, one, contact)) for one in waiting]
    if held.account_id and not permit.subject.died_on:
        going["lines"] = [line for line in agreed.open_lines(permit) if line.owner_id == held.account_id]
        asked = requests.open_one(permit)
        going["asked"] = asked if asked and asked.goes_with(held.account_id) else None
    return pages.show(
        "caseload/hand_over.html",
        status=status,
        form=form,
        held=held,
        not_told=tells.why_person_is_not(permit, HANDED),
        **going,
    )
