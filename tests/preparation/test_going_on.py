"""What else is going on: the person's alone until it is ticked, and two devices that lose nothing."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from selfcare.appointments import actions
from selfcare.appointments.models import Appointment
from selfcare.database import session
from selfcare.people.models import Relationship
from selfcare.sharing import queries as sharing
from selfcare.web.access import Area, Level
from tests.appointments.conftest import World
from tests.harness.client import Client
from tests.harness.pages import Answer, Form
from tests.preparation.test_agendas import hide
from tests.preparation.test_prepare import address

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
LINES = "How the new tablets are going\n\n  If the day of your blood test still suits you"
CANARY = "Canary of the house"
PART = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.mark.parametrize("rights", [dict.fromkeys(Area, Level.MANAGE)])
def test_what_else_is_going_on_is_the_persons_alone_until_it_is_ticked(world: World) -> None:
    """Alone catches: a tick that somebody else can read or set, one that shows by a change of the visit, and one that
    goes along because it did the last time."""
    visit = world.visit(5).id
    page = world.rosa.get(address(world, visit))
    assert "Only you see this. You can put it in what you share with Amina." in page
    form = page.form("life-form")
    part = world.rosa.post(
        form.action, [*form.sent(), ("life", "sleep"), ("life", "about")], headers=PART, follow=False
    )
    assert part.html.text.strip() == "Saved just now"
    page = world.rosa.get(address(world, visit))
    assert [tag["value"] for tag in page.html.select("[name=life][checked]")] == ["sleep", "about"]
    answer = page.form("life-form").submit(words=CANARY)
    assert answer.status == 200, answer.text
    assert CANARY in world.rosa.get(address(world, visit)).text
    alone = [f"appointments/{visit}/", f"appointments/{visit}/prepare/", f"appointments/{visit}/prepare/paper",
             f"appointments/{visit}/prepare/keep", "summary/preview", "summary"]  # fmt: skip
    for client in (world.leon, world.amina):
        for path in alone:
            answer = client.get(world.base + path)
            assert CANARY not in answer.text, path
            assert "What else is going on" not in answer.text, path
        assert client.get(address(world, visit, "life")).status == 404
    assert CANARY not in world.rosa.get(address(world, visit, "keep")).text  # a phone can be read by others
    with world.reading() as permit:
        row = session().get_one(Appointment, (permit.person_id, visit))
        assert (row.version, row.changed_at) == (1, None)
    ready = world.rosa.get(address(world, visit, "ready"))
    assert CANARY not in ready.text
    assert "is not in it. Only you see that." in ready
    choose = ready.click("Choose what to share")
    ticks = {tag["value"]: tag.has_attr("checked") for tag in choose.html.select("[name=sections]")}
    assert ticks["life"] is False
    assert "Those who help you do not see it." in choose
    form = choose.form("share")
    form.values.append(("sections", "life"))
    form.submit("Show it with these choices").form("share").submit("Share with Amina")
    found = world.ask_of(sharing.newest, who="amina")
    assert found
    assert found.body
    assert found.body["life"] == {"picks": ["sleep", "about"], "words": CANARY}
    shared = f"{world.base}summary/{found.id}/"
    for path in (shared, f"{shared}text"):
        assert CANARY in world.amina.get(path)
        assert "Getting about" in world.amina.get(path)
        assert CANARY not in world.leon.get(path).text
        assert "else is going on" not in world.leon.get(path).text.lower()
    again = world.rosa.get(address(world, visit, "ready"))
    assert CANARY not in again.text
    again.form("ready").submit()
    newest = world.ask_of(sharing.newest, who="amina")
    assert newest
    assert newest.body
    assert "life" not in newest.body
    assert newest.as_of - found.as_of < timedelta(hours=1)


def test_who_can_see_what_else_is_going_on_is_said_as_it_is(world: World) -> None:
    """Alone catches: *Only you see this* over what the key contact reads; a part said to be left out as the last time
    where it never was in; and no way to take it back."""
    visit = world.visit(5).id
    places = [address(world, visit), address(world, visit, "life")]
    ready = world.rosa.get(address(world, visit, "ready"))
    assert "Left out" not in ready
    typed(world.rosa, world.rosa.get(places[0]).form("life-form"), ticks={"money"})
    assert all("Only you see this." in world.rosa.get(place) for place in places)
    ready = world.rosa.get(address(world, visit, "ready"))
    assert "Left out" not in ready
    assert "What else is going on in your life is not in it. Only you see that." in ready
    form = ready.click("Choose what to share").form("share")
    form.values.append(("sections", "life"))
    form.submit("Show it with these choices").form("share").submit("Share with Amina")
    typed(
        world.rosa, world.rosa.get(places[0]).form("life-form"), ticks=set()
    )  # it stays with her, whatever is here
    said = "Amina, and whoever covers for them, can see what you shared of it on "
    for place in places:
        page = world.rosa.get(place)
        assert said in page
        assert "Only you see this" not in page
        assert "Only me" not in page.all("#life-card .card__aside")
    typed(world.rosa, world.rosa.get(places[0]).form("life-form"), ticks={"sleep"})
    ready = world.rosa.get(address(world, visit, "ready"))
    assert "Left out" not in ready
    assert "What else is going on in your life is not in it. What you shared of that on " in ready
    assert "Only you see that" not in ready
    ready.form("ready").submit()  # again, without it: what was shared before still stands
    page = world.rosa.get(places[0])
    assert said in page
    with world.acting():
        row = session().scalars(select(Relationship).where(Relationship.lead)).one()
        account, row.account_id, row.lead = row.account_id, None, False
    assert all(
        "Whoever can see your summaries can see what you shared" in world.rosa.get(place) for place in places
    )
    with world.acting():
        row = session().get_one(Relationship, row.id)
        row.account_id, row.lead = account, True
    shared = page.click("See what you shared, or take it back")
    assert "Money" in shared
    text = str(shared.url).split("/people/")[1]
    assert "Money" in world.amina.get(f"/people/{text}")
    shared.click("Withdraw it").form("withdraw").submit()
    assert "Money" not in world.amina.get(f"/people/{text}")
    assert all("Only you see this." in world.rosa.get(place) for place in places)
    assert "Only you see that." in world.rosa.get(address(world, visit, "ready"))


def test_a_visit_that_was_shared_and_is_mine_alone_now_is_not_called_shared(world: World) -> None:
    """Alone catches: *nothing of it is shared* over *Shared on*, and over words of it that others still read."""
    visit = world.visit(5).id
    with world.acting() as rosa:
        actions.set_matters(rosa, visit, None, "Canary of what matters")
        actions.set_words(rosa, visit, None, "Canary of how I was")
    shared = world.rosa.get(address(world, visit, "ready")).form("ready").submit()
    place = f"/people/{shared.url.split('/people/')[1]}"
    assert "Canary of how I was" in world.amina.get(place)
    places = [address(world, visit), f"{world.base}appointments/{visit}/"]
    assert all("Shared on" in world.rosa.get(each) for each in places)
    with world.acting() as permit:
        hide(permit, visit)
    page = world.rosa.get(places[0])
    assert "Only you can see this visit, so nothing of it is shared." in page
    assert not any("Shared on" in world.rosa.get(each) for each in places)
    assert "Canary" not in world.amina.get(place)
    assert "Canary" not in world.amina.get(f"{place.split('?')[0]}text")


def test_without_anything_ticked_it_is_no_choice(world: World) -> None:
    visit = world.visit(5).id
    page = world.rosa.get(
        f"{world.base}summary/?appointment={visit}&sections=life&sections=matters&far=months"
    )
    assert page.status == 200
    assert page.html.select_one("[name=sections][value=life]") is None
    assert "is not in it. Only you see that." not in world.rosa.get(address(world, visit, "ready"))


def typed(client: Client, form: Form, *, words: str | None = None, ticks: set[str] | None = None) -> Answer:
    """What the page sends by itself: its ticks and words, and what the answers before have put into it."""
    form.values[:] = [
        (name, words if name == "words" and words is not None else value)
        for name, value in form.sent()
        if name != "life" or ticks is None
    ] + [("life", one) for one in sorted(ticks or ())]
    answer = client.post(form.action, form.sent(), headers=PART, follow=False)
    for tag in answer.html.select("input[type=hidden]"):
        form.values[:] = [(name, tag["value"] if name == tag["name"] else old) for name, old in form.values]
    return answer


def kept(world: World, visit: UUID) -> tuple[list[str], str]:
    with world.reading() as permit:
        row = session().get_one(Appointment, (permit.person_id, visit))
        assert row.version == 1  # nothing of it shows to others
        return row.life, row.life_words


def test_ticks_of_two_devices_stand_beside_each_other(world: World) -> None:
    """Alone catches: a tick that another device's takes out unseen, one that comes back, and a page that is refused
    until it is opened again."""
    visit = world.visit(5).id
    tablet, phone = (world.rosa.get(address(world, visit)).form("life-form") for _ in range(2))
    assert typed(world.rosa, phone, ticks={"money", "work"}).status == 200
    answer = typed(world.rosa, tablet, ticks={"sleep"})
    assert answer.status == 200
    assert "Saved just now Ticked on another device too: Money and Work." in answer
    assert kept(world, visit) == (["sleep", "money", "work"], "")
    answer = typed(world.rosa, phone, ticks={"money"})  # takes its own out, and knows of no Sleep
    assert "Ticked on another device too: Sleep." in answer
    assert kept(world, visit) == (["sleep", "money"], "")
    answer = typed(world.rosa, tablet, ticks=set(), words="My brother")
    assert "Ticked on another device too: Money." in answer
    assert kept(world, visit) == (["money"], "My brother")
    answer = typed(world.rosa, phone, ticks=set())
    assert "On another device you wrote “ My brother ”." in answer
    assert kept(world, visit) == ([], "My brother")
    answer = typed(world.rosa, tablet, ticks={"home"})
    assert answer.html.text.strip().startswith("Saved just now")
    page = tablet.submit()  # *Show it here too*: the page comes with all of it
    assert [tag["value"] for tag in page.html.select("[name=life][checked]")] == ["home"]


def test_a_page_that_was_not_told_goes_on_by_itself(world: World) -> None:
    """Alone catches: a tick that was taken out again before the answer came, and stays; words that quarrel with
    themselves."""
    visit = world.visit(5).id
    form = world.rosa.get(address(world, visit)).form("life-form")
    before = list(form.sent())
    for words, ticks in (("My bro", ["money", "sleep"]), ("My brother", ["sleep"]), ("My brother", [])):
        sent = [(name, words if name == "words" else value) for name, value in before]
        answer = world.rosa.post(
            form.action, [*sent, *(("life", one) for one in ticks)], headers=PART, follow=False
        )
        assert answer.status == 200
        assert answer.html.text.strip() == "Saved just now"
        assert kept(world, visit) == (ticks[::-1], words)


@pytest.mark.parametrize("keep", ["mine", "theirs", "both", None])
def test_words_of_two_devices_are_chosen_between_and_the_ticks_kept(world: World, keep: str | None) -> None:
    """Alone catches: words that the other device's take away, with script and without, and ticks that go with them."""
    visit = world.visit(5).id
    tablet, phone = (world.rosa.get(address(world, visit)).form("life-form") for _ in range(2))
    old = world.rosa.get(address(world, visit, "life")).form("life-form")
    assert typed(world.rosa, phone, ticks={"money"}, words="My brother").status == 200
    for ticks in ({"sleep"}, {"sleep", "work"}):  # and again: nothing is refused for ever
        answer = typed(world.rosa, tablet, ticks=ticks, words="My mother has died")
        assert answer.status == 409
        assert "On another device you wrote “ My brother ”. Your words here are not saved yet." in answer
        assert "Choose which words stay" in answer
        assert kept(world, visit) == (
            [*sorted(ticks), "money"] if len(ticks) == 1 else ["sleep", "money", "work"],
            "My brother",
        )
    for form, words, ticks in (
        (tablet, "My mother has died", ["sleep", "money", "work"]),
        (old, "Typed", []),
    ):
        chosen = form.submit(words=words)  # the button; without script there is nothing else
        assert chosen.status == 409
        stood = kept(world, visit)[1]
        assert stood in chosen
        assert words in chosen
        choice = chosen.form()
        page = choice.submit(**({"keep": keep} if keep else {}))
        if keep is None:
            assert page.status == 409
            assert "Choose one." in page
            continue
        assert page.status == 200
        now_kept = {"mine": words, "theirs": stood, "both": f"{stood}; {words}"}[keep]
        assert kept(world, visit) == (ticks or ["sleep", "money", "work"], now_kept)
        assert now_kept in page.html.select_one("#life-form [name=words]")["value"]
