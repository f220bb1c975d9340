"""Please get in touch, as the person, those who help, and the team meet it."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from selfcare.accounts.models import Account
from selfcare.contacts import actions as contacts
from selfcare.contacts.models import Contact, Rhythm
from selfcare.database import command, now, session
from selfcare.notifications.models import Notice
from selfcare.people import death
from selfcare.people.models import Person, Relationship, Right, Team
from selfcare.requests.models import ContactRequest, RequestLine
from tests.factories.typed import typed_words
from tests.harness.client import Client
from tests.harness.pages import Answer
from tests.house.test_pages import LATER, latin
from tests.requests.world import NUMBER, World, make

TUESDAY = datetime(2027, 3, 9, 14, 5, tzinfo=UTC)


@pytest.fixture
def world(app: Flask, new_client: Callable[..., Client]) -> World:
    return make(app, new_client)


def plans(world: World, who: Client, **fields: str) -> Answer:
    return who.get(f"{world.one}plan").form("plan").submit(**fields)


def finishes(world: World, who: Client, **fields: str) -> Answer:
    return who.get(f"{world.one}done").form("contact").submit("Save", **fields)


def desk(world: World, who: Client | None = None) -> Answer:
    return (who or world.amina).get(f"/people/{world.home.person.id}/")


def test_from_asking_to_having_talked(world: World) -> None:
    with world.at(TUESDAY):
        page = world.rosa.get(world.base)
        words = page.html.main.text
        assert words.index("Nobody reads this straight away.") < words.index("What is it about?")
        assert "Call 999" in page
        assert (
            "Amina, or a colleague, gets in touch by Thursday 11 March. That is within 2 working days."
            in page
        )
        assert page.form("ask").value("how") == "phone"
        page = world.asks(good_time="afternoons")
        assert page.h1 == "You asked us to get in touch"
        assert "You asked. You can close this." in page
        for words in ("My new tablets", "By phone, in the afternoon", NUMBER, "Nobody has read it yet"):
            assert words in page
        assert "Amina, or a colleague, gets in touch by Thursday 11 March." in page
    with world.at(TUESDAY + timedelta(hours=1)):
        page = desk(world)
        assert "Rosa asks you to get in touch" in page
        assert "Answer by Thursday 11 March." in page
        assert NUMBER in page
        page.form(f"{world.one}seen").submit()
        page = world.rosa.get(world.base)
        assert "Amina has read it" in page
        assert "Tuesday 9 March, 15:05" in page
        assert "Reading it is not acting on it." in page
        page = plans(world, world.amina, on="2027-03-11", from_="14:00", until="16:00")
        assert "You call on Thursday 11 March, between 14:00 and 16:00." in page
        page = world.rosa.get(world.base)
        assert "Amina calls on Thursday 11 March." in page
        assert "Thursday 11 March, between 14:00 and 16:00" in page
    with world.at(TUESDAY + timedelta(days=2)):
        finishes(world, world.priya, said="Two in the morning.")
        assert "get in touch" not in desk(world).html.main.text
        page = world.rosa.get(world.base)
        assert page.h1 == "Please get in touch"
        assert "Phone with Priya, 11 March" in page
        page = page.click("My new tablets")
        assert "Done" in page
        assert not page.html.find("a", string="Add something")


def test_past_the_day_it_says_that_it_did_not_happen(world: World) -> None:
    """A promise that was not kept is said in words, with whom to call, to both; planned or not."""
    with world.at(TUESDAY):
        world.asks()
    with world.at(TUESDAY + timedelta(days=2)):
        assert "did not happen" not in world.rosa.get(world.base)
    with world.at(TUESDAY + timedelta(days=3)):
        page = world.rosa.get(world.base)
        assert "We said by Thursday 11 March. That did not happen." in page
        assert page.html.select_one(".card--strong a")["href"] == "tel:01632960118"  # type: ignore[index]
        assert "The answer was due on Thursday 11 March." in desk(world)
        plans(world, world.amina, on="2027-03-15")
        assert "did not happen" not in world.rosa.get(world.base)
    with world.at(TUESDAY + timedelta(days=7)):
        assert "We said by Monday 15 March. That did not happen." in world.rosa.get(world.base)
        assert "It was planned for Monday 15 March." in desk(world)


@pytest.mark.parametrize(
    ("moment", "by", "counted"),
    [
        (datetime(2027, 3, 9, 16, 59, tzinfo=UTC), date(2027, 3, 11), "That is within 2 working days."),
        (datetime(2027, 3, 9, 17, 0, tzinfo=UTC), date(2027, 3, 12), "It counts from Wednesday 10 March"),
        (datetime(2027, 3, 12, 18, 0, tzinfo=UTC), date(2027, 3, 17), "It counts from Monday 15 March"),
        (
            datetime(2027, 12, 27, 10, 0, tzinfo=UTC),
            date(2027, 12, 31),
            "It counts from Wednesday 29 December",
        ),
        (datetime(2027, 3, 10, 10, 0, tzinfo=UTC), date(2027, 3, 15), "That is within 2 working days."),
    ],
    ids=["in the day", "after it", "Friday evening", "Christmas, its Monday", "the team is away on Thursday"],
)
@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_what_is_promised_is_what_is_kept(
    world: World, moment: datetime, by: date, counted: str, engine_kind: str
) -> None:
    """The day said before asking, the day kept, and the day the list counts by are one."""
    if moment.day == 10:
        with world.app.app_context(), command() as work:
            work.get_one(Team, world.home.team.id).holidays = ["2027-03-11"]
    with world.at(moment):
        page = world.rosa.get(world.base)
        said = page.html.select_one(".note-box").text  # type: ignore[union-attr]
        world.asks()
        with world.app.test_request_context():
            assert session().scalars(select(ContactRequest.answer_by)).one() == by
        day = f"{by:%A} {by.day} {by:%B}"
        assert f"gets in touch by {day}." in said
        assert counted in said
        assert f"gets in touch by {day}." in world.rosa.get(world.base)
        assert f"Answer by {day}." in world.amina.get("/caseload/")


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_the_form_is_in_the_language_that_was_chosen(world: World, engine_kind: str) -> None:
    """The record that the house's tests open has a request already, so none of them sees the form."""
    for who in (world.rosa, world.leon):
        who.speak("ur")
        with world.app.test_request_context():
            typed = typed_words(world.home)
        page = who.get(world.base)
        before = page.html.main.text.split("یہ کس بارے میں ہے؟")[0]  # type: ignore[union-attr]
        assert all(LATER[language] in before for language in ("en", "ur"))
        assert latin(page.html, typed) == set()


