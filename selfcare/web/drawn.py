"""Up to which moment a page showed what there was, as the page itself says in a hidden field."""

from datetime import UTC, datetime

from selfcare.database import now


def moment(text: str | None) -> datetime | None:
    """The moment that came back with a form, not later than now; None where nothing says one that is one."""
    try:
        found = datetime.fromisoformat(text or "")
        return min(found.astimezone(UTC), now()) if found.tzinfo else None
    except (ValueError, OverflowError):
        return None
