"""A summary as plain text, to be copied into a clinical system: nothing but letters, in fixed places.

What people wrote stands indented under its heading, so that it can never look like a heading itself.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date
from textwrap import indent
from typing import Any

from flask_babel import gettext, ngettext, pgettext

from selfcare import i18n
from selfcare.appointments.plain_values import Question
from selfcare.sharing import written
from selfcare.sharing.plain_fit import MOST, beside_in_half, fit
from selfcare.sharing.plain_results import results, under
from selfcare.sharing.queries import SharedSummary
from selfcare.sharing.summary_page import Measure, Page, Said
from selfcare.web import said
from selfcare.web.written import Saying

Live = Mapping[str, Question] | None
Section = tuple[str, str, list[str]]
NEWEST = 10  # readings of each kind: the page has them all
TOP = 3
FIRM = ("results", "health")  # cut last: half of a list of medicines, or of results, is read as all of it
# Typographic signs that old systems turn into question marks.
_SIGNS = str.maketrans(
    {
        "‘": "'", "’": "'", "‚": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"',
        "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "−": "-",
        "…": "...", "•": "-", "·": "-", "\u2028": "\n", "\u2029": "\n",
    }
)  # fmt: skip

# A number with the signs before it and what hangs on it; a range of two; a unit after a space.
_SIGNED = r"(?:[<>=\u2264\u2265+~\u00b1-]{1,2} ?)?[0-9][0-9A-Za-z%\u00b5\u03bc\u00b0.,:/*^\u00d7+]*(?<![.,:])"
_UNIT = r"[A-Za-z%\u00b5\u03bc\u00b0][A-Za-z0-9%\u00b5\u03bc\u00b0/*^.]*"
_NHS = r"[0-9]{3} [0-9]{3} [0-9]{4}"
_NUMBER = re.compile(rf"(?<![0-9A-Za-z])(?:{_NHS}|{_SIGNED})(?: ?[-/] ?{_SIGNED})*(?: {_UNIT})?")

# Line ends, and the joiners that Urdu and pictures are written with.
_KEPT = "\n\u200c\u200d"


def text(
    page: Page, found: SharedSummary, live: Live = None, today: date | None = None, beside: Sequence[str] = ()
) -> str:
    """The summary in the language of this answer, dates in full: at most MOST characters, so that a clinical system
    takes it whole. Where it is longer, its longest parts are shorter, and it says so.

    :param live: what is open now of its questions, for whoever may reply, and of which day that is.
    :param beside: what stands before it, a line each.
    """
    before = list(map(isolated, beside_in_half([tidy(line) for line in beside])))
    most = MOST - sum(len(line) + 2 for line in before) - 1
    parts = sections(page, live, today)
    blocks = _blocks(page, found, parts)
    if len("\n\n".join(blocks)) > most:
        parts = sections(page, live, today, TOP)
        blocks = _blocks(page, found, parts)
    firm = {isolated(tidy(title.upper())) for code, title, _ in parts if code in FIRM}
    return "\n\n".join([*before, *fit(blocks, most, firm)]) + "\n"


def _blocks(page: Page, found: SharedSummary, parts: Sequence[Section]) -> list[str]:
    inside = [_block(title, lines) for _, title, lines in parts]
    return [isolated(tidy(one)) for one in (_head(page, found), *inside, gettext("End of the summary."))]


def sections(page: Page, live: Live = None, today: date | None = None, newest: int = NEWEST) -> list[Section]:
    """Each section: its code, what stands over it, and what it says, in the order in which it is read.

    :param newest: so many readings of each kind.
    """
    found, name, since = list[Section](), page.name, i18n.plain_day(page.first)
    if "matters" in page.sections:
        title = gettext("What matters to %(name)s this time", name=name)
        words = _written(page.body["matters"], page.body.get("matters_by"))
        found.append(("matters", title, words + _told(page.told.matters)))
    if page.agenda:
        title = gettext("What %(name)s would like to talk about", name=page.agenda["name"])
        day = gettext("Written on %(day)s.", day=i18n.plain_day(page.agenda["day"]))
        found.append(("agenda", title, [*(f"- {line}" for line in page.agenda["lines"]), day]))
    if "life" in page.sections:
        found.append(("life", gettext("What else is going on"), _told(page.life)))
    if "questions" in page.sections:
        title = gettext("Questions, in %(name)s’s order", name=name)
        found.append(("questions", title, _questions(page, live, today)))
    if "been" in page.sections:
        title = gettext("How %(name)s has been, since %(day)s (as entered)", name=name, day=since)
        said = page.body["been"]
        been = [
            *_written(said["words"], said.get("words_by")),
            *_told(page.told.words),
            *(_measure(measure, name, newest) for measure in page.measures),
            *_notes(page),
        ]
        found.append(("been", title, been))
    if "results" in page.sections:
        title = gettext("New results, since %(day)s (as the laboratory gave them)", day=since)
        found.append(("results", title, results(page)))
    if "views" in page.sections:
        title = gettext("How %(name)s sees what the team wrote", name=name)
        found.append(("views", title, [_marked(page, one) + _view(one, name) for one in page.views]))
    if "stays" in page.sections:
        stays = [_marked(page, one) + _stay(one) for one in page.stays]
        found.append(("stays", gettext("Hospital stays, as told"), stays))
    if "agreed" in page.sections:
        found.append(("agreed", gettext("What we agreed"), _agreed(page)))
    if "goals" in page.sections:
        found.append(("goals", gettext("Goals"), _goals(page)))
    codes = [code for code in written.PARTS if code in page.sections]
    for code, (title, items) in zip(codes, page.written, strict=True):
        found.append((code, title, [_saying(page, one) for one in items]))
    return found


def isolated(text: str) -> str:
    """In a language that is written from right to left: each number with its signs, its range and its unit set apart,
    so that 3.5-5.3, <5 and +4 are read as they were sent. A line without such letters runs the other way anyhow.
    """
    if i18n.direction() != "rtl":
        return text
    lines = [_NUMBER.sub(lambda found: f"\u2066{found[0]}\u2069", line) if _has_rtl(line) else line
             for line in text.split("\n")]  # fmt: skip
    return "\n".join(lines)


def _has_rtl(line: str) -> bool:
    return any(unicodedata.bidirectional(letter) in ("R", "AL") for letter in line)


def tidy(words: str) -> str:
    """Without typographic signs, odd spaces, and marks that turn the direction of what follows."""
    plain = words.translate(_SIGNS)
    kept = []
    for letter in plain:
        kind = unicodedata.category(letter)
        if kind == "Zs":
            kept.append(" ")
        elif letter in _KEPT or kind not in ("Cc", "Cf"):
            kept.append(letter)
    return "".join(kept)


def _head(page: Page, found: SharedSummary) -> str:
    person = page.body["person"]
    lines = [
        gettext("SUMMARY OF %(name)s", name=person["full_name"])
        if page.body["shared_by"]
        else gettext("SUMMARY SHARED BY %(name)s", name=person["full_name"]),
        gettext(
            "Birth date %(day)s, %(age)s years. Likes to be called %(name)s.",
            day=i18n.plain_day(date.fromisoformat(person["born"])),
            age=person["age"],
            name=person["name"],
        ),
        gettext("As of %(moment)s.", moment=i18n.moment(page.as_of, year=True)),
    ]
    if page.visit:
        lines.append(
            gettext(
                "For the visit on %(moment)s (%(how)s).",
                moment=i18n.moment(page.visit["wall"], year=True),
                how=page.visit["how"],
            )
        )
    if page.body["shared_by"]:
        lines.append(
            gettext("Shared by %(helper)s for %(name)s.", helper=page.body["shared_by"], name=page.name)
        )
    chosen_by = page.body["shared_by"] or page.name
    if "as_told" in page.body:
        lines.append(
            gettext(
                "%(person)s told this to %(name)s, and said that it may be shared.",
                person=page.name,
                name=chosen_by,
            )
        )
    else:
        lines.append(gettext("%(name)s chose what is here. Nothing is worked out from it.", name=chosen_by))
    if found.newer:
        lines.append(gettext("There is a newer summary than this one."))
    if news := page.changes.line(page.name):
        lines.append(news)
    if found.withdrawn_wall:
        moment = i18n.moment(found.withdrawn_wall, year=True)
        lines.append(gettext("Since %(moment)s nobody but you can see it.", moment=moment))
    return "\n".join(lines)


def _block(title: str, parts: list[str]) -> str:
    written = [part.strip() for part in parts if part and part.strip()]
    return title.upper() + "\n" + indent("\n".join(written) or gettext("Nothing."), "  ")


def _written(words: str, by: str | None) -> list[str]:
    """The person's words, and who wrote them down where it was somebody else."""
    return [words, gettext("(entered by %(name)s)", name=by)] if by and words.strip() else [words]


