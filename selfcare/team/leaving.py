"""Actions on a colleague's leaving: their people are handed over first, then the day is set.

From then on nobody new is given to them. Access ends by itself at the end of that day: it is read at each request.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from uuid import UUID

from flask_babel import gettext
from sqlalchemy import update
from werkzeug.exceptions import NotFound

from selfcare.accounts import security
from selfcare.audit import trail
from selfcare.caseload.handing_over import hand_over, pass_along
from selfcare.database import now, session
from selfcare.notifications.kinds import HANDED
from selfcare.people import access, invitations, staff, teams, tells
from selfcare.people.models import Member, Person, Relationship
from selfcare.team import actions, queries
from selfcare.team.queries import Colleague
from selfcare.team.seat import Seat
from selfcare.web.access import Permit, Purpose, Role


class Earlier(ValueError):
    """A day that is set may only come nearer. `day`: the one that is set."""

    def __init__(self, day: date) -> None:
        super().__init__(day)
        self.day = day


class SomebodyLeft(ValueError):
    """Somebody has nobody yet who follows, or who was chosen cannot. Nothing was changed."""


@dataclass(frozen=True)
class Passed:
    """One person on the page that is shown first."""

    person_id: UUID
    name: str
    born: date
    to: UUID
    to_name: str
    not_told: str | None  # why they are not told; None: they are


def heirs(seat: Seat, account_id: UUID) -> list[Colleague]:
    """Who could follow: members who are in, not suspended, and stay."""
    return [one for one in queries.colleagues(seat) if one.follows and one.account_id != account_id]


def foresee(seat: Seat, account_id: UUID, chosen: Mapping[UUID, UUID]) -> list[Passed]:
    """What would happen. :raises SomebodyLeft: somebody has nobody who follows."""
    found = []
    names = {one.account_id: one.name for one in heirs(seat, account_id)}
    for row, person in queries.held(seat, account_id):
        to = chosen.get(person.id)
        if to is None or to not in names:
            raise SomebodyLeft
        permit = _permit(seat, person)
        not_told = (
            tells.why_person_is_not(permit, HANDED)
            if row.lead
            else gettext("Nobody is told. This is a second team of theirs.")
        )
        found.append(Passed(person.id, person.full_name, person.born, to, names[to], not_told))
    return found


def sign(day: date, note: str, passed: list[Passed]) -> str:
    """A short sign of what was shown: another one has to be shown again before it happens."""
    said = [day.isoformat(), note, *(f"{one.person_id}={one.to}" for one in passed)]
    return sha256("|".join(said).encode()).hexdigest()[:24]


def leave(seat: Seat, account_id: UUID, day: date, chosen: Mapping[UUID, UUID], note: str) -> int:
    """Hand everybody over, and set the last day. All of it or nothing. :returns: how many were handed over.

    :raises SomebodyLeft: :raises NotNow: a lead is another's by now. :raises LastOne: nobody else runs the pages.
    :raises Earlier: a day is set, and this is none before it. :raises NotFound: that day is their own.
    """
    found = queries.colleague(seat, account_id)
    if not found.works or found.waits:
        raise NotFound
    member = session().get_one(
        Member, (seat.team.id, account_id), with_for_update=True, populate_existing=True
    )
    refuse_own(seat, found)
    if found.leaves_on and (member.ended_at is None or teams.end_of(day) >= member.ended_at):
        raise Earlier(found.leaves_on)
    staff.refuse_last(seat.team.id, account_id, by=seat.account_id)
    rows = queries.held(seat, account_id, lock=True)
    names = {one.account_id: one.name for one in heirs(seat, account_id)}
    for row, person in rows:
        to, permit = chosen.get(person.id), _permit(seat, person)
        if to is None or to not in names:
            raise SomebodyLeft
        invitations.vouch_instead(permit, account_id, to)
        if row.lead:
            hand_over(permit, of=account_id, to=to, note=note)
        else:
            mine = update(Relationship).where(Relationship.id == row.id)
            session().execute(mine.values(account_id=to))
            trail.record(permit, "handed over", "relationship", row.id)
            pass_along(permit, of=account_id, to=to, name=names[to])
    for each in queries.promised_elsewhere(seat, account_id):
        pass_along(_permit(seat, each.person), of=account_id, to=each.lead_id, name=each.lead)
    member.ended_at = teams.end_of(day)
    session().flush()
    if staff.run_no_more(seat.team.id, account_id):
        security.note("administrator-no-more", account_id, by=seat.account_id)
    security.note("leaves", account_id, by=seat.account_id, team=seat.team.id)
    actions.keep(seat, actions.locked(account_id), "leaves", day.isoformat())
    return len(rows)


def refuse_own(seat: Seat, one: Colleague) -> None:
    """A day that is set is for the others to change. :raises NotFound: it is one's own."""
    if one.leaves_on and one.account_id == seat.account_id:
        raise NotFound


def stay(seat: Seat, account_id: UUID) -> None:
    """They do not leave after all. Who was handed over stays with who they have now, and they do not run the pages.

    :raises NotFound: oneself.
    """
    refuse_own(seat, queries.colleague(seat, account_id))
    member = session().get(Member, (seat.team.id, account_id), with_for_update=True, populate_existing=True)
    if member is None or member.ended_at is None or member.ended_at <= now():
        return
    member.ended_at = None
    session().flush()
    security.note("stays", account_id, by=seat.account_id, team=seat.team.id)
    actions.keep(seat, actions.locked(account_id), "stays")


def _permit(seat: Seat, person: Person) -> Permit:
    """For this, and nothing else: the trail has who did it."""
    return access.system(
        Purpose.LEAVING, person, name=seat.name, role=Role.PROFESSIONAL, account_id=seat.account_id
    )
