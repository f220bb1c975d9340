"""Reading decisions."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NoReturn
from uuid import UUID

from sqlalchemy import Select, and_, or_, select, tuple_
from werkzeug.exceptions import NotFound

from selfcare.database import session
from selfcare.decisions import states, words
from selfcare.decisions.models import Decision
from selfcare.decisions.states import Move, State, Who
from selfcare.web import versions, written
from selfcare.web.access import Area, Level, Permit, Role, visible
from selfcare.web.paging import Key

PAGE = 20
WAITING = 5
OPEN = (State.OPEN, State.LEANING)
# What a summary says of one.
SHARED = (
    "question", "option_a", "option_b", "option_c", "facts", "matters", "matters_by", "lean", "lean_by", "state",
    "chosen", "words", "with_whom", "decided_on", "look_on",
)  # fmt: skip


@dataclass(frozen=True)
class Waiting:
    """A decision that waits for a visit: its day to look again has come, or a question about it is asked there."""

    id: UUID
    question: str
    look_on: date | None
    due: bool


def decision(permit: Permit, decision_id: UUID) -> Decision:
    """One decision. :raises NotFound: unknown, removed or not theirs to see."""
    found = (
        session()
        .scalars(select(Decision).where(visible(permit, Decision), Decision.id == decision_id))
        .first()
    )
    if found is None:
        raise NotFound
    return found


def decisions(permit: Permit, before: Key | None = None, size: int = PAGE) -> list[Decision]:
    """Decisions, newest first; one more than `size` at most, which says that there are earlier ones.

    :param before: the (entered_at, id) of the last one shown.
    """
    query = (
        select(Decision)
        .where(visible(permit, Decision))
        .order_by(Decision.entered_at.desc(), Decision.id.desc())
        .limit(size + 1)
    )
    if before:
        query = query.where(tuple_(Decision.entered_at, Decision.id) < before)
    return list(session().scalars(query))


def undecided(permit: Permit, size: int) -> list[Decision]:
    """Those that are open, newest first. One statement."""
    query = select(Decision).where(visible(permit, Decision), Decision.state.in_(OPEN))
    return list(session().scalars(query.order_by(Decision.entered_at.desc(), Decision.id.desc()).limit(size)))


def waiting_read(permit: Permit, asked_about: Collection[UUID]) -> Select[*tuple[Any, ...]]:
    """What to talk about at a visit: the rows that `waiting_of` takes, to be read beside others.

    :param asked_about: what its questions are about.
    """
    tied = and_(Decision.state.in_(OPEN), Decision.id.in_(asked_about))
    return (
        select(Decision.entered_at, Decision.id, Decision.question, Decision.look_on)
        .where(visible(permit, Decision), or_(Decision.look_on <= permit.today(), tied))
        .order_by(Decision.entered_at, Decision.id)
        .limit(WAITING)
    )


def waiting_of(permit: Permit, rows: Iterable[Sequence[Any]]) -> list[Waiting]:
    """In the order in which they were written."""
    today = permit.today()
    return [
        Waiting(id_, text, on, on is not None and on <= today)
        for _, id_, text, on in sorted(rows, key=_written)
    ]


def _written(row: Sequence[Any]) -> tuple[Any, str]:
    return row[0], row[1].hex


def for_summary(permit: Permit) -> Sequence[Select[*tuple[Any, ...]]]:
    """Decisions as a summary reads them, those that are open first."""
    order = (Decision.state.not_in(OPEN), Decision.entered_at.desc())
    facts = {name: getattr(Decision, name) for name in SHARED}
    return [written.kept(permit, Decision, "decisions", order=order, **facts)]


def ties(permit: Permit, row: Decision) -> frozenset[Who]:
    """What ties whoever asks to a decision."""
    adds = permit.may(Area.DECISIONS, Level.ADD)
    began = (
        adds
        and permit.account_id is not None
        and row.entered_by == permit.account_id
        and _is_own(permit, row)
    )
    found = {
        Who.SELF: permit.is_self,
        Who.MANAGE: all_rows(permit),
        Who.WRITER: began and permit.role is Role.CARER,
        Who.BEGAN: began and permit.role is Role.PROFESSIONAL,
        Who.ADD: adds,
        Who.SEE: True,
    }
    return frozenset(who for who, so in found.items() if so)


def moves(permit: Permit, row: Decision) -> frozenset[Move]:
    """What this account can do with a decision where it stands now."""
    tied, state = ties(permit, row), State(row.state)
    return frozenset(move for move in Move if _may(permit, row, tied, move) and states.possible(state, move))


def may(permit: Permit, row: Decision, move: Move) -> bool:
    """Whether a move is theirs to make."""
    return _may(permit, row, ties(permit, row), move)


def _may(permit: Permit, row: Decision, tied: frozenset[Who], move: Move) -> bool:
    """What others told does not go with a decision, whoever began it, but for the person."""
    if move is Move.REMOVE and Who.SELF not in tied and not all(is_theirs(permit, one) for one in row.facts):
        return False
    return states.may(tied, move)


def is_theirs(permit: Permit, fact: dict[str, Any]) -> bool:
    """Whether they wrote a row of what was told."""
    return permit.account_id is not None and fact["account"] == str(permit.account_id)


def may_turn(permit: Permit, row: Decision, fact: dict[str, Any]) -> bool:
    """Whether a row of what was told is theirs to change: their own, or all of them by the right to."""
    return is_theirs(permit, fact) or all_rows(permit)


def all_rows(permit: Permit) -> bool:
    """Whether every row of what was told is theirs to change, whoever began the decision."""
    managing = permit.may(Area.DECISIONS, Level.MANAGE) and permit.role is not Role.PROFESSIONAL
    return permit.is_self or managing


def refuse(permit: Permit, row: Decision) -> NoReturn:
    """Answer who sees a decision and may not do this with it, as `versions.refuse`."""
    versions.refuse(permit, row)


def fact(row: Decision, fact_id: UUID) -> dict[str, Any]:
    """One row of what was told. :raises NotFound: there is none, or it was taken out."""
    found = next((one for one in row.facts if one["id"] == str(fact_id)), None)
    if found is None:
        raise NotFound
    return found


def groups(row: Decision) -> list[tuple[str, list[dict[str, Any]]]]:
    """What was told, under what is good and what is hard, in the order in which it was written."""
    found = [(kind, [one for one in row.facts if one["kind"] == kind]) for kind in words.KINDS]
    return [(kind, rows) for kind, rows in found if rows]


def _is_own(permit: Permit, row: Decision) -> bool:
    """Whether nobody else has put words into what they began, but rows of what was told."""
    return versions.wrote(permit, row, row.words_version) and versions.wrote(permit, row, row.mine_version)
