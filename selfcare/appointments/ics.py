"""One visit as an iCalendar file (RFC 5545, with the UID of RFC 7986).

It says when, how, with whom and where, and not what for: calendars are shared and synchronised more widely than people
think of.
"""

import re
import unicodedata
from datetime import UTC, datetime, timedelta
from uuid import UUID

# RFC 5545, section 3.1: lines are folded before the 76th octet, never inside a character.
LINE = 75


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

    :param minutes: how long it is kept free. Nobody told us, so that is a usual time.
    :param sequence: how often the visit was changed (section 3.8.7.4).
    :param made_at: when it was last changed (DTSTAMP).
    """
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Selfcare//Selfcare//EN",
        "CALSCALE:GREGORIAN",
        "BEGIN:VEVENT",
        f"UID:{uid}",
        f"DTSTAMP:{instant(made_at)}",
        f"DTSTART:{instant(starts)}",
        f"DTEND:{instant(starts + timedelta(minutes=minutes))}",
        f"SEQUENCE:{sequence}",
        f"SUMMARY:{escape(summary)}",
        "CLASS:PRIVATE",
    ]
    if location:
        lines.append(f"LOCATION:{escape(location)}")
    if link:
        lines.append(f"URL:{_uri(link)}")
    lines += ["END:VEVENT", "END:VCALENDAR"]
    return "".join(fold(line) for line in lines)


def instant(moment: datetime) -> str:
    """A point in time: 20260312T103000Z."""
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def escape(text: str) -> str:
    r"""TEXT (section 3.3.11): `\` `;` `,` and line ends are escaped; control characters cannot stand in it."""
    text = re.sub(r"\r\n?|\n|\u2028|\u2029|\x85|\x0b|\x0c", "\n", text)
    text = re.sub(r"([\\;,])", r"\\\1", text).replace("\n", r"\n")
    return "".join(c for c in text if c == "\t" or unicodedata.category(c) not in ("Cc", "Cs"))


def fold(line: str) -> str:
    """A content line with its line end, folded by octets (section 3.1)."""
    parts, room = [""], LINE
    for character in line:
        size = len(character.encode("utf-8"))
        if size > room:
            parts.append("")
            room = LINE - 1  # the space that says the line goes on
        parts[-1] += character
        room -= size
    return "\r\n ".join(parts) + "\r\n"


def _uri(link: str) -> str:
    """A URI is no TEXT: nothing is escaped, and nothing that could end the line gets in."""
    return "".join(c for c in link if c > " " and unicodedata.category(c) not in ("Cc", "Cs", "Zl", "Zp"))
