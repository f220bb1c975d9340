"""A colleague leaves: their people first, then the day; and what ends with it."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from selfcare.accounts.models import Account
from selfcare.agreed import actions as agreed
from selfcare.agreed.actions import Owner
from selfcare.agreed.models import Line
from selfcare.audit.models import Trail
from selfcare.database import command, now, session
from selfcare.notifications.kinds import HANDED
from selfcare.notifications.models import Notice
from selfcare.people import actions, invitations, may_send, staff, teams
from selfcare.people.access import PROFESSIONAL
from selfcare.people.models import Administrator, Handover, Member, Relationship, Team
from selfcare.web.access import Role
from tests import factories
from tests.harness.client import Client
from tests.team.scenes import Desk


def two_people(app: Flask, here: Desk) -> tuple[UUID, UUID, UUID]:
    """Rosa, who has come in and was promised something, and Dev, who has not. :returns: them, and Rosa's account."""
    with app.test_request_context(), command() as work:
        amina, team = work.get_one(Account, here.amina), work.get_one(Team, here.team)
        own = factories.account(name="Rosa")
        rosa, dev = factories.person(amina, team, own=own), factories.person(amina, team, "Dev")
        permit = factories.permit(amina, rosa)
        agreed.add(permit, what="Ask the doctor", owner=Owner("professional", amina.id, "Amina"))
        return rosa.id, dev.id, own.id


def test_their_people_first_then_the_day_and_then_nothing_opens(
    app: Flask, here: Desk, client: Client, new_client: Callable[..., Client]
) -> None:
    """Alone catches: a day set with somebody left, one not told, a promise left behind, a day that does not come."""
    rosa, dev, own = two_people(app, here)
    nurse, ola = new_client(), client
    nurse.sign_in(here.amina)
    ola.sign_in(here.ola)
    day = teams_today(app) + timedelta(days=10)
    form = ola.get("/team/people/").click("Open Amina").click("Amina leaves").form("leave")
    left = form.submit(day=day.isoformat(), note="I move to the eye clinic.")
    assert left.status == 422
    assert "2 people still need somebody. Choose who they go to." in left
    assert left.form("leave").value("note") == "I move to the eye clinic."
    look = left.form("leave").submit(to=str(here.priya))
    assert look.h1 == "Before it happens"
    assert "“Your key contact is Priya .”" in look
    assert "Dev has not come in yet, and is not told." in look
    with app.app_context():
        assert not session().scalars(select(Handover)).all(), "only shown"
    done = look.form("do-leave").submit()
    assert "Last day:" in done
    assert look.form("do-leave").submit().url == done.url, "a second press does nothing more"
    with app.app_context():
        assert set(session().scalars(select(Relationship.account_id).where(Relationship.lead))) == {
            here.priya
        }
        assert session().scalars(select(Line.owner_id)).one() == here.priya
        assert [(row.from_id, row.by) for row in session().scalars(select(Handover))] == [
            (here.amina, here.ola)
        ] * 2
        told = select(Notice.account_id).where(Notice.kind == HANDED, Notice.person_id == rosa)
        assert set(session().scalars(told)) == {own, here.priya, here.amina}
    assert nurse.get(f"/people/{rosa}/").status == 200, "until the end of the day"
    refused = (
        nurse.get("/caseload/add")
        .form("add")
        .submit(given_name="Maya", **{"born-day": "1", "born-month": "2", "born-year": "1990"})
    )
    assert refused.status == 422
    assert "nobody new is given to you" in refused
    with app.app_context():
        ends = session().scalars(select(Member.ended_at).where(Member.account_id == here.amina)).one()
        assert ends == teams.end_of(day)
    last, over = ends - timedelta(seconds=1), ends
    with time_machine.travel(last, tick=False):
        nurse.sign_in(here.amina)
        opened = nurse.get(f"/people/{rosa}/").click("Log a contact")
        form = opened.form("/contacts/add")
        with app.app_context():
            assert may_send.whether(here.amina, rosa, HANDED).may
    with time_machine.travel(over, tick=False):
        assert form.submit().status == 404, "a page that was left open"
        for path in (f"/people/{rosa}/", f"/people/{dev}/contacts/", "/team/people/"):
            assert nurse.get(path).status == 404, path
        with app.app_context():
            assert not may_send.whether(here.amina, rosa, HANDED).may


