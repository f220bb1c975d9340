"""Identities for the match table: every way a number, a birth date and a name can be sent, each with its label."""

from datetime import date
from itertools import product
from uuid import UUID

from selfcare.filing.match import Candidate
from selfcare.filing.received_report import Whose

BORN, ANOTHER_DAY = date(1962, 3, 27), date(1971, 11, 2)
ROSA_NUMBER, BEN_NUMBER, TWIN_NUMBER, NOBODYS = "9434765919", "9727710638", "9434765927", "9727710859"

ROSA = Candidate(UUID(int=1), ROSA_NUMBER, BORN, "Moxey", "Rosa", "Rosie")
BEN = Candidate(UUID(int=2), BEN_NUMBER, ANOTHER_DAY, "Welsh", "Benjamin", "Ben")
# Born that day to the same family, with the next number. (Two digits swapped in a number never make a valid one: that
# is what the check digit is for.)
TWIN = Candidate(UUID(int=3), TWIN_NUMBER, BORN, "Moxey", "Carla", "Carla")
PLAIN, WITH_TWIN = (ROSA, BEN), (ROSA, BEN, TWIN)

# Each label: what is sent, for a report that is Rosa's.
NUMBERS: dict[str, tuple[str, ...]] = {
    "same": (ROSA_NUMBER,),
    "same, spaced": ("943 476 5919",),
    "same, twice": (ROSA_NUMBER, "943-476-5919"),
    "Ben's": (BEN_NUMBER,),
    "nobody's": (NOBODYS,),
    "twin's": (TWIN_NUMBER,),
    "two digits swapped": ("9434756919",),
    "same and a wrong one": (ROSA_NUMBER, "9434765918"),
    "same and Ben's": (ROSA_NUMBER, BEN_NUMBER),
    "same, replaced": (ROSA_NUMBER,),
    "missing": (),
    "blank": (" ",),
}
BIRTHS = {
    "same": "1962-03-27",
    "Ben's": "1971-11-02",
    "day and month swapped": "1962-27-03",
    "month only": "1962-03",
    "year only": "1962",
    "missing": "",
}
FAMILIES: dict[str, tuple[str, ...]] = {
    "same": ("MOXEY",),
    "hyphenated": ("Moxey-Hill",),
    "married, once Moxey": ("Hill", "Moxey"),
    "one slip": ("Moxley",),
    "Ben's": ("Welsh",),
    "missing": (),
}
# Who else there is, and the first name that is sent.
OTHERS: dict[str, tuple[tuple[Candidate, ...], str]] = {
    "no twin": (PLAIN, "Anything"),
    "twin, own first name": (WITH_TWIN, "Rosa"),
    "twin, called name": (WITH_TWIN, "Rosie May"),
    "twin, twin's first name": (WITH_TWIN, "Carla"),
    "twin, no first name": (WITH_TWIN, ""),
}


def every() -> list[tuple[tuple[str, str, str, str], Whose, tuple[Candidate, ...]]]:
    """(labels, what is sent, who there is) of every cell."""
    cells = []
    for labels in product(NUMBERS, BIRTHS, FAMILIES, OTHERS):
        number, born, family, other = labels
        found, given = OTHERS[other]
        said = Whose(
            nhs_numbers=NUMBERS[number],
            replaced=number == "same, replaced",
            families=FAMILIES[family],
            given=given,
            born=BIRTHS[born],
        )
        cells.append((labels, said, found))
    return cells
