"""What is said of decisions, in the reader's language. No option is called better, and no day is late."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext
from markupsafe import Markup, escape

from selfcare import i18n
from selfcare.decisions.models import LEAVE, OWN
from selfcare.web.pages import bdi

KINDS = ("good", "hard")


def option(code: str, words: Mapping[str, str]) -> str:
    """What an option is called. `words`: by code, as `Decision.options`."""
    return words.get(code) or leave()


def leave() -> str:
    return gettext("Leave it as it is")


def lean(code: str, words: Mapping[str, str], *, own: bool = False) -> str:
    """What somebody leans to. *Not yet* is as good as the others. :param own: read by the person themself."""
    if code != "not_yet":
        return option(code, words)
    return gettext("Not yet. I need more time") if own else gettext("Not yet. More time is needed")


def chosen(code: str, words: Mapping[str, str]) -> str:
    return gettext("Something else") if code == "other" else option(code, words)


def kind(code: str) -> str:
    return gettext("What is good") if code == "good" else gettext("What is hard")


def cell(said: Mapping[str, Any] | None, of: int | None) -> str:
    """What was told of one option. Of what nobody told, that: never nothing, and never 0."""
    if not said:
        return gettext("Not told")
    if "n" in said and of is not None:
        return _counted(str(said["n"]), of, said.get("tail", ""))
    return str(said["text"])


def cell_shown(said: Mapping[str, Any] | None, of: int | None) -> Markup:
    """The same on a page, the number in bold."""
    if not said or "n" not in said or of is None:
        return escape(cell(said, of))
    number = Markup("<b>%s</b>") % said["n"]
    return Markup(_counted(number, of, escape(said.get("tail", ""))))  # noqa: S704 - each part of it is escaped


def cell_typed(said: Mapping[str, Any] | None, of: int | None) -> str:
    """The same as it stands in its field."""
    return cell(said, of) if said else ""


def _counted(number: str, of: int, tail: str) -> str:
    return " ".join(filter(None, (gettext("%(number)s of %(all)s", number=number, all=of), tail)))


def told_shown(by: str, on: date | None, today: date) -> Markup:
    """Who told it, and when, on a page: the name does not turn the sentence's direction."""
    return Markup(told(bdi(by) if by else by, on, today))  # noqa: S704 - `bdi` has escaped it


def told(by: str, on: date | None, today: date) -> str:
    """Who told it, and when: empty where nobody said."""
    if by and on:
        return gettext("As %(name)s told it on %(day)s.", name=by, day=i18n.plain_day(on, today=today))
    if by:
        return gettext("As %(name)s told it.", name=by)
    return gettext("As told on %(day)s.", day=i18n.plain_day(on, today=today)) if on else ""


def out_of(all_: int) -> str:
    return gettext("Numbers are out of %(all)s people.", all=all_)


def prompts(helping: str | None) -> Sequence[str]:
    """What is worth asking before one decides: what is good, what is hard, what else, what if not, how likely.

    :param helping: whom somebody asks for; None: the person asks themself.
    """
    good = gettext("What good could each choice do for me?")
    likely = gettext("How likely is each of these, out of 100 people like me?")
    if helping is not None:
        good = gettext("What good could each choice do for %(name)s?", name=helping)
        likely = gettext("How likely is each of these, out of 100 people like %(name)s?", name=helping)
    return (
        good,
        gettext("What could go wrong, or be hard to live with?"),
        gettext("What else could we try?"),
        gettext("What may happen if we leave it as it is?"),
        likely,
    )


def summary_name(helping: str | None) -> str:
    """The part of a summary."""
    return gettext("My decisions") if helping is None else gettext("Decisions of %(name)s", name=helping)


def summary_lines(facts: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What stands below the question of a decision in a summary, each with what it is called."""
    options = {code: facts[f"option_{code}"] for code in OWN if facts[f"option_{code}"]} | {LEAVE: ""}
    found = [(gettext("What could be done:"), "; ".join(option(code, options) for code in options))]
    for row in facts["facts"]:
        cells = (f"{option(one, options)}: {cell(row['cells'].get(one), row['of'])}" for one in options)
        on = date.fromisoformat(row["told_on"]) if row["told_on"] else None
        by = told(row["told_by"], on, date.min) if row["told_by"] or on else ""
        what = gettext("%(kind)s, %(what)s:", kind=kind(row["kind"]), what=row["what"])
        found.append((what, " ".join(filter(None, ("; ".join(cells) + ".", by)))))
    if facts["matters"]:
        found.append((gettext("What matters here:"), _by(facts["matters"], facts.get("matters_by"))))
    if facts["lean"]:
        found.append((gettext("Leans to:"), _by(lean(facts["lean"], options), facts.get("lean_by"))))
    found += _ended(facts, options)
    if facts["look_on"]:
        found.append(
            (gettext("To look at again on:"), i18n.plain_day(date.fromisoformat(str(facts["look_on"]))))
        )
    return found


def _by(text: str, name: str | None) -> str:
    """With who wrote it, where that was not the person."""
    return f"{text} {gettext('(entered by %(name)s)', name=name)}" if name else text


def _ended(facts: Mapping[str, Any], options: Mapping[str, str]) -> list[tuple[str, str]]:
    if facts["state"] not in ("decided", "not_now"):
        return []
    said = gettext("Not now") if facts["state"] == "not_now" else chosen(facts["chosen"], options)
    on = i18n.plain_day(date.fromisoformat(str(facts["decided_on"]))) if facts["decided_on"] else ""
    found = [(gettext("What was decided:"), i18n.comma().join(filter(None, (said, on))))]
    if facts["with_whom"]:
        found.append((gettext("With:"), facts["with_whom"]))
    return [*found, (gettext("In words:"), facts["words"])] if facts["words"] else found
