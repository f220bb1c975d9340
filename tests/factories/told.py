"""What was told of a person, and who led before."""

from datetime import timedelta
from uuid import UUID

from selfcare.admissions import actions as admissions
from selfcare.database import now, session
from selfcare.people.models import Handover
from tests import factories
from tests.factories import Household


def stays(house: Household) -> UUID:
    """Hospital stays as a professional and the person told them, and a lead that was passed on.

    :returns: the one that the person wrote down, which is theirs, and a manager's, to change.
    """
    amina, rosa = (factories.permit(each, house.person) for each in (house.amina, house.rosa))
    today = rosa.today()
    admissions.add(
        amina, place="Eye hospital", came_on=today - timedelta(days=90), left_on=today - timedelta(days=88),
        planned="yes", told_by="letter", told_name="Ward 4", note="A small operation.",
    )  # fmt: skip
    session().add(
        Handover(
            person_id=house.person.id, team_id=house.team.id, from_name="Gwen", to_id=house.amina.id, to_name="Amina",
            note="I move to the eye clinic. Amina rings you.", lines=2, by=house.amina.id, by_name="Amina",
            at=now() - timedelta(days=20),
        )
    )  # fmt: skip
    stay = admissions.add(
        rosa, place="Riverside hospital", came_on=today - timedelta(days=30), left_on=None, planned="no"
    )
    return stay.id
