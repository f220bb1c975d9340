"""What is new in a summary, or different, since the one before it that still stands: of what its reader sees alone.

Nothing is said of what is in it no longer, be it an item or a part of one, such as the check-in of a goal: it may have
become *only me*, and that leaves no trace.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import zip_longest
from typing import Any

from flask_babel import gettext, pgettext

from selfcare import i18n
from selfcare.sharing import snapshot, words, written

NEW, CHANGED = "new", "changed"
# What of an item is compared; of the others that are in a list, all.
_SAYS = {
    "questions": ("text", "why"),
    "goals": ("text", "why", "checked", "how", "note", "sure", "next"),
    "agreed": ("what", "who", "by", "on", "closed", "state"),
    "views": ("theirs", "mine"),
    "stays": ("place", "came_on", "left_on", "planned", "note"),
    "results": ("status",),
    **dict.fromkeys(written.PARTS, ("facts",)),
}

Body = Mapping[str, Any]


@dataclass(frozen=True)
class Changes:
    """Since when (`wall`, where the person lives), what of each section, and how each item is marked, by its id.

    `wall` is None where there is no summary before it.
    """

    wall: datetime | None = None
    counts: dict[str, int] = field(default_factory=dict)  # 0: its words are different, and nothing is counted
    marks: dict[str, str] = field(default_factory=dict)

    def mark(self, item_id: Any) -> str:
        """What is said beside an item; empty where it stood there before as it is."""
        said = {NEW: pgettext("in a summary", "New"), CHANGED: pgettext("in a summary", "Changed")}
        return said.get(self.marks.get(str(item_id), ""), "")

    def line(self, name: str) -> str:
        """All of it in a sentence; empty where there is no summary before. :param name: what the person is called."""
        if self.wall is None:
            return ""
        moment = i18n.moment(self.wall, year=True)
        if not self.counts:
            return gettext("Nothing here is new since the summary of %(moment)s.", moment=moment)
        parts = [
            gettext("%(part)s (%(number)s)", part=words.section(code, name), number=number)
            if number
            else words.section(code, name)
            for code, number in sorted(self.counts.items(), key=lambda one: snapshot.SECTIONS.index(one[0]))
        ]
        listed = i18n.comma().join(parts)
        return gettext(
            "New or changed since the summary of %(moment)s: %(list)s.", moment=moment, list=listed
        )


def since(body: Body, before: Body, wall: datetime) -> Changes:
    """Compare what a reader sees with what was shared before."""
    found = Changes(wall)
    if "matters" in body["sections"] and _differs(_matters(body), _matters(before)):
        found.counts["matters"] = 0
    for section, says in _SAYS.items():
        _compare(found, section, list(_said(body, section, says)), dict(_said(before, section, says)))
    if "been" in body["sections"]:
        _been(found, body["been"], before.get("been") or {})
    return found


def _matters(body: Body) -> list[Any]:
    return [body.get("matters"), [one["text"] for one in body.get("matters_told") or ()]]


def _been(found: Changes, been: Body, before: Body) -> None:
    entries, earlier = list(_entries(been)), dict(_entries(before))
    own = ("words", "words_told")
    if _differs([been.get(name) for name in own], [before.get(name) for name in own]):
        found.counts["been"] = 0
    _compare(found, "been", entries, earlier)


def _entries(been: Body) -> Iterator[tuple[str, Any]]:
    notes = (been.get("notes") or {}).get("notes", ())
    for one in notes:
        yield one["id"], (one["text"], one["tried"])
    known = {one["id"] for one in notes}
    for tracker in been.get("trackers", ()):
        for reading in tracker["readings"]:
            if reading.get("id") and reading["id"] not in known:
                yield reading["id"], ()


def _said(body: Body, section: str, says: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    if section in body["sections"]:
        for one in body.get(section, ()):
            if one.get("id"):
                yield one["id"], [one.get(name) for name in says]


def _compare(found: Changes, section: str, now: list[tuple[str, Any]], before: Mapping[str, Any]) -> None:
    marks = {known: NEW for known, _ in now if known not in before}
    marks |= {known: CHANGED for known, said in now if known in before and _differs(said, before[known])}
    if marks:
        found.marks.update(marks)
        found.counts[section] = found.counts.get(section, 0) + len(marks)


def _differs(said: Sequence[Any], before: Sequence[Any]) -> bool:
    """Whether anything is said now that was not before."""
    return any(one and one != other for one, other in zip_longest(said, before))
