"""The log of this app: what people suggested to a team, and the ideas that whoever runs a team's pages makes of it."""

from datetime import date
from uuid import UUID

from sqlalchemy import func, select
from werkzeug.exceptions import NotFound

from selfcare.audit import trail
from selfcare.database import now, session
from selfcare.feedback.models import Idea, Suggestion
from selfcare.feedback.words import OPEN
from selfcare.team.heard import ChangedMeanwhile
from selfcare.team.seat import Seat

SHOWN = 50  # that wait, the oldest first: the others come when these are decided
MOST_DECIDED = 30
MOST_IDEAS = 200


def waiting(seat: Seat) -> list[Suggestion]:
    """What nobody has decided about, the oldest first; one more than is shown. One statement."""
    query = select(Suggestion).where(Suggestion.team_id == seat.team.id, Suggestion.state == "new")
    return list(session().scalars(query.order_by(Suggestion.at, Suggestion.id).limit(SHOWN + 1)))


def number_waiting(seat: Seat) -> int:
    """How many wait. One statement."""
    query = select(func.count()).where(Suggestion.team_id == seat.team.id, Suggestion.state == "new")
    return session().scalar(query) or 0


def decided(seat: Seat) -> list[Suggestion]:
    """What was decided lately, newest first. One statement."""
    query = select(Suggestion).where(Suggestion.team_id == seat.team.id, Suggestion.state != "new")
    order = Suggestion.decided_at.desc(), Suggestion.id
    return list(session().scalars(query.order_by(*order).limit(MOST_DECIDED)))


def suggestion(seat: Seat, suggestion_id: UUID, *, lock: bool = False) -> Suggestion:
    """A suggestion to the team. :raises NotFound: another team's, or taken back meanwhile."""
    query = select(Suggestion).where(Suggestion.team_id == seat.team.id, Suggestion.id == suggestion_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    row = session().scalars(query).first()
    if row is None:
        raise NotFound
    return row


def choices() -> list[tuple[UUID, str]]:
    """The ideas that something can become part of, newest first."""
    rows = session().execute(
        select(Idea.id, Idea.title).order_by(Idea.made_at.desc(), Idea.id).limit(MOST_IDEAS)
    )
    return [(one, title) for one, title in rows]


def merge(seat: Seat, suggestion_id: UUID, idea_id: UUID) -> None:
    """It is part of an idea now, and its account counts there. :raises NotFound: there is no such idea."""
    if session().get(Idea, idea_id) is None:
        raise NotFound
    _decide(seat, suggestion_id, "merged", idea_id=idea_id)


def answer(seat: Seat, suggestion_id: UUID, words: str) -> None:
    """It has an answer, which whoever suggested it reads."""
    _decide(seat, suggestion_id, "answered", answer=words)


def leave(seat: Seat, suggestion_id: UUID) -> None:
    """Nothing comes of it now."""
    _decide(seat, suggestion_id, "left")


def _decide(
    seat: Seat, suggestion_id: UUID, state: str, *, idea_id: UUID | None = None, answer: str = ""
) -> None:
    row = suggestion(seat, suggestion_id, lock=True)
    row.state, row.idea_id, row.answer = state, idea_id, answer
    row.decided_at, row.decided_by = now(), seat.account_id
    trail.note_team(seat, seat.team.id, "decided", "app_suggestion", row.id)
    session().flush()


def add(seat: Seat, title: str, words: str) -> Idea:
    """A new idea, for everybody to read."""
    moment = now()
    row = Idea(
        title=title, words=words, state=OPEN, why="", made_at=moment, changed_at=moment, by=seat.account_id
    )
    session().add(row)
    session().flush()
    trail.note_team(seat, seat.team.id, "added", "app_idea", row.id)
    return row


def change(
    seat: Seat, idea_id: UUID, version: int, *, title: str, words: str, state: str, why: str, on: date | None
) -> None:
    """What an idea says, and how it stands with it. :raises ChangedMeanwhile: somebody was quicker."""
    query = select(Idea).where(Idea.id == idea_id).with_for_update()
    row = session().scalars(query.execution_options(populate_existing=True)).first()
    if row is None:
        raise NotFound
    if row.version != version:
        raise ChangedMeanwhile
    row.title, row.words, row.state, row.why, row.on = title, words, state, why, on
    row.version, row.changed_at, row.by = row.version + 1, now(), seat.account_id
    trail.note_team(seat, seat.team.id, "changed", "app_idea", row.id)
    session().flush()
