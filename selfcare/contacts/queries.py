"""Reading contacts, rhythms, and what is due."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Date, DateTime, Integer, String, cast, func, null, select, tuple_, union_all
from werkzeug.exceptions import NotFound

from selfcare.contacts.models import Contact, Rhythm
from selfcare.contacts.words import ACTIVE_DAYS, TALKED
from selfcare.database import Instant, session
from selfcare.own_view import queries as own_view
from selfcare.own_view.models import OwnView
from selfcare.own_view.queries import View
from selfcare.web.access import Area, Level, Panel, Permit, visible, visible_to_panel
from selfcare.web.paging import Key

PAGE = 20
KIND = "contact"  # as own views know it


@dataclass(frozen=True)
class PanelContact:
    """Where contact with one person of a panel stands. `due_on` is None while no day was ever set."""

    last_utc: datetime | None
    last_wall: datetime | None
    last_how: str | None
    every_days: int | None
    due_on: date | None
    light: bool


@dataclass(frozen=True)
class Plan:
    """A person's rhythm. `version` is 0 while nobody has set one, and the default stands in."""

    kind: str
    every_days: int
    due_on: date | None
    version: int


@dataclass(frozen=True)
class Told:
    """A contact, and what the person says beside it."""

    row: Contact
    view: View | None


def contacts(permit: Permit, before: Key | None = None, size: int = PAGE) -> list[Told]:
    """Contacts, newest first; one more than `size` at most, which says that there are earlier ones. One statement.

    :param before: the (utc, id) of the last one shown.
    """
    permit.require(Area.CONTACTS, Level.SEE)
    query = (
        select(Contact, OwnView)
        .outerjoin(OwnView, own_view.beside(KIND, Contact))
        .where(visible(permit, Contact))
        .order_by(Contact.utc.desc(), Contact.id.desc())
        .limit(size + 1)
    )
    if before:
        query = query.where(tuple_(Contact.utc, Contact.id) < before)
    return [Told(row, own_view.plain(view, words(row))) for row, view in session().execute(query)]


def left_alone(permit: Permit) -> list[OwnView]:
    """What the person said beside contacts that were taken out since, newest first. One statement."""
    return list(
        session().scalars(
            select(OwnView)
            .join(Contact, own_view.beside(KIND, Contact))
            .where(visible(permit, OwnView), Contact.removed_at.is_not(None))
            .order_by(OwnView.entered_at.desc(), OwnView.id)
            .limit(PAGE)
        )
    )


def words(row: Contact) -> str:
    """What a professional wrote of a contact."""
    return "\n".join(filter(None, (row.said, row.next_step)))


def latest(permit: Permit) -> Contact | None:
    """The latest contact, or None. Nobody reached is no contact."""
    permit.require(Area.CONTACTS, Level.SEE)
    query = select(Contact).where(visible(permit, Contact), Contact.outcome == TALKED)
    return session().scalars(query.order_by(Contact.utc.desc(), Contact.id.desc()).limit(1)).first()


def contact(permit: Permit, contact_id: UUID) -> Contact:
    """One contact. :raises NotFound: unknown, removed or not theirs to see."""
    permit.require(Area.CONTACTS, Level.SEE)
    found = (
        session().scalars(select(Contact).where(visible(permit, Contact), Contact.id == contact_id)).first()
    )
    if found is None:
        raise NotFound
    return found


def own(permit: Permit, row: Contact) -> bool:
    """Whether a contact is theirs to change: it is signed, so only who wrote it may."""
    return (
        permit.may(Area.CONTACTS, Level.MANAGE)
        and row.entered_by is not None
        and row.entered_by == permit.account_id
    )


def plan(permit: Permit) -> Plan:
    """The person's rhythm and the day contact is due."""
    permit.require(Area.CONTACTS, Level.SEE)
    row = session().scalars(select(Rhythm).where(visible(permit, Rhythm))).first()
    if row is None:
        return Plan("active", ACTIVE_DAYS, None, 0)
    return Plan(row.kind, row.every_days, row.due_on, row.version)


def last_for_panel(panel: Panel) -> dict[UUID, PanelContact]:
    """The last contact, the rhythm and the day due of everyone in a panel. One statement.

    People without either are left out.
    """
    newest = (
        select(
            Contact.person_id,
            Contact.utc,
            Contact.wall,
            Contact.how,
            func.row_number()
            .over(partition_by=Contact.person_id, order_by=(Contact.utc.desc(), Contact.id.desc()))
            .label("place"),
        )
        .where(visible_to_panel(panel, Area.CONTACTS, Contact), Contact.outcome == TALKED)
        .subquery()
    )
    last = select(
        newest.c.person_id,
        newest.c.utc,
        newest.c.wall,
        newest.c.how,
        _nothing(Integer(), "every_days"),
        _nothing(Date(), "due_on"),
        _nothing(String(), "kind"),
    ).where(newest.c.place == 1)
    rhythms = select(
        Rhythm.person_id,
        _nothing(Instant(), "utc"),
        _nothing(DateTime(), "wall"),
        _nothing(String(), "how"),
        Rhythm.every_days,
        Rhythm.due_on,
        Rhythm.kind,
    ).where(visible_to_panel(panel, Area.CONTACTS, Rhythm))
    found: dict[UUID, dict[str, Any]] = {}
    for person_id, utc, wall, how, every_days, due_on, kind in session().execute(union_all(last, rhythms)):
        facts = found.setdefault(person_id, {})
        if how is not None:
            facts |= {"last_utc": utc, "last_wall": wall, "last_how": how}
        else:
            facts |= {"every_days": every_days, "due_on": due_on, "light": kind == "lighter"}
    blank = {
        "last_utc": None,
        "last_wall": None,
        "last_how": None,
        "every_days": None,
        "due_on": None,
        "light": False,
    }
    return {person_id: PanelContact(**{**blank, **facts}) for person_id, facts in found.items()}


def _nothing(kind: Any, name: str) -> Any:
    """An empty column of a type, so that both halves of the union fit on either engine."""
    return cast(null(), kind).label(name)
