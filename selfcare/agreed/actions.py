"""What is done with agreed lines: written down, ticked, changed, let go, taken up again."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from werkzeug.exceptions import NotFound

from selfcare.agreed import queries, states
from selfcare.agreed.models import Line
from selfcare.agreed.states import Move, NotNow, State
from selfcare.appointments.models import Appointment
from selfcare.audit import trail
from selfcare.database import now, session
from selfcare.notifications import actions as notifications
from selfcare.web import item_reference, versions
from selfcare.web.access import Area, Level, Permit, Role, visible
from selfcare.web.item_reference import About

item_reference.hides("agreed_line", Line)
_VERBS = {Move.TICK: "ticked", Move.UNDO: "reopened", Move.LET_GO: "let go", Move.TAKE_UP: "reopened"}


@dataclass(frozen=True)
class Owner:
    """Who does it: `me` (whose record it is), a `professional` or a `carer` by their account, a `service` in words."""

    kind: str
    account_id: UUID | None = None
    name: str = ""


@dataclass(frozen=True)
class By:
    """By when: `none`, a `day`, or a `visit` (None: the next one, whichever that will be)."""

    kind: str = "none"
    on: date | None = None
    visit_id: UUID | None = None


def add(
    permit: Permit,
    *,
    what: str,
    owner: Owner,
    by: By = By(),
    about: About | None = None,
    only_me: bool = False,
    line_id: UUID | None = None,
) -> Line:
    """Write a line down. *Only me* counts only when the person enters it, and nobody else who signs in does it.

    :param about: the visit, contact or goal it comes from. What comes from an *only me* visit is *only me*.
    :param line_id: of what its form makes. A line of that id that is as its writer left it is changed to this.
    """
    permit.require(Area.APPOINTMENTS, Level.ADD)
    known = session().get(Line, (permit.person_id, line_id)) if line_id else None
    left = known is not None and known.removed_at is None and known.state == State.OPEN
    if known is not None and left and known.changed_by in (None, permit.account_id):
        return change(permit, known.id, known.version, what=what, owner=owner, by=by)
    source = item_reference.still(permit, about if about and about.kind in queries.FROM else None)
    hidden = only_me or (source is not None and source.kind == "visit" and _is_hidden(permit, source.id))
    row = Line(
        **permit.stamp(),
        what=what,
        **_owner(owner),
        **_by(permit, by),
        from_kind=source.kind if source else None,
        from_id=source.id if source else None,
        from_label=source.label if source else None,
        state=State.OPEN.value,
        done_name="",
        words_by=permit.account_id,
        only_me=hidden and permit.is_self and owner.account_id is None,
    )
    if line_id and known is None:
        row.id = line_id
    session().add(row)
    session().flush()
    trail.record(permit, "added", "agreed_line", row.id)
    return row


def change(
    permit: Permit,
    line_id: UUID,
    version: int,
    *,
    what: str,
    owner: Owner,
    by: By,
    only_me: bool | None = None,
) -> Line:
    """Change an open line: the words, who does it, by when, *only me* (None leaves it).

    :raises NotFound: not theirs to see or change. :raises NotNow: it is done, or was let go.
    :raises Stale: changed by somebody since `version`.
    """
    row = _locked(permit, line_id, Move.CHANGE)
    hidden = row.only_me if only_me is None or not may_hide(permit, row) else only_me
    values = {
        "what": what,
        **_owner(owner),
        **_by(permit, by),
        "only_me": hidden and owner.account_id is None,
    }
    before = {name: getattr(row, name) for name in values if name != "what"}
    if versions.change(permit, row, version, **values):
        row.words_by = permit.account_id
        trail.record(permit, "changed", "agreed_line", row.id)
        if before != {name: getattr(row, name) for name in before}:
            notifications.take_back(permit.person_id, row.id)  # that its day had come, and to whom
        if row.only_me:
            item_reference.forget(permit.person_id, [row.id])
    return row


def move(permit: Permit, line_id: UUID, how: Move) -> Line:
    """Tick a line, undo that, let it go, or take it up again. Where it stands so already, nothing happens.

    :raises NotFound: not theirs to see, or to move. :raises NotNow: it stands where this cannot be done.
    """
    to = states.TO[how]
    row = _locked(permit, line_id, how, to)
    if row.state == to:
        return row
    values: dict[str, Any] = {"state": to.value, "closed_at": None if to is State.OPEN else now()}
    done = to is State.DONE
    values |= {
        "done_by": permit.account_id if done else None,
        "done_name": permit.account_name if done else "",
    }
    versions.turn(permit, row, None, **values)
    trail.record(permit, _VERBS[how], "agreed_line", row.id)
    return row


def pass_on(permit: Permit, owner_id: UUID, to: Owner) -> int:
    """What somebody agreed to do and has not done yet, another does from now on. :returns: how many lines."""
    permit.require(Area.APPOINTMENTS, Level.MANAGE)
    rows = session().scalars(
        select(Line)
        .where(visible(permit, Line), Line.owner_id == owner_id, Line.state == State.OPEN)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    moved = rows.all()
    for row in moved:
        versions.turn(permit, row, None, **_owner(to))
        trail.record(permit, "changed", "agreed_line", row.id)
        notifications.take_back(permit.person_id, row.id)  # that its day had come, to who had it
    return len(moved)


def remove(permit: Permit, line_id: UUID, version: int | None = None) -> None:
    """Take a line out. :raises NotFound, Stale: as `change`."""
    row = _locked(permit, line_id, Move.REMOVE)
    versions.unchanged(row, version)
    row.removed_at = now()
    notifications.take_back(permit.person_id, row.id)
    trail.record(permit, "removed", "agreed_line", row.id)
    session().flush()


def may_hide(permit: Permit, row: Line | queries.Agreed) -> bool:
    """*Only me* is for what people entered themselves."""
    return permit.is_self and row.entered_as == Role.SELF


def _locked(permit: Permit, line_id: UUID, how: Move, there: State | None = None) -> Line:
    """The locked row, where `how` is theirs to do and possible, or it stands at `there` already."""
    row = session().scalar(
        select(Line)
        .where(visible(permit, Line), Line.id == line_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise NotFound
    if not states.may(queries.ties(permit, row), how):
        versions.refuse(permit, row)
    if row.state != there and not states.possible(State(row.state), how):
        raise NotNow(row, how)
    return row


def _owner(owner: Owner) -> dict[str, Any]:
    if owner.kind == "me":
        return {"owner_kind": "me", "owner_id": None, "owner_name": ""}
    return {"owner_kind": owner.kind, "owner_id": owner.account_id, "owner_name": owner.name}


def _by(permit: Permit, by: By) -> dict[str, Any]:
    if by.visit_id is not None:
        _is_hidden(permit, by.visit_id)
    return {"by_kind": by.kind, "by_on": by.on, "by_visit_id": by.visit_id}


def _is_hidden(permit: Permit, appointment_id: UUID) -> bool:
    """Whether a visit is *only me*. :raises NotFound: a visit not theirs to see."""
    found: bool | None = session().scalar(
        select(Appointment.only_me).where(visible(permit, Appointment), Appointment.id == appointment_id)
    )
    if found is None:
        raise NotFound
    return found
