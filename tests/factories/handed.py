"""A summary handed to one more professional, who has not come in yet."""

from datetime import timedelta
from uuid import UUID

from selfcare.sharing import handing, queries
from selfcare.web.access import Permit


def hand(rosa: Permit, summary_id: UUID) -> UUID:
    """:returns: its id."""
    found = queries.summary(rosa, summary_id)
    whom = handing.Whom("Sam Lee", "physiotherapist", rosa.today() + timedelta(days=90))
    return handing.hand(rosa, whom, found.body or {}, found.as_of, found.id)[0]
