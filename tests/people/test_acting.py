"""Who acts for somebody by law: let in by a professional, reviewed, and for a parent over at 16."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from selfcare.accounts.models import Account, SignIn
from selfcare.database import command, now, session
from selfcare.notifications.models import Notice
from selfcare.people import bases
from selfcare.people.acting import RIGHTS
from selfcare.people.models import Member, Person, Relationship, Team
from selfcare.web.access import Area
from tests import factories
from tests.harness.client import Answer, Client
from tests.people.scenes import Home, acting, home
from tests.people.test_helpers import code_for

Browser = Callable[..., Client]
ORDER = "Order of the court, 12345678"
BORN = date(1962, 3, 27)  # Rosa


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


@pytest.fixture
def priya(app: Flask, house: Home, new_client: Browser) -> Client:
    """A second one of the team."""
    with app.test_request_context(), command() as work:
        team = work.scalars(select(Team)).first()
        second = factories.nurse("Priya", team)[0].id
    made: Client = new_client()
    made.sign_in(second)
    return made


def _lets(second: Client, house: Home) -> Answer:
    asked = second.get(f"/people/{house.person}/details/").click("Let Samira act")
    return asked.form("confirm").submit("Yes, let them act")


def _comes_in(browser: Client, code: str, born: date) -> int:
    day = {"born-day": born.day, "born-month": born.month, "born-year": born.year}
    sent = {key: str(value) for key, value in day.items()}
    return browser.get("/invitation").form("invitation").submit(follow=False, code=code, **sent).status


def _told(app: Flask, account_id: UUID) -> int:
    with app.app_context():
        count = select(func.count()).select_from(Notice).where(Notice.account_id == account_id)
        return session().scalar(count) or 0


def _midnight(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time(), ZoneInfo("Europe/London"))


def _kept(app: Flask, house: Home) -> Relationship:
    with acting(app, house.rosa, house.person):
        row = session().scalars(
            select(Relationship).join(Account, Account.id == Relationship.account_id).where(Account.name == "Samira")
        ).one()  # fmt: skip
        session().expunge(row)
        return row


def test_a_deputy_is_let_in_by_two_and_sees_all_but_only_me(
    app: Flask, house: Home, amina: Client, priya: Client, new_client: Browser
) -> None:
    """One alone lets in whom they like; the basis is not kept; *only me* is shown; the person is not told."""
    samira, rosa = new_client(), new_client()
    rosa.sign_in(house.rosa)
    note = rosa.get(f"/people/{house.person}/diary/note").forms()[0]
    note.submit(note="Nobody but me", only_me="y")
    assert _comes_in(samira, _code(_fill(amina, house, "deputy")), BORN) == 303
    assert "A second person of the team has still to let you act." in samira.get("/")
    assert samira.get(f"/people/{house.person}/diary/").status == 404
    row = _kept(app, house)
    confirm = f"/people/{house.person}/acting/{row.id}/confirm"
    assert amina.get(confirm).status == 404
    before = _told(app, house.rosa)
    _lets(priya, house)
    assert _told(app, house.rosa) == before + 1
    assert priya.get(confirm).status == 404
    row = _kept(app, house)
    assert (row.kind, row.basis, row.basis_seen, row.basis_on) == ("carer", "deputy", ORDER, date(2024, 3, 3))
    assert (row.state, row.until) == ("active", None)
    with acting(app, row.account_id, house.person) as permit:
        assert permit.rights == RIGHTS
        assert not permit.may(Area.PEOPLE)
    seen = samira.get(f"/people/{house.person}/diary/")
    assert seen.status == 200
    assert "Nobody but me" not in seen
    page = rosa.get(f"/people/{house.person}/sharing/")
    assert "Acts for you by law. Deputy, named by a court." in page
    assert "Change what Samira can see" not in page
    assert rosa.get(f"/people/{house.person}/access/{row.id}/").status == 404
    assert page.click("End for Samira").h1 == "End the access of Samira?"
    told = amina.get(f"/people/{house.person}/details/")
    assert "Deputy, named by a court" in told
    assert ORDER in told
    amina.get(f"/people/{house.person}/summary/")
    looked = samira.get(f"/people/{house.person}/").click("More").click("Who looked")
    assert "Rosa can see this list, and who acts for them by law." in looked
    assert "Summaries" in looked
    assert "Your" not in " ".join(looked.all("main li")), "none of its sentences speaks to the person"
    assert "Nobody but me" not in looked
    assert "Added" not in looked, "who looked, and not what was done"
    assert samira.get(f"/people/{house.person}/who-looked/list.csv").status == 404
    assert "You can see this list, and who acts for you by law." in rosa.get(
        f"/people/{house.person}/who-looked/"
    )
    leon = new_client()
    leon.sign_in(house.leon)
    assert leon.get(f"/people/{house.person}/who-looked/").status == 404, "who only helps does not"


def test_who_helps_already_is_let_act_in_place_of_that(
    app: Flask, house: Home, amina: Client, priya: Client, new_client: Browser
) -> None:
    """Two grants of one account, of which the smaller one counts; or the larger before a second one looked."""
    leon = new_client()
    leon.sign_in(house.leon)
    with app.test_request_context(), command() as work:
        work.get_one(Account, house.leon).name = "Samira"
    code = _code(_fill(amina, house, "attorney"))
    assert _comes_in(leon, code, BORN) == 303
    assert leon.get(f"/people/{house.person}/results/").status == 404
    _lets(priya, house)
    with acting(app, house.leon, house.person) as permit:
        assert permit.rights == RIGHTS
        assert session().get_one(Relationship, house.leons).state == "ended"


def test_it_is_looked_at_again_every_year_and_ended_by_the_team(
    app: Flask, house: Home, amina: Client, priya: Client, new_client: Browser
) -> None:
    """Access by law that nobody asks about, that the person's own button puts off, or that nobody can end."""
    samira = new_client()
    assert _comes_in(samira, _code(_fill(amina, house, "attorney")), BORN) == 303
    _lets(priya, house)
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
    done = due.form("It is still right for Samira").submit()
    assert "Look at this again" not in done
    again = _kept(app, house).review_on
    assert again is not None
    assert again > date(2026, 1, 1)
    asked = done.click("End the access of Samira").form("end")
    assert asked.submit("End it now", reason=" ").status == 422
    assert "Ended on" in asked.submit("End it now", reason="The order was withdrawn")
    assert samira.get(f"/people/{house.person}/diary/").status == 404


