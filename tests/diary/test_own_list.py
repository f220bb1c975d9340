"""The own list: few choices to begin with, and what was once chosen stays at hand."""

from collections.abc import Callable

import pytest

from selfcare.diary import actions
from tests.diary.conftest import Diary, ago
from tests.harness.client import Client

Browser = Callable[..., Client]
pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)


@pytest.mark.parametrize("place", ["home", "saved"])
def test_what_was_chosen_in_the_first_minute_stays_a_tile(diary: Diary, browser: Browser, place: str) -> None:
    """Four that were logged more pushed it off Today, and off what is offered after a save."""
    with diary.as_("rosa") as permit:
        for code in ("weight", "blood_pressure", "peak_flow", "glucose", "temperature"):
            measure = actions.add_preset(permit, code)
            for hours in range(3):
                pair = {"second": "40"} if code == "blood_pressure" else {}
                last = actions.log(permit, measure.id, ago(hours=hours + 1), first="45", **pair)
    there = {
        "home": f"/people/{diary.home.person.id}/",
        "saved": f"{diary.url}entries/{last.id}/saved",
    }[place]
    titles = browser("rosa").get(there).all(".tile__title")
    assert titles[:3] == ["Tiredness", "Weight", "Blood pressure"]
    with diary.as_("rosa") as permit:
        actions.remove_tracker(permit, diary.tired)
    assert "Tiredness" not in browser("rosa").get(there).all(".tile__title")


def test_something_new_begins_with_few_choices(diary: Diary, browser: Browser) -> None:
    """There were fourteen, and a question about decimals."""
    rosa = browser("rosa")
    page = rosa.get(diary.url + "trackers/new")
    choices = page.html.select("input[name=what]")
    first = [one for one in choices if not one.find_parent("details")]
    assert [str(one["value"]) for one in first] == [
        "pain",
        "weight",
        "blood_pressure",
        "symptom",
        "measure",
        "done",
    ]
    assert len(choices) > 10
    assert not page.html.select("details[open]")
    assert "decimal" not in page
    again = page.form("tracker").submit(what="symptom", name="Stiff hands", low="easy")
    assert again.status == 422
    assert len(again.html.select("details[open]")) == 1  # it holds what is wrong
    page = rosa.get(diary.url + "trackers/new").form("tracker").submit(what="mood")
    assert page.h1 == "Mood"


@pytest.mark.parametrize(("whole", "typed"), [(False, "71.4"), (True, "10,000")])
def test_ones_own_number_can_have_parts_unless_it_is_said_not_to(
    diary: Diary, browser: Browser, whole: bool, typed: str
) -> None:
    form = browser("rosa").get(diary.url + "trackers/new").form("tracker")
    page = form.submit(what="measure", name="Water", whole=whole)
    assert page.form("log").submit(first=typed).all(".entry__value") == [typed]


def test_a_scale_means_what_was_typed(diary: Diary, browser: Browser) -> None:
    """Taken off and added anew the other way round, 0 and 10 meant what they had meant before: the reverse."""
    rosa = browser("rosa")
    new = f"{diary.url}trackers/new"
    typed = {"what": "symptom", "name": "Energy"}
    first = rosa.get(new).forms()[-1].submit(**typed, low="none at all", high="full of it")
    other = {"low": "full of it", "high": "none left"}
    refused = rosa.get(new).forms()[-1].submit(**typed, **other)
    assert refused.status == 422
    assert "its numbers mean something else" in refused
    tracker = first.url.split("/log/")[1].split("?")[0]
    rosa.get(f"{diary.url}trackers/{tracker}/remove").forms()[-1].submit()
    second = refused.forms()[-1].submit()
    assert "0 is full of it. 10 is none left." in second
    again = second.url.split("/log/")[1].split("?")[0]
    rosa.get(f"{diary.url}trackers/{again}/remove").forms()[-1].submit()
    back = rosa.get(new).forms()[-1].submit(**typed, low="none at all", high="full of it")
    assert tracker in back.url, "what means the same comes back, with all that was logged"
