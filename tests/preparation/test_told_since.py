"""What becomes of what was told: worded anew, taken back, read; and who may do none of it."""

from datetime import timedelta

import pytest

from selfcare.appointments import actions
from selfcare.appointments.models import Appointment, Question, Telling
from selfcare.contacts import actions as contacts
from selfcare.contacts.models import Contact, Rhythm
from selfcare.database import now, session
from selfcare.sharing.models import Summary
from selfcare.web.access import Area, Level
from selfcare.web.when import at_instant
from tests import factories
from tests.appointments.conftest import World
from tests.preparation.test_on_behalf import (
    ASKS,
    BOTH,
    LIFE,
    MATTERS,
    RIGHTS,
    SAID,
    WORDS,
    behalf,
    colleague,
    everywhere,
    rows,
    tell,
)
from tests.preparation.test_prepare import address

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)


def test_the_person_says_it_in_their_own_words(world: World) -> None:
    """Alone catches: own words under somebody else's name, and what stood there before lost."""
    visit = world.visit(5).id
    tell(world, visit)
    page = world.rosa.get(address(world, visit)).click("Change it or take it back")
    page = page.click("Say it in my own words").form("own-words").submit(matters="Only the wedding.")
    assert "Only the wedding." in page
    assert "In their own words since" in page
    (kept,) = rows(world, Telling.versions)
    assert kept.body["matters"] == MATTERS
    assert kept.by == "Amina"
    (question,) = rows(world, Question)
    one = f"{world.base}questions/{question.id}/"
    changed = world.rosa.get(one + "change").form("question").submit(text="Whom do I call on Sunday?")
    assert changed.status == 200
    assert "As told to" not in world.rosa.get(one)
    # What is shared stays as it was, until she shares again.
    (summary,) = rows(world, Summary)
    assert MATTERS in world.amina.get(f"{world.base}summary/{summary.id}/")
    again = world.rosa.get(address(world, visit, "ready")).form("ready").submit()
    assert "Only the wedding." in again
    assert MATTERS not in again


def test_what_only_the_person_sees_stays_so_when_they_word_it_anew(world: World) -> None:
    """Alone catches: a question kept for the person alone, shown to everybody by mending a word of it."""
    visit = world.visit(5).id
    tell(world, visit, share="only")
    (question,) = rows(world, Question)
    one = f"{world.base}questions/{question.id}/"
    world.rosa.get(one + "change").form("question").submit(text="Whom do I call on Sunday?")
    (question,) = rows(world, Question)
    assert (question.text, question.only_me) == ("Whom do I call on Sunday?", True)
    assert world.amina.get(one).status == 404
    # And she may let others see it after all.
    world.rosa.get(one + "change").form("question").submit(readers="helpers")
    assert rows(world, Question)[0].only_me is False


def test_a_visit_that_becomes_the_persons_alone_takes_what_was_told_along(world: World) -> None:
    """Alone catches: what was told for a visit read by others after the person has made it theirs alone."""
    visit = world.visit(5).id
    tell(world, visit, share="look")
    (telling,) = rows(world, Telling)
    form = world.rosa.get(f"{world.base}appointments/{visit}/change").form("visit")
    assert form.submit(only_me="y").status == 200
    for who in (world.leon, world.amina):
        assert who.get(f"{world.base}as-told/{telling.id}/").status == 404
        assert not [text for text in (MATTERS, WORDS, ASKS) if text in everywhere(world, who, visit)]


def test_two_devices_word_it_anew(world: World) -> None:
    """Alone catches: the person's words on one device gone by those on another, without a word."""
    visit = world.visit(5).id
    tell(world, visit, share="look")
    (telling,) = rows(world, Telling)
    one = f"{world.base}as-told/{telling.id}/change"
    here, there = (world.rosa.get(one).form("own-words") for _ in range(2))
    here.submit(matters="Only the wedding.")
    page = there.submit(matters="The wedding, and the cake.")
    assert page.status == 409
    assert "Only the wedding." in page
    assert "The wedding, and the cake." in page


def test_a_phone_does_not_keep_what_else_is_going_on(world: World) -> None:
    """Alone catches: what is the person's alone, on a phone that anybody may hold."""
    visit = world.visit(5).id
    tell(world, visit, share="look")
    assert LIFE in world.rosa.get(address(world, visit))
    kept = world.rosa.get(address(world, visit, "keep")).text
    assert MATTERS in kept
    assert LIFE not in kept


@pytest.mark.parametrize("who", ["rosa", "amina"])
def test_it_is_taken_back(world: World, who: str) -> None:
    """Alone catches: something of it that stays, its summary still read, or the visit still ready."""
    visit = world.visit(5).id
    tell(world, visit)
    (telling,) = rows(world, Telling)
    page = getattr(world, who).get(f"{world.base}as-told/{telling.id}/")
    assert page.form("/take-back").submit().status == 200
    for reader in ("rosa", "leon", "amina"):
        read = everywhere(world, getattr(world, reader), visit)
        left = [text for text in (MATTERS, WORDS, ASKS) if text in read]
        # The person reads what they shared and withdrew, as ever.
        assert not left or reader == "rosa"
    (row,) = rows(world, Appointment)
    assert row.ready_at is None
    assert "As told to" not in world.rosa.get(address(world, visit))


