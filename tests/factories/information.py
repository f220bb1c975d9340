"""Good information: pages on the team's list, and beside a result, a decision and a line of the plan."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from selfcare.information import actions, team_list
from selfcare.web.access import Area, Level
from tests import factories
from tests.factories import Household

PAGE: Mapping[str, Any] = {
    "url": "https://www.example.org/moving", "name": "Getting moving", "publisher": "Example Charity",
    "checked_on": "2026-03-01", "language": "en", "about": "Small steps", "reading": {"age": 9, "words": 120},
}  # fmt: skip


def listed(house: Household, **changes: Any) -> team_list.Listed:
    """A page on the list of the household's team."""
    made = team_list.add(factories.panel(house.amina), house.team.id, "Amina", PAGE | changes)
    return next(one for one in team_list.every() if one.id == made)


def beside(house: Household, kind: str, about_id: UUID, page: Mapping[str, Any]) -> UUID:
    """A page put beside a decision or a line of the plan by the key contact, with the right to it.

    :param page: the columns of `information.models.Linked`.
    """
    area = {"decision": Area.DECISIONS, "plan_line": Area.PLAN}[kind]
    amina = factories.permit(house.amina, house.person)
    amina = replace(amina, rights={**amina.rights, area: Level.ADD})
    return actions.attach(amina, area, kind, about_id, page)


def hide(house: Household, decision_id: UUID, canary: str) -> UUID:
    """A page beside a decision that the person marked *only me* after they had talked about it."""
    page = {"url": f"https://{canary}.example.org/".lower(), "name": f"{canary} page", "publisher": canary}
    return beside(house, "decision", decision_id, page | {"checked_on": date(2026, 3, 1), "language": "en"})


def fill(house: Household, ids: Mapping[Any, Any]) -> dict[Any, Any]:
    """:param ids: of a decision and a line of the plan. :returns: ids by their names in an address."""
    page = listed(house)
    found: dict[Any, Any] = {}
    for room, kind, name in (
        ("decisions", "decision", "decision_id"),
        ("care_plan", "plan_line", "plan_line_id"),
    ):
        made = beside(house, kind, ids[name], page.linked)
        for view in ("information_remove", "information_remove_send"):
            found[f"{room}.{view}", "information_id"] = made
    for view in ("team_link", "team_link_send", "team_link_remove", "team_link_remove_send"):
        found[f"information.{view}", "offer_id"] = page.id
    return found
