"""What is due is told to those concerned, each once, and to nobody else."""

from datetime import date, datetime
from threading import Barrier, Thread
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from selfcare.accounts.models import Account
from selfcare.agreed import actions as agreed
from selfcare.agreed.actions import By, Owner
from selfcare.agreed.states import Move
from selfcare.appointments import actions as appointments
from selfcare.appointments import after_visit
from selfcare.appointments import queries as visits
from selfcare.database import now, session
from selfcare.goals import actions as goals
from selfcare.notifications.models import Notice
from selfcare.people import access, death
from selfcare.people import actions as people
from selfcare.people.models import Person, Relationship
from selfcare.reminders import actions, daily_lists, queries
from selfcare.sharing import actions as sharing
from selfcare.web.access import Area, Level, Purpose, Role
from tests import factories
from tests.harness.statements import counted
from tests.reminders.conftest import Stage, instant, when


def test_a_visit_is_told_to_the_person_and_the_carer_once(stage: Stage) -> None:
    visit = stage.visit("2026-05-20 10:30")
    assert stage.look("2026-05-13 08:59") == []
    assert stage.look("2026-05-13 09:00") == [("Leon", "ready", visit), ("Rosa", "ready", visit)]
    assert stage.look() == []
    assert stage.look("2026-05-18 08:59") == []
    assert stage.look("2026-05-18 09:01") == [("Leon", "ready", visit), ("Rosa", "ready", visit)]
    assert stage.look("2026-05-20 10:00") == []
    assert stage.look("2026-05-21 09:00") == [("Rosa", "feedback", visit)]
    assert stage.look("2026-05-22 09:00") == []


def test_the_day_of_what_was_agreed_is_told_to_whoever_does_it(stage: Stage) -> None:
    """On its morning, once; nothing of what is done, of a day that was moved, or to anybody else."""
    day = date(2026, 5, 20)
    with stage.acting() as rosa:
        leon = session().scalars(select(Account).where(Account.name == "Leon")).one()
        own, his, moved, ticked = (
            agreed.add(rosa, what=what, owner=who, by=By("day", day)).id
            for what, who in (
                ("Walk", Owner("me")),
                ("Fix the rail", Owner("carer", leon.id, "Leon")),
                ("Ring", Owner("me")),
                ("Weigh", Owner("me")),
            )
        )
        agreed.change(rosa, moved, 1, what="Ring", owner=Owner("me"), by=By("day", date(2026, 5, 27)))
        agreed.move(rosa, ticked, Move.TICK)
    assert stage.look("2026-05-20 08:59") == []
    assert stage.look("2026-05-20 09:00") == [("Leon", "agreed", his), ("Rosa", "agreed", own)]
    assert stage.look("2026-05-21 09:00") == []
    assert stage.look("2026-05-27 09:00") == [("Rosa", "agreed", moved)]


def test_how_a_visit_was_is_not_asked_of_who_has_said_it(stage: Stage) -> None:
    visit = stage.visit("2026-05-20 10:30")
    with stage.acting() as rosa:
        after_visit.been_through(rosa, visit, None)
    assert stage.look("2026-05-21 09:00") == []


def test_a_visit_that_is_ready_or_taken_out_is_left_alone(stage: Stage) -> None:
    ready, removed = stage.visit("2026-05-20 10:30"), stage.visit("2026-05-20 11:30")
    with stage.acting() as rosa:
        sharing.share(
            rosa, sections=("matters",), first=date(2026, 4, 1), last=date(2026, 5, 4), appointment_id=ready
        )
        appointments.remove_visit(rosa, removed)
    told = stage.look("2026-05-13 09:00")
    assert told == []
    with stage.acting() as rosa:
        sharing.withdraw(rosa, sharing.queries.newest(rosa).id)  # type: ignore[union-attr]
    assert stage.look() == [("Leon", "ready", ready), ("Rosa", "ready", ready)]


def test_taking_a_visit_out_takes_its_reminder_out_of_every_inbox(stage: Stage) -> None:
    visit = stage.visit("2026-05-20 10:30")
    assert len(stage.look("2026-05-13 09:00")) == 2
    with stage.acting() as rosa:
        appointments.remove_visit(rosa, visit)
    assert stage.notices() == []
    assert stage.outbox() == []


