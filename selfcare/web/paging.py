"""Paging by key: the (moment, id) of the last row shown stands in the address, and the next page begins after it."""

from datetime import UTC, datetime
from uuid import UUID

from flask import request

Key = tuple[datetime, UUID]


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
