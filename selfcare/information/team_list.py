"""A team's list of checked pages: read, added to, changed, taken from. The rows are what the team offers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite
from werkzeug.exceptions import NotFound

from selfcare.audit import trail
from selfcare.database import database, now, session
from selfcare.information.models import TeamLink
from selfcare.people import offers, teams
from selfcare.people.models import Relationship, Team, TeamOffer
from selfcare.web.access import Panel, Permit
from selfcare.web.folding import fold

MOST = offers.MOST[offers.LINK]
STALE = timedelta(days=365)  # after these, nobody says any more that a page was checked


class Full(ValueError):
    """The list has as many pages as there is room for."""


class ChangedMeanwhile(Exception):
    """It is another than the page showed. `by`: who changed it."""

    def __init__(self, by: str) -> None:
        super().__init__(by)
        self.by = by


class There(ValueError):
    """The address is on the list already. `id`: of what stands there."""

    def __init__(self, offer_id: UUID) -> None:
        super().__init__(offer_id)
        self.id = offer_id


@dataclass(frozen=True)
class Listed:
    """A page on a team's list, with what the team knows of it. `reading_age` in years; None: not measured."""

    id: UUID
    team_id: UUID
    url: str
    name: str
    publisher: str
    checked_on: date
    checked_by: str
    language: str
    about: str
    test: str
    reading_age: int | None
    words: int | None
    found: str
    status: int | None
    asked_at: datetime | None
    sign: str

    @property
    def is_stale(self) -> bool:
        return stale(self.checked_on)

    @property
    def linked(self) -> dict[str, Any]:
        """The columns of `models.Linked`."""
        names = ("url", "name", "publisher", "checked_on", "checked_by", "language", "reading_age")
        return {name: getattr(self, name) for name in names} | {"list_id": self.team_id}


def stale(checked_on: date) -> bool:
    """Whether it was checked so long ago that this is not worth saying."""
    return checked_on < teams.today() - STALE


def known(team_id: Any, url: Any) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """What joins a page to the list of a team: `TeamOffer`, and `TeamLink`. Both are columns."""
    return (
        and_(TeamOffer.team_id == team_id, TeamOffer.part == offers.LINK, TeamOffer.key == url),
        and_(TeamLink.team_id == team_id, TeamLink.url == url),
    )


def of_account(account_id: UUID | None) -> list[Listed]:
    """The lists of the teams that a professional is of, by name of the page. One statement."""
    if account_id is None:
        return []
    return _read(TeamOffer.team_id.in_(teams.ids_of(account_id)))


def of_person(permit: Permit) -> list[Listed]:
    """The list of the team that a person's key contact is in. One statement."""
    leads = select(Relationship.team_id).where(
        Relationship.person_id == permit.person_id,
        Relationship.kind == "professional",
        Relationship.lead,
        Relationship.state == "active",
    )
    return _read(TeamOffer.team_id.in_(leads))


def every() -> list[Listed]:
    """Every page on every list, by address. One statement."""
    return sorted(_read(), key=lambda one: (one.url, one.team_id.hex))


def one(panel: Panel, offer_id: UUID, *, lock: bool = False) -> tuple[Listed, Team]:
    """A page on a list of theirs, and whose list. :raises NotFound: on none, or another's."""
    row = session().get(TeamOffer, offer_id)
    if row is None or row.part != offers.LINK:
        raise NotFound
    team = teams.own(panel, row.team_id, lock=lock)
    return next(iter(_read(TeamOffer.id == offer_id)), None) or _gone(), team


def to_attach(permit: Permit, offer_id: UUID) -> Listed:
    """A page on a list of the reader's teams. :raises NotFound: on none of these."""
    mine = teams.ids_of(permit.account_id)
    return next(iter(_read(TeamOffer.id == offer_id, TeamOffer.team_id.in_(mine))), None) or _gone()


def add(panel: Panel, team_id: UUID, by: str, body: Mapping[str, Any]) -> UUID:
    """Put a page on a list. :param body: see `people.offers`. :raises Full: :raises There:"""
    team = teams.own(panel, team_id, lock=True)
    return put(panel, team.id, by, body)


def put(holder: trail.Holder, team_id: UUID, by: str, body: Mapping[str, Any]) -> UUID:
    """Put a page on the list of a team of theirs, whose row is held. :raises Full: :raises There:"""
    there = _at(team_id, body["url"])
    if there is not None:
        raise There(there)
    return _keep(holder, by, _fresh(team_id), body, checked_by=by)


def keep_typed(permit: Permit, body: Mapping[str, Any]) -> Listed | None:
    """What a professional typed beside something of a person's goes on the list of their team, too, so that it is
    looked after with the others. What is there already stays as it is. None: there is no room.
    """
    of_team = Relationship.id == permit.relationship_id, Relationship.team_id.is_not(None)
    team_id = session().scalar(select(Relationship.team_id).where(*of_team))
    if team_id is None:
        return None
    session().execute(select(Team.id).where(Team.id == team_id).with_for_update(key_share=True))
    try:
        found = put(permit, team_id, permit.account_name, body)
    except There as there:
        found = there.id
    except Full:
        return None
    return next(iter(_read(TeamOffer.id == found)), None)


