"""What a person saves of help near by: how it stands, whose it is, the way back, and where else it is read."""

import pytest

from selfcare.audit.models import Trail
from selfcare.community import actions
from selfcare.community.models import SavedService, Service, ServiceList
from selfcare.database import command, session
from selfcare.sharing import actions as sharing
from selfcare.sharing import snapshot
from selfcare.web.access import Role
from tests.community.world import World

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)


def rows(world: World) -> list[SavedService]:
    with world.app.app_context():
        return list(session().query(SavedService).filter(SavedService.removed_at.is_(None)))


def test_from_saving_to_having_been_there_and_out_again(world: World) -> None:
    """Alone catches: a step that leads nowhere or keeps something else than it says, and an undo that loses words."""
    page = world.rosa.get(world.there).form("Save it for later").submit()
    assert "Saved." in page
    assert "Save it for later" not in page
    page = page.form("Undo that you saved this").submit()
    assert rows(world) == []
    page = page.form("Undo that you removed this").submit()  # and that, too
    assert [one.state for one in rows(world)] == ["saved"]
    form = page.click("Say how it is").form("saved")
    assert form.value("state") == "saved"
    page = form.submit(state="tried", words="Good company")
    for text in ("I tried it", "Good company"):
        assert text in page
    listed = world.rosa.get(world.base)
    assert "Good company" in listed.html.select_one("details .rows").text
    assert listed.html.select_one("#found .tag").text == "I tried it"
    assert "2 found" not in listed
    with world.app.app_context():
        verbs = [
            row.verb
            for row in session().query(Trail).filter(Trail.kind == "saved_service").order_by(Trail.at)
        ]
    assert verbs == ["added", "removed", "put back", "changed"]


def test_twice_is_once(world: World) -> None:
    """Alone catches: two of one service, from two devices or a second press."""
    first, second = world.rosa.get(world.there), world.rosa.get(world.there)
    form = first.form("Save it for later")
    form.submit()
    form.submit()
    second.form("Save it for later").submit()
    assert len(rows(world)) == 1


def test_who_helps_saves_for_the_person_who_can_change_it(world: World) -> None:
    """Alone catches: a saved one that does not say who saved it, words that a helper puts over the person's, and *only
    me* by somebody else.
    """
    page = world.leon.get(world.there).form("Save it for Rosa").submit()
    page = page.click("Say how it is").form("saved").submit(state="going", words="I take you")
    assert "only_me" not in page.text
    (row,) = rows(world)
    assert (row.entered_as, row.entered_name, row.only_me) == (Role.CARER, "Leon", False)
    assert "Entered by Leon for you" in world.rosa.get(world.there)
    assert "Only me" not in world.rosa.get(f"{world.base}saved/{row.id}/change")
    assert "I take you" in world.amina.get(world.there)  # the person gave the team this
    assert "Say how it is" not in world.amina.get(world.there)
    world.rosa.get(f"{world.base}saved/{row.id}/change").form("saved").submit(words="He takes me")
    refused = world.leon.get(f"{world.base}saved/{row.id}/change")
    assert refused.status == 409
    assert "Rosa has changed this" in refused


def test_only_me_is_saved_for_nobody_else_and_what_they_save_tells_nothing(world: World) -> None:
    """Alone catches: a helper who learns that the person had saved it: by a tag, a button that is gone, a count."""
    world.rosa.get(world.there).form("Save it for later").submit().click("Say how it is").form(
        "saved"
    ).submit(state="not_for_me", words="Zwischenkanarie", only_me="y")
    (row,) = rows(world)
    for client in (world.leon, world.amina):
        for address in (world.base, f"{world.base}saved/", world.there):
            page = client.get(address)
            assert "Zwischenkanarie" not in page
            assert "Not for" not in page
        assert client.get(f"{world.base}saved/{row.id}/").status == 404
    assert "Save it for Rosa" in world.leon.get(world.there)
    world.leon.get(world.there).form("Save it for Rosa").submit()
    assert len(rows(world)) == 2
    assert "Entered by Leon for you" in world.rosa.get(f"{world.base}saved/")


def test_two_who_change_it_at_once_lose_nothing(world: World) -> None:
    """Alone catches: words that somebody writes over unseen, here and where it is removed."""
    world.rosa.get(world.there).form("Save it for later").submit()
    (row,) = rows(world)
    change = f"{world.base}saved/{row.id}/change"
    here, there = world.rosa.get(change).form("saved"), world.rosa.get(change).form("saved")
    remove = world.rosa.get(f"{world.base}saved/{row.id}/remove").form("remove")
    there.submit(words="Said there", state="going")
    asked = here.submit(words="Said here", state="tried")
    assert asked.status == 409
    assert "Said there" in asked
    assert remove.submit().status == 409
    page = asked.form("Keep what I chose").submit(keep="both")
    assert "Said there" in page
    assert "Said here" in page


def test_a_list_that_is_taken_away_leaves_what_the_person_wrote(world: World) -> None:
    """Alone catches: words that go with somebody else's list, or a page that cannot be opened without it."""
    page = world.rosa.get(world.there).form("Save it for later").submit()
    page.click("Say how it is").form("saved").submit(state="tried", words="Warm hall")
    with world.app.app_context(), command():
        session().query(Service).filter(Service.id == world.service.id).delete()
        session().query(ServiceList).delete()
    page = world.rosa.get(f"{world.base}saved/").click("Hill Street movement class")
    assert "Warm hall" in page
    assert "The list with this is not here any more" in page
    gone = page.click("Remove").form("remove").submit()
    assert "Hill Street" not in gone


def test_it_goes_into_the_plan_and_the_summary(world: World) -> None:
    """Alone catches: a plan line without the service that it is about, a summary without where the person goes, and one
    with what is only saved or not for them.
    """
    page = world.rosa.get(world.there).form("Save it for later").submit()
    form = page.click("Put it in my plan").form("Save it as my draft")
    assert (form.value("part"), form.value("who")) == ("does", "Hill Street movement class")
    (row,) = rows(world)
    for state, there in (("saved", False), ("not_for_me", False), ("going", True), ("tried", True)):
        with world.app.test_request_context(), command():
            rosa = world.permit()
            actions.change(rosa, row.id, None, state=state, words="Zwischenkanarie", only_me=None)
            shared = sharing.share(
                rosa, sections=snapshot.SECTIONS, first=rosa.today(), last=rosa.today(), appointment_id=None
            )
        page = world.rosa.get(f"/people/{world.house.person.id}/summary/{shared}/")
        assert ("Zwischenkanarie" in page) is there, state
        assert ("where Rosa goes, and what they tried" in page) is there, state
