"""Tables as CSV (RFC 4180) that a spreadsheet opens as they are, and in which nothing is a formula."""

import csv
import json
from collections.abc import Callable
from typing import IO, Any

from selfcare.leaving import reading
from selfcare.leaving.record_json import plain

ENCODING = "utf-8-sig"  # with the mark by which Excel knows it
# What a spreadsheet takes for a formula at the start of a cell, also behind blanks.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%", "＝", "＋", "－", "＠")


def cell(value: Any) -> str:
    """A value as a spreadsheet shows it. Words that it would take for a formula have an apostrophe before them."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict | list):
        return cell(json.dumps(value, ensure_ascii=False))
    text = str(plain(value))
    if not isinstance(value, str):
        return text  # a number, a day: ours
    return f"'{text}" if text.lstrip(" \u00a0").startswith(_FORMULA) else text


def write(out: IO[str], whose: reading.Whose, table: str, tick: Callable[[], None]) -> None:
    """Write one table, with the names of its columns first."""
    sheet = csv.writer(out)
    sheet.writerow(reading.names(table))
    for row in reading.rows(whose, table):
        sheet.writerow(map(cell, row.values()))
        tick()
