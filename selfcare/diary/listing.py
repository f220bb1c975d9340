"""Where in the list of entries somebody is: what is shown of it, and how far. It stands in the address, so that the way
back from an entry, the browser's own and a bookmark lead to the same place."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from flask import url_for

from selfcare.diary.timeline import Key
from selfcare.web.access import Permit

SHOW = {"all": None, "symptoms": "symptom", "measures": "measure", "done": "done", "notes": "note"}
LONGEST_SEARCH = 100
YEARS = range(1900, 2101)


@dataclass(frozen=True)
class Listing:
    """What an address asks of the list.

    :ivar show: a key of SHOW. :ivar only: one tracker's entries alone. :ivar words: what is sought; None on the list.
    :ivar month: its first day: the list begins with that month's last entry.
    :ivar before: the list begins after this entry. :ivar until: and goes as far as this one.
    :ivar chart: the tracker whose chart stands on top.
    """

    show: str = "all"
    words: str | None = None
    only: UUID | None = None
    month: date | None = None
    before: Key | None = None
    until: Key | None = None
    chart: UUID | None = None

    @classmethod
    def read(cls, args: Mapping[str, str]) -> "Listing":
        """:raises ValueError: for an address that is none of ours."""
        show, month = args.get("show", "all"), args.get("month")
        if show not in SHOW:
            raise ValueError(show)
        return cls(
            show=show,
            words=args.get("q"),
            only=_id(args, "only"),
            month=_month(month) if month else None,
            before=_key(args, "before"),
            until=_key(args, "until"),
            chart=_id(args, "chart"),
        )

    @classmethod
    def known(cls, args: Mapping[str, str]) -> "Listing":
        """The same; the whole list for an address that is none of ours."""
        try:
            return cls.read(args)
        except ValueError:
            return cls()

    @property
    def kind(self) -> str | None:
        return SHOW[self.show]

    @property
    def sought(self) -> str:
        return (self.words or "").strip()[:LONGEST_SEARCH]

    @property
    def begins_at_top(self) -> bool:
        """Whether the newest entry stands first."""
        return self.before is None and self.month is None

    @property
    def params(self) -> dict[str, Any]:
        """For `url_for`, of the list and of what is opened from it."""
        return {
            "show": None if self.show == "all" else self.show,
            "q": self.words,
            "only": self.only,
            "month": f"{self.month:%Y-%m}" if self.month else None,
            "before": self.before,
            "until": self.until,
            "chart": self.chart,
        }

    def url(self, permit: Permit, *, entry: UUID | None = None, _list: bool = False, **more: Any) -> str:
        """The list's address. `entry`: the one it is opened at; `_list`: at its beginning, below the chart."""
        anchor = f"e-{entry}" if entry else "list" if _list else None
        return url_for("diary.index", person_id=permit.person_id, _anchor=anchor, **self.params, **more)

    def like(self, **other: Any) -> "Listing":
        """The same list, in other respects otherwise."""
        return replace(self, **other)


def _month(text: str) -> date:
    found = date.fromisoformat(f"{text}-01")
    if found.year not in YEARS:
        raise ValueError(text)
    return found


def _id(args: Mapping[str, str], name: str) -> UUID | None:
    return UUID(args[name]) if args.get(name) else None


def _key(args: Mapping[str, str], name: str) -> Key | None:
    return Key.read(args[name]) if args.get(name) else None
