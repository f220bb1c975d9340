"""What is done with questions."""

from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select
from werkzeug.exceptions import NotFound

from selfcare.appointments import models, queries, states
from selfcare.appointments.plain_values import may_write
from selfcare.appointments.question_order import TOP, put
from selfcare.audit import trail
from selfcare.database import now, session
from selfcare.notifications import actions as notifications
from selfcare.people import queries as people
from selfcare.people import tells
from selfcare.web import item_reference, versions
from selfcare.web.access import Area, Level, Permit, Role, shareable, visible
from selfcare.web.item_reference import About


def ask(
    permit: Permit,
    *,
    text: str,
    why: str = "",
    appointment_id: UUID | None = None,
    about: About | None = None,
    only_me: bool = False,
    send_now: bool = False,
) -> queries.Question:
    """Write a question down: first of those for which there is time, since the top three were chosen.

    :param appointment_id: the visit it is for; None: the next one, whichever that is.
    :param about: another room's item, read from its signed reference.
    :param send_now: send it to the key contact at once; else it goes with *I'm ready*. Never with `only_me`.
    """
    permit.require(Area.QUESTIONS, Level.ADD)
    about = item_reference.still(permit, about)
    last = session().scalar(
        select(func.max(models.Question.place)).where(models.Question.person_id == permit.person_id)
    )
    hidden = only_me and permit.is_self
    if appointment_id is not None:
        hidden = _for_hidden_visit(permit, appointment_id) or hidden
    row = models.Question(
        **permit.stamp(),
        appointment_id=appointment_id,
        text=text,
        why=why,
        about_kind=about.kind if about else None,
        about_id=about.id if about else None,
        about_label=about.label if about and about.kind != "question" else None,  # words are not copied
        place=(last or 0) + 1,
        only_me=hidden,
    )
    session().add(row)
    session().flush()
    trail.record(permit, "added", "question", row.id)
    if last and last >= TOP and permit.role is not Role.PROFESSIONAL:
        put(permit, row.id, TOP)
    # A professional who writes a question down has read it: it counts as sent.
    if not hidden and (permit.role is Role.PROFESSIONAL or (send_now and people.lead(permit))):
        _send(permit, row)
    return queries.question(permit, row.id)


def change_question(
    permit: Permit,
    question_id: UUID,
    version: int,
    *,
    text: str,
    why: str,
    appointment_id: UUID | None,
    only_me: bool | None = None,
    unask: bool = False,
    readers_were: str | None = None,
) -> int:
    """Change the words of an open question, its visit, or who sees it.

    :param unask: what was asked now is for the visit again: no reply is waited for.
    :param readers_were: who it was for on the page where that was chosen anew; None where it was not.
    :returns: the question's version now.
    :raises Stale: when somebody changed these since (a reply is no quarrel).
    :raises ReadersChanged: when somebody chose otherwise since.
    :raises NotNow: when it is closed, or has a reply already and would be asked no more.
    """
    row = locked(permit, question_id, states.Move.CHANGE)
    words = {"text": text, "why": why, "appointment_id": appointment_id}
    worded = any(getattr(row, name) != value for name, value in words.items())
    if worded and row.text_version > version:
        versions.unchanged(row, version, row.text_version)
    if readers_were not in (None, states.readers(only_me=row.only_me, asked_at=row.asked_at)):
        raise states.ReadersChanged
    if unask:
        states.check(queries.state_of(row), states.Move.UNASK)
    hidden = row.only_me
    if permit.is_self and (row.entered_as == Role.SELF or row.told_id):
        hidden = hidden if only_me is None else only_me
        hidden = (appointment_id is not None and _for_hidden_visit(permit, appointment_id)) or hidden
    # What was asked or read is kept as it stood.
    keep = versions.turn if row.asked_at or row.read_at else versions.change
    values: dict[str, Any] = {**words, "only_me": hidden}
    back, was_sent = hidden and not row.only_me, row.sent_at is not None
    if back:
        values |= _WITHDRAWN
    elif unask:  # what went along with a summary as well stays with that
        values |= {"asked_at": None} if row.sent_with else _WITHDRAWN
    if keep(permit, row, None, **values):
        row.text_version = row.version if worded else row.text_version
        if worded and permit.is_self:
            row.told_how = None  # from now on in their own words
        _read_as_it_was(row)
        if worded or not (back or unask):
            trail.record(permit, "changed", "question", row.id)
    if back or unask:
        _noted_back(permit, row, was_sent=was_sent)
    session().flush()
    return row.version


