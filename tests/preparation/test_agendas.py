"""Both agendas: what the key contact would like to talk about; and what else is going on, the person's alone."""

from collections.abc import Callable
from uuid import UUID

import pytest

from selfcare import database
from selfcare.appointments import actions
from selfcare.appointments.models import Appointment
from selfcare.database import session
from selfcare.people.models import Person
from selfcare.web.access import Area, Level, Permit
from tests import factories
from tests.appointments.conftest import World, past
from tests.harness.client import Client
from tests.preparation.test_prepare import address

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
LINES = "How the new tablets are going\n\n  If the day of your blood test still suits you"
CANARY = "Canary of the house"
PART = {"HX-Request": "true", "HX-Request-Type": "partial"}


def say(world: World, visit: object, words: str = LINES) -> None:
    page = world.amina.get(f"{world.base}appointments/{visit}/")
    page = page.click("Say what I would like to talk about").form("agenda-form").submit(agenda=words)
    assert "Saved." in page


def test_a_line_is_kept_as_it_was_typed(world: World) -> None:
    """Alone catches: a sign that only some take for the end of a line, kept as another."""
    visit, typed = world.visit(5).id, "Blood test:\u2029the day,  and the place\nTablets"
    say(world, visit, typed)
    form = world.amina.get(f"{world.base}appointments/{visit}/agenda/").form("agenda-form")
    assert dict(form.values)["agenda"] == typed


def test_what_the_key_contact_would_like_to_talk_about_stands_beside_what_matters(world: World) -> None:
    """Alone catches: lines that stand nowhere but where they were written, a read that is not said, and one that stays
    said when the lines are others."""
    visit = world.visit(5).id
    assert "would like to talk about" not in world.rosa.get(address(world, visit))
    say(world, visit)
    page = world.amina.get(address(world, visit))
    assert "Not read yet." in page
    for client in (world.rosa, world.leon):
        text = client.get(address(world, visit)).html.main.text
        mine = client is world.rosa
        order = ["What matters most", "What Amina would like to talk about", "How the new tablets are going"]
        places = [text.index(each) for each in [*order, "My questions" if mine else "Questions"]]
        assert places == sorted(places)
    page = world.rosa.get(address(world, visit))
    form = page.form("/agenda/read")
    seen = page.html.select("form[action$='/agenda/read']")
    assert [tag["data-hx-trigger"] for tag in seen] == ["intersect once"]  # not: the page was opened
    assert world.rosa.post(form.action, list(form.sent()), headers=PART, follow=False).text == ""
    assert "I have read it" not in world.rosa.get(address(world, visit))
    for path in (address(world, visit), f"{world.base}appointments/{visit}/", world.base):
        assert "Read by Rosa," in world.amina.get(path)
    asked = page.click("Ask about this")
    assert "About: What Amina would like to talk about" in asked
    asked.form("question").submit(text="Can it be later in the day?")
    assert "About: What Amina would like to talk about" in world.rosa.get(address(world, visit))
    for path in ("paper", "keep"):
        assert "How the new tablets are going" in world.rosa.get(address(world, visit, path)).text
    page = world.rosa.get(address(world, visit, "ready"))
    assert "How the new tablets are going" in page
    shared = page.form("ready").submit().url.split("?")[0]
    shared = shared[shared.index("/people/") :]
    for client, path in ((world.amina, shared), (world.rosa, shared), (world.amina, f"{shared}text")):
        text = client.get(path).html.main.text
        assert "ould like to talk about" in text or "OULD LIKE TO TALK ABOUT" in text
        assert "If the day of your blood test still suits you" in text
    world.amina.get(f"{world.base}appointments/{visit}/agenda/").form("agenda-form").submit(
        agenda="Something else"
    )
    assert "Not read yet." in world.amina.get(address(world, visit))
    text = world.rosa.get(address(world, visit)).html.main.text
    assert "Something else" in text
    assert "new tablets" in world.rosa.get(shared)  # as it was shared


