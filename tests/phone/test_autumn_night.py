"""01:40 comes twice in the autumn night. Which one it was is fixed at first Save, and stays through every change."""

from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from selfcare.contacts.models import Contact
from selfcare.database import session
from selfcare.diary.models import Entry
from tests.harness.client import Client
from tests.phone.test_protocol import Phone, logged

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)

FIRST, SECOND = (datetime(2026, 10, 25, hour, 40, tzinfo=UTC) for hour in (0, 1))
WALL = {FIRST: "2026-10-25T01:40:00+01:00", SECOND: "2026-10-25T01:40:00+00:00"}
both = pytest.mark.parametrize("moment", [FIRST, SECOND], ids=["summer", "winter"])


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(FIRST, tick=False) as traveller:
        yield traveller


@pytest.fixture
def phone(clock: time_machine.Traveller, app: Flask, client: Client) -> Phone:
    return Phone(app, client)


def instants(phone: Phone) -> set[datetime]:
    with phone.app.app_context():
        return set(session().scalars(select(Entry.utc).where(Entry.note.in_(("one", "two")))))


@both
def test_sent_at_once_and_changed_on_a_page(
    phone: Phone, clock: time_machine.Traveller, moment: datetime
) -> None:
    """The form to change it has a time of day alone, which is the first of the two."""
    clock.move_to(moment)
    phone.client.get(phone.log).form("log").submit(severity="6", when="now", note="one")
    assert instants(phone) == {moment}
    clock.move_to(datetime(2026, 10, 25, 9, tzinfo=UTC))
    with phone.app.app_context():
        entry_id = session().scalars(select(Entry.id).where(Entry.note == "one")).one()
    phone.client.get(f"{phone.base}/diary/entries/{entry_id}/change").form().submit(note="two")
    assert instants(phone) == {moment}


@both
def test_waiting_and_changed_before_and_after_it_was_sent(
    phone: Phone, clock: time_machine.Traveller, moment: datetime
) -> None:
    """A phone sends the moment of the first Save along with every step."""
    clock.move_to(datetime(2026, 10, 25, 9, tzinfo=UTC))
    first = phone.send(phone.log, logged("one") | {"when-wall": WALL[moment]})
    assert instants(phone) == {moment}
    step = logged("two") | {"when-wall": WALL[moment]}
    place = f"{phone.base}/diary/entries/{UUID(first.json['id'])}/change"
    assert phone.change(first, place, step).status == 201
    assert instants(phone) == {moment}


@both
def test_a_contact_is_of_its_moment_too(
    phone: Phone, clock: time_machine.Traveller, moment: datetime
) -> None:
    clock.move_to(moment)
    phone.client.sign_in(phone.house.amina.id)
    phone.client.get(f"{phone.base}/contacts/add").form("contact").submit(how="phone", said="one", when="now")
    found = select(Contact.id, Contact.utc).where(Contact.said.in_(("one", "two")))
    with phone.app.app_context():
        contact_id, utc = session().execute(found).one()
    assert utc == moment
    clock.move_to(datetime(2026, 10, 25, 9, tzinfo=UTC))
    phone.client.sign_in(phone.house.amina.id)
    phone.client.get(f"{phone.base}/contacts/{contact_id}/change").form("contact").submit(said="two")
    with phone.app.app_context():
        assert session().execute(found).one().utc == moment
