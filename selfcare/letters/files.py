"""The files of a form: looked at before anybody's turn to write, for a photo takes a moment to be drawn anew.

It is drawn last, and only for a form that is kept with it: its words are fine, and it has not come before.
"""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from flask import current_app, request
from werkzeug.exceptions import ServiceUnavailable

from selfcare.letters import queries
from selfcare.letters.forms import PagesForm, SaidFields, uploads
from selfcare.web import files_first, photo_file, versions
from selfcare.web.access import Area, Permit
from selfcare.web.once import remembered
from selfcare.web.photo_file import SOON, Found, NotKept, may_draw

AT_ONCE = 6  # files of a form


@dataclass(frozen=True)
class Files:
    """What a form brought. `problem`: why that cannot be kept, with how much it `have`; `ids` had arrived before.

    Of several of which one cannot be kept: its `place` among how many (`of`). `ids` and `sent` are the others then.
    """

    found: tuple[Found, ...] = ()
    ids: tuple[UUID, ...] = ()
    problem: str = ""
    have: int = 0
    # Those that came with the form itself and are fine, as they came: kept while the rest of it is put right.
    sent: tuple[tuple[UUID, bytes], ...] = ()
    place: int = 0
    of: int = 0

    def drawn(self) -> tuple[Found, ...]:
        """As they are kept. :raises ServiceUnavailable: it looked as if they would not be needed."""
        if not self.found:
            raise ServiceUnavailable(retry_after=SOON)
        return self.found


def looked_at(form: type[SaidFields] | type[PagesForm]) -> Callable[..., Any]:
    """Over an access mark: what came with a form is in `brought()`."""
    return files_first.looked_at(Area.HEALTH, partial(_look, form))


def brought() -> Files:
    """The files of the form that is answered now."""
    found: Files = files_first.brought() or Files(problem="none")
    return found


def _look(form: type[SaidFields] | type[PagesForm], permit: Permit, account_id: UUID) -> Files:
    most = current_app.config["SETTINGS"].letter_limit
    chosen = [one for one in request.files.getlist("file") if one.filename]
    named = uploads()
    if not chosen and not named:
        return Files(problem="none")
    if len(chosen) + len(named) > AT_ONCE:
        return Files(problem="many", have=len(chosen) + len(named))
    waiting, size = [], 0
    for text in named:
        try:
            row = queries.upload(permit.person_id, account_id, UUID(text))
        except ValueError:
            row = None
        if row is None or row.had < row.size:
            said = versions.number(request.form.get("upload-size"))  # what a phone did not send
            return Files(problem="large", have=said) if said > most else Files(problem="gone")
        waiting.append(row)
        size += row.size
    ids = tuple(row.id for row in waiting)
    sent = []
    for file in chosen:
        sent.append((uuid4(), file.stream.read(most + 1_000_000)))
        file.stream.seek(0)  # `once` reads it too
        size += len(sent[-1][1])
    if size > most:
        return Files(problem="large", have=max(size, _length()))
    return _found(ids, tuple(sent), account_id, _is_kept_then(permit, account_id, form))


def _is_kept_then(permit: Permit, account_id: UUID, kind: type[SaidFields] | type[PagesForm]) -> bool:
    """Whether a form is kept if its files are fine."""
    form = kind()
    if isinstance(form, SaidFields):
        form.offer(queries.senders(permit))
    return form.validate() and remembered(account_id, UUID(request.form["form_id"])) is None


def _length() -> int:
    # Of a file alone the request is as long as the file and a few lines.
    return (request.content_length or 0) if len(request.files.getlist("file")) == 1 else 0


def _found(
    ids: tuple[UUID, ...], sent: tuple[tuple[UUID, bytes], ...], account_id: UUID, draw: bool
) -> Files:
    found: list[Found] = []
    bad: tuple[int, str] | None = None
    good: list[tuple[UUID, bytes]] = []
    here: list[UUID] = []
    bodies: list[tuple[UUID, bytes | None]] = [*((one, None) for one in ids), *sent]
    with ExitStack() as turn:
        for place, (one, body) in enumerate(bodies, 1):
            data = queries.uploaded(one) if body is None else body
            try:
                first = all(each.content_type == photo_file.PDF for each in found)
                found += _one(data, turn, account_id, draw and bad is None, first)
            except NotKept as refused:
                bad = bad or (place, str(refused))
                continue
            if body is None:
                here.append(one)
            else:
                good.append((one, body))
    if bad is None:
        return Files(tuple(found), tuple(here), sent=tuple(good))
    return Files((), tuple(here), bad[1], sent=tuple(good), place=bad[0], of=len(bodies))


def _one(data: bytes, turn: ExitStack, account_id: UUID, draw: bool, first: bool) -> list[Found]:
    if not data:
        raise NotKept("empty")
    kind = photo_file.kind_of(data)
    if draw and kind != photo_file.PDF:
        may_draw(turn, account_id, first)
    return [photo_file.look(data)] if draw else []
