"""When which reminder is due. Pure: plain values in, what is due out; `queries` feeds it, `actions` tells.

A reminder belongs to a window of time: it opens on a local morning and closes when the reminder is of no use any more.
Whenever somebody looks within the window, it is due; told once, its occurrence is over. So a machine that slept through
the morning makes up for it, and windows of one thing never overlap, so two of its reminders never come at once.

Days are those of the place where the person lives. Instants are aware UTC.
"""

from collections.abc import Collection, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from selfcare.notifications.kinds import AGAIN, AGREED, BUDGET, DAILY, ENDING, FEEDBACK, LOG, LOOK, READY
from selfcare.people.working_days import works
from selfcare.web.access import Area
from selfcare.web.when import utc_of

MORNING = time(9)
READY_DAYS = (7, 2)  # before a visit
ENDING_DAYS = (14, 2)  # before access ends
LOOK_DAYS = 7  # for so long a goal, a decision or a budget that waits to be looked at is worth a reminder
AREAS = {AGAIN: Area.DECISIONS, BUDGET: Area.BUDGET}  # of what is looked at again
FEEDBACK_DAYS = 3
LOG_FOR = timedelta(hours=2)  # after its time, something to log is worth a reminder for so long
LOGGED = timedelta(
    hours=3
)  # who has logged it so short a time before needs none, unless it was for another time
AGREED_DAYS = 3  # from its day on, what was agreed is worth a reminder for so long

# A professional's working day, where the team works.
LIST_FROM, LIST_UNTIL = time(8), time(17)


@dataclass(frozen=True)
class Due:
    """One reminder for one account. `occurrence` tells it from every other of its kind; `moment`: due since."""

    account: UUID
    person: UUID | None
    kind: str
    about_id: UUID | None
    occurrence: str
    moment: datetime

    @property
    def dedupe(self) -> str:
        """Who, rule, occurrence: under this the outbox takes it once."""
        return f"{self.account}:{self.kind}:{self.occurrence}"


@dataclass(frozen=True)
class Hearer:
    """An account that may be told about a person. The person themself (`own`) may see everything."""

    account: UUID
    own: bool
    areas: frozenset[Area] = frozenset()

    def sees(self, area: Area, only_me: bool) -> bool:
        return self.own or (area in self.areas and not only_me)


@dataclass(frozen=True)
class Life:
    """A person, where they live, and who may be told."""

    person: UUID
    zone: ZoneInfo
    hearers: Sequence[Hearer]


@dataclass(frozen=True)
class Visit:
    """A visit that stands. `known_at`: since when it has been as it is, at the latest. `said`: the person has been
    through the page after it."""

    id: UUID
    utc: datetime
    ready: bool
    only_me: bool
    known_at: datetime
    said: bool = False


@dataclass(frozen=True)
class Goal:
    """An open goal. `looked_on`: the last check-in's day; `shown_looked_on`: of those that others may see."""

    id: UUID
    look_on: date
    only_me: bool
    known_at: datetime
    looked_on: date | None = None
    shown_looked_on: date | None = None


@dataclass(frozen=True)
class Agreed:
    """An open line with a day. `owner`: whose account does it; None for the person."""

    id: UUID
    on: date
    owner: UUID | None
    only_me: bool
    known_at: datetime


@dataclass(frozen=True)
class Kept:
    """A decision, made or put off, or a budget, with a day to look at it again."""

    id: UUID
    look_on: date
    only_me: bool
    known_at: datetime


@dataclass(frozen=True)
class Thing:
    """Something to log at times the person chose, since `known_at`. `logged`: when it last was."""

    id: UUID
    times: Sequence[time]
    known_at: datetime
    logged: datetime | None = None


@dataclass(frozen=True)
class Grant:
    """A carer's access that ends by itself. `account` is None where the carer cannot be told."""

    id: UUID
    account: UUID | None
    since: datetime
    until: datetime


@dataclass(frozen=True)
class Window:
    """From when and until when one occurrence is worth telling."""

    occurrence: str
    opens: datetime
    closes: datetime

    def holds(self, moment: datetime) -> bool:
        return self.opens <= moment < self.closes