def _told(said: list[Said]) -> list[str]:
    """Words, and how they were told to whoever wrote them down."""
    return [line for one in said for line in (one.text, f"({one.told})" if one.told else "")]


def _questions(page: Page, live: Live, today: date | None) -> list[str]:
    found = []
    groups = {
        "now": pgettext("who a question is for", "Asked now:"),
        "reply": gettext("With a reply:"),
    }
    before = "visit"
    for number, question in enumerate(page.questions, 1):
        lines = [f"{number}. {_marked(page, question)}{under(question['text'])}"]
        group = question["group"]
        if group != before:
            lines.insert(0, groups[group])
        elif group == "visit" and number == TOP + 1:
            lines.insert(0, gettext("If there is time:"))
        before = group
        if question["why"]:
            lines.append(gettext("   Why: %(text)s", text=under(question["why"])))
        if question["about"]:
            lines.append(gettext("   About: %(text)s", text=under(question["about"])))
        if question["carried"]:
            lines.append(gettext("   Carried over from %(day)s.", day=i18n.plain_day(question["carried"])))
        now = (live or {}).get(question.get("id", ""))
        if question["answer_by"] and (live is None or (now and now.asked_at and not now.reply)):
            day = i18n.plain_day(question["answer_by"])
            lines.append(gettext("   A reply was promised by %(day)s.", day=day))
        if question["told"]:
            lines.append(f"   {question['told']}.")
        elif question["by"]:
            lines.append(gettext("   Entered by %(name)s.", name=question["by"]))
        if live is not None and today and (said := _since(now)):
            lines.append("   " + gettext("On %(day)s:", day=i18n.plain_day(today)) + " " + said)
        found.append("\n".join(lines))
    return found


