"""Writing in the diary: the first minute, symptoms, measurements, notes, and what comes back when something is odd."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from selfcare.database import session
from selfcare.diary import actions
from selfcare.diary.models import Entry, Tracker
from selfcare.web.digits import BadNumber
from tests.diary.conftest import Diary, ago
from tests.harness.client import Client

Browser = Callable[..., Client]


def entries(diary: Diary) -> list[Entry]:
    with diary.app.app_context():
        return list(session().scalars(select(Entry).order_by(Entry.entered_at)))


def test_the_first_minute_ends_with_a_symptom_saved_and_the_others_offered(
    diary: Diary, browser: Browser
) -> None:
    rosa = browser("rosa")
    page = rosa.get(diary.url + "start").form("start").submit(what=["pain", "own"], own="Stiff hands")
    assert page.h1 == "Pain"
    page = page.form("log").submit(severity="6")
    assert page.h1 == "Saved."
    assert "6 of 10" in page
    assert page.all(".tile__title") == ["Tiredness", "Stiff hands"]
    assert page.link("Done") == "/"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "Tick one, two or three."),
        ({"what": ["pain", "mood", "sleep", "tiredness"]}, "Tick three at the most."),
        ({"what": ["own"]}, "Type what you want to keep an eye on"),
        ({"what": ["own"], "own": "   "}, "Type what you want to keep an eye on"),
    ],
)
def test_the_first_minute_says_what_is_missing(
    diary: Diary, browser: Browser, fields: dict[str, object], said: str
) -> None:
    page = browser("rosa").get(diary.url + "start").form("start").submit(**fields)
    assert page.status == 422
    assert said in page
    with diary.app.app_context():
        assert session().scalar(select(func.count()).select_from(Tracker)) == 1


def test_a_save_looks_up_no_words_and_leaves_the_session_cookie_alone(
    diary: Diary, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Alone catches: a text that every save is made to wait for and nobody reads; and an answer that, coming late,
    brings back the session of before a sign-out.
    """
    form = browser("rosa").get(diary.log_url()).form("log")

    def asked(*_: object) -> None:
        raise AssertionError("somebody asked for words")

    monkeypatch.setattr("flask_babel.Domain.get_translations", asked)
    answer = form.submit(severity="6", follow=False)
    assert answer.status == 303
    assert not [each for each in answer.response.headers.getlist("Set-Cookie") if "selfcare=" in each]
    assert [entry.severity for entry in entries(diary)] == [6]


def test_own_words_count_though_nobody_ticked_them(diary: Diary, browser: Browser) -> None:
    """Without JavaScript the text field is always there."""
    assert browser("rosa").get(diary.url + "start").form("start").submit(own="Grief").h1 == "Grief"


def test_choosing_again_what_is_on_the_list_adds_nothing(diary: Diary, browser: Browser) -> None:
    page = browser("rosa").get(diary.url + "start").form("start").submit(what=["tiredness"])
    assert page.url.endswith(diary.log_url())


def test_safety_words_stand_before_every_field(diary: Diary, browser: Browser) -> None:
    rosa = browser("rosa")
    for address in (diary.log_url(), diary.url + "note"):
        text = rosa.get(address).text
        assert text.index("Nobody watches what you log here.") < text.index("<form"), address
    assert "Call 999" in browser("leon").get(diary.log_url())


def test_only_me_says_who_would_see_it(diary: Diary, browser: Browser) -> None:
    assert "Leon can see this. Amina can, if you share it." in browser("rosa").get(diary.log_url())


def test_without_a_number_or_skip_it_asks_and_keeps_what_was_typed(diary: Diary, browser: Browser) -> None:
    form = browser("rosa").get(diary.log_url()).form("log")
    page = form.submit(note="Slept <b>all</b> morning\nand more", tried="tea", only_me=True)
    assert page.status == 422
    assert "Choose a number, or choose Skip." in page
    again = page.form("log")
    assert again.value("note") == "Slept <b>all</b> morning\r\nand more"
    assert again.value("tried") == "tea"
    assert again.value("only_me") == "y"
    assert page.html.select_one("details[open]")
    assert entries(diary) == []
    assert again.submit(severity="skip").h1 == "Saved."
    (made,) = entries(diary)
    assert (made.severity, made.only_me, made.tried) == (None, True, "tea")


def test_a_carer_is_told_what_the_person_will_see(diary: Diary, browser: Browser) -> None:
    leon, rosa = browser("leon"), browser("rosa")
    page = leon.get(diary.log_url())
    assert "How bad is it for Rosa?" in page
    assert "Rosa will see: Entered by Leon for you" in page
    assert "Only me" not in page
    page = page.form("log").submit(severity="8")
    assert page.link("Done") == f"/people/{diary.home.person.id}/"
    assert "Entered by Leon for you" in rosa.get(diary.url)


def test_blood_pressure_is_two_numbers_kept_as_typed(diary: Diary, browser: Browser) -> None:
    with diary.as_("rosa") as permit:
        pressure = actions.add_preset(permit, "blood_pressure").id
    page = browser("rosa").get(diary.log_url(pressure)).form("log").submit(first="۱۲۸", second="82,5")
    assert page.h1 == "Saved."
    (made,) = entries(diary)
    assert (made.first, made.second) == ("۱۲۸", "82,5")
    assert (made.first_number, made.second_number) == (Decimal(128), Decimal("82.5"))
    assert "۱۲۸/82,5 mmHg" in browser("rosa").get(diary.url)


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        ("", "82", "Type the upper number."),
        ("128", "", "Type the lower number."),
        ("a lot", "82", "Use numbers only"),
        ("1280", "82", "Use a number from 1 to 400."),
        ("82", "128", "The upper number is larger than the lower one."),
        ("1e3", "82", "Use numbers only"),
        ("NaN", "82", "Use numbers only"),
    ],
)
def test_impossible_numbers_come_back_kindly(
    diary: Diary, browser: Browser, first: str, second: str, said: str
) -> None:
    with diary.as_("rosa") as permit:
        pressure = actions.add_preset(permit, "blood_pressure").id
    page = browser("rosa").get(diary.log_url(pressure)).form("log").submit(first=first, second=second)
    assert page.status == 422
    assert said in page
    assert (page.form("log").value("first"), page.form("log").value("second")) == (first, second)
    assert entries(diary) == []


