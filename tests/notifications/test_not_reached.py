"""Who was not reached is seen by whom it concerns, until somebody has told them or they have seen it themselves."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select, update

from selfcare.appointments import actions as appointments
from selfcare.audit.models import Trail
from selfcare.database import command, session
from selfcare.goals import actions as goals
from selfcare.notifications import actions, kinds, queries
from selfcare.notifications.models import Notice
from selfcare.outbox import deliver
from selfcare.outbox.models import Outbox
from selfcare.people import actions as people
from selfcare.people.models import Person, Relationship
from tests import factories
from tests.factories.record import ahead
from tests.harness.client import Client
from tests.notifications.conftest import Home


@pytest.fixture
def failing(home: Home, monkeypatch: pytest.MonkeyPatch) -> Home:
    """Whatever is sent fails for good."""
    hands = home.app.extensions["deliver"]
    monkeypatch.setitem(
        home.app.extensions, "deliver", replace(hands, send=lambda *_: deliver.failed("email"))
    )
    return home


def not_reached(home: Home, who: str = "rosa") -> list[str]:
    with home.app.app_context():
        return [row.kind for row in queries.not_reached(getattr(home.house, who).id)]


def listed(client: Client, view: str = "") -> str:
    return client.get(f"/caseload/not-reached/{view}").text


def test_the_key_contact_sees_it_and_closes_it(failing: Home, client: Client) -> None:
    delivery = failing.tell(actions.RESULT)
    assert failing.deliver() == {"failed": 1}
    assert failing.row(delivery).owner == failing.house.amina.id
    assert not_reached(failing) == ["result"]
    client.sign_in(failing.house.amina.id)
    front = client.get("/caseload/waits/")
    assert "1 message could not be sent" in front.text
    page = client.get("/caseload/not-reached/")
    assert page.h1 == "Not reached"
    assert "A new result" in page.text
    assert failing.house.person.family_name in page.text
    page.form("/told").submit()
    assert failing.row(delivery).state == "told"
    assert not_reached(failing) == []
    assert "message could not be sent" not in client.get("/caseload/waits/").text
    assert "Everybody was reached" in listed(client)
    with failing.app.app_context():
        (noted,) = session().scalars(select(Trail).where(Trail.verb == "told"))
    assert (noted.person_id, noted.by, noted.item_id) == (
        failing.house.person.id,
        failing.house.amina.id,
        delivery,
    )


def test_by_a_page_of_its_own_without_the_list(failing: Home, client: Client) -> None:
    delivery = failing.tell(actions.RESULT)
    failing.deliver()
    client.sign_in(failing.house.amina.id)
    page = client.get(f"/caseload/not-reached/{delivery}/told")
    assert page.h1 == "A new result"
    page.form("Told them").submit()
    assert failing.row(delivery).state == "told"
    assert client.get(f"/caseload/not-reached/{delivery}/told").status == 404


def test_whose_message_it_was_is_said(failing: Home, client: Client) -> None:
    failing.tell(actions.REPLY, who="leon")
    failing.deliver()
    client.sign_in(failing.house.amina.id)
    assert "For <bdi>Leon</bdi>: A reply to a question" in listed(client)


def test_a_colleague_sees_it_under_the_whole_team(
    failing: Home, client: Client, new_client: Callable[..., Client]
) -> None:
    failing.tell(actions.RESULT)
    failing.deliver()
    with failing.app.test_request_context(), command():
        priya, _ = factories.nurse("Priya", failing.house.team)
        elsewhere, _ = factories.nurse("Owen", people.make_team("Hillside team"))
    client.sign_in(priya.id)
    assert "A new result" not in listed(client)
    assert "A new result" in listed(client, "?view=team")
    other = new_client()
    other.sign_in(elsewhere.id)
    assert "A new result" not in listed(other) + listed(other, "?view=team")


def test_without_a_key_contact_everybody_in_the_team_is_asked(failing: Home, client: Client) -> None:
    failing.change(update(Relationship).where(Relationship.kind == "professional").values(lead=False))
    delivery = failing.tell(actions.RESULT)
    failing.deliver()
    assert failing.row(delivery).owner is None
    client.sign_in(failing.house.amina.id)
    assert "A new result" in listed(client)


def test_a_new_key_contact_takes_it_over(failing: Home, client: Client) -> None:
    failing.tell(actions.RESULT)
    failing.deliver()
    with failing.app.test_request_context(), command():
        priya, _ = factories.nurse("Priya", failing.house.team)
    failing.change(update(Relationship).where(Relationship.lead).values(account_id=priya.id))
    client.sign_in(priya.id)
    assert "A new result" in listed(client)


def test_strangers_cannot_close_it(failing: Home, new_client: Callable[..., Client]) -> None:
    delivery = failing.tell(actions.RESULT)
    failing.deliver()
    for who in ("rosa", "leon", "stranger"):
        client = new_client()
        client.sign_in(getattr(failing.house, who).id)
        assert client.get("/caseload/not-reached/").status == 404
        assert client.get(f"/caseload/not-reached/{delivery}/told").status == 404
    assert failing.row(delivery).state == "failed"


def test_seen_in_the_app_nobody_need_tell_it(failing: Home, client: Client) -> None:
    delivery = failing.tell(actions.RESULT)
    failing.deliver()
    with failing.app.test_request_context(), command() as work:
        about = work.scalars(select(Notice.about_id)).one()
        actions.seen(factories.permit(failing.house.rosa, failing.house.person), about)
    assert failing.ended(delivery) == ("dropped", "seen")
    client.sign_in(failing.house.amina.id)
    assert "A new result" not in listed(client)


def test_taken_back_nobody_need_tell_it(failing: Home, client: Client) -> None:
    failing.tell(actions.RESULT)
    failing.deliver()
    with failing.app.test_request_context(), command() as work:
        actions.take_back(failing.house.person.id, work.scalars(select(Notice.about_id)).one())
    client.sign_in(failing.house.amina.id)
    assert "A new result" not in listed(client)


def test_of_who_has_died_nobody_is_asked_to_tell(failing: Home, client: Client) -> None:
    failing.tell(actions.RESULT)
    failing.deliver()
    failing.change(
        update(Person).where(Person.id == failing.house.person.id).values(died_on=date(2026, 3, 12))
    )
    client.sign_in(failing.house.amina.id)
    assert "A new result" not in listed(client)
    assert "message could not be sent" not in client.get("/caseload/waits/").text


def test_a_professional_s_own(failing: Home, client: Client) -> None:
    failing.tell(actions.SUMMARY, who="amina")
    failing.deliver()
    client.sign_in(failing.house.amina.id)
    page = client.get("/caseload/not-reached/")
    assert "For you: A shared summary" in page.text
    page.form("/told").submit()
    assert "Everybody was reached" in listed(client)


def test_what_a_professional_may_not_see_is_not_named(failing: Home, client: Client) -> None:
    """A nurse does not see goals unless she was given them: that there is one to look at is not said either."""
    with failing.app.test_request_context(), command():
        rosa = factories.permit(failing.house.rosa, failing.house.person)
        goal = goals.add(rosa, text="Walk to the shop", why="", sure=6)
    delivery = failing.tell(kinds.LOOK)
    failing.change(update(Notice).where(Notice.id == delivery).values(about_id=goal.id))
    failing.deliver()
    assert failing.row(delivery).owner == failing.house.amina.id
    client.sign_in(failing.house.amina.id)
    said = listed(client)
    assert "A message" in said
    assert "goal" not in said.lower()
    assert not_reached(failing) == ["look"]


def test_a_reminder_of_something_only_for_me_is_nobody_else_s(failing: Home, client: Client) -> None:
    with failing.app.test_request_context(), command():
        rosa = factories.permit(failing.house.rosa, failing.house.person)
        hidden = appointments.add_visit(
            rosa, when=ahead(rosa, days=5), how="phone", with_whom="", purpose="", only_me=True
        )
        shown = appointments.add_visit(rosa, when=ahead(rosa, days=6), how="phone", with_whom="", purpose="")
    found = {}
    for name, visit in (("hidden", hidden), ("shown", shown)):
        found[name] = failing.tell(kinds.READY)
        failing.change(update(Notice).where(Notice.id == found[name]).values(about_id=visit.id))
    failing.deliver()
    assert failing.row(found["shown"]).owner == failing.house.amina.id
    assert failing.row(found["hidden"]).owner == failing.house.rosa.id
    client.sign_in(failing.house.amina.id)
    assert listed(client, "?view=team").count("A reminder to get ready for a visit") == 1
    assert client.get(f"/caseload/not-reached/{found['hidden']}/told").status == 404
    assert not_reached(failing) == ["ready", "ready"]


def test_uncertain_is_said(home: Home, client: Client, app: Flask) -> None:
    delivery = home.tell(actions.RESULT)
    died = {"state": "handing over", "lease": uuid4(), "lease_until": home.row(delivery).made_at}
    home.change(update(Outbox).where(Outbox.id == delivery).values(**died))
    assert home.deliver() == {"unsure": 1}
    client.sign_in(home.house.amina.id)
    assert "It may have arrived all the same." in listed(client)
