"""What was typed is carried through a sign-in: the form that came without a session, or without a fresh proof.

The page that asks who they are holds the form's fields, hidden, and so does each page after it, until somebody has said
who they are. Then a page offers to send them, with the same form id: nothing is sent but by a press of their own. It is
offered to whoever's page the form stood on, and to nobody else; that is read from the form's own token.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import (
    Flask,
    current_app,
    g,
    has_request_context,
    jsonify,
    make_response,
    redirect,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException

from selfcare.web import pages

PREFIX = "kept-"
MOST, LONGEST, NAME = 500, 200_000, 100
_APART = ("csrf_token",)
# What a form was filled from, which of its switches it showed, and how it waited: no words of anybody's.
_UNSEEN = re.compile(r"^(outbox|version$|told$|theirs-)|(_was|-shown|-zone|-wall)$")


@dataclass(frozen=True)
class Doors:
    """The pages that ask who somebody is, from the room of accounts. Each draws `ui.kept()` in its forms."""

    sign_in: Callable[[int], ResponseReturnValue]  # by the status it is answered with
    again: Callable[[int], ResponseReturnValue]


@dataclass(frozen=True)
class Kept:
    """A form on its way: where it goes, what is in it, whose page it stood on where that is known."""

    to: str
    fields: tuple[tuple[str, str], ...]
    writer: UUID | None
    lost: bool  # a file came with it, or words that are too long to go along; or its body was never read

    @property
    def is_empty(self) -> bool:
        """Whether nothing of it goes along: there is nothing to send, and nothing that could be said to be kept."""
        return self.lost and not self.fields

    def pairs(self) -> Iterator[tuple[str, str]]:
        """The hidden fields of a page that asks who they are."""
        yield f"{PREFIX}to", self.to
        yield f"{PREFIX}of", self.writer.hex if self.writer else ""
        yield f"{PREFIX}lost", "1" if self.lost else ""
        for name, value in self.fields:
            yield f"{PREFIX}-{name}", value

    @property
    def words(self) -> list[str]:
        """What a person would know it again by."""
        return words_of(self.fields)


def words_of(fields: Iterable[tuple[str, str]]) -> list[str]:
    """Of a form's fields what somebody typed: whatever holds more than one word, but for what pages carry unseen."""
    said = ((name, value.strip()) for name, value in fields)
    typed = [value for name, value in said if not _UNSEEN.search(name) and (" " in value or "\n" in value)]
    return typed[:5]


def token_of(account_id: UUID, random: str) -> str:
    """What a session's tokens are made of, so that a form says whose page it stood on after the session has ended."""
    return f"{account_id.hex}.{random}"


def sent() -> MultiDict[str, str]:
    """The form of this request; an empty one where its body was refused before it could be read."""
    try:
        return request.form
    except HTTPException:
        return MultiDict()


def at_the_door(door: str) -> ResponseReturnValue:
    """401, and nothing was done: the page of a door ("sign_in" or "again") with the form of this request on it.

    htmx is told where the door is, and leaves its page with the words on it as it stands.
    """
    if pages.is_htmx():
        answer = make_response("", 401)
        answer.headers["Sign-In"] = url_for(f"accounts.{door}")
        return answer
    _take()
    page: ResponseReturnValue = getattr(current_app.extensions["doors"], door)(401)
    return page


def to_sign_in() -> ResponseReturnValue:
    """The way to the sign-in page: 303, and back here after a page that was only read; 401 where something was sent.

    What was typed stands on that page (`Kept`). A phone's outbox is told 401 in its own format.
    """
    if pages.wants_json():
        return jsonify(error="signed-out"), 401
    if request.method not in pages.SAFE or pages.is_htmx():
        return at_the_door("sign_in")
    back = request.full_path.rstrip("?")
    return redirect(url_for("accounts.sign_in", next=back if back != "/" else None), 303)


def prove_again(file_of: str = "", **values: Any) -> ResponseReturnValue:
    """The way to the page that asks again who they are, as `to_sign_in` does.

    :param file_of: where they are led instead of to a file, which leaves a browser where it is: the page with its link.
    """
    if request.method not in pages.SAFE or pages.is_htmx():
        return at_the_door("again")
    onward = url_for(file_of, **values) if file_of else request.full_path.rstrip("?")
    return redirect(url_for("accounts.again", next=onward), 303)


