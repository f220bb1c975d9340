"""Lists of people: one that is looked through, and people who were added from one."""

from typing import Any

from sqlalchemy import select

from selfcare.database import now, session
from selfcare.people.models import TeamOffer
from selfcare.team import adding_many, drafts, lines, suggesting
from selfcare.team.csv_file import Listed
from selfcare.team.lines import Line
from selfcare.team.models import SuggestedPerson
from selfcare.team.seat import Seat
from tests import factories
from tests.factories import Household


def a_team(house: Household) -> dict[str, Any]:
    """A list that the nurse looks through, and people who were added from one."""
    nurse = factories.signed_in(house.amina)
    fine = {"given": "Dev", "family": "Rana", "born": "8/8/1949"}
    another = {"given": "Rosa", "family": "Rana", "born": "9/9/1959"}
    listed = Listed([(1, fine), (2, another)], ["Shoe size"])  # the first is here by then: somebody else?
    seat = Seat(house.amina.id, "Amina", house.team, works=True, administers=False, teams=())
    kept = drafts.opened(nurse, drafts.keep(nurse, house.team.id, "list.csv", Listed([(1, fine)], [])))
    kept.lines[0].two = True  # where one of this name was made before
    run = adding_many.add(
        seat,
        kept,
        lead=house.amina.id,
        source="Riverside practice, 6 March",
        expected=lines.sign(lines.check(seat, kept.within).fine),
    )
    draft = drafts.keep(nurse, house.team.id, "list.csv", listed)
    waits = Line(1, {"given": "Lena", "family": "Novak", "born": "9/9/1970", "reason": "new here"})
    lines.check(seat, [waits])
    suggesting.suggest(seat, [waits], reason="", source="Riverside practice", from_list=False)
    suggested = (
        session().scalars(select(SuggestedPerson.id).where(SuggestedPerson.state == "waiting")).first()
    )
    ids = {"team_id": house.team.id, "account_id": house.amina.id, "draft_id": draft, "run_id": run}
    offer = TeamOffer(
        team_id=house.team.id, part="prompt", key=f"offer {run}",
        body={"text": {"en": "May I travel?", "ur": "کیا میں سفر کروں؟"}}, by=house.amina.id, by_name="Amina", at=now(),
    )  # fmt: skip
    session().add(offer)
    session().flush()
    return ids | {"suggested_id": suggested, "offer_id": offer.id}
