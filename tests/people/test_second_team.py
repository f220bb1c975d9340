"""A second team is let in by the person, and by nobody of a team on their own."""

from collections.abc import Callable

from flask import Flask
from sqlalchemy import select

from selfcare.database import command, session
from selfcare.people.models import Relationship
from tests import factories
from tests.harness.client import Client


def test_nobody_lets_their_other_team_in_by_a_letter_they_wrote(
    app: Flask, new_client: Callable[..., Client]
) -> None:
    """One professional of two teams would need nobody: not the person, and no colleague."""
    with app.test_request_context(), command():
        amina, team = factories.nurse()
        hillside = factories.people.make_team("Hillside")
        factories.people.join_team(hillside, amina)
        someone = factories.person(amina, team)
        ids = amina.id, someone.id, str(hillside.id)
    nurse = new_client()
    nurse.sign_in(ids[0])
    letter = nurse.get(f"/people/{ids[1]}/letter").form("Make the letter").submit()
    code = letter.html.select_one(".qr__code")
    assert code is not None
    born = {"born-day": "27", "born-month": "3", "born-year": "1962"}
    form = nurse.get("/caseload/code").form("join")
    answer = form.submit(code=code.get_text(), team=ids[2], **born)
    assert answer.status == 422
    assert "You wrote this letter yourself" in answer
    with app.app_context():
        held = select(Relationship.team_id).where(Relationship.person_id == ids[1])
        assert ids[2] not in {str(one) for one in session().scalars(held)}
