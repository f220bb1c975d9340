"""The table of what is proved (docs/decisions/0052): each row with the tests that ask it and its controls.

A control is a test that passes where the proof fails on something that is broken. `make proof` prints the table, and
is red where a row, or the control of a row, was not asked.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Row:
    """`asked` and `controls` are the beginnings of node ids."""

    name: str
    goal: str
    asked: tuple[str, ...]
    controls: tuple[str, ...]


_SERVER = "tests/proof_server/"
ROWS = (
    Row(
        "power loss", "0 acknowledged writes lost at 200 points",
        (f"{_SERVER}test_power_loss.py::test_what_was", f"{_SERVER}test_killed.py::test_killed_the_databases"),
        (f"{_SERVER}test_power_loss.py::test_without",),
    ),
    Row(
        "kill -9", "0 lost, 0 half-saved, 0 lost updates, back in 3 s",
        (
            f"{_SERVER}test_killed.py::test_killed_again", "tests/house/test_trust_writes.py::test_edits",
            "tests/start/test_comes_back.py", "tests/outbox/test_killed.py",
        ),
        (f"{_SERVER}test_killed.py::test_what_is_wrong",),
    ),
    Row(
        "offline", "0 lost, 0 twice, order and time kept",
        ("tests/proof_offline/test_nothing_is_lost.py::test_every",),
        ("tests/proof_offline/test_nothing_is_lost.py::test_without",),
    ),
    Row(
        "access table", "100 %, an unlisted route is red",
        ("tests/house/test_access_table.py::test_everyone",),
        ("tests/house/test_access_table.py::test_the_table_would",),
    ),
    Row(
        "canaries", "0 in anything of anybody else",
        ("tests/house/test_only_me.py::test_nobody", "tests/house/test_stays_hidden.py"),
        ("tests/house/test_only_me.py::test_the_owner",),
    ),
    Row(
        "naughty strings", "0 × 5xx, stored = sent or a clear 4xx",
        (f"{_SERVER}test_naughty.py::test_each", "tests/house/test_odd_input.py::test_no_form"),
        (f"{_SERVER}test_naughty.py::test_words", "tests/house/test_odd_input.py::test_a_fault"),
    ),
    Row(
        "malformed FHIR", "0 × 5xx, 0 partial",
        ("tests/fhir/test_mutations.py", "tests/fhir/test_mutations_posted.py"),
        (f"{_SERVER}test_partial.py",),
    ),
    Row(
        "disk full, SQL faults", "honest error, 0 acknowledged lost, 0 of the record in a log",
        (f"{_SERVER}test_faults.py::test_a_statement", f"{_SERVER}test_full_disk.py::test_the_"),
        (f"{_SERVER}test_faults.py::test_a_fault_that", f"{_SERVER}test_full_disk.py::test_a_commit"),
    ),
    Row(
        "clocks", "0 entries on a wrong day",
        (f"{_SERVER}test_clocks.py::test_every", "tests/phone/test_autumn_night.py"),
        (f"{_SERVER}test_clocks.py::test_a_phones",),
    ),
    Row(
        "revoked right", "0 of 1,000 later requests succeed",
        (f"{_SERVER}test_revoked.py::test_of_a", "tests/notifications/test_may_send.py::test_what_was_queued"),
        (f"{_SERVER}test_revoked.py::test_a_right",),
    ),
    Row(
        "wrong passwords", "10,000 from elsewhere, the right person still signs in",
        (f"{_SERVER}test_strangers.py::test_the_right",),
        (f"{_SERVER}test_strangers.py::test_without",),
    ),
    Row(
        "several nodes", "0 acknowledged lost, 0 notices twice, *later* once for one thing at most",
        ("tests/proof_nodes/test_nodes.py::test_two_nodes",),
        ("tests/proof_nodes/test_nodes.py::test_a_node",),
    ),
    Row(
        "backup and restore", "0 acknowledged missing, 100,000 entries within 60 s",
        ("tests/upkeep/test_under_load.py::test_a_hundred", "tests/upkeep/test_under_load.py::test_what_was"),
        ("tests/upkeep/test_under_load.py::test_the_file",),
    ),
    Row(
        "export, erase, raw bytes", "0 canaries of the person left",
        ("tests/leaving/test_away_and_gone.py::test_all", "tests/leaving/test_whatever_was_typed.py::test_whatever"),
        ("tests/leaving/test_away_and_gone.py::test_rows",),
    ),
)  # fmt: skip

Record = Callable[[str, object], None]


def figure(record_property: Record, row: str, *said: str) -> None:
    """Notes what a proof has counted, for its row of the table."""
    assert row in {each.name for each in ROWS}, row
    record_property("figure", (row, ", ".join(said)))


def table(reports: Iterable[Any]) -> tuple[list[str], list[str]]:
    """The lines of the table, and what was not asked, of the reports of a whole run."""
    reports = [report for report in reports if report.when == "call"]
    lines, missing = [], []
    for row in ROWS:
        counts = []
        for what, names in (("", row.asked), ("controls ", row.controls)):
            passed = dict.fromkeys(names, 0)
            failed = 0
            for report in reports:
                for name in names:
                    if report.nodeid.startswith(name):
                        passed[name] += report.outcome == "passed"
                        failed += report.outcome == "failed"
            missing += [f"{row.name}: {name}" for name, times in passed.items() if not times and not failed]
            counts.append(f"{what}{sum(passed.values())} passed" + (f", {failed} FAILED" if failed else ""))
        lines.append(f"{row.name:26}{row.goal}  ({'; '.join(counts)})")
        lines += [f"{'':26}· {said}" for said in sorted(set(_said(reports, row.name)))]
    return lines, missing


def _said(reports: Iterable[Any], row: str) -> Iterable[str]:
    for report in reports:
        for name, value in report.user_properties:
            if name == "figure" and value[0] == row:
                yield value[1]
