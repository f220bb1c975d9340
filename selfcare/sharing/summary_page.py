"""A summary's body as a page shows it: days as days, readings as charts. Nothing is read from the record here."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext, ngettext

from selfcare import i18n
from selfcare.admissions import words as stay_words
from selfcare.agreed import words as agreed_words
from selfcare.appointments import going_on, telling_words
from selfcare.diary import ends, presets
from selfcare.goals import words as goal_words
from selfcare.people.banner import Shared
from selfcare.results import drawn
from selfcare.results import words as result_words
from selfcare.results.sent import from_json
from selfcare.results.signs import in_line, readable
from selfcare.sharing import words, written
from selfcare.sharing.changes import Changes
from selfcare.sharing.outdated_reports import Standing
from selfcare.web import chart
from selfcare.web.digits import BadNumber, read_number
from selfcare.web.written import Saying

# The most logged are drawn; what else there is stands in words, and in the table.
DRAWN = 12


@dataclass(frozen=True)
class Measure:
    """One symptom or measurement: its words, its chart, and its readings as text, newest first."""

    name: str
    unit: str
    symptom: bool
    count: str
    chart: chart.Chart | None
    # When (`part` as `web.when` knows it), the number, by whom.
    rows: list[tuple[datetime, str, str, str | None]]


@dataclass(frozen=True)
class Note:
    """A note of the diary: when, about what, its words, what was tried, who wrote it where it was not the person."""

    wall: datetime
    part: str
    name: str
    text: str
    tried: str
    by: str | None


@dataclass(frozen=True)
class Said:
    """Words, and how they were told to whoever wrote them down; None where nobody did."""

    text: str
    told: str | None = None


@dataclass(frozen=True)
class Told:
    """What of a body was told: words beside the person's own, and for each question how, or None."""

    matters: list[Said]
    words: list[Said]
    questions: list[str | None]


@dataclass(frozen=True)
class Page:
    """A body, ready to be shown. Sections that are not in it are not in `sections`."""

    body: dict[str, Any]
    sections: tuple[str, ...]
    name: str
    as_of: datetime
    first: date
    last: date
    visit: dict[str, Any] | None
    measures: list[Measure]
    notes: list[Note]
    notes_left: int  # older ones, which are not listed
    others: dict[str, str]  # who else entered readings, each with the mark of theirs in the charts
    reports: list[dict[str, Any]]
    agreed: list[dict[str, Any]]
    goals: list[dict[str, Any]]
    questions: list[dict[str, Any]]
    views: list[dict[str, Any]]
    stays: list[dict[str, Any]]
    life: list[Said]
    written: list[tuple[str, list[Saying]]]  # what stands over each part, and its items
    told: Told
    agenda: dict[str, Any] | None
    changes: Changes

    @property
    def allergies(self) -> Shared:
        """The names of those that are in it, and its day, for its head."""
        facts = [one["facts"] for one in self.body.get("health", ())]
        names = {one["name"] for one in facts if one["kind"] == "allergy"}
        return Shared(tuple(sorted(names)), self.as_of.date())


def read(
    body: dict[str, Any], since: Mapping[str, Standing] | None = None, changes: Changes | None = None
) -> Page:
    """Make a page of a body, in the language of this answer.

    :param since: what became of its reports, for a body that was shared (`outdated_reports.since`).
    :param changes: what in it is new, or different, since the one before.
    """
    name = body["person"]["name"]
    first, last = date.fromisoformat(body["first"]), date.fromisoformat(body["last"])
    trackers = body.get("been", {}).get("trackers", [])
    notes = body.get("been", {}).get("notes") or {"total": 0, "notes": []}
    others = chart.marks(
        sorted({reading["by"] for tracker in trackers for reading in tracker["readings"] if reading["by"]})
    )
    visit = body["visit"]
    return Page(
        body=body,
        sections=tuple(body["sections"]),
        name=name,
        as_of=datetime.fromisoformat(body["as_of"]),
        first=first,
        last=last,
        visit={**visit, "wall": datetime.fromisoformat(visit["wall"]), "how": words.how(visit["how"])}
        if visit
        else None,
        measures=[
            _measure(tracker, first, last, place < DRAWN, others) for place, tracker in enumerate(trackers)
        ],
        notes=[
            Note(
                datetime.fromisoformat(one["wall"]),
                one.get("part", ""),
                one["name"],
                one["text"],
                one["tried"],
                one["by"],
            )
            for one in notes["notes"]
        ],
        notes_left=notes["total"] - len(notes["notes"]),
        others=others,
        reports=[
            _report(report, (since or {}).get(report.get("id", "")), ZoneInfo(body["zone"]), last)
            for report in body.get("results", [])
        ],
        agreed=[_line(line, name, last) for line in body.get("agreed", [])],
        goals=[
            {
                **goal,
                "checked": _day(goal["checked"]),
                "how": goal_words.how(goal["how"]) if goal["how"] else None,
            }
            for goal in body.get("goals", [])
        ],
        questions=[
            {
                "group": "visit",  # in a summary from before there were groups
                **question,
                "told": _mark(question["told"]) if question.get("told") else None,
                "carried": _day(question["carried"]),
                "answer_by": _day(question.get("answer_by")),
            }
            for question in body.get("questions", [])
        ],
        views=[{**one, "day": _day(one["day"])} for one in body.get("views", [])],
        stays=[_stay(one, name, last) for one in body.get("stays", [])],
        life=_life(body.get("life")),
        written=written.read(body, name),
        told=told(body),
        agenda={**agenda, "day": _day(agenda["day"])} if (agenda := body.get("agenda")) else None,
        changes=changes or Changes(),
    )


