"""One asks again and another answers in the same moment: neither waits for the other for ever."""

from threading import Thread

import pytest

from selfcare.budget import ask_actions
from selfcare.budget.models import SpendAsk
from selfcare.database import command, session
from selfcare.people import death
from tests.budget.conftest import World
from tests.people.scenes import until_it_waits


@pytest.mark.parametrize("engine_kind", ["postgresql"], indirect=True)
def test_who_asks_again_and_who_puts_the_answer_right_do_not_wait_for_each_other(world: World) -> None:
    """Alone catches: a deadlock, and *could not be kept* to one of them: an answer held the ask and then the person,
    an ask the person and then what it follows."""

    def answer(why: str) -> None:
        with world.app.test_request_context(), command():
            ask_actions.answer(world.permit("amina"), asked.id, None, answer="no", words=why)

    with world.app.test_request_context(), command():
        asked = ask_actions.ask(world.permit(), world.budget, what="A garden seat", pence=6_000)
    answer("Ask for a smaller one.")
    other = Thread(target=answer, args=("Ask for a smaller one, please.",))
    with world.app.test_request_context(), command():
        death.has_died(world.house.person.id)  # as far as `ask` has come when the other begins
        other.start()
        until_it_waits(other)
        ask_actions.ask(world.permit(), world.budget, what="A stool", pence=2_000, follows=asked.id)
    other.join()
    with world.app.test_request_context(), command():
        words = session().get_one(SpendAsk, (world.house.person.id, asked.id)).words
    assert words == "Ask for a smaller one, please."
