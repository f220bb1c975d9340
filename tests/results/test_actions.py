"""Holds, notes, release by hand, asking to see sooner, and the standing choice."""

from datetime import timedelta
from uuid import UUID

import pytest
import time_machine
from sqlalchemy import func, select
from werkzeug.exceptions import NotFound

from selfcare.audit.models import Trail
from selfcare.database import now, session
from selfcare.notifications import actions as notifications
from selfcare.notifications.models import Notice
from selfcare.results import actions, queries
from selfcare.results import release as rules
from selfcare.results.models import Report, ReportHold, ReportNote
from selfcare.web.access import Permit
from selfcare.web.versions import Stale, earlier
from tests.results.world import REASON, World


def notices(world: World, who: str, kind: str = notifications.RESULT) -> list[Notice]:
    def ask(permit: Permit) -> list[Notice]:
        return list(
            session().scalars(
                select(Notice).where(Notice.account_id == permit.account_id, Notice.kind == kind)
            )
        )

    found: list[Notice] = world.do(who, ask)
    return found


def visible_from(world: World, report: UUID) -> object:
    return world.do("amina", queries.sheet, report).brief.visible_from


def test_a_hold_moves_the_report_and_its_notice(world: World) -> None:
    report = world.file(kind="tissue")
    until = now() + timedelta(days=3)
    world.do("amina", actions.hold, report, REASON, until, title="nurse")
    latest = world.do("amina", queries.sheet, report).latest_at
    # It waits for a talk that is not planned, so the hold's end alone does not open it.
    assert visible_from(world, report) == latest
    held = world.file(hold=timedelta(days=1))
    world.do("amina", actions.hold, held, REASON, until, title="nurse")
    assert visible_from(world, held) == until
    assert sorted(notice.visible_from for notice in notices(world, "rosa")) == [until, latest]


def test_only_the_newest_hold_counts(world: World) -> None:
    report = world.file(hold=timedelta(days=5))
    sooner = now() + timedelta(days=1)
    world.do("amina", actions.hold, report, "Sooner.", sooner)
    assert visible_from(world, report) == sooner
    assert world.do("rosa", queries.sheet, report).hold.reason == "Sooner."
    kept = world.do("amina", lambda _: session().scalar(select(func.count()).select_from(ReportHold)))
    assert kept == 2


def test_a_hold_needs_an_end_that_can_be(world: World) -> None:
    report = world.file(hold=timedelta(days=1))
    latest = world.do("amina", queries.sheet, report).latest_at
    for until, why in ((now(), "past"), (latest + timedelta(seconds=1), "late")):
        with pytest.raises(actions.CannotHold) as refused:
            world.do("amina", actions.hold, report, REASON, until)
        assert refused.value.why == why
    world.do("amina", actions.hold, report, REASON, latest)
    assert visible_from(world, report) == latest


def test_what_the_person_can_see_is_not_taken_from_them(world: World) -> None:
    report = world.file()
    with pytest.raises(actions.CannotHold) as refused:
        world.do("amina", actions.hold, report, REASON, now() + timedelta(days=1))
    assert refused.value.why == "visible"


def test_by_hand_it_is_seen_now_and_stays_seen(world: World) -> None:
    report = world.file(hold=timedelta(days=5))
    world.do("amina", actions.release, report)
    shown = visible_from(world, report)
    assert shown <= now()
    assert world.do("rosa", queries.sheet, report).content
    assert [notice.visible_from for notice in notices(world, "rosa")] == [shown]
    world.do("amina", actions.release, report)
    assert visible_from(world, report) == shown


def test_the_note_a_report_waited_for_opens_it(world: World) -> None:
    world.do("rosa", actions.choose, rules.WITH_NOTE, [])
    report = world.file()
    assert not world.do("rosa", queries.sheet, report).content
    world.do("amina", actions.set_note, report, "All is well.", title="nurse")
    sheet = world.do("rosa", queries.sheet, report)
    assert sheet.content
    assert sheet.notes[None].text == "All is well."


