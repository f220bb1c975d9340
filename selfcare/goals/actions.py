"""What can be done with goals: set them, change them, check in, end them and take them up again."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from werkzeug.exceptions import NotFound

from selfcare.audit import trail
from selfcare.database import now, session
from selfcare.goals import queries
from selfcare.goals.models import CheckIn, Goal
from selfcare.goals.words import ENDS, HOW
from selfcare.notifications import actions as notifications
from selfcare.web import versions
from selfcare.web.access import Area, Level, Permit, visible
from selfcare.web.when import When


class NotForTheGoal(ValueError):
    """A next step, or a day to look again, that cannot be kept: others would read what was said for oneself alone, or
    the goal is not theirs to change.
    """


def add(
    permit: Permit,
    *,
    text: str,
    matters: str = "",
    why: str = "",
    sure: int | None = None,
    look_on: date | None = None,
    next_step: str = "",
    only_me: bool = False,
) -> Goal:
    """Set a goal. *Only me* counts only when the person enters it.

    :param sure: 0 to 10, or None when skipped.
    """
    permit.require(Area.GOALS, Level.ADD)
    row = Goal(
        **permit.stamp(),
        text=text,
        matters=matters,
        why=why,
        sure=sure,
        look_on=look_on,
        next_step=next_step,
        state="open",
        closing_words="",
        only_me=bool(only_me) and permit.is_self,
    )
    session().add(row)
    session().flush()
    trail.record(permit, "added", "goal", row.id)
    return row


def change(permit: Permit, goal_id: UUID, version: int, **values: Any) -> Goal:
    """Change a goal's words, how sure, when to look again, the next step, *only me*.

    :raises NotFound: not theirs to see or change.
    :raises Stale: changed by somebody since `version`.
    """
    row = _own(permit, goal_id)
    if values.get("only_me") is None or not _may_hide(permit, row):
        values.pop("only_me", None)
    was_hidden = row.only_me
    if versions.change(permit, row, version, **values):
        trail.record(permit, "changed", "goal", row.id)
    if row.only_me and not was_hidden:
        notifications.take_back(permit.person_id, row.id)
    return row


def end(permit: Permit, goal_id: UUID, version: int, how: str, words: str) -> Goal:
    """End a goal: achieved, changed or let go, with words. :raises NotFound, Stale: as `change`."""
    if how not in ENDS:
        raise ValueError(how)
    row = _own(permit, goal_id)
    if versions.turn(permit, row, version, state=how, closing_words=words, closed_on=permit.today()):
        trail.record(permit, "ended", "goal", row.id)
    return row


def reopen(permit: Permit, goal_id: UUID) -> Goal:
    """Take an ended goal up again; how it had ended stays among its earlier versions. :raises NotFound: as `change`."""
    row = _own(permit, goal_id)
    if versions.turn(permit, row, None, state="open", closing_words="", closed_on=None):
        trail.record(permit, "reopened", "goal", row.id)
    return row


def remove(permit: Permit, goal_id: UUID, version: int | None = None) -> None:
    """Remove a goal, and with it its check-ins. Parameters and what it raises as `change`."""
    row = _own(permit, goal_id)
    versions.unchanged(row, version)
    row.removed_at = now()
    notifications.take_back(permit.person_id, row.id)
    trail.record(permit, "removed", "goal", row.id)
    session().flush()


def check_in(
    permit: Permit,
    goal_id: UUID,
    *,
    when: When,
    how: str,
    note: str = "",
    only_me: bool = False,
    next_step: str | None = None,
    look_on: date | None = None,
) -> CheckIn:
    """Say how a goal is going.

    :param next_step: the new next step; None leaves it.
    :param look_on: when to look again; None leaves it.
    :raises NotFound: the goal is not theirs to see, or has ended.
    :raises NotForTheGoal: see there; nothing is kept.
    """
    permit.require(Area.GOALS, Level.ADD)
    if how not in HOW:
        raise ValueError(how)
    goal = _locked(permit, goal_id)
    if goal.state != "open":
        raise NotFound
    hidden = goal.only_me or (only_me and permit.is_self)
    planned = {"next_step": next_step, "look_on": look_on}
    values = {name: new for name, new in planned.items() if new not in (None, getattr(goal, name))}
    # A private check-in must not show through a goal that others read.
    if values and not (queries.may_change(permit, goal) and hidden == goal.only_me):
        raise NotForTheGoal
    row = CheckIn(**permit.stamp(), goal_id=goal.id, how=how, note=note, **when.columns, only_me=hidden)
    session().add(row)
    session().flush()
    trail.record(permit, "added", "check_in", row.id)
    if values and versions.change(permit, goal, None, **values):
        trail.record(permit, "changed", "goal", goal.id)
    return row


def change_check_in(permit: Permit, goal_id: UUID, check_in_id: UUID, version: int, **values: Any) -> CheckIn:
    """Change a check-in. :raises NotFound, Stale: as `change`."""
    row = _own_check_in(permit, goal_id, check_in_id)
    if values.get("only_me") is None or not _may_hide(permit, row):
        values.pop("only_me", None)
    if versions.change(permit, row, version, **values):
        trail.record(permit, "changed", "check_in", row.id)
    return row


def remove_check_in(permit: Permit, goal_id: UUID, check_in_id: UUID, version: int | None = None) -> None:
    """Remove a check-in. Parameters and what it raises as `change`."""
    row = _own_check_in(permit, goal_id, check_in_id)
    versions.unchanged(row, version)
    row.removed_at = now()
    trail.record(permit, "removed", "check_in", row.id)
    session().flush()


def _may_hide(permit: Permit, row: Goal | CheckIn) -> bool:
    """*Only me* is for what people entered themselves."""
    return permit.is_self and row.entered_as == permit.role.value


def _locked(permit: Permit, goal_id: UUID) -> Goal:
    row = (
        session()
        .scalars(select(Goal).where(visible(permit, Goal), Goal.id == goal_id).with_for_update())
        .first()
    )
    if row is None:
        raise NotFound
    return row


def _own(permit: Permit, goal_id: UUID) -> Goal:
    row = _locked(permit, goal_id)
    if not queries.may_change(permit, row):
        versions.refuse(permit, row)
    return row


def _own_check_in(permit: Permit, goal_id: UUID, check_in_id: UUID) -> CheckIn:
    _locked(permit, goal_id)
    row = (
        session()
        .scalars(
            select(CheckIn)
            .where(visible(permit, CheckIn), CheckIn.goal_id == goal_id, CheckIn.id == check_in_id)
            .with_for_update()
        )
        .first()
    )
    if row is None:
        raise NotFound
    if not queries.may_change(permit, row):
        versions.refuse(permit, row)
    return row