def test_one_at_a_time_and_nothing_typed_is_lost(world: World) -> None:
    form, again = world.rosa.get(world.base).form("ask"), world.leon.get(world.base).form("ask")
    form.submit(about="My new tablets")
    page = again.submit(about="The stair lift")
    assert page.status == 409
    assert "You asked already." in page
    assert page.form("add").value("text") == "The stair lift"
    page = page.form("add").submit()
    assert "The stair lift" in page
    assert world.count(ContactRequest) == 1
    assert "What is it about?" not in world.rosa.get(world.base)


def test_what_is_added_is_unread_again(world: World) -> None:
    world.asks()
    desk(world).form(f"{world.one}seen").submit()
    page = world.rosa.get(f"{world.one}add")
    assert "Nobody reads this straight away." in page
    page = page.form("add").submit(text="The blue ones")
    assert "Added. Nobody has read it yet." in page
    assert "The blue ones" in desk(world)
    desk(world).form(f"{world.one}seen").submit()
    assert "Nobody has read it yet" not in world.rosa.get(world.base)


def test_the_same_form_sent_twice_asks_once(world: World) -> None:
    form = world.rosa.get(world.base).form("ask").fill(about="My new tablets")
    first, second = form.submit(follow=False), form.submit(follow=False)
    assert (first.status, second.status) == (303, 303)
    assert world.count(ContactRequest) == 1
    with world.app.app_context():
        assert session().scalar(select(func.count()).select_from(Notice).where(Notice.kind == "request")) == 1
    line = world.rosa.get(f"{world.one}add").form("add").fill(text="The blue ones")
    line.submit(follow=False)
    line.submit(follow=False)
    assert world.count(RequestLine) == 1


def test_what_a_phone_corrects_after_a_try_is_one_line(world: World) -> None:
    """Alone catches: a line added with no signal, corrected while its answer was lost, and there twice."""
    world.asks()
    at = f"{world.one}add"
    form = world.rosa.get(at).form("add")
    first = form.value("form_id") or ""

    def sends(text: str, of: str = first) -> int:
        pairs = [
            pair for pair in world.rosa.get(at).form("add").values if pair[0] not in ("text", "outbox-of")
        ]
        return world.rosa.post(at, [*pairs, ("text", text), ("outbox-of", of)], follow=False).status

    def lines() -> list[str]:
        with world.app.app_context():
            return list(session().scalars(select(RequestLine.text).order_by(RequestLine.entered_at)))

    form.submit(text="The blue ons")
    assert (sends("The blue ones"), lines()) == (303, ["The blue ones"])
    assert (sends("The white ones", of="no id"), lines()) == (303, ["The blue ones", "The white ones"])
    # Another's first form is not theirs to change; and what was read stays as it was read.
    theirs = world.leon.get(at).form("add")
    pairs = [pair for pair in theirs.values if pair[0] != "text"]
    world.leon.post(at, [*pairs, ("text", "From Leon"), ("outbox-of", first)], follow=False)
    assert lines() == ["The blue ones", "The white ones", "From Leon"]
    desk(world).form(f"{world.one}seen").submit()
    sends("The green ones")
    assert lines() == ["The blue ones", "The white ones", "From Leon", "The green ones"]