def _take() -> Kept:
    """The form of this request, as it was sent. Never a password or a token."""
    typed = [pair for pair in sent().items(multi=True) if is_typed(*pair)]
    fits = [pair for pair in typed[:MOST] if len(pair[1]) <= LONGEST]
    # Of somebody without a session a file is not let in, nor what was written beside it: then nothing was read at all.
    unread = not sent() and bool(request.content_length)
    lost = unread or len(fits) < len(typed) or any(file.filename for file in request.files.values() if typed)
    found = g.kept = Kept(request.full_path.rstrip("?"), tuple(fits), writer(), lost)
    return found


def is_typed(name: str, value: str) -> bool:
    """Whether a field goes along where a form has to be sent again."""
    return name not in _APART and "password" not in name and len(name) <= NAME and "\0" not in name + value


def writer() -> UUID | None:
    """Whose page the form stood on, by its token: of whatever session, but made by this app."""
    token = sent().get("csrf_token") or request.headers.get("X-CSRF-Token") or ""
    signed = URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="wtf-csrf-token")
    try:
        return UUID(str(signed.loads(token)).partition(".")[0])
    except (BadData, ValueError):
        return None


def kept() -> Kept | None:
    """The form that goes along with this request: taken from it, or carried by the page that sent it."""
    if "kept" not in g:
        g.kept = _carried(sent()) if has_request_context() and request.method == "POST" else None
    found: Kept | None = g.kept
    return found


def packed() -> list[tuple[str, str]]:
    """The form that goes along, for a way that no page goes along on."""
    found = kept()
    return list(found.pairs()) if found else []


def unpack(pairs: Iterable[tuple[str, str]]) -> None:
    """Back from there: what `packed` gave goes along with this request."""
    g.kept = _carried(MultiDict(pairs))


def _carried(form: MultiDict[str, str]) -> Kept | None:
    to, of = form.get(f"{PREFIX}to"), form.get(f"{PREFIX}of", "")
    if not to or not _is_ours(to, "POST"):
        return None
    own = f"{PREFIX}-"
    pairs = form.items(multi=True)
    fields = [(name.removeprefix(own), value) for name, value in pairs if name.startswith(own)]
    try:
        by = UUID(of) if of else None
    except ValueError:
        return None
    typed = tuple(pair for pair in fields[:MOST] if is_typed(*pair))
    return Kept(to, typed, by, bool(form.get(f"{PREFIX}lost")))


def _is_ours(to: str, method: str) -> bool:
    path = to.partition("?")[0]
    try:
        current_app.url_map.bind("localhost").match(path, method=method)
    except HTTPException:
        return False
    return path.startswith("/") and not path.startswith("//")


def onward(account_id: UUID, location: str) -> ResponseReturnValue:
    """The answer to who has said who they are: on to `location`, or a page that offers to send what they had typed."""
    found = kept()
    if found and found.is_empty:  # back to the form, to be filled in once more
        return pages.saved(found.to if _is_ours(found.to, "GET") else location)
    return _offered(found, account_id, 200) if found else pages.saved(location)


def stale(account_id: UUID | None) -> ResponseReturnValue:
    """400: the form has the token of another session, maybe of another account. It is offered to be sent again."""
    return _offered(_take(), account_id, 400)


def _offered(found: Kept, account_id: UUID | None, status: int) -> ResponseReturnValue:
    """The page that offers to send a form; to somebody else than it is from, one that says so and sends nothing."""
    mine = account_id is None or found.writer in (None, account_id)
    return pages.show("kept.html" if mine else "kept_of_another.html", status=status, kept=found)


def install(doors: Doors) -> Callable[[Flask], None]:
    """Hand the doors in: `install(doors)(app)`."""

    def keep(app: Flask) -> None:
        app.extensions["doors"] = doors
        app.jinja_env.globals["kept_fields"] = lambda: list(found.pairs()) if (found := kept()) else []
        app.jinja_env.globals["kept_lost"] = lambda: bool((found := kept()) and found.lost)
        app.jinja_env.globals["kept_nothing"] = lambda: bool((found := kept()) and found.is_empty)

    return keep
