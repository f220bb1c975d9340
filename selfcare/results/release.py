"""When the person sees a report. Pure: plain values in, plain values out.

`decide` is asked once, when a report is filed, and what it answers never changes. `visible_from` makes of it, and of
what happened since, the one moment from which the person sees the report. Nothing is withheld past the latest date.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from selfcare.web.when import utc_of

# Nothing is withheld longer than this after it was filed.
HARD_DAYS = 14

# A report kept off a day the person does not want to hear on comes the next morning.
MORNING = time(9)

AT_ONCE, WITH_NOTE, TOGETHER, NOT_ON_DAYS = "at_once", "with_note", "together", "not_on_days"

# What the person can choose. Without a choice, or with `team`, the team's default counts.
TEAM = "team"

KINDS = ("blood", "urine", "culture", "imaging", "function", "tissue", "genetics", "other")

# The built-in default per kind of test: most at once, those that need talking over together.
TEAM_DEFAULT = {"tissue": TOGETHER, "genetics": TOGETHER}

# What a report waits for.
NOTHING, NOTE, TALK, DAY = "nothing", "note", "talk", "day"
HAND = "hand"  # that a professional shows it: its laboratory says that it is restricted


@dataclass(frozen=True)
class Choice:
    """The person's standing choice. `days`: weekdays to hear nothing on, 0 Monday … 6 Sunday."""

    how: str = TEAM
    days: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Release:
    """What is fixed when a report is filed: from when, at the latest by when, and what it waits for."""

    release_at: datetime
    latest_at: datetime
    waits_for: str


def team_mode(kind: str, modes: Mapping[str, str] = TEAM_DEFAULT) -> str:
    """The team's default for a kind of test."""
    return modes.get(kind, AT_ONCE)


def decide(
    mode: str,
    filed_at: datetime,
    choice: Choice | None,
    next_appointment: datetime | None,
    *,
    zone: ZoneInfo,
    hard_days: int = HARD_DAYS,
    latest_at: datetime | None = None,
) -> Release:
    """Fix the release of a report.

    :param mode: the team's default for this kind of test (`team_mode`).
    :param filed_at: when it was filed, aware UTC, like every instant here.
    :param choice: the person's standing choice, which counts more than the team's default.
    :param next_appointment: when the next appointment starts; a past one counts as none.
    :param zone: where the person lives: their weekdays and mornings.
    :param latest_at: an earlier hard latest date to keep (a correction of a report that still waits).
    """
    latest = filed_at + timedelta(days=hard_days)
    if latest_at is not None:
        latest = max(filed_at, min(latest, latest_at))
    choice = choice or Choice()
    how = mode if choice.how in (TEAM, NOT_ON_DAYS) else choice.how
    if how == WITH_NOTE:
        return Release(latest, latest, NOTE)
    if how == TOGETHER:
        talk = next_appointment if next_appointment and next_appointment > filed_at else latest
        return Release(min(talk, latest), latest, TALK)
    if choice.how == NOT_ON_DAYS:
        morning = min(_next_morning(filed_at, choice.days, zone) or latest, latest)
        if morning > filed_at:
            return Release(morning, latest, DAY)
    return Release(filed_at, latest, NOTHING)


def by_hand(filed_at: datetime, hard_days: int = HARD_DAYS, latest_at: datetime | None = None) -> Release:
    """The release of a report that its laboratory says is restricted: whoever shows it does so by hand, whatever the
    team's default and the person's standing choice are. :param latest_at: as of `decide`."""
    latest = filed_at + timedelta(days=hard_days)
    latest = latest if latest_at is None else max(filed_at, min(latest, latest_at))
    return Release(latest, latest, HAND)


def hear_from(moment: datetime, choice: Choice | None, zone: ZoneInfo) -> datetime:
    """From when a note that comes at `moment` opens what waits for it: then, or the morning after days to hear nothing.

    :param choice: the person's standing choice.
    """
    if choice is None or choice.how != NOT_ON_DAYS:
        return moment
    return _next_morning(moment, choice.days, zone) or moment


def visible_from(
    release_at: datetime,
    latest_at: datetime,
    hold_until: datetime | None = None,
    released_at: datetime | None = None,
    noted_at: datetime | None = None,
) -> datetime:
    """From when the person sees a report: the earlier of the hard latest date and the later of its release and its
    hold's end; or when it was released by hand, which is done only before that, and is never dated back.

    :param hold_until: the end of the hold that counts; None without one.
    :param noted_at: from when the note that the report waited for opens it (`hear_from`). Given only where it waits
        for one.
    """
    due = release_at if noted_at is None else min(release_at, noted_at)
    if hold_until is not None:
        due = max(due, hold_until)
    return min(due if released_at is None else released_at, latest_at)


def _next_morning(filed_at: datetime, days: Collection[int], zone: ZoneInfo) -> datetime | None:
    """`filed_at` itself on a day that is fine, else the morning of the next one; None when no day is."""
    day = filed_at.astimezone(zone).date()
    for ahead in range(8):
        candidate = day + timedelta(days=ahead)
        if candidate.weekday() not in days:
            return filed_at if ahead == 0 else utc_of(datetime.combine(candidate, MORNING), zone)
    return None
