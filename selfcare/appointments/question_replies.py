"""Replies to questions: given, read, and taken as the answer."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import select
from werkzeug.exceptions import NotFound

from selfcare.appointments import models, queries, states
from selfcare.appointments.question_actions import locked, seen_locked
from selfcare.audit import trail
from selfcare.database import now, session
from selfcare.notifications import actions as notifications
from selfcare.people import queries as people
from selfcare.people import tells
from selfcare.web import versions
from selfcare.web.access import Area, Level, Permit, Role


def reply(permit: Permit, question_id: UUID, text: str, title: str = "", version: int | None = None) -> None:
    """A professional's signed reply; the person is told. A second one replaces the first, which is kept.

    :param title: the professional's title, as it stands under the reply; the lead key contact's is known.
    :param version: the one that was replied to; None skips the check.
    :raises NotNow: when the question is closed. :raises Stale: when it, or the reply to it, was changed since.
    """
    permit.require(Area.QUESTIONS, Level.ADD)
    if permit.role is not Role.PROFESSIONAL:
        raise NotFound
    row = seen_locked(permit, question_id)
    states.check(queries.state_of(row), states.Move.REPLY)
    versions.unchanged(row, version)
    lead = people.lead(permit)
    if not title and lead and lead.account_id == permit.account_id:
        title = lead.title
    values = {"reply": text, "reply_name": permit.account_name, "reply_title": title}
    if versions.turn(permit, row, None, **values):
        row.reply_to, row.reply_by, row.replied_at = row.text, permit.account_id, now()
        row.reply_seen_at = None
        trail.record(permit, "replied", "question", row.id)
        tells.tell(permit, people.accounts_of(permit), notifications.REPLY, row.id)
    _read(permit, row)
    notifications.settled(permit.person_id, row.id, notifications.QUESTION)
    session().flush()


def see_reply(permit: Permit, question_id: UUID, version: int | None = None) -> None:
    """Somebody has opened the question, as it was in `version`: their notices of it are seen, and for the person the
    reply no longer new. Of what was sent to the team it is kept who of them read it first.

    :raises Stale: nobody has seen what came after the page.
    """
    permit.require(Area.QUESTIONS, Level.SEE)
    row = seen_locked(permit, question_id)
    versions.unchanged(row, version)
    if permit.is_self and row.replied_at and row.reply_seen_at is None:
        row.reply_seen_at = now()
    if permit.role is Role.PROFESSIONAL:
        _read(permit, row)
    notifications.seen(permit, row.id)
    session().flush()


def read_shared(permit: Permit, words: Mapping[UUID, tuple[str, str]]) -> None:
    """A professional has read a summary, and these questions with it, as far as they are worded so still.

    :param words: each with why it is asked.
    """
    if permit.role is not Role.PROFESSIONAL or not permit.may(Area.QUESTIONS) or not words:
        return
    asked = models.Question
    found = session().scalars(
        select(asked)
        .where(queries.seen(permit), asked.id.in_(words), asked.sent_at.is_not(None), asked.read_at.is_(None))
        .order_by(asked.id)
        .with_for_update()
    )
    for row in found:
        if (row.text, row.why) == words[row.id]:
            _read(permit, row)


def _read(permit: Permit, row: models.Question) -> None:
    if row.sent_at and row.read_at is None:
        row.read_at, row.read_name = now(), permit.account_name
        trail.record(permit, "read", "question", row.id)


def pass_on(permit: Permit, to: UUID) -> None:
    """The lead is another's: what waits for a reply is new to them, and to nobody who had it before."""
    if not permit.may(Area.QUESTIONS):
        return
    for asked in queries.asked_now(permit):
        notifications.take_back(permit.person_id, asked.id, notifications.QUESTION)
        tells.tell(permit, {to} - {permit.account_id}, notifications.QUESTION, asked.id)


def settle(permit: Permit, question_id: UUID, version: int | None = None) -> None:
    """The reply answers it: closed, with the reply as it stands. :raises NotNow: without a reply, or when it is closed.
    `version` as in `send_question`: another reply than was read answers nothing.
    """
    row = locked(permit, question_id, states.Move.SETTLE)
    versions.unchanged(row, version)
    row.answered_at = row.closed_at = now()
    row.reply_seen_at = row.reply_seen_at or (row.answered_at if permit.is_self else None)
    notifications.seen(permit, row.id)
    notifications.settled(permit.person_id, row.id, notifications.QUESTION)
    trail.record(permit, "answered", "question", row.id)
    session().flush()
