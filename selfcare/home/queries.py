"""What Today is made of: one question to each room, whatever the person has logged."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, exists, or_, select

from selfcare.accounts.models import Account
from selfcare.agreed import queries as agreed
from selfcare.agreed.models import Line
from selfcare.appointments import after_visit
from selfcare.appointments import queries as appointments
from selfcare.appointments import readiness as rules
from selfcare.appointments.after_visit import ASKED_FOR
from selfcare.appointments.models import AfterVisit, Appointment
from selfcare.appointments.plain_values import STILL
from selfcare.budget.models import Budget
from selfcare.care_plan import queries as care_plan
from selfcare.care_plan.states import Side
from selfcare.database import now, session
from selfcare.decisions.models import Decision
from selfcare.diary import queries as diary
from selfcare.goals import queries as goals
from selfcare.goals.models import CheckIn, Goal
from selfcare.notifications import inbox_reminders
from selfcare.notifications.kinds import AGAIN, AGREED, BUDGET, ENDING, FEEDBACK, LOG, LOOK, PLAN, READY
from selfcare.notifications.models import Notice
from selfcare.people import queries as people
from selfcare.people.models import Relationship
from selfcare.reminders.rules import LOG_FOR
from selfcare.requests import queries as requests
from selfcare.results import queries as results
from selfcare.sharing import snapshot
from selfcare.web.access import Area, Kind, Level, Permit
from selfcare.web.alias import shared_alias

# Made once: a statement that makes one anew makes all of its columns anew.
_visit = shared_alias(Appointment)
_goal = shared_alias(Goal)
_access = shared_alias(Relationship)
_line = shared_alias(Line)

# A visit further ahead than this takes one row.
NEAR_DAYS = 7
# Results and replies that Today names; the rest stands in their rooms.
MOST_NEW = 4


@dataclass(frozen=True)
class Today:
    """All that Today shows, as far as the rights reach. What they do not reach is None or empty."""

    lead: people.KeyContact | None
    asked: requests.Asked | None  # the team, to get in touch
    visit: appointments.Visit | None
    after: appointments.Visit | None  # a visit of the last days, to say how it was
    had_visits: bool  # one is over; asked only where none is to come
    days_ahead: int
    readiness: rules.Readiness | None
    results: Sequence[results.ReportBrief]
    replies: Sequence[appointments.Question]
    logged: diary.Glance | None  # the tiles, and what has just left them
    questions: Sequence[appointments.Question] | None
    agreed: agreed.Brief | None
    goals: Sequence[goals.GoalBrief]
    reminders: Sequence[Notice]

    @property
    def tiles(self) -> Sequence[diary.Tile] | None:
        return self.logged.tiles if self.logged else None

    @property
    def is_begun(self) -> bool:
        """Whether there is something on the own list, also where nothing of it is on the tiles now."""
        return self.logged is not None and self.logged.is_begun

    @property
    def is_near(self) -> bool:
        """Whether the next visit is within the days in which people get ready."""
        return self.visit is not None and self.days_ahead <= NEAR_DAYS

    @property
    def is_ready(self) -> bool:
        """Whether all steps for it are done, so that it needs little room."""
        return self.readiness is not None and self.readiness.done == self.readiness.total


def today(permit: Permit) -> Today:
    """Everything for Today, in at most twelve statements."""
    around = after_visit.around(permit) if permit.may(Area.APPOINTMENTS) else None
    visit = around.following if around else None
    days = (permit.local(visit.utc).date() - permit.today()).days if visit else 0
    over = not visit and around and appointments.past(permit, size=1)
    new = results.unopened(permit) if permit.may(Area.RESULTS) else []
    of_questions = appointments.on_today(permit) if permit.may(Area.QUESTIONS) else None
    asked = of_questions.open if of_questions else None
    after = around.to_say if around else None
    reminders = _reminders(permit, permit.account_id) if permit.account_id else []
    return Today(
        lead=people.lead(permit),
        asked=requests.open_one(permit) if permit.may(Area.CONTACTS) else None,
        visit=visit,
        after=after,
        had_visits=bool(over),
        days_ahead=days,
        readiness=_readiness(permit, visit, around.previous, new, asked)
        if around and visit and days <= NEAR_DAYS
        else None,
        results=new,
        replies=of_questions.replies if of_questions else (),
        logged=diary.glance(permit) if permit.may(Area.DIARY, Level.ADD) else None,
        questions=asked,
        agreed=agreed.brief(permit) if permit.may(Area.APPOINTMENTS) else None,
        goals=goals.current(permit) if permit.may(Area.GOALS) else (),
        # What stands there as a row of its own is not said twice.
        reminders=[
            each for each in reminders if not (after and (each.kind, each.about_id) == (FEEDBACK, after.id))
        ],
    )


def _reminders(permit: Permit, account_id: UUID) -> list[Notice]:
    past = _stale(account_id, [permit.person_id])
    return inbox_reminders.new(account_id, permit.person_id, without=past)


def _readiness(
    permit: Permit,
    visit: appointments.Visit,
    last: appointments.Visit | None,
    new: Sequence[results.ReportBrief],
    asked: Sequence[appointments.Question] | None,
) -> rules.Readiness | None:
    """How ready the person is; None for a visit nobody else knows of, and for who cannot see all five steps."""
    if visit.only_me or asked is None or not (permit.may(Area.DIARY) and permit.may(Area.RESULTS)):
        return None
    # As on the page that gets ready for it: since the day of the last visit, or for three months.
    first = last.wall.date() if last else snapshot.three_months_before(permit.today())
    return rules.readiness(
        results=not any(report.is_unknown for report in new),
        been=visit.has_words or diary.logged_since(permit, diary.start_of(permit, first)) > 0,
        matters=visit.has_matters,
        questions=any(not question.only_me for question in asked),
        shared=visit.ready_at is not None,
    )


def stale(account_id: UUID, people: Collection[UUID]) -> set[UUID]:
    """The unseen reminders whose time has passed, by id: what they ask for was done, or cannot be done any more.

    They stay in the inbox as what was said, and are not new. One statement.
    """
    return set(session().scalars(_stale(account_id, people)))


def _is_due(item: type[Decision | Budget]) -> ColumnElement[bool]:
    """Whether the day to look again at what a notice is about has come."""
    tomorrow = now().date() + timedelta(days=1)  # where days begin first
    return exists().where(
        item.person_id == Notice.person_id,
        item.id == Notice.about_id,
        item.removed_at.is_(None),
        item.look_on <= tomorrow,
    )


def _stale(account_id: UUID, people: Collection[UUID]) -> Select[UUID]:
    moment = now()
    looked = exists().where(
        CheckIn.person_id == Notice.person_id,
        CheckIn.goal_id == Notice.about_id,
        CheckIn.removed_at.is_(None),
        CheckIn.entered_at >= Notice.visible_from,
        # *Only me* exists for who wrote it alone.
        or_(CheckIn.only_me.is_(False), CheckIn.entered_by == account_id),
    )
    been = exists().where(
        AfterVisit.person_id == Notice.person_id,
        AfterVisit.appointment_id == Notice.about_id,
        AfterVisit.entered_by == account_id,
    )
    kind = select(Account.kind).where(Account.id == account_id).scalar_subquery()
    side = case((kind == Kind.PROFESSIONAL.value, Side.TEAM.value), else_=Side.PERSON.value)
    past = or_(
        and_(Notice.kind == READY, or_(_visit.utc < moment - STILL, _visit.ready_at.is_not(None))),
        and_(Notice.kind == FEEDBACK, or_(_visit.utc < moment - ASKED_FOR, been)),
        and_(Notice.kind == LOOK, or_(_goal.state != "open", looked)),
        and_(Notice.kind == AGREED, _line.state != "open"),
        and_(Notice.kind == AGAIN, ~_is_due(Decision)),
        and_(Notice.kind == BUDGET, ~_is_due(Budget)),
        and_(Notice.kind == LOG, Notice.visible_from < moment - LOG_FOR),
        and_(Notice.kind == PLAN, ~care_plan.waits(Notice.person_id, side)),
        and_(Notice.kind == ENDING, or_(_access.state != "active", _access.until < moment)),
    )
    return (
        select(Notice.id)
        .outerjoin(_visit, and_(_visit.person_id == Notice.person_id, _visit.id == Notice.about_id))
        .outerjoin(_goal, and_(_goal.person_id == Notice.person_id, _goal.id == Notice.about_id))
        .outerjoin(_access, and_(_access.person_id == Notice.person_id, _access.id == Notice.about_id))
        .outerjoin(_line, and_(_line.person_id == Notice.person_id, _line.id == Notice.about_id))
        .where(
            Notice.account_id == account_id,
            Notice.person_id.in_(people),
            Notice.kind.in_(inbox_reminders.PASSES),
            Notice.seen_at.is_(None),
            past,
        )
    )
