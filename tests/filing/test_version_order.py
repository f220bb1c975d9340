"""The life of a report: every order in which its versions can come, and what the person sees and is told of it."""

from dataclasses import replace
from datetime import timedelta
from itertools import permutations
from uuid import UUID

import pytest

from selfcare.database import now, session
from selfcare.filing import actions, match
from selfcare.filing.decision import FILED, REPEATED, WAITS
from selfcare.filing.received_report import ReceivedReport, Whose
from selfcare.people.models import Person
from selfcare.results import actions as results
from selfcare.results import queries
from selfcare.results import release as rules
from selfcare.results.models import Report, ReportHold
from selfcare.web.access import Permit
from tests import factories
from tests.filing.clinic import BEN, ROSA, Clinic, blood, later

PRELIMINARY = blood(status="preliminary", issued=later(1), conclusion="Not yet all")
FINAL = blood(status="final", issued=later(2), conclusion="All of it")
CORRECTED = blood(status="corrected", issued=later(3), conclusion="Put right")
ERROR = blood(status="entered-in-error", issued=later(4), conclusion="Another’s sample")
CANCELLED = blood(status="cancelled", issued=later(3), conclusion="Sample lost")


def as_rosa(clinic: Clinic) -> Permit:
    account = session().get_one(factories.Account, clinic.rosas_account)
    return factories.permit(account, session().get_one(Person, clinic.rosa))


def as_amina(clinic: Clinic) -> Permit:
    account = session().get_one(factories.Account, clinic.amina)
    return factories.permit(account, session().get_one(Person, clinic.rosa))


def seen_by_rosa(clinic: Clinic) -> list[tuple[str, UUID]]:
    """What stands in Rosa's list of results: (status, id), without what was taken back."""
    found = clinic.do(lambda: queries.reports(as_rosa(clinic), 20))
    return [(one.status, one.id) for one in found if one.void_at is None]


def chain_of(clinic: Clinic) -> list[str]:
    """The statuses from the head down along what each replaces."""
    rows = {row.id: row for row in clinic.reports()}
    (head,) = [row for row in rows.values() if row.id not in {one.replaces_id for one in rows.values()}]
    found = []
    row: Report | None = head
    while row is not None:
        found.append(row.status)
        row = rows[row.replaces_id] if row.replaces_id else None
    return found


def test_a_report_grows_and_each_version_replaces_the_one_before(clinic: Clinic) -> None:
    first, second, third = (clinic.one(one).report_id for one in (PRELIMINARY, FINAL, CORRECTED))
    assert chain_of(clinic) == ["corrected", "final", "preliminary"]
    assert seen_by_rosa(clinic) == [("corrected", third)]
    assert clinic.report(third).replaces_id == second
    assert clinic.report(second).replaces_id == first
    # She could see each before the next came: she is told anew each time, and old notices are gone.
    assert clinic.told() == [("corrected", third)]
    assert clinic.report(first).conclusion == "Not yet all"  # kept as it was


def test_what_becomes_final_is_a_new_result_and_a_test_begun_is_none(clinic: Clinic) -> None:
    """Alone catches: somebody told of a new result where a test was only begun, or that a result was corrected where
    what was not final came whole."""
    clinic.one(blood(status="registered", results=(), conclusion="", issued=later(0)))
    assert clinic.told() == []
    for one in (PRELIMINARY, FINAL):
        came = clinic.one(one).report_id
        assert clinic.told() == [("result", came)]


def test_what_puts_right_a_test_that_was_only_begun_is_a_new_result(clinic: Clinic) -> None:
    """Alone catches: *a result of yours was corrected* to somebody who was never told of any; a second message that a
    test was begun, told as a result; and (the control) a correction of what did say something, told as a new one."""
    begun = blood(status="registered", results=(), conclusion="", issued=later(0))
    clinic.one(begun)
    clinic.one(replace(begun, issued=later(0.5)))
    assert clinic.told() == []
    first = clinic.one(CORRECTED).report_id
    assert clinic.told() == [("result", first)]
    (listed,) = clinic.do(lambda: queries.reports(as_rosa(clinic), 20))
    assert not listed.is_corrected
    second = clinic.one(blood(status="amended", issued=later(4))).report_id
    assert clinic.told() == [("corrected", second)]
    (listed,) = clinic.do(lambda: queries.reports(as_rosa(clinic), 20))
    assert listed.is_corrected


