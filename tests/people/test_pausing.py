"""Access that stands still, by the person's hand or the team's, and access that nobody uses."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from selfcare.accounts.models import Account, SignIn
from selfcare.audit.models import Trail
from selfcare.database import command, now, session
from selfcare.notifications.models import Notice
from selfcare.outbox.models import Outbox
from selfcare.people import actions as people
from selfcare.people import unused
from selfcare.people.models import Change, Member, Relationship
from tests import factories
from tests.harness.client import Client
from tests.people.scenes import Home, acting, home
from tests.people.test_helpers import accept, code_for

Browser = Callable[..., Client]


@pytest.fixture
def house(app: Flask) -> Home:
    return home(app)


@pytest.fixture
def rosa(house: Home, client: Client) -> Client:
    client.sign_in(house.rosa)
    return client


@pytest.fixture
def leon(house: Home, new_client: Browser) -> Client:
    made: Client = new_client()
    made.sign_in(house.leon)
    return made


@pytest.fixture
def amina(app: Flask, house: Home, new_client: Browser) -> Client:
    """The key contact, with the safeguarding right."""
    _safeguards(app, house, house.amina)
    made: Client = new_client()
    made.sign_in(house.amina)
    return made


def _safeguards(app: Flask, house: Home, account: UUID) -> None:
    with app.test_request_context(), command() as work:
        work.execute(update(Member).where(Member.account_id == account).values(safeguards=True))


def _state(app: Flask, house: Home) -> tuple[str, str]:
    with acting(app, house.rosa, house.person):
        row = session().get_one(Relationship, house.leons)
        return row.state, row.held_by


def _told(app: Flask) -> tuple[int, int]:
    with app.app_context():
        counts = (session().scalar(select(func.count()).select_from(table)) for table in (Notice, Outbox))
        notices, messages = (count or 0 for count in counts)
        return notices, messages


def _pause(rosa: Client, house: Home) -> Client:
    page = rosa.get(f"/people/{house.person}/sharing/").click("Change what Leon can see")
    page = page.click("Pause the access of Leon")
    assert "It stops at once" in page
    assert "Leon, paused" in page.form("pause").submit("Pause it now")
    return rosa


def _hold(amina: Client, house: Home, reason: str = "Bruises, and he answers for her") -> None:
    page = amina.get(f"/people/{house.person}/details/").click("Who helps Rosa")
    done = page.click("Put on hold for Leon").form("hold").submit("Put on hold", reason=reason)
    assert "On hold. Sees nothing and can do nothing here." in done


def test_paused_it_stops_at_once_and_goes_on_as_it_was(
    app: Flask, house: Home, rosa: Client, leon: Client
) -> None:
    """A pause that leaves an open page, a queued entry or a code working, or loses what was given."""
    note = f"/people/{house.person}/diary/note"
    open_page = leon.get(note)
    code = code_for(rosa, house, diary="1")
    _pause(rosa, house)
    assert open_page.forms()[0].submit(note="Still here?").status == 404
    assert leon.get(note).status == 404
    assert leon.get("/").h1 != "Today", "nobody to help any more"
    assert accept(leon, code) == 422, "a code of before may be in the same hands"
    assert "Leon can see" not in rosa.get(f"/people/{house.person}/diary/note")
    asked = rosa.get(f"/people/{house.person}/sharing/").click("Let the access of Leon go on")
    assert "Leon can then see and do again what they could before." in asked
    done = asked.form("pause").submit("Let it go on")
    assert "Leon, helps you" in done
    assert "Leon, paused" not in done
    assert leon.get(note).status == 200
    assert _state(app, house) == ("active", "")


def test_to_let_it_go_on_asks_who_it_is(app: Flask, house: Home, rosa: Client) -> None:
    """Somebody with the unlocked phone undoes a pause."""
    _pause(rosa, house)
    page = rosa.get(f"/people/{house.person}/access/{house.leons}/pause")
    with acting(app, house.rosa, house.person) as permit:
        session().execute(update(SignIn).values(proved_at=now() - timedelta(minutes=11)))
        assert permit.is_self
    assert page.form("pause").submit("Let it go on", follow=False).status == 401
    assert _state(app, house) == ("suspended", "person")


def test_pressed_twice_or_late_it_is_what_the_page_said(app: Flask, house: Home, rosa: Client) -> None:
    """A button that turns over: an older page lets go on what it said it would pause."""
    page = rosa.get(f"/people/{house.person}/access/{house.leons}/pause")
    _pause(rosa, house)
    page.form("pause").submit("Pause it now")
    assert _state(app, house) == ("suspended", "person")


def test_paused_it_can_be_ended_and_a_new_code_asks_back(
    app: Flask, house: Home, rosa: Client, leon: Client
) -> None:
    """One who is paused cannot be ended, or comes back with two relationships."""
    _pause(rosa, house)
    code = code_for(rosa, house, diary="1")
    assert accept(leon, code) == 303
    assert _state(app, house) == ("active", "")
    _pause(rosa, house)
    rosa.get(f"/people/{house.person}/sharing/").click("End for Leon").form("end").submit("End it now")
    assert _state(app, house)[0] == "ended"
    assert rosa.get(f"/people/{house.person}/access/{house.leons}/pause").status == 404


def test_the_team_holds_it_and_the_person_cannot_let_go(
    app: Flask, house: Home, rosa: Client, leon: Client, amina: Client
) -> None:
    """Somebody under pressure is made to undo it; the reason is read by whom it is about; a message gives it away."""
    reason = "Bruises, and he answers for her"
    before = _told(app)
    _hold(amina, house, reason)
    assert _told(app) == before
    assert leon.get(f"/people/{house.person}/diary/").status == 404
    page = rosa.get(f"/people/{house.person}/sharing/")
    assert "The team put this on hold. Ask them about it." in page
    assert "Let the access of Leon go on" not in page
    assert rosa.get(f"/people/{house.person}/access/{house.leons}/pause").status == 404
    on = {"to": "on"}
    rosa.post(f"/people/{house.person}/access/{house.leons}/pause", on)
    assert _state(app, house) == ("suspended", "team")
    assert "Put somebody’s access on hold" in rosa.get(f"/people/{house.person}/who-looked/")
    for path in ("sharing/", "who-looked/", "who-looked/list.csv"):
        assert reason not in rosa.get(f"/people/{house.person}/{path}").text


def test_held_no_code_lets_them_in_also_after_the_end(
    app: Flask, house: Home, rosa: Client, leon: Client, amina: Client
) -> None:
    """The hold is got round by ending it and inviting anew."""
    _hold(amina, house)
    rosa.get(f"/people/{house.person}/sharing/").click("End for Leon").form("end").submit("End it now")
    code = code_for(rosa, house, name="Leon", diary="1")
    assert accept(leon, code) == 422
    page = amina.get(f"/people/{house.person}/helpers/")
    assert "Ended. The hold keeps them from being let in again." in page
    page.click("Take the hold off for Leon").form("hold").submit("Take the hold off", reason="All clear")
    assert accept(leon, code) == 303
    with acting(app, house.rosa, house.person):
        every = session().scalars(select(Change.reason).where(Change.relationship_id == house.leons)).all()
    assert {"Bruises, and he answers for her", "All clear"} <= set(every)


def test_a_hold_over_a_pause_is_the_teams(app: Flask, house: Home, rosa: Client, amina: Client) -> None:
    """Paused by the person first, it would be theirs to let go on; and lifted, the person's own pause is gone."""
    _pause(rosa, house)
    _hold(amina, house)
    assert _state(app, house) == ("suspended", "person team")
    assert "Let the access of Leon go on" not in rosa.get(f"/people/{house.person}/sharing/")
    page = amina.get(f"/people/{house.person}/helpers/").click("Take the hold off for Leon")
    empty = page.form("hold").submit("Take the hold off", reason=" ")
    assert empty.status == 422
    assert "Say why first." in empty
    assert "Rosa had paused it, and it stays paused." in page
    assert "Bruises, and he answers for her" in page, "who takes it off reads why"
    page.form("hold").submit("Take the hold off", reason="All clear")
    assert _state(app, house) == ("suspended", "person")
    assert "Let the access of Leon go on" in rosa.get(f"/people/{house.person}/sharing/")


