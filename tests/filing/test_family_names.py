"""Whether a family name is plainly another: pairs that people read and agreed on."""

import pytest

from selfcare.filing.family_names import parts, plainly_another

CAN_BE_ONE = [
    ("Moxey", "MOXEY"),
    ("O'Neill", "ONEILL"),
    ("O’Neill", "O Neill"),
    ("McDonald", "MacDonald"),
    ("Mc Donald", "McDonald"),
    ("MACDONALD", "Mc Donald"),
    ("Müller", "Muller"),
    ("Søren-Olsen", "OLSEN"),
    ("Hill-Moxey", "Moxey"),
    ("Moxey", "Hill Moxey"),
    ("Moxey-Hill", "Hill-Moxey"),
    ("Garcia Lopez", "López"),
    ("de la Cruz", "Delacruz"),
    ("van Dijk", "Dijk"),
    ("Van Dijk", "Vandijk"),
    ("St. John", "St John"),
    ("Nguyễn", "Nguyen"),
    ("Łukasiewicz", "Lukasiewicz"),
    ("Straße", "Strasse"),
    ("Smith", "Smyth"),  # one letter other
    ("Welsh", "Welch"),
    ("Moxey", "Moxye"),  # two swapped
    ("Hollings", "Holings"),  # one left out
    ("Begum", "BEGUM "),
    ("Le", "LE"),  # a particle that is the whole name
    ("محمد", "مُحَمَّد"),
    ("Ng", "NG"),
]

PLAINLY_ANOTHER = [
    ("Moxey", "Welsh"),
    ("Hill", "Hall"),  # too short for a slip to be told from a name
    ("van Dijk", "van Beek"),  # a particle in common
    ("de la Cruz", "de la Rosa"),
    ("McDonald", "McArthur"),
    ("O'Neill", "O'Brien"),
    ("Khan", "Khanna"),
    ("Jones", "Johnson"),
    ("Patel", "Petrov"),
    ("Moxey", "M"),
    ("Moxey", ""),
    ("Moxey", "-"),
    ("Moxey", "Unknown"),
    ("राम", "रमा"),
    ("Smith-Jones", "Brown-Taylor"),
    ("Clarke", "Carlisle"),
]


@pytest.mark.parametrize(("one", "other"), CAN_BE_ONE)
def test_it_can_be_one_family(one: str, other: str) -> None:
    assert not plainly_another([one], [other])
    assert not plainly_another([other], [one])


@pytest.mark.parametrize(("one", "other"), PLAINLY_ANOTHER)
def test_it_is_plainly_another(one: str, other: str) -> None:
    assert plainly_another([one], [other])
    assert plainly_another([other], [one])


def test_an_earlier_name_counts() -> None:
    assert not plainly_another(["Hill", "Moxey"], ["Moxey"])
    assert plainly_another(["Hill", "Moxey"], ["Welsh"])
    assert plainly_another([], ["Welsh"])


def test_a_name_of_signs_alone_is_no_name() -> None:
    assert not parts("-")
    assert not parts("  '’ ")
