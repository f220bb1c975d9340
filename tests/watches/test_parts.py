"""What something is called, until when it is watched and when it is reminded of quarrel each with itself alone."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from selfcare.database import now
from selfcare.diary import actions
from selfcare.watches import actions as watches
from selfcare.watches.states import Move
from selfcare.web.access import Level
from tests.diary.conftest import Diary, browser, diary
from tests.harness.client import Client
from tests.watches.test_at_once import last, tracker, until
from tests.watches.test_views import watch_url

__all__ = ["browser", "diary"]
Browser = Callable[..., Client]


def own_url(diary: Diary) -> str:
    return f"{diary.url}trackers/{diary.tired}/"


def test_who_hides_a_thing_is_not_asked_about_a_pause(diary: Diary, browser: Browser) -> None:
    """Alone catches: "Which words should stay? Tiredness or Tiredness", and her wish to hide it dropped."""
    diary.grant("leon", Level.MANAGE)
    form = browser("rosa").get(own_url(diary)).form("Save")
    with diary.as_("leon") as leon:
        watches.move(leon, diary.tired, Move.PAUSE, None)
    assert form.submit(only_me="y").status == 200
    assert tracker(diary).only_me
    assert tracker(diary).paused_at is not None


def test_an_end_and_a_reminder_and_a_name_are_chosen_side_by_side(diary: Diary, browser: Browser) -> None:
    """Alone catches: "Rosa changed this", said to Rosa of times that nobody had touched."""
    rosa = browser("rosa")
    pages = [
        rosa.get(address) for address in (own_url(diary), watch_url(diary), watch_url(diary) + "reminders")
    ]
    late = rosa.get(watch_url(diary))
    assert until(pages[1], "watch", 9).status == 200
    assert pages[0].form("Save").submit(name="Worn out").status == 200
    assert pages[2].form("remind").submit(first="12:00").status == 200
    assert (last(diary), tracker(diary).name, tracker(diary).remind_at) == (9, "Worn out", ["12:00"])
    # What a page says of one part is of that part: a rename makes no pause late.
    page = rosa.get(watch_url(diary))
    rosa.get(own_url(diary)).form("Save").submit(name="Tired out")
    assert page.form("Pause").submit().status == 200
    assert until(late, "watch", 20).status == 409


def test_reminders_that_ended_with_a_watch_are_asked_about(diary: Diary, browser: Browser) -> None:
    """Alone catches: reminders chosen on a page from before it was over, for what is watched anew without any."""
    rosa = browser("rosa")
    rosa.get(watch_url(diary) + "reminders").form("remind").submit(first="08:00")
    until(rosa.get(watch_url(diary)), "watch", 9)
    page = rosa.get(watch_url(diary) + "reminders")
    rosa.get(watch_url(diary)).form("Stop watching").submit()
    with diary.as_("rosa") as permit:
        watches.watch(permit, diary.tired, None, last=(now() + timedelta(days=5)).date())
    assert page.form("remind").submit(first="12:00").status == 409
    assert tracker(diary).remind_at == []


@pytest.mark.parametrize("keep", ["mine", "theirs"])
def test_only_me_is_not_chosen_between_names(diary: Diary, browser: Browser, keep: str) -> None:
    """Alone catches: *Leon's*, chosen between two names, that shows everybody what she was hiding."""
    diary.grant("leon", Level.MANAGE)
    form = browser("rosa").get(own_url(diary)).form("Save")
    browser("leon").get(own_url(diary)).form("Save").submit(name="Fatigue")
    both = form.submit(name="Worn out", only_me="y")
    assert both.status == 409
    assert "Only me stays on." in both
    assert "Worn out" in both
    assert "Fatigue" in both
    both.form("Keep what I chose").submit(keep=keep)
    assert (tracker(diary).only_me, tracker(diary).name) == (
        True,
        {"mine": "Worn out", "theirs": "Fatigue"}[keep],
    )


def test_a_name_from_before_it_was_hidden_does_not_show_it(diary: Diary, browser: Browser) -> None:
    rosa = browser("rosa")
    pages = [rosa.get(own_url(diary)) for _ in range(2)]
    pages[0].form("Save").submit(only_me="y")
    answer = pages[1].form("Save").submit(name="Worn out")
    assert answer.status == 409
    answer.form("Keep what I chose").submit(keep="mine")
    assert (tracker(diary).only_me, tracker(diary).name) == (True, "Worn out")


def test_a_pause_puts_no_words_into_what_a_helper_named(diary: Diary, browser: Browser) -> None:
    """Alone catches: a thing that Leon called so, no longer his to call otherwise because Rosa paused it."""
    diary.grant("leon", Level.ADD)
    with diary.as_("leon") as leon:
        cramp = actions.add_tracker(leon, kind="symptom", name="Cramp").id
    url = f"{diary.url}trackers/{cramp}/"
    browser("rosa").get(f"{url}watch/").form("Pause").submit()
    assert browser("leon").get(url).form("Save").submit(name="Cramps").status == 200
    browser("rosa").get(url).form("Save").submit(name="Cramp at night")
    assert browser("leon").get(url).status == 409
