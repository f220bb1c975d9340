"""What can be done about people: adding them, inviting, granting and ending access."""

from datetime import date, datetime, timedelta
from uuid import UUID

from flask import current_app
from sqlalchemy import delete, or_, select, update
from werkzeug.exceptions import NotFound

from selfcare.accounts import security, sessions
from selfcare.accounts.models import Account
from selfcare.audit import trail
from selfcare.database import now, session
from selfcare.notifications import actions as notifications
from selfcare.people import queries
from selfcare.people.access import PROFESSIONAL
from selfcare.people.bases import CONSENT
from selfcare.people.models import (
    Change,
    Invitation,
    Member,
    Person,
    Recovery,
    Relationship,
    Right,
    Team,
)
from selfcare.web.access import Area, Level, Permit, Role
from selfcare.web.versions import Stale

CARER_LASTS = timedelta(days=365)
GAVE_BACK = "gave back"  # why it ended: whoever helped did that themself

# Which state may follow which; anything else is refused.
NEXT = {
    "proposed": {"active", "declined"},
    "active": {"suspended", "ended"},
    "suspended": {"active", "ended"},
    "ended": set[str](),
    "declined": set[str](),
}


class NumberTaken(ValueError):
    """A team of theirs has somebody with this NHS number already."""


class IllegalChange(ValueError):
    """A relationship cannot go from the state it is in to the one asked for."""


def make_team(
    name: str, *, phone: str = "", hours: str = "", reply_days: int = 2, kind: str = "care"
) -> Team:
    """:param kind: `care`, or `body`: a voluntary body, whose right is what was asked of it alone."""
    team = Team(
        name=name, phone=phone, hours=hours, reply_days=reply_days, holidays=[], made_at=now(), kind=kind
    )
    session().add(team)
    session().flush()
    return team


def lock_list(team_id: UUID | None) -> None:
    """Of two who would put the same number on a team's list, the second comes after the first. What is received for the
    team meanwhile, and points to it, waits for neither.
    """
    session().execute(select(Team.id).where(Team.id == team_id).with_for_update(key_share=True))


def join_team(team: Team, account: Account, *, invited: bool = False) -> None:
    """:param invited: on a page: until they have come in, nobody is handed over to them."""
    moment = now()
    row = Member(team_id=team.id, account_id=account.id, since=moment, invited_at=moment if invited else None)
    session().add(row)
    session().flush()


def join_again(team: Team, account: Account) -> None:
    """Who left a team is of it again from now on."""
    row = session().get_one(Member, (team.id, account.id), with_for_update=True, populate_existing=True)
    row.since, row.ended_at, row.invited_at = now(), None, None
    session().flush()


def add_person(
    *,
    given_name: str,
    family_name: str,
    born: date,
    team_id: UUID,
    lead: UUID,
    known_as: str = "",
    nhs_number: str | None = None,
    zone: str | None = None,
) -> Person:
    """Add a person to a team's list, with `lead` (an account) as their key contact."""
    person = Person(
        given_name=given_name,
        family_name=family_name,
        known_as=known_as or given_name,
        born=born,
        nhs_number=nhs_number,
        zone=zone or current_app.config["SETTINGS"].zone,
        made_at=now(),
    )
    session().add(person)
    session().flush()
    relate(
        person.id,
        kind=Role.PROFESSIONAL,
        team_id=team_id,
        account_id=lead,
        lead=True,
        rights=PROFESSIONAL,
        by=lead,
    )
    return person


def relate(
    person_id: UUID,
    *,
    kind: Role,
    account_id: UUID | None = None,
    team_id: UUID | None = None,
    lead: bool = False,
    rights: dict[Area, Level] | None = None,
    until: datetime | None = None,
    basis: str = CONSENT,
    state: str = "active",
    by: UUID | None = None,
) -> Relationship:
    """Make a relationship, active unless it is said otherwise, with its rights and the change that says who made it."""
    row = Relationship(
        person_id=person_id,
        account_id=account_id,
        team_id=team_id,
        kind=kind.value,
        basis=basis,
        state=state,
        lead=lead,
        granted_by=by,
        since=now(),
        until=until,
    )
    session().add(row)
    session().flush()
    give(row.id, rights or {})
    session().add(Change(relationship_id=row.id, state=state, at=now(), by=by, reason=""))
    session().flush()
    return row


def end(permit: Permit, relationship_id: UUID, reason: str = "", *, here: UUID | None = None) -> None:
    """End somebody's access, at once. The person ends any; a carer may end their own.

    Codes that nobody has used yet stop working with it: one of them may be in the same hands. With a team go its letter
    to the person, whoever came in by that and proved nothing of their own, and a new way in that the team vouched for.

    :param here: the session in which this is done: it goes on.
    :raises NotFound: when it is not theirs to end, or has ended.
    """
    row = session().get(Relationship, relationship_id, with_for_update=True)
    own = permit.relationship_id == relationship_id and permit.role is Role.CARER
    if (
        row is None
        or row.person_id != permit.person_id
        or row.kind == "self"
        or row.state not in ("active", "suspended")
    ):
        raise NotFound
    if not own and not permit.may(Area.PEOPLE, Level.MANAGE):
        raise NotFound
    move(row, "ended", permit.account_id, GAVE_BACK if own else reason)
    notifications.take_back(row.person_id, row.id)  # that it ends soon
    if row.kind == Role.PROFESSIONAL:
        take_codes_back(permit.person_id, "team", "self", "acting")
        _stop_recoveries(permit, row.team_id)
        for account_id in queries.accounts_of(permit):
            sessions.end_by_letter(account_id, but=here)
    else:
        take_codes_back(permit.person_id, "carer", "acting")
    trail.record(permit, "gave back" if own else "ended", "relationship", row.id)


