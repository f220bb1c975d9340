"""Putting a report on file: what is kept, what is fixed, who is told."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select
from werkzeug.exceptions import NotFound

from selfcare import database
from selfcare.appointments import actions as appointments
from selfcare.database import now, session
from selfcare.filing import actions
from selfcare.filing.actions import AlreadyReplaced, TypedHold, TypedResult
from selfcare.filing.file_report import compared
from selfcare.notifications import actions as notifications
from selfcare.notifications.models import Notice
from selfcare.people import actions as people
from selfcare.results import actions as results
from selfcare.results import queries
from selfcare.results import release as rules
from selfcare.results.models import Report, Result
from selfcare.web.access import Permit, Role
from tests import factories
from tests.results.world import REASON, World, ago, utc


def row(world: World, report: UUID) -> Report:
    return world.do("amina", lambda permit: session().get_one(Report, (permit.person_id, report)))  # type: ignore[no-any-return]


def notices(world: World, about: UUID | None = None) -> list[Notice]:
    def ask(permit: Permit) -> list[Notice]:
        mine = select(Notice).where(Notice.account_id == permit.account_id).order_by(Notice.made_at)
        return list(session().scalars(mine.where(Notice.about_id == about) if about else mine))

    found: list[Notice] = world.do("rosa", ask)
    return found


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("118", ("", Decimal("118"))),
        ("< 0.5", ("<", Decimal("0.5"))),
        (">=90", (">=", Decimal("90"))),
        ("≤5,5", ("≤", Decimal("5.5"))),
        ("۴٫۵", ("", Decimal("4.5"))),
        ("-2.25", ("", Decimal("-2.25"))),
        ("Positive", ("", None)),
        ("1 in 40", ("", None)),
        ("<", ("", None)),
        ("", ("", None)),
        ("9" * 40, ("", None)),
        ("<\n118\n", ("<", Decimal("118"))),
    ],
)
def test_a_number_stands_beside_the_words_only_where_it_is_one(value: str, expected: object) -> None:
    assert compared(value) == expected


def test_words_are_kept_as_typed(world: World) -> None:
    typed = TypedResult("Potassium‮ 💉", "< ۴٫۵", "mmol/L", "3.5 – 5.1", "منخفض", "Haemolysed;\nplease repeat")
    report = world.file(results=[typed, TypedResult("Culture", "No growth")])
    first, second = world.do("rosa", queries.sheet, report).results
    assert (first.name, first.value, first.unit) == (typed.name, typed.value, typed.unit)
    assert (first.range_text, first.flag, first.note) == (typed.range_text, typed.flag, typed.note)
    assert second.value == "No growth"

    def kept(_: Permit) -> list[tuple[str, str, Decimal | None]]:
        found = session().scalars(select(Result).where(Result.report_id == report).order_by(Result.place))
        return [(one.value_kind, one.comparator, one.number) for one in found]

    assert world.do("rosa", kept) == [("number", "<", Decimal("4.5")), ("text", "", None)]


def test_the_person_is_told_and_nobody_else(world: World) -> None:
    report = world.file()
    [notice] = notices(world)
    assert (notice.kind, notice.about_id) == (notifications.RESULT, report)
    assert notice.visible_from == row(world, report).visible_from
    everyone = world.do("rosa", lambda _: session().scalar(select(func.count()).select_from(Notice)))
    assert everyone == 1


def test_release_is_fixed_when_filed(world: World) -> None:
    visit = ago(days=-3)
    world.do("rosa", appointments.add_visit, when=visit, how="phone", with_whom="Amina", purpose="Review")
    found = row(world, world.file(kind="genetics"))
    assert (found.release_at, found.waits_for) == (visit.utc, rules.TALK)
    assert found.latest_at == found.filed_at + timedelta(days=14)
    assert row(world, world.file()).visible_from <= now()


@pytest.mark.parametrize(
    ("with_whom", "counts"),
    [
        ("Dr Tooth, dentist", False),
        ("the eye clinic", False),
        ("nurse Amina", True),
        ("Riverside team", True),
        ("Riverside dental team", False),
        ("Dr Sarah Smith, dentist", False),
        ("John Baker, optician", False),
        ("Mr Smith", True),
        ("John Smith, by phone", True),
        ("Heart scan", False),
        ("Heart team", True),
        ("the nurse", False),
        ("the team", False),
    ],
)
def test_what_is_talked_over_waits_for_a_visit_with_the_team(
    world: World, with_whom: str, counts: bool
) -> None:
    """Alone catches: a biopsy that opens at the dentist's, because that visit comes next, or because a dentist is
    called Smith as one of the team is.
    """
    with world.app.app_context(), database.command():
        for team in (world.home.team, people.make_team("Heart team")):
            people.relate(world.home.person.id, kind=Role.PROFESSIONAL, team_id=team.id)
            factories.nurse("John Smith", team)
    first, second = ago(days=-3), ago(days=-5)
    world.do("rosa", appointments.add_visit, when=first, how="place", with_whom=with_whom)
    world.do("rosa", appointments.add_visit, when=second, how="phone", with_whom="Amina")
    found = row(world, world.file(kind="tissue"))
    assert found.release_at == (first if counts else second).utc


def test_what_waits_is_told_when_it_opens(world: World) -> None:
    report = world.file(hold=timedelta(days=3))
    [notice] = notices(world)
    assert notice.visible_from == row(world, report).visible_from > now() + timedelta(days=2)


def test_a_hold_past_the_latest_date_files_nothing(world: World) -> None:
    with pytest.raises(results.CannotHold):
        world.file(hold=timedelta(days=15))
    assert world.do("rosa", queries.reports, 10) == []
    assert notices(world) == []


def test_only_the_demo_names_the_day_of_filing(world: World) -> None:
    with pytest.raises(ValueError, match="demo"):
        world.do("amina", file_plain, filed_at=utc(2026, 1, 1))
    report = world.file(filed_at=utc(2026, 1, 1, 9))
    found = row(world, report)
    assert found.filed_at == found.entered_at == found.visible_from == utc(2026, 1, 1, 9)


def file_plain(permit: Permit, **values: Any) -> UUID:
    rows = [TypedResult("ALT", "40", "U/L")]
    return actions.file_typed(permit, asked_for="Liver tests", laboratory="Lab", results=rows, **values)


@pytest.mark.parametrize("who", ["rosa", "leon"])
def test_only_professionals_file(world: World, who: str) -> None:
    report = world.file()
    with pytest.raises(NotFound):
        world.do(who, file_plain)
    with pytest.raises(NotFound):
        world.do(who, actions.mark_in_error, report, "Mine.")


def test_a_correction_replaces_and_tells_again(world: World) -> None:
    first = world.file()
    world.do("rosa", results.see, first)
    second = world.file(replaces_id=first, status="corrected")
    [brief] = world.do("rosa", queries.reports, 10)
    assert (brief.id, brief.replaces_id, brief.seen_at) == (second, first, None)
    assert world.do("rosa", queries.sheet, first).replaced_by == second
    assert [(notice.kind, notice.about_id) for notice in notices(world)] == [
        (notifications.CORRECTED, second)
    ]
    assert [one.id for one in world.do("rosa", queries.unopened)] == [second]


def test_a_correction_of_what_can_be_seen_is_seen_at_once(world: World) -> None:
    first = world.file(kind="tissue", filed_at=now() - timedelta(days=20))
    assert world.do("rosa", queries.sheet, first).content
    assert world.do("rosa", queries.sheet, world.file(kind="tissue", replaces_id=first)).content


def test_a_correction_of_what_still_waits_does_not_wait_longer(world: World) -> None:
    first = world.file(kind="tissue", filed_at=now() - timedelta(days=10))
    second = row(world, world.file(kind="tissue", replaces_id=first))
    assert second.latest_at == row(world, first).latest_at
    [notice] = notices(world)
    assert (notice.kind, notice.about_id, notice.visible_from) == (
        notifications.RESULT,
        second.id,
        second.latest_at,
    )


def test_a_report_is_corrected_once(world: World) -> None:
    first = world.file()
    second = world.file(replaces_id=first)
    with pytest.raises(AlreadyReplaced) as refused:
        world.file(replaces_id=first)
    assert (refused.value.report_id, refused.value.name) == (second, "Amina")
    third = world.file(replaces_id=second)
    assert [one.id for one in world.do("rosa", queries.reports, 10)] == [third]


def test_a_correction_entered_in_error_gives_the_first_its_place_back(world: World) -> None:
    first = world.file()
    second = world.file(replaces_id=first)
    world.do("amina", actions.mark_in_error, second, "Another person’s.")
    assert {one.id for one in world.do("rosa", queries.reports, 10)} == {first, second}
    assert world.do("rosa", queries.sheet, first).replaced_by is None
    third = world.file(replaces_id=first)
    assert {one.id for one in world.do("rosa", queries.reports, 10)} == {second, third}


def test_entered_in_error_tells_who_could_see_it(world: World) -> None:
    seen, held = world.file(), world.file(hold=timedelta(days=1))
    for report in (seen, held):
        world.do("amina", actions.mark_in_error, report, "Another person’s.")
    assert [(one.kind, one.about_id) for one in notices(world)] == [(notifications.CORRECTED, seen)]
    with pytest.raises(NotFound):
        world.do("amina", actions.mark_in_error, seen, "Twice.")


def test_unknown_reports_cannot_be_replaced(world: World) -> None:
    with pytest.raises(NotFound):
        world.file(replaces_id=uuid4())


def test_another_person_s_report_cannot_be_replaced(world: World) -> None:
    from tests import factories

    report = world.file()
    with world.app.app_context(), database.command():
        other = factories.person(world.home.amina, world.home.team, "Zoe")
        permit = factories.permit(world.home.amina, other)
        with pytest.raises(NotFound):
            file_plain(permit, replaces_id=report)


def test_a_hold_typed_with_the_report_is_shown_with_its_reason(world: World) -> None:
    report = world.file(hold=TypedHold(REASON, now() + timedelta(days=2)))
    hold = world.do("rosa", queries.sheet, report).hold
    assert (hold.reason, hold.name, hold.title) == (REASON, "Amina", "specialist nurse")
