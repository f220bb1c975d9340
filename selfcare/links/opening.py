"""What outsiders do with a link: open it, try its passcode, fetch its file. They have no account, and no permit.

Each step is a short transaction of its own (as `web.throttle`): what it counts is kept though the answer is a refusal,
and of many at one moment each sees what the others did.
"""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, or_, select, true, update
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound, TooManyRequests

from selfcare import security_log
from selfcare.accounts import passwords
from selfcare.audit import trail
from selfcare.database import database, now, session
from selfcare.links import queries
from selfcare.links.models import TAKEN_BACK, TRIES, USED, SharedLink, SharedLinkFile, SharedLinkView
from selfcare.people import access as people_access
from selfcare.people.models import Person
from selfcare.sharing import showing, snapshot
from selfcare.web.access import Area, Level, Purpose, Role

WRONG = 5  # wrong passcodes in a link's whole life
FILE_LASTS = timedelta(minutes=30)  # the specification allows an hour


class WrongPasscode(Exception):
    """`left`: how many tries the link has before it is shut for good."""

    def __init__(self, left: int) -> None:
        super().__init__("wrong passcode")
        self.left = left


@dataclass(frozen=True)
class Opened:
    """A link that somebody opened: its file, or the part of an address under which that can be fetched once."""

    label: str
    changed: datetime
    file: str | None
    token: str | None = field(repr=False)


@dataclass(frozen=True)
class _Way:
    """As much of a link as is asked before it opens."""

    person_id: UUID
    id: UUID
    flag: str
    once: bool
    passcode_hash: str | None = field(repr=False)


def by_manifest(address: str, recipient: str, passcode: str | None, longest: int | None) -> Opened:
    """Open a link by its manifest.

    :param longest: what the asker takes into the manifest itself, in letters; None: anything.
    :raises NotFound: there is no such link, or it is open no more. :raises WrongPasscode:
    :raises TooManyRequests: so many passcodes are being looked at that this one must wait.
    """
    way = _way(address, direct=False)
    if way.passcode_hash is not None:
        _try(way, passcode)
    return _open(way, recipient, longest)


def directly(address: str, recipient: str) -> Opened:
    """Open a link whose address is the file's own. Raises as `by_manifest`, and never asks for a passcode."""
    return _open(_way(address, direct=True), recipient, None)


def file(token: str) -> str:
    """The file that an address of a manifest leads to, once. What shuts a link shuts this too, but that it was opened.

    :raises NotFound: used already, too late, or ended.
    """
    given_out = SharedLinkView.file_hash == queries.digest(token), SharedLinkView.file_until > now()
    view = (
        session().execute(select(SharedLinkView.person_id, SharedLinkView.link_id).where(*given_out)).first()
    )
    if view is None:
        raise NotFound
    opened = or_(queries.stands(now()), and_(SharedLink.ended_why == USED, SharedLink.until > now()))
    _standing(SharedLink.person_id == view.person_id, SharedLink.id == view.link_id, opened)
    with database().transaction() as short:
        given = update(SharedLinkView).where(*given_out)
        used = given.values(file_hash=None, file_until=None)
        row = short.execute(used.returning(SharedLinkView.person_id, SharedLinkView.link_id)).first()
        if row is None:
            raise NotFound
        return _file(short, row.person_id, row.link_id)


def _way(address: str, *, direct: bool) -> _Way:
    """The link, where it may be opened now."""
    kind = SharedLink.flag == "U" if direct else SharedLink.flag != "U"
    return _standing(SharedLink.address_hash == queries.digest(address), queries.stands(now()), kind)


def _standing(*which: ColumnElement[bool]) -> _Way:
    """A link, read afresh with all that could have shut it since it was made. :raises NotFound: something has."""
    query = (
        select(SharedLink, Person)
        .join(Person, Person.id == SharedLink.person_id)
        .where(
            *which,
            SharedLink.removed_at.is_(None),
            Person.died_on.is_(None),
            Person.mistaken_at.is_(None),
            # Whoever made it could make it today: access that ended or is on hold shuts the links too.
            people_access.still_may(SharedLink.entered_by, SharedLink.person_id, Area.SHARING, Level.ADD),
        )
    )
    found = session().execute(query).first()
    if found is None:
        raise NotFound
    row, person = found
    if row.entered_as == Role.CARER and not _may_see(row):
        raise NotFound
    permit = people_access.system(Purpose.LINK, person)
    if showing.taken_back(permit, row.bones, row.entered_at):
        _shut(row.person_id, row.id, TAKEN_BACK)
        raise NotFound
    way = _Way(row.person_id, row.id, row.flag, row.once, row.passcode_hash)
    session().rollback()  # what follows writes: on SQLite nobody may hold a reading open meanwhile
    return way


