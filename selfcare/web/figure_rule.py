"""What may be said of a count so that it gives away fewer than five people to nobody. Pure; decisions
0065 and 0070.

Whatever is said is a multiple of five. So is each sum and each difference of what is said, over rows, months, languages
and days on which somebody looked: none of them is one, two, three or four people.
"""

from dataclasses import dataclass

FEWEST = 5


@dataclass(frozen=True)
class Count:
    """What was counted of one thing in one month.

    `part` of `whole`, in visits, questions or whatever it is; no whole, where it is a part of nothing. `people`: whose
    the part is. `others`: of whom something is in the rest.
    """

    part: int
    whole: int | None
    people: int
    others: int


@dataclass(frozen=True)
class Said:
    """What may be said of it. No `part`: fewer than five. No `whole`: it is a part of nothing, or too few are left."""

    part: int | None = None
    whole: int | None = None


NOTHING = Said()


def said(count: Count) -> Said:
    """What may be said of a count.

    The part only where it is of five people or more; what it is a part of only where the rest is so too, or the one
    taken from the other would say how many are left.
    """
    if count.people < FEWEST:
        return NOTHING
    if count.whole is None or count.others < FEWEST:
        return Said(_fives(count.part))
    return Said(_fives(count.part), _fives(count.whole))


def people(number: int) -> int | None:
    """How many people may be said to have said something: to the nearest five; None for fewer than five."""
    return said(Count(number, None, number, 0)).part


def _fives(number: int) -> int:
    """The multiple of five that is nearest: 28 to 32 are 30."""
    return (number + FEWEST // 2) // FEWEST * FEWEST
