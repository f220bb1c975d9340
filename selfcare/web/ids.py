"""Ids as an address or a form names them."""

from uuid import UUID


def uuid_of(text: str | None) -> UUID | None:
    """The id that a text is; None for none, and for what is no id."""
    try:
        return UUID(text or "")
    except ValueError:
        return None
