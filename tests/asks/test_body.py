"""A voluntary body's worker sees exactly the ask: what was passed on, what the person added, and their own lines."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from selfcare import database
from selfcare.accounts.models import Account
from selfcare.asks import actions, desk_actions, returning
from selfcare.asks.models import Ask
from selfcare.audit.models import Trail
from selfcare.care_plan import actions as plan
from selfcare.database import now, session
from selfcare.outbox.models import Outbox
from selfcare.people import actions as people
from selfcare.people import staff, teams
from selfcare.people.models import Member, Person, Relationship
from selfcare.web.access import Kind
from selfcare.web.item_reference import About
from tests import factories
from tests.asks.world import PHONE, make
from tests.factories import asks, record
from tests.harness.client import Client
from tests.house.crawl import addresses

CANARY = "Zwischenkanarie"


def test_no_byte_that_a_body_can_fetch_holds_more_than_was_passed_on(
    app: Flask, new_client: Callable[..., Client]
) -> None:
    """Alone catches: anything of the record on a page, in a list or in an answer to a guessed address, for who works
    for a body: the family name, birth date, NHS number, a phone that was not ticked, the team's own lines, another ask,
    another person; and that a page of a record opens for them.
    """
    with app.test_request_context(), database.command() as work:
        house = factories.household()
        ids = record.fill(house)
        person = work.get_one(Person, house.person.id)
        person.family_name, person.nhs_number, person.phone = f"{CANARY}name", "9990001006", f"{PHONE}"
        person.address, person.email = f"{CANARY} street", f"{CANARY}@example.org"
        rosa, row = factories.permit(house.rosa, house.person), work.get_one(Ask, (person.id, ids["ask_id"]))
        row.words = "Move to music"
        for other in work.scalars(select(Ask).where(Ask.id != row.id)):
            other.words = f"{CANARY} other"
        amina = asks.work(house.amina, row.id)
        desk_actions.add(amina, f"{CANARY} between the team and Rosa")
        actions.add(rosa, row.id, "I can stand for ten minutes.")
        neighbour = factories.person(
            house.amina, house.team, f"{CANARY}neighbour", own=factories.account(name="Nia")
        )
        actions.ask(
            factories.permit(work.get_one(Account, _own(neighbour)), neighbour), words=f"{CANARY} third"
        )
        bo = asks.body_worker(row.id)
    client = new_client()
    client.strict = False
    client.sign_in(bo.id)
    opened, found = set(), []
    born = house.person.born
    secrets = (
        CANARY.lower(),
        "9990001006",
        "999 000 1006",
        PHONE,
        f"{born.day} march {born.year}",
        str(born),
    )
    for endpoint, url in addresses(app, ids, also=frozenset({"phone.pages_to_keep"})):
        answer = client.get(url, follow=False)
        found += [f"{endpoint}: {secret}" for secret in secrets if secret in answer.text.lower()]
        if answer.status == 200 and "person_id" in str(app.url_map._rules_by_endpoint[endpoint][0].arguments):
            opened.add(endpoint)
    assert found == []
    assert opened == set()
    page = client.get(f"/asks/{row.id}/").text
    assert "Move to music" in page
    assert "I can stand for ten minutes." in page
    assert "Rosa" in page
    assert "Soft shoes are best." in page  # their own line


def _own(person: Person) -> object:
    own = select(Relationship.account_id).where(
        Relationship.person_id == person.id, Relationship.kind == "self"
    )
    return session().scalars(own).one()


def test_what_a_body_gets_is_what_the_page_said_before_and_goes_when_it_is_over(
    app: Flask, new_client: Callable[..., Client]
) -> None:
    """A phone that was not ticked, or a body that sees an ask before the yes, or after the team's part has ended."""
    world = make(app, new_client)
    ask_id = world.asked("rosa", words="Company at lunch")
    with world.acting("rosa") as rosa:
        actions.add(rosa, ask_id, "Not on Mondays.")
    with world.working("priya", ask_id) as work:
        desk_actions.offer(work, world.body.id)
    bo, rosa_client = world.clients["bo"], world.clients["rosa"]
    bo.strict = False
    assert bo.get(f"/asks/{ask_id}/").status == 404
    page = rosa_client.get(f"{world.base}{ask_id}/pass")
    for said in ("Rosa", "Company at lunch", "Not on Mondays.", PHONE):
        assert said in page.text
    page.form("pass").submit(say="yes")
    seen = bo.get(f"/asks/{ask_id}/").text
    assert "Company at lunch" in seen
    assert "Not on Mondays." in seen
    assert PHONE not in seen
    with world.app.app_context():
        told = session().scalars(select(Outbox).where(Outbox.kind == "ask_body")).all()
        assert {row.account_id for row in told} == {world.accounts["bo"].id, world.accounts["bea"].id}
        assert all(row.person_id is None and row.about == {} for row in told)
        looked = select(Trail.by).where(Trail.person_id == world.home.person.id, Trail.verb == "looked")
        assert world.accounts["bo"].id in session().scalars(looked).all()
    with world.acting("rosa") as rosa:
        people.end(rosa, session().scalars(select(Relationship.id).where(Relationship.lead)).first())  # type: ignore[arg-type]
    assert bo.get(f"/asks/{ask_id}/").status == 404
    assert "Company at lunch" not in bo.get("/asks/").text


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("ticked", [True, False])
def test_a_number_goes_along_only_where_that_was_ticked_when_it_was_asked(
    app: Flask, new_client: Callable[..., Client], ticked: bool
) -> None:
    """Alone catches: a yes to passing on that takes the telephone number with it."""
    world = make(app, new_client)
    ask_id = world.asked("rosa", may_pass=True, with_phone=ticked)
    with world.working("priya", ask_id) as work:
        desk_actions.offer(work, world.body.id)
    page = world.clients["bo"].get(f"/asks/{ask_id}/")
    assert page.status == 200
    assert (PHONE in page.text) is ticked


