"""Changing an entry: what stood there is kept, two people at once lose nothing, names follow the reader."""

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import select

from selfcare.database import session
from selfcare.diary import actions
from selfcare.diary.models import Entry
from selfcare.web.access import Level
from tests.diary.conftest import Diary, ago, noon
from tests.harness.client import Client

Browser = Callable[..., Client]


def make(diary: Diary, **values: object) -> str:
    with diary.as_("rosa") as permit:
        made = actions.log(permit, diary.tired, noon(2), **{"severity": 4, "note": "as it was", **values})
    return f"{diary.url}entries/{made.id}/"


def entry(diary: Diary) -> Entry:
    with diary.app.app_context():
        return session().scalars(select(Entry)).one()


def an_hour_passes(diary: Diary) -> None:
    with diary.as_("rosa"):
        for row in session().scalars(select(Entry)):
            row.entered_at -= timedelta(hours=1)


def test_a_typo_mended_in_one_sitting_is_no_change(diary: Diary, browser: Browser) -> None:
    """The first change of what somebody had just typed read "Changed once" to all."""
    there = make(diary)
    rosa = browser("rosa")
    page = rosa.get(there + "change").form("log").submit(note="as it was meant")
    assert "Changed once" not in page
    assert "as it was meant" in page
    assert "Changed once" not in browser("leon").get(diary.url)


def test_a_change_keeps_the_earlier_version(diary: Diary, browser: Browser) -> None:
    there = make(diary)
    an_hour_passes(diary)
    rosa = browser("rosa")
    page = rosa.get(there + "change").form("log").submit(severity="7", note="as it is")
    assert page.url.split("?")[0].endswith(there)
    assert "7 of 10" in page
    assert "Changed once" in page
    assert "as it was" in page
    assert "4 of 10" in page
    assert "Changed once" in rosa.get(diary.url)


def test_saving_without_a_change_changes_nothing(diary: Diary, browser: Browser) -> None:
    there = make(diary)
    before = entry(diary)
    page = browser("rosa").get(there + "change").form("log").submit()
    assert "Changed once" not in page
    after = entry(diary)
    assert (after.version, after.wall, after.utc) == (1, before.wall, before.utc)


def test_when_can_be_changed_and_a_zone_stays(diary: Diary, browser: Browser) -> None:
    there = make(diary)
    form = browser("rosa").get(there + "change").form("log")
    form.fill(**{"when-zone": "Asia/Karachi", "when-time": "09:15"}).submit()
    found = entry(diary)
    assert (found.wall.hour, found.wall.minute, found.zone) == (9, 15, "Europe/London")


def test_two_versions_at_once_are_both_offered(diary: Diary, browser: Browser) -> None:
    diary.grant("leon", Level.MANAGE)
    there = make(diary)
    mine = browser("rosa").get(there + "change").form("log")
    browser("leon").get(there + "change").form("log").submit(severity="5", note="Did half the stairs.")
    page = mine.submit(severity="6", note="Could not do the stairs.")
    assert page.status == 409
    assert "Leon changed this while you were writing." in page
    assert "Did half the stairs." in page
    assert "Could not do the stairs." in page
    assert entry(diary).severity == 5
    page = page.form("Keep what I chose").submit(keep="both")
    assert page.status == 200
    found = entry(diary)
    assert (found.severity, found.note) == (6, "Did half the stairs.\n\nCould not do the stairs.")


def test_the_others_version_can_stay(diary: Diary, browser: Browser) -> None:
    diary.grant("leon", Level.MANAGE)
    there = make(diary)
    mine = browser("rosa").get(there + "change").form("log")
    browser("leon").get(there + "change").form("log").submit(severity="5")
    page = mine.submit(severity="6").form("Keep what I chose").submit(keep="theirs")
    assert page.url.endswith(there)
    assert entry(diary).severity == 5


def test_a_version_that_nobody_can_read_is_an_old_one(diary: Diary, browser: Browser) -> None:
    there = make(diary)
    form = browser("rosa").get(there + "change").form("log")
    for version in ("", "x", "٣", "-1", "9" * 50):
        assert form.submit(version=version, severity="9").status == 409
    assert entry(diary).severity == 4


def test_a_change_that_lacks_a_number_keeps_the_typing(diary: Diary, browser: Browser) -> None:
    with diary.as_("rosa") as permit:
        weight = actions.add_preset(permit, "weight")
        made = actions.log(permit, weight.id, ago(hours=3), first="71.4")
    page = (
        browser("rosa")
        .get(f"{diary.url}entries/{made.id}/change")
        .form("log")
        .submit(first="", note="new words")
    )
    assert page.status == 422
    assert page.form("log").value("note") == "new words"


def test_ready_made_names_are_in_the_readers_language_and_own_words_as_typed(diary: Diary) -> None:
    with diary.as_("rosa") as permit:
        tired = actions.add_preset(permit, "tiredness")
        assert (tired.preset, tired.name) == ("tiredness", "Tiredness")
        renamed = actions.change_tracker(permit, tired.id, tired.version, name="Worn out", only_me=None)
        assert (renamed.preset, renamed.name) == (None, "Worn out")
        again = actions.add_preset(permit, "tiredness")
        assert again.id != tired.id


def test_a_renamed_measurement_keeps_its_unit(diary: Diary, browser: Browser) -> None:
    with diary.as_("rosa") as permit:
        weight = actions.add_preset(permit, "weight")
        actions.log(permit, weight.id, ago(hours=1), first="71.4")
    rosa = browser("rosa")
    page = rosa.get(f"{diary.url}trackers/{weight.id}/").form("tracker").submit(name="On the old scales")
    assert "On the old scales" in page
    assert "71.4 kg" in rosa.get(diary.url)


def test_off_the_list_what_was_logged_stays(diary: Diary, browser: Browser) -> None:
    make(diary)
    rosa = browser("rosa")
    page = (
        rosa.get(f"{diary.url}trackers/{diary.tired}/").click("Take it off the list").form("remove").submit()
    )
    assert "Tiredness" not in page
    assert rosa.get(diary.log_url()).status == 404
    assert "Tiredness" in rosa.get(diary.url)
    with diary.as_("rosa") as permit:
        assert actions.add_preset(permit, "tiredness").id == diary.tired
    assert rosa.get(diary.log_url()).status == 200


def test_charts_show_what_was_entered_and_by_whom(diary: Diary, browser: Browser) -> None:
    with diary.as_("rosa") as permit:
        actions.log(permit, diary.tired, noon(3), severity=4)
        actions.log(permit, diary.tired, noon(2), severity=None)
        actions.log(permit, diary.tired, noon(40), severity=9)
    with diary.as_("leon") as permit:
        actions.log(permit, diary.tired, noon(2), severity=5)
    rosa = browser("rosa")
    page = rosa.get(diary.url)
    assert len(page.html.select(".chart__svg .chart__me")) == 1
    assert len(page.html.select(".chart__svg .chart__other")) == 1
    assert page.all(".chart__legend li") == ["Me", "Leon, for me"]
    assert "2 entries in the last 14 days" in page
    chart = page.click("Table")
    assert [row[:1] for row in chart.all("tbody td:nth-of-type(1)")] == ["5", "4"]
    assert len(chart.click("3 months").all("tbody tr")) == 3
    assert rosa.get(f"{diary.url}chart/{diary.tired}?show=1").status == 404
    assert browser("leon").get(diary.url).all(".chart__legend li") == ["Rosa", "Leon, for Rosa"]