def test_a_visit_that_is_only_me_is_told_to_the_person_alone_and_leaves_no_trace_elsewhere(
    stage: Stage,
) -> None:
    secret = stage.visit("2026-05-20 10:30", only_me=True)
    assert stage.look("2026-05-13 09:00") == [("Rosa", "ready", secret)]
    assert {row.account_id for row in stage.outbox()} == {stage.ids["Rosa"]}
    assert {row.account_id for row in stage.notices()} == {stage.ids["Rosa"]}


def test_a_visit_that_becomes_only_me_leaves_the_inboxes_of_others(stage: Stage) -> None:
    visit = stage.visit("2026-05-20 10:30")
    assert ("Leon", "ready", visit) in stage.look("2026-05-13 09:00")
    with stage.acting() as rosa:
        found = visits.visit(rosa, visit)
        appointments.change_visit(rosa, visit, found.version, when=found.when, only_me=True)
    assert [row.account_id for row in stage.notices() if row.account_id != stage.ids["Rosa"]] == []
    assert stage.look("2026-05-18 09:00") == [("Rosa", "ready", visit)]


def test_a_visit_that_is_moved_is_told_again_for_its_new_day(stage: Stage) -> None:
    visit = stage.visit("2026-05-20 10:30")
    assert len(stage.look("2026-05-13 09:00")) == 2
    with stage.acting() as rosa:
        found = visits.visit(rosa, visit)
        appointments.change_visit(rosa, visit, found.version, when=when("2026-06-10 15:00"))
    assert stage.look("2026-05-18 12:00") == []
    assert stage.look("2026-06-03 09:00") == [("Leon", "ready", visit), ("Rosa", "ready", visit)]
    with stage.acting() as rosa:  # an hour later on the same day is no other occurrence
        found = visits.visit(rosa, visit)
        appointments.change_visit(rosa, visit, found.version, when=when("2026-06-10 16:00"))
    assert stage.look("2026-06-04 12:00") == []


def test_words_for_a_visit_put_no_reminder_of_it_off(stage: Stage) -> None:
    """Alone catches: what is written for a visit taken for a change of its day, so that nobody is told."""
    visit = stage.visit("2026-05-20 10:30")
    stage.look("2026-05-12 09:00")
    with stage.acting() as rosa:
        row = session().get_one(visits.models.Appointment, (rosa.person_id, visit))
        appointments.set_matters(rosa, visit, None, "My stairs")
        row.changed_at = instant("2026-05-13 11:00")
    assert len(stage.look("2026-05-13 12:00")) == 2


def test_a_goal_is_told_of_while_it_is_open_and_nobody_has_looked(stage: Stage) -> None:
    with stage.acting() as rosa:
        shown = goals.add(rosa, text="Walk to the shop", look_on=date(2026, 5, 20)).id
        secret = goals.add(rosa, text="Something else", look_on=date(2026, 5, 20), only_me=True).id
        ended = goals.add(rosa, text="Cook on Sundays", look_on=date(2026, 5, 20))
        goals.end(rosa, ended.id, ended.version, "achieved", "")
        looked = goals.add(rosa, text="Sleep", look_on=date(2026, 5, 20)).id
    stage.clock.move_to(instant("2026-05-20 07:00"))
    with stage.acting() as rosa:
        goals.check_in(rosa, looked, when=when("2026-05-20 06:30"), how="as_hoped")
    told = stage.look("2026-05-20 09:00")
    assert told == sorted([("Leon", "look", shown), ("Rosa", "look", shown), ("Rosa", "look", secret)])
    assert stage.look("2026-05-26 09:00") == []
    with stage.acting() as rosa:
        goals.remove(rosa, secret)
        goals.change(rosa, shown, 1, only_me=True)
    assert stage.notices() == []


def test_access_that_ends_is_told_to_both_and_no_more_once_it_goes_on(stage: Stage) -> None:
    grant = stage.grant()
    with stage.changing() as work:
        work.get_one(Relationship, grant).until = instant("2026-05-20 16:00")
    both = [("Leon", "ending", grant), ("Rosa", "ending", grant)]
    assert stage.look("2026-05-06 09:00") == both
    assert stage.look("2026-05-18 09:00") == both
    with stage.acting() as rosa:
        people.renew(rosa, grant)
    assert stage.notices() == []
    assert stage.look("2026-05-19 09:00") == []
    assert stage.look("2027-05-06 09:00") == both


