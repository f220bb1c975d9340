"""The same reports from several senders at the same moment: none lost, none doubled, on both engines."""

from threading import Barrier, Thread

import pytest

from selfcare.filing.receive import FILED, REPEATED
from selfcare.filing.received import ReceivedReport
from selfcare.results.models import Report
from tests.filing.clinic import ROSA, Clinic, blood, later


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
        rows = clinic.all(Report, report_key=versions[0].report_key)
        heads = [row for row in rows if row.id not in {other.replaces_id for other in rows}]
        assert (len(rows), [row.status for row in heads]) == (2, ["final"])
