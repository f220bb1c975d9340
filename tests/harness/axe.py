"""axe-core on the page as it stands: no violation, and nothing undecided that is not explained."""

from functools import cache
from typing import Any

from playwright.sync_api import Page

from tests.harness.axe_explained import EXPLAINED
from tests.harness.places import ROOT

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@cache
def _source() -> str:
    return (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


def _lines(findings: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
    """(rule, selector, what axe says) for every part that was found."""
    return [
        (
            finding["id"],
            " ".join(map(str, node["target"])),
            (node.get("failureSummary") or finding["help"]).strip(),
        )
        for finding in findings
        for node in finding["nodes"]
    ]


def findings(page: Page) -> tuple[list[tuple[str, str, str]], list[tuple[str, str, str]]]:
    """The violations, and what stays undecided and is not explained."""
    # Given through the debugger's own channel, so the page's strict policy stays as it is.
    page.evaluate(_source())
    result = page.evaluate(
        "options => axe.run(document, options)",
        {"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations", "incomplete"]},
    )
    undecided = [
        line
        for line in _lines(result["incomplete"])
        if not any(line[0] == rule and part in line[1] for rule, part in EXPLAINED)
    ]
    return _lines(result["violations"]), undecided


def axe(page: Page) -> None:
    """Fails on any violation, and on anything undecided outside the explained list.

    The page must have been opened with JavaScript: without it axe would never come to an end.
    """
    violations, undecided = findings(page)
    said = [
        f"{kind} {rule} at {where}\n    {what}"
        for kind, lines in (("violation", violations), ("undecided", undecided))
        for rule, where, what in lines
    ]
    assert not said, f"{page.url}:\n  " + "\n  ".join(said)
