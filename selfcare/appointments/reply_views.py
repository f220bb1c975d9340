"""A professional's reply to a question, and that the person has read it."""

from uuid import UUID

from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from selfcare.appointments import actions, queries
from selfcare.appointments.forms import ReplyForm
from selfcare.appointments.question_refusals import address, changed, not_now
from selfcare.appointments.question_views import ONE, is_unread
from selfcare.appointments.room import room
from selfcare.appointments.states import Move, NotNow, State
from selfcare.notifications.kinds import REPLY
from selfcare.people import tells
from selfcare.web import conflict, pages, versions
from selfcare.web.access import Area, Level, Permit, Role, me, on_record
from selfcare.web.once import once
from selfcare.web.versions import Stale


@room.get(ONE + "reply")
@on_record(Area.QUESTIONS, Level.ADD, roles=(Role.PROFESSIONAL,))
def reply(permit: Permit, question_id: UUID) -> ResponseReturnValue:
    found = queries.question(permit, question_id)
    if not found.can(Move.REPLY):
        return not_now(permit, NotNow(found.state, Move.REPLY), question_id)
    form = ReplyForm(formdata=None, data={"reply": found.reply or "", "version": found.version})
    return _reply_page(permit, form, found)


@room.post(ONE + "reply")
@on_record(Area.QUESTIONS, Level.ADD, roles=(Role.PROFESSIONAL,))
@once
def reply_send(permit: Permit, question_id: UUID) -> ResponseReturnValue:
    keep, data = conflict.settled(("reply",))
    if keep == "theirs":
        return pages.saved(address(permit, question_id, saved=1))
    form = ReplyForm(formdata=data)
    if not form.validate():
        return _reply_page(permit, form, queries.question(permit, question_id), status=422)
    signed_in = me()
    title, version = signed_in.title if signed_in else "", versions.number(form.version.data)
    try:
        actions.reply(permit, question_id, form.reply.text.strip(), title, version)
    except Stale as stale:
        if stale.item.text_version <= version and stale.item.reply:
            return conflict.ask(form, stale, address(permit, question_id), {"reply": stale.item.reply})
        # The words themselves are others: they are read before anything stands under them.
        form.version.data = str(stale.item.version)
        found = queries.question(permit, question_id)
        return _reply_page(permit, form, found, status=409, by=stale.by)
    except NotNow as refused:
        return not_now(permit, refused, question_id, form.reply.text)
    except NotFound:  # taken back meanwhile: the answer is that to any question that was never sent to them
        return not_now(permit, NotNow(State.KEPT, Move.REPLY), None, form.reply.text)
    return pages.saved(address(permit, question_id, saved=1), ("question", question_id))


@room.post(ONE + "seen")
@on_record(Area.QUESTIONS, Level.SEE)
def question_seen(permit: Permit, question_id: UUID) -> ResponseReturnValue:
    try:
        actions.see_reply(permit, question_id, conflict.looked_at())
    except Stale as stale:
        if pages.is_part():
            there = address(permit, question_id)
            return pages.show("appointments/seen.html", block="newer", status=409, by=stale.by, there=there)
        return changed(permit, stale)
    if pages.is_part():
        return pages.show("appointments/seen.html", block="seen")
    return pages.saved(address(permit, question_id, saved=1))


def _reply_page(
    permit: Permit, form: ReplyForm, found: queries.Question, status: int = 200, by: str | None = None
) -> ResponseReturnValue:
    """`by`: who changed the question since it was shown."""
    return pages.show(
        "appointments/reply.html",
        status=status,
        form=form,
        question=found,
        by=by,
        unread=is_unread(permit, found),
        why_not=tells.why_person_is_not(permit, REPLY),
    )
