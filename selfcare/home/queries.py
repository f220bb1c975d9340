"""What Today is made of: one question to each room, whatever the person has logged."""

from collections.abc import Sequence
from dataclasses import dataclass

from selfcare.appointments import queries as appointments
from selfcare.appointments import readiness as rules
from selfcare.database import now
from selfcare.diary import queries as diary
from selfcare.goals import queries as goals
from selfcare.notifications import reminding
from selfcare.notifications.models import Notice
from selfcare.people import queries as people
from selfcare.results import queries as results
from selfcare.sharing import compose
from selfcare.web.access import Area, Level, Permit

# A visit further ahead than this takes one row.
NEAR_DAYS = 7
# Results and replies that Today names; the rest stands in their rooms.
MOST_NEW = 4


@dataclass(frozen=True)
class Today:
    """All that Today shows, as far as the rights reach. What they do not reach is None or empty."""

    lead: people.KeyContact | None
    visit: appointments.Visit | None
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


def today(permit: Permit) -> Today:
    """Everything for Today, in at most ten statements."""
    visit = appointments.next_visit(permit) if permit.may(Area.APPOINTMENTS) else None
    days = (visit.wall.date() - permit.today()).days if visit else 0
    new = results.unopened(permit) if permit.may(Area.RESULTS) else []
    asked = appointments.open_questions(permit) if permit.may(Area.QUESTIONS) else None
    return Today(
        lead=people.lead(permit),
        visit=visit,
        days_ahead=days,
        readiness=_readiness(permit, visit, new, asked) if visit and days <= NEAR_DAYS else None,
        results=new,
        replies=appointments.replies(permit) if asked is not None else (),
        tiles=diary.tiles(permit) if permit.may(Area.DIARY, Level.ADD) else None,
        questions=asked,
        goals=goals.current(permit) if permit.may(Area.GOALS) else (),
        reminders=reminding.new(permit.account_id, permit.person_id) if permit.account_id else (),
    )


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
    first = last.wall.date() if last else compose.three_months_before(permit.today())
    return rules.readiness(
        results=not new,
        been=visit.has_words or diary.logged_since(permit, diary.start_of(permit, first)) > 0,
        matters=visit.has_matters,
        questions=any(not question.only_me for question in asked),
        shared=visit.ready_at is not None,
    )
