"""Whether a row that was read is hidden by *only me*."""

from selfcare.database import Record
from selfcare.web.access import Permit


def is_hidden(permit: Permit, row: Record) -> bool:
    """`access.not_hidden`, turned round, of a row that was read."""
    since = permit.came_back
    lately = since is not None and (row.changed_at or row.entered_at) >= since
    return row.only_me and not (permit.sees_only_me or lately)
