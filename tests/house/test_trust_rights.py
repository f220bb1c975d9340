"""Rights as an attacker meets them: what was hidden before, what is taken away meanwhile, what a number tells."""

import ast
import threading
from collections.abc import Callable
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from selfcare.accounts.models import Account
from selfcare.appointments import actions as visits
from selfcare.appointments import queries as questions
from selfcare.audit.models import Trail
from selfcare.database import command, now, session
from selfcare.goals import actions as goals
from selfcare.people import access, actions, invitations
from selfcare.people.models import Member, Person, Relationship
from selfcare.web.access import Area, Level, Lock
from selfcare.web.once import _fingerprint, once
from selfcare.web.when import at_instant
from tests import factories
from tests.factories import Household
from tests.harness.client import Client
from tests.people.scenes import acting, home

CANARY = "Zwischenkanarie"


@pytest.fixture
def house(app: Flask) -> Household:
    with app.test_request_context(), command():
        return factories.household()


def test_a_goal_shown_again_keeps_what_it_said_while_it_was_hidden(
    app: Flask, client: Client, house: Household
) -> None:
    with acting(app, house.rosa.id, house.person.id) as rosa:
        goal = goals.add(rosa, text=f"{CANARY} leave him", why=CANARY, only_me=True)
        goal.entered_at -= timedelta(hours=1)  # another sitting: what stood there is a version of its own
        url = f"/people/{house.person.id}/goals/{goal.id}/"
        goals.change(rosa, goal.id, 1, text="Sleep better", why="", only_me=False)
    client.sign_in(house.leon.id)
    page = client.get(url)
    assert "Sleep better" in page
    assert CANARY not in page.text
    assert "Changed" not in page
    client.sign_in(house.rosa.id)
    assert CANARY in client.get(url).text


def test_a_check_in_of_a_hidden_goal_stays_hidden_when_the_goal_is_shown(
    app: Flask, client: Client, house: Household
) -> None:
    with acting(app, house.rosa.id, house.person.id) as rosa:
        goal = goals.add(rosa, text="Sleep better", only_me=True)
        when = at_instant(now(), rosa.zone)
        goals.check_in(rosa, goal.id, when=when, how="less", note=f"{CANARY} night")
        goals.change(rosa, goal.id, 1, only_me=False)
        url = f"/people/{house.person.id}/goals/{goal.id}/"
    client.sign_in(house.leon.id)
    page = client.get(url)
    assert "Sleep better" in page
    assert CANARY not in page.text


def _waits(thread: threading.Thread) -> bool:
    thread.join(0.6)
    return thread.is_alive()


def _resolve(
    app: Flask,
    house: Household,
    found: list[Any],
    held: threading.Event | None = None,
    let_go: threading.Event | None = None,
) -> None:
    """A request of Leon's that changes something, as far as its permit; then it goes on until it is let go."""
    with app.test_request_context(), command() as work:
        found.append(
            access.resolve(
                factories.signed_in(work.get_one(Account, house.leon.id)), house.person.id, Lock.SHARE
            )
        )
        if held and let_go:
            held.set()
            assert let_go.wait(20)


@contextmanager
def _changing(app: Flask, house: Household) -> Any:
    """Rosa changes Leon's access in a transaction that is open."""
    with app.test_request_context(), command() as work:
        rosa = factories.permit(work.get_one(Account, house.rosa.id), work.get_one(Person, house.person.id))
        relationship = work.scalars(
            select(Relationship.id).where(Relationship.account_id == house.leon.id)
        ).one()
        yield rosa, relationship


@pytest.mark.parametrize("how", ["end", "less"])
def test_a_right_that_changes_meanwhile_wins(app: Flask, house: Household, how: str) -> None:
    """The request waits for the change under way, on either engine, and then has the right that is left."""
    found: list[Any] = []
    request = threading.Thread(target=_resolve, args=(app, house, found))
    with _changing(app, house) as (rosa, relationship):
        if how == "end":
            actions.end(rosa, relationship)
        else:
            actions.set_rights(rosa, relationship, {Area.DIARY: Level.SEE})
        request.start()
        assert _waits(request)
    request.join(20)
    if how == "end":
        assert found == [None]
    else:
        assert found[0].rights == {Area.DIARY: Level.SEE}


