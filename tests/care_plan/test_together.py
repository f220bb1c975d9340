"""Nobody is shown as having agreed to words that they did not see, whoever answers at the same moment."""

from collections.abc import Callable
from threading import Barrier, Thread
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from selfcare import database
from selfcare.accounts.models import Account
from selfcare.care_plan import actions
from selfcare.care_plan.models import PlanChange
from selfcare.care_plan.states import NotNow, State, Unseen
from selfcare.database import session
from tests import factories
from tests.care_plan.world import make
from tests.factories import plans
from tests.harness.client import Client


def test_two_agree_to_different_versions_at_once(app: Flask, new_client: Callable[..., Client]) -> None:
    """Rosa says yes to Amina's words while Amina says yes to Rosa's: one of them counts, and the other's yes finds that
    out. Alone catches: an answer that reads the line without its lock, on either engine."""
    world = make(app, new_client)
    home = world.home
    with world.permit() as rosa:
        old = plans.agreed(home, part="home", text="A rail")
        mine = actions.suggest(rosa, line_id=old.line_id, part="home", text="A second rail")
        with app.test_request_context():
            amina = factories.permit(home.amina, home.person)
        theirs = actions.suggest(amina, line_id=old.line_id, part="home", text="A lift")
    gate, done, late, faults = Barrier(2), [], [], []

    def answer(account: Account, row: UUID, seen: str) -> None:
        try:
            gate.wait(10)
            with app.test_request_context(), database.command():
                actions.agree(factories.permit(account, home.person), row, seen)
            done.append(account.name)
        except NotNow as refused:
            late.append(refused.state)
        except Exception as fault:
            faults.append(fault)

    threads = [
        Thread(target=answer, args=args)
        for args in ((home.rosa, theirs.id, theirs.digest), (home.amina, mine.id, mine.digest))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert (faults, len(done), late) == ([], 1, [State.SUPERSEDED])
    with app.app_context():
        rows = session().scalars(select(PlanChange).where(PlanChange.line_id == old.line_id)).all()
        counts = [row for row in rows if row.state == State.AGREED and row.replaced_at is None]
        assert [row.text for row in counts] == [{"Rosa": "A lift", "Amina": "A second rail"}[done[0]]]
        lost = next(row for row in rows if row.state == State.SUPERSEDED)
        assert {"Rosa": lost.team_at and lost.person_at, "Amina": lost.person_at and lost.team_at}[
            done[0]
        ] is None


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_a_yes_is_to_the_words_that_were_shown(app: Flask, new_client: Callable[..., Client]) -> None:
    """Alone catches: an answer that is taken for words other than those on the page it came from."""
    world = make(app, new_client)
    with world.permit(world.home.amina) as amina:
        row = actions.suggest(amina, part="looks", text="My legs feel heavy.")
        id_ = row.id
    page = world.rosa.get(f"{world.base}changes/{id_}/")
    with world.permit():
        # As a fault, or a hand in the database, would leave it.
        kept = session().get_one(PlanChange, (world.home.person.id, id_))
        kept.text = "I want to move into a home."
    again = page.form("/agree").submit(follow=False)
    assert again.status == 409
    assert "The words are not the ones you saw. Nothing was agreed." in again
    assert again.form("/agree").submit(follow=False).status == 409
    with world.permit() as rosa, pytest.raises(Unseen):
        actions.agree(rosa, id_, "")
    with app.app_context():
        kept = session().get_one(PlanChange, (world.home.person.id, id_))
        assert (kept.state, kept.person_at) == (State.SUGGESTED, None)
