"""At the moment of sending all is asked again: what is no longer true is not sent, and a result waits for its day."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from selfcare.accounts.models import Account
from selfcare.appointments import actions as appointments
from selfcare.appointments import queries as visits
from selfcare.database import now, session
from selfcare.filing import actions as filing
from selfcare.filing.actions import TypedHold, TypedResult
from selfcare.goals import actions as goals
from selfcare.notifications import preferences
from selfcare.notifications.models import Notice
from selfcare.outbox import deliver
from selfcare.outbox.models import Outbox
from selfcare.people import death
from selfcare.people.models import Relationship
from selfcare.results import actions as results
from selfcare.sharing import actions as sharing
from tests.reminders.conftest import Stage, instant, when

Ended = dict[str, tuple[str, str | None]]


def delivered(stage: Stage) -> Ended:
    """Deliver all that is due. :returns: who → how the delivery to them stands."""
    while True:
        with stage.app.app_context():
            if deliver.deliver_one() is None:
                break
    return {stage.names[row.account_id]: (row.state, row.reason) for row in stage.outbox()}


def quiet_until_noon(stage: Stage) -> None:
    """Rosa and Leon want to hear nothing before noon."""
    with stage.changing():
        for who in ("Rosa", "Leon"):
            preferences.keep(
                stage.ids[who], offered=(), wanted=(), push=True, email=None,
                quiet_from=instant("2026-05-04 21:00").time(), quiet_until=instant("2026-05-04 12:00").time(),
                zone=None,
            )  # fmt: skip


def test_what_is_still_true_is_sent_when_the_quiet_is_over(stage: Stage) -> None:
    stage.visit("2026-05-20 10:30")
    quiet_until_noon(stage)
    stage.look("2026-05-13 09:00")
    assert delivered(stage) == dict.fromkeys(("Rosa", "Leon"), ("waiting", "quiet"))
    stage.clock.move_to(instant("2026-05-13 12:00"))
    assert delivered(stage) == dict.fromkeys(("Rosa", "Leon"), ("sent", "inbox"))


@pytest.mark.parametrize("how", ["moved", "removed", "ready", "over", "died", "hidden"])
def test_a_visit_that_changed_meanwhile_is_not_sent(stage: Stage, how: str) -> None:
    visit = stage.visit("2026-05-20 10:30")
    quiet_until_noon(stage)
    stage.look("2026-05-18 09:00")
    delivered(stage)
    noon = instant("2026-05-18 12:00")
    with stage.acting() as rosa:
        found = visits.visit(rosa, visit)
        if how == "moved":
            appointments.change_visit(rosa, visit, found.version, when=when("2026-06-20 10:30"))
        elif how == "hidden":
            appointments.change_visit(rosa, visit, found.version, when=found.when, only_me=True)
        elif how == "removed":
            appointments.remove_visit(rosa, visit)
        elif how == "ready":
            day = date(2026, 5, 18)
            sharing.share(rosa, sections=("matters",), first=day, last=day, appointment_id=visit)
        elif how == "over":
            noon = instant("2026-05-20 12:00")
    if how == "died":
        with stage.acting("Amina") as amina:
            death.record(amina, date(2026, 5, 18))
    stage.clock.move_to(noon)
    found_states = delivered(stage)
    found_states.pop("Amina", None)  # what Rosa shared
    if how in ("removed", "hidden"):
        assert found_states == {}
        assert stage.notices() == []
    else:
        assert found_states == dict.fromkeys(
            ("Rosa", "Leon"), ("dropped", "died" if how == "died" else "late")
        )


def test_a_goal_or_an_access_that_changed_meanwhile_is_not_sent(stage: Stage) -> None:
    with stage.acting() as rosa:
        goal = goals.add(rosa, text="Walk to the shop", look_on=date(2026, 5, 20)).id
    quiet_until_noon(stage)
    assert len(stage.look("2026-05-20 09:00")) == 2
    delivered(stage)
    with stage.acting() as rosa:
        goals.check_in(rosa, goal, when=when("2026-05-20 08:30"), how="as_hoped", only_me=True)
    stage.clock.move_to(instant("2026-05-20 12:00"))
    # What is *only me* says nothing to the carer, not even by a reminder that stays away.
    assert delivered(stage) == {"Rosa": ("dropped", "late"), "Leon": ("sent", "inbox")}


@pytest.mark.parametrize("how", ["ended", "suspended", "expired", "account suspended"])
def test_an_access_that_ended_meanwhile_is_sent_nothing(stage: Stage, how: str) -> None:
    stage.visit("2026-05-20 10:30")
    quiet_until_noon(stage)
    stage.look("2026-05-13 09:00")
    delivered(stage)
    with stage.changing() as work:
        row = work.get_one(Relationship, stage.grant())
        if how == "expired":
            row.until = instant("2026-05-13 10:00")
        elif how == "account suspended":
            work.get_one(Account, stage.ids["Leon"]).suspended_at = now()
        else:
            row.state = how
    stage.clock.move_to(instant("2026-05-13 12:00"))
    state = delivered(stage)
    assert state["Rosa"] == ("sent", "inbox")
    assert state["Leon"][0] == "dropped"


def test_what_was_seen_in_the_inbox_is_not_sent_any_more(stage: Stage) -> None:
    from selfcare.notifications import inbox_reminders

    stage.visit("2026-05-20 10:30")
    quiet_until_noon(stage)
    stage.look("2026-05-13 09:00")
    delivered(stage)
    with stage.changing():
        inbox_reminders.see(stage.ids["Rosa"], session().scalars(select(Notice.id)).all())
    stage.clock.move_to(instant("2026-05-13 12:00"))
    assert delivered(stage) == {"Rosa": ("dropped", "seen"), "Leon": ("sent", "inbox")}


def test_a_kind_somebody_does_not_want_stays_in_the_inbox_alone(stage: Stage) -> None:
    stage.visit("2026-05-20 10:30")
    with stage.changing():
        preferences.keep(
            stage.ids["Rosa"], offered=["ready"], wanted=(), push=True, email=None,
            quiet_from=instant("2026-05-04 21:00").time(), quiet_until=instant("2026-05-04 08:00").time(), zone=None,
        )  # fmt: skip
    stage.look("2026-05-13 09:00")
    assert delivered(stage) == {"Rosa": ("dropped", "off"), "Leon": ("sent", "inbox")}
    assert {row.account_id for row in stage.notices()} == {stage.ids["Rosa"], stage.ids["Leon"]}


def test_yesterdays_list_is_not_sent(stage: Stage, app: Flask) -> None:
    from selfcare.contacts import actions as contacts

    with stage.acting("Amina") as amina:
        contacts.set_rhythm(amina, None, kind="active", every_days=14, due_on=date(2026, 5, 5))
    assert stage.look("2026-05-05 16:55") == [("Amina", "daily", None)]
    stage.clock.move_to(instant("2026-05-06 07:30"))
    assert delivered(stage) == {"Amina": ("dropped", "late")}


# ------------------------------------------------------------------------------------------------ results, replies


def a_report(stage: Stage, hold_days: int | None = None) -> UUID:
    with stage.acting("Amina") as amina:
        hold = TypedHold("To explain them.", now() + timedelta(days=hold_days)) if hold_days else None
        return filing.file_typed(
            amina, asked_for="Liver tests", laboratory="Riverside Pathology", hold=hold,
            results=[TypedResult("ALT", "40", "U/L")],
        )  # fmt: skip


def states(stage: Stage) -> list[tuple[str, str, str | None]]:
    delivered(stage)
    return sorted((row.kind, row.state, row.reason) for row in stage.outbox())


def test_a_result_on_hold_is_told_when_it_shows_and_at_once_when_it_is_released(stage: Stage) -> None:
    held, released = a_report(stage, 3), a_report(stage, 3)
    assert states(stage) == [("result", "waiting", None)] * 2
    with stage.acting("Amina") as amina:
        results.release(amina, released)
    assert states(stage) == [("result", "sent", "inbox"), ("result", "waiting", None)]
    stage.clock.move_to(instant("2026-05-07 11:59"))
    assert states(stage) == [("result", "sent", "inbox"), ("result", "waiting", None)]
    stage.clock.move_to(instant("2026-05-07 12:00"))
    assert states(stage) == [("result", "sent", "inbox")] * 2
    assert {row.about_id for row in stage.notices()} == {held, released}


def test_a_result_seen_meanwhile_is_not_told(stage: Stage) -> None:
    stage.clock.move_to(instant("2026-05-04 22:00"))  # quiet hours
    report = a_report(stage)
    assert states(stage) == [("result", "waiting", "quiet")]
    with stage.acting() as rosa:
        results.see(rosa, report)
    stage.clock.move_to(instant("2026-05-05 08:00"))
    assert states(stage) == [("result", "dropped", "seen")]


def test_a_reply_read_meanwhile_is_not_told(stage: Stage) -> None:
    with stage.acting() as rosa:
        asked = appointments.ask(rosa, text="May I drive?", send_now=True)
    stage.clock.move_to(instant("2026-05-04 22:00"))
    with stage.acting("Amina") as amina:
        appointments.reply(amina, asked.id, "Yes.")
    delivered(stage)
    with stage.acting() as rosa:
        appointments.see_reply(rosa, asked.id)
    stage.clock.move_to(instant("2026-05-05 08:00"))
    assert ("reply", "dropped", "seen") in states(stage)


def test_a_correction_is_told_again(stage: Stage) -> None:
    first = a_report(stage)
    assert states(stage) == [("result", "sent", "inbox")]
    with stage.acting("Amina") as amina:
        filing.file_typed(
            amina, asked_for="Liver tests", laboratory="Riverside Pathology", status="corrected",
            results=[TypedResult("ALT", "44", "U/L")], replaces_id=first,
        )  # fmt: skip
    assert ("corrected", "sent", "inbox") in states(stage)


def test_a_reminder_that_fails_is_shown_to_nobody_else(stage: Stage, app: Flask) -> None:
    """Else the key contact would read of a visit that is *only me*."""
    secret = stage.visit("2026-05-20 10:30", only_me=True)
    stage.look("2026-05-13 09:00")
    with app.app_context():
        row = session().scalars(select(Outbox)).one()
        held = deliver.queue.claim()
        assert held is not None
        assert deliver._owner(held) == stage.ids["Rosa"]
        assert row.kind == "ready"
    assert [each.about_id for each in stage.notices()] == [secret]
