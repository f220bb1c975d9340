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


def tel(number: str) -> str:
    """The link for a number: other scripts' digits folded, the (0) of +44 (0)20 left out, an extension after a pause.

    Of several numbers in one text it dials the first.
    """
    plain = western(unicodedata.normalize("NFKC", number))
    plain = "".join(c for c in plain if unicodedata.category(c) != "Cf")
    found = _NUMBER.search(plain)
    if found is None:
        return "tel:"
    written = found[0]
    if written.startswith(("+", "00")):
        written = re.sub(r"\(\s*0\s*\)", "", written)
    digits = re.sub(r"[^\d+]", "", written)
    extension = _EXTENSION.match(plain, found.end())
    return f"tel:{digits}{',' + extension[1] if extension else ''}"
