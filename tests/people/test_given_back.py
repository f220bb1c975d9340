"""Whoever helps ends that themself: it is asked once, the person and the key contact see it, and nothing is lost."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from selfcare.database import now, session
from selfcare.diary import actions as diary
from selfcare.diary.models import Entry
from selfcare.notifications.kinds import GAVE_BACK, HANDED
from selfcare.notifications.models import Notice
from selfcare.people import actions as people
from selfcare.people.models import Invitation, Relationship
from selfcare.web.access import Area, Level, Role
from selfcare.web.when import at_instant
from tests.harness.client import Client
from tests.people.scenes import Home, acting, colleague, home

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)


@pytest.fixture
def house(app: Flask) -> Home:
    return home(app)


def test_it_is_asked_once_and_both_see_that_it_ended_and_when(
    app: Flask, house: Home, client: Client, new_client: Callable[..., Client]
) -> None:
    """Alone catches: a helper gone without a word, words of theirs gone with them, a code left in their hands."""
    with acting(app, house.rosa, house.person) as permit:
        people.set_rights(permit, house.leons, {Area.DIARY: Level.ADD, Area.PEOPLE: Level.MANAGE})  # type: ignore[arg-type]
    with acting(app, house.leon, house.person) as permit:
        entry = diary.log(permit, None, at_instant(now(), permit.zone), note="She slept well.").id
    leon = new_client()
    leon.sign_in(house.leon)
    made = leon.get(f"/people/{house.person}/carers/add").form("add-carer")
    made.submit("Make a code for them", name="Samira", preset="log")
    open_page = leon.get(f"/people/{house.person}/diary/note").forms()[0]
    asked = leon.get(f"/people/{house.person}/more/").click("End my access")
    assert "It ends at once." in asked
    done = asked.form("stop").submit("End my access")
    assert "You have ended it" in done
    assert "Rosa" not in done.text
    assert open_page.submit(note="One more").status == 404
    client.sign_in(house.rosa)
    assert "Somebody who helped you has ended it." in client.get("/inbox/")
    shown = client.get(f"/people/{house.person}/sharing/")
    assert "Leon ended helping on" in shown
    assert "Leon, helps you" not in shown
    assert "She slept well." in client.get(f"/people/{house.person}/diary/")
    assert "Ended their own access" in client.get(f"/people/{house.person}/who-looked/")
    amina = new_client()
    amina.sign_in(house.amina)
    assert "Somebody who helped Rosa has ended it" in amina.get("/inbox/")
    assert f"/people/{house.person}/as-told" in amina.get(f"/people/{house.person}/").text
    desk = amina.get(f"/people/{house.person}/as-told")
    assert "Somebody who helped Rosa ended that on" in desk
    assert "Leon" not in desk.text
    with acting(app, house.rosa, house.person):
        assert session().scalars(select(Invitation.withdrawn_at)).one() is not None
        assert session().get_one(Relationship, house.leons).state == "ended"
        assert session().get_one(Entry, (house.person, entry)).entered_name == "Leon"
        told = session().scalars(select(Notice.account_id).where(Notice.kind == GAVE_BACK))
        assert set(told) == {house.rosa, house.amina}


def test_pressed_twice_it_says_that_it_has_ended_to_who_ended_it_last(
    app: Flask, house: Home, client: Client, new_client: Callable[..., Client]
) -> None:
    """Alone catches: *We cannot find this page*, read by who pressed twice; *You have ended it* to a helper whom the
    person has let in again and sent away since.
    """
    leon = new_client()
    leon.sign_in(house.leon)
    asked = leon.get(f"/people/{house.person}/stop-helping")
    for _ in range(2):
        assert "You have ended it" in asked.form("stop").submit("End my access")
    assert "You have ended it" in leon.get(f"/people/{house.person}/stop-helping")
    client.sign_in(house.stranger)
    assert client.get(f"/people/{house.person}/stop-helping").status == 404
    with acting(app, house.rosa, house.person) as permit:
        again = people.relate(permit.person_id, kind=Role.CARER, account_id=house.leon, by=house.rosa)
        people.end(permit, again.id)
    assert asked.form("stop").submit("End my access").status == 404


def test_what_was_read_is_new_no_more(
    app: Flask, house: Home, client: Client, new_client: Callable[..., Client]
) -> None:
    """The list says in full that somebody has ended it; who leads now is read on its own page. Alone catches: a number
    that stays for ever, and a key contact who is to tell what was read.
    """
    priya = colleague(app, house)
    amina, leon = new_client(), new_client()
    amina.sign_in(house.amina)
    form = amina.get(f"/people/{house.person}/hand-over").form("hand-over")
    form.submit("Hand over now", to=str(priya), note="Priya rings on Monday.")
    leon.sign_in(house.leon)
    leon.get(f"/people/{house.person}/stop-helping").form("stop").submit("End my access")
    client.sign_in(house.rosa)
    inbox = client.get("/inbox/")
    inbox.form("seen").submit()
    assert new_kinds(app, house) == [HANDED]
    page = client.get("/inbox/").click(
        "You have a new key contact. Look who it is, and what they want you to know."
    )
    page.form("told").submit()
    assert new_kinds(app, house) == []
    assert client.get(f"/people/{house.person}/key-contact/").all("form#told") == []


def new_kinds(app: Flask, house: Home) -> list[str]:
    with acting(app, house.rosa, house.person):
        new = select(Notice.kind).where(Notice.account_id == house.rosa, Notice.seen_at.is_(None))
        return list(session().scalars(new))


def test_what_the_person_ends_is_not_said_to_be_the_helpers_doing(
    app: Flask, house: Home, client: Client, new_client: Callable[..., Client]
) -> None:
    """Alone catches: somebody under pressure whose team, or helper, hears of it."""
    client.sign_in(house.rosa)
    client.get(f"/people/{house.person}/access/{house.leons}/end").form("end").submit("End it now")
    assert "ended helping" not in client.get(f"/people/{house.person}/sharing/")
    amina = new_client()
    amina.sign_in(house.amina)
    assert "ended that on" not in amina.get(f"/people/{house.person}/as-told")
    with acting(app, house.rosa, house.person):
        assert not session().scalars(select(Notice).where(Notice.kind == GAVE_BACK)).all()
