"""Walks every way by which an account's session can begin, and asks each for a proof of that account's own."""

import ast
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

import selfcare
from selfcare.accounts import actions as accounts
from selfcare.accounts import enrolment, sessions
from selfcare.accounts.models import Account, SignIn
from selfcare.accounts.sessions import Began
from selfcare.database import command, now, session
from selfcare.people import invitations, recovery
from selfcare.people.models import Invitation, Relationship
from selfcare.web.access import Area, Kind, Level
from tests import factories
from tests.harness.client import Client
from tests.people.scenes import Home, acting, home

SOURCE = Path(selfcare.__file__).parent
PASSWORD = "three words together"
BORN = {"born-day": "27", "born-month": "3", "born-year": "1962"}

# Who may begin a session, and by which proof. A new caller is red until it stands here and in PROOFS below.
CALLERS = {
    ("accounts/actions.py", "sign_in"): "PASSWORD",
    ("accounts/enrolment.py", "_begun"): "ENROLMENT",
    ("accounts/enrolment.py", "_whole"): "PROVIDER",  # tests/accounts/test_provider.py
    ("accounts/mail_codes.py", "use"): "EMAIL",  # tests/accounts/test_mail_codes.py
    ("accounts/passkeys.py", "sign_in"): "PASSKEY",  # tests/accounts/test_passkeys.py
    ("accounts/visits.py", "sign_in"): "PROVIDER",  # tests/accounts/test_provider.py
    ("people/invitations.py", "_help"): "CODE",
    ("people/invitations.py", "_come_in"): "LETTER",
    ("people/recovery.py", "come_back"): "RECOVERY",
    # From the shell, at a restore: ended and rolled back at once (tests/upkeep/test_restore.py counts the rows).
    ("upkeep/proving.py", "_try"): "PASSWORD",
}

# Every address that changes something for whoever is signed out, and the proof with which a session begins there.
OPEN_DOORS = {
    "accounts.sign_in_send": "PASSWORD",
    "accounts.passkey_send": "PASSKEY",
    "accounts.passkey_options": "",  # what is to be signed
    "accounts.mail_code_send": "EMAIL",
    "accounts.mail_send": "",  # asks for a code
    "accounts.enrol_send": "ENROLMENT",
    "accounts.provider_send": "",  # leads to a provider
    "accounts.provider_back_send": "PROVIDER ENROLMENT",
    "people.invitation_send": "LETTER CODE",
    "people.come_back_send": "RECOVERY",
    "sharing.come_send": "",  # a code that leads to a link of its own, or adds to who is signed in
    "accounts.second_factor_send": "",  # completes one that a password or a link began
    "accounts.sign_out": "",
    "people.stop_send": "",
    "accounts.choose_language": "",
}


def _functions(tree: ast.AST) -> Iterator[ast.FunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def _called(node: ast.Call) -> str:
    return ast.unparse(node.func)


def callers() -> dict[tuple[str, str], str]:
    """Every function that begins a session, read from the source."""
    found = {}
    for path in SOURCE.rglob("*.py"):
        for function in _functions(ast.parse(path.read_text())):
            for node in ast.walk(function):
                if isinstance(node, ast.Call) and _called(node).split(".")[-2:] == ["sessions", "begin"]:
                    found[str(path.relative_to(SOURCE)), function.name] = ast.unparse(node.args[1]).split(
                        "."
                    )[-1]
    return found


def test_every_caller_is_known_and_names_its_proof() -> None:
    assert callers() == CALLERS


def test_nothing_begins_a_session_past_that_one_function() -> None:
    """Neither a row of its own, nor Flask-Login, nor a name imported out of the module."""
    for path in SOURCE.rglob("*.py"):
        if path.name in ("sessions.py", "models.py") and path.parent.name == "accounts":
            continue
        text = path.read_text()
        for sign in ("login_user(", "insert(SignIn", "sessions import begin", '"_user_id"'):
            assert sign not in text, f"{path}: {sign}"
        assert not [
            node
            for node in ast.walk(ast.parse(text))
            if isinstance(node, ast.Call) and _called(node) == "SignIn"
        ], path


def test_every_open_door_is_known(app: Flask) -> None:
    doors = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "POST" in (rule.methods or set())
        and vars(app.view_functions[rule.endpoint])["access"]["mark"] == "public"
    }
    assert doors == set(OPEN_DOORS)
    assert set(" ".join(OPEN_DOORS.values()).split()) == {each.name for each in Began}


