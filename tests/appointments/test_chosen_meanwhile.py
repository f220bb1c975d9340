"""Whom a question is for is chosen on a page that shows how it stands, never by one that is out of date."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from selfcare.appointments import actions, models, queries, question_actions
from selfcare.audit.models import Trail
from selfcare.database import session
from selfcare.people.models import Relationship
from selfcare.sharing import actions as sharing
from selfcare.web.access import Area, Level, Permit
from tests.appointments.conftest import World
from tests.harness.pages import Form

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
ALL = dict.fromkeys(Area, Level.MANAGE)


def change(world: World, asked: UUID, who: str = "rosa") -> Form:
    return getattr(world, who).get(f"{world.base}questions/{asked}/change").form("question")


def without(form: Form, *names: str) -> Form:
    """As a page sent it that had no such fields."""
    form.values = [pair for pair in form.values if pair[0] not in names]
    return form


def shared(world: World, asked_for: UUID) -> UUID:
    with world.acting() as permit:
        today = permit.today()
        return sharing.share(
            permit, sections=("questions",), first=today, last=today, appointment_id=asked_for
        )


@contextmanager
def nobody_to_ask(world: World) -> Iterator[None]:
    with world.acting():
        session().execute(sa.update(Relationship).values(lead=False))
    yield


@pytest.mark.parametrize("rights", [ALL])
@pytest.mark.parametrize("who", ["rosa", "leon"])
def test_a_typo_mended_on_an_old_page_takes_nothing_back(world: World, who: str) -> None:
    """Alone catches: a choice that nobody touched, taken for one: what is asked now would be asked no more."""
    asked = world.ask("Can I drve?")
    form = change(world, asked, who)
    change(world, asked).submit(readers="now")
    assert form.submit(text="Can I drive?").status == 200
    assert (world.row(asked).text, world.row(asked).asked_at is None) == ("Can I drive?", False)
    assert world.amina.get(f"{world.base}questions/{asked}/").status == 200


@pytest.mark.parametrize("drawn", ["helpers", "me"])
def test_a_page_of_before_chooses_nothing(world: World, drawn: str) -> None:
    """Alone catches: a page drawn before the update, which does not say what was ticked, that takes *Ask now* back."""
    asked = world.ask("Can I drve?", only_me=drawn == "me")
    form = without(change(world, asked), "readers_was")
    change(world, asked).submit(readers="now")
    answer = form.submit(text="Can I drive?")
    if drawn == "me":  # whether it is a wish or was ticked before, nobody can tell
        assert answer.status == 422
        assert "Choose who it is for." in answer
        assert answer.form("question").value("readers") == "me"
        assert world.row(asked).asked_at
        assert answer.form("question").submit().status == 200
        assert world.row(asked).only_me
    else:
        assert answer.status == 200
        assert world.row(asked).asked_at
    assert world.row(asked).text == "Can I drive?"


@pytest.mark.parametrize(("then", "chosen"), [("now", "me"), ("me", "now"), ("me", "helpers")])
def test_what_was_chosen_meanwhile_is_shown_before_it_is_overruled(
    world: World, then: str, chosen: str
) -> None:
    """Alone catches: the last device that wins, unseen."""
    asked = world.ask("Can I drive?", send_now=chosen == "helpers")
    form = change(world, asked)
    change(world, asked).submit(readers=then)
    answer = form.submit(text="Can I drive at night?", readers=chosen)
    assert answer.status == 409
    assert "was changed since you opened it" in answer
    row = world.row(asked)
    assert (row.only_me, row.asked_at is not None) == (then == "me", then == "now")
    assert [tag["value"] for tag in answer.html.select("[name=readers][checked]")] == [then]
    assert answer.form("question").submit(readers=chosen).status == 200
    row = world.row(asked)
    assert (row.text, row.only_me, row.asked_at is not None) == (
        "Can I drive at night?",
        chosen == "me",
        chosen == "now",
    )


@pytest.mark.parametrize("drawn", ["helpers", "now"])
@pytest.mark.parametrize("keep", ["mine", "both"])
def test_which_words_stay_says_nothing_about_who_reads_them(world: World, drawn: str, keep: str) -> None:
    """Alone catches: "both" that shows the helpers, or sends the nurse, what was made *only me* meanwhile."""
    asked = world.ask("Can I drive?", send_now=drawn == "now")
    form = change(world, asked)
    change(world, asked).submit(text="I drink and drive", readers="me")
    answer = form.submit(text="Can I drive at night?")
    assert answer.status == 409
    answer.form("Keep what I chose").submit(keep=keep)
    row = world.row(asked)
    assert (row.only_me, row.asked_at, "Can I drive at night?" in row.text) == (True, None, True)
    assert world.open("leon") == []
    assert world.amina.get(f"{world.base}questions/{asked}/").status == 404


def test_chosen_on_a_page_with_other_words_it_is_said_that_it_does_not_count(world: World) -> None:
    asked = world.ask("Can I drive?")
    form = change(world, asked)
    change(world, asked).submit(text="May I drive?")
    answer = form.submit(text="Can I fly?", readers="now")
    assert "Who it is for stays as it is now." in answer
    answer.form("Keep what I chose").submit(keep="mine")
    assert (world.row(asked).text, world.row(asked).asked_at) == ("Can I fly?", None)
    # To be read by fewer is never lost on the way.
    form = change(world, asked)
    change(world, asked).submit(text="May I fly?")
    form.submit(text="Can I swim?", readers="me").form("Keep what I chose").submit(keep="mine")
    assert (world.row(asked).text, world.row(asked).only_me) == ("Can I swim?", True)


def test_without_a_choice_it_is_asked_again_and_nothing_is_chosen_for_them(world: World) -> None:
    """What a browser sends after "Choose again": no choice, where none is ticked."""
    old = without(world.rosa.get(f"{world.base}questions/add").form("question"), "readers", "readers_was")
    old.values += [("only_me", "y"), ("send_now", "y")]
    answer = old.submit(text="My secret")
    assert answer.status == 422
    answer.form("question").submit()
    assert (world.open(), world.open("leon")) == (["My secret"], [])
    form = world.rosa.get(f"{world.base}questions/add").form("question")
    with nobody_to_ask(world):
        answer = form.submit(text="Keep my words", readers="now")
        assert answer.status == 422
        answer = answer.form("question").submit()
        assert answer.status == 422
        assert "Choose who it is for." in answer
        assert world.open("leon") == []
        page = world.rosa.get(f"{world.base}questions/add?now=1")
        assert [tag["value"] for tag in page.html.select("[name=readers][checked]")] == ["helpers"]


def test_a_visit_of_the_persons_own_offers_nobody_else(world: World) -> None:
    """Alone catches: *Ask now* and "can see it" of what only they will see, refused days later."""
    visit = world.visit(3, only_me=True)
    kept = world.rosa.get(f"{world.base}appointments/{visit.id}/prepare/keep").text
    assert "Those you let see your questions" not in kept
    assert "It goes to Amina once" not in kept
    assert "Only you can see that visit, so only you see this." in kept
    page = world.rosa.get(f"{world.base}questions/add?appointment={visit.id}")
    assert page.html.select("[name=readers][value=now]") == []
    assert "Only you can see that visit, so only you see this." in page
    page.form("question").submit(text="My own")
    assert (world.open(visit=visit.id), world.open("leon")) == (["My own"], [])


def test_read_for_the_visit_is_not_read_as_what_waits_for_a_reply(world: World) -> None:
    """Alone catches: "Read by Amina" of something she was asked after she had read it."""
    visit = world.visit(3)
    asked = world.ask("Can I drive?", appointment_id=visit.id)
    made = shared(world, visit.id)
    world.amina.get(f"{world.base}summary/{made}/").form("/seen").submit()
    one = f"{world.base}questions/{asked}/"
    assert "Read by Amina" in world.rosa.get(one)
    change(world, asked).submit(readers="now")
    page = world.rosa.get(one)
    assert "Read by Amina" not in page
    assert "Amina read it as it was before" in page
    assert "I have read it" in world.amina.get(one)


def test_why_they_ask_is_read_with_the_question(world: World) -> None:
    """Alone catches: "Read by Amina" of a why that the summary she opened does not have."""
    visit = world.visit(3)
    asked = world.ask("Can I drive?", appointment_id=visit.id, why="Old why")
    made = shared(world, visit.id)
    change(world, asked).submit(why="I fell at the wheel")
    page = world.amina.get(f"{world.base}summary/{made}/")
    assert "I fell at the wheel" not in page.text
    page.form("/seen").submit()
    assert world.row(asked).read_at is None


def test_what_somebody_read_is_kept_when_it_is_made_only_me(world: World) -> None:
    asked = world.ask("Can I drive?", send_now=True)
    world.amina.get(f"{world.base}questions/{asked}/").form("/seen").submit()
    change(world, asked).submit(text="Can I fly?", readers="me")
    with world.reading() as permit:
        said = queries.wordings(permit, queries.question(permit, asked))
    assert "Can I drive?" in said


@pytest.mark.parametrize("rights", [ALL])
def test_what_was_taken_back_and_hidden_stands_in_the_trail(world: World) -> None:
    """Alone catches: "changed" of what takes back what the person asked."""
    asked, kept = world.ask("Can I drive?", send_now=True), world.ask("May I fly?")
    change(world, asked, "leon").submit(readers="helpers")
    change(world, kept).submit(readers="me")
    with world.app.app_context():
        noted = session().execute(sa.select(Trail.verb, Trail.by_role).where(Trail.kind == "question"))
        found = [tuple(row) for row in noted.all()]
    assert ("took back", "carer") in found
    assert ("hid", "self") in found
    assert "changed" not in {verb for verb, _ in found}
    assert "Took back a question" in world.rosa.get(f"{world.base}who-looked/")


def test_hidden_between_reading_and_sharing_it_is_not_sent(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Alone catches: the whole share lost to the constraint, for one question that somebody hid at that instant."""
    visit = world.visit(3)
    hidden, other = (world.ask(text, appointment_id=visit.id) for text in ("Can I drive?", "May I fly?"))
    read = queries.open_questions

    def and_then_one_is_hidden(permit: Permit, *args: UUID | None, **named: bool) -> list[queries.Question]:
        found = read(permit, *args, **named)
        session().execute(sa.update(models.Question).where(models.Question.id == hidden).values(only_me=True))
        return found

    monkeypatch.setattr(question_actions.queries, "open_questions", and_then_one_is_hidden)
    with world.acting() as permit:
        assert actions.send_questions(permit, visit.id, uuid4()) == 1
    assert (world.row(hidden).sent_at, world.row(other).sent_at is None) == (None, False)
