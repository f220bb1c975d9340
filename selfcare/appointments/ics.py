"""One visit, or one day, as an iCalendar file (RFC 5545, with the UID of RFC 7986).

Of a visit it says when, how, with whom and where, and not what for: calendars are shared and synchronised more widely
than people think of.
"""

import re
import unicodedata
from datetime import date, datetime, timedelta
from uuid import UUID

from icalendar import Calendar, Event


def calendar(
    *,
    uid: UUID,
    starts: datetime,
    minutes: int,
    summary: str,
    location: str = "",
    link: str = "",
    sequence: int = 0,
    made_at: datetime,
) -> str:
    """A VCALENDAR with one VEVENT, in UTC (form 2 of section 3.3.5), so that no time zone has to be described.

    :param starts: aware UTC, like `made_at`.
    :param minutes: how long it is kept free. Nobody told us, so that is a usual time.
    :param sequence: how often the visit was changed (section 3.8.7.4).
    :param made_at: when it was last changed (DTSTAMP).
    """
    event = _event(uid, starts, summary, sequence, made_at)
    event.add("dtend", starts + timedelta(minutes=minutes))
    if location:
        event.add("location", _text(location))
    if link:
        event.add("url", _uri(link))
    return _whole(event)


def whole_day(*, uid: UUID, day: date, summary: str, sequence: int = 0, made_at: datetime) -> str:
    """A VCALENDAR with one VEVENT that takes a whole day and no time of it (DATE, section 3.3.4)."""
    event = _event(uid, day, summary, sequence, made_at)
    event.add("transp", "TRANSPARENT")
    return _whole(event)


def _event(uid: UUID, starts: date, summary: str, sequence: int, made_at: datetime) -> Event:
    event = Event()
    event.add("uid", str(uid))
    event.add("dtstamp", made_at)
    event.add("dtstart", starts)
    event.add("sequence", sequence)
    event.add("summary", _text(summary))
    event.add("class", "PRIVATE")
    return event


def _whole(event: Event) -> str:
    whole = Calendar()
    whole.add("version", "2.0")
    whole.add("prodid", "-//Selfcare//Selfcare//EN")
    whole.add("calscale", "GREGORIAN")
    whole.add_component(event)
    return str(whole.to_ical(), "utf-8")


def _text(text: str) -> str:
    """What can stand in a TEXT (section 3.3.11): every kind of line end is one, and there are no control characters."""
    text = re.sub(r"\r\n?|[\u2028\u2029\x85\x0b\x0c]", "\n", text)
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs"))


def _uri(link: str) -> str:
    """A URI is no TEXT: nothing is escaped, and nothing that could end the line gets in."""
    return "".join(c for c in link if c > " " and unicodedata.category(c) not in ("Cc", "Cs", "Zl", "Zp"))