# ---------------------------------------------------------------------------------- each asks for its own


@pytest.fixture
def house(app: Flask) -> Home:
    """Rosa and Leon, who helps her, each with a way to sign in, and the team."""
    made = home(app)
    with app.test_request_context(), command() as work:
        for account_id, name in ((made.rosa, "rosa"), (made.leon, "leon"), (made.amina, "amina")):
            account = work.get_one(Account, account_id)
            accounts.change_way(account, f"{name}@example.net", accounts.passwords.hashed(PASSWORD))
    return made


def begun(app: Flask) -> list[tuple[str, str]]:
    """Every session there is: whose, and by what it began."""
    with app.app_context():
        rows = session().execute(
            select(Account.name, SignIn.began).join(Account, Account.id == SignIn.account_id)
        )
        return sorted((name, began) for name, began in rows)


def came_in(browser: Client, code: str, page: str = "/invitation", **values: str) -> int:
    form = browser.get(page).forms()[-1]
    return form.submit(follow=False, code=code, **BORN, **values).status


def a_letter(app: Flask, house: Home) -> str:
    """One made the way it was made before a way was set: the action itself makes none any more."""
    with acting(app, house.amina, house.person) as amina:
        return invitations._invite(amina, invitations.SELF, "Rosa", {})


def test_a_password_begins_its_own_accounts_session_alone(
    app: Flask, house: Home, new_client: Callable[..., Client]
) -> None:
    for address, word in (("rosa@example.net", "wrong three words"), ("nobody@example.net", PASSWORD)):
        form = new_client().get("/sign-in").form("sign-in")
        assert form.submit(email=address, password=word).status == 422
    assert begun(app) == []
    assert (
        new_client()
        .get("/sign-in")
        .form("sign-in")
        .submit(email="rosa@example.net", password=PASSWORD, follow=False)
        .status
        == 303
    )
    assert begun(app) == [("Rosa", "password")]


def test_no_letter_opens_an_account_that_has_a_way(
    app: Flask, house: Home, new_client: Callable[..., Client]
) -> None:
    """Whoever of the team makes it, and knows the birth date."""
    code = a_letter(app, house)
    for who in (None, house.stranger, house.leon, house.rosa):
        browser = new_client()
        if who:
            browser.sign_in(who)
        before = begun(app)
        assert came_in(browser, code) == 422
        assert begun(app) == before


def test_a_carers_code_opens_no_account_that_exists(
    app: Flask, house: Home, new_client: Callable[..., Client]
) -> None:
    """Used by Leon, then typed by whoever made it, by a second person, and by nobody signed in."""
    with acting(app, house.rosa, house.person) as rosa:
        code = invitations.invite_carer(rosa, "Leon", {Area.DIARY: Level.SEE})
    maker = new_client()
    maker.sign_in(house.rosa)
    assert came_in(maker, code) == 422, "not even while it is fresh"
    leon = new_client()
    leon.sign_in(house.leon)
    assert came_in(leon, code) == 303
    before = begun(app)
    for who in (house.rosa, house.stranger, house.leon, None):
        browser = new_client()
        if who:
            browser.sign_in(who)
        now_there = begun(app)
        assert came_in(browser, code) == 422
        assert begun(app) == now_there
    assert [each for each in begun(app) if each[1] == "code"] == []
    assert before.count(("Leon", "password")) == 1


def test_a_carers_code_makes_one_new_account_that_holds_one_relationship(
    app: Flask, house: Home, new_client: Callable[..., Client]
) -> None:
    with acting(app, house.rosa, house.person) as rosa:
        code = invitations.invite_carer(rosa, "Samira", {Area.DIARY: Level.SEE})
    first, second = new_client(), new_client()
    assert (came_in(first, code), came_in(second, code)) == (303, 422)
    assert begun(app) == [("Samira", "code")]
    with app.app_context():
        made = session().scalars(select(Account).where(Account.name == "Samira")).one()
        assert (
            len(session().scalars(select(Relationship).where(Relationship.account_id == made.id)).all()) == 1
        )
    assert first.get("/account/").h1 == "Account"
    # Nothing was proved: what asks again asks, though the session began a moment ago.
    with app.app_context():
        assert session().scalars(select(SignIn.proved_at)).one() is None


