"""A reference to another room's item: a signed (kind, id, label), so that an address cannot make one up."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from uuid import UUID

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import select

from selfcare.database import Record, session
from selfcare.web.access import Permit, shareable


@dataclass(frozen=True)
class About:
    """What something is about: a result, a decision, a goal. The label is a copy, as it read then."""

    kind: str
    id: UUID
    label: str


def sign(person_id: UUID, kind: str, item_id: UUID, label: str) -> str:
    """A token for an address or a hidden field. It only fits the record of `person_id`."""
    return _serializer(person_id).dumps([kind, str(item_id), label[:200]])


def read(person_id: UUID, token: str | None) -> About | None:
    """What a token is about; None for no token, or one that is not ours."""
    try:
        kind, item_id, label = _serializer(person_id).loads(token or "")
        return About(kind, UUID(item_id), label)
    except (BadSignature, ValueError, TypeError):
        return None


_words: dict[str, Callable[[Permit, UUID], str | None]] = {}


def says(kind: str, how: Callable[[Permit, UUID], str | None]) -> None:
    """The room of a kind says how one of its items reads: whole, and so that no address holds what somebody wrote."""
    _words[kind] = how


def words(permit: Permit, kind: str, item_id: str | None) -> str | None:
    """What an item says now; None where there is none that this reader may see."""
    try:
        return _words[kind](permit, UUID(item_id or "")) if kind in _words else None
    except ValueError:
        return None


_hideable: dict[str, type[Record]] = {}


def hides(kind: str, item: type[Record]) -> None:
    """Says in which table items of a kind are, where what one is called is copied only while others may read it."""
    _hideable[kind] = item


def still(permit: Permit, about: About | None) -> About | None:
    """The same, unless the item is removed, or *only me*, by now: its page may have been open since before that.

    What is about all of a kind has the record's own id, and no name of anybody's.
    """
    item = _hideable.get(about.kind) if about else None
    if about is None or item is None or about.id == permit.person_id:
        return about
    found = session().scalar(select(item.id).where(shareable(permit, item), item.id == about.id))
    return about if found else None


_forgets: list[Callable[[UUID, Iterable[UUID]], None]] = []


def forgets(how: Callable[[UUID, Iterable[UUID]], None]) -> Callable[[UUID, Iterable[UUID]], None]:
    """Marks what lets the copied labels of items go, in a room that keeps them."""
    _forgets.append(how)
    return how


def forget(person_id: UUID, ids: Iterable[UUID]) -> None:
    """What these items are called is not to be read any more, wherever it was copied to."""
    for how in _forgets:
        how(person_id, ids)


def _serializer(person_id: UUID) -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt=f"about {person_id}")
