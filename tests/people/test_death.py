"""Somebody has died: it is written down by a professional, and what reaches out stops; a mistake is taken back."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from selfcare.appointments import actions as appointments
from selfcare.audit.models import Trail
from selfcare.contacts import actions as contacts
from selfcare.database import now, session
from selfcare.notifications import actions as notifications
from selfcare.notifications.models import Notice
from selfcare.outbox import queue
from selfcare.outbox.models import Outbox
from selfcare.people import death, invitations
from selfcare.people.models import Person
from selfcare.sharing import actions as sharing
from selfcare.web.access import Area, Level
from selfcare.web.when import at_instant
from tests.harness.client import Client
from tests.people.scenes import Home, acting, home


def day(**ago: int) -> dict[str, str]:
    found = (now() - timedelta(**ago)).date()
    return {"died_on-day": str(found.day), "died_on-month": str(found.month), "died_on-year": str(found.year)}


def died_on(app: Flask, house: Home) -> date | None:
    with app.test_request_context():
        return session().get_one(Person, house.person).died_on


def verbs(app: Flask, house: Home) -> list[tuple[str, UUID | None]]:
    with app.test_request_context():
        rows = session().scalars(select(Trail).where(Trail.kind == "person").order_by(Trail.at))
        return [(row.verb, row.by) for row in rows if row.person_id == house.person]


@pytest.fixture
def house(app: Flask) -> Home:
    return home(app)


def test_it_is_written_down_corrected_and_taken_back(app: Flask, client: Client, house: Home) -> None:
    client.sign_in(house.amina)
    page = client.get(f"/people/{house.person}/death")
    assert "From the moment you write it down" in page
    page.form("death").submit(**day(days=3))
    assert died_on(app, house) == (now() - timedelta(days=3)).date()
    assert "Nothing is sent about Rosa any more" in client.get(f"/people/{house.person}/")
    again = client.get(f"/people/{house.person}/death")
    assert "It is written here that Rosa died" in again
    again.form("death").submit(**day(days=4))
    assert died_on(app, house) == (now() - timedelta(days=4)).date()
    client.get(f"/people/{house.person}/death/undo").form("Take it back").submit()
    assert died_on(app, house) is None
    recorded = ("recorded the death of", house.amina)
    assert verbs(app, house)[-3:] == [recorded, recorded, ("took back the death of", house.amina)]


@pytest.mark.parametrize(
    "typed", [day(days=-2), {}, {"died_on-day": "27", "died_on-month": "3", "died_on-year": "1961"}]
)
def test_a_day_that_cannot_be_is_refused_and_kept(
    app: Flask, client: Client, house: Home, typed: dict[str, str]
) -> None:
    client.sign_in(house.amina)
    answer = client.get(f"/people/{house.person}/death").form("death").submit(**typed)
    assert answer.status == 422
    assert died_on(app, house) is None
    for name, value in typed.items():
        assert answer.form("death").value(name) == value


def test_nobody_but_a_professional_of_the_team_can(app: Flask, client: Client, house: Home) -> None:
    url = f"/people/{house.person}/death"
    for who in (house.rosa, house.leon, house.stranger):
        client.sign_in(who)
        assert client.get(url, follow=False).status == 404
        assert client.get(url + "/undo", follow=False).status == 404
    with acting(app, house.rosa, house.person) as rosa, pytest.raises(Exception, match="404"):
        death.record(rosa, rosa.today())


def test_what_waited_is_dropped_and_reminders_leave_every_inbox(app: Flask, house: Home) -> None:
    with acting(app, house.amina, house.person) as amina:
        visit = appointments.add_visit(
            amina, when=at_instant(now() + timedelta(days=5), amina.zone), how="phone", with_whom="Amina"
        )
        notifications.tell(amina, [house.rosa, house.leon], notifications.READY, visit.id)
        notifications.tell(amina, [house.rosa], notifications.RESULT, visit.id, now() + timedelta(days=1))
    with acting(app, house.amina, house.person) as amina:
        rows = {row.kind: row for row in session().scalars(select(Outbox))}
        rows["result"].state = queue.FAILED
    with acting(app, house.amina, house.person) as amina:
        death.record(amina, amina.today())
    with app.test_request_context():
        rows = session().scalars(select(Outbox)).all()
        assert {(row.state, row.reason) for row in rows} == {(queue.DROPPED, "died")}
        assert all(row.ended_at for row in rows)
        assert {row.kind for row in session().scalars(select(Notice))} == {"result"}


def test_nothing_new_is_shared_and_the_page_says_so(app: Flask, client: Client, house: Home) -> None:
    with acting(app, house.rosa, house.person) as rosa:
        visit = appointments.add_visit(
            rosa, when=at_instant(now() + timedelta(days=5), rosa.zone), how="phone", with_whom="Amina"
        )
    client.sign_in(house.rosa)
    open_page = client.get(f"/people/{house.person}/summary/")
    ready = client.get(f"/people/{house.person}/appointments/{visit.id}/prepare/ready")
    with acting(app, house.amina, house.person) as amina:
        death.record(amina, amina.today())
    for answer in (open_page.form("share").submit("Share with Amina"), ready.form("ready").submit()):
        assert answer.status == 422
        assert "Rosa has died. Nothing new is shared any more" in answer
    for url in ("summary/", f"appointments/{visit.id}/prepare/ready"):
        page = client.get(f"/people/{house.person}/{url}")
        assert "Rosa has died" in page
        assert "Share with Amina" not in page
    with acting(app, house.rosa, house.person) as rosa, pytest.raises(sharing.HasDied):
        sharing.share(rosa, sections=("matters",), first=rosa.today(), last=rosa.today(), appointment_id=None)


def test_no_letter_and_no_code_lets_anybody_new_in(app: Flask, client: Client, house: Home) -> None:
    with acting(app, house.rosa, house.person) as rosa:
        code = invitations.invite_carer(rosa, "Sam", {Area.DIARY: Level.SEE})
    client.sign_in(house.amina)
    letter = client.get(f"/people/{house.person}/letter")
    client_two = client.get(f"/people/{house.person}/")
    assert "Letter with a code" in client_two
    with acting(app, house.amina, house.person) as amina:
        death.record(amina, amina.today())
    refused = letter.form("Make the letter").submit()
    assert refused.status == 409
    assert "There are no letters any more" in refused
    assert "Letter with a code" not in client.get(f"/people/{house.person}/")
    client.sign_in(house.stranger)
    born = {"born-day": "27", "born-month": "3", "born-year": "1962"}
    assert client.get("/invitation").form("invitation").submit(code=code, **born).status == 422


def test_a_carer_is_not_added_any_more(app: Flask, client: Client, house: Home) -> None:
    client.sign_in(house.rosa)
    page = client.get(f"/people/{house.person}/carers/add")
    with acting(app, house.amina, house.person) as amina:
        death.record(amina, amina.today())
    answer = page.form("add-carer").submit(name="Sam", diary="1")
    assert answer.status == 422
    assert "Nobody new can be let in" in answer


def test_the_caseload_shows_them_last_with_nothing_to_do(app: Flask, client: Client, house: Home) -> None:
    with acting(app, house.amina, house.person) as amina:
        contacts.set_rhythm(amina, None, kind="active", every_days=14, due_on=amina.today())
        appointments.add_visit(
            amina, when=at_instant(now() + timedelta(days=2), amina.zone), how="phone", with_whom="Amina"
        )
    with acting(app, house.rosa, house.person) as rosa:
        appointments.ask(rosa, text="May I drive?", send_now=True)
    client.sign_in(house.amina)
    for url in ("/caseload/?show=due", "/caseload/?show=soon", "/caseload/?show=asked"):
        assert "Rosa" in client.get(url), url
    assert "May I drive?" in client.get("/caseload/questions/")
    with acting(app, house.amina, house.person) as amina:
        death.record(amina, amina.today())
    everyone = client.get("/caseload/")
    assert "Rosa" in everyone
    assert "Died" in everyone
    for url in (
        "/caseload/?show=due",
        "/caseload/?show=soon",
        "/caseload/?show=asked",
        "/caseload/?show=quiet",
    ):
        assert "Rosa" not in client.get(url), url
    assert "May I drive?" not in client.get("/caseload/questions/")


def test_whoever_could_read_the_record_still_can(app: Flask, client: Client, house: Home) -> None:
    with acting(app, house.amina, house.person) as amina:
        death.record(amina, amina.today())
    for who in (house.rosa, house.leon):
        client.sign_in(who)
        assert client.get(f"/people/{house.person}/diary/", follow=False).status == 200
    client.sign_in(house.amina)
    assert client.get(f"/people/{house.person}/results/", follow=False).status == 200
