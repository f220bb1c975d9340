"""Who acts for somebody by law: let in by a professional, reviewed, and for a parent over at 16."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import select, update

from selfcare.accounts.models import Account, SignIn
from selfcare.database import command, now, session
from selfcare.people import bases
from selfcare.people.models import Member, Person, Relationship
from selfcare.web.access import Level
from tests.harness.client import Answer, Client
from tests.people.scenes import Home, acting, home
from tests.people.test_helpers import code_for

Browser = Callable[..., Client]
ORDER = "Order of the court, 12345678"


@pytest.fixture
def house(app: Flask) -> Home:
    return home(app)


@pytest.fixture
def amina(house: Home, client: Client) -> Client:
    client.sign_in(house.amina)
    return client


def _born(app: Flask, house: Home, years: int, days: int = 0) -> date:
    """Makes Rosa so many years old, less `days`. :returns: her birth date."""
    today = now().astimezone(ZoneInfo("Europe/London")).date()
    born = bases.birthday(today, -years) + timedelta(days=days)
    with app.test_request_context(), command() as work:
        work.execute(update(Person).where(Person.id == house.person).values(born=born))
    return born


def _fill(amina: Client, house: Home, basis: str) -> Answer:
    form = amina.get(f"/people/{house.person}/details/").click("Let in somebody who acts for Rosa by law")
    seen = {"seen": ORDER, "seen_on-day": "3", "seen_on-month": "3", "seen_on-year": "2024"}
    return form.form("acting").submit("Make a code for them", name="Samira", basis=basis, **seen)


def _code(made: Answer) -> str:
    assert made.h1 == "Show this to Samira", made.all(".error-summary li")
    found = made.html.select_one(".qr__code")
    assert found is not None
    return str(found.get_text())


def _comes_in(browser: Client, code: str, born: date) -> int:
    day = {"born-day": born.day, "born-month": born.month, "born-year": born.year}
    sent = {key: str(value) for key, value in day.items()}
    return browser.get("/invitation").form("invitation").submit(follow=False, code=code, **sent).status


def _kept(app: Flask, house: Home) -> Relationship:
    with acting(app, house.rosa, house.person):
        row = session().scalars(
            select(Relationship).join(Account, Account.id == Relationship.account_id).where(Account.name == "Samira")
        ).one()  # fmt: skip
        session().expunge(row)
        return row


def test_a_deputy_does_what_the_person_could_but_for_only_me(
    app: Flask, house: Home, amina: Client, new_client: Browser
) -> None:
    """On what it rests is not kept, rights fall short, *only me* is shown, or the person is not told."""
    samira, rosa = new_client(), new_client()
    rosa.sign_in(house.rosa)
    note = rosa.get(f"/people/{house.person}/diary/note").forms()[0]
    note.submit(note="Nobody but me", only_me="y")
    assert _comes_in(samira, _code(_fill(amina, house, "deputy")), date(1962, 3, 27)) == 303
    row = _kept(app, house)
    assert (row.kind, row.basis, row.basis_seen, row.basis_on) == ("carer", "deputy", ORDER, date(2024, 3, 3))
    assert row.until is None
    with acting(app, row.account_id, house.person) as permit:
        assert set(permit.rights.values()) == {Level.MANAGE}
    assert "Nobody but me" not in samira.get(f"/people/{house.person}/diary/")
    assert samira.get(f"/people/{house.person}/who-looked/").status == 404
    page = rosa.get(f"/people/{house.person}/sharing/")
    assert "Acts for you by law. Deputy, named by a court." in page
    assert "Change what Samira can see" not in page
    assert rosa.get(f"/people/{house.person}/access/{row.id}/").status == 404
    assert page.click("End for Samira").h1 == "End the access of Samira?"
    told = amina.get(f"/people/{house.person}/details/")
    assert "Deputy, named by a court" in told
    assert ORDER in told


def test_it_is_looked_at_again_every_year(
    app: Flask, house: Home, amina: Client, new_client: Browser
) -> None:
    """Access by law that nobody ever asks about again; or that the person's own button puts off."""
    samira = new_client()
    assert _comes_in(samira, _code(_fill(amina, house, "attorney")), date(1962, 3, 27)) == 303
    assert "Look at this again" not in amina.get(f"/people/{house.person}/details/")
    row = _kept(app, house)
    with app.test_request_context(), command() as work:
        work.execute(update(Relationship).where(Relationship.id == row.id).values(review_on=date(2026, 1, 1)))
    due = amina.get(f"/people/{house.person}/details/")
    assert "Look at this again" in due
    rosa = new_client()
    rosa.sign_in(house.rosa)
    for part in ("keep", "renew"):
        rosa.get(f"/people/{house.person}/access/{row.id}/{part}")
        rosa.post(f"/people/{house.person}/access/{row.id}/{part}")
    assert _kept(app, house).review_on == date(2026, 1, 1)
    assert "Look at this again" not in due.form("It is still right for Samira").submit()
    again = _kept(app, house).review_on
    assert again is not None
    assert again > date(2026, 1, 1)


