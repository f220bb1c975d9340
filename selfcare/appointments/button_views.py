"""The one-button forms of a question, each on a page of its own."""

from uuid import UUID

from flask import abort, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from selfcare.appointments import queries
from selfcare.appointments.room import room
from selfcare.appointments.states import Move
from selfcare.people.queries import lead
from selfcare.web import pages
from selfcare.web.access import Area, Level, Permit, on_record

ONE = "/people/<uuid:person_id>/questions/<uuid:question_id>/"


@room.get(ONE + "up")
@on_record(Area.QUESTIONS, Level.ADD)
def question_up_form(permit: Permit, question_id: UUID) -> ResponseReturnValue:
    if not (permit.is_self or permit.may(Area.QUESTIONS, Level.MANAGE)):
        abort(404)
    return _page(permit, question_id, gettext("Move it up"))


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


@room.get(ONE + "discussed")
@on_record(Area.QUESTIONS, Level.ADD)
def question_discussed_form(permit: Permit, question_id: UUID) -> ResponseReturnValue:
    return _page(permit, question_id, gettext("Tick it off: we talked about it"), Move.DISCUSS)


@room.get(ONE + "reopen")
@on_record(Area.QUESTIONS, Level.ADD)
def question_reopen_form(permit: Permit, question_id: UUID) -> ResponseReturnValue:
    return _page(permit, question_id, gettext("Put it back on the list"), Move.REOPEN)


def _page(permit: Permit, question_id: UUID, text: str, move: Move | None = None) -> ResponseReturnValue:
    """:param move: what only who may change the question can do, and only in some states of it."""
    found = queries.question(permit, question_id)
    if move and not (found.may_change and found.can(move)):
        abort(404)
    back = url_for(".question", person_id=permit.person_id, question_id=question_id)
    return pages.one_button(text, back, gettext("Question"), tab="visits")