def renew(permit: Permit, relationship_id: UUID, until: str | None = None) -> None:
    """One more year. Access without an end keeps going without one.

    :param until: the end that stood beside the button, in ISO 8601; another one has the year already. None: whichever.
    """
    row = _own(permit, relationship_id)
    if row.basis != CONSENT:
        raise NotFound  # what the law sets is not made longer
    if row.until is None or until not in (None, row.until.isoformat()):
        return
    row.until = max(row.until, now()) + CARER_LASTS
    row.review_on = permit.today() + CARER_LASTS  # it was just said that it is needed
    notifications.take_back(row.person_id, row.id)
    trail.record(permit, "renewed", "relationship", row.id)
    session().flush()


def set_rights(
    permit: Permit, relationship_id: UUID, rights: dict[Area, Level], version: str | None = None
) -> None:
    """Change what a carer, or the key contact's team, may see and do. What is not named ends, but for what a key
    contact always has.

    :param version: of the `Grant` the form was filled in on; None skips the check.
    :raises Stale: when somebody changed it since. `item` is the grant as it is.
    """
    row = _own(permit, relationship_id)
    if row.basis != CONSENT:
        raise NotFound
    grant = next(one for one in queries.grants(permit) if one.id == row.id)
    if version not in (None, grant.version):
        raise Stale(grant, queries.last_given(permit, row.id))
    session().execute(delete(Right).where(Right.relationship_id == row.id))
    base = PROFESSIONAL if row.kind == Role.PROFESSIONAL else {}
    merged = {area: max(level, rights.get(area, Level.NOTHING)) for area, level in base.items()} | {
        area: level for area, level in rights.items() if area not in base
    }
    give(row.id, merged)
    trail.record(permit, "granted", "relationship", row.id)
    session().flush()


def move(row: Relationship, state: str, by: UUID | None, reason: str) -> None:
    """Change a relationship's state, kept with who and why. :raises IllegalChange: when it cannot follow."""
    if state not in NEXT[row.state]:
        raise IllegalChange(f"{row.state} → {state}")
    row.state = state
    note_change(row, by, reason)


def note_change(row: Relationship, by: UUID | None, reason: str) -> None:
    """Keep who says what about the state that a relationship is in."""
    session().add(Change(relationship_id=row.id, state=row.state, at=now(), by=by, reason=reason))
    session().flush()


def _own(permit: Permit, relationship_id: UUID) -> Relationship:
    permit.require(Area.PEOPLE, Level.MANAGE)
    row = session().get(Relationship, relationship_id, with_for_update=True)
    if row is None or row.person_id != permit.person_id or row.kind == "self" or row.state != "active":
        raise NotFound
    return row


def give(relationship_id: UUID, rights: dict[Area, Level]) -> None:
    """Give a relationship rights where it has none."""
    session().add_all(
        Right(relationship_id=relationship_id, area=area.value, level=int(level))
        for area, level in rights.items()
        if level
    )
    session().flush()


def take_codes_back(person_id: UUID, *kinds: str) -> None:
    """Codes about a person stop working. A letter does so used or not: it goes on working until a way in is set."""
    session().execute(
        update(Invitation)
        .where(
            Invitation.person_id == person_id,
            Invitation.kind.in_(kinds),
            or_(Invitation.used_by.is_(None), Invitation.kind == "self"),
            Invitation.withdrawn_at.is_(None),
        )
        .values(withdrawn_at=now())
    )


def _stop_recoveries(permit: Permit, team_id: UUID | None) -> None:
    """A new way in rests on the team that asked for it. Nobody of the team is told, as of nothing when access ends."""
    rows = session().scalars(
        select(Recovery)
        .where(
            Recovery.person_id == permit.person_id,
            Recovery.team_id == team_id,
            Recovery.stopped_at.is_(None),
            Recovery.used_at.is_(None),
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    for row in rows.all():
        stop_recovery(permit, row)


def stop_recovery(permit: Permit, row: Recovery) -> None:
    """Nobody comes in by a locked recovery any more, and the person need not be asked about it."""
    row.stopped_at, row.code_hash = now(), None
    session().flush()
    trail.record(permit, "stopped", "recovery", row.id)
    security.note("recovery-stopped", row.account_id, by=permit.account_id, recovery=row.id)
    notifications.take_back_for(row.account_id, row.id)
    notifications.settled(row.person_id, row.id, notifications.RECOVERY_ASKED)
