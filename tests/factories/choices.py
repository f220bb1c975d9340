"""A decision with what was told of it, and health as the person keeps it."""

from datetime import timedelta
from typing import Any

from selfcare.agreed import actions as agreed
from selfcare.appointments import question_actions
from selfcare.decisions import actions as decisions
from selfcare.decisions import numbers
from selfcare.health import actions as health
from selfcare.web.access import Permit
from selfcare.web.item_reference import About


def told(typed: dict[str, str], of: str = "") -> dict[str, Any]:
    """The cells of a row as they are kept, from what was typed by option."""
    cells, all_ = numbers.read(typed, of)
    return {"cells": cells, "of": all_}


def fill(rosa: Permit) -> dict[str, Any]:
    """One of each that others may see. :returns: their ids, by their names in an address."""
    row = decisions.add(rosa, question="How do I get moving again?", options={"a": "A class", "b": "At home"})
    for kind, what, typed in (
        ("good", "Walk further after 3 months", {"a": "45 of 100", "b": "30 of 100", "leave": "15 of 100"}),
        ("hard", "What it takes", {"a": "Tuesdays, a bus", "b": "10 minutes a day"}),
    ):
        decisions.tell(
            rosa,
            row.id,
            kind=kind,
            what=what,
            told_by="Amina",
            told_on=rosa.today() - timedelta(days=9),
            **told(typed),
        )
    decisions.say(rosa, row.id, None, matters="To go out with my sister", lean="a")
    about = About("decision", row.id, row.question)
    question_actions.ask(rosa, text="What if I stop before the end?", about=about)
    agreed.add(rosa, what="Ask for the class's days", owner=agreed.Owner("me"), about=about)
    medicine = health.add(
        rosa, kind="medicine", name="Methotrexate 2.5 mg", about="My joints", how="Six on a Monday", since="unknown",
        coded=health.Coded("dm+d", "999000001"),
    )  # fmt: skip
    health.add(rosa, kind="allergy", name="Penicillin", about="A rash, within an hour")
    health.add(rosa, kind="condition", name="Rheumatoid arthritis", since="day", since_on=rosa.today())
    health.add(rosa, kind="medicine", name="Naproxen", stopped="unknown")
    return {
        "decision_id": row.id,
        "fact_id": row.facts[0]["id"],
        "health_id": medicine.id,
        "kind": "medicine",
    }


def hide(rosa: Permit, canary: str) -> dict[str, Any]:
    """The same of what only the person sees."""
    row = decisions.add(rosa, question=f"{canary} question", options={"a": f"{canary} way"}, only_me=True)
    decisions.tell(
        rosa,
        row.id,
        kind="good",
        what=f"{canary} fact",
        told_by=canary,
        told_on=None,
        **told({"a": f"{canary} cell"}),
    )
    decisions.say(rosa, row.id, None, matters=f"{canary} matters", lean="a")
    kept = health.add(rosa, kind="medicine", name=f"{canary} pill", about=canary, only_me=True)
    health.add(rosa, kind="allergy", name=f"{canary} allergy", only_me=True)
    return {"decision_id": row.id, "fact_id": row.facts[0]["id"], "health_id": kept.id, "kind": "medicine"}
