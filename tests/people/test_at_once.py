"""Two do what touches one person in the same moment: neither is lost, and neither waits for the other for ever."""

from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from selfcare.accounts.models import Account
from selfcare.database import command, finish, session
from selfcare.people import actions, details, invitations, recovery
from selfcare.people.access import accepting
from selfcare.people.models import Handover, Person, Relationship, Team
from selfcare.web.access import Area, Level, Role
from tests import factories
from tests.filing import clinic as clinics
from tests.filing.clinic import ROSA_NUMBER, Clinic, blood
from tests.harness.client import Client
from tests.harness.pages import Answer, Form
from tests.people.scenes import Home, acting, colleague, home, home_with_way, until_it_waits

ON_POSTGRESQL = pytest.mark.parametrize("engine_kind", ["postgresql"], indirect=True)
NUMBER = "9990000018"


def in_another_thread(act: Callable[[], Any]) -> list[BaseException]:
    """Do it, all of it, while this thread's transaction stays open. :returns: what went wrong."""
    faults: list[BaseException] = []

    def run() -> None:
        try:
            act()
        except BaseException as fault:
            faults.append(fault)

    thread = Thread(target=run)
    thread.start()
    thread.join()
    return faults


@pytest.fixture
def clinic(app: Flask) -> Clinic:
    return clinics.make(app)


@ON_POSTGRESQL
@pytest.mark.parametrize("first", ["received", "corrected"])
def test_a_correction_and_a_report_do_not_wait_for_each_other(clinic: Clinic, first: str) -> None:
    """A report points to the team, then to the person; a correction locked the person against that, then the team: of
    the two that came together one was ended as a deadlock. Alone catches: either lock as one against being pointed to.
    """

    def correct() -> None:
        with acting(clinic.app, clinic.amina, clinic.rosa) as permit:
            version = session().get_one(Person, clinic.rosa).version
            details.correct(permit, version, "Typed wrong", nhs_number=NUMBER, family_name="Moxley")

    if first == "received":
        with clinic.app.test_request_context(), command():
            clinics.receive.receive_all([blood()], clinic.lab)
            assert in_another_thread(correct) == []
    else:
        with acting(clinic.app, clinic.amina, clinic.rosa) as permit:
            details.correct(permit, 1, "Typed wrong", nhs_number=NUMBER, family_name="Moxley")
            assert in_another_thread(lambda: clinic.one(blood())) == []
    assert len(clinic.reports()) == 1
    assert clinic.all(Person, id=clinic.rosa)[0].nhs_number == NUMBER


def test_one_number_given_to_two_at_once_is_one_persons(app: Flask) -> None:
    """Alone catches: a correction that looks for the number before its turn, so that a team has it twice."""
    house = home(app)
    priya = colleague(app, house)
    with app.test_request_context(), command() as work:
        team = work.get_one(Team, work.get_one(Relationship, house.aminas).team_id)
        other = factories.person(work.get_one(Account, house.amina), team).id
    both = [(house.amina, house.person), (priya, other)]
    together, taken = Barrier(2), []

    def correct(who: Any, person: Any) -> None:
        together.wait(timeout=30)
        try:
            with acting(app, who, person) as permit:
                details.correct(permit, 1, "Typed wrong", nhs_number=ROSA_NUMBER)
        except actions.NumberTaken:
            taken.append(person)

    threads = [Thread(target=correct, args=one) for one in both]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with app.app_context():
        having = session().scalars(select(Person.id).where(Person.nhs_number == ROSA_NUMBER)).all()
    assert (len(having), len(taken)) == (1, 1)


def both_at_once(app: Flask, house: Home, forms: list[Form], **typed: str) -> list[int]:
    """Send each form in a thread of its own, both as far as they come while somebody else's request is under way there.

    :returns: what they were answered, in order of size.
    """
    answers: list[int] = []

    def send(form: Form) -> None:
        answers.append(form.submit(follow=False, **typed).status)

    threads = [Thread(target=send, args=(form,)) for form in forms]
    with acting(app, house.rosa, house.person):
        here = select(Relationship.id).where(Relationship.person_id == house.person)
        session().scalars(here.with_for_update(read=True)).all()
        for thread in threads:
            thread.start()
        until_it_waits(*threads)
    for thread in threads:
        thread.join()
    return sorted(answers)