def teams_today(app: Flask):  # type: ignore[no-untyped-def]
    with app.app_context():
        return teams.today()


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_they_stay_after_all_and_what_was_shown_is_what_happens(
    app: Flask, here: Desk, client: Client
) -> None:
    """Alone catches: a list that changed between the look and the press; a day that cannot be taken back."""
    two_people(app, here)
    client.sign_in(here.ola)
    place = f"/team/{here.team}/people/{here.amina}/"
    day = (teams_today(app) + timedelta(days=1)).isoformat()
    look = client.get(place + "leave").form("leave").submit(day=day, to=str(here.priya))
    with app.test_request_context(), command() as work:
        amina, team = work.get_one(Account, here.amina), work.get_one(Team, here.team)
        factories.person(amina, team, "Maya")
    changed = look.form("do-leave").submit()
    assert changed.status == 409
    assert "Something changed meanwhile." in changed
    assert "Maya" in changed
    assert changed.form("do-leave").submit().status == 200
    stays = client.get(place).form("They stay after all").submit()
    assert "Last day:" not in stays
    with app.app_context():
        assert session().get_one(Member, (here.team, here.amina)).ended_at is None
        assert now() is not None


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_nobody_moves_their_own_last_day(app: Flask, here: Desk, client: Client) -> None:
    """Alone catches: a leaver who runs the pages and takes their own day back, and a day that moves further off."""
    with app.test_request_context(), command():
        staff.make_administrator(here.team, here.amina)
    client.sign_in(here.amina)
    place = f"/team/{here.team}/people/{here.amina}/"
    day = teams_today(app) + timedelta(days=5)
    page = client.get(place)
    token = page.form("They run them no more").value("csrf_token")
    client.get(place + "leave").form("leave").submit(day=day.isoformat()).form("do-leave").submit()
    assert client.post(place, {"csrf_token": token, "do": "stay"}).status == 404
    with app.app_context():
        assert session().get(Administrator, (here.team, here.amina)) is None
    with app.test_request_context(), command():
        staff.make_administrator(here.team, here.amina)
    assert client.post(place, {"csrf_token": token, "do": "stay"}).status == 404
    assert "They stay after all" not in client.get(place).text
    client.sign_in(here.ola)
    form = client.get(place).click("An earlier day").form("leave")
    later = form.submit(day=(day + timedelta(days=1)).isoformat()).form("do-leave").submit()
    assert later.status == 422
    assert "It can only be an earlier one." in later
    form.submit(day=(day - timedelta(days=1)).isoformat()).form("do-leave").submit()
    with app.app_context():
        ends = session().get_one(Member, (here.team, here.amina)).ended_at
        assert ends == teams.end_of(day - timedelta(days=1))


def test_a_second_team_is_not_told_and_what_was_promised_goes_along(
    app: Flask, here: Desk, client: Client
) -> None:
    """Alone catches: a promise that stays with who left, of a second team's people or a colleague's."""
    with app.test_request_context(), command() as work:
        amina, team = work.get_one(Account, here.amina), work.get_one(Team, here.team)
        owen = work.get_one(Account, here.other)
        hillside = work.get_one(
            Team, work.scalars(select(Member.team_id).where(Member.account_id == owen.id)).one()
        )
        rosa = factories.person(owen, hillside)
        actions.relate(
            rosa.id,
            kind=Role.PROFESSIONAL,
            team_id=team.id,
            account_id=amina.id,
            lead=False,
            rights=PROFESSIONAL,
        )
        dev = factories.person(work.get_one(Account, here.priya), team, "Dev")
        maya = factories.person(amina, team, "Maya")
        mine = Owner("professional", amina.id, "Amina")
        for each in (rosa, dev):
            agreed.add(factories.permit(amina, each), what="Ask the doctor", owner=mine)
        code = invitations.write_letter(factories.permit(amina, maya))
        rosa_id, dev_id, born = rosa.id, dev.id, maya.born
    client.sign_in(here.ola)
    day = (teams_today(app) + timedelta(days=5)).isoformat()
    page = client.get(f"/team/{here.team}/people/{here.amina}/leave").form("leave")
    look = page.submit(day=day, to=str(here.priya))
    assert "Nobody is told. This is a second team of theirs." in look
    assert "What goes along besides" in look
    assert "Dev" in look
    look.form("do-leave").submit()
    with app.app_context():
        owners = dict(session().execute(select(Line.person_id, Line.owner_id)).all())
        assert owners == {rosa_id: here.priya, dev_id: here.priya}
        noted = select(Trail.seq).where(Trail.person_id == rosa_id, Trail.verb == "handed over")
        assert len(session().scalars(noted).all()) == 1
    with app.app_context(), command() as work:
        work.get_one(Member, (here.team, here.amina)).ended_at = now()
    with app.test_request_context():
        assert invitations.accept(code, born, None) is not None
