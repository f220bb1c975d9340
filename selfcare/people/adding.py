"""Adding somebody to a list, without adding anybody twice."""

from collections.abc import Callable
from datetime import date
from typing import Any, Protocol
from uuid import UUID

from flask import current_app
from werkzeug.exceptions import NotFound

from selfcare.accounts.models import Account
from selfcare.audit import trail
from selfcare.database import session
from selfcare.people import names, queries, teams
from selfcare.people.access import accepting
from selfcare.people.actions import NumberTaken, add_person, lock_list
from selfcare.people.models import Member, Person
from selfcare.web.access import Panel, Permit, Role


class WasAdded(Protocol):
    """What else there is to do, in the same transaction, once somebody is on a team's list."""

    def __call__(self, person: Person, *, team_id: UUID, by: UUID, name: str) -> None: ...


def install(was_added: WasAdded) -> Callable[[Any], None]:
    """Hand in from the floor above what else there is to do: `install(…)(app)`."""

    def keep(app: Any) -> None:
        app.extensions["was_added"] = was_added

    return keep


class AlreadyHere(ValueError):
    """Somebody with this name and birth date is on the list: `permits`, of all of them."""

    def __init__(self, permits: list[Permit]) -> None:
        super().__init__(len(permits))
        self.permits = permits


class Leaves(ValueError):
    """Who would become the key contact leaves the team: nobody new is given to them. `day`: their last."""

    def __init__(self, day: date) -> None:
        super().__init__(day)
        self.day = day


def add_to_list(
    panel: Panel,
    *,
    team_id: UUID,
    given_name: str,
    family_name: str,
    known_as: str,
    born: date,
    nhs_number: str | None,
    anyway: bool = False,
) -> Person:
    """A professional adds somebody to their list and becomes their key contact.

    :param anyway: it is somebody else than who has the same name and birth date.
    :raises NumberTaken: when a team of theirs has somebody with this NHS number, added a moment ago perhaps.
    :raises AlreadyHere: when somebody of the list has the same name and birth date. Of others nothing is said.
    :raises Leaves: the day they leave is set.
    """
    lock_list(team_id)
    staying(team_id, panel.account_id)
    if nhs_number and queries.nhs_number_is_known(nhs_number, panel.account_id):
        raise NumberTaken
    full_name = f"{given_name} {family_name}"
    alike = [
        permit
        for permit in panel.permits.values()
        if permit.subject.born == born and names.same(permit.subject.full_name, full_name)
    ]
    if alike and not anyway:
        raise AlreadyHere(alike)
    person = add_person(
        given_name=given_name,
        family_name=family_name,
        known_as=known_as,
        born=born,
        nhs_number=nhs_number,
        team_id=team_id,
        lead=panel.account_id,
    )
    name = session().get_one(Account, panel.account_id).name
    was_added: WasAdded = current_app.extensions["was_added"]
    was_added(person, team_id=team_id, by=panel.account_id, name=name)
    trail.record(accepting(person, panel.account_id, name, Role.PROFESSIONAL), "added", "person", person.id)
    return person


def staying(team_id: UUID, account_id: UUID) -> None:
    """Hold the place in a team of somebody who is about to be given people, until the transaction ends.

    Rows are taken in this order everywhere: the team (`actions.lock_list`, `team.seat.take`), places in it, then who
    may see a record. Who needs the team's row takes it before.

    :raises NotFound: they are no member. :raises Leaves: the day they leave is set.
    """
    member = session().get(
        Member, (team_id, account_id), with_for_update={"read": True}, populate_existing=True
    )
    if member is None or member.has_ended:
        raise NotFound
    if member.ended_at is not None:
        raise Leaves(teams.last_day(member.ended_at))
