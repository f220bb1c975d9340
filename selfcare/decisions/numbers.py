"""What was told of the options, read as people write it: so many of so many, or words. Pure.

Numbers of one row are out of the same, or nobody could hold one against the other. Nothing is worked out here: a number
that was told out of a thousand is not made one out of a hundred.
"""

import re
from collections.abc import Mapping
from typing import Any

from selfcare.web.digits import BadNumber, read_number, western

MOST = 1_000_000
# 45 of 100; 45 out of 100; 45 in 100; 45/100; 45 o bob 100, 45 allan o 100. And in Urdu: 100 میں سے 45.
_SIGNED = r"\d[\d.,٬٫'’\s]*"
_OF = re.compile(
    rf"({_SIGNED})(?:\bout of\b|\bof\b|\bin\b|\ballan o\b|\bo bob\b|\bo\b)\s*({_SIGNED})(\D.*)?", re.I
)
_OF_FIRST = re.compile(rf"({_SIGNED})میں سے\s*({_SIGNED})(\D.*)?")
_OVER = re.compile(rf"({_SIGNED})/\s*({_SIGNED})")  # all of the cell, or it is a day or a dose
_PERCENT = re.compile(rf"({_SIGNED})(?:%|٪)")
_ALONE = re.compile(_SIGNED)

Cell = dict[str, Any]  # {"n": 45, "tail": "days"} or {"text": "You meet people"}


class Wrong(ValueError):
    """A cell that cannot stand beside the others. `why`: same, more, nothing or whole; `cell`: which, None for `of`."""

    def __init__(self, why: str, cell: str | None, of: int | None = None) -> None:
        super().__init__(why)
        self.why, self.cell, self.of = why, cell, of


def read(cells: Mapping[str, str], of: str) -> tuple[dict[str, Cell], int | None]:
    """The cells of a row by option, without those that say nothing, and what its numbers are out of.

    What stands alone in its row is held against nothing, and stays as it was typed, unless what it is out of is said.

    :param of: what was typed as that, for the whole row. :raises Wrong:
    """
    said = {option: typed.strip() for option, typed in cells.items() if typed.strip()}
    if not of.strip() and sum(_counts(text) for text in said.values()) < 2:
        return {option: {"text": text} for option, text in said.items()}, None
    whole = _whole(of, None) if of.strip() else None
    found: dict[str, Cell] = {}
    outs: dict[str, int] = {}
    alone = []
    for option, text in said.items():
        number, out, tail = _parts(text, option)
        if number is None:
            found[option] = {"text": text}
        else:
            found[option] = {"n": number, "tail": tail, "text": text}
            if out is None:
                alone.append(option)
            else:
                outs[option] = out
    if whole is None and not outs:
        return {option: {"text": one["text"]} for option, one in found.items()}, None
    base = whole if whole is not None else next(iter(outs.values()))
    for option, out in outs.items():
        if out != base:
            raise Wrong("same", option, base)
    if alone and whole is None:
        raise Wrong("same", alone[0], base)
    for option, one in found.items():
        if "n" in one and one["n"] > base:
            raise Wrong("more", option, base)
        if "n" in one:
            del one["text"]
    return found, base if any("n" in one for one in found.values()) else None


def _parts(text: str, option: str) -> tuple[int | None, int | None, str]:
    plain = western(text)
    if said := _OF.fullmatch(plain):
        if not _is_tail(said[3]):
            return None, None, ""
        return _whole(said[1], option, nothing=True), _whole(said[2], option), (said[3] or "").strip()
    if said := _OF_FIRST.fullmatch(plain):
        if not _is_tail(said[3]):
            return None, None, ""
        return _whole(said[2], option, nothing=True), _whole(said[1], option), (said[3] or "").strip()
    if said := _OVER.fullmatch(plain):
        number, out = _whole(said[1], option, nothing=True), _whole(said[2], option)
        return (number, out, "") if number <= out else (None, None, "")  # 120/80 is no part of anything
    if said := _PERCENT.fullmatch(plain):
        return _whole(said[1], option, nothing=True), 100, ""
    if _ALONE.fullmatch(plain):
        try:
            return _whole(plain, option, nothing=True), None, ""
        except Wrong:
            return None, None, ""  # 2.5 is a number of something, and stands as it was told
    return None, None, ""


def _counts(text: str) -> bool:
    """Whether it reads as so many of so many, or would if its numbers were whole."""
    try:
        return _parts(text, "")[0] is not None
    except Wrong:
        return True


def _is_tail(text: str | None) -> bool:
    """Whether what follows is of what is counted: 45 of 100 *people*. Another number makes all of it a sentence."""
    tail = (text or "").strip()
    return not tail or (tail[0].isalpha() and not any(each.isdigit() for each in tail))


def _whole(text: str, option: str | None, *, nothing: bool = False) -> int:
    try:
        number = read_number(text, whole=True)
    except BadNumber:
        raise Wrong("whole", option) from None
    if number != int(number) or number > MOST:
        raise Wrong("whole", option)
    if number == 0 and not nothing:
        raise Wrong("nothing", option)
    return int(number)
