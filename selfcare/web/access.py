"""Access marks, and the types they hand to views: Area, Level, Role, Permit, Panel.

No permit, no record data: the proof that somebody may is the first argument of every record query and action. Only
`people/access.py` constructs permits and panels; the factory hands that resolver in (`install`).
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import wraps
from typing import Any, NoReturn
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import abort, current_app, g, has_request_context, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy import ColumnElement, and_, bindparam, or_, true

from selfcare import security_log
from selfcare.database import Record, is_writing, now, writing
from selfcare.web import pages
from selfcare.web.ask_permit import AskDesk as AskDesk
from selfcare.web.ask_permit import AskPermit as AskPermit
from selfcare.web.carry import prove_again as prove_again
from selfcare.web.carry import to_sign_in as to_sign_in
from selfcare.web.pages import SAFE as SAFE
from selfcare.web.rights import Area as Area
from selfcare.web.rights import Kind as Kind
from selfcare.web.rights import Level as Level
from selfcare.web.rights import Lock as Lock
from selfcare.web.rights import Purpose as Purpose
from selfcare.web.rights import Role as Role
from selfcare.web.rights import Sight as Sight
from selfcare.web.who import SignedIn as SignedIn
from selfcare.web.who import Subject as Subject

ONLY_ME_SHUT = timedelta(days=7)  # after a recovery: what was marked *only me* before it


@dataclass(frozen=True)
class Permit:
    """Proof that an account may do what `rights` says in one person's record, read in this transaction."""

    subject: Subject
    account_id: UUID | None
    account_name: str
    role: Role
    rights: Mapping[Area, Level]
    purpose: Purpose | None = None
    relationship_id: UUID | None = None
    until: datetime | None = None
    since: datetime | None = None  # of a carer: what came before they could see it is not new to them
    only_me_from: datetime | None = None  # the person's own, shut for a while after a recovery
    acts: bool = False  # of a carer: for the person, by law
    covers: UUID | None = None  # of a professional: the key contact whom they stand in for

    @property
    def person_id(self) -> UUID:
        return self.subject.id

    @property
    def person_name(self) -> str:
        return self.subject.name

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.subject.zone)

    @property
    def is_self(self) -> bool:
        return self.role is Role.SELF

    @property
    def sees_only_me(self) -> bool:
        """Whether what is marked *only me* exists here: for the person, unless it is shut after a recovery."""
        return self.is_self and (self.only_me_from is None or self.only_me_from <= now())

    @property
    def came_back(self) -> datetime | None:
        """When the person came back by a recovery, while what they had marked *only me* before it is shut."""
        return self.only_me_from - ONLY_ME_SHUT if self.is_self and self.only_me_from else None

    @property
    def sight(self) -> Sight:
        """What it shows of what is marked *only me*: statements that are built once are built for each of these."""
        return Sight.ALL if self.sees_only_me else Sight.NEWER if self.came_back else Sight.NONE

    @property
    def bound(self) -> dict[str, Any]:
        """What a statement with `visible_by` in it is asked with."""
        return {"of": self.person_id, "since": self.came_back}

    @property
    def last_day(self) -> date | None:
        """Of a record whose person asked that it is erased: the last day that it is there, where they live.
        None for who has died: nobody could take it back for them, and it stays."""
        at = self.subject.erase_at
        stays = (self.subject.died_on is not None) != (self.subject.erase_why == "died")
        return self.local(at - timedelta(seconds=1)).date() if at and not stays else None

    def may(self, area: Area, level: Level = Level.SEE) -> bool:
        """Whether the rights reach `level` in `area`."""
        return self.rights.get(area, Level.NOTHING) >= level

    def require(self, area: Area, level: Level = Level.SEE) -> None:
        """404 when the rights do not reach: what one may not see does not exist."""
        if not self.may(area, level):
            _refuse(self.account_id)

    def local(self, instant: datetime) -> datetime:
        """An instant as wall time where the person lives."""
        return instant.astimezone(self.zone).replace(tzinfo=None)

    def today(self) -> date:
        return self.local(now()).date()

    def stamp(self) -> dict[str, Any]:
        """The columns that say whose an item is and who entered it, for a new Record row."""
        return {
            "person_id": self.person_id,
            "entered_by": self.account_id,
            "entered_as": self.role.value,
            "entered_name": self.account_name,
            "entered_at": now(),
        }


@dataclass(frozen=True)
class Panel:
    """The permits an account holds over many people, read in one statement."""

    account_id: UUID
    permits: Mapping[UUID, Permit]

    def ids(self, area: Area, level: Level = Level.SEE) -> list[UUID]:
        """The people in whose `area` the rights reach `level`."""
        return [person for person, permit in self.permits.items() if permit.may(area, level)]

    def of_others(self, people: Collection[UUID]) -> "Panel":
        """The permits for some of the people, without one's own record."""
        return replace(self, permits={k: v for k, v in self.permits.items() if k in people and not v.is_self})


