"""The log of security events: each has a name, and docs/running.md lists them all. Ids and plain words, no values."""

from uuid import UUID

import structlog

from selfcare import counters

log = structlog.get_logger()


def note(event: str, account_id: UUID | None, *, of: str | None = None, **ids: UUID | None) -> None:
    """Write a security event in the log, and count it.

    :param of: a word of the code: a view's name, or what was tried. Never what somebody sent.
    :param ids: whatever else it is about.
    """
    plain = {name: str(value) for name, value in ids.items() if value is not None}
    if of is not None:
        plain["of"] = of
    log.info("security", what=event, account=str(account_id) if account_id else None, **plain)
    counters.now().security.labels(event).inc()
