"""What a summary can hold and is read in one statement with others: the person's own views, and hospital stays."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, select

from selfcare.admissions import to_share as stays
from selfcare.database import session
from selfcare.sharing import own_views
from selfcare.web.access import Permit


@dataclass(frozen=True)
class Beside:
    """Plain values, as a body keeps them."""

    views: list[dict[str, Any]]
    stays: list[dict[str, Any]]


def columns(permit: Permit) -> tuple[ColumnElement[Any], ...]:
    """The last columns of a statement; `plain` takes what they hold."""
    return own_views.newest(permit).label("views"), stays.newest(permit).label("stays")


def plain(permit: Permit, views: Any, told: Any) -> Beside:
    return Beside(own_views.plain(permit, views), stays.plain(told))


def by_itself(permit: Permit) -> Beside:
    """One statement."""
    views, told = session().execute(select(*columns(permit))).one()
    return plain(permit, views, told)
