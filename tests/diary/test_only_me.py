"""What is *only me* does not exist for anybody else, and what was taken out for nobody."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import time_machine
from werkzeug.exceptions import NotFound

from selfcare.database import now, session
from selfcare.diary import actions, queries, to_share
from selfcare.diary.models import Entry
from selfcare.web.access import Level
from tests.diary.conftest import Diary, ago, noon
from tests.factories import panel
from tests.harness.client import Client

Browser = Callable[..., Client]
CANARY = "canary-in-the-diary"
SOUGHT = CANARY[:12]  # a search page repeats what was sought, so others look for a part of it


def pages(diary: Diary) -> list[str]:
    """Every page of the diary that lists or counts."""
    tracker = diary.tired
    return [
        diary.url,
        f"{diary.url}?show=symptoms",
        f"{diary.url}?show=notes",
        f"{diary.url}?q={SOUGHT}",
        f"{diary.url}?chart={tracker}",
        f"{diary.url}add",
        f"{diary.url}trackers/",
        f"{diary.url}choose",
        f"{diary.url}chart/{tracker}?show=all",
        f"{diary.url}trackers/new",
    ]


def test_an_entry_for_me_only_is_nowhere_for_others(diary: Diary, browser: Browser) -> None:
    diary.grant("amina", Level.MANAGE)
    others = [browser("leon"), browser("amina")]
    before = [[answer.text for answer in map(other.get, pages(diary))] for other in others]
    with diary.as_("rosa") as permit:
        made = actions.log(permit, diary.tired, ago(hours=1), severity=9, note=CANARY, only_me=True)
        actions.log(permit, None, ago(hours=1), note=CANARY, only_me=True)
    rosa = browser("rosa")
    assert CANARY in rosa.get(diary.url)
    assert "Only me" in rosa.get(diary.url)
    assert "1 entry" in rosa.get(f"{diary.url}choose")
    assert rosa.get(f"{diary.url}entries/{made.id}/").status == 200
    for other, earlier in zip(others, before, strict=True):
        for address, text in zip(pages(diary), earlier, strict=True):
            after = other.get(address).text
            assert CANARY not in after, address
            assert after.count("<li") == text.count("<li"), address
            assert ("Last:" in after) == ("Last:" in text), address
        for action in ("", "saved", "change", "remove"):
            assert other.get(f"{diary.url}entries/{made.id}/{action}").status == 404, action


def test_a_tracker_for_me_only_is_nowhere_for_others(diary: Diary, browser: Browser) -> None:
    form = browser("rosa").get(diary.url + "trackers/new").form("tracker")
    page = form.submit(what="symptom", name=CANARY, only_me=True)
    assert page.h1 == CANARY
    hidden = page.url.rsplit("/", 1)[-1]
    assert "Only you see this" in page
    page.form("log").submit(severity="5")
    assert CANARY in browser("rosa").get(diary.url)
    for who in ("leon", "amina"):
        diary.grant(who, Level.MANAGE)
        other = browser(who)
        for address in pages(diary):
            assert CANARY not in other.get(address).text, address
        for address in (
            f"log/{hidden}",
            f"chart/{hidden}",
            f"trackers/{hidden}/",
            f"trackers/{hidden}/remove",
        ):
            assert other.get(diary.url + address).status == 404, address


def test_a_tracker_becomes_only_me_with_all_that_is_under_it(diary: Diary, browser: Browser) -> None:
    with diary.as_("rosa") as permit:
        actions.log(permit, diary.tired, ago(hours=3), severity=4, note=CANARY)
    assert CANARY in browser("leon").get(diary.url)
    rosa = browser("rosa")
    assert rosa.get(f"{diary.url}trackers/{diary.tired}/").form("tracker").submit(only_me=True).status == 200
    assert CANARY in rosa.get(diary.url)
    assert CANARY not in browser("leon").get(diary.url)


def test_a_tracker_others_logged_under_cannot_be_hidden_from_them(diary: Diary, browser: Browser) -> None:
    with diary.as_("leon") as permit:
        actions.log(permit, diary.tired, ago(hours=3), severity=4)
    page = browser("rosa").get(f"{diary.url}trackers/{diary.tired}/").form("tracker").submit(only_me=True)
    assert page.status == 422
    assert "Somebody else has logged under this" in page
    assert browser("leon").get(diary.log_url()).status == 200


def test_an_earlier_version_for_me_only_stays_mine(diary: Diary, browser: Browser) -> None:
    with diary.as_("rosa") as permit:
        when = ago(hours=5)
        made = actions.log(permit, diary.tired, when, severity=4, note=CANARY, only_me=True)
        session().get_one(Entry, (made.person_id, made.id)).entered_at -= timedelta(hours=1)
        actions.change(permit, made.id, 1, when=when, severity=4, note="fine", only_me=False)
    rosa, leon = browser("rosa"), browser("leon")
    entry = f"{diary.url}entries/{made.id}/"
    assert "Changed once" in rosa.get(diary.url)
    assert CANARY in rosa.get(entry)
    assert "fine" in leon.get(diary.url)
    assert "Changed once" not in leon.get(diary.url)
    assert "Changed once" not in leon.get(entry)
    assert CANARY not in leon.get(entry)


def test_what_the_person_hides_is_gone_for_whoever_has_it_open(diary: Diary, browser: Browser) -> None:
    diary.grant("leon", Level.MANAGE)
    with diary.as_("rosa") as permit:
        when = ago(hours=5)
        made = actions.log(permit, diary.tired, when, severity=4)
    form = browser("leon").get(f"{diary.url}entries/{made.id}/change").form("log")
    with diary.as_("rosa") as permit:
        actions.change(permit, made.id, 1, when=when, severity=4, only_me=True)
    assert form.submit(severity="5").status == 404


def test_only_what_the_person_entered_can_be_hidden(diary: Diary, browser: Browser) -> None:
    with diary.as_("leon") as permit:
        made = actions.log(permit, diary.tired, ago(hours=1), severity=4)
    page = browser("rosa").get(f"{diary.url}entries/{made.id}/change")
    assert "Only me" not in page
    sent = page.form("log").sent()
    page.send("POST", page.url, data=[*sent, ("only_me", "y")])
    assert "4 of 10" in browser("leon").get(diary.url)


def test_what_is_taken_out_is_gone_for_everybody(diary: Diary, browser: Browser) -> None:
    rosa = browser("rosa")
    page = rosa.get(diary.log_url()).form("log").submit(severity="6", note=CANARY)
    gone = page.link("Change it").removesuffix("change")
    page = rosa.get(f"{gone}remove")
    assert page.h1 == "Remove this entry?"
    page = page.form("remove").submit()
    assert "Removed." in page
    assert CANARY not in page
    for action in ("", "saved", "change", "remove"):
        assert rosa.get(gone + action).status == 404
    assert rosa.get(f"{diary.url}?q={CANARY}").all(".entry") == []
    assert "No entries" in rosa.get(f"{diary.url}chart/{diary.tired}")


def test_who_may_change_what(diary: Diary, browser: Browser) -> None:
    """With *add* a carer changes their own entries, with *manage* others' too; the person may everything."""
    with diary.as_("leon") as permit:
        leons = actions.log(permit, diary.tired, ago(hours=1), severity=1).id
    with diary.as_("rosa") as permit:
        rosas = actions.log(permit, diary.tired, ago(hours=2), severity=2).id

    def statuses(who: str) -> list[int]:
        client = browser(who)
        return [client.get(f"{diary.url}entries/{entry}/change").status for entry in (leons, rosas)]

    assert statuses("rosa") == [200, 200]
    assert statuses("leon") == [200, 404]
    with diary.as_("leon") as permit, pytest.raises(NotFound):
        actions.remove(permit, rosas)
    diary.grant("leon", Level.MANAGE)
    assert statuses("leon") == [200, 200]
    diary.grant("leon", Level.SEE)
    assert statuses("leon") == [404, 404]
    assert browser("leon").get(diary.log_url()).status == 404
    assert "Add to diary" not in browser("leon").get(diary.url)


