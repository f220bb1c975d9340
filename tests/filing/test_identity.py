"""Which report a received one is: every way in which two can be alike, in one table.

`identity_table.txt` is committed and was read line by line; the test only reads it. A label that is new is red.
"""

from dataclasses import replace
from datetime import date
from itertools import permutations
from pathlib import Path
from uuid import UUID

import pytest

from selfcare.filing import identity, match
from selfcare.filing.identity import ANOTHER, VERSION, WAITS, WITHDRAWAL, Facts, Series
from selfcare.filing.received_report import Coding, Identifier, ReceivedResult, ReceivedTime
from tests.filing.reports import (
    ANOTHER_MESSAGE,
    CODES,
    KNOWN,
    MESSAGES,
    NAMES,
    RESULTS,
    SENDERS,
    SENT,
    SERIES,
    STATUSES,
    TAKEN,
    Labels,
    every,
    known_facts,
)

TABLE = Path(__file__).with_name("identity_table.txt")


def expected() -> dict[Labels, str]:
    """The committed table: a block for sender, name and message, a line for the rest, a column for a status."""
    cells: dict[Labels, str] = {}
    block: tuple[str, ...] = ()
    for line in TABLE.read_text().splitlines():
        if line.startswith("## "):
            block = tuple(part.split(": ")[1] for part in line.removeprefix("## ").split("; "))
        elif line and not line.startswith("#"):
            code, results, taken, *found = [part.strip() for part in line.split("|")]
            for status, cell in zip(STATUSES, found, strict=True):
                cells[*block, code, results, taken, status] = cell  # type: ignore[index]
    return cells


def written() -> str:
    """The table as the code answers today, to draft it from."""
    cells = {labels: _cell(new, series) for labels, new, series in every()}
    lines: list[str] = []
    block: tuple[str, ...] = ()
    for sender, names, message, code, results, taken, status in cells:
        if status != STATUSES[0]:
            continue
        if (sender, names, message) != block:
            block = (sender, names, message)
            lines += ["", f"## sender: {sender}; in common: {names}; message: {message}"]
        row = [cells[sender, names, message, code, results, taken, one] for one in STATUSES]
        lines.append(f"{code:<8}| {results:<9}| {taken:<9}| " + " | ".join(row))
    return "\n".join(lines) + "\n"


def _cell(new: Facts, series: Series) -> str:
    found = identity.identify(new, [series])
    assert (found.series == SERIES) == (found.what in (VERSION, WITHDRAWAL))
    assert bool(found.reasons) == (found.what == WAITS)
    return " ".join((found.what, *found.reasons))


def test_every_cell_is_as_the_table_says() -> None:
    table = expected()
    found = {labels: _cell(new, series) for labels, new, series in every()}
    assert set(found) == set(table)
    wrong = [
        f"{labels}: the table says {table[labels]!r}, it is {found[labels]!r}"
        for labels in found
        if found[labels] != table[labels]
    ]
    assert not wrong, "\n".join(wrong)


def test_the_table_has_every_label() -> None:
    senders_and_messages = len(SENDERS) * len(MESSAGES) - 1  # a message has one sender
    assert len(expected()) == senders_and_messages * len(NAMES) * len(CODES) * len(RESULTS) * len(
        TAKEN
    ) * len(STATUSES)


def test_the_table_replaces_only_what_agrees_in_all() -> None:
    """What the table itself says, read by its labels alone: the other way to work out what may ever be replaced."""
    unique = {"an identifier with its system", "one of several identifiers"}
    shared = unique | {"a value without a system", "an address, no identifier", "an id alone, no identifier"}
    for (sender, names, message, code, results, taken, status), cell in expected().items():
        takes = cell in (VERSION, WITHDRAWAL)
        same_report = (
            sender == "same"
            and message == "another"
            and names in shared
            and code == "agrees"
            and results != "none"
        )
        declared = status in ("corrected", "cancelled", "entered-in-error") and not names.startswith(
            "an id alone"
        )
        assert takes == (same_report and (taken != "another" or declared)), (
            names,
            message,
            code,
            results,
            taken,
            status,
        )
        if takes:
            assert (cell == WITHDRAWAL) == (status == "entered-in-error")
        if sender == "another" and names not in unique:
            assert cell == ANOTHER
        if (
            status == "entered-in-error"
            and names in (unique if sender == "another" else shared)
            and not takes
        ):
            assert cell.startswith(WAITS)  # a withdrawal is never passed over without a word


def one(**changes: object) -> Facts:
    """A later message of the same laboratory about KNOWN, changed."""
    return identity.facts(replace(KNOWN, **changes), "sender:a", ANOTHER_MESSAGE)  # type: ignore[arg-type]


def series(number: int, *versions: Facts, **more: bool) -> Series:
    return Series(UUID(int=number), versions or (known_facts(KNOWN),), **more)


def test_a_version_elsewhere_or_taken_back_by_hand_waits() -> None:
    assert identity.identify(one(), [series(1, elsewhere=True)]).reasons == (match.MOVED,)
    assert identity.identify(one(), [series(1, taken_back=True)]).reasons == (match.TAKEN_BACK,)
    again = replace(KNOWN, identifiers=(), local_id="DiagnosticReport/a")
    elsewhere = series(1, known_facts(again), elsewhere=True)
    assert identity.identify(one(identifiers=(), local_id="DiagnosticReport/a"), [elsewhere]).what == ANOTHER


