"""What Rosa decides, as Amina told her of it (picture 27), and her health as she keeps it."""

from datetime import timedelta
from uuid import UUID

from selfcare.appointments import question_actions
from selfcare.decisions import actions as decisions
from selfcare.decisions import numbers
from selfcare.demo.days import Days
from selfcare.health import actions as health
from selfcare.people import actions as people_actions
from selfcare.people import queries as people
from selfcare.web.access import Area, Level, Permit
from selfcare.web.item_reference import About

TOLD = (
    ("good", "Walk further after 3 months", ("45 of 100", "30 of 100", "15 of 100")),
    ("good", "Also", ("You meet people", "Any time you like", "Nothing to plan")),
    ("hard", "Sore for some days", ("20 of 100", "10 of 100", "5 of 100")),
    ("hard", "Stop before the end", ("25 of 100", "50 of 100", "")),
    ("hard", "What it takes", ("Tuesdays, a bus", "10 minutes a day", "Nothing")),
)


def live(days: Days, own: Permit, desk: Permit, visit_id: UUID) -> None:
    """Write both through the rooms' own actions."""
    _team_sees(own)
    _decision(days, own, desk, visit_id)
    _health(days, own)


def _team_sees(own: Permit) -> None:
    """She lets Amina's team see both, and write down what they told her; so her allergy stands on their banner."""
    team = next(one for one in people.grants(own) if one.team)
    rights = {Area.DECISIONS: Level.ADD, Area.HEALTH: Level.SEE}
    people_actions.set_rights(own, team.id, rights)


def _decision(days: Days, own: Permit, desk: Permit, visit_id: UUID) -> None:
    row = decisions.add(
        own, question="How do I get moving again?", options={"a": "A class in town", "b": "At home"}
    )
    for kind, what, said in TOLD:
        cells, of = numbers.read(dict(zip(("a", "b", "leave"), said, strict=True)), "")
        decisions.tell(
            own,
            row.id,
            kind=kind,
            what=what,
            cells=cells,
            of=of,
            told_by=desk.account_name,
            told_on=days.day(14),
        )
    decisions.say(own, row.id, None, matters="To go out with my sister in April.", lean="a")
    question_actions.ask(
        own,
        text="What if I cannot get to the class some weeks?",
        appointment_id=visit_id,
        about=About("decision", row.id, row.question),
    )
    jab = decisions.add(
        own, question="Do I have the flu jab this year?", options={"a": "Have it at the chemist"}
    )
    decisions.decide(
        own, jab.id, None, chosen="a", words="On the way back from the shop.", with_whom="Leon and the chemist",
        decided_on=days.day(44), look_on=days.day(0) + timedelta(days=270),
    )  # fmt: skip


def _health(days: Days, own: Permit) -> None:
    health.add(
        own, kind="allergy", name="Penicillin", about="A rash all over, within the hour.", since="unknown"
    )
    health.add(
        own, kind="medicine", name="Methotrexate 2.5 mg tablets", about="My joints",
        how="Six of them, once a week, on Monday, with breakfast.", since="day", since_on=days.day(140),
    )  # fmt: skip
    health.add(
        own, kind="medicine", name="Folic acid 5 mg tablets", about="To go with it", how="One, on Friday."
    )
    health.add(
        own, kind="medicine", name="Naproxen 250 mg", about="Pain", since="unknown", stopped="day",
        stopped_on=days.day(141),
    )  # fmt: skip
    health.add(own, kind="condition", name="Rheumatoid arthritis", since="unknown")
    health.add(own, kind="condition", name="Low iron", about="They say it may be from the tablets.")