def test_a_yes_is_to_the_body_on_the_page_and_to_no_other(
    app: Flask, new_client: Callable[..., Client]
) -> None:
    """A yes that a page asked for one body, and another gets: put in its place meanwhile, or after it gave it back."""
    world = make(app, new_client)
    with app.app_context():
        other = (
            session()
            .scalars(select(Member.team_id).where(Member.account_id == world.accounts["una"].id))
            .one()
        )
    ask_id = world.asked()
    for client in world.clients.values():
        client.strict = False
    rosa, bo, una = (world.clients[who] for who in ("rosa", "bo", "una"))
    with world.working("priya", ask_id) as work:
        desk_actions.offer(work, world.body.id)
    page = rosa.get(f"{world.base}{ask_id}/pass")
    with world.working("priya", ask_id) as work:
        desk_actions.offer(work, other)
    assert page.form("pass").submit(say="yes").status == 409
    assert una.get(f"/asks/{ask_id}/").status == 404
    with world.working("priya", ask_id) as work:
        desk_actions.offer(work, world.body.id)
    rosa.get(f"{world.base}{ask_id}/pass").form("pass").submit(say="yes")
    assert "Leon" not in bo.get(f"/asks/{ask_id}/").text  # who asked for her
    bo.get(f"/asks/{ask_id}/back").form("back").submit(words="We are full.")
    with world.working("priya", ask_id) as work:
        assert not desk_actions.offer(work, other)
    assert una.get(f"/asks/{ask_id}/").status == 404


def test_who_was_key_contact_before_works_on_no_ask(app: Flask, new_client: Callable[..., Client]) -> None:
    """A key contact whose time is over, or who left that team, and opens the record through another: with all asks."""
    world = make(app, new_client)
    ask_id, amina = world.asked(), world.accounts["amina"]
    with app.test_request_context(), database.command() as work:
        second = people.make_team("Second team")
        people.join_team(second, amina)
        nurse, _ = factories.nurse("Nell", second)
        rights = {factories.Area.CONTACTS: factories.Level.MANAGE}
        people.relate(
            world.home.person.id,
            kind=factories.Role.PROFESSIONAL,
            account_id=nurse.id,
            team_id=second.id,
            rights=rights,
        )
        work.get_one(Member, (world.home.team.id, amina.id)).ended_at = now()
    client = world.clients["amina"]
    client.strict = False
    assert client.get(f"{world.base}team").status == 200
    assert client.get(f"/asks/{ask_id}/").status == 404
    assert "Company at lunch" not in client.get("/asks/").text + client.get(f"{world.base}team").text