# --------------------------------------------------------------------------------------------------------- the rules


def getting_ready(life: Life, visits: Iterable[Visit], moment: datetime) -> list[Due]:
    """A visit is in 7 days, and in 2, and no summary was shared for it yet."""
    return [
        Due(hearer.account, life.person, READY, visit.id, f"{visit.id}:{window.occurrence}", window.opens)
        for visit in visits
        if not visit.ready
        for window in ready_windows(visit, life.zone)
        if window.holds(moment)
        for hearer in life.hearers
        if hearer.sees(Area.APPOINTMENTS, visit.only_me)
    ]


def how_it_was(life: Life, visits: Iterable[Visit], moment: datetime) -> list[Due]:
    """A visit was yesterday, or the day before while nobody could tell. For the person alone: it was their visit."""
    return [
        Due(hearer.account, life.person, FEEDBACK, visit.id, f"{visit.id}:{window.occurrence}", window.opens)
        for visit in visits
        if not visit.said
        if (window := feedback_window(visit, life.zone)).holds(moment)
        for hearer in life.hearers
        if hearer.own
    ]


def time_to_look(life: Life, goals: Iterable[Goal], moment: datetime) -> list[Due]:
    """The day to look at a goal again has come, and nobody has looked since."""
    return [
        Due(hearer.account, life.person, LOOK, goal.id, f"{goal.id}:{window.occurrence}", window.opens)
        for goal in goals
        if (window := look_window(goal, life.zone)).holds(moment)
        for hearer in life.hearers
        if hearer.sees(Area.GOALS, goal.only_me) and not _looked(goal, hearer)
    ]


def look_again(life: Life, kind: str, kept: Iterable[Kept], moment: datetime) -> list[Due]:
    """The day to look at a decision, or a budget, again has come. Who decides anew, or changes the day, gives it
    another, or none. :param kind: what they all are, a key of `AREAS`."""
    return [
        Due(hearer.account, life.person, kind, one.id, f"{one.id}:{window.occurrence}", window.opens)
        for one in kept
        if (window := look_window(one, life.zone)).holds(moment)
        for hearer in life.hearers
        if hearer.sees(AREAS[kind], one.only_me)
    ]


def agreed(life: Life, lines: Iterable[Agreed], moment: datetime) -> list[Due]:
    """The day of something that was agreed has come, and it is open. Whoever does it is told, and nobody else."""
    return [
        Due(hearer.account, life.person, AGREED, line.id, f"{line.id}:{window.occurrence}", window.opens)
        for line in lines
        if (window := agreed_window(line, life.zone)).holds(moment)
        for hearer in life.hearers
        if (hearer.own if line.owner is None else hearer.account == line.owner)
        and hearer.sees(Area.APPOINTMENTS, line.only_me)
    ]


def to_log(life: Life, things: Iterable[Thing], moment: datetime) -> list[Due]:
    """A time has come that the person chose to log something, and they have not just done it. For them alone."""
    return [
        Due(hearer.account, life.person, LOG, thing.id, f"{thing.id}:{window.occurrence}", window.opens)
        for thing in things
        for window, since in log_windows(thing, life.zone, moment)
        if window.holds(moment) and (thing.logged is None or thing.logged < since)
        for hearer in life.hearers
        if hearer.own
    ]


def access_ends(life: Life, grants: Iterable[Grant], moment: datetime) -> list[Due]:
    """Somebody's access ends in 14 days, and in 2: the person is told, and who loses it."""
    found = []
    for grant in grants:
        for window in ending_windows(grant, life.zone):
            if window.holds(moment):
                told = {hearer.account: None for hearer in life.hearers if hearer.own}
                told |= {grant.account: None} if grant.account else {}
                found += [
                    Due(
                        account,
                        life.person,
                        ENDING,
                        grant.id,
                        f"{grant.id}:{window.occurrence}",
                        window.opens,
                    )
                    for account in told
                ]
    return found


