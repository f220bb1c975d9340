"""No code outlives the right that made it: each way in by a code × each way in which that right can end."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import delete, select, update

from selfcare.accounts.models import Account
from selfcare.caseload.handing_over import hand_over
from selfcare.database import command, now, session
from selfcare.people import actions, invitations, recovery, staff
from selfcare.people.models import Invitation, Person, Recovery, Relationship, Right, Team
from selfcare.web.access import Area, Level
from tests import factories
from tests.harness.client import Client
from tests.people.scenes import Home, acting, colleague, home, home_with_way
from tests.people.test_recovery import BORN, code_of, come_back


@dataclass
class Scene:
    """A household, a colleague of its nurse, a nurse of another team, and somebody who acts for Rosa."""

    app: Flask
    house: Home
    priya: UUID
    owen: UUID
    hillside: UUID
    sam: UUID  # her deputy: lets others in
    deputy: UUID

    def use(self, client: Client, code: str) -> bool:
        return client.get("/invitation").forms()[-1].submit(follow=False, code=code, **BORN).status == 303

    def join(self, client: Client, who: UUID, code: str) -> bool:
        """A professional types it for their own team."""
        client.sign_in(who)
        return client.get("/caseload/code").form("join").submit(follow=False, code=code, **BORN).status == 303

    def change(self, table: type, row_id: UUID, **values: object) -> None:
        with self.app.test_request_context(), command() as work:
            work.execute(update(table).where(table.id == row_id).values(**values))


def scene(app: Flask, made: Home) -> Scene:
    priya = colleague(app, made)
    with app.test_request_context(), command() as work:
        owen, hillside = factories.nurse("Owen", actions.make_team("Hillside"))
        sam = factories.account(name="Sam")
        deputy = actions.relate(
            made.person,
            kind=factories.Role.CARER,
            account_id=sam.id,
            rights={Area.PEOPLE: Level.MANAGE},
            basis="deputy",
        )
        assert work.get_one(Person, made.person)
        return Scene(app, made, priya, owen.id, hillside.id, sam.id, deputy.id)


def everyday(at: Scene) -> None:
    """Each of the team has made codes before, and asked for and confirmed ways back, for somebody else: none of those
    who are still there may stand in for one who has left.
    """
    with at.app.test_request_context(), command() as work:
        team = work.get_one(Relationship, at.house.aminas).team_id
        assert team
        _everyday(team, (at.house.amina, at.priya))


def _everyday(team: UUID, at_work: tuple[UUID, UUID]) -> None:
    born = date(1950, 1, 2)
    other = actions.add_person(
        given_name="Otto", family_name="Berg", born=born, team_id=team, lead=at_work[0]
    )
    ottos = factories.account(name="Otto")
    for one, beside in (at_work, at_work[::-1]):
        session().add(
            Invitation(
                person_id=other.id, kind="self", name="Otto", rights={}, code_hash=f"otto-{one}", made_by=one,
                made_at=now(), expires_at=now() + timedelta(days=9),
            )
        )  # fmt: skip
        session().add(
            Recovery(
                person_id=other.id, account_id=ottos.id, team_id=team, how="face", seen="", asked_by=one, asked_name="",
                asked_at=now(), confirmed_by=beside, confirmed_name="", stopped_at=now(), expires_at=now(),
            )
        )  # fmt: skip
    session().flush()


# --------------------------------------------------------------------------------------------- the ways in by a code


def a_letter(at: Scene) -> str:
    with acting(at.app, at.house.amina, at.house.person) as amina:
        return invitations._invite(amina, invitations.SELF, "Rosa", {})


def a_carers(at: Scene) -> str:
    with acting(at.app, at.sam, at.house.person) as sam:
        return invitations.invite_carer(sam, "Ali", {Area.DIARY: Level.SEE})


def a_teams(at: Scene) -> str:
    with acting(at.app, at.sam, at.house.person) as sam:
        return invitations.invite_team(sam)


def a_recovery(at: Scene) -> str:
    """Asked for and confirmed; its day is over."""
    with acting(at.app, at.house.amina, at.house.person) as amina:
        recovery.ask(amina, how="face", seen="Passport")
    with acting(at.app, at.priya, at.house.person) as priya:
        recovery.confirm(priya)
        code, _ = recovery.write_code(priya)
    with at.app.test_request_context(), command() as work:
        work.execute(
            update(Recovery)
            .where(Recovery.person_id == at.house.person)
            .values(opens_at=now() - timedelta(hours=1))
        )
    return code


WAYS: dict[str, tuple[Callable[[Scene], str], Callable[[Scene, Client, str], bool], bool]] = {
    # the code is made, used; whether Rosa has come in with a way of her own
    "a letter": (a_letter, Scene.use, False),
    "a letter, by a second team": (a_letter, lambda at, client, code: at.join(client, at.owen, code), False),
    "a letter, by a colleague": (a_letter, lambda at, client, code: at.join(client, at.priya, code), False),
    "a carer's code": (a_carers, Scene.use, True),
    "a team's code": (a_teams, lambda at, client, code: at.join(client, at.owen, code), True),
    "a recovery": (a_recovery, lambda at, client, code: come_back(client, code).status == 303, True),
}


# ------------------------------------------------------------------------------------------------ how the right ended


def ended(of: str) -> Callable[[Scene], None]:
    def end(at: Scene) -> None:
        with acting(at.app, at.sam, at.house.person) as sam:
            actions.end(sam, at.house.aminas if of == "team" else at.deputy)

    return end


def leaves(who: str) -> Callable[[Scene], None]:
    def leave(at: Scene) -> None:
        with at.app.test_request_context(), command() as work:
            team = work.get_one(Team, work.get_one(Relationship, at.house.aminas).team_id)
            amina, priya = work.get_one(Account, at.house.amina), work.get_one(Account, at.priya)
            one, heir = (amina, priya) if who == "amina" else (priya, amina)
            staff.leave(one, team, heir, hand_over)

    return leave


def suspended(who: Callable[[Scene], UUID]) -> Callable[[Scene], None]:
    return lambda at: at.change(Account, who(at), suspended_at=now())


def held(relationship: Callable[[Scene], UUID], **values: object) -> Callable[[Scene], None]:
    return lambda at: at.change(Relationship, relationship(at), **values)


def no_right_left(at: Scene) -> None:
    with at.app.test_request_context(), command() as work:
        work.execute(delete(Right).where(Right.relationship_id == at.deputy))


OVER = {"until": now() - timedelta(seconds=1)}
OF_TEAM: dict[str, Callable[[Scene], None]] = {
    "the team's access is ended": ended("team"),
    "it ran out": held(lambda at: at.house.aminas, **OVER),
    "it is suspended": held(lambda at: at.house.aminas, state="suspended"),
    "who made it left the team": leaves("amina"),
    "who made it is suspended": suspended(lambda at: at.house.amina),
}
OF_DEPUTY: dict[str, Callable[[Scene], None]] = {
    "their access is ended": ended("deputy"),
    "it ran out": held(lambda at: at.deputy, **OVER),
    "it is suspended": held(lambda at: at.deputy, state="suspended"),
    "they let nobody in any more": no_right_left,
    "they are suspended": suspended(lambda at: at.sam),
}
OF_CONFIRMER = {
    "who confirmed it left the team": leaves("priya"),
    "who confirmed it is suspended": suspended(lambda at: at.priya),
}
OF_ALL: dict[str, Callable[[Scene], None]] = {
    "the person has died": lambda at: at.change(Person, at.house.person, died_on=now().date()),
    "added by mistake": lambda at: at.change(Person, at.house.person, mistaken_at=now()),
    "nothing ended": lambda at: None,
}


@pytest.mark.parametrize("way", WAYS)
def test_no_code_outlives_the_right_that_made_it(
    app: Flask, new_client: Callable[..., Client], way: str
) -> None:
    make, use, own = WAYS[way]
    ends = OF_DEPUTY if way in ("a carer's code", "a team's code") else OF_TEAM
    opened = {}
    for how, end in (ends | (OF_CONFIRMER if way == "a recovery" else {}) | OF_ALL).items():
        at = scene(app, home_with_way(app) if own else home(app, own=False))
        everyday(at)
        code = make(at)
        end(at)
        opened[how] = use(at, new_client(), code)
        at.change(Account, at.house.rosa, email=None)
    assert opened == {how: how == "nothing ended" for how in opened}


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_with_the_teams_access_goes_whoever_came_in_by_its_letter(
    app: Flask, new_client: Callable[..., Client]
) -> None:
    """Whoever else used the letter sat in the account for 30 days more; Rosa, who ends it, stays."""
    made = home(app, own=False)
    nurse, rosa, other = new_client(), new_client(), new_client()
    nurse.sign_in(made.amina)
    code = code_of(nurse.get(f"/people/{made.person}/letter").form("Make the letter").submit())
    for browser in (rosa, other):
        assert browser.get("/invitation").form().submit(follow=False, code=code, **BORN).status == 303
    page = rosa.get(f"/people/{made.person}/access/{made.aminas}/end")
    assert "First set how you sign in." in page
    page.form("end").submit()
    assert nurse.get(f"/people/{made.person}/").status == 404
    assert other.get("/account/", follow=False).status == 303
    assert rosa.get("/account/", follow=False).status == 200


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_a_way_back_ends_the_codes_that_were_made_in_the_account(
    app: Flask, new_client: Callable[..., Client]
) -> None:
    """Who held her account before her may have made one."""
    at = scene(app, home_with_way(app))
    with acting(app, at.house.rosa, at.house.person) as rosa:
        code = invitations.invite_carer(rosa, "Ali", {Area.DIARY: Level.SEE})
    assert come_back(new_client(), a_recovery(at)).status == 303
    assert not at.use(new_client(), code)


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_the_page_says_when_a_way_back_opens_nothing_and_it_can_be_stopped(
    app: Flask, new_client: Callable[..., Client]
) -> None:
    """It said "The code works now", to the person and to the team, of one that rests on a suspended account."""
    at = scene(app, home_with_way(app))
    a_recovery(at)
    at.change(Account, at.house.amina, suspended_at=now())
    for who in (at.house.rosa, at.priya):
        browser = new_client()
        browser.sign_in(who)
        page = browser.get(f"/people/{at.house.person}/recovery")
        assert "This opens nothing" in page
        assert "The code works" not in page
        assert not [form for form in page.forms() if form.bears("Make the letter")]
    page.form("Stop it").submit()
    with app.app_context():
        assert session().scalars(select(Recovery.stopped_at)).one() is not None


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_the_code_of_a_way_back_is_in_no_other_hands_than_of_those_who_vouched(
    app: Flask, new_client: Callable[..., Client]
) -> None:
    """A third colleague's would outlive their leaving: nothing says who made it."""
    at = scene(app, home_with_way(app))
    a_recovery(at)
    third = colleague(app, at.house)
    browser = new_client()
    browser.sign_in(third)
    page = browser.get(f"/people/{at.house.person}/recovery")
    assert "Amina or Priya can make the letter now." in page
    token = page.form("Stop it").value("csrf_token")
    answer = browser.post(f"/people/{at.house.person}/recovery/code", {"csrf_token": token})
    assert answer.status == 404


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_what_waits_is_what_still_opens_something(app: Flask, new_client: Callable[..., Client]) -> None:
    """A letter of a member who left stood as "A letter was made on …. Nobody has come in with it yet."."""
    at = scene(app, home(app, own=False))
    a_letter(at)
    browser = new_client()
    browser.sign_in(at.priya)
    url = f"/people/{at.house.person}/letter"
    assert "A letter was made on" in browser.get(url)
    leaves("amina")(at)
    assert "A letter was made on" not in browser.get(url)
    with app.app_context():
        assert session().scalars(select(Invitation.withdrawn_at)).one() is None


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_what_is_confirmed_is_what_was_read(app: Flask, new_client: Callable[..., Client]) -> None:
    """Stopped and asked for anew while the page was open: the button confirmed what nobody had read."""
    at = scene(app, home_with_way(app))
    with acting(app, at.house.amina, at.house.person) as amina:
        recovery.ask(amina, how="face", seen="Passport")
    browser = new_client()
    browser.sign_in(at.priya)
    form = browser.get(f"/people/{at.house.person}/recovery").form("I confirm it")
    with acting(app, at.house.amina, at.house.person) as amina:
        recovery.stop(amina)
    with acting(app, at.house.amina, at.house.person) as amina:
        recovery.ask(amina, how="called", seen="A number she gave me")
    answer = form.submit()
    assert answer.status == 409
    assert "A number she gave me" in answer
    assert answer.form("I confirm it").submit().status == 200


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("has_way", [True, False])
def test_who_ends_the_only_team_for_another_is_told_that_it_locks_them_out(
    app: Flask, new_client: Callable[..., Client], has_way: bool
) -> None:
    """Alone catches: a deputy who is asked nothing, after which the person's letter and all her devices are shut."""
    at = scene(app, (home_with_way if has_way else home)(app))
    if not has_way:
        at.change(Account, at.house.rosa, way_at=None)
    browser = new_client()
    browser.sign_in(at.sam)
    page = browser.get(f"/people/{at.house.person}/access/{at.house.aminas}/end")
    shut = (
        "Rosa has no way to sign in of their own: they will be signed out everywhere, and cannot come back until a"
        " team makes them a new letter."
    )
    assert (shut in page) != has_way
    assert "First set how you sign in." not in page, "that is for Rosa to do"
