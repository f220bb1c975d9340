"""Two choose about one thing, or one chooses twice, from pages that were open: nothing is written over unread."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
import time_machine
from sqlalchemy import select

from selfcare.audit.models import Trail
from selfcare.database import now, session
from selfcare.diary import actions
from selfcare.diary.models import Tracker
from selfcare.watches import actions as watches
from selfcare.watches import queries
from selfcare.watches.models import Watch
from selfcare.watches.states import Move
from selfcare.web.access import Level
from tests.diary.conftest import Diary, browser, diary
from tests.harness.client import Client
from tests.harness.pages import Answer
from tests.watches.test_views import proposal_url, proposed, watch_url, watched

__all__ = ["browser", "diary"]
Browser = Callable[..., Client]


def tracker(diary: Diary) -> Tracker:
    with diary.app.app_context():
        return session().get_one(Tracker, (diary.home.person.id, diary.tired))


def until(page: Answer, form: str, days: int) -> Answer:
    return page.form(form).submit(until="day", day=str(now().date() + timedelta(days=days)))


def last(diary: Diary) -> int | None:
    """For how many days from today on it is watched."""
    with diary.as_("rosa") as permit:
        day = queries.last_day(
            permit, session().get_one(Tracker, (permit.person_id, diary.tired)).watch_until
        )
        return (day - now().date()).days if day else None


@pytest.fixture
def pair(diary: Diary, browser: Browser) -> tuple[Client, Client]:
    """Rosa, and Leon who may change the diary for her."""
    diary.grant("leon", Level.MANAGE)
    return browser("rosa"), browser("leon")


def test_times_that_another_chose_meanwhile_are_shown_first(
    diary: Diary, pair: tuple[Client, Client]
) -> None:
    """Alone catches: the reminders of her tablets gone, and both were told that theirs are saved."""
    pages = [client.get(watch_url(diary) + "reminders") for client in (*pair, pair[0])]
    assert "08:00, 20:00" in pages[0].form("remind").submit(first="08:00", second="20:00")
    both = pages[1].form("remind").submit(first="12:00")
    assert both.status == 409
    assert "08:00, 20:00" in both
    assert tracker(diary).remind_at == ["08:00", "20:00"]
    assert "12:00" in both.form("Keep what I chose").submit(keep="mine")
    assert tracker(diary).remind_at == ["12:00"]
    again = pages[2].form("remind").submit(first="06:00")
    assert again.status == 409
    assert "12:00" in again.form("Keep what I chose").submit(keep="theirs")
    assert tracker(diary).remind_at == ["12:00"]


def test_an_end_that_another_chose_meanwhile_is_shown_first(
    diary: Diary, pair: tuple[Client, Client]
) -> None:
    """Alone catches: it leaves her tiles tomorrow, though she chose a month."""
    pages = [client.get(watch_url(diary)) for client in pair]
    assert "Watched until" in until(pages[0], "watch", 30)
    both = until(pages[1], "watch", 1)
    assert both.status == 409
    assert "Rosa’s" in both
    assert last(diary) == 30
    assert until(pages[1], "watch", 30).status == 200, "what stands already is nobody's quarrel"
    both.form("Keep what I chose").submit(keep="mine")
    assert last(diary) == 1


@pytest.mark.parametrize("press", ["Pause", "Stop watching"])
def test_a_button_of_days_ago_does_not_undo_what_was_chosen_since(
    diary: Diary, pair: tuple[Client, Client], press: str
) -> None:
    """Alone catches: a phone without a signal that pauses, days later, what she has paused and gone on with since."""
    rosa, leon = pair
    watched(rosa.get(watch_url(diary)), "watch")
    late = leon.get(watch_url(diary))
    rosa.get(watch_url(diary)).form("Pause").submit().form("Go on").submit()
    answer = late.form(press).submit()
    assert answer.status == 409
    assert "Rosa has changed this. Look at it first." in answer
    assert tracker(diary).paused_at is None
    assert last(diary) == 14
    assert leon.get(watch_url(diary)).form(press).submit().status == 200


def test_a_page_from_before_it_was_taken_off_the_list_is_not_of_it(diary: Diary, browser: Browser) -> None:
    rosa = browser("rosa")
    page = rosa.get(watch_url(diary) + "reminders")
    page.form("remind").submit(first="08:00")
    page = rosa.get(watch_url(diary) + "reminders")
    with diary.as_("rosa") as permit:
        actions.remove_tracker(permit, diary.tired)
        actions.add_preset(permit, "tiredness")
    assert page.form("remind").submit(first="12:00").status == 409
    assert tracker(diary).remind_at == []


def test_what_stood_before_is_kept(diary: Diary, pair: tuple[Client, Client]) -> None:
    """Alone catches: times and ends of which nobody can say what they were."""
    rosa, leon = pair
    rosa.get(watch_url(diary) + "reminders").form("remind").submit(first="08:00")
    leon.get(watch_url(diary) + "reminders").form("remind").submit(first="12:00")
    with diary.app.app_context():
        bodies = session().scalars(select(Tracker.versions.body).order_by(Tracker.versions.n))
        assert [each["remind_at"] for each in bodies][-1] == ["08:00"]


def test_a_second_yes_with_another_day_is_told_the_day_that_stands(diary: Diary, browser: Browser) -> None:
    """Alone catches: *Saved.* for a day that was dropped; the first entry, of something that is watched no more."""
    watch, rosa = proposed(diary), browser("rosa")
    page = rosa.get(proposal_url(diary, watch))
    assert until(page, "accept", 3).h1 == "Stiff hands"
    second = rosa.get(proposal_url(diary, watch))
    assert not second.html.select("#accept")
    other = page.form("accept").fill(
        form_id=str(UUID(int=7)), until="day", day=str(now().date() + timedelta(9))
    )
    late = other.submit()
    assert late.status == 409
    assert "Rosa said yes to this already. Watched until" in late
    assert "It has no end." not in late.click("Watch: Stiff hands")
    with diary.as_("rosa") as permit:
        row = session().scalars(select(Watch)).one()
        assert queries.last_day(permit, row.until) == now().date() + timedelta(days=3)
        assert row.tracker_id
        thing = row.tracker_id
    same = page.form("accept").fill(
        form_id=str(UUID(int=8)), until="day", day=str(now().date() + timedelta(3))
    )
    assert same.submit().h1 == "Stiff hands", "the same day again is the same yes"
    with diary.as_("rosa") as permit:
        actions.remove_tracker(permit, thing)
    gone = page.form("accept").fill(
        form_id=str(UUID(int=9)), until="day", day=str(now().date() + timedelta(3))
    )
    assert gone.submit().status == 409
    with time_machine.travel(now() + timedelta(days=5), tick=False):
        late = (
            page.form("accept").fill(form_id=str(UUID(int=10)), until="day", day=str(now().date())).submit()
        )
        assert late.status == 409


def test_stop_twice_is_once(diary: Diary, pair: tuple[Client, Client]) -> None:
    """Alone catches: *This is not watched now*, said to the second of two who wanted just that."""
    watched(pair[0].get(watch_url(diary)), "watch")
    pages = [client.get(watch_url(diary)) for client in pair]
    stopped = [page.form("Stop watching").submit() for page in pages]
    assert [page.status for page in stopped] == [200, 200]
    assert all("0 entries" in page for page in stopped)


def test_what_is_over_has_no_reminders(diary: Diary, browser: Browser) -> None:
    """Alone catches: *Saved.* for times at which nobody is ever told, sent by a phone that waited."""
    rosa = browser("rosa")
    until(rosa.get(watch_url(diary)), "watch", 0)
    page = rosa.get(watch_url(diary) + "reminders")
    with time_machine.travel(now() + timedelta(days=3), tick=False):
        late = page.form("remind").submit(first="08:00")
        assert late.status == 409
        assert "This is over, so nobody is reminded of it." in late
        assert rosa.get(watch_url(diary) + "reminders").h1 == "Watch: Tiredness"
    assert tracker(diary).remind_at == []


def test_a_yes_to_what_is_watched_already_takes_its_place(diary: Diary) -> None:
    """Alone catches: a watch that is stopped by another, and no line in the trail that says so."""
    with diary.as_("amina") as amina:
        last, why = amina.today() + timedelta(days=3), "To see whether it helps."
        offered = watches.propose(
            amina, kind="symptom", preset="tiredness", name="Tiredness", why=why, last=last, for_visit=False
        ).id
    with diary.as_("rosa") as rosa:
        first = watches.watch(rosa, diary.tired, None, last=rosa.today() + timedelta(days=30))
        second = watches.accept(rosa, offered, last=last, for_visit=False)
        assert (first.state, queries.running(rosa, diary.tired)) == ("stopped", second)
        said = select(Trail.verb).where(Trail.kind == "watch", Trail.item_id == first.id).order_by(Trail.seq)
        assert session().scalars(said).all() == ["began", "stopped"]


def test_a_watch_from_before_it_was_taken_off_the_list_does_not_come_back(diary: Diary) -> None:
    """Alone catches: two that run at once, of which the older goes on when the newer is stopped."""
    with diary.as_("rosa") as rosa:
        first = watches.watch(rosa, diary.tired, None, last=rosa.today() + timedelta(days=30))
        actions.remove_tracker(rosa, diary.tired)
        actions.add_preset(rosa, "tiredness")
        second = watches.watch(rosa, diary.tired, None, last=rosa.today() + timedelta(days=3))
        assert (first.state, queries.running(rosa, diary.tired)) == ("stopped", second)
        watches.move(rosa, diary.tired, Move.STOP, None)
        assert queries.running(rosa, diary.tired) is None
