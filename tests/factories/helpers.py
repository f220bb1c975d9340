"""Those whose access is of the rarer kinds: who acts by law, and whose access stands still."""

from datetime import date
from uuid import UUID

from sqlalchemy import update

from selfcare.database import session
from selfcare.people import actions as people
from selfcare.people import pausing
from selfcare.people.acting import RIGHTS
from selfcare.people.models import Member, Relationship
from selfcare.web.access import Area, Level, Role
from tests import factories
from tests.factories import Household


def rarer(house: Household) -> dict[tuple[str, str], UUID]:
    """A deputy to be looked at again, one who waits for a second one of the team, one who is paused, one whom the team
    holds; the key contact may hold them.

    :returns: which relationship stands in which address.
    """
    session().execute(update(Member).where(Member.account_id == house.amina.id).values(safeguards=True))
    deputy = _helps(house, "Samira", RIGHTS)
    deputy.basis, deputy.basis_seen, deputy.basis_on = "deputy", "Order of the court", date(2024, 3, 3)
    deputy.review_on = date(2026, 1, 1)
    rosa, amina = (factories.permit(one, house.person) for one in (house.rosa, house.amina))
    pausing.pause(rosa, _helps(house, "Nadia", {Area.DIARY: Level.SEE}).id)
    pausing.hold(amina, _helps(house, "Dilwyn", {Area.DIARY: Level.SEE}).id, "He answers for her")
    gwilym = factories.account(name="Gwilym")
    waits = people.relate(
        house.person.id, kind=Role.CARER, account_id=gwilym.id, rights=RIGHTS, by=house.rosa.id,
        basis="attorney", state="proposed",
    )  # fmt: skip
    waits.basis_seen, waits.basis_on = "The registered form", date(2024, 3, 3)
    session().flush()
    names = {deputy.id: ("act_reviewed", "act_end"), waits.id: ("act_confirm",)}
    return {
        (f"people.{name}{send}", "relationship_id"): one
        for one, each in names.items()
        for name in each
        for send in ("", "_send")
    }


def _helps(house: Household, name: str, rights: dict[Area, Level]) -> Relationship:
    account = factories.account(name=name)
    return people.relate(
        house.person.id, kind=Role.CARER, account_id=account.id, rights=rights, by=house.rosa.id
    )