def test_a_note_does_not_end_a_hold(world: World) -> None:
    world.do("rosa", actions.choose, rules.WITH_NOTE, [])
    report = world.file(hold=timedelta(days=2))
    world.do("amina", actions.set_note, report, "All is well.", title="nurse")
    assert not world.do("rosa", queries.sheet, report).content
    with time_machine.travel(now() + timedelta(days=2, seconds=1), tick=False):
        assert world.do("rosa", queries.sheet, report).content


def test_a_note_typed_with_the_report_opens_it_at_once(world: World) -> None:
    world.do("rosa", actions.choose, rules.WITH_NOTE, [])
    assert world.do("rosa", queries.sheet, world.file(note="All is well.")).content


def test_notes_keep_their_earlier_words_and_refuse_a_stale_form(world: World) -> None:
    report = world.file()
    line = world.do("amina", queries.sheet, report).results[0].id
    world.do("amina", actions.set_note, report, "First.", version=0, result_id=line)
    with pytest.raises(Stale):
        world.do("amina", actions.set_note, report, "Second.", version=0, result_id=line)
    world.do("amina", actions.set_note, report, "Second.", version=1, result_id=line)
    sheet = world.do("rosa", queries.sheet, report)
    assert {key: note.text for key, note in sheet.notes.items()} == {line: "Second."}
    note = sheet.notes[line].id

    def bodies(permit: Permit) -> list[str]:
        row = session().get_one(ReportNote, (permit.person_id, note))
        return [version.body["text"] for version in earlier(permit, row)]

    assert world.do("amina", bodies) == ["First."]


def test_asking_to_see_it_sooner_tells_the_nurse_once(world: World) -> None:
    report = world.file(hold=timedelta(days=2))
    for who in ("rosa", "rosa", "leon"):
        world.do(who, actions.ask_sooner, report)
    [told] = notices(world, "amina", notifications.SOONER)
    assert told.about_id == report
    assert world.do("amina", queries.sheet, report).sooner_name == "Rosa"


def test_nothing_is_asked_about_what_can_be_seen(world: World) -> None:
    world.do("rosa", actions.ask_sooner, world.file())
    assert notices(world, "amina", notifications.SOONER) == []


def test_a_choice_counts_for_what_comes_from_now_on(world: World) -> None:
    before = world.file()
    world.do("rosa", actions.choose, rules.TOGETHER, [])
    after = world.file()
    assert world.do("rosa", queries.sheet, before).content
    assert not world.do("rosa", queries.sheet, after).content
    # Taking the choice back does not open what was fixed under it.
    world.do("rosa", actions.choose, rules.TEAM, [], 1)
    assert not world.do("rosa", queries.sheet, after).content
    with pytest.raises(Stale):
        world.do("rosa", actions.choose, rules.AT_ONCE, [], 1)


def test_who_may_do_what(world: World) -> None:
    report = world.file(hold=timedelta(days=2))
    until = now() + timedelta(days=1)
    for who in ("rosa", "leon"):
        for action, *args in (
            (actions.set_note, report, "Mine."),
            (actions.hold, report, "Mine.", until),
            (actions.release, report),
        ):
            with pytest.raises(NotFound):
                world.do(who, action, *args)
    for who in ("leon", "amina"):
        with pytest.raises(NotFound):
            world.do(who, actions.choose, rules.AT_ONCE, [])


def test_each_change_stands_in_the_trail_without_content(world: World) -> None:
    report = world.file(hold=timedelta(days=2))
    world.do("rosa", actions.ask_sooner, report)
    world.do("amina", actions.release, report)
    world.do("rosa", actions.see, report)
    world.do("rosa", actions.see, report)

    def verbs(_: Permit) -> list[str]:
        return list(session().scalars(select(Trail.verb).where(Trail.item_id == report).order_by(Trail.seq)))

    assert world.do("rosa", verbs) == ["added", "asked sooner", "released", "opened"]


def test_two_forms_hold_at_once_leave_one_hold(world: World) -> None:
    report = world.file(kind="tissue")
    for days in (1, 2, 3):
        world.do("amina", actions.hold, report, REASON, now() + timedelta(days=days))

    def open_holds(_: Permit) -> int | None:
        return session().scalar(
            select(func.count())
            .select_from(ReportHold)
            .join(Report, Report.id == ReportHold.report_id)
            .where(Report.id == report, ReportHold.ended_at.is_(None))
        )

    assert world.do("amina", open_holds) == 1