def _life(said: dict[str, Any] | None) -> list[Said]:
    """What else is going on, as words."""
    if not said:
        return []
    found = [Said(one) for one in _picked(said)]
    for each in said.get("told", ()):
        found += [Said(one, _mark(each)) for one in _picked(each)]
    return found


def _picked(said: dict[str, Any]) -> list[str]:
    picks = [going_on.word(code) for code in going_on.CODES if code in said["picks"]]
    return [*picks, said["words"]] if said["words"] else picks


def told(body: dict[str, Any]) -> Told:
    """What of a body was told."""
    return Told(
        _told(body.get("matters_told")),
        _told(body.get("been", {}).get("words_told")),
        [_mark(each["told"]) if each.get("told") else None for each in body.get("questions", ())],
    )


def _told(said: Sequence[dict[str, Any]] | None) -> list[Said]:
    """What was told, each with how."""
    return [Said(each["text"], _mark(each)) for each in said or ()]


def _mark(told: dict[str, Any]) -> str:
    own = datetime.fromisoformat(told["own"]) if told["own"] else None
    return telling_words.as_told(told["to"], told["how"], datetime.fromisoformat(told["at"]), own)


def _line(line: dict[str, Any], name: str, last: date) -> dict[str, Any]:
    """Who does what, by when; what was done, when."""
    closed, who = _day(line["closed"]), line["who"] or name
    if closed:
        said = gettext("%(who)s. Done on %(day)s.", who=who, day=i18n.plain_day(closed, today=last))
    else:
        said = agreed_words.who_by(who, line["by"], _day(line["on"]), last)
    return {"id": line["id"], "what": line["what"], "said": said}


def _stay(one: dict[str, Any], name: str, last: date) -> dict[str, Any]:
    """Where, when, and as told by whom; one that was taken out says only that (`place` is None)."""
    if one["place"] is None:
        return {"id": one["id"], "place": None}
    days = {"came_on": date.fromisoformat(one["came_on"]), "left_on": _day(one["left_on"])}
    told = stay_words.Told(**{**{part: one[part] for part in ("planned", "told_by", "told_name")}, **days})
    return {
        "id": one["id"],
        "place": one["place"],
        "said": stay_words.line(told, last),
        "told": stay_words.told(told, name, own=False),
        "note": one["note"],
    }


def hints(parts: dict[str, Any], *, told: bool = False) -> dict[str, str]:
    """What each section would hold, in a few words, for whoever chooses. :param told: whether what matters was told."""
    names = [tracker["name"] for tracker in parts.get("been", {}).get("trackers", [])]
    found = {
        "matters": "" if parts.get("matters") or told else gettext("Nothing written yet"),
        "life": gettext(
            "%(list)s. Those who help you do not see it.",
            list=i18n.in_a_row(one.text for one in _life(parts.get("life"))),
        ),
        "questions": _count(
            len(parts.get("questions", [])),
            lambda n: ngettext("%(num)s question", "%(num)s questions", n),
            gettext("No questions yet"),
        ),
        "been": i18n.listed(names) if names else gettext("Nothing entered in this time"),
        "results": i18n.in_a_row(report["title"] for report in parts.get("results", [])[:5])
        if parts.get("results")
        else gettext("None in this time"),
        "stays": i18n.in_a_row(one["place"] for one in parts.get("stays", [])[:5]),
        "agreed": "" if parts.get("agreed") else gettext("Nothing yet"),
        "goals": _count(
            len(parts.get("goals", [])),
            lambda n: ngettext("%(num)s goal", "%(num)s goals", n),
            gettext("No goals yet"),
        ),
    }
    for name in written.PARTS:
        found[name] = i18n.in_a_row(one.title for one in written.said(name, parts.get(name, ()))[:5])
    return {name: text for name, text in found.items() if text and name in parts}


