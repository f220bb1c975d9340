"""The archive: everything about a person in one ZIP, written once from front to back, whatever its size."""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from typing import IO
from uuid import UUID
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from flask_babel import force_locale
from sqlalchemy import select

from selfcare import i18n
from selfcare.budget.models import SpendReceipt
from selfcare.database import session
from selfcare.leaving import bundle, reading, readme, record_json, sheets, tables
from selfcare.leaving.sealed_file import Sealing
from selfcare.letters import queries as letters
from selfcare.results.models import ReportFile
from selfcare.sharing import ips

# A table is written twice, for programs and for people; besides, the Bundle, the summary and the files.
PARTS = 2 * len(tables.TAKEN) + 3

_PLAIN = re.compile(r"[^\w.() -]+")
_ENDINGS = {"application/pdf": ".pdf", "image/jpeg": ".jpg", "image/png": ".png", "text/plain": ".txt"}


def write(
    into: Sealing,
    whose: reading.Whose,
    locale: str | None,
    tick: Callable[[], None],
    part: Callable[[], None],
) -> None:
    """Write all of it.

    :param tick: called for each row and each file, so that whoever waits is kept. :param part: after each of PARTS.
    """
    with ZipFile(into, "w", ZIP_DEFLATED) as file:  # type: ignore[call-overload]
        with _text(file, whose, "readme.txt", sheets.ENCODING) as out:
            out.write(readme.text(whose, locale))
        with _text(file, whose, "record.json") as out:
            record_json.write(out, whose, tick, part)
        with _text(file, whose, "record.schema.json") as out:
            out.write(record_json.SCHEMA.read_text(encoding="utf-8"))
        for name, taken in tables.TAKEN.items():
            with _text(file, whose, f"{taken.room}/{name}.csv", sheets.ENCODING) as out:
                sheets.write(out, whose, name, tick)
            part()
        with _text(file, whose, "fhir-bundle.json") as out:
            bundle.write(out, whose, tick)
        part()
        if not whose.acts:  # it is the person's own to hand on
            with (
                _text(file, whose, "patient-summary.json") as out,
                force_locale(locale if locale in i18n.LANGUAGES else "en"),
            ):
                json.dump(ips.own(whose.permit), out, ensure_ascii=False)
        part()
        for name, body in _files(whose):
            with file.open(_entry(whose, name), "w", force_zip64=True) as raw:
                for some in body:
                    raw.write(some)
            tick()
        part()


@contextmanager
def _text(file: ZipFile, whose: reading.Whose, name: str, encoding: str = "utf-8") -> Iterator[IO[str]]:
    with (
        file.open(_entry(whose, name), "w", force_zip64=True) as raw,
        TextIOWrapper(raw, encoding, errors="surrogatepass", newline="") as out,
    ):
        yield out


def _entry(whose: reading.Whose, name: str) -> ZipInfo:
    made = ZipInfo(name, whose.permit.local(whose.moment).timetuple()[:6])
    made.compress_type, made.external_attr = ZIP_DEFLATED, 0o600 << 16
    return made


def _files(whose: reading.Whose) -> Iterator[tuple[str, Iterable[bytes]]]:
    """Files that came with results, and receipts, one in memory at a time; pages of letters, some of one at a time."""
    for row in reading.rows(whose, "report_file"):
        body = session().scalar(select(ReportFile.body).where(_is(ReportFile, row["id"], whose)))
        if body is not None:
            yield f"files/{row['id']}{_title(row['title'], row['content_type'])}", [body]
    for row in reading.rows(whose, "letter_sheet"):
        # Of a page that was removed a day ago or more the bytes are gone.
        if row["content_type"] is not None and letters.has_bytes(whose.person_id, row["id"]):
            name = f"files/{row['id']}{_title('letter', row['content_type'])}"
            yield name, letters.bytes_of(whose.person_id, row["id"])
    for row in reading.rows(whose, "spend_receipt"):
        body = session().scalar(select(SpendReceipt.body).where(_is(SpendReceipt, row["id"], whose)))
        if body is not None:
            yield f"files/{row['id']}{_title('receipt', row['content_type'])}", [body]


def _is(table: type[ReportFile | SpendReceipt], item_id: UUID, whose: reading.Whose):  # type: ignore[no-untyped-def]
    return (table.person_id == whose.person_id) & (table.id == item_id)


def _title(title: str, content_type: str) -> str:
    """What a file is called, of signs that every system takes."""
    plain = _PLAIN.sub("-", title).strip(" .-")[:60]
    ending = _ENDINGS.get(content_type, ".bin")
    return f"-{plain}{'' if plain.lower().endswith(ending) else ending}" if plain else ending
