"""What nobody keeps any longer: off until it is decided, said before, kept by who wants it, erased as any record is."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from selfcare.accounts.models import Account, SignIn
from selfcare.database import command, now, session
from selfcare.leaving import erasing, keeping
from selfcare.notifications.kinds import CLOSING, ERASURE
from selfcare.notifications.models import Notice
from selfcare.outbox.models import Outbox
from selfcare.people.models import Member, Person, Relationship
from selfcare.service import Service
from selfcare.web.access import Kind
from tests import factories
from tests.leaving.conftest import Home

one_engine = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
YEAR = timedelta(days=366)


def decided(home: Home, **years: int) -> None:
    home.app.config["SETTINGS"] = replace(home.app.config["SETTINGS"], service=Service(**years))


def night(home: Home, days: int = 0) -> int:
    """:param days: later. :returns: how many records are gone."""
    moment = now() + timedelta(days=days)
    with home.app.app_context():
        keeping.announce(moment, lambda: False)
        keeping.close_accounts(moment, lambda: False)
        return erasing.due(moment)


def why(home: Home) -> str:
    with home.app.app_context():
        return session().get_one(Person, home.house.person.id).erase_why


def long_ago(home: Home) -> None:
    """The team's last member left three years ago, and nobody came in since."""
    with home.app.app_context(), command() as work:
        before = now() - 3 * YEAR
        work.get_one(Member, (home.house.team.id, home.house.amina.id)).ended_at = before
        work.get_one(Person, home.house.person.id).made_at = before - YEAR
        for row in work.scalars(select(SignIn)):
            row.seen_at = before


def test_a_record_whose_team_is_gone_is_said_and_then_erased(small: Home) -> None:
    """Alone catches: a record that goes though nobody decided, that somebody still needs, unsaid, or against the wish
    of whose it is; a setting taken back that erases all the same.
    """
    long_ago(small)
    assert night(small) == 0
    assert why(small) == "", "nobody decided"
    decided(small, erase_ended_years=9)
    night(small)
    assert why(small) == "", "not yet"
    decided(small, erase_ended_years=2)
    with small.app.app_context(), command() as work:
        work.scalars(select(SignIn).where(SignIn.account_id == small.house.leon.id)).all()
        work.get_one(Member, (small.house.team.id, small.house.amina.id)).ended_at = None
    night(small)
    assert why(small) == "", "somebody looks after her"
    long_ago(small)
    assert night(small) == 0
    assert why(small) == "ended"
    with small.app.app_context():
        person = session().get_one(Person, small.house.person.id)
        assert person.erase_at is not None
        assert timedelta(days=29) < person.erase_at - now() < timedelta(days=32)
        told = set(session().scalars(select(Notice.account_id).where(Notice.kind == ERASURE)))
        assert {small.house.rosa.id, small.house.leon.id} <= told
    page = small.rosa.get(small.base + "erasure/")
    assert "Your care with the team ended more than 2 years ago." in page
    assert "You are here, so it stays." in page
    assert "In the night after that it is erased." not in page
    page.form("erase").submit(sure="y")
    night(small)
    assert why(small) == ""
    page = small.rosa.get(small.base + "erasure/")
    assert "In the night after that it is erased." in page, (
        "it is her own wish now, and no night takes it back"
    )
    page.form("Keep my record").submit()
    long_ago(small)
    night(small)
    assert why(small) == "", "she wants to keep it"
    night(small, days=366)
    assert why(small) == "ended", "asked again a year later"
    decided(small, erase_ended_years=0)
    assert night(small, days=366 + 40) == 0
    assert why(small) == "", "taken back with the setting"
    decided(small, erase_ended_years=2)
    assert night(small, days=366 + 40) == 0
    assert night(small, days=366 + 80) == 1
    with small.app.app_context():
        assert session().get(Person, small.house.person.id) is None


def test_of_who_died_the_team_reads_it_before(small: Home, new_client) -> None:  # type: ignore[no-untyped-def]
    """Alone catches: the record of somebody who died that goes without a setting, or before its years are over, or that
    goes because they had asked for it while they lived.
    """
    small.rosa.get(small.base + "erasure/").form("erase").submit(sure="y")
    with small.app.app_context(), command() as work:
        person = work.get_one(Person, small.house.person.id)
        person.died_on = (now() - timedelta(days=400)).date()
        person.erase_at = now() - timedelta(days=300)
    assert night(small) == 0
    decided(small, erase_died_years=2)
    assert night(small) == 0
    decided(small, erase_died_years=1)
    assert night(small) == 0
    assert why(small) == "died"
    amina = new_client()
    amina.sign_in(small.house.amina.id)
    assert "died long ago, so this record is erased. It goes after" in amina.get(small.base)
    with small.app.app_context():
        assert (
            not session().scalars(select(Outbox).where(Outbox.kind == ERASURE, Outbox.made_at > now())).all()
        )
    assert night(small, days=29) == 0
    assert night(small, days=33) == 1


@one_engine
def test_an_account_that_nobody_uses(small: Home) -> None:
    """Alone catches: an account closed that somebody uses, that is a way to a record, or that was not told."""
    with small.app.test_request_context(), command() as work:
        idle = [factories.account(name=name) for name in ("Idle", "Back")]
        idle.append(factories.account(Kind.ADMINISTRATOR, "Ola"))
        for account in work.scalars(select(Account)):
            account.made_at = now() - 5 * YEAR
        ids = [account.id for account in idle]
        work.add_all(Member(team_id=small.house.team.id, account_id=ids[2], since=now()) for _ in range(1))

    def left() -> set[str]:
        with small.app.app_context():
            return set(session().scalars(select(Account.name)))

    every = left()
    night(small, days=40)
    decided(small, close_accounts_years=3)
    night(small)
    with small.app.app_context():
        told = set(session().scalars(select(Notice.account_id).where(Notice.kind == CLOSING)))
        assert ids[0] in told
        assert ids[2] not in told
    night(small, days=20)
    assert left() == every, "told before"
    with small.app.test_request_context(), command() as work:
        work.add(
            SignIn(
                token_hash="b" * 64, account_id=ids[1], began="", complete=True, started_at=now(),
                seen_at=now(), proved_at=now(),
                ends_at=now() + YEAR, device="",
            )
        )  # fmt: skip
    night(small, days=31)
    assert every - left() >= {"Idle"}
    assert {"Back", "Ola", "Rosa", "Leon", "Amina"} <= left()


