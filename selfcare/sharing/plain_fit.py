"""A text of so many characters at most: what is cut, and in which order, and that it says so."""

from collections.abc import Collection, Sequence

from flask_babel import gettext

from selfcare import i18n

MOST = 4_000  # characters
SHORTEST = 80
LEAST = 150  # of a part: its title, and that there is more


def fit(blocks: Sequence[str], most: int, firm: Collection[str] = ()) -> list[str]:
    """The blocks in at most so many characters: the longest lose their last lines; the first and the last stay.

    :param firm: the titles of blocks that lose some only where the others have next to nothing left to lose.
    """
    if len("\n\n".join(blocks)) <= most:
        return list(blocks)
    head, *inside, end = blocks
    short = gettext("Not all of it fits into %(number)s characters. The page has all of it.", number=MOST)
    room = most - len("\n\n".join([head, short, end])) - 2 * len(inside)
    firmly = [one for one in inside if one.partition("\n")[0] in firm]
    others = [one for one in inside if one not in firmly]
    least = min(LEAST, _cap(inside, room))
    cap = max(least, _cap(others, room - sum(map(len, firmly))))
    last = _cap(firmly, room - sum(min(len(one), cap) for one in others))
    return [head, short, *(_cut(one, last if one in firmly else cap) for one in inside), end]


def beside_in_half(lines: Sequence[str]) -> list[str]:
    """What stands before the summary, in half of the room at most: where it is longer, it says that there is more."""
    cap = _cap(lines, MOST // 2)
    more = " " + gettext("(More of this is on the page.)")
    return [
        line if len(line) <= cap else i18n.beginning(line, cap - len(more) - 3).rstrip("…") + "..." + more
        for line in lines
    ]


def _cap(texts: Sequence[str], room: int) -> int:
    """How long each may be, so that all of them fit into so many characters."""
    sizes = (size for size in range(room + 1) if sum(min(len(one), size) for one in texts) <= room)
    return max(sizes, default=0)


def _cut(block: str, size: int) -> str:
    if len(block) <= size:
        return block
    more = "  " + gettext("(More of this is on the page.)")
    kept: list[str] = []
    left = size - len(more)
    for line in block.split("\n"):
        if len(line) + 1 > left:
            if len(kept) == 1 and left > SHORTEST:  # one long paragraph
                kept.append("  " + i18n.beginning(line, left - 4).rstrip("…") + "...")
            break
        kept.append(line)
        left -= len(line) + 1
    return "\n".join([*kept, more])
