"""The working life of a professional from the shell: a link, a team left, a suspension, a second step set up anew."""

import re
from collections.abc import Callable
from typing import Any

import pyotp
import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select

from selfcare import database
from selfcare.accounts import factor
from selfcare.accounts.models import Account
from selfcare.agreed import actions as agreed
from selfcare.agreed.actions import Owner
from selfcare.agreed.models import Line
from selfcare.database import command, now
from selfcare.notifications.kinds import HANDED
from selfcare.notifications.models import Notice
from selfcare.people.models import Handover, Member, Relationship, Team
from tests import factories
from tests.harness.client import Client

WHO = [
    "--name",
    "Amina",
    "--title",
    "specialist nurse",
    "--email",
    "Amina@Example.net",
    "--team",
    "Riverside",
]

Run = Callable[..., Result]


@pytest.fixture
def run(app: Flask) -> Run:
    """Runs `people …`: `run("suspend", "--email", …)`."""
    return lambda *args: app.test_cli_runner().invoke(args=["people", *args])


def count(app: Flask, what: Any) -> int:
    with app.app_context():
        return database.session().scalar(select(func.count()).select_from(what)) or 0


def link(done: Result) -> str:
    assert done.exit_code == 0, done.output
    found = re.search(r"/enrol#(\S+)", done.output)
    assert found
    return found[1]


def enrols(client: Client, code: str) -> str:
    """Opens the link with its code, sets a password and the second step. :returns: its secret."""
    page = client.get("/enrol").form("enrol").submit(code=code, password="winter ladder teapot")
    secret = "".join(page.all("p.code")[0].split())
    code = pyotp.TOTP(secret).at(int(now().timestamp()))
    assert page.form("code-form").submit(code=code).h1 == "Recovery codes"
    return secret


def others(run: Run, *names: str, team: str = "Riverside") -> None:
    for name in names:
        address = f"{name.lower()}@example.net"
        done = run("add-professional", "--name", name, "--title", "nurse", "--email", address, "--team", team)
        assert done.exit_code == 0, done.output


def test_the_first_account_and_its_team(app: Flask, run: Run, client: Client) -> None:
    done = run("add-professional", *WHO)
    assert "Amina is in the new team “Riverside”." in done.output
    assert "amina@example.net" in done.output
    enrols(client, link(done))


def test_a_team_that_is_there_is_joined(app: Flask, run: Run) -> None:
    run("add-professional", *WHO)
    others(run, "Priya")
    assert (count(app, Team), count(app, Member), count(app, Account)) == (1, 2, 2)


@pytest.mark.parametrize("changes", [{"--email": "no at sign"}, {"--name": "  "}, {"--team": ""}])
def test_what_cannot_be_is_refused_and_nothing_made(app: Flask, run: Run, changes: dict[str, str]) -> None:
    values = dict(zip(WHO[::2], WHO[1::2], strict=True)) | changes
    done = run("add-professional", *(part for pair in values.items() for part in pair))
    assert done.exit_code == 1
    assert "are needed" in done.output
    assert (count(app, Account), count(app, Team)) == (0, 0)


def test_an_address_in_use_is_refused(app: Flask, run: Run) -> None:
    run("add-professional", *WHO)
    done = run("add-professional", *WHO[:-1], "Another team")
    assert done.exit_code == 1
    assert "amina@example.net is in use by another account." in done.output
    assert count(app, Team) == 1


def test_a_second_step_is_reset_by_two_of_the_team(
    run: Run, client: Client, new_client: Callable[..., Client]
) -> None:
    enrols(client, link(run("add-professional", *WHO)))
    others(run, "Priya", "Ken")
    others(run, "Owen", team="Hillside")
    reset = ("reset-second-step", "--email", "amina@example.net", "--asked-by")
    for first, second in (("priya", "priya"), ("amina", "priya"), ("priya", "owen"), ("priya", "nobody")):
        done = run(*reset, f"{first}@example.net", "--confirmed-by", f"{second}@example.net")
        assert done.exit_code == 1, (first, second)
    assert client.get("/caseload/", follow=False).status == 200
    assert run("new-link", "--email", "amina@example.net").exit_code == 1, "one person alone does not"
    done = run(*reset, "priya@example.net", "--confirmed-by", "ken@example.net")
    assert client.get("/caseload/", follow=False).status == 303, "the sessions she had are over"
    again = new_client()
    enrols(again, link(done))
    assert "Your second step was changed." in again.get("/inbox/")


def test_who_leaves_a_team_hands_their_people_over(app: Flask, run: Run, client: Client) -> None:
    """Alone catches: a promise left with who is gone, and a person whom nobody tells who leads their care now."""
    with app.test_request_context(), command() as work:
        amina, team = factories.nurse()
        priya, _ = factories.nurse("Priya", team)
        amina.email, priya.email = "amina@example.net", "priya@example.net"
        rosa = factories.account(name="Rosa")
        person = factories.person(amina, team, own=rosa)
        ids, name, rosa_id = (amina.id, priya.id, person.id), team.name, rosa.id
        work.flush()
        own = factories.permit(amina, person)
        agreed.add(own, what="Ask the doctor", owner=Owner("professional", amina.id, "Amina"))
    client.sign_in(ids[0])
    leave = ("leave-team", "--email", "amina@example.net", "--team", name)
    assert run(*leave).exit_code == 1, "nobody would be their key contact"
    run("suspend", "--email", "priya@example.net")
    refused = run(*leave, "--hand-over-to", "priya@example.net")
    assert "whose account is not suspended" in refused.output  # and not: try again
    run("let-in-again", "--email", "priya@example.net")
    done = run(*leave, "--hand-over-to", "priya@example.net")
    assert done.exit_code == 0, done.output
    assert client.get(f"/people/{ids[2]}/").status == 404
    with app.app_context():
        row = database.session().scalars(select(Relationship).where(Relationship.lead)).one()
        assert (row.account_id, row.state) == (ids[1], "active")
        assert database.session().scalars(select(Line.owner_id)).one() == ids[1]
        passed = database.session().scalars(select(Handover)).one()
        assert (passed.from_id, passed.to_id, passed.lines) == (ids[0], ids[1], 1)
        told = set(database.session().scalars(select(Notice.account_id).where(Notice.kind == HANDED)))
        assert told == {rosa_id, ids[1]}
    assert run(*leave).exit_code == 1, "once"


def test_a_suspension_ends_what_is_open_and_can_end(app: Flask, run: Run, client: Client) -> None:
    enrols(client, link(run("add-professional", *WHO)))
    run("suspend", "--email", "amina@example.net")
    assert client.get("/caseload/", follow=False).status == 303
    sent = {"email": "amina@example.net", "password": "winter ladder teapot"}
    assert client.get("/sign-in").form("sign-in").submit(**sent).status == 422
    run("let-in-again", "--email", "amina@example.net")
    assert client.get("/sign-in").form("sign-in").submit(**sent).h1 == "Your second step"


def test_old_second_steps_are_sealed(app: Flask, run: Run) -> None:
    run("add-professional", *WHO)
    with app.app_context(), command() as work:
        work.scalars(select(Account)).one().totp_secret = "A" * 32
    assert "sealed 1" in run("seal").output
    assert "sealed 0" in run("seal").output
    with app.app_context():
        kept = database.session().scalars(select(Account.totp_secret)).one()
        assert factor.is_sealed(kept or "")