@pytest.mark.parametrize("order", list(permutations((PRELIMINARY, FINAL, CORRECTED))))
def test_the_order_in_which_versions_come_does_not_matter(
    clinic: Clinic, order: tuple[ReceivedReport, ...]
) -> None:
    for one in order:
        assert clinic.one(one).outcome == FILED
    assert chain_of(clinic) == ["corrected", "final", "preliminary"]
    assert [status for status, _ in seen_by_rosa(clinic)] == ["corrected"]
    for one in order:
        assert clinic.one(one).outcome == REPEATED
    assert len(clinic.reports()) == 3


@pytest.mark.parametrize("order", list(permutations((PRELIMINARY, FINAL, ERROR))))
def test_what_was_entered_in_error_is_gone_whichever_way_round_it_came(
    clinic: Clinic, order: tuple[ReceivedReport, ...]
) -> None:
    for one in order:
        assert clinic.one(one).outcome == FILED
    assert seen_by_rosa(clinic) == []
    assert all(row.void_at is not None for row in clinic.reports())


def test_an_error_is_told_when_she_could_see_the_report(clinic: Clinic) -> None:
    clinic.one(PRELIMINARY)
    final = clinic.one(FINAL).report_id
    clinic.one(ERROR)
    assert clinic.told() == [("corrected", final)]
    row = clinic.report(final)
    assert (row.void_name, row.void_by) == ("Riverside Pathology", None)
    # She finds that it was taken back, and one notice of it, not three.
    found = clinic.do(lambda: queries.reports(as_rosa(clinic), 20))
    assert final in [one.id for one in found]
    assert clinic.do(lambda: queries.sheet(as_rosa(clinic), final)).content is False


def test_an_error_in_what_she_never_saw_is_told_to_nobody(clinic: Clinic) -> None:
    tissue = {"title": "Histology"}
    clinic.one(replace(FINAL, **tissue))
    clinic.one(replace(ERROR, **tissue))
    assert clinic.told() == []
    assert clinic.do(lambda: queries.reports(as_rosa(clinic), 20)) == []


def test_what_the_laboratory_sends_anew_after_an_error_counts(clinic: Clinic) -> None:
    for one in (FINAL, ERROR):
        clinic.one(one)
    anew = clinic.one(blood(status="final", issued=later(9), conclusion="The right sample")).report_id
    assert seen_by_rosa(clinic) == [("final", anew)]
    # The same three, the error last: what is newer than the error stays.
    for one in (
        blood(name="2", status="final", issued=later(9)),
        blood(name="2", status="final", issued=later(2), conclusion="Old"),
        blood(name="2", status="entered-in-error", issued=later(4)),
    ):
        clinic.one(one)
    assert len(seen_by_rosa(clinic)) == 2


def test_a_cancelled_report_replaces_and_says_so(clinic: Clinic) -> None:
    clinic.one(FINAL)
    cancelled = clinic.one(CANCELLED).report_id
    assert seen_by_rosa(clinic) == [("cancelled", cancelled)]
    assert clinic.told() == [("corrected", cancelled)]


def test_the_persons_notice_is_of_a_result_while_she_saw_nothing_yet(clinic: Clinic) -> None:
    tissue = {"title": "Histology"}
    clinic.one(replace(PRELIMINARY, **tissue))
    final = clinic.one(replace(FINAL, **tissue)).report_id
    assert clinic.told() == [("result", final)]


def test_a_correction_of_what_she_can_see_is_seen_at_once(clinic: Clinic) -> None:
    """She chose to hear with a note only after she had seen the first: a wrong number is not left standing."""
    clinic.one(FINAL)
    clinic.do(lambda: results.choose(as_rosa(clinic), rules.WITH_NOTE, []))
    row = clinic.report(clinic.one(CORRECTED).report_id)
    assert row.visible_from == row.filed_at