@pytest.mark.parametrize("how", ["ended", "suspended", "expired", "account suspended", "no right"])
def test_nothing_for_a_carer_who_may_not_any_more(stage: Stage, how: str) -> None:
    visit, grant = stage.visit("2026-05-20 10:30"), stage.grant()
    with stage.changing() as work:
        row = work.get_one(Relationship, grant)
        if how in ("ended", "suspended"):
            row.state = how
        elif how == "expired":
            row.until = instant("2026-05-13 08:00")
        elif how == "no right":
            people.set_rights(
                factories.permit(
                    work.get_one(Account, stage.ids["Rosa"]), work.get_one(Person, stage.person)
                ),
                grant,
                {Area.GOALS: Level.SEE},
            )
        else:
            work.get_one(Account, stage.ids["Leon"]).suspended_at = now()
    assert stage.look("2026-05-13 09:00") == [("Rosa", "ready", visit)]


def test_nothing_about_somebody_who_died(stage: Stage) -> None:
    stage.visit("2026-05-20 10:30")
    stage.clock.move_to(instant("2026-05-12 12:00"))
    with stage.acting("Amina") as amina:
        death.record(amina, date(2026, 5, 11))
    assert stage.look("2026-05-13 09:00") == []


# ------------------------------------------------------------------------------------------------ the daily list


def a_contact_due(stage: Stage, day: date) -> None:
    from selfcare.contacts import actions as contacts

    with stage.acting("Amina") as amina:
        contacts.set_rhythm(amina, None, kind="active", every_days=14, due_on=day)


def test_a_list_with_something_on_it_comes_once_each_working_day(stage: Stage) -> None:
    assert stage.look("2026-05-05 08:00") == []
    a_contact_due(stage, date(2026, 5, 7))
    assert stage.look("2026-05-06 09:00") == []
    assert stage.look("2026-05-07 07:59") == []
    assert stage.look("2026-05-07 08:00") == [("Amina", "daily", None)]
    assert stage.look("2026-05-07 16:00") == []
    assert stage.look("2026-05-08 08:05") == [("Amina", "daily", None)]
    assert stage.look("2026-05-09 08:05") == []  # Saturday
    with stage.changing() as work:
        work.get_one(people.Team, stage.team).holidays = ["2026-05-11"]
    assert stage.look("2026-05-11 08:05") == []
    assert stage.look("2026-05-12 08:05") == [("Amina", "daily", None)]
    rows = [row for row in stage.outbox() if row.kind == "daily"]
    assert {row.person_id for row in rows} == {None}
    assert all(row.about == {} for row in rows)


def test_a_question_that_waits_is_on_the_list_and_one_of_this_morning_tells_of_itself(stage: Stage) -> None:
    stage.clock.move_to(instant("2026-05-05 09:30"))
    with stage.acting() as rosa:
        asked = appointments.ask(rosa, text="May I drive?", send_now=True)
    assert stage.look("2026-05-05 10:00") == []
    assert stage.look("2026-05-06 08:00") == [("Amina", "daily", None)]
    with stage.acting("Amina") as amina:
        appointments.reply(amina, asked.id, "Yes.")
    assert stage.look("2026-05-07 08:00") == []


def test_what_is_only_me_or_of_somebody_who_died_is_on_no_list(stage: Stage) -> None:
    with stage.acting() as rosa:
        appointments.ask(rosa, text="May I drive?", only_me=True)
    assert stage.look("2026-05-05 08:00") == []
    a_contact_due(stage, date(2026, 5, 5))
    with stage.acting("Amina") as amina:
        death.record(amina, date(2026, 5, 4))
    assert stage.look("2026-05-05 09:00") == []
    with stage.acting("Amina") as amina:
        death.take_back(amina)
    assert stage.look("2026-05-05 10:00") == [("Amina", "daily", None)]


def test_a_colleague_gets_no_list_of_people_who_have_a_key_contact(stage: Stage) -> None:
    with stage.changing() as work:
        colleague, _ = factories.nurse("Priya", work.get_one(people.Team, stage.team))
        stage.names[colleague.id] = "Priya"
    a_contact_due(stage, date(2026, 5, 5))
    assert stage.look("2026-05-05 08:00") == [("Amina", "daily", None)]
    with stage.changing() as work:
        row = work.scalars(select(Relationship).where(Relationship.kind == "professional")).one()
        row.account_id, row.lead = None, False
    assert stage.look("2026-05-06 08:00") == [("Amina", "daily", None), ("Priya", "daily", None)]