def test_a_parents_ends_at_sixteen_and_is_looked_at_at_thirteen(
    app: Flask, house: Home, amina: Client, priya: Client, new_client: Browser
) -> None:
    """A parent reads on after the 16th birthday, or the corrected one; nobody looks at it when the child is 13."""
    born = _born(app, house, 12)
    samira = new_client()
    assert _comes_in(samira, _code(_fill(amina, house, "parent")), born) == 303
    _lets(priya, house)
    row = _kept(app, house)
    assert row.review_on == bases.birthday(born, 13)
    assert row.until == _midnight(bases.birthday(born, 16))
    rosa = new_client()
    rosa.sign_in(house.rosa)
    with app.test_request_context(), command() as work:
        soon = {"until": now() + timedelta(days=9), "review_on": date(2026, 1, 1)}
        work.execute(update(Relationship).where(Relationship.id == row.id).values(soon))
    page = rosa.get(f"/people/{house.person}/sharing/")
    assert "Samira’s access ends on" in page
    assert "1 more year" not in page
    right = bases.birthday(born, -2)
    form = amina.get(f"/people/{house.person}/details/correct").form("correct")
    day = {"born-day": right.day, "born-month": right.month, "born-year": right.year}
    form.submit(reason="Typed wrongly", **{key: str(value) for key, value in day.items()})
    row = _kept(app, house)
    assert row.until == _midnight(bases.birthday(right, 16))
    assert row.review_on == date(2026, 1, 1), "due all the same"


def test_a_parent_of_somebody_who_is_sixteen_by_now_is_not_let_act(
    app: Flask, house: Home, amina: Client, priya: Client, new_client: Browser
) -> None:
    born = _born(app, house, 15)
    assert _comes_in(new_client(), _code(_fill(amina, house, "parent")), born) == 303
    _born(app, house, 16)
    refused = _lets(priya, house)
    assert refused.status == 409
    assert "Rosa is 16 or older. Nobody acts as a parent then." in refused
    ended = refused.click("This is not right").form("end").submit("End it now", reason="Too old")
    assert "Ended on" in ended
    assert _kept(app, house).state == "declined"


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
    app: Flask, house: Home, amina: Client, priya: Client, new_client: Browser
) -> None:
    """A code outlives who made it, another one, or its end; it lets a team in; an ordinary code takes from who acts."""
    older, code = (_code(_fill(amina, house, "deputy")) for _ in range(2))
    joined = amina.get("/caseload/code").form("join")
    born = {"born-day": "27", "born-month": "3", "born-year": "1962"}
    assert joined.submit(code=code, **born).status == 422
    with app.test_request_context(), command() as work:
        work.execute(update(Member).where(Member.account_id == house.amina).values(ended_at=now()))
    samira = new_client()
    assert _comes_in(samira, code, BORN) == 422
    with app.test_request_context(), command() as work:
        work.execute(update(Member).where(Member.account_id == house.amina).values(ended_at=None))
    assert _comes_in(samira, older, BORN) == 422
    assert _comes_in(samira, code, BORN) == 303
    _lets(priya, house)
    rosa = new_client()
    rosa.sign_in(house.rosa)
    assert _comes_in(samira, code_for(rosa, house, diary="1"), BORN) == 303
    row = _kept(app, house)
    with acting(app, row.account_id, house.person) as permit:
        assert permit.rights == RIGHTS
    third = _code(_fill(amina, house, "deputy"))
    page = amina.get(f"/people/{house.person}/details/")
    assert "Samira has a code since" in page
    page.form("Take the code back for Samira").submit()
    assert _comes_in(new_client(), third, BORN) == 422


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
