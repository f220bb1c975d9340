"""Numbers as people type them: comma or point, any script's digits, kept as typed with the number beside."""

import re
import unicodedata
from decimal import Decimal

# Typographic signs people's keyboards give; ٫ is the decimal sign of Arabic digits and never groups, ٬ only groups.
_SIGNS = str.maketrans({"،": ",", "−": "-", "٬": " ", "'": " ", "’": " "})
_NUMBER = re.compile(r"-?\d{1,9}(\.\d{1,6})?")
# 10 000 and 10'000; 1,234.5 and 1.234,5; 1,000,000: here only the grouping can be meant.
_GROUPED = re.compile(
    r"-?[1-9]\d{0,2}(?:(?: \d{3})+(?:[.,٫]\d+)?|(?:,\d{3})+\.\d+|(?:\.\d{3})+,\d+|(?:,\d{3}){2,}|(?:\.\d{3}){2,})"
)
# 1,500: one sign and three digits. Fifteen hundred, or one and a half?
_EITHER = re.compile(r"(-?[1-9]\d{0,2})([.,])(\d{3})")


class BadNumber(ValueError):
    """Text that is not one number, or one larger than a record keeps."""


class Ambiguous(BadNumber):
    """Text that is one of two numbers. They stand in `grouped` and `parted`, as 1500 and 1.5."""

    def __init__(self, grouped: str, parted: str) -> None:
        super().__init__()
        self.grouped, self.parted = grouped, parted


def western(text: str) -> str:
    """The text with every decimal digit as 0 to 9, ١٢ and ۱۲ as 12, without the unseen marks of a paste."""
    kinds = ((c, unicodedata.category(c)) for c in text)
    return "".join(str(unicodedata.digit(c)) if kind == "Nd" else c for c, kind in kinds if kind != "Cf")


def read_number(text: str, *, whole: bool = False) -> Decimal:
    """One number: `71,4`, `71.4`, `۷۱٫۴`, `10 000`, `1,234.5`.

    :param whole: it is counted in whole numbers, so that a sign before three digits groups: `10,000` is ten thousand.
    :raises Ambiguous: for a comma before three digits where it is not, or may not be, counted so.
    :raises BadNumber: when it is not one plain number of at most nine digits and six decimals.
    """
    plain = _spaces(western(text.strip()).translate(_SIGNS))
    if _GROUPED.fullmatch(plain):
        digits, sign, rest = _parted(plain)
        plain = re.sub(r"[ .,]", "", digits) + (f".{rest}" if sign else "")
    elif either := _EITHER.fullmatch(plain):
        grouped = either[1] + either[3]
        if not whole and either[2] == ",":
            raise Ambiguous(grouped, f"{either[1]}.{either[3]}".rstrip("0").rstrip("."))
        plain = grouped if whole else f"{either[1]}.{either[3]}"
    plain = plain.replace(",", ".").replace("٫", ".")
    if not _NUMBER.fullmatch(plain):
        raise BadNumber
    return Decimal(plain)


def _spaces(text: str) -> str:
    """Every kind of space as one plain one: keyboards and other programs group with narrow ones."""
    return "".join(" " if unicodedata.category(c) == "Zs" else c for c in text)


def _parted(grouped: str) -> tuple[str, str, str]:
    """A grouped number before and after its decimal sign: the last one, where it stands there once."""
    last = max(grouped.rfind(sign) for sign in ".,٫")
    if last < 0 or grouped.count(grouped[last]) > 1:
        return grouped, "", ""
    return grouped[:last], grouped[last], grouped[last + 1 :]
