"""Colleagues on the team's page: invited, suspended, given a new way in by two, and who may do so."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pyotp
import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from selfcare.accounts import enrolment
from selfcare.accounts.models import Account
from selfcare.audit.models import Trail
from selfcare.config import Smtp
from selfcare.database import command, now, session
from selfcare.notifications import words
from selfcare.notifications.kinds import ENROL
from selfcare.outbox.models import Outbox
from selfcare.people import teams
from selfcare.people.models import Administrator, Member, Team
from selfcare.web.access import Kind
from tests import factories
from tests.harness.client import Client
from tests.harness.pages import Answer
from tests.team.scenes import Desk

one_engine = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
JO = {"name": "Jo", "title": "link worker", "email": "Jo@Example.net"}


def code_in(page: Answer) -> str:
    found = re.search(r"/enrol#([A-Z0-9]+)", page.text)
    assert found, page.h1
    return found[1]


def enrols(phone: Client, code: str) -> Answer:
    """Opens the link with its code, sets a password and the second step."""
    page = phone.get("/enrol").form("enrol").submit(code=code, password="winter ladder teapot")
    if page.status == 422:
        return page
    secret = "".join(page.all("p.code")[0].split())
    return page.form("code-form").submit(code=pyotp.TOTP(secret).at(int(now().timestamp())))


def one_of(app: Flask, email: str) -> UUID:
    with app.app_context():
        return session().scalars(select(Account.id).where(Account.email == email)).one()


def test_a_colleague_is_invited_and_comes_in_once(
    app: Flask, here: Desk, ola: Client, new_client: Callable[..., Client]
) -> None:
    """Alone catches: a link that works twice, people given to who is not in, an invitation that opens after all."""
    page = ola.get("/team/people/").form("invite").submit(**JO)
    assert page.h1 == "A link for Jo"
    code = code_in(page)
    listed = ola.get("/team/people/")
    assert "Invited, not in yet" in listed
    assert "Jo was invited" in listed
    assert code not in listed.text
    again = listed.form("invite").submit(**JO)
    assert again.status == 422
    assert "Jo of this team has this address already." in again
    taken = listed.form("invite").submit(**(JO | {"email": "owen@example.net"}))
    assert taken.status == 422
    assert "This address cannot be used here." in taken
    jo = one_of(app, "jo@example.net")
    place = f"/team/{here.team}/people/{jo}/"
    leave = ola.get(f"/team/{here.team}/people/{here.amina}/leave")
    assert "Priya" in leave or "They are key contact of nobody here." in leave
    newer = code_in(ola.get(place + "link").form("new-link").submit())
    assert enrols(new_client(), code).status == 422, "the link before has ended"
    phone = new_client()
    assert enrols(phone, newer).h1 == "Recovery codes"
    assert enrols(new_client(), newer).status == 422, "it works once"
    assert "Invited, not in yet" not in ola.get(place)
    assert ola.get(place + "link").status == 404, "a new way in for who is in takes two"
    with app.app_context():
        noted = session().scalars(
            select(Trail.verb).where(Trail.person_id == here.team, Trail.kind == "staff")
        )
        assert sorted(noted) == ["invited", "link"]


@one_engine
def test_an_invitation_is_taken_back_and_its_address_is_free_again(
    app: Flask, here: Desk, ola: Client, new_client: Callable[..., Client]
) -> None:
    code = code_in(ola.get("/team/people/").form("invite").submit(**JO))
    place = f"/team/{here.team}/people/{one_of(app, 'jo@example.net')}/"
    gone = ola.get(place).form("Take the invitation back").submit()
    assert "The invitation of Jo was taken back" in gone
    assert enrols(new_client(), code).status == 422
    assert ola.get(place).status == 404
    assert ola.get("/team/people/").form("invite").submit(**JO).h1 == "A link for Jo"


@one_engine
def test_the_link_goes_by_mail_and_its_words_hold_no_name(app: Flask, here: Desk, ola: Client) -> None:
    """Alone catches: a code kept in the outbox, a link mailed that opens nothing any more."""
    before = app.config["SETTINGS"]
    app.config["SETTINGS"] = replace(
        before, smtp=Smtp("localhost", 25, "none"), url="https://selfcare.example"
    )
    try:
        done = ola.get("/team/people/").form("invite").submit(**JO, link="mail")
        assert "/enrol#" not in done.text
        jo = one_of(app, "jo@example.net")
        place = f"/team/{here.team}/people/{jo}/"
        assert "The e-mail with the link is on its way." in ola.get(place)
        with app.test_request_context():
            about = session().scalars(select(Outbox.about).where(Outbox.kind == ENROL)).one()
            assert set(about) == {"by", "enrolment"}
            to, code = enrolment.to_send(UUID(about["enrolment"])) or ("", "")
            assert to == "jo@example.net"
            letter = words.enrol_letter(None, f"https://selfcare.example/enrol#{code}")
            assert "Jo" not in letter.text
        ola.get(place + "link").form("new-link").submit(link="mail")
        with app.test_request_context():
            assert enrolment.to_send(UUID(about["enrolment"])) is None
    finally:
        app.config["SETTINGS"] = before


def test_suspended_at_once_and_back(
    app: Flask, here: Desk, ola: Client, new_client: Callable[..., Client]
) -> None:
    """Alone catches: a session that goes on, oneself or the last who runs the pages shut out."""
    nurse = new_client()
    nurse.sign_in(here.amina)
    assert nurse.get("/caseload/", follow=False).status == 200
    place = f"/team/{here.team}/people/{here.amina}/"
    form = ola.get(place).click("Suspend Amina").form("suspend")
    assert form.submit().status == 422
    done = form.submit(reason="Lost the phone on the bus")
    assert "Suspended" in done
    assert "Lost the phone on the bus" in ola.get("/team/people/")
    assert nurse.get("/caseload/", follow=False).status == 303
    assert "Suspended" not in done.form("Let them in again").submit()
    nurse.sign_in(here.amina)
    assert nurse.get("/caseload/", follow=False).status == 200
    assert nurse.get(place + "suspend").status == 404, "only who runs the pages"
    assert ola.get(f"/team/{here.team}/people/{here.ola}/suspend", follow=False).status == 303, "not oneself"


def test_a_new_way_in_takes_two_of_the_team(
    app: Flask, here: Desk, ola: Client, new_client: Callable[..., Client]
) -> None:
    """Alone catches: one who asks and confirms, one for oneself, one of another team, one that rests on who is out."""
    priya, amina = new_client(), new_client()
    priya.sign_in(here.priya)
    amina.sign_in(here.amina)
    place = f"/team/{here.team}/people/{here.amina}/new-way-in"
    asked = priya.get(place).form("reset").submit(how="We stood face to face")
    assert "Priya asked for it" in asked
    assert "I confirm it" not in asked.text
    reset = asked.form("Stop it").value("reset")
    token = asked.form("Stop it").value("csrf_token")
    own = priya.post(place, {"csrf_token": token, "do": "confirm", "reset": reset})
    assert own.status == 409
    token = amina.get(place).form("Stop it").value("csrf_token")
    assert amina.post(place, {"csrf_token": token, "do": "confirm", "reset": reset}).status == 409
    made = ola.get(place).form("I confirm it").submit()
    code = code_in(made)
    assert amina.get("/caseload/", follow=False).status == 303, "signed out everywhere"
    again = new_client()
    assert enrols(again, code).h1 == "Recovery codes"
    assert "Your second step was changed." in again.get("/inbox/")
    assert (
        ola.post(place, {"csrf_token": token_of(ola, place), "do": "confirm", "reset": reset}).status == 404
    )
    asked = priya.get(place).form("reset").submit(how="On the phone, by her number")
    with app.app_context(), command() as work:
        work.get_one(Account, here.priya).suspended_at = now()
    assert ola.get(place).form("I confirm it").submit().status == 404


def token_of(browser: Client, place: str) -> str:
    return browser.get("/account/language").html.find("input", {"name": "csrf_token"})["value"]  # type: ignore[index,return-value]


@one_engine
def test_what_raises_a_right_asks_again_who_they_are(app: Flask, here: Desk, ola: Client) -> None:
    """Alone catches: a page left open at a desk that invites a colleague, and typed words lost on the way."""
    form = ola.get("/team/people/").form("invite").fill(**JO)
    with time_machine.travel(now() + timedelta(minutes=11), tick=False):
        asked = form.submit()
    assert asked.status == 401
    assert "link worker" in asked.text


def test_settings_are_the_teams_own_and_two_at_once_see_both(
    app: Flask, here: Desk, ola: Client, new_client: Callable[..., Client]
) -> None:
    """Alone catches: a promise counted by old days, one administrator's settings lost under another's."""
    day = "24 12 2099"
    with app.app_context():
        ahead = teams.today() + timedelta(days=30)
    form = ola.get(f"/team/{here.team}/settings").form("settings")
    other = ola.get(f"/team/{here.team}/settings").form("settings")
    for days, said in (("31 2 2027", "is not a day"), (day, "more than three years ahead")):
        wrong = form.submit(holidays=f"{ahead:%d.%m.%Y}\n{days}")
        assert wrong.status == 422
        assert said in wrong
    done = form.submit(phone="01632 960999", reply_days="4", holidays=f"{ahead:%d.%m.%Y}")
    assert "01632 960999" in done
    late = other.submit(phone="01632 960111")
    assert late.status == 409
    assert "01632 960999" in late
    assert late.form("settings").value("phone") == "01632 960111"
    assert "01632 960111" in late.form("settings").submit()
    with app.app_context():
        team = session().get_one(Team, here.team)
        assert (team.reply_days, team.holidays) == (2, []), "what was chosen on the later form stands"
    amina = new_client()
    amina.sign_in(here.amina)
    assert amina.get(f"/team/{here.team}/settings").status == 404


def test_who_runs_the_pages(app: Flask, here: Desk, ola: Client, new_client: Callable[..., Client]) -> None:
    """Alone catches: a team that nobody runs, another team's pages opened, a right that outlives its end."""
    amina = new_client()
    amina.sign_in(here.amina)
    place = f"/team/{here.team}/people/{here.amina}/"
    page = ola.get(place).form("They run them too").submit()
    assert "Amina invites colleagues" in page
    invited = amina.get("/team/people/").form("invite")
    ola.get(place).form("They run them no more").submit()
    assert invited.submit(**JO).status == 404, "read again when it is pressed"
    assert ola.get(f"/team/{here.team}/people/{here.other}/").status == 404
    other = new_client()
    other.sign_in(here.other)
    for path in (place, f"/team/{here.team}/settings", f"/team/people/?team={here.team}"):
        assert other.get(path).status == 404, path
    with app.app_context(), command() as work:
        work.get_one(Member, (teams_of(here.other), here.other)).ended_at = now()
    assert other.get("/team/people/").status == 404


