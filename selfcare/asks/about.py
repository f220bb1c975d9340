"""What an ask is about, where that was another room's item: what it is called, as far as a reader may know it now."""

from collections.abc import Iterable
from uuid import UUID

from flask_babel import gettext
from sqlalchemy import update

from selfcare.asks.models import Ask
from selfcare.database import session
from selfcare.web.access import Area, Permit
from selfcare.web.item_reference import forgets

PLAN = "plan"


@forgets
def forget(person_id: UUID, ids: Iterable[UUID]) -> None:
    """The names of these items leave the asks that are about them, and are not on the way to anybody any more."""
    session().execute(
        update(Ask)
        .where(Ask.person_id == person_id, Ask.about_kind == PLAN, Ask.about_id.in_(list(ids)))
        .values(about_label=None)
    )


def label(row: Ask, permit: Permit | None, *, to_body: bool = False) -> str:
    """What it is about. Of a line of the plan it is the plan's to say to who reads asks in a record.

    :param permit: of that reader; None: who was asked, and was told with it. :param to_body: a body reads it, which
        never gets a line of the plan: who lets it know may not see the plan themself.
    """
    shut = to_body or (permit is not None and not permit.may(Area.PLAN))
    return "" if row.about_kind == PLAN and shut else row.about_label or ""


def title(row: Ask, permit: Permit | None, *, to_body: bool = False) -> str:
    """What is asked, in one line: what it is about, else its words."""
    return label(row, permit, to_body=to_body) or words(row.words)


def words(said: str) -> str:
    """The words of an ask, which may be none where it was about something."""
    return said or gettext("Something about the plan")


def named_elsewhere(row: Ask) -> str:
    """What it is called in other rooms, which do not hear when the plan's words are hidden."""
    return words(row.words) if row.about_kind == PLAN else title(row, None)