def test_a_correction_of_what_still_waits_waits_no_longer_than_the_first(clinic: Clinic) -> None:
    clinic.do(lambda: results.choose(as_rosa(clinic), rules.WITH_NOTE, []))
    first = clinic.report(clinic.one(PRELIMINARY).report_id)
    second = clinic.report(clinic.one(FINAL).report_id)
    assert second.latest_at == first.latest_at
    assert second.visible_from == first.latest_at


def test_one_that_comes_late_is_seen_no_sooner_than_what_stands_above_it(clinic: Clinic) -> None:
    clinic.do(lambda: results.choose(as_rosa(clinic), rules.WITH_NOTE, []))
    final = clinic.report(clinic.one(FINAL).report_id)
    clinic.do(lambda: results.choose(as_rosa(clinic), rules.AT_ONCE, []))
    late = clinic.report(clinic.one(PRELIMINARY).report_id)
    assert late.visible_from >= final.visible_from
    assert late.visible_from <= late.latest_at
    assert clinic.told() == [("result", final.id)]


def test_a_hold_goes_on_with_the_newest_version_alone(clinic: Clinic) -> None:
    clinic.do(lambda: results.choose(as_rosa(clinic), rules.WITH_NOTE, []))
    first = clinic.one(PRELIMINARY).report_id
    clinic.do(lambda: results.hold(as_amina(clinic), first, "To explain it.", now() + timedelta(days=2)))
    final = clinic.one(FINAL).report_id
    assert [row.report_id for row in clinic.all(ReportHold, ended_at=None)] == [final]


def test_the_laboratorys_new_version_replaces_a_correction_that_was_typed(clinic: Clinic) -> None:
    first = clinic.one(PRELIMINARY).report_id
    typed = clinic.do(
        lambda: actions.file_typed(
            as_amina(clinic),
            asked_for="Full blood count",
            laboratory="Riverside Pathology",
            results=[actions.TypedResult("Haemoglobin", "119")],
            replaces_id=first,
        )
    )
    final = clinic.one(FINAL).report_id
    assert clinic.report(final).replaces_id == typed
    assert seen_by_rosa(clinic) == [("final", final)]
    clinic.one(ERROR)
    assert seen_by_rosa(clinic) == []  # the typed one does not come up again from below


def test_without_a_time_the_life_of_a_report_decides(clinic: Clinic) -> None:
    for status in ("final", "preliminary"):
        clinic.one(blood(status=status, issued=None))
    assert chain_of(clinic) == ["final", "preliminary"]
    clinic.one(blood(status="final", issued=None, conclusion="Once more"))
    assert clinic.report(seen_by_rosa(clinic)[0][1]).conclusion == "Once more"


def test_a_performer_in_another_form_is_the_same_report(clinic: Clinic) -> None:
    clinic.one(FINAL)
    done = clinic.one(replace(CORRECTED, issuer="ods|OTHER", laboratory="Riverside Path. Lab"))
    assert seen_by_rosa(clinic) == [("corrected", done.report_id)]


def test_a_version_for_somebody_else_waits(clinic: Clinic) -> None:
    """The laboratory corrected whose it is: a human looks at both."""
    clinic.one(FINAL)
    done = clinic.one(replace(CORRECTED, whose=BEN))
    assert (done.outcome, done.reasons) == (WAITS, (match.MOVED,))


def test_a_version_after_a_professional_took_it_back_waits(clinic: Clinic) -> None:
    first = clinic.one(FINAL).report_id
    clinic.do(lambda: actions.mark_in_error(as_amina(clinic), first, "It is not Rosa’s."))
    done = clinic.one(CORRECTED)
    assert (done.outcome, done.reasons) == (WAITS, (match.TAKEN_BACK,))
    assert seen_by_rosa(clinic) == []


def test_a_first_version_that_waited_does_not_keep_the_next_from_being_filed(clinic: Clinic) -> None:
    assert (
        clinic.one(replace(PRELIMINARY, whose=Whose(ROSA.nhs_numbers, families=ROSA.families))).outcome
        == WAITS
    )
    assert clinic.one(FINAL).outcome == FILED
