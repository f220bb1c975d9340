"""Getting ready on behalf: what a person tells somebody stands as told to them, and is the person's all the same."""

import pytest

from selfcare.appointments.models import Appointment, Question, Telling
from selfcare.contacts.models import Contact
from selfcare.database import session
from selfcare.notifications.models import Notice
from selfcare.sharing.models import Summary
from tests.appointments.conftest import World
from tests.harness.client import Answer, Client
from tests.preparation.test_prepare import address

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)

MATTERS, WORDS = "To be well enough for the wedding.", "Mornings are the worst."
ASKS, MORE, LIFE = "Who can I call at the weekend?", "Must I fast before the blood test?", "The neighbours are loud"
BOTH = {"identity": "y", "consent": "y", "how": "phone"}
SAID = {"matters": MATTERS, "words": WORDS, "question1": ASKS, "life": ["sleep"], "life_words": LIFE}


def behalf(world: World, visit: object) -> str:
    return f"{world.base}appointments/{visit}/on-behalf/"


def tell(world: World, visit: object, who: Client | None = None, **said: object) -> Answer:
    page = (who or world.amina).get(behalf(world, visit))
    return page.form("on-behalf").submit(**{**BOTH, **SAID, "share": "yes", **said})


def rows(world: World, table: type) -> list:  # type: ignore[type-arg]
    with world.app.app_context():
        return session().query(table).filter_by(person_id=world.home.person.id).all()


def test_a_talk_on_the_phone_makes_the_person_ready(world: World) -> None:
    """Alone catches: words that stand as the person's own or as nobody's, a visit that is not ready, a call that is
    logged twice or not at all, and a person who is not told."""
    visit = world.visit(5).id
    page = tell(world, visit)
    print(page.url, page.html.main.text[:3000])
    assert page.status == 200 and "Saved." in page
    for text in (MATTERS, WORDS, ASKS, "Sleep", LIFE):
        assert text in page
    assert page.html.main.text.count("As told to Amina, by phone, ") >= 4
    assert "Amina told" not in page and "Entered by Amina" not in page
    text = world.amina.get(page.url.split("?")[0] + "text").text
    assert text.count("As told to Amina, by phone, ") >= 4
    with world.app.app_context():
        row = session().get_one(Appointment, (world.home.person.id, visit))
        assert row.ready_at and not row.matters
    assert [one.how for one in rows(world, Contact)] == ["phone"]
    assert "4 of 5 steps done" in world.rosa.get(address(world, visit)) or "5 of 5" in world.rosa.get(address(world, visit))
    notices = [one for one in rows(world, Notice) if one.kind == "telling"]
    assert [one.account_id for one in notices] == [world.home.rosa.id]
    assert len(rows(world, Telling)) == len(rows(world, Summary)) == 1
    assert not rows(world, Question)[0].asked_at
