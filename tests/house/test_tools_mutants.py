"""`make mutants` says of a broken line what is so, and its table fits the code."""

from pathlib import Path

import pytest

from tests.harness.places import ROOT
from tools import mutants
from tools.mutants import Mutant, table, trial


def test_each_line_of_the_table_stands_once_and_would_be_changed() -> None:
    """A line that has moved on would never be broken, and its mutant never be missed."""
    rows = table()
    assert len({row.name for row in rows}) == len(rows)
    assert [row.name for row in rows if row.control] == [rows[0].name]
    wrong = [
        row.name
        for row in rows
        if (ROOT / row.file).read_text(encoding="utf-8").count(row.line) != 1 or row.line == row.instead
    ]
    assert wrong == []
    asked = {word for row in rows for word in row.tests.split() if word.startswith("tests/")}
    assert [word for word in sorted(asked) if not (ROOT / word).exists()] == []


@pytest.mark.parametrize(
    ("line", "instead", "tests", "said"),
    [
        ("return 1 + 1", "return 1 - 1", "test_sum.py", mutants.KILLED),
        ("return 1 + 1", "return 1 * 2", "test_sum.py", mutants.SURVIVED),
        ("return 1 + 1", "return", "test_gone.py", "pytest ended with 4"),
        ("return 2 + 2", "return", "test_sum.py", "its line stands 0 times"),
    ],
)
def test_a_trial_says_what_became_of_it(
    tmp_path: Path, line: str, instead: str, tests: str, said: str
) -> None:
    """A mutant whose tests were not found, or whose line was not broken, is not one that was killed."""
    source = tmp_path / "total.py"
    source.write_text("def total():\n    return 1 + 1\n")
    (tmp_path / "test_sum.py").write_text(
        "from total import total\n\n\ndef test_it():\n    assert total() == 2\n"
    )
    verdict = trial(tmp_path, Mutant("x", "total.py", line, instead, tests))
    assert verdict.said.startswith(said)
    assert source.read_text() == "def total():\n    return 1 + 1\n"