def test_strangers_and_a_nurse_without_the_right_get_404(diary: Diary, browser: Browser) -> None:
    with diary.as_("rosa") as permit:
        entry = actions.log(permit, diary.tired, ago(hours=2), severity=2).id
    addresses = [
        *pages(diary),
        diary.log_url(),
        diary.url + "start",
        diary.url + "note",
        f"{diary.url}entries/{entry}/",
    ]
    assert [browser("rosa").get(address).status for address in addresses] == [200] * len(addresses)
    for who in ("stranger", "amina"):
        client = browser(who)
        assert {client.get(address).status for address in addresses} == {404}, who


def test_what_other_rooms_are_told_leaves_only_me_out(diary: Diary) -> None:
    with diary.as_("rosa") as permit:
        actions.log(permit, diary.tired, noon(2), severity=5)
        last = actions.log(permit, diary.tired, noon(1), severity=6)
        actions.log(permit, diary.tired, ago(minutes=5), severity=9, note=CANARY, only_me=True)
        hidden = actions.add_tracker(permit, kind="symptom", name=CANARY, only_me=True)
        actions.log(permit, hidden.id, ago(minutes=5), severity=9)
    with diary.as_("leon") as permit:
        actions.log(permit, diary.tired, noon(3), severity=7)
    with diary.as_("rosa") as permit:
        assert queries.logged_since(permit, now() - timedelta(days=10)) == 3
        (one,) = to_share.for_summary(permit, permit.today() - timedelta(days=10), permit.today())
        assert (one["name"], one["kind"], one["total"]) == ("Tiredness", "symptom", 3)
        assert [(r["value"], r["by"]) for r in one["readings"]] == [("6", None), ("5", None), ("7", "Leon")]
        assert CANARY not in str(one)
        assert to_share.for_summary(permit, date(2001, 1, 1), date(2001, 1, 2)) == []
        assert queries.last_entries(panel(diary.home.amina)) == {diary.home.person.id: last.utc}
        assert [tile.name for tile in queries.tiles(permit)] == ["Tiredness", CANARY]
    with diary.as_("leon") as permit:
        (tile,) = queries.tiles(permit)
        assert (tile.name, tile.last_wall) == ("Tiredness", last.wall)


def test_what_was_for_me_only_stays_so_among_its_earlier_versions(diary: Diary, browser: Browser) -> None:
    """Would fail where showing an entry shows the words it had while it was hidden, too."""
    with diary.as_("rosa") as permit:
        made = actions.log(permit, diary.tired, ago(hours=2), severity=9, note=CANARY, only_me=True)
    with time_machine.travel(now() + timedelta(hours=1), tick=False), diary.as_("rosa") as permit:
        actions.change(permit, made.id, 1, when=ago(hours=2), severity=9, note="Better words", only_me=False)
    entry = f"{diary.url}entries/{made.id}/"
    assert CANARY in browser("rosa").get(entry)
    theirs = browser("leon").get(entry)
    assert "Better words" in theirs
    assert CANARY not in theirs
