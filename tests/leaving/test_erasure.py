"""Everything erased: asked for on purpose, told, taken back until the day; then nobody gets in."""

from collections.abc import Callable
from datetime import time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from flask import g
from sqlalchemy import delete, func, or_, select, update

from selfcare.accounts.models import Account, FormerAddress
from selfcare.audit import chain, trail
from selfcare.audit.models import Anchor, Trail
from selfcare.database import command, database, now, session
from selfcare.diary.models import Entry
from selfcare.leaving import clearing, erasing, notebook
from selfcare.leaving.models import Erased
from selfcare.notifications.kinds import ERASURE
from selfcare.notifications.models import Notice
from selfcare.outbox.models import Outbox
from selfcare.people import actions as people
from selfcare.people.models import Person, Relationship
from selfcare.upkeep import night
from selfcare.web.access import Panel, Role
from tests import factories
from tests.harness.client import Client
from tests.leaving.conftest import Home

one_engine = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)


def ask(home: Home) -> None:
    home.rosa.get(home.base + "erasure/").form("erase").submit(sure="y")


def days_later(home: Home, days: int) -> None:
    """As long after it was asked for, as far as the record knows."""
    with home.app.app_context(), command() as work:
        person = work.get_one(Person, home.house.person.id)
        if person.erase_at:
            person.erase_at -= timedelta(days=days)


def erase(home: Home) -> str:
    done = home.app.test_cli_runner().invoke(args=["erase-due"])
    assert done.exit_code == 0, done.output
    return done.output.splitlines()[-1]


@one_engine
def test_it_is_asked_for_on_purpose_and_taken_back_on_any_device(
    small: Home, new_client: Callable[..., Client]
) -> None:
    """Alone catches: a press by mistake; a second press that moves the day; a day that cannot be taken back."""
    form = small.rosa.get(small.base + "erasure/").form("erase")
    refused = form.submit()
    assert refused.status == 422
    assert refused.errors == ["Tick the box if you want this. If not, go back: nothing is changed."]
    page = form.submit(sure="y")
    assert "You can still keep it" in page
    with small.app.app_context():
        person = session().get_one(Person, small.house.person.id)
        asked, day = person.erase_asked_at, person.erase_at
        assert asked is not None
        assert day is not None
        here = ZoneInfo(person.zone)
        last = (day - timedelta(seconds=1)).astimezone(here).date()
        assert last - asked.astimezone(here).date() == timedelta(days=14)
        assert day.astimezone(here).time() == time(), "to the end of a day where she lives"
    form.submit(sure="y")
    with small.app.app_context():
        assert session().get_one(Person, small.house.person.id).erase_at == day
    assert "Your record is erased after" in small.rosa.get(small.base)
    other = new_client()
    other.sign_in(small.house.rosa.id)
    kept = other.get(small.base + "erasure/").form("Keep my record").submit()
    assert kept.html.find(id="erase")
    assert "Your record is erased after" not in small.rosa.get(small.base)
    days_later(small, 400)
    assert erase(small) == "nobody was to be erased"
    who = small.rosa.get(small.base + "who-looked/")
    assert "Asked that your record is erased" in who
    assert "Took back that your record is erased" in who


@one_engine
def test_everybody_concerned_is_told_and_told_again_when_it_is_taken_back(
    small: Home, new_client: Callable[..., Client]
) -> None:
    """Alone catches: a carer, a key contact or the person's other devices who hear nothing; one told of a day that is
    not so any more; a stranger who is told."""
    ask(small)
    browsers = {name: new_client() for name in ("amina", "leon", "rosa", "stranger")}
    for name, browser in browsers.items():
        browser.sign_in(getattr(small.house, name).id)
    asked = "asked that their record is erased"
    assert asked in browsers["amina"].get("/inbox/")
    assert asked in browsers["leon"].get("/inbox/")
    assert "Your record is erased after" in browsers["rosa"].get("/inbox/")
    assert "erased" not in browsers["stranger"].get("/inbox/")
    assert asked in browsers["amina"].get(small.base)
    assert asked in browsers["leon"].get(small.base)
    small.rosa.get(small.base + "erasure/").form("Keep my record").submit()
    for name in ("amina", "leon"):
        page = browsers[name].get("/inbox/")
        assert asked not in page
        assert "stays. It is not erased." in page
    with small.app.app_context():
        told = select(func.count()).select_from(Notice).where(Notice.kind == ERASURE)
        assert session().scalar(told) == 3


