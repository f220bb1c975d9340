"""Reading requests: the one that is open, those before it, and what is due for many people at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import groupby
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, or_, select, tuple_
from werkzeug.exceptions import NotFound

from selfcare.contacts.models import Contact
from selfcare.database import now, session
from selfcare.people.models import Relationship
from selfcare.requests import states
from selfcare.requests.models import ContactRequest, RequestLine
from selfcare.requests.states import Move, State
from selfcare.web.access import Area, Level, Panel, Permit, Role, visible, visible_to_panel
from selfcare.web.alias import shared_alias
from selfcare.web.paging import Key

# Made once: a statement that makes one anew makes all of its columns anew.
_made = shared_alias(Contact)

PAGE = 20


@dataclass(frozen=True)
class Line:
    """Something that was added to a request, by whom and when."""

    text: str
    name: str
    at: datetime
    read_at: datetime | None
    read_name: str


@dataclass(frozen=True)
class Asked:
    """A request, as plain values. `lines`: what was added to it; not read for those that are over, in a list.

    `contact_how`, `contact_wall`, `contact_name`: the contact in which it was done. `helps`: who asked has a right to
    this record now; a carer whose access ended has none.
    """

    id: UUID
    person_id: UUID
    about: str
    how: str
    number: str
    good_time: str
    own_time: str
    asked_me: bool
    entered_by: UUID | None
    entered_as: str
    entered_name: str
    entered_at: datetime
    answer_by: date
    read_at: datetime | None
    read_name: str
    planned_at: datetime | None
    planned_on: date | None
    planned_from: time | None
    planned_until: time | None
    planned_how: str
    planned_name: str
    planned_by: UUID | None  # None also where it was said before that was kept, by one of two of that name
    cancelled_at: datetime | None
    cancelled_name: str
    contact_how: str | None
    contact_wall: datetime | None
    contact_name: str | None
    helps: bool
    version: int
    lines: tuple[Line, ...]

    @property
    def state(self) -> State:
        return states.state(
            done=self.contact_how is not None,
            cancelled=self.cancelled_at is not None,
            planned=self.planned_on is not None,
            read=not self.unread,
        )

    @property
    def unread(self) -> bool:
        """Whether it, or something added to it, was not read yet."""
        return self.read_at is None or self.added_unread

    @property
    def added_unread(self) -> bool:
        """Whether something was added that was not read yet."""
        return any(line.read_at is None for line in self.lines)

    @property
    def newest_at(self) -> datetime:
        """The moment of the newest words: what a page that shows all of it has shown."""
        return self.lines[-1].at if self.lines else self.entered_at

    def goes_with(self, account_id: UUID | None) -> bool:
        """Whether it goes along when this key contact passes somebody on: a day that a colleague said stays theirs."""
        return self.planned_on is None or (self.planned_by is not None and self.planned_by == account_id)

    @property
    def is_open(self) -> bool:
        return self.state in states.OPEN

    @property
    def due_on(self) -> date:
        """The day somebody gets in touch: as it was planned, else as it was promised."""
        return self.planned_on or self.answer_by

    def is_missed(self, today: date) -> bool:
        """Whether that day has gone, and nobody did."""
        return self.is_open and self.due_on < today


def open_one(permit: Permit) -> Asked | None:
    """The request that is open now, or None; of two, since a contact was taken back, the older. One statement."""
    permit.require(Area.CONTACTS, Level.SEE)
    found = _read(_with_lines().where(visible(permit, ContactRequest), is_open()))
    return found[0] if found else None


def one(permit: Permit, request_id: UUID) -> Asked:
    """One request. One statement. :raises NotFound: unknown, or not theirs to see."""
    permit.require(Area.CONTACTS, Level.SEE)
    found = _read(_with_lines().where(visible(permit, ContactRequest), ContactRequest.id == request_id))
    if not found:
        raise NotFound
    return found[0]


def earlier(permit: Permit, before: Key | None = None, size: int = PAGE) -> list[Asked]:
    """Requests that are done or were taken back, newest first; one more than `size` at most. One statement.

    :param before: the (entered_at, id) of the last one shown.
    """
    permit.require(Area.CONTACTS, Level.SEE)
    newest = (ContactRequest.entered_at.desc(), ContactRequest.id.desc())
    query = _asked().where(visible(permit, ContactRequest), ~is_open()).order_by(*newest).limit(size + 1)
    if before:
        query = query.where(tuple_(ContactRequest.entered_at, ContactRequest.id) < before)
    return [_plain(*row) for row in session().execute(query)]


def open_for_panel(panel: Panel) -> dict[UUID, Asked]:
    """The open request of each person of a panel who has one, as `open_one`. One statement."""
    waiting = _with_lines().where(visible_to_panel(panel, Area.CONTACTS, ContactRequest), is_open())
    return {asked.person_id: asked for asked in reversed(_read(waiting))}


def is_open() -> ColumnElement[bool]:
    """The condition that a request waits: nobody took it back, and no contact that stands has done it."""
    return and_(ContactRequest.cancelled_at.is_(None), ~_contact().exists())


def may_cancel(permit: Permit, asked: Asked | ContactRequest) -> bool:
    """Whether a request is theirs to take back: the person's always; a carer's, who asked or may change everything."""
    if permit.role not in states.WHO[Move.CANCEL] or not permit.may(Area.CONTACTS, Level.ADD):
        return False
    own = asked.entered_by is not None and asked.entered_by == permit.account_id
    return permit.is_self or own or permit.may(Area.CONTACTS, Level.MANAGE)


def _contact() -> Select[Any]:
    """The contact in which a request was done, unless it was taken back."""
    return select(_made.id).where(
        _made.person_id == ContactRequest.person_id,
        _made.id == ContactRequest.contact_id,
        _made.removed_at.is_(None),
    )


def _asked() -> Select[Any]:
    helps = select(Relationship.id).where(
        Relationship.person_id == ContactRequest.person_id,
        Relationship.account_id == ContactRequest.entered_by,
        Relationship.kind.in_((Role.SELF.value, Role.CARER.value)),
        Relationship.state == "active",
        or_(Relationship.until.is_(None), Relationship.until > now()),
    )
    done = and_(
        Contact.person_id == ContactRequest.person_id,
        Contact.id == ContactRequest.contact_id,
        Contact.removed_at.is_(None),
    )
    query = select(ContactRequest, helps.exists(), Contact.how, Contact.wall, Contact.entered_name)
    return cast("Select[Any]", query.outerjoin(Contact, done))


def _with_lines() -> Select[Any]:
    """With what was added to each: a row for each line, or one with none. In order."""
    added = and_(
        RequestLine.person_id == ContactRequest.person_id,
        RequestLine.request_id == ContactRequest.id,
        RequestLine.removed_at.is_(None),
    )
    order = (ContactRequest.entered_at, ContactRequest.id, RequestLine.entered_at, RequestLine.id)
    return _asked().add_columns(RequestLine).outerjoin(RequestLine, added).order_by(*order)


def _read(query: Select[Any]) -> list[Asked]:
    """Requests with their lines, oldest first."""
    rows = session().execute(query.execution_options(populate_existing=True)).all()
    found = []
    for _, rows_of_one in groupby(rows, key=lambda row: row[0].id):
        of_one = list(rows_of_one)
        row, helps, how, wall, name, _line = of_one[0]
        lines = [each[-1] for each in of_one if each[-1] is not None]
        found.append(_plain(row, helps, how, wall, name, lines))
    return found


_SAME = (
    "id", "person_id", "about", "how", "number", "good_time", "own_time", "asked_me", "entered_by", "entered_as",
    "entered_name", "entered_at", "answer_by", "read_at", "read_name", "planned_at", "planned_on", "planned_from",
    "planned_until", "planned_how", "planned_name", "planned_by", "cancelled_at", "cancelled_name", "version",
)  # fmt: skip


def _plain(
    row: ContactRequest,
    helps: bool,
    how: str | None,
    wall: datetime | None,
    name: str | None,
    lines: Sequence[RequestLine] = (),
) -> Asked:
    return Asked(
        **{each: getattr(row, each) for each in _SAME},
        contact_how=how,
        contact_wall=wall,
        contact_name=name,
        helps=bool(helps),
        lines=tuple(
            Line(line.text, line.entered_name, line.entered_at, line.read_at, line.read_name)
            for line in lines
        ),
    )