def _since(now: Question | None) -> str:
    """What became of a question since the summary was shared; empty while it waits as it did."""
    if now is None:
        return gettext("No longer open")
    return f"{gettext('%(name)s replied:', name=now.reply_name)} {under(now.reply)}" if now.reply else ""


def _view(one: dict[str, Any], name: str) -> str:
    """Both sides, one under the other."""
    theirs = (
        gettext("What %(name)s wrote, and this stood beside, was taken out.", name=one["who"])
        if one["theirs"] is None
        else gettext("%(name)s wrote: %(words)s", name=one["who"], words=under(one["theirs"]))
    )
    mine = gettext("%(name)s says: %(words)s", name=name, words=under(one["mine"]))
    return f"{theirs}\n{mine}"


def _stay(one: dict[str, Any]) -> str:
    if one["place"] is None:
        return "- " + gettext("A hospital stay that was here was taken out since.")
    lines = [
        f"- {under(one['place'])}",
        one["said"],
        one["told"],
        *([under(one["note"])] if one["note"] else []),
    ]
    return "\n  ".join(lines)


def _measure(measure: Measure, name: str, newest: int) -> str:
    lines = [
        gettext("%(name)s (%(unit)s), %(count)s:", name=measure.name, unit=measure.unit, count=measure.count)
        if measure.unit
        else gettext("%(name)s, %(count)s:", name=measure.name, count=measure.count)
    ]
    for wall, part, value, by in measure.rows[:newest]:
        moment = f"{i18n.plain_day(wall.date())} {said.time(wall, part)}"
        line = f"  {moment}: {value}"
        lines.append(gettext("%(line)s (entered by %(name)s)", line=line, name=by) if by else line)
    if len(measure.rows) > newest:
        lines.append("  " + gettext("Only the newest %(n)s are listed here.", n=newest))
    return "\n".join(lines)


def _notes(page: Page) -> list[str]:
    if not page.notes:
        return []
    lines = [gettext("Notes in the diary:")]
    for note in page.notes:
        moment = f"{i18n.plain_day(note.wall.date())} {said.time(note.wall, note.part)}"
        line = "  " + ", ".join([moment, note.name] if note.name else [moment]) + ":"
        if note.by:
            line = gettext("%(line)s (entered by %(name)s)", line=line, name=note.by)
        lines.append(line)
        lines += [f"    {under(note.text)}"] if note.text else []
        lines += ["    " + gettext("Tried: %(text)s", text=under(note.tried))] if note.tried else []
    if page.notes_left:
        lines.append(
            "  "
            + ngettext(
                "There is %(num)s older note, which is not listed.",
                "There are %(num)s older notes, which are not listed.",
                page.notes_left,
            )
        )
    return ["\n".join(lines)]


def _agreed(page: Page) -> list[str]:
    return [f"- {_marked(page, line)}{under(line['what'])}\n  {line['said']}" for line in page.agreed]


def _goals(page: Page) -> list[str]:
    found = []
    for number, goal in enumerate(page.goals, 1):
        lines = [f"{number}. {_marked(page, goal)}{under(goal['text'])}"]
        if goal["why"]:
            lines.append(gettext("   Why: %(text)s", text=under(goal["why"])))
        if goal["checked"]:
            lines.append(
                gettext(
                    "   Checked in %(day)s: %(how)s.", day=i18n.plain_day(goal["checked"]), how=goal["how"]
                )
            )
        if goal["note"]:
            lines.append("   " + under(goal["note"]))
        if goal["sure"] is not None:
            lines.append(gettext("   Sure of being able to: %(number)s of 10.", number=goal["sure"]))
        if goal["next"]:
            lines.append(gettext("   Next step: %(text)s", text=under(goal["next"])))
        found.append("\n".join(lines))
    return found


def _marked(page: Page, item: Mapping[str, Any]) -> str:
    """What stands before an item that is new, or different, since the summary before."""
    said = page.changes.mark(item.get("id"))
    return f"[{said}] " if said else ""


def labelled(label: str, text: str) -> str:
    """What something is called before what it is: set apart, where nothing but letters can do that."""
    apart = label if not label or label.endswith(":") else gettext("%(label)s:", label=label)
    return f"{apart} {text}".strip()


def _saying(page: Page, one: Saying) -> str:
    lines = ["- " + _marked(page, {"id": one.item_id}) + under(one.title)]
    if one.by:
        lines.append("   " + gettext("(entered by %(name)s)", name=one.by))
    lines += ("   " + labelled(label, under(text)) for label, text in one.lines)
    return "\n".join(lines)
