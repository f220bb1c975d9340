"""The key contact passes a person on: what goes along, what the person sees, and what is refused."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from selfcare.accounts.models import Account
from selfcare.agreed import actions as agreed
from selfcare.agreed.actions import Owner
from selfcare.agreed.models import Line
from selfcare.agreed.states import Move
from selfcare.appointments import question_actions as questions
from selfcare.appointments import question_replies
from selfcare.caseload.handing_over import hand_over
from selfcare.database import command, now, session
from selfcare.notifications.kinds import HANDED, QUESTION
from selfcare.notifications.models import Notice
from selfcare.people import actions as people
from selfcare.people import teams
from selfcare.people.access import PROFESSIONAL
from selfcare.people.handovers import NotNow
from selfcare.people.models import Handover, Member, Relationship, Team
from selfcare.requests import actions as requests
from selfcare.requests.models import ContactRequest
from selfcare.web.access import Area, Level, Role
from tests import factories
from tests.harness.client import Client
from tests.people.scenes import Home, acting, colleague, home

NOTE = "I move to the eye clinic. Priya rings you on Monday."


@pytest.fixture
def house(app: Flask) -> Home:
    return home(app)


def _promise(app: Flask, house: Home) -> tuple[UUID, UUID]:
    """An open promise of Amina's, one that she kept, and a request that she said a day for."""
    with acting(app, house.amina, house.person) as permit:
        mine = Owner("professional", house.amina, "Amina")
        line = agreed.add(permit, what="Ask the doctor about the tablets", owner=mine)
        kept = agreed.add(permit, what="Post the diet sheet", owner=mine)
        agreed.move(permit, kept.id, Move.TICK)
    with acting(app, house.rosa, house.person) as permit:
        asked = requests.ask(permit, about="My new tablets", how="phone", number="07700 900461").id
    with acting(app, house.amina, house.person) as permit:
        requests.plan(permit, asked, None, on=teams.today() + timedelta(days=3), how="phone")
    return line.id, kept.id


def test_the_person_sees_from_whom_to_whom_when_and_why_and_promises_go_along(
    app: Flask, house: Home, client: Client, new_client: Callable[..., Client]
) -> None:
    """Alone catches: a promise left with who is gone, a kept one given to another, a person who is not told."""
    priya = colleague(app, house)
    line, kept = _promise(app, house)
    client.sign_in(house.amina)
    page = client.get(f"/people/{house.person}/").click("Hand over to a colleague")
    assert "Ask the doctor about the tablets" in page
    assert "Post the diet sheet" not in page
    assert "“My new tablets”" in page
    assert "Rosa is told, and reads these words, from whom to whom, and when." in page
    done = page.form("hand-over").submit("Hand over now", to=str(priya), note=NOTE)
    assert done.status == 200, done.all(".error-summary li")
    rosa = new_client()
    rosa.sign_in(house.rosa)
    news = "You have a new key contact. Look who it is, and what they want you to know."
    assert news in rosa.get(f"/people/{house.person}/")
    told = rosa.get("/inbox/").click(news)
    assert told.h1 == "Your key contact"
    for said in ("Priya", "From Amina to Priya", NOTE, "1 thing that was agreed went along."):
        assert said in told, said
    assert "Priya" in rosa.get(f"/people/{house.person}/get-in-touch/")
    assert "Passed on who your key contact is" in rosa.get(f"/people/{house.person}/who-looked/")
    new = new_client()
    new.sign_in(priya)
    assert "Ask the doctor about the tablets" in new.get("/caseload/agreed/")
    assert "Rosa has a new key contact" in new.get("/inbox/")
    with acting(app, priya, house.person) as permit:
        owner = {row.id: row.owner_id for row in session().scalars(select(Line))}
        assert (owner[line], owner[kept]) == (priya, house.amina)
        assert permit.covers is None
        assert {row.account_id for row in session().scalars(select(Notice).where(Notice.kind == HANDED))} == {
            house.rosa, priya,
        }  # fmt: skip


