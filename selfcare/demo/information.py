"""Good information in the demonstration: three pages on the team's list, one beside Rosa's blood count, one beside what
she decides. The publishers are invented, and so are their addresses.
"""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from selfcare.database import session
from selfcare.decisions.models import Decision
from selfcare.demo.cast import Cast
from selfcare.information import actions, team_list
from selfcare.results import links
from selfcare.results.models import Result
from selfcare.web.access import Area, Level, Permit

IRON = {
    "url": "https://www.blood-charity.example/iron", "name": "Iron and your blood", "publisher": "The Blood Charity",
    "language": "en", "about": "What iron does, and food that has it", "test": "Ferritin",
    "reading": {"age": 10, "words": 214},
}  # fmt: skip
MOVING = {
    "url": "https://movement.example/getting-started", "name": "Getting moving again, step by step",
    "publisher": "Movement Together", "language": "en", "about": "Small steps, sitting and standing",
    "reading": {"age": 13, "words": 180},
}  # fmt: skip
URDU = {
    "url": "https://www.blood-charity.example/ur/iron", "name": "فولاد اور آپ کا خون", "publisher": "The Blood Charity",
    "language": "ur", "about": "The same in Urdu",
}  # fmt: skip


def make(cast: Cast, desk: Permit, report_id: UUID) -> None:
    """Through the rooms' own actions."""
    kept = {}
    for body, ago in ((IRON, 40), (MOVING, 61), (URDU, 400)):
        day = (cast.days.now.date() - timedelta(days=ago)).isoformat()
        kept[body["url"]] = team_list.put(desk, cast.team.id, cast.amina.name, body | {"checked_on": day})
    listed = {one.url: one for one in team_list.every() if one.team_id == cast.team.id}
    haemoglobin = session().scalar(
        select(Result.id).where(Result.report_id == report_id, Result.name == "Haemoglobin")
    )
    links.add_link(desk, report_id, result_id=haemoglobin, **listed[str(IRON["url"])].linked)
    decision = session().scalar(
        select(Decision.id).where(
            Decision.person_id == desk.person_id, Decision.question.contains("moving again")
        )
    )
    if decision:
        desk = replace(desk, rights={**desk.rights, Area.DECISIONS: Level.ADD})
        actions.attach(desk, Area.DECISIONS, "decision", decision, listed[str(MOVING["url"])].linked)
