"""When the person sees a report: the table of kind, choice, hold and time, and that nothing is withheld for ever."""

from datetime import UTC, datetime, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selfcare.results import release as rules
from selfcare.results.release import Choice, decide, team_mode, visible_from

LONDON = ZoneInfo("Europe/London")
# A Wednesday, in winter: local time is UTC.
FILED = datetime(2026, 3, 11, 15, 0, tzinfo=UTC)
LATEST = FILED + timedelta(days=14)
TALK = datetime(2026, 3, 17, 10, 30, tzinfo=UTC)
THURSDAY = datetime(2026, 3, 12, 9, 0, tzinfo=UTC)
WEDNESDAYS = Choice(rules.NOT_ON_DAYS, frozenset({2}))
FRIDAYS = Choice(rules.NOT_ON_DAYS, frozenset({4}))

CHOICES = {
    "none": None,
    "team": Choice(rules.TEAM),
    "at once": Choice(rules.AT_ONCE),
    "with note": Choice(rules.WITH_NOTE),
    "together": Choice(rules.TOGETHER),
    "not today": WEDNESDAYS,
    "not on another day": FRIDAYS,
}

# What is fixed when filed, for most kinds and for those that are talked over: (from when, what it waits for).
MOST = {
    "none": (FILED, rules.NOTHING),
    "team": (FILED, rules.NOTHING),
    "at once": (FILED, rules.NOTHING),
    "with note": (LATEST, rules.NOTE),
    "together": (TALK, rules.TALK),
    "not today": (THURSDAY, rules.DAY),
    "not on another day": (FILED, rules.NOTHING),
}
TALKED_OVER = {
    **MOST,
    **dict.fromkeys(("none", "team", "not today", "not on another day"), (TALK, rules.TALK)),
}
EXPECTED = {kind: TALKED_OVER if kind in ("tissue", "genetics") else MOST for kind in rules.KINDS}

HOLDS = {"no hold": None, "short": FILED + timedelta(hours=2), "long": LATEST}
TIMES = [
    FILED,
    FILED + timedelta(hours=1),
    FILED + timedelta(hours=2),
    THURSDAY - timedelta(seconds=1),
    THURSDAY,
    TALK - timedelta(seconds=1),
    TALK,
    LATEST - timedelta(seconds=1),
    LATEST,
    LATEST + timedelta(days=400),
]

CODES = (rules.AT_ONCE, rules.WITH_NOTE, rules.TOGETHER, rules.NOT_ON_DAYS, rules.TEAM)


@pytest.mark.parametrize("kind", rules.KINDS)
@pytest.mark.parametrize("choice", CHOICES)
def test_what_is_fixed_when_a_report_is_filed(kind: str, choice: str) -> None:
    fixed = decide(team_mode(kind), FILED, CHOICES[choice], TALK, zone=LONDON)
    assert (fixed.release_at, fixed.waits_for) == EXPECTED[kind][choice]
    assert fixed.latest_at == LATEST


@pytest.mark.parametrize(("kind", "choice"), list(product(rules.KINDS, CHOICES)))
def test_the_whole_table_of_kind_choice_hold_and_time(kind: str, choice: str) -> None:
    fixed = decide(team_mode(kind), FILED, CHOICES[choice], TALK, zone=LONDON)
    due, _ = EXPECTED[kind][choice]
    for hold, moment in product(HOLDS.values(), TIMES):
        seen = visible_from(fixed.release_at, fixed.latest_at, hold) <= moment
        # Said in other words than the code: it is open once its time has come and no hold runs, or at the latest.
        expected = moment >= LATEST or (moment >= due and (hold is None or moment >= hold))
        assert seen == expected, (kind, choice, hold, moment)


def test_without_a_visit_what_waits_for_a_talk_comes_at_the_latest() -> None:
    assert decide(rules.TOGETHER, FILED, None, None, zone=LONDON).release_at == LATEST


def test_a_visit_that_has_begun_is_none_to_wait_for() -> None:
    assert decide(rules.TOGETHER, FILED, None, FILED, zone=LONDON).release_at == LATEST


