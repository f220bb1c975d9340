"""What is done with visits; and what is done with questions, which `question_actions` holds."""

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select
from werkzeug.exceptions import NotFound

from selfcare.appointments import models, queries, question_actions
from selfcare.appointments.going_on import CODES
from selfcare.appointments.plain_values import may_remove_visit, may_write
from selfcare.appointments.question_actions import answer as answer
from selfcare.appointments.question_actions import ask as ask
from selfcare.appointments.question_actions import change_question as change_question
from selfcare.appointments.question_actions import discuss as discuss
from selfcare.appointments.question_actions import remove_question as remove_question
from selfcare.appointments.question_actions import reopen as reopen
from selfcare.appointments.question_actions import send_question as send_question
from selfcare.appointments.question_actions import send_questions as send_questions
from selfcare.appointments.question_actions import take_back_questions as take_back_questions
from selfcare.appointments.question_replies import read_shared as read_shared
from selfcare.appointments.question_replies import reply as reply
from selfcare.appointments.question_replies import see_reply as see_reply
from selfcare.appointments.question_replies import settle as settle
from selfcare.appointments.states import Begun, TheirWords
from selfcare.audit import trail
from selfcare.database import now, session
from selfcare.notifications import actions as notifications
from selfcare.web import versions
from selfcare.web.access import Area, Level, Permit, Role, visible
from selfcare.web.when import When


class Life(NamedTuple):
    """What else is going on, as it is kept now."""

    picks: list[str]
    words: str
    version: int


def add_visit(
    permit: Permit,
    *,
    when: When,
    how: str,
    with_whom: str,
    place: str = "",
    phone: str = "",
    link: str = "",
    purpose: str = "",
    wanted: str = "",
    only_me: bool = False,
) -> queries.Visit:
    """Write a visit down.

    :param when: past or to come.
    :param how: `place`, `phone` or `video`.
    :param wanted: results wanted before it.
    """
    permit.require(Area.APPOINTMENTS, Level.ADD)
    row = models.Appointment(
        **permit.stamp(),
        wall=when.wall,
        zone=when.zone,
        utc=when.utc,
        how=how,
        with_whom=with_whom,
        place=place,
        phone=phone,
        link=link,
        purpose=purpose,
        wanted=wanted,
        matters="",
        words="",
        details_version=1,
        matters_version=1,
        words_version=1,
    )
    row.only_me = only_me and permit.is_self
    session().add(row)
    session().flush()
    trail.record(permit, "added", "appointment", row.id)
    return queries.visit(permit, row.id)


def change_visit(
    permit: Permit,
    appointment_id: UUID,
    version: int,
    *,
    when: When,
    only_me: bool | None = None,
    **values: str,
) -> None:
    """Change when, how and the rest of a visit.

    :param only_me: set by the person alone, on a visit they entered; its own questions become *only me* with it.
    :raises Stale: when somebody changed these since.
    """
    row = _visit(permit, appointment_id, changes=True)
    hides = permit.is_self and row.entered_as == Role.SELF and only_me is not None
    hidden = bool(only_me) if hides else row.only_me
    was_hidden = row.only_me
    changed: dict[str, Any] = {**values, "wall": when.wall, "zone": when.zone, "utc": when.utc}
    if _change(permit, row, "details_version", version, only_me=hidden, **changed):
        row.details_at = row.changed_at
    if hidden and not was_hidden:
        notifications.take_back(permit.person_id, row.id)
        for question in question_actions.written_for(permit, row.id):
            question_actions.hide(permit, question)
    session().flush()


def remove_visit(permit: Permit, appointment_id: UUID, version: int | None = None) -> None:
    """Take a visit out. Questions written for it stay, for the next visit.

    :param version: the one that was looked at; None skips the check. :raises Stale: when somebody changed it since.
    :raises TheirWords: when the person has written for it, and these are not this account's to take out.
    """
    row = _visit(permit, appointment_id, changes=True)
    if not may_remove_visit(permit, row):
        raise TheirWords
    versions.unchanged(row, version)
    row.removed_at = now()
    notifications.take_back(permit.person_id, row.id)
    trail.record(permit, "removed", "appointment", row.id)
    session().flush()


def set_matters(
    permit: Permit, appointment_id: UUID, version: int | None, text: str, sitting: str | None = None
) -> int:
    """What matters most this time, in one sentence.

    :param sitting: the page it is typed on. While that page was the last to save, it goes on: what it sends before it
        has heard of its own new version is no quarrel.
    :returns: the visit's version now, for the form to go on with.
    :raises Stale: when somebody changed this sentence since.
    :raises TheirWords: somebody else's sentence stands, and this account may only add.
    """
    row = _own_words(permit, appointment_id, "matters", text)
    goes_on = sitting is not None and row.matters_sitting == sitting
    if _change(permit, row, "matters_version", None if goes_on else version, matters=text):
        row.matters_as, row.matters_name = permit.role.value, permit.account_name
        row.matters_sitting = sitting
        session().flush()
    return row.version


def set_words(permit: Permit, appointment_id: UUID, version: int | None, text: str) -> int:
    """How the person has been, in their words. Returns and raises as `set_matters`."""
    row = _own_words(permit, appointment_id, "words", text)
    if _change(permit, row, "words_version", version, words=text):
        row.words_as, row.words_name = permit.role.value, permit.account_name
        session().flush()
    return row.version


