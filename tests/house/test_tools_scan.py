"""What makes `make scan` and the table of proofs red."""

import re
import tomllib
from dataclasses import dataclass, field
from typing import Any

import yaml

from tests.harness import proofs
from tests.harness.places import ROOT
from tools.scan import KEPT, RULES, Explained, Finding, judged

FOUND = Finding("bandit", "B603", "tools/one.py", "a program is started")
WHY = Explained("bandit", "B603", "tools/*", "by a list of words of ours")


def test_a_finding_is_explained_or_red_and_so_is_an_explanation_of_nothing() -> None:
    assert judged([FOUND], [WHY], {"bandit"}) == []
    assert judged([FOUND], [], {"bandit"})[0].startswith("not explained: bandit B603 tools/one.py")
    assert judged([], [WHY], {"bandit"}) == ["explains nothing any more: bandit B603 tools/*"]
    assert judged([], [WHY], {"semgrep"}) == [], "of a scanner that was not asked nothing is known"
    other = Finding("semgrep", "B603", "tools/one.py", "")
    assert len(judged([FOUND, other], [WHY], {"bandit"})) == 1


def test_each_explanation_says_why_and_each_rule_has_its_examples() -> None:
    lines = tomllib.loads(KEPT.read_text(encoding="utf-8"))["kept"]
    assert all(len(line["why"]) > 20 for line in lines)
    assert len({(line["tool"], line["rule"], line["where"]) for line in lines}) == len(lines)
    rules = yaml.safe_load(RULES.read_text(encoding="utf-8"))["rules"]
    assert all({"bad", "good", "place"} <= set(rule["metadata"]) for rule in rules)


@dataclass
class Report:
    """Of a test, as pytest has it."""

    nodeid: str
    outcome: str = "passed"
    when: str = "call"
    user_properties: list[tuple[str, Any]] = field(default_factory=list)


def test_every_test_that_the_table_names_is_there() -> None:
    """Alone catches: a row whose test has another name since. In `make proof` it would be red two hours later."""
    for row in proofs.ROWS:
        for name in (*row.asked, *row.controls):
            file, _, begins = name.partition("::")
            text = (ROOT / file).read_text(encoding="utf-8")
            assert re.search(rf"^def {begins or 'test_'}", text, re.MULTILINE), f"{row.name}: {name}"


def test_a_row_that_was_not_asked_is_said() -> None:
    every = [Report(name) for row in proofs.ROWS for name in (*row.asked, *row.controls)]
    lines, missing = proofs.table(every)
    assert missing == []
    assert not any("FAILED" in line for line in lines)
    control = proofs.ROWS[0].controls[0]
    assert proofs.table([each for each in every if each.nodeid != control])[1] == [f"power loss: {control}"]
    broken = [Report(control, outcome="failed"), *every[1:]]
    assert any("FAILED" in line for line in proofs.table(broken)[0])
