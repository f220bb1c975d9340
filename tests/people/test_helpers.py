"""Somebody helps: invited by the person, with what was ticked and nothing more, until it ends."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from selfcare.accounts.models import Account, SignIn
from selfcare.audit.models import Trail
from selfcare.database import command, now, session
from selfcare.people.forms import AREAS
from selfcare.people.models import Change, Relationship, Right
from selfcare.web.access import Area, Level
from tests import factories
from tests.harness.client import Client
from tests.harness.statements import Statements
from tests.people.scenes import Home, acting, home

INVITE = "Make a code for them"


@pytest.fixture
def house(app: Flask) -> Home:
    return home(app)


@pytest.fixture
def rosa(house: Home, client: Client) -> Client:
    client.sign_in(house.rosa)
    return client


def code_for(rosa: Client, house: Home, name: str = "Samira", **levels: str) -> str:
    page = rosa.get(f"/people/{house.person}/carers/add")
    done = page.form("add-carer").submit(INVITE, name=name, **levels)
    assert done.h1 == f"Show this to {name}", done.all(".error-summary li")
    assert "We show this once." in done
    code = done.html.select_one(".qr__code")
    assert code is not None
    return str(code.get_text())


def accept(client: Client, code: str) -> int:
    born = {"born-day": "27", "born-month": "3", "born-year": "1962"}
    return client.get("/invitation").form("invitation").submit(follow=False, code=code, **born).status


def given(app: Flask, house: Home, name: str) -> dict[str, int]:
    with acting(app, house.rosa, house.person):
        rows = session().execute(
            select(Right.area, Right.level)
            .join(Relationship, Relationship.id == Right.relationship_id)
            .join(Account, Account.id == Relationship.account_id)
            .where(Account.name == name)
        )
        return {area: int(level) for area, level in rows}


def test_nothing_is_ticked_beforehand(rosa: Client, house: Home) -> None:
    page = rosa.get(f"/people/{house.person}/carers/add")
    form = page.form("add-carer")
    areas = {area.value for area in Area}
    assert {value for name, value in form.values if name in areas} == {"0"}
    refused = form.submit(INVITE, name="Samira")
    assert refused.status == 422
    assert refused.all(".error-summary li") == ["Choose at least one thing they may see or do."]
    assert refused.form("add-carer").value("name") == "Samira"
    nobody = form.submit(INVITE, name="", diary="1")
    assert nobody.status == 422
    assert nobody.form("add-carer").value("diary") == "1"


@pytest.mark.parametrize("level", ["9", "-1", "x", "\0", ""])
def test_a_level_that_is_not_offered_is_refused(rosa: Client, house: Home, level: str) -> None:
    form = rosa.get(f"/people/{house.person}/carers/add").form("add-carer")
    form.values = [pair for pair in form.values if pair[0] not in ("diary", "name")]
    form.values += [("diary", level), ("name", "Samira")]
    assert form.submit(INVITE).status == 422


def test_a_new_account_gets_what_was_ticked_and_nothing_more(
    app: Flask, house: Home, rosa: Client, new_client: Callable[..., Client]
) -> None:
    code = code_for(rosa, house, diary="2", goals="1")
    samira = new_client()
    assert accept(samira, code) == 303
    assert given(app, house, "Samira") == {"diary": 2, "goals": 1}
    assert samira.get(f"/people/{house.person}/diary/").status == 200
    assert samira.get(f"/people/{house.person}/goals/").status == 200
    assert samira.get(f"/people/{house.person}/goals/add").status == 404
    for part in ("results/", "questions/", "sharing/", "summary/", "contacts/", "carers/add"):
        assert samira.get(f"/people/{house.person}/{part}").status == 404, part
    listed = rosa.get(f"/people/{house.person}/sharing/")
    assert "Samira, helps you" in listed
    assert "Sees and adds to your diary. Sees your goals." in listed


@pytest.mark.parametrize(
    ("preset", "expected"),
    [
        ("log", {"diary": 2}),
        ("ready", {"diary": 2, "questions": 2, "appointments": 2, "goals": 1}),
        (
            "sees",
            dict.fromkeys(
                [area.value for area in AREAS if area not in (Area.CONTACTS, Area.COMMUNITY, Area.BUDGET)],
                1,
            ),
        ),
    ],
)
def test_a_usual_way_of_helping_gives_what_it_says_and_nothing_more(
    app: Flask,
    house: Home,
    rosa: Client,
    new_client: Callable[..., Client],
    preset: str,
    expected: dict[str, int],
) -> None:
    """Alone catches: a preset that gives another right than stands under it."""
    code = code_for(rosa, house, preset=preset)
    assert accept(new_client(), code) == 303
    assert given(app, house, "Samira") == expected
    with acting(app, house.rosa, house.person):
        until = session().scalar(
            select(Relationship.until)
            .join(Account, Account.id == Relationship.account_id)
            .where(Account.name == "Samira")
        )
        assert until
        assert timedelta(days=364) < until - now() < timedelta(days=366)


def test_to_let_somebody_do_more_asks_who_it_is(app: Flask, house: Home, rosa: Client) -> None:
    """Alone catches: somebody at an open phone who gives a helper more than the person did."""
    page = rosa.get(f"/people/{house.person}/access/{house.leons}/")
    with time_machine.travel(now() + timedelta(minutes=20), tick=True):
        asked = page.form("rights").submit(diary="3", follow=False)
        assert given(app, house, "Leon")["diary"] == 2
        assert asked.status != 200 or "password" in asked.text.lower() or asked.location
        less = (
            rosa.get(f"/people/{house.person}/access/{house.leons}/")
            .form("rights")
            .submit(diary="1", follow=False)
        )
        assert less.status == 303
    assert given(app, house, "Leon")["diary"] == 1


def test_being_done_for_now_ends_nothing_and_ending_says_so(
    app: Flask, house: Home, new_client: Callable[..., Client]
) -> None:
    """Alone catches: two things under one name, one of which gives the access back."""
    leon = new_client()
    leon.sign_in(house.leon)
    assert leon.get(f"/people/{house.person}/diary/").click("Done for now").status == 200
    assert given(app, house, "Leon")
    page = leon.get(f"/people/{house.person}/more/").click("End my access")
    assert page.h1 == "End my access to the record of Rosa?"
    page.form("stop").submit("End my access")
    assert leon.get(f"/people/{house.person}/diary/").status == 404


def test_an_account_there_is_helps_without_a_second_one(
    app: Flask, house: Home, rosa: Client, new_client: Callable[..., Client]
) -> None:
    code = code_for(rosa, house, diary="1")
    stranger = new_client()
    stranger.sign_in(house.stranger)
    assert accept(stranger, code) == 303
    assert given(app, house, "Stranger") == {"diary": 1}
    assert given(app, house, "Samira") == {}
    assert stranger.get(f"/people/{house.person}/diary/").status == 200


def test_inviting_asks_again_who_it_is(app: Flask, house: Home, rosa: Client) -> None:
    form = rosa.get(f"/people/{house.person}/carers/add").form("add-carer")
    with acting(app, house.rosa, house.person):
        for row in session().scalars(select(SignIn)):
            row.proved_at = now() - timedelta(minutes=11)
    asked = rosa.get(f"/people/{house.person}/carers/add", follow=False)
    assert asked.status == 303
    assert asked.location.startswith("/sign-in/again")
    sent = form.submit(INVITE, name="Samira", diary="1", follow=False)
    assert (sent.status, sent.h1) == (401, "How you sign in")
    assert given(app, house, "Samira") == {}


def test_the_person_ends_it_and_an_open_page_is_gone(
    app: Flask, house: Home, rosa: Client, new_client: Callable[..., Client]
) -> None:
    leon = new_client()
    leon.sign_in(house.leon)
    diary = f"/people/{house.person}/diary/"
    open_page = leon.get(f"{diary}note")
    assert open_page.status == 200
    asked = rosa.get(f"/people/{house.person}/sharing/").click("End for Leon")
    assert "It ends at once" in asked
    done = asked.form("end").submit("End it now")
    assert "Leon" not in done
    assert open_page.forms()[0].submit(note="Still here?").status == 404
    for part in ("diary/", "goals/", "questions/", ""):
        assert leon.get(f"/people/{house.person}/{part}").status == 404
    with acting(app, house.rosa, house.person):
        row = session().get_one(Relationship, house.leons)
        changes = session().scalars(select(Change.state).where(Change.relationship_id == house.leons)).all()
        noted = session().scalars(select(Trail.verb).where(Trail.item_id == house.leons)).all()
    assert row.state == "ended"
    assert set(changes) == {"active", "ended"}
    assert "ended" in noted
    end = f"/people/{house.person}/access/{house.leons}/end"
    assert rosa.get(end).status == 404


def test_who_helps_can_stop(app: Flask, house: Home, client: Client) -> None:
    client.sign_in(house.leon)
    page = client.get(f"/people/{house.person}/stop-helping")
    page.form("stop").submit("End my access", follow=False)
    assert client.get(f"/people/{house.person}/diary/").status == 404
    client.sign_in(house.rosa)
    assert client.get(f"/people/{house.person}/stop-helping").status == 404


def test_rights_are_changed_and_count_at_once(
    app: Flask, house: Home, rosa: Client, new_client: Callable[..., Client]
) -> None:
    leon = new_client()
    leon.sign_in(house.leon)
    assert leon.get(f"/people/{house.person}/questions/add").status == 200
    page = rosa.get(f"/people/{house.person}/sharing/").click("Change what Leon can see")
    assert page.form("rights").value("questions") == "2"
    done = page.form("rights").submit("Save", questions="1", results="1", diary="0")
    assert "Sees your questions. Sees your visits, and what you agreed. Sees your results." in done
    assert given(app, house, "Leon") == {"questions": 1, "appointments": 1, "results": 1, "goals": 2}
    assert leon.get(f"/people/{house.person}/questions/add").status == 404
    assert leon.get(f"/people/{house.person}/diary/").status == 404
    assert leon.get(f"/people/{house.person}/results/").status == 200


def test_the_team_keeps_what_a_key_contact_has_and_gets_what_is_added(
    app: Flask, house: Home, rosa: Client, new_client: Callable[..., Client]
) -> None:
    amina = new_client()
    amina.sign_in(house.amina)
    assert amina.get(f"/people/{house.person}/goals/").status == 404
    page = rosa.get(f"/people/{house.person}/sharing/").click("Change what Amina can see")
    form = page.form("rights")
    assert {name for name, _ in form.values} >= {"diary", "goals"}
    assert "results" not in {name for name, _ in form.values}
    done = form.submit("Save", goals="1")
    assert done.status == 200
    assert amina.get(f"/people/{house.person}/goals/").status == 200
    assert amina.get(f"/people/{house.person}/results/").status == 200
    with acting(app, house.amina, house.person) as permit:
        assert permit.may(Area.RESULTS, Level.MANAGE)
        assert not permit.may(Area.DIARY)


def test_nobody_but_the_person_changes_or_ends_access(house: Home, client: Client) -> None:
    for who in (house.leon, house.amina, house.stranger):
        client.sign_in(who)
        base = f"/people/{house.person}/access/{house.leons}/"
        for part in ("", "end"):
            assert client.get(base + part).status == 404
        assert client.get(f"/people/{house.person}/carers/add").status == 404


def test_one_persons_access_is_not_ended_from_another_record(app: Flask, house: Home, rosa: Client) -> None:
    other = home(app)
    assert rosa.get(f"/people/{house.person}/access/{other.leons}/").status == 404
    assert rosa.get(f"/people/{house.person}/access/{other.leons}/end").status == 404


def test_a_right_is_locked_by_the_request_that_uses_it(
    app: Flask, engine_kind: str, house: Home, rosa: Client, statements: Statements
) -> None:
    form = rosa.get(f"/people/{house.person}/access/{house.leons}/end").form("end")
    statements.clear()
    form.submit(follow=False)
    grants = [text for text in statements.texts if "relationship" in text]
    if engine_kind == "postgresql":  # on SQLite whoever writes is alone
        assert grants.pop(0).endswith("FOR SHARE")
    assert "FROM person JOIN relationship" in grants[0], "read after it was locked, not with it"


def test_access_that_ends_soon_is_asked_about(app: Flask, house: Home, rosa: Client) -> None:
    until = now() + timedelta(days=10)
    with acting(app, house.rosa, house.person):
        session().get_one(Relationship, house.leons).until = until
    page = rosa.get(f"/people/{house.person}/sharing/")
    assert "Leon’s access ends on" in page
    let = page.click("Let it end")
    assert "It ends by itself." in let
    with acting(app, house.rosa, house.person):
        assert session().get_one(Relationship, house.leons).until == until
    done = page.form("1 more year for Leon").submit()
    assert "Leon’s access ends on" not in done
    with acting(app, house.rosa, house.person):
        assert session().get_one(Relationship, house.leons).until == until + timedelta(days=365)


def test_when_the_day_comes_it_is_over(app: Flask, house: Home, client: Client) -> None:
    with acting(app, house.rosa, house.person):
        session().get_one(Relationship, house.leons).until = now() + timedelta(days=1)
    client.sign_in(house.leon)
    assert client.get(f"/people/{house.person}/diary/").status == 200
    with time_machine.travel(now() + timedelta(days=2), tick=True):
        assert client.get(f"/people/{house.person}/diary/").status == 404
        client.sign_in(house.rosa)
        assert "Leon" not in client.get(f"/people/{house.person}/sharing/")


def test_the_person_alone_sees_who_looked(
    app: Flask, house: Home, rosa: Client, new_client: Callable[..., Client]
) -> None:
    page = rosa.get(f"/people/{house.person}/sharing/")
    assert page.text.count("Has not looked yet.") == 2
    amina = new_client()
    amina.sign_in(house.amina)
    assert amina.get(f"/people/{house.person}/summary/").status == 200
    page = rosa.get(f"/people/{house.person}/sharing/")
    assert page.text.count("Has not looked yet.") == 1
    assert "Last looked today," in page
    assert "Last looked" not in amina.get(f"/people/{house.person}/sharing/")


def test_changing_what_a_helper_may_do_asks_again_who_it_is(app: Flask, house: Home, rosa: Client) -> None:
    url = f"/people/{house.person}/access/{house.leons}/"
    form = rosa.get(url).form("rights")
    with time_machine.travel(now() + timedelta(minutes=11), tick=False):
        asked = form.submit(diary="3", follow=False)
        assert (asked.status, asked.h1) == (401, "How you sign in")
    assert given(app, house, "Leon")["diary"] == 2


def test_access_without_an_end_is_not_cut_to_a_year(app: Flask, house: Home, rosa: Client) -> None:
    """A professional's has none, whatever button somebody presses."""
    token = rosa.get("/account/language").form("language-form").value("csrf_token")
    rosa.post(f"/people/{house.person}/access/{house.aminas}/renew", {"csrf_token": token})
    with acting(app, house.rosa, house.person):
        assert session().get_one(Relationship, house.aminas).until is None


