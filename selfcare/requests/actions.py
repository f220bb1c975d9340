"""What is done with a request to get in touch: ask, add, take back; read, plan, finish."""

from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update
from werkzeug.exceptions import NotFound

from selfcare.audit import trail
from selfcare.contacts import actions as contacts
from selfcare.contacts.models import Contact
from selfcare.contacts.words import HOW, TALKED
from selfcare.database import now, session
from selfcare.notifications import actions as notifications
from selfcare.people import death, teams, tells
from selfcare.people import queries as people
from selfcare.requests import queries, states
from selfcare.requests.models import ContactRequest, RequestLine
from selfcare.requests.states import Move
from selfcare.requests.words import TIMES
from selfcare.web import versions
from selfcare.web.access import Area, Level, Permit, Role, visible


class AlreadyAsked(Exception):
    """One request is open. There is one at a time."""


class NobodyToAsk(Exception):
    """There is no key contact now."""


def ask(
    permit: Permit,
    *,
    about: str,
    how: str,
    number: str = "",
    good_time: str = "",
    own_time: str = "",
    asked_me: bool = False,
) -> ContactRequest:
    """Ask the key contact to get in touch. They are told, and the promise of their team is kept with it.

    :param number: to call; empty: the person's own, as it is known now.
    :param asked_me: a carer says that the person asked them to.
    :raises AlreadyAsked: one is open. :raises NobodyToAsk: there is no key contact.
    :raises NotFound: who may not ask; and of somebody who has died nobody is told anything.
    """
    _require(permit, states.ASKING, Level.ADD)
    if how not in HOW or good_time not in ("", *TIMES):
        raise ValueError(how, good_time)
    # Under this lock two who ask at once come one after the other.
    if death.has_died(permit.person_id):
        raise NotFound
    if queries.open_one(permit):
        raise AlreadyAsked
    contact = people.lead(permit)
    if contact is None:
        raise NobodyToAsk
    stamp = permit.stamp()
    row = ContactRequest(
        **stamp,
        about=about,
        how=how,
        number=(number or permit.subject.phone) if how == "phone" else "",
        good_time=good_time,
        own_time=own_time if good_time == "own" else "",
        asked_me=asked_me and permit.role is Role.CARER,
        answer_by=teams.answer_by(contact, stamp["entered_at"]),
    )
    session().add(row)
    session().flush()
    trail.record(permit, "added", "contact_request", row.id)
    tells.tell(permit, [contact.account_id], notifications.REQUEST, row.id)
    return row


def add(permit: Permit, request_id: UUID, text: str, line_id: UUID | None = None) -> RequestLine:
    """Add something to an open request, unread. :raises NotNow: it is over.

    :param line_id: of what its form makes. A line of that id gets these words, as long as nobody has read others there.
    """
    row = _moved(permit, request_id, Move.ADD, Level.ADD)
    known = session().get(RequestLine, (permit.person_id, line_id)) if line_id else None
    if known is not None and known.read_at is None and known.removed_at is None:
        known.text = text
        session().flush()
        trail.record(permit, "changed", "request_line", known.id)
        return known
    line = RequestLine(**permit.stamp(), request_id=row.id, text=text)
    if line_id and known is None:
        line.id = line_id
    session().add(line)
    session().flush()
    trail.record(permit, "added", "request_line", line.id)
    tells.tell(permit, people.key_contact_accounts(permit), notifications.REQUEST, row.id)
    return line


def cancel(permit: Permit, request_id: UUID) -> None:
    """*Not needed now*: what was told of it is taken back. :raises NotNow: it is over. :raises NotFound: not theirs."""
    row = _moved(permit, request_id, Move.CANCEL, Level.ADD)
    if not queries.may_cancel(permit, row):
        raise NotFound
    row.cancelled_at, row.cancelled_name = now(), permit.account_name
    trail.record(permit, "took back", "contact_request", row.id)
    notifications.take_back(permit.person_id, row.id)
    session().flush()


def read(permit: Permit, request_id: UUID, shown: datetime | None = None) -> None:
    """A professional has it before their eyes. Twice is once.

    :param shown: the moment of the newest line that their page showed; None: it showed none, only what was asked.
    :raises NotNow: it is over.
    """
    _read(permit, _moved(permit, request_id, Move.READ), shown)


def opened(permit: Permit, request_id: UUID, version: int) -> None:
    """Who asked has before their eyes when somebody gets in touch, also of a request that is over. Twice is once.

    :param version: the one their page showed: a day that was said since is new to them still.
    :raises NotFound: not theirs to see.
    """
    if permit.role not in states.ASKING:
        raise NotFound
    if queries.one(permit, request_id).version == version:
        notifications.seen(permit, request_id)


