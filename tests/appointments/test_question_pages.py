"""The pages of questions: odd input, twice, two people at once, order, paging, and who finds them."""

from datetime import timedelta

import pytest

from selfcare.appointments import actions, queries
from selfcare.web.item_reference import About, sign
from tests.appointments.conftest import World
from tests.appointments.test_questions import notices, panelled


def test_a_question_about_something_keeps_its_label(world: World) -> None:
    about = About("report", world.home.person.id, "Full blood count")
    with world.acting():
        token = sign(world.home.person.id, about.kind, about.id, about.label)
        other = sign(world.home.rosa.id, about.kind, about.id, "Somebody else’s")
    page = world.rosa.get(world.base + f"questions/add?about={token}")
    assert "About: Full blood count" in page
    page.form("question").submit(text="Is it good?")
    assert "About: Full blood count" in world.rosa.get(world.base + "questions/")
    for bad in (other, token[:-2], "x", "%F0%9F%98%80"):
        assert "About:" not in world.rosa.get(world.base + f"questions/add?about={bad}")


def test_the_same_form_sent_twice_asks_once(world: World) -> None:
    form = world.rosa.get(world.base + "questions/add").form("question")
    for _ in range(2):
        assert form.submit(text="Once", readers="now").status == 200
    assert world.open() == ["Once"]
    assert len(notices(world, "amina")) == 1
    answer = form.submit(text="Other words")
    assert answer.status == 422
    assert "Other words" in answer


def test_two_people_changing_one_question_both_keep_their_words(world: World) -> None:
    asked = world.ask("Is it the tablets?", "leon")
    address = f"{world.base}questions/{asked}/change"
    mine, his = world.rosa.get(address).form("question"), world.leon.get(address).form("question")
    his.submit(text="Is it the new tablets?")
    answer = mine.submit(text="Is it the pills?", follow=False)
    assert answer.status == 409
    assert "Is it the pills?" in answer
    assert "Is it the new tablets?" in answer
    answer.form("Keep what I chose").submit(keep="both")
    assert world.row(asked).text == "Is it the new tablets?\r\n\r\nIs it the pills?".replace("\r\n", "\n")


ODD = [
    "\u202eevil\u202c", "👩🏽‍⚕️ why", "کیا ۱۲ گولیاں؟", "71,4?", "<script>alert(1)</script>", "x" * 1999, "a\r\nb",
    "%(name)s {{ 7*7 }}", "' or 1=1 --",
]  # fmt: skip


@pytest.mark.parametrize("text", ODD)
def test_odd_words_are_kept_as_they_were_sent(world: World, text: str) -> None:
    page = world.rosa.get(world.base + "questions/add").form("question").submit(text=text, why=text)
    assert page.status == 200
    assert world.open() == [text]


@pytest.mark.parametrize("text", ["", "   ", "\0", "a\0b", "x" * 2001, "x" * 100_000, "\ud800"])
def test_words_that_cannot_be_kept_are_a_kind_422_or_400(world: World, text: str) -> None:
    answer = world.rosa.get(world.base + "questions/add").form("question").submit(text=text)
    assert answer.status in (400, 422)
    assert world.open() == []


def test_up_works_without_javascript_and_as_a_part(world: World) -> None:
    visit = world.visit(3)
    ids = [
        world.ask(text, appointment_id=visit.id)
        for text in ("first one", "second one", "third one", "fourth one")
    ]
    page = world.rosa.get(f"{world.base}appointments/{visit.id}/prepare/")
    assert "If there is time" in page
    page = page.form(f"questions/{ids[3]}/up").submit()
    assert page.h1 == "Getting ready"
    assert world.open() == ["first one", "second one", "fourth one", "third one"]
    part = page.form(f"questions/{ids[3]}/up").submit(htmx=True)
    assert part.text.lstrip().startswith('<div id="open-questions"')
    assert "Moved up: fourth one" in part
    assert world.open() == ["first one", "fourth one", "second one", "third one"]
    assert page.form(f"questions/{ids[3]}/up").tag["data-hx-target"] == "#open-questions"


def test_strangers_and_guesses_find_nothing(world: World) -> None:
    asked = world.ask("a", send_now=True)
    for path in (
        "questions/",
        "questions/add",
        "questions/prompts",
        f"questions/{asked}/",
        f"questions/{asked}/change",
    ):
        assert world.stranger.get(world.base + path).status == 404
    assert world.rosa.get(f"{world.base}questions/{world.home.person.id}/").status == 404
    assert world.rosa.get(f"{world.base}questions/{asked}/reply").status == 404
    assert world.leon.get(f"{world.base}questions/{asked}/reply").status == 404


def test_closed_questions_are_paged_by_key(world: World) -> None:
    with world.acting() as permit:
        for number in range(45):
            made = actions.ask(permit, text=f"number {number:02}")
            actions.discuss(permit, made.id)
    page = world.rosa.get(world.base + "questions/")
    seen = page.all(".rows .row__title")
    pages = 1
    while "Show earlier questions" in page:
        page = page.click("Show earlier questions")
        seen += page.all(".rows .row__title")
        pages += 1
    assert pages == 3
    assert seen == [f"number {number:02}" for number in reversed(range(45))]
    assert world.rosa.get(world.base + "questions/?before=nonsense").status == 200


def test_waiting_questions_are_paged_by_key_and_oldest_first(world: World) -> None:
    ids = [world.ask(f"q{number}", send_now=True) for number in range(5)]
    first = panelled(world, queries.waiting_questions, 3)
    rest = panelled(world, queries.waiting_questions, 3, after=(first[-1].sent_at, first[-1].id))
    assert [each.id for each in first + rest] == ids
    assert first[0].sent_at - timedelta(seconds=0) <= first[1].sent_at
    with world.acting("amina") as permit:
        actions.reply(permit, ids[0], "b")
    assert panelled(world, queries.waiting_for_panel)[world.home.person.id][0] == 4


def test_prompts_are_there_for_who_does_not_know_what_to_ask(world: World) -> None:
    page = world.rosa.get(world.base + "questions/").click("Not sure what to ask?")
    for words in (
        "What could it do for me?",
        "What could go wrong?",
        "What else could we do?",
        "What if we do nothing",
    ):
        assert words in page