def test_two_who_answer_at_once(world: World) -> None:
    """The second never writes over the first's day unseen; and a call that is written down already is not lost."""
    with world.at(TUESDAY):
        world.asks()
        first, second = (who.get(f"{world.one}plan").form("plan") for who in (world.amina, world.priya))
        late = world.priya.get(f"{world.one}done").form("contact")
        first.submit(on="2027-03-10", how="phone")
        page = second.submit(on="2027-03-11", how="visit")
        assert page.status == 409
        assert "Phone, Wednesday 10 March" in page
        assert "A visit, Thursday 11 March" in page
        assert "Amina calls on Wednesday 10 March." in world.rosa.get(world.base)
        finishes(world, world.amina, said="Done by Amina.")
        page = late.submit("Save", said="And I called, too.")
        assert page.status == 409
        assert "And I called, too." in page
        assert world.count(Contact) == 1


def test_nobody_reached_leaves_it_open_and_a_note_taken_back_opens_it_again(world: World) -> None:
    world.asks()
    finishes(world, world.amina, outcome="no_answer")
    assert world.rosa.get(world.base).h1 == "You asked us to get in touch"
    page, first = finishes(world, world.amina, said="Wrong person."), world.one
    assert world.rosa.get(world.base).h1 == "Please get in touch"
    world.asks(about="The stair lift")
    page.form("/undo").submit()
    for client in (world.rosa.get(world.base), desk(world)):
        assert "My new tablets" in client
        assert "The stair lift" not in client
    world.amina.get(f"{first}done").form("contact").submit("Save", said="Right person.")
    assert "The stair lift" in desk(world)


def test_a_request_moves_the_day_contact_is_due_and_nothing_else(world: World) -> None:
    """No second list: somebody with a request stands where its day is, and back where they were once it is over."""
    with world.at(TUESDAY):
        with world.as_(world.home.amina) as amina:
            contacts.set_rhythm(amina, None, kind="active", every_days=14, due_on=date(2027, 3, 30))
        groups = lambda: world.amina.get("/caseload/").all(".caseload__group th")  # noqa: E731
        assert groups() == ["Tuesday 30 March 1"]
        world.asks()
        assert groups() == ["Thursday 11 March 1"]
        page = world.amina.get("/caseload/?show=touch")
        assert "“My new tablets”" in page
        assert "Asked for contact 1" in page
        plans(world, world.amina, on="2027-03-10")
        assert groups() == ["Wednesday 10 March 1"]
        assert "You call on Wednesday 10 March." in world.amina.get("/caseload/")
        world.rosa.get(world.base).form(f"{world.one}cancel").submit()
        assert groups() == ["Tuesday 30 March 1"]
        with world.app.app_context():
            assert session().scalars(select(Rhythm.due_on)).one() == date(2027, 3, 30)


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_words_are_shown_and_never_searched(world: World, engine_kind: str) -> None:
    world.asks(about="Zwischenkanarie")
    page = world.amina.get("/caseload/find/").form("find").submit(who="Zwischenkanarie")
    assert "0 people found" in page


def test_a_carer_asks_for_the_person_with_their_own_number(world: World) -> None:
    page = world.leon.get(world.base)
    assert "Rosa asked me to" in page
    page = world.asks(world.leon, number="07700 900999", asked_me=True)
    assert "Leon asks for Rosa, who asked for this." in desk(world)
    assert "07700 900999" in desk(world)
    assert "Leon asked the team to get in touch" in world.rosa.get(world.base)
    assert "Leon asked the team to get in touch" in world.meg.get(world.base)
    assert "Not needed now" not in world.meg.get(world.base)
    with world.app.app_context(), command() as work:
        row = work.scalars(select(Relationship).where(Relationship.account_id == world.home.leon.id)).one()
        row.state = "ended"
    assert world.leon.get(world.base).status == 404
    assert "Leon no longer helps here. Get in touch with Rosa." in desk(world)
    assert "Leon no longer helps here. Get in touch with Rosa." in world.amina.get("/caseload/")