def plan(
    permit: Permit,
    request_id: UUID,
    version: int | None,
    *,
    on: date,
    how: str,
    from_: time | None = None,
    until: time | None = None,
    shown: datetime | None = None,
) -> None:
    """Say when and how somebody gets in touch. Who asked is told.

    :param version: the one the form was filled from; None skips the check.
    :param shown: what of the request the form's page showed, as in `read`.
    :raises NotNow: it is over. :raises Stale: somebody else has said another day meanwhile.
    """
    row = _moved(permit, request_id, Move.PLAN)
    if how not in HOW:
        raise ValueError(how)
    values = {"planned_on": on, "planned_how": how, "planned_from": from_, "planned_until": until}
    if versions.turn(permit, row, version, **values, planned_name=permit.account_name):
        row.planned_at, row.planned_by = now(), permit.account_id
        trail.record(permit, "planned", "contact_request", row.id)
        told = {*people.accounts_of(permit), row.entered_by} - {None}
        tells.tell(permit, sorted(filter(None, told)), notifications.PLANNED, row.id)
    _read(permit, row, shown)


def pass_on(permit: Permit, of: UUID, to: UUID, name: str) -> None:
    """The request that waits is another's from now on: who said when they get in touch is who does it.

    :param of: who had it. A day that a colleague said stays theirs. :param name: of `to`.
    """
    _require(permit, states.ACTING, Level.MANAGE)
    asked = queries.open_one(permit)
    if asked is None or asked.planned_on is None or not asked.goes_with(of) or permit.subject.died_on:
        return
    try:
        row = _moved(permit, asked.id, Move.PLAN)
    except states.NotNow:
        return  # it was finished in the same moment: nothing waits
    versions.turn(permit, row, None, planned_name=name)
    row.planned_by = to
    trail.record(permit, "changed", "contact_request", row.id)
    session().flush()


def finish(permit: Permit, request_id: UUID, shown: datetime | None = None, **contact: Any) -> Contact:
    """Write down the contact in which it was done. Nobody reached is no contact: then it stays open.

    :param shown: what of the request the form's page showed, as in `read`.
    :param contact: as `contacts.actions.log` takes it.
    :raises NotNow: it is over; nothing is written down.
    """
    row = _moved(permit, request_id, Move.FINISH)
    made = contacts.log(permit, **contact)
    _read(permit, row, shown)
    if made.outcome == TALKED:
        row.contact_id = made.id
        for kind in (notifications.REQUEST, notifications.PLANNED):
            notifications.settled(permit.person_id, row.id, kind)
        trail.record(permit, "finished", "contact_request", row.id)
    session().flush()
    return made


def _read(permit: Permit, row: ContactRequest, shown: datetime | None) -> None:
    """It is read as far as the page showed it. What came after that stays unread, and so does what was told of it."""
    moment = now()
    unread = (
        RequestLine.person_id == row.person_id,
        RequestLine.request_id == row.id,
        RequestLine.read_at.is_(None),
        RequestLine.removed_at.is_(None),
    )
    lines = session().execute(
        update(RequestLine)
        .where(*unread, RequestLine.entered_at <= (shown or row.entered_at))
        .values(read_at=moment, read_name=permit.account_name)
        .returning(RequestLine.id)
    )
    fresh = bool(lines.all())
    if row.read_at is None:
        row.read_at, row.read_name = moment, permit.account_name
        fresh = True
    if fresh:
        trail.record(permit, "read", "contact_request", row.id)
    left = session().scalar(select(func.min(RequestLine.entered_at)).where(*unread))
    notifications.seen(permit, row.id, left)
    session().flush()


def _moved(permit: Permit, request_id: UUID, move: Move, level: Level = Level.MANAGE) -> ContactRequest:
    """The locked row of a request. :raises NotNow: where `move` is not possible. :raises NotFound: not theirs."""
    _require(permit, states.WHO[move], level)
    row = (
        session()
        .scalars(
            select(ContactRequest)
            .where(visible(permit, ContactRequest), ContactRequest.id == request_id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        .first()
    )
    if row is None or death.has_died(permit.person_id):
        raise NotFound
    states.check(queries.one(permit, request_id).state, move)
    return row


def _require(permit: Permit, roles: tuple[Role, ...], level: Level) -> None:
    permit.require(Area.CONTACTS, level)
    if permit.role not in roles:
        raise NotFound
