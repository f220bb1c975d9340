"""What a question says of itself: to whom it went, by when there is a reply, and what comes after one."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from selfcare.appointments import actions, models, queries, question_order
from selfcare.caseload import queries as caseload
from selfcare.database import session
from selfcare.people.models import Relationship, Team
from selfcare.web.versions import earlier
from tests.appointments.conftest import World

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
SUNDAY = datetime(2027, 11, 28, 11, 0, tzinfo=UTC)


def closed(world: World, *days: str) -> None:
    """Amina's team does not work on some days."""
    with world.acting():
        for team in session().query(Team):
            team.holidays = [*days]
            team.reply_days = 2


def come_in(world: World) -> None:
    for client, account in ((world.rosa, world.home.rosa), (world.leon, world.home.leon)):
        client.sign_in(account.id)


def test_a_sent_question_says_to_whom_and_by_when(world: World) -> None:
    """A date counted in days rather than the team's working days would say Tuesday all the same over a holiday; what is
    asked on a Sunday counts from Monday."""
    with time_machine.travel(SUNDAY, tick=False):
        come_in(world)
        closed(world)
        asked = world.ask("Can I drive?")
        one = f"{world.base}questions/{asked}/"
        assert "Not sent yet." in world.rosa.get(one)
        page = world.rosa.get(one).form("Ask Amina now").submit()
        sentence = "Sent to Amina. Amina replies by Wednesday 1 December."
        assert page.html.select_one("#done[data-focus]").text.strip() == sentence
        assert sentence in world.rosa.get(one)
        assert sentence in world.leon.get(one)
        closed(world, "2027-11-29")
        assert "Amina replies by Thursday 2 December." in world.rosa.get(one)
    with time_machine.travel(SUNDAY + timedelta(days=9), tick=False):
        come_in(world)
        page = world.rosa.get(one)
        assert "A reply was promised by Thursday 2 December, and it has not come yet." in page
        assert "replies by" not in page.html.main.text


def test_what_goes_for_the_visit_starts_no_clock_and_stands_in_a_group_of_its_own(world: World) -> None:
    """Counting everything that was sent put five visit questions among those that wait for a reply."""
    visit = world.visit(3)
    for number in range(5):
        world.ask(f"For the visit {number}", appointment_id=visit.id)
    now = world.ask("Can I drive now?", send_now=True)
    with world.acting() as permit:
        actions.send_questions(permit, visit.id)
    panel = world.panel()
    with world.app.app_context():
        assert queries.waiting_for_panel(panel)[world.home.person.id][0] == 1
        assert [each.id for each in caseload.waiting_questions(panel)] == [now]
        assert len(caseload.visit_questions(panel)) == 5
    page = world.amina.get("/caseload/questions/")
    first, second = page.html.select("main ul.rows")
    assert "Can I drive now?" in first.text
    assert "For the visit" not in first.text
    assert second.text.count("For the visit") == 5
    asked = next(
        each for each in world.ask_of(queries.open_questions, visit.id) if each.text == "For the visit 0"
    )
    own = world.rosa.get(f"{world.base}questions/{asked.id}/")
    assert "Sent to Amina for the visit. You talk about it there." in own
    assert "replies by" not in own.html.main.text


def test_a_reply_is_no_dead_end_and_leaves_the_top_three(world: World) -> None:
    ids = [world.ask(text, send_now=text == "a") for text in "abcd"]
    with world.acting("amina") as permit:
        actions.reply(permit, ids[0], "Yes.")
    assert world.open() == ["b", "c", "d", "a"]
    page = world.rosa.get(f"{world.base}questions/{ids[0]}/")
    more = page.click("Ask more")
    assert "About: a" in more
    assert more.html.select_one("[name=readers][value=now]").has_attr("checked")
    page = page.form("This answers it").submit()
    assert "Answered by the reply of Amina." in page.html.select_one("#done").text
    assert world.open() == ["b", "c", "d"]
    # Nothing replied, nothing to settle.
    assert world.rosa.get(f"{world.base}questions/{ids[1]}/settled").status == 404


def test_what_the_other_side_may_have_read_is_kept_within_a_minute_too(world: World) -> None:
    """What one author saves in one sitting is one version, which lost a reply that the person had read."""
    asked = world.ask("Can I drive?", send_now=True)
    question = f"{world.base}questions/{asked}/"
    world.rosa.get(question + "change").form("question").submit(text="Can I drive at night?")
    for words in ("Yes.", "No, not yet."):
        world.amina.get(question + "reply").form("reply-form").submit(reply=words)
    with world.reading() as permit:
        row = session().get_one(models.Question, (permit.person_id, asked))
        kept = [(version.body["text"], version.body["reply"]) for version in earlier(permit, row)]
    assert kept == [
        ("Can I drive at night?", "Yes."),
        ("Can I drive at night?", None),
        ("Can I drive?", None),
    ]


def test_a_new_question_stands_after_the_top_three_and_comes_among_them_by_one_press(world: World) -> None:
    for text in "abcde":
        world.ask(text)
    assert world.open() == ["a", "b", "c", "e", "d"]
    page = world.rosa.get(world.base + "questions/")
    form = next(form for form in page.html.select("form") if form.get("action", "").endswith("/top"))
    assert "To my top three" in form.text
    last = world.ask_of(queries.open_questions)[-1]
    with world.acting() as permit:
        question_order.to_top(permit, last.id)
    assert world.open() == ["a", "b", "d", "c", "e"]


def test_without_a_key_contact_nothing_counts_as_sent(world: World) -> None:
    """*Ask now* with nobody to ask marked the question as sent, and told nobody."""
    with world.acting():
        for row in session().query(Relationship).filter(Relationship.kind == "professional"):
            row.lead = False
    asked = world.ask("Anybody there?", send_now=True)
    assert world.row(asked).sent_at is None
    page = world.rosa.get(world.base + "questions/add")
    assert page.html.select_one("[name=readers][value=now]") is None


def test_who_read_it_is_said_and_a_new_wording_is_unread(world: World) -> None:
    """Somebody who asks does not know whether anybody has seen it; and what was read is not what stands there now."""
    come_in(world)
    one = f"{world.base}questions/{world.ask('Can I drive?')}/"
    world.rosa.get(one).form("Ask Amina now").submit()
    assert "Read by" not in world.rosa.get(one)
    world.amina.sign_in(world.home.amina.id)
    assert "I have read it" in world.amina.get(f"{one}reply")
    world.amina.get(one).form("/seen").submit()
    assert "I have read it" not in world.amina.get(one)
    assert "Read by Amina," in world.rosa.get(one)
    assert "Reading it is not a reply." in world.rosa.get(one)
    world.rosa.get(f"{one}change").form("question").submit(text="Can I drive at night?")
    assert "Read by" not in world.rosa.get(one)
