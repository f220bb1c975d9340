"""What a person says about a visit: theirs, until they let the team read it; and that they would help."""

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import select

from selfcare.accounts.models import Account
from selfcare.database import now, session
from selfcare.feedback.models import Remark, WouldHelp
from selfcare.people import actions as people
from selfcare.people.models import Person, Relationship
from selfcare.team import heard
from selfcare.web.access import Area, Level, Role
from tests import factories
from tests.feedback.conftest import Scene
from tests.harness.client import Client


def remarks(scene: Scene) -> list[Remark]:
    with scene.app.app_context():
        return list(session().scalars(select(Remark)))


def test_what_is_said_stays_the_persons_own_until_they_tick_and_is_taken_back(
    scene: Scene, client: Client
) -> None:
    """Alone catches: words that the team may read without the tick; a page that says another than what is so; a tick
    that cannot be taken back from the list of what one said."""
    rosa = scene.people[0]
    client.sign_in(rosa.account)
    page = client.get(rosa.after)
    assert "Only you see what you choose. Riverside community team sees only numbers" in page
    assert "Without the tick only you can read it." in page
    page.form("after").submit(more="  It was late. \u202eHTML <b>no</b> 😀 ", how="poor")
    (row,) = remarks(scene)
    assert (row.text, row.team_id, row.given_on) == ("It was late. \u202eHTML <b>no</b> 😀", None, None)
    page = client.get(f"{rosa.base}feedback/")
    assert "Nobody else can read it here." in page
    assert "Take it back from the team" not in page
    form = client.get(rosa.after).form("after")
    assert form.value("more").startswith("It was late.")
    form.submit(may_read=True)
    (row,) = remarks(scene)
    assert row.team_id == scene.desk.team
    assert row.given_on is not None
    assert row.given_on.day == 1, "no day is kept with it"
    page = client.get(f"{rosa.base}feedback/")
    assert "can read it once 5 people have let them read something. They see no name and no day." in page
    page = page.forms()[0].submit()
    assert "Nobody else can read it here." in page
    assert remarks(scene)[0].team_id is None
    scene.say(*scene.people[:5])
    assert "can read it, without your name and without the day." in client.get(f"{rosa.base}feedback/")
    client.get(rosa.after).form("after").submit(more="", may_read=True)
    assert "About my visits" not in client.get(f"{rosa.base}feedback/").html.main.text.replace(
        "About my visits, and", ""
    )
    assert [each.text for each in remarks(scene) if each.person_id == rosa.person] == [""]
    assert all(each.batch is None for each in remarks(scene) if each.person_id == rosa.person)


def test_without_a_key_contact_nobody_is_said_to_read_it(scene: Scene, client: Client) -> None:
    """Alone catches: a team that is named though there is none; words given to it all the same."""
    rosa = scene.people[0]
    with scene.acting():
        for tie in session().scalars(select(Relationship).where(Relationship.person_id == rosa.person)):
            tie.state = "active" if tie.kind == "self" else "ended"
    client.sign_in(rosa.account)
    page = client.get(rosa.after)
    assert "Only you see what you choose here." in page
    assert "Only you can read it." in page
    assert "may read this" not in page
    form = page.form("after")
    form.values.append(("may_read", "y"))
    form.submit(more="It was late.")
    assert [(row.text, row.team_id) for row in remarks(scene)] == [("It was late.", None)]
    assert "there is nobody to tell" in client.get(f"{rosa.base}feedback/")
    assert client.get(f"{rosa.base}feedback/help").status == 404


def test_another_phones_words_stay_and_a_page_without_the_box_takes_nothing_away(
    scene: Scene, client: Client, new_client: Callable[..., Client]
) -> None:
    """Alone catches: two phones, of which the second wipes out what the first kept; an old form, sent late."""
    rosa, other = scene.people[0], new_client()
    for each in (client, other):
        each.sign_in(rosa.account)
    first, second = client.get(rosa.after).form("after"), other.get(rosa.after).form("after")
    third = other.get(rosa.after).form("after")
    first.submit(more="Late.", may_read=True)
    second.submit(more="Kind, too.", may_read=True)
    assert remarks(scene)[0].text == "Late.\n\nKind, too."
    third.values = [(name, value) for name, value in third.values if not name.startswith(("more", "may"))]
    third.submit(how="good")
    (row,) = remarks(scene)
    assert (row.text, row.team_id) == ("Late.\n\nKind, too.", scene.desk.team)


