"""After the visit: one page, all of it optional, and nothing typed is lost."""

from datetime import timedelta
from uuid import UUID

import pytest

from selfcare import database
from selfcare.agreed import queries as agreed
from selfcare.appointments import actions, after_visit, queries
from selfcare.appointments.models import AfterVisit
from selfcare.web.access import Area, Level
from selfcare.web.when import at_instant
from tests.appointments.conftest import LONDON, World, past

HELPS = {Area.APPOINTMENTS: Level.ADD, Area.QUESTIONS: Level.MANAGE}


def over(world: World, *texts: str, days: float = 0.5) -> tuple[UUID, list[UUID], str]:
    """A visit that was, the questions for it, and the address of the page after it."""
    visit = world.visit(2).id
    asked = [world.ask(text, appointment_id=visit) for text in texts]
    past(visit, world, days)
    return visit, asked, f"{world.base}appointments/{visit}/after/"


def test_ticks_answers_lines_and_how_it_was_are_kept_with_one_button(world: World) -> None:
    visit, (first, second, third), page_at = over(world, "Is it the tablets?", "Leave it?", "By phone?")
    page = world.rosa.get(world.base).click("How was your visit?")
    assert page.h1 == "How was your visit?"
    assert "Only you see what you choose. Riverside community team sees only numbers" in page
    form = page.form("after")
    saved = form.submit(
        **{
            f"q-{first}-talked": True,
            f"q-{first}-answer": "She asks the doctor.",
            f"q-{second}-talked": True,
            "line1-what": "Ask the doctor about the tablets",
            "line1-who": str(world.home.amina.id),
            "line1-by": "week",
            "line2-what": "Walk to the shop",
            "line2-who": "me",
            "how": "good",
        }
    )
    assert "She asks the doctor." in saved
    assert world.open() == ["By phone?"]
    assert "How was your visit?" not in world.rosa.get(world.base)
    with world.reading() as rosa:
        assert [each.what for each in agreed.of_visit(rosa, visit)] == [
            "Ask the doctor about the tablets",
            "Walk to the shop",
        ]
        assert after_visit.how_it_was(rosa, visit) == "good"
    again = world.rosa.get(page_at)
    assert again.form("after").value("how") == "good"
    assert "Talked about." in again
    next_visit = world.visit(9).id
    assert "Carried over from" in world.rosa.get(f"{world.base}appointments/{next_visit}/prepare/")
    assert world.row(third).closed_at is None


def test_the_next_visit_is_not_the_one_that_has_just_begun(world: World) -> None:
    _, _, page_at = over(world, days=0.01)
    coming = world.visit(9).id
    world.rosa.get(page_at).form("after").submit(
        **{"line1-what": "Ring", "line1-who": "me", "line1-by": "visit"}
    )
    with world.reading() as rosa:
        (line,) = agreed.open_lines(rosa)
        assert line.on == queries.visit(rosa, coming).wall.date()


def test_what_a_phone_corrects_after_a_try_is_one_line(world: World) -> None:
    """Alone catches: the page sent again with other words, and what was agreed there twice."""
    visit, _, page_at = over(world)
    form = world.rosa.get(page_at).form("after")
    first = form.value("form_id") or ""
    form.submit(**{"line1-what": "Rign the chemist", "line1-who": "me"})
    again = world.rosa.get(page_at).form("after")
    again.fill(
        **{"line1-what": "Ring the chemist", "line1-who": "me", "line2-what": "Walk", "line2-who": "me"}
    )
    world.rosa.post(page_at, [*again.sent(), ("outbox-of", first)], follow=False)
    with world.reading() as rosa:
        assert sorted(each.what for each in agreed.of_visit(rosa, visit)) == ["Ring the chemist", "Walk"]


def test_nothing_filled_in_just_closes_it(world: World) -> None:
    visit, _, page_at = over(world, "Is it the tablets?")
    world.rosa.get(page_at).form("after").submit()
    assert world.open() == ["Is it the tablets?"]
    assert "How was your visit?" not in world.rosa.get(world.base)
    with world.reading() as rosa:
        assert after_visit.around(rosa).to_say is None
        assert after_visit.how_it_was(rosa, visit) is None


def test_it_is_asked_for_seven_days_from_when_the_visit_began(world: World) -> None:
    over(world, days=6.9)
    assert "How was your visit?" in world.rosa.get(world.base)
    with world.acting():
        row = database.session().query(queries.models.Appointment).one()
        row.utc -= timedelta(days=0.2)
    assert "How was your visit?" not in world.rosa.get(world.base)


@pytest.mark.parametrize("rights", [HELPS])
def test_a_carer_ticks_and_writes_lines_and_never_sees_how_it_was(world: World) -> None:
    visit, (asked,), page_at = over(world, "Is it the tablets?")
    world.rosa.get(page_at).form("after").submit(how="poor")
    page = world.leon.get(page_at)
    assert page.h1 == "After the visit of Rosa"
    assert "How was it for you?" not in page
    form = page.form("after")
    form.values.append(("how", "very_good"))
    form.submit(
        **{f"q-{asked}-talked": True, "line1-what": "Drive her", "line1-who": str(world.home.leon.id)}
    )
    assert world.open() == []
    with world.reading("leon") as leon:
        assert after_visit.how_it_was(leon, visit) is None
    with world.reading() as rosa:
        assert after_visit.how_it_was(rosa, visit) == "poor"
        assert sorted(row.how or "" for row in database.session().query(AfterVisit)) == ["", "poor"]
    assert world.amina.get(page_at).status == 404