def _may_see(row: SharedLink) -> bool:
    """Whether a helper who made a link may now see all the areas that its sections are of. One statement."""
    wanted = sorted({area for name in row.bones["sections"] for area in snapshot.AREAS[name]})
    may = [people_access.still_may(row.entered_by, row.person_id, area, Level.SEE) for area in wanted]
    return bool(session().scalar(select(and_(true(), *may))))


def _try(way: _Way, passcode: str | None) -> None:
    """Count a try before the passcode is looked at, and give it back where it was right. None at all is no try."""
    this = SharedLink.person_id == way.person_id, SharedLink.id == way.id
    if passcode is None:
        raise WrongPasscode(WRONG - (session().scalar(select(SharedLink.wrong).where(*this)) or 0))
    with database().transaction() as short:
        begin = update(SharedLink).where(*this, queries.stands(now()), SharedLink.begun < WRONG)
        if short.execute(begin.values(begun=SharedLink.begun + 1).returning(SharedLink.id)).first() is None:
            raise TooManyRequests(
                retry_after=2
            )  # others' tries are looked at just now; if they are wrong, it is shut
    back = update(SharedLink).where(*this).values(begun=SharedLink.begun - 1)
    try:
        right = passwords.verify(way.passcode_hash, passcode)
    except BaseException:  # nobody looked at it: the machine is too busy, or stops
        with database().transaction() as short:
            short.execute(back)
        raise
    if right:
        with database().transaction() as short:
            short.execute(back)
        return
    with database().transaction() as short:
        count = update(SharedLink).where(*this).values(wrong=SharedLink.wrong + 1)
        left = WRONG - (short.scalar(count.returning(SharedLink.wrong)) or WRONG)
    security_log.note("link-wrong-passcode", None, link=way.id)
    if left <= 0:
        _shut(way.person_id, way.id, TRIES)
    raise WrongPasscode(max(left, 0))


def _open(way: _Way, recipient: str, longest: int | None) -> Opened:
    """Note who opened it, and give the file out; a link for once ends with that. All of it or nothing."""
    moment = now()
    this = SharedLink.person_id == way.person_id, SharedLink.id == way.id
    with database().transaction() as short:
        held = update(SharedLink).where(*this, queries.stands(moment))
        ends = {"ended_at": moment, "ended_why": USED} if way.once else {"flag": SharedLink.flag}
        row = short.execute(held.values(ends).returning(SharedLink.label, SharedLink.entered_at)).first()
        if row is None:
            raise NotFound
        body = _file(short, way.person_id, way.id)
        embedded = longest is None or len(body) <= longest
        token = None if embedded else secrets.token_urlsafe(32)
        view = SharedLinkView(
            person_id=way.person_id,
            link_id=way.id,
            at=moment,
            recipient=recipient,
            file_hash=queries.digest(token) if token else None,
            file_until=moment + FILE_LASTS if token else None,
        )
        short.add(view)
        short.flush()
        trail.opened(short, way.person_id, "shared_link", view.id)
        if way.once and embedded:
            _let_go(short, way.person_id, way.id)
    return Opened(row.label, row.entered_at, body if embedded else None, token)


def _shut(person_id: UUID, link_id: UUID, why: str) -> None:
    session().rollback()
    this = SharedLink.person_id == person_id, SharedLink.id == link_id
    with database().transaction() as short:
        open_yet = update(SharedLink).where(*this, SharedLink.ended_at.is_(None))
        short.execute(open_yet.values(ended_at=now(), ended_why=why))
        _let_go(short, person_id, link_id)


def _file(short: Session, person_id: UUID, link_id: UUID) -> str:
    where = SharedLinkFile.person_id == person_id, SharedLinkFile.link_id == link_id
    body = short.scalar(select(SharedLinkFile.body).where(*where))
    if body is None:
        raise NotFound
    return body.decode()


def _let_go(short: Session, person_id: UUID, link_id: UUID) -> None:
    where = SharedLinkFile.person_id == person_id, SharedLinkFile.link_id == link_id
    short.execute(delete(SharedLinkFile).where(*where))
