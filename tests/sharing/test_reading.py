"""Reading what was shared: it stays as it was, is superseded, is withdrawn; facts of now stand beside it."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from selfcare.appointments import actions as appointments
from selfcare.contacts import actions as contacts
from selfcare.database import session
from selfcare.diary import queries as diary
from selfcare.diary.actions import log
from selfcare.goals import queries as goals
from selfcare.notifications.models import Notice
from selfcare.people.models import Person
from selfcare.sharing import actions, queries
from selfcare.sharing.models import Summary
from selfcare.sharing.snapshot import three_months_before
from selfcare.web.access import Area, Level
from tests import factories
from tests.harness.client import Client
from tests.harness.statements import Statements
from tests.sharing.scenes import CANARY, Scene, acting, scene, share, when


@pytest.fixture
def rosas(app: Flask) -> Scene:
    return scene(app)


@pytest.fixture
def amina(rosas: Scene, client: Client) -> Client:
    client.sign_in(rosas.amina)
    return client


@pytest.fixture
def rosa(rosas: Scene, new_client: Callable[..., Client]) -> Client:
    made = new_client()
    made.sign_in(rosas.rosa)
    return made


def test_a_shared_summary_never_changes(app: Flask, rosas: Scene, amina: Client) -> None:
    url = f"{rosas.base}/summary/{share(app, rosas)}/"
    before = amina.get(url)
    with acting(app, rosas.rosa, rosas.person) as permit:
        appointments.set_matters(permit, rosas.visit, None, "Something else")
        appointments.remove_question(permit, rosas.question)
        person = session().get_one(Person, rosas.person)
        person.given_name = "Rosalind"
    after = amina.get(url)
    for part in (".summary__lead", ".question__text", ".measure__words", ".sheet__head"):
        assert before.all(part)
        assert after.all(part) == before.all(part)
    assert "Something else" not in after
    assert "No longer open" in after  # live, beside it, and marked so
    assert "now" in after.all(".question .tag")


def test_only_me_is_in_no_summary_for_nobody(app: Flask, rosas: Scene, rosa: Client, amina: Client) -> None:
    with acting(app, rosas.rosa, rosas.person) as permit:  # first: it is there, and its owner sees it
        assert any(CANARY in goal.text for goal in goals.current(permit))
        assert any(CANARY in tile.name for tile in diary.tiles(permit, limit=50))
    summary = share(app, rosas)
    pages = [
        rosa.get(f"{rosas.base}/summary/"),
        rosa.get(f"{rosas.base}/summary/").click("Open the whole page"),
        *(
            reader.get(f"{rosas.base}/summary/{summary}/{part}")
            for reader in (rosa, amina)
            for part in ("", "?as=table", "text")
        ),
    ]
    for page in pages:
        assert page.status == 200
        assert "Walk to the shop" in page
        assert CANARY not in page.text
        assert "9" not in page.all(".table td")  # the number that goes with it
    with acting(app, rosas.rosa, rosas.person):
        body = session().scalars(select(Summary.body)).one()
        assert CANARY not in str(body)
        assert "9" not in [r["value"] for t in body["been"]["trackers"] for r in t["readings"]]


def test_a_later_one_supersedes(app: Flask, rosas: Scene, amina: Client) -> None:
    first = share(app, rosas)
    second = share(app, rosas)
    old = amina.get(f"{rosas.base}/summary/{first}/")
    assert "There is a newer one." in old
    assert old.link("See the newest one").endswith(f"/summary/{second}/")
    new = amina.get(f"{rosas.base}/summary/")
    assert "This is the newest one." in new
    assert any(str(first) in str(tag.get("href")) for tag in new.html("a"))
    with acting(app, rosas.rosa, rosas.person):
        rows = {row.id: row.superseded_by for row in session().scalars(select(Summary))}
    assert rows == {first: second, second: None}


def test_withdrawn_is_gone_for_others_at_once_and_kept_for_the_person(
    app: Flask, rosas: Scene, amina: Client, rosa: Client
) -> None:
    first = share(app, rosas)
    summary = share(app, rosas)
    url = f"{rosas.base}/summary/{summary}/"
    assert "sister" in amina.get(url)
    asked = rosa.get(url).click("Withdraw it")
    done = asked.form("withdraw").submit("Withdraw it")
    assert (done.status, done.url.endswith("saved=1")) == (200, True)
    assert "Withdrawn on" in done
    for page in (amina.get(url), amina.get(f"{url}?as=table")):
        assert page.status == 200
        assert "Rosa withdrew this summary" in page
        assert "sister" not in page.text
        assert "tablets" not in page.text
    assert amina.get(f"{url}text").status == 404
    still = amina.get(f"{rosas.base}/summary/")
    assert str(first) in str(still.html)
    assert "A newer summary was withdrawn" in still
    mine = rosa.get(url)
    assert "You withdrew this" in mine
    assert "sister" in mine
    assert rosa.get(f"{url}withdraw").status == 404


def test_withdrawing_twice_is_as_good_as_once(app: Flask, rosas: Scene) -> None:
    summary = share(app, rosas)
    for _ in range(2):
        with acting(app, rosas.rosa, rosas.person) as permit:
            actions.withdraw(permit, summary)
    with acting(app, rosas.rosa, rosas.person) as permit:
        assert queries.newest(permit) is None
        assert queries.shared_since(permit, rosas.visit) is None


@pytest.mark.parametrize(
    ("level", "own", "status"),
    [(Level.SEE, False, 404), (Level.ADD, False, 404), (Level.ADD, True, 200), (Level.MANAGE, False, 200)],
)
def test_who_helps_withdraws_their_own_or_with_the_right_to(
    app: Flask, client: Client, level: Level, own: bool, status: int
) -> None:
    rosas = scene(app, {**factories.CARER_RIGHTS, Area.SHARING: level})
    summary = share(app, rosas, rosas.leon if own else rosas.rosa)
    client.sign_in(rosas.leon)
    assert client.get(f"{rosas.base}/summary/{summary}/").status == 200
    assert client.get(f"{rosas.base}/summary/{summary}/withdraw").status == status


def test_the_nurse_is_told_and_says_that_it_was_read(
    app: Flask, rosas: Scene, amina: Client, rosa: Client
) -> None:
    """Alone catches: a person who is not told who read what they shared."""
    summary = share(app, rosas)

    def unseen() -> list[UUID]:
        with acting(app, rosas.amina, rosas.person):
            return list(
                session().scalars(
                    select(Notice.about_id).where(Notice.kind == "summary", Notice.seen_at.is_(None))
                )
            )

    assert unseen() == [summary]
    assert "read it on" not in rosa.get(f"{rosas.base}/summary/{summary}/")
    page = amina.get(f"{rosas.base}/summary/")
    assert unseen() == [summary]  # looking alone changes nothing
    done = page.form("I have read it").submit()
    assert unseen() == []
    assert "I have read it" not in done
    assert "Amina read it on " in rosa.get(f"{rosas.base}/summary/{summary}/")
    share(app, rosas)
    with acting(app, rosas.rosa, rosas.person) as permit:
        newest = queries.newest(permit)
        assert newest is not None
        actions.withdraw(permit, newest.id)
    assert unseen() == []


def test_what_is_true_now_stands_beside_it_and_says_so(app: Flask, rosas: Scene, amina: Client) -> None:
    share(app, rosas)
    page = amina.get(f"{rosas.base}/summary/")
    assert page.all(".question__end a") == ["Reply to question 1", "Reply to question 2"]
    with acting(app, rosas.amina, rosas.person) as nurse:
        appointments.reply(nurse, rosas.question, "Take them at night")
        person = session().get_one(Person, rosas.person)
        contacts.log(nurse, when=when(person, -1), how="phone")
    page = amina.get(f"{rosas.base}/summary/")
    assert page.all(".question__end a") == ["Reply to question 2"]
    assert page.all(".question__note .screen-only") == ["now"]
    assert "Amina replied: Take them at night" in page
    assert "Last contact: Phone, yesterday now" in page
    assert page.click("Log a contact").url.endswith("/contacts/add")


def test_nothing_shared_yet(rosas: Scene, amina: Client, rosa: Client) -> None:
    page = amina.get(f"{rosas.base}/summary/")
    assert "Nothing is shared now" in page
    assert page.h1 == "Summary"
    assert "sister" not in page.text
    assert "Nothing was shared yet." in rosa.get(f"{rosas.base}/sharing/")


def test_to_strangers_and_without_the_right_it_does_not_exist(
    app: Flask, rosas: Scene, client: Client
) -> None:
    summary = share(app, rosas)
    for who in (rosas.stranger, rosas.leon):
        client.sign_in(who)
        for part in ("sharing/", "summary/", f"summary/{summary}/", f"summary/{summary}/text"):
            assert client.get(f"{rosas.base}/{part}").status == 404, part
    client.sign_in(rosas.rosa)
    assert client.get(f"{rosas.base}/summary/{uuid4()}/").status == 404
    other = scene(app)
    assert client.get(f"{rosas.base}/summary/{share(app, other)}/").status == 404


def test_the_text_is_plain(app: Flask, rosas: Scene, amina: Client) -> None:
    url = f"{rosas.base}/summary/{share(app, rosas)}/text"
    page = amina.get(url)
    text = page.html.select_one("pre").get_text()  # type: ignore[union-attr]
    assert text.isascii()
    assert "SUMMARY SHARED BY" in text
    assert "Birth date 27 March 1962" in text
    assert "well enough for my sister's visit" in text
    assert "Haemoglobin: 118 g/L; laboratory's range 120 - 150; laboratory's flag Low" in text
    assert "7 (entered by Leon)" in text
    assert "#plain-text" in str(page.html.select("[data-copy]"))


def test_every_reading_stands_in_the_table(app: Flask, rosas: Scene, amina: Client) -> None:
    page = amina.get(f"{rosas.base}/summary/{share(app, rosas)}/").click("All as a table")
    assert len(page.html.select(".measure tbody tr")) == 14
    assert not page.html.select(".chart")
    assert page.click("Show the charts").html.select(".chart__other")


def test_summaries_are_paged_by_key(app: Flask, rosas: Scene, rosa: Client) -> None:
    made = [share(app, rosas) for _ in range(queries.PAGE + 3)]
    first = rosa.get(f"{rosas.base}/sharing/")
    second = first.click("Show earlier ones")

    def ids(page: Any) -> list[str]:
        links = [str(tag["href"]) for tag in page.html("a") if "Open it" in tag.get_text()]
        return [link.rstrip("/").rsplit("/", 1)[1] for link in links]

    assert ids(first) + ids(second) == [str(summary) for summary in reversed(made)]
    assert "Show earlier ones" not in second
    assert rosa.get(f"{rosas.base}/sharing/?before=nonsense").status == 200


def test_a_page_asks_as_much_whatever_is_there(
    app: Flask, rosas: Scene, rosa: Client, amina: Client, statements: Statements
) -> None:
    def counts() -> dict[str, int]:
        found = {}
        for reader, part in ((amina, "summary/"), (rosa, "summary/"), (rosa, "sharing/")):
            statements.clear()
            assert reader.get(f"{rosas.base}/{part}").status == 200
            found[part + str(reader is rosa)] = len(statements)
        return found

    share(app, rosas)
    few = counts()
    with acting(app, rosas.rosa, rosas.person) as permit:
        person = session().get_one(Person, rosas.person)
        for number in range(30):
            appointments.ask(permit, text=f"Question {number}")
        for number in range(30):
            log(permit, rosas.weight, when(person, -number), first=str(70 + number % 3))
    for _ in range(8):
        share(app, rosas)
    assert counts() == few
    assert max(few.values()) <= 12, few


def test_the_period_of_three_months_ends_on_a_day_there_is() -> None:
    assert three_months_before(date(2026, 5, 31)) == date(2026, 2, 28)
    assert three_months_before(date(2024, 5, 31)) == date(2024, 2, 29)
    assert three_months_before(date(2026, 1, 15)) == date(2025, 10, 15)
    assert three_months_before(date(2026, 3, 1)) == date(2025, 12, 1)
