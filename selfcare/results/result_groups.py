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
    """Results that stand together. `head` is the result they stand in; None for those that stand in none.

    `level`: of its heading, 2 to 6. `rest`: comes after a group that stands within, or though it stands in none.
    """

    head: T | None
    level: int
    lines: tuple[T, ...]
    rest: bool = False


def grouped(lines: Sequence[T]) -> list[Group[T]]:
    """The groups of a report, flat, so that all results stand in the order they were sent.

    Where a group stands between the results of another, or between those in none, what comes after it is a group of its
    own (`rest`), so that none seems to belong to the group before it. One whose group is not among `lines`, or would
    hold itself, counts as in none: nothing is ever left out.
    """
    known = {line.id: line for line in lines}
    below: dict[UUID | None, list[T]] = {}
    for line in lines:
        below.setdefault(_parent(line, known), []).append(line)
    found: list[Group[T]] = []
    # What is still to be placed, the next one last: a group to open, or a run of plain results in one.
    waiting: list[tuple[T | None, int, tuple[T, ...], bool]] = []

    def open_group(head: T | None, level: int) -> None:
        inside = below.get(head.id if head else None, [])
        parts: list[tuple[T | None, int, tuple[T, ...], bool]] = []
        run: list[T] = []
        for line in inside:
            if line.id in below:
                parts += [(head, level, tuple(run), True)] if run else []
                parts.append((line, min(level + 1, DEEPEST) if head else FIRST, (), False))
                run = []
            else:
                run.append(line)
        parts += [(head, level, tuple(run), True)] if run else []
        first: tuple[T, ...] = ()
        if parts and parts[0][3]:
            first = parts.pop(0)[2]
        if head is not None or first:
            found.append(Group(head, level, first))
        waiting.extend(reversed(parts))

    open_group(None, FIRST)
    while waiting:
        head, level, run, is_run = waiting.pop()
        if is_run:
            found.append(Group(head, level, run, rest=True))
        else:
            open_group(head, level)
    return found


def _parent(line: T, known: dict[UUID, T]) -> UUID | None:
    """The group a line stands in; None where following the groups upwards does not end."""
    passed, step = {line.id}, line.within_id
    while step is not None and step in known:
        if step in passed:
            return None
        passed.add(step)
        step = known[step].within_id
    return line.within_id if line.within_id in known else None
