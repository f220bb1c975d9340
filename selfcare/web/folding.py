"""One folding for all searches: what people type finds what was written, however either was spelled. Pure."""

import re
import unicodedata

from selfcare.web.digits import western

# Letters that do not fall apart into a letter and an accent; and the ways one letter of Urdu is written by keyboards
# for Arabic.
LETTERS = str.maketrans(
    {
        "ø": "o", "ł": "l", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe", "þ": "th", "ı": "i", "ħ": "h", "ŋ": "n",
        "ي": "ی", "ى": "ی", "ك": "ک", "ه": "ہ",
    }
)  # fmt: skip
# Signs inside a word that nobody types the same way twice: apostrophes, and what stands in for them.
_APOSTROPHES = frozenset("'`´‘’‚‛′ʹʻʼʽʾʿˈ＇")


def fold(text: str) -> str:
    """Text as it is searched: O’Brien is obrien, Łukasz lukasz, straße strasse, Zoë zoe (composed or not), ١٢ is 12.

    Dashes are spaces, and runs of white space are one; every other sign stays, so that 71.4 is not 714. Apply it to
    both what is sought and what is searched.
    """
    apart = unicodedata.normalize("NFKD", text).casefold()
    apart = unicodedata.normalize("NFKD", apart.translate(LETTERS))
    return " ".join(western("".join(map(_sign, apart))).split())


def words(text: str) -> list[str]:
    """The words of a folded text: letters and digits only."""
    return re.findall(r"\w+", fold(text))


def _sign(c: str) -> str:
    if c in _APOSTROPHES or unicodedata.combining(c):
        return ""
    category = unicodedata.category(c)
    if category == "Pd":
        return " "
    return "" if category in ("Cf", "Cc") and not c.isspace() else c
