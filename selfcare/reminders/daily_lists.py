"""Queries: whose list of the day has something on it, in portions of professionals."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import current_app
from sqlalchemy import CompoundSelect, and_, func, literal, or_, select, union

from selfcare.accounts.models import Account
from selfcare.appointments.models import Question
from selfcare.contacts.models import Rhythm
from selfcare.database import session
from selfcare.people import teams as team_days
from selfcare.people.models import Member, Person, Relationship, Right, Team
from selfcare.people.working_days import Closed
from selfcare.reminders import rules
from selfcare.reminders.queries import BATCH, untold
from selfcare.reminders.rules import Due
from selfcare.requests.models import ContactRequest
from selfcare.requests.queries import is_open
from selfcare.results import conditions
from selfcare.results.models import Report
from selfcare.web.access import Area, Kind, Level, Role


def professionals(moment: datetime, size: int = BATCH) -> Iterator[list[Due]]:
    """The daily lists that are due and were not told yet, in portions of professionals. Four statements each."""
    zone = ZoneInfo(current_app.config["SETTINGS"].zone)
    after: UUID | None = None
    while teams := _teams(after, size):
        after = max(teams, key=lambda account_id: account_id.hex)
        candidates = [
            found
            for account, closed in teams.items()
            if (found := rules.daily_list(account, zone, closed, moment))
        ]
        if not candidates:
            continue
        day, opens = rules.local_day(moment, zone), candidates[0].moment
        busy = set(session().scalars(_something([each.account for each in candidates], day, opens, moment)))
        yield untold([each for each in candidates if each.account in busy])


def _teams(after: UUID | None, size: int) -> dict[UUID, list[Closed]]:
    """The next professionals who work, each with the days their teams do not. Two statements."""
    working = (
        select(Account.id)
        .join(Member, Member.account_id == Account.id)
        .where(
            Account.kind == Kind.PROFESSIONAL.value,
            Account.suspended_at.is_(None),
            Member.stands(),
        )
        .distinct()
        .order_by(Account.id)
        .limit(size)
    )
    accounts = list(session().scalars(working.where(Account.id > after) if after else working))
    if not accounts:
        return {}
    found: dict[UUID, list[Closed]] = {account: [] for account in accounts}
    rows = session().execute(
        select(Member.account_id, Team.holidays)
        .join(Team, Team.id == Member.team_id)
        .where(Member.account_id.in_(accounts), Member.stands())
    )
    for account, holidays in rows:
        found[account].append(team_days.closed(holidays))
    return found


def _something(accounts: Iterable[UUID], day: date, opens: datetime, moment: datetime) -> CompoundSelect[Any]:
    """Those of some professionals for whom a contact is due or asked for, a question waits, or a result is wanted
    sooner.

    Of their own people, and of those in their team who have no key contact; what came in after the list opened tells of
    itself.
    """

    def mine(table: Any, area: Area, *conditions: Any) -> Any:
        return (
            select(Member.account_id)
            .join(Relationship, Relationship.team_id == Member.team_id)
            .join(Person, Person.id == Relationship.person_id)
            .join(
                Right,
                and_(
                    Right.relationship_id == Relationship.id,
                    Right.area == literal(area.value),
                    Right.level >= int(Level.SEE),
                ),
            )
            .join(table, table.person_id == Person.id)
            .where(
                Member.account_id.in_(accounts),
                Member.stands(),
                Relationship.kind == Role.PROFESSIONAL.value,
                Relationship.state == "active",
                or_(Relationship.until.is_(None), Relationship.until > moment),
                or_(Relationship.account_id == Member.account_id, Relationship.account_id.is_(None)),
                Person.died_on.is_(None),
                table.removed_at.is_(None),
                table.only_me.is_(False),
                *conditions,
            )
        )

    return union(
        mine(Rhythm, Area.CONTACTS, Rhythm.due_on <= day),
        mine(
            ContactRequest,
            Area.CONTACTS,
            func.coalesce(ContactRequest.planned_on, ContactRequest.answer_by) <= day,
            is_open(),
        ),
        mine(
            Question,
            Area.QUESTIONS,
            Question.asked_at <= opens,
            Question.replied_at.is_(None),
            Question.closed_at.is_(None),
        ),
        mine(
            Report,
            Area.RESULTS,
            Report.sooner_at <= opens,
            Report.visible_from > moment,
            Report.void_at.is_(None),
            ~conditions.is_replaced(),
        ),
    )
