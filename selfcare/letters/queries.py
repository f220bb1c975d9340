"""Reading letters and their pages."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select, tuple_
from werkzeug.exceptions import NotFound

from selfcare.database import now, session
from selfcare.letters.models import Letter, LetterPart, LetterSheet, LetterUpload, LetterUploadPart
from selfcare.web import versions, written
from selfcare.web.access import Area, Level, Permit, visible
from selfcare.web.paging import Key

PAGE = 20
SENDERS = 4
MOST_SHEETS = 20  # of a letter
REMOVED_LASTS = timedelta(days=1)  # the bytes of what was removed


@dataclass(frozen=True)
class Listed:
    """A letter of a list: how many photos and PDFs it has, and how many bytes."""

    letter: Letter
    photos: int
    pdfs: int
    size: int


def letters(permit: Permit, before: Key | None = None, size: int = PAGE) -> list[Listed]:
    """Newest first by the day on the letter; one more than `size` at most. One statement."""
    photo = LetterSheet.content_type == "image/jpeg"
    sheets = (
        select(
            LetterSheet.letter_id,
            func.count().filter(photo).label("photos"),
            func.count().filter(~photo).label("pdfs"),
            func.sum(LetterSheet.size).label("size"),
        )
        .where(visible(permit, LetterSheet))
        .group_by(LetterSheet.letter_id)
        .subquery()
    )
    query = (
        select(Letter, sheets.c.photos, sheets.c.pdfs, sheets.c.size)
        .outerjoin(sheets, sheets.c.letter_id == Letter.id)
        .where(visible(permit, Letter))
        .order_by(Letter.day.desc(), Letter.id.desc())
        .limit(size + 1)
    )
    if before:
        query = query.where(tuple_(Letter.day, Letter.id) < (before[0].date(), before[1]))
    return [
        Listed(row, photos or 0, pdfs or 0, size or 0) for row, photos, pdfs, size in session().execute(query)
    ]


def key(row: Letter) -> tuple[datetime, UUID]:
    """By what a list goes on after a letter."""
    return datetime.combine(row.day, time(), UTC), row.id


def letter(permit: Permit, letter_id: UUID) -> Letter:
    """One letter. :raises NotFound: unknown, removed or not theirs to see."""
    found = session().scalars(select(Letter).where(visible(permit, Letter), Letter.id == letter_id)).first()
    if found is None:
        raise NotFound
    return found


def taken_out(permit: Permit, letter_id: UUID) -> Letter:
    """A letter that this account removed a moment ago. :raises NotFound: it is there, or was not removed so."""
    found = session().scalars(_removed(permit, letter_id)).first()
    if found is None:
        raise NotFound
    return found


def _removed(permit: Permit, letter_id: UUID) -> Select[Letter]:
    return select(Letter).where(
        Letter.person_id == permit.person_id,
        Letter.id == letter_id,
        Letter.removed_by == permit.account_id,
        Letter.removed_at > now() - versions.ONE_SITTING,
    )


def sheets(permit: Permit, letter_id: UUID) -> list[LetterSheet]:
    """The pages of a letter that can be seen (`letter`), in order."""
    mine = visible(permit, LetterSheet), LetterSheet.letter_id == letter_id
    query = select(LetterSheet).where(*mine).order_by(LetterSheet.place, LetterSheet.id).limit(MOST_SHEETS)
    return list(session().scalars(query))


def sheet(permit: Permit, letter_id: UUID, sheet_id: UUID) -> tuple[Letter, LetterSheet]:
    """One page, and whose it is. :raises NotFound: as `letter`."""
    found = (
        session()
        .execute(
            select(Letter, LetterSheet)
            .join(LetterSheet, LetterSheet.letter_id == Letter.id)
            .where(
                visible(permit, Letter),
                visible(permit, LetterSheet),
                Letter.id == letter_id,
                LetterSheet.id == sheet_id,
            )
        )
        .first()
    )
    if found is None:
        raise NotFound
    return found[0], found[1]


def bytes_of(person_id: UUID, sheet_id: UUID) -> Iterator[bytes]:
    """The bytes of a page, some at a time."""
    of_sheet = LetterPart.person_id == person_id, LetterPart.sheet_id == sheet_id
    places = session().scalars(select(LetterPart.place).where(*of_sheet).order_by(LetterPart.place)).all()
    for place in places:
        yield session().scalars(select(LetterPart.body).where(*of_sheet, LetterPart.place == place)).one()


def has_bytes(person_id: UUID, sheet_id: UUID) -> bool:
    """Whether a page has not been let go of."""
    of_sheet = LetterPart.person_id == person_id, LetterPart.sheet_id == sheet_id
    return session().scalar(select(LetterPart.place).where(*of_sheet).limit(1)) is not None


def room(permit: Permit) -> tuple[int, int]:
    """How many bytes of letters a record has; and of those that were removed and are not let go of yet."""
    gone, removed = let_go(now()), LetterSheet.removed_at.is_not(None) | Letter.removed_at.is_not(None)
    size = func.sum(LetterSheet.size)
    query = (
        select(size.filter(~removed), size.filter(removed & ~gone))
        .join(Letter, Letter.id == LetterSheet.letter_id)
        .where(LetterSheet.person_id == permit.person_id)
    )
    kept, left = session().execute(query).one()
    return kept or 0, left or 0


def let_go(moment: datetime) -> ColumnElement[bool]:
    """Of a page with its letter: it was removed so long ago that nobody puts it back, and its bytes go."""
    before = moment - REMOVED_LASTS
    return func.coalesce(LetterSheet.removed_at < before, False) | func.coalesce(
        Letter.removed_at < before, False
    )


def senders(permit: Permit) -> Sequence[str]:
    """Whom letters were from, the latest first."""
    latest = func.max(Letter.entered_at)
    query = select(Letter.sender).where(visible(permit, Letter)).group_by(Letter.sender)
    return session().scalars(query.order_by(latest.desc(), Letter.sender).limit(SENDERS)).all()


def upload(person_id: UUID, account_id: UUID, upload_id: UUID, *, lock: bool = False) -> LetterUpload | None:
    """A file on its way, of whoever sends it. `lock`: until this request has ended it is nobody else's to add to."""
    mine = LetterUpload.person_id == person_id, LetterUpload.account_id == account_id
    query = select(LetterUpload).where(*mine, LetterUpload.id == upload_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return session().scalars(query).first()


def uploaded(upload_id: UUID) -> bytes:
    """What has arrived of a file."""
    parts = select(LetterUploadPart.body).where(LetterUploadPart.upload_id == upload_id)
    return b"".join(session().scalars(parts.order_by(LetterUploadPart.start)))


def may_change(permit: Permit, item: Letter) -> bool:
    """Whether a letter is theirs to change: their own, or with the right to manage others' too."""
    own = versions.is_own(permit, item)
    return permit.may(Area.HEALTH, Level.ADD if own or permit.is_self else Level.MANAGE)


def for_summary(permit: Permit) -> Sequence[Select[*tuple[Any, ...]]]:
    """The list of letters as a summary keeps it: words and days, and no page of them."""
    order = Letter.day.desc(), Letter.entered_at.desc()
    facts = {name: getattr(Letter, name) for name in ("line", "told", "sender", "day")}
    return [written.kept(permit, Letter, "letters", order=order, **facts)]


def dates(rows: Sequence[Listed]) -> list[tuple[date, list[Listed]]]:
    """By the month of the day on them."""
    found: list[tuple[date, list[Listed]]] = []
    for row in rows:
        month = row.letter.day.replace(day=1)
        if not found or found[-1][0] != month:
            found.append((month, []))
        found[-1][1].append(row)
    return found
