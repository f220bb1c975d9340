"""A team's starter set: what it keeps, against what a file brings; and taking in what somebody chose of that."""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from uuid import UUID

from sqlalchemy import delete, func, select
from werkzeug.exceptions import NotFound

from selfcare.audit import trail
from selfcare.audit.models import Trail
from selfcare.database import now, session
from selfcare.diary.presets import PRESETS
from selfcare.i18n import LANGUAGES
from selfcare.information import team_list
from selfcare.people import offers, teams
from selfcare.people.models import Administrator, TeamOffer
from selfcare.results import phrases
from selfcare.results import team as releases
from selfcare.team import actions
from selfcare.team.seat import Seat
from selfcare.team.starter_set_file import (
    LIMIT,
    MOST_PHRASES,
    PHRASE,
    RELEASE,
    REPLY,
    Item,
    NotASet,
    StarterSet,
    document,
    phrase_item,
    read,
)

NEW, SAME, DIFFERS = "new", "same", "differs"


class ChangedMeanwhile(Exception):
    """What the team keeps is other than it was when the page was shown. Nothing was taken in."""


class TooMany(ValueError):
    """There is no room for so many. `part`: of what."""

    def __init__(self, part: str) -> None:
        super().__init__(part)
        self.part = part


class Stands(ValueError):
    """Something of the same key is there: what somebody typed would take its place unseen. `item`: what stands."""

    def __init__(self, item: Item) -> None:
        super().__init__(item.id)
        self.item = item


@dataclass(frozen=True)
class Compared:
    """A thing of a file beside what the team keeps of it."""

    item: Item
    state: str
    stands: Item | None


def current(seat: Seat) -> dict[str, Item]:
    """All that a team keeps of what a starter set can hold, by id. Three statements."""
    found = [Item(row.part, row.key, row.body) for row in offers.of_team(seat.team.id)]
    found += [item for item, _ in _phrases(seat)]
    found += [Item(RELEASE, kind, {"how": how}) for kind, how in releases.of_team(seat.team.id).items()]
    found.append(Item(REPLY, "days", {"days": seat.team.reply_days}))
    return {item.id: item for item in found}


def export(seat: Seat) -> StarterSet:
    """What a team keeps, as a set: in the languages that something of it is in. What no file can hold is left out."""
    items: list[Item] = []
    for item in current(seat).values():
        of_part = sum(one.part == PHRASE for one in items)
        if (item.part != PHRASE or of_part < MOST_PHRASES) and _fits(item):
            items.append(item)
    used = {code for item in items for texts in _texts(item) for code in texts}
    used |= {item.body["language"] for item in items if item.part == offers.LINK}
    languages = tuple(code for code in LANGUAGES if code in used) or (next(iter(LANGUAGES)),)
    return StarterSet(languages, seat.team.name[:200], teams.today(), tuple(items))


def compare(seat: Seat, found: StarterSet) -> list[Compared]:
    """Each thing of a file: new, the same, or another than the team's."""
    stand = current(seat)
    rows = []
    for item in found.items:
        there = stand.get(item.id)
        same = there is not None and dict(there.body) == dict(item.body)
        rows.append(Compared(item, NEW if there is None else SAME if same else DIFFERS, there))
    return rows


def sign(rows: Iterable[Compared]) -> str:
    """A short sign of how a page showed them."""
    said = [
        (row.item.id, sorted(row.item.body.items()), row.stands and sorted(row.stands.body.items()))
        for row in rows
    ]
    return sha256(repr(said).encode()).hexdigest()[:24]


def take_in(seat: Seat, found: StarterSet, chosen: Collection[str], sign_read: str) -> int:
    """Keep what was chosen; what is the same stays. All of it or nothing. The team's row is held.

    :param chosen: the sign of each item. :returns: how many. :raises ChangedMeanwhile: :raises TooMany:
    """
    rows = compare(seat, found)
    if sign(rows) != sign_read:
        raise ChangedMeanwhile
    wanted = [row for row in rows if row.item.sign in chosen and row.state != SAME]
    modes = {row.item.key: row.item.body["how"] for row in wanted if row.item.part == RELEASE}
    if modes:
        releases.set_modes(seat, seat.team.id, modes)
    known = {item.id: phrase_id for item, phrase_id in _phrases(seat)}
    for row in wanted:
        body = row.item.body
        if row.item.part == REPLY:
            seat.team.reply_days = body["days"]
        elif row.item.part == PHRASE:
            words = {"test": body["test"], "texts": body["texts"], "code": body.get("code", "")}
            try:
                phrases.take_in(seat, seat.team.id, seat.name, **words, old=known.get(row.item.id))
            except phrases.TooMany:
                raise TooMany(PHRASE) from None
        elif row.item.part in offers.PARTS:
            keep(seat, row.item)
    if wanted:
        session().flush()
        actions.keep(seat, None, "starter set")
    return len(wanted)


