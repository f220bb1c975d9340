"""Watches in words: until when, at which times somebody is reminded, and which of them nobody hears of."""

from collections.abc import Iterable
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from flask_babel import gettext

from selfcare import i18n
from selfcare.diary import queries as diary
from selfcare.diary import watched
from selfcare.diary.models import Tracker
from selfcare.notifications import queries as notifications
from selfcare.notifications import quiet_hours
from selfcare.notifications.queries import Wishes
from selfcare.web.access import Permit
from selfcare.web.when import utc_of


def stands(permit: Permit, tracker: Tracker) -> str:
    """Where something of the own list stands."""
    found = watched.stands(permit, tracker, diary.watched_for(permit, tracker))
    return found or gettext("It has no end.")


def until(permit: Permit, last: date | None) -> str:
    """The end somebody chose."""
    if last is None:
        return gettext("It has no end.")
    return gettext("Watched until %(day)s", day=i18n.plain_day(last, today=permit.today()))


def times(chosen: Iterable[time]) -> str:
    """The times somebody chose."""
    return i18n.comma().join(map(i18n.clock_time, chosen)) or gettext("Off")


def reminded(permit: Permit, chosen: Iterable[time]) -> str:
    """The times that stand, and for the person those that are in their quiet hours."""
    chosen = list(chosen)
    quiet = [each for each in chosen if permit.is_self and _is_quiet(permit, _wishes(permit), each)]
    if not quiet:
        return times(chosen)
    return gettext(
        "%(times)s. In your quiet hours, so you are not told then: %(quiet)s",
        times=times(chosen),
        quiet=times(quiet),
    )


def quiet(permit: Permit) -> str:
    """The person's own quiet hours, in one sentence; nothing for others, or where there are none."""
    wishes = _wishes(permit) if permit.is_self else Wishes(quiet_until=Wishes.quiet_from)
    if wishes.quiet_from == wishes.quiet_until:
        return ""
    first, last = i18n.clock_time(wishes.quiet_from), i18n.clock_time(wishes.quiet_until)
    return gettext(
        "Your quiet hours are %(first)s to %(last)s. If you choose a time in them, you are not told then.",
        first=first,
        last=last,
    )


def _wishes(permit: Permit) -> Wishes:
    return notifications.wishes(permit.account_id) if permit.account_id else Wishes()


def _is_quiet(permit: Permit, wishes: Wishes, at: time) -> bool:
    """Whether it is quiet at a time of where the person lives, by the clock of their phone."""
    moment = utc_of(datetime.combine(permit.today(), at), permit.zone)
    zone: ZoneInfo = notifications.zone_of(wishes.zone, permit.subject.zone)
    return quiet_hours.next_moment(moment, zone, wishes.quiet_from, wishes.quiet_until) > moment
