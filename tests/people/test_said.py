"""What is said of who is told, sees and can stop: in the state that makes it so, and in the opposite."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, update

from selfcare.accounts import actions as accounts
from selfcare.accounts.models import Account, SignIn
from selfcare.database import command, now, session
from selfcare.notifications.models import Notice
from selfcare.people import invitations
from selfcare.people.models import Invitation, Person, Relationship, Team
from selfcare.web.access import Area, Level
from tests import factories
from tests.harness.client import Client
from tests.harness.pages import Answer, words
from tests.people.scenes import Home, acting, home
from tests.results.world import World
from tests.results.world import make as make_world

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
BORN = {"born-day": "27", "born-month": "3", "born-year": "1962"}
As = Callable[[UUID], Client]


@pytest.fixture
def house(app: Flask) -> Home:
    return home(app)


@pytest.fixture
def at(new_client: Callable[..., Client]) -> As:
    def signed_in(who: UUID) -> Client:
        client = new_client()
        client.sign_in(who)
        return client

    return signed_in


def colleague(app: Flask, house: Home, name: str = "Priya") -> UUID:
    with app.test_request_context(), command() as work:
        team_id = work.get_one(Relationship, house.aminas).team_id
        return factories.nurse(name, work.get_one(Team, team_id))[0].id


def told(app: Flask, kind: str) -> set[UUID]:
    with app.test_request_context():
        return set(session().scalars(select(Notice.account_id).where(Notice.kind == kind)))


def has_a_way(app: Flask, house: Home) -> None:
    with app.test_request_context(), command() as work:
        password = accounts.passwords.hashed("three words together")
        accounts.change_way(work.get_one(Account, house.rosa), "rosa@example.net", password)


def test_that_a_helper_s_looks_are_seen_is_said_to_who_sees_them(app: Flask, house: Home, at: As) -> None:
    rosa, leon = at(house.rosa), at(house.leon)
    said = "You can see when they looked."
    assert said in rosa.get(f"/people/{house.person}/carers/add")
    looked = f"/people/{house.person}/who-looked/"
    assert "Nobody has looked yet." in rosa.get(looked)
    assert leon.get(f"/people/{house.person}/diary/").status == 200
    assert "Nobody has looked yet." not in rosa.get(looked).text
    with app.test_request_context(), command():
        session().query(SignIn).update({"proved_at": now()})
        session().add(
            factories.people.Right(relationship_id=house.leons, area=Area.PEOPLE.value, level=Level.MANAGE)
        )
    assert said not in leon.get(f"/people/{house.person}/carers/add").text
    assert leon.get(looked).status == 404


def test_needs_are_seen_on_every_page_and_looked_at_again(house: Home, at: As) -> None:
    rosa, amina = at(house.rosa), at(house.amina)
    details = f"/people/{house.person}/details/"
    assert "Your team sees your needs on every page about you." in rosa.get(details)
    pages = [
        f"/people/{house.person}/{room}"
        for room in ("", "results/", "contacts/", "appointments/", "questions/")
    ]
    assert not any("Large print" in amina.get(page) for page in pages)
    form = rosa.get(details + "change").form("details")
    page = form.submit(needs=["large-print"])
    assert "To be looked at again on" not in page.text
    assert all("Large print" in amina.get(page) for page in pages)
    review = now().date() + timedelta(days=90)
    page = amina.get(details + "change").form("details").submit(needs_review_on=review.isoformat())
    assert f"To be looked at again on {review.day} {review:%B}" in page


@pytest.mark.parametrize("state", ["by the key contact", "by a colleague", "not come in", "died"])
def test_who_is_told_of_a_correction_is_who_is_told(app: Flask, at: As, state: str) -> None:
    """It promised to tell a person who had never come in, or had died, and the key contact of their own deed."""
    house = home(app, own=state != "not come in")
    who = colleague(app, house) if state == "by a colleague" else house.amina
    if state == "died":
        with app.test_request_context(), command() as work:
            work.execute(update(Person).values(died_on=now().date()))
    expected = {"by the key contact": "Rosa", "by a colleague": "Rosa and Amina"}.get(state)
    page = at(who).get(f"/people/{house.person}/details/correct")
    if expected:
        assert f"This is told to {expected}. What stood here before is kept." in page
    else:
        assert "is told to" not in page.text
        assert "What stood here before is kept." in page
    done = page.form("correct").submit(given_name="Rosalind", reason="Typed wrong")
    assert "Before: Rosa" in done
    names = {house.rosa: "Rosa", house.amina: "Amina"}
    assert {names[one] for one in told(app, "details")} == set((expected or "").split(" and ")) - {""}


# ------------------------------------------------------------------------------------------------- a new way in


def asked(client: Client, house: Home, how: str = "face") -> Answer:
    page = client.get(f"/people/{house.person}/recovery/ask")
    assert "Rosa and your team can read this." in page
    return page.form("recovery").submit(how=how, seen="Her passport, at our desk")


def test_who_reads_how_it_was_made_sure_and_who_was_told(app: Flask, house: Home, at: As) -> None:
    """It said that a second member had been told where there was none."""
    has_a_way(app, house)
    there = f"/people/{house.person}/recovery"
    amina = at(house.amina)
    page = asked(amina, house)
    assert "Told" not in page.text
    assert "There is none yet." in page
    colleague(app, house, "Joan")
    page = amina.get(there)
    assert "Nobody was told. Please ask a colleague." in page, (
        "Alone catches: who came later, as if they knew"
    )
    assert "Told" not in page.text
    page.form("Stop it").submit()
    priya = at(colleague(app, house))
    page = asked(amina, house)
    assert "A second member of your team has to confirm it. Told: Joan and Priya." in page
    assert "A colleague asks for a new way in for" in priya.get("/inbox/")
    for who in (at(house.rosa), priya):
        assert "Her passport, at our desk" in who.get(there)
    with app.test_request_context(), command():
        owen = factories.nurse("Owen", factories.people.make_team("Hillside"))[0].id
    for account in (house.leon, owen, house.stranger):
        assert at(account).get(there).status == 404


@pytest.mark.parametrize(
    ("unused", "how", "waits"), [(0, "face", True), (31, "face", False), (31, "called", True)]
)
def test_a_yes_says_whether_there_is_a_day_to_stop_it(
    app: Flask, house: Home, at: As, unused: int, how: str, waits: bool
) -> None:
    """It promised a day in which it can be stopped, also where the code works at once."""
    has_a_way(app, house)
    at(house.rosa)
    with time_machine.travel(now() + timedelta(days=unused), tick=False):
        page = at(house.amina).get(f"/people/{house.person}/recovery")
        assert "Rosa is told on every device and by e-mail, and can stop it for 24 hours." in page
        asked(at(house.amina), house, how)
        page = at(colleague(app, house)).get(f"/people/{house.person}/recovery")
        day = "With your yes, Rosa is told at once on every device and by e-mail, and has a day to stop it."
        assert (day in page) == waits
        assert ("the code works at once" in page) != waits
        assert told(app, "recovery") == set()
        page = page.form("I confirm it").submit()
        assert told(app, "recovery") == {house.rosa}
        assert ("The code works now." in page) != waits


def test_somebody_without_a_way_in_is_shown_the_team_s(app: Flask, house: Home, client: Client) -> None:
    has_a_way(app, house)
    page = client.get("/sign-in").click("New phone, or cannot get in")
    assert "Then you get a letter for a new way in. As a rule it takes a day" in page


def test_ten_wrong_birth_dates_stop_a_code(app: Flask, house: Home, at: As, client: Client) -> None:
    house = home(app, own=False)
    page = client.get("/invitation")
    assert "After ten wrong birth dates a code stops, and whoever made it is told." in page
    letter = at(house.amina).get(f"/people/{house.person}/letter").form("Make the letter").submit()
    code = words(letter.html.select_one(".qr__code"))
    for tries in range(10):
        assert told(app, "code_spent") == set(), tries
        page.form("invitation").submit(code=code, **BORN | {"born-day": "28"})
    assert told(app, "code_spent") == {house.amina}
    assert page.form("invitation").submit(code=code, **BORN).status == 422


# ------------------------------------------------------------------------------------------------- a second team


def test_what_a_second_team_sees_and_that_it_can_be_ended(app: Flask, at: As) -> None:
    """It left out that what teams wrote down of calls and visits is seen too."""
    world: World = make_world(app)
    report = world.file()
    base = f"/people/{world.home.person.id}/"
    rosa = at(world.home.rosa.id)
    with app.test_request_context(), command():
        owen = factories.nurse("Owen", factories.people.make_team("Hillside"))[0].id
    page = rosa.get(base + "teams/add")
    assert (
        "They see your details, your results, your visits, the questions you sent, what you share, and what your teams "
        "wrote down of calls and visits. You can end it at any time." in page
    )
    code = words(page.form("add-team").submit("Make a code for them").html.select_one(".qr__code"))
    asks: dict[str, Any] = {"text": "Kept to myself"}
    rosa.get(base + "questions/add").form("question").submit(**asks, readers="helpers")
    nurse = at(owen)
    sees = {"details/": 200, "results/": 200, f"results/{report}/": 200, "appointments/": 200, "questions/": 200,
            "contacts/": 200, "summary/": 200, "diary/": 404, "goals/": 404}  # fmt: skip
    assert {nurse.get(base + path).status for path in sees} == {404}
    nurse.get("/caseload/code").form("join").submit(code=code, **BORN)
    assert {path: nurse.get(base + path).status for path in sees} == sees
    assert "Kept to myself" not in nurse.get(base + "questions/").text
    assert told(app, "access") == {world.home.rosa.id}
    assert "Somebody new can see things of yours." in rosa.get("/inbox/")
    listed = rosa.get(base + "sharing/")
    with app.test_request_context():
        theirs = session().scalars(
            select(Relationship.id).where(Relationship.account_id == owen, Relationship.state == "active")
        )
        end = f"{base}access/{theirs.one()}/end"
    assert "Owen" in listed
    rosa.get(end).form(end).submit()
    assert {nurse.get(base + path).status for path in sees} == {404}


def test_whoever_comes_in_by_a_letter_or_a_code_the_person_hears_of_it(
    app: Flask, house: Home, at: As
) -> None:
    """A second team came in by the person's own letter, and only a list that nobody opens said so."""
    with app.test_request_context(), command() as work:
        priya_id = factories.nurse("Priya", factories.people.make_team("Hillside"))[0].id
        work.execute(update(Account).where(Account.id == house.rosa).values(way_at=None))
    letter = at(house.amina).get(f"/people/{house.person}/letter").form("Make the letter").submit()
    code = words(letter.html.select_one(".qr__code"))
    assert told(app, "access") == set()
    at(priya_id).get("/caseload/code").form("join").submit(code=code, **BORN)
    assert told(app, "access") == {house.rosa}
    rosa = at(house.rosa)
    inbox = rosa.get("/inbox/")
    assert inbox.click("Somebody new can see things of yours.").h1
    with acting(app, house.rosa, house.person) as permit:
        code = invitations.invite_carer(permit, "Samira", {Area.DIARY: Level.SEE})
    before = len(_access(app))
    at(house.stranger).get("/invitation").form("invitation").submit(code=code, **BORN)
    assert len(_access(app)) == before + 1
    with app.test_request_context():
        assert session().scalars(select(Invitation).where(Invitation.kind == "carer")).one().used_at


