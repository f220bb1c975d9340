"""Paging by key: the (moment, id) of the last row shown stands in the address, and the next page begins after it."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TypeVar
from uuid import UUID

from flask import request

Key = tuple[datetime, UUID]
T = TypeVar("T")


def text(moment: datetime, item_id: UUID) -> str:
    """A key for an address. `moment` is aware."""
    return f"{moment.isoformat()}~{item_id}"


def asked(name: str = "before") -> Key | None:
    """The key that the address names; None, which is the first page, for none or one that cannot be read."""
    moment, _, item_id = request.args.get(name, "").partition("~")
    try:
        found = datetime.fromisoformat(moment)
        return (found.astimezone(UTC), UUID(item_id)) if found.tzinfo else None
    except (ValueError, OverflowError):
        return None


def cut(found: Sequence[T], size: int, key: Callable[[T], Key]) -> tuple[list[T], str | None]:
    """A page of what was found, and the key for an address that goes on after it; None: this was all.

    :param found: one more than `size`, where there is more. :param key: of one that is shown.
    """
    shown = list(found[:size])
    return shown, text(*key(shown[-1])) if len(found) > size else None
