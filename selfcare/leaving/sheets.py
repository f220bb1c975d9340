"""Tables as CSV (RFC 4180) that a spreadsheet opens as they are, and in which nothing is a formula."""

import csv
import json
from collections.abc import Callable
from typing import IO, Any

from selfcare.leaving import reading
from selfcare.leaving.record_json import plain
from selfcare.web import spreadsheet

ENCODING = "utf-8-sig"  # with the mark by which Excel knows it


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
    return spreadsheet.harmless(text)


def write(out: IO[str], whose: reading.Whose, table: str, tick: Callable[[], None]) -> None:
    """Write one table, with the names of its columns first."""
    sheet = csv.writer(out)
    sheet.writerow(reading.names(table))
    for row in reading.rows(whose, table):
        sheet.writerow(map(cell, row.values()))
        tick()
