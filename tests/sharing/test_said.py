"""Who sees a summary once it is shared is who the page says."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from selfcare.database import command, session
from selfcare.people.models import Relationship, Team
from selfcare.sharing import actions as sharing
from selfcare.web.access import Area, Level
from tests import factories
from tests.harness.client import Client
from tests.sharing.scenes import acting, scene, share

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)


def test_the_key_contact_and_who_covers_see_it_until_it_is_withdrawn(
    app: Flask, new_client: Callable[..., Client]
) -> None:
    made = scene(app)
    with app.test_request_context(), command() as work:
        grant = session().query(Relationship).filter_by(person_id=made.person, kind="professional").one()
        priya = factories.nurse("Priya", work.get_one(Team, grant.team_id))[0].id
        owen = factories.nurse("Owen", factories.people.make_team("Hillside"))[0].id
    browsers = {}
    for who in (made.rosa, made.amina, priya, owen, made.stranger):
        browsers[who] = new_client()
        browsers[who].sign_in(who)
    page = browsers[made.rosa].get(f"{made.base}/summary/")
    assert (
        "Amina sees it in Selfcare, and whoever covers for them in Riverside community team. "
        "You can withdraw it at any time." in page
    )
    there = page.form("share").submit("Share with Amina").url.split("?")[0]

    def see_it() -> set[object]:
        return {who for who, browser in browsers.items() if "sister" in browser.get(there)}

    assert see_it() == {made.rosa, made.amina, priya}
    browsers[made.rosa].get(there).click("Withdraw it").form("withdraw").submit("Withdraw it")
    assert see_it() == {made.rosa}
    with app.test_request_context(), command():
        session().query(Relationship).filter_by(person_id=made.person, kind="professional").one().lead = False
    assert "sees it in Selfcare" not in browsers[made.rosa].get(f"{made.base}/summary/").text


def test_that_the_results_were_opened_is_said_once_all_are(
    app: Flask, new_client: Callable[..., Client]
) -> None:
    """Nothing said whether the person knows what stands beside their questions."""
    made = scene(app)
    share(app, made)
    rosa, amina, leon = new_client(), new_client(), new_client()
    for browser, who in ((rosa, made.rosa), (amina, made.amina), (leon, made.leon)):
        browser.sign_in(who)
    there = f"{made.base}/summary/"
    opened, unopened = "Rosa has opened them.", "Rosa has not opened all of them yet."
    page = amina.get(there)
    assert (unopened in page, opened in page) == (True, False)
    rosa.get(f"{made.base}/results/").click("Full blood count").form("seen").submit()
    page = amina.get(there)
    assert (unopened in page, opened in page) == (False, True)
    assert opened not in rosa.get(there).text


def test_whoever_shared_it_is_who_chose_what_is_in_it(app: Flask, new_client: Callable[..., Client]) -> None:
    """Alone catches: “Rosa chose what is here” on paper and in the text, where Leon chose and shared it."""
    made = scene(app, {Area.DIARY: Level.SEE, Area.SHARING: Level.ADD, Area.GOALS: Level.SEE})
    with acting(app, made.leon, made.person) as permit:
        today = permit.today()
        summary = sharing.share(
            permit,
            sections=("been", "goals"),
            first=today - timedelta(days=30),
            last=today,
            appointment_id=None,
        )
    amina = new_client()
    amina.sign_in(made.amina)
    text = amina.get(f"{made.base}/summary/{summary}/text").text
    assert "Leon chose what is here." in text
    assert "SUMMARY SHARED BY" not in text
    assert "Shared by Leon for Rosa." in text
    assert "Leon chose what is on this page." in amina.get(f"{made.base}/summary/{summary}/")
    own = amina.get(f"{made.base}/summary/{share(app, made)}/text").text
    assert "Rosa chose what is here." in own
    assert "SUMMARY SHARED BY" in own
