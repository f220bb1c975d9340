"""The life of one report: its versions in the order the laboratory made them, whichever way round they came.

Pure: of two versions, the one issued later is the newer; where that is not said or the same, the one further on in a
report's life (preliminary, final, corrected, cancelled, entered in error); else the one that came later.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cmp_to_key
from typing import Protocol, TypeVar

ENTERED_IN_ERROR = "entered-in-error"

_LIFE = {
    "registered": 0,
    "partial": 1,
    "preliminary": 2,
    "unknown": 3,
    "final": 3,
    "amended": 4,
    "corrected": 4,
    "appended": 4,
    "cancelled": 5,
    ENTERED_IN_ERROR: 6,
}


class Dated(Protocol):
    """What places a version among the others: a row of `report` is one."""

    @property
    def status(self) -> str: ...
    @property
    def issued_utc(self) -> datetime | None: ...
    @property
    def filed_at(self) -> datetime: ...


T = TypeVar("T", bound=Dated)


@dataclass(frozen=True)
class Version:
    """A version that is not on file yet."""

    status: str
    issued_utc: datetime | None
    filed_at: datetime


def in_order(versions: Sequence[T]) -> list[T]:
    """The versions, oldest first."""
    return sorted(versions, key=cmp_to_key(_compare))


def newer_than(new: Dated, versions: Sequence[T]) -> list[T]:
    """Those of the versions that are newer than `new`, which is only being filed; oldest first."""
    return [one for one in in_order(versions) if _compare(one, new) > 0]


def _compare(one: Dated, other: Dated) -> int:
    if one.issued_utc and other.issued_utc and one.issued_utc != other.issued_utc:
        return 1 if one.issued_utc > other.issued_utc else -1
    by_life = _LIFE.get(one.status, 3) - _LIFE.get(other.status, 3)
    if by_life:
        return by_life
    return (one.filed_at > other.filed_at) - (one.filed_at < other.filed_at)