def keep(seat: Seat, item: Item, checked_by: str = "") -> None:
    """Keep one thing that the team offers; of the same key, in its place. The team's row is held.

    :param checked_by: of a link: who of the team checked it. :raises TooMany:
    """
    mine = TeamOffer.team_id == seat.team.id, TeamOffer.part == item.part
    row = session().scalars(select(TeamOffer).where(*mine, TeamOffer.key == item.key)).first()
    if row is None:
        count = session().scalar(select(func.count()).select_from(TeamOffer).where(*mine)) or 0
        if count >= offers.MOST[item.part]:
            raise TooMany(item.part)
        row = TeamOffer(team_id=seat.team.id, part=item.part, key=item.key)
        session().add(row)
    row.body, row.by, row.by_name, row.at = dict(item.body), seat.account_id, seat.name, now()
    session().flush()
    if item.part == offers.LINK:
        team_list.note_on(seat.team.id, item.key, date.fromisoformat(item.body["checked_on"]), checked_by)
    trail.note_team(seat, seat.team.id, "changed", "offer", row.id)


def add(seat: Seat, item: Item) -> None:
    """Keep one thing that somebody typed. :raises TooMany: :raises Stands: of the same key there is one already."""
    mine = TeamOffer.team_id == seat.team.id, TeamOffer.part == item.part, TeamOffer.key == item.key
    row = session().scalars(select(TeamOffer).where(*mine)).first()
    if row is not None:
        raise Stands(Item(row.part, row.key, row.body))
    keep(seat, item, checked_by=seat.name)
    actions.keep(seat, None, "offer")


def team_of(offer_id: UUID) -> UUID:
    """:raises NotFound: there is no such thing."""
    row = session().get(TeamOffer, offer_id)
    if row is None:
        raise NotFound
    return row.team_id


def removed_from(account_id: UUID, offer_id: UUID) -> UUID | None:
    """Of the teams whose pages somebody runs, the one that had this once and has it no more."""
    if session().get(TeamOffer, offer_id) is not None:
        return None
    runs = select(Administrator.team_id).where(Administrator.account_id == account_id)
    had = Trail.person_id.in_(runs), Trail.kind == "offer", Trail.item_id == offer_id
    return session().scalar(select(Trail.person_id).where(*had).limit(1))


def offer(seat: Seat, offer_id: UUID) -> Item:
    """One thing that a team offers. :raises NotFound: another team's."""
    row = session().get(TeamOffer, offer_id)
    if row is None or row.team_id != seat.team.id:
        raise NotFound
    return Item(row.part, row.key, row.body)


def remove(seat: Seat, offer_id: UUID) -> None:
    """Take one thing off. What people keep already stays theirs. Twice is once. :raises NotFound: another team's."""
    row = session().get(TeamOffer, offer_id, populate_existing=True)  # somebody may have been first
    if row is None:
        return
    was = offer(seat, offer_id)
    if was.part == offers.LINK:
        team_list.note_off(seat.team.id, was.key)
    session().execute(delete(TeamOffer).where(TeamOffer.id == offer_id))
    actions.keep(seat, None, "offer")


def _phrases(seat: Seat) -> list[tuple[Item, UUID]]:
    """The team's sentences as items, with the id of each; of two that say the same, the first."""
    found: dict[str, tuple[Item, UUID]] = {}
    for row in phrases.of_team(seat.team.id):
        item = phrase_item(row.test, row.texts, row.code_key or "")
        found.setdefault(item.id, (item, row.id))
    return list(found.values())


def _fits(item: Item) -> bool:
    """Whether a file that holds it can be read again."""
    alone = StarterSet(tuple(LANGUAGES), "x", teams.today(), (item,))
    data = json.dumps(document(alone), ensure_ascii=False).encode()
    try:
        return read(data, list(PRESETS)).items == (item,) and len(data) < LIMIT
    except NotASet:
        return False


def _texts(item: Item) -> list[Mapping[str, str]]:
    body = item.body
    return [
        body[name] for name in ("text", "texts", "name", "low", "high") if isinstance(body.get(name), Mapping)
    ]
