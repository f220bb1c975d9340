"""When which reminder is due: on the right local day, once, in every zone and through every kind of day."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from selfcare.people.working_days import Closed
from selfcare.reminders import rules
from selfcare.reminders.rules import Due, Goal, Grant, Hearer, Life, Visit
from selfcare.web.access import Area

LONDON = ZoneInfo("Europe/London")
# From 14 hours ahead to 12 behind; by halves and quarters of an hour; with clocks that change by half an hour, in
# the other half of the year, or at midnight.
ZONES = [
    ZoneInfo(name)
    for name in (
        "Pacific/Kiritimati", "Etc/GMT-14", "Pacific/Chatham", "Australia/Lord_Howe", "Asia/Kathmandu", "Europe/London",
        "America/Sao_Paulo", "America/Santiago", "America/New_York", "Africa/Cairo", "Pacific/Niue", "Etc/GMT+12",
    )
]  # fmt: skip
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
ROSA, LEON = uuid4(), uuid4()


def at(text: str, zone: ZoneInfo = LONDON) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


def wall(moment: datetime, zone: ZoneInfo = LONDON) -> str:
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M")


def life(zone: ZoneInfo = LONDON, *areas: Area) -> Life:
    hearers = [Hearer(ROSA, own=True), Hearer(LEON, own=False, areas=frozenset(areas))]
    return Life(uuid4(), zone, hearers)


def visit(when: str | datetime, zone: ZoneInfo = LONDON, **values: object) -> Visit:
    utc = at(when, zone) if isinstance(when, str) else when
    facts = {"id": uuid4(), "ready": False, "only_me": False, "known_at": LONG_AGO, **values}
    return Visit(utc=utc, **facts)  # type: ignore[arg-type]


def told(
    rule: object, whose: Life, what: object, first: str, last: str, minutes: int = 60
) -> list[tuple[str, str]]:
    """What a machine that looks every few minutes tells Rosa: (wall time, which occurrence), each once."""
    moment, end = at(first, whose.zone), at(last, whose.zone)
    seen: dict[str, str] = {}
    while moment < end:
        for due in rule(whose, [what], moment):  # type: ignore[operator]
            if due.account == ROSA:
                seen.setdefault(due.dedupe, wall(moment, whose.zone))
        moment += timedelta(minutes=minutes)
    return [(when, key.split(":", 3)[3]) for key, when in seen.items()]


# ------------------------------------------------------------------------------------------------- getting ready


def test_a_visit_is_told_of_seven_days_and_two_days_before() -> None:
    found = told(rules.getting_ready, life(), visit("2026-05-20 10:30"), "2026-05-01", "2026-05-25")
    assert found == [("2026-05-13 09:00", "7:2026-05-20"), ("2026-05-18 09:00", "2:2026-05-20")]


@pytest.mark.parametrize(
    ("day", "seven", "two"),
    [
        ("2026-03-29", "2026-03-22", "2026-03-27"),  # the day the clocks go forward in Europe
        ("2026-03-31", "2026-03-24", "2026-03-29"),
        ("2026-04-05", "2026-03-29", "2026-04-03"),
        ("2026-10-25", "2026-10-18", "2026-10-23"),  # and back
        ("2026-10-27", "2026-10-20", "2026-10-25"),
        ("2026-11-01", "2026-10-25", "2026-10-30"),
        ("2028-03-02", "2028-02-24", "2028-02-29"),  # over a leap day
        ("2028-03-07", "2028-02-29", "2028-03-05"),
        ("2028-02-29", "2028-02-22", "2028-02-27"),
        ("2027-01-01", "2026-12-25", "2026-12-30"),
    ],
)
@pytest.mark.parametrize("clock", ["00:00", "23:59"])
def test_days_are_counted_on_the_calendar_whatever_the_clocks_do(
    day: str, seven: str, two: str, clock: str
) -> None:
    first = (date.fromisoformat(seven) - timedelta(days=2)).isoformat()
    for zone in (LONDON, ZoneInfo("Pacific/Kiritimati"), ZoneInfo("Etc/GMT+12")):
        found = told(rules.getting_ready, life(zone), visit(f"{day} {clock}", zone), first, f"{day} 23:59")
        assert found == [(f"{seven} 09:00", f"7:{day}"), (f"{two} 09:00", f"2:{day}")], zone


def test_a_day_is_the_day_where_the_person_lives() -> None:
    # One instant: the evening of the 20th in the west, the afternoon of the 21st in the east.
    moment = datetime(2026, 5, 21, 2, tzinfo=UTC)
    east = told(rules.getting_ready, life(ZoneInfo("Etc/GMT-14")), visit(moment), "2026-05-12", "2026-05-18")
    west = told(rules.getting_ready, life(ZoneInfo("Etc/GMT+12")), visit(moment), "2026-05-12", "2026-05-18")
    assert east == [("2026-05-14 09:00", "7:2026-05-21")]
    assert west == [("2026-05-13 09:00", "7:2026-05-20")]


def test_after_a_day_off_the_machine_makes_up_for_it_but_never_with_two_at_once() -> None:
    what = visit("2026-05-20 10:30")
    late = told(rules.getting_ready, life(), what, "2026-05-14 16:00", "2026-05-17")
    assert late == [("2026-05-14 16:00", "7:2026-05-20")]
    later = told(rules.getting_ready, life(), what, "2026-05-18 11:00", "2026-05-25")
    assert later == [("2026-05-18 11:00", "2:2026-05-20")]
    assert told(rules.getting_ready, life(), what, "2026-05-20 10:15", "2026-05-25") == [
        ("2026-05-20 10:15", "2:2026-05-20")
    ]
    assert told(rules.getting_ready, life(), what, "2026-05-20 10:30", "2026-05-25") == []


def test_a_visit_that_is_ready_needs_no_reminder() -> None:
    assert (
        told(rules.getting_ready, life(), visit("2026-05-20 10:30", ready=True), "2026-05-10", "2026-05-21")
        == []
    )


def test_a_visit_that_is_moved_is_another_occurrence() -> None:
    what = visit("2026-05-20 10:30")
    moved = Visit(what.id, at("2026-05-22 10:30"), False, False, at("2026-05-14 12:00"))
    whose, when = life(), at("2026-05-13 12:00")
    first = [due.dedupe for due in rules.getting_ready(whose, [what], when)]
    assert len(first) == 1
    # It was written down an hour ago.
    assert rules.getting_ready(whose, [moved], at("2026-05-14 13:00")) == []
    second = [due.dedupe for due in rules.getting_ready(whose, [moved], at("2026-05-15 09:00"))]
    assert len(second) == 1
    assert first != second


def test_nobody_is_reminded_of_what_they_have_just_typed() -> None:
    what = visit("2026-05-20 10:30", known_at=at("2026-05-16 14:00"))
    found = told(rules.getting_ready, life(), what, "2026-05-16 14:00", "2026-05-21")
    assert found == [("2026-05-17 09:00", "7:2026-05-20"), ("2026-05-18 09:00", "2:2026-05-20")]
    tomorrow = visit("2026-05-20 08:30", known_at=at("2026-05-19 14:00"))
    assert told(rules.getting_ready, life(), tomorrow, "2026-05-19 14:00", "2026-05-21") == []


def test_carers_hear_of_what_they_may_see_and_never_of_only_me() -> None:
    moment = at("2026-05-13 12:00")

    def hear(whose: Life, **values: bool) -> set[UUID]:
        return {
            due.account for due in rules.getting_ready(whose, [visit("2026-05-20 10:30", **values)], moment)
        }

    assert hear(life(LONDON, Area.APPOINTMENTS)) == {ROSA, LEON}
    assert hear(life(LONDON, Area.GOALS, Area.DIARY)) == {ROSA}
    assert hear(life(LONDON, *Area), only_me=True) == {ROSA}


# ------------------------------------------------------------------------------------- how it was, goals, access


def test_how_a_visit_was_is_asked_the_day_after_for_three_days_and_of_the_person_alone() -> None:
    what, whose = visit("2026-05-20 23:50"), life(LONDON, *Area)
    assert told(rules.how_it_was, whose, what, "2026-05-19", "2026-05-30") == [
        ("2026-05-21 09:00", "2026-05-20")
    ]
    assert told(rules.how_it_was, whose, what, "2026-05-24 08:45", "2026-05-30") == [
        ("2026-05-24 08:45", "2026-05-20")
    ]
    assert told(rules.how_it_was, whose, what, "2026-05-24 09:00", "2026-05-30") == []
    assert {due.account for due in rules.how_it_was(whose, [what], at("2026-05-21 10:00"))} == {ROSA}


@pytest.mark.parametrize("zone", ZONES, ids=str)
@pytest.mark.parametrize(
    "day", ["2026-03-29", "2026-10-25", "2026-09-06", "2026-04-05", "2028-02-29", "2026-12-31"]
)
def test_a_goal_is_looked_at_on_its_own_morning_in_every_zone(zone: ZoneInfo, day: str) -> None:
    goal = Goal(uuid4(), date.fromisoformat(day), False, LONG_AGO)
    first = (date.fromisoformat(day) - timedelta(days=1)).isoformat()
    last = (date.fromisoformat(day) + timedelta(days=2)).isoformat()
    assert told(rules.time_to_look, life(zone), goal, first, last, 30) == [(f"{day} 09:00", day)]
    end = datetime.combine(date.fromisoformat(day) + timedelta(days=7), time(9), zone).astimezone(UTC)
    assert rules.time_to_look(life(zone), [goal], end - timedelta(minutes=1))
    assert rules.time_to_look(life(zone), [goal], end) == []


def test_a_goal_somebody_has_looked_at_is_left_alone_as_far_as_each_may_know() -> None:
    day, moment = date(2026, 5, 20), at("2026-05-20 12:00")

    def hear(**values: object) -> set[UUID]:
        goal = Goal(uuid4(), day, values.pop("only_me", False), LONG_AGO, **values)  # type: ignore[arg-type]
        return {due.account for due in rules.time_to_look(life(LONDON, Area.GOALS), [goal], moment)}

    assert hear() == {ROSA, LEON}
    assert hear(looked_on=date(2026, 5, 19), shown_looked_on=date(2026, 5, 19)) == {ROSA, LEON}
    assert hear(looked_on=day, shown_looked_on=day) == set()
    assert hear(looked_on=day, shown_looked_on=None) == {LEON}  # an *only me* check-in says nothing to him
    assert hear(only_me=True) == {ROSA}


def test_access_that_ends_is_told_to_both_fourteen_days_and_two_days_before() -> None:
    grant = Grant(uuid4(), LEON, LONG_AGO, at("2026-05-20 16:00"))
    found = told(rules.access_ends, life(), grant, "2026-05-01", "2026-05-25")
    assert found == [("2026-05-06 09:00", "14:2026-05-20"), ("2026-05-18 09:00", "2:2026-05-20")]
    due = rules.access_ends(life(), [grant], at("2026-05-06 09:00"))
    assert [each.account for each in due] == [ROSA, LEON]
    assert {each.about_id for each in due} == {grant.id}
    asleep = Grant(uuid4(), None, LONG_AGO, at("2026-05-20 16:00"))  # their account is suspended
    assert [each.account for each in rules.access_ends(life(), [asleep], at("2026-05-06 09:00"))] == [ROSA]
    assert rules.access_ends(life(), [grant], at("2026-05-20 16:00")) == []


# ------------------------------------------------------------------------------------------------- the daily list


@pytest.mark.parametrize(
    ("when", "holidays", "works"),
    [
        ("2026-05-20 08:00", [[]], True),
        ("2026-05-20 07:59", [[]], False),
        ("2026-05-20 16:59", [[]], True),
        ("2026-05-20 17:00", [[]], False),
        ("2026-05-22 12:00", [[]], True),  # Friday
        ("2026-05-23 12:00", [[]], False),
        ("2026-05-24 12:00", [[]], False),
        ("2026-05-25 12:00", [["2026-05-25"]], False),
        ("2026-05-25 12:00", [["2026-05-25"], []], True),  # one of their teams works
        ("2026-05-25 12:00", [["2026-05-25"], ["2026-05-25", "2026-12-25"]], False),
        ("2026-03-30 08:00", [[]], True),  # the Monday after the clocks went forward
        ("2026-10-26 08:00", [[]], True),
        ("2028-02-29 08:00", [[]], True),
        ("2026-05-20 12:00", [], False),
    ],
)
def test_a_list_comes_on_working_mornings(when: str, holidays: list[list[str]], works: bool) -> None:
    closed = [Closed(frozenset(map(date.fromisoformat, days))) for days in holidays]
    due = rules.daily_list(ROSA, LONDON, closed, at(when))
    assert (due is not None) == works
    if due:
        assert (due.person, due.occurrence, wall(due.moment)) == (None, when[:10], f"{when[:10]} 08:00")


# --------------------------------------------------------------------------------------------- whatever the days

moments = st.datetimes(datetime(2024, 1, 1), datetime(2031, 12, 31)).map(  # noqa: DTZ001 - hypothesis wants them plain
    lambda found: found.replace(tzinfo=UTC)
)
hours = st.floats(0, 24 * 12)


@settings(deadline=None)
@given(moments, st.sampled_from(ZONES), st.lists(hours, max_size=12), hours)
def test_each_is_told_at_most_once_and_only_within_its_window(
    start: datetime, zone: ZoneInfo, ticks: list[float], known: float
) -> None:
    what = visit(start, known_at=start - timedelta(hours=known))
    whose = life(zone, *Area)
    day = start.astimezone(zone).date()
    kept: set[str] = set()
    for tick in sorted(ticks):
        moment = start - timedelta(days=9) + timedelta(hours=tick)
        due = [*rules.getting_ready(whose, [what], moment), *rules.how_it_was(whose, [what], moment)]
        assert len({each.account for each in due}) == len(due), "two at once"
        for each in due:
            local = moment.astimezone(zone)
            ahead = (day - local.date()).days
            assert each.moment <= moment
            assert local >= datetime.combine(each.moment.astimezone(zone).date(), time(9), zone)
            if each.kind == rules.READY:
                assert moment < start
                least, most = (0, 2) if ":2:" in each.occurrence else (2, 7)
                assert least <= ahead <= most
            else:
                assert -4 <= ahead <= -1
            kept.add(each.dedupe)
    occurrences = {(key.split(":")[0], key) for key in kept}
    assert len(occurrences) == len(kept)
    assert sum(key.startswith(str(ROSA)) for key in kept) <= 3


@settings(deadline=None, max_examples=40)
@given(moments, st.sampled_from(ZONES), st.integers(20, 180))
def test_ticks_that_cover_the_window_tell_it(start: datetime, zone: ZoneInfo, minutes: int) -> None:
    what, whose = visit(start), life(zone)
    kept: dict[str, Due] = {}
    moment = start - timedelta(days=9)
    while moment < start + timedelta(days=5):
        for each in [*rules.getting_ready(whose, [what], moment), *rules.how_it_was(whose, [what], moment)]:
            if each.account == ROSA and each.dedupe not in kept:
                kept[each.dedupe] = each
                # Told at the first look within the window: in the morning, within one tick.
                assert moment - each.moment < timedelta(minutes=minutes)
        moment += timedelta(minutes=minutes)
    day = start.astimezone(zone).date()
    mornings = sorted(each.moment.astimezone(zone).date() for each in kept.values())
    assert mornings == [day - timedelta(days=7), day - timedelta(days=2), day + timedelta(days=1)]
    assert all(each.moment.astimezone(zone).time() == time(9) for each in kept.values())