def test_a_question_that_waits_is_named_and_the_new_lead_is_told_of_it(
    app: Flask, house: Home, client: Client, new_client: Callable[..., Client]
) -> None:
    """Alone catches: a reply that was promised and is nobody's any more; a notice that stays new for ever with
    who has passed the person on; one of what has its reply, or goes along for the visit.
    """
    priya = colleague(app, house)
    with acting(app, house.rosa, house.person) as permit:
        waits = questions.ask(permit, text="May I drive with these tablets?", send_now=True).id
        replied = questions.ask(permit, text="May I swim?", send_now=True).id
        questions.ask(permit, text="What about salt?")
    with acting(app, house.amina, house.person) as permit:
        question_replies.reply(permit, replied, "Yes.")
    client.sign_in(house.amina)
    page = client.get(f"/people/{house.person}/hand-over")
    for said in ("These go along", "May I drive with these tablets?", "A reply is promised by"):
        assert said in page, said
    assert "May I swim?" not in page
    page.form("hand-over").submit("Hand over now", to=str(priya), note="")
    with acting(app, house.rosa, house.person):
        told = select(Notice.account_id, Notice.about_id).where(
            Notice.kind == QUESTION, Notice.seen_at.is_(None)
        )
        assert set(session().execute(told)) == {(priya, waits)}
    new = new_client()
    new.sign_in(priya)
    assert "May I drive with these tablets?" in new.get("/inbox/")


def test_the_same_press_twice_is_once_and_two_at_once_are_told(
    app: Flask, house: Home, client: Client
) -> None:
    """Alone catches: a lead that jumps back to whoever the slower of two had chosen, and words that are lost by it."""
    priya, gwen = colleague(app, house), colleague(app, house)
    client.sign_in(house.amina)
    form = client.get(f"/people/{house.person}/hand-over").form("hand-over")
    late = client.get(f"/people/{house.person}/hand-over").form("hand-over")
    for _ in range(2):
        assert form.submit("Hand over now", to=str(priya), note=NOTE).status == 200
    asked = late.submit("Hand over now", to=str(priya), note="Other words")  # whose she is by now
    assert (asked.status, "Priya is the key contact now: somebody was quicker." in asked) == (409, True)
    asked = late.submit("Hand over now", to=str(gwen), note="Other words")
    assert asked.status == 409
    assert "Priya is the key contact now: somebody was quicker." in asked
    assert asked.form("hand-over").value("note") == "Other words"
    with acting(app, house.rosa, house.person):
        assert [row.note for row in session().scalars(select(Handover))] == [NOTE]


def test_a_day_that_a_colleague_of_the_same_name_said_stays_theirs(
    app: Flask, house: Home, client: Client
) -> None:
    """Alone catches: a request that goes along by a name, and a page that says it goes where it stays."""
    priya = colleague(app, house)
    with app.test_request_context(), command() as work:
        team = work.get_one(Team, work.get_one(Relationship, house.aminas).team_id)
        namesake = factories.nurse("Amina", team)[0].id
    with acting(app, house.rosa, house.person) as permit:
        asked = requests.ask(permit, about="My new tablets", how="phone", number="07700 900461").id
    with acting(app, namesake, house.person) as permit:
        requests.plan(permit, asked, None, on=teams.today() + timedelta(days=3), how="phone")
    client.sign_in(house.amina)
    page = client.get(f"/people/{house.person}/hand-over")
    assert "“My new tablets”" not in page
    page.form("hand-over").submit("Hand over now", to=str(priya), note="")
    with acting(app, house.rosa, house.person):
        row = session().scalars(select(ContactRequest)).one()
        assert (row.planned_by, row.planned_name) == (namesake, "Amina")


def test_who_had_the_lead_is_told_that_a_colleague_passed_it_on(
    app: Flask, house: Home, client: Client
) -> None:
    """Alone catches: a key contact who goes on as one, because nobody said."""
    priya, gwen = colleague(app, house), colleague(app, house)
    client.sign_in(priya)
    form = client.get(f"/people/{house.person}/hand-over").form("hand-over")
    form.submit("Hand over now", to=str(gwen), note="")
    with acting(app, house.rosa, house.person):
        told = set(session().scalars(select(Notice.account_id).where(Notice.kind == HANDED)))
    assert told == {house.rosa, gwen, house.amina}


