"""Whose a report is: every identity against every other, and that nothing is ever filed on part of a match.

`match_table.txt` is committed and was read line by line; the test only reads it. A label that is new is red.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import permutations
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as some

from selfcare.filing import match
from selfcare.filing.match import Candidate
from selfcare.filing.received_report import Whose
from selfcare.people import nhs_number
from tests.filing.identities import (
    BEN,
    BIRTHS,
    FAMILIES,
    NUMBERS,
    OTHERS,
    PLAIN,
    ROSA,
    ROSA_NUMBER,
    TWIN,
    WITH_TWIN,
    every,
)

TABLE = Path(__file__).with_name("match_table.txt")
FILED = "FILED"
RIGHT = Whose((ROSA_NUMBER,), families=("Moxey",), given="Rosa", born="1962-03-27")


def expected() -> dict[tuple[str, str, str, str], str]:
    """The committed table: a block for a number and birth date, a line for a name, a column for each of OTHERS."""
    cells = {}
    number = born = ""
    for line in TABLE.read_text().splitlines():
        if line.startswith("## "):
            number, born = line.removeprefix("## number: ").split("; birth date: ")
        elif line and not line.startswith("#"):
            family, *found = [part.strip() for part in line.split("|")]
            cells |= {(number, born, family, other): cell for other, cell in zip(OTHERS, found, strict=True)}
    return cells


def written() -> str:
    """The table as the code answers today, to draft it from."""
    lines, block = [], ("", "")
    cells = {labels: _cell(said, found) for labels, said, found in every()}
    for number, born, family, _ in (labels for labels in cells if labels[3] == next(iter(OTHERS))):
        if (number, born) != block:
            block = (number, born)
            lines += ["", f"## number: {number}; birth date: {born}"]
        row = [cells[number, born, family, other] for other in OTHERS]
        lines.append(f"{family:<20}| " + " | ".join(row))
    return "\n".join(lines) + "\n"


def _cell(said: Whose, found: tuple[Candidate, ...]) -> str:
    made = match.match(said, found)
    if made.person:
        assert not made.reasons
        return {ROSA.id: FILED, BEN.id: "FILED TO BEN", TWIN.id: "FILED TO THE TWIN"}[made.person]
    assert made.reasons
    return " ".join(made.reasons)


def test_every_cell_is_as_the_table_says() -> None:
    table = expected()
    found = {labels: _cell(said, there) for labels, said, there in every()}
    assert set(found) == set(table)
    wrong = [
        f"{labels}: the table says {table[labels]!r}, it is {found[labels]!r}"
        for labels in found
        if found[labels] != table[labels]
    ]
    assert not wrong, "\n".join(wrong)


def test_the_table_files_only_where_all_three_agree() -> None:
    """What the table itself says, read by its labels alone: the other way to work out each cell."""
    moxeys = {"same", "hyphenated", "married, once Moxey", "one slip"}
    for (number, born, family, other), cell in expected().items():
        filed = ""
        if born == "same" and family in moxeys:
            if number in {"same", "same, spaced", "same, twice"}:
                filed = FILED if other in {"no twin", "twin, own first name", "twin, called name"} else ""
            elif number == "twin's":
                filed = "FILED TO THE TWIN" if other == "twin, twin's first name" else ""
        elif (number, born, family) == ("Ben's", "Ben's", "Ben's"):
            filed = "FILED TO BEN"
        assert cell == filed if filed else not cell.startswith(FILED), (number, born, family, other)


def test_the_table_has_every_label() -> None:
    assert len(expected()) == len(NUMBERS) * len(BIRTHS) * len(FAMILIES) * len(OTHERS)


@pytest.mark.parametrize("order", list(permutations(WITH_TWIN)))
def test_the_order_of_those_found_does_not_matter(order: tuple[Candidate, ...]) -> None:
    assert match.match(RIGHT, order).person == ROSA.id


def test_a_twin_of_another_team_counts_too() -> None:
    assert match.match(replace(RIGHT, given="Carla"), PLAIN, others=(TWIN,)).reasons == (match.TWIN,)
    assert match.match(replace(RIGHT, given="Carla"), PLAIN).person == ROSA.id  # nobody knows of a twin


def test_twins_of_one_first_name_are_never_told_apart() -> None:
    same = replace(TWIN, given_name="Rosa Maria", known_as="Maria")
    assert match.match(RIGHT, (ROSA, same)).reasons == (match.TWIN,)


def test_two_patients_with_each_others_numbers_both_wait() -> None:
    """Swapped identifiers: Rosa's words with Ben's number, and the other way round."""
    swapped = [
        replace(RIGHT, nhs_numbers=(str(BEN.nhs_number),)),
        Whose((ROSA_NUMBER,), families=("Welsh",), given="Ben", born="1971-11-02"),
    ]
    for said, likely in zip(swapped, ((BEN.id, ROSA.id), (ROSA.id, BEN.id)), strict=True):
        found = match.match(said, PLAIN)
        assert found.person is None
        assert set(found.reasons) == {match.OTHER_BIRTH_DATE, match.OTHER_NAME}
        assert found.likely == likely


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (replace(RIGHT, mixed=True), match.MIXED),
        (replace(RIGHT, replaced=True), match.REPLACED),
        (replace(RIGHT, died=True), match.SAID_TO_HAVE_DIED),
    ],
)
def test_what_speaks_against_it_makes_it_wait(said: Whose, reason: str) -> None:
    assert match.match(said, PLAIN).reasons == (reason,)
    assert match.match(said, PLAIN).likely == (ROSA.id,)


@pytest.mark.parametrize("born", ["1962-03-28", "1962-04-27", "1961-03-27", "1962-03-72"])
def test_a_birth_date_agrees_to_the_day(born: str) -> None:
    """The table has a date that differs in all its parts: one that differs in a single part was filed unseen."""
    assert match.match(replace(RIGHT, born=born), PLAIN).person is None


def test_a_report_of_somebody_who_died_is_filed() -> None:
    died = replace(ROSA, died=True)
    assert match.match(RIGHT, (died,)).person == ROSA.id
    assert match.match(replace(RIGHT, died=True), (died,)).person == ROSA.id


def test_someone_without_a_number_here_is_likely_but_never_filed_to() -> None:
    unnumbered = replace(ROSA, nhs_number=None)
    found = match.match(RIGHT, (unnumbered, BEN))
    assert found.person is None
    assert found.reasons == (match.UNKNOWN,)
    assert found.likely == (ROSA.id,)


def test_what_to_look_at_twice() -> None:
    assert match.differing(RIGHT, ROSA, PLAIN) == ()
    assert match.differing(RIGHT, BEN, PLAIN) == (match.UNKNOWN, match.OTHER_BIRTH_DATE, match.OTHER_NAME)
    assert match.differing(Whose(), ROSA) == (match.NO_NUMBER, match.NO_BIRTH_DATE, match.NO_NAME)


# ------------------------------------------------------------------------------------------------------- property

_DAYS = (date(1962, 3, 27), date(1962, 3, 28), date(1971, 11, 2))
_NAMES = ("Moxey", "MOXEY", "Hill", "Welsh", "Mc Donald", "MacDonald", "O'Neill", "van Dijk", "van Beek", "")
_GIVEN = ("Rosa", "Rosie", "Carla", "")


def _valid() -> Iterator[str]:
    for start in range(943476590, 943476600):
        for check in "0123456789":
            if nhs_number.is_valid(f"{start}{check}"):
                yield f"{start}{check}"


_NUMBERS = tuple(_valid())

people = some.builds(
    Candidate,
    id=some.builds(uuid4),
    nhs_number=some.sampled_from((*_NUMBERS, None)),
    born=some.sampled_from(_DAYS),
    family_name=some.sampled_from(_NAMES[:-1]),
    given_name=some.sampled_from(_GIVEN[:-1]),
    known_as=some.sampled_from(_GIVEN),
    died=some.booleans(),
)
identities = some.builds(
    Whose,
    nhs_numbers=some.lists(
        some.sampled_from((*_NUMBERS, "", " ", "9434765918", "943 476 5919")), max_size=2
    ).map(tuple),
    replaced=some.sampled_from((False, False, False, True)),
    families=some.lists(some.sampled_from(_NAMES), max_size=2).map(tuple),
    given=some.sampled_from(_GIVEN),
    born=some.sampled_from((*(day.isoformat() for day in _DAYS), "1962-03", "", "1962-02-30")),
    died=some.sampled_from((False, False, True)),
    mixed=some.sampled_from((False, False, False, True)),
)


@given(said=identities, found=some.lists(people, max_size=5, unique_by=lambda one: one.nhs_number or one.id))
def test_nothing_is_ever_filed_on_part_of_a_match(said: Whose, found: list[Candidate]) -> None:
    made = match.match(said, found)
    assert (made.person is None) == bool(made.reasons)
    if made.person is None:
        return
    person = next(one for one in found if one.id == made.person)
    sent = {"".join(text.split()) for text in said.nhs_numbers} - {""}
    assert sent == {person.nhs_number}
    assert nhs_number.is_valid(str(person.nhs_number))
    assert said.born == person.born.isoformat()
    assert any(_share_letters(name, person.family_name) for name in said.families)
    assert not said.mixed
    assert not said.replaced
    twins = [
        one
        for one in found
        if one is not person
        and one.born == person.born
        and _share_letters(one.family_name, person.family_name)
    ]
    if twins:
        assert said.given in (person.given_name, person.known_as)
        assert all(said.given not in (twin.given_name, twin.known_as) for twin in twins)


def _share_letters(one: str, other: str) -> bool:
    """A name that stands in the other, for the names above: told without the rules that are tested."""
    plain = [name.lower().replace("mac", "mc").replace(" ", "").replace("'", "") for name in (one, other)]
    return bool(plain[0] and plain[1]) and (plain[0] in plain[1] or plain[1] in plain[0])