def test_a_death_taken_back_and_a_day_that_stands_no_longer(small: Home, new_client) -> None:  # type: ignore[no-untyped-def]
    """Alone catches: somebody living who is erased since their death was written down by mistake; a day that stays
    though somebody came back, or though they died; a record that the team needs and cannot keep.
    """
    decided(small, erase_died_years=1, erase_ended_years=2)
    amina = new_client()
    amina.sign_in(small.house.amina.id)
    death, today = small.base + "death", now().date()
    day = today.replace(day=1, year=today.year - 3)
    sent = {"died_on-day": "1", "died_on-month": str(day.month), "died_on-year": str(day.year)}
    with small.app.app_context(), command() as work:
        work.get_one(Person, small.house.person.id).born = day - 30 * YEAR
    amina.get(death).form("death").submit(**sent)
    night(small)
    assert why(small) == "died"
    amina.get(death).form("Take it back").submit()
    with small.app.app_context():
        person = session().get_one(Person, small.house.person.id)
        assert (person.erase_at, person.erase_asked_at, person.erase_why) == (None, None, "")
    assert "Your record stays. It is not erased." in small.rosa.get("/inbox/")
    assert night(small, days=40) == 0
    with (
        small.app.app_context(),
        command() as work,
    ):  # she had asked, and the day went by while she was taken for dead
        work.get_one(Person, small.house.person.id).erase_at = now() - timedelta(days=1)
    amina.get(death).form("death").submit(**sent)
    amina.get(death).form("Take it back").submit()
    assert (night(small), why(small)) == (0, ""), "a death taken back erased her the same night"
    amina.get(death).form("death").submit(**sent)
    night(small)
    page = amina.get(small.base)
    hold = amina.get(page.link("Keep this record for a year")).form("hold")
    assert hold.submit(reason=" ").status == 422
    held = hold.submit(reason="the family asks")
    assert "this record is erased" not in held
    assert "the family asks" in amina.get(small.base + "details/")
    assert (night(small, days=364), why(small)) == (0, ""), "kept for a year"
    night(small, days=366)
    assert why(small) == "died"
    with small.app.app_context(), command() as work:
        work.get_one(Person, small.house.person.id).died_on = None
    assert "is erased after" not in small.rosa.get(small.base)
    with small.app.app_context():
        assert not erasing.one(small.house.person.id, now() + timedelta(days=500)), "asked once more"
    night(small)
    assert why(small) == "", "looked at each night"


def test_who_comes_back_or_acts_by_law_keeps_it(small: Home, new_client) -> None:  # type: ignore[no-untyped-def]
    """Alone catches: a day that stays though the person came back, or their carer by law wants to keep it."""
    decided(small, erase_ended_years=2)
    long_ago(small)
    night(small)
    assert why(small) == "ended"
    with small.app.app_context(), command() as work:
        for row in work.scalars(select(SignIn).where(SignIn.account_id == small.house.rosa.id)):
            row.seen_at = now()
    night(small, days=1)
    assert why(small) == "", "she came back"
    long_ago(small)
    night(small)
    leon = new_client()
    leon.sign_in(small.house.leon.id)
    sent = leon.get("/language/en").form("/language/en").sent()
    assert leon.post(small.base + "erasure/keep", sent).status == 404, "he has her consent only"
    with small.app.app_context(), command() as work:
        work.scalars(
            select(Relationship).where(Relationship.account_id == small.house.leon.id)
        ).one().basis = "attorney"
    leon.get(small.base).form("Keep this record").submit()
    long_ago(small)
    night(small)
    assert why(small) == ""


@one_engine
def test_what_is_over_stays_when_its_account_goes(small: Home) -> None:
    """Alone catches: ended grants that go with an account, so that a record looks as if nobody had cared for years; a
    warning of an earlier silence that counts for this one.
    """
    decided(small, close_accounts_years=1)
    with small.app.test_request_context(), command() as work:
        gone = factories.account(name="Gone")
        gone.made_at = now() - 5 * YEAR
        account_id = gone.id
        work.add(
            Relationship(
                person_id=small.house.person.id, account_id=account_id, team_id=small.house.team.id,
                kind="professional", basis="consent", state="ended", since=now() - 2 * YEAR,
            )
        )  # fmt: skip
        work.add(
            Notice(
                account_id=account_id, kind=CLOSING, about_id=account_id, made_at=now() - 3 * YEAR,
                visible_from=now() - 3 * YEAR,
            )
        )  # fmt: skip
    night(small)
    with small.app.app_context():
        assert session().get(Account, account_id), "told years ago, not now"
        told = select(Notice.made_at).where(Notice.account_id == account_id, Notice.kind == CLOSING)
        assert len(session().scalars(told).all()) == 2
    night(small, days=31)
    with small.app.app_context():
        assert session().get(Account, account_id) is None
        over = session().scalars(select(Relationship).where(Relationship.state == "ended")).all()
        assert [row.account_id for row in over if row.kind == "professional"] == [None]
