"""The same reports from several senders at the same moment: none lost, none doubled, on both engines."""

from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Thread
from uuid import UUID

import pytest

from selfcare.database import now
from selfcare.filing import actions as filing
from selfcare.filing import incoming_actions
from selfcare.filing.decision import FILED, REPEATED
from selfcare.filing.received_report import ReceivedReport
from selfcare.results import actions as results
from selfcare.results.models import Report
from tests.filing.clinic import ROSA, Clinic, blood, later
from tests.people.scenes import acting, until_it_waits


@pytest.mark.parametrize("reports", [50])
def test_four_at_once_file_each_report_once(clinic: Clinic, reports: int) -> None:
    """Four senders send the same fifty reports at the same moment, each in an order of its own."""
    sent = [blood(name=f"REP-{n}", conclusion=f"Number {n}") for n in range(reports)]
    sent[7] = blood(ROSA, None, conclusion="Without a name")
    outcomes: dict[int, list[str]] = {}
    faults: list[BaseException] = []
    together = Barrier(4)

    def send(turn: int) -> None:
        mine = sent[turn * 11 :] + sent[: turn * 11]
        if turn % 2:
            mine.reverse()
        try:
            together.wait(timeout=30)
            for start in range(0, len(mine), 10):
                done = clinic.receive(*mine[start : start + 10])
                outcomes.setdefault(turn, []).extend(one.outcome for one in done)
        except BaseException as fault:
            faults.append(fault)

    threads = [Thread(target=send, args=(turn,)) for turn in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    everything = [one for done in outcomes.values() for one in done]
    assert (everything.count(FILED), everything.count(REPEATED)) == (reports, 3 * reports)
    assert len(clinic.reports()) == reports
    assert len(clinic.told()) == reports
    assert len(clinic.receipts()) == reports
    assert {row.report_id for row in clinic.receipts()} == {row.id for row in clinic.reports()}


def test_two_versions_at_once_make_one_chain(clinic: Clinic) -> None:
    """Preliminary and final arrive at the same moment, over and over: always one head, always the final one."""
    for turn in range(6):
        versions = [
            blood(name=f"TWO-{turn}", status="preliminary", issued=later(1)),
            blood(name=f"TWO-{turn}", status="final", issued=later(2), conclusion="Done"),
        ]
        together = Barrier(2)

        def send(report: ReceivedReport, together: Barrier = together) -> None:
            together.wait(timeout=30)
            clinic.one(report)

        threads = [Thread(target=send, args=(report,)) for report in versions]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        rows = [row for row in clinic.all(Report) if row.identifiers[0]["value"] == f"TWO-{turn}"]
        heads = [row for row in rows if row.id not in {other.replaces_id for other in rows}]
        assert (len(rows), [row.status for row in heads]) == (2, ["final"])


def test_two_nurses_file_two_versions_at_once_and_one_stands(clinic: Clinic) -> None:
    """Neither saw what the other was filing, and both replaced the same one: two reports stood side by side."""
    nameless = replace(ROSA, families=())
    for turn in range(6):
        name, faults = f"NURSES-{turn}", []
        first = clinic.one(blood(name=name, status="preliminary", issued=later(1)))
        series_id = next(one.series_id for one in clinic.receipts() if one.report_id == first.report_id)
        waiting = [
            clinic.one(blood(nameless, name, status=status, issued=later(hours))).incoming_id
            for status, hours in (("final", 2), ("corrected", 3))
        ]
        together = Barrier(2)

        def file(
            account_id: UUID,
            incoming_id: UUID,
            together: Barrier = together,
            series_id: UUID = series_id,
            faults: list[BaseException] = faults,
        ) -> None:
            account = clinic.as_(account_id)
            together.wait(timeout=30)
            try:
                clinic.do(incoming_actions.file_to, account, incoming_id, clinic.rosa, "Seen", series_id)
            except BaseException as fault:
                faults.append(fault)

        nurses = zip((clinic.amina, clinic.priya), waiting, strict=True)
        threads = [Thread(target=file, args=one) for one in nurses]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert faults == []
        rows = [row for row in clinic.all(Report) if row.identifiers[0]["value"] == name]
        heads = [row for row in rows if row.id not in {other.replaces_id for other in rows}]
        assert (len(rows), [row.status for row in heads]) == (3, ["corrected"])


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_a_long_message_lets_others_write_between_its_reports(clinic: Clinic) -> None:
    """800 reports were one transaction of 19.6 seconds, and a tap on a phone waited for all of them."""
    sent = [blood(name=f"LONG-{n}") for n in range(60)]
    message = Thread(target=clinic.receive, args=sent)
    message.start()
    while not clinic.receipts():
        assert message.is_alive()
    clinic.one(blood(name="SHORT"))
    filed = len(clinic.reports())
    message.join()
    assert 1 < filed < len(sent)
    assert len(clinic.reports()) == len(sent) + 1


@pytest.mark.parametrize("engine_kind", ["postgresql"], indirect=True)
def test_a_version_that_comes_while_a_correction_is_held_anew_is_held_as_long(clinic: Clinic) -> None:
    """Alone catches: the hold on a typed correction, read before another was put, that goes on with the next."""
    until = now() + timedelta(days=9)
    first = clinic.one(blood(status="preliminary")).report_id
    with acting(clinic.app, clinic.amina, clinic.rosa) as permit:
        hold = filing.TypedHold("Wait.", now() + timedelta(days=3))
        typed = filing.file_typed(
            permit,
            asked_for="Full blood count",
            laboratory="Riverside",
            results=(),
            hold=hold,
            replaces_id=first,
        )
    second = Thread(target=lambda: clinic.one(blood(status="final", issued=later(2))))
    with acting(clinic.app, clinic.amina, clinic.rosa) as permit:
        results.hold(permit, typed, "Wait longer.", until)
        second.start()
        until_it_waits(second)
    second.join()
    [newest] = [row for row in clinic.reports() if row.replaces_id == typed]
    assert newest.visible_from == until
