"""Watches on their pages: chosen, proposed and answered, paused, over by themselves."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
import time_machine
from sqlalchemy import select, update
from werkzeug.exceptions import NotFound

from selfcare.accounts.models import Account
from selfcare.database import command, now, session
from selfcare.diary import actions
from selfcare.notifications.models import Notice
from selfcare.people import actions as people
from selfcare.people.models import Member, Person, Relationship, Team
from selfcare.watches import actions as watches
from selfcare.watches.models import Watch
from selfcare.watches.states import Move
from selfcare.web.access import Area, Level, Role
from tests import factories
from tests.diary.conftest import Diary, ago, browser, diary
from tests.harness.client import Client
from tests.harness.pages import Answer, attribute, words

__all__ = ["browser", "diary"]
pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
Browser = Callable[..., Client]


def watch_url(diary: Diary) -> str:
    return f"{diary.url}trackers/{diary.tired}/watch/"


def proposed(diary: Diary) -> UUID:
    with diary.as_("amina") as amina:
        last = amina.today() + timedelta(days=14)
        why = "To see whether the new tablets help."
        return watches.propose(
            amina, kind="symptom", preset=None, name="Stiff hands", why=why, last=last, for_visit=False
        ).id


def proposal_url(diary: Diary, watch: UUID) -> str:
    return f"/people/{diary.home.person.id}/watches/{watch}/"


def weeks(page: Answer) -> str:
    """The choice of two weeks, with the day that it says."""
    return attribute(page.html.select("[name=until][value^=weeks]")[0], "value")


def watched(page: Answer, form: str) -> Answer:
    """For two weeks."""
    return page.form(form).submit(until=weeks(page))


def tiles(client: Client) -> list[str]:
    return client.get("/").all(".tile__title")


def test_a_watch_ends_by_itself_says_what_was_seen_and_leaves_the_tiles(
    diary: Diary, browser: Browser
) -> None:
    """Alone catches: something to log that goes on for ever, and an end that nobody is told of."""
    rosa = browser("rosa")
    page = rosa.get(f"{diary.url}trackers/").click("Change")
    page = page.click("Watch it for a while, pause it, be reminded")
    assert "It has no end." in page
    saved = watched(page, "watch")
    assert "Watched until" in saved
    with diary.as_("rosa") as permit:
        actions.log(permit, diary.tired, ago(minutes=0), severity=5)
        actions.log(permit, diary.tired, ago(days=3), severity=5)  # before it began
    assert "Tiredness" in tiles(rosa)
    assert "Watched until" in rosa.get(f"{diary.url}trackers/")
    with time_machine.travel(now() + timedelta(days=15), tick=False):
        today = rosa.get("/")
        assert "Tiredness" not in today.all(".tile__title")
        assert "1 entry" in today
        assert "What do you want to keep an eye on?" not in today, "it is not the first minute again"
        assert "Tiredness" in rosa.get(f"{diary.url}add").all(".tile__title"), "it can be logged all the same"
        again = rosa.get(watch_url(diary)).form("watch").submit(until="none")
        assert "It has no end." in again
        assert "Tiredness" in tiles(rosa)
    with time_machine.travel(now() + timedelta(days=30), tick=False):
        assert "1 entry" not in rosa.get("/")


def test_a_day_is_chosen_or_refused_with_what_was_typed(diary: Diary, browser: Browser) -> None:
    rosa = browser("rosa")
    form = rosa.get(watch_url(diary)).form("watch")
    back = form.submit(until="day", day=str((now() - timedelta(days=2)).date()))
    assert back.status == 422
    assert "Choose a day from today on, within a year." in back
    assert "Choose until when." in rosa.get(watch_url(diary)).form("watch").submit()
    assert "Watched until" in back.form("watch").submit(
        until="day", day=str((now() + timedelta(days=2)).date())
    )


def test_a_page_that_was_left_open_means_the_day_it_said(diary: Diary, browser: Browser) -> None:
    """Alone catches: two weeks from when a phone without a signal sends it, though the page said a day."""
    rosa = browser("rosa")
    page = rosa.get(watch_url(diary))
    said = weeks(page).partition(":")[2]
    with time_machine.travel(now() + timedelta(days=3), tick=False):
        assert "Watched until" in watched(page, "watch")
        with diary.as_("rosa") as permit:
            until = session().scalars(select(Watch.until)).one()
            assert until is not None
            assert (permit.local(until) - timedelta(minutes=1)).date().isoformat() == said


def test_pause_is_no_end(diary: Diary, browser: Browser) -> None:
    """Alone catches: what is paused asked for all the same; its end forgotten; or somebody told of a pause."""
    rosa = browser("rosa")
    watched(rosa.get(watch_url(diary)), "watch")
    paused = rosa.get(watch_url(diary)).form("Pause").submit()
    assert "Paused since" in paused
    with diary.as_("rosa"):
        assert session().scalars(select(Notice.kind)).all() == []
    assert "Tiredness" not in tiles(rosa)
    assert "Watched until" in paused.form("Go on").submit()
    assert "Tiredness" in tiles(rosa)
    stopped = rosa.get(watch_url(diary)).form("Stop watching").submit()
    assert "0 entries" in stopped
    assert "Tiredness" not in tiles(rosa)


def test_a_proposal_is_accepted_until_another_day(diary: Diary, browser: Browser) -> None:
    amina, rosa, leon = browser("amina"), browser("rosa"), browser("leon")
    day = now().date()
    form = amina.get(f"/people/{diary.home.person.id}/").click("Propose something to keep an eye on")
    page = form.click("Propose something")
    page.form("propose").submit(
        what="symptom", name="Stiff hands", until=weeks(page), why="To see whether the new tablets help."
    )
    page = rosa.get("/").click("Your team asks whether you want to keep an eye on something")
    assert page.h1 == "Stiff hands"
    assert "To see whether the new tablets help." in page
    address = page.url
    assert "Rosa decides about this." in leon.get(address)
    log = page.form("accept").submit(until="day", day=str(day + timedelta(days=5)))
    assert log.h1 == "Stiff hands", "the first entry is next"
    assert "Your team asks" not in rosa.get("/")
    assert "Stiff hands" in tiles(rosa)
    assert "Rosa said yes." in amina.get(f"/people/{diary.home.person.id}/watches/")
    with diary.app.app_context():
        row = session().scalars(select(Watch)).one()
        assert row.until is not None
        assert row.until.date() - day in (timedelta(days=5), timedelta(days=6))


def test_what_is_watched_stands_where_one_logs_while_it_runs(diary: Diary, browser: Browser) -> None:
    """Alone catches: something that was said yes to, and stands behind *Log something else* until it is over."""
    rosa, leon = browser("rosa"), browser("leon")
    names = ["Tiredness", "Pain", "Sleep", "Breath", "Itching", "Hunger"]
    with diary.as_("rosa") as permit:
        made = [actions.add_tracker(permit, kind="symptom", name=name).id for name in names[1:]]
        for thing in (diary.tired, *made):
            for days in (1, 2):
                actions.log(permit, thing, ago(days=days), severity=5)
    *usual, _ = tiles(rosa)
    assert len(usual) == 4
    watched(rosa.get(proposal_url(diary, proposed(diary))), "accept")
    assert tiles(rosa)[:-1] == [*usual[:3], "Stiff hands"]
    now_page = f"{diary.url}now/"
    for client in (rosa, leon):
        assert "Stiff hands" in client.get(now_page)
    with diary.as_("rosa") as permit:
        for thing in made:
            watches.watch(permit, thing, None, last=permit.today() + timedelta(days=3))
    assert tiles(rosa)[:-1] == [*names[3:], "Stiff hands"], "as many as there are tiles"
    page = rosa.get(now_page)
    assert all(name in page for name in (*names[1:], "Stiff hands"))
    rosa.get(f"{diary.url}trackers/{made[-1]}/watch/").form("Pause").submit()
    assert names[-1] not in tiles(rosa)
    with time_machine.travel(now() + timedelta(days=15), tick=False):
        assert "Stiff hands" not in tiles(rosa)
        assert "Stiff hands" not in rosa.get(now_page)


def test_a_proposal_is_declined_or_taken_back_and_then_not_accepted(diary: Diary, browser: Browser) -> None:
    """Alone catches: a page that was left open says yes to what is no more."""
    rosa, amina = browser("rosa"), browser("amina")
    first, second = proposed(diary), proposed(diary)
    open_pages = [rosa.get(proposal_url(diary, each)) for each in (first, second)]
    assert "Rosa said: no, thank you." in rosa.get(proposal_url(diary, first)).form("No, thank you").submit()
    listed = amina.get(f"/people/{diary.home.person.id}/watches/")
    assert "Taken back by Amina" in listed.form("Take it back Stiff hands").submit()
    for page, said in zip(open_pages, ("Rosa said no to this.", "Amina took this back."), strict=True):
        late = watched(page, "accept")
        assert late.status == 409
        assert said in late
    assert "Stiff hands" not in tiles(rosa)
    assert "Your team asks" not in rosa.get("/")


def test_what_somebody_proposed_who_has_gone_is_still_the_persons_to_take_up(
    diary: Diary, browser: Browser
) -> None:
    """Alone catches: a page that promises an answer to somebody whose access ended, or one that cannot be answered."""
    watch, rosa = proposed(diary), browser("rosa")
    gone = "Amina no longer looks after you and hears nothing of your answer."
    assert gone not in rosa.get(proposal_url(diary, watch))
    with diary.app.app_context(), command() as work:
        grant = work.scalars(select(Relationship).where(Relationship.kind == "professional")).one()
        people.move(grant, "ended", diary.home.rosa.id, "")
    page = rosa.get(proposal_url(diary, watch))
    assert gone in page
    assert browser("amina").get(f"/people/{diary.home.person.id}/watches/").status == 404
    assert watched(page, "accept").h1 == "Stiff hands"


def test_what_became_of_a_proposal_is_the_persons_to_hide(diary: Diary, browser: Browser) -> None:
    """Alone catches: a thing that is *only me* now, named to the carer by the proposal that it came from."""
    watch, rosa = proposed(diary), browser("rosa")
    watched(rosa.get(proposal_url(diary, watch)), "accept")
    index = f"/people/{diary.home.person.id}/watches/"
    for who in ("leon", "amina"):
        assert "Stiff hands" in browser(who).get(index)
    with diary.as_("rosa") as permit:
        thing = session().get_one(Watch, (permit.person_id, watch)).tracker_id
        assert thing
        actions.change_tracker(permit, thing, None, name="Stiff hands", only_me=True)
    for who in ("leon", "amina"):
        assert "Stiff hands" not in browser(who).get(index)
    assert "Stiff hands" in rosa.get(index)


def test_what_said_yes_and_was_hidden_leaves_the_desk_without_a_word(diary: Diary, browser: Browser) -> None:
    """Alone catches: a count, a row without a name or a message by which the team learns that something was hidden."""
    amina, rosa = browser("amina"), browser("rosa")
    base = f"/people/{diary.home.person.id}/"
    places = (
        base,
        f"{base}watches/",
        "/caseload/",
        "/caseload/promises",
        "/inbox/",
        f"{base}diary/",
        f"{base}summary/",
    )

    def desk() -> dict[str, tuple[int, str]]:
        found = {place: amina.get(place) for place in places}
        return {place: (page.status, words(page.html.find("main"))) for place, page in found.items()}

    before = desk()
    watch = proposed(diary)
    watched(rosa.get(proposal_url(diary, watch)), "accept")
    assert desk() != before
    with diary.as_("rosa") as permit:
        thing = session().get_one(Watch, (permit.person_id, watch)).tracker_id
        assert thing
        actions.change_tracker(permit, thing, None, name="Stiff hands", only_me=True)
    assert desk() == before
    unknown, theirs = (amina.get(f"{base}watches/{one}/withdraw") for one in (uuid4(), watch))
    assert (
        (theirs.status, words(theirs.html))
        == (unknown.status, words(unknown.html))
        == (404, words(theirs.html))
    )
    with diary.app.app_context():
        told = select(Notice.id).where(Notice.account_id == diary.home.amina.id)
        assert session().scalars(told).all() == []


def test_taken_off_the_list_and_added_again_it_has_no_watch(diary: Diary, browser: Browser) -> None:
    """Alone catches: an end and reminders of long ago on what is begun anew."""
    rosa = browser("rosa")
    watched(rosa.get(watch_url(diary)), "watch")
    with diary.as_("rosa") as permit:
        actions.remove_tracker(permit, diary.tired)
        actions.add_preset(permit, "tiredness")
    page = rosa.get(watch_url(diary))
    assert "It has no end." in page
    assert "Watched until" in watched(page, "watch")


def test_who_may_change_the_diary_answers_for_the_person(diary: Diary, browser: Browser) -> None:
    watch = proposed(diary)
    diary.grant("leon", Level.MANAGE)
    leon = browser("leon")
    assert watched(leon.get(proposal_url(diary, watch)), "accept").h1 == "Stiff hands"
    with diary.as_("rosa") as rosa:
        secret = actions.add_tracker(rosa, kind="symptom", name="Itch", only_me=True).id
        watches.watch(rosa, secret, None, last=rosa.today())
    assert leon.get(f"{diary.url}trackers/{secret}/watch/").status == 404


def test_what_is_proposed_is_taken_back_by_the_team_that_proposed_it(diary: Diary, browser: Browser) -> None:
    """Alone catches: another team's nurse takes it off her Today."""
    index = f"/people/{diary.home.person.id}/watches/"
    first, second = proposed(diary), proposed(diary)
    with diary.app.app_context(), command() as work:
        priya, _ = factories.nurse("Priya", work.get_one(Team, diary.home.team.id))
        noor, hillside = factories.nurse("Noor", people.make_team("Hillside"))
        rights = dict.fromkeys(Area, Level.MANAGE)
        person = diary.home.person.id
        people.relate(person, kind=Role.PROFESSIONAL, team_id=hillside.id, account_id=noor.id, rights=rights)
        ids = {"priya": priya.id, "noor": noor.id}
    other, colleague = browser("amina"), browser("amina")
    other.sign_in(ids["noor"])
    colleague.sign_in(ids["priya"])
    assert "Stiff hands" in other.get(index)
    assert not other.get(index).html.select("form[action$=withdraw]")
    for client, status in ((other, 404), (colleague, 200)):
        assert client.get(f"{index}{first}/withdraw").status == status
    with pytest.raises(NotFound), diary.app.app_context():
        watches.answer(
            factories.permit(session().get_one(Account, ids["noor"]), session().get_one(Person, person)),
            second,
            Move.WITHDRAW,
        )
    with diary.app.app_context(), command() as work:
        work.execute(update(Member).where(Member.account_id == diary.home.amina.id).values(ended_at=now()))
    assert "Taken back by Priya" in colleague.get(f"{index}{first}/withdraw").form("Take it back").submit()