def teams_of(account_id: UUID) -> UUID:
    return session().scalars(select(Member.team_id).where(Member.account_id == account_id)).one()


def test_the_first_of_a_new_team_runs_its_pages_and_others_by_command(app: Flask) -> None:
    def run(*args: str) -> str:
        return app.test_cli_runner().invoke(args=["people", *args]).output

    team = ("--team", "Riverside")
    first = ("--name", "Amina", "--title", "nurse", "--email", "amina@example.net")
    assert "They run the team's pages" in run("add-professional", *first, *team)
    second = ("--name", "Priya", "--title", "nurse", "--email", "priya@example.net")
    assert "They run the team's pages" not in run("add-professional", *second, *team)
    assert "runs the pages of “Riverside”" in run("add-administrator", "--email", "priya@example.net", *team)
    made = run("add-administrator", "--email", "ola@example.net", "--name", "Ola", *team)
    assert "/enrol#" in made
    with app.test_request_context(), command() as work:
        assert len(work.scalars(select(Administrator)).all()) == 3
        ola = work.scalars(select(Account).where(Account.email == "ola@example.net")).one()
        assert ola.kind == Kind.ADMINISTRATOR
        assert not factories.panel(ola).permits


@one_engine
def test_an_account_that_one_made_for_oneself_is_no_second_person(
    app: Flask, here: Desk, ola: Client, new_client: Callable[..., Client]
) -> None:
    """Alone catches: somebody who invites themself, asks as that account, and confirms as their own."""
    jo_in = new_client()
    enrols(jo_in, code_in(ola.get("/team/people/").form("invite").submit(**JO)))
    place = f"/team/{here.team}/people/{here.amina}/new-way-in"
    new = jo_in.get(place).form("reset").submit(how="Face to face")
    assert new.status == 409
    assert "been here for a week" in new
    assert new.form("reset").value("how") == "Face to face"
    jo = one_of(app, "jo@example.net")
    with app.app_context(), command() as work:
        work.get_one(Account, jo).way_at = now() - timedelta(days=8)
    jo_in.get(place).form("reset").submit(how="Face to face")
    done = ola.get(place).form("I confirm it").submit()
    assert done.status == 409
    assert "One of you two let the other in" in done
    kim_in = new_client()
    kim = JO | {"name": "Kim", "email": "kim@example.net"}
    enrols(kim_in, code_in(ola.get("/team/people/").form("invite").submit(**kim)))
    with app.app_context(), command() as work:
        work.get_one(Account, one_of(app, "kim@example.net")).way_at = now() - timedelta(days=8)
    two = kim_in.get(place).form("I confirm it").submit()
    assert two.status == 409, "two that one made are no two, however long ago"
    assert "The same colleague let both of you in." in two
    priya = new_client()
    priya.sign_in(here.priya)
    assert priya.get(place).form("I confirm it").submit().h1 == "A link for Amina"