def test_who_reads_the_words_of_a_hand_over(
    app: Flask, house: Home, client: Client, new_client: Callable[..., Client]
) -> None:
    """Alone catches: words that more people read than the form says, or fewer."""
    priya = colleague(app, house)
    with app.test_request_context(), command():
        other, team = factories.nurse("Sam")
        people.relate(house.person, kind=Role.PROFESSIONAL, team_id=team.id, rights=PROFESSIONAL)
        sam = other.id
    client.sign_in(house.amina)
    page = client.get(f"/people/{house.person}/hand-over")
    assert (
        "Whoever can see Rosa’s contacts reads it too, and so do your team and any other team of theirs."
        in page
    )
    page.form("hand-over").submit("Hand over now", to=str(priya), note=NOTE)

    def reads(who: UUID) -> bool:
        reader = new_client()
        reader.sign_in(who)
        return NOTE in reader.get(f"/people/{house.person}/key-contact/")

    found = []
    for rights in ({Area.CONTACTS: Level.SEE}, {Area.DIARY: Level.MANAGE}):
        with acting(app, house.rosa, house.person) as permit:
            people.set_rights(permit, house.leons, rights)  # type: ignore[arg-type]
        found.append(reads(house.leon))
    assert found == [True, False]
    assert [reads(who) for who in (house.rosa, priya, sam, house.stranger)] == [True, True, True, False]


def test_who_cannot_be_chosen_and_who_cannot_choose(app: Flask, house: Home, client: Client) -> None:
    """Alone catches: a lead with somebody who left or is of no team; a carer who passes somebody on."""
    priya = colleague(app, house)
    with app.test_request_context(), command() as work:
        team = work.get_one(Relationship, house.aminas).team_id
        work.get_one(Member, (team, priya)).ended_at = now()
    client.sign_in(house.amina)
    page = client.get(f"/people/{house.person}/hand-over")
    assert "There is no other colleague in the team" in page
    for to in (priya, house.stranger, house.leon, house.amina):
        with acting(app, house.amina, house.person) as permit, pytest.raises(NotNow):
            hand_over(permit, of=house.amina, to=to, note="")
    for who in (house.rosa, house.leon, house.stranger, priya):
        client.sign_in(who)
        assert client.get(f"/people/{house.person}/hand-over").status == 404
    with acting(app, house.rosa, house.person):
        assert session().get_one(Relationship, house.aminas).account_id == house.amina


def test_a_colleague_passes_on_whom_somebody_left_behind(app: Flask, house: Home, client: Client) -> None:
    """Alone catches: a person who cannot be passed on because their key contact is gone already."""
    priya = colleague(app, house)
    with app.test_request_context(), command() as work:
        work.get_one(Account, house.amina).suspended_at = now()
    client.sign_in(priya)
    form = client.get(f"/people/{house.person}/hand-over").form("hand-over")
    done = form.submit("Hand over now", to=str(priya), note="")
    assert "From Amina to Priya" in done


def test_who_is_not_told_is_not_said_to_be(app: Flask, client: Client) -> None:
    """Alone catches: a nurse who relies on words that nobody reads."""
    alone = home(app, own=False)
    colleague(app, alone)
    client.sign_in(alone.amina)
    page = client.get(f"/people/{alone.person}/hand-over")
    assert "Rosa has not come in yet, and is not told." in page
    assert "Rosa is told" not in page


def test_who_wrote_the_note_corrects_it_and_the_words_before_stay(
    app: Flask, house: Home, client: Client, new_client: Callable[..., Client]
) -> None:
    """Alone catches: a wrong number that stands there for ever; a colleague who puts words in another's mouth."""
    priya = colleague(app, house)
    with acting(app, house.amina, house.person) as permit:
        handed = hand_over(permit, of=house.amina, to=priya, note="Priya rings on Monday.").id
    rosa, other = new_client(), new_client()
    rosa.sign_in(house.rosa)
    other.sign_in(priya)
    client.sign_in(house.amina)
    key_contact = f"/people/{house.person}/key-contact/"
    rosa.get(key_contact).form("told").submit()
    page = client.get(key_contact).click("Correct the note")
    assert (
        "What stood there before stays, and can be read too. Rosa is told that there is something new."
        in page
    )
    assert page.form("words").submit(note=" ").errors == ["Write what is to stand there instead."]
    saved = page.form("words").submit(note="Priya rings on Tuesday.")
    assert "Saved." in saved
    for reader in (client, rosa, other):
        page = reader.get(key_contact)
        assert page.all("p.words") == ["Priya rings on Tuesday."]
        assert "Corrected on" in page
        assert "Changed once Priya rings on Monday." in page
    assert "New" in rosa.get("/inbox/").all(".tag")
    assert not other.get(key_contact).html.select("a[href$='/words']")
    assert other.get(f"{key_contact}{handed}/words").status == 404
    page = client.get(key_contact).click("Correct the note")
    page.form("words").submit()  # the same words are no correction
    assert "Changed once" in rosa.get(key_contact)
