"""Links among who can see things now, and what was ticked, in what a link carries."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from selfcare.database import command, now, session
from selfcare.diary import actions as diary
from selfcare.links import actions
from selfcare.links.models import SharedLink
from selfcare.people.models import Person
from selfcare.web.access import Area, Level
from tests.factories.links import make
from tests.harness.client import Client
from tests.harness.pages import Answer
from tests.links.world import World
from tests.sharing.scenes import CANARY, acting, scene, when

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)


def rows(page: Answer) -> dict[str, str]:
    """What stands under each link of the list, by its name."""
    found = [row for row in page.html.select(".row") if "can open one summary" in row.get_text(" ")]
    titles = [row.select_one(".row__title").get_text(" ", strip=True) for row in found]  # type: ignore[union-attr]
    return {title: " ".join(row.get_text(" ").split()) for title, row in zip(titles, found, strict=True)}


def test_an_open_link_stands_among_who_can_see_and_leads_to_its_end(world: World, client: Client) -> None:
    """Alone catches: a way in for anyone that the list of who can see things leaves out, or goes on to show once it is
    over; and how often it was opened, told to somebody else.
    """
    open_one = world.link(label="For the eye clinic", passcode="482107", once=True)
    ended, past = world.link(label="Ended"), world.link(label="Past")
    with world.app.test_request_context(), command() as work:
        work.execute(
            update(SharedLink).where(SharedLink.id == past.id).values(until=now() - timedelta(days=1))
        )
    with acting(world.app, world.home.rosa.id, world.home.person.id) as rosa:
        actions.end(rosa, ended.id)
    client.sign_in(world.home.rosa.id)
    page = client.get(f"{world.base}/sharing/")
    assert page.h1 == "Who can see things now"
    ((name, said),) = rows(page).items()
    assert "For the eye clinic" in name
    assert "Anyone who has it and its passcode can open one summary. Open until the end of" in said
    assert "Opens once only. Nobody has opened it yet." in said
    end = page.html.select_one(f'a[href$="/links/{open_one.id}/end"]')
    assert end is not None
    done = client.get(str(end["href"])).form("end").submit("End it now")
    assert done.status == 200
    assert rows(client.get(f"{world.base}/sharing/")) == {}
    with world.app.test_request_context(), command() as work:
        work.execute(update(SharedLink).values(until=now() + timedelta(days=1), ended_at=None))
        work.execute(update(Person).values(died_on=now().date()))
    assert rows(client.get(f"{world.base}/sharing/")) == {}, "nothing opens about somebody who died"


def test_a_helper_sees_the_links_but_not_how_often_they_were_opened(app: Flask, client: Client) -> None:
    """Alone catches: counts of who opened what, told to who helps; an End for what is not theirs to end; and links told
    to the team.
    """
    made = scene(app, {Area.SHARING: Level.ADD, Area.PEOPLE: Level.SEE})
    with acting(app, made.rosa, made.person) as rosa:
        make(rosa, label="For the eye clinic")
    client.sign_in(made.leon)
    page = client.get(f"{made.base}/sharing/")
    ((_, said),) = rows(page).items()
    assert "pened it" not in said
    assert "End" not in said.split()
    client.sign_in(made.amina)
    assert rows(client.get(f"{made.base}/sharing/")) == {}


def test_what_is_ticked_of_how_i_have_been_is_all_that_a_link_carries(app: Flask, client: Client) -> None:
    """Alone catches: a tracker that was left out, or notes without a tick, in the document of a link; what is only the
    person's, offered to who shares for them; and a choice for the team that a link for somebody else changes.
    """
    made = scene(app, dict.fromkeys(Area, Level.MANAGE))
    with acting(app, made.rosa, made.person) as rosa:
        person = session().get_one(Person, made.person)
        diary.log(rosa, made.weight, when(person, -0.01), first="70", note="New scales")
    client.sign_in(made.rosa)
    form = client.get(f"{made.base}/summary/").form("share")
    tired = next(value for name, value in form.values if name == "been")
    asked = form.submit("A link with a QR code", sections=["been"], been=[tired])
    plain = client.get(asked.url.replace("/links/make", "/links/document")).text
    assert "Tiredness" in plain
    assert "Weight" not in plain
    assert "New scales" not in plain
    client.sign_in(made.leon)
    page = client.get(f"{made.base}/summary/")
    assert "Tiredness" in page
    assert CANARY not in page.text