def test_a_summary_that_is_withdrawn_takes_what_was_asked_along(world: World) -> None:
    """Alone catches: a question that was told, and goes on being read by the team after its summary was taken back."""
    visit = world.visit(5).id
    tell(world, visit)
    other = colleague(world)
    assert ASKS in everywhere(world, other, visit)
    (summary,) = rows(world, Summary)
    world.rosa.get(f"{world.base}summary/{summary.id}/withdraw").form("Withdraw it").submit()
    assert rows(world, Summary)[0].withdrawn_at
    assert ASKS not in everywhere(world, other, visit)
    assert ASKS in everywhere(world, world.rosa, visit)


def test_the_person_is_told_and_sees_who_wrote(world: World) -> None:
    """Alone catches: a person who does not hear that somebody wrote for them, or hears it for ever."""
    said = "Somebody wrote down what you told them."
    visit = world.visit(5).id
    tell(world, visit, share="look")
    assert said in world.rosa.get(world.base)
    page = world.rosa.get(world.base).click(said)
    assert page.form("/seen").submit().status == 200
    assert said not in world.rosa.get(world.base)
    assert "Wrote down what you told them for a visit" in world.rosa.get(f"{world.base}who-looked/")
    for who in (world.leon, world.amina):
        assert who.get(f"{page.url.split('?')[0]}seen").status == 404


@pytest.mark.parametrize("rights", [{Area.APPOINTMENTS: Level.ADD}], ids=["visits alone"])
def test_who_helps_does_no_more_than_they_may(world: World) -> None:
    """Alone catches: a question, or a summary, by a helper who may do neither."""
    visit = world.visit(5).id
    page = world.leon.get(behalf(world, visit))
    assert page.form("on-behalf").value("question1") is None
    assert "Yes, share it with Amina" not in page
    assert "I am sure that this is Rosa" in page
    said = BOTH | {"matters": MATTERS, "question1": ASKS, "share": "yes"}
    form = page.form("on-behalf")
    token = {name: value for name, value in form.sent() if name in ("csrf_token", "form_id", "seen")}
    assert world.leon.post(form.action, token | said).status == 422
    assert world.leon.post(form.action, token | said | {"share": "look"}).status == 200
    assert rows(world, Telling)
    assert not rows(world, Question)
    assert not rows(world, Summary)
    assert not rows(world, Contact)


@pytest.mark.parametrize("rights", [RIGHTS], ids=["carer may all"])
def test_what_else_is_going_on_goes_with_yes_and_not_to_who_helps(world: World) -> None:
    """Alone catches: what the person said may be shared left out of it, or read by those who help."""
    visit = world.visit(5).id
    tell(world, visit, world.leon)
    (summary,) = rows(world, Summary)
    for part in ("", "text"):
        assert LIFE in world.amina.get(f"{world.base}summary/{summary.id}/{part}").text
        assert LIFE not in world.leon.get(f"{world.base}summary/{summary.id}/{part}").text
    assert LIFE not in everywhere(world, world.leon, visit)
    # What he shares the next time is chosen as ever, and not by what was said.
    assert "Left out, as the last time" not in world.leon.get(address(world, visit, "ready"))


def test_a_contact_that_was_planned_stays_planned(world: World) -> None:
    """Alone catches: a call that moves a day both had agreed on; and one that leaves the person on the list as due."""
    visit = world.visit(5).id
    with world.acting("amina") as amina:
        today = amina.today()
        day, gone = today + timedelta(days=9), today - timedelta(days=2)
        contacts.set_rhythm(amina, None, kind="active", every_days=14, due_on=day)
    tell(world, visit, share="look")
    assert [one.due_on for one in rows(world, Rhythm)] == [day]
    with world.acting("amina") as amina:
        contacts.set_rhythm(amina, None, kind="active", every_days=14, due_on=gone)
    tell(world, visit, share="look")
    assert rows(world, Rhythm)[0].due_on > today + timedelta(days=12)


def test_nobody_else_takes_it_back(world: World) -> None:
    """Alone catches: a colleague, or a helper, who takes out what is not theirs."""
    visit, ben = world.visit(5).id, colleague(world)
    tell(world, visit)
    (telling,) = rows(world, Telling)
    for who in (ben, world.leon, world.stranger):
        assert "Take it back" not in who.get(f"{world.base}as-told/{telling.id}/").text
        assert who.get(f"{world.base}as-told/{telling.id}/take-back").status == 404


def test_who_never_signs_in_is_ready_like_anyone(world: World) -> None:
    """Alone catches: a person without an account whom nobody can get ready, or who counts as not ready."""
    with world.acting():
        made = factories.person(world.home.amina, world.home.team, "Ida")
        session().flush()
        amina = factories.permit(world.home.amina, made)
        when = at_instant((now() + timedelta(days=3)).replace(second=0, microsecond=0), amina.zone)
        visit, ida = actions.add_visit(amina, when=when, how="phone", with_whom="Amina").id, made.id
    page = world.amina.get(f"/people/{ida}/").click("Get ready with Ida")
    assert "Ida has not come in yet, and is not told." in page
    shared = page.form("on-behalf").submit(**BOTH, **SAID, share="yes")
    assert shared.status == 200
    assert MATTERS in shared
    with world.app.app_context():
        assert session().get_one(Appointment, (ida, visit)).ready_at
    line = next(row for row in world.amina.get("/caseload/").all("li, tr") if "Ida" in row)
    assert "Ready" in line
