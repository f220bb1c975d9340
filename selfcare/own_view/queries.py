"""Reading the person's own view, beside the thing it is about and in a summary."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ColumnElement, ScalarSelect, and_, func, select

from selfcare.database import database, session
from selfcare.own_view.models import OwnView
from selfcare.web.access import Permit, shareable, visible

MOST = 10  # of a summary: the newest


@dataclass(frozen=True)
class View:
    """The person's own words beside a professional's. `reworded`: these have other words by now than `quoted`."""

    text: str
    quoted: str
    read_at: datetime | None
    read_name: str | None
    version: int
    reworded: bool


def beside(kind: str, item: Any) -> ColumnElement[bool]:
    """What joins it to the row it is about, so that a list of such rows needs no further statement."""
    return and_(
        OwnView.person_id == item.person_id,
        OwnView.about_kind == kind,
        OwnView.about_id == item.id,
        OwnView.removed_at.is_(None),
        OwnView.text != "",
    )


def plain(row: OwnView | None, words: str) -> View | None:
    """:param words: of the professional, as they are now."""
    if row is None:
        return None
    return View(row.text, row.quoted, row.read_at, row.read_name, row.version, row.quoted != words)


def one(permit: Permit, kind: str, item_id: UUID, words: str) -> View | None:
    """The view beside one thing, which the caller has found theirs to see. Taken out, it has no words."""
    row = session().scalar(
        select(OwnView).where(
            visible(permit, OwnView), OwnView.about_kind == kind, OwnView.about_id == item_id
        )
    )
    return plain(row, words)


def newest(permit: Permit, stands: ColumnElement[bool]) -> ScalarSelect[list[dict[str, Any]]]:
    """The newest views as plain JSON values for a summary, in one column: it stands in a statement with others.

    :param stands: whether what a view is about still stands, and may be seen.
    """
    own = func.coalesce(OwnView.changed_at, OwnView.entered_at)
    sqlite = database().is_sqlite
    at = func.strftime("%s", own) if sqlite else func.date_part("epoch", own)
    found = (
        select(OwnView.text, OwnView.quoted, OwnView.quoted_name, OwnView.id, at.label("at"))
        .where(shareable(permit, OwnView), OwnView.text != "", stands)
        .order_by(own.desc(), OwnView.id)
        .limit(MOST)
        .subquery()
    )
    made = (func.json_object if sqlite else func.json_build_object)(
        "id",
        found.c.id,
        "mine",
        found.c.text,
        "theirs",
        found.c.quoted,
        "who",
        found.c.quoted_name,
        "at",
        found.c.at,
    )
    listed = (func.json_group_array if sqlite else func.json_agg)(made, type_=JSON())
    return select(listed).select_from(found).scalar_subquery()