@pytest.mark.parametrize("said", ["", "Help with the bill"])
def test_a_line_of_the_plan_goes_to_no_body(app: Flask, new_client: Callable[..., Client], said: str) -> None:
    """Alone catches: a line of the plan that a body reads, though it stood on no page that was agreed to (who acts by
    law, and may not see the plan, says yes); or one on that page that the body does not get.
    """
    world = make(app, new_client)
    with world.acting("rosa") as rosa:
        line = plan.suggest(rosa, part="money", text=CANARY, send=False)
        ask_id = actions.ask(rosa, words=said, about=About("plan", line.id, CANARY)).id
    with world.working("priya", ask_id) as work:
        desk_actions.offer(work, world.body.id)
    rosa_client, bo, shown = world.clients["rosa"], world.clients["bo"], said or "Something about the plan"
    assert CANARY in world.clients["priya"].get(f"/asks/{ask_id}/").text
    page = rosa_client.get(f"{world.base}{ask_id}/pass")
    (would_see,) = [card for card in page.all(".card") if "All that they would see" in card]
    assert shown in would_see
    assert CANARY not in would_see
    page.form("pass").submit(say="yes")
    for there in (f"/asks/{ask_id}/", "/asks/", f"/asks/{ask_id}/add"):
        seen = bo.get(there).text
        assert CANARY not in seen, there
        assert shown in seen


def test_a_body_is_a_team_with_its_own_people_and_nobody_elses(
    app: Flask, new_client: Callable[..., Client], client: Client
) -> None:
    """A body's pages that let it add people to a list or make letters, or make a professional of a colleague."""
    with app.test_request_context(), database.command():
        bo, body = asks.a_body()
        ade = factories.account(Kind.ADMINISTRATOR, "Ade")
        for account in (bo, ade):
            staff.make_administrator(body.id, account.id)
    client.sign_in(bo.id)
    page = client.get("/team/people/")
    assert page.status == 200
    form = page.form("invite").fill(name="Bea", title="volunteer", email="bea@example.org", does="people")
    assert form.submit().status == 200
    with app.app_context():
        kinds = dict(session().execute(select(Account.name, Account.kind)).all())
        assert kinds["Bea"] == Kind.BODY
    client.sign_in(ade.id)
    page = client.get("/team/people/")
    assert "starter set" not in page.text
    client.strict = False
    paths = (
        "team/import/",
        "team/figures/",
        "team/suggested/",
        "team/starter/",
        "caseload/",
        "caseload/find/",
    )
    for account in (bo, ade):
        client.sign_in(account.id)
        for path in paths:
            assert client.get(f"/{path}", follow=False).status == 404, path


def test_what_a_leaver_had_comes_back_at_once_and_is_said(
    app: Flask, new_client: Callable[..., Client]
) -> None:
    """An ask that stays with somebody who works there no more: shown as theirs, told to nobody, its place lost."""
    world = make(app, new_client)
    ask_id, found_id = world.brought_to("accepted_body"), world.brought_to("found_body")
    with app.test_request_context(), database.command() as work:
        bo = work.get_one(Member, (world.body.id, world.accounts["bo"].id))
        bo.ended_at = now()
    for client in world.clients.values():
        client.strict = False
    assert world.clients["bo"].get(f"/asks/{ask_id}/").status == 404
    page = world.clients["rosa"].get(f"{world.base}{ask_id}/").text
    assert "Whoever had it does not work there any more." in page
    assert "Bo of" not in page
    with app.test_request_context():
        assert returning.settle() == 2
        assert returning.settle() == 0
    row, found = world.row(ask_id), world.row(found_id)
    assert (row.state, row.owner_name, row.body_id) == ("asked", "", None)
    assert (found.state, found.place, found.owner_name) == ("found", "The lunch club", "")
    assert "Riverside community team" in world.clients["priya"].get(f"/asks/{ask_id}/").text
    assert "There is news about what you asked for" in world.clients["rosa"].get("/inbox/").text
    assert row.due_on is not None
    with app.app_context():
        assert row.due_on >= teams.today()