def test_whoever_came_in_before_the_person_did_is_told_of_when_they_do(app: Flask, at: As) -> None:
    """Alone catches: a second team that used the letter while it was unused, and the person never hears of it."""
    house = home(app, own=False)
    with app.test_request_context(), command():
        owen = factories.nurse("Owen", factories.people.make_team("Hillside"))[0].id
    letter = at(house.amina).get(f"/people/{house.person}/letter").form("Make the letter").submit()
    code = words(letter.html.select_one(".qr__code"))
    at(owen).get("/caseload/code").form("join").submit(code=code, **BORN)
    assert _access(app) == []
    rosa = at(house.stranger)
    rosa.get("/account/").form("/sign-out").submit()
    rosa.get("/invitation").form("invitation").submit(code=code, **BORN)
    assert len(_access(app)) == 1
    assert "Somebody new can see things of yours." in rosa.get("/inbox/")
    with app.test_request_context():
        account = session().scalars(select(Notice.account_id).where(Notice.kind == "access")).one()
        assert session().get_one(Account, account).name == "Rosa"


def _access(app: Flask) -> list[UUID]:
    with app.test_request_context():
        return list(session().scalars(select(Notice.id).where(Notice.kind == "access")))


def test_the_letter_for_the_way_back_is_in_their_language_and_print(app: Flask, house: Home, at: As) -> None:
    """It came in the nurse's language and in small print."""
    has_a_way(app, house)
    with app.test_request_context(), command() as work:
        work.execute(update(Person).values(language="ur", needs=["large-print"], address="4 Mill Lane"))
    asked(at(house.amina), house)
    page = at(colleague(app, house)).get(f"/people/{house.person}/recovery").form("I confirm it").submit()
    page = page.form("Make the letter").submit()
    letter = page.html.select_one("article.letter")
    assert letter is not None
    assert (letter["lang"], letter["dir"]) == ("ur", "rtl")
    assert "sheet--large" in letter["class"]
    assert "4 Mill Lane" in words(letter)
    assert page.html.html["lang"] == "en"  # type: ignore[index]
