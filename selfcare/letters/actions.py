"""What can be done with letters: keep one, add pages, change what is said of it, remove it and put it back."""

from collections.abc import Sequence
from datetime import date, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.dialects import postgresql, sqlite
from werkzeug.exceptions import NotFound

from selfcare.audit import trail
from selfcare.database import database, now, session
from selfcare.letters import queries
from selfcare.letters.models import (
    PAPER,
    TOLD,
    Letter,
    LetterPart,
    LetterSheet,
    LetterUpload,
    LetterUploadPart,
)
from selfcare.web import versions
from selfcare.web.access import Area, Level, Permit, visible
from selfcare.web.photo_file import Found

PART = 256 * 1024  # bytes of a file in one row
ROOM = 1_000_000_000  # bytes of letters in one record
OPEN = 20  # files on their way, of one account; the one of which something came longest ago goes
LASTS = timedelta(days=7)  # a file on its way of which nothing more comes


class Full(ValueError):
    """There is no more room: in the record (`record`), or in the letter (`sheets`)."""


def keep(
    permit: Permit,
    found: Sequence[Found],
    *,
    line: str,
    sender: str,
    day: date,
    told: str = "",
    only_me: bool | None = False,
) -> Letter:
    """Keep a letter with its pages, or without any what was told. *Only me* counts only when the person enters it.

    :raises Full: there is no room for its pages.
    """
    permit.require(Area.HEALTH, Level.ADD)
    row = Letter(
        **permit.stamp(),
        kind=PAPER if found else TOLD,
        line=line,
        told=told,
        sender=sender,
        day=day,
        only_me=bool(only_me) and permit.is_self,
    )
    session().add(row)
    session().flush()
    _add(permit, row, found)
    trail.record(permit, "added", "letter", row.id)
    return row


def add_pages(permit: Permit, letter_id: UUID, found: Sequence[Found]) -> Letter:
    """Put pages behind those that a letter has. :raises NotFound: not theirs to change. :raises Full: as `keep`."""
    row = _own(permit, letter_id)
    if row.kind == TOLD:
        raise NotFound
    _add(permit, row, found)
    trail.record(permit, "added", "letter_sheet", row.id)
    return row


def change(permit: Permit, letter_id: UUID, version: int | None, **values: Any) -> Letter:
    """Change what is said of a letter. :raises NotFound: not theirs to change. :raises Stale: changed since."""
    row = _own(permit, letter_id)
    if values.get("only_me") is None or not (permit.is_self and row.entered_as == permit.role.value):
        values.pop("only_me", None)
    if versions.change(permit, row, version, **values):
        trail.record(permit, "changed", "letter", row.id)
    return row


def remove(permit: Permit, letter_id: UUID, version: int | None = None) -> None:
    """Remove a letter with its pages. Raises as `change`."""
    row = _own(permit, letter_id)
    versions.unchanged(row, version)
    row.removed_at, row.removed_by = now(), permit.account_id
    trail.record(permit, "removed", "letter", row.id)
    session().flush()


def put_back(permit: Permit, letter_id: UUID) -> None:
    """Undo that one removed a letter, a moment ago. Twice is once. :raises NotFound: it was not so."""
    permit.require(Area.HEALTH, Level.ADD)
    there = select(Letter.id).where(visible(permit, Letter), Letter.id == letter_id)
    if session().scalar(there) is not None:
        _own(permit, letter_id)
        return
    row = queries.taken_out(permit, letter_id)
    row.removed_at = row.removed_by = None
    trail.record(permit, "put back", "letter", row.id)
    session().flush()


def remove_page(permit: Permit, letter_id: UUID, sheet_id: UUID) -> None:
    """Remove one page of several. :raises NotFound: as `change`; it is the only one."""
    row = _own(permit, letter_id)
    _, sheet = queries.sheet(permit, letter_id, sheet_id)
    if len(queries.sheets(permit, letter_id)) < 2:
        raise NotFound
    sheet.removed_at = now()
    trail.record(permit, "removed", "letter_sheet", row.id)
    session().flush()


