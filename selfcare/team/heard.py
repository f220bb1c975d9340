"""What a team reads of what people said, and what it does about it: themes, answers, ideas, who would help.

The proof is a seat: no record is opened. Nobody learns here whose words they are, of which visit, or of which day.
"""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, or_, select, tuple_
from werkzeug.exceptions import NotFound

from selfcare.audit import trail
from selfcare.database import now, session
from selfcare.feedback import queries
from selfcare.feedback.models import Answer, Gathered, Remark, Theme, WouldHelp
from selfcare.people import access
from selfcare.people.models import Person, Relationship
from selfcare.team.queries import looked_after
from selfcare.team.seat import Seat
from selfcare.web import folding
from selfcare.web.access import Purpose
from selfcare.web.figure_rule import FEWEST
from selfcare.web.paging import Key

BATCHES = 5  # on a page
TEXTS = 20  # of a theme, on a page
MOST_THEMES = 100
MOST_HELPERS = 200
_WORD, _APOSTROPHE = re.compile(r"[\w'’‘ʼ]+"), re.compile(r"['’‘ʼ]")


class ChangedMeanwhile(Exception):
    """Somebody changed it since the form was filled."""


@dataclass(frozen=True)
class Heard:
    """A text as the team reads it. `themes`: where it was put, in the team's words."""

    id: UUID
    text: str
    themes: list[str]


@dataclass(frozen=True)
class Batch:
    """What five people or more let the team read at one moment: in which months they wrote it, in no order."""

    id: UUID
    first: date
    last: date
    texts: list[Heard]


def _readable(seat: Seat) -> tuple[ColumnElement[bool], ...]:
    """Of texts: those in a batch in which five people still are."""
    full = (
        select(Remark.batch)
        .join(Person, Person.id == Remark.person_id)
        .where(Remark.team_id == seat.team.id, Remark.batch.is_not(None), *queries.counts())
        .group_by(Remark.batch)
        .having(func.count(Remark.person_id.distinct()) >= FEWEST)
    )
    erased = select(Person.id).where(or_(Person.mistaken_at.is_not(None), Person.erase_at <= now()))
    return (
        Remark.team_id == seat.team.id,
        Remark.batch.in_(full),
        Remark.person_id.not_in(erased),
        Remark.removed_at.is_(None),
    )


def batches(seat: Seat, before: Key | None = None, size: int = BATCHES) -> list[Batch]:
    """What the team can read, newest first; one batch more than `size`. Three statements."""
    months = func.min(Remark.given_on).label("first"), func.max(Remark.given_on).label("last")
    each = select(Remark.batch, *months).where(*_readable(seat)).group_by(Remark.batch).subquery()
    further = [tuple_(each.c.last, each.c.batch) < (before[0].date(), before[1])] if before else []
    listed = select(each).where(*further).order_by(each.c.last.desc(), each.c.batch.desc())
    found = session().execute(listed.limit(size + 1)).all()
    rows = session().execute(
        select(Remark.batch, Remark.id, Remark.text)
        .where(*_readable(seat), Remark.batch.in_([batch for batch, _, _ in found]))
        .order_by(Remark.id)  # a number by chance: in the order of nothing
    )
    texts = list(rows)
    put = _put_with([one for _, one, _ in texts])
    return [
        Batch(
            batch, first, last, [Heard(one, text, put.get(one, [])) for of, one, text in texts if of == batch]
        )
        for batch, first, last in found
    ]


def _put_with(remarks: Collection[UUID]) -> dict[UUID, list[str]]:
    rows = session().execute(
        select(Gathered.remark_id, Theme.said)
        .join(Theme, Theme.id == Gathered.theme_id)
        .where(Gathered.remark_id.in_(remarks), Theme.removed_at.is_(None))
        .order_by(Theme.made_at)
    )
    found: dict[UUID, list[str]] = {}
    for remark, said in rows:
        found.setdefault(remark, []).append(said)
    return found


@dataclass(frozen=True)
class Listed:
    """A theme as the team lists it. `people`: as it may be said, or None."""

    theme: Theme
    people: int | None
    answer: Answer | None


def themes(seat: Seat) -> list[Listed]:
    """The team's themes, newest first. Three statements."""
    rows = session().scalars(
        select(Theme)
        .where(Theme.team_id == seat.team.id, Theme.removed_at.is_(None))
        .order_by(Theme.made_at.desc(), Theme.id)
        .limit(MOST_THEMES)
    )
    found = list(rows)
    ids = [one.id for one in found]
    said, answers = queries.said_by(ids), queries.answers(ids)
    return [Listed(one, said.get(one.id), next(iter(answers.get(one.id, [])), None)) for one in found]


def theme(seat: Seat, theme_id: UUID, *, lock: bool = False) -> Theme:
    """One theme of the team's. :raises NotFound: any other."""
    query = select(Theme).where(
        Theme.team_id == seat.team.id, Theme.id == theme_id, Theme.removed_at.is_(None)
    )
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    row = session().scalars(query).first()
    if row is None:
        raise NotFound
    return row