def visible(permit: Permit, item: type[Record]) -> ColumnElement[bool]:
    """The condition every record query starts from: this person's, not removed, and *only me* for the person alone."""
    return and_(item.person_id == permit.person_id, item.removed_at.is_(None), not_hidden(permit, item))


def not_hidden(permit: Permit, item: type[Record]) -> ColumnElement[bool]:
    """The condition that *only me* sets. What was marked so since a recovery is seen by who marked it: the person."""
    if permit.sees_only_me:
        return true()
    since, shown = permit.came_back, item.only_me.is_(False)
    return or_(shown, item.entered_at >= since, item.changed_at >= since) if since else shown


def visible_by(sight: Sight, item: type[Record]) -> ColumnElement[bool]:
    """Like `visible`, for a statement that is built once and asked with `Permit.bound`."""
    shown: ColumnElement[bool] = true() if sight is Sight.ALL else item.only_me.is_(False)
    if sight is Sight.NEWER:
        since = bindparam("since", type_=item.entered_at.type)
        shown = or_(shown, item.entered_at >= since, item.changed_at >= since)
    return and_(item.person_id == bindparam("of"), item.removed_at.is_(None), shown)


def shareable(permit: Permit, item: type[Record]) -> ColumnElement[bool]:
    """What others may ever be shown: like `visible`, without *only me* even for the person."""
    return and_(item.person_id == permit.person_id, item.removed_at.is_(None), item.only_me.is_(False))


def visible_to_panel(
    panel: Panel, area: Area, item: type[Record], level: Level = Level.SEE
) -> ColumnElement[bool]:
    """Like `visible`, for all the people of a panel at once in whose `area` the rights reach `level`."""
    return and_(
        item.person_id.in_(panel.ids(area, level)), item.removed_at.is_(None), item.only_me.is_(False)
    )


@dataclass(frozen=True)
class Resolvers:
    """What the factory hands in from the floor of people."""

    permit: Callable[[SignedIn, UUID, Lock], Permit | None]
    panel: Callable[[SignedIn], Panel]
    note_read: Callable[[Permit | AskPermit, str, UUID | None], None]
    is_erased: Callable[[UUID, UUID], bool]  # a record, and an account that had access to it
    stands: Callable[[Permit, Area, Level], bool]
    ask: Callable[[SignedIn, UUID, Lock], tuple[AskPermit, Permit | None] | None]
    asks: Callable[[SignedIn], AskDesk]


class UnmarkedView(Exception):
    """A view without an access mark was registered."""


View = Callable[..., ResponseReturnValue]


def me() -> SignedIn | None:
    """The account signed in, all factors given; None otherwise."""
    user = current_user
    return user._get_current_object() if user and user.is_authenticated and user.complete else None


def keep_mark(view: View, **facts: Any) -> View:
    view.access = facts  # type: ignore[attr-defined]
    return view


def public(view: View) -> View:
    """Anybody may call this view."""

    @wraps(view)
    def marked(**values: Any) -> ResponseReturnValue:
        return view(**values)

    return keep_mark(marked, mark="public")


def signed_in(
    *kinds: Kind, recent: bool = False, late: bool = False, file_of: str = ""
) -> Callable[[View], View]:
    """A signed-in account (of one of `kinds`) may call this view; it gets the SignedIn as first argument.

    :param recent: ask again who they are when they last proved it more than ten minutes ago.
    :param late: the action takes its turn to write itself, after a password was checked or a try was counted.
    :param file_of: see `prove_again`.
    """

    def mark(view: View) -> View:
        @wraps(view)
        def marked(**values: Any) -> ResponseReturnValue:
            account = me()
            if account is None:
                return to_sign_in()
            if kinds and account.kind not in kinds:
                _refuse(account.account_id)
            if recent and not is_recent(account):
                return prove_again(file_of, **request.args)
            if request.method not in SAFE and not late:
                writing()
            return view(account, **values)

        return keep_mark(marked, mark="signed_in", kinds=kinds, recent=recent)

    return mark


def on_panel(view: View) -> View:
    """A professional may call this view; it gets the Panel of their people as first argument."""

    @wraps(view)
    def marked(**values: Any) -> ResponseReturnValue:
        account = me()
        if account is None:
            return to_sign_in()
        if account.kind is not Kind.PROFESSIONAL:
            _refuse(account.account_id)
        if request.method not in SAFE:
            writing()
        panel = _resolvers().panel(account)
        g.permit = panel.permits.get(values.get("person_id", ""))  # a page about one of them says whose it is
        return view(panel, **values)

    return keep_mark(marked, mark="on_panel")


def on_asks(view: View) -> View:
    """Who works on asks, in a team or for a body, may call this view; it gets the AskDesk as first argument."""
    asked = signed_in(Kind.PROFESSIONAL, Kind.BODY)(
        lambda user, **values: view(_resolvers().asks(user), **values)
    )
    return keep_mark(wraps(view)(asked), mark="on_asks")