def daily_list(
    account: UUID, zone: ZoneInfo, closed: Collection[Container[date]], moment: datetime
) -> Due | None:
    """A professional's list of the day, on days they work. Whether anything is on it is for the caller to find out.

    :param closed: of each of their teams, the weekdays nobody works. Who works for one team that day, works.
    """
    day = moment.astimezone(zone).date()
    opens, closes = (utc_of(datetime.combine(day, at), zone) for at in (LIST_FROM, LIST_UNTIL))
    if not any(works(day, days) for days in closed) or not Window("", opens, closes).holds(moment):
        return None
    return Due(account, None, DAILY, None, day.isoformat(), opens)


# ----------------------------------------------------------------------------------------------------------- windows


def ready_windows(visit: Visit, zone: ZoneInfo) -> list[Window]:
    return list(_countdown(visit.utc, READY_DAYS, zone, visit.known_at))


def ending_windows(grant: Grant, zone: ZoneInfo) -> list[Window]:
    return list(_countdown(grant.until, ENDING_DAYS, zone, grant.since))


def feedback_window(visit: Visit, zone: ZoneInfo) -> Window:
    day = local_day(visit.utc, zone)
    return _from_morning(day + timedelta(days=1), FEEDBACK_DAYS, day.isoformat(), zone, visit.known_at)


def look_window(what: Goal | Kept, zone: ZoneInfo) -> Window:
    return _from_morning(what.look_on, LOOK_DAYS, what.look_on.isoformat(), zone, what.known_at)


def agreed_window(line: Agreed, zone: ZoneInfo) -> Window:
    return _from_morning(line.on, AGREED_DAYS, line.on.isoformat(), zone, line.known_at)


def log_windows(thing: Thing, zone: ZoneInfo, moment: datetime) -> list[tuple[Window, datetime]]:
    """Those of the evening before and of today, as clocks show them there, each with since when what was logged is for
    its time: for the nearer of two. None that opened before it was chosen."""
    today = local_day(moment, zone)
    walls = [
        datetime.combine(today + timedelta(days=days), at)
        for days in (-2, -1, 0, 1)
        for at in sorted(thing.times)
    ]
    opened = [utc_of(wall, zone) for wall in walls]
    found = []
    for wall, before, opens, after in zip(walls[1:], opened, opened[1:], opened[2:], strict=False):
        if opens >= thing.known_at:
            window = Window(f"{wall:%Y-%m-%dT%H:%M}", opens, min(opens + LOG_FOR, after))
            found.append((window, max(opens - LOGGED, before + (opens - before) / 2)))
    return found


def local_day(instant: datetime, zone: ZoneInfo) -> date:
    return instant.astimezone(zone).date()


def morning(day: date, zone: ZoneInfo) -> datetime:
    """When people there may be told something of that day."""
    return utc_of(datetime.combine(day, MORNING), zone)


def next_morning(known_at: datetime, zone: ZoneInfo) -> datetime:
    """The first morning at or after something was written down: nobody is reminded of what they have just typed."""
    day = local_day(known_at, zone)
    first = morning(day, zone)
    return first if first >= known_at else morning(day + timedelta(days=1), zone)


def _countdown(
    end: datetime, days_before: Sequence[int], zone: ZoneInfo, known_at: datetime
) -> Iterator[Window]:
    """One window for each number of days before `end`; each closes where the next one opens, the last at `end`."""
    day = local_day(end, zone)
    mornings = [morning(day - timedelta(days=days), zone) for days in days_before]
    known = next_morning(known_at, zone)
    for days, opens, closes in zip(days_before, mornings, [*mornings[1:], end], strict=True):
        yield Window(f"{days}:{day.isoformat()}", max(opens, known), min(closes, end))


def _from_morning(first: date, days: int, occurrence: str, zone: ZoneInfo, known_at: datetime) -> Window:
    opens, closes = morning(first, zone), morning(first + timedelta(days=days), zone)
    return Window(occurrence, max(opens, next_morning(known_at, zone)), closes)


def _looked(goal: Goal, hearer: Hearer) -> bool:
    """Whether somebody has looked, as far as the hearer may know."""
    looked_on = goal.looked_on if hearer.own else goal.shown_looked_on
    return looked_on is not None and looked_on >= goal.look_on
