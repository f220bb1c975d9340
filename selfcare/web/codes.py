"""Codes and numbers that people copy from a letter or a phone: folded once, the same wherever one is typed."""

import unicodedata

from selfcare.web.digits import western

# Spaces, dashes, and what cannot be seen: direction marks, joiners, soft hyphens, variation selectors.
_LEFT_OUT = frozenset({"Zs", "Zl", "Zp", "Pd", "Cf", "Cc", "Mn", "Me"})
_DASHES = frozenset("−⁃·")  # signs that stand for a dash, and are none by their kind


def fold(typed: str) -> str:
    """A code as compared: capitals, any script's digits as 0 to 9, no spaces, dashes or invisible marks."""
    text = western(unicodedata.normalize("NFKC", typed)).upper()
    return "".join(c for c in text if unicodedata.category(c) not in _LEFT_OUT and c not in _DASHES)
