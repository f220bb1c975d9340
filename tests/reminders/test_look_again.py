"""The day to look at a decision, or a budget, again: who is told, once, and what becomes of it with another day."""

from datetime import date

from selfcare.budget import actions as budgets
from selfcare.budget.models import Budget
from selfcare.decisions import actions as decisions
from selfcare.home import queries as home
from tests.factories import budgets as a_budget
from tests.reminders.conftest import Stage


def test_the_day_to_look_at_a_decision_again_is_told_once_unless_it_has_another(stage: Stage) -> None:
    """Alone catches: a decision that is never looked at again though people chose a day; one that goes on asking once
    it was decided anew; and one that says itself to somebody from whom it is hidden."""
    day = date(2026, 5, 20)
    with stage.acting() as rosa:
        made = {}
        for name in ("shown", "secret", "open again", "later"):
            row = decisions.add(rosa, question=name, options={"a": "A class"}, only_me=name == "secret")
            decisions.decide(rosa, row.id, None, chosen="a", look_on=day)
            made[name] = row.id
        decisions.reopen(rosa, made["open again"])
        decisions.decide(rosa, made["later"], None, chosen="not_now", look_on=date(2026, 5, 23))
    assert stage.look("2026-05-20 08:59") == []
    told = [
        ("Leon", "again", made["shown"]),
        ("Rosa", "again", made["shown"]),
        ("Rosa", "again", made["secret"]),
    ]
    assert stage.look("2026-05-20 09:00") == sorted(told)
    assert stage.look("2026-05-22 09:00") == []
    assert {each for _, _, each in stage.look("2026-05-23 09:00")} == {made["later"]}
    with stage.acting() as rosa:
        decisions.decide(rosa, made["shown"], None, chosen="a", look_on=date(2027, 5, 20))
        decisions.remove(rosa, made["secret"])
    with stage.app.test_request_context():
        stale = home.stale(stage.ids["Rosa"], [stage.person])
    there = [row for row in stage.notices() if row.account_id == stage.ids["Rosa"]]
    assert {row.about_id: row.id in stale for row in there} == {made["shown"]: True, made["later"]: False}


def test_the_day_to_look_at_a_budget_again_is_told_once_unless_it_has_another(stage: Stage) -> None:
    """Alone catches: a budget that nobody looks at on the day both chose; one that goes on asking once that day was
    moved, or it was taken out."""
    day = date(2026, 5, 20)
    with stage.acting() as rosa:
        made = {
            name: a_budget.begin(rosa, first=date(2026, 1, 1), purpose=name, look_on=day)
            for name in ("looked at", "moved", "removed")
        }
        made["no day"] = a_budget.begin(rosa, first=date(2026, 1, 1))
        ids = {name: row.id for name, row in made.items()}
        budgets.change(rosa, ids["moved"], None, look_on=date(2026, 5, 23))
        budgets.remove(rosa, ids["removed"])
    assert stage.look("2026-05-20 08:59") == []
    assert stage.look("2026-05-20 09:00") == [
        ("Leon", "budget", ids["looked at"]),
        ("Rosa", "budget", ids["looked at"]),
    ]
    assert {each for _, _, each in stage.look("2026-05-23 09:00")} == {ids["moved"]}
    with stage.changing() as work:
        work.get_one(Budget, (stage.person, ids["moved"])).look_on = date(2027, 5, 20)
    with stage.app.test_request_context():
        stale = home.stale(stage.ids["Rosa"], [stage.person])
    there = [row for row in stage.notices() if row.account_id == stage.ids["Rosa"]]
    assert {row.about_id: row.id in stale for row in there} == {ids["looked at"]: False, ids["moved"]: True}
