"""Nothing happens twice: a form carries an id made where it was filled in, kept with what it did.

The first time a form is acted on; again, the first answer is given once more; the same id with another body is
refused with its own error (`form-id-reused`), and the page keeps all typing under a new id.
"""

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid5

from flask import current_app, g, jsonify, redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from werkzeug.exceptions import HTTPException, NotFound

from selfcare.database import Base, database, is_writing, let_go, now, session
from selfcare.web import forms, pages
from selfcare.web.access import AskPermit, Panel, Permit, SignedIn
from selfcare.web.models import Once

# Fields that say nothing about what the person wrote: the form's own, where its button leads, and what a phone shows
# while it waits. Nor does the wall time of sending: a second press is the same form.
_NOT_CONTENT = (
    "csrf_token",
    "form_id",
    "then",
    "outbox",
    "outbox-unit",
    "outbox-account",
    "outbox-of",
    "draft",
)
_WALL = "-wall"
_TABLE = Base.metadata.tables["once"]
# Part of every save, so they are made once.
_CLAIM = sqlite.insert(_TABLE).on_conflict_do_nothing().returning(_TABLE.c.form_id)
_CLAIM_POSTGRESQL = postgresql.insert(_TABLE).on_conflict_do_nothing().returning(_TABLE.c.form_id)
_KEEP = (
    update(_TABLE)
    .where(_TABLE.c.account_id == bindparam("of"), _TABLE.c.form_id == bindparam("id"))
    .values({name: bindparam(name) for name in ("kind", "row_id", "version", "location")})
)

Act = Callable[[], ResponseReturnValue]


def once(view: Callable[..., ResponseReturnValue]) -> Callable[..., ResponseReturnValue]:
    """Under an access mark, around a view that logs something from a form with `form_id`."""

    @wraps(view)
    def answered(holder: Permit | AskPermit | SignedIn | Panel, **values: Any) -> ResponseReturnValue:
        form_id = _form_id()
        if form_id is None or holder.account_id is None:
            return view(holder, **values)  # the form itself says that its id is missing
        person = holder.person_id if isinstance(holder, Permit | AskPermit) else None
        sent = Sent(holder.account_id, form_id, _fingerprint(), person)

        def act() -> ResponseReturnValue:
            return view(holder, **values)

        return _in_its_turn(sent, act) if is_writing() else _before_its_turn(sent, act)

    answered.once = True  # type: ignore[attr-defined]
    return answered


@dataclass(frozen=True)
class Sent:
    """A form as it came."""

    account_id: UUID
    form_id: UUID
    fingerprint: str
    person_id: UUID | None


def _in_its_turn(sent: Sent, act: Act) -> ResponseReturnValue:
    """The id is kept first, and what came of it afterwards."""
    if not _claim(sent, {}):
        return _sent_before(_earlier(sent), sent, act)
    g.form_id_claimed = True
    answer = current_app.make_response(act())
    session().execute(_KEEP, {"of": sent.account_id, "id": sent.form_id, **_made()})
    return answer


def _before_its_turn(sent: Sent, act: Act) -> ResponseReturnValue:
    """Of a view that is `late`: the id is kept last, with all that came of it, and where it is known by then nothing is
    kept of what was done. Whether it is known is asked where the view refused as well, and not before."""
    answer, fault = None, None
    try:
        answer = current_app.make_response(act())
    except HTTPException as refused:
        fault = refused
    done = is_writing() and answer is not None and answer.status_code < 400
    if answer is not None and done and _claim(sent, _made()):
        return answer
    if answer is not None and answer.status_code < 400 and not is_writing() and g.get("saved_location"):
        raise RuntimeError("this view says that it saved, and its action never took its turn")
    if is_writing():
        let_go()
    earlier = _earlier(sent)
    if earlier or done:
        return _sent_before(earlier, sent, act)
    if answer is None:
        raise fault or NotFound
    return answer


