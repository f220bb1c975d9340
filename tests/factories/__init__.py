"""Invented people for tests, made through the rooms' own actions.

Call inside `database.command()` of an app context.
"""

from dataclasses import dataclass
from datetime import date
from itertools import count
from uuid import uuid4

from selfcare.accounts import actions as accounts
from selfcare.accounts.models import Account
from selfcare.database import now, session
from selfcare.people import access
from selfcare.people import actions as people
from selfcare.people.models import Person, Team
from selfcare.web.access import Area, Kind, Level, Panel, Permit, Role, SignedIn

_numbers = count(1)


@dataclass
class Household:
    """A person with an account, their nurse and team, a carer, and a stranger."""

    person: Person
    rosa: Account
    amina: Account
    leon: Account
    stranger: Account
    team: Team


def account(kind: Kind = Kind.PERSON, name: str = "Sam", **values: str) -> Account:
    return accounts.make(kind, name, **values)


def nurse(name: str = "Amina", team: Team | None = None) -> tuple[Account, Team]:
    made = account(Kind.PROFESSIONAL, name, title="specialist nurse")
    team = team or people.make_team(
        "Riverside community team", phone="01632 960118", hours="Monday to Friday, 9 to 5"
    )
    people.join_team(team, made)
    return made, team


def person(lead: Account, team: Team, known_as: str = "Rosa", own: Account | None = None) -> Person:
    made = people.add_person(
        given_name=known_as,
        family_name=f"Hill{next(_numbers)}",
        born=date(1962, 3, 27),
        team_id=team.id,
        lead=lead.id,
    )
    if own:
        people.relate(made.id, kind=Role.SELF, account_id=own.id)
    return made


CARER_RIGHTS = {
    Area.DIARY: Level.ADD,
    Area.QUESTIONS: Level.ADD,
    Area.APPOINTMENTS: Level.SEE,
    Area.GOALS: Level.ADD,
}


def household(carer_rights: dict[Area, Level] | None = None) -> Household:
    """Rosa, her nurse Amina, her carer Leon, and somebody else."""
    amina, team = nurse()
    rosa, leon, stranger = account(name="Rosa"), account(name="Leon"), account(name="Stranger")
    made = person(amina, team, own=rosa)
    people.relate(
        made.id,
        kind=Role.CARER,
        account_id=leon.id,
        rights=CARER_RIGHTS if carer_rights is None else carer_rights,
    )
    return Household(made, rosa, amina, leon, stranger, team)


def signed_in(account: Account) -> SignedIn:
    """The account as a session would carry it, for asking for permits without a browser."""
    return SignedIn(
        account_id=account.id,
        session_id=uuid4(),
        token="",
        kind=Kind(account.kind),
        name=account.name,
        title=account.title,
        locale=account.locale,
        email=account.email,
        proved_at=now(),
        complete=True,
    )


def permit(account: Account, person: Person) -> Permit:
    """The permit of an account, made as a request makes it."""
    session().flush()
    made = access.resolve(signed_in(account), person.id, False)
    assert made is not None
    return made


def panel(account: Account) -> Panel:
    session().flush()
    return access.panel(signed_in(account))
