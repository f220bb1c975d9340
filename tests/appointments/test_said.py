"""A professional who replies to what was taken back meanwhile is told what is so."""

import pytest

from tests.appointments.conftest import World

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)


def test_a_question_that_was_taken_back_is_not_replied_to(world: World) -> None:
    """Alone catches: a page that is not there, and the reply gone with it."""
    taken, sent = world.ask("Can I drive?", send_now=True), world.ask("Can I fly?", send_now=True)
    said = "This question was not sent to you, so it cannot be answered here."
    forms = {
        one: world.amina.get(f"{world.base}questions/{one}/reply").form("reply-form") for one in (taken, sent)
    }
    page = world.rosa.get(f"{world.base}questions/{taken}/change")
    page.form("question").submit(readers="me")
    answer = forms[taken].submit(reply="Yes.")
    assert (answer.status, said in answer, "Yes." in answer) == (409, True, True)
    assert world.row(taken).reply is None
    assert said not in forms[sent].submit(reply="Yes.").text
