"""Who the key contact is, and who it was before."""

from uuid import UUID

from flask import request, url_for
from flask.typing import ResponseReturnValue

from selfcare.notifications import queries as notifications
from selfcare.notifications.kinds import HANDED
from selfcare.people import handovers, queries, tells
from selfcare.people.handover_forms import HandoverWordsForm
from selfcare.people.room import room
from selfcare.web import pages
from selfcare.web.access import Area, Level, Permit, Role, on_record

WORDS = "/people/<uuid:person_id>/key-contact/<uuid:handover_id>/words"


@room.get("/people/<uuid:person_id>/key-contact/")
@on_record(Area.CONTACTS, Level.SEE)
def key_contact(permit: Permit) -> ResponseReturnValue:
    shown = handovers.earlier(permit)
    news = notifications.new_among(permit.account_id, [row.id for row in shown])
    return pages.show(
        "people/key_contact.html",
        lead=queries.lead(permit),
        handovers=shown,
        news=news,
        may_correct=handovers.may_correct,
    )


@room.post("/people/<uuid:person_id>/key-contact/")
@on_record(Area.CONTACTS, Level.SEE)
def key_contact_told(permit: Permit) -> ResponseReturnValue:
    """They have read who it is, and the words with it. The page says so by itself."""
    handovers.read(permit, request.form.get("told", "").split())
    if pages.is_part():
        return "", 200
    return pages.saved(url_for(".key_contact", person_id=permit.person_id, saved=1))


@room.get(WORDS)
@on_record(Area.CONTACTS, Level.MANAGE, roles=(Role.PROFESSIONAL,))
def handover_words(permit: Permit, handover_id: UUID) -> ResponseReturnValue:
    """The words that went with a hand-over, for who wrote them."""
    row = handovers.one_of_mine(permit, handover_id)
    return _words_page(permit, HandoverWordsForm(formdata=None, data={"note": row.note}))


@room.post(WORDS)
@on_record(Area.CONTACTS, Level.MANAGE, roles=(Role.PROFESSIONAL,))
def handover_words_send(permit: Permit, handover_id: UUID) -> ResponseReturnValue:
    handovers.one_of_mine(permit, handover_id)
    form = HandoverWordsForm()
    if not form.validate():
        return _words_page(permit, form, status=422)
    handovers.correct(permit, handover_id, form.note.text.strip())
    there = url_for(".key_contact", person_id=permit.person_id, saved=1)
    return pages.saved(there, ("handover", handover_id))


def _words_page(permit: Permit, form: HandoverWordsForm, status: int = 200) -> ResponseReturnValue:
    not_told = tells.why_person_is_not(permit, HANDED)
    return pages.show("people/handover_words.html", status=status, form=form, not_told=not_told)