def _sent_before(earlier: Once | None, sent: Sent, act: Act) -> ResponseReturnValue:
    """The first answer once more; for other words, that these were not kept."""
    if earlier and hmac.compare_digest(earlier.fingerprint, sent.fingerprint):
        return _again(earlier)
    if pages.wants_json():
        return jsonify(error="form-id-reused", messages=[forms.reused()]), 422
    g.form_id_reused = True
    return act()


def _earlier(sent: Sent) -> Once | None:
    return session().get(Once, (sent.account_id, sent.form_id), populate_existing=True)


def _made() -> dict[str, Any]:
    """What the view says that came of it."""
    kind, row_id = g.get("saved_item", (None, None))
    version, location = g.get("saved_version"), g.get("saved_location")
    return {"kind": kind, "row_id": row_id, "version": version, "location": location}


def partly(holder: Permit | SignedIn) -> None:
    """What was fine in a form of several things is kept, though it comes back for the others (422).

    Its id is let go: it comes again, with the others put right. What it did must know itself again.
    Only where this form holds its id (`once`): another form's would be let go, and what was refused be kept.
    """
    if not g.get("form_id_claimed"):
        raise RuntimeError("only under @once, with an id that is new")
    session().execute(delete(Once).filter_by(account_id=holder.account_id, form_id=_form_id()))
    g.partly_kept = True


def made_by(permit: Permit | AskPermit, part: str = "") -> UUID:
    """The id of what this form makes, or a part of it: the same where a phone sends other words to what it sent before.

    Only under @once, with an id that is new.
    """
    try:
        first = UUID(request.form.get("outbox-of", ""))
    except ValueError:
        first = UUID(request.form["form_id"])
    return uuid5(first, f"{permit.account_id} {part}")


def _form_id() -> UUID | None:
    try:
        return UUID(request.form.get("form_id", ""))
    except ValueError:
        return None


def _fingerprint() -> str:
    """A keyed digest of method, address, fields and files in order: of what was sent it tells nobody anything."""
    digest = hmac.new(current_app.config["SECRET_KEY"].encode(), digestmod=sha256)
    for part in (request.method, request.path):
        digest.update(part.encode() + b"\0")
    for name, value in request.form.items(multi=True):
        if name not in _NOT_CONTENT and not name.endswith(_WALL):
            digest.update(f"{len(name)}:{name}={len(value)}:{value}".encode("utf-8", "surrogatepass"))
    for name, file in request.files.items(multi=True):
        if file.filename:
            body, size = sha256(), 0
            while some := file.stream.read(65_536):
                body.update(some)
                size += len(some)
            file.stream.seek(0)
            said = f"{len(name)}:{name}={size}:{body.hexdigest()}"
            digest.update(said.encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def _claim(sent: Sent, made: dict[str, Any]) -> bool:
    """Keep that a form came. :returns: whether it is the first with its id."""
    # On PostgreSQL this waits for a twin under way and then sees it; on SQLite writers come one by one.
    claim = _CLAIM if database().is_sqlite else _CLAIM_POSTGRESQL
    return session().connection().execute(claim, {**vars(sent), **made, "at": now()}).first() is not None


def _again(earlier: Once) -> ResponseReturnValue:
    location = earlier.location or "/"
    if pages.wants_json():
        removed = _removed(earlier)
        return jsonify(
            pages.told(earlier.kind, earlier.row_id, location, earlier.version, removed=removed)
        ), 200
    return redirect(location, 303)


def remembered(account_id: UUID, form_id: UUID) -> dict[str, Any] | None:
    """What a phone is told of a form that this account sent and we kept; None for one that never arrived."""
    found = session().get(Once, (account_id, form_id))
    if found is None or found.location is None:
        return None
    return pages.told(found.kind, found.row_id, found.location, found.version, removed=_removed(found))


def _removed(earlier: Once) -> bool:
    """Whether the row that a form made has been taken out since."""
    table = Base.metadata.tables.get(earlier.kind or "")
    if table is None or not {"person_id", "id", "removed_at"} <= set(table.columns.keys()):
        return False
    here = (
        table.c.person_id == earlier.person_id,
        table.c.id == earlier.row_id,
        table.c.removed_at.is_(None),
    )
    return session().execute(select(table.c.id).where(*here)).first() is None
