"""Access that nobody uses: asked about after a year, and ended after five."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from flask_babel import gettext
from sqlalchemy import exists, or_, select
from werkzeug.exceptions import NotFound

from selfcare.audit import trail
from selfcare.audit.models import Trail
from selfcare.database import command, database, now, session
from selfcare.people import access, actions
from selfcare.people.bases import CONSENT
from selfcare.people.models import Person, Relationship
from selfcare.people.pausing import OPEN
from selfcare.people.queries import Grant
from selfcare.web.access import Area, Level, Permit, Purpose, Role

ASKED_AFTER = timedelta(days=365)
ENDED_AFTER = timedelta(days=5 * 365 + 1)
REASON = "unused"


def still_needed() -> str:
    """What is pressed to keep it."""
    return gettext("Yes, still needed")


def back() -> str:
    """What the page is called from which one comes."""
    return gettext("Who can see things now")


def asked_about(permit: Permit, grants: list[Grant]) -> set[UUID]:
    """Of those who help, who has not been here for a year. The person's alone to know."""
    before = now() - ASKED_AFTER
    old = [
        grant
        for grant in grants
        if grant.kind == Role.CARER
        and grant.basis == CONSENT
        and grant.since < before
        and (grant.review_on is None or grant.review_on <= permit.today())
    ]
    if not old or permit.role is not Role.SELF:
        return set()
    used = trail.used_since(permit, before)
    return {grant.id for grant in old if grant.account_id not in used}


def keep(permit: Permit, relationship_id: UUID) -> None:
    """Not to be asked about for a year. :raises NotFound: when it is nobody's access here, or has ended."""
    permit.require(Area.PEOPLE, Level.MANAGE)
    row = session().get(Relationship, relationship_id, with_for_update=True)
    if (
        row is None
        or row.person_id != permit.person_id
        or row.kind != Role.CARER.value
        or row.basis != CONSENT
        or row.state != "active"
    ):
        raise NotFound
    row.review_on = permit.today() + ASKED_AFTER
    trail.record(permit, "kept", "relationship", row.id)
    session().flush()


def end_unused(moment: datetime, stopped: Callable[[], bool]) -> int:
    """End the access of who helps that nobody used for five years. :returns: how many."""
    before = moment - ENDED_AFTER
    used = exists().where(
        Trail.person_id == Relationship.person_id, Trail.by == Relationship.account_id, Trail.at > before
    )
    stale = (
        Relationship.kind == Role.CARER.value,
        Relationship.basis == CONSENT,
        Relationship.state.in_(OPEN),
        Relationship.since < before,
        or_(Relationship.until.is_(None), Relationship.until > moment),
        or_(Relationship.review_on.is_(None), Relationship.review_on < moment.date()),
        ~used,
    )
    with database().transaction() as reading:
        found = list(reading.scalars(select(Relationship.id).where(*stale).order_by(Relationship.id)))
    done = 0
    for one in found:
        if stopped():
            break
        with command() as work:
            # Asked once more: they may have come back.
            row = work.scalar(select(Relationship).where(Relationship.id == one, *stale).with_for_update())
            if row is not None:
                permit = access.system(Purpose.TIDYING, work.get_one(Person, row.person_id))
                actions.move(row, "ended", None, REASON)
                trail.record(permit, "ended", "relationship", row.id)
                done += 1
    return done