def test_a_letters_session_proves_nothing(app: Flask, new_client: Callable[..., Client]) -> None:
    house = home(app, own=False)
    with acting(app, house.amina, house.person) as amina:
        code = invitations.write_letter(amina)
    rosa, other = new_client(), new_client()
    came_in(rosa, code)
    came_in(other, code)
    asked = rosa.get(f"/people/{house.person}/carers/add", follow=False)
    assert asked.location.startswith("/sign-in/again")
    assert rosa.get(asked.location).h1 == "How you sign in", "a way has to be set first"
    rosa.get("/account/sign-in").form("way-in").submit(email="r@example.net", password="winter ladder teapot")
    assert rosa.get(f"/people/{house.person}/carers/add").status == 200
    assert other.get("/account/", follow=False).status == 303


def test_the_invariant_stands_below_every_view(app: Flask, house: Home) -> None:
    with app.test_request_context(), command() as work:
        rosa, stranger = work.get_one(Account, house.rosa), work.get_one(Account, house.stranger)
        for by in (Began.LETTER, Began.CODE):
            with pytest.raises(sessions.NeverByCode):
                sessions.begin(rosa, by, complete=True)
        sessions.begin(stranger, Began.LETTER, complete=True)
        with pytest.raises(sessions.NeverByCode):
            sessions.begin(stranger, Began.CODE, complete=True)


def test_an_enrolment_link_opens_nothing_before_the_second_factor(
    app: Flask, house: Home, new_client: Callable[..., Client]
) -> None:
    with app.test_request_context(), command():
        owen = factories.account(Kind.PROFESSIONAL, "Owen")
        code = enrolment.make(owen)
    browser, late = new_client(), new_client()
    form = browser.get("/enrol").form("enrol")
    assert form.submit(code=code[::-1], password="winter ladder teapot").status == 422
    assert begun(app) == []
    browser.get("/enrol").form("enrol").submit(code=code, password="winter ladder teapot")
    assert begun(app) == [("Owen", "enrolment")]
    assert browser.get("/caseload/", follow=False).status == 303
    with time_machine.travel(now() + timedelta(days=2), tick=False):
        assert late.get("/enrol").form("enrol").submit(code=code, password=PASSWORD).status == 422


def test_a_recovery_begins_after_two_of_the_team_and_a_day(
    app: Flask, house: Home, new_client: Callable[..., Client]
) -> None:
    moment = now()
    new = {"email": "new@example.net", "password": "winter ladder teapot"}
    with time_machine.travel(moment, tick=False) as clock:
        with app.test_request_context(), command() as work:
            row = work.get_one(Relationship, house.aminas)
            team = work.get_one(factories.Team, row.team_id)
            priya, _ = factories.nurse("Priya", team)
            priya_id = priya.id
            sessions.begin(work.get_one(Account, house.rosa), Began.PASSWORD, complete=True)
        with acting(app, house.amina, house.person) as amina:
            recovery.ask(amina, how="face", seen="Passport")
            with pytest.raises(recovery.NotFound):
                recovery.confirm(amina)
            with pytest.raises(recovery.NotFound):
                recovery.write_code(amina)
        with acting(app, priya_id, house.person) as colleague:
            recovery.confirm(colleague)
            code, opens_at = recovery.write_code(colleague)
        assert opens_at == moment + timedelta(hours=24)
        assert came_in(new_client(), code, "/come-back", **new) == 422, "not before the day is over"
        assert came_in(new_client(), code) == 422, "and it is no letter"
        clock.move_to(opens_at)
        assert came_in(new_client(), code, "/come-back", **new) == 303
        assert came_in(new_client(), code, "/come-back", **new) == 422, "once"
    assert ("Rosa", "recovery") in begun(app)
    assert [name for name, by in begun(app) if by == "recovery"] == ["Rosa"]
    with app.app_context():
        assert session().scalars(select(Invitation)).all() == []
