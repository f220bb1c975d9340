"""Every way in is lost: asked for, confirmed by a second, told, stopped by the owner in one tap; and not stopped."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, update

from selfcare.accounts.models import Account, MailCode, Passkey, SignIn
from selfcare.audit.models import Trail
from selfcare.config import Smtp
from selfcare.database import command, now, session
from selfcare.diary import actions as diary
from selfcare.goals import actions as goals
from selfcare.notifications import actions as notifications
from selfcare.notifications import kinds, stopping
from selfcare.outbox import deliver
from selfcare.outbox.models import Outbox
from selfcare.people import recovery
from selfcare.people.models import Member, Recovery
from selfcare.web.when import at_instant
from tests import factories
from tests.factories.rows import a_passkey
from tests.harness.client import Client
from tests.harness.pages import Answer
from tests.notifications.post import Post
from tests.people.scenes import Home, acting, colleague, home_with_way

NINE = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
BORN = {"born-day": "27", "born-month": "3", "born-year": "1962"}
NEW = {"email": "new@example.net", "password": "winter ladder teapot"}


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NINE, tick=False) as traveller:
        yield traveller


@pytest.fixture
def house(app: Flask, clock: time_machine.Traveller) -> Home:
    return home_with_way(app)


@pytest.fixture
def priya(app: Flask, house: Home) -> UUID:
    return colleague(app, house)


def asked(client: Client, house: Home, how: str = "face") -> Answer:
    """Amina says how she made sure."""
    client.sign_in(house.amina)
    page = client.get(f"/people/{house.person}/recovery").click("Go on")
    return page.form("recovery").submit(how=how, seen="Her passport, at our desk")


def confirmed(client: Client, house: Home, priya: UUID) -> Answer:
    client.sign_in(priya)
    inbox = client.get("/inbox/")
    page = inbox.click("A colleague asks for a new way in for")
    assert "Her passport, at our desk" in page
    return page.form("I confirm it").submit()


def code_of(page: Answer) -> str:
    found = page.html.select_one(".qr__code")
    assert found is not None
    return str(found.get_text())


def come_back(client: Client, code: str) -> Answer:
    return client.get("/come-back").form("come-back").submit(follow=False, code=code, **BORN, **NEW)


def verbs(app: Flask, house: Home) -> list[tuple[str, UUID | None]]:
    with app.app_context():
        query = select(Trail.verb, Trail.by).where(Trail.person_id == house.person, Trail.kind == "recovery")
        return [(verb, by) for verb, by in session().execute(query.order_by(Trail.seq))]


def test_it_is_stopped_by_the_owner_in_one_tap(
    app: Flask, house: Home, priya: UUID, new_client: Callable[..., Client], clock: time_machine.Traveller
) -> None:
    rosa, nurse, colleague = new_client(), new_client(), new_client()
    rosa.sign_in(house.rosa)
    page = asked(nurse, house)
    assert "A second member of your team has to confirm it." in page
    assert [form for form in page.forms() if form.bears("I confirm it")] == []
    assert (
        nurse.post(
            f"/people/{house.person}/recovery/confirm",
            {"csrf_token": page.form("Stop it").value("csrf_token")},
        ).status
        == 404
    ), "who asked does not confirm"
    page = confirmed(colleague, house, priya)
    code = code_of(page.form("Make the letter").submit())
    clock.shift(timedelta(hours=23))
    today = rosa.get("/")
    assert "Your team has confirmed a new way in to your account." in today
    stopped = today.form("Stop it").submit()
    assert "Nobody asks for a new way in to your account." in stopped
    clock.shift(timedelta(hours=2))
    assert come_back(new_client(), code).status == 422
    assert rosa.get("/account/", follow=False).status == 200, "she was never signed out"
    nurse.sign_in(house.amina)
    assert "The new way in for Rosa was stopped." in nurse.get("/inbox/")
    assert "confirmed a new way in" not in rosa.get("/").text
    assert verbs(app, house) == [
        ("asked", house.amina), ("confirmed", priya), ("invited", priya), ("stopped", house.rosa)
    ]  # fmt: skip


def test_not_stopped_it_opens_after_a_day_and_only_me_a_week_later(
    app: Flask, house: Home, priya: UUID, new_client: Callable[..., Client], clock: time_machine.Traveller
) -> None:
    with acting(app, house.rosa, house.person) as rosa_permit:
        diary.log(rosa_permit, None, at_instant(NINE, rosa_permit.zone), note="Kanarie", only_me=True)
        diary.log(rosa_permit, None, at_instant(NINE, rosa_permit.zone), note="For all")
        goal = goals.add(rosa_permit, text="Feed the Kanarie", only_me=True)
        notifications.tell(rosa_permit, [house.rosa], kinds.LOOK, goal.id)
        a_passkey(house.rosa)
    thief_or_lost, back = new_client(), new_client()
    thief_or_lost.sign_in(house.rosa)
    asked(new_client(), house)
    page = confirmed(new_client(), house, priya)
    code = code_of(page.form("Make the letter").submit())
    assert come_back(new_client(), code).status == 422
    clock.shift(timedelta(hours=24))
    assert come_back(back, code).status == 303
    assert thief_or_lost.get("/account/", follow=False).status == 303, "every old session is over"
    with app.app_context():
        assert session().scalars(select(Passkey)).all() == [], "and no passkey on a lost phone lets in"
    list_ = back.get(f"/people/{house.person}/diary/")
    assert "For all" in list_
    assert "Kanarie" not in list_.text
    assert "Kanarie" not in back.get("/inbox/").text, "what a message is about is as shut as the thing itself"
    clock.shift(timedelta(days=7, seconds=1))
    assert "Kanarie" in back.get("/inbox/")
    assert "Kanarie" in back.get(f"/people/{house.person}/diary/")
    sign_in = new_client().get("/sign-in").form("sign-in")
    assert sign_in.submit(email="rosa@example.net", password="three words together").status == 422
    assert new_client().get("/sign-in").form("sign-in").submit(follow=False, **NEW).status == 303
    with app.app_context():
        kept = session().scalars(select(Recovery).where(Recovery.person_id == house.person)).all()
        assert [(row.asked_name, row.confirmed_name, row.how, row.seen) for row in kept] == [
            ("Amina", "Priya", "face", "Her passport, at our desk")
        ]


@pytest.mark.parametrize(
    ("how", "unused_days", "waits"), [("face", 31, False), ("face", 29, True), ("called", 31, True)]
)
def test_it_waits_unless_seen_face_to_face_with_no_session_used_for_a_month(
    app: Flask, house: Home, priya: UUID, new_client: Callable[..., Client], clock: time_machine.Traveller,
    how: str, unused_days: int, waits: bool,
) -> None:  # fmt: skip
    new_client().sign_in(house.rosa)
    clock.shift(timedelta(days=unused_days))
    asked(new_client(), house, how)
    page = confirmed(new_client(), house, priya)
    code = code_of(page.form("Make the letter").submit())
    assert come_back(new_client(), code).status == (422 if waits else 303)


def test_a_colleague_who_left_and_another_team_confirm_nothing(
    app: Flask, house: Home, priya: UUID, new_client: Callable[..., Client]
) -> None:
    nurse = new_client()
    token = asked(nurse, house).form("Stop it").value("csrf_token")
    with app.test_request_context(), command() as work:
        work.execute(update(Member).where(Member.account_id == priya).values(ended_at=NINE))
        owen, other = factories.nurse("Owen", factories.people.make_team("Hillside"))
        factories.people.relate(
            house.person, kind=factories.Role.PROFESSIONAL, team_id=other.id, account_id=owen.id,
            rights=factories.access.PROFESSIONAL,
        )  # fmt: skip
        owen_id = owen.id
    for who in (priya, owen_id):
        browser = new_client()
        browser.sign_in(who)
        token = browser.get("/account/language").form("language-form").value("csrf_token")
        answer = browser.post(f"/people/{house.person}/recovery/confirm", {"csrf_token": token})
        assert answer.status == 404
    assert [verb for verb, _ in verbs(app, house)] == ["asked"]


def test_every_way_is_told_at_once_and_the_mail_stops_it_without_signing_in(
    app: Flask, house: Home, priya: UUID, new_client: Callable[..., Client], monkeypatch: pytest.MonkeyPatch,
    clock: time_machine.Traveller,
) -> None:  # fmt: skip
    """At three in the night, with messages switched off, signed out everywhere."""
    clock.move_to(NINE.replace(hour=3))
    with app.test_request_context(), command() as work:
        work.execute(update(SignIn).values(ended_at=NINE))
    asked(new_client(), house)
    page = confirmed(new_client(), house, priya)
    code = code_of(page.form("Make the letter").submit())
    post = Post()
    settings = app.config["SETTINGS"]
    monkeypatch.setitem(
        app.config, "SETTINGS",
        replace(settings, smtp=Smtp("127.0.0.1", post.port, "none"), mail_from="no-reply@selfcare.example",
                url="https://selfcare.example"),
    )  # fmt: skip
    with post.listening():
        deliver.run(app, threading.Event(), once=True)
    with app.app_context():
        rows = session().scalars(select(Outbox).where(Outbox.kind == kinds.RECOVERY)).all()
        assert sorted((row.state, row.reason or "") for row in rows) == [("sent", "email"), ("sent", "inbox")]
    mail = next(message for message in post.messages if message["To"] == "rosa@example.net")
    text = mail.get_payload(decode=True).decode()  # type: ignore[union-attr]
    assert "Rosa" not in text
    address = next(line for line in text.split() if "/stop/" in line)
    anybody = new_client()
    page = anybody.get(address.removeprefix("https://selfcare.example"))
    assert page.form("Stop it, it was not me").submit().h1 == "It is stopped"
    clock.shift(timedelta(hours=25))
    assert come_back(new_client(), code).status == 422
    assert anybody.get("/stop/" + "x" * 20).status == 404


def test_no_paper_with_a_code_bears_the_birth_date(
    house: Home, priya: UUID, new_client: Callable[..., Client]
) -> None:
    """It would catch a letter that lets in whoever opens the envelope."""
    asked(new_client(), house)
    letter = confirmed(new_client(), house, priya).form("Make the letter").submit()
    assert letter.html.select(".qr__code")
    assert letter.html.select(".banner.screen-only")
    assert not letter.html.select(".banner:not(.screen-only)")


def test_ten_wrong_birth_dates_end_it_and_who_asked_and_confirmed_is_told(
    house: Home, priya: UUID, new_client: Callable[..., Client], clock: time_machine.Traveller
) -> None:
    """It would catch a code that is tried out without anybody hearing of it."""
    asked(new_client(), house)
    code = code_of(confirmed(new_client(), house, priya).form("Make the letter").submit())
    clock.shift(timedelta(hours=24))
    form = new_client().get("/come-back").form("come-back")
    for day in range(1, 11):
        assert form.submit(code=code, **BORN | {"born-day": str(day)}, **NEW).status == 422
    assert come_back(new_client(), code).status == 422
    for who in (house.amina, priya):
        desk = new_client()
        desk.sign_in(who)
        assert "The new way in for Rosa was stopped." in desk.get("/inbox/")


def test_codes_by_mail_that_were_asked_for_before_let_nobody_in_after_it(
    house: Home, app: Flask, priya: UUID, new_client: Callable[..., Client], clock: time_machine.Traveller
) -> None:
    """Alone catches: whoever reads the old mail, who comes in after the recovery that was to shut them out."""
    asked(new_client(), house)
    code = code_of(confirmed(new_client(), house, priya).form("Make the letter").submit())
    clock.shift(timedelta(hours=24))
    with app.app_context(), command() as work:
        account = work.get_one(Account, house.rosa)
        account.email, account.email_at = NEW["email"], NINE
        work.add(MailCode(account_id=account.id, address=NEW["email"], made_at=now()))
    assert come_back(new_client(), code).status == 303
    with app.app_context():
        assert session().get_one(Account, house.rosa).email_at is None
        assert session().scalars(select(MailCode)).all() == []


def test_the_mail_does_not_say_stopped_of_what_was_used(
    house: Home, app: Flask, priya: UUID, new_client: Callable[..., Client], clock: time_machine.Traveller
) -> None:
    """It would catch a page that says nobody gets in, to the owner, when somebody has."""
    asked(new_client(), house)
    code = code_of(confirmed(new_client(), house, priya).form("Make the letter").submit())
    with app.test_request_context():
        address = stopping.path(session().scalars(select(Recovery.id)).one())
    late = new_client()
    page = late.get(address)
    clock.shift(timedelta(hours=24))
    assert come_back(new_client(), code).status == 303
    answer = page.form("Stop it, it was not me").submit()
    assert (answer.status, answer.h1) == (409, "It was used already")
    assert "Nobody gets in" not in answer


def test_nothing_to_recover_where_no_way_was_set(app: Flask, house: Home, client: Client) -> None:
    with app.test_request_context(), command() as work:
        work.execute(update(Account).where(Account.id == house.rosa).values(way_at=None, password_hash=None))
    client.sign_in(house.amina)
    page = client.get(f"/people/{house.person}/recovery")
    assert "A letter with a code is enough." in page
    assert client.get(f"/people/{house.person}/recovery/ask").h1 == "A new way in for Rosa"


def test_a_helper_neither_sees_nor_stops_it(
    app: Flask, house: Home, new_client: Callable[..., Client]
) -> None:
    asked(new_client(), house)
    leon = new_client()
    leon.sign_in(house.leon)
    assert leon.get(f"/people/{house.person}/recovery").status == 404


def test_of_two_who_ask_in_the_same_moment_one_does(app: Flask, house: Home, priya: UUID) -> None:
    """Two were under way at once: stopped by the person, the other went on."""
    together, refused = threading.Barrier(2), []

    def ask(who: UUID) -> None:
        together.wait(timeout=30)
        try:
            with acting(app, who, house.person) as permit:
                recovery.ask(permit, how=recovery.FACE, seen="Her passport")
        except recovery.UnderWay:
            refused.append(who)

    threads = [threading.Thread(target=ask, args=(who,)) for who in (house.amina, priya)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with app.app_context():
        assert len(session().scalars(select(Recovery.id)).all()) == 1
    assert len(refused) == 1


def test_who_asks_while_one_is_under_way_is_shown_it(
    house: Home, priya: UUID, new_client: Callable[..., Client]
) -> None:
    """The form that was open met a page that was not there, and what had been typed with it."""
    nurse, colleague = new_client(), new_client()
    colleague.sign_in(priya)
    form = colleague.get(f"/people/{house.person}/recovery/ask").form("recovery")
    asked(nurse, house)
    page = form.submit(how="face", seen="Her face")
    assert page.status == 409
    for said in ("Her passport, at our desk", "Amina has asked already", "Her face"):
        assert said in page
