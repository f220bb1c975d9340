"""The plan, as the person, a carer and the key contact meet it."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from selfcare.agreed.models import Line
from selfcare.appointments import actions as appointments
from selfcare.care_plan import actions, queries
from selfcare.care_plan.models import PlanChange
from selfcare.care_plan.states import State
from selfcare.database import now, session
from selfcare.people import actions as people
from selfcare.people.acting import RIGHTS
from selfcare.people.models import Relationship
from selfcare.sharing import snapshot
from selfcare.web import differ
from selfcare.web.access import Level, Role
from tests import factories
from tests.care_plan.world import World, make
from tests.factories import plans
from tests.factories.record import ahead
from tests.harness.client import Client

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
SECRET = "Canary: the lawyer"


@pytest.fixture
def world(app: Flask, new_client: Callable[..., Client]) -> World:
    return make(app, new_client)


def test_a_person_alone_keeps_a_plan_and_is_told_honestly(
    app: Flask, new_client: Callable[..., Client]
) -> None:
    """Alone catches: a draft that reads as agreed, and *only me* on another's page, on paper or in a summary."""
    world = make(app, new_client, team=False)
    page = world.rosa.get(world.base)
    assert "You can begin alone." in page
    form = page.click("Write the first line").form("plan-line")
    page = form.submit(part="good", text="I know my body.")
    assert "My own draft. Not agreed with anybody yet." in page
    assert "Your team cannot see your plan, so nobody can agree to it with you." in page
    assert world.amina.get(world.base, follow=False).status == 404
    page = (
        world.rosa.get(world.base + "suggest")
        .form("plan-line")
        .submit(part="money", text=SECRET, only_me="y")
    )
    assert SECRET in page
    assert "A draft. Only you can see it." in page
    assert "A draft. Nobody was asked yet." in page
    drafts = {row.text: f"{world.base}changes/{row.id}/" for row in rows(world)}
    open_form = world.rosa.get(drafts["I know my body."] + "change").form("plan-line")
    with world.permit():
        plans.let_team(world.home)
    assert "Your team cannot see your plan" not in world.rosa.get(world.base)
    refused = (
        world.rosa.get(world.base + "suggest")
        .form("plan-line")
        .submit(text="To ask", only_me="y", follow=False)
    )
    assert "Only you would see this, so nobody could agree." in refused
    for reader in (world.amina, world.leon):
        seen = reader.get(world.base)
        assert "I know my body." in seen
        assert "Not agreed yet." in seen
        assert SECRET not in seen
        assert SECRET not in reader.get(world.base + "paper")
    assert SECRET not in world.rosa.get(world.base + "paper")
    with world.permit() as rosa:
        parts = snapshot.gather(rosa, rosa.today(), rosa.today(), None).parts
        assert [one["facts"]["text"] for one in parts["plan"]] == ["I know my body."]
    # It is asked of nobody either: what is *only me* stays a draft.
    page = world.rosa.get(world.base).click("Ask Amina to agree")
    assert SECRET not in page
    page.form("send").submit()
    late = open_form.submit(text="I know my body well.", follow=False)
    assert (late.status, "This was sent already." in late) == (409, True)
    with app.app_context():
        assert {row.text: row.state for row in session().scalars(select(PlanChange))} == {
            "I know my body.": State.SUGGESTED, SECRET: State.DRAFT,
        }  # fmt: skip


def test_what_to_do_in_a_hurry_stands_first_and_numbers_dial(world: World) -> None:
    """Alone catches: a plan in another order than the picture's, an empty area, and a number that does not dial."""
    with world.permit():
        plans.a_plan(world.home)
        plans.let_team(world.home)
    page = world.rosa.get(world.base)
    assert page.all("main .card__title") == [
        "If things change", "What I am good at", "What I need", "What I hope for", "Who does what",
        "If I become less well", "If my helper cannot come",
    ]  # fmt: skip
    dials = {link.get_text(): link["href"] for link in page.html.select("main a[href^='tel:']")}
    assert dials == {"Amina’s team, 01632 960118": "tel:01632960118", "At night: 111": "tel:111"}
    assert "Agreed by you and Amina on" in page
    assert "Agreed by Rosa and Amina on" in world.amina.get(world.base)
    assert "My mind" not in page


