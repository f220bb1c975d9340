"""What somebody looks for among the services, as an address says it. It is in the address alone: no search is kept."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any
from uuid import UUID

from flask import url_for
from werkzeug.datastructures import MultiDict

from selfcare.community.models import COST, DAY, DAYS, FREE, GETTING_IN, LANGUAGE, NEED, WAY
from selfcare.web.access import Permit
from selfcare.web.digits import BadNumber, read_number

LONGEST = 100  # letters of what is typed
MOST = 20  # values of one filter
OLDEST = 120  # years; an older age is a slip


@dataclass(frozen=True)
class Key:
    """The last service that is shown: the day of the week that its list begins with, at which minute of it, how far off
    its own is, its id."""

    weekday: int
    minute: int
    near: int
    id: UUID

    @classmethod
    def read(cls, text: str) -> "Key | None":
        """None, which is the first page, for one that cannot be read."""
        weekday, minute, near, item_id = [*text.split("~", 3), "", "", ""][:4]
        try:
            found = cls(int(weekday), int(minute), int(near), UUID(item_id))
        except ValueError:
            return None
        fits = found.weekday in range(7) and found.minute in range(24 * 60) and found.near in range(9)
        return found if fits else None

    def __str__(self) -> str:
        return f"{self.weekday}~{self.minute}~{self.near}~{self.id}"


@dataclass(frozen=True)
class Sought:
    """Which services are wanted. Of needs, days and languages any that is chosen; of the others all."""

    words: str = ""
    need: tuple[str, ...] = ()
    free: bool = False
    day: tuple[str, ...] = ()
    language: tuple[str, ...] = ()
    getting_in: tuple[str, ...] = ()
    way: tuple[str, ...] = ()
    age: int | None = None

    @classmethod
    def read(cls, args: "MultiDict[str, str]") -> "Sought":
        """What an address asks for. Of what is none of ours nothing is asked."""

        def some(name: str) -> tuple[str, ...]:
            given = (one for one in args.getlist(name)[:MOST] if one.isascii() and 0 < len(one) <= 40)
            return tuple(dict.fromkeys(given))

        return cls(
            words=" ".join(args.get("q", "")[:LONGEST].split()),
            need=some("need"),
            free=args.get("free") == "y",
            day=tuple(one for one in some("day") if one in DAYS),
            language=some("language"),
            getting_in=some("getting_in"),
            way=some("way"),
            age=_age(args.get("age", "")),
        )

    @property
    def any_of(self) -> Mapping[str, tuple[str, ...]]:
        """By kind of tag, the values of which one is enough."""
        return {NEED: self.need, DAY: self.day, LANGUAGE: self.language, COST: (FREE,) if self.free else ()}

    @property
    def all_of(self) -> Mapping[str, tuple[str, ...]]:
        """By kind of tag, the values of which none may be missing."""
        return {GETTING_IN: self.getting_in, WAY: self.way}

    @property
    def filters(self) -> list[str]:
        """The names of what is on, in the order of the form; each can be let go by itself (`without`)."""
        return [one.name for one in fields(self) if getattr(self, one.name) not in ("", (), False, None)]

    @property
    def folded(self) -> int:
        """How much of it is chosen in the fold."""
        return len([one for one in self.filters if one not in ("words", "need")])

    def without(self, name: str) -> "Sought":
        return replace(self, **{name: type(self)().__getattribute__(name)})

    @property
    def params(self) -> dict[str, Any]:
        """For `url_for`, of the list and of what is opened from it."""
        return {
            "q": self.words or None,
            "need": list(self.need),
            "free": "y" if self.free else None,
            "day": list(self.day),
            "language": list(self.language),
            "getting_in": list(self.getting_in),
            "way": list(self.way),
            "age": self.age,
        }

    def url(self, permit: Permit, **more: Any) -> str:
        return url_for("community.index", person_id=permit.person_id, **self.params, **more)


def _age(text: str) -> int | None:
    """An age in whole years; None for what is none."""
    try:
        found = read_number(text, whole=True) if text.strip() else None
    except BadNumber:
        return None
    return int(found) if found is not None and found == int(found) and 0 <= found <= OLDEST else None