def _count(number: int, words: Callable[[int], str], none: str) -> str:
    return words(number) if number else none


def _day(text: str | None) -> date | None:
    return datetime.fromisoformat(text).date() if text else None


def _report(report: dict[str, Any], stands: Standing | None, zone: ZoneInfo, last: date) -> dict[str, Any]:
    """A report, with what became of it since, and each result drawn as on its own page, with the group it stands in
    where that says something.
    """
    taken, until = (
        datetime.fromisoformat(text) if (text := report.get(end)) else None for end in ("taken", "until")
    )
    times = (taken, report.get("taken_to_the_day", False), until, report.get("until_to_the_day", False))
    return {
        **report,
        # Over the values, where it is the day of all of them.
        "taken": taken.date()
        if taken and not any(one.get("taken_wall") for one in report["results"])
        else None,
        "when": result_words.span(*times, last),
        "when_whole": result_words.span(*times, date.min),
        "title": in_line(report["title"]),
        "status": result_words.standing(report["status"]),
        "origin": result_words.typed_over(report["typed_over"], report["typed_by"])
        if report.get("typed_over") is not None
        else None,
        "since": words.since(stands) if stands else None,
        "texts": [
            (name, readable(text))
            for name, text in (
                (gettext("Conclusion"), report.get("conclusion")),
                (gettext("Lab’s note"), report.get("note")),
            )
            if text
        ],
        "results": [_result(result, report, zone, last) for result in report["results"]],
    }


def _result(result: dict[str, Any], report: dict[str, Any], zone: ZoneInfo, last: date) -> dict[str, Any]:
    group = result.get("group")
    return {
        "said": drawn.draw(from_json(result), report["status"], zone, last),
        "group": group if group and group != report["title"] else None,
        "before": [
            drawn.marked(one["kind"], one["value"], one.get("status", ""), zone, last)
            if isinstance(one, dict)
            else one
            for one in result["before"]
        ],
    }


def _measure(
    tracker: dict[str, Any], first: date, last: date, draws: bool, marks: Mapping[str, str]
) -> Measure:
    symptom = tracker["kind"] == "symptom"
    readings, rows = [], []
    for reading in tracker["readings"]:
        wall = datetime.fromisoformat(reading["wall"])
        rows.append((wall, reading.get("part", ""), _text(reading), reading["by"]))
        value, second = _number(reading, "number", "value"), _number(reading, "lower", "second")
        if value is not None:
            readings.append(chart.Reading(wall, value, second, marks.get(reading["by"], "me")))
    rows.sort(key=lambda row: row[0], reverse=True)
    count = _count_of(tracker, len(rows))
    if tracker["kind"] == "done" and tracker["total"] == len(rows):
        done = [one["value"] for one in tracker["readings"]].count("done")
        count = presets.times_done(done, len(rows) - done)
    drawn = None
    if readings and draws:
        drawn = chart.draw(
            readings,
            first,
            last,
            label=gettext(
                "%(name)s: %(count)s, from %(first)s to %(last)s",
                name=tracker["name"],
                count=count,
                first=i18n.plain_day(first),
                last=i18n.plain_day(last),
            ),
            symptom=symptom,
            total=tracker["total"] or len(rows),
            width=330,
            height=110,
        )
    return Measure(
        name=tracker["name"],
        unit=(ends.from_summary(tracker.get("ends")) or gettext("0 to 10")) if symptom else tracker["unit"],
        symptom=symptom,
        count=count,
        chart=drawn,
        rows=rows,
    )


def _count_of(tracker: dict[str, Any], listed: int) -> str:
    if tracker["total"] is None:  # some of what was counted has been taken back
        return ngettext("the newest entry", "the newest %(num)s entries", listed)
    if tracker["total"] > listed:
        return gettext("newest %(shown)s of %(total)s entries", shown=listed, total=tracker["total"])
    return ngettext("%(num)s entry", "%(num)s entries", listed)


def _text(reading: dict[str, Any]) -> str:
    if reading["value"] in (None, ""):
        return gettext("no number")
    if reading["value"] in ("done", "not"):
        return dict(presets.done_or_not())[reading["value"]]
    return f"{reading['value']}/{reading['second']}" if reading["second"] else str(reading["value"])


def _number(reading: dict[str, Any], name: str, typed: str) -> Decimal | None:
    """A number to draw: as it was kept, or read again in summaries of before it was."""
    text = reading.get(name, reading[typed])
    try:
        return read_number(text) if text else None
    except BadNumber:
        return None