def gathered(seat: Seat, theme_id: UUID, before: Key | None = None, size: int = TEXTS) -> list[Heard]:
    """The texts of a theme that the team can read; one more than `size` at most. One statement.

    :param before: by its id alone: they stand in the order of nothing.
    """
    further = [Remark.id < before[1]] if before else []
    rows = session().execute(
        select(Remark.id, Remark.text)
        .join(Gathered, (Gathered.person_id == Remark.person_id) & (Gathered.remark_id == Remark.id))
        .where(*_readable(seat), Gathered.theme_id == theme_id, *further)
        .order_by(Remark.id.desc())
        .limit(size + 1)
    )
    return [Heard(one, text, []) for one, text in rows]


def gather(seat: Seat, remarks: Collection[UUID], theme_id: UUID | None, said: str) -> Theme:
    """Put texts with a theme, or with a new one. What the team cannot read any more is passed by.

    :param theme_id: None for a new one, which is called `said`.
    """
    if theme_id is None:
        row = Theme(team_id=seat.team.id, said=said, version=1, made_at=now(), made_by=seat.account_id)
        session().add(row)
        session().flush()
        trail.note_team(seat, seat.team.id, "added", "said_theme", row.id)
    else:
        row = theme(seat, theme_id, lock=True)
    rows = session().execute(
        select(Remark.person_id, Remark.id).where(*_readable(seat), Remark.id.in_(remarks))
    )
    known = set(session().scalars(select(Gathered.remark_id).where(Gathered.theme_id == row.id)))
    for person, remark in rows:
        if remark not in known:
            session().add(Gathered(theme_id=row.id, person_id=person, remark_id=remark))
    session().flush()
    return row


def let_out(seat: Seat, theme_id: UUID, remark_id: UUID) -> None:
    """Take a text out of a theme. Twice is once."""
    row = theme(seat, theme_id, lock=True)
    session().execute(delete(Gathered).filter_by(theme_id=row.id, remark_id=remark_id))


def change(seat: Seat, theme_id: UUID, version: int, said: str, shown: bool, answer: Answer) -> Theme:
    """What a theme says, what was done about it, and whether everybody can read it. An answer in other words is a new
    one: those before it stay, with their dates.

    :param answer: of `state`, `words` and `day` alone. :raises ChangedMeanwhile: somebody was quicker.
    """
    row = theme(seat, theme_id, lock=True)
    if row.version != version:
        raise ChangedMeanwhile
    row.said = said
    if not shown:
        row.shown_at = None
    elif row.shown_at is None:
        row.shown_at = now()
    stands = queries.answer(theme_id)
    wanted = (answer.state, answer.words, answer.day)
    if stands is None or (stands.state, stands.words, stands.day) != wanted:
        session().add(
            Answer(
                theme_id=row.id, at=now(), by=seat.account_id,
                state=answer.state, words=answer.words, day=answer.day,
            )
        )  # fmt: skip
    row.version += 1
    trail.note_team(seat, seat.team.id, "changed", "said_theme", row.id)
    session().flush()
    return row


def remove(seat: Seat, theme_id: UUID) -> None:
    """Take a theme off: nobody reads it any more."""
    row = theme(seat, theme_id, lock=True)
    row.removed_at, row.shown_at = now(), None
    trail.note_team(seat, seat.team.id, "removed", "said_theme", row.id)
    session().flush()


def helpers(seat: Seat) -> list[tuple[str, WouldHelp]]:
    """Who of the team's people would help, and lives: by name, which is noted for them. One statement."""
    query = (
        select(Person, WouldHelp)
        .join(WouldHelp, WouldHelp.person_id == Person.id)
        .where(
            WouldHelp.team_id == seat.team.id,
            queries.offer_stands(),
            Person.died_on.is_(None),
            *queries.counts(),
        )
        .order_by(WouldHelp.at, WouldHelp.person_id)
        .limit(MOST_HELPERS)
    )
    rows = session().execute(query).all()
    shown = access.reading(Purpose.FEEDBACK, [one for one, _ in rows], seat.account_id, seat.name)
    trail.note_list(shown, "would_help")
    return sorted(((one.full_name, offer) for one, offer in rows), key=lambda row: row[0].casefold())


def named(seat: Seat, text: str) -> set[str]:
    """Words of a text that are a name of somebody whom the team looks after: nobody should be named in public."""
    whole = _WORD.findall(unicodedata.normalize("NFC", text))
    # Rosa’s is Rosa too, and O’Brien is one name.
    typed = {folding.fold(each): each for word in whole for each in (*_APOSTROPHE.split(word), word)}
    if not typed:
        return set()
    rows = session().execute(
        select(Person.given_name, Person.family_name, Person.known_as)
        .join(Relationship, Relationship.person_id == Person.id)
        .where(*looked_after(seat))
    )
    names = {part for row in rows for name in row for part in folding.words(name) if len(part) > 2}
    return {word.casefold() for folded, word in typed.items() if folded in names}
