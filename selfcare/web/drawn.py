"""Up to which moment a page showed what there was, as the page itself says in a hidden field."""

from datetime import UTC, datetime


def moment(text: str | None) -> datetime | None:
    """The moment that came back with a form; None where nothing says one, or what is said is none."""
    try:
        found = datetime.fromisoformat(text or "")
        return found.astimezone(UTC) if found.tzinfo else None
    except (ValueError, OverflowError):
        return None
