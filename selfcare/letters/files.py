"""The files of a form: looked at before anybody's turn to write, for a photo takes a moment to be drawn anew."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any
from uuid import UUID, uuid4

from flask import current_app, g, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import ServiceUnavailable

from selfcare.letters import queries
from selfcare.letters.looking import Found, NotKept, look
from selfcare.web.access import Area, Level, me, own_panel

AT_ONCE = 6  # files of a form


@dataclass(frozen=True)
class Files:
    """What a form brought. `problem`: why that cannot be kept, with how much it `have`; `ids` had arrived before."""

    found: tuple[Found, ...] = ()
    ids: tuple[UUID, ...] = ()
    problem: str = ""
    have: int = 0
    # Those that came with the form itself and are fine, as they came: kept while the rest of it is put right.
    sent: tuple[tuple[UUID, bytes], ...] = ()


def looked_at(view: Callable[..., ResponseReturnValue]) -> Callable[..., ResponseReturnValue]:
    """Over an access mark: what came with the form is in `brought()`. Nobody waits to write meanwhile."""

    @wraps(view)
    def first(**values: Any) -> ResponseReturnValue:
        account, person_id = me(), values["person_id"]
        permit = own_panel(account).permits.get(person_id) if account else None
        if permit is not None and account is not None and permit.may(Area.HEALTH, Level.ADD):
            g.letter_files = _look(person_id, account.account_id)
        return view(**values)

    return first


def brought() -> Files:
    """The files of the form that is answered now."""
    found: Files = g.get("letter_files") or Files(problem="none")
    return found


def _look(person_id: UUID, account_id: UUID) -> Files:
    most = current_app.config["SETTINGS"].letter_limit
    chosen = [one for one in request.files.getlist("file") if one.filename]
    named = request.form.getlist("upload")
    if not chosen and not any(named):
        return Files(problem="none")
    if len(chosen) + len(named) > AT_ONCE:
        return Files(problem="many", have=len(chosen) + len(named))
    waiting, size = [], 0
    for text in filter(None, named):
        try:
            row = queries.upload(person_id, account_id, UUID(text))
        except ValueError:
            row = None
        if row is None or row.had < row.size:
            return Files(problem="gone")
        waiting.append(row)
        size += row.size
    ids = tuple(row.id for row in waiting)
    sent = []
    for file in chosen:
        with file.stream:
            sent.append((uuid4(), file.stream.read(most + 1_000_000)))
        size += len(sent[-1][1])
    if size > most:
        return Files(problem="large", have=max(size, _length()), ids=ids)
    return _found(ids, tuple(sent))


def _length() -> int:
    # Of a file alone the request is as long as the file and a few lines.
    return (request.content_length or 0) if len(request.files.getlist("file")) == 1 else 0


def _found(ids: tuple[UUID, ...], sent: tuple[tuple[UUID, bytes], ...]) -> Files:
    found = []
    for data in (*(queries.uploaded(one) for one in ids), *(body for _, body in sent)):
        if not data:
            return Files(problem="empty", ids=ids)
        try:
            found.append(look(data))
        except NotKept as refused:
            if str(refused) == "busy":
                raise ServiceUnavailable from None  # a phone tries again by itself
            return Files(problem=str(refused), ids=ids)
    return Files(tuple(found), ids, sent=sent)
