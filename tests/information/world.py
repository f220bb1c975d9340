"""A household with a page beside a report, a result, a decision and a line of the plan, each called as that."""

from datetime import timedelta
from typing import Any

from flask import Flask

from selfcare.database import command, session
from selfcare.decisions import actions as decisions
from selfcare.filing import actions as filing
from selfcare.people import actions as people
from selfcare.people import queries as people_read
from selfcare.people.models import Relationship, Right
from selfcare.results import links
from selfcare.results import queries as results
from selfcare.web.access import Area, Level
from tests import factories
from tests.factories import plans
from tests.factories.information import beside, listed
from tests.results.world import World

# Thing: the right it needs, and whether it exists for the person, for who helps, for the team.
THINGS: dict[str, tuple[Area, bool, bool, bool]] = {
    "report": (Area.RESULTS, True, True, True),
    "result": (Area.RESULTS, True, True, True),
    "held report": (Area.RESULTS, False, False, True),
    "withdrawn report": (Area.RESULTS, False, False, False),
    "decision": (Area.DECISIONS, True, True, True),
    "decision for me alone": (Area.DECISIONS, True, False, False),
    "removed decision": (Area.DECISIONS, False, False, False),
    "line": (Area.PLAN, True, True, True),
    "line that went": (Area.PLAN, False, False, False),
}


def url(thing: str) -> str:
    return f"https://example.org/{thing.replace(' ', '-')}"


def fill(app: Flask, world: World) -> dict[str, Any]:
    """:returns: ids by thing."""
    held = world.file(hold=timedelta(days=2))
    void, report = world.file(), world.file()
    with app.test_request_context(), command():
        house = world.home
        plans.let_team(house)
        plans.agreed(house, part="good", text="I know my body.")
        plans.agreed(house, part="worse", text="I want to stay at home.")
        rosa = factories.permit(house.rosa, house.person)
        amina = factories.permit(house.amina, house.person)
        pages = {thing: listed(house, url=url(thing), name=f"About the {thing}") for thing in THINGS}
        ids: dict[str, Any] = {"pages": {thing: page.id for thing, page in pages.items()}, "report": report}
        result = results.sheet(amina, report).results[0].id
        for thing, of, one in (
            ("report", report, None), ("result", report, result),
            ("held report", held, None), ("withdrawn report", void, None),
        ):  # fmt: skip
            links.add_link(amina, of, result_id=one, **pages[thing].linked)
        ids["result"] = result
        for thing in ("decision", "decision for me alone", "removed decision"):
            row = decisions.add(rosa, question=f"The {thing}?", options={"a": "Yes"})
            ids[thing] = row.id
            beside(house, "decision", row.id, pages[thing].linked)
            if thing == "decision for me alone":
                row.only_me = True
            elif thing == "removed decision":
                decisions.remove(rosa, row.id)
        for thing, part in (("line", "good"), ("line that went", "worse")):
            line = plans.line(house, part)
            ids[thing] = line.line_id
            beside(house, "plan_line", line.line_id, pages[thing].linked)
            if thing == "line that went":
                plans.agreed(house, part="worse", line_id=line.line_id, drops=True)
        filing.mark_in_error(amina, void, "It was somebody else’s.")
        team = next(one for one in people_read.grants(rosa) if one.team)
        people.set_rights(rosa, team.id, {Area.DECISIONS: Level.ADD, Area.PLAN: Level.ADD})
    return ids


def let_carer(app: Flask, world: World, *areas: Area) -> None:
    """The carer sees these, and nothing else."""
    with app.app_context(), command():
        held = {"person_id": world.home.person.id, "account_id": world.home.leon.id}
        grant = session().query(Relationship).filter_by(**held).one()
        session().query(Right).filter_by(relationship_id=grant.id).delete()
        session().add_all(
            Right(relationship_id=grant.id, area=area.value, level=int(Level.SEE)) for area in areas
        )
