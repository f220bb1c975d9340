"""Quiet hours by the clock on the wall: both nights the clock is changed, far time zones, days that were left out."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from selfcare.notifications.quiet_hours import next_moment

NINE, EIGHT = time(21), time(8)
ZONES = (
    "Europe/London", "America/St_Johns", "Asia/Kolkata", "Pacific/Kiritimati", "Etc/GMT+12", "Etc/GMT-14",
    "Africa/Casablanca", "Australia/Lord_Howe", "Pacific/Apia", "America/Sao_Paulo", "Asia/Kathmandu", "UTC",
)  # fmt: skip


def at(wall: str, zone: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(wall).replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)


@pytest.mark.parametrize(
    ("zone", "wall", "expected"),
    [
        ("Europe/London", "2026-03-12T20:59", "2026-03-12T20:59"),
        ("Europe/London", "2026-03-12T21:00", "2026-03-13T08:00"),
        ("Europe/London", "2026-03-12T23:30", "2026-03-13T08:00"),
        ("Europe/London", "2026-03-13T00:00", "2026-03-13T08:00"),
        ("Europe/London", "2026-03-13T07:59:59", "2026-03-13T08:00"),
        ("Europe/London", "2026-03-13T08:00", "2026-03-13T08:00"),
        ("Europe/London", "2028-02-28T22:00", "2028-02-29T08:00"),  # a leap day
        ("Europe/London", "2028-02-29T22:00", "2028-03-01T08:00"),
        ("Europe/London", "2027-02-28T22:00", "2027-03-01T08:00"),
        ("Pacific/Kiritimati", "2026-12-31T22:00", "2027-01-01T08:00"),
        ("Etc/GMT+12", "2026-12-31T22:00", "2027-01-01T08:00"),
        ("Asia/Kolkata", "2026-06-01T22:00", "2026-06-02T08:00"),
        ("America/St_Johns", "2026-06-01T22:00", "2026-06-02T08:00"),
    ],
)
def test_by_the_clock_where_they_are(zone: str, wall: str, expected: str) -> None:
    assert next_moment(at(wall, zone), ZoneInfo(zone), NINE, EIGHT) == at(expected, zone)


@pytest.mark.parametrize(
    ("zone", "evening", "hours"),
    [
        ("Europe/London", "2026-03-28T21:00", 10),  # the night an hour is left out
        ("Europe/London", "2026-10-24T21:00", 12),  # the night an hour comes twice
        ("Europe/London", "2026-06-01T21:00", 11),
        ("America/St_Johns", "2026-03-07T21:00", 10),
        ("America/St_Johns", "2026-10-31T21:00", 12),
        ("Australia/Lord_Howe", "2026-10-03T21:00", 10.5),  # half an hour
        ("Australia/Lord_Howe", "2026-04-04T21:00", 11.5),
    ],
)
def test_the_quiet_ends_at_eight_however_long_the_night_is(zone: str, evening: str, hours: float) -> None:
    start = at(evening, zone)
    assert next_moment(start, ZoneInfo(zone), NINE, EIGHT) - start == timedelta(hours=hours)


def test_an_end_that_the_clock_jumps_over_is_where_it_jumps() -> None:
    """In London on 29 March 2026 there is no half past one: the quiet is over as the clock goes from 1 to 2."""
    zone = ZoneInfo("Europe/London")
    found = next_moment(at("2026-03-28T23:00", zone.key), zone, time(22), time(1, 30))
    assert found == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)
    assert found.astimezone(zone).time() == time(2)


def test_an_end_that_comes_twice_is_the_first_and_from_within_the_second_the_second() -> None:
    zone = ZoneInfo("Europe/London")
    first, second = (at("2026-10-25T01:30", zone.key, fold) for fold in (0, 1))
    assert second - first == timedelta(hours=1)
    assert next_moment(at("2026-10-24T23:00", zone.key), zone, time(22), time(1, 30)) == first
    assert next_moment(at("2026-10-25T01:10", zone.key, 1), zone, time(22), time(1, 30)) == second


def test_a_day_that_a_zone_left_out() -> None:
    """In Apia 30 December 2011 did not exist; who was quiet on the 29th is so until the morning of the 31st."""
    zone = ZoneInfo("Pacific/Apia")
    found = next_moment(at("2011-12-29T22:00", zone.key), zone, NINE, EIGHT)
    assert found == at("2011-12-31T08:00", zone.key)


def test_the_same_hour_for_both_means_no_quiet_hours() -> None:
    moment = at("2026-03-12T23:00", "Europe/London")
    for clock in (time(0), time(21), time(23)):
        assert next_moment(moment, ZoneInfo("Europe/London"), clock, clock) == moment


def test_quiet_by_day() -> None:
    zone = ZoneInfo("Europe/London")
    assert next_moment(at("2026-03-12T10:00", zone.key), zone, time(9), time(17)) == at(
        "2026-03-12T17:00", zone.key
    )
    night = at("2026-03-12T02:00", zone.key)
    assert next_moment(night, zone, time(9), time(17)) == night


def _is_quiet(moment: datetime, zone: ZoneInfo, quiet_from: time, quiet_until: time) -> bool:
    """Said once more and otherwise: minute by minute round the clock."""
    clock = moment.astimezone(zone).time()
    minute, first, last = (each.hour * 60 + each.minute for each in (clock, quiet_from, quiet_until))
    return (minute - first) % 1440 < (last - first) % 1440


def _nights() -> Iterator[datetime]:
    """Days around every change of the clock of these years, and some others."""
    for year in (2011, 2026, 2028):
        for month, day in (
            (1, 1),
            (2, 28),
            (3, 7),
            (3, 28),
            (4, 4),
            (6, 15),
            (10, 3),
            (10, 24),
            (10, 31),
            (12, 29),
        ):
            yield datetime(year, month, day, tzinfo=UTC)


CLOCKS = some.times().map(lambda found: found.replace(second=0, microsecond=0))


@given(
    some.sampled_from(list(_nights())), some.integers(0, 3 * 1440), some.sampled_from(ZONES), CLOCKS, CLOCKS
)
def test_it_is_the_first_minute_that_is_not_quiet(
    day: datetime, minutes: int, name: str, quiet_from: time, quiet_until: time
) -> None:
    zone, start = ZoneInfo(name), day + timedelta(minutes=minutes)
    found = next_moment(start, zone, quiet_from, quiet_until)
    assert found >= start
    assert not _is_quiet(found, zone, quiet_from, quiet_until)
    assert next_moment(found, zone, quiet_from, quiet_until) == found
    minute = start
    while minute < found:
        assert _is_quiet(minute, zone, quiet_from, quiet_until), minute
        minute += timedelta(minutes=1)


def test_the_clock_of_this_machine_has_no_say(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Pacific/Kiritimati")
    zone = ZoneInfo("Europe/London")
    assert next_moment(at("2026-03-12T22:00", zone.key), zone, NINE, EIGHT) == at(
        "2026-03-13T08:00", zone.key
    )
