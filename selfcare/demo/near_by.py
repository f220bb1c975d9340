"""A directory of services as an invented council keeps it (pictures 28 and 28b), read as any list is."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from selfcare.community import importing
from selfcare.community.importing import About
from selfcare.community.sources import Files
from selfcare.demo.days import Days

_LIST = Path(__file__).with_name("near_by.json")
_WRITTEN = date(2026, 3, 12)  # the day that the file takes for today


class _Dated(Files):
    """The file, with the days on which somebody checked a service as long ago as they were when it was written."""

    def __init__(self, today: date) -> None:
        super().__init__(_LIST)
        self._since = today - _WRITTEN

    def read(self) -> Iterator[Any]:
        for item in super().read():
            checked = item.get("assured_date")
            yield item | ({"assured_date": _moved(checked, self._since)} if checked else {})


def live(days: Days) -> None:
    """Read it, inside the transaction that stands."""
    council = About(
        "Riverside council",
        owner_email="directory@riverside.example",
        licence="Open Government Licence v3.0",
        website="https://riverside.example/near-you",
    )
    importing.read(_Dated(days.today), council)


def _moved(day: str, since: timedelta) -> str:
    return (date.fromisoformat(day) + since).isoformat()