def test_a_second_team_is_let_in_by_the_persons_code_once(
    app: Flask, house: Home, rosa: Client, new_client: Callable[..., Client]
) -> None:
    with app.test_request_context(), command():
        owen, _ = factories.nurse("Owen", factories.people.make_team("Hillside"))
        gwen, _ = factories.nurse("Gwen", factories.people.make_team("Lakeside"))
        ids = owen.id, gwen.id
    page = rosa.get(f"/people/{house.person}/teams/add").form("add-team").submit("Make a code for them")
    code = page.html.select_one(".qr__code")
    assert code is not None
    assert "Another team" in rosa.get(f"/people/{house.person}/sharing/")
    born = {"born-day": "27", "born-month": "3", "born-year": "1962"}
    nurse, late = new_client(), new_client()
    nurse.sign_in(ids[0])
    late.sign_in(ids[1])
    assert nurse.get(f"/people/{house.person}/").status == 404
    form = nurse.get("/caseload/code").form("join")
    assert form.submit(code=code.get_text(), **born | {"born-day": "28"}).status == 422
    assert form.submit(code=code.get_text(), **born).status == 200
    assert nurse.get(f"/people/{house.person}/").status == 200
    assert late.get("/caseload/code").form("join").submit(code=code.get_text(), **born).status == 422
    assert late.get(f"/people/{house.person}/").status == 404
    listed = rosa.get(f"/people/{house.person}/sharing/")
    assert "Owen" in listed
    assert "Another team" not in listed


