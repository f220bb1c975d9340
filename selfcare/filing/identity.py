"""Which report a received one is: the same again, a version of one that is known, or another. Pure.

A report is known by names: every identifier it was sent with, and where one of the two has none, its address. Names
count within one sender. A name in common is not enough to replace anything: laboratories give one number to several
reports of a request, so the code must agree, and results must be in common. `identity_table.txt` of the tests holds
every case (docs/decisions/0020).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from selfcare.filing import generic
from selfcare.filing.match import (
    MOVED,
    OTHER_SAMPLE,
    OTHER_SENDER,
    SEVERAL_REPORTS,
    SHARED_NUMBER,
    TAKEN_BACK,
)
from selfcare.filing.received_report import NONE, Coding, ReceivedReport, ReceivedTime, short
from selfcare.filing.version_order import ENTERED_IN_ERROR
from selfcare.results.test_identity import SHARED_SYSTEMS, name_key

# What a received report is, to those that are known.
ANOTHER, VERSION, WITHDRAWAL, WAITS = "another", "version", "withdrawal", "waits"

# What one that came out of turn has come to: a newer version stands above it; it had been taken back before it came; it
# took back what was issued before it, and a version that was issued later stands.
BENEATH, OFF, WITHDRAWN_IN_PART = "beneath", "off", "withdrawn-in-part"

# How a name is in common, the surest first.
SYSTEM, VALUE, ADDRESS, LOCAL = "system", "value", "address", "local"

# What says that something was there before, and was wrong.
CORRECTING = frozenset({"amended", "corrected", "appended", "cancelled"})


@dataclass(frozen=True)
class Facts:
    """What tells one report from another.

    sender: who sent it, as a key; message: the message it came in.
    identifiers: as (system, value); addresses: where it stands for its sender; local: an id that may be used again.
    codes, results: keys of what was asked for, and of what was found. taken: when the sample was taken.
    """

    sender: str
    message: UUID
    identifiers: frozenset[tuple[str, str]] = frozenset()
    addresses: frozenset[str] = frozenset()
    local: str = ""
    codes: frozenset[str] = frozenset()
    results: frozenset[str] = frozenset()
    taken: ReceivedTime | None = None
    status: str = "final"

    def to_json(self) -> dict[str, Any]:
        """All but the sender and the message, which are kept beside it."""
        taken = self.taken
        return {
            "identifiers": sorted(map(list, self.identifiers)),
            "addresses": sorted(self.addresses),
            "local": self.local,
            "codes": sorted(self.codes),
            "results": sorted(self.results),
            "instant": taken.instant.astimezone(UTC).isoformat() if taken and taken.instant else None,
            "day": taken.day.isoformat() if taken and taken.day else None,
            "status": self.status,
        }

    @property
    def withdraws(self) -> bool:
        return self.status == ENTERED_IN_ERROR

    @property
    def names(self) -> frozenset[str]:
        """The names it can be found by: an identifier by its system and value and by its value alone."""
        found = {f"s|{system}|{value}" for system, value in self.identifiers if system}
        found |= {f"v|{value}" for _, value in self.identifiers}
        found |= {f"a|{address}" for address in self.addresses}
        # What is put to an address may have come before as a resource with that id.
        found |= {f"l|{one}" for one in (*self.addresses, self.local) if one and ":" not in one}
        return frozenset(map(short, found))


def from_json(kept: dict[str, Any], sender: str, message: UUID) -> Facts:
    """The facts that `to_json` was given."""
    instant, day = kept["instant"], kept["day"]
    taken = ReceivedTime(
        datetime.fromisoformat(instant) if instant else None, date.fromisoformat(day) if day else None
    )
    return Facts(
        sender,
        message,
        frozenset((system, value) for system, value in kept["identifiers"]),
        frozenset(kept["addresses"]),
        kept["local"],
        frozenset(kept["codes"]),
        frozenset(kept["results"]),
        taken if instant or day else None,
        kept["status"],
    )


@dataclass(frozen=True)
class Series:
    """A report that is known, with all of its versions.

    elsewhere: it is in somebody else's record. taken_back: a professional marked a version as entered by mistake.
    """

    id: UUID
    versions: tuple[Facts, ...]
    elsewhere: bool = False
    taken_back: bool = False


@dataclass(frozen=True)
class Identity:
    """What a report is. `series`: the one it is a version or the withdrawal of; `reasons`: why it waits."""

    what: str
    series: UUID | None = None
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Verdict:
    what: str
    reason: str = ""
    rank: tuple[int, int, int] = (0, 0, 0)


def sure_names(new: Facts) -> frozenset[str]:
    """The names it can be found by, an identifier with a system by nothing less."""
    bare = {f"v|{value}" for system, value in new.identifiers if not system}
    return frozenset(name for name in new.names if not name.startswith("v|") or name in set(map(short, bare)))


def facts(report: ReceivedReport, sender: str, message: UUID) -> Facts:
    """What tells this report from another."""
    named = [report.title] if not generic.is_generic(report.title) else []
    groups = {row.within for row in report.results}
    tests = [row for place, row in enumerate(report.results) if row.kind != NONE or place not in groups]
    return Facts(
        sender=sender,
        message=message,
        identifiers=frozenset((one.system, one.value) for one in report.identifiers if one.value),
        addresses=frozenset(report.addresses),
        local=report.local_id,
        codes=frozenset(_keys(report.codes)) | {f"n|{name_key(name)}" for name in named},
        results=frozenset(key for row in tests for key in _keys(row.codes, public=True))
        | {f"n|{name_key(row.name)}" for row in tests if row.name},
        taken=report.taken.known if report.taken else None,
        status=report.status,
    )


def identify(new: Facts, known: Sequence[Series], siblings: Sequence[Facts] = ()) -> Identity:
    """What `new` is.

    :param known: every series that has a name in common with it, whoever sent it and whoever it is about.
    :param siblings: the other reports of its message. Two reports of one message are never versions of each other.
    """
    found = [(series, verdict) for series in known if (verdict := _held_against(new, series))]
    takes = [(series, verdict) for series, verdict in found if verdict.what in (VERSION, WITHDRAWAL)]
    takes = [one for one in takes if not _better_sibling(*one, new, siblings)]
    if takes:
        best = max(verdict.rank for _, verdict in takes)
        first = [one for one in takes if one[1].rank == best]
        if len(first) > 1 or _equal_sibling(*first[0], new, siblings):
            return Identity(WAITS, reasons=(SEVERAL_REPORTS,))
        return Identity(first[0][1].what, first[0][0].id)
    reasons = dict.fromkeys(verdict.reason for _, verdict in found if verdict.what == WAITS)
    if new.withdraws and not reasons and any(_common(new, one) for one in siblings if not one.withdraws):
        reasons = {SHARED_NUMBER: None}  # it takes back a report that its own message brings
    return Identity(WAITS, reasons=tuple(reasons)) if reasons else Identity(ANOTHER)


def are_one(several: Sequence[Facts]) -> bool:
    """Whether what has a name in common is one report: nothing that any two of them say differs."""
    for place, one in enumerate(several):
        for other in several[:place]:
            same_sample = one.taken is None or other.taken is None or _same(one.taken, other.taken)
            code, results = _agree(one.codes, [other.codes]), _agree(one.results, [other.results])
            if code is False or results is False or not same_sample or one.message == other.message:
                return False
    return True


def related(new: Facts, series: Series) -> bool:
    """Whether they have a name in common: only then can one be a version of the other."""
    return any(_common(new, version) for version in series.versions)


def _held_against(new: Facts, series: Series) -> _Verdict | None:
    """What `new` is to one series; None where they have no name in common."""
    ways = [way for version in series.versions if (way := _common(new, version))]
    if not ways:
        return None
    how = min(ways, key=(SYSTEM, VALUE, ADDRESS, LOCAL).index)
    plain = not new.withdraws and new.status not in CORRECTING
    before = [one for one in series.versions if one.message != new.message]
    if len(before) < len(series.versions):
        # What it puts right was here before, and is not what its own message brought: whichever of them is read first.
        unknown = not plain and _agree(new.codes, [one.codes for one in before]) is False
        return _Verdict(WAITS, SHARED_NUMBER) if new.withdraws or unknown else _Verdict(ANOTHER)
    if series.elsewhere:
        return None if how == LOCAL else _Verdict(WAITS, MOVED)
    code = _agree(new.codes, [one.codes for one in series.versions])
    results = _agree(new.results, [one.results for one in series.versions])
    if code is False and results is not True and plain:
        return _Verdict(ANOTHER)
    if all(one.sender != new.sender for one in series.versions):
        return _Verdict(WAITS, OTHER_SENDER)
    if code is False or results is False:
        return _Verdict(WAITS, SHARED_NUMBER)
    taken = _same_time(new, series)
    if taken is False and how == LOCAL and plain:
        return _Verdict(ANOTHER)
    if taken is False and (how == LOCAL or plain):
        return _Verdict(WAITS, OTHER_SAMPLE)
    if series.taken_back:
        return _Verdict(WAITS, TAKEN_BACK)
    names = len(new.names & {name for one in series.versions for name in one.names})
    overlap = len(new.results & {key for one in series.versions for key in one.results})
    return _Verdict(
        WITHDRAWAL if new.withdraws else VERSION, "", (names, {True: 2, None: 1, False: 0}[taken], overlap)
    )


def _common(one: Facts, other: Facts) -> str:
    """How a name is in common; empty where none is."""
    if {pair for pair in one.identifiers if pair[0]} & other.identifiers:
        return SYSTEM
    if one.sender != other.sender:
        return ""
    bare = {value for system, value in one.identifiers if not system}
    bare_other = {value for system, value in other.identifiers if not system}
    values, values_other = ({value for _, value in side.identifiers} for side in (one, other))
    if bare & values_other or bare_other & values:
        return VALUE
    if one.identifiers and other.identifiers:
        return ""
    if one.addresses & (other.addresses | {other.local}) or other.addresses & {one.local}:
        return ADDRESS
    return LOCAL if one.local and one.local == other.local else ""


def _agree(mine: frozenset[str], theirs: Iterable[frozenset[str]]) -> bool | None:
    """Whether something is in common; None where one side says nothing."""
    known: frozenset[str] = frozenset().union(*theirs)
    return bool(mine & known) if mine and known else None


def _same_time(new: Facts, series: Series) -> bool | None:
    times = [one.taken for one in series.versions if one.taken]
    if new.taken is None or not times:
        return None
    return any(_same(new.taken, time) for time in times)


def _same(one: ReceivedTime, other: ReceivedTime) -> bool:
    if one.instant and other.instant:
        return one.instant == other.instant
    days = [time.day or (time.instant.date() if time.instant else None) for time in (one, other)]
    # Where one is a day alone, the other's day depends on whose clock it is told by.
    return days[0] is not None and days[1] is not None and abs((days[0] - days[1]).days) <= 1


def _better_sibling(series: Series, mine: _Verdict, new: Facts, siblings: Sequence[Facts]) -> bool:
    """Whether another report of the message is nearer to the series, or takes it back: then this is another report."""
    for one in siblings:
        theirs = _held_against(one, series)
        if theirs is None or theirs.what not in (VERSION, WITHDRAWAL):
            continue
        if theirs.what != mine.what:
            if theirs.what == WITHDRAWAL:
                return True
        elif theirs.rank > mine.rank:
            return True
    return False


def _equal_sibling(series: Series, mine: _Verdict, new: Facts, siblings: Sequence[Facts]) -> bool:
    return any(_held_against(one, series) == mine for one in siblings)


def _keys(codes: Iterable[Coding], *, public: bool = False) -> set[str]:
    """Keys of codes and their names.

    :param public: codes only of terminologies that everybody shares; a laboratory's own may stand for many ("NOCODE").
    """
    found = set()
    for one in codes:
        if one.code and one.code not in generic.CODES and (not public or one.system in SHARED_SYSTEMS):
            found.add(f"c|{one.system}|{one.code}")
        found |= {
            f"n|{name_key(name)}" for name in (one.display, one.text) if name and not generic.is_generic(name)
        }
    return found