def test_a_measurement_of_ones_own(diary: Diary, browser: Browser) -> None:
    form = browser("rosa").get(diary.url + "trackers/new").form("tracker")
    page = form.submit(what="measure", name="Water", unit="glasses", whole=True)
    assert page.h1 == "Water"
    assert "glasses" in page
    assert page.form("log").submit(first="5").all(".entry__value") == ["5 glasses"]


def test_a_note_needs_words_and_no_tracker(diary: Diary, browser: Browser) -> None:
    rosa = browser("rosa")
    assert rosa.get(diary.url + "note").form("log").submit(note="  \n ").status == 422
    assert rosa.get(diary.url + "note").form("log").submit(note="Felt low").h1 == "Saved."
    assert "Felt low" in rosa.get(diary.url)


def test_the_same_form_twice_is_one_entry(diary: Diary, browser: Browser) -> None:
    form = browser("rosa").get(diary.log_url()).form("log")
    first, second = form.submit(severity="4"), form.submit(severity="4")
    assert first.url == second.url
    assert len(entries(diary)) == 1
    other = form.submit(severity="5")
    assert other.status == 422
    assert other.form("log").submit().h1 == "Saved."
    assert len(entries(diary)) == 2


ODD = {
    "right-to-left override": "abc\u202egnp.exe",
    "emoji": "👩🏽‍🦽 tired 🫠",
    "markup": "<script>alert(1)</script>\"'&amp;",
    "template": "{{ 7*7 }} %(name)s %s {0}",
    "other digits": "١٢٣ ۴۵۶",
    "lines": "one\r\ntwo\u2028three",
    "sql": "'; drop table entry; --",
}


@pytest.mark.parametrize("text", ODD.values(), ids=ODD.keys())
def test_odd_words_are_kept_as_they_were(diary: Diary, browser: Browser, text: str) -> None:
    rosa = browser("rosa")
    page = rosa.get(diary.log_url()).form("log").submit(severity="3", note=text, tried=text, lasted="x")
    assert page.h1 == "Saved."
    (made,) = entries(diary)
    assert made.note.replace("\r\n", "\n") == text.replace("\r\n", "\n")
    assert rosa.get(diary.url).status == 200
    assert rosa.get(f"{diary.url}entries/{made.id}/").status == 200
    assert rosa.get(diary.url, data={"q": text}).status == 200


@pytest.mark.parametrize(
    "text", ["NUL \0 inside", "half \ud83d pair", "x" * 100_000], ids=["nul", "surrogate", "long"]
)
def test_what_cannot_be_kept_is_refused_clearly(diary: Diary, browser: Browser, text: str) -> None:
    answer = browser("rosa").get(diary.log_url()).form("log").submit(severity="3", note=text)
    assert answer.status in (400, 422)
    assert entries(diary) == []


@pytest.mark.parametrize("severity", ["11", "-1", "6.5", "٦", "", "skip it"])
def test_only_what_the_scale_offers_is_taken(diary: Diary, browser: Browser, severity: str) -> None:
    rosa = browser("rosa")
    sent = [
        (name, value) for name, value in rosa.get(diary.log_url()).form("log").sent() if name != "severity"
    ]
    answer = rosa.post(diary.log_url(), [*sent, ("severity", severity)])
    assert answer.status == 422
    assert entries(diary) == []


def test_a_time_still_to_come_is_refused(diary: Diary, browser: Browser) -> None:
    form = browser("rosa").get(diary.log_url()).form("log")
    answer = form.submit(severity="3", when="day", **{"when-date": "2999-01-01", "when-time": "10:00"})
    assert answer.status == 422
    assert "still to come" in answer
    assert answer.form("log").value("when") == "day"


def test_a_carer_cannot_make_up_only_me(diary: Diary, browser: Browser) -> None:
    leon = browser("leon")
    sent = leon.get(diary.log_url()).form("log").sent()
    leon.post(diary.log_url(), [*sent, ("severity", "2"), ("only_me", "y")])
    (made,) = entries(diary)
    assert made.only_me is False


def test_log_is_there_for_demo_and_import(diary: Diary) -> None:
    with diary.as_("rosa") as permit:
        weight = actions.add_preset(permit, "weight")
        made = actions.log(permit, weight.id, ago(days=2), first="71,4")
        with pytest.raises(BadNumber):
            actions.log(permit, weight.id, ago(days=2), first="heavy")
        kept = session().scalars(select(Entry).where(Entry.id == made.id)).one()
    assert kept.first_number == Decimal("71.4")
    assert kept.kind == "measure"


def test_the_list_has_an_end(diary: Diary, browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("selfcare.diary.queries.MOST_TRACKERS", 1)
    page = browser("rosa").get(diary.url + "trackers/new").form("tracker").submit(what="pain")
    assert page.status == 422
    assert "The list is full." in page
