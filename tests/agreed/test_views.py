"""What was agreed, as the person, a carer and the key contact meet it."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from selfcare.agreed import queries
from selfcare.agreed.models import Line
from selfcare.database import now, session
from selfcare.notifications import actions as notifications
from selfcare.notifications.kinds import AGREED
from selfcare.people import actions as people
from selfcare.people.models import Member, Relationship
from selfcare.web.access import Area, Level
from tests.agreed.world import World, make
from tests.harness.client import Client

SECRET = "Canary: the lawyer"


@pytest.fixture
def world(app: Flask, new_client: Callable[..., Client]) -> World:
    return make(app, new_client)


def test_lines_stand_by_whoever_does_them_and_a_tick_posts_at_once(world: World) -> None:
    empty = world.rosa.get(world.base)
    assert "Then nobody has to keep it in their head." in empty
    page = (
        empty.click("Add something we agreed")
        .form("line")
        .submit(what="Walk to the shop", who="me", by="week")
    )
    world.add("Ask the eye clinic for a new day", days=-3)
    world.add("Ask the doctor about the tablets", world.home.amina, days=-1)
    world.add("Fix the rail on the stairs", world.home.leon)
    page = world.rosa.get(world.base)
    assert page.all("#main h2") == ["I do", "Amina does", "Leon does"]
    assert page.all(".rows .row__title") == [
        "Ask the eye clinic for a new day",
        "Walk to the shop",
        "Ask the doctor about the tablets",
        "Fix the rail on the stairs",
    ]
    assert "You can still do it, move the day, or let it go." in page
    assert "Amina sees this too." in page
    assert "late" not in " ".join(page.all("#main")).lower().split()
    assert page.click("Ask Amina about it").h1 == "Add a question"
    page = page.form("Done: Walk to the shop").submit()
    assert page.all(".saved") == ["Done. Walk to the shop Undo"]
    assert "Rosa ticked it on" in page
    page = page.form("Undo").submit()
    assert "On the list again. Walk to the shop" in page
    page = page.form("/let-go").submit()
    assert "Let go. Ask the eye clinic for a new day" in page
    assert "On the list again." in page.form("Undo").submit()


def test_each_reader_sees_their_own_first_and_nobody_sees_only_me(world: World) -> None:
    world.add("Walk to the shop")
    world.add("Fix the rail", world.home.leon)
    world.add(SECRET, only_me=True)
    assert world.leon.get(world.base).all("#main h2") == ["I do", "Rosa does"]
    assert world.amina.get(world.base).all("#main h2") == ["Rosa does", "Leon does"]
    for who in (world.leon, world.amina):
        assert SECRET not in who.get(world.base).text
    assert SECRET in world.rosa.get(world.base).text
    page = world.rosa.get(world.base + "add").form("line")
    page = page.submit(what="A secret", who=str(world.home.amina.id), only_me=True)
    assert page.errors == ["Only you would see this, so Amina would not know. Take Only me off."]


def test_a_carer_with_the_right_to_see_ticks_what_is_theirs_alone(world: World) -> None:
    """CARER_RIGHTS: visits to see. Catches a tick for everybody, and a box that leads nowhere."""
    own, other = world.add("Fix the rail", world.home.leon), world.add("Walk to the shop")
    page = world.leon.get(world.base)
    assert "Add something we agreed" not in page
    assert not page.html.select(f'form[action$="{other}/done"]')
    token = page.form("Done: Fix the rail").value("csrf_token")
    refused = world.leon.post(f"{world.base}{other}/done", {"csrf_token": token, "form_id": str(uuid4())})
    assert refused.status == 404
    assert "Done. Fix the rail" in page.form("Done: Fix the rail").submit()
    assert "Leon ticked it on" in world.rosa.get(f"{world.base}{own}/")


def test_whose_account_is_gone_is_said_and_another_is_chosen(world: World) -> None:
    """That somebody sees it too is said while they do. Catches a name that is told of a list they lost."""
    line = world.add("Post the diet sheet", world.home.amina, days=-2)
    assert "Amina sees this too." in world.rosa.get(world.base)
    with world.permit():
        session().get_one(Member, (world.home.team.id, world.home.amina.id)).ended_at = now()
    page = world.rosa.get(world.base)
    assert "Amina cannot see this any more." in page
    assert "sees this too" not in page.text
    page = page.click("Choose who does it").form("line")
    assert page.value("who") == str(world.home.amina.id)
    assert "Me" in page.submit(who="me").all("h2")[0] or "I do" in world.rosa.get(world.base).all("h2")
    assert world.rosa.get(f"{world.base}{line}/").status == 200


def test_a_carer_whose_right_ended_is_let_know_nothing(world: World) -> None:
    """A tick that waited on their phone: not found, like anybody's."""
    world.add("Fix the rail", world.home.leon)
    form = world.leon.get(world.base).form("Done: Fix the rail")
    with world.permit() as rosa:
        grant = session().query(Relationship).filter_by(account_id=world.home.leon.id).one()
        people.move(grant, "ended", rosa.account_id, "")
    assert form.submit().status == 404
    with world.permit() as rosa:
        assert queries.open_lines(rosa)[0].sees is False


def test_words_that_were_typed_are_kept_where_somebody_was_faster(world: World) -> None:
    line = world.add("Walk to the shop", days=3)
    page = world.rosa.get(f"{world.base}{line}/change")
    other = world.rosa.get(f"{world.base}{line}/change").form("line").submit(what="Walk to the park")
    assert other.status == 200
    asked = page.form("line").submit(what="Walk to the lake")
    assert asked.status == 409
    assert "Walk to the lake" in asked
    assert "Walk to the park" in asked
    page = world.rosa.get(f"{world.base}{line}/change")
    world.rosa.get(world.base).form("Done: Walk to the park").submit()
    one = world.rosa.get(f"{world.base}{line}/")
    assert "Changed" not in one  # within one sitting it is one version, and a tick is no change of words
    refused = page.form("line").submit(what="Walk to the church")
    assert refused.status == 409
    assert "Rosa has ticked this as done. Undo that first." in refused
    assert "Walk to the church" in refused