def on_ask(view: View) -> View:
    """Who works on the ask in the address may call this view; it gets the AskPermit: of the record it opens nothing
    else. For everybody else it is the same 404 as one that there is not.
    """

    def asked(user: SignedIn, *, ask_id: UUID, **values: Any) -> ResponseReturnValue:
        unsafe = request.method not in SAFE
        found = _resolvers().ask(user, ask_id, Lock.SHARE if unsafe else Lock.NONE)
        if found is None:
            _refuse(user.account_id)
        proof, g.permit = found  # a page of the team says whose ask it is; a body has no record
        if not unsafe:
            _resolvers().note_read(proof, Area.COMMUNITY.value, ask_id)
        return view(proof, **values)

    return keep_mark(wraps(view)(signed_in(Kind.PROFESSIONAL, Kind.BODY)(asked)), mark="on_ask")


def on_record(
    area: Area,
    level: Level,
    *,
    recent: bool = False,
    roles: tuple[Role, ...] = (),
    changes_access: bool = False,
    late: bool = False,
    shut_out: Callable[[SignedIn, UUID], ResponseReturnValue | None] | None = None,
    file_of: str = "",
) -> Callable[[View], View]:
    """Whoever holds `level` in `area` of the record in the address may call this view; it gets the Permit.

    Someone else's record and an unknown one are the same 404. `roles` narrows it to some roles.

    :param changes_access: the view changes who may see the record, so that it comes after all that is under way there:
        two who each hold a right that they read, and want it to change it, would wait for each other.
    :param late: the view reads and checks what was sent before its turn to write, and its action takes that
        (`take_turn`): others wait behind it only while it writes.
    :param shut_out: what is answered to somebody who holds nothing there, where it is not that there is no such page.
    :param file_of: see `prove_again`.
    """

    def mark(view: View) -> View:
        @wraps(view)
        def marked(*, person_id: UUID, **values: Any) -> ResponseReturnValue:
            account = me()
            if account is None:
                return to_sign_in()
            unsafe = request.method not in SAFE
            lock = Lock.NONE
            if unsafe and late:
                g.permit_is_early = True
            elif unsafe:
                writing()
                lock = Lock.CHANGE if changes_access else Lock.SHARE
            permit = _resolvers().permit(account, person_id, lock)
            if permit is None and shut_out and (said := shut_out(account, person_id)) is not None:
                return said
            none = permit is None
            if none and pages.wants_json() and _resolvers().is_erased(person_id, account.account_id):
                abort(410)  # what waited on a phone is for a record that is not there any more
            if permit is None or not permit.may(area, level) or (roles and permit.role not in roles):
                _refuse(account.account_id)
            if recent and not is_recent(account):
                return prove_again(file_of, person_id=person_id)
            g.permit = permit
            if permit.is_self:
                return view(permit, **values)
            item = next((value for value in values.values() if isinstance(value, UUID)), None)
            if not unsafe:
                _resolvers().note_read(permit, area.value, item)
                return view(permit, **values)
            answer = current_app.make_response(view(permit, **values))
            part = pages.is_part()  # a line under a field
            if answer.mimetype == "text/html" and not answer.location and not part:
                # A preview, or both versions: that is looking too.
                _resolvers().note_read(permit, area.value, item)
            return answer

        return keep_mark(marked, mark="on_record", area=area, level=level, recent=recent, roles=roles)

    return mark


def _refuse(account_id: UUID | None) -> NoReturn:
    """What one may not see does not exist; that it was asked for is noted."""
    security_log.note("not-allowed", account_id, of=request.endpoint if has_request_context() else None)
    abort(404)


def take_turn(permit: Permit, area: Area, level: Level) -> None:
    """Take the turn to write of a view that is `late`, and ask in it whether the permit that was read before stands.
    Where the turn was taken before the permit was read, nothing is left to do.

    :raises NotFound: when the right has ended since.
    """
    if g.get("permit_is_early") and not is_writing():
        writing(short=True)
        if not _resolvers().stands(permit, area, level):
            _refuse(permit.account_id)


def is_recent(account: SignedIn) -> bool:
    """Whether the account proved who it is in the last ten minutes. A code proves nothing."""
    return account.proved_at is not None and (now() - account.proved_at).total_seconds() < 600


def own_panel(account: SignedIn) -> Panel:
    """All records this account may open: its own, and those of people it helps or looks after."""
    return _resolvers().panel(account)


def install(resolvers: Resolvers) -> Callable[[Any], None]:
    """Hand the resolvers in: `install(resolvers)(app)`."""

    def keep(app: Any) -> None:
        app.extensions["access"] = resolvers

    return keep


def _resolvers() -> Resolvers:
    found: Resolvers = current_app.extensions["access"]
    return found