def test_who_can_read_it_is_said_before_it_is_asked(world: World) -> None:
    said = world.rosa.get(world.base).html.select(".icon-note")[-1].text
    assert "Amina and the team can read this." in said
    assert "Leon and Meg can see this." in said
    with world.app.app_context(), command() as work:
        for right in work.scalars(select(Right).where(Right.area == "contacts", Right.level == 1)):
            work.delete(right)
    said = world.rosa.get(world.base).html.select(".icon-note")[-1].text
    assert "Leon can see this. Meg cannot." in said
    assert "Rosa, Amina and the team can read this." in world.leon.get(world.base)


def test_without_a_key_contact_there_is_the_teams_telephone_and_no_form(world: World) -> None:
    form = world.rosa.get(world.base).form("ask").fill(about="My new tablets")
    with world.app.app_context(), command() as work:
        row = work.scalars(select(Relationship).where(Relationship.kind == "professional")).one()
        row.account_id, row.lead = None, False
    page = world.rosa.get(world.base)
    assert not page.html.find(id="ask")
    assert "tel:01632960118" in page.text
    page = form.submit()
    assert page.status == 409
    assert "My new tablets" in page
    assert world.count(ContactRequest) == 0


def test_the_key_contact_leaves_and_the_promise_stays(world: World) -> None:
    with world.at(TUESDAY):
        world.asks()
        with world.app.app_context(), command() as work:
            row = work.scalars(select(Relationship).where(Relationship.kind == "professional")).one()
            row.account_id, row.lead = None, False
        page = world.rosa.get(world.base)
        assert "Somebody of the team gets in touch by Thursday 11 March." in page
        assert "tel:01632960118" in page.text
        assert "“My new tablets”" in world.priya.get("/caseload/")


def test_of_somebody_who_has_died_nobody_is_asked_and_nobody_gets_in_touch(world: World) -> None:
    form, plan = world.leon.get(world.base).form("ask"), None
    world.asks()
    one = world.one
    plan = world.amina.get(f"{one}plan").form("plan")
    with world.as_(world.home.amina) as amina:
        death.record(amina, amina.today())
    assert form.submit(about="Help").status == 404
    assert plan.submit().status == 404
    assert "Say when" not in desk(world)
    assert "My new tablets" not in world.amina.get("/caseload/")
    page = world.rosa.get(one)
    assert "My new tablets" in page
    assert "Add something" not in page


def test_the_key_contact_is_told_and_then_who_asked(world: World) -> None:
    def told() -> list[tuple[UUID, str]]:
        with world.app.app_context():
            rows = session().execute(select(Notice.account_id, Notice.kind).where(Notice.seen_at.is_(None)))
            return sorted(((account, kind) for account, kind in rows), key=str)

    world.asks(world.leon)
    assert told() == [(world.home.amina.id, "request")]
    assert "Rosa asks you to get in touch" in world.amina.get("/inbox/")
    plans(world, world.priya)
    assert {account for account, kind in told() if kind == "planned"} == {
        world.home.rosa.id,
        world.home.leon.id,
    }
    assert "Your team said when they get in touch" in world.rosa.get("/inbox/")
    world.leon.get(world.base).form(f"{world.one}cancel").submit()
    assert told() == []


def test_a_number_to_call_is_needed_and_nothing_typed_is_lost(world: World) -> None:
    with world.app.app_context(), command() as work:
        work.get_one(Person, world.home.person.id).phone = ""
    page = world.asks(good_time="own")
    assert page.status == 422
    assert len(page.all(".error-summary li")) == 2
    assert page.form("ask").value("about") == "My new tablets"
    page = page.form("ask").submit(number="07700 900461", own_time="After four")
    assert "By phone, After four" in page


def test_that_somebody_is_told_is_said_only_where_they_are(world: World) -> None:
    """Leon asked, and his account was suspended: the page said that he is told, and sees the day."""
    world.asks(world.leon)
    assert "Leon is told, and sees the day." in world.amina.get(f"{world.one}plan")
    with world.app.app_context(), command() as work:
        work.get_one(Account, world.home.leon.id).suspended_at = now()
    page = world.amina.get(f"{world.one}plan")
    assert "Leon cannot be told at the moment." in page
    assert "Leon is told" not in page.text
    plans(world, world.amina)
    with world.app.app_context():
        told = session().scalars(select(Notice.account_id).where(Notice.kind == "planned"))
        assert set(told) == {world.home.rosa.id}
