"""Suggested people: they stand on the team's page, are in nobody's record before they are invited, and go in time."""

from datetime import timedelta

import time_machine
from flask import Flask
from sqlalchemy import select

from selfcare.audit.models import Trail
from selfcare.database import command, now, session
from selfcare.people.models import Member, Person, Relationship
from selfcare.team.models import PrintRunPerson, SuggestedPerson
from selfcare.upkeep.tidying import tidy
from tests import factories
from tests.harness.client import Client
from tests.team.scenes import Desk, upload
from tests.team.test_many import count, one_engine

HEAD = "First name,Family name,Date of birth,NHS number,Reason\n"
TYPED = "has  moved\u3000away"
ROSA = {"given": "Rosa", "family": "Hill", "born-day": "3", "born-month": "2", "born-year": "1958"}


def _suggest(client: Client, **typed: str):  # type: ignore[no-untyped-def]
    form = client.get("/team/suggested/add").form("suggest")
    return form.submit(**{"reason": "new at the clinic", "source": "Riverside practice", **typed})


def test_from_a_suggestion_to_a_letter(app: Flask, here: Desk, client: Client) -> None:
    """Alone catches: a record before the invitation, one number taken twice, a person invited who was not ticked, a
    letter without its source, and a reason that the person never gets to read.
    """
    client.sign_in(here.priya)
    assert _suggest(client, **ROSA, nhs="999 000 0018", reason=" ").status == 422
    page = _suggest(client, **ROSA, nhs="999 000 0018")
    assert page.h1 == "Suggested people"
    assert "new at the clinic" in page
    assert "Typed. From: Riverside practice" in page
    again = _suggest(client, **ROSA | {"family": "Marsh"}, nhs="9990000018")
    assert again.status == 422
    assert "Somebody who is suggested has this number, with another name or birth date." in again
    assert "Suggested already by Priya" in _suggest(client, **ROSA)
    data = (
        HEAD
        + "Dev,Rana,8/8/1949,9990000026,heart list\nLena,Novak,9/9/1970,,\nRosa,Hill,3/2/1958,9990000018,\n"
    )
    listed = upload(client, data.encode())
    form = listed.form("list")
    assert "They can read it once they are in." in form.submit("suggest", source="Hill practice")
    form.submit("suggest", source="Hill practice", reason="over 70")
    with app.app_context():
        rows = {row.given_name: row for row in session().scalars(select(SuggestedPerson))}
        assert {name: (row.reason, row.from_list, row.by) for name, row in rows.items()} == {
            "Rosa": ("new at the clinic", False, here.priya),
            "Dev": ("heart list", True, here.priya),
            "Lena": ("over 70", True, here.priya),
        }, "who waits already is not put there twice"
        ids = {name: str(row.id) for name, row in rows.items()}
    assert count(app, Person) == 0
    client.sign_in(here.ola)
    page = client.get("/team/suggested/")
    assert "Tick who is invited." in page.form("invite").submit()
    stale = client.get("/team/suggested/").form("invite")
    letters = page.form("invite").submit(who=[ids["Dev"]], lead=str(here.amina))
    assert letters.h1 == "1 person added"
    assert "Hill practice" in letters
    assert "Hill practice" in letters.form("Make 1 letter").submit()
    with app.app_context():
        (person,) = session().scalars(select(Person))
        assert (person.full_name, person.nhs_number) == ("Dev Rana", "9990000026")
        assert session().scalars(select(PrintRunPerson.person_id)).all() == [person.id]
        assert session().scalars(select(Relationship.account_id)).all() == [here.amina]
        invited = session().scalars(select(SuggestedPerson).where(SuggestedPerson.state == "invited")).one()
        assert (invited.person_id, invited.decided_by) == (person.id, here.ola)
    page = client.get("/team/suggested/")
    assert "Dev Rana" not in page
    assert stale.submit(who=[ids["Dev"]], lead=str(here.amina)).status == 409
    assert count(app, Person) == 1, "twice is once"
    declined = client.get(f"/team/suggested/{ids['Lena']}/decline").form("Decline").submit(why_not=TYPED)
    assert "has moved away" in declined
    with app.app_context():
        assert TYPED in session().scalars(select(SuggestedPerson.why_not)).all(), "kept as it was typed"
    assert client.get(f"/team/suggested/{ids['Lena']}/decline").status == 404


@one_engine
def test_who_is_here_already_and_who_opens_it(app: Flask, here: Desk, client: Client) -> None:
    """Alone catches: somebody of the team's people invited again, a list that another team, or who left, can read."""
    client.sign_in(here.amina)
    _suggest(client, **ROSA)
    with app.test_request_context(), command():
        row = session().scalars(select(SuggestedPerson)).one()
        suggested_id, born = row.id, row.born
        factories.people.add_person(
            given_name="Rosa", family_name="Hill", born=born, team_id=here.team, lead=here.amina
        )
    page = client.get("/team/suggested/")
    assert "Already here since" in page
    sent = {"who": [str(suggested_id)], "lead": str(here.amina)}
    assert page.form("invite").submit(**sent).status == 409
    assert _suggest(client, **ROSA).status == 422
    client.sign_in(here.other)
    assert "Rosa" not in client.get("/team/suggested/")
    assert client.get(f"/team/suggested/?team={here.team}").status == 404
    assert client.get(f"/team/suggested/{suggested_id}/decline").status == 404
    with app.test_request_context(), command():
        session().get_one(Member, (here.team, here.priya)).ended_at = now()
    client.sign_in(here.priya)
    assert client.get("/team/suggested/").status == 404


