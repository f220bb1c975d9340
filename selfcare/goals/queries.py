"""Reading goals and their check-ins."""

from dataclasses import dataclass
from datetime import date
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Select, and_, select, tuple_
from werkzeug.exceptions import NotFound

from selfcare.database import session
from selfcare.goals import words
from selfcare.goals.models import CheckIn, Goal
from selfcare.web import versions
from selfcare.web.access import Area, Level, Permit, shareable, visible
from selfcare.web.alias import shared_alias
from selfcare.web.paging import Key

# Made once: a statement that makes one anew makes all of its columns anew.
_latest = shared_alias(CheckIn)

PAGE = 20
MOST = 20  # goals that Today and a summary show


@dataclass(frozen=True)
class GoalBrief:
    """An open goal in a few words. `last_words` is how it was going, in the reader's language."""

    id: UUID
    text: str
    why: str
    sure: int | None
    look_on: date | None
    last_check_in: date | None
    last_words: str | None
    next_step: str = ""
    due: bool = False  # the day to look again has come, and nobody has looked since


@dataclass(frozen=True)
class Listed:
    """A goal of a list, with its latest check-in and whether it is time to look again."""

    goal: Goal
    latest: CheckIn | None
    due: bool


def goal(permit: Permit, goal_id: UUID) -> Goal:
    """One goal. :raises NotFound: unknown, removed or not theirs to see."""
    found = session().scalars(select(Goal).where(visible(permit, Goal), Goal.id == goal_id)).first()
    if found is None:
        raise NotFound
    return found


def check_in(permit: Permit, goal_id: UUID, check_in_id: UUID) -> CheckIn:
    """One check-in of a goal that can be seen. :raises NotFound: as `goal`."""
    found = (
        session()
        .scalars(
            select(CheckIn).where(
                visible(permit, CheckIn), CheckIn.goal_id == goal_id, CheckIn.id == check_in_id
            )
        )
        .first()
    )
    if found is None:
        raise NotFound
    return found


def goals(permit: Permit, *, ended: bool, before: Key | None = None, size: int = PAGE) -> list[Listed]:
    """Open or ended goals, newest first, each with its latest check-in. One statement; one more than `size` at most.

    :param before: the (entered_at, id) of the last one shown.
    """
    query = (
        _with_latest(permit, visible)
        .where(Goal.state != "open" if ended else Goal.state == "open")
        .order_by(Goal.entered_at.desc(), Goal.id.desc())
        .limit(size + 1)
    )
    if before:
        query = query.where(tuple_(Goal.entered_at, Goal.id) < before)
    today = permit.today()
    return [Listed(goal, latest, _is_due(goal, latest, today)) for goal, latest in session().execute(query)]


def check_ins(permit: Permit, goal_id: UUID, before: Key | None = None, size: int = PAGE) -> list[CheckIn]:
    """Check-ins of a goal, newest first; one more than `size` at most, which says that there are earlier ones.

    :param before: the (utc, id) of the last one shown.
    """
    query = (
        select(CheckIn)
        .where(visible(permit, CheckIn), CheckIn.goal_id == goal_id)
        .order_by(CheckIn.utc.desc(), CheckIn.id.desc())
        .limit(size + 1)
    )
    if before:
        query = query.where(tuple_(CheckIn.utc, CheckIn.id) < before)
    return list(session().scalars(query))


def current(permit: Permit) -> list[GoalBrief]:
    """Open goals for Today: those to look at first come first. One statement, 20 at most."""
    query = (
        _with_latest(permit, visible)
        .where(Goal.state == "open")
        .order_by(Goal.look_on.is_(None), Goal.look_on, Goal.entered_at.desc(), Goal.id.desc())
        .limit(MOST)
    )
    today = permit.today()
    return [
        GoalBrief(
            id=goal.id,
            text=goal.text,
            why=goal.why,
            sure=goal.sure,
            look_on=goal.look_on,
            last_check_in=latest.wall.date() if latest is not None else None,
            last_words=words.how(latest.how) if latest is not None else None,
            next_step=goal.next_step,
            due=_is_due(goal, latest, today),
        )
        for goal, latest in session().execute(query)
    ]


def for_summary(permit: Permit) -> list[dict[str, Any]]:
    """Open goals as a summary keeps them, without anything marked *only me*. `how` is a code of `words.HOW`."""
    query = (
        _with_latest(permit, shareable)
        .where(Goal.state == "open")
        .order_by(Goal.entered_at.desc(), Goal.id.desc())
        .limit(MOST)
    )
    return [
        {
            "id": str(goal.id),
            "check": str(latest.id) if latest is not None else None,
            "text": goal.text,
            "why": goal.why,
            "sure": goal.sure,
            "checked": latest.wall.date().isoformat() if latest is not None else None,
            "how": latest.how if latest is not None else None,
            "note": latest.note if latest is not None else "",
            "next": goal.next_step,
        }
        for goal, latest in session().execute(query)
    ]


def may_change(permit: Permit, item: Goal | CheckIn) -> bool:
    """Whether an item is theirs to change: their own, or with the right to manage others' too."""
    own = versions.is_own(permit, item)
    return permit.may(Area.GOALS, Level.ADD if own or permit.is_self else Level.MANAGE)


def _with_latest(permit: Permit, seen: Any) -> Select[Goal, CheckIn | None]:
    newest = (
        select(CheckIn.id)
        .where(seen(permit, CheckIn), CheckIn.goal_id == Goal.id)
        .order_by(CheckIn.utc.desc(), CheckIn.id.desc())
        .limit(1)
        .correlate(Goal)
        .scalar_subquery()
    )
    query = (
        select(Goal, _latest)
        .outerjoin(_latest, and_(_latest.person_id == Goal.person_id, _latest.id == newest))
        .where(seen(permit, Goal))
    )
    return cast("Select[Goal, CheckIn | None]", query)  # the outer join's half may be missing


def _is_due(goal: Goal, latest: CheckIn | None, today: date) -> bool:
    if goal.state != "open" or goal.look_on is None or goal.look_on > today:
        return False
    return latest is None or latest.wall.date() < goal.look_on
