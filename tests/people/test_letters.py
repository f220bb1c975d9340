"""From the letter in the hand to being signed in: the code, the birth date, and what they tell nobody."""

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from selfcare.accounts.models import Account
from selfcare.database import command, now, session
from selfcare.people import actions, invitations
from selfcare.people.models import Invitation, Person, Relationship, Team
from tests import factories
from tests.harness.client import Client
from tests.harness.pages import Answer
from tests.harness.statements import Statements
from tests.people.scenes import Home, acting, home

DOES_NOT_FIT = "This code and birth date do not fit together"


@pytest.fixture
def house(app: Flask) -> Home:
    """Rosa, who has not come in yet, and her nurse Amina."""
    return home(app, own=False)


def letter(app: Flask, house: Home) -> str:
    with acting(app, house.amina, house.person) as permit:
        return invitations.write_letter(permit)


def come_in(client: Client, code: str, born: tuple[str, str, str] = ("27", "3", "1962")) -> Answer:
    form = client.get("/invitation").form("invitation")
    parts = dict(zip(("born-day", "born-month", "born-year"), born, strict=True))
    return form.submit(follow=False, code=code, **parts)


def is_in(client: Client) -> bool:
    return client.get("/account/", follow=False).status == 200


def test_the_nurse_makes_a_letter_and_it_is_shown_once(app: Flask, house: Home, client: Client) -> None:
    client.sign_in(house.amina)
    asked = client.get(f"/people/{house.person}/letter")
    made = asked.form("Make the letter").submit()
    code = made.html.select_one(".qr__code").get_text()  # type: ignore[union-attr]
    assert made.html.select_one(".qr__picture svg[viewBox]")
    assert "Rosa, this is your way into Selfcare" in made
    assert "Amina, your specialist nurse, invites you." in made
    assert {tag["lang"] for tag in made.html.select(".letter p[lang]")} == {"cy", "ur"}
    with acting(app, house.amina, house.person):
        kept = session().scalars(select(Invitation)).one()
    assert code.replace(" ", "") not in str(vars(kept))
    assert code not in client.get(f"/people/{house.person}/letter").text
    assert made.html.select("a[href^='mailto:']") == []


def test_the_letter_goes_by_e_mail_in_the_persons_language(app: Flask, house: Home, client: Client) -> None:
    """Alone catches: a code that cannot be sent to somebody far away, or a message in the nurse's language; and a birth
    date in it."""
    with app.app_context(), command():
        person = session().get_one(Person, house.person)
        person.email, person.language = "rosa+home&x=1@example.org", "cy"
    client.sign_in(house.amina)
    made = client.get(f"/people/{house.person}/letter").form("Make the letter").submit()
    code = made.html.select_one(".qr__code").get_text()  # type: ignore[union-attr]
    there = urlsplit(made.link("Write them an e-mail with it"))
    assert (there.scheme, unquote(there.path)) == ("mailto", "rosa+home&x=1@example.org")
    assert "&" not in there.path
    body = dict(parse_qsl(there.query))["body"]
    assert code in body
    assert "/invitation" in body
    assert not any(part in body for part in ("1962", "Rosa"))


def test_a_code_goes_by_e_mail_to_who_is_far_away(app: Flask, client: Client) -> None:
    """Alone catches: no way to let in somebody who does not stand beside them; and the birth date in the message."""
    house = home(app)
    client.sign_in(house.rosa)
    shown = (
        client.get(f"/people/{house.person}/carers/add")
        .form("add-carer")
        .submit("Make a code for them", name="Samira", diary="2")
    )
    assert "Tell them yourself, and not in the same message." in shown
    body = dict(parse_qsl(urlsplit(shown.link("Write them an e-mail with it")).query))["body"]
    assert shown.html.select_one(".qr__code").get_text() in body  # type: ignore[union-attr]
    assert "/invitation" in body
    assert "1962" not in body


def test_code_and_birth_date_bring_the_person_in(app: Flask, house: Home, client: Client) -> None:
    code = letter(app, house)
    done = come_in(client, f" {code[:5].lower()}-{code[5:]} ", ("27", "03", "١٩٦٢"))
    assert (done.status, done.location) == (303, "/account/next-time")
    assert is_in(client)
    first = client.get("/")
    what = str(first.html.select("#start [name=what]")[0]["value"])
    first.form("start").submit(follow=False, what=what)
    assert client.get("/").status == 200, "also once there are tiles, while nothing of their own was proved"
    with acting(app, house.amina, house.person):
        own = session().scalars(select(Relationship).where(Relationship.kind == "self")).one()
        assert (own.person_id, own.state) == (house.person, "active")