@one_engine
def test_a_new_way_in_goes_to_their_own_address(
    app: Flask, here: Desk, ola: Client, new_client: Callable[..., Client]
) -> None:
    """Alone catches: a link shown to whoever confirms, where it could be mailed to whose it is."""
    priya = new_client()
    priya.sign_in(here.priya)
    before = app.config["SETTINGS"]
    app.config["SETTINGS"] = replace(
        before, smtp=Smtp("localhost", 25, "none"), url="https://selfcare.example"
    )
    try:
        place = f"/team/{here.team}/people/{here.amina}/new-way-in"
        priya.get(place).form("reset").submit(how="Face to face")
        shown = ola.get(place)
        assert "by e-mail, to amina@example.net" in shown
        assert "/enrol#" not in shown.form("I confirm it").submit().text
        with app.test_request_context():
            about = session().scalars(select(Outbox.about).where(Outbox.kind == ENROL)).one()
            assert (enrolment.to_send(UUID(about["enrolment"])) or ("",))[0] == "amina@example.net"
    finally:
        app.config["SETTINGS"] = before


@one_engine
def test_an_invitation_broken_off_after_the_password_is_not_in_yet(
    app: Flask, here: Desk, ola: Client, new_client: Callable[..., Client]
) -> None:
    """Alone catches: a colleague who can neither get a new link nor a new way in, and gets people all the same."""
    code = code_in(ola.get("/team/people/").form("invite").submit(**JO))
    new_client().get("/enrol").form("enrol").submit(code=code, password="winter ladder teapot")
    place = f"/team/{here.team}/people/{one_of(app, 'jo@example.net')}/"
    page = ola.get(place)
    assert "Invited, not in yet" in page
    again = code_in(page.click("Make a new link").form("new-link").submit())
    assert enrols(new_client(), again).h1 == "Recovery codes"
    assert "Invited, not in yet" not in ola.get(place)
