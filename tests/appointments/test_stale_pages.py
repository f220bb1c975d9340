"""A button or a form answers what stood on its page: what came since is read first, and nothing typed is lost."""

from collections.abc import Callable
from uuid import UUID

import pytest

from selfcare.appointments import actions, queries
from selfcare.appointments.models import Question
from selfcare.database import session
from selfcare.notifications.models import Notice
from tests.appointments.conftest import World
from tests.harness.pages import Form

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)


def typed(form: Form, **values: str) -> Form:
    form.values = [(name, values.get(name, value)) for name, value in form.values]
    return form


@pytest.fixture
def asked(world: World) -> UUID:
    return world.ask("May I stop the warfarin?", send_now=True)


def reply(world: World, asked: UUID, words: str) -> None:
    with world.acting("amina") as permit:
        actions.reply(permit, asked, words)


def reword(world: World, asked: UUID, words: str) -> None:
    change = world.rosa.get(f"{world.base}questions/{asked}/change").form()
    assert typed(change, text=words).submit().status == 200


def test_a_reply_stands_under_the_words_it_was_given_to(world: World, asked: UUID) -> None:
    """ "Yes, that is fine." stood under "May I take double the warfarin?" as if it had been asked."""
    one = f"{world.base}questions/{asked}/"
    form = typed(world.amina.get(f"{one}reply").form("Send the reply"), reply="Yes, that is fine.")
    reword(world, asked, "May I take double the warfarin?")
    answer = form.submit()
    assert answer.status == 409
    assert "Rosa has changed this" in answer
    assert "May I take double the warfarin?" in answer
    again = answer.form("Send the reply")
    assert again.value("reply") == "Yes, that is fine."
    assert world.row(asked).reply is None
    assert again.submit(reply="No! One a day.").status == 200
    assert (world.row(asked).reply, world.row(asked).reply_to) == (
        "No! One a day.",
        "May I take double the warfarin?",
    )


def test_a_second_reply_replaces_nothing_unread(world: World, asked: UUID) -> None:
    one = f"{world.base}questions/{asked}/"
    first, second = (world.amina.get(f"{one}reply").form("Send the reply") for _ in range(2))
    typed(first, reply="Not for a week.").submit()
    answer = typed(second, reply="Call me.").submit()
    assert answer.status == 409
    for words in ("Not for a week.", "Call me."):
        assert words in answer
    assert world.row(asked).reply == "Not for a week."
    assert answer.form("Keep what I chose").submit(keep="both").status == 200
    assert world.row(asked).reply == "Not for a week.\n\nCall me."


def test_only_the_reply_that_was_read_is_seen(world: World, asked: UUID) -> None:
    """The page is there, its "seen" not yet, on a slow line: the newer reply was no longer new."""
    reply(world, asked, "Yes.")
    seen = world.rosa.get(f"{world.base}questions/{asked}/").form("I have read it")
    reply(world, asked, "No! I was wrong.")
    assert seen.submit().status == 409
    part = seen.submit(htmx=True)
    assert "has changed this since you opened it" in part.text
    assert [each.reply for each in world.ask_of(queries.replies)] == ["No! I was wrong."]
    with world.app.app_context():
        told = session().query(Notice.seen_at).where(Notice.account_id == world.home.rosa.id)
        assert {seen_at for (seen_at,) in told} == {None}


BUTTONS: dict[str, tuple[Callable[[World, UUID], None], Callable[[World, UUID], None], str]] = {
    # how it stood, what came since, what nobody has done
    "This answers it": (
        lambda world, asked: reply(world, asked, "Yes."),
        lambda world, asked: reply(world, asked, "No! I was wrong."),
        "closed_at",
    ),
    "Ask Amina now": (
        lambda world, asked: None,
        lambda world, asked: reword(world, asked, "Leon’s words"),
        "asked_at",
    ),
}


@pytest.mark.parametrize("button", BUTTONS)
@pytest.mark.parametrize("alone", [False, True])
def test_a_button_does_what_was_on_its_page(world: World, button: str, alone: bool) -> None:
    """Beside what it is about, and on the page that it has for itself."""
    before, since, undone = BUTTONS[button]
    asked = world.ask("May I drive?", send_now=button == "This answers it")
    before(world, asked)
    one = f"{world.base}questions/{asked}/"
    form = world.rosa.get(one).form(button)
    if alone:
        page = world.rosa.get(form.action)
        assert "May I drive?" in page
        form = page.form(button)
    since(world, asked)
    assert form.submit().status == 409
    row: Question = world.row(asked)
    assert getattr(row, undone) is None
    assert world.rosa.get(one).form(button).submit().status == 200
    assert getattr(world.row(asked), undone) is not None
