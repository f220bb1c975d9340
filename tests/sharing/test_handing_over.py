"""Handing a summary over: what is missing is said, what changed is looked at again, and who may do it."""

from collections.abc import Callable
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from selfcare.appointments import actions as appointments
from selfcare.database import command, session
from selfcare.notifications.models import Notice
from selfcare.people import actions as people
from selfcare.people.models import Relationship
from selfcare.sharing.models import HandedSummary
from selfcare.web.access import Area, Level
from tests.harness.client import Client
from tests.sharing.handing import come_in, make_reader, plain, sheet
from tests.sharing.scenes import Scene, acting, scene, share

NOT_FOUND, THERE = 404, 200


@pytest.fixture
def rosas(app: Flask) -> Scene:
    """Rosa's record; Leon helps her with everything."""
    return scene(app, dict.fromkeys(Area, Level.MANAGE))


def signed_in(client: Client, account_id: UUID) -> Client:
    client.sign_in(account_id)
    return client


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"name": " "}, "Type the name of who may read it."),
        ({"works_as": ""}, "Type what they do"),
        ({"name": "x" * 121}, "This is too long."),
        ({"until": "day", "until_on": ""}, "Choose the day, or say how many months."),
        ({"until": "day", "until_on": "2001-01-01"}, "This day has gone."),
        ({"until": "day", "until_on": "2999-01-01"}, "more than a year away"),
        ({"until": "99"}, "Choose one."),
    ],
)
def test_what_is_missing_is_said_and_the_rest_is_kept(
    app: Flask, rosas: Scene, client: Client, fields: dict[str, str], says: str
) -> None:
    """Alone catches: an invitation without a name or without an end, and words that a refusal loses."""
    rosa = signed_in(client, rosas.rosa)
    form = (
        rosa.get(f"{rosas.base}/summary/").form("share").submit("Another professional, by name").form("hand")
    )
    if fields.get("until") == "99":
        form.values = [pair for pair in form.values if pair[0] != "until"] + [("until", "99")]
        fields = {}
    answer = form.submit(**{"name": "Zoë 🦊 Ó Briain", "works_as": "<b>فزیوتھراپسٹ</b>", **fields})
    assert answer.status == 422
    assert says in answer, answer.errors
    if "works_as" not in fields:
        assert answer.form("hand").value("works_as") == "<b>فزیوتھراپسٹ</b>"
    with app.app_context():
        assert session().scalar(select(func.count()).select_from(HandedSummary)) == 0


def test_what_changed_since_the_look_is_shown_again_and_not_handed_over(
    app: Flask, rosas: Scene, client: Client
) -> None:
    """Alone catches: something written between the look and the press that somebody from outside then reads."""
    rosa = signed_in(client, rosas.rosa)
    form = (
        rosa.get(f"{rosas.base}/summary/").form("share").submit("Another professional, by name").form("hand")
    )
    with acting(app, rosas.rosa, rosas.person) as permit:
        appointments.set_matters(permit, rosas.visit, None, "To sleep through one night")
    again = form.submit(name="Sam Lee", works_as="physiotherapist")
    assert again.status == 409
    assert "To sleep through one night" in sheet(again)
    with app.app_context():
        assert session().scalar(select(func.count()).select_from(HandedSummary)) == 0
    assert again.form("hand").submit().h1 == "Give this to Sam Lee"


def test_a_helper_hands_over_only_with_the_right_and_only_what_they_see(
    app: Flask, client: Client, new_client: Callable[..., Client]
) -> None:
    """Alone catches: a helper who lets somebody from outside in without the right to; who hands on what they may not
    see themself; whose name stands nowhere; and a professional of the team who does it for the person.
    """
    rights = dict.fromkeys((Area.DIARY, Area.SHARING, Area.PEOPLE), Level.ADD)
    rosas = scene(app, rights)
    summary = share(app, rosas)
    leon = signed_in(client, rosas.leon)
    door = f"{rosas.base}/sharing/professional/?summary={summary}"
    assert leon.get(door).status == NOT_FOUND
    assert "by name" not in leon.get(f"{rosas.base}/summary/")
    amina = signed_in(new_client(), rosas.amina)
    assert amina.get(door).status == NOT_FOUND
    with app.test_request_context(), command() as work:
        grant = work.scalars(select(Relationship).where(Relationship.account_id == rosas.leon)).one()
        people.give(grant.id, {})
        work.execute(
            update(people.Right)
            .where(people.Right.relationship_id == grant.id, people.Right.area == Area.SHARING.value)
            .values(level=int(Level.MANAGE))
        )
    page = leon.get(door)
    assert page.status == THERE
    assert "Tiredness" in sheet(page)
    for word in ("Walk to the shop", "sister’s visit", "Haemoglobin", "tiredness from the new tablets"):
        assert word not in page.text
    assert "They read this one summary, and nothing else of Rosa." in page
    made = page.form("hand").submit(name="Sam Lee", works_as="physiotherapist")
    code = made.html.select_one(".qr__code").get_text(strip=True)  # type: ignore[union-attr]
    sam = signed_in(new_client(), make_reader(app))
    read = come_in(sam, code)
    assert sheet(read) == sheet(page)
    assert "Leon shared it for Rosa." in read
    rosa = signed_in(new_client(), rosas.rosa)
    assert "Shared by Leon" in rosa.get(f"{rosas.base}/sharing/")
    with app.app_context():
        told = set(session().scalars(select(Notice.account_id).where(Notice.kind == "opened")))
        assert told == {rosas.rosa, rosas.leon}
    assert "A professional has read a summary of Rosa." in plain(leon.get("/inbox/")).replace(
        "<bdi>", ""
    ).replace("</bdi>", "")
