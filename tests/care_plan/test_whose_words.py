"""Whose words a change has, who said yes to them, and that what was typed or listed is what happens."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from selfcare.accounts.models import Account
from selfcare.care_plan import actions
from selfcare.care_plan.models import PlanChange
from selfcare.care_plan.states import State
from selfcare.database import now, session
from selfcare.diary import actions as diary
from selfcare.people import actions as people
from selfcare.people.acting import RIGHTS
from selfcare.people.models import Person
from selfcare.sharing import snapshot
from selfcare.sharing import written as sharing
from selfcare.web.access import Area, Level, Role
from tests import factories
from tests.care_plan.world import World, make
from tests.factories import plans
from tests.factories.record import ago
from tests.harness.client import Client

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)


def attorney(world: World, new_client: Callable[..., Client]) -> Client:
    with world.permit():
        samira = factories.account(name="Samira")
        who = {"account_id": samira.id, "rights": RIGHTS, "basis": "attorney"}
        people.relate(world.home.person.id, kind=Role.CARER, **who)
        account = samira.id
    client = new_client()
    client.sign_in(account)
    return client


def test_nobody_is_said_to_have_agreed_or_written_who_has_not(
    app: Flask, new_client: Callable[..., Client]
) -> None:
    """Alone catches: Rosa's yes to what an attorney wrote and asked for; her own new words under a carer's name; and a
    carer's words that she hides from them."""
    world = make(app, new_client)
    samira = attorney(world, new_client)
    samira.get(world.base + "suggest").form("plan-line").submit(part="home", text="A rail")
    page = world.amina.get(world.base).click("Samira suggests a change")
    assert "Samira suggests it." in page
    assert "said yes on" not in page
    page.form("/keep").submit()
    world.leon.get(world.base + "suggest").form("plan-line").submit(part="good", text="She asks.")
    samira.get(world.base).click("Leon suggests a change").form("/agree").submit()
    page = world.amina.get(world.base).click("Leon suggests a change")
    assert "Leon wrote it, and Samira for Rosa said yes on" in page
    page.form("/keep").submit()

    with world.permit():
        plans.let_team(world.home, None)
    world.leon.get(world.base + "suggest").form("plan-line").submit(part="mind", text="Less noise")
    world.rosa.get(world.base).click("Leon suggests a change").form("/agree").submit()
    with app.app_context():
        row = session().scalars(select(PlanChange.id).where(PlanChange.text == "Less noise")).one()
    there = f"{world.base}changes/{row}/"
    assert not world.leon.get(there).html.select("form[action$='/take-back']")
    page = world.rosa.get(there + "change")
    assert "only_me" not in page.text
    page.form("plan-line").submit(text="A quiet room")
    with world.permit():
        plans.let_team(world.home)
    world.rosa.get(world.base + "send").form("send").submit()
    page = world.amina.get(world.base).click("Rosa suggests a change")
    assert "Rosa suggests it." in page
    assert "Leon" not in page.html.select_one("main").get_text()
    page.form("/keep").submit()
    assert "Leon" not in world.leon.get(there).html.select_one("main").get_text()


def test_what_was_typed_or_listed_is_what_happens(app: Flask, new_client: Callable[..., Client]) -> None:
    """Alone catches: words that a draft to take a line out swallows, and drafts sent that nobody saw so."""
    world = make(app, new_client)
    with world.permit() as rosa:
        old = plans.agreed(world.home, part="home", text="A rail")
        goes = actions.suggest(rosa, line_id=old.line_id, part="home", drops=True, send=False).id
        other = actions.suggest(rosa, part="body", text="Rest", send=False).id
    page = world.rosa.get(f"{world.base}changes/{goes}/")
    assert "Change this draft" not in page
    assert "Take it back" in page
    form = world.rosa.get(f"{world.base}changes/{other}/change").form("plan-line")
    form.fill(text="Two rails")
    refused = world.rosa.post(f"{world.base}changes/{goes}/change", form.sent(None), follow=False)
    assert (refused.status, "Two rails" in refused) == (409, True)
    assert "This draft takes the line out" in refused

    sending = world.rosa.get(world.base + "send").form("send")
    form.submit(text="More rest")
    again = sending.submit(follow=False)
    assert (again.status, "The drafts are not the ones you saw." in again) == (409, True)
    fresh = world.rosa.get(world.base + "send").form("send")
    assert (fresh.submit(follow=False).status, fresh.submit(follow=False).status) == (303, 303)
    late = sending.submit(follow=False)
    assert (late.status, "These drafts were sent or taken back already." in late) == (409, True)
    with app.app_context():
        states = session().scalars(select(PlanChange.state).where(PlanChange.id.in_((goes, other)))).all()
        assert set(states) == {State.SUGGESTED}


