"""A list as a file that a spreadsheet opens: CSV as RFC 4180 has it, in UTF-8 with its mark, or Excel guesses."""

import csv
from collections.abc import Iterable
from io import StringIO

from flask import Response

# What a spreadsheet takes for a formula at the start of a cell, also behind blanks.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%", "＝", "＋", "－", "＠")


def harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula: what could be one begins with an apostrophe."""
    return f"'{text}" if text.lstrip(" \u00a0").startswith(_FORMULA) else text


def written(rows: Iterable[Iterable[str]]) -> bytes:
    """Rows of texts, the first the heads of the columns, as the bytes of a file."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerows([harmless(text) for text in row] for row in rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def answer(rows: Iterable[Iterable[str]], name: str) -> Response:
    """Rows as a file to keep.

    :param name: the file's, in letters of ASCII.
    """
    found = Response(written(rows), mimetype="text/csv")
    found.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return found
