"""Numbers as they are typed, kept, drawn and read by others; and what 0 and 10 mean wherever a number stands."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from sqlalchemy import select

from selfcare.database import session
from selfcare.diary import actions
from selfcare.diary.models import Entry
from tests.diary.conftest import Diary, ago
from tests.harness.client import Client

Browser = Callable[..., Client]

# What a page shows does not hang on the database below it.
only_drawn = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)


def kept(diary: Diary) -> Entry:
    with diary.app.app_context():
        return session().scalars(select(Entry).order_by(Entry.entered_at.desc()).limit(1)).one()


def preset(diary: Diary, code: str) -> str:
    with diary.as_("rosa") as permit:
        return diary.log_url(actions.add_preset(permit, code).id)


@pytest.mark.parametrize("typed", ["10,000", "10.000", "10 000", "۱۰٬۰۰۰"])
def test_ten_thousand_steps_are_ten_thousand(diary: Diary, browser: Browser, typed: str) -> None:
    """They were kept as ten, and drawn as ten, beside words that said ten thousand."""
    rosa = browser("rosa")
    page = rosa.get(preset(diary, "steps")).form("log").submit(first=typed)
    assert page.h1 == "Saved."
    assert (kept(diary).first, kept(diary).first_number) == (typed, Decimal(10000))
    entry = page.link("Change it").removesuffix("change")
    assert rosa.get(entry + "change").form("log").submit(note="walked").status == 200
    assert kept(diary).first_number == Decimal(10000)


@only_drawn
@pytest.mark.parametrize(("code", "typed"), [("weight", "1,500"), ("glucose", "۵،۵۰۰")])
def test_a_number_that_can_be_two_is_asked_about_and_stays(
    diary: Diary, browser: Browser, code: str, typed: str
) -> None:
    page = browser("rosa").get(preset(diary, code)).form("log").submit(first=typed)
    assert page.status == 422
    assert "Is this" in page
    assert page.form("log").value("first") == typed


@only_drawn
@pytest.mark.parametrize(
    ("code", "example"), [("steps", "10000"), ("weight", "71.4"), ("blood_pressure", "135")]
)
def test_the_example_is_of_the_same_kind(diary: Diary, browser: Browser, code: str, example: str) -> None:
    more = {"second": "more"} if code == "blood_pressure" else {}
    page = browser("rosa").get(preset(diary, code)).form("log").submit(first="many", **more)
    assert f"Use numbers only, for example {example}." in page


@pytest.mark.parametrize("typed", ["135/82", " 135 / 82 ", "۱۳۵/۸۲"])
def test_both_numbers_may_stand_in_one_box(diary: Diary, browser: Browser, typed: str) -> None:
    page = browser("rosa").get(preset(diary, "blood_pressure")).form("log").submit(first=typed)
    assert page.h1 == "Saved."
    assert (kept(diary).first_number, kept(diary).second_number) == (135, 82)


ENDS = {
    "tiredness": (
        "How bad is it?",
        "0 is none. 10 is the worst I can imagine.",
        "0 none, 10 the worst I can imagine",
    ),
    "mood": ("Which number fits?", "0 is very low. 10 is very good.", "0 very low, 10 very good"),
    "sleep": ("Which number fits?", "0 is very bad. 10 is very good.", "0 very bad, 10 very good"),
}


@only_drawn
@pytest.mark.parametrize("code", ENDS)
def test_each_thing_names_its_two_ends_wherever_its_number_stands(
    diary: Diary, browser: Browser, code: str
) -> None:
    """Mood asked how bad it is, and nobody who read the number knew which end was bad."""
    question, hint, both = ENDS[code]
    rosa = browser("rosa")
    page = rosa.get(preset(diary, code))
    assert question in page
    assert hint in page
    page = page.form("log").submit(severity="7")
    entry = page.link("Change it").removesuffix("change")
    assert both in rosa.get(entry)
    assert both in rosa.get(f"{diary.url}?chart={kept(diary).tracker_id}")
    assert both in rosa.get(f"{diary.url}chart/{kept(diary).tracker_id}")


@only_drawn
def test_own_things_may_have_ends_of_their_own(diary: Diary, browser: Browser) -> None:
    rosa = browser("rosa")
    form = rosa.get(diary.url + "trackers/new").form("tracker")
    page = form.submit(what="symptom", name="Energy", low="flat out")
    assert page.status == 422
    assert "Say what both ends mean, or leave both empty." in page
    page = page.form("tracker").submit(high="full of it")
    assert "0 is flat out. 10 is full of it." in page


@only_drawn
def test_what_was_logged_before_ends_were_named_keeps_its_meaning(diary: Diary, browser: Browser) -> None:
    """Old numbers of mood said how bad it was: they must not turn into how good."""
    with diary.as_("rosa") as permit:
        old = actions.add_preset(permit, "mood")
        old.ends = "bad"
        entry = actions.log(permit, old.id, ago(days=1), severity=8).id
    page = browser("rosa").get(f"{diary.url}entries/{entry}/")
    assert "0 not at all, 10 as bad as it can be" in page
    assert "How bad is it?" in browser("rosa").get(diary.log_url(old.id))