def test_what_is_missing_is_said_and_a_day_is_for_who_asks(world: World) -> None:
    page = world.rosa.get(world.base + "add").form("line").submit(what=" ", by="day")
    assert page.errors == [
        "Say in a few words what was agreed.", "Choose who does it.", "Choose the day, or choose No day."
    ]  # fmt: skip
    page = world.rosa.get(world.base + "add").form("line").submit(what="Ring", who="other")
    assert page.errors == ["Say who does it, for example the eye clinic."]
    page = page.form("line").submit(other="The eye clinic", by="month")
    assert "The eye clinic does" in page
    line = page.click("Ring")
    assert "A calendar shows these words to whoever sees it." in line
    text = line.click("Put it in my calendar").text
    assert "SUMMARY:Ring" in text
    assert "DTSTART;VALUE=DATE:" in text


def test_the_key_contact_writes_down_what_they_do(app: Flask, new_client: Callable[..., Client]) -> None:
    world = make(app, new_client, carer_rights={Area.APPOINTMENTS: Level.ADD})
    page = (
        world.amina.get(world.base + "add")
        .form("line")
        .submit(what="Ask the doctor", who=str(world.home.amina.id))
    )
    assert page.all("#main h2") == ["I do"]
    assert world.rosa.get(world.base).all("#main h2") == ["Amina does"]
    page = world.leon.get(world.base + "add")
    assert "Rosa will see: Entered by Leon for you." in page
    page.form("line").submit(what="Drive her there", who=str(world.home.leon.id))
    assert "Entered by Leon for you" in world.rosa.get(world.base)


def test_a_line_that_becomes_only_me_speaks_nowhere_else(world: World) -> None:
    """The question that was asked about it went on to say its words, to everybody who reads questions."""
    line = world.add("Amina looks into lithium", world.home.amina)
    page = world.rosa.get(f"{world.base}{line}/").click("Ask Amina about it")
    page.form("question").submit(text="What did you find?")
    questions = f"/people/{world.home.person.id}/questions/"
    asked = world.leon.get(questions).link("What did you find?")
    assert "Amina looks into lithium" in world.leon.get(asked)
    world.rosa.get(f"{world.base}{line}/change").form("line").submit(who="me", only_me=True)
    assert "Amina looks into lithium" not in world.leon.get(asked).text


def test_what_moved_on_is_no_news_any_more(world: World) -> None:
    """*The day has come* stood in an inbox after the day was moved, and after somebody else took it over."""
    line = world.add("Fix the rail", world.home.leon, days=0)
    with world.permit() as rosa:
        notifications.tell(rosa, [world.home.leon.id], AGREED, line)
    assert "Fix the rail" in world.leon.get("/inbox/")
    world.rosa.get(f"{world.base}{line}/change").form("line").submit(by="month")
    assert "Fix the rail" not in world.leon.get("/inbox/").text


def test_two_versions_say_who_does_it(world: World) -> None:
    """Both read the same where only who does it had changed, and choosing one undid what the page never named."""
    line = world.add("Weigh myself")
    form = world.rosa.get(f"{world.base}{line}/change").form("line")
    world.rosa.get(f"{world.base}{line}/change").form("line").submit(who=str(world.home.leon.id))
    page = form.submit(who=str(world.home.amina.id))
    assert page.status == 409
    assert page.all(".option__hint > div") == ["Weigh myself", "Amina", "Weigh myself", "Leon"]


def test_words_for_a_line_that_was_taken_out_are_given_back(world: World) -> None:
    """The answer was that there is no such page, and the words were gone."""
    line = world.add("Ask the clinic")
    form = world.rosa.get(f"{world.base}{line}/change").form("line")
    world.rosa.get(f"{world.base}{line}/remove").form("remove").submit()
    page = form.submit(what="Ask the clinic about parking", who="other", other="the eye clinic")
    assert page.status == 409
    assert "This was taken out of the list." in page
    assert "Ask the clinic about parking" in page
    assert "the eye clinic" in page
    assert world.rosa.get(f"{world.base}{uuid4()}/change").status == 404


def test_in_a_week_is_a_week_from_when_it_was_written(world: World) -> None:
    """A phone that kept the form for three days: what counted was the day on which it could send it."""
    form = world.rosa.get(f"{world.base}add").form("line")
    with world.permit() as rosa:
        today = rosa.today()
    for ago, expected in ((3, 4), (400, 7)):
        form.values = [each for each in form.values if each[0] != "written-wall"]
        form.values.append(("written-wall", f"{today - timedelta(days=ago)}T21:30:00+00:00"))
        form.submit(what=f"Rest {ago}", who="me", by="week")
        with world.app.app_context():
            kept = session().scalars(select(Line).where(Line.what == f"Rest {ago}")).one()
            assert kept.by_on == today + timedelta(days=expected)
        form = world.rosa.get(f"{world.base}add").form("line")


def test_of_more_than_a_list_shows_the_soonest_stand_there(world: World) -> None:
    """The newest line was written, and shown nowhere, where a hundred older ones had no day."""
    for n in range(queries.MOST):
        world.add(f"Some day {n}")
    world.add("Tomorrow", days=1)
    assert world.rosa.get(world.base).all(".rows .row__title")[0] == "Tomorrow"
