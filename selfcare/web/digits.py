"""Numbers as people type them: comma or point, any script's digits, kept as typed with the number beside."""

import re
import unicodedata
from decimal import Decimal

# ASCII, Arabic, and typographic signs people's keyboards give for a decimal point.
_POINT = str.maketrans({",": ".", "٫": ".", "،": ".", "−": "-"})
_NUMBER = re.compile(r"-?\d{1,9}(\.\d{1,6})?")


class BadNumber(ValueError):
    """Text that is not one number, or one larger than a record keeps."""


def western(text: str) -> str:
    """The text with every decimal digit as 0 to 9: ١٢ and ۱۲ become 12."""
    return "".join(str(unicodedata.digit(c)) if unicodedata.category(c) == "Nd" else c for c in text)


def read_number(text: str) -> Decimal:
    """One number: `71,4`, `71.4`, `۷۱٫۴`.

    :raises BadNumber: when it is not one plain number of at most nine digits and six decimals.
    """
    plain = western(text.strip()).translate(_POINT)
    if not _NUMBER.fullmatch(plain):
        raise BadNumber
    return Decimal(plain)