def test_what_was_begun_and_is_not_whole_is_said_with_all_that_was_typed(world: World) -> None:
    _, (asked,), page_at = over(world, "Is it the tablets?")
    page = world.rosa.get(page_at).form("after")
    page = page.submit(**{f"q-{asked}-answer": "No.", "line2-what": "Walk", "line2-by": "day"})
    assert page.status == 422
    assert page.errors == ["Choose who does it.", "Choose the day, or choose No day."]
    assert page.form("after").value(f"q-{asked}-answer") == "No."
    assert page.form("after").value("line2-what") == "Walk"
    assert world.open() == ["Is it the tablets?"]


def test_a_visit_that_was_moved_or_taken_out_is_answered_kindly(world: World) -> None:
    """Late from a phone: the words come back, and nothing is kept for a visit that has not been."""
    visit, (asked,), page_at = over(world, "Is it the tablets?")
    form = world.rosa.get(page_at).form("after")
    later = at_instant((database.now() + timedelta(days=3)).replace(second=0, microsecond=0), LONDON)
    with world.acting() as rosa:
        version = queries.visit(rosa, visit).version
        actions.change_visit(rosa, visit, version, when=later, how="phone", with_whom="Amina")
    page = form.submit(**{f"q-{asked}-answer": "No.", "line1-what": "Walk", "line1-who": "me"})
    assert page.status == 409
    assert "This visit is still to come" in page
    assert "No." in page
    assert "Walk" in page
    assert "This visit is still to come" in world.rosa.get(page_at)
    with world.acting() as rosa:
        actions.remove_visit(rosa, visit)
    page = form.submit(**{f"q-{asked}-answer": "No!"})
    assert page.status == 409
    assert "This visit was taken out of the list." in page
    assert "No!" in page
    assert world.rosa.get(page_at).status == 404
    assert world.open() == ["Is it the tablets?"]


def test_words_meet_what_somebody_else_did_meanwhile(world: World) -> None:
    """Answered by another, closed by another, taken out by another: no words are lost, and none is written over."""
    _, (first, second, third), page_at = over(world, "One?", "Two?", "Three?")
    form = world.rosa.get(page_at).form("after")
    with world.acting() as rosa:
        actions.answer(rosa, first, 1, "Theirs.")
        actions.discuss(rosa, second)
        actions.remove_question(rosa, third)
    page = form.submit(
        **{f"q-{first}-answer": "Mine.", f"q-{second}-answer": "Two, then.", f"q-{third}-answer": "Gone."}
    )
    assert page.status == 422
    assert (
        "A question was taken out, or somebody else answered it meanwhile. You wrote about it: Gone." in page
    )
    assert world.row(first).answer == "Theirs."
    page = form.submit(
        **{f"q-{first}-answer": "Mine.", f"q-{second}-answer": "Two, then.", f"q-{third}-answer": ""}
    )
    assert page.status == 200
    assert world.row(first).answer == "Theirs.\n\nMine."
    assert world.row(second).answer == "Two, then."


def test_two_who_answer_at_the_same_moment_are_both_kept(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between what the page's save had read and what it kept, another answer came: a fault, and all was gone."""
    visit, (asked,), page_at = over(world, "One?")
    form = world.rosa.get(page_at).form("after")
    with world.reading() as rosa:
        before = after_visit.open_at(rosa, queries.visit(rosa, visit))
    with world.acting() as rosa:
        actions.answer(rosa, asked, 1, "Theirs.")
    monkeypatch.setattr(after_visit, "open_at", lambda *_: before)
    page = form.submit(**{f"q-{asked}-answer": "Mine.", "line1-what": "Rest", "line1-who": "me"})
    assert page.status == 200
    assert world.row(asked).answer == "Theirs.\n\nMine."


def test_after_a_visit_that_is_only_mine_it_says_who_sees_a_line(world: World) -> None:
    """A line that Amina does was open to all who see visits, and the page of a hidden visit said nothing of it."""
    visit, _, page_at = over(world)
    words = "Only you see these lines. What you write down for somebody else to do, they can see"
    assert words not in world.rosa.get(page_at).text
    world.rosa.get(f"{world.base}appointments/{visit}/change").form("visit").submit(only_me=True)
    page = world.rosa.get(page_at)
    assert words in page
    page.form("after").submit(**{
        "line1-what": "Rest", "line1-who": "me", "line2-what": "Ask", "line2-who": str(world.home.amina.id),
    })  # fmt: skip
    theirs = world.leon.get(f"{world.base}agreed/")
    assert "Ask" in theirs.all(".rows .row__title")
    assert "Rest" not in theirs.all(".rows .row__title")