def test_what_is_watched_is_only_me_with_its_thing(diary: Diary) -> None:
    """Alone catches: whatever reads watches by themselves, and tells the name of what was hidden."""
    with diary.as_("rosa") as rosa:
        watches.watch(rosa, diary.tired, None, last=rosa.today())
        actions.change_tracker(rosa, diary.tired, None, name="Tiredness", only_me=True)
    with diary.app.app_context():
        assert session().scalars(select(Watch.only_me)).one()


@time_machine.travel("2026-05-04 15:00 +0100", tick=False)
def test_the_day_it_began_counts_from_its_morning(diary: Diary, browser: Browser) -> None:
    """Alone catches: *watched since today: 1 entry*, with two of today in the diary; two rules that count."""
    with diary.as_("rosa") as rosa:
        for hours in (20, 6, 0):
            actions.log(rosa, diary.tired, ago(hours=hours), severity=5)
        watches.watch(rosa, diary.tired, None, last=rosa.today() + timedelta(days=1))
    with time_machine.travel(now() + timedelta(days=3), tick=False):
        rosa_now = browser("rosa")
        for page in ("/", f"{diary.url}trackers/", watch_url(diary), f"{diary.url}chart/{diary.tired}"):
            assert "2 entries" in rosa_now.get(page)


def test_a_time_in_quiet_hours_says_that_nobody_hears_of_it(diary: Diary, browser: Browser) -> None:
    """Alone catches: the tablets of ten at night, for which nothing ever comes."""
    rosa = browser("rosa")
    page = rosa.get(watch_url(diary) + "reminders")
    assert "Your quiet hours are 21:00 to 08:00." in page
    saved = page.form("remind").submit(first="08:00", second="22:00")
    assert "08:00, 22:00. In your quiet hours, so you are not told then: 22:00" in saved
    diary.grant("leon", Level.MANAGE)
    for page in (watch_url(diary), watch_url(diary) + "reminders"):
        assert "uiet hours" not in browser("leon").get(page).all("main")[0].replace("Not in quiet hours", "")
