"""More, whom to call, the inbox, and the professional's page of one person."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from selfcare import database
from selfcare.appointments import actions as appointments
from selfcare.database import now, session
from selfcare.filing.actions import TypedResult, file_typed
from selfcare.goals import actions as goals
from selfcare.notifications import actions as notifications
from selfcare.notifications import kinds
from selfcare.notifications.models import Notice
from selfcare.people import actions as people
from selfcare.people import queries as people_queries
from selfcare.results import actions as results
from selfcare.sharing import actions as sharing
from selfcare.web.access import Area, Level
from tests import factories
from tests.harness.client import Client
from tests.harness.statements import Statements
from tests.home.conftest import MakeWorld, World

LINE = [TypedResult("Haemoglobin", "118", "g/L")]


# ------------------------------------------------------------------------------------------------------------- more


def test_more_leads_everywhere(client: Client, world: World) -> None:
    client.sign_in(world.rosa)
    page = client.get(f"{world.url}more/")
    assert page.all(".row__title") == [
        "Inbox", "Goals", "Questions", "Plan and more", "Please get in touch", "People and sharing",
        "Who to call", "Account", "My details", "Reminders and messages", "Language", "This phone",
        "Selfcare on the home screen", "Who looked", "A copy of everything", "Erase my record",
    ]  # fmt: skip
    at_first = [one for one in page.html.select(".row") if one.find_parent("details") is None]
    assert len(at_first) + len(page.html.select("main details")) <= 8, (
        "a new person is met by more than eight rows"
    )
    for title in page.all(".row__title"):
        assert page.click(title).status == 200, title
    assert "This is not an NHS service." in page
    assert "not yet made together with the people it is for" in page
    assert page.form("/sign-out").submit().h1 == "Sign in"


def test_a_carer_is_offered_what_they_may_open(client: Client, make_world: MakeWorld) -> None:
    world = make_world({Area.DIARY: Level.SEE})
    client.sign_in(world.leon)
    page = client.get(f"{world.url}more/")
    assert page.all(".row__title") == [
        "Inbox", "Who to call", "Account", "Reminders and messages", "Language", "This phone",
        "Selfcare on the home screen", "End my access",
    ]  # fmt: skip


def test_a_professional_has_no_such_page(client: Client, world: World) -> None:
    client.sign_in(world.amina)
    assert client.get(f"{world.url}more/").status == 404


# ------------------------------------------------------------------------------------------------------ whom to call


def test_whom_to_call(client: Client, world: World) -> None:
    client.sign_in(world.rosa)
    page = client.get(f"{world.url}who-to-call/")
    links = {tag["href"]: tag.get_text(" ", strip=True) for tag in page.html.select("a[href^='tel:']")}
    assert links == {"tel:999": "Call 999", "tel:111": "Call 111", "tel:01632960118": "Amina’s team"}
    assert "Nobody watches this. If you feel very unwell, call:" in page
    assert "Monday to Friday, 9 to 5" in page


def test_for_a_carer_it_names_the_person(client: Client, world: World) -> None:
    client.sign_in(world.leon)
    assert "If Rosa is very unwell, call:" in client.get(f"{world.url}who-to-call/")


@pytest.mark.parametrize("locale", ["cy", "ur"])
def test_its_sentences_stand_in_english_beside_an_unchecked_translation(
    new_client: Callable[..., Client], world: World, locale: str
) -> None:
    browser = new_client(locale=locale)
    browser.sign_in(world.rosa)
    page = browser.get(f"{world.url}who-to-call/")
    english = [tag.get_text(" ", strip=True) for tag in page.html.select("main [lang=en]")]
    assert "When somebody’s life may be in danger." in english
    assert len(page.html.select(f"main [lang={locale}]")) == len(english) == 3


def test_the_numbers_are_settings(make_app: Callable[..., Flask], world: World, client: Client) -> None:
    app = make_app(emergency_phone="112", urgent_phone="116 117")
    browser = Client(app, client.validator)
    browser.sign_in(world.rosa)
    page = browser.get(f"{world.url}who-to-call/")
    assert page.link("Call 112") == "tel:112"
    assert page.link("Call 116 117") == "tel:116117"


# ------------------------------------------------------------------------------------------------------------ inbox


def test_the_persons_inbox_leads_to_what_is_new(client: Client, world: World) -> None:
    with world.acting() as permit:
        asked = appointments.ask(permit, text="At night?", send_now=True)
    with world.acting(world.home.amina) as desk:
        appointments.reply(desk, asked.id, "Yes.")
        first = file_typed(desk, asked_for="Blood", laboratory="Lab", results=LINE)
        file_typed(desk, asked_for="Blood", laboratory="Lab", results=LINE, replaces_id=first)
    client.sign_in(world.rosa)
    page = client.get("/inbox/")
    assert sorted(page.all(".row__title")) == [
        "A result of yours was corrected",
        "There is a reply to your question",
    ]
    assert page.all(".tag") == ["New", "New"]
    for title in page.all(".row__title"):
        assert page.click(title).status == 200


def test_what_was_opened_is_no_longer_new(client: Client, world: World) -> None:
    with world.acting(world.home.amina) as desk:
        report_id = file_typed(desk, asked_for="Blood", laboratory="Lab", results=LINE)
    with world.acting() as permit:
        results.see(permit, report_id)
    client.sign_in(world.rosa)
    page = client.get("/inbox/")
    assert page.all(".row__title") == ["You have a new result"]
    assert page.all(".tag") == []


def test_looking_at_the_inbox_changes_nothing(client: Client, world: World) -> None:
    with world.acting(world.home.amina) as desk:
        file_typed(desk, asked_for="Blood", laboratory="Lab", results=LINE)
    client.sign_in(world.rosa)
    client.get("/inbox/")
    assert client.get("/inbox/").all(".tag") == ["New"]


def test_a_nurses_inbox(client: Client, world: World) -> None:
    with world.acting() as permit:
        appointments.ask(permit, text="At night?", send_now=True)
        day = permit.today()
        sharing.share(permit, sections=("matters",), first=day, last=day, appointment_id=None)
    client.sign_in(world.amina)
    page = client.get("/inbox/")
    assert sorted(page.all(".row__title")) == ["Rosa asked a question", "Rosa shared a summary"]
    for title in page.all(".row__title"):
        assert page.click(title).status == 200


def test_nobody_reads_anothers_inbox(client: Client, world: World) -> None:
    with world.acting(world.home.amina) as desk:
        file_typed(desk, asked_for="Blood", laboratory="Lab", results=LINE)
    for other in (world.leon, world.amina, world.stranger):
        client.sign_in(other)
        assert "Nothing here yet" in client.get("/inbox/")


def test_a_notice_goes_with_the_access(client: Client, world: World) -> None:
    with world.acting(world.home.leon) as carer:
        notifications.tell(carer, [world.leon], notifications.REPLY, carer.person_id)
    client.sign_in(world.leon)
    assert client.get("/inbox/").all(".row__title") == ["There is a reply to a question of Rosa"]
    with world.acting() as permit:
        grant = next(grant for grant in people_queries.grants(permit) if grant.account_id == world.leon)
        people.set_rights(permit, grant.id, {Area.DIARY: Level.SEE})
    assert client.get("/inbox/").all(".row__title") == []


def test_what_is_not_visible_yet_is_not_announced(client: Client, world: World) -> None:
    with world.acting(world.home.amina) as desk:
        notifications.tell(
            desk, [world.rosa], notifications.RESULT, desk.person_id, now() + timedelta(days=1)
        )
    client.sign_in(world.rosa)
    assert client.get("/inbox/").all(".row__title") == []


def test_a_long_inbox_is_paged_by_key(client: Client, world: World, statements: Statements) -> None:
    moments = [now() - timedelta(hours=n // 2) for n in range(70)]  # pairs at the same instant
    with world.acting(world.home.amina) as desk:
        for moment in moments:
            notifications.tell(desk, [world.rosa], notifications.RESULT, desk.person_id, moment)
    client.sign_in(world.rosa)
    page, seen, costs = client.get("/inbox/"), 0, set()
    while True:
        seen += len(page.all(".row"))
        if not page.html.select(".pager a"):
            break
        statements.clear()
        page = page.click("Show earlier ones")
        costs.add(len(statements))
    assert seen == 70
    assert len(costs) == 1
    assert max(costs) <= 12


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_what_is_only_me_does_not_show_through_a_helpers_inbox(
    new_client: Callable[..., Client], make_world: MakeWorld
) -> None:
    """ "New" went from the reminder to look at a goal when Rosa had looked for herself alone."""
    world = make_world({Area.GOALS: Level.SEE})
    with world.acting() as rosa:
        goal = goals.add(rosa, text="Walk to the shop", look_on=rosa.today())
        for who in (world.leon, world.rosa):
            notifications.tell(rosa, [who], kinds.LOOK, goal.id, now() - timedelta(hours=1))
    browsers = [new_client() for _ in range(2)]
    for browser, who in zip(browsers, (world.leon, world.rosa), strict=True):
        browser.sign_in(who)
    before = [browser.get("/inbox/").all(".row") for browser in browsers]
    with world.acting() as rosa:
        goals.check_in(rosa, goal.id, when=world.when(rosa), how="as_hoped", only_me=True)
    after = [browser.get("/inbox/").all(".row") for browser in browsers]
    assert after[0] == before[0]
    assert after[1] != before[1], "she has looked, and knows it"


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_what_came_since_the_inbox_was_opened_is_not_seen(app: Flask, client: Client, world: World) -> None:
    """ "Somebody new can see things of yours" was marked as read by a page on which it did not stand."""
    with world.acting() as rosa:
        helper = next(grant for grant in people_queries.grants(rosa) if grant.kind == "carer")
        notifications.tell(rosa, [world.rosa], kinds.ENDING, helper.id)
    client.sign_in(world.rosa)
    form = client.get("/inbox/").form("I have read the reminders")
    with world.acting() as rosa:
        notifications.tell(rosa, [world.rosa], kinds.ACCESS, helper.id)
    form.submit()
    with app.app_context():
        rows = session().execute(select(Notice.kind, Notice.seen_at.is_not(None))).all()
        assert dict(map(tuple, rows)) == {kinds.ENDING: True, kinds.ACCESS: False}
    assert client.get("/inbox/seen").form("I have read the reminders").submit().status == 200


@pytest.mark.parametrize(
    "key", ["nonsense", "2026", "99999999999999999999-x", "-", "20260101000000000000-" + "g" * 32]
)
def test_a_key_that_cannot_be_read_is_the_first_page(client: Client, world: World, key: str) -> None:
    client.sign_in(world.rosa)
    assert client.get("/inbox/", data={"before": key}).status == 200


# --------------------------------------------------------------------------------------- the professional's page


def test_a_professional_finds_what_is_theirs_to_do(client: Client, world: World) -> None:
    client.sign_in(world.amina)
    page = client.get(world.url)
    assert page.h1.startswith("Rosa Hill")
    assert "27 March 1962" in page
    assert page.all(".person-tabs a") == [
        "Now",
        "Summary",
        "Results",
        "Visits",
        "Questions",
        "Agreed",
        "Contacts",
        "Details",
    ]
    assert page.all(".person-do a")[:2] == ["Log a contact", "Type a result"]
    assert "Letter with a code" in page
    links = page.html.select(".person-tabs a, .person-do a, .row__title a, .card a")
    assert len(links) > 10
    for link in links:
        assert client.get(str(link["href"])).status == 200, link


def test_live_areas_show_when_the_person_gave_them(client: Client, world: World) -> None:
    client.sign_in(world.amina)
    assert "Diary" not in client.get(world.url).all(".person-tabs a")
    with world.acting() as permit:
        grant = next(grant for grant in people_queries.grants(permit) if grant.kind == "professional")
        people.set_rights(permit, grant.id, {Area.DIARY: Level.SEE})
    page = client.get(world.url)
    assert page.click("Diary").status == 200


def test_a_nurse_of_another_team_finds_nobody(app: Flask, client: Client, world: World) -> None:
    with app.app_context(), database.command():
        other, _ = factories.nurse("Priya")
        other_id = other.id
    client.sign_in(other_id)
    assert client.get(world.url).status == 404
