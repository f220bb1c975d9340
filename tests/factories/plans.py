"""A plan, and what waits in it: for the record that has one of everything, and for what only the person sees."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import g
from sqlalchemy import delete, select

from selfcare.care_plan import actions
from selfcare.care_plan.models import PlanChange
from selfcare.care_plan.states import Side
from selfcare.database import session
from selfcare.people.models import Relationship, Right
from selfcare.web.access import Area, Level
from tests import factories
from tests.factories import Household


def let_team(house: Household, level: Level | None = Level.ADD, area: Area = Area.PLAN) -> None:
    """The person lets the team see the plan, or another area, and suggest changes to it; None: not any more."""
    held = {"person_id": house.person.id, "kind": "professional"}
    lead = session().scalars(select(Relationship).filter_by(**held)).one()
    session().execute(delete(Right).filter_by(relationship_id=lead.id, area=area.value))
    if level is not None:
        session().add(Right(relationship_id=lead.id, area=area.value, level=int(level)))
    session().flush()
    for read in ("plan_team", "grants"):
        g.pop(read, None)


def a_plan(house: Household) -> dict[Any, Any]:
    """Lines that both agreed to, a draft, and changes that wait for either; then the team may not see it any more.

    :returns: ids by their names in an address.
    """
    let_team(house)
    rosa, amina = factories.permit(house.rosa, house.person), factories.permit(house.amina, house.person)
    for part, who, text in (
        ("looks", "", "I cannot do the stairs two days running."),
        ("call", "", "Amina’s team, 01632 960118\nAt night: 111"),
        ("home", "", "A second rail on the stairs"),
        ("does", "Amina, specialist nurse", "Calls me every two weeks."),
        ("good", "", "I know my body."),
        ("hope", "", "To walk to the shop"),
        ("worse", "", "I want to stay at home."),
        ("backup", "", "My sister has a key."),
    ):
        agreed(house, part=part, who=who, text=text)
    agreed(house, part="again", until=rosa.today() + timedelta(days=30))
    looks = line(house, "looks")
    other = actions.suggest(
        amina, line_id=looks.line_id, part="looks", text="My legs feel heavy.", why="As you said."
    )
    actions.suggest(rosa, part="people", text="To see my sister in April")
    draft = actions.suggest(rosa, part="money", text="To ask about the bus pass", send=False)
    let_team(house, None)
    ids: dict[Any, Any] = {"plan_line_id": looks.line_id, "change_id": other.id, "plan_draft_id": draft.id}
    ids["answer"] = "keep"
    return ids | {"plan_waits": actions.waiting_id(house.person.id, Side.PERSON)}


def agreed(house: Household, **values: Any) -> PlanChange:
    """A line that the person wrote and the key contact agreed to."""
    rosa, amina = factories.permit(house.rosa, house.person), factories.permit(house.amina, house.person)
    row = actions.suggest(rosa, **values)
    return actions.agree(amina, row.id, row.digest)


def line(house: Household, part: str) -> PlanChange:
    """What counts of a part."""
    counts = {"person_id": house.person.id, "part": part, "state": "agreed", "replaced_at": None}
    return session().scalars(select(PlanChange).filter_by(**counts)).one()


def hidden(house: Household, canary: str) -> UUID:
    """A draft that only the person sees."""
    rosa = factories.permit(house.rosa, house.person)
    return actions.suggest(rosa, part="mind", text=f"{canary} plan", send=False, only_me=True).id
