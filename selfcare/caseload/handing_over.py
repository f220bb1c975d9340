"""The key contact passes a person on: the lead, what they promised, and what waits for them go along together."""

from uuid import UUID

from selfcare.agreed import actions as agreed
from selfcare.agreed.actions import Owner
from selfcare.appointments import question_replies as questions
from selfcare.notifications.kinds import HANDED
from selfcare.people import handovers, tells
from selfcare.people import queries as people
from selfcare.people.models import Handover
from selfcare.requests import actions as requests
from selfcare.web.access import Permit


def pass_along(permit: Permit, *, of: UUID, to: UUID, name: str) -> int:
    """What somebody promised a person, and the day they said for a request, go to a colleague. :param name: of `to`.

    :returns: how many promises.
    """
    requests.pass_on(permit, of, to, name)
    return agreed.pass_on(permit, of, Owner("professional", to, name))


def hand_over(permit: Permit, *, of: UUID | None, to: UUID, note: str) -> Handover:
    """Pass the lead on to a colleague of the team. The person is told, and so is the colleague.

    :raises NotNow: as `handovers.pass_on`; then nothing goes along either.
    """
    row = handovers.pass_on(permit, of=of, to=to, note=note)
    if of is not None:
        row.lines = pass_along(permit, of=of, to=to, name=row.to_name)
    questions.pass_on(permit, to)
    # Whoever had the lead is told too, where a colleague passed it on.
    team = {to, of} - {permit.account_id, None}
    told = [*people.accounts_of(permit), *sorted(filter(None, team))]
    tells.tell(permit, told, HANDED, row.id)
    return row