def remove_question(permit: Permit, question_id: UUID, version: int | None = None) -> None:
    """Take a question out, and what inboxes say of it.

    :param version: the one that was looked at; None skips the check. :raises Stale: when somebody changed it since.
    :raises TheirWords: with the person's answer, which is not this account's to take out.
    """
    row = locked(permit, question_id)
    if not queries.may_remove_question(permit, row):
        raise states.TheirWords
    versions.unchanged(row, version)
    row.removed_at = now()
    notifications.take_back(permit.person_id, row.id)
    trail.record(permit, "removed", "question", row.id)
    session().flush()


def send_question(permit: Permit, question_id: UUID, version: int | None = None) -> None:
    """*Ask now*: send one question to the key contact. :raises NotNow: when it was asked now before, or is closed.

    :param version: the one that was looked at; None skips the check. :raises Stale: when somebody changed it since.
    """
    row = locked(permit, question_id, states.Move.SEND)
    versions.unchanged(row, version)
    if row.only_me or people.lead(permit) is None:
        raise NotFound
    _send(permit, row)
    session().flush()


def send_questions(permit: Permit, appointment_id: UUID | None, summary_id: UUID | None = None) -> int:
    """*I'm ready*: the shareable open questions of a visit go to the key contact, who is told of the summary instead.

    :param summary_id: the summary they go with: taken back, it takes them back too.
    :returns: how many had not been sent before. Nobody sends what they cannot see.
    """
    permit.require(Area.SHARING, Level.ADD)
    if not permit.may(Area.QUESTIONS):
        return 0
    found = queries.open_questions(permit, appointment_id, only_shareable=True)
    going, asked = [each.id for each in found if each.sent_with is None], models.Question
    moment, contact, fresh = now(), people.lead(permit), 0
    # What was hidden, closed or taken out since it was read does not go.
    for row in session().scalars(
        select(asked)
        .where(shareable(permit, asked), asked.id.in_(going), asked.closed_at.is_(None))
        .order_by(asked.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ):
        row.sent_with = row.sent_with or summary_id
        if row.sent_at is None:
            row.sent_at, row.sent_to = moment, contact.name if contact else None
            _read_as_it_was(row)
            trail.record(permit, "sent", "question", row.id)
            fresh += 1
    session().flush()
    return fresh


def take_back_questions(permit: Permit, summary_id: UUID, elsewhere: dict[UUID, UUID]) -> None:
    """A summary is withdrawn: the questions that it alone sent are taken back with it, but for those replied to.

    :param elsewhere: questions that another summary, which still stands, holds too, with its id. They go on with that.
    """
    permit.require(Area.SHARING, Level.ADD)
    for row in session().scalars(
        select(models.Question)
        .where(models.Question.person_id == permit.person_id, models.Question.sent_with == summary_id)
        .order_by(models.Question.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ):
        row.sent_with = elsewhere.get(row.id)
        if row.sent_with is None and row.replied_at is None and row.asked_at is None:
            _withdraw(permit, row)
            trail.record(permit, "took back", "question", row.id)
    session().flush()


def discuss(permit: Permit, question_id: UUID) -> None:
    """Tick a question off: it was talked about. One that was answered already stays so, and has its tick too.

    :raises NotNow: when it was ticked off before.
    """
    row = locked(permit, question_id)
    if not (row.answered_at and row.discussed_at is None):
        states.check(queries.state_of(row), states.Move.DISCUSS)
    row.discussed_at = now()
    row.closed_at = row.closed_at or row.discussed_at
    notifications.settled(permit.person_id, row.id, notifications.QUESTION)
    trail.record(permit, "discussed", "question", row.id)
    session().flush()


def reopen(permit: Permit, question_id: UUID, version: int | None = None) -> None:
    """Put a question back on the list; an answer stays as an earlier version. :raises NotNow: when it is open.
    `version`, and what it raises, as in `send_question`. :raises TheirWords: as `answer`.
    """
    row = locked(permit, question_id, states.Move.REOPEN)
    versions.unchanged(row, version)
    if row.answer and not may_write(permit, row, "answer"):
        raise states.TheirWords
    if versions.turn(permit, row, None, answer=None):
        row.answer_version = row.version
    row.discussed_at = row.answered_at = row.closed_at = None
    trail.record(permit, "reopened", "question", row.id)
    session().flush()


def answer(permit: Permit, question_id: UUID, version: int, text: str) -> int:
    """The answer, in the person's words. :returns: the question's version now.

    :raises Stale: when somebody changed the answer since.
    :raises TheirWords: somebody else's answer stands, and this account may only add.
    """
    if permit.role is Role.PROFESSIONAL:
        raise NotFound  # the person's words are not the team's to write
    row = locked(permit, question_id, states.Move.ANSWER)
    if row.answer != text and not may_write(permit, row, "answer"):
        raise states.TheirWords
    if row.answer != text and row.answer_version > version:
        versions.unchanged(row, version, row.answer_version)
    if versions.change(permit, row, None, answer=text):
        row.answer_version = row.version
        row.answer_as, row.answer_name = permit.role.value, permit.account_name
        row.answered_at = row.answered_at or now()
        row.closed_at = row.closed_at or row.answered_at
        notifications.settled(permit.person_id, row.id, notifications.QUESTION)
        trail.record(permit, "answered", "question", row.id)
    session().flush()
    return row.version


def _send(permit: Permit, row: models.Question) -> None:
    contact, row.asked_at = people.lead(permit), now()
    row.sent_at = row.sent_at or row.asked_at
    row.sent_to = contact.name if contact else None
    _read_as_it_was(row)  # what was read before is not yet read as something that waits for a reply
    told = [account for account in people.key_contact_accounts(permit) if account != permit.account_id]
    tells.tell(permit, told, notifications.QUESTION, row.id)
    trail.record(permit, "sent", "question", row.id)
    session().flush()


def hide(permit: Permit, row: models.Question) -> None:
    """Make a question *only me*: it no longer exists for anyone else. Shown again one day, it has to be sent again."""
    was_sent = row.sent_at is not None
    keep = versions.turn if row.read_at else versions.change
    if keep(permit, row, None, only_me=True, **_WITHDRAWN):
        _read_as_it_was(row)
        _noted_back(permit, row, was_sent=was_sent)


_WITHDRAWN = dict.fromkeys(("sent_at", "asked_at", "sent_to", "sent_with"))


def _noted_back(permit: Permit, row: models.Question, *, was_sent: bool) -> None:
    """It is *only me* from now on, or asked no more: the team's notice goes. The person's own, of a reply, stays."""
    trail.record(permit, "took back" if was_sent else "hid", "question", row.id)
    notifications.take_back(permit.person_id, row.id, notifications.QUESTION)


def _withdraw(permit: Permit, row: models.Question) -> None:
    for name, value in _WITHDRAWN.items():
        setattr(row, name, value)
    _read_as_it_was(row)
    notifications.take_back(permit.person_id, row.id, notifications.QUESTION)


def _read_as_it_was(row: models.Question) -> None:
    """It stands otherwise now, or with nobody of the team: that somebody has read how it stood stays true."""
    if row.read_at:
        row.known_at, row.known_name = row.read_at, row.read_name
    row.read_at = row.read_name = None


def _for_hidden_visit(permit: Permit, appointment_id: UUID) -> bool:
    """Whether a visit is *only me*: what is written for it then is too. :raises NotFound: a visit not theirs to see."""
    found: bool | None = session().scalar(
        select(models.Appointment.only_me).where(
            visible(permit, models.Appointment), models.Appointment.id == appointment_id
        )
    )
    if found is None:
        raise NotFound
    return found


def written_for(permit: Permit, appointment_id: UUID) -> list[models.Question]:
    return list(
        session().scalars(
            select(models.Question)
            .where(
                visible(permit, models.Question),
                models.Question.appointment_id == appointment_id,
                or_(models.Question.entered_as == Role.SELF, models.Question.told_id.is_not(None)),
            )
            .order_by(models.Question.id)
            .with_for_update()
        )
    )


def seen_locked(permit: Permit, question_id: UUID) -> models.Question:
    row = session().scalar(
        select(models.Question)
        .where(queries.seen(permit), models.Question.id == question_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise NotFound
    return row


def locked(permit: Permit, question_id: UUID, move: states.Move | None = None) -> models.Question:
    """The locked row of a question this account may change. :raises NotNow: where `move` is not possible."""
    permit.require(Area.QUESTIONS, Level.ADD)
    row = seen_locked(permit, question_id)
    if not queries.may_change(permit, row, Area.QUESTIONS):
        versions.refuse(permit, row)
    if move is not None:
        states.check(queries.state_of(row), move)
    return row