def test_of_two_reports_with_one_number_the_like_one_is_replaced() -> None:
    """A full blood count and kidney tests of one accession number; the correction of one finds its own."""
    other = known_facts(
        replace(
            KNOWN,
            title="Full blood count",
            codes=(),
            results=(ReceivedResult("Haemoglobin", "number", "118"),),
        )
    )
    for order in permutations([series(1, other), series(2)]):
        assert identity.identify(one(status="corrected"), order).series == UUID(int=2)


def test_of_two_alike_the_sample_decides_and_where_it_does_not_a_human() -> None:
    """A tolerance test: two glucoses under one number, an hour apart."""
    later = ReceivedTime(KNOWN.taken.instant.replace(hour=9))  # type: ignore[union-attr]
    both = [series(1), series(2, known_facts(replace(KNOWN, taken=later)))]
    assert identity.identify(one(status="corrected", taken=later), both).series == UUID(int=2)
    assert identity.identify(one(status="corrected", taken=None), both).reasons == (match.SEVERAL_REPORTS,)


def test_siblings_of_one_message_never_both_replace_one_report() -> None:
    mine, theirs = one(status="corrected"), one(status="corrected", conclusion="Another")
    assert identity.identify(mine, [series(1)], [theirs]).reasons == (match.SEVERAL_REPORTS,)
    nearer = one(status="corrected", identifiers=KNOWN.identifiers)
    farther = one(status="corrected", identifiers=KNOWN.identifiers[:1])
    assert identity.identify(nearer, [series(1)], [farther]).what == VERSION
    assert identity.identify(farther, [series(1)], [nearer]).what == ANOTHER


def test_a_message_that_takes_back_and_sends_anew_leaves_the_new_one_standing() -> None:
    stub, anew = one(status="entered-in-error", results=()), one(status="final")
    assert identity.identify(stub, [series(1)], [anew]).what == WITHDRAWAL
    assert identity.identify(anew, [series(1)], [stub]).what == ANOTHER


def test_a_withdrawal_of_what_its_own_message_brings_waits() -> None:
    stub, anew = one(status="entered-in-error", results=()), one(status="final")
    assert identity.identify(stub, [], [anew]).reasons == (match.SHARED_NUMBER,)
    assert identity.identify(anew, [], [stub]).what == ANOTHER


@pytest.mark.parametrize(
    ("codes", "name", "in_common"),
    [
        ((Coding("http://loinc.org", "2823-3", "Potassium", ""),), "K+", True),
        ((Coding("http://lab.example/codes", "NOCODE", "", ""),), "Zinc", False),
        ((), "potassium ", True),
        ((), "Selenium", False),
    ],
)
def test_results_are_in_common_by_name_or_by_a_code_that_everybody_shares(
    codes: tuple[Coding, ...], name: str, in_common: bool
) -> None:
    """A laboratory's own code may stand for many tests: zinc, selenium and copper shared NOCODE."""
    there = replace(KNOWN, results=(ReceivedResult("Potassium", "number", "4", codes=codes),))
    new = one(status="corrected", results=(ReceivedResult(name, "number", "5", codes=codes),))
    found = identity.identify(new, [series(1, known_facts(there))])
    assert (found.what == VERSION) == in_common


def test_a_generic_code_agrees_with_nothing() -> None:
    """ "Diagnostic studies report" stands on every report of some laboratories."""
    generic = (Coding("http://snomed.info/sct", "721981007", "Diagnostic studies report", ""),)
    there = replace(KNOWN, codes=generic)
    new = one(codes=generic, title="Thyroid tests", results=(ReceivedResult("TSH", "number", "1"),))
    assert identity.identify(new, [series(1, known_facts(there))]).what == ANOTHER


@pytest.mark.parametrize(
    ("day", "same"), [(date(2026, 3, 2), True), (date(2026, 3, 1), True), (date(2026, 3, 5), False)]
)
def test_a_day_agrees_with_a_time_on_it_whoevers_clock(day: date, same: bool) -> None:
    found = identity.identify(one(taken=ReceivedTime(day=day)), [series(1)])
    assert (found.what == VERSION) == same


def test_an_address_that_was_an_id_before_is_the_same_report() -> None:
    """Sent in a message with an id, then put to that id without an identifier."""
    there = known_facts(replace(KNOWN, local_id="DiagnosticReport/7"))
    new = one(identifiers=(), addresses=("DiagnosticReport/7",), status="corrected")
    assert identity.identify(new, [series(1, there)]).what == VERSION
    assert there.names & new.names


def test_facts_are_kept_and_read_again() -> None:
    facts = one(
        identifiers=(Identifier("", "x"), *KNOWN.identifiers), taken=ReceivedTime(day=date(2026, 3, 2))
    )
    assert identity.from_json(facts.to_json(), facts.sender, facts.message) == facts
    assert identity.from_json(known_facts(KNOWN).to_json(), "sender:a", SENT) == known_facts(KNOWN)