def test_who_is_asked_is_who_is_told(app: Flask, new_client: Callable[..., Client]) -> None:
    """Alone catches: a notice to a key contact whose team may not answer; none to who acts by law; and a button that
    asks somebody whom nothing reaches, with no word of it."""
    world = make(app, new_client, team=False)
    samira = attorney(world, new_client)
    with world.permit():
        priya, team = factories.nurse("Priya")
        held = {"account_id": priya.id, "team_id": team.id, "rights": {Area.PLAN: Level.ADD}}
        people.relate(world.home.person.id, kind=Role.PROFESSIONAL, **held)
        account, team_name = priya.id, team.name
    client = new_client()
    client.sign_in(account)
    page = world.rosa.get(world.base + "suggest")
    assert "cannot be told" not in page
    page.form("plan-line").submit("Ask Priya to agree", part="home", text="A rail")
    waits = "A change to the plan of Rosa waits for your yes or no"
    assert waits in client.get("/inbox/")
    assert waits not in world.amina.get("/inbox/")
    page = client.get(world.base).click("Rosa suggests a change").click("Say it in my own words")
    page.form("plan-line").submit(text="Two rails")
    assert waits in samira.get("/inbox/")
    assert "A change to your plan waits for your yes or no" in world.rosa.get("/")
    with world.permit():
        session().get_one(Account, account).suspended_at = now()
    assert f"{team_name} cannot be told at the moment." in world.rosa.get(world.base + "suggest")


def test_what_helped_comes_into_the_plan_whole(app: Flask, new_client: Callable[..., Client]) -> None:
    """Alone catches: words of the diary that are lost on their way, cut short, or stand in an address."""
    world = make(app, new_client)
    tried = "Rested after lunch, with the curtains drawn. " * 8
    with world.permit() as rosa:
        pain = diary.add_tracker(rosa, kind="symptom", name="Pain").id
        diary.log(rosa, pain, ago(rosa, days=1), severity=4, tried=tried.strip())
    page = world.rosa.get(f"/people/{world.home.person.id}/what-helps/")
    assert "Rested" not in "".join(link["href"] for link in page.html.select("main a"))
    page = page.click("Put it in my plan")
    assert page.form("plan-line").value("text") == tried.strip()


def test_a_plan_stays_as_it_is_after_a_death(app: Flask, new_client: Callable[..., Client]) -> None:
    """Alone catches: a yes or a suggestion about somebody who has died, and "it is time to look again"."""
    world = make(app, new_client)
    with world.permit() as rosa:
        plans.agreed(world.home, part="again", until=rosa.today())
        row = actions.suggest(rosa, part="home", text="A rail").id
    assert "It is time to look again" in world.amina.get(world.base)
    form = world.amina.get(world.base + "suggest").form("plan-line")
    page = world.amina.get(f"{world.base}changes/{row}/")
    with world.permit() as rosa:
        session().get_one(Person, rosa.person_id).died_on = rosa.today()
    for late in (
        form.submit(part="body", text="Rest", follow=False),
        page.form("/agree").submit(follow=False),
    ):
        assert (late.status, "Rosa has died. The plan stays as it is." in late) == (409, True)
    assert "Rest" in form.submit(part="body", text="Rest", follow=False)
    seen = world.amina.get(world.base)
    for said in ("It is time to look again", "Suggest a change", "What waits"):
        assert said not in seen
    seen = world.amina.get(f"{world.base}changes/{row}/")
    assert "Rosa has died. The plan stays as it is." in seen
    assert not seen.html.select("main form")
    with app.app_context():
        assert session().scalars(select(PlanChange.state).where(PlanChange.id == row)).one() == "suggested"


def test_what_both_agreed_is_entered_by_nobody_for_the_person(
    app: Flask, new_client: Callable[..., Client]
) -> None:
    """Alone catches: "Entered by Amina for Rosa" under what Rosa herself said yes to; none under what a carer did."""
    world = make(app, new_client)
    samira = attorney(world, new_client)
    with world.permit(world.home.amina) as amina:
        row = actions.suggest(amina, part="good", text="I know my body.")
        with app.test_request_context():
            rosa = factories.permit(world.home.rosa, world.home.person)
        actions.agree(rosa, row.id, row.digest)
    samira.get(world.base + "suggest").form("plan-line").submit(
        "Save it as my draft", part="home", text="A rail"
    )
    with world.permit() as rosa:
        parts = snapshot.gather(rosa, rosa.today(), rosa.today(), None).parts
        found = {one.title: one.by for one in sharing.said("plan", parts["plan"])}
        assert found == {"I know my body.": None, "A rail": "Samira"}
