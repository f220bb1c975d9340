"""Getting ready on behalf: what a person tells somebody stands as told to them, and is the person's all the same."""

import re
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from selfcare.appointments import actions, telling_actions
from selfcare.appointments.models import Appointment, Question, Telling
from selfcare.contacts.models import Contact
from selfcare.database import now, session
from selfcare.notifications.models import Notice
from selfcare.people.models import Person, Relationship
from selfcare.sharing.models import Summary
from selfcare.web.access import Area, Level
from selfcare.web.when import at_instant
from tests import factories
from tests.appointments.conftest import World, past
from tests.harness.client import Answer, Client
from tests.preparation.test_prepare import address

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)

MATTERS, WORDS = "To be well enough for the wedding.", "Mornings are the worst."
ASKS, MORE, LIFE = (
    "Who can I call at the weekend?",
    "Must I fast before the blood test?",
    "The neighbours are loud",
)
BOTH = {"identity": "y", "consent": "y", "how": "phone"}
SAID = {"matters": MATTERS, "words": WORDS, "question1": ASKS, "life": ["sleep"], "life_words": LIFE}


def behalf(world: World, visit: object) -> str:
    return f"{world.base}appointments/{visit}/on-behalf/"


def tell(world: World, visit: object, who: Client | None = None, **said: object) -> Answer:
    page = (who or world.amina).get(behalf(world, visit))
    return page.form("on-behalf").submit(**{**BOTH, **SAID, "share": "yes", **said})


def rows(world: World, table: Any, **where: object) -> list[Any]:
    with world.app.app_context():
        found = select(table).filter_by(person_id=world.home.person.id, **where)
        return list(session().scalars(found))


def everywhere(world: World, who: Client, visit: UUID) -> str:
    """All that somebody reads on the pages where something of a visit stands; what they may not open says nothing."""
    parts = ("", "ready", "keep", "paper", "matters", "words")
    one, base = f"{world.base}appointments/{visit}/", world.base
    pages = [base, one, f"{one}on-behalf/", *(f"{one}prepare/{part}" for part in parts)]
    pages += [
        f"{base}questions/",
        f"{base}summary/",
        f"{base}contacts/",
        "/caseload/",
        "/caseload/questions",
        "/inbox/",
    ]
    pages += [f"{base}questions/{each.id}/" for each in rows(world, Question)]
    pages += [f"{base}as-told/{each.id}/" for each in rows(world, Telling)]
    pages += [f"{base}summary/{each.id}/{part}" for each in rows(world, Summary) for part in ("", "text")]
    return "\n".join(page.text for page in map(who.get, pages) if page.status == 200)


def colleague(world: World) -> Client:
    """Another nurse of the same team."""
    with world.acting():
        known = factories.nurse("Ben", world.home.team)[0].id
    client = type(world.amina)(world.app, world.amina.validator)
    client.sign_in(known)
    return client


def test_a_talk_on_the_phone_makes_the_person_ready(world: World) -> None:
    """Alone catches: words that stand as the person's own or as nobody's, a visit that is not ready, a call that is
    logged twice or not at all, and a person who is not told."""
    visit = world.visit(5).id
    page = tell(world, visit)
    assert page.status == 200
    assert "Saved." in page
    for text in (MATTERS, WORDS, ASKS, "Sleep", LIFE):
        assert text in page
    assert page.html.main.text.count("As told to Amina, by phone, ") == 5
    assert "chose what is" not in page
    assert "Entered by Amina" not in page
    text = world.amina.get(page.url.split("?")[0] + "text").text
    assert text.count("As told to Amina, by phone, ") == 5
    (telling,) = rows(world, Telling)
    assert telling.identity
    assert telling.consent
    assert not telling.only_me
    (row,) = rows(world, Appointment)
    assert row.ready_at
    assert not row.matters
    assert not row.words
    (contact,) = rows(world, Contact)
    assert (contact.how, telling.contact_id) == ("phone", contact.id)
    for who, page in ((world.rosa, address(world, visit)), (world.amina, "/caseload/")):
        assert ("5 of 5 steps done." if who is world.rosa else "Ready") in who.get(page)
    told = [one.account_id for one in rows(world, Notice, kind="telling")]
    assert told == [world.home.rosa.id]
    (question,) = rows(world, Question)
    assert question.sent_at
    assert question.asked_at is None
    assert [one.account_id for one in rows(world, Notice, kind="summary")] == []  # who wrote it has read it