def test_a_change_is_read_old_beside_new_and_turned_round(world: World) -> None:
    """Alone catches: new words that only an eye finds, a first button, and a change that is lost by *Decide later*."""
    with world.permit(world.home.amina) as amina:
        old = plans.agreed(world.home, part="looks", text="I cannot do the stairs.")
        actions.suggest(
            amina, line_id=old.line_id, part="looks", text="I cannot do the hills.", why="You said so."
        )
    page = (
        world.rosa.get("/")
        .click("A change to your plan waits for your yes or no")
        .click("Amina suggests a change")
    )
    assert "Amina suggests it. Nothing changes until you both agree." in page
    assert page.all("main del") == ["goes: stairs."]
    assert page.all("main ins") == ["new: hills."]
    assert page.all("main .plan-answers button") == ["Keep it as it is", "I agree"]
    assert len({button["class"][-1] for button in page.html.select("main .plan-answers button")}) == 1
    assert "A change to your plan waits for your yes or no" in page.click("Decide later")
    form = page.click("Say it in my own words").form("plan-line")
    same = form.submit(follow=False)
    assert (same.status, "Change them, or go back." in same) == (422, True)
    page = form.submit(text="My legs feel heavy.")
    assert "It waits until Amina says yes or no." in page
    assert "I cannot do the stairs." in page
    assert "A change to your plan waits" not in world.rosa.get("/")
    page = world.amina.get("/inbox/").click("A change to the plan of Rosa waits for your yes or no")
    page = page.click("Rosa suggests a change").form("/agree").submit()
    assert "My legs feel heavy." in page
    assert "I cannot do the stairs." not in page
    earlier = page.click("How it came about")
    assert "I cannot do the stairs." in earlier
    assert "Agreed by Rosa and Amina" in earlier
    states = {row.text: row.state for row in rows(world)}
    assert states["I cannot do the hills."] == State.COUNTERED


def rows(world: World) -> list[PlanChange]:
    with world.app.app_context():
        return list(session().scalars(select(PlanChange).order_by(PlanChange.entered_at)))


def test_a_carer_suggests_and_never_agrees_but_by_law(
    world: World, new_client: Callable[..., Client]
) -> None:
    """Alone catches: a yes that is given for the person, and a carer's words that go past the person to the team."""
    page = (
        world.leon.get(world.base)
        .click("Suggest the first line")
        .form("plan-line")
        .submit(part="home", text="A rail")
    )
    assert "It waits until Rosa says yes or no." in page
    with world.permit(world.home.amina) as amina:
        theirs = actions.suggest(amina, part="good", text="She asks.").id
    one = world.leon.get(f"{world.base}changes/{theirs}/")
    assert "Rosa decides about this." in one
    assert not one.html.select("main .plan-answers")
    page = world.rosa.get(world.base).click("Leon suggests a change").form("/agree").submit(follow=False)
    assert (rows(world)[0].state, rows(world)[0].waits_for) == (State.SUGGESTED, "team")
    for text in (
        "At eleven",
        "At ten",
    ):  # what Leon says next is his: it takes the place of his own, of nobody else's
        said = world.leon.get(f"{world.base}suggest").form("plan-line").submit(part="worse", text=text)
        assert said.status == 200
        world.rosa.get(world.base).click("Leon suggests a change").form("/agree").submit(follow=False)
    assert sorted(row.text for row in rows(world) if row.part == "worse" and row.waits_for == "team") == [
        "At eleven",
        "At ten",
    ]
    with world.permit():
        samira = factories.account(name="Samira")
        people.relate(
            world.home.person.id, kind=Role.CARER, account_id=samira.id, rights=RIGHTS, basis="attorney"
        )
        account = samira.id
    attorney = new_client()
    attorney.sign_in(account)
    page = attorney.get(f"{world.base}changes/{theirs}/").form("/agree").submit()
    assert "Agreed by Samira for Rosa and Amina on" in page
    agreed = next(row for row in rows(world) if row.id == theirs)
    assert (agreed.state, agreed.person_by, agreed.person_name) == (State.AGREED, account, "Samira")