def test_a_parents_ends_at_sixteen_and_is_looked_at_at_thirteen(
    app: Flask, house: Home, amina: Client, new_client: Browser
) -> None:
    """A parent reads on after the 16th birthday, or the corrected one; nobody looks at it when the child is 13."""
    born = _born(app, house, 12)
    samira = new_client()
    assert _comes_in(samira, _code(_fill(amina, house, "parent")), born) == 303
    row = _kept(app, house)
    assert row.review_on == bases.birthday(born, 13)
    assert row.until is not None
    midnight = datetime.combine(bases.birthday(born, 16), datetime.min.time(), ZoneInfo("Europe/London"))
    assert row.until == midnight
    rosa = new_client()
    rosa.sign_in(house.rosa)
    with app.test_request_context(), command() as work:
        work.execute(
            update(Relationship).where(Relationship.id == row.id).values(until=now() + timedelta(days=9))
        )
    page = rosa.get(f"/people/{house.person}/sharing/")
    assert "Samira’s access ends on" in page
    assert "1 more year" not in page
    right = bases.birthday(born, -2)
    form = amina.get(f"/people/{house.person}/details/correct").form("correct")
    day = {"born-day": right.day, "born-month": right.month, "born-year": right.year}
    form.submit(reason="Typed wrongly", **{key: str(value) for key, value in day.items()})
    assert _kept(app, house).until == datetime.combine(
        bases.birthday(right, 16), datetime.min.time(), ZoneInfo("Europe/London")
    )


def test_nobody_is_a_parent_of_somebody_who_is_sixteen(app: Flask, house: Home, amina: Client) -> None:
    _born(app, house, 16, days=1)
    assert _fill(amina, house, "parent").status == 200
    _born(app, house, 16)
    refused = _fill(amina, house, "parent")
    assert refused.status == 422
    assert "Rosa is 16 or older. Nobody acts as a parent then." in refused
    assert refused.form("acting").value("seen") == ORDER, "what was typed stays"


@pytest.mark.parametrize(
    ("born", "today", "then"),
    [
        (date(2012, 2, 29), date(2024, 2, 1), date(2025, 1, 31)),
        (date(2012, 2, 29), date(2024, 9, 1), date(2025, 3, 1)),
        (date(2012, 6, 1), date(2025, 6, 1), date(2026, 6, 1)),
    ],
)
def test_a_parents_is_looked_at_on_the_day(born: date, today: date, then: date) -> None:
    assert bases.next_review(bases.PARENT, born, today) == then


def test_the_code_rests_on_the_team_and_is_no_teams_code(
    app: Flask, house: Home, amina: Client, new_client: Browser
) -> None:
    """A code outlives who made it, or lets another team in; an ordinary code takes from who acts by law."""
    code = _code(_fill(amina, house, "deputy"))
    joined = amina.get("/caseload/code").form("join")
    born = {"born-day": "27", "born-month": "3", "born-year": "1962"}
    assert joined.submit(code=code, **born).status == 422
    with app.test_request_context(), command() as work:
        work.execute(update(Member).where(Member.account_id == house.amina).values(ended_at=now()))
    samira = new_client()
    assert _comes_in(samira, code, date(1962, 3, 27)) == 422
    with app.test_request_context(), command() as work:
        work.execute(update(Member).where(Member.account_id == house.amina).values(ended_at=None))
    assert _comes_in(samira, code, date(1962, 3, 27)) == 303
    rosa = new_client()
    rosa.sign_in(house.rosa)
    assert _comes_in(samira, code_for(rosa, house, diary="1"), date(1962, 3, 27)) == 303
    row = _kept(app, house)
    assert row.basis == "deputy"
    with acting(app, row.account_id, house.person) as permit:
        assert set(permit.rights.values()) == {Level.MANAGE}


def test_only_a_professional_who_just_signed_in_lets_them_in(
    app: Flask, house: Home, amina: Client, new_client: Browser
) -> None:
    for who in (house.rosa, house.leon, house.stranger):
        other = new_client()
        other.sign_in(who)
        assert other.get(f"/people/{house.person}/acting/").status == 404
    with app.test_request_context(), command() as work:
        work.execute(update(SignIn).values(proved_at=now() - timedelta(minutes=11)))
    assert amina.get(f"/people/{house.person}/acting/", follow=False).status == 303
