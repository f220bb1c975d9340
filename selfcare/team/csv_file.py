"""A list of people as spreadsheets save it: any usual encoding, comma, semicolon or tab, columns in any order. Pure.

Every cell is text, whatever it looks like: nothing is ever worked out of one that begins with `=`.
"""

import csv
import io
import re
from dataclasses import dataclass

from selfcare.web.folding import fold

MOST_LINES = 250  # people in one list: so many letters still are one print run
MOST_COLUMNS = 200
_UNKNOWN = 20  # columns whose names are told back, and how much of each
_UNKNOWN_LONG = 40
_SEPARATORS = ",;\t|"
_LONGEST_CELL = 2_000  # characters; a list with longer ones is none of people

# What a file begins with that is no text, and what it then is.
_SIGNS = (
    (b"PK\x03\x04", "workbook"), (b"\xd0\xcf\x11\xe0", "workbook"), (b"%PDF", "pdf"), (b"\x89PNG", "picture"),
    (b"\xff\xd8\xff", "picture"), (b"GIF8", "picture"), (b"{\\rtf", "document"), (b"\x1f\x8b", "packed"),
)  # fmt: skip

# What columns are called in English, folded: letters and digits alone, without accents or capitals.
COLUMNS = {
    "given": (
        "firstname", "firstnames", "givenname", "givennames", "forename", "forenames", "first", "given",
        "patientforename", "christianname",
    ),
    "family": (
        "familyname", "surname", "lastname", "family", "last", "secondname", "patientsurname",
    ),
    "name": ("name", "fullname", "patientname", "patient", "person"),
    "known_as": (
        "knownas", "likestobecalled", "preferredname", "calledname", "called", "nickname", "preferredforename",
    ),
    "born": (
        "birthdate", "dateofbirth", "dob", "born", "birthday", "dateborn", "patientdob", "patientdateofbirth",
    ),
    "nhs": (
        "nhsnumber", "nhsno", "nhsnum", "nhs", "nhsid", "newnhsnumber", "patientnhsnumber",
    ),
    "phone": ("phone", "telephone", "mobile", "tel", "phonenumber", "telephonenumber", "mobilenumber"),
    "email": ("email", "emailaddress", "mail"),
    "address": ("address", "postaladdress", "homeaddress", "fulladdress"),
    "reason": ("reason", "why", "reasonforreferral", "referralreason", "whysuggested"),
    "language": ("language", "preferredlanguage", "letterlanguage", "letterin", "spokenlanguage"),
}  # fmt: skip
_KNOWN = {called: column for column, names in COLUMNS.items() for called in names}


class NotAList(ValueError):
    """The file cannot be taken. `why`: empty, workbook, pdf, picture, document, packed, unreadable, torn, columns or
    long, wide; `what`: the columns that are missing, or how many lines it has.
    """

    def __init__(self, why: str, *what: str) -> None:
        super().__init__(why)
        self.why, self.what = why, what


@dataclass(frozen=True)
class Listed:
    """The lines of a list. Each is its number, counted from 1 below the line of names, and its cells by column."""

    lines: list[tuple[int, dict[str, str]]]
    unknown: list[str]  # columns that nothing is taken from, as they are called


def read(data: bytes) -> Listed:
    """:raises NotAList: with why."""
    text = _text(data)
    separator, text = _separator(text)
    if any(_too_wide(line, separator) for line in text.splitlines()):
        raise NotAList("wide")
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        head = next((row for row in rows if any(cell.strip() for cell in row)), None)
        if head is None:
            raise NotAList("empty")
        if len(head) > MOST_COLUMNS:
            raise NotAList("wide")
        columns, unknown = _columns(head)
        lines: list[tuple[int, dict[str, str]]] = []
        number = 0
        for number, row in enumerate(rows, 1):
            if not any(cell.strip() for cell in row) or len(lines) > MOST_LINES:
                continue
            if len(row) > MOST_COLUMNS:
                raise NotAList("wide")
            if any(len(cell) > _LONGEST_CELL for cell in row):
                raise NotAList("torn", str(number))
            cells = {name: row[at].strip() for name, at in columns.items() if at < len(row)}
            lines.append((number, {name: cell for name, cell in cells.items() if cell}))
    except csv.Error:
        raise NotAList("torn", str(rows.line_num)) from None
    if len(lines) > MOST_LINES:
        raise NotAList("long", str(number))
    if not lines:
        raise NotAList("empty")
    return Listed(lines, unknown)


def _too_wide(line: str, separator: str) -> bool:
    """Whether a line has more columns than any list of people: seen before it is taken apart."""
    if line.count(separator) < MOST_COLUMNS:
        return False
    return re.sub(r'"[^"]*"', "", line).count(separator) >= MOST_COLUMNS


def _text(data: bytes) -> str:
    """What the bytes say. UTF-8 or UTF-16 where they can be, else as Windows writes Western languages."""
    if not data.strip(b"\0 \r\n\t"):
        raise NotAList("empty")
    for sign, kind in _SIGNS:
        if data.startswith(sign):
            raise NotAList(kind)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _decoded(data, "utf-16")
    if data.startswith(b"\xef\xbb\xbf"):
        return _decoded(data, "utf-8-sig")
    odd, even = data[1:400:2].count(0), data[0:400:2].count(0)
    if max(odd, even) > 3 * min(len(data), 400) // 10:  # every other byte is nothing: two bytes to a letter
        return _decoded(data, "utf-16-le" if odd > even else "utf-16-be")
    try:
        return _sound(data.decode("utf-8"))
    except UnicodeDecodeError:
        return _decoded(data, "cp1252")


def _decoded(data: bytes, encoding: str) -> str:
    try:
        return _sound(data.decode(encoding))
    except UnicodeDecodeError:
        raise NotAList("unreadable") from None


def _sound(text: str) -> str:
    if re.search(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]", text):
        raise NotAList("unreadable")
    return text.removeprefix("\ufeff")


def _separator(text: str) -> tuple[str, str]:
    """What stands between cells, and the text without Excel's own line that says so."""
    said = re.match(r"\"?sep=(.)\"?\s*\r?\n", text, re.IGNORECASE)
    if said and said[1] in _SEPARATORS:
        return said[1], text[said.end() :]
    head = next((line for line in text.splitlines() if line.strip()), "")
    bare = re.sub(r'"[^"]*"', "", head)
    return max(_SEPARATORS, key=bare.count), text


def _columns(head: list[str]) -> tuple[dict[str, int], list[str]]:
    found: dict[str, int] = {}
    unknown: list[str] = []
    for at, cell in enumerate(head):
        column = _KNOWN.get("".join(c for c in fold(cell) if c.isalnum()))
        if column is None:
            if cell.strip() and len(unknown) < _UNKNOWN:
                unknown.append(cell.strip()[:_UNKNOWN_LONG])
        else:
            found.setdefault(column, at)
    missing = [] if {"given", "name"} & set(found) else ["name"]
    missing += [] if "born" in found else ["born"]
    if missing:
        raise NotAList("columns", *missing)
    return found, unknown
