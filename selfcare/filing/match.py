"""Whose a received report is. Pure: what the message says and whom the team looks after in, a person or reasons out.

A report is filed by itself only when an NHS number with a valid check digit and the birth date agree, the family name
is not plainly another, and nothing in the message speaks against it. Everything else waits for a human: nothing is
ever filed on part of a match (docs/decisions/0012).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from selfcare.filing import family_names
from selfcare.filing.received_report import Whose
from selfcare.people import nhs_number

# Why nobody can be certain, as codes; `words.reason` says each in words.
NO_NUMBER = "no-number"
NOT_VALID = "number-not-valid"
SEVERAL_NUMBERS = "several-numbers"
REPLACED = "number-replaced"
UNKNOWN = "number-unknown"
TWO_RECORDS = "two-records"  # a second team was let in that had a record of its own
NO_BIRTH_DATE = "no-birth-date"
PART_OF_BIRTH_DATE = "part-of-birth-date"
OTHER_BIRTH_DATE = "other-birth-date"
NO_NAME = "no-name"
OTHER_NAME = "other-name"
TWIN = "twin"
MIXED = "mixed"
SAID_TO_HAVE_DIED = "said-to-have-died"
# Found when it is held against what is known, not by the match.
BEFORE_BIRTH = "before-birth"  # a sample of somebody who was not born yet
MOVED = "moved"  # an earlier version of the report is in somebody else's record
TAKEN_BACK = "taken-back"  # a professional marked an earlier version as entered by mistake
OTHER_SENDER = "other-sender"  # a report of this number is there from somebody else
SHARED_NUMBER = "shared-number"  # the same number, and another test or none of the results
OTHER_SAMPLE = "other-sample"  # the same number and test, of a sample taken at another time
SEVERAL_REPORTS = "several-reports"  # it could be a version of more than one

REASONS = (
    MIXED, NO_NUMBER, NOT_VALID, SEVERAL_NUMBERS, REPLACED, UNKNOWN, TWO_RECORDS, NO_BIRTH_DATE, PART_OF_BIRTH_DATE,
    OTHER_BIRTH_DATE, NO_NAME, OTHER_NAME, TWIN, SAID_TO_HAVE_DIED, BEFORE_BIRTH, MOVED, TAKEN_BACK, OTHER_SENDER,
    SHARED_NUMBER, OTHER_SAMPLE, SEVERAL_REPORTS,
)  # fmt: skip

# Which report it is, is what a human has to say: of its own, or in place of one that is there.
OF_THE_SERIES = frozenset((MOVED, TAKEN_BACK, OTHER_SENDER, SHARED_NUMBER, OTHER_SAMPLE, SEVERAL_REPORTS))
# What is wrong with the message itself: this much may be said to whoever sent it. The rest tells of our records.
OF_THE_MESSAGE = frozenset(
    (NO_NUMBER, NOT_VALID, SEVERAL_NUMBERS, REPLACED, NO_BIRTH_DATE, PART_OF_BIRTH_DATE, NO_NAME, MIXED)
)


@dataclass(frozen=True)
class Candidate:
    """Somebody the team looks after, and may file results for."""

    id: UUID
    nhs_number: str | None
    born: date
    family_name: str
    given_name: str
    known_as: str
    died: bool = False


@dataclass(frozen=True)
class Match:
    """Either `person` alone, or why not: `reasons`, in the order of REASONS, and who is `likely` meant, best first."""

    person: UUID | None
    reasons: tuple[str, ...] = ()
    likely: tuple[UUID, ...] = ()


def match(said: Whose, found: Sequence[Candidate], others: Sequence[Candidate] = ()) -> Match:
    """Whose it is.

    :param found: everybody the team looks after who has one of the numbers, or was born on the day that was said.
    :param others: whoever else was born that day. A twin may be another team's; nothing is ever filed to these.
    """
    numbers = valid_numbers(said)
    reasons = set(_of_the_message(said, numbers))
    having = [one for one in found if one.nhs_number in numbers]
    person = having[0] if len(numbers) == 1 and len(having) == 1 else None
    if numbers and not having:
        reasons.add(UNKNOWN)
    if len(numbers) == 1 and len(having) > 1:
        reasons.add(TWO_RECORDS)
    if person is not None:
        reasons |= _against(said, person, (*found, *others))
        if said.died and not person.died:
            reasons.add(SAID_TO_HAVE_DIED)
    if person is not None and not reasons:
        return Match(person.id)
    return Match(None, tuple(code for code in REASONS if code in reasons), _likely(said, found, numbers))


def valid_numbers(said: Whose) -> frozenset[str]:
    """The NHS numbers in what was said whose check digit is right, without their spaces."""
    return frozenset(number for text in said.nhs_numbers if (number := nhs_number.tidy(text)))


def birth_date(said: Whose) -> date | None:
    """The birth date that was said, if it is a whole one."""
    try:
        return date.fromisoformat(said.born) if len(said.born) == 10 else None
    except ValueError:
        return None


def differing(said: Whose, person: Candidate, born_that_day: Sequence[Candidate] = ()) -> tuple[str, ...]:
    """What a human should look at twice before filing this to that person: codes of REASONS, none when all agrees."""
    numbers = valid_numbers(said)
    found = set(_of_the_message(said, numbers)) | _against(said, person, born_that_day)
    if numbers and person.nhs_number not in numbers:
        found.add(UNKNOWN)
    if said.died and not person.died:
        found.add(SAID_TO_HAVE_DIED)
    return tuple(code for code in REASONS if code in found)


def _of_the_message(said: Whose, numbers: frozenset[str]) -> list[str]:
    found = [MIXED] if said.mixed else []
    given = [text for text in said.nhs_numbers if text.strip()]
    if not given:
        found.append(NO_NUMBER)
    if any(nhs_number.tidy(text) is None for text in given):
        found.append(NOT_VALID)
    if len(numbers) > 1:
        found.append(SEVERAL_NUMBERS)
    if said.replaced:
        found.append(REPLACED)
    if not said.born:
        found.append(NO_BIRTH_DATE)
    elif birth_date(said) is None:
        found.append(PART_OF_BIRTH_DATE)
    if not any(family_names.parts(name) for name in said.families):
        found.append(NO_NAME)
    return found


def _against(said: Whose, person: Candidate, found: Sequence[Candidate]) -> set[str]:
    against = set()
    born = birth_date(said)
    if born is not None and born != person.born:
        against.add(OTHER_BIRTH_DATE)
    if any(family_names.parts(name) for name in said.families) and family_names.plainly_another(
        said.families, [person.family_name]
    ):
        against.add(OTHER_NAME)
    if _may_be_the_twin(said, person, found):
        against.add(TWIN)
    return against


def _may_be_the_twin(said: Whose, person: Candidate, found: Sequence[Candidate]) -> bool:
    """A number typed wrong can be the twin's: then the first name must be this one's, and not the other's."""
    twins = [
        one
        for one in found
        if one.id != person.id
        and one.born == person.born
        and not family_names.plainly_another([one.family_name], [person.family_name])
    ]
    if not twins:
        return False
    given = family_names.first(said.given)
    return given not in _called(person) or any(given in _called(twin) for twin in twins)


def _called(person: Candidate) -> set[str]:
    return {family_names.first(person.given_name), family_names.first(person.known_as)} - {""}


def _likely(said: Whose, found: Sequence[Candidate], numbers: frozenset[str]) -> tuple[UUID, ...]:
    """Who may be meant: with the number, or born on the day and of a name that can be theirs. Never filed by itself."""
    born, given = birth_date(said), family_names.first(said.given)

    def points(one: Candidate) -> int:
        named = not family_names.plainly_another(said.families, [one.family_name])
        if one.nhs_number in numbers:
            return 8 + 2 * (one.born == born) + named
        return (4 + (given in _called(one))) if one.born == born and named else 0

    ranked = sorted(found, key=lambda one: (-points(one), one.given_name, str(one.id)))
    return tuple(one.id for one in ranked if points(one))
