"""What notices are about, by name: for lists that are read after signing in. A statement for each kind that is there.

Queries of this room: a name leaves here only for who may see the thing now.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select

from selfcare import i18n
from selfcare.accounts.models import Account
from selfcare.agreed.models import Line
from selfcare.appointments.models import Appointment, Question
from selfcare.appointments.words import meeting
from selfcare.asks import about
from selfcare.asks.models import Ask
from selfcare.budget.models import Budget, SpendAsk
from selfcare.database import session
from selfcare.decisions.models import Decision
from selfcare.diary import presets
from selfcare.diary.models import Tracker
from selfcare.goals.models import Goal
from selfcare.notifications.kinds import (
    AGAIN,
    AGREED,
    ASK,
    ASK_WAITS,
    BUDGET,
    CORRECTED,
    ENDING,
    FEEDBACK,
    LOG,
    LOOK,
    MAY_SPEND,
    PLANNED,
    QUESTION,
    READY,
    REPLY,
    REQUEST,
    RESULT,
    SOONER,
    SPEND_ANSWERED,
    WATCH,
)
from selfcare.notifications.models import Notice
from selfcare.people.models import Relationship
from selfcare.requests.models import ContactRequest
from selfcare.results.models import Report
from selfcare.results.release import HAND
from selfcare.watches.models import Watch
from selfcare.web.access import Permit
from selfcare.web.only_me import is_hidden

LONGEST = 100

_TEXTS: dict[str, Any] = {
    RESULT: Report,
    CORRECTED: Report,
    SOONER: Report,
    QUESTION: Question,
    REPLY: Question,
    READY: Appointment,
    FEEDBACK: Appointment,
    LOOK: Goal,
    AGREED: Line,
    AGAIN: Decision,
    BUDGET: Budget,
    LOG: Tracker,
    WATCH: Watch,
    REQUEST: ContactRequest,
    PLANNED: ContactRequest,
    MAY_SPEND: SpendAsk,
    SPEND_ANSWERED: SpendAsk,
    ASK: Ask,
    ASK_WAITS: Ask,
}


def names(permits: Mapping[UUID, Permit], notices: Iterable[Notice]) -> dict[UUID, str]:
    """What each notice is about, by the id of that thing; nothing where it is gone or not to be seen."""
    wanted: dict[Any, set[UUID]] = defaultdict(set)
    for notice in notices:
        wanted[Relationship if notice.kind == ENDING else _TEXTS.get(notice.kind)].add(notice.about_id)
    found: dict[UUID, str] = {}
    for table, ids in wanted.items():
        if table is Relationship:
            for row in session().execute(_helpers(permits, ids)):
                found[row.id] = _ends(permits[row.person_id], row.name, row.until)
        elif table is not None:
            rows = session().scalars(
                select(table).where(
                    table.id.in_(ids), table.person_id.in_(permits), table.removed_at.is_(None)
                )
            )
            found |= {
                row.id: _said(permits[row.person_id], row)
                for row in rows
                if not is_hidden(permits[row.person_id], row) and not _is_restricted(row)
            }
    return found


def _is_restricted(row: Any) -> bool:
    """What its laboratory says is restricted is named on its own page alone."""
    return isinstance(row, Report) and row.waits_for == HAND


def _helpers(permits: Mapping[UUID, Permit], ids: set[UUID]) -> Select[UUID, UUID, datetime | None, str]:
    return (
        select(Relationship.id, Relationship.person_id, Relationship.until, Account.name)
        .join(Account, Account.id == Relationship.account_id)
        .where(Relationship.id.in_(ids), Relationship.person_id.in_(permits))
    )


def _ends(permit: Permit, name: str, until: datetime | None) -> str:
    """Whose access, and when it ends; to whom it is their own, only when."""
    day = i18n.day(permit.local(until).date()) if until else ""
    return i18n.comma().join(part for part in (name if permit.is_self else "", day) if part)


def _said(permit: Permit, row: Any) -> str:
    if isinstance(row, Report):
        return i18n.beginning(row.asked_for, LONGEST)
    if isinstance(row, Appointment):
        when = i18n.moment(row.wall, year=row.wall.year != permit.today().year)
        return f"{when}{i18n.comma()}{meeting(row.how, row.with_whom)}"
    if isinstance(row, Tracker | Watch):
        return i18n.beginning(presets.name_of(row), LONGEST)
    if isinstance(row, ContactRequest):
        return i18n.beginning(row.about, LONGEST)
    if isinstance(row, Ask):
        return i18n.beginning(about.title(row, permit), LONGEST)
    if isinstance(row, Budget):
        return i18n.beginning(row.purpose, LONGEST)
    if isinstance(row, Decision):
        return i18n.beginning(row.question, LONGEST)
    return i18n.beginning(row.what if isinstance(row, Line | SpendAsk) else row.text, LONGEST)