def test_what_somebody_suggested_ends_with_their_right(world: World) -> None:
    """Alone catches: a yes to words of somebody who may not suggest any more, and a notice of it that stays."""
    with world.permit(world.home.leon) as leon:
        row = actions.suggest(leon, part="home", text="A rail").id
    page = world.rosa.get(f"{world.base}changes/{row}/")
    with world.permit() as rosa:
        held = (
            session().scalars(select(Relationship).where(Relationship.account_id == world.home.leon.id)).one()
        )
        people.end(rosa, held.id)
    refused = page.form("/agree").submit(follow=False)
    assert refused.status == 409
    assert "Leon cannot suggest changes any more, so this one has ended." in refused
    assert "A change to your plan waits" not in world.rosa.get("/")
    assert "suggests a change" not in world.rosa.get(world.base)


def test_what_cannot_be_kept_is_answered_kindly(world: World) -> None:
    """Alone catches: a plan of 100 kB, a day that is over, and a line too many, each with the words given back."""
    form = world.rosa.get(world.base + "suggest").form("plan-line")
    huge = form.submit(part="good", text="x" * 100_000, follow=False)
    assert (huge.status, "It can have 1000 characters; it has 100000." in huge) == (422, True)
    past = form.submit(part="again", until=str(now().date() - timedelta(days=3)), follow=False)
    assert (past.status, "This day is over. Choose a day that is still to come." in past) == (422, True)
    with world.permit() as rosa:
        for need in range(40):
            actions.suggest(rosa, part="body", text=f"Need {need}", send=False)
        for need in range(20):
            actions.suggest(rosa, part="mind", text=f"Other need {need}", send=False)
    assert world.rosa.get(world.base).text.count("Need ") >= 40
    full = (
        world.rosa.get(world.base + "suggest")
        .form("plan-line")
        .submit(part="home", text="One more", follow=False)
    )
    assert full.status == 409
    assert "A plan has room for 60 lines" in full
    assert "One more" in full


