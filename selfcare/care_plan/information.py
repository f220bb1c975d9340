"""The pages beside lines of a plan that count, as a reader sees these."""

from typing import Any

from flask import url_for

from selfcare.care_plan import queries, words
from selfcare.care_plan.models import PlanChange
from selfcare.database import session
from selfcare.information import queries as information
from selfcare.information.queries import Hung, Page
from selfcare.web.access import Area, Level, Permit, Role

KIND = "plan_line"


@information.hangs("plan", Area.PLAN)
def hung(permit: Permit, most: int) -> list[Hung]:
    """The newest first. One statement."""
    every = information.all_of(permit, KIND, PlanChange, PlanChange.line_id, most)
    rows = session().execute(every.where(queries.COUNTS, PlanChange.drops.is_(False)))
    where = url_for("care_plan.index", person_id=permit.person_id)
    found = []
    for row in rows:
        line = row.PlanChange
        label = words.said(line.part, line.who, line.text, line.until, permit.today())
        found.append(Hung(information.page(row), label, where, row[0].entered_at))
    return found


def beside(permit: Permit, plan: queries.Plan, *, acts: bool) -> dict[str, Any]:
    """What the lines are drawn with. One statement. `acts`: something can be done on the page."""
    ids = [one.row.line_id for lines in plan.lines.values() for one in lines if one.state == "agreed"]
    informs = acts and permit.role is Role.PROFESSIONAL and permit.may(Area.PLAN, Level.ADD) and not plan.over

    def off(page: Page) -> str:
        return url_for(
            "care_plan.information_remove_send",
            person_id=permit.person_id,
            plan_line_id=page.about_id,
            information_id=page.id,
        )

    return {
        "informed": information.beside(permit, KIND, ids),
        "informs": informs and bool(ids),
        "take_off": off if informs else None,
        "today": permit.today(),
    }
