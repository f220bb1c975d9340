"""What Today is made of: one question to each room, whatever the person has logged."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import aliased

from selfcare.appointments import queries as appointments
from selfcare.appointments import readiness as rules
from selfcare.appointments.models import Appointment
from selfcare.appointments.plain_values import STILL
from selfcare.database import now, session
from selfcare.diary import queries as diary
from selfcare.goals import queries as goals
from selfcare.goals.models import CheckIn, Goal
from selfcare.notifications import inbox_reminders
from selfcare.notifications.kinds import ENDING, FEEDBACK, LOOK, READY
from selfcare.notifications.models import Notice
from selfcare.people import queries as people
from selfcare.people.models import Relationship
from selfcare.results import queries as results
from selfcare.sharing import snapshot
from selfcare.web.access import Area, Level, Permit

# For so long after a visit it is asked how it was.
ASKED_FOR = timedelta(days=7)
# A visit further ahead than this takes one row.
NEAR_DAYS = 7
# Results and replies that Today names; the rest stands in their rooms.
MOST_NEW = 4


@dataclass(frozen=True)
class Today:
    """All that Today shows, as far as the rights reach. What they do not reach is None or empty."""

    lead: people.KeyContact | None
    visit: appointments.Visit | None
    had_visits: bool  # one is over; asked only where none is to come
    days_ahead: int
    readiness: rules.Readiness | None
    results: Sequence[results.ReportBrief]
    replies: Sequence[appointments.Question]
    tiles: Sequence[diary.Tile] | None
    questions: Sequence[appointments.Question] | None
    goals: Sequence[goals.GoalBrief]
    reminders: Sequence[Notice]

    @property
    def is_near(self) -> bool:
        """Whether the next visit is within the days in which people get ready."""
        return self.visit is not None and self.days_ahead <= NEAR_DAYS

    @property
    def is_ready(self) -> bool:
        """Whether all steps for it are done, so that it needs little room."""
        return self.readiness is not None and self.readiness.done == self.readiness.total


def today(permit: Permit) -> Today:
    """Everything for Today, in at most ten statements."""
    visit = appointments.next_visit(permit) if permit.may(Area.APPOINTMENTS) else None
    days = (permit.local(visit.utc).date() - permit.today()).days if visit else 0
    over = not visit and permit.may(Area.APPOINTMENTS) and appointments.past(permit, size=1)
    new = results.unopened(permit) if permit.may(Area.RESULTS) else []
    asked = appointments.open_questions(permit) if permit.may(Area.QUESTIONS) else None
    return Today(
        lead=people.lead(permit),
        visit=visit,
        had_visits=bool(over),
        days_ahead=days,
        readiness=_readiness(permit, visit, new, asked) if visit and days <= NEAR_DAYS else None,
        results=new,
        replies=appointments.replies(permit) if asked is not None else (),
        tiles=diary.tiles(permit) if permit.may(Area.DIARY, Level.ADD) else None,
        questions=asked,
        goals=goals.current(permit) if permit.may(Area.GOALS) else (),
        reminders=_reminders(permit, permit.account_id) if permit.account_id else (),
    )


def _reminders(permit: Permit, account_id: UUID) -> list[Notice]:
    found = inbox_reminders.new(account_id, permit.person_id)
    past = stale(account_id, [permit.person_id]) if found else ()
    return [notice for notice in found if notice.id not in past]


def _readiness(
    permit: Permit,
    visit: appointments.Visit,
    new: Sequence[results.ReportBrief],
    asked: Sequence[appointments.Question] | None,
) -> rules.Readiness | None:
    """How ready the person is; None for a visit nobody else knows of, and for who cannot see all five steps."""
    if visit.only_me or asked is None or not (permit.may(Area.DIARY) and permit.may(Area.RESULTS)):
        return None
    # As on the page that gets ready for it: since the day of the last visit, or for three months.
    last = appointments.previous_visit(permit, min(visit.utc, now()))
    first = last.wall.date() if last else snapshot.three_months_before(permit.today())
    return rules.readiness(
        results=not new,
        been=visit.has_words or diary.logged_since(permit, diary.start_of(permit, first)) > 0,
        matters=visit.has_matters,
        questions=any(not question.only_me for question in asked),
        shared=visit.ready_at is not None,
    )


def stale(account_id: UUID, people: Collection[UUID]) -> set[UUID]:
    """The unseen reminders whose time has passed, by id: what they ask for was done, or cannot be done any more.

    They stay in the inbox as what was said, and are not new. One statement.
    """
    visit, goal, access = aliased(Appointment), aliased(Goal), aliased(Relationship)
    moment = now()
    looked = exists().where(
        CheckIn.person_id == Notice.person_id,
        CheckIn.goal_id == Notice.about_id,
        CheckIn.removed_at.is_(None),
        CheckIn.entered_at >= Notice.visible_from,
        # *Only me* exists for who wrote it alone.
        or_(CheckIn.only_me.is_(False), CheckIn.entered_by == account_id),
    )
    past = or_(
        and_(Notice.kind == READY, or_(visit.utc < moment - STILL, visit.ready_at.is_not(None))),
        and_(Notice.kind == FEEDBACK, visit.utc < moment - ASKED_FOR),
        and_(Notice.kind == LOOK, or_(goal.state != "open", looked)),
        and_(Notice.kind == ENDING, or_(access.state != "active", access.until < moment)),
    )
    return set(
        session().scalars(
            select(Notice.id)
            .outerjoin(visit, and_(visit.person_id == Notice.person_id, visit.id == Notice.about_id))
            .outerjoin(goal, and_(goal.person_id == Notice.person_id, goal.id == Notice.about_id))
            .outerjoin(access, and_(access.person_id == Notice.person_id, access.id == Notice.about_id))
            .where(
                Notice.account_id == account_id,
                Notice.person_id.in_(people),
                Notice.kind.in_(inbox_reminders.REMINDERS),
                Notice.seen_at.is_(None),
                past,
            )
        )
    )
