"""People who share a name: told apart by their birth date wherever a list names people."""

from collections import Counter
from collections.abc import Collection, Iterable

from flask_babel import gettext

from selfcare import i18n
from selfcare.web.access import Permit, Subject
from selfcare.web.folding import fold, words


def shared(permits: Iterable[Permit]) -> frozenset[object]:
    """The ids of those who share what they are called, or their full name, with somebody else among these."""
    subjects = [permit.subject for permit in permits]
    counted: Counter[str] = Counter()
    for subject in subjects:
        counted.update(_ways(subject))
    return frozenset(subject.id for subject in subjects if any(counted[way] > 1 for way in _ways(subject)))


def called(permit: Permit, alike: Collection[object]) -> str:
    """What somebody is called; with full name and birth date where they share it (`alike`: of `shared`)."""
    subject = permit.subject
    return full(permit) if subject.id in alike else subject.name


def full(permit: Permit) -> str:
    """Full name and birth date."""
    subject = permit.subject
    return gettext("%(name)s, born %(day)s", name=subject.full_name, day=i18n.plain_day(subject.born))


def same(one: str, other: str) -> bool:
    """Whether two full names are written with the same words, in whatever order and spelling of letters."""
    return sorted(words(one)) == sorted(words(other))


def _ways(subject: Subject) -> set[str]:
    return {fold(subject.name), fold(subject.full_name)}
