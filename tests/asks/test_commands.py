"""Making a voluntary body and a link worker from the shell."""

import pytest
from flask import Flask
from sqlalchemy import select

from selfcare.accounts.models import Account
from selfcare.database import command, session
from selfcare.people.models import Administrator, Member, Team
from tests import factories

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)


def test_a_body_is_made_with_its_first_worker_and_is_no_team_of_professionals(
    app: Flask, engine_kind: str
) -> None:
    """A professional's account in a body, or a body's worker in a team that looks after people."""
    with app.test_request_context(), command():
        nurse, team = factories.nurse()
        nurse.email = "amina@riverside.example"
        care = team.name
    run = app.test_cli_runner()
    bo = ("--name", "Bo", "--title", "volunteer", "--email", "bo@leisure.example")
    made = run.invoke(
        args=["people", "add-body-worker", *bo, "--body", "Riverside Leisure", "--phone", "01632 960204"]
    )
    assert "works for the new body “Riverside Leisure”" in made.output
    refused = run.invoke(args=["people", "add-body-worker", *bo, "--body", care])
    assert "looks after people, and no body" in refused.output
    refused = run.invoke(args=["people", "add-professional", *bo, "--team", "Riverside Leisure"])
    assert "is a voluntary body" in refused.output
    linked = run.invoke(args=["people", "link-worker", "--email", "amina@riverside.example", "--team", care])
    assert linked.exit_code == 0, linked.output
    with app.app_context():
        body = session().scalars(select(Team).where(Team.kind == "body")).one()
        worker = session().scalars(select(Account).where(Account.kind == "body")).one()
        assert session().get(Member, (body.id, worker.id))
        assert session().get(Administrator, (body.id, worker.id))
        assert session().scalars(select(Member.link_worker).where(Member.account_id == nurse.id)).one()