def change(panel: Panel, offer_id: UUID, by: str, sign: str, body: Mapping[str, Any]) -> None:
    """Change what the list says of a page.

    :param sign: of what the form was filled from. :raises ChangedMeanwhile: :raises There: the new address is on it
        already. :raises NotFound:
    """
    listed, team = one(panel, offer_id, lock=True)
    row = session().get_one(TeamOffer, offer_id, populate_existing=True)
    if _sign(row) != sign:
        raise ChangedMeanwhile(row.by_name)
    if body["url"] != listed.url:
        there = _at(team.id, body["url"])
        if there is not None:
            raise There(there)
        note_off(team.id, listed.url)
    again = (body["url"], body["checked_on"]) != (listed.url, listed.checked_on.isoformat())
    _keep(panel, by, row, body, checked_by=by if again else listed.checked_by)


def take_off(panel: Panel, offer_id: UUID) -> None:
    """Take a page off the list. Where it was put beside something, it says so from now on. Twice is once.

    :raises NotFound: another team's.
    """
    row = session().get(TeamOffer, offer_id)
    if row is None:
        return
    listed, team = one(panel, offer_id, lock=True)
    session().execute(delete(TeamOffer).where(TeamOffer.id == offer_id))
    note_off(team.id, listed.url)
    trail.note_team(panel, team.id, "removed", "offer", offer_id)


def note_off(team_id: UUID, url: str) -> None:
    """That a page is not on the list any more, from now on."""
    _know(team_id, url, off_at=now())


def note_on(team_id: UUID, url: str, checked_on: date, checked_by: str = "") -> None:
    """That a page is on the list; and who checked it, where that was somebody of the team."""
    _know(team_id, url, off_at=None, checked_on=checked_on, checked_by=checked_by)


def note_found(team_id: UUID, url: str, found: str, status: int | None) -> None:
    """What a look from here found."""
    _know(team_id, url, found=found, status=status, asked_at=now())


def about_test(listed: list[Listed], names: set[str]) -> list[Listed]:
    """Those that the team wants beside each result of a test. :param names: as `test_key` has them."""
    return [one for one in listed if one.test and test_key(one.test) in names]


def test_key(name: str) -> str:
    """A test's name, to find it again however it is written."""
    return " ".join(fold(name).split())


def _at(team_id: UUID, url: str) -> UUID | None:
    """What stands on a list at an address."""
    mine = TeamOffer.team_id == team_id, TeamOffer.part == offers.LINK, TeamOffer.key == url
    return session().scalar(select(TeamOffer.id).where(*mine))


def _fresh(team_id: UUID) -> TeamOffer:
    """:raises Full: there is no room for one more."""
    mine = TeamOffer.team_id == team_id, TeamOffer.part == offers.LINK
    if (session().scalar(select(func.count()).select_from(TeamOffer).where(*mine)) or 0) >= MOST:
        raise Full
    return TeamOffer(team_id=team_id, part=offers.LINK)


def _keep(holder: trail.Holder, by: str, row: TeamOffer, body: Mapping[str, Any], *, checked_by: str) -> UUID:
    row.key, row.body, row.by, row.by_name, row.at = body["url"], dict(body), holder.account_id, by, now()
    session().add(row)
    session().flush()
    note_on(row.team_id, row.key, date.fromisoformat(body["checked_on"]), checked_by)
    trail.note_team(holder, row.team_id, "changed", "offer", row.id)
    return row.id


def _know(team_id: UUID, url: str, **values: Any) -> None:
    insert = sqlite.insert if database().is_sqlite else postgresql.insert
    made = insert(TeamLink).values(**{"team_id": team_id, "url": url, "checked_by": "", "found": ""} | values)
    session().execute(made.on_conflict_do_update(index_elements=["team_id", "url"], set_=values))


def _read(*where: Any) -> list[Listed]:
    query = (
        select(TeamOffer, TeamLink)
        .outerjoin(TeamLink, and_(TeamLink.team_id == TeamOffer.team_id, TeamLink.url == TeamOffer.key))
        .where(TeamOffer.part == offers.LINK, *where)
        .order_by(TeamOffer.at, TeamOffer.id)
        .execution_options(populate_existing=True)
    )
    found = [_listed(row, known) for row, known in session().execute(query)]
    return sorted(found, key=lambda one: fold(one.name))


def _listed(row: TeamOffer, link: TeamLink | None) -> Listed:
    body = row.body
    reading = body.get("reading") or {}
    checked_on = date.fromisoformat(body["checked_on"])
    return Listed(
        id=row.id,
        team_id=row.team_id,
        url=body["url"],
        name=body["name"],
        publisher=body["publisher"],
        checked_on=checked_on,
        checked_by=link.checked_by if link and link.checked_on == checked_on else "",
        language=body["language"],
        about=body.get("about", ""),
        test=body.get("test", ""),
        reading_age=reading.get("age"),
        words=reading.get("words"),
        found=link.found if link else "",
        status=link.status if link else None,
        asked_at=link.asked_at if link else None,
        sign=_sign(row),
    )


def _sign(row: TeamOffer) -> str:
    return sha256(repr(sorted(row.body.items())).encode()).hexdigest()[:24]


def _gone() -> Any:
    raise NotFound
