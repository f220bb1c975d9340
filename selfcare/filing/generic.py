"""Codes and names that say no more than that something is a report."""

CODES = frozenset(
    {
        "11502-2", "11526-1", "26436-6",  # LOINC
        "721981007", "4241000179101", "4201000179104", "371528001", "229059009", "371525003",  # SNOMED CT
    }
)  # fmt: skip
_NAMES = frozenset(
    {
        "diagnostic report", "diagnostic studies report", "diagnostic study report", "lab report", "lab results",
        "laboratory", "laboratory report", "laboratory results", "laboratory studies", "laboratory test",
        "laboratory test report", "pathology", "pathology report", "pathology study", "report", "results",
        "test report", "tests", "clinical report", "record artifact", "laboratory studies (set)",
    }
)  # fmt: skip


def is_generic(name: str) -> bool:
    return " ".join(name.casefold().split()).rstrip(".") in _NAMES
