"""When it was, from a phone that wrote it down earlier, or whose clock is wrong: never on a wrong day."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from flask import Flask

from selfcare.database import now
from selfcare.web.forms import Form, WhenField
from selfcare.web.when import When, told

LONDON = ZoneInfo("Europe/London")
SENT = datetime(2026, 3, 12, 9, 30, tzinfo=UTC)


class HappenedForm(Form):
    when = WhenField("When")


Send = Callable[..., WhenField]


@pytest.fixture
def send(app: Flask) -> Send:
    """Sends what a phone wrote, at an instant of ours; gives the field as it was read."""

    def sent(
        at: datetime, *, clock: str | None = None, zone: str = "Europe/London", **parts: str
    ) -> WhenField:
        data = {"when": parts.pop("choice", "now"), "when-zone": zone}
        data |= {f"when-{name}": value for name, value in parts.items()}
        headers = {"Phone-Clock": clock} if clock else {}
        with (
            time_machine.travel(at, tick=False),
            app.test_request_context(method="POST", data=data, headers=headers),
        ):
            form = HappenedForm()
            form.when.zone = LONDON
            form.validate()
            return form.when

    return sent


def when(field: WhenField) -> When:
    assert field.when is not None, field.errors
    return field.when


def test_an_entry_that_waited_keeps_the_moment_it_was_written(send: Send) -> None:
    found = when(send(SENT, wall="2026-03-09T23:59:30+00:00"))
    assert (found.wall.isoformat(), found.zone) == ("2026-03-09T23:59:30", "Europe/London")


def test_without_an_offset_the_wall_time_is_the_zones(send: Send) -> None:
    found = when(send(SENT, wall="2026-03-09T23:59:30", zone="Asia/Tokyo"))
    assert found.utc == datetime(2026, 3, 9, 14, 59, 30, tzinfo=UTC)


@pytest.mark.parametrize("days", [3, -3, 400, -400])
def test_a_clock_that_is_days_wrong_puts_nothing_on_a_wrong_day(send: Send, days: int) -> None:
    """Written the day before it was sent, at 21:15, on a phone that is `days` ahead, and still is."""
    off = timedelta(days=days, minutes=7)
    wall = datetime(2026, 3, 11, 21, 15, tzinfo=UTC) + off
    field = send(SENT, wall=wall.isoformat(), clock=(SENT + off).isoformat())
    assert when(field).wall == datetime(2026, 3, 11, 21, 15)  # noqa: DTZ001 - wall time
    earlier = send(
        SENT, wall=wall.isoformat(), clock=(SENT + off).isoformat(), choice="earlier", time="08:00"
    )
    assert when(earlier).wall == datetime(2026, 3, 11, 8, 0)  # noqa: DTZ001 - wall time


def test_a_clock_that_is_nearly_right_is_believed(send: Send) -> None:
    field = send(SENT, wall="2026-03-11T21:15:00+00:00", clock=(SENT + timedelta(seconds=100)).isoformat())
    assert when(field).wall.minute == 15


@pytest.mark.parametrize(
    "clock", ["", "yesterday", "0000-00-00T00:00:00Z", "0001-01-01T00:00:00+14:00", "9" * 40]
)
def test_a_clock_that_cannot_be_read_is_as_none(send: Send, clock: str) -> None:
    assert when(send(SENT, wall="2026-03-11T21:15:00+00:00", clock=clock)).wall.hour == 21


def test_earlier_today_is_the_day_of_writing(send: Send) -> None:
    field = send(SENT, wall="2026-03-10T22:00:00+00:00", choice="earlier", time="14:05")
    assert when(field).wall == datetime(2026, 3, 10, 14, 5)  # noqa: DTZ001 - wall time
    assert field.written == datetime(2026, 3, 10, tzinfo=UTC).date()


def test_earlier_today_was_not_after_the_moment_of_writing(send: Send) -> None:
    field = send(SENT, wall="2026-03-11T08:00:00+00:00", choice="earlier", time="20:00")
    assert field.when is None or field.errors


def test_another_day_is_the_day_that_was_chosen(send: Send) -> None:
    chosen = {"choice": "day", "date": "2026-03-08", "time": "07:10"}
    field = send(SENT, wall="2026-03-10T22:00:00+00:00", clock="2026-03-15T09:30:00Z", **chosen)
    assert when(field).wall == datetime(2026, 3, 8, 7, 10)  # noqa: DTZ001 - wall time


@pytest.mark.parametrize(("offset", "utc"), [("+01:00", 0), ("+00:00", 1)])
def test_in_the_hour_that_comes_twice_the_offset_tells_which(send: Send, offset: str, utc: int) -> None:
    found = when(send(datetime(2026, 10, 26, 9, tzinfo=UTC), wall=f"2026-10-25T01:30:00{offset}"))
    assert found.wall == datetime(2026, 10, 25, 1, 30)  # noqa: DTZ001 - wall time
    assert found.utc == datetime(2026, 10, 25, utc, 30, tzinfo=UTC)


def test_a_wall_time_in_the_hour_that_was_skipped_is_an_instant_all_the_same(send: Send) -> None:
    """A phone that has not heard of summer time: its 01:30 was our 02:30."""
    found = when(send(datetime(2026, 3, 30, 9, tzinfo=UTC), wall="2026-03-29T01:30:00+00:00"))
    assert found.wall == datetime(2026, 3, 29, 2, 30)  # noqa: DTZ001 - wall time


def test_on_the_night_of_the_change_a_wrong_clock_is_put_right_by_the_instant(send: Send) -> None:
    """Two days ahead, in winter time already; it was written at 00:30 in summer time."""
    field = send(
        datetime(2026, 10, 25, 3, tzinfo=UTC), wall="2026-10-26T23:30:00+00:00", clock="2026-10-27T03:00:00+00:00"
    )  # fmt: skip
    assert when(field).wall == datetime(2026, 10, 25, 0, 30)  # noqa: DTZ001 - wall time


@pytest.mark.parametrize(
    "wall", ["2999-01-01T00:00:00", "1700-01-01T00:00:00", "no", "2026-03-12", "", "x" * 400]
)
def test_what_cannot_be_true_is_now(send: Send, wall: str) -> None:
    found = when(send(SENT, wall=wall))
    assert found.utc.date() == SENT.date()


def test_a_zone_the_server_does_not_know_is_the_persons_and_the_instant_stays() -> None:
    found = told("2026-07-01T12:00:00-03:30", LONDON, timedelta(0))
    assert found is not None
    assert (found.wall.hour, found.zone) == (16, "Europe/London")


def test_the_test_stands_on_our_clock(send: Send) -> None:
    assert when(send(SENT)).utc == SENT
    assert abs(now() - SENT) > timedelta(days=1)