def test_whatever_is_wrong_the_sentence_is_the_same(
    app: Flask, house: Home, new_client: Callable[..., Client]
) -> None:
    code, used = letter(app, home(app, own=False)), letter(app, home(app, own=False))
    withdrawn = letter(app, house)
    letter(app, house)  # a new letter stops the one before
    settled = new_client()
    come_in(settled, used)
    set_password(settled)
    expired = letter(app, home(app, own=False))
    with acting(app, house.amina, house.person):
        newest = session().scalars(select(Invitation).order_by(Invitation.made_at.desc())).first()
        assert newest is not None
        newest.expires_at = now() - timedelta(seconds=1)
    tries = {
        "wrong birth date": (code, ("28", "3", "1962")),
        "unknown code": ("AAAAA BBBBB", ("27", "3", "1962")),
        "used, and a password set": (used, ("27", "3", "1962")),
        "an earlier letter": (withdrawn, ("27", "3", "1962")),
        "expired": (expired, ("27", "3", "1962")),
    }
    said = {}
    for what, (typed, born) in tries.items():
        client = new_client()
        answer = come_in(client, typed, born)
        assert answer.status == 422, what
        assert not is_in(client), what
        assert "Rosa" not in answer.text
        assert answer.form("invitation").value("code") == typed
        said[what] = answer.all(".error-summary li")
    assert set(map(tuple, said.values())) == {tuple(said["expired"])}
    assert said["expired"][0].startswith(DOES_NOT_FIT)


def set_password(client: Client) -> None:
    form = client.get("/account/sign-in").form("way-in")
    form.submit(email="rosa@example.org", password="winter ladder teapot", follow=False)


def test_the_code_works_again_until_a_way_to_sign_in_is_set(
    app: Flask, house: Home, new_client: Callable[..., Client]
) -> None:
    code = letter(app, house)
    first, second, third = new_client(), new_client(), new_client()
    assert come_in(first, code).status == 303
    assert come_in(second, code).status == 303
    assert is_in(second)
    set_password(second)
    assert come_in(third, code).status == 422
    assert not is_in(third)
    with acting(app, house.amina, house.person):
        assert session().scalar(select(func.count()).where(Relationship.kind == "self")) == 1


def test_a_new_letter_leads_back_as_long_as_no_way_is_set(
    app: Flask, house: Home, new_client: Callable[..., Client]
) -> None:
    assert come_in(new_client(), letter(app, house)).status == 303
    rosa = new_client()
    assert come_in(rosa, letter(app, house)).status == 303
    with acting(app, house.amina, house.person):
        assert session().scalar(select(func.count()).where(Account.name == "Rosa")) == 1
    set_password(rosa)
    nurse = new_client()
    nurse.sign_in(house.amina)
    page = nurse.get(f"/people/{house.person}/letter")
    assert "A letter opens nothing any more." in page
    assert nurse.post(page.url, {"csrf_token": page.form().value("csrf_token")}).status == 409


def test_who_came_by_letter_before_is_out_once_a_way_is_set(
    app: Flask, house: Home, new_client: Callable[..., Client]
) -> None:
    """Whoever else had the letter in the hand does not stay inside an account that has a way to sign in."""
    code = letter(app, house)
    thief, rosa = new_client(), new_client()
    come_in(thief, code)
    come_in(rosa, code)
    open_form = thief.get("/account/sign-in").form("way-in")
    set_password(rosa)
    assert not is_in(thief)
    open_form.submit(email="thief@example.org", password="winter ladder teapot", follow=False)
    assert not is_in(thief)
    assert is_in(rosa)


def test_ten_wrong_birth_dates_in_its_life_and_the_maker_is_told(
    app: Flask, house: Home, new_client: Callable[..., Client]
) -> None:
    """Spread over days, so that no throttle by the hour would hold it."""
    code = letter(app, house)
    moment = now()
    with time_machine.travel(moment, tick=False) as clock:
        for day in range(10):
            clock.move_to(moment + timedelta(days=day))
            answer = come_in(new_client(), code, ("1", str(day + 1), "1970"))
            assert answer.status == 422
            assert answer.all(".nhsuk-form-group--error") == [], "neither box is marked as the wrong one"
        assert come_in(new_client(), code).status == 422, "not even with the right one"
        nurse = new_client()
        nurse.sign_in(house.amina)
        assert "A code for Rosa had ten wrong birth dates and works no more." in nurse.get("/inbox/")
        assert come_in(new_client(), letter(app, house)).status == 303


def test_nine_wrong_ones_and_what_is_no_code_cost_nothing(
    app: Flask, house: Home, new_client: Callable[..., Client]
) -> None:
    code = letter(app, house)
    for day in range(9):
        come_in(new_client(), code, (str(day + 1), "1", "1970"))
    for typed in (code[:9], code + "A", "O0O0O 1I1I1", "💊" * 10, code[:5]):
        answer = come_in(new_client(), typed, ("1", "1", "1970"))
        assert "This is not a whole code." in answer.all(".error-summary a")[0]
    come_in(new_client(), code, ("31", "2", "1962"))  # a birth date that is none
    assert come_in(new_client(), code).status == 303


def test_twenty_right_codes_behind_one_proxy_all_pass(
    app: Flask, house: Home, new_client: Callable[..., Client]
) -> None:
    for _ in range(40):
        assert come_in(new_client(), letter(app, house)).status == 303


