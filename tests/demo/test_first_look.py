"""The demonstration: made once, believable on any day of the week, and open to the three who sign in."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select, update

from selfcare import database, demo
from selfcare.accounts.models import Account
from selfcare.accounts.sign_in_views import DEMO_SIGN_INS
from selfcare.appointments.models import Appointment, Question
from selfcare.config import DEMO_PASSWORD
from selfcare.contacts.models import Contact
from selfcare.database import Base
from selfcare.demo.cast import OTHERS, invented_nhs_number
from selfcare.diary.models import Entry
from selfcare.filing.models import Incoming
from selfcare.links.actions import is_file
from selfcare.links.models import SharedLink, SharedLinkFile
from selfcare.people import nhs_number
from selfcare.people.models import Person, Relationship
from selfcare.reminders import actions as reminders
from selfcare.results.models import Report, ReportNote, Result
from selfcare.sharing.models import Summary
from selfcare.web.access import Role
from tests import factories
from tests.factories.lived import as_made
from tests.harness.client import Client
from tests.harness.databases import fresh
from tests.harness.markup import Validator
from tests.harness.pages import Answer
from tests.harness.places import PROOF

ONLY_ME = "Felt low after the phone call with my sister."


@pytest.fixture
def made(app: Flask) -> Flask:
    """The app with the invented people in it."""

    def make() -> None:
        with app.app_context(), database.command():
            assert demo.first_look()

    as_made(app, "first-look", make)
    return app


def everything(app: Flask) -> dict[str, int]:
    with app.app_context():
        return {
            table.name: database.session().scalar(select(func.count()).select_from(table)) or 0
            for table in Base.metadata.sorted_tables
        }


def rows(app: Flask, model: type[Any], *conditions: Any) -> list[Any]:
    with app.app_context():
        rosa = database.session().scalars(select(Person.id).where(Person.known_as == "Rosa")).one()
        return list(database.session().scalars(select(model).where(model.person_id == rosa, *conditions)))


def sign_in(client: Client, email: str) -> Answer:
    return client.get("/sign-in").form("sign-in").submit(email=email, password=DEMO_PASSWORD)


def test_it_is_made_once(made: Flask) -> None:
    before = everything(made)
    with made.app_context(), database.command():
        assert not demo.first_look()
    assert everything(made) == before


def test_where_people_are_already_it_makes_nothing(app: Flask) -> None:
    with app.app_context(), database.command():
        factories.household()
    before = everything(app)
    with app.app_context(), database.command():
        assert not demo.first_look()
    assert everything(app) == before


def test_its_accounts_open_nothing_outside_a_demonstration(
    made: Flask, make_app: Callable[..., Flask], client: Client
) -> None:
    """Everybody knows their password: neither it, nor a session from before, is worth anything when it is off."""
    with made.app_context():
        accounts = database.session().scalars(select(Account)).all()
        assert {account.invented for account in accounts} == {True}
        rosa = next(account.id for account in accounts if account.email == "patient@example.org")
    refused = sign_in(client, "patient@example.org")
    assert (refused.status, refused.h1) == (422, "Sign in")
    client.sign_in(rosa)
    assert client.get("/account/", follow=False).status == 303
    demonstration = Client(make_app(demo=True), client.validator)
    demonstration.sign_in(rosa)
    assert demonstration.get("/account/", follow=False).status == 200


def test_the_sign_in_page_names_the_same_people() -> None:
    assert list(DEMO_SIGN_INS) == list(demo.SIGN_INS)


def test_six_months_with_gaps_and_two_hands(made: Flask) -> None:
    entries = rows(made, Entry)
    assert len(entries) > 250
    days = {entry.wall.date() for entry in entries}
    span = (max(days) - min(days)).days
    assert 170 <= span <= 182
    assert len(days) < span - 10, "some days have none"
    assert {entry.entered_as for entry in entries} == {"self", "carer"}
    assert sum(entry.kind == "note" for entry in entries) >= 8
    assert [entry.note for entry in entries if entry.only_me] == [ONLY_ME]
    assert sum(entry.version > 1 for entry in entries) == 1
    assert any(entry.kind == "symptom" and entry.severity is None for entry in entries), "skipped once"


def test_results_with_their_history(made: Flask) -> None:
    values = sorted(
        (result.entered_at, result.value) for result in rows(made, Result, Result.name == "Haemoglobin")
    )
    assert [value for _, value in values] == ["119", "121", "118"]
    reports = rows(made, Report)
    assert {report.asked_for for report in reports} == {"Full blood count", "Liver tests"}
    held = next(report for report in reports if report.asked_for == "Liver tests")
    visit = min((row for row in rows(made, Appointment) if row.utc > database.now()), key=lambda row: row.utc)
    assert held.visible_from == visit.utc, "until the visit"


def test_the_newest_report_came_from_the_laboratory_with_the_nurses_note(made: Flask) -> None:
    (received,) = rows(made, Report, Report.source == "received")
    assert (received.asked_for, received.laboratory, received.kind) == (
        "Full blood count",
        "Riverside Pathology",
        "blood",
    )
    assert received.visible_from == received.filed_at
    panel, *five = sorted(rows(made, Result, Result.report_id == received.id), key=lambda row: row.place)
    assert (panel.name, panel.value) == ("Full blood count", "")
    first = five[0]
    assert (first.name, first.value, first.unit, first.flag) == ("Haemoglobin", "118", "g/L", "Low")
    assert {row.within_id for row in five} == {panel.id}
    (note,) = rows(made, ReportNote, ReportNote.report_id == received.id)
    assert note.text.startswith("Haemoglobin carries oxygen")


def test_one_report_waits_for_somebody_to_look(
    made: Flask, make_app: Callable[..., Flask], client: Client
) -> None:
    with made.app_context():
        (waits,) = database.session().scalars(select(Incoming))
        assert (waits.state, waits.reasons) == ("waiting", ["other-birth-date"])
    browser = Client(make_app(demo=True), client.validator)
    sign_in(browser, "nurse@example.org")
    assert "Kidney tests" in browser.get("/results/incoming/").text


def test_five_questions_one_of_them_carried_over(made: Flask) -> None:
    still_open = rows(made, Question, Question.closed_at.is_(None))
    assert len(still_open) == 5
    past = {row.id for row in rows(made, Appointment) if row.utc < database.now()}
    assert sum(question.appointment_id in past for question in still_open) == 1
    assert sum(question.reply is not None for question in still_open) == 1


def test_a_newcomer_meets_what_was_told_and_hospital_stays(
    made: Flask, client: Client, make_app: Callable[..., Flask]
) -> None:
    """Alone catches: pages that are there, and empty for whoever looks at them first."""
    (rosa,) = rows(made, Relationship, Relationship.kind == Role.SELF)
    browser = Client(make_app(demo=True), client.validator)
    told = sign_in(browser, "patient@example.org").click(
        "Somebody wrote down what you told them. Look at it: you can change it, or take it back."
    )
    assert "As told to Amina, on paper" in told
    assert len(browser.get(f"/people/{rosa.person_id}/hospital-stays/").all("main .row")) == 2
    letters = browser.get(f"/people/{rosa.person_id}/letters/")
    for made_of in ("Photo, 1 page", "As I was told: 131 over 82.", "PDF, 1 KB"):
        assert made_of in letters


def test_invented_numbers_are_of_the_range_that_is_never_issued() -> None:
    numbers = {invented_nhs_number(n) for n in range(len(OTHERS) + 1)}
    assert len(numbers) == len(OTHERS) + 1
    assert all(number.startswith("999") and nhs_number.is_valid(number) for number in numbers)


@pytest.mark.parametrize(
    "today",
    [
        "2026-03-29T01:30:00+00:00",  # a Sunday, in the hour the clocks skipped
        "2026-10-25T23:50:00+00:00",  # a Sunday, the clocks went back
        "2026-11-21T00:05:00+00:00",  # a Saturday, just begun
        "2028-02-29T12:00:00+00:00",  # a leap day
    ],
)
def test_on_any_day_work_happens_on_weekdays_and_nothing_in_the_future(app: Flask, today: str) -> None:
    with time_machine.travel(today, tick=False):
        with app.app_context(), database.command():
            assert demo.first_look()
        moment = database.now()
        with app.app_context():
            work = database.session()
            visits = list(work.scalars(select(Appointment)))
            contacts = list(work.scalars(select(Contact)))
            reports = list(work.scalars(select(Report)))
            entries = list(work.scalars(select(Entry)))
        for wall in [row.wall for row in visits + contacts] + [row.taken_wall for row in reports]:
            assert wall.weekday() < 5, wall
        assert all(row.utc <= moment for row in entries + contacts)
        assert all(row.filed_at <= moment and row.taken_utc <= row.filed_at for row in reports)
        ahead = min(row.utc for row in rows(app, Appointment, Appointment.utc > moment)) - moment
        assert timedelta(days=3) < ahead < timedelta(days=7), "in about five days"


def test_it_is_the_same_each_time(made: Flask, make_app: Callable[..., Flask]) -> None:
    def told(app: Flask) -> list[tuple[Any, ...]]:
        return sorted((e.kind, e.severity or -1, e.first, e.second, e.note) for e in rows(app, Entry))

    with fresh("sqlite") as url:
        other = make_app(database_url=url)
        with other.app_context(), database.command():
            demo.first_look()
        assert told(other) == told(made)


# ------------------------------------------------------------------------------------------------- what they see


def crawl(client: Client, start: Answer, most: int) -> dict[str, Answer]:
    """The pages that links lead to, breadth first, without those that sign out or leave."""
    found, waiting = {}, [tag["href"] for tag in start.html.select("a[href^='/']")]
    while waiting and len(found) < most:
        address = str(waiting.pop(0)).split("#")[0]
        if address in found or address.startswith(("/language/", "/static/")):
            continue
        answer = found[address] = client.get(address)
        if answer.is_html:
            waiting += [tag["href"] for tag in answer.html.select("a[href^='/']")]
    return found


@pytest.mark.parametrize(
    ("email", "h1"),
    [
        ("patient@example.org", "Today"),
        ("carer@example.org", "Who is this for?"),
        ("nurse@example.org", "My people"),
    ],
)
def test_each_signs_in_and_every_page_opens(
    made: Flask, make_app: Callable[..., Flask], client: Client, email: str, h1: str
) -> None:
    app = make_app(demo=True)
    browser = Client(app, client.validator)
    first = sign_in(browser, email)
    assert first.h1 == h1
    pages = crawl(browser, first, 80 if PROOF else 40)
    assert len(pages) > 15
    assert {address: page.status for address, page in pages.items() if page.status != 200} == {}
    seen = [address for address, page in pages.items() if ONLY_ME in page.text]
    assert bool(seen) is (email == "patient@example.org"), seen


@pytest.mark.parametrize("email", ["carer@example.org", "nurse@example.org"])
def test_who_helps_and_who_looks_after_find_help_near_by(
    made: Flask, make_app: Callable[..., Flask], client: Client, email: str
) -> None:
    """Alone catches: a demonstration in which the room is shut to all but the person."""
    browser = Client(make_app(demo=True), client.validator)
    sign_in(browser, email)
    rosa = rows(made, Summary)[0].person_id
    page = browser.get(f"/people/{rosa}/community/")
    assert page.status == 200
    assert "Hill Street" in page


def test_the_nurse_has_about_a_dozen_people_and_a_colleague(made: Flask) -> None:
    with made.app_context():
        work = database.session()
        assert work.scalar(select(func.count()).select_from(Person)) == len(OTHERS) + 1
        assert 10 <= sum(not other.priya for other in OTHERS) + 1 <= 14
        assert work.scalars(select(Account.name).where(Account.kind == "professional")).all() == [
            "Amina",
            "Priya",
        ]


def test_a_reminder_stands_in_the_inbox_and_is_told_once(
    made: Flask, make_app: Callable[..., Flask], validator: Validator
) -> None:
    app = make_app(demo=True)
    for email, said in (("patient@example.org", "your visit"), ("carer@example.org", "a visit of Rosa")):
        client = Client(app, validator)
        sign_in(client, email)
        with made.app_context():
            reminders.due()  # as the deliverer does, every minute
        inbox = client.get("/inbox/")
        assert inbox.text.count("It is time to get ready for") == 1
        assert f"It is time to get ready for {said}" in inbox


def test_what_was_shared_is_there_to_be_looked_at(made: Flask, client: Client) -> None:
    """Alone catches: screens of summaries and links that are empty in the demonstration; a link that is not of the kind
    that the page makes, or has ended.
    """
    demonstration = Client(made, client.validator)
    older, newer = sorted(rows(made, Summary), key=lambda row: row.as_of)
    assert (older.superseded_by, newer.superseded_by) == (newer.id, None)
    assert (newer.as_of - older.as_of).days >= 30
    (link,) = rows(made, SharedLink)
    assert (link.label, link.flag, link.ended_at) == ("For the eye clinic", "P", None)
    (file,) = rows(made, SharedLinkFile)
    assert is_file(file.body.decode())
    with made.app_context():
        account = database.session().scalars(select(Account).where(Account.name == "Rosa")).one().id
        database.session().execute(update(Account).values(invented=False))
        database.session().commit()
    demonstration.sign_in(account)
    page = demonstration.get(f"/people/{link.person_id}/links/")
    assert "For the eye clinic" in page
    assert "Nobody has opened it yet." in page
    assert "There is a newer summary" in demonstration.get(f"/people/{link.person_id}/summary/{older.id}/")
