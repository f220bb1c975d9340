"""Reminders to log: at the person's own times, for them alone, as long as it is watched; quiet hours hold."""

from datetime import date, time
from uuid import UUID

from selfcare.diary import actions as diary
from selfcare.notifications.kinds import LOG
from selfcare.reminders import queries
from selfcare.watches import actions as watches
from selfcare.watches.states import Move
from selfcare.web.when import at_instant
from tests.reminders.conftest import LONDON, Stage, instant


def a_thing(stage: Stage, *times: int, only_me: bool = False) -> UUID:
    with stage.acting() as rosa:
        thing = diary.add_tracker(rosa, kind="symptom", name="Stiff hands", only_me=only_me).id
        watches.watch(rosa, thing, None, last=date(2026, 5, 18))
        watches.remind(rosa, thing, [time(hour) for hour in times], None)
    return thing


def test_each_time_is_told_once_and_to_the_person_alone(stage: Stage) -> None:
    """Alone catches: a reminder of a time that was past when it was chosen, told twice, or told to a carer."""
    thing = a_thing(stage, 8, 11, 20)  # on Monday at noon
    assert stage.look() == []
    assert stage.look("2026-05-04 19:59") == []
    assert stage.look("2026-05-04 20:00") == [("Rosa", LOG, thing)]
    assert stage.look("2026-05-04 21:00") == []
    assert stage.look("2026-05-05 08:30") == [("Rosa", LOG, thing)]
    assert [row.kind for row in stage.notices()] == [LOG], "the time before is past, and leaves the inbox"


def test_who_has_just_logged_it_needs_none(stage: Stage) -> None:
    thing = a_thing(stage, 20)
    stage.clock.move_to(instant("2026-05-04 18:30"))
    with stage.acting() as rosa:
        diary.log(rosa, thing, at_instant(instant("2026-05-04 18:30"), LONDON), severity=3)
    assert stage.look("2026-05-04 20:10") == []
    assert stage.look("2026-05-05 20:10") == [("Rosa", LOG, thing)]


def log(stage: Stage, thing: UUID, wall: str) -> None:
    stage.clock.move_to(instant(wall))
    with stage.acting() as rosa:
        diary.log(rosa, thing, at_instant(instant(wall), LONDON), severity=3)


def test_what_was_logged_for_one_time_is_not_for_the_next(stage: Stage) -> None:
    """Alone catches: tablets at eight and at ten; taken at eight, nobody is told of ten."""
    thing = a_thing(stage, 8, 10)
    assert stage.look("2026-05-05 08:00") == [("Rosa", LOG, thing)]
    log(stage, thing, "2026-05-05 08:05")
    assert stage.look("2026-05-05 10:00") == [("Rosa", LOG, thing)]
    log(stage, thing, "2026-05-06 09:30")
    assert stage.look("2026-05-06 10:00") == [], "logged for ten, a little before"


def test_a_machine_that_slept_tells_of_the_last_time_alone(stage: Stage) -> None:
    """Alone catches: eight and nine told in one moment."""
    thing = a_thing(stage, 8, 9)
    assert stage.look("2026-05-05 09:15") == [("Rosa", LOG, thing)]
    assert [row.kind for row in stage.notices()] == [LOG]


def test_what_was_not_told_while_it_was_paused_is_past(stage: Stage) -> None:
    """Alone catches: gone on with at half past nine, and told of eight."""
    thing = a_thing(stage, 8)
    with stage.acting() as rosa:
        watches.move(rosa, thing, Move.PAUSE, None)
    stage.clock.move_to(instant("2026-05-05 09:30"))
    with stage.acting() as rosa:
        watches.move(rosa, thing, Move.GO_ON, None)
    assert stage.look("2026-05-05 09:31") == []
    assert stage.look("2026-05-06 08:00") == [("Rosa", LOG, thing)]


def test_it_ends_with_the_watch_and_rests_while_it_is_paused(stage: Stage) -> None:
    """Alone catches: a phone that goes on asking after the end."""
    thing = a_thing(stage, 20)
    with stage.acting() as rosa:
        watches.move(rosa, thing, Move.PAUSE, None)
    assert stage.look("2026-05-05 20:00") == []
    with stage.acting() as rosa:
        watches.move(rosa, thing, Move.GO_ON, None)
    assert stage.look("2026-05-06 20:00") == [("Rosa", LOG, thing)]
    assert stage.look("2026-05-18 20:00") == [("Rosa", LOG, thing)]
    assert stage.look("2026-05-19 20:00") == []
    with stage.acting() as rosa:
        watches.again(rosa, thing, None)
    assert stage.look("2026-05-20 20:00") == [], "what is begun anew has none"


def test_what_quiet_hours_held_too_long_is_not_sent(stage: Stage) -> None:
    """Alone catches: at eight in the morning, the reminder of the evening before."""
    thing = a_thing(stage, 21)
    assert stage.look("2026-05-04 21:30") == [("Rosa", LOG, thing)]
    with stage.changing():
        occurrence, rosa = f"{thing}:2026-05-04T21:00", stage.ids["Rosa"]
        late, in_time = instant("2026-05-05 08:00"), instant("2026-05-04 22:00")
        assert queries.is_timely(LOG, stage.person, occurrence, rosa, in_time)
        assert not queries.is_timely(LOG, stage.person, occurrence, rosa, late)
