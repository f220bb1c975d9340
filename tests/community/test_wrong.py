"""*Something is wrong here*: it reaches who keeps the list and who runs a team, and says nothing of who said it."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from uuid import UUID

import pytest
from flask import Flask

from selfcare.accounts.models import Account
from selfcare.community import problems
from selfcare.community.models import ServiceList, ServiceProblem
from selfcare.config import Smtp
from selfcare.database import Base, command, now, session
from selfcare.outbox import deliver
from selfcare.outbox.models import Outbox
from selfcare.people.models import Administrator
from selfcare.web.access import Kind
from tests import factories
from tests.community.world import World
from tests.harness.client import Client
from tests.notifications.post import Post

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)


@pytest.fixture
def post(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Post]:
    with Post().listening() as found:
        smtp = Smtp("127.0.0.1", found.port, "none")
        settings = replace(
            app.config["SETTINGS"], smtp=smtp, mail_from="Selfcare <no-reply@selfcare.example>"
        )
        monkeypatch.setitem(app.config, "SETTINGS", settings)
        yield found


@pytest.fixture
def ada(world: World, new_client: Callable[..., Client]) -> Client:
    """Who runs the team's pages."""
    with world.app.test_request_context(), command():
        account = factories.account(Kind.ADMINISTRATOR, "Ada")
        session().add(Administrator(team_id=world.house.team.id, account_id=account.id, since=now()))
    client = new_client()
    client.sign_in(account.id)
    return client


def test_it_reaches_whoever_keeps_the_list_and_says_nothing_of_who_said_it(
    world: World, post: Post, ada: Client
) -> None:
    """Alone catches: a name, an id or an address of the person or the account in the message, in the row, beside it in
    the outbox or on the team's page; and one that is sent twice.
    """
    page = world.leon.get(world.there).click("Something is wrong here")
    assert "This goes to Riverside council , who keep the list, and to whoever runs this service." in page
    assert "Nothing in it says who you are." in page
    form = page.form("wrong")
    thanks = form.submit(kind="when", line="It begins at half past ten")
    form.submit(kind="when", line="It begins at half past ten")
    assert thanks.h1 == "Thank you"
    assert "We send it to Riverside council , who keep the list." in thanks
    assert deliver.run(world.app, threading.Event(), once=True) == {"sent": 1}
    (message,) = post.messages
    assert post.sessions[0][1] == ["lists@example.org"]
    text = message.as_string()
    assert "Hill Street movement class: The day or the time is wrong" in text
    assert "It begins at half past ten" in text
    seen = ada.get("/team/wrong/")
    assert "It begins at half past ten" in seen
    assert "Sent to Riverside council ." in seen
    house = world.house
    whose = {"Rosa", "Leon", "Hill1", "rosa@"} | {
        name
        for one in (house.person, house.rosa, house.leon, house.amina, house.team)
        for name in (str(one.id), one.id.hex)
    }
    with world.app.app_context():
        kept = session().query(ServiceProblem).one()
        queued = session().query(Outbox).filter(Outbox.kind == "list_problem").one()
        beside = [str(getattr(row, each.key)) for row in (kept, queued) for each in row.__table__.columns]
    main = str(seen.html.select_one("main"))
    for where in (text, " ".join(beside), main):
        assert {one for one in whose if one in where} == set()
    tables = [table.name for table in Base.metadata.sorted_tables if _mentions(world, table, str(kept.id))]
    assert set(tables) == {"service_problem", "outbox"}

    done = seen.form("/team/wrong/").submit()
    assert "Hill Street" not in done
    assert (
        ada.post(
            "/team/wrong/", {"problem": "x", "csrf_token": done.form("Sign out").value("csrf_token")}
        ).status
        == 200
    )


def _mentions(world: World, table: object, problem_id: str) -> bool:
    names = (problem_id, UUID(problem_id).hex)
    with world.app.app_context():
        rows = session().execute(table.select()).all()  # type: ignore[attr-defined]
    return any(name in str(row) for row in rows for name in names)


@pytest.mark.parametrize("without", ["address", "mail", "administrator", "suspended"])
def test_where_it_cannot_be_sent_it_is_on_the_list_and_says_so(
    world: World, post: Post, ada: Client, without: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Alone catches: a page that says it was sent where nothing goes out, and something said that nobody reads."""
    with world.app.app_context(), command():
        if without == "address":
            session().query(ServiceList).update({"owner_email": ""})
        elif without == "administrator":
            session().query(Administrator).delete()
        elif without == "suspended":
            session().query(Account).filter(Account.name == "Ada").update({"suspended_at": now()})
    if without == "mail":
        settings = replace(world.app.config["SETTINGS"], smtp=None)
        monkeypatch.setitem(world.app.config, "SETTINGS", settings)
    thanks = world.rosa.get(f"{world.there}wrong").form("wrong").submit(kind="over")
    assert "Whoever runs this service sees it in a list." in thanks
    assert "We send it" not in thanks
    deliver.run(world.app, threading.Event(), once=True)
    assert post.messages == []
    if without in ("address", "mail"):
        assert "Not sent. Tell Riverside council , who keep the list." in ada.get("/team/wrong/")


def test_too_little_or_too_much_is_said_kindly(world: World) -> None:
    """Alone catches: one that is empty or as long as a book, a flood of one account, and words that are lost."""
    form = world.rosa.get(f"{world.there}wrong").form("wrong")
    assert form.submit().errors == ["Choose what is wrong."]
    assert form.submit(kind="other").errors == ["Say in a few words what is wrong."]
    long = form.submit(kind="cost", line="x" * 301)
    assert long.errors == ["This is too long. It can have 300 characters; it has 301."]
    assert long.form("wrong").value("line") == "x" * 301
    for _ in range(problems.A_DAY):
        assert world.rosa.get(f"{world.there}wrong").form("wrong").submit(kind="cost").status == 200
    assert world.rosa.get(f"{world.there}wrong").form("wrong").submit(kind="cost").status == 429
    assert world.leon.get(f"{world.there}wrong").form("wrong").submit(kind="cost").status == 200
    with world.app.app_context():
        assert session().query(ServiceProblem).count() == problems.A_DAY + 1


def test_only_who_runs_a_team_reads_what_is_wrong(world: World, ada: Client) -> None:
    """Alone catches: a professional or a person who reads or closes what others said."""
    world.rosa.get(f"{world.there}wrong").form("wrong").submit(kind="over")
    for client in (world.rosa, world.leon, world.amina):
        assert client.get("/team/wrong/").status == 404
    assert "It is not there any more" in ada.get("/team/people/").click("Wrong on a list of help near by")