def test_what_counts_is_read_whatever_else_was_suggested(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Alone catches: a plan cut by what waits or went before it, changes without end to one line, and a carer who
    learns how many drafts there are that only the person sees."""
    with world.permit(world.home.amina) as amina:
        old = plans.agreed(world.home, part="again", until=amina.today() + timedelta(days=30))
        line = plans.agreed(world.home, part="home", text="A rail")
    with world.permit() as rosa:
        for at in range(58):
            actions.suggest(rosa, part="body", text=f"Mine {at}", send=False, only_me=True)
    form = world.leon.get(world.base + "suggest").form("plan-line")
    assert form.submit(part="money", text="A bus pass", follow=False).status == 303
    with world.permit(world.home.amina) as amina:
        for at in range(59):
            actions.suggest(amina, line_id=line.line_id, text=f"Rail {at}")
    there = f"{world.base}lines/{line.line_id}/suggest"
    refused = world.amina.get(there).form("plan-line").submit(text="Rail again", follow=False)
    assert (refused.status, "as many changes that wait" in refused) == (409, True)
    with world.permit() as rosa:
        monkeypatch.setattr(queries, "READ", 3)
        plan = queries.plan(rosa)
        assert {part: lines[0].row.id for part, lines in plan.lines.items() if part != "body"} == {
            "home": line.id, "again": old.id,
        }  # fmt: skip


def test_the_day_to_look_again_and_what_waits_stand_in_getting_ready(world: World) -> None:
    """Alone catches: a plan that nobody opens at the visit, because nothing there says that it is time."""
    with world.permit() as rosa:
        row = plans.agreed(world.home, part="again", until=rosa.today() + timedelta(days=1))
        visit = appointments.add_visit(rosa, when=ahead(rosa, days=5), how="phone", with_whom="Amina").id
    ready = f"/people/{world.home.person.id}/appointments/{visit}/prepare/"
    assert "Look at my plan" not in world.rosa.get(ready)
    with world.permit() as rosa:
        session().get_one(PlanChange, (rosa.person_id, row.id)).until = rosa.today()
    page = world.rosa.get(ready).click("Look at my plan")
    assert "It is time to look again" in page
    assert "My plan" in page.click("Add to next visit")
    with world.permit(world.home.amina) as amina:
        actions.suggest(amina, part="home", text="A rail")
    assert "1 change waits for your yes or no" in world.rosa.get(ready)
    assert "1 change waits" not in world.amina.get(ready)
    desk = world.amina.get(f"/people/{world.home.person.id}/as-told")
    for each in ("Agreed on", "1 change waits for", "It is time to look again"):
        assert each in desk
    assert desk.click("Read the plan").h1 == "The plan of Rosa"
    with world.permit() as rosa:
        actions.suggest(rosa, part="money", text="A bus pass")
        plans.let_team(world.home, Level.SEE)
    assert "waits for your yes or no" not in world.amina.get(f"/people/{world.home.person.id}/as-told")
    with world.permit():
        plans.let_team(world.home, None)
    assert "Read the plan" not in world.amina.get(f"/people/{world.home.person.id}/as-told")
    kept = world.rosa.get(ready + "keep").json["pages"]
    assert "It is time to look again" not in kept[world.base]["main"]
    assert "Kept on this phone" in kept[world.base]["main"]
    assert "/agree" not in kept[world.base]["main"]


def test_earlier_plans_are_counted_as_they_are_listed(world: World) -> None:
    """Alone catches: plans counted by days of another place, so that the page has more or fewer than it says."""
    with world.permit():
        rows = [plans.agreed(world.home, part="body", text=f"Line {at}") for at in range(3)]
        # In London in summer the first two are of one day, and of two in UTC.
        for row, at in zip(rows, ("05-31T23:30", "06-01T12:00", "06-03T12:00"), strict=True):
            row.ended_at = datetime.fromisoformat(f"2026-{at}:00+00:00")
    page = world.rosa.get(world.base).click("Earlier plans (1)")
    assert [day for day in page.all("#main h2") if "2026" in day] == [
        "Wednesday 3 June 2026", "Monday 1 June 2026",
    ]  # fmt: skip


def test_who_does_what_becomes_an_agreed_line_in_one_tap(world: World) -> None:
    """Alone catches: a line that nobody can tick, since whoever does it is known by a text alone,
    also in another spelling and with the comma of Urdu."""
    with world.permit():
        plans.agreed(world.home, part="does", who="AMÍNA، specialist nurse", text="Calls me every two weeks.")
    page = world.rosa.get(world.base).form("/agreed/add").submit()
    assert "Amina does" in page.all("#main h2")
    assert "Comes from Calls me every two weeks." in " ".join(
        page.click("Calls me every two weeks.").all("#main dl div")
    )
    with world.app.app_context():
        line = session().scalars(select(Line)).one()
        assert (line.owner_id, line.from_kind) == (world.home.amina.id, "plan")


def test_what_came_from_the_plan_can_be_her_own_afterwards(world: World) -> None:
    """Alone catches: a line of what was agreed that comes from the plan and cannot be kept from who helps, or that is
    named to them by where it comes from."""
    with world.permit():
        plans.agreed(world.home, part="does", who="The eye clinic", text=SECRET)
    page = world.rosa.get(world.base).form("/agreed/add").submit().click(SECRET)
    agreed = f"/people/{world.home.person.id}/agreed/"
    assert SECRET in world.leon.get(agreed)
    page.click("Change this line").form("line").submit(only_me="y")
    with world.app.app_context():
        assert session().scalars(select(Line)).one().only_me
    assert SECRET not in world.leon.get(agreed)
    assert SECRET in world.rosa.get(agreed)


def test_words_differ_by_words(engine_kind: str) -> None:
    """Alone catches: a comparison letter by letter, which nobody can read."""
    old, new = differ.pieces("I ask when unsure.", "I always ask when unsure.\nLeon too.")
    assert old == [(False, "I "), (False, "ask when unsure.")]
    assert new == [(False, "I "), (True, "always "), (False, "ask when unsure.\n"), (True, "Leon too.")]
    assert differ.pieces("", "All of it") == ([], [(True, "All of it")])
