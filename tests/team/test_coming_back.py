"""Who is left to run the pages, who lets whom in again, and who comes back."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from threading import Barrier, BrokenBarrierError, Thread
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import delete, func, select

from selfcare.accounts.models import Account
from selfcare.database import command, now, session
from selfcare.people import actions as people
from selfcare.people import staff
from selfcare.people.models import Administrator, Member, Team
from selfcare.team import actions, seat
from selfcare.web.access import Kind
from tests import factories
from tests.harness.client import Client
from tests.team.scenes import Desk
from tests.team.test_colleagues import JO, one_engine


@one_engine
def test_who_never_came_in_is_nobody_who_runs_the_pages(
    app: Flask, here: Desk, ola: Client, new_client: Callable[..., Client]
) -> None:
    """Alone catches: the last who runs the pages gone, because of an invitation; another team left with nobody."""
    owen = new_client()
    owen.sign_in(here.other)
    hillside = owen.get("/team/people/").form("invite").value("team")
    owen.get("/team/people/").form("invite").submit(**(JO | {"does": "pages"}))
    own = f"/team/{hillside}/people/{here.other}/"
    assert owen.get(own).form("They run them no more").submit().status == 409
    with app.test_request_context(), command() as work:
        people.join_team(work.get_one(Team, here.team), work.get_one(Account, here.other))
    place = f"/team/{here.team}/people/{here.other}/"
    refused = ola.get(place + "suspend").form("suspend").submit(reason="A lost phone")
    assert refused.status == 409
    assert "Nobody else runs this team’s pages." in refused


@one_engine
def test_only_the_team_that_shut_somebody_out_lets_them_in(app: Flask, here: Desk, ola: Client) -> None:
    """Alone catches: a suspension from the shell, or another team's, ended by whoever shares the colleague."""
    place = f"/team/{here.team}/people/{here.amina}/"
    ola.get(place + "suspend").form("suspend").submit(reason="A lost phone")
    form = ola.get(place).form("Let them in again")
    with app.app_context(), command() as work:
        work.get_one(Account, here.amina).suspended_at = now() + timedelta(seconds=1)
    assert form.submit().status == 404
    assert "This team did not do it" in ola.get(place)


@one_engine
def test_who_left_comes_back_with_the_account_they_had(
    app: Flask, here: Desk, ola: Client, new_client: Callable[..., Client]
) -> None:
    """Alone catches: an address that can never be invited again, and a link that opens an account that exists."""
    with app.app_context(), command() as work:
        work.get_one(Account, here.priya).way_at = now()
        work.get_one(Member, (here.team, here.priya)).ended_at = now() - timedelta(days=1)
    back = ola.get("/team/people/").form("invite").submit(**(JO | {"email": "priya@example.net"}))
    assert "/enrol#" not in back.text
    assert "Priya is back" in back
    priya = new_client()
    priya.sign_in(here.priya)
    assert priya.get("/team/people/").status == 200


@one_engine
def test_an_account_for_the_pages_alone_can_stop(app: Flask, here: Desk, ola: Client) -> None:
    """Alone catches: who only runs the pages and can never be taken off; the last of them taken off."""
    place = f"/team/{here.team}/people/{here.ola}/"
    assert ola.get(place).form("They run them no more").submit().status == 409
    with app.test_request_context(), command() as work:
        sam = factories.account(Kind.ADMINISTRATOR, "Sam", email="sam@example.net")
        sam.way_at = now()
        work.flush()
        staff.make_administrator(here.team, sam.id)
        sam_id = sam.id
    done = ola.get(f"/team/{here.team}/people/{sam_id}/").form("They run them no more").submit()
    assert "Sam runs these pages no more" in done
    again = (
        ola.get("/team/people/").form("invite").submit(**(JO | {"email": "sam@example.net", "does": "pages"}))
    )
    assert "Sam is back" in again


@one_engine
def test_nobody_tries_many_addresses(here: Desk, ola: Client) -> None:
    """Alone catches: a page that says of any address whether it is somebody's."""
    form = ola.get("/team/people/").form("invite")
    taken = JO | {"email": "owen@example.net"}
    assert [form.submit(**taken).status for _ in range(11)] == [422] * 10 + [429]


def test_of_two_who_shut_each_other_out_from_different_teams_one_stays(
    app: Flask, here: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Alone catches: a look at who is left that holds only the own team's row, so that nobody runs either."""
    with app.test_request_context(), command() as work:
        hillside = work.scalars(select(Team).where(Team.id != here.team)).one()
        second = hillside.id
        for each in (here.amina, here.priya):
            people.join_team(hillside, work.get_one(Account, each))
            for team in (here.team, second):
                staff.make_administrator(team, each)
        work.execute(delete(Administrator).where(Administrator.account_id.in_((here.ola, here.other))))
    both, looked_at = Barrier(2), staff.administrators

    def looks(team_id: UUID) -> set[UUID]:
        """Waits until the other has come this far, too; who is held back does not."""
        found = looked_at(team_id)
        with suppress(BrokenBarrierError):
            both.wait(1)
        return found

    monkeypatch.setattr(staff, "administrators", looks)
    begin, said = Barrier(2), list[str]()

    def shuts_out(who: UUID, team: UUID, whom: UUID) -> None:
        begin.wait(10)
        try:
            with app.test_request_context(method="POST"), command() as work:
                user = factories.signed_in(work.get_one(Account, who))
                actions.suspend(seat.take(user, team), whom, "A lost phone")
            said.append("out")
        except staff.LastOne:
            said.append("the last one")
        except Exception as fault:
            said.append(repr(fault))

    pairs = ((here.amina, here.team, here.priya), (here.priya, second, here.amina))
    threads = [Thread(target=shuts_out, args=args) for args in pairs]
    for each in threads:
        each.start()
    for each in threads:
        each.join(60)
    assert sorted(said) == ["out", "the last one"]
    with app.app_context():
        out = select(func.count(Account.id)).where(Account.suspended_at.is_not(None))
        assert session().scalar(out) == 1
