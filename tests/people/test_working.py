"""Working days: weekdays that are not the team's holidays."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from selfcare.people.working_days import (
    FARTHEST,
    Closed,
    after_working_days,
    next_working_day,
    working_days,
    works,
)

WEDNESDAY = date(2026, 12, 23)
CHRISTMAS = {date(2026, 12, 25), date(2026, 12, 28)}  # a Friday, and the Monday in place of Saturday

days = st.dates(date(2020, 1, 1), date(2030, 1, 1))


def test_weekends_and_holidays_do_not_count() -> None:
    tuesday = date(2026, 12, 29)
    assert working_days(WEDNESDAY, tuesday) == 4
    assert working_days(WEDNESDAY, tuesday, CHRISTMAS) == 2
    assert working_days(WEDNESDAY, WEDNESDAY, CHRISTMAS) == 0
    assert working_days(tuesday, WEDNESDAY, CHRISTMAS) == 0
    assert working_days(date(2026, 12, 24), date(2026, 12, 28), CHRISTMAS) == 0


@given(days, st.integers(0, FARTHEST), st.sets(days, max_size=20))
def test_it_is_one_by_one(first: date, ahead: int, holidays: set[date]) -> None:
    """Said in other words than the code: each day adds one, or nothing when nobody works."""
    count = 0
    for n in range(1, ahead + 1):
        day = first + timedelta(days=n)
        count += day.isoweekday() not in (6, 7) and day not in holidays
    assert working_days(first, first + timedelta(days=ahead), holidays) == count


ENGLAND, SCOTLAND = Closed(region="GB-ENG"), Closed(region="GB-SCT")


def test_bank_holidays_count_by_themselves() -> None:
    """Of the region that is set, the Monday in place of Boxing Day too: a team that typed none worked at Christmas."""
    assert not works(date(2026, 12, 25), ENGLAND)
    assert not works(date(2026, 12, 28), ENGLAND)
    assert works(date(2026, 11, 30), ENGLAND)
    assert not works(date(2026, 11, 30), SCOTLAND)
    assert works(date(2026, 12, 25), Closed())
    assert not works(date(2026, 12, 23), Closed(own=frozenset({WEDNESDAY})))


def test_the_next_working_day_and_a_promise() -> None:
    assert next_working_day(date(2026, 12, 25), ENGLAND) == date(2026, 12, 29)
    assert next_working_day(WEDNESDAY, ENGLAND) == WEDNESDAY
    assert after_working_days(date(2026, 12, 24), 2, ENGLAND) == date(2026, 12, 30)
    assert after_working_days(WEDNESDAY, 0, ENGLAND) == WEDNESDAY


@given(days, st.integers(1, 30))
def test_a_promise_is_so_many_working_days(first: date, ahead: int) -> None:
    last = after_working_days(first, ahead, ENGLAND)
    assert working_days(first, last, ENGLAND) == ahead
    assert works(last, ENGLAND)
