"""What can be done with answers: write them, change them, take them out."""

from uuid import UUID

from sqlalchemy import select
from werkzeug.exceptions import NotFound

from selfcare.about_me import queries
from selfcare.about_me.models import AboutAnswer
from selfcare.audit import trail
from selfcare.database import now, session
from selfcare.web import versions
from selfcare.web.access import Area, Level, Permit, visible


def add(
    permit: Permit, question: str, *, text: str, choice: str = "", only_me: bool | None = False
) -> AboutAnswer:
    """Answer a question. *Only me* counts only when the person enters it."""
    permit.require(Area.ABOUT, Level.ADD)
    hidden = bool(only_me) and permit.is_self
    row = AboutAnswer(**permit.stamp(), question=question, text=text, choice=choice, only_me=hidden)
    session().add(row)
    session().flush()
    trail.record(permit, "added", "about_answer", row.id)
    return row


def change(
    permit: Permit, answer_id: UUID, version: int, *, text: str, choice: str = "", only_me: bool | None = None
) -> AboutAnswer:
    """Change an answer; *only me* stays where nothing is said of it, and is the person's own.

    :raises NotFound: not theirs to see or change.
    :raises Stale: changed by somebody since `version`.
    """
    row = _own(permit, answer_id)
    values: dict[str, object] = {"text": text, "choice": choice}
    if only_me is not None and permit.is_self and row.entered_as == permit.role.value:
        values["only_me"] = only_me
    if versions.change(permit, row, version, **values):
        trail.record(permit, "changed", "about_answer", row.id)
    return row


def remove(permit: Permit, answer_id: UUID, version: int | None = None) -> AboutAnswer:
    """Take an answer out. Parameters and what it raises as `change`."""
    row = _own(permit, answer_id)
    versions.unchanged(row, version)
    row.removed_at = now()
    trail.record(permit, "removed", "about_answer", row.id)
    session().flush()
    return row


def confirm(permit: Permit) -> None:
    """The ways of care are still right, as they stand: from today they are asked about in a year."""
    permit.require(Area.ABOUT, Level.MANAGE)
    trail.record(permit, *queries.CONFIRMED)


def _own(permit: Permit, answer_id: UUID) -> AboutAnswer:
    query = select(AboutAnswer).where(visible(permit, AboutAnswer), AboutAnswer.id == answer_id)
    row = session().scalars(query.with_for_update()).first()
    if row is None:
        raise NotFound
    if not queries.may_change(permit, row):
        versions.refuse(permit, row)
    return row
