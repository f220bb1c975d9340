"""What people said, and what a team made of it: one of each."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from selfcare.feedback import actions as feedback
from selfcare.feedback import queries
from selfcare.feedback.models import Answer
from selfcare.feedback.words import DID
from selfcare.people.teams import today
from selfcare.team import heard, ideas
from selfcare.team.seat import Seat
from tests import factories
from tests.factories import Household


def seat(house: Household) -> Seat:
    return Seat(house.amina.id, "Amina", house.team, works=True, administers=True, teams=())


def said(house: Household, visit_id: UUID) -> dict[str, Any]:
    """Words about a visit that the team may read, an answer in public, an idea, a suggestion, an offer to help."""
    rosa, team = factories.permit(house.rosa, house.person), seat(house)
    user = factories.signed_in(house.rosa)
    feedback.say(rosa, visit_id, 0, "The call came late.", house.team.id, read=True)
    feedback.offer(rosa, house.team.id, "phone", "07700 900461")
    theme = heard.gather(team, [], None, "The phone calls start late.")
    day = today() - timedelta(days=9)
    heard.change(team, theme.id, 1, theme.said, True, Answer(state=DID, words="We text you.", day=day))
    idea = ideas.add(team, "Bigger numbers to tap", "On the page with the scale.")
    feedback.want(user, idea.id, True)
    suggestion = feedback.suggest(user, house.team.id, "Show the day of the week", "In my diary.")
    remark = queries.remark(rosa, visit_id)
    assert remark is not None
    return {
        "remark_id": remark.row.id, "theme_id": theme.id, "idea_id": idea.id, "suggestion_id": suggestion.id,
    }  # fmt: skip


def hidden(house: Household, visit_id: UUID, canary: str) -> dict[str, Any]:
    """Words that are the person's own, of a visit that is too."""
    rosa = factories.permit(house.rosa, house.person)
    feedback.say(rosa, visit_id, 0, f"{canary} said", house.team.id, read=False)
    remark = queries.remark(rosa, visit_id)
    assert remark is not None
    nowhere = dict.fromkeys(("theme_id", "idea_id", "suggestion_id"), uuid4())
    return {"remark_id": remark.row.id} | nowhere
