"""A word of its own in every text of a person, whatever the table, and where each of them must be found."""

from collections.abc import Iterator
from datetime import date, datetime, time
from itertools import count
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, Select, String, Table, insert, select, true, update
from sqlalchemy.orm import Session

from selfcare.accounts.models import Account
from selfcare.database import Base, Instant, now
from selfcare.filing.models import Incoming
from selfcare.leaving import tables
from selfcare.notifications.models import Notice
from selfcare.results.models import Report, ReportNote

# What the app itself decides by. Whatever else is text is somebody's, or may be.
CODES = frozenset(
    {"kind", "state", "how", "zone", "part", "entered_as", "matters_as", "words_as", "answer_as", "about_kind",
     "owner_kind", "by_kind", "from_kind", "role", "by_role", "field", "status", "source", "waits_for", "taken_zone",
     "issued_zone", "value_kind", "comparator", "area", "basis", "outcome", "planned", "told_by", "told_how",
     "good_time", "planned_how", "share", "language", "locale", "began", "preset", "ends", "content_type",
     "about_answer.question", "about_answer.choice"}
)  # fmt: skip
# Of these a person's copy holds only what they can see, or what is their own account's.
OF_REPORTS = (
    "result",
    "report_file",
    "report_hold",
    "report_link",
    "report_note",
    "report_read_out",
    "report_seen",
)


def fill_every_table(work: Session, person_id: UUID, account_id: UUID) -> None:
    """A row of the person in each table that has none, so that none is forgotten."""
    for table, condition in _everything(person_id, account_id):
        if work.execute(select(table).where(condition).limit(1)).first() is None:
            work.execute(insert(table).values(**_row(work, table, person_id, account_id)))
    # Beside a report that they can read, too: what is beside one that waits is not theirs to see.
    open_ = work.scalars(_open_reports().where(Report.person_id == person_id)).first()
    work.execute(update(Incoming).where(Incoming.person_id == person_id).values(report_id=open_))
    hold = Base.metadata.tables["report_hold"]
    work.execute(insert(hold).values(**_row(work, hold, person_id, account_id) | {"report_id": open_}))


def _open_reports() -> Select[tuple[UUID]]:
    return select(Report.id).where(Report.visible_from <= now(), Report.void_at.is_(None))


def _row(work: Session, table: Table, person_id: UUID, account_id: UUID) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for column in table.columns:
        if column.nullable or column.server_default is not None:
            continue
        some = {UUID: uuid4(), datetime: now(), date: now().date(), time: time(8)}
        kind: Any = dict if isinstance(column.type, JSON) else column.type.python_type
        kind = datetime if isinstance(column.type, Instant) else kind
        values[column.name] = some[kind] if kind in some else kind()
    if "person_id" in table.columns:
        values["person_id"] = person_id
    if "account_id" in table.columns:
        values["account_id"] = account_id
    for key in table.foreign_key_constraints:
        theirs, needed = key.referred_table, any(not column.nullable for column in key.columns)
        if theirs.name == "account" and needed:
            values |= {each.parent.name: account_id for each in key.elements}
        if theirs is table or theirs.name in ("person", "account") or not needed:
            continue
        mine = tables.of(theirs, person_id) if theirs in tables.of_people() else true()
        parent = work.execute(select(theirs).where(mine).limit(1)).mappings().one()
        values |= {each.parent.name: parent[each.column.name] for each in key.elements}
    return values


def plant(work: Session, person_id: UUID, account: Account, word: str) -> dict[str, tuple[str, str, Any]]:
    """Put one in every text. :returns: each with its table, its column and the row it is in."""
    planted: dict[str, tuple[str, str, Any]] = {}
    number = count(1)
    for table, condition in _everything(person_id, account.id):
        key = list(table.primary_key.columns)
        for row in work.execute(select(table).where(condition)).mappings().all():
            values: dict[str, Any] = {}
            for column in table.columns:
                canary = f"{word}{next(number):05}x"
                found = _with(column.name, column.type, row[column.name], canary)
                if not CODES & {column.name, str(column)} and not column.primary_key and found is not None:
                    values[column.name] = found
                    planted[canary] = (table.name, column.name, row)
            if values:
                mine = [column == row[column.name] for column in key]
                work.execute(update(table).where(*mine).values(**values))
    work.expire_all()
    return planted


def _with(name: str, kind: Any, value: Any, canary: str) -> Any:
    if isinstance(kind, String):
        return canary
    if isinstance(kind, JSON) and isinstance(value, dict):
        return value | {"canary": canary}
    if isinstance(kind, JSON) and isinstance(value, list):
        if value and isinstance(value[0], dict):
            return [*value, value[0] | {"canary": canary}]
        return [*value, {"canary": canary} if name in ("codes", "identifiers") else canary]
    return None


def _everything(person_id: UUID, account_id: UUID) -> Iterator[tuple[Table, Any]]:
    for table in tables.of_people():
        yield table, tables.of(table, person_id)
    for name in sorted(tables.OF_ACCOUNT):
        table = Base.metadata.tables[name]
        yield table, (table.c.id if name == "account" else table.c.account_id) == account_id


def in_the_copy(work: Session, account_id: UUID, planted: dict[str, tuple[str, str, Any]]) -> set[str]:
    """Those that the person's own copy must hold; the others it must not."""
    open_ = set(work.scalars(_open_reports()))
    notes = set(work.scalars(select(ReportNote.id).where(ReportNote.report_id.in_(open_))))
    notices = select(Notice.id).where(Notice.account_id == account_id, Notice.visible_from <= now())
    mine = set(work.scalars(notices))

    def is_there(table: str, column: str, row: Any) -> bool:
        if table not in tables.TAKEN or column not in {one.name for one in tables.columns(table)}:
            return False
        if table == "report":
            return row["id"] in open_
        if table in OF_REPORTS:
            return row["report_id"] in open_
        if table == "report_note_version":
            return row["item_id"] in notes
        return row["id"] in mine if table == "notice" else True

    return {canary for canary, found in planted.items() if is_there(*found)}
