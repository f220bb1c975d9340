"""Many people at once: from a spreadsheet's file to a letter for each, and what is said of files that cannot be."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from selfcare.accounts.models import Account
from selfcare.agreed import actions as agreed
from selfcare.agreed.actions import Owner
from selfcare.audit.models import Trail
from selfcare.database import command, finish, now, session
from selfcare.people import invitations
from selfcare.people.models import Person, Relationship
from selfcare.team.models import ListDraft
from tests import factories
from tests.harness.client import Client
from tests.harness.pages import Answer, words
from tests.team.scenes import Desk, upload

one_engine = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
HEAD = "First name,Family name,Date of birth,NHS number\n"


def count(app: Flask, what: type) -> int:
    with app.app_context():
        return session().scalar(select(func.count()).select_from(what)) or 0


def forty() -> bytes:
    """Forty-one lines: two wrong, one there twice."""
    lines = ["Surname;Forename;DOB;NHS No.;Preferred language;Shoe size"]
    lines += [
        f"Hill{n};Rosa{n};{n % 28 + 1}/{n % 12 + 1}/19{n + 10:02};;{'Urdu' if n == 7 else ''};7"
        for n in range(38)
    ]
    lines += ["Price;Owen;03.02.1958;999 000 0019;;", "Novak;Lena;31.02.1970;;;", "Hill3;Rosa3;4/4/1913;;;"]
    return ("\ufeff" + "\r\n".join(lines) + "\r\n").encode()


def test_forty_people_from_a_csv_to_letters(app: Flask, here: Desk, client: Client) -> None:
    """Alone catches: a person kept before the button, one added twice, a letter that opens nothing, or another's."""
    client.sign_in(here.ola)
    page = upload(client, forty())
    assert page.h1 == "Add many people"
    assert "3 lines need a look" in page
    assert "38 lines are fine" in page
    assert "The last digit does not fit the others. Is one mistyped?" in page
    assert "There is no such day." in page
    assert "The same as line 4. One is enough." in page
    assert "Shoe size" in page
    assert count(app, Person) == 0
    left = page.form("list").submit("out-41", source="Riverside practice")
    assert left.form("list").value("source") == "Riverside practice", "it is not typed twice"
    put_right = {"nhs-39": "9990000018", "born-40": "28.2.1970"}
    fine = left.form("list").submit("check", **put_right)
    assert "40 lines are fine" in fine
    assert count(app, Person) == 0
    form = fine.form("list")
    asked = form.submit("add", lead=str(here.amina), source="")
    assert asked.status == 422
    assert "Say where the list is from. People may ask." in asked
    form = asked.form("list").fill(lead=str(here.amina), source="Riverside practice, 6 March")
    added = form.submit("add")
    assert added.h1 == "40 people added"
    assert form.submit("add").h1 == "40 people added", "a second press is the same answer"
    assert count(app, Person) == 40
    letters = added.form("Make 40 letters").submit()
    assert letters.h1 == "40 letters"
    codes = letters.all(".qr__code")
    assert len(set(codes)) == 40
    assert letters.text.count("<bdi>Riverside practice, 6 March</bdi>") == 40
    assert letters.html.select_one(".letter[lang=ur][dir=rtl]"), "in their own language"
    with app.app_context():
        people = session().scalars(select(Person).order_by(Person.made_at)).all()
        born = {person.full_name: (person.id, person.born) for person in people}
        assert {
            row.by
            for row in session().scalars(select(Trail).where(Trail.kind == "person", Trail.verb == "added"))
        } == {here.ola}
        assert set(session().scalars(select(Relationship.account_id))) == {here.amina}
    for letter in letters.html.select(".letter"):
        name, code = words(letter.p), words(letter.select_one(".qr__code"))
        person_id, day = born[name]
        with app.test_request_context():
            user = invitations.accept(code, day, None)
            assert user, name
            own = factories.panel(session().get_one(Account, user.account_id)).permits
            assert set(own) == {person_id}
            finish(True)
    assert client.get(f"/people/{person_id}/").status == 404, "who runs the pages opens nobody's record"