# ------------------------------------------------------------------------------------------------ many at once


def many(stage: Stage, number: int) -> None:
    """People with a visit, a goal and an access that is about to end."""
    with stage.changing() as work:
        amina, team = work.get_one(Account, stage.ids["Amina"]), work.get_one(people.Team, stage.team)
        for place in range(number):
            own = factories.account(name=f"P{place}")
            person = factories.person(amina, team, f"P{place}", own)
            leon = people.relate(
                person.id,
                kind=Role.CARER,
                account_id=stage.ids["Leon"],
                rights={Area.APPOINTMENTS: Level.SEE},
            )
            leon.until = instant("2026-05-20 16:00")
            permit = factories.permit(own, person)
            appointments.add_visit(permit, when=when("2026-05-20 10:30"), how="phone", with_whom="Amina")
            goals.add(permit, text="Walk", look_on=date(2026, 5, 13))
            stage.names[own.id] = own.name


def test_a_portion_costs_the_same_whatever_is_in_it(stage: Stage, app: Flask) -> None:
    def cost(moment: datetime) -> tuple[int, int]:
        with app.app_context():
            permits = access.living(Purpose.REMINDERS)
            with counted(app) as statements:
                found = queries.due(permits, moment)
            return len(statements), len(found)

    many(stage, 1)
    few = cost(instant("2026-05-13 12:00"))
    many(stage, 9)
    more = cost(instant("2026-05-13 12:00"))
    assert few == (8, 5)  # both of the visit and the access, the person of the goal
    assert more == (8, 50)


def test_portions_hold_everybody_once_and_no_more_than_asked(stage: Stage, app: Flask) -> None:
    many(stage, 10)
    with app.app_context():
        portions = list(queries.batches(4))
        everyone = set(access.living(Purpose.REMINDERS))
    assert [len(portion) for portion in portions] == [4, 4, 3]
    assert set().union(*portions) == everyone
    assert len(everyone) == 11


def test_professionals_come_in_portions_too(stage: Stage, app: Flask) -> None:
    with stage.changing() as work:
        team = work.get_one(people.Team, stage.team)
        for number in range(5):
            nurse, _ = factories.nurse(f"N{number}", team)
            factories.person(nurse, team, f"Q{number}")
    with stage.changing() as work:
        from selfcare.contacts.models import Rhythm

        for person in work.scalars(select(Person)):
            work.add(
                Rhythm(
                    person_id=person.id, entered_as="professional", entered_name="Amina", entered_at=now(),
                    only_me=False, version=1, kind="active", every_days=14, due_on=date(2026, 5, 1),
                )
            )  # fmt: skip
    stage.clock.move_to(instant("2026-05-05 09:00"))
    with app.app_context():
        with counted(app) as statements:
            portions = [[each.account for each in portion] for portion in daily_lists.professionals(now(), 2)]
        assert [len(portion) for portion in portions] == [2, 2, 2]
        assert len({account for portion in portions for account in portion}) == 6
        assert len(statements) <= 4 * 3 + 1, str(statements)


def test_two_machines_that_look_at_once_tell_each_once(stage: Stage, app: Flask) -> None:
    many(stage, 6)
    stage.clock.move_to(instant("2026-05-13 12:00"))
    gate, told, faults = Barrier(3), [], []

    def look() -> None:
        try:
            gate.wait(10)
            with app.app_context():
                told.append(actions.due())
        except Exception as fault:
            faults.append(fault)

    threads = [Thread(target=look) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert faults == []
    rows, notices = stage.outbox(), stage.notices()
    assert sum(told) == len(rows) == len(notices) == 6 * 5
    assert len({row.dedupe for row in rows}) == len(rows)
    assert {row.id for row in rows} == {row.id for row in notices}


def test_what_goes_wrong_for_one_leaves_nothing_half_told(
    stage: Stage, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.visit("2026-05-20 10:30")
    stage.clock.move_to(instant("2026-05-13 12:00"))

    def broken(**_: Any) -> Notice:
        raise RuntimeError("the disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(actions, "Notice", broken)
        with app.app_context(), pytest.raises(RuntimeError):
            actions.due()
    assert stage.outbox() == []
    assert len(stage.look()) == 2
