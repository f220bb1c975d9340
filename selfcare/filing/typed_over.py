"""A correction typed over a report on file: all that the form does not show, or was not changed in it, stays as it was.

What a laboratory sent keeps its times, status, method, groups, codes and files, and what it took back stays taken back.
What a professional changed of it carries their name.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import inspect, select
from sqlalchemy.orm import undefer

from selfcare.database import session
from selfcare.filing.file_report import compared
from selfcare.filing.received_report import GROUP, NONE, NUMBER, TEXT, ReceivedFile
from selfcare.results.conditions import NOT_COUNTED
from selfcare.results.models import Report, ReportFile, ReportHold, ReportLink, ReportNote, Result
from selfcare.results.signs import in_line, readable
from selfcare.results.test_identity import key, name_key, unsaid
from selfcare.web.access import Permit, visible

# The most rows a page can carry; further results are kept as they are.
MOST_ROWS = 80

_KEPT = (
    "name", "name_key", "codes", "value_kind", "value", "comparator", "number", "unit", "unit_key", "range_text",
    "flag", "note", "absent_reason", "method", "specimen", "status", "taken_wall", "taken_to_the_day", "until_wall",
    "until_to_the_day", "typed_by",
)  # fmt: skip
_TAKEN = ("taken_wall", "taken_zone", "taken_utc", "taken_to_the_day", "until_wall", "until_to_the_day")
_ISSUED = ("issued_wall", "issued_zone", "issued_utc")
# What a report says around its results, and a form shows.
_WORDS = {"asked_for": in_line, "laboratory": in_line, "conclusion": readable}


@dataclass(frozen=True)
class TypedResult:
    """One result as typed: words, exactly as they stand on the laboratory's report.

    over: the place of the result it is typed over, in the report that is corrected; None: it is a new one.
    """

    name: str
    value: str
    unit: str = ""
    range_text: str = ""
    flag: str = ""
    note: str = ""
    over: int | None = None


CELLS = tuple(field.name for field in fields(TypedResult) if field.name != "over")


@dataclass(frozen=True)
class Original:
    """The report that is corrected, with all its results in order."""

    report: Report
    rows: Sequence[Result]

    @property
    def is_sent(self) -> bool:
        """Whether a laboratory's own words stand in it."""
        return self.report.source != "typed" or self.report.typed_over is not None

    @property
    def shown(self) -> list[Result]:
        """What the form shows, to be changed or emptied. The others stay: groups, what the laboratory took back or
        cancelled, and what a page has no room for.
        """
        heads = {row.within_id for row in self.rows}
        found = [row for row in self.rows if row.id not in heads and row.status not in NOT_COUNTED]
        return found if len(found) < MOST_ROWS else found[: MOST_ROWS - 1]

    @property
    def others(self) -> list[Result]:
        """What stays as it is, and is a result."""
        shown = {row.id for row in self.shown}
        return [row for row in self.rows if row.id not in shown and row.value_kind != GROUP]


def original(permit: Permit, report: Report) -> Original:
    """With all its results. One statement."""
    rows = session().scalars(
        select(Result)
        .where(visible(permit, Result), Result.report_id == report.id)
        .order_by(Result.place, Result.id)
    )
    return Original(report, list(rows))


def cells(row: Result) -> dict[str, str]:
    """A result as the form shows it."""
    said = {name: in_line(getattr(row, name)) for name in ("name", "unit", "flag")}
    return said | {name: readable(getattr(row, name)) for name in ("value", "range_text", "note")}


def is_same(typed: str, shown: str) -> bool:
    """Whether nothing was changed: a field in one line loses the ends of lines on its way through the page. A blank
    inside a value counts: 1 3.5 is not 13.5.
    """
    in_one_line = re.sub(r"[\r\n]+", "", shown)
    return typed.split() in (shown.split(), in_one_line.split())


def report_columns(
    before: Original, typed: Mapping[str, Any], keep: Collection[str], name: str
) -> dict[str, Any]:
    """The columns of a correction.

    :param typed: those that the form shows.
    :param keep: `taken`, `issued`: what was not changed, to the second and with its end.
    :param name: whose correction it is.
    """
    old = before.report
    made = dict(typed)
    changed = []
    for column, shown in _WORDS.items():
        if is_same(made[column], shown(getattr(old, column))):
            made[column] = getattr(old, column)
        else:
            changed.append(column)
    for part, columns in (("taken", _TAKEN), ("issued", _ISSUED)):
        if part in keep:
            made |= {column: getattr(old, column) for column in columns}
        elif made[f"{part}_utc"] != getattr(old, f"{part}_utc"):
            changed.append(part)
    start = made["taken_wall"]
    if "taken" not in keep and start and old.until_wall and start < old.until_wall:
        made |= {"until_wall": old.until_wall, "until_to_the_day": old.until_to_the_day}
    made["specimen"] = made["specimen"] or old.specimen
    made |= {"note": old.note, "codes": old.codes, "identifiers": old.identifiers}
    if before.is_sent:
        made["typed_over"] = (old.typed_over or {}) | dict.fromkeys(changed, name)
    return made


def result_columns(
    before: Original, typed: Sequence[TypedResult], kind: str, name: str
) -> list[dict[str, Any]]:
    """The columns of a correction's results, in order: those before, as they are now, and the new ones below them.

    :param kind: of test, as corrected.
    """
    over = {one.over: one for one in typed if one.over is not None}
    kept = _staying(before, over)
    places = {row.id: place for place, row in enumerate(kept)}
    made = []
    for row in kept:
        columns = _kept(before, row, kind)
        if (now := over.get(row.place)) is not None:
            columns |= _changed(columns, cells(row), now, name if before.is_sent else "")
        made.append(columns | {"within": places[row.within_id] if row.within_id else None})
    return made + [
        new_columns(one) | {"typed_by": name if before.is_sent else ""} for one in typed if one.over is None
    ]