@one_engine
def test_letters_made_again_end_the_ones_before(
    app: Flask, here: Desk, client: Client, new_client: Callable[..., Client]
) -> None:
    """Alone catches: two letters that both open, and a page that does not say so before."""
    client.sign_in(here.amina)
    run = added(client, "Rosa,Hill,27/3/1962,\nLeon,Hill,27/3/1962,\n", here.amina)
    first = run.form("Make 2 letters").submit().all(".qr__code")
    again = client.get(run.url)
    assert "the codes of those letters stop working" in again
    second = again.form("Make 2 new letters").submit().all(".qr__code")
    assert not set(first) & set(second)
    opened = [comes_in(new_client(), code) for code in (*first, *second)]
    assert opened == [False, False, True, True]
    assert "Nobody here needs a letter any more." in client.get(run.url)


def comes_in(phone: Client, code: str) -> bool:
    phone.strict = False
    parts = {"born-day": "27", "born-month": "3", "born-year": "1962"}
    phone.get("/invitation").form("invitation").submit(follow=False, code=code, **parts)
    return phone.get("/account/", follow=False).status == 200


def added(client: Client, lines: str, lead: UUID) -> Answer:
    page = upload(client, (HEAD + lines).encode())
    return page.form("list").fill(lead=str(lead), source="The practice").submit("add")


def test_who_is_here_already_is_said_and_nobody_is_added_twice(
    here: Desk, client: Client, new_client: Callable[..., Client]
) -> None:
    """Alone catches: the same person twice on the list of a team, and another team's list told to this one."""
    client.sign_in(here.other)
    added(client, "Dev,Rana,8/8/1949,9990000034\n", here.other)
    client.sign_in(here.ola)
    added(client, "Rosa,Hill,27/3/1961,9990000018\n", here.amina)
    page = upload(
        client,
        (
            HEAD + "Rosa,Hill,27/3/1961,999 000 0018\nHill,Rosa,1961-03-27,\nMaya,Hill,1/1/1990,9990000018\n"
            "Dev,Rana,8/8/1949,9990000034\nAda,Moss,2/2/1980,9990000026\nAda,Moss,2/2/1980,9990000042\n"
        ).encode(),
    )
    assert len(re.findall("Already here since", page.text)) == 2
    assert "Key contact: Amina." in page
    assert "Somebody here has this number, with another name or birth date." in page
    assert "The same name and birth date as line 5, with another NHS number." in page
    assert "2 lines are fine" in page
    two = page.form("list").submit("check", **{"two-6": "y"})
    assert "3 lines are fine" in two
    form = two.form("list").fill(lead=str(here.amina), source="The practice")
    amina = new_client()
    amina.sign_in(here.amina)
    added(amina, "Ada,Moss,2/2/1980,9990000026\n", here.amina)
    late = form.submit("add")
    assert late.status == 409
    assert "Nobody was added. Look once more." in late
    assert late.form("list").value("source") == "The practice"


@one_engine
def test_a_draft_is_for_who_uploaded_it_and_holds_no_name_in_plain_text(
    app: Flask, here: Desk, client: Client
) -> None:
    """Alone catches: a list of names that a colleague, or whoever reads the database, opens."""
    client.sign_in(here.amina)
    page = upload(client, (HEAD + "=HYPERLINK(1),Zwischenkanarie,27/3/1962,\n").encode())
    assert "=HYPERLINK(1) Zwischenkanarie" in page
    with app.app_context():
        assert "Zwischenkanarie" not in session().scalars(select(ListDraft.sealed)).one()
    client.sign_in(here.priya)
    assert client.get(page.url).status == 404
    client.sign_in(here.amina)
    client.get(page.url).form("list").submit("drop")
    assert count(app, ListDraft) == 0


