"""Rosa's plan: agreed with Amina a while ago, changed once since, and a change that waits for Rosa."""

from dataclasses import replace
from datetime import datetime, timedelta

from selfcare.care_plan import actions
from selfcare.care_plan.models import PlanChange
from selfcare.database import session
from selfcare.demo.cast import Cast
from selfcare.people import actions as people
from selfcare.people import queries
from selfcare.web.access import Area, Level, Permit

LINES = (
    ("looks", "", "I cannot do the stairs two days running."),
    ("do", "", "Rest. Check my weight. Tell Leon."),
    ("call", "", "Amina’s team, 01632 960118\nAt night: 111"),
    ("good", "", "I know my body. I ask when I do not understand. Leon and my sister are there."),
    ("body", "", "To get up the stairs without stopping"),
    ("home", "", "A rail on the stairs"),
    ("people", "", "To see my sister in April"),
    ("does", "Amina, specialist nurse", "Calls me every two weeks."),
    ("does", "Hill Street movement class", "Tuesdays at 10."),
    ("does", "Riverside council", "Puts in the second rail."),
    ("does", "Leon", "Comes along to the shop."),
)


def make(cast: Cast, own: Permit, desk: Permit) -> None:
    """Write it through the room's own actions, then let it be as old as the story says."""
    team = next(one for one in queries.grants(own) if one.kind == "professional")
    people.set_rights(own, team.id, {**team.rights, Area.PLAN: Level.ADD})
    desk = replace(desk, rights={**desk.rights, Area.PLAN: Level.ADD})
    first, then = (cast.days.when(cast.days.weekday(ago), "15:30").utc for ago in (96, 57))
    made = {(part, who): _agree(own, desk, first, part=part, who=who, text=text) for part, who, text in LINES}
    again = cast.days.coming_weekday(34)
    _agree(own, desk, first, part="again", until=again)
    for place, row in enumerate(made.values()):
        row.entered_at += timedelta(seconds=place)  # in the order in which they were said
    rail = made["home", ""]
    _agree(own, desk, then, line_id=rail.line_id, part="home", text="A second rail on the stairs")
    looks = made["looks", ""]
    asked = actions.suggest(
        desk, line_id=looks.line_id, part="looks",
        text="My legs feel heavy in the morning, or I cannot do the stairs two days running.",
        why="You said your legs tell you before the stairs do. Shall we write that down?",
    )  # fmt: skip
    asked.entered_at = cast.days.before_now(cast.days.weekday(1), "15:30").utc
    actions.suggest(own, part="money", text="To ask about a bus pass", send=False)
    session().flush()


def _agree(own: Permit, desk: Permit, at: datetime, **line: object) -> PlanChange:
    row = actions.suggest(own, **line)  # type: ignore[arg-type]
    actions.agree(desk, row.id, row.digest)
    row.entered_at = row.person_at = at - timedelta(minutes=30)
    row.team_at = row.ended_at = row.changed_at = at
    return row
