"""How words and numbers were folded for a search when migrations 0014 and 0023 were written: a copy that stays as it
is, so that an old database comes out the same whatever the app has learned since. Pure."""

import re
import unicodedata
from decimal import Decimal

_LETTERS = str.maketrans(
    {
        "ø": "o", "ł": "l", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe", "þ": "th", "ı": "i", "ħ": "h", "ŋ": "n",
        "ي": "ی", "ى": "ی", "ك": "ک", "ه": "ہ",
    }
)  # fmt: skip
_APOSTROPHES = frozenset("'`´‘’‚‛′ʹʻʼʽʾʿˈ＇")
_SIGNS = str.maketrans({"،": ",", "−": "-", "٬": " ", "'": " ", "’": " "})
_NUMBER = re.compile(r"-?\d{1,9}(\.\d{1,6})?")
_GROUPED = re.compile(
    r"-?[1-9]\d{0,2}(?:(?: \d{3})+(?:[.,٫]\d+)?|(?:,\d{3})+\.\d+|(?:\.\d{3})+,\d+|(?:,\d{3}){2,}|(?:\.\d{3}){2,})"
)
_EITHER = re.compile(r"(-?[1-9]\d{0,2})([.,])(\d{3})")


def fold(text: str) -> str:
    """Text as it is searched."""
    apart = unicodedata.normalize("NFKD", text).casefold()
    apart = unicodedata.normalize("NFKD", apart.translate(_LETTERS))
    return " ".join(_western("".join(map(_sign, apart))).split())


def number(text: str, *, whole: bool) -> Decimal | None:
    """One number as typed; None for what is not one, or may be two. `whole`: counted in whole numbers."""
    spaced = "".join(
        " " if unicodedata.category(c) == "Zs" else c for c in _western(text.strip()).translate(_SIGNS)
    )
    if _GROUPED.fullmatch(spaced):
        last = max(spaced.rfind(sign) for sign in ".,٫")
        parted = last >= 0 and spaced.count(spaced[last]) == 1
        digits, rest = (spaced[:last], spaced[last + 1 :]) if parted else (spaced, "")
        spaced = re.sub(r"[ .,]", "", digits) + (f".{rest}" if parted else "")
    elif either := _EITHER.fullmatch(spaced):
        if not whole and either[2] == ",":
            return None
        spaced = either[1] + either[3] if whole else f"{either[1]}.{either[3]}"
    spaced = spaced.replace(",", ".").replace("٫", ".")
    return Decimal(spaced) if _NUMBER.fullmatch(spaced) else None


def _western(text: str) -> str:
    kinds = ((c, unicodedata.category(c)) for c in text)
    return "".join(str(unicodedata.digit(c)) if kind == "Nd" else c for c, kind in kinds if kind != "Cf")


def _sign(c: str) -> str:
    if c in _APOSTROPHES or unicodedata.combining(c):
        return ""
    category = unicodedata.category(c)
    if category == "Pd":
        return " "
    return "" if category in ("Cf", "Cc") and not c.isspace() else c
