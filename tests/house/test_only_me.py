"""What is marked *only me* does not exist for anyone else: not on a page, not in a file, not in a count."""

import pytest
from flask import Flask
from sqlalchemy import select

from selfcare.database import Hides, command, session
from selfcare.people import actions as people
from selfcare.web.access import Area, Level, Role
from tests import factories
from tests.factories import asks
from tests.factories.lived import lived_in
from tests.factories.record import CANARY, hide
from tests.harness.client import Client
from tests.harness.proofs import Record, figure
from tests.house.crawl import addresses


@pytest.fixture
def hidden(app: Flask) -> tuple[dict[str, object], dict[str, object], factories.Household]:
    """One of everything in the open and one of everything marked *only me*, and a carer with all rights."""
    house, seen = lived_in(app, {})
    with app.test_request_context(), command():
        secret = hide(house)
        for kind in Hides.__subclasses__():
            rows = session().execute(select(kind.__table__).where(kind.only_me)).mappings().all()
            assert rows, f"{kind.__name__} can be hidden, and none is"
        helper = factories.account(name="Mo")
        people.relate(
            house.person.id, kind=Role.CARER, account_id=helper.id, rights=dict.fromkeys(Area, Level.MANAGE)
        )
        house.leon = helper
    return seen, secret, house


def pages_with_canary(app: Flask, client: Client, account: object, *records: dict[str, object]) -> set[str]:
    client.strict = False
    client.sign_in(account)  # type: ignore[arg-type]
    every = dict.fromkeys(each for ids in records for each in addresses(app, ids))
    answers = ((endpoint, client.get(url, follow=False)) for endpoint, url in every)
    return {endpoint for endpoint, answer in answers if CANARY.lower() in answer.text.lower()}


def test_the_owner_sees_them(app: Flask, client: Client, hidden: tuple, record_property: Record) -> None:  # type: ignore[type-arg]
    seen, secret, house = hidden
    shown = pages_with_canary(app, client, house.rosa.id, seen, secret)
    figure(record_property, "canaries", f"control: on {len(shown)} pages of whose they are")
    assert {
        "diary.index",
        "diary.entry",
        "goals.index",
        "goals.goal",
        "decisions.index",
        "information.index",
        "decisions.decision",
        "health.index",
        "health.item",
        "care_plan.index",
        "care_plan.change",
        "appointments.questions",
        "appointments.index",
        "letters.index",
        "letters.letter",
        "community.index",
        "community.saved",
        "community.service",
    } <= shown


# A carer with all rights, the key contact, the team's link worker, and who works for a voluntary body that has an ask.
@pytest.mark.parametrize("who", ["leon", "amina", "lin", "bo"])
def test_nobody_else_does(
    app: Flask,
    client: Client,
    hidden: tuple,  # type: ignore[type-arg]
    who: str,
    engine_kind: str,
    record_property: Record,
) -> None:
    seen, secret, house = hidden
    with app.test_request_context(), command():
        account = asks.called(who, house, seen["ask_id"])
    found = pages_with_canary(app, client, account, seen, secret)
    figure(record_property, "canaries", f"{engine_kind}, {who}: on {len(found)} pages")
    assert found == set()
    if who in ("lin", "bo"):
        assert "I can stand for ten minutes." in client.get(f"/asks/{seen['ask_id']}/"), (
            "the ask itself is theirs"
        )


def test_search_does_not_find_them(app: Flask, client: Client, hidden: tuple) -> None:  # type: ignore[type-arg]
    _, _, house = hidden
    url = f"/people/{house.person.id}/diary/?q={CANARY}"
    client.sign_in(house.rosa.id)
    mine = client.get(url).text.count(CANARY)
    client.sign_in(house.leon.id)
    assert mine > client.get(url).text.count(CANARY)


def test_a_page_with_them_is_as_long_as_one_without(app: Flask, client: Client, hidden: tuple) -> None:  # type: ignore[type-arg]
    """Counts and gaps tell too: a carer's diary reads the same when one more thing is hidden."""
    _, _, house = hidden
    client.sign_in(house.leon.id)
    urls = [
        f"/people/{house.person.id}/{part}"
        for part in (
            *("", "diary/", "goals/", "questions/", "appointments/", "decisions/", "health/"),
            *("community/", "community/saved/"),
            *("plan/", "plan/paper", "plan/choose"),
        )
    ]
    before = [client.get(url).html.get_text() for url in urls]
    with app.test_request_context(), command():
        hide(house)
    assert [client.get(url).html.get_text() for url in urls] == before