def take(permit: Permit, upload_id: UUID, size: int, start: int, body: bytes) -> int:
    """Take the next bytes of a file, where they are the next. :returns: how many of it are here.

    :raises NotFound: the file is somebody else's.
    """
    permit.require(Area.HEALTH, Level.ADD)
    if permit.account_id is None:
        raise NotFound
    row = queries.upload(permit.person_id, permit.account_id, upload_id, lock=True)
    if row is None and size > 0:
        _begin(permit.person_id, permit.account_id, upload_id, size)
        row = queries.upload(permit.person_id, permit.account_id, upload_id, lock=True)
    if row is None:
        raise NotFound
    if body and start == row.had and row.had + len(body) <= row.size:
        session().add(LetterUploadPart(upload_id=row.id, start=start, body=body))
        row.had, row.at = row.had + len(body), now()
        session().flush()
    return row.had


def stash(permit: Permit, upload_id: UUID, data: bytes) -> None:
    """Keep a file that came with a form that cannot be kept yet, so that it need not be sent again."""
    for start in range(0, len(data), PART):
        take(permit, upload_id, len(data), start, data[start : start + PART])


def arrived(permit: Permit, ids: Sequence[UUID]) -> None:
    """Let go of files that were on their way, and are kept now."""
    if ids:
        mine = LetterUpload.person_id == permit.person_id, LetterUpload.account_id == permit.account_id
        session().execute(delete(LetterUpload).where(*mine, LetterUpload.id.in_(ids)))


def _begin(person_id: UUID, account_id: UUID, upload_id: UUID, size: int) -> None:
    mine = select(LetterUpload.id).where(LetterUpload.account_id == account_id)
    old = session().scalars(mine.order_by(LetterUpload.at.desc(), LetterUpload.id).offset(OPEN - 1)).all()
    session().execute(delete(LetterUpload).where(LetterUpload.id.in_(old)))  # it begins anew, should it go on
    insert = sqlite.insert if database().is_sqlite else postgresql.insert
    row = {"person_id": person_id, "account_id": account_id, "size": size, "had": 0, "at": now()}
    # Of two at once the second waits for the first, and goes on from there.
    session().execute(insert(LetterUpload).values(id=upload_id, **row).on_conflict_do_nothing())


def _add(permit: Permit, row: Letter, found: Sequence[Found]) -> None:
    there = len(queries.sheets(permit, row.id))
    if there + len(found) > queries.MOST_SHEETS:
        raise Full("sheets")
    kept, removed = queries.room(permit)
    # What was removed today makes room at once, but not for more than as much again in a day.
    if kept + sum(len(one.body) for one in found) > ROOM or removed > ROOM:
        raise Full("record")
    last = session().scalar(
        select(func.max(LetterSheet.place)).where(
            LetterSheet.person_id == permit.person_id, LetterSheet.letter_id == row.id
        )
    )
    for place, one in enumerate(found, 1 if last is None else last + 1):
        sheet = LetterSheet(
            **permit.stamp(),
            letter_id=row.id,
            place=place,
            content_type=one.content_type,
            size=len(one.body),
            digest=sha256(one.body).hexdigest(),
            wide=one.wide,
            high=one.high,
        )
        session().add(sheet)
        session().flush()
        for number, start in enumerate(range(0, len(one.body), PART)):
            part = LetterPart(
                person_id=row.person_id, sheet_id=sheet.id, place=number, body=one.body[start : start + PART]
            )
            session().add(part)
    session().flush()


def _own(permit: Permit, letter_id: UUID) -> Letter:
    row = (
        session()
        .scalars(select(Letter).where(visible(permit, Letter), Letter.id == letter_id).with_for_update())
        .first()
    )
    if row is None:
        raise NotFound
    if not queries.may_change(permit, row):
        versions.refuse(permit, row)
    return row