def test_it_says_as_told_on_every_page(world: World) -> None:
    """Alone catches: a page on which what was told stands as the person's own words, or as nobody's."""
    visit = world.visit(5).id
    tell(world, visit, how="paper", share="look")
    (telling,), (question,) = rows(world, Telling), rows(world, Question)
    one = f"{world.base}appointments/{visit}/"
    for path in (one, f"{one}prepare/", f"{one}prepare/ready", f"{one}prepare/paper", f"{one}prepare/keep"):
        for who in (world.rosa, world.leon):
            page = who.get(path)
            if page.status == 404:
                assert who is world.leon
                assert path.endswith("ready")
                continue
            assert MATTERS in page.text, path
            # What matters, how it was, and the question; where one card holds the first two, twice.
            assert page.text.count("As told to Amina, on paper") >= (2 if who is world.rosa else 1), (
                who,
                path,
            )
    for path in (f"{world.base}as-told/{telling.id}/", f"{world.base}questions/{question.id}/"):
        assert "As told to Amina, on paper" in world.rosa.get(path)
    assert not rows(world, Contact)  # a sheet that came by post is no talk
    shared = world.rosa.get(f"{one}prepare/ready").form("ready").submit()
    assert shared.text.count("As told to Amina, on paper") >= 3
    assert LIFE not in shared


@pytest.mark.parametrize("missing", ["identity", "consent"])
def test_without_both_ticks_nothing_is_written(world: World, missing: str) -> None:
    """Alone catches: words kept though one of the two was not asked; and typing lost where that is said."""
    visit = world.visit(5).id
    form = world.amina.get(behalf(world, visit)).form("on-behalf")
    page = form.submit(
        **{name: value for name, value in BOTH.items() if name != missing}, **SAID, share="yes"
    )
    assert page.status == 422
    assert "Nothing is written down yet" in page
    assert MATTERS in page
    assert ASKS in page.text
    assert not rows(world, Telling)
    assert not rows(world, Question)
    assert not rows(world, Contact)


def test_the_database_takes_nothing_without_both(world: World) -> None:
    """Alone catches: a row of what was told that says somebody was not asked."""
    visit = world.visit(5).id
    with world.acting("amina") as amina:
        row = telling_actions.write(amina, visit, how="phone", share="look", matters=MATTERS)
        row.consent = False
        with pytest.raises(IntegrityError):
            session().flush()
        session().rollback()


RIGHTS = dict.fromkeys(Area, Level.MANAGE)


@pytest.mark.parametrize("rights", [RIGHTS], ids=["carer may all"])
@pytest.mark.parametrize("writer", ["amina", "leon"])
def test_what_is_kept_for_the_person_only_is_lost_to_who_wrote_it(world: World, writer: str) -> None:
    """Alone catches: a word that who typed it in can still read, on any page, once it is the person's alone."""
    visit = world.visit(5).id
    who = getattr(world, writer)
    answer = tell(world, visit, who, share="only")
    said = [MATTERS, WORDS, ASKS, LIFE]
    assert answer.status == 200
    assert not [text for text in said if text in answer]
    read = {name: everywhere(world, getattr(world, name), visit) for name in ("rosa", "leon", "amina")}
    for name in ("leon", "amina"):
        assert not [text for text in said if text in read[name]], name
        assert not re.search(r"As told to \w+,", read[name])
    for text in (MATTERS, WORDS, ASKS, LIFE):
        assert text in read["rosa"]
    (row,) = rows(world, Appointment)
    assert row.ready_at is None
    assert not rows(world, Summary)
    # Nobody learns from a number that something is there.
    assert "0 of 5 steps done" in world.rosa.get(address(world, visit)) or "1 of 5" in world.rosa.get(
        address(world, visit)
    )


