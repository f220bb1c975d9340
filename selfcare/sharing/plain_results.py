"""Results in a summary that is copied as text: a line for each, and below it what else the laboratory said."""

from typing import Any

from flask_babel import gettext

from selfcare.sharing.summary_page import Page


def results(page: Page) -> list[str]:
    found = []
    for report in page.reports:
        taken = (
            gettext("taken %(day)s", day=report["when_whole"])
            if report["when_whole"]
            else gettext("day not given")
        )
        head = gettext(
            "%(title)s, %(taken)s, %(laboratory)s.",
            title=report["title"],
            taken=taken,
            laboratory=report["laboratory"],
        )
        mark = page.changes.mark(report.get("id"))
        lines = [f"[{mark}] {head}" if mark else head]
        if report.get("taken_back"):
            lines = [report["title"] + "."]
        if report["since"]:
            lines.append("  " + report["since"])
        if report["status"]:
            lines.append("  " + report["status"])
        if report["origin"]:
            lines.append("  " + report["origin"])
        elif report["source"] == "typed" and not report.get("taken_back"):
            lines.append("  " + gettext("Typed in by %(name)s.", name=report["typed_by"]))
        if report.get("specimen"):
            lines.append("  " + _fact(gettext("Sample"), report["specimen"]))
        for result in report["results"]:
            lines += _result(result)
        lines += ["  " + _fact(name, under(text)) for name, text in report["texts"]]
        found.append("\n".join(lines))
    if page.reports and page.reports[-1].get("more"):
        found.append(
            gettext(
                "There are more results in this time. Only the newest %(number)s reports are here.",
                number=len(page.reports),
            )
        )
    return found


def _result(result: dict[str, Any]) -> list[str]:
    """One result: its value, range and flag in a line, and below it what else the laboratory said."""
    said, group = result["said"], result["group"]
    name = gettext("%(name)s (%(group)s)", name=said.name, group=group) if group else said.name
    first = gettext("%(name)s: %(value)s", name=name, value=under(said.whole or said.why))
    if said.says and not said.emptied:
        first += gettext(
            "; laboratory's range %(range)s; laboratory's flag %(flag)s",
            range=under(said.range) or gettext("none sent"),
            flag=said.flag or gettext("none sent"),
        )
    lines = ["  " + first.rstrip(": ")]
    beside = [
        *said.marks,
        *(
            _fact(name, text)
            for name, text in (
                (gettext("Taken"), said.taken),
                (gettext("Sample"), said.specimen),
                (gettext("Method"), said.method),
                (gettext("Lab’s note"), under(said.note)),
            )
            if text
        ),
        *([gettext("Before: %(values)s", values=", ".join(result["before"]))] if result["before"] else []),
    ]
    return lines + ["    " + line for line in beside]


def _fact(name: str, said: str) -> str:
    return gettext("%(name)s: %(fact)s", name=name, fact=said)


def under(words: str) -> str:
    """Further lines of what somebody wrote, set in deeper than the first."""
    first, *rest = words.strip().splitlines() or [""]
    return "\n".join([first.rstrip(), *(f"     {line}".rstrip() for line in rest)])
