"""Questions: order, carrying forward, states, and who sees what."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from werkzeug.exceptions import NotFound

from selfcare import database
from selfcare.appointments import actions, queries, question_order
from selfcare.appointments.for_summary import for_summary
from selfcare.appointments.states import NotNow
from selfcare.notifications.models import Notice
from selfcare.web.access import Area, Level
from tests import factories
from tests.appointments.conftest import World, past

CANARY = "Canary: shall I leave him"


def notices(world: World, who: str) -> list[tuple[str, UUID]]:
    account_id = getattr(world.home, who).id
    with world.app.app_context():
        rows = database.session().execute(
            select(Notice.kind, Notice.about_id).where(Notice.account_id == account_id)
        )
        return [(kind, about) for kind, about in rows]


def panelled(world: World, query: Any, *args: Any, **values: Any) -> Any:
    """What a question about many people answers the nurse."""
    with world.app.app_context():
        return query(factories.panel(world.home.amina), *args, **values)


def up(world: World, question: UUID, who: str = "rosa") -> None:
    with world.acting(who) as permit:
        question_order.move_up(permit, question)


def test_questions_keep_the_order_they_are_given(world: World) -> None:
    ids = [world.ask(text) for text in "abcd"]
    assert world.open() == ["a", "b", "c", "d"]
    up(world, ids[3])
    up(world, ids[3])
    assert world.open() == ["a", "d", "b", "c"]
    up(world, ids[0])  # the first one stays
    assert world.open() == ["a", "d", "b", "c"]
    up(world, ids[3])
    assert world.open() == ["d", "a", "b", "c"]


def test_two_questions_added_at_once_can_still_be_ordered(world: World) -> None:
    ids = [world.ask(text) for text in "abc"]
    with world.acting():
        for each in ids:
            world_row = database.session().get_one(queries.models.Question, (world.home.person.id, each))
            world_row.place = 7
    before = world.open()
    last = next(each for each in ids if world.row(each).text == before[2])
    up(world, last)
    assert world.open() == [before[0], before[2], before[1]]


def test_a_hidden_question_keeps_its_place_while_others_order_around_it(world: World) -> None:
    first = world.ask("a")
    world.ask(CANARY, only_me=True)
    third = world.ask("c")
    with world.acting() as permit:
        assert permit.is_self
    assert world.open("leon") == ["a", "c"]
    up(world, third)
    assert world.open() == ["a", "c", CANARY]
    assert first


@pytest.mark.parametrize("rights", [{Area.QUESTIONS: Level.MANAGE}])
def test_who_may_manage_questions_orders_what_they_see(world: World) -> None:
    world.ask("a")
    world.ask(CANARY, only_me=True)
    third = world.ask("c")
    up(world, third, "leon")
    assert world.open("leon") == ["c", "a"]
    assert world.open() == ["c", CANARY, "a"]


def test_who_may_only_add_does_not_order(world: World) -> None:
    world.ask("a")
    second = world.ask("b")
    with pytest.raises(NotFound), world.acting("leon") as permit:
        question_order.move_up(permit, second)
    assert world.leon.get(world.base + "questions/").status == 200
    assert "Move question" not in world.leon.get(world.base + "questions/").text


def test_open_questions_of_a_past_visit_come_with_the_next_one(world: World) -> None:
    old, coming, later = world.visit(1), world.visit(10), world.visit(20)
    carried = world.ask("carried", appointment_id=old.id)
    done = world.ask("done", appointment_id=old.id)
    world.ask("loose")
    world.ask("later", appointment_id=later.id)
    with world.acting() as permit:
        actions.answer(permit, done, 1, "Yes")
    assert world.open(visit=old.id) == ["carried", "loose"]
    past(old.id, world, days=57)
    assert world.open(visit=coming.id) == world.open() == ["carried", "loose"]
    assert world.open(visit=later.id) == ["later"]
    assert world.open(visit=old.id) == ["carried"]  # its own page still shows what it left open
    found = world.ask_of(queries.question, carried)
    assert found.carried_from == world.ask_of(queries.visit, old.id).wall.date()
    assert "Carried over from" in world.rosa.get(f"{world.base}appointments/{coming.id}/prepare/")
    past(coming.id, world, days=1)
    assert world.open(visit=later.id) == ["carried", "loose", "later"]


def test_a_visit_taken_out_leaves_its_questions(world: World) -> None:
    visit, other = world.visit(3), world.visit(9)
    world.ask("stays", appointment_id=visit.id)
    with world.acting() as permit:
        actions.remove_visit(permit, visit.id)
    assert world.open(visit=other.id) == ["stays"]


def test_for_four_hours_the_visit_is_still_the_next(world: World) -> None:
    visit = world.visit(-0.1)
    assert world.ask_of(queries.next_visit) == world.ask_of(queries.visit, visit.id)
    past(visit.id, world, days=0.2)
    assert world.ask_of(queries.next_visit) is None


def test_a_question_goes_from_asked_to_answered(world: World) -> None:
    page = world.rosa.get(world.base + "questions/add")
    assert "Nobody watches what you write here." in page
    page = page.form("question").submit(
        text="Can I take the tablets at night?", why="I forget", readers="now"
    )
    assert page.h1 == "My question"
    assert "Sent to Amina. Amina replies by" in page.html.select_one("#done").text
    assert (
        world.amina.get(world.base + "questions/").click("Can I take the tablets at night?").h1
        == "Question: Rosa"
    )
    [(kind, asked)] = notices(world, "amina")
    assert kind == "question"
    one = f"{world.base}questions/{asked}/"
    page = world.amina.get(one + "reply")
    assert "Can I take the tablets at night?" in page
    assert "Rosa" in page.h1
    page = page.form("reply-form").submit(reply="Yes, that is fine.")
    assert "Amina" in page
    assert notices(world, "rosa") == [("reply", asked)]
    assert [each.id for each in world.ask_of(queries.on_today).replies] == [asked]
    page = world.rosa.get(one)
    assert "Yes, that is fine." in page
    assert "specialist nurse" in page
    # Looking is a GET, and changes nothing.
    assert [each.id for each in world.ask_of(queries.on_today).replies] == [asked]
    page = page.form("I have read it").submit()
    assert world.ask_of(queries.on_today).replies == []
    assert "I have read it" not in page.text
    page = page.form("Tick it off: we talked about it").submit()
    assert "Talked about." in page
    assert world.open() == []
    page = page.click("Write down the answer").form("answer-form").submit(answer="At night is fine")
    assert "At night is fine" in page
    page = page.form("Put it back on the list").submit()
    assert world.open() == ["Can I take the tablets at night?"]


def test_reading_by_htmx_answers_a_part(world: World) -> None:
    asked = world.ask("a", send_now=True)
    with world.acting("amina") as permit:
        actions.reply(permit, asked, "b")
    form = world.rosa.get(f"{world.base}questions/{asked}/").form("I have read it")
    assert form.submit(htmx=True).text.startswith("<p")
    assert world.ask_of(queries.on_today).replies == []


def test_what_cannot_be_done_now_is_refused_and_nothing_typed_is_lost(world: World) -> None:
    asked = world.ask("a", send_now=True)
    one = f"{world.base}questions/{asked}/"
    replying = world.amina.get(one + "reply").form("reply-form")
    changing = world.rosa.get(one + "change").form("question")
    sending = world.rosa.get(f"{world.base}questions/{world.ask('b')}/").form("Ask Amina now")
    with world.acting() as permit:
        actions.discuss(permit, asked)
    answer = replying.submit(reply="My long and careful reply")
    assert answer.status == 409
    assert "My long and careful reply" in answer
    answer = changing.submit(text="Another wording")
    assert answer.status == 409
    assert "Another wording" in answer
    assert world.rosa.get(one + "change").status == 409
    assert world.amina.get(one + "reply").status == 409
    assert sending.submit().status == 200
    assert sending.submit().status == 409
    for illegal in (actions.send_question, actions.discuss, question_order.move_up):
        with pytest.raises(NotNow), world.acting() as permit:
            illegal(permit, asked)
    assert world.row(asked).reply is None


def test_a_reply_says_which_words_it_replies_to(world: World) -> None:
    asked = world.ask("Can I drive?", send_now=True)
    with world.acting("amina") as permit:
        actions.reply(permit, asked, "Yes.")
    one = f"{world.base}questions/{asked}/"
    assert "earlier words" not in world.rosa.get(one)
    page = world.rosa.get(one + "change").form("question").submit(text="Can I drive at night?")
    assert "This replies to earlier words: Can I drive?" in page
    assert "Changed once" in page


def test_a_second_reply_is_new_again_and_the_first_is_kept(world: World) -> None:
    asked = world.ask("a", send_now=True)
    for text in ("first", "second"):
        with world.acting("amina") as permit:
            actions.reply(permit, asked, text)
        with world.acting() as permit:
            assert [each.reply for each in queries.on_today(permit).replies] == [text]
            actions.see_reply(permit, asked)
    table = queries.models.Question.versions
    with world.app.app_context():
        rows = database.session().scalars(select(table).where(table.item_id == asked))
        bodies = [row.body["reply"] for row in rows]
    assert "first" in bodies or bodies == [None]  # within one sitting they are one version
    assert world.row(asked).reply == "second"


def test_a_professional_sees_only_what_was_sent(world: World) -> None:
    kept = world.ask("kept to myself for now")
    sent = world.ask("sent", send_now=True)
    assert world.open() == ["kept to myself for now", "sent"]
    assert world.open("amina") == ["sent"]
    assert world.amina.get(f"{world.base}questions/{kept}/").status == 404
    assert world.amina.get(f"{world.base}questions/{kept}/reply").status == 404
    assert world.amina.get(f"{world.base}questions/{sent}/").status == 200
    assert "kept to myself" not in world.amina.get(world.base + "questions/").text


def test_what_a_nurse_writes_down_counts_as_sent_and_tells_nobody(world: World) -> None:
    world.amina.get(world.base + "questions/add").form("question").submit(text="Asked on the phone")
    assert world.open("amina") == ["Asked on the phone"]
    assert notices(world, "amina") == []
    assert "Entered by Amina for you" in world.rosa.get(world.base + "questions/")


def test_a_carers_question_says_whose_it_is(world: World) -> None:
    page = world.leon.get(world.base + "questions/add")
    assert "Rosa will see: Entered by Leon for you." in page
    page.form("question").submit(text="Is the ramp safe?")
    assert "Entered by Leon for you" in world.rosa.get(world.base + "questions/")
    assert "Entered by Leon for Rosa" in world.leon.get(world.base + "questions/")


def test_a_carer_changes_their_own_question_and_nobody_elses(world: World) -> None:
    hers, his = world.ask("hers"), world.ask("his", "leon")
    assert world.leon.get(f"{world.base}questions/{his}/change").status == 200
    for path in ("change", "remove", "answer"):
        assert world.leon.get(f"{world.base}questions/{hers}/{path}").status == 404
    page = world.rosa.get(f"{world.base}questions/{his}/remove").form("remove").submit()
    assert "Saved." in page
    assert world.open() == ["hers"]


def test_only_me_questions_do_not_exist_for_anyone_else(world: World) -> None:
    visit = world.visit(3)
    hidden = world.ask(CANARY, only_me=True, appointment_id=visit.id)
    shown = world.ask("shown", send_now=True)
    assert CANARY in world.rosa.get(world.base + "questions/").text
    assert CANARY in world.rosa.get(f"{world.base}appointments/{visit.id}/").text
    for client in (world.leon, world.amina):
        for path in ("questions/", f"appointments/{visit.id}/", f"appointments/{visit.id}/prepare/",
                     f"appointments/{visit.id}/prepare/paper", f"questions/{shown}/"):  # fmt: skip
            answer = client.get(world.base + path)
            assert answer.status == 200, path
            assert CANARY not in answer.text, path
        for path in ("", "change", "remove", "answer", "reply"):
            assert client.get(f"{world.base}questions/{hidden}/{path}").status == 404
    assert [q["text"] for q in world.ask_of(for_summary, visit.id)["questions"]] == ["shown"]
    assert panelled(world, queries.next_for_panel)[world.home.person.id].questions == 1
    assert panelled(world, queries.waiting_for_panel)[world.home.person.id][0] == 1
    assert [each.text for each in panelled(world, queries.waiting_questions, 10)] == ["shown"]
    with world.acting() as permit:
        assert actions.send_questions(permit, visit.id) == 0
    assert world.row(hidden).sent_at is None


def test_hiding_a_sent_question_takes_it_back(world: World) -> None:
    asked = world.ask("a", send_now=True)
    assert notices(world, "amina")
    page = world.rosa.get(f"{world.base}questions/{asked}/change").form("question").submit(readers="me")
    assert "Only me" in page
    assert notices(world, "amina") == []
    assert world.open("amina") == []
    page.click("Change this question").form("question").submit(readers="helpers")
    assert world.open("amina") == []  # shown again, it has to be sent again
    assert world.open("leon") == ["a"]


def test_only_the_person_can_hide_and_only_what_they_entered(world: World) -> None:
    his = world.ask("his", "leon", only_me=True)
    assert world.row(his).only_me is False
    assert 'value="me"' not in world.leon.get(world.base + "questions/add").text
    page = world.rosa.get(f"{world.base}questions/{his}/change")
    assert 'value="me"' not in page.text
    form = page.form("question")
    form.values.append(("readers", "me"))
    form.submit()
    assert world.row(his).only_me is False


def test_what_is_asked_for_a_hidden_visit_is_hidden_too(world: World) -> None:
    visit = world.visit(3, only_me=True)
    asked = world.ask(CANARY, appointment_id=visit.id, send_now=True)
    assert world.row(asked).only_me
    assert world.open(visit=visit.id) == [CANARY]
    assert world.open("leon") == world.open("amina") == []
    assert world.ask_of(queries.next_visit, who="leon") is None
    assert world.leon.get(f"{world.base}appointments/{visit.id}/").status == 404
    past(visit.id, world, days=9)
    loose = world.ask("by Leon", "leon")
    assert world.ask_of(queries.question, loose, who="leon").carried_from is None


def test_only_me_and_ask_now_cannot_both_be_even_in_a_form_from_before(world: World) -> None:
    """A form that a phone kept from an earlier version says it with two ticks: one is taken, both are asked about."""
    form = world.rosa.get(world.base + "questions/add").form("question")
    form.values = [pair for pair in form.values if pair[0] not in ("readers", "readers_was")]
    form.values += [("only_me", "y"), ("send_now", "y")]
    answer = form.submit(text="keep my words")
    assert answer.status == 422
    assert "keep my words" in answer
    assert world.open() == []
    form = world.rosa.get(world.base + "questions/add").form("question")
    form.values = [pair for pair in form.values if pair[0] not in ("readers", "readers_was")] + [
        ("only_me", "y")
    ]
    form.submit(text="hidden as it was")
    assert world.open() == ["hidden as it was"]
    assert world.open("leon") == []
