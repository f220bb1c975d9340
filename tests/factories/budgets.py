"""A budget with spends, a receipt, and what was asked before spending."""

from datetime import date, timedelta
from typing import Any

from selfcare.budget import actions, ask_actions
from selfcare.budget.models import Budget
from selfcare.web.access import Area, Permit
from tests import factories
from tests.factories import Household, plans
from tests.factories.letters import a_photo, found


def begin(permit: Permit, pence: int = 120_000, first: date | None = None, **more: Any) -> Budget:
    """A budget of a year, begun half a year ago, unless another first day is given."""
    first = first or permit.today() - timedelta(days=182)
    values = {
        "kind": "health", "pence": pence, "from_on": first, "until_on": first + timedelta(days=364),
        "purpose": "For getting out, and for moving more", "agreed_with": "", "agreed_on": None, "look_on": None,
    }  # fmt: skip
    return actions.begin(permit, **values | more)


def kept(house: Household) -> dict[str, Any]:
    """One of each; the team sees none of it afterwards. :returns: their ids in addresses."""
    rosa = factories.permit(house.rosa, house.person)
    row = begin(rosa)
    spend = actions.spend(rosa, row.id, what="Walking shoes", pence=3_800, day=rosa.today())
    actions.keep_receipt(rosa, row.id, spend.id, found(a_photo()))
    plans.let_team(house, area=Area.BUDGET)
    asked = ask_actions.ask(rosa, row.id, what="A garden seat", pence=6_000)
    plans.let_team(house, None, Area.BUDGET)
    return {"budget_id": row.id, "spend_id": spend.id, "spend_ask_id": asked.id}