def test_a_professional_reads_nothing_of_what_waits_for_the_person(world: World) -> None:
    """Alone catches: words that the person wants to look at first, read by the team before they are shared."""
    visit = world.visit(5).id
    tell(world, visit, share="look")
    read = everywhere(world, world.amina, visit)
    assert not [text for text in (MATTERS, WORDS, ASKS, LIFE) if text in read]
    assert "Rosa looks at it first. It is not shared yet." in read
    assert MATTERS in everywhere(world, world.leon, visit)


def test_the_persons_own_words_stay_and_stay_theirs(world: World) -> None:
    """Alone catches: own words written over, and words that nobody shared read by ticking that the person said yes."""
    visit = world.visit(5).id
    with world.acting() as rosa:
        actions.set_matters(rosa, visit, None, "Rosa-canary")
        actions.ask(rosa, text="Question-canary", appointment_id=visit)
    page = world.amina.get(behalf(world, visit))
    assert "Rosa has words of their own here." in page
    assert "canary" not in page
    shared = tell(world, visit)
    assert MATTERS in shared
    assert "canary" not in shared.text
    read = everywhere(world, world.amina, visit)
    assert "canary" not in read
    mine = world.rosa.get(address(world, visit)).text
    assert "Rosa-canary" in mine
    assert MATTERS in mine
    assert "Question-canary" in mine


def test_what_was_shared_before_stays_in_what_is_shared_now(world: World) -> None:
    """Alone catches: the person's words gone from the newest summary, because a nurse wrote down one more thing."""
    visit = world.visit(5).id
    with world.acting() as rosa:
        actions.set_matters(rosa, visit, None, "Rosa-canary")
    world.rosa.get(address(world, visit, "ready")).form("ready").submit()
    shared = tell(world, visit)
    assert "Rosa-canary" in shared
    assert MATTERS in shared
    assert "New results" in shared  # what she had chosen


def test_two_write_at_once_and_both_stand(world: World) -> None:
    """Alone catches: the second not told of the first, and either's words lost."""
    visit, ben = world.visit(5).id, colleague(world)
    mine = world.amina.get(behalf(world, visit)).form("on-behalf")
    tell(world, visit, ben, matters="Ben-words", question1="Ben-question")
    page = mine.submit(**BOTH, **SAID, share="yes")
    assert page.status == 409
    assert MATTERS in page
    assert "Ben has written something down meanwhile" in page
    assert len(rows(world, Telling)) == 1
    assert "Ben-words" in page  # it was shared: she may read it
    shared = page.form("on-behalf").submit()
    assert len(rows(world, Telling)) == 2
    for text in ("Ben-words", "Ben-question", MATTERS, ASKS, "As told to Ben", "As told to Amina"):
        assert text in shared


def test_the_second_reads_no_more_than_they_may(world: World) -> None:
    """Alone catches: words that the person wants to look at first, read by who comes second; and what is theirs alone
    told by saying that somebody wrote."""
    visit, ben = world.visit(5).id, colleague(world)
    mine = world.amina.get(behalf(world, visit)).form("on-behalf")
    tell(world, visit, ben, matters="Ben-words", share="look")
    page = mine.submit(**BOTH, **SAID, share="look")
    assert page.status == 409
    assert "Ben-words" not in page.text
    third = page.form("on-behalf")
    tell(world, visit, ben, matters="Ben-secret", share="only")
    assert third.submit().status == 200


