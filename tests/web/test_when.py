"""Wall times: what exists, what does not, and what comes twice."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from selfcare.web import when

LONDON = ZoneInfo("Europe/London")


def test_the_hour_the_clocks_skip_did_not_exist() -> None:
    with pytest.raises(when.BadTime) as fault:
        when.at(datetime(2026, 3, 29, 1, 30), LONDON)  # noqa: DTZ001 - wall time
    assert fault.value.reason == "gap"


def test_the_hour_that_comes_twice_is_the_earlier_one() -> None:
    moment = when.at(datetime(2026, 10, 25, 1, 30), LONDON)  # noqa: DTZ001 - wall time
    assert moment.utc == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Etc/GMT+12", "Asia/Kathmandu", "Europe/London"])
def test_a_wall_time_keeps_its_day_in_any_zone(zone: str) -> None:
    wall = datetime(2028, 2, 29, 23, 59)  # noqa: DTZ001 - wall time
    moment = when.at(wall, ZoneInfo(zone))
    assert (moment.wall, moment.zone) == (wall, zone)
    assert moment.utc.astimezone(ZoneInfo(zone)).date() == date(2028, 2, 29)


@pytest.mark.parametrize("typed", ["2026-02-31", "31/02/2026", "", "2026-13-01", "1899-12-31", "99999-01-01"])
def test_a_date_that_cannot_be_is_refused(typed: str) -> None:
    with pytest.raises(when.BadTime):
        when.read_date(typed)


def test_dates_and_times_in_other_digits() -> None:
    assert when.read_date("۲۰۲۶-۰۳-۱۰") == date(2026, 3, 10)
    assert when.read_day("٢٧", "٣", "١٩٦٢") == date(1962, 3, 27)
    assert when.read_time("۱۴:۰۵") == time(14, 5)


@pytest.mark.parametrize("typed", ["25:00", "14", "noon", "14:60", "", "1:2:3:4"])
def test_a_time_that_cannot_be_is_refused(typed: str) -> None:
    with pytest.raises(when.BadTime):
        when.read_time(typed)


@pytest.mark.parametrize("name", ["", None, "Mars/Olympus", "../etc/passwd", "x" * 500, "Europe/"])
def test_an_unknown_zone_is_the_persons_own(name: str | None) -> None:
    assert when.known_zone(name, LONDON) is LONDON