def test_after_thirty_wrong_tries_a_network_waits(app: Flask, house: Home, client: Client) -> None:
    for number in range(30):
        assert come_in(client, f"AAAAA {number + 222:05}".replace("0", "A").replace("1", "B")).status == 422
    assert come_in(client, letter(app, house)).status == 429


@pytest.mark.parametrize("odd", ["٢", "\u200b", "\u200f", "\u2011", "−", "\u00ad", "\ufe0f", "\u00a0"])
def test_a_code_is_folded(app: Flask, house: Home, client: Client, odd: str) -> None:
    code = letter(app, house)
    typed = code.replace("2", odd) if odd == "٢" else odd + odd.join(code.lower()) + odd
    assert come_in(client, typed, ("٢٧", "۳", "1962")).status == 303


@pytest.mark.parametrize("code", ["", "   ", "\0", "\ud800", "‮ABCDE", "x" * 100_000, "🦦" * 10])
def test_odd_codes_are_refused_kindly(client: Client, code: str) -> None:
    answer = come_in(client, code)
    assert answer.status in (400, 422)
    assert not is_in(client)


@pytest.mark.parametrize(
    "born", [("31", "2", "1962"), ("", "", ""), ("a", "b", "c"), ("1", "1", "2999"), ("9" * 5000,) * 3]
)
def test_odd_birth_dates_keep_what_was_typed(client: Client, born: tuple[str, str, str]) -> None:
    answer = come_in(client, "ABCDE FGHJK", born)
    assert answer.status == 422
    form = answer.form("invitation")
    assert (form.value("code"), form.value("born-day")) == ("ABCDE FGHJK", born[0])


def test_only_professionals_of_the_team_make_letters(app: Flask, house: Home, client: Client) -> None:
    other = home(app)
    for who in (other.amina, other.rosa, house.leon, house.stranger):
        client.sign_in(who)
        assert client.get(f"/people/{house.person}/letter").status == 404
    client.sign_in(other.rosa)
    assert client.get(f"/people/{other.person}/letter").status == 404


def test_somebody_is_added_and_gets_their_letter(app: Flask, house: Home, client: Client) -> None:
    client.sign_in(house.amina)
    form = client.get("/caseload/add").form("add")
    wrong = form.submit(given_name="Harjit", family_name="", nhs_number="999 000 0019")
    assert wrong.status == 422
    assert wrong.form("add").value("given_name") == "Harjit"
    assert {
        "Type the birth date: day, month and year.",
        "This is not a valid NHS number. It has ten digits; check each one.",
    } <= set(wrong.all(".error-summary li"))
    born = {"born-day": "1", "born-month": "2", "born-year": "1950"}
    done = wrong.form("add").submit(family_name="Singh", nhs_number="999 000 0018", **born)
    assert done.h1 == "Letter for Harjit"
    assert "Harjit Singh" in done
    typed = {"given_name": "Someone", "family_name": "Else", "nhs_number": "9990000018"} | born
    again = client.get("/caseload/add").form("add").submit(**typed)
    assert "Somebody of your teams has this number already. Check it." in again
    assert "Harjit Singh, born 1 February 1950 is already here." in again  # their own list: they may open it


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_a_number_tells_nobody_whom_another_team_looks_after(
    app: Flask, house: Home, client: Client, statements: Statements
) -> None:
    """A number that another team had was refused in softer words: the same answer, in as many statements, now."""
    with app.test_request_context(), command() as work:
        amina, owen = (
            work.get_one(Account, house.amina),
            factories.nurse("Owen", actions.make_team("Hillside")),
        )
        team = work.get_one(Team, work.get_one(Relationship, house.aminas).team_id)
        for number in ("9990000018", "9434765919"):  # known there; the two after them are nobody's
            factories.person(amina, team).nhs_number = number
        mine = [factories.person(*owen).id for _ in range(2)]
        owen_id = owen[0].id
    client.sign_in(owen_id)
    born = {"born-day": "1", "born-month": "2", "born-year": "1950"}
    found = []
    for number in ("9990000018", "9727710638"):
        form = client.get("/caseload/add").form("add")
        statements.clear()
        done = form.submit(given_name=f"A{number}", family_name="Else", nhs_number=number, **born)
        found.append((done.status, done.h1.replace(number, ""), len(statements)))
    assert found[0] == found[1]
    assert found[0][:2] == (200, "Letter for A")
    found = []
    for person, number in zip(mine, ("9434765919", "9727710859"), strict=True):
        form = client.get(f"/people/{person}/details/correct").form("correct")
        statements.clear()
        done = form.submit(nhs_number=number, reason="Typed wrong")
        found.append((done.status, done.h1, len(statements)))
    assert found[0] == found[1]
    assert found[0][:2] == (200, "Details")


def test_the_same_form_twice_adds_one_person(app: Flask, house: Home, client: Client) -> None:
    client.sign_in(house.amina)
    form = client.get("/caseload/add").form("add")
    born = {"born-day": "1", "born-month": "2", "born-year": "1950"}
    form.fill(given_name="Harjit", family_name="Singh", **born)
    assert form.submit(follow=False).location == form.submit(follow=False).location
