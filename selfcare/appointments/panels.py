"""Visits and questions of many people at once, in constant statements. Never counts *only me*."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, case, func, select, tuple_

from selfcare.appointments import models, tellings
from selfcare.appointments.plain_values import STILL, may_know
from selfcare.appointments.telling_words import as_told
from selfcare.database import Instant, now, session
from selfcare.web.access import Area, Panel, visible_to_panel
from selfcare.web.alias import shared_alias

# Made once: a statement that makes one anew makes all of its columns anew.
_coming = shared_alias(models.Appointment)
_first = shared_alias(
    models.Question
)  # the one that one asks more about, as it is now, where it was sent too


@dataclass(frozen=True)
class PanelVisit:
    """The next visit of one person of a panel. `since` is the visit before it: what counts as "been" began there."""

    id: UUID
    wall: datetime
    zone: str
    utc: datetime
    how: str
    has_matters: bool
    questions: int
    has_words: bool
    ready_at: datetime | None
    since: datetime | None


@dataclass(frozen=True)
class Waiting:
    """A question that was sent and has no reply. `sent_at`: when it was asked now, or went along for the visit."""

    person_id: UUID
    id: UUID
    text: str
    why: str
    about_label: str | None
    sent_at: datetime
    told_how: str | None
    entered_name: str
    entered_at: datetime

    def told_line(self, local: Callable[[datetime], datetime]) -> str | None:
        """Whose words these are, where they were told. :param local: an instant where the person lives."""
        return as_told(self.entered_name, self.told_how, local(self.entered_at)) if self.told_how else None


def next_for_panel(panel: Panel) -> dict[UUID, PanelVisit]:
    """The next visit of each person of a panel. Two statements. Never counts *only me*."""
    found = models.Appointment
    edge = now() - STILL
    mine = visible_to_panel(panel, Area.APPOINTMENTS, found)
    before = func.lag(found.utc, type_=Instant()).over(
        partition_by=found.person_id, order_by=(found.utc, found.id)
    )
    ranked = select(found.id, found.person_id, found.utc, before.label("since")).where(mine).subquery()
    nth = func.row_number().over(partition_by=ranked.c.person_id, order_by=(ranked.c.utc, ranked.c.id))
    coming = select(ranked, nth.label("nth")).where(ranked.c.utc >= edge).subquery()
    rows = session().execute(
        select(found, coming.c.since)
        .join(coming, and_(coming.c.id == found.id, coming.c.person_id == found.person_id))
        .where(coming.c.nth == 1)
    )
    visits = [(row, since) for row, since in rows]
    counts = _open_by_visit([row.person_id for row, _ in visits], edge)
    return {
        row.person_id: PanelVisit(
            id=row.id,
            wall=row.wall,
            zone=row.zone,
            utc=row.utc,
            how=row.how,
            has_matters=bool(row.matters.strip()) or tellings.counts(row, "matters"),
            questions=counts.get((row.person_id, row.id), 0) + counts.get((row.person_id, None), 0),
            has_words=bool(row.words.strip()) or tellings.counts(row, "words"),
            ready_at=row.ready_at,
            since=since,
        )
        for row, since in visits
    }


def _open_by_visit(people: Iterable[UUID], edge: datetime) -> dict[tuple[UUID, UUID | None], int]:
    """How many open, shareable questions each coming visit has; under None those that go to the next one."""
    asked = models.Question
    still = and_(
        _coming.person_id == asked.person_id,
        _coming.id == asked.appointment_id,
        _coming.removed_at.is_(None),
        _coming.only_me.is_(False),
        _coming.utc >= edge,
    )
    rows = session().execute(
        select(asked.person_id, _coming.id, func.count())
        .outerjoin(_coming, still)
        .where(
            asked.person_id.in_(people),
            asked.removed_at.is_(None),
            asked.only_me.is_(False),
            asked.closed_at.is_(None),
        )
        .group_by(asked.person_id, _coming.id)
    )
    return {(person, appointment): count for person, appointment, count in rows}


def waiting_for_panel(panel: Panel) -> dict[UUID, tuple[int, datetime]]:
    """How many questions that were asked now wait for a reply from each person, and since when. One statement."""
    rows = session().execute(waiting_by_person(panel))
    return {person: (count, since) for person, count, since in rows if since}


def waiting_by_person(panel: Panel) -> Select[UUID, int, datetime | None]:
    """The same, to stand in a statement with others of its shape: person, how many, since when."""
    asked = models.Question
    return (
        select(asked.person_id, func.count().label("count"), func.min(asked.asked_at).label("since"))
        .where(_waiting(panel))
        .group_by(asked.person_id)
    )


def waiting_count(panel: Panel) -> ScalarSelect[int]:
    """How many questions of a panel wait for a reply, to stand in a statement with other counts."""
    return select(func.count()).select_from(models.Question).where(_waiting(panel)).scalar_subquery()


def waiting_questions(
    panel: Panel, limit: int = 30, after: tuple[datetime, UUID] | None = None
) -> list[Waiting]:
    """Questions that were asked now and wait for a reply, the longest first, by key. One statement.

    :param after: the (sent_at, id) of the last one shown.
    """
    return _listed(panel, models.Question.asked_at, limit, after)


def for_visits(panel: Panel, limit: int = 30, after: tuple[datetime, UUID] | None = None) -> list[Waiting]:
    """Questions that went along for a visit, to be talked about there: no reply is promised. As `waiting_questions`."""
    return _listed(panel, models.Question.sent_at, limit, after, models.Question.asked_at.is_(None))


def _listed(
    panel: Panel,
    since: Any,
    limit: int,
    after: tuple[datetime, UUID] | None,
    *conditions: ColumnElement[bool],
) -> list[Waiting]:
    asked = models.Question
    sent = _first.removed_at.is_(None) & _first.only_me.is_(False) & _first.sent_at.is_not(None)
    same = and_(
        _first.person_id == asked.person_id, _first.id == asked.about_id, asked.about_kind == "question"
    )
    about = case((asked.about_kind == "question", _first.text), else_=asked.about_label)
    query = (
        select(
            asked.person_id,
            asked.id,
            asked.text,
            asked.why,
            asked.about_kind,
            about.label("about_label"),
            since.label("sent_at"),
            asked.told_how,
            asked.entered_name,
            asked.entered_at,
        )
        .select_from(asked)
        .outerjoin(_first, same & sent)
        .where(_unreplied(panel), since.is_not(None), *conditions)
    )
    if after:
        query = query.where(tuple_(since, asked.id) > after)
    rows = session().execute(query.order_by(since, asked.id).limit(limit))
    return [_plain(panel, **row._mapping) for row in rows]


def _plain(panel: Panel, *, about_kind: str | None, about_label: str | None, **said: Any) -> Waiting:
    """What a question is about is of another area: named to a team that may see that one too."""
    known = may_know(panel.permits[said["person_id"]], about_kind)
    return Waiting(about_label=about_label if known else None, **said)


def _waiting(panel: Panel) -> ColumnElement[bool]:
    """The reply clock is for *Ask now* alone."""
    return and_(_unreplied(panel), models.Question.asked_at.is_not(None))


def _unreplied(panel: Panel) -> ColumnElement[bool]:
    return and_(
        visible_to_panel(panel, Area.QUESTIONS, models.Question),
        models.Question.replied_at.is_(None),
        models.Question.closed_at.is_(None),
    )