def test_the_visit_was_moved_meanwhile(world: World) -> None:
    """Alone catches: words kept for a visit on another day than the page said, without a word."""
    visit = world.visit(5).id
    form = world.amina.get(behalf(world, visit)).form("on-behalf")
    with world.acting() as rosa:
        when = at_instant((now() + timedelta(days=8)).replace(second=0, microsecond=0), rosa.zone)
        actions.change_visit(rosa, visit, 1, when=when, how="phone", with_whom="Amina")
    page = form.submit(**BOTH, **SAID, share="yes")
    assert page.status == 409
    assert "The visit was moved meanwhile." in page
    assert MATTERS in page
    assert page.form("on-behalf").submit().status == 200
    assert len(rows(world, Telling)) == 1


@pytest.mark.parametrize("what", ["removed", "over", "died"])
def test_too_late_and_nothing_typed_is_lost(world: World, what: str) -> None:
    """Alone catches: words lost, or kept, where the visit or the person is no more."""
    visit = world.visit(5).id
    form = world.amina.get(behalf(world, visit)).form("on-behalf")
    if what == "removed":
        with world.acting() as rosa:
            actions.remove_visit(rosa, visit)
    elif what == "over":
        past(visit, world, 1)
    else:
        with world.acting():
            session().get_one(Person, world.home.person.id).died_on = date(2026, 1, 1)
    page = form.submit(**BOTH, **SAID, share="yes")
    assert page.status == 409
    assert MATTERS in page
    assert ASKS in page
    assert not rows(world, Telling)
    assert not rows(world, Contact)


@pytest.mark.parametrize("rights", [RIGHTS], ids=["carer may all"])
def test_what_a_phone_sends_late_is_kept_or_says_why(world: World) -> None:
    """Alone catches: words that waited on a phone, gone because the visit was, or because somebody wrote first."""
    first, second = world.visit(5).id, world.visit(9).id
    late = {"Accept": "application/json"}
    forms = [world.leon.get(behalf(world, visit)).form("on-behalf") for visit in (first, second)]
    for form in forms:
        form.fill(**BOTH, **SAID, share="only")
    with world.acting() as rosa:
        actions.remove_visit(rosa, first)
    tell(world, second)
    for form, said in zip(
        forms, ("This visit is not on the list any more.", "Amina has written"), strict=True
    ):
        answer = world.leon.post(form.action, list(form.sent()), headers=late)
        assert answer.status == 409
        assert said in answer.text
    assert len(rows(world, Telling)) == 1
    again = world.leon.get(behalf(world, second)).form("on-behalf")
    again.fill(**BOTH, **SAID, share="only")
    statuses = [world.leon.post(again.action, list(again.sent()), headers=late).status for _ in range(2)]
    assert statuses == [201, 200]
    assert len(rows(world, Telling)) == 2


def test_sent_twice_is_once(world: World) -> None:
    """Alone catches: two of everything after a second press."""
    visit = world.visit(5).id
    form = world.amina.get(behalf(world, visit)).form("on-behalf")
    for _ in range(2):
        assert form.submit(**BOTH, **SAID, share="yes").status == 200
    assert [len(rows(world, table)) for table in (Telling, Question, Contact, Summary)] == [1, 1, 1, 1]


@pytest.mark.parametrize(
    "rights", [{Area.APPOINTMENTS: Level.SEE, Area.QUESTIONS: Level.ADD}], ids=["only sees"]
)
def test_only_who_may_add_writes(world: World) -> None:
    """Alone catches: a helper who may look, a stranger, or the person, writing as if told."""
    visit = world.visit(5).id
    assert "tells me" not in world.leon.get(address(world, visit))
    for who in (world.leon, world.stranger, world.rosa):
        assert who.get(behalf(world, visit)).status == 404
        assert who.post(behalf(world, visit), BOTH | SAID).status in (400, 404)
    assert not rows(world, Telling)


def test_a_right_that_ended_meanwhile(world: World) -> None:
    """Alone catches: words kept from somebody whose access ended while they were typing."""
    visit = world.visit(5).id
    form = world.amina.get(behalf(world, visit)).form("on-behalf")
    with world.acting():
        for each in session().scalars(select(Relationship).filter_by(kind="professional")):
            each.state = "ended"
    assert form.submit(**BOTH, **SAID, share="yes").status == 404
    assert not rows(world, Telling)
