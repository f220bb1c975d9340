"""The page of an account's reminders: what is offered to whom, what is kept, and what it says."""

from collections.abc import Callable
from datetime import time, timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from selfcare.accounts.models import Account
from selfcare.config import Smtp
from selfcare.database import command, now, session
from selfcare.notifications import actions as notifications
from selfcare.notifications import queries
from selfcare.notifications.models import Notice, Preference, Subscription
from selfcare.notifications.queries import Wishes
from selfcare.outbox import queue
from selfcare.outbox.models import Outbox
from selfcare.web.access import Kind
from tests import factories
from tests.harness.client import Client
from tests.people.scenes import Home, acting, home

URL = "/account/reminders"
OWN = [
    "result",
    "reply",
    "planned",
    "watch",
    "ready",
    "look",
    "again",
    "budget",
    "agreed",
    "log",
    "ask",
    "feedback",
    "ending",
]


@pytest.fixture
def house(app: Flask) -> Home:
    return home(app)


def wishes(app: Flask, account: UUID) -> Wishes:
    with app.test_request_context():
        return queries.wishes(account)


def kinds(client: Client) -> tuple[list[str], list[str]]:
    """Which are offered, and which are ticked."""
    boxes = client.get(URL).html.select("input[name=kinds]")
    return [str(box["value"]) for box in boxes], [
        str(box["value"]) for box in boxes if box.has_attr("checked")
    ]


def mailing(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = app.config["SETTINGS"]
    changed = type(settings)(
        **{**vars(settings), "smtp": Smtp("127.0.0.1", 2525, "none"), "mail_from": "a@b.example"}
    )
    monkeypatch.setitem(app.config, "SETTINGS", changed)


def test_everybody_is_offered_what_concerns_them_and_all_of_it_is_on(client: Client, house: Home) -> None:
    for who, expected in (
        (house.rosa, OWN),
        (house.leon, ["planned", "ask", "ready", "look", "again", "budget", "agreed", "ending"]),
        (house.amina, ["daily", "request", "ask_waits", "question", "summary", "sooner"]),
        (house.stranger, []),
    ):
        client.sign_in(who)
        assert kinds(client) == (expected, expected)


def test_who_keeps_a_record_and_helps_somebody_is_offered_both_once(
    app: Flask, client: Client, house: Home
) -> None:
    with app.test_request_context(), command() as work:
        amina, team = factories.nurse("Owen")
        factories.person(amina, team, "Leon", work.get_one(Account, house.leon))
    client.sign_in(house.leon)
    assert kinds(client)[0] == OWN


def test_an_administrator_has_the_page_too(app: Flask, client: Client) -> None:
    with app.test_request_context(), command():
        admin = factories.account(Kind.ADMINISTRATOR, "Ade").id
    client.sign_in(admin)
    assert kinds(client) == ([], [])
    assert client.get(URL).form("reminders").submit().h1 == "Reminders and messages"


def test_what_is_chosen_is_kept(app: Flask, client: Client, house: Home) -> None:
    client.sign_in(house.rosa)
    form = client.get(URL).form("reminders")
    assert form.value("quiet_from") == "21:00"
    assert form.value("quiet_until") == "08:00"
    saved = form.submit(
        kinds=["reply", "ready"], push=False, quiet_from="22:30", quiet_until="07:15", zone="Asia/Karachi"
    )
    assert "Saved." in saved
    assert wishes(app, house.rosa) == Wishes(
        zone="Asia/Karachi",
        off=frozenset(OWN) - {"reply", "ready"} | {"corrected"},
        push=False,
        email=False,
        quiet_from=time(22, 30),
        quiet_until=time(7, 15),
    )
    assert kinds(client)[1] == ["reply", "ready"]
    again = (
        client.get(URL)
        .form("reminders")
        .submit(kinds=OWN, push=True, quiet_from="00:00", quiet_until="00:00")
    )
    assert again.status == 200
    kept = wishes(app, house.rosa)
    assert (kept.off, kept.push, kept.quiet_from, kept.quiet_until) == (frozenset(), True, time(0), time(0))
    assert kept.zone == "Asia/Karachi"  # a page without JavaScript says none
    with app.test_request_context():
        assert session().scalar(select(func.count()).select_from(Preference)) == 1


def test_what_cannot_be_chosen_here_stays(app: Flask, client: Client, house: Home) -> None:
    with app.test_request_context(), command() as work:
        work.add(
            Preference(
                account_id=house.leon, zone="Europe/Paris", off=["result", "ready"], push=True, email=True,
                quiet_from=time(21), quiet_until=time(8), changed_at=now(),
            )
        )  # fmt: skip
    client.sign_in(house.leon)
    assert kinds(client) == (
        ["planned", "ask", "ready", "look", "again", "budget", "agreed", "ending"],
        ["planned", "ask", "look", "again", "budget", "agreed", "ending"],
    )  # fmt: skip
    client.get(URL).form("reminders").submit(kinds=["ready"])
    kept = wishes(app, house.leon)
    assert kept.off == {"result", "planned", "ask", "look", "again", "budget", "agreed", "ending"}
    assert kept.email is True  # e-mail was not on the page
    assert kept.zone == "Europe/Paris"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"quiet_from": ""}, "Type a time"),
        ({"quiet_until": "25:00"}, "This is not a time"),
        ({"quiet_from": "soon\0"}, "cannot be kept"),
        ({"kinds": ["daily"]}, "Choose from the list"),
        ({"kinds": ["x" * 9000]}, "Choose from the list"),
    ],
)
def test_odd_input_is_refused_and_nothing_is_kept(
    app: Flask, client: Client, house: Home, changes: dict[str, object], said: str
) -> None:
    client.sign_in(house.rosa)
    sent = {
        "csrf_token": client.get(URL).form("reminders").value("csrf_token"),
        "quiet_from": "22:00", "quiet_until": "06:00", **changes,
    }  # fmt: skip
    answer = client.post(URL, sent, referrer=URL)
    assert answer.status == 422
    assert any(said in line for line in answer.errors), answer.errors
    assert wishes(app, house.rosa) == Wishes()