@one_engine
@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "There is nobody in this file."),
        (HEAD.encode(), "There is nobody in this file."),
        (b"PK\x03\x04" + b"\0" * 50, "This is a workbook"),
        (b"%PDF-1.7 ...", "This is a PDF."),
        (b"\x89PNG\r\n", "This is a picture."),
        (bytes(range(256)) * 4, "no list that can be read"),
        (b"First name,Age\nRosa,64\n", "Missing: the birth date."),
        (b'First name,DOB\n"Rosa,27/3/1962\n' + b"x" * 150_000, "Line"),
        ((HEAD + "Rosa,Hill,27/3/1962,\n" * 20_000).encode(), "This file has 20000 lines. Up to 250 people"),
        (b"a" * (4 * 1024 * 1024 + 1), "too large for a list of people"),
    ],
)
def test_a_file_that_is_no_list_is_refused_by_what_it_is(
    app: Flask, here: Desk, client: Client, data: bytes, said: str
) -> None:
    client.sign_in(here.ola)
    page = upload(client, data)
    assert page.status == 422
    assert said in page, page.errors()
    assert count(app, ListDraft) == 0


@one_engine
@pytest.mark.parametrize(
    "data",
    [
        "Full name\tDate of Birth\nPrice, Zoë\t1958-02-03 00:00:00\n".encode("utf-16"),
        "sep=;\r\nForename;Surname;Born\r\nZoë;Price;3.2.1958\r\n".encode("cp1252"),
        'NHS Number,SURNAME,given_name,Date of birth (DOB),born\n"",Price,Zoë,,21219\n'.encode("utf-8-sig"),
        "first name|last name|d.o.b.\nZoë|Price|3 Feb 1958\n".encode("utf-16-le"),
    ],
)
def test_spreadsheets_of_every_kind_are_read(app: Flask, here: Desk, client: Client, data: bytes) -> None:
    client.sign_in(here.ola)
    page = upload(client, data)
    assert "1 line is fine" in page, page.errors()
    assert "Zoë Price" in page
    assert "3 February 1958" in page


@one_engine
def test_what_is_wrong_is_said_in_words(here: Desk, client: Client) -> None:
    client.sign_in(here.ola)
    lines = {
        "Ann,Ash,2/27/1970,": "Write the day first, then the month.",
        "Bob,Ash,1/2/58,": "Write the year with four digits.",
        "Cat,Ash,,": "The birth date is missing.",
        ",,1/2/1958,": "The name is missing.",
        "Dan,Ash,1/2/2199,": "This day is still to come.",
        "Eve,Ash,1/2/1958,9.43E+09": "A spreadsheet shortened this number",
        "Fay,Ash,1/2/1959,43476591": "This has 8 digits",
        "Gus,Ash,1/2/1960,QQ123456C": "This is no NHS number.",
    }
    page = upload(client, (HEAD + "\n".join(lines) + "\nHal,Oak,3/3/1999,\nIda,Oak,3/3/1999,\n").encode())
    for said in lines.values():
        assert said in page, said
    assert "Check the birth dates" in page
    assert "The same birth date as line 9. Twins?" in page
    assert "2 lines are fine" in page


@one_engine
def test_a_list_with_everything_wrong_can_be_put_right(here: Desk, client: Client) -> None:
    """Alone catches: a form with more fields than the edge takes, and a list that is cut without saying so."""
    client.sign_in(here.ola)
    lines = "".join(f",{n},1/2/58,12{n}\n" for n in range(250))
    page = upload(client, (HEAD.replace("Family name", "Phone") + lines).encode())
    assert "250 lines need a look" in page
    assert "Here are the first 60 of them." in page
    again = page.form("list").submit("check")
    assert "250 lines need a look" in again
    assert "250 lines are left out" in again.form("list").submit("out")


def test_a_letter_knows_who_printed_it_and_who_vouches(
    app: Flask, here: Desk, client: Client, new_client: Callable[..., Client]
) -> None:
    """Alone catches: a printer who uses the letter themself, and one that works after the key contact is out."""
    client.sign_in(here.priya)
    run = added(client, "Rosa,Hill,27/3/1962,\n", here.amina)
    code = run.form("Make 1 letter").submit().all(".qr__code")[0]
    for who in (here.priya, here.amina):
        with app.test_request_context():
            user = factories.signed_in(session().get_one(Account, who))
            with pytest.raises(invitations.OwnCode):
                invitations.accept(code, date(1962, 3, 27), user)
    with app.app_context(), command() as work:
        work.get_one(Account, here.amina).suspended_at = now()
    assert not comes_in(new_client(), code)
    assert "The letter works no more." in client.get(run.url) or "the key contact is not there" in client.get(
        run.url
    )


