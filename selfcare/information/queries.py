"""Reading which pages stand beside things of a record, and all of them together, by what each hangs on."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, select
from werkzeug.exceptions import NotFound

from selfcare import i18n
from selfcare.database import session
from selfcare.information import address, team_list, words
from selfcare.information.models import Information, TeamLink
from selfcare.people.models import Team, TeamOffer
from selfcare.web.access import Area, Permit, visible

MOST = 20  # beside one thing: more than these and nobody reads any of them
MOST_OF_A_ROOM = 200


@dataclass(frozen=True)
class Page:
    """A page elsewhere, as it stands beside something.

    :param place: the host, for people; `ascii` the same in plain letters, where it has others.
    :param off: by which team, and when, it was taken off the list: then nobody is sent there any more.
    """

    id: UUID | None
    about_id: UUID | None
    url: str
    name: str
    publisher: str
    language: str
    reading_age: int | None
    checked_on: date
    checked_by: str
    off: tuple[str, datetime] | None

    @property
    def place(self) -> str:
        return address.host(self.url)

    @property
    def ascii(self) -> str:
        return address.in_ascii(self.url)

    @property
    def is_stale(self) -> bool:
        return team_list.stale(self.checked_on)

    @property
    def reading_said(self) -> str:
        """How easy it is to read; empty where that was not measured."""
        return words.reading(self.reading_age) if self.reading_age is not None else ""

    @property
    def language_said(self) -> str:
        """The language it is in, as the reader calls it; empty where nobody said."""
        return i18n.language_name(self.language) if self.language in i18n.LANGUAGES else ""


@dataclass(frozen=True)
class Hung:
    """A page with the thing that it stands beside: what that is called, and where it is."""

    page: Page
    label: str
    where: str
    at: datetime


@dataclass(frozen=True)
class Room:
    """A room whose things pages may stand beside: the right that opens them, and those a reader may see, the
    newest first.
    """

    area: Area
    hung: Callable[[Permit, int], Iterable[Hung]]


_rooms: dict[str, Room] = {}


def hangs(name: str, area: Area) -> Callable[[Callable[[Permit, int], Iterable[Hung]]], Any]:
    """Marks what a room offers of the pages beside its things."""

    def keep(how: Callable[[Permit, int], Iterable[Hung]]) -> Any:
        _rooms[name] = Room(area, how)
        return how

    return keep


def areas() -> set[Area]:
    """The rights of which one at least must be there, for somebody to find pages."""
    return {room.area for room in _rooms.values()}


def every(permit: Permit) -> list[Hung]:
    """All that stand beside something this reader may see, the newest first. One statement for each room."""
    found = [
        one for room in _rooms.values() if permit.may(room.area) for one in room.hung(permit, MOST_OF_A_ROOM)
    ]
    return sorted(found, key=lambda one: (one.at, str(one.page.id)), reverse=True)


def are_any(permit: Permit) -> bool:
    """Whether there is one."""
    return any(True for room in _rooms.values() if permit.may(room.area) for _ in room.hung(permit, 1))


def with_list(item: Any) -> Select[Any]:
    """A statement of rows with a page (`models.Linked`), and what `page` needs to know of each besides."""
    listed, known = team_list.known(item.list_id, item.url)
    return (
        select(item, TeamOffer, TeamLink, Team.name.label("team_name"))
        .outerjoin(TeamOffer, listed)
        .outerjoin(TeamLink, known)
        .outerjoin(Team, Team.id == item.list_id)
    )


def page(row: Any, about_id: UUID | None = None) -> Page:
    """A row of such a statement. What is on the list counts before what was copied from it."""
    one, offer, link = row[0], row[1], row[2]
    body: dict[str, Any] = offer.body if offer else {}
    day = date.fromisoformat(body["checked_on"]) if body else one.checked_on
    by = one.checked_by
    if body and day != one.checked_on:
        by = link.checked_by if link and link.checked_on == day else ""
    went = link.off_at if link and not offer else None
    return Page(
        id=one.id,
        about_id=about_id,
        url=one.url,
        name=body.get("name", one.name),
        publisher=body.get("publisher", one.publisher),
        language=body.get("language", one.language),
        reading_age=(body.get("reading") or {}).get("age") if body else one.reading_age,
        checked_on=day,
        checked_by=by,
        off=(row.team_name or "", went) if went else None,
    )


def of_list(listed: team_list.Listed) -> Page:
    """A page that stands beside every result of a test."""
    return Page(
        id=None, about_id=None, url=listed.url, name=listed.name, publisher=listed.publisher,
        language=listed.language, reading_age=listed.reading_age, checked_on=listed.checked_on,
        checked_by=listed.checked_by, off=None,
    )  # fmt: skip


def beside(permit: Permit, kind: str, ids: Collection[UUID]) -> dict[UUID, list[Page]]:
    """The pages beside things of one kind, which the caller has found theirs to see. One statement."""
    if not ids:
        return {}
    rows = session().execute(
        with_list(Information)
        .where(visible(permit, Information), Information.about_kind == kind, Information.about_id.in_(ids))
        .order_by(Information.entered_at, Information.id)
        .limit(MOST_OF_A_ROOM)
    )
    found: dict[UUID, list[Page]] = {}
    for row in rows:
        found.setdefault(row[0].about_id, []).append(page(row, row[0].about_id))
    return found


def rows(permit: Permit, kind: str, item: Any, on: Any, most: int) -> Sequence[Any]:
    """All of `all_of`. One statement."""
    return session().execute(all_of(permit, kind, item, on, most)).all()


def all_of(permit: Permit, kind: str, item: Any, on: Any, most: int) -> Select[Any]:
    """The pages beside things of a kind, with each thing at the end of its row: to be narrowed to those that stand.

    :param on: the column by which a thing of table `item` is known.
    """
    found = with_list(Information).add_columns(item)
    hang = and_(item.person_id == Information.person_id, on == Information.about_id)
    return (
        found.join(item, hang)
        .where(visible(permit, Information), Information.about_kind == kind, visible(permit, item))
        .order_by(Information.entered_at.desc(), Information.id.desc())
        .limit(most)
    )


def one(
    permit: Permit, kind: str, about_id: UUID, information_id: UUID, *, lock: bool = False
) -> Information:
    """One page beside a thing, also one that was taken off. :raises NotFound: there is none such."""
    query = select(Information).where(
        Information.person_id == permit.person_id,
        Information.id == information_id,
        Information.about_kind == kind,
        Information.about_id == about_id,
    )
    row = session().scalar(query.with_for_update() if lock else query)
    if row is None:
        raise NotFound
    return row