@one_engine
def test_who_is_added_alone_waits_no_more(app: Flask, here: Desk, client: Client) -> None:
    """Alone catches: somebody who was added by hand, and waits on the list beside it, to be added once more;
    also where one of the two was written without an accent."""
    client.sign_in(here.amina)
    _suggest(client, **ROSA, nhs="999 000 0018")
    _suggest(client, **ROSA | {"given": "Léna"})
    form = client.get("/caseload/add").form("add")
    born = {name: ROSA[name] for name in ("born-day", "born-month", "born-year")}
    assert form.submit(given_name="Rosa", family_name="Hill", nhs_number="9990000018", **born).status == 200
    page = client.get("/team/suggested/")
    assert "Rosa Hill" not in page
    assert "Léna Hill" in page
    with app.app_context():
        row = session().scalars(select(SuggestedPerson).where(SuggestedPerson.state == "invited")).one()
        person = session().scalars(select(Person)).one()
        assert (row.given_name, row.person_id, row.decided_by, row.decided_name) == (
            "Rosa",
            person.id,
            here.amina,
            "Amina",
        )
        noted = session().scalars(select(Trail.verb).where(Trail.item_id == row.id)).all()
        assert noted == ["suggested", "invited"]
    client.get("/caseload/add").form("add").submit(given_name="Lena", family_name="Hill", **born)
    assert "Léna Hill" not in client.get("/team/suggested/")


@one_engine
def test_they_go_in_time(app: Flask, here: Desk, client: Client) -> None:
    """Alone catches: names of people who never came, kept for ever."""
    client.sign_in(here.amina)
    _suggest(client, **ROSA)
    _suggest(client, **ROSA | {"given": "Lena", "family": "Novak"})
    with app.app_context():
        lena = session().scalars(select(SuggestedPerson.id).where(SuggestedPerson.given_name == "Lena")).one()
    client.get(f"/team/suggested/{lena}/decline").form("Decline").submit(why_not="no")
    for days, left in ((90, 2), (95, 1), (182, 1), (185, 0)):
        with time_machine.travel(now() + timedelta(days=days), tick=False), app.app_context():
            tidy(now(), lambda: False)
            assert count(app, SuggestedPerson) == left


def test_who_was_declined_is_said_before_they_are_suggested_again(
    app: Flask, here: Desk, client: Client
) -> None:
    """Alone catches: somebody suggested again by mistake, the reason of a second press that is lost, a suggestion of
    somebody else closed beside the one that was chosen, a reason in a cell without end.
    """
    client.sign_in(here.priya)
    _suggest(client, **ROSA, nhs="999 000 0018")
    with app.app_context():
        (rosa,) = session().scalars(select(SuggestedPerson.id))
    decline, other = (client.get(f"/team/suggested/{rosa}/decline").form("Decline") for _ in range(2))
    decline.submit(why_not="has moved away")
    again = other.submit(why_not="did not want it")
    assert again.status == 200
    assert "has moved away; Priya: did not want it" in again
    assert "born 3 February 1958" in again
    known = _suggest(client, **ROSA)
    assert known.status == 422
    assert "Declined by Priya on" in known
    assert "has moved away" in known
    listed = upload(client, (HEAD + f"Rosa,Hill,3/2/1958,,\nLena,Novak,9/9/1970,,{'x' * 301}\n").encode())
    assert "Declined by Priya on" in listed
    assert "This is too long." in listed
    client.get("/team/suggested/add").form("suggest").submit()
    assert known.form("suggest").submit("Suggest them all the same").h1 == "Suggested people"
    with app.test_request_context(), command() as work:
        waits = session().scalars(select(SuggestedPerson).where(SuggestedPerson.state == "waiting")).one()
        facts = {name: getattr(waits, name) for name in ("team_id", "given_name", "family_name", "born", "reason",
                 "source", "from_list", "by", "by_name", "at", "state")}  # fmt: skip
        chosen = waits.id
        other = SuggestedPerson(**facts, nhs_number=None, further={})
        work.add(other)
        work.flush()
        other_id = other.id
    page = client.get("/team/suggested/").form("invite")
    page.submit(who=[str(chosen)], lead=str(here.amina))
    with app.app_context():
        assert session().get_one(SuggestedPerson, chosen).state == "invited"
        assert session().get_one(SuggestedPerson, other_id).state == "waiting", "nobody chose that one"
