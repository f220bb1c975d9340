"""A page promises that somebody is told exactly where doing it tells them: each sentence, in each circumstance."""

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import delete, select

from selfcare.accounts.models import Account
from selfcare.appointments import actions as appointments
from selfcare.database import now, session
from selfcare.filing import actions as filing
from selfcare.filing.actions import TypedResult
from selfcare.outbox.models import Outbox
from selfcare.people import death, may_send
from selfcare.people.models import Relationship
from selfcare.results import actions as results
from selfcare.web.access import Permit
from tests.harness.client import Client
from tests.results.world import World, ago, make

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)

As = Callable[[str], Client]
HB = [TypedResult("Haemoglobin", "70", "g/L")]


def nothing(world: World, amina: Permit) -> None:
    """Everybody is there."""


def never_came_in(world: World, amina: Permit) -> None:
    session().execute(
        delete(Relationship).where(Relationship.person_id == amina.person_id, Relationship.kind == "self")
    )


def person_suspended(world: World, amina: Permit) -> None:
    session().get_one(Account, world.home.rosa.id).suspended_at = now()


def contact_suspended(world: World, amina: Permit) -> None:
    session().get_one(Account, world.home.amina.id).suspended_at = now()


def died(world: World, amina: Permit) -> None:
    death.record(amina, amina.today())


def correct(permit: Permit, report: UUID) -> None:
    filing.file_typed(
        permit,
        asked_for="Full blood count",
        laboratory="Lab",
        taken=ago(days=1),
        results=HB,
        replaces_id=report,
    )


def mistake(permit: Permit, report: UUID) -> None:
    filing.mark_in_error(permit, report, "Another’s.")


# What a nurse reads before she does it: the address, what it does, and whether the report is on hold until then.
TO_THE_PERSON = {
    "release": ("results/{report}/release", results.release, True),
    "mistake": ("results/{report}/in-error", mistake, False),
    "mistake on hold": ("results/{report}/in-error", mistake, True),
    "correct": ("results/{report}/correct", correct, False),
    "correct on hold": ("results/{report}/correct", correct, True),
    "reply": ("questions/{question}/reply", None, False),
}


@pytest.fixture
def world(app: Flask) -> World:
    return make(app)


@pytest.fixture
def as_(world: World, new_client: Callable[..., Client]) -> As:
    def signed_in(who: str) -> Client:
        client = new_client()
        client.sign_in(getattr(world.home, who).id)
        return client

    return signed_in


def said(client: Client, world: World, path: str) -> str:
    page = client.get(f"/people/{world.home.person.id}/{path}")
    assert page.status == 200, path
    assert page.html.main
    return re.sub(r"\s+", " ", page.html.main.get_text(" "))


def promises(text: str) -> bool:
    return re.search(r"(?<!Nobody )\bis told\b", text) is not None


def sent(world: World) -> set[tuple[UUID, bool]]:
    """What is in the outbox and may be sent, as it is asked at the moment of sending; and whether that is now."""
    with world.app.app_context():
        rows = session().scalars(select(Outbox).where(Outbox.person_id == world.home.person.id))
        return {
            (row.id, row.not_before <= now())
            for row in rows
            if may_send.whether(row.account_id, row.person_id, row.kind).may
        }


@pytest.mark.parametrize("is_so", [nothing, never_came_in, person_suspended, died])
@pytest.mark.parametrize("sentence", TO_THE_PERSON)
def test_the_person_is_told_where_it_says_so(
    world: World, as_: As, sentence: str, is_so: Callable[[World, Permit], None]
) -> None:
    """Alone catches: “Wilma is told at once” of somebody who never came in, and any such sentence that asks nobody."""
    path, act, on_hold = TO_THE_PERSON[sentence]
    report = world.file(hold=timedelta(days=2)) if on_hold else world.file()
    question = world.do("rosa", appointments.ask, text="May I drive?", send_now=True).id
    world.do("amina", lambda permit: is_so(world, permit))
    text = said(as_("amina"), world, path.format(report=report, question=question))
    before = sent(world)
    if act:
        world.do("amina", act, report)
    else:
        world.do("amina", appointments.reply, question, "Yes.")
    assert promises(text) is bool(sent(world) - before)
    assert promises(text) is (is_so is nothing and sentence != "mistake on hold")


@pytest.mark.parametrize("is_so", [nothing, contact_suspended, died])
def test_the_key_contact_is_told_where_it_says_so(
    world: World, as_: As, is_so: Callable[[World, Permit], None]
) -> None:
    """Alone catches: “Amina is told, and replies by Tuesday” while she is suspended, or after a death; and a notice
    that is made for somebody who has died.
    """
    waits = world.do("rosa", appointments.ask, text="And bathing?", send_now=True).id
    world.do("amina", lambda permit: is_so(world, permit))
    leon = as_("leon")
    text, standing = said(leon, world, "questions/add?now=1"), said(leon, world, f"questions/{waits}/")
    before = sent(world)
    asked = world.do("leon", appointments.ask, text="May she drive?", send_now=True).id
    assert promises(text) is bool(sent(world) - before) is (is_so is nothing)
    for shown in (text, standing, said(leon, world, f"questions/{asked}/")):
        assert ("replies by" in shown) is (is_so is nothing)


@pytest.mark.parametrize("is_so", [never_came_in, died])
def test_nobody_sees_now_what_nobody_looks_at(
    world: World, as_: As, is_so: Callable[[World, Permit], None]
) -> None:
    """Alone catches: “Wilma will see this now” before filing, and “can see this since” afterwards."""
    world.do("amina", lambda permit: is_so(world, permit))
    amina = as_("amina")
    text = said(amina, world, f"results/{world.file()}/")
    assert "Rosa can see this" not in text
    assert "This can be seen since" in text
    held = said(amina, world, f"results/{world.file(hold=timedelta(days=2))}/")
    assert "Rosa will see this" not in held
    assert "This can be seen from" in held
    typed = said(amina, world, "results/type")
    assert "Rosa will see this" not in typed
    assert "This can be seen at once." in typed


@pytest.mark.parametrize("is_so", [nothing, contact_suspended])
def test_a_key_contact_who_is_away_adds_no_note(
    world: World, as_: As, is_so: Callable[[World, Permit], None]
) -> None:
    """Alone catches: the promise of a note by somebody who is suspended, and “has been told” of them."""
    world.do("rosa", results.choose, "with_note", [])
    report = world.file()
    world.do("amina", lambda permit: is_so(world, permit))
    rosa = as_("rosa")
    assert ("Amina will add a note" in said(rosa, world, f"results/{report}/")) is (is_so is nothing)
    rosa.get(f"{world.base}{report}/").form("Ask to see it sooner").submit()
    assert ("Amina has been told" in said(rosa, world, f"results/{report}/")) is (is_so is nothing)
