"""In which words two texts differ. Pure."""

import re
from difflib import SequenceMatcher

_WORD = re.compile(r"\S+\s*")
MOST = 2_000  # words: above that the whole is old or new

Piece = tuple[bool, str]  # whether it differs, and the words


def pieces(old: str, new: str) -> tuple[list[Piece], list[Piece]]:
    """Both texts in pieces: of the old one, what goes; of the new one, what comes."""
    before, after = _WORD.findall(old), _WORD.findall(new)
    if len(before) + len(after) > MOST:
        return [(True, old)], [(True, new)]
    plain = SequenceMatcher(None, [word.strip() for word in before], [word.strip() for word in after], False)
    left: list[Piece] = []
    right: list[Piece] = []
    for tag, from_1, to_1, from_2, to_2 in plain.get_opcodes():
        differs = tag != "equal"
        left += [(differs, "".join(before[from_1:to_1]))] if to_1 > from_1 else []
        right += [(differs, "".join(after[from_2:to_2]))] if to_2 > from_2 else []
    return left, right
