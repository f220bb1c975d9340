"""Who is left to run the pages, who lets whom in again, and who comes back."""

from collections.abc import Callable
from datetime import timedelta

from flask import Flask

from selfcare.accounts.models import Account
from selfcare.database import command, now
from selfcare.people import actions as people
from selfcare.people import staff
from selfcare.people.models import Member, Team
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
