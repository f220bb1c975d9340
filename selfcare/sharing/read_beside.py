"""What a summary can hold and is read in one statement with others: the person's own views, hospital stays, and what
rooms keep in people's own words."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, select

from selfcare.admissions import to_share as stays
from selfcare.database import session
from selfcare.sharing import own_views, written
from selfcare.web import written as kept
from selfcare.web.access import Permit


@dataclass(frozen=True)
class Beside:
    """Plain values, as a body keeps them."""

    views: list[dict[str, Any]]
    stays: list[dict[str, Any]]
    written: dict[str, list[dict[str, Any]]]  # by part


def columns(permit: Permit) -> tuple[ColumnElement[Any], ...]:
    """The last columns of a statement; `plain` takes what they hold."""
    return (
        own_views.newest(permit).label("views"),
        stays.newest(permit).label("stays"),
        written.column(permit).label("written"),
    )


def plain(permit: Permit, views: Any, told: Any, rows: Any) -> Beside:
    return Beside(own_views.plain(permit, views), stays.plain(told), kept.plain(rows))


def by_itself(permit: Permit) -> Beside:
    """One statement."""
    return plain(permit, *session().execute(select(*columns(permit))).one())
