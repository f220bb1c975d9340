"""Whether two family names are plainly two people's. Pure, and the same for every script.

A name is folded (case, accents, apostrophes) and split into parts at spaces and hyphens. Two names can be one person's
when they have a part in common, or all their letters, or a part of five letters or more that differs in one slip of
typing (a letter more, less, other, or two swapped). Particles such as *van* or *de la* are no part of their own.
Anything else is plainly another name.
"""

import unicodedata
from collections.abc import Iterable

from selfcare.web.folding import LETTERS

# What stands before a name in many families, and says nothing about which one it is.
_PARTICLES = frozenset((
    "ab", "al", "ap", "ben", "bin", "bint", "da", "dal", "das", "de", "del", "della", "den", "der", "di", "do", "dos",
    "du", "e", "el", "es", "i", "ibn", "la", "las", "le", "los", "of", "saint", "san", "santa", "st", "ten", "ter",
    "van", "vom", "von", "y", "zu", "zur",
))  # fmt: skip
_MAC = ("mac", "mc")
SLIP_FROM = 5


def plainly_another(said: Iterable[str], known: Iterable[str]) -> bool:
    """Whether none of the names that were said can be one of those known. Empty names are no names."""
    ours = [parts(name) for name in known]
    return not any(_one(theirs, mine) for theirs in map(parts, said) for mine in ours)


def parts(name: str) -> frozenset[str]:
    """The parts of a family name that tell families apart, and all of its letters in a row."""
    words = _words(name)
    telling = [word for word in words if word not in _PARTICLES]
    # What is nothing but particles is a name all the same: Mr Van, Ms Le.
    found = set(telling or words)
    if len(words) > 1:
        found.add("".join(words))
    return frozenset(found)


def first(given: str) -> str:
    """The first of somebody's given names, folded; empty without one."""
    words = _words(given)
    return words[0] if words else ""


def _words(name: str) -> list[str]:
    folded = unicodedata.normalize("NFKD", name.casefold().translate(LETTERS)).casefold()
    letters = "".join(_letter(c) for c in folded if not unicodedata.combining(c))
    words = letters.split()
    joined: list[str] = []
    for word in words:
        if joined and joined[-1] in ("o", *_MAC):
            joined[-1] += word  # O Neill, Mc Donald
        else:
            joined.append(word)
    return [_mac(word) for word in joined]


def _letter(c: str) -> str:
    """The letter itself (vowel signs are letters too), a space where it parts a name, nothing for an apostrophe."""
    if c.isalnum() or unicodedata.category(c)[0] == "M":
        return c
    return " " if c.isspace() or unicodedata.category(c) == "Pd" or c in "/,.+&" else ""


def _mac(word: str) -> str:
    return "mc" + word[3:] if word.startswith("mac") and len(word) > 5 else word


def _one(theirs: frozenset[str], ours: frozenset[str]) -> bool:
    if theirs & ours:
        return True
    return any(
        min(len(one), len(other)) >= SLIP_FROM and _one_slip(one, other) for one in theirs for other in ours
    )


def _one_slip(one: str, other: str) -> bool:
    """Whether a letter more, less or other, or two neighbours swapped, makes one word of the other."""
    short, long = sorted((one, other), key=len)
    if len(long) - len(short) > 1:
        return False
    n = next((n for n, letter in enumerate(short) if letter != long[n]), len(short))
    if len(short) < len(long):
        return short[n:] == long[n + 1 :]
    return short[n + 1 :] == long[n + 1 :] or (
        short[n : n + 2] == long[n : n + 2][::-1] and short[n + 2 :] == long[n + 2 :]
    )