def _staying(before: Original, over: Collection[int | None]) -> list[Result]:
    """The results that are not emptied, and the groups in which one is left; in order."""
    shown = {row.place for row in before.shown}
    heads = {row.within_id for row in before.rows}
    kept: list[Result] = []
    held: set[UUID | None] = set()
    for row in reversed(before.rows):
        emptied = row.place in shown and row.place not in over
        nothing_in_it = row.id in heads and row.id not in held and row.value_kind == GROUP
        if not (emptied or nothing_in_it):
            kept.append(row)
            held.add(row.within_id)
    return kept[::-1]


def note_on(permit: Permit, report: Report) -> str:
    """A professional's plain words about the whole report, as it was; empty where there are none."""
    found = session().scalars(
        select(ReportNote.text).where(
            visible(permit, ReportNote), ReportNote.report_id == report.id, ReportNote.result_id.is_(None)
        )
    )
    return found.first() or ""


def hold_named(permit: Permit, report: Report, named: str) -> ReportHold | None:
    """The hold of the report with this id, in force or over; None: there is none."""
    try:
        hold_id = UUID(named)
    except ValueError:
        return None
    found = session().scalars(
        select(ReportHold).where(
            visible(permit, ReportHold), ReportHold.report_id == report.id, ReportHold.id == hold_id
        )
    )
    return found.first()


def keep_beside(
    permit: Permit, before: Original, typed: Sequence[TypedResult], report: Report, note: str
) -> bool:
    """What professionals wrote beside the report, notes and links, stands beside its correction too, with their names:
    about the whole report, and about each result that was not changed.

    :param note: what is typed about the whole report now: one that was changed is another.
    :returns: whether that is among them.
    """
    over = {one.over: one for one in typed if one.over is not None}
    new = select(Result.place, Result.id).where(visible(permit, Result), Result.report_id == report.id)
    ids: dict[int, UUID] = {row.place: row.id for row in session().execute(new)}
    where: dict[UUID | None, UUID | None] = {None: None} | {
        row.id: ids[place]
        for place, row in enumerate(_staying(before, over))
        if row.place not in over or not _texts(cells(row), over[row.place])
    }
    is_kept = False
    tables: tuple[Any, ...] = (ReportNote, ReportLink)
    for table in tables:
        rows = session().scalars(
            select(table).where(visible(permit, table), table.report_id == before.report.id)
        )
        for one in rows.all():
            of_whole = isinstance(one, ReportNote) and one.result_id is None
            if one.result_id not in where or (of_whole and not is_same(one.text, note)):
                continue
            kept = {column.key: getattr(one, column.key) for column in inspect(table).columns}
            fresh = {"id": uuid4(), "report_id": report.id, "result_id": where[one.result_id]}
            session().add(table(**kept | fresh))
            is_kept = is_kept or of_whole
    session().flush()
    return is_kept


def _kept(before: Original, row: Result, kind: str) -> dict[str, Any]:
    kept = {column: getattr(row, column) for column in _KEPT}
    kept["taken_utc"] = row.on_utc if row.taken_wall or row.until_wall else None
    if row.same is not None and before.is_sent:
        same = dict(row.same)
        for typed in (True, False):
            if same["sample"] == unsaid(before.report.kind, typed=typed):
                same["sample"] = unsaid(kind, typed=typed)
        kept |= {"same": same, "code_key": row.code_key}
    return kept


def _changed(
    kept: Mapping[str, Any], shown: Mapping[str, str], now: TypedResult, name: str
) -> dict[str, Any]:
    """The columns that differ from what the form showed."""
    texts = _texts(shown, now)
    if not texts:
        return {}
    fresh = new_columns(now)
    made: dict[str, Any] = texts | {"typed_by": name}
    if "name" in texts:
        # Its codes named another test.
        made |= {"name_key": fresh["name_key"], "codes": None}
        if "same" in kept:
            made |= {"same": kept["same"] | {"codes": {}}, "code_key": None}
    if "unit" in texts:
        made["unit_key"] = fresh["unit_key"]
    if "value" in texts:
        made |= {column: fresh[column] for column in ("value_kind", "comparator", "number")}
        made["absent_reason"] = ""
    return made


def _texts(shown: Mapping[str, str], now: TypedResult) -> dict[str, str]:
    """The cells that were changed."""
    return {cell: getattr(now, cell) for cell in CELLS if not is_same(getattr(now, cell), shown[cell])}


def new_columns(one: TypedResult) -> dict[str, Any]:
    """The columns of a result that was typed."""

    comparator, number = compared(one.value)
    return {
        **{cell: getattr(one, cell) for cell in CELLS},
        "name_key": name_key(one.name),
        "value_kind": NUMBER if number is not None else TEXT if one.value else NONE,
        "comparator": comparator,
        "number": number,
        "unit_key": key(one.unit),
    }


def files(permit: Permit, report: Report) -> list[ReceivedFile]:
    """The files that came with it, byte for byte. One statement."""
    found = session().scalars(
        select(ReportFile)
        .where(visible(permit, ReportFile), ReportFile.report_id == report.id)
        .order_by(ReportFile.place, ReportFile.id)
        .options(undefer(ReportFile.body))
    )
    return [ReceivedFile(row.title, row.content_type, row.body) for row in found]
