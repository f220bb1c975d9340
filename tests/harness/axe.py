"""axe-core on the page as it stands: no violation, and nothing undecided that is not explained."""

from functools import cache
from typing import Any

from playwright.sync_api import Page, expect

from tests.harness.axe_explained import EXPLAINED
from tests.harness.places import ROOT

TALL = 5000
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


# What axe leaves undecided about contrast (text in a drawing, script whose letters reach over their line, bars that
# stick), decided from the colours themselves: the text's own, on the nearest opaque ground behind it.
_CONTRAST = """
selectors => selectors.filter(selector => {
  const light = colour => {
    const [r, g, b] = colour.match(/[\\d.]+/g).slice(0, 3).map(Number).map(v => v / 255)
      .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
  }
  const opaque = colour => colour.startsWith("rgb(") || /, 1\\)$/.test(colour)
  const element = document.querySelector(selector)
  if (!element) return true
  const style = getComputedStyle(element)
  const own = element instanceof SVGElement ? style.fill : style.color
  let behind = element
  while (behind && !opaque(getComputedStyle(behind).backgroundColor)) {
    if (getComputedStyle(behind).backgroundImage !== "none") return true
    behind = behind.parentElement
  }
  const ground = behind ? getComputedStyle(behind).backgroundColor : "rgb(255, 255, 255)"
  if (!opaque(own) || style.opacity !== "1") return true
  const [a, b] = [light(own), light(ground)].sort((x, y) => y - x)
  return (a + 0.05) / (b + 0.05) < 4.5
})
"""


def findings(
    page: Page, *, only_colours: bool = False, but_colours: bool = False
) -> tuple[list[tuple[str, str, str]], list[tuple[str, str, str]]]:
    """The violations, and what stays undecided and is not explained.

    :param only_colours: for a page that was asked everything already and then changed nothing but its colours.
    :param but_colours: for a page whose colours were asked in another language.
    """
    # What the page fetches or sends by itself has come or gone: axe loses its place where the page moves under it.
    expect(
        page.locator(".htmx-request, form[data-hx-trigger=load], div[data-hx-trigger=load]")
    ).to_have_count(0)
    if not page.evaluate("'axe' in window"):
        # Given through the debugger's own channel, so the page's strict policy stays as it is.
        page.evaluate(_source())
    asked = (
        {"type": "rule", "values": ["color-contrast"]} if only_colours else {"type": "tag", "values": RULES}
    )
    result = page.evaluate(
        "options => axe.run(document, options)",
        {
            "runOnly": asked,
            "rules": {"color-contrast": {"enabled": not but_colours}},
            "resultTypes": ["violations", "incomplete"],
        },
    )
    undecided = [
        line
        for line in _lines(result["incomplete"])
        if not any(line[0] == rule and part in line[1] for rule, part in EXPLAINED)
    ]
    faint = page.evaluate(_CONTRAST, [where for rule, where, _ in undecided if rule == "color-contrast"])
    undecided = [line for line in undecided if line[0] != "color-contrast" or line[1] in faint]
    return _lines(result["violations"]), undecided


def axe(page: Page) -> None:
    """Fails on any violation, and on anything undecided outside the explained list.

    The page must have been opened with JavaScript: without it axe would never come to an end. It is looked at on a
    screen so tall that what sticks to an edge lies over nothing: what it covers is asked on every page by
    tests/house/test_accessible.py.
    """
    size = page.viewport_size
    if size:
        page.set_viewport_size({"width": size["width"], "height": TALL})
    violations, undecided = findings(page)
    if size:
        page.set_viewport_size(size)
    said = [
        f"{kind} {rule} at {where}\n    {what}"
        for kind, lines in (("violation", violations), ("undecided", undecided))
        for rule, where, what in lines
    ]
    assert not said, f"{page.url}:\n  " + "\n  ".join(said)
