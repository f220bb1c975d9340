"""A report's results as the laboratory grouped them. Pure: plain lines in, groups out in the order they are read."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar
from uuid import UUID

# Headings go no deeper than h6: the report's title is h1, its first groups are h2.
FIRST, DEEPEST = 2, 6


class Placed(Protocol):
    """A result in a report: `within_id` is the group it stands in."""

    @property
    def id(self) -> UUID: ...
    @property
    def within_id(self) -> UUID | None: ...


T = TypeVar("T", bound=Placed)


@dataclass(frozen=True)
class Group(Generic[T]):
    """Results that stand together. `head` is the group's own result; None for those that stand in none.

    `level`: of its heading, 2 to 6. `rest`: comes after a group, though it stands in none.
    """

    head: T | None
    level: int
    lines: tuple[T, ...]
    rest: bool = False


def grouped(lines: Sequence[T]) -> list[Group[T]]:
    """The groups of a report in the order sent, flat; each has the results directly in it, and those deeper follow.

    Results in no group are kept together in runs, so that none seems to belong to the group before it. One whose group
    is not among `lines`, or would hold itself, counts as in none: nothing is ever left out.
    """
    known = {line.id: line for line in lines}
    below: dict[UUID | None, list[T]] = {}
    for line in lines:
        below.setdefault(_parent(line, known), []).append(line)
    found: list[Group[T]] = []
    alone: list[T] = []

    def end_run() -> None:
        if alone:
            found.append(Group(None, FIRST, tuple(alone), rest=bool(found)))
            alone.clear()

    for top in below.get(None, []):
        if top.id not in below:
            alone.append(top)
            continue
        end_run()
        waiting = [(top, FIRST)]
        while waiting:
            head, level = waiting.pop()
            inside = below[head.id]
            found.append(Group(head, level, tuple(line for line in inside if line.id not in below)))
            deeper = [(line, min(level + 1, DEEPEST)) for line in inside if line.id in below]
            waiting.extend(reversed(deeper))
    end_run()
    return found


def heads(lines: Sequence[Placed]) -> set[UUID]:
    """The ids of what is a group: something stands in it."""
    return {line.within_id for line in lines if line.within_id is not None}


def _parent(line: T, known: dict[UUID, T]) -> UUID | None:
    """The group a line stands in; None where following the groups upwards does not end."""
    passed, step = {line.id}, line.within_id
    while step is not None and step in known:
        if step in passed:
            return None
        passed.add(step)
        step = known[step].within_id
    return line.within_id if line.within_id in known else None
