"""What is asked for near by: a voluntary body with somebody who works there, and asks wherever they can stand."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from selfcare.accounts.models import Account
from selfcare.asks import actions as asks
from selfcare.asks import desk_actions
from selfcare.asks.models import Ask
from selfcare.database import session
from selfcare.people import actions as people
from selfcare.people import ask_access, teams
from selfcare.people.models import Member, Team
from selfcare.web.access import AskPermit, Kind, Permit
from tests import factories
from tests.factories import Household


def a_body(name: str = "Riverside Leisure", worker: str = "Bo") -> tuple[Account, Team]:
    """A voluntary body, and somebody who works there."""
    team = people.make_team(name, phone="01632 960204", hours="Mornings", kind="body")
    made = factories.account(Kind.BODY, worker, title="volunteer")
    people.join_team(team, made)
    return made, team


def link_worker(team: Team, name: str = "Priya") -> Account:
    """A colleague to whom asks come first."""
    made = factories.account(Kind.PROFESSIONAL, name, title="link worker")
    people.join_team(team, made)
    session().get_one(Member, (team.id, made.id)).link_worker = True
    session().flush()
    return made


def work(account: Account, ask_id: UUID) -> AskPermit:
    """The proof of an account for an ask, made as a request makes it."""
    session().flush()
    found = ask_access.held_by(account, ask_id)
    assert found is not None
    return found


def fill(house: Household, rosa: Permit) -> dict[str, Any]:
    """An ask that somebody of a body has found a place for, one that nobody has taken, and one that is over."""
    bo, body = a_body()
    amina = house.amina
    row = asks.ask(rosa, words="Move to music, on a Tuesday", may_pass=True)
    asks.add(rosa, row.id, "I can stand for ten minutes.")
    desk_actions.offer(work(amina, row.id), body.id)
    desk_actions.accept(work(bo, row.id))
    place = "Hill Street Hall"
    day = teams.today() + timedelta(days=8)
    desk_actions.found(work(bo, row.id), None, place=place, words="Tea after.", on=day)
    desk_actions.add(work(bo, row.id), "Soft shoes are best.")
    gone = asks.ask(rosa, words="Company at lunch")
    desk_actions.accept(work(amina, gone.id))
    desk_actions.found(work(amina, gone.id), None, place="The lunch club")
    asks.go(rosa, gone.id, None)
    asks.went(rosa, gone.id, how_it_was="Good company.", tells=False)
    asks.ask(rosa, words="Help with the heating bill")
    return {"ask_id": row.id}


def body_worker(ask_id: UUID) -> Account:
    """Who works for the body that has an ask."""
    of = (
        select(Account)
        .join(Member, Member.account_id == Account.id)
        .join(Ask, Ask.body_id == Member.team_id)
        .where(Ask.id == ask_id)
    )
    return session().scalars(of).one()


def called(who: str, house: Household, ask_id: UUID) -> UUID:
    """The account of one of the household; of `lin`, a link worker; or of `bo`, who works for the body of an ask."""
    if who == "lin":
        return link_worker(house.team, "Lin").id
    found: Account = body_worker(ask_id) if who == "bo" else getattr(house, who)
    return session().merge(found).id