def test_a_code_that_waits_is_shown_until_somebody_comes_in(
    house: Home, rosa: Client, new_client: Callable[..., Client]
) -> None:
    code = code_for(rosa, house, diary="1")
    assert "Has not come in yet." in rosa.get(f"/people/{house.person}/sharing/")
    accept(new_client(), code)
    assert "Has not come in yet." not in rosa.get(f"/people/{house.person}/sharing/")


def test_who_came_by_a_code_is_stopped_once_before_signing_out(
    house: Home, rosa: Client, new_client: Callable[..., Client]
) -> None:
    samira = new_client()
    accept(samira, code_for(rosa, house, diary="1"))
    assert "Keep your way in" not in samira.get("/"), "not on the first visit"
    with time_machine.travel(now() + timedelta(hours=2), tick=False):
        assert "Keep your way in" in samira.get("/")
        # A link: a form would make the phone forget what it keeps before anybody knows that they stay.
        for place in ("/account/", f"/people/{house.person}/more/"):
            page = samira.get(place).click("Sign out")
            assert page.h1 == "You have no way back in yet"
        token = page.form("Sign out all the same").value("csrf_token")
        samira.post("/sign-out", {"csrf_token": token})
        assert samira.get("/account/").h1 == "Account", "not by a press elsewhere either"
        page.form("Sign out all the same").submit()
        assert samira.get("/account/").h1 == "Sign in"