def test_until_the_day_nothing_is_different_and_then_nobody_gets_in(
    small: Home, new_client: Callable[..., Client]
) -> None:
    """Alone catches: an access that ends early, a night too soon, a phone that is told its words were kept; a stranger
    who is told that somebody’s record was erased.
    """
    ask(small)
    leon, amina = new_client(), new_client()
    leon.sign_in(small.house.leon.id)
    amina.sign_in(small.house.amina.id)
    entries = {"Accept": "application/json"}
    form = leon.get(small.base + "diary/note").form("log")
    days_later(small, 13)
    assert erase(small) == "nobody was to be erased"
    for browser in (leon, amina, small.rosa):
        assert browser.get(small.base).status == 200
    days_later(small, 2)
    assert erase(small) == "erased 1"
    for browser in (leon, amina):
        assert browser.get(small.base).status == 404
    assert small.rosa.get(small.base).url.endswith("/sign-in?next=" + small.base.replace("/", "%2F")) or (
        "Sign in" in small.rosa.get(small.base).title
    )
    answer = leon.post(form.action, [*form.values, ("note", "Waited on a phone")], headers=entries)
    assert (answer.status, answer.json["error"]) == (410, "gone")
    assert "It was erased." in answer.json["messages"][0]
    stranger = new_client()
    stranger.sign_in(small.house.stranger.id)
    token = stranger.get("/account/language").html.find("input", {"name": "csrf_token"})["value"]  # type: ignore[index]
    sent = stranger.post(form.action, {"csrf_token": token, "note": "I have the id"}, headers=entries)
    assert sent.status == 404, "to whoever had no right there never was a record"
    assert amina.get("/inbox/").status == 200
    assert erase(small) == "nobody was to be erased"


def test_an_account_that_helps_somebody_else_stays_for_that(small: Home) -> None:
    """Alone catches: somebody who can no longer help their mother because their own record went."""
    with small.app.test_request_context(), command() as work:
        amina = work.get_one(Account, small.house.amina.id)
        mother = factories.person(amina, work.merge(small.house.team), "Maria")
        people.relate(
            mother.id, kind=Role.CARER, account_id=small.house.rosa.id, rights=factories.CARER_RIGHTS
        )
        there = f"/people/{mother.id}/"
    ask(small)
    days_later(small, 15)
    assert erase(small) == "erased 1"
    assert small.rosa.get(there).status == 200
    assert small.rosa.get(small.base).status == 404


