"""When a service is there, in the reader's language: never said as more often, or sooner, than its list tells."""

from collections.abc import Mapping, Sequence
from datetime import date, time
from typing import Any

from flask_babel import gettext, ngettext, pgettext

from selfcare import i18n
from selfcare.community.models import DAYS, Service

MOST = 4  # sessions that are listed; the others are on the list's own page


def each(day: str) -> str:
    """A day on which something is each week: Tuesdays."""
    return {
        "mo": lambda: pgettext("each week", "Mondays"),
        "tu": lambda: pgettext("each week", "Tuesdays"),
        "we": lambda: pgettext("each week", "Wednesdays"),
        "th": lambda: pgettext("each week", "Thursdays"),
        "fr": lambda: pgettext("each week", "Fridays"),
        "sa": lambda: pgettext("each week", "Saturdays"),
        "su": lambda: pgettext("each week", "Sundays"),
    }[day]()


def days(codes: Sequence[str]) -> str:
    """Days of the week as they are said: Mondays and Thursdays."""
    found = [one for one in DAYS if one in codes]
    if len(found) == len(DAYS):
        return pgettext("when a service is there", "Every day")
    if found == list(DAYS[:5]):
        return gettext("Monday to Friday")
    return i18n.listed([each(one) for one in found]) if found else ""


def short(service: Service, today: date) -> str:
    """When it is, in a few words: Tuesdays 10:00. Nothing where its list tells no day."""
    found: list[str] = []
    for one in service.sessions:
        day = _days(one, today)
        said = _often(one, " ".join(filter(None, (day, _clock(one["opens"])))))
        first = _day(one["starts"])
        if one["freq"] and first and first > today:
            said = i18n.comma().join(filter(None, (said, _from(first, today))))
        if day and not _is_over(one, today) and said not in found:
            found.append(said)
    return i18n.comma().join(found[:2])


def sessions(service: Service, today: date) -> list[list[str]]:
    """When it is, a line each, in what becomes its sentences: Tuesdays, 10:00 to 11:00. What is over stands there only
    where nothing else does."""
    there = [one for one in service.sessions if not _is_over(one, today)] or service.sessions
    found = []
    for one in there[:MOST]:
        opens, closes = _clock(one["opens"]), _clock(one["closes"])
        times = gettext("%(first)s to %(last)s", first=opens, last=closes) if opens and closes else opens
        said = _often(one, i18n.comma().join(filter(None, (_days(one, today), times))))
        found.append([part for part in (said, _between(one, today), one["words"]) if part])
    return found


def _days(one: Mapping[str, Any], today: date) -> str:
    """On which days; of what is once, on which day."""
    first = _day(one["starts"])
    if one["days"]:
        if one["freq"] == "daily" and _every(one) > 1 and len(one["days"]) == len(DAYS):
            return ngettext("Every %(num)s day", "Every %(num)s days", _every(one))
        return days(one["days"])
    if one["freq"] == "monthly" and (dates := one.get("dates")):
        listed = i18n.listed([str(each) for each in dates])
        return ngettext("Day %(days)s of the month", "Days %(days)s of the month", len(dates), days=listed)
    if first and one["freq"] == "yearly":
        return i18n.plain_day(first, today=first)
    return i18n.day(first, year=first.year != today.year) if first and _is_once(one) else ""


def _often(one: Mapping[str, Any], said: str) -> str:
    """How often, where it is not each week or day."""
    every, freq = _every(one), one["freq"]
    if not said:
        return said
    if freq == "weekly" and every == 2:
        return gettext("%(when)s (every other week)", when=said)
    if freq == "weekly" and every > 2:
        return ngettext("%(when)s (every %(num)s week)", "%(when)s (every %(num)s weeks)", every, when=said)
    if freq == "yearly":
        return gettext("%(when)s (once a year)", when=said)
    if freq != "monthly":
        return said
    if every > 1:
        said = ngettext("%(when)s (every %(num)s month)", "%(when)s (every %(num)s months)", every, when=said)
    which = [_nth(one) for one in one.get("nth") or ()]
    if which and all(which):
        return gettext("%(when)s (%(which)s in the month)", when=said, which=i18n.listed(which))
    if every > 1 or (one.get("dates") and not one["days"]):
        return said
    if which or len(one["days"]) > 1:
        return gettext("%(when)s (not every week)", when=said)
    return gettext("%(when)s (once a month)", when=said)


def _nth(place: int) -> str:
    return {
        1: lambda: pgettext("week of the month", "first"),
        2: lambda: pgettext("week of the month", "second"),
        3: lambda: pgettext("week of the month", "third"),
        4: lambda: pgettext("week of the month", "fourth"),
        5: lambda: pgettext("week of the month", "fifth"),
        -1: lambda: pgettext("week of the month", "last"),
    }.get(place, lambda: "")()


def _between(one: Mapping[str, Any], today: date) -> str:
    first, last = _day(one["starts"]), _day(one["ends"])
    if _is_once(one) and last in (None, first):
        return ""  # the day is said already
    if first and last:
        return gettext("From %(first)s to %(last)s", first=i18n.plain_day(first), last=i18n.plain_day(last))
    if last:
        return gettext("Until %(day)s", day=i18n.plain_day(last))
    return _from(first, today) if first and first > today else ""


def _from(first: date, today: date) -> str:
    return pgettext("a service begins", "From %(day)s", day=i18n.plain_day(first, today=today))


def _is_once(one: Mapping[str, Any]) -> bool:
    return not (one["freq"] or one["days"])


def _is_over(one: Mapping[str, Any], today: date) -> bool:
    last = _day(one["ends"]) or (_day(one["starts"]) if _is_once(one) else None)
    return last is not None and last < today


def _every(one: Mapping[str, Any]) -> int:
    return int(one["every"] or 1)


def _clock(text: str) -> str:
    try:
        return i18n.clock_time(time.fromisoformat(text)) if text else ""
    except ValueError:
        return ""


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10]) if text else None
    except ValueError:
        return None