def test_a_right_in_use_is_taken_away_afterwards(app: Flask, house: Household) -> None:
    """The change waits for the request that uses the right."""
    found: list[Any] = []
    held, let_go = threading.Event(), threading.Event()
    request = threading.Thread(target=_resolve, args=(app, house, found, held, let_go))

    def end_it() -> None:
        with _changing(app, house) as (rosa, relationship):
            actions.end(rosa, relationship)

    ending = threading.Thread(target=end_it)
    request.start()
    assert held.wait(20)
    ending.start()
    assert _waits(ending)
    let_go.set()
    request.join(20)
    ending.join(20)
    assert not ending.is_alive()
    assert found[0] is not None
    with app.test_request_context(), command() as work:
        leon = factories.signed_in(work.get_one(Account, house.leon.id))
        assert access.resolve(leon, house.person.id, False) is None


@pytest.mark.parametrize("how", ["ended", "suspended", "expired", "left the team", "account suspended"])
def test_whose_access_is_over_meets_a_404(app: Flask, client: Client, house: Household, how: str) -> None:
    team = how in ("left the team", "account suspended")
    who = house.amina if team else house.leon
    client.sign_in(who.id)
    url = f"/people/{house.person.id}/" + ("results/" if team else "diary/")
    assert client.get(url, follow=False).status == 200
    with app.test_request_context(), command() as work:
        row = work.scalars(select(Relationship).where(Relationship.account_id == house.leon.id)).one()
        if how in ("ended", "suspended"):
            row.state = how
        elif how == "expired":
            row.until = now()
        elif how == "left the team":
            work.get_one(Member, (house.team.id, who.id)).ended_at = now()
        else:
            work.get_one(Account, who.id).suspended_at = now()
    assert client.get(url, follow=False).status == (303 if how == "account suspended" else 404)


def test_ending_a_helper_ends_the_codes_that_are_still_out(app: Flask, client: Client) -> None:
    house = home(app)
    with acting(app, house.rosa, house.person) as rosa:
        spare = invitations.invite_carer(rosa, "Leon", {Area.DIARY: Level.MANAGE})
        assert house.leons
        actions.end(rosa, house.leons)
    client.sign_in(house.leon)
    born = {"born-day": "27", "born-month": "3", "born-year": "1962"}
    assert client.get("/invitation").form("invitation").submit(code=spare, **born).status == 422
    assert client.get(f"/people/{house.person}/diary/", follow=False).status == 404


def test_a_letter_for_somebody_who_died_lets_nobody_in(app: Flask, client: Client) -> None:
    house = home(app)
    with acting(app, house.amina, house.person) as amina:
        code = invitations.write_letter(amina)
        session().get_one(Person, house.person).died_on = amina.today()
    born = {"born-day": "27", "born-month": "3", "born-year": "1962"}
    assert client.get("/invitation").form("invitation").submit(code=code, **born).status == 422
    assert client.get("/account/", follow=False).status == 303


def test_a_professional_reads_no_words_that_were_never_sent(
    app: Flask, client: Client, house: Household
) -> None:
    with acting(app, house.rosa.id, house.person.id) as rosa:
        asked = visits.ask(rosa, text=f"{CANARY}: is she any good?")
        visits.change_question(
            rosa, asked.id, 1, text="What comes next?", why="", appointment_id=None, only_me=False
        )
        visits.send_question(rosa, asked.id)
    client.sign_in(house.amina.id)
    page = client.get(f"/people/{house.person.id}/questions/{asked.id}/")
    assert "What comes next?" in page
    assert CANARY not in page.text


def test_what_was_not_sent_waits_on_no_list(app: Flask, client: Client, house: Household) -> None:
    with acting(app, house.rosa.id, house.person.id) as rosa:
        visits.ask(rosa, text=f"{CANARY}, perhaps")
        visits.ask(rosa, text="May I drive?", send_now=True)
    client.sign_in(house.amina.id)
    for url in ("/caseload/", "/caseload/?show=asked", "/caseload/questions/"):
        assert CANARY not in client.get(url).text
    assert "May I drive?" in client.get("/caseload/questions/")
    with app.test_request_context():
        panel = factories.panel(session().get_one(Account, house.amina.id))
        assert [each.text for each in questions.waiting_questions(panel)] == ["May I drive?"]
        assert questions.waiting_for_panel(panel)[house.person.id][0] == 1


