"""What a team reads of what people let it read: from five people up, together, without names, days or order."""

from collections.abc import Callable
from datetime import UTC, datetime, time
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from selfcare.database import session
from selfcare.feedback import actions as feedback
from selfcare.feedback import queries
from selfcare.feedback.models import Remark, Theme
from selfcare.people.models import Person
from selfcare.team import heard
from tests.feedback.conftest import NAMES, One, Scene
from tests.harness.client import Client


def texts(scene: Scene) -> list[list[str]]:
    with scene.app.test_request_context():
        return [[one.text for one in batch.texts] for batch in heard.batches(scene.seat())]


def take_back(scene: Scene, one: One) -> None:
    with scene.acting():
        permit = scene.permit(one)
        found = queries.remark(permit, one.visit)
        assert found
        feedback.take_back(permit, found.row.id)


def test_texts_come_five_people_at_once_and_go_when_one_takes_theirs_back(scene: Scene) -> None:
    """Alone catches: a fourth or a sixth text that is read by itself, so that who was there that day is known by it;
    four that are left of five."""
    five, sixth = scene.people[:5], scene.people[5]
    scene.say(*five[:4])
    assert texts(scene) == []
    scene.say(scene.another_visit(five[0]), text="The same person, once more")
    assert texts(scene) == [], "four people, however often they wrote"
    scene.say(five[4])
    assert [len(batch) for batch in texts(scene)] == [6]
    scene.say(sixth, text="Only one more")
    assert [len(batch) for batch in texts(scene)] == [6]
    scene.say(five[2], text="In other words")
    assert texts(scene) == [], "four are left of five; and the new words wait with the sixth"
    take_back(scene, five[1])
    take_back(scene, five[1])
    scene.say(five[1], *scene.people[6:8])
    assert [sorted(batch) for batch in texts(scene)] == [
        sorted(["Only one more", "In other words", *["The call came late."] * 3])
    ]
    with scene.acting():
        session().get_one(Person, sixth.person).mistaken_at = scene.user(sixth).proved_at
    assert texts(scene) == []


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_no_name_no_day_and_no_order_on_the_page(
    scene: Scene, client: Client, new_client: Callable[..., Client]
) -> None:
    """Alone catches: a text beside whose it is, its visit or its day; texts in the order in which they were written; a
    colleague who may tick; another team that reads them."""
    for number, one in enumerate(scene.people[:5]):
        scene.say(one, text=f"Text number {number}")
    client.sign_in(scene.desk.ola)
    page = client.get("/team/said/")
    main = str(page.html.main)
    with scene.app.app_context():
        rows = list(session().scalars(select(Remark)))
    for row in rows:
        assert row.text in main
        for secret in (str(row.person_id), str(row.appointment_id), row.entered_name, str(row.batch)):
            assert secret not in main, secret
        assert f"{row.entered_at:%-d %B}" not in main
    assert not [name for name in NAMES if name in main]
    shown = [label.text for label in page.html.select("label.option__label")]
    assert shown == [row.text for row in sorted(rows, key=lambda row: row.id.int)]
    colleague, other = new_client(), new_client()
    colleague.sign_in(scene.desk.priya)
    page = colleague.get("/team/said/")
    assert "Text number 0" in page
    assert not page.html.select("input[type=checkbox]")
    other.sign_in(scene.desk.other)
    assert "Text number 0" not in other.get("/team/said/")


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_what_says_the_same_is_put_together_answered_and_read_in_public(
    scene: Scene, client: Client, new_client: Callable[..., Client]
) -> None:
    """Alone catches: a number that a hand typed, that counts a person twice, or stays when they take their words back;
    a name in public, also in “Rosa’s”; a second writer who wipes out the first; an answer without its date."""
    scene.say(*scene.people[:8])
    scene.say(*scene.people[:5], text="It was late again.")
    client.sign_in(scene.desk.ola)
    everybody = new_client()
    form = client.get("/team/said/").form("gather")
    page = form.submit(said="Calls start late.")
    assert "Tick what says the same." in page.errors
    ticks = [box["value"] for box in client.get("/team/said/").html.select("input[name=texts]")]
    form = client.get("/team/said/").form("gather")
    form.values += [("texts", each) for each in ticks]
    page = form.submit(said="Calls start late.")
    assert page.h1 == "Calls start late."
    assert "About 5 people" in page
    assert "Calls start late." not in everybody.get("/said/"), "nothing is public before it is answered"
    values = {"state": "not_yet", "day-day": "30", "day-month": "4", "day-year": "2031", "shown": True}
    first, second = page.form("theme"), client.get(page.url).form("theme")
    warned = first.submit(words="This was Rosa’s wish.", **values)
    assert "may be the name of somebody the team looks after: rosa." in warned.errors[0]
    assert "Calls start late." not in everybody.get("/said/")
    warned.form("theme").submit(words="We are asking.", **values)
    said = everybody.get("/said/")
    assert "About 5 people said" in said
    assert "We are asking." in said
    assert "We say more by 30 April 2031." in said
    late = second.submit(words="Mine.", **values)
    assert late.status == 409
    assert "We are asking." in late
    assert late.form("theme").value("words") == "Mine."
    did = {**values, "state": "did", "day-day": "2", "day-month": "3", "day-year": "2026"}
    late.form("theme").submit(words="We leave ten minutes between calls.", **did)
    said = everybody.get("/said/")
    assert "Since 2 March 2026" in said
    assert "What we said before" in said
    assert "We are asking." in said
    for one in scene.people[:4]:
        take_back(scene, one)
    said = everybody.get("/said/")
    assert "people said" not in said
    assert "What we heard" in said


