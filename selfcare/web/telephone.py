"""Telephone numbers as people write them, and the link that dials one (RFC 3966). Pure."""

import re
import unicodedata

from selfcare.web.digits import western

# The first number of a text, with the signs people put between its digits.
_NUMBER = re.compile(r"\+?[ (]*\d[\d\s().\-‐-―]*")
# What they write before an extension; a comma is a pause, after which a phone dials on.
_EXTENSION = re.compile(
    r"\s*[,;(]?\s*(?:extension|extn|ext|estyniad|est|ایکسٹینشن|x|#|,)[.:=]*\s*(\d{1,8})", re.IGNORECASE
)

_LEAST = 5  # digits; "Ward 7" is no number to dial, unless nothing else is there
_SHORT = frozenset({"999", "112", "111", "119", "101", "105"})  # those that are shorter
# By how a number begins, its signs: national ones, and those of this country from abroad.
_MOST = {"+44": 13, "0044": 14, "00": 17, "0": 11}


def tel(number: str) -> str:
    """The link for a number: other scripts' digits folded, the (0) of +44 (0)20 left out, an extension after a pause.

    Of several numbers in one text it dials the first that is long enough for one. Hours that stand right behind it are
    not dialled: a number has eleven digits at most here, and a "+" before its country adds one.
    """
    plain = western(unicodedata.normalize("NFKC", number))
    plain = "".join(c for c in plain if unicodedata.category(c) != "Cf")
    written_ones = list(_NUMBER.finditer(plain))
    if not written_ones:
        return "tel:"
    found = next((one for one in written_ones if len(re.findall(r"\d", one[0])) >= _LEAST), written_ones[0])
    written = found[0]
    if written.startswith(("+", "00")):
        written = re.sub(r"\(\s*0\s*\)", "", written)
    digits = re.sub(r"[^\d+]", "", written)
    if most := next((most for start, most in _MOST.items() if digits.startswith(start)), None):
        digits = digits[:most]
    extension = _EXTENSION.match(plain, found.end())
    return f"tel:{digits}{',' + extension[1] if extension else ''}"


def dial(text: str) -> list[tuple[str, str | None]]:
    """Whom to call, line by line, each with the link that dials its number, where it has one."""
    found = []
    for line in text.splitlines():
        link = tel(line)
        digits = link.removeprefix("tel:").lstrip("+").split(",")[0]
        found.append((line, link if len(digits) >= _LEAST or digits in _SHORT else None))
    return found
