"""A person's rows for their own copy, table by table, a few at a time, as they may see them themself.

Read in the transaction of `session()`: whoever calls sees to it that all of it is of one moment. What a page does not
show the person, their copy does not hold: results that wait to be seen, what was in one that was entered by mistake.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, LargeBinary, Select, Table, and_, exists, or_, select, true, union_all

from selfcare.accounts.models import Account
from selfcare.audit import trail
from selfcare.audit.models import Trail
from selfcare.contacts.models import Contact
from selfcare.database import Base, Record, session
from selfcare.filing.models import Incoming
from selfcare.leaving import acting_copy, tables
from selfcare.notifications.models import Notice
from selfcare.own_view.models import OwnView
from selfcare.people.models import Relationship, Team
from selfcare.results.models import Report, ReportFile, ReportLink, ReportNote
from selfcare.sharing import showing
from selfcare.web.access import Permit, Role

AT_A_TIME = 500

Row = dict[str, Any]

# Of a report that was entered by mistake: that, when and why. The rest may be somebody else's.
_OF_VOID = frozenset(
    {
        "person_id",
        "id",
        "filed_at",
        "visible_from",
        "void_at",
        "void_by",
        "void_name",
        "void_reason",
        "entered_at",
    }
)
# Of what a professional wrote and took out again: that there was something, and when.
_OF_REMOVED = frozenset(name for name in vars(Record) if not name.startswith("_"))
_HANGS_ON_REPORT = frozenset(
    {"result", "report_file", "report_hold", "report_link", "report_note", "report_read_out", "report_seen"}
)
# Besides its own columns: names for ids that nobody knows by heart.
_NAMES: dict[str, dict[str, Any]] = {
    "trail": {"by_name": select(Account.name).where(Account.id == Trail.by).scalar_subquery()},
    "relationship": {
        "account_name": select(Account.name).where(Account.id == Relationship.account_id).scalar_subquery(),
        "team_name": select(Team.name).where(Team.id == Relationship.team_id).scalar_subquery(),
    },
}


@dataclass(frozen=True)
class Whose:
    """Whose copy it is, and the moment that it is of."""

    permit: Permit
    moment: datetime

    @property
    def person_id(self) -> UUID:
        return self.permit.person_id

    def open_reports(self) -> Select[Any]:
        return select(Report.id).where(Report.person_id == self.person_id, self.is_open())

    def is_open(self) -> ColumnElement[bool]:
        return and_(Report.visible_from <= self.moment, Report.void_at.is_(None))

    @property
    def acts(self) -> bool:
        """Whether it is the copy of who acts for the person by law: see `acting_copy`."""
        return not self.permit.is_self

    @cached_property
    def hidden(self) -> frozenset[UUID]:
        return acting_copy.hidden(self.person_id)

    @cached_property
    def shut(self) -> frozenset[UUID]:
        """Reports that they cannot read, with the notes, files and links beside them, and how they came in."""
        not_open = select(Report.id).where(Report.person_id == self.person_id, ~self.is_open())
        beside = [
            select(table.id).where(table.person_id == self.person_id, table.report_id.in_(not_open))
            for table in (ReportNote, ReportFile, ReportLink, Incoming)
        ]
        return frozenset(session().scalars(union_all(not_open, *beside)))

    @cached_property
    def unknown(self) -> frozenset[UUID]:
        """Of these, what they do not even know of: it waits to be seen, or was taken back before that."""
        waits = or_(Report.visible_from > self.moment, Report.void_at < Report.visible_from)
        known = select(Report.id).where(Report.person_id == self.person_id, ~waits)
        return self.shut - frozenset(session().scalars(known))

    @cached_property
    def shut_views(self) -> frozenset[UUID]:
        """Their own words beside a note of a report that they cannot read, or beside what a professional took out
        again: with these, but without what is quoted."""
        mine = select(OwnView.id).where(OwnView.person_id == self.person_id)
        out = [
            OwnView.about_id.in_(
                select(table.id).where(
                    table.person_id == self.person_id,
                    table.removed_at.is_not(None),
                    table.entered_as == Role.PROFESSIONAL.value,
                )
            )
            for table in (Contact, ReportNote)
        ]
        return frozenset(session().scalars(mine.where(or_(OwnView.about_id.in_(self.shut), *out))))


def names(table: str) -> list[str]:
    """What each row of a table has, in order."""
    return [*(column.name for column in tables.columns(table)), *_NAMES.get(table, {})]


def rows(whose: Whose, table: str) -> Iterator[Row]:
    """The rows of a table, by key."""
    if whose.acts and table not in acting_copy.SHOWN:
        return
    found = Base.metadata.tables[table]
    chosen = [column for column in tables.columns(table) if not isinstance(column.type, LargeBinary)]
    named = [expression.label(name) for name, expression in _NAMES.get(table, {}).items()]
    query = select(*chosen, *named).where(_condition(whose, table)).order_by(*found.primary_key.columns)
    trim = _TRIM.get(table)
    is_item = {"removed_at", "entered_as"} <= set(found.columns.keys())
    for row in session().execute(query, execution_options={"yield_per": AT_A_TIME}):
        values: Row = dict(zip(names(table), row, strict=True))
        if is_item and _was_taken_out(values):
            values = {name: value if name in _OF_REMOVED else None for name, value in values.items()}
        said = trim(whose, values) if trim else values
        if kept := acting_copy.shown(table, said, whose.hidden) if whose.acts else said:
            yield kept


def _condition(whose: Whose, name: str) -> ColumnElement[bool]:
    table, account = Base.metadata.tables[name], whose.permit.account_id
    if name == "account":
        return table.c.id == account
    if name in tables.OF_ACCOUNT:
        return table.c.account_id == account
    if name == "trail":
        theirs = trail.looks_of_others() if whose.acts else true()
        return and_(table.c.person_id == whose.person_id, _not_among(table.c.item_id, whose.unknown), theirs)
    mine: ColumnElement[bool] = tables.of(table, whose.person_id)
    if name.endswith("_version"):
        mine = and_(mine, _stands(table))
    if name == "notice":
        return and_(
            Notice.account_id == account,
            or_(mine, Notice.person_id.is_(None)),
            Notice.visible_from <= whose.moment,
            _not_among(Notice.about_id, whose.unknown),
        )
    if name == "report":
        return and_(mine, _not_among(Report.id, whose.unknown))
    if name in _HANGS_ON_REPORT:
        return and_(mine, table.c.report_id.in_(whose.open_reports()))
    if name == "report_note_version":
        notes = select(ReportNote.id).where(ReportNote.report_id.in_(whose.open_reports()))
        return and_(mine, table.c.item_id.in_(notes))
    return mine


def _was_taken_out(row: Row) -> bool:
    """Written by a professional and taken out again: it may have been about somebody else."""
    return row["removed_at"] is not None and row["entered_as"] == Role.PROFESSIONAL


def _stands(table: Table) -> ColumnElement[bool]:
    """Earlier versions, of what was not taken out so."""
    item = Base.metadata.tables[table.name.removesuffix("_version")]
    out = item.c.removed_at.is_not(None), item.c.entered_as == Role.PROFESSIONAL.value
    mine = item.c.person_id == table.c.person_id, item.c.id == table.c.item_id
    return ~exists().where(*mine, *out)


def _not_among(column: Any, ids: frozenset[UUID]) -> ColumnElement[bool]:
    return or_(column.is_(None), column.not_in(ids)) if ids else true()


def _report(_: Whose, row: Row) -> Row:
    return row if row["void_at"] is None else {name: row[name] if name in _OF_VOID else None for name in row}


def _result(_: Whose, row: Row) -> Row:
    if row["status"] != "entered-in-error":
        return row
    return {name: value if name in _OF_REMOVED | {"report_id", "place", "name", "status"} else None
            for name, value in row.items()}  # fmt: skip


def _summary(whose: Whose, row: Row) -> Row:
    return row | {"body": showing.shown(whose.permit, row["body"], row["as_of"])[0]}


def _own_view(whose: Whose, row: Row) -> Row:
    return row | {"quoted": None} if row["id"] in whose.shut_views else row


def _own_view_version(whose: Whose, row: Row) -> Row:
    return row | {"body": row["body"] | {"quoted": None}} if row["item_id"] in whose.shut_views else row


_TRIM: dict[str, Callable[[Whose, Row], Row]] = {
    "report": _report,
    "result": _result,
    "summary": _summary,
    "handed_summary": _summary,
    "own_view": _own_view,
    "own_view_version": _own_view_version,
}