def test_a_hold_whose_day_comes_is_lifted_all_the_same(
    app: Flask, house: Home, rosa: Client, leon: Client, amina: Client
) -> None:
    """Held past its end, nobody could ever take the hold off, and no code let them in again."""
    _hold(amina, house)
    with acting(app, house.rosa, house.person):
        session().get_one(Relationship, house.leons).until = now() - timedelta(days=1)
    page = amina.get(f"/people/{house.person}/helpers/").click("Take the hold off for Leon")
    page.form("hold").submit("Take the hold off", reason="All clear")
    assert _state(app, house) == ("ended", "")
    assert accept(leon, code_for(rosa, house, diary="1")) == 303


def test_where_no_team_is_left_a_command_takes_the_hold_off(
    app: Flask, house: Home, rosa: Client, amina: Client
) -> None:
    _hold(amina, house)
    rosa.get(f"/people/{house.person}/sharing/").click("End for Amina").form("end").submit("End it now")
    run = app.test_cli_runner().invoke
    listed = run(args=["people", "holds"]).output.split()
    assert listed == [str(house.leons), "suspended"]
    done = run(args=["people", "lift-hold", listed[0], "--reason", "No team any more"])
    assert done.exit_code == 0, done.output
    assert _state(app, house) == ("active", "")