@ON_POSTGRESQL
@pytest.mark.parametrize("same", [True, False])
def test_two_who_hand_over_at_once_do_not_wait_for_each_other(
    app: Flask, new_client: Callable[..., Client], same: bool
) -> None:
    """One form pressed twice, or two colleagues: each held the lead as read, and wanted it to change it. Alone catches:
    a deadlock, told as *could not be kept* to somebody for whom it was kept, or who was only slower.
    """
    house = home(app)
    priya, gwen = colleague(app, house), colleague(app, house)
    clients = [new_client(), new_client()]
    for client, who in zip(clients, (house.amina, house.amina if same else priya), strict=True):
        client.sign_in(who)
    forms = [client.get(f"/people/{house.person}/hand-over").form("hand-over") for client in clients]
    if same:
        forms[1].fill(form_id=forms[0].value("form_id") or "")
    for client in clients:
        client.strict = False  # the markup is judged elsewhere, one page after another
    answers = both_at_once(app, house, forms, to=str(gwen), note="Gwen rings on Monday.")
    assert answers == ([303, 303] if same else [303, 409])
    with acting(app, house.rosa, house.person):
        assert session().get_one(Relationship, house.aminas).account_id == gwen
        assert len(session().scalars(select(Handover)).all()) == 1


@ON_POSTGRESQL
def test_who_ends_their_own_access_twice_at_once_has_ended_it(
    app: Flask, new_client: Callable[..., Client]
) -> None:
    """Alone catches: *could not be kept*, or *no such page*, said to somebody whose access has ended."""
    house = home(app)
    clients = [new_client(), new_client()]
    for client in clients:
        client.sign_in(house.leon)
    forms = [client.get(f"/people/{house.person}/stop-helping").form("stop") for client in clients]
    for client in clients:
        client.strict = False  # the markup is judged elsewhere, one page after another
    assert both_at_once(app, house, forms) == [303, 303]


@ON_POSTGRESQL
def test_who_asks_in_the_same_moment_is_shown_what_the_other_asked(
    app: Flask, new_client: Callable[..., Client]
) -> None:
    """The second of two was told that there is no such page. Alone catches: that, and what they typed gone with it."""
    house = home_with_way(app)
    second_nurse = new_client()
    second_nurse.sign_in(colleague(app, house))
    form = second_nurse.get(f"/people/{house.person}/recovery/ask").form("recovery")
    answers: list[Answer] = []
    second = Thread(target=lambda: answers.append(form.submit(how="face", seen="Her bus pass")))
    with acting(app, house.amina, house.person) as permit:
        recovery.ask(permit, how=recovery.FACE, seen="Her passport")
        second.start()
        until_it_waits(second)
    second.join()
    (page,) = answers
    assert page.status == 409
    for said in ("Amina has asked already", "Her passport", "Her bus pass"):
        assert said in page


@ON_POSTGRESQL
def test_an_access_that_is_ended_while_its_helper_uses_a_new_code_is_ended(
    app: Flask, new_client: Callable[..., Client]
) -> None:
    """Alone catches: the code held first by who uses it, and last by who takes it back. One of the two was stopped, and
    it was the person who wanted somebody out.
    """
    house = home(app)
    with acting(app, house.rosa, house.person) as permit:
        code, born = invitations.invite_carer(permit, "Leon", {Area.DIARY: Level.ADD}), permit.subject.born
    rosa = new_client()
    rosa.sign_in(house.rosa)
    form = rosa.get(f"/people/{house.person}/access/{house.leons}/end").form("end")
    answers: list[Answer] = []
    thread = Thread(target=lambda: answers.append(form.submit()))
    with app.test_request_context():
        found = invitations._right(code, born)
        assert found is not None
        thread.start()
        until_it_waits(thread)
        leon = session().get_one(Account, house.leon)
        invitations._let_in(accepting(found[1], leon.id, leon.name, Role.CARER), *found, leon)
        assert finish(True)
    thread.join()
    assert answers[0].status == 200, answers[0].text[:300]
    with app.app_context():
        assert session().get_one(Relationship, house.leons).state == "ended"
