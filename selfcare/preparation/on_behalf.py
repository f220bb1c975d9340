"""Getting ready on behalf: what a person tells somebody goes where it belongs. All of it, or nothing.

It is written down as told; shared, where the person says so; for a professional the talk is a contact, too; and the
person is told.
"""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask_babel import gettext

from selfcare import i18n
from selfcare.appointments import telling_actions, tellings
from selfcare.appointments.models import Telling
from selfcare.appointments.plain_values import Visit
from selfcare.contacts import actions as contact_actions
from selfcare.contacts import queries as contacts
from selfcare.database import now
from selfcare.notifications.kinds import TELLING
from selfcare.people import access, queries, teams, tells
from selfcare.people.working_days import next_working_day
from selfcare.sharing import actions as sharing
from selfcare.sharing import queries as summaries
from selfcare.sharing.choosing_views import may_share
from selfcare.web.access import Area, Level, Permit, Role
from selfcare.web.when import at_instant

# A sheet that came by post is no talk.
TALKS = {"phone": "phone", "beside": "visit"}


def keep(
    permit: Permit, visit: Visit, *, how: str, share: str, instead: Telling | None, **said: Any
) -> UUID | None:
    """Write it down.

    :param instead: what these words take the place of: with what was shared with it. The talk was one.
    :returns: the summary, where one was shared. :raises NobodyToShareWith: as `sharing.share`.
    """
    if instead:
        _unshare(permit, telling_actions.take_out(permit, instead))
    row = telling_actions.write(permit, visit.id, how=how, share=share, **said)
    summary = None
    if share == tellings.YES:
        telling_actions.send_told(permit, row)
        summary = sharing.share_told(permit, row)
    contact = instead.contact_id if instead and instead.how == how else _contact(permit, visit, how)
    telling_actions.note(row, summary_id=summary, contact_id=contact)
    tells.tell(permit, [one.id for one in queries.own_accounts(permit)], TELLING, row.id)
    return summary


def was_shared_again(permit: Permit, row: Telling) -> bool:
    """Whether something else was shared for the visit since: it holds these words, too."""
    found = summaries.newest_of(access.as_told(permit), row.appointment_id)
    return found is not None and found.id != row.summary_id and found.as_of >= row.entered_at


def take_back(permit: Permit, telling_id: UUID, version: int | None) -> None:
    """Take it out, and what was shared with it. Raises as `telling_actions.take_back`."""
    _unshare(permit, telling_actions.take_back(permit, telling_id, version))


def _unshare(permit: Permit, summary: UUID | None) -> None:
    if summary:
        sharing.withdraw(permit if permit.is_self else access.as_told(permit), summary)


def may_be_shared(permit: Permit, visit: Visit) -> bool:
    """Whether it can be shared at once: there is a key contact, and whoever writes may share for the person."""
    if queries.lead(permit) is None or visit.only_me:
        return False
    return permit.role is Role.PROFESSIONAL or may_share(permit)


def logs(permit: Permit) -> bool:
    """Whether a talk with this account is a contact."""
    return permit.role is Role.PROFESSIONAL and permit.may(Area.CONTACTS, Level.MANAGE)


def _contact(permit: Permit, visit: Visit, how: str) -> UUID | None:
    if not logs(permit) or how not in TALKS:
        return None
    said = gettext("We got ready together for the visit on %(moment)s.", moment=i18n.moment(visit.wall))
    when = at_instant(now(), permit.zone)
    return contact_actions.log(permit, when=when, how=TALKS[how], said=said, due_on=_next(permit)).id


def _next(permit: Permit) -> date | None:
    """When contact is due after this one: as often as is usual; a day that was planned for later stays."""
    plan = contacts.plan(permit)
    if plan.due_on and plan.due_on > permit.today():
        return None
    return next_working_day(permit.today() + timedelta(days=plan.every_days), teams.closed_for(permit))