def set_life(
    permit: Permit,
    appointment_id: UUID,
    picks: Sequence[str],
    text: str,
    version: int | None = None,
    sitting: str | None = None,
    was: tuple[Sequence[str], str] | None = None,
) -> Life:
    """What else is going on in the person's life. It is theirs alone: no earlier version is kept, and nothing of the
    visit looks changed to others.

    A page that nobody else has saved since says all of it. Of an older one only what was changed on it counts: its
    ticks go in and out beside the ticks of another device, and words that were left alone stay as they are by now.

    :param version: of this part, as the page showed it; None skips the check. `sitting` as in `set_matters`.
    :param was: the ticks and the words that the page held when it was drawn, or sent last.
    :raises Stale: when words were typed on another device too: then only the ticks are kept, beside its words.
    """
    if not permit.sees_only_me or permit.subject.died_on:
        raise NotFound
    row = _own_words(permit, appointment_id)
    goes_on = sitting is not None and row.life_sitting == sitting
    # The page that saved last may not have heard yet that this made a new version.
    alone = version is None or version >= row.life_version - goes_on
    had, words = was or ((), "")
    ticks = set(picks) if alone else (set(row.life) | set(picks) - set(had)) - (set(had) - set(picks))
    quarrel = not alone and text not in (words, row.life_words) and words != row.life_words
    if not alone and (quarrel or text == words):
        text = row.life_words
    kept = sorted(ticks, key=CODES.index)
    if (list(row.life), row.life_words) != (kept, text):
        row.life, row.life_words = kept, text
        if not goes_on:
            row.life_version, row.life_sitting = row.life_version + 1, sitting
        trail.record(permit, "changed", "life", row.id)
    session().flush()
    if quarrel:
        raise versions.Stale(row, permit.account_name)
    return Life(row.life, row.life_words, row.life_version)


def set_agenda(permit: Permit, appointment_id: UUID, version: int | None, text: str, title: str) -> int:
    """What a professional would like to talk about at a visit to come, a line each. Empty takes it out.

    A line that stood there stays under the name of who wrote it.

    :returns: the visit's version now. :raises Begun: the visit has begun. :raises Stale: somebody changed it since.
    """
    if permit.role is not Role.PROFESSIONAL or permit.subject.died_on:
        raise NotFound
    row = _visit(permit, appointment_id)
    if row.utc <= now():
        raise Begun
    keep = versions.turn if row.agenda_read_at else versions.change  # what was read is kept as it stood
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    text = "\n".join(lines)
    if version is not None and row.agenda_version > version and row.agenda != text:
        versions.unchanged(row, version, row.agenda_version)
    by = models.agenda_by(row)
    names = [by.get(line, permit.account_name) for line in lines]
    if keep(permit, row, None, agenda=text):
        trail.record(permit, "changed", "agenda", row.id)
        row.agenda_version = row.version
        row.agenda_at = now() if text else None
        row.agenda_name = "\n".join(names)
        row.agenda_title = title if {*names} <= {permit.account_name} else ""
        row.agenda_read_at = row.agenda_read_name = None
        session().flush()
    return row.version


def read_agenda(permit: Permit, appointment_id: UUID, version: int | None) -> None:
    """The person, or who helps, has it before their eyes: the first of them is kept.

    :param version: of the visit, as their page showed it: what came after it nobody has read.
    """
    if permit.role not in (Role.SELF, Role.CARER):
        raise NotFound
    permit.require(Area.APPOINTMENTS, Level.SEE)
    row = _locked(permit, appointment_id)
    if row.agenda and row.agenda_read_at is None and (version is None or row.agenda_version <= version):
        row.agenda_read_at, row.agenda_read_name = now(), permit.account_name
        trail.record(permit, "read", "agenda", row.id)
        session().flush()


def mark_ready(permit: Permit, appointment_id: UUID) -> None:
    """A summary was shared for this visit."""
    permit.require(Area.SHARING, Level.ADD)
    row = _locked(permit, appointment_id)
    if row.only_me:
        raise NotFound
    row.ready_at = now()
    trail.record(permit, "marked ready", "appointment", row.id)
    session().flush()


def mark_not_ready(permit: Permit, appointment_id: UUID) -> None:
    """The summary shared for this visit was withdrawn, and no other stands."""
    permit.require(Area.SHARING, Level.ADD)
    row = _locked(permit, appointment_id)
    row.ready_at = None
    trail.record(permit, "marked not ready", "appointment", row.id)
    session().flush()


def _locked(permit: Permit, appointment_id: UUID) -> models.Appointment:
    row = session().scalar(
        select(models.Appointment)
        .where(visible(permit, models.Appointment), models.Appointment.id == appointment_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise NotFound
    return row


def _visit(permit: Permit, appointment_id: UUID, *, changes: bool = False) -> models.Appointment:
    """The locked row. `changes` asks for the right to change what others entered."""
    permit.require(Area.APPOINTMENTS, Level.ADD)
    row = _locked(permit, appointment_id)
    if changes and not queries.may_change(permit, row, Area.APPOINTMENTS):
        versions.refuse(permit, row)
    return row


def _own_words(permit: Permit, appointment_id: UUID, part: str = "", text: str = "") -> models.Appointment:
    """The locked row, for the person's own words: a professional writes none of them, and who may only add writes over
    nobody else's.
    """
    if permit.role is Role.PROFESSIONAL:
        raise NotFound
    row = _visit(permit, appointment_id)
    if part and getattr(row, part) != text and not may_write(permit, row, part):
        raise TheirWords
    return row


def _change(permit: Permit, row: models.Appointment, part: str, version: int | None, **values: Any) -> bool:
    """Change one part of a visit; only what changed in that part since `version` is a quarrel."""
    changed = versions.change_part(permit, row, part, version, **values)
    if changed:
        trail.record(permit, "changed", "appointment", row.id)
    return changed
