"""Days as people and spreadsheets write them: 27/3/1962, 27.3.1962, 1962-03-27, 27 Mar 1962, 22732 (Excel's own). Pure.

Day, then month, as in Britain. A year has four digits: which century two digits mean, nobody can know.
"""

import re
from datetime import date, timedelta

from selfcare.web.digits import western
from selfcare.web.when import EARLIEST

_EXCEL_BEGAN = date(1899, 12, 30)  # day 1 is 31 December 1899: its calendar has a 29 February 1900
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?Z?)?")
_DAY_FIRST = re.compile(
    r"(\d{1,2})\s*[-/. ]\s*(\d{1,2})\s*[-/. ]\s*(\d{1,4})\.?(?: \d{1,2}:\d{2}(?::\d{2})?)?"
)
_NAMED = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[ .-]*([^\W\d_]+)\.?[ ,.-]*(\d{1,4})", re.IGNORECASE)
# A number of four digits is a year that stands alone, and no day.
_SERIAL = re.compile(r"(\d{5})(?:[.,]0+)?")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


class NoDay(ValueError):
    """What was written is no day. `why`: unreadable, none (31 February), year (two digits), month first, or range."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def read(written: str) -> date:
    """:raises NoDay: with why."""
    text = " ".join(western(written).split())
    iso, named, plain = _ISO.fullmatch(text), _NAMED.fullmatch(text), _DAY_FIRST.fullmatch(text)
    if iso:
        year, month, day = iso.groups()
    elif named:
        day, name, year = named.groups()
        month = str(1 + _MONTHS.index(name[:3].casefold())) if name[:3].casefold() in _MONTHS else ""
        if not month:
            raise NoDay("unreadable")
    elif plain:
        day, month, year = plain.groups()
    elif serial := _SERIAL.fullmatch(text):
        return _in_range(_EXCEL_BEGAN + timedelta(days=int(serial[1])))
    else:
        raise NoDay("unreadable")
    if len(year) != 4:
        raise NoDay("year")
    try:
        return _in_range(date(int(year), int(month), int(day)))
    except ValueError as bad:
        if isinstance(bad, NoDay):
            raise
        raise NoDay("month first" if int(month) > 12 and 1 <= int(day) <= 12 else "none") from None


def _in_range(day: date) -> date:
    if day < EARLIEST:
        raise NoDay("range")
    return day
