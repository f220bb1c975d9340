"""The person's own views in a summary: those beside what still stands in the record, and may be seen by them."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, and_, exists, or_

from selfcare.contacts.models import Contact
from selfcare.own_view import queries
from selfcare.own_view.models import OwnView
from selfcare.results.conditions import content_is_open
from selfcare.results.models import Report, ReportNote
from selfcare.web.access import Permit, shareable


def newest(permit: Permit) -> ScalarSelect[list[dict[str, Any]]]:
    """The newest, in one column of a statement with others; `plain` makes them values of a body."""
    return queries.newest(permit, _stands(permit))


def plain(permit: Permit, found: list[dict[str, Any]] | None) -> list[dict[str, Any]]:
    """As a body keeps them: engines write an id, and a moment, each in their way."""
    return [
        {
            "id": str(UUID(one["id"])),
            "day": permit.local(datetime.fromtimestamp(float(one["at"]), UTC)).date().isoformat(),
            **{name: one[name] for name in ("who", "theirs", "mine")},
        }
        for one in found or []
    ]


def taken_back() -> ColumnElement[bool]:
    """Whether a view stands beside a note on a report that was entered by mistake."""
    return and_(OwnView.about_kind == "report_note", exists().where(_note(), Report.void_at.is_not(None)))


def alone() -> ColumnElement[bool]:
    """Whether a view stands beside a contact that was taken out: perhaps it was somebody else's."""
    contact = and_(Contact.person_id == OwnView.person_id, Contact.id == OwnView.about_id)
    return and_(OwnView.about_kind == "contact", exists().where(contact, Contact.removed_at.is_not(None)))


def _stands(permit: Permit) -> ColumnElement[bool]:
    contact = exists().where(shareable(permit, Contact), Contact.id == OwnView.about_id)
    note = exists().where(
        _note(), shareable(permit, ReportNote), shareable(permit, Report), content_is_open(permit)
    )
    return or_(
        and_(OwnView.about_kind == "contact", contact), and_(OwnView.about_kind == "report_note", note)
    )


def _note() -> ColumnElement[bool]:
    return and_(
        ReportNote.person_id == OwnView.person_id,
        ReportNote.id == OwnView.about_id,
        Report.person_id == ReportNote.person_id,
        Report.id == ReportNote.report_id,
    )
