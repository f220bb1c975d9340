"""What is done with a question by one button: the buttons, and a page of its own for each."""

from collections.abc import Callable
from uuid import UUID

from flask import abort, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from selfcare.appointments import actions, queries, question_order
from selfcare.appointments.question_refusals import address, changed, not_now, their_answer
from selfcare.appointments.question_views import ONE, list_address, list_values
from selfcare.appointments.room import room
from selfcare.appointments.states import Move, NotNow, TheirWords
from selfcare.people.queries import lead
from selfcare.web import conflict, pages
from selfcare.web.access import Area, Level, Permit, on_record
from selfcare.web.ids import uuid_of
from selfcare.web.once import once
from selfcare.web.versions import Stale


@room.get(ONE + "up")
@on_record(Area.QUESTIONS, Level.ADD)
def question_up_form(permit: Permit, question_id: UUID) -> ResponseReturnValue:
    return _order_page(permit, question_id, gettext("Move it up"))


@room.post(ONE + "up")
@on_record(Area.QUESTIONS, Level.ADD)
def question_up(permit: Permit, question_id: UUID) -> ResponseReturnValue:
    """One up, in the list it stands in. `visit` says on whose page."""
    return _ordered(permit, question_id, question_order.move_up)


@room.get(ONE + "top")
@on_record(Area.QUESTIONS, Level.ADD)
def question_top_form(permit: Permit, question_id: UUID) -> ResponseReturnValue:
    return _order_page(permit, question_id, gettext("To my top three"))


@room.post(ONE + "top")
@on_record(Area.QUESTIONS, Level.ADD)
def question_top(permit: Permit, question_id: UUID) -> ResponseReturnValue:
    """Among the top three, as the last of them. `visit` as above."""
    return _ordered(permit, question_id, question_order.to_top)


@room.get(ONE + "seen")
@on_record(Area.QUESTIONS, Level.SEE)
def question_seen_form(permit: Permit, question_id: UUID) -> ResponseReturnValue:
    return _page(permit, question_id, gettext("I have read it"))


@room.get(ONE + "send")
@on_record(Area.QUESTIONS, Level.ADD)
def question_send_form(permit: Permit, question_id: UUID) -> ResponseReturnValue:
    contact = lead(permit)
    if contact is None:
        abort(404)
    return _page(permit, question_id, gettext("Ask %(name)s now", name=contact.name), Move.SEND)


@room.post(ONE + "send")
@on_record(Area.QUESTIONS, Level.ADD)
def question_send(permit: Permit, question_id: UUID) -> ResponseReturnValue:
    return _moved(permit, question_id, actions.send_question, "sent")


@room.get(ONE + "settled")
@on_record(Area.QUESTIONS, Level.ADD)
def question_settled_form(permit: Permit, question_id: UUID) -> ResponseReturnValue:
    return _page(permit, question_id, gettext("This answers it"), Move.SETTLE)


@room.post(ONE + "settled")
@on_record(Area.QUESTIONS, Level.ADD)
def question_settled(permit: Permit, question_id: UUID) -> ResponseReturnValue:
    return _moved(permit, question_id, actions.settle, "closed")


@room.get(ONE + "discussed")
@on_record(Area.QUESTIONS, Level.ADD)
def question_discussed_form(permit: Permit, question_id: UUID) -> ResponseReturnValue:
    return _page(permit, question_id, gettext("Tick it off: we talked about it"), Move.DISCUSS)


@room.post(ONE + "discussed")
@on_record(Area.QUESTIONS, Level.ADD)
@once
def question_discussed(permit: Permit, question_id: UUID) -> ResponseReturnValue:
    return _moved(permit, question_id, lambda permit, one, _: actions.discuss(permit, one), "closed")


@room.get(ONE + "reopen")
@on_record(Area.QUESTIONS, Level.ADD)
def question_reopen_form(permit: Permit, question_id: UUID) -> ResponseReturnValue:
    return _page(permit, question_id, gettext("Put it back on the list"), Move.REOPEN)


@room.post(ONE + "reopen")
@on_record(Area.QUESTIONS, Level.ADD)
def question_reopen(permit: Permit, question_id: UUID) -> ResponseReturnValue:
    return _moved(permit, question_id, actions.reopen, "open")


def _ordered(
    permit: Permit, question_id: UUID, action: Callable[[Permit, UUID], None]
) -> ResponseReturnValue:
    try:
        action(permit, question_id)
    except NotNow as refused:
        return not_now(permit, refused, question_id)
    visit_id = uuid_of(request.form.get("visit"))
    if pages.is_part():
        values = list_values(permit, visit_id, moved=question_id)
        return pages.show("appointments/open_list.html", block="open", **values)
    return pages.saved(list_address(permit, str(visit_id or ""), moved=question_id))


def _moved(
    permit: Permit, question_id: UUID, action: Callable[[Permit, UUID, int | None], None], done: str
) -> ResponseReturnValue:
    """:param done: what its page says where the button stood."""
    try:
        action(permit, question_id, conflict.looked_at())
    except NotNow as refused:
        return not_now(permit, refused, question_id)
    except Stale as stale:
        return changed(permit, stale)
    except TheirWords:
        return their_answer(permit, question_id)
    return pages.saved(address(permit, question_id, done=done, _anchor="done"), ("question", question_id))


def _order_page(permit: Permit, question_id: UUID, text: str) -> ResponseReturnValue:
    if not (permit.is_self or permit.may(Area.QUESTIONS, Level.MANAGE)):
        abort(404)
    return _page(permit, question_id, text)


def _page(permit: Permit, question_id: UUID, text: str, move: Move | None = None) -> ResponseReturnValue:
    """:param move: what only who may change the question can do, and only in some states of it."""
    found = queries.question(permit, question_id)
    if move and not (found.may_change and found.can(move)):
        abort(404)
    back = url_for(".question", person_id=permit.person_id, question_id=question_id)
    fields, words = {"version": str(found.version)}, [found.text, *filter(None, [found.reply])]
    return pages.one_button(text, back, gettext("Question"), tab="visits", fields=fields, words=words)