def test_too_late_is_said_with_the_words_that_were_typed(world: World) -> None:
    """Alone catches: lines that come up at a visit they were written after, and words lost to a visit moved or gone."""
    visit = world.visit(5).id
    place = f"{world.base}appointments/{visit}/agenda/"
    form = world.amina.get(place).form("agenda-form")
    past(visit, world, days=1)
    answer = form.submit(agenda=CANARY)
    assert answer.status == 409
    assert "This visit began on" in answer
    assert CANARY in answer
    assert "This visit began on" in world.amina.get(place)
    with world.acting():
        row = session().get_one(Appointment, (world.home.person.id, visit))
        row.agenda, row.agenda_at, row.agenda_name = CANARY, database.now(), "Amina"
    assert CANARY not in world.rosa.get(address(world, visit)).text  # moved to before it was written
    for gone in (actions.remove_visit, hide):  # which of the two is nothing to them
        other = world.visit(6).id
        form = world.amina.get(f"{world.base}appointments/{other}/agenda/").form("agenda-form")
        with world.acting() as permit:
            gone(permit, other)
        answer = form.submit(agenda=CANARY)
        assert answer.status == 409
        assert "not on the list any more" in answer
        assert CANARY in answer


def hide(permit: Permit, visit: UUID) -> None:
    session().get_one(Appointment, (permit.person_id, visit)).only_me = True


@pytest.mark.parametrize("rights", [dict.fromkeys(Area, Level.MANAGE)])
def test_two_of_the_team_at_once_keep_both_and_each_is_named_for_their_own(world: World) -> None:
    with world.acting():
        priya, _ = factories.nurse("Priya", world.home.team)
    visit = world.visit(5).id
    form = world.amina.get(f"{world.base}appointments/{visit}/agenda/").form("agenda-form")
    theirs = world.rosa.get(address(world, visit)).form("matters-form")
    with world.app.app_context(), database.command():
        actions.set_agenda(factories.permit(priya, world.home.person), visit, None, "Priya’s line", "nurse")
    with world.acting("leon") as leon:  # another part of the same visit, and it is no quarrel about this one
        actions.set_matters(leon, visit, None, "Leon’s sentence")
    answer = theirs.submit(matters="Rosa’s sentence")
    assert answer.status == 409
    assert "Leon changed this while you were writing." in answer
    with world.acting() as rosa:
        actions.set_words(rosa, visit, None, "How I have been")
    answer = form.submit(agenda="Amina’s line")
    assert answer.status == 409
    assert "Priya changed this while you were writing." in answer
    assert "Priya’s line" in answer
    assert "Amina’s line" in answer
    assert "Priya" in world.rosa.get(address(world, visit))


def test_lines_of_two_stand_under_both_their_names(world: World, new_client: Callable[..., Client]) -> None:
    """Alone catches: what one of the team said, signed by another; and a name that stays when its last line is gone.

    Typed as browsers send it, with both characters at the end of a line.
    """
    with world.acting():
        priya, _ = factories.nurse("Priya", world.home.team)
    visit = world.visit(5).id
    other = new_client()
    other.sign_in(priya.id)
    steps = [
        (world.amina, "About the tablets\r\nAbout sleep", "Amina"),
        (other, "About the tablets\r\nAbout sleep\r\nAbout salt", "Amina and Priya"),
        (world.amina, "About salt\r\n\r\nAbout sleep ", "Priya and Amina"),
        (world.amina, "About sleep\r\nAbout tea", "Amina"),
    ]
    for nurse, lines, names in steps:
        form = nurse.get(f"{world.base}appointments/{visit}/agenda/").form("agenda-form")
        assert form.submit(agenda=lines).status == 200
        page = world.rosa.get(address(world, visit))
        assert f"What {names} would like to talk about" in page.text.replace("<bdi>", "").replace(
            "</bdi>", ""
        )


def test_nothing_is_planned_with_somebody_who_died(world: World) -> None:
    visit = world.visit(5).id
    form = world.amina.get(f"{world.base}appointments/{visit}/agenda/").form("agenda-form")
    with world.acting():
        session().get_one(Person, world.home.person.id).died_on = database.now().date()
    assert world.amina.get(f"{world.base}appointments/{visit}/agenda/").status == 404
    assert form.submit(agenda=CANARY).status == 404
    with world.app.app_context():
        assert session().get_one(Appointment, (world.home.person.id, visit)).agenda == ""
