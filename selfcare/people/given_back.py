"""Who helped and has ended that themself: what the person reads of it, and the key contact."""

from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select

from selfcare.accounts.models import Account
from selfcare.database import now, session
from selfcare.people.actions import GAVE_BACK
from selfcare.people.models import Change, Relationship
from selfcare.web.access import Area, Permit, Role

SHOWN = timedelta(days=60)  # so long it stands on their pages; after that in the trail alone


class GivenBack(NamedTuple):
    """Who it was (None where the person does not show it), and when, on the clock where the person lives."""

    name: str | None
    wall: datetime


def lately(permit: Permit) -> list[GivenBack]:
    """Those of the last weeks, newest first. One statement."""
    rows = session().execute(
        select(Account.name, Change.at)
        .join(Relationship, Relationship.id == Change.relationship_id)
        .join(Account, Account.id == Relationship.account_id)
        .where(
            Relationship.person_id == permit.person_id,
            Relationship.kind == Role.CARER.value,
            Change.state == "ended",
            Change.reason == GAVE_BACK,
            Change.at > now() - SHOWN,
        )
        .order_by(Change.at.desc(), Change.id)
        .limit(5)
    )
    shown = permit.may(Area.PEOPLE)
    return [GivenBack(name if shown else None, permit.local(at)) for name, at in rows]


def by_own_hand(account_id: UUID, person_id: UUID) -> bool:
    """Whether what became of an account's help last is that they ended it themself. One statement."""
    last = session().execute(
        select(Change.state, Change.reason)
        .join(Relationship, Relationship.id == Change.relationship_id)
        .where(
            Relationship.person_id == person_id,
            Relationship.account_id == account_id,
            Relationship.kind == Role.CARER.value,
        )
        .order_by(Change.at.desc(), Change.id)
        .limit(1)
    )
    return last.first() == ("ended", GAVE_BACK)