def test_a_visit_after_the_latest_date_does_not_move_it() -> None:
    fixed = decide(rules.TOGETHER, FILED, None, LATEST + timedelta(days=90), zone=LONDON)
    assert fixed.release_at == fixed.latest_at == LATEST


def test_a_note_ends_the_wait_for_it_but_not_a_hold() -> None:
    noted = FILED + timedelta(hours=1)
    assert visible_from(LATEST, LATEST, None, None, noted) == noted
    assert visible_from(LATEST, LATEST, HOLDS["short"], None, noted) == HOLDS["short"]


def test_by_hand_it_is_seen_whatever_it_waited_for() -> None:
    by_hand = FILED + timedelta(minutes=5)
    assert visible_from(LATEST, LATEST, LATEST, by_hand) == by_hand


def test_by_hand_it_is_not_dated_back_to_what_had_passed_during_a_hold() -> None:
    by_hand = FILED + timedelta(days=2)
    assert visible_from(FILED, LATEST, None, by_hand) == by_hand


def test_days_are_those_of_where_the_person_lives() -> None:
    # Tuesday 23:30 in UTC is Wednesday already in Karachi, and the morning there is 04:00 in UTC.
    filed = datetime(2026, 3, 10, 23, 30, tzinfo=UTC)
    fixed = decide(rules.AT_ONCE, filed, WEDNESDAYS, None, zone=ZoneInfo("Asia/Karachi"))
    assert fixed.release_at == datetime(2026, 3, 12, 4, 0, tzinfo=UTC)
    assert decide(rules.AT_ONCE, filed, WEDNESDAYS, None, zone=LONDON).release_at == filed


def test_the_morning_after_the_clocks_change_is_nine_by_the_clock() -> None:
    filed = datetime(2026, 3, 28, 15, 0, tzinfo=UTC)  # Saturday; the clocks go forward that night
    fixed = decide(rules.AT_ONCE, filed, Choice(rules.NOT_ON_DAYS, frozenset({5})), None, zone=LONDON)
    assert fixed.release_at == datetime(2026, 3, 29, 8, 0, tzinfo=UTC)


def test_no_day_at_all_is_the_latest_date() -> None:
    fixed = decide(rules.AT_ONCE, FILED, Choice(rules.NOT_ON_DAYS, frozenset(range(7))), None, zone=LONDON)
    assert fixed.release_at == fixed.latest_at == LATEST


def test_a_correction_keeps_the_earlier_latest_date() -> None:
    earlier = FILED + timedelta(days=3)
    assert decide(rules.TOGETHER, FILED, None, None, zone=LONDON, latest_at=earlier).latest_at == earlier
    past = FILED - timedelta(days=3)
    assert decide(rules.TOGETHER, FILED, None, None, zone=LONDON, latest_at=past).release_at == FILED


instants = st.integers(0, 15 * 365 * 24 * 60).map(
    lambda minutes: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
maybe = st.none() | instants


@given(
    mode=st.sampled_from([rules.AT_ONCE, rules.WITH_NOTE, rules.TOGETHER]),
    choice=st.none() | st.builds(Choice, st.sampled_from(CODES), st.frozensets(st.integers(0, 6))),
    filed=instants,
    talk=maybe,
    zone=st.sampled_from(["Europe/London", "Asia/Karachi", "Pacific/Kiritimati", "Pacific/Niue"]),
    hold=maybe,
    by_hand=maybe,
    noted=maybe,
    earlier=maybe,
)
def test_never_invisible_past_its_hard_latest_date(
    mode: str,
    choice: Choice | None,
    filed: datetime,
    talk: datetime | None,
    zone: str,
    hold: datetime | None,
    by_hand: datetime | None,
    noted: datetime | None,
    earlier: datetime | None,
) -> None:
    fixed = decide(mode, filed, choice, talk, zone=ZoneInfo(zone), latest_at=earlier)
    assert filed <= fixed.release_at <= fixed.latest_at <= filed + timedelta(days=rules.HARD_DAYS)
    assert visible_from(fixed.release_at, fixed.latest_at, hold, by_hand, noted) <= fixed.latest_at