def test_nobody_who_helps_and_nobody_of_the_team_reads_or_writes_it(
    scene: Scene, client: Client, new_client: Callable[..., Client]
) -> None:
    """Alone catches: a carer with every right who is shown what the person said, or sends words in their place."""
    rosa = scene.people[0]
    scene.say(rosa, text="She was in a hurry")
    with scene.acting():
        leon = factories.account(name="Leon")
        everything = dict.fromkeys(Area, Level.MANAGE)
        people.relate(rosa.person, kind=Role.CARER, account_id=leon.id, rights=everything)
        leon_id = leon.id
    client.sign_in(leon_id)
    page = client.get(rosa.after)
    assert "Anything you want to say about it?" not in page
    assert "hurry" not in page
    form = page.form("after")
    form.values += [("more", "From Leon"), ("may_read", "y")]
    form.submit()
    assert [each.text for each in remarks(scene)] == ["She was in a hurry"]
    for path in ("feedback/", "feedback/help", f"feedback/{remarks(scene)[0].id}/back"):
        assert client.get(rosa.base + path).status == 404
    assert "What I said" not in client.get(f"{rosa.base}mine/")
    amina = new_client()
    amina.sign_in(scene.desk.amina)
    assert amina.get(f"{rosa.base}feedback/").status == 404


def test_who_would_help_is_seen_by_the_team_until_they_take_it_back_or_it_ends(
    scene: Scene, client: Client, new_client: Callable[..., Client]
) -> None:
    """Alone catches: an offer that outlives its taking back, the care with the team, or the person; one that comes back
    with a new beginning; another team that reads it; and who read it, of whom they are not told."""
    rosa, staff = scene.people[0], new_client()
    client.sign_in(rosa.account)
    staff.sign_in(scene.desk.priya)

    def named() -> bool:
        return "Rosa Hill" in staff.get("/team/helpers/")

    def offer() -> None:
        page = client.get(f"{rosa.base}feedback/help").form("help").submit(how="phone", phone="07700 900461")
        assert "who runs its pages, see your name and this:" in page

    # Whoever has said nothing yet finds it too.
    begin = (
        client.get(f"{rosa.base}more/")
        .click("You said, we did")
        .click("I would help shape this")
        .click("I would help")
    )
    page = begin.form("help").submit(how="email", phone="07700 900461")
    assert page.errors == ["Fill this in, so that we can reach you."]
    assert page.form("help").value("phone") == "07700 900461"
    assert not named()
    offer()
    page = staff.get("/team/helpers/")
    assert "Rosa Hill" in page
    assert "07700 900461" in page
    for who, there in ((scene.desk.amina, True), (scene.desk.ola, True), (scene.desk.other, False)):
        another = new_client()
        another.sign_in(who)
        assert ("Rosa Hill" in another.get("/team/helpers/")) is there
    assert "That you would help, and how to reach you, in a list" in client.get(f"{rosa.base}who-looked/")
    page = client.get(f"{rosa.base}feedback/")
    page.form(f"{rosa.base}feedback/help/end").submit()
    assert not named()
    with scene.acting():
        assert session().get(WouldHelp, rosa.person) is None
    offer()
    with scene.acting():
        session().get_one(Person, rosa.person).died_on = now().date()
    assert not named()
    with scene.acting():
        session().get_one(Person, rosa.person).died_on = None
        tie = session().scalars(
            select(Relationship).where(
                Relationship.person_id == rosa.person, Relationship.kind == "professional"
            )
        )
        row = tie.one()
        row.state = "ended"
    assert not named()
    with scene.acting():
        row = session().get_one(Relationship, row.id)
        row.state, row.since = "active", now() + timedelta(seconds=1)
    assert not named(), "what was offered before does not count for a new beginning"
    with scene.acting():
        assert heard.helpers(scene.seat()) == []


def test_words_for_oneself_are_shut_after_a_recovery_and_not_lost(scene: Scene, client: Client) -> None:
    """Alone catches: who took an account over by a recovery and reads, gives away or wipes out what only the person
    could read."""
    rosa = scene.people[0]
    scene.say(rosa, text="Kanarie", read=False)
    with scene.acting():
        session().get_one(Account, rosa.account).only_me_from = now() + timedelta(days=7)
    client.sign_in(rosa.account)
    for page in (rosa.after, f"{rosa.base}feedback/"):
        assert "Kanarie" not in client.get(page)
    form = client.get(rosa.after).form("after")
    form.submit(more="", more_version="9", how="good")
    client.get(rosa.after).form("after").submit(more="And late.", may_read=True)
    assert "Kanarie" not in client.get(f"{rosa.base}feedback/")
    (row,) = remarks(scene)
    assert (row.text, row.team_id) == ("Kanarie\n\nAnd late.", None)