@one_engine
def test_who_opens_nobodys_record_makes_the_first_letters_alone(
    app: Flask, here: Desk, client: Client, new_client: Callable[..., Client]
) -> None:
    """Alone catches: a letter made again and again by who may not see the record it opens."""
    client.sign_in(here.ola)
    run = added(client, "Rosa,Hill,27/3/1962,\nLeon,Hill,27/3/1962,\n", here.amina)
    with app.test_request_context(), command() as work:
        leon = work.scalars(select(Person).where(Person.given_name == "Leon")).one()
        agreed.add(
            factories.permit(work.get_one(Account, here.amina), leon),
            what="Ask the doctor",
            owner=Owner("professional", here.amina, "Amina"),
        )
    first = client.get(run.url).form("Make 1 letter")
    assert first.submit().h1 == "1 letter"
    assert first.submit().status == 409
    assert "New letters are for somebody who works with these people." in client.get(run.url)
    priya = new_client()
    priya.sign_in(here.priya)
    priya.get(run.url).form("Make 2 new letters").submit()
    amina = new_client()
    amina.sign_in(here.amina)
    assert "A colleague made a new letter for Rosa" in amina.get("/inbox/")
    assert "for Leon" not in amina.get("/inbox/"), "his was the first"
    with time_machine.travel(now() + timedelta(minutes=11), tick=False):
        assert priya.get(run.url).form("Make 2 new letters").submit().status == 401


@one_engine
def test_of_who_is_not_with_the_team_any_more_nothing_is_shown(
    app: Flask, here: Desk, client: Client
) -> None:
    client.sign_in(here.amina)
    run = added(client, "Rosa,Hill,27/3/1962,\n", here.amina)
    with app.app_context(), command() as work:
        work.scalars(select(Relationship)).one().state = "ended"
        work.scalars(select(Person)).one().died_on = date(2026, 1, 1)
    page = client.get(run.url)
    assert "Somebody who is not with this team any more" in page
    for said in ("Rosa", "1962", "Died"):
        assert said not in page.html.main.get_text(), said


@one_engine
def test_what_was_put_right_stays_when_nobody_was_added(here: Desk, client: Client) -> None:
    """Alone catches: a line put right together with the big button, and lost; other lines added than were shown."""
    client.sign_in(here.ola)
    page = upload(client, (HEAD + "Rosa,Hill,27/3/1962,\nLeon,Hill,1962,\n").encode())
    assert "1 line is fine" in page
    form = page.form("list").fill(lead=str(here.amina), source="The practice")
    late = form.submit("add", **{"born-2": "1/2/1970"})
    assert late.status == 409
    assert "2 lines are fine" in client.get(page.url)
    assert late.form("list").submit("add").h1 == "2 people added"


@one_engine
def test_a_file_as_wide_as_a_page_is_long_is_refused(here: Desk, client: Client) -> None:
    """Alone catches: two million columns kept, and named on the page."""
    client.sign_in(here.ola)
    head = "First name,DOB," + ",".join(f"column {n} {'x' * 60}" for n in range(150))
    page = upload(client, (head + "\nRosa,27/3/1962\n").encode())
    assert "column 19" in page
    assert "column 20" not in page
    for wide in ("a," * 2_000_000, head + "\n" + "a," * 300):
        refused = upload(client, wide.encode())
        assert refused.status == 422
        assert "more than 200 columns" in refused


@one_engine
def test_an_address_on_the_list_is_one_address(app: Flask, here: Desk, client: Client) -> None:
    """Alone catches: an address with a second one behind a `?`, to which a copy of each letter goes."""
    client.sign_in(here.ola)
    head = "First name,Family name,Date of birth,E-mail\n"
    page = upload(client, f"{head}Rosa,Hill,27/3/1962,rosa@example.org?bcc=all@example.org\n".encode())
    assert "This does not look like an e-mail address." in page
    assert "1 line is fine" in upload(client, f"{head}Rosa,Hill,27/3/1962,rosa+a&b@example.org\n".encode())
