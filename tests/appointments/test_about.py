"""What a question is about is of another area, or another question: seen by who sees that, and not copied out of it."""

import pytest

from selfcare.appointments import actions, queries
from selfcare.filing.actions import TypedResult, file_typed
from selfcare.sharing import actions as sharing
from selfcare.web.access import Area, Level
from selfcare.web.item_reference import About
from tests.appointments.conftest import World, past
from tests.results.world import ago

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
FIRST = "Is it the Kanarie again?"
QUESTIONS_ONLY: dict[Area, Level] = {Area.QUESTIONS: Level.MANAGE, Area.SHARING: Level.SEE}


def asked_more(world: World) -> str:
    """A question that was replied to, and one more about it, by its page. :returns: the first one's address."""
    first = world.ask(FIRST, send_now=True)
    with world.acting("amina") as permit:
        actions.reply(permit, first, "Perhaps.")
    one = f"{world.base}questions/{first}/"
    page = world.rosa.get(one).click("Ask more")
    assert FIRST in page
    assert page.form("Save").submit(text="Then what do I do?", readers="now").status == 200
    return one


def shared(world: World) -> str:
    """A summary with the questions in it. :returns: its address."""
    with world.acting() as permit:
        today = permit.today()
        row = sharing.share(permit, sections=("questions",), first=today, last=today, appointment_id=None)
    return f"{world.base}summary/{row}/"


@pytest.mark.parametrize("rights", [QUESTIONS_ONLY])
def test_words_made_only_me_are_nobody_elses_wherever_they_were_asked_more_about(world: World) -> None:
    """They stood on as "About: …" for her helper, on the nurse's list, and in summaries old and new."""
    one = asked_more(world)
    before = shared(world)
    lists = [(world.leon, f"{world.base}questions/"), (world.amina, "/caseload/questions/")]
    for who, path in [*lists, (world.leon, before), (world.amina, before)]:
        assert FIRST in who.get(path), path
    assert world.rosa.get(f"{one}change").form("Save").submit(readers="me").status == 200
    after = shared(world)
    for path in (before, after, f"{before}text"):
        lists += [(who, path) for who in (world.leon, world.amina)]
    for who, path in lists:
        page = who.get(path)
        assert page.status == 200
        assert "Then what do I do?" in page, path
        assert "Kanarie" not in page.text, path
    assert FIRST in world.rosa.get(f"{world.base}questions/"), "they are hers"


def test_what_was_hidden_before_is_not_copied(world: World) -> None:
    first = world.ask(FIRST, send_now=True)
    with world.acting("amina") as permit:
        actions.reply(permit, first, "Perhaps.")
    with world.acting() as permit:
        found = queries.question(permit, first)
        actions.change_question(
            permit, first, found.version, text=found.text, why="", appointment_id=None, only_me=True
        )
    page = world.rosa.get(f"{world.base}questions/{first}/").click("Ask more")
    assert page.form("Save").submit(text="Then what do I do?", readers="helpers").status == 200
    assert "Kanarie" not in world.leon.get(f"{world.base}questions/").text


@pytest.mark.parametrize("rights", [QUESTIONS_ONLY])
def test_who_sees_questions_alone_learns_of_no_result_and_no_visit(world: World) -> None:
    """ "About: HIV antibody" and "Carried over from 23 November", to a helper who may see neither."""
    visit = world.visit(3, with_whom="The clinic")
    world.ask("Is it catching?", appointment_id=visit.id)
    past(visit.id, world, 6)
    coming = world.visit(9, with_whom="The clinic")
    with world.acting("amina") as permit:
        line = [TypedResult("HIV antibody", "negative")]
        report = file_typed(
            permit, asked_for="HIV antibody", laboratory="Lab", taken=ago(days=2), results=line
        )
    with world.acting() as permit:
        about = About("report", report, "HIV antibody")
        last = actions.ask(permit, text="Another one?", about=about, appointment_id=coming.id).id
    summary = shared(world)
    pages = [f"{world.base}questions/", f"{world.base}questions/{last}/", summary, f"{summary}text"]
    for path in pages:
        page = world.leon.get(path)
        assert "Another one?" in page, path
        for word in ("HIV", "Carried over"):
            assert word not in page.text, path
    assert "Carried over" in world.rosa.get(pages[0])
    assert "HIV" in world.rosa.get(pages[1])
    assert world.leon.get(pages[0]).form(f"{last}/up").submit().status == 200