def test_one_that_dies_on_the_way_keeps_all_and_begins_again(
    small: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Alone catches: half a record; a night that gives up; free pages that nobody clears because the rows are gone."""
    ask(small)
    days_later(small, 15)
    with monkeypatch.context() as dying:
        dying.setattr(chain, "forget", lambda *_: 1 / 0)
        with small.app.app_context(), pytest.raises(ZeroDivisionError):
            erasing.due(now())
    with small.app.app_context():
        assert session().scalar(select(func.count()).select_from(Entry)) == 1
        assert session().get(Person, small.house.person.id) is not None
    with monkeypatch.context() as dying:
        dying.setattr(clearing, "clear", lambda *_: 1 / 0)
        with small.app.app_context(), pytest.raises(ZeroDivisionError):
            erasing.due(now())
    with small.app.app_context():
        assert session().get(Person, small.house.person.id) is None
        assert session().scalars(select(Erased.cleared_at)).one() is None
    with small.app.app_context():
        assert erasing.due(now()) == 0
    with small.app.app_context():
        assert session().scalars(select(Erased.cleared_at)).one() is not None


@one_engine
def test_what_is_taken_back_between_the_list_and_the_erasing_stays(small: Home) -> None:
    """Alone catches: a record that goes although it was kept a moment before."""
    ask(small)
    small.rosa.get(small.base + "erasure/").form("Keep my record").submit()
    with small.app.app_context():
        assert not erasing.one(small.house.person.id, now() + timedelta(days=400))
    assert small.rosa.get(small.base).status == 200


@one_engine
def test_the_night_erases_before_it_backs_up(small: Home) -> None:
    """Alone catches: a backup of that night with somebody in it whose day had come; a night that does it never."""
    names = list(night.JOBS)
    assert names.index("erase") < names.index("anchor") < names.index("backup")
    ask(small)
    days_later(small, 15)
    with small.app.app_context():
        night.claim("erase", now())
        session().rollback()
    with small.app.app_context(), command() as work:
        work.execute(update(night.Job).values(next_at=now(), lease_until=None))
    assert night.do(small.app, "erase")
    with small.app.app_context():
        assert session().get(Person, small.house.person.id) is None


def test_the_trail_of_somebody_erased_holds_and_an_edit_of_it_does_not(small: Home) -> None:
    """Alone catches: a trail that nobody can verify after an erasing, or in which anything can be changed since."""
    with small.app.test_request_context(), command() as work:
        amina, team = work.merge(small.house.amina), work.merge(small.house.team)
        other = factories.person(amina, team, "Maria").id
        work.add(_note(other, "added", amina.id))
    with small.app.app_context():
        heads = chain.anchor()
    small.rosa.get(small.base + "export/").form("ask").submit()
    ask(small)
    days_later(small, 15)
    erase(small)
    with small.app.app_context():
        assert chain.verify(heads).faults == []
        theirs = or_(Trail.person_id == small.house.person.id, Trail.by == small.house.rosa.id)
        assert session().scalars(select(Trail.seq).where(theirs)).all() == []
        chain.anchor()
        assert chain.verify(heads).faults == []
    with small.app.app_context(), command() as work:
        pseudonym = work.scalars(select(Trail.person_id).where(Trail.verb == chain.ERASED)).one()
        first = work.scalar(select(func.min(Trail.seq)).where(Trail.person_id == pseudonym))
        verb = work.get_one(Trail, first).verb
        work.get_one(Trail, first).verb = "looked"
    with small.app.app_context():
        assert {fault.person for fault in chain.verify(heads).faults} == {pseudonym}
    # Nor can it be said of a record that is there that it was erased, so that its heads were made anew.
    with small.app.app_context(), command() as work:
        work.get_one(Trail, first).verb = verb
        work.execute(delete(Trail).where(Trail.person_id == other))
        work.execute(update(Anchor).where(Anchor.person_id == other).values(head="", notes=0))
        work.add(_note(other, chain.ERASED, None))
    with small.app.app_context():
        assert {fault.person for fault in chain.verify(heads).faults} == {other, None}, "nor as it was kept"


def _note(person_id: UUID, verb: str, by: UUID | None) -> Trail:
    return Trail(person_id=person_id, at=now(), by=by, by_role="system", verb=verb, kind="person")


@one_engine
def test_what_waits_to_be_sent_about_them_goes_too(small: Home) -> None:
    """Alone catches: a message about somebody who is not there, and another's that went along."""
    with small.app.test_request_context(), command() as work:
        other = factories.household()
        other_person = other.person.id
        work.flush()
    ask(small)
    days_later(small, 15)
    erase(small)
    with small.app.app_context():
        assert session().scalars(select(Outbox)).all() == []
        assert session().scalars(select(Relationship.person_id).distinct()).all() == [other_person]


@one_engine
def test_the_person_hears_by_every_way_and_once_more_before_the_day(small: Home) -> None:
    """Alone catches: an asking that nobody hears of who looks at e-mail alone, or had another address."""
    with small.app.app_context(), command() as work:
        work.add(
            FormerAddress(
                account_id=small.house.rosa.id, address="old@x.example", until=now() + timedelta(days=9)
            )
        )
    ask(small)
    with small.app.app_context():
        rows = [row for row in session().scalars(select(Outbox)) if row.kind == ERASURE]
        letters = [row for row in rows if row.about.get("by") == "email"]
        assert {row.account_id for row in letters} == {small.house.rosa.id}
        day = session().get_one(Person, small.house.person.id).erase_at
        assert sorted((sorted(row.about), row.not_before == day - timedelta(days=2)) for row in letters) == [
            (["by"], False), (["by", "former"], False), (["by", "reminds"], True)
        ]  # fmt: skip
    small.rosa.get(small.base + "erasure/").form("Keep my record").submit()
    with small.app.app_context(), command() as work:
        work.execute(update(Outbox).values(not_before=now()))
    small.make()
    with small.app.app_context():
        reminder = session().get_one(Outbox, next(row.id for row in letters if "reminds" in row.about))
        assert (reminder.state, reminder.reason) == ("dropped", "gone")


def test_whom_a_backup_brings_back_is_erased_before_anybody_is_let_in(small: Home) -> None:
    """Alone catches: a backup of the night before that undoes an erasing for good."""
    ask(small)
    with small.app.app_context(), command() as work:
        born, other = work.get_one(Person, small.house.person.id).born, factories.household().person.id
    days_later(small, 15)
    erase(small)
    assert (small.data / "erased").stat().st_mode & 0o777 == 0o600
    with small.app.app_context(), command() as work:
        work.execute(delete(Erased))
        work.add(
            Person(
                id=small.house.person.id, given_name="R", family_name="", known_as="R", born=born, zone="UTC",
                made_at=now(),
            )
        )  # fmt: skip
    with small.app.app_context():
        assert erasing.after_restore() == 1
        assert session().scalars(select(Person.id)).all() == [other]


@one_engine
def test_a_night_that_did_not_come_through_is_forgotten_by_who_keeps_it(small: Home) -> None:
    """Alone catches: a living record that a restore erases, since its night died after it was noted."""
    ask(small)
    with small.app.app_context():
        notebook.note(erasing.digest(small.house.person.id), now())
    small.rosa.get(small.base + "erasure/").form("Keep my record").submit()
    with small.app.app_context():
        assert notebook.noted() == frozenset()
        assert erasing.after_restore() == 0


def test_a_look_that_ends_after_the_erasing_writes_no_id(small: Home) -> None:
    """Alone catches: the id of somebody erased in the trail for good, put there by who read while it went."""
    with small.app.test_request_context():
        amina = factories.permit(small.house.amina, small.house.person)
        trail.note_read(amina, "contacts")
        trail.note_list(Panel(small.house.amina.id, {amina.person_id: amina}), "diary")
        notes = g.pop("db_ledger")
    with small.app.app_context(), database().transaction() as short:
        for note in notes:
            note(short)
    with small.app.app_context():
        mine = select(func.count()).where(
            Trail.person_id == small.house.person.id, Trail.by == amina.account_id
        )
        assert session().scalar(mine) == 2, "the control: both are written while she is there"
    ask(small)
    days_later(small, 15)
    erase(small)
    with small.app.app_context(), database().transaction() as short:
        for note in notes:
            note(short)
    with small.app.app_context():
        assert session().scalar(mine) == 0