def test_only_who_has_the_right_holds(app: Flask, house: Home, new_client: Browser) -> None:
    """Any colleague, one who left, or one of another team puts a carer out."""
    addresses = [f"/people/{house.person}/{part}" for part in ("helpers/", f"access/{house.leons}/hold")]
    amina = new_client()
    amina.sign_in(house.amina)
    details = f"/people/{house.person}/details/"
    assert [amina.get(each).status for each in addresses] == [404, 404]
    assert "Who helps Rosa" not in amina.get(details)
    _safeguards(app, house, house.amina)
    assert [amina.get(each).status for each in addresses] == [200, 200]
    assert "Who helps Rosa" in amina.get(details)
    with app.test_request_context(), command():
        elsewhere, _ = factories.nurse("Owen", people.make_team("Hillside team"))
        owen = elsewhere.id
    _safeguards(app, house, owen)
    other = new_client()
    other.sign_in(owen)
    assert [other.get(each).status for each in addresses] == [404, 404]


def test_the_right_is_given_and_taken_by_command(app: Flask, house: Home, new_client: Browser) -> None:
    with acting(app, house.amina, house.person) as permit:
        session().get_one(Account, permit.account_id).email = "amina@example.net"
    run = app.test_cli_runner().invoke
    words = ["people", "safeguarding", "--email", "amina@example.net", "--team", "Riverside community team"]
    amina = new_client()
    amina.sign_in(house.amina)
    for off, status in (([], 200), (["--off"], 404)):
        done = run(args=[*words, *off])
        assert done.exit_code == 0, done.output
        assert amina.get(f"/people/{house.person}/helpers/").status == status
    refused = run(args=["people", "safeguarding", "--email", "amina@example.net", "--team", "No such team"])
    assert "There is no team" in refused.output


def _long_ago(app: Flask, house: Home, days: int) -> None:
    with acting(app, house.rosa, house.person):
        session().get_one(Relationship, house.leons).since = now() - timedelta(days=days)
        session().execute(update(Trail).values(at=now() - timedelta(days=days)))


def test_a_year_unused_it_is_asked_about_and_kept(
    app: Flask, house: Home, rosa: Client, leon: Client
) -> None:
    """Access that nobody needs stands for ever, or is asked about though it was used, or on every visit."""
    ask = "Does Leon still need to see this?"
    page = f"/people/{house.person}/sharing/"
    _long_ago(app, house, 364)
    assert ask not in rosa.get(page)
    _long_ago(app, house, 366)
    asked = rosa.get(page)
    assert ask in asked
    assert "Leon has not looked here for a year." in asked
    assert ask not in asked.form("Yes, still needed for Leon").submit()
    with acting(app, house.rosa, house.person):
        session().get_one(Relationship, house.leons).review_on = None
    leon.get(f"/people/{house.person}/diary/")
    assert ask not in rosa.get(page), "they looked a moment ago"


def test_five_years_unused_it_ends(app: Flask, house: Home, leon: Client) -> None:
    _long_ago(app, house, 5 * 365)
    with app.test_request_context():
        assert unused.end_unused(now(), lambda: False) == 0
    _long_ago(app, house, 5 * 365 + 2)
    with acting(app, house.rosa, house.person) as permit:
        session().get_one(Relationship, house.leons).until = now() + timedelta(days=9)
        people.renew(permit, house.leons)
    with app.test_request_context():
        assert unused.end_unused(now(), lambda: False) == 0, "it was said a moment ago that it is needed"
    with acting(app, house.rosa, house.person):
        session().get_one(Relationship, house.leons).review_on = None
    with app.test_request_context():
        assert unused.end_unused(now(), lambda: False) == 1
        assert unused.end_unused(now(), lambda: False) == 0
    assert leon.get(f"/people/{house.person}/diary/").status == 404
    assert _state(app, house)[0] == "ended"