def test_what_the_team_reads_goes_on_by_key(scene: Scene) -> None:
    """Alone catches: a batch that is passed by, or shown twice, where several are of one month."""
    first, second = scene.people[:5], scene.people[3:8]
    scene.say(*first)
    with scene.acting():
        for row in session().scalars(select(Remark)):
            row.batch = min(row.batch or UUID(int=0), UUID(int=7))
    scene.say(*[one for one in second if one not in first], text="Second")
    with scene.acting():
        moved = [one.person for one in first[3:]]
        for row in session().scalars(select(Remark)):
            row.batch = UUID(int=9) if row.text == "Second" or row.person_id in moved else row.batch
        seat = scene.seat()
        assert heard.batches(seat, size=1)[0].id == UUID(int=9), "three are left of the other"
        for row in session().scalars(select(Remark).where(Remark.batch == UUID(int=9)).limit(1)):
            assert row.given_on
            key = datetime.combine(row.given_on, time(), UTC), UUID(int=9)
        assert heard.batches(seat, key) == []


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_the_texts_of_a_theme_go_on_by_key(
    scene: Scene, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Alone catches: a page with all that ever said the same, and a text that no page of it has, or two have."""
    monkeypatch.setattr(heard, "TEXTS", 3)
    for number, one in enumerate(scene.people):
        scene.say(one, text=f"It came late, {number}.")
    with scene.acting():
        seat = scene.seat()
        all_of_them = [one.id for batch in heard.batches(seat) for one in batch.texts]
        theme = heard.gather(seat, all_of_them, None, "It comes late.")
    client.sign_in(scene.desk.ola)
    page, seen = client.get(f"/team/{scene.desk.team}/said/{theme.id}/"), []
    while True:
        seen += page.all(".card .words")
        if "Show more texts" not in page:
            break
        page = page.click("Show more texts")
    assert len(seen) == len(set(seen)) == len(all_of_them) >= 5


def test_another_teams_theme_and_text_are_not_there(app: Flask, scene: Scene, client: Client) -> None:
    """Alone catches: who runs another team's pages and changes, fills or reads a theme by its id."""
    scene.say(*scene.people[:5])
    with scene.acting():
        seat = scene.seat()
        theme = heard.gather(seat, [one.id for one in heard.batches(seat)[0].texts], None, "Late.")
        theme_id, remark = theme.id, heard.gathered(seat, theme.id)[0].id
    client.sign_in(scene.desk.other)
    for path in ("", "remove", f"{remark}/out"):
        address = f"/team/{scene.desk.team}/said/{theme_id}/{path}"
        assert client.get(address).status == 404
    page = client.get("/team/said/")
    token = page.html.find("input", {"name": "csrf_token"})
    data = {"csrf_token": token["value"] if token else "", "said": "x"}
    assert client.post(f"/team/{scene.desk.team}/said/{theme_id}/remove", data).status == 404
    with scene.acting():
        assert session().get_one(Theme, theme_id).removed_at is None