def test_notices_about_somebody_end_with_the_access(app: Flask, client: Client, house: Household) -> None:
    with acting(app, house.rosa.id, house.person.id) as rosa:
        visits.ask(rosa, text="May I drive?", send_now=True)
    client.sign_in(house.amina.id)
    assert "Rosa" in client.get("/inbox/")
    with app.test_request_context(), command() as work:
        work.get_one(Member, (house.team.id, house.amina.id)).ended_at = now()
    page = client.get("/inbox/")
    assert page.status == 200
    assert "Rosa" not in page


def _looks(app: Flask, who: Account) -> int:
    with app.app_context():
        return (
            session().scalar(
                select(func.count()).select_from(Trail).where(Trail.by == who.id, Trail.verb == "looked")
            )
            or 0
        )


def test_a_page_that_answers_a_post_is_a_look_too(app: Flask, client: Client) -> None:
    """A preview sent as a form shows the record; it stands in the trail like a page that was opened."""
    with app.test_request_context(), command():
        house = factories.household(
            {Area.SHARING: Level.ADD, Area.DIARY: Level.SEE, Area.GOALS: Level.SEE, Area.RESULTS: Level.SEE}
        )
    client.sign_in(house.leon.id)
    form = client.get(f"/people/{house.person.id}/summary/").form("share")
    before = _looks(app, house.leon)
    token = form.value("csrf_token")
    answer = client.post(
        f"/people/{house.person.id}/summary/preview",
        {"csrf_token": token, "sections": "been", "far": "months"},
    )
    assert answer.status == 200
    assert _looks(app, house.leon) == before + 1


def test_who_is_found_stands_in_the_trail(app: Flask, client: Client, house: Household) -> None:
    client.sign_in(house.amina.id)
    client.get("/caseload/find/").form("find").submit(who="Rosa")
    with app.app_context():
        listed = session().scalars(select(Trail.person_id).where(Trail.verb == "listed")).all()
    assert listed == [house.person.id]


def test_a_view_put_in_past_the_mark_is_not_answered(make_app: Callable[..., Flask]) -> None:
    """`endpoint` and `view_functions` take a function without looking at it; the edge looks."""
    app = make_app(testing=False)
    app.add_url_rule("/past", "past")
    app.view_functions["past"] = lambda: "everything"
    answer = app.test_client().get("/past")
    assert answer.status_code == 500
    assert b"everything" not in answer.data


def test_one_id_at_two_addresses_is_two_forms(app: Flask) -> None:
    """Else the second record would answer with the first one's address, and keep nothing."""
    prints = []
    for url in ("/people/1/diary/note", "/people/2/diary/note"):
        with app.test_request_context(url, method="POST", data={"note": "the same words"}):
            prints.append(_fingerprint())
    assert prints[0] != prints[1]


def test_once_does_not_carry_a_mark_over() -> None:
    assert not hasattr(once(lambda permit: ""), "access")


SOURCES = Path(__file__).parents[2] / "selfcare"


def _called(path: Path) -> set[str]:
    """The names of what a file calls, `database.session()` as `database.session`."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call):
            of = getattr(getattr(node.func, "value", None), "id", "")
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            names |= {name, f"{of}.{name}"}
    return names


def test_no_import_goes_round_the_floors() -> None:
    """import-linter reads import lines; what is imported by a text it cannot see."""
    found = {
        str(path.relative_to(SOURCES))
        for path in SOURCES.rglob("*.py")
        if _called(path) & {"import_module", "__import__", "exec", "eval"}
    }
    assert found == {"factory.py", "migrations/__init__.py"}


def test_no_file_of_views_touches_the_session() -> None:
    """However it is called, and in whichever file of views."""
    touching = {
        str(path.relative_to(SOURCES)): found
        for path in SOURCES.rglob("*views.py")
        if (path.stem == "views" or path.stem.endswith("_views"))
        and (found := _called(path) & {"session", "database.session", "writing", "command", "transaction"})
    }
    assert touching == {}


def test_nothing_commits_but_the_edge() -> None:
    """Rolling back what was only read, before a password is checked, is no commit. What several keep together is
    committed by `writers`, for `database.finish` of each.
    """
    found = {
        str(path.relative_to(SOURCES))
        for path in SOURCES.rglob("*.py")
        if any(name.endswith(".commit") or name == "commit" for name in _called(path))
    }
    assert found == {"database.py", "writers.py", "migrations/__init__.py"}