@pytest.mark.parametrize("zone", ["Mars/Olympus", "../etc/passwd", "x" * 5000, ""])
def test_a_zone_that_there_is_not_leaves_the_one_before(
    app: Flask, client: Client, house: Home, zone: str
) -> None:
    client.sign_in(house.rosa)
    client.get(URL).form("reminders").submit(zone="Asia/Karachi")
    client.get(URL).form("reminders").submit(zone=zone, quiet_from="20:00")
    kept = wishes(app, house.rosa)
    assert (kept.zone, kept.quiet_from) == ("Asia/Karachi", time(20))


def test_times_are_read_in_any_digits(app: Flask, client: Client, house: Home) -> None:
    client.sign_in(house.rosa)
    client.get(URL).form("reminders").submit(quiet_from="٢٢:٣٠", quiet_until="07:15:59")
    kept = wishes(app, house.rosa)
    assert (kept.quiet_from, kept.quiet_until) == (time(22, 30), time(7, 15))


def test_without_a_mail_server_the_page_says_so(client: Client, house: Home) -> None:
    client.sign_in(house.rosa)
    page = client.get(URL)
    assert "E-mail is not set up here. You find everything in your inbox." in page
    assert not page.html.select("input[name=email]")


def test_with_one_an_address_is_asked_for_and_then_e_mail_can_be_chosen(
    app: Flask, client: Client, house: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    mailing(app, monkeypatch)
    client.sign_in(house.rosa)
    page = client.get(URL)
    assert page.link("Set one") == "/account/sign-in"
    assert not page.html.select("input[name=email]")
    token = page.form("reminders").value("csrf_token")
    client.post(
        URL, {"csrf_token": token, "email": "y", "quiet_from": "21:00", "quiet_until": "08:00"}, referrer=URL
    )
    assert wishes(app, house.rosa).email is False
    with app.test_request_context(), command() as work:
        work.get_one(Account, house.rosa).email = "rosa@example.org"
    page = client.get(URL)
    assert "rosa@example.org" in page
    page.form("reminders").submit(email=True)
    assert wishes(app, house.rosa).email is True
    client.get(URL).form("reminders").submit(email=False)
    assert wishes(app, house.rosa).email is False


def test_the_page_says_what_a_message_says_and_which_devices_there_are(
    app: Flask, client: Client, house: Home
) -> None:
    client.sign_in(house.rosa)
    page = client.get(URL)
    assert "A message says “There is something new for you.” and nothing else." in page
    assert "None is set up yet." in page
    with app.test_request_context(), command() as work:
        for account, name in ((house.rosa, "Android"), (house.leon, "Windows")):
            work.add(
                Subscription(
                    account_id=account, endpoint=f"https://push.example/{name}", p256dh="k", auth="a", device=name,
                    made_at=now(), fails=0,
                )
            )  # fmt: skip
    page = client.get(URL)
    assert "Android" in page
    assert "Windows" not in page.html.find(id="devices").get_text()  # type: ignore[union-attr]
    assert "None is set up yet." not in page


def test_what_did_not_come_through_is_said_to_its_account_alone(
    app: Flask, client: Client, house: Home
) -> None:
    with acting(app, house.amina, house.person) as amina:
        notifications.tell(amina, [house.rosa], notifications.REPLY, house.person)
        row = session().scalars(select(Outbox)).one()
        row.state, row.ended_at = queue.FAILED, now()
    client.sign_in(house.rosa)
    page = client.get(URL)
    assert "We could not reach you" in page
    assert "A reply to a question" in page
    client.sign_in(house.leon)
    assert "We could not reach you" not in client.get(URL)


def test_the_page_is_found_from_the_account_and_from_more(client: Client, house: Home) -> None:
    client.sign_in(house.rosa)
    assert client.get("/account/").link("Reminders and messages") == URL
    assert client.get(f"/people/{house.person}/more/").link("Reminders and messages") == URL
    client.sign_in(house.amina)
    account = client.get("/caseload/").click("Account Amina")
    assert account.link("Reminders and messages") == URL
    assert account.click("Inbox").link("Your list of the day") == "/caseload/"


# ---------------------------------------------------------------------------------------------------- in the inbox


def reminders(app: Flask, house: Home, told: Callable[[str], list[UUID]] | None = None) -> None:
    """One of every reminder, in the inboxes of those whom it concerns."""
    from selfcare.appointments import actions as appointments
    from selfcare.goals import actions as goals
    from selfcare.web.when import at_instant

    with acting(app, house.rosa, house.person) as rosa:
        visit = appointments.add_visit(
            rosa, when=at_instant(now() + timedelta(days=5), rosa.zone), how="phone", with_whom="Amina"
        ).id
        goal = goals.add(rosa, text="Walk to the shop").id
        both = [house.rosa, house.leon]
        notifications.tell(rosa, both, notifications.READY, visit)
        notifications.tell(rosa, both, notifications.LOOK, goal)
        notifications.tell(rosa, [house.rosa], notifications.FEEDBACK, visit)
        notifications.tell(rosa, both, notifications.ENDING, house.leons)  # type: ignore[arg-type]


def test_each_reminder_in_the_inbox_leads_somewhere(app: Flask, client: Client, house: Home) -> None:
    reminders(app, house)
    for who, texts in (
        (
            house.rosa,
            (
                "It is time to get ready for your visit", "It is time to look at your goal again",
                "How was your visit?", "Somebody’s access ends soon",
            ),
        ),
        (
            house.leon,
            (
                "It is time to get ready for a visit of Rosa", "It is time to look at a goal of Rosa again",
                "Your access for Rosa ends soon",
            ),
        ),
    ):  # fmt: skip
        client.sign_in(who)
        inbox = client.get("/inbox/")
        for text in texts:
            there = client.get(inbox.link(text), follow=False)
            assert there.status == 200, text
        assert len(inbox.html.select(".rows > li")) == len(texts)


def test_reminders_are_new_until_the_inbox_was_looked_at_and_nothing_else_is_marked(
    app: Flask, client: Client, house: Home
) -> None:
    reminders(app, house)
    with acting(app, house.amina, house.person) as amina:
        notifications.tell(amina, [house.rosa], notifications.RESULT, house.person)
    client.sign_in(house.rosa)
    assert "5 new" in client.get(f"/people/{house.person}/more/")
    inbox = client.get("/inbox/")
    assert "5 new" in client.get(f"/people/{house.person}/more/")  # a page that is read changes nothing
    inbox.form("seen").submit()
    assert "1 new" in client.get(f"/people/{house.person}/more/")
    assert not client.get("/inbox/").html.find(id="seen")
    with app.test_request_context():
        unseen = set(session().scalars(select(Notice.kind).where(Notice.seen_at.is_(None))))
        assert unseen == {"result", "ready", "look", "ending"}  # Leon's are his own


def test_today_names_what_it_does_not_show_anyway(app: Flask, client: Client, house: Home) -> None:
    reminders(app, house)
    client.sign_in(house.rosa)
    today = client.get(f"/people/{house.person}/")
    assert "How was your visit?" in today
    assert "Somebody’s access ends soon" in today
    assert "It is time to look at your goal again" not in today
    client.get("/inbox/").form("seen").submit()
    assert "How was your visit?" not in client.get(f"/people/{house.person}/")


def test_a_right_that_went_takes_its_reminders_along(app: Flask, client: Client, house: Home) -> None:
    from selfcare.people import actions as people
    from selfcare.web.access import Area, Level

    reminders(app, house)
    with acting(app, house.rosa, house.person) as rosa:
        people.set_rights(rosa, house.leons, {Area.GOALS: Level.SEE})  # type: ignore[arg-type]
    client.sign_in(house.leon)
    inbox = client.get("/inbox/")
    assert "get ready for a visit" not in inbox
    assert "2 new" in client.get(f"/people/{house.person}/more/")
