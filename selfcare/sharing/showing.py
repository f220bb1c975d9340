"""What a reader may still see of a shared summary.

It is kept as it was shared, also where something in it was taken out of the record later. Three things leave it
whenever it is read, by whomever, on every page, print and text: what the person has marked *only me* since, which
nobody else sees any more; for somebody who helps, the areas that the person does not let them see; and what was
perhaps about somebody else: a report that was entered by mistake, a hospital stay that was taken out. The first two
leave no gap, no count and no sentence behind; of the third it is said that it was taken back.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, func, literal, or_, select, union_all

from selfcare.admissions.models import Admission
from selfcare.agreed.models import Line
from selfcare.appointments.models import Appointment, Question
from selfcare.appointments.queries import may_know
from selfcare.database import session
from selfcare.diary.models import Entry, Tracker
from selfcare.goals.models import CheckIn, Goal
from selfcare.own_view.models import OwnView
from selfcare.results.models import Report
from selfcare.sharing import own_views, written
from selfcare.web.access import Area, Permit, Role
from selfcare.web.alias import shared_alias

# Made once: a statement that makes one anew makes all of its columns anew.
_first = shared_alias(Question)

Body = dict[str, Any]


def shown(permit: Permit, body: Body, as_of: datetime) -> tuple[Body, bool]:
    """A body as this reader may see it, and whether the person has marked anything in it *only me* since.

    :param as_of: when it was shared. Two statements at most, three where more was counted than is listed.
    """
    left = _left(permit, body, as_of)
    kept = without(permit, body, as_of, left)
    hidden = kept != body
    kept = _standing(kept, left)
    return (areas(permit, kept) if permit.role is Role.CARER else kept), hidden


def standing(permit: Permit, body: Body, as_of: datetime) -> Body:
    """A body as the team may see it, whoever asks: what goes on into the next one that is shared."""
    left = _left(permit, body, as_of)
    return _standing(without(permit, body, as_of, left), left)


def taken_back(permit: Permit, body: Body, as_of: datetime) -> bool:
    """Whether anything in a body must not be shown any more as it stands: for what left the app, and cannot be mended.

    :param body: of it only ids, kinds, counts and days are asked.
    """
    left = _left(permit, body, as_of)
    gone = (left.only_me, left.hushed, left.void, left.unnamed, left.views, left.unquoted, left.stays)
    return any(gone) or bool(_uncounted(permit, body, as_of))


def areas(permit: Permit, body: Body) -> Body:
    """The body without the areas of the record that somebody who helps may not see."""
    visits, logged = permit.may(Area.APPOINTMENTS), permit.may(Area.DIARY)
    seen = {
        "matters": visits,
        "life": False,  # the person put it in for the team
        "agenda": visits,
        "questions": permit.may(Area.QUESTIONS),
        "been": visits or logged,
        "results": permit.may(Area.RESULTS),
        "views": permit.may(Area.CONTACTS) and permit.may(Area.RESULTS),
        "stays": permit.may(Area.CONTACTS),
        "agreed": visits,
        "goals": permit.may(Area.GOALS),
        **{name: permit.may(part.area) for name, part in written.PARTS.items()},
    }
    kept = {key: value for key, value in body.items() if seen.get(key, True)}
    kept["sections"] = [name for name in body["sections"] if seen[name]]
    if not visits:
        kept |= {"visit": None, "matters_by": None, "matters_told": []}
    if "questions" in kept:
        kept["questions"] = [_question(permit, one) for one in kept["questions"]]
    if "been" in kept:
        been = dict(kept["been"])
        if not visits:
            been |= {"words": "", "words_by": None, "words_told": []}
        if not logged:
            been |= {"trackers": [], "notes": None}
        kept["been"] = been
        if not logged and not been["words"] and not been.get("words_told"):
            del kept["been"]
            kept["sections"].remove("been")
    return kept


def _question(permit: Permit, question: Body) -> Body:
    """Without what is of another area. A summary from before it said what its questions are about is taken to mean
    results."""
    about = may_know(permit, question.get("about_kind") or "result")
    carried = permit.may(Area.APPOINTMENTS)
    return question | {
        "about": question["about"] if about else None,
        "carried": question["carried"] if carried else None,
    }


def without(permit: Permit, body: Body, as_of: datetime, left: "Left") -> Body:
    """The body without what is *only me* by now (`left`, and what was counted); the very same one where nothing is."""
    gone, hushed = left.only_me, left.hushed
    uncounted = _uncounted(permit, body, as_of)
    if not gone and not hushed and not uncounted:
        return body
    kept = dict(body)

    def stays(item: Body, key: str = "id") -> bool:
        return item.get(key) not in gone

    if body["visit"] and not stays(body["visit"]):
        kept["visit"] = None
        kept["sections"] = [name for name in body["sections"] if name not in ("matters", "life")]
        for name in ("matters", "matters_by", "matters_told", "agenda", "life"):
            kept.pop(name, None)
    if "questions" in body:
        kept["questions"] = [
            {**one, "about": None} if one.get("id") in hushed else one
            for one in body["questions"]
            if stays(one)
        ]
    if "agreed" in body:
        kept["agreed"] = [_line(line, stays) for line in body["agreed"] if stays(line)]
    if "goals" in body:
        kept["goals"] = [_goal(goal, stays) for goal in body["goals"] if stays(goal)]
    written.staying(kept, stays)
    if "been" in body:
        been = dict(body["been"])
        if kept["visit"] is None:
            been |= {"words": "", "words_by": None, "words_told": []}
        trackers = [_tracker(one, stays, uncounted) for one in been["trackers"] if stays(one)]
        been["trackers"] = [one for one in trackers if one["readings"]]
        if been.get("notes"):
            notes = [one for one in been["notes"]["notes"] if stays(one) and stays(one, "tracker")]
            lost = len(been["notes"]["notes"]) - len(notes)
            been["notes"] = {"total": been["notes"]["total"] - lost, "notes": notes}
        kept["been"] = been
    return kept


def _standing(body: Body, left: "Left") -> Body:
    """The body without what reports said that were taken back, and without their names beside questions."""
    kept = dict(body)
    if left.views or left.unquoted:
        kept["views"] = [
            {**one, "theirs": None} if one["id"] in left.unquoted else one
            for one in kept["views"]
            if one["id"] not in left.views
        ]
    if left.stays:
        kept["stays"] = [
            {"id": one["id"], "place": None} if one["id"] in left.stays else one for one in kept["stays"]
        ]
    if left.void and "results" in body:
        kept["results"] = [_report(one, left.void) for one in body["results"]]
    if left.unnamed and "questions" in body:
        kept["questions"] = [
            {**one, "about": None} if one.get("id") in left.unnamed else one for one in body["questions"]
        ]
    return kept


def _report(report: Body, void: set[str]) -> Body:
    if report.get("id") in void:
        nothing = {
            "laboratory": "",
            "status": "",
            "specimen": "",
            "conclusion": "",
            "note": "",
            "results": [],
        }
        return {**report, **nothing, "typed_over": None, "taken_back": True}
    results = [
        {**one, "before": [each for each in one["before"] if _id_of_report(each) not in void]}
        for one in report["results"]
    ]
    return {**report, "results": results}


def _id_of_report(before: Any) -> str | None:
    """Which report a value before is of; None where that was not kept yet."""
    return before.get("report") if isinstance(before, dict) else None


def _goal(goal: Body, stays: Callable[..., bool]) -> Body:
    if goal.get("check") and not stays(goal, "check"):
        return {**goal, "check": None, "checked": None, "how": None, "note": ""}
    return goal


def _line(line: Body, stays: Callable[..., bool]) -> Body:
    return line if stays(line, "visit") else {**line, "visit": None, "on": None}


def _tracker(tracker: Body, stays: Callable[..., bool], uncounted: set[str]) -> Body:
    readings = list(filter(stays, tracker["readings"]))
    total = tracker["total"] - len(tracker["readings"]) + len(readings)
    if tracker.get("id") in uncounted:
        total = None  # how many more there were would count what has gone
    return {**tracker, "readings": readings, "total": total}


def _ids(body: Body) -> dict[type[Any], list[UUID]]:
    """The ids of all that is in a body, by table. A summary from before items had theirs has none where it says so."""
    been = body.get("been", {})
    trackers = been.get("trackers", [])
    notes = (been.get("notes") or {}).get("notes", [])
    goals = body.get("goals", [])
    visit = [body["visit"]] if body["visit"] else []
    found: dict[type[Any], list[Any]] = {
        Entry: [reading.get("id") for one in trackers for reading in one["readings"]]
        + [note["id"] for note in notes],
        Tracker: [one.get("id") for one in trackers] + [note["tracker"] for note in notes],
        Question: [question.get("id") for question in body.get("questions", [])],
        Goal: [goal.get("id") for goal in goals],
        CheckIn: [goal.get("check") for goal in goals],
        Line: [line["id"] for line in body.get("agreed", [])],
        Appointment: [one.get("id") for one in visit] + [line["visit"] for line in body.get("agreed", [])],
        **written.ids(body),
    }
    return {table: [UUID(one) for one in set(ids) if one] for table, ids in found.items() if any(ids)}


@dataclass(frozen=True)
class Left:
    """What of a body has become *only me*, and of which questions the one they ask more about; which reports were taken
    back, and which questions were about one.
    """

    only_me: set[str]
    hushed: set[str]
    void: set[str]
    unnamed: set[str]
    views: set[str]  # beside what was entered by mistake
    unquoted: set[str]  # views beside a contact that was taken out: only the person's words stay
    stays: set[str]  # taken out since: perhaps they were somebody else's


def _left(permit: Permit, body: Body, as_of: datetime) -> Left:
    """Read it. One statement."""
    parts = [
        _rows("only me", permit, table, wanted, _hidden(table, as_of)) for table, wanted in _ids(body).items()
    ]
    if reports := _reports(body):
        parts.append(_rows("void", permit, Report, reports, Report.void_at.is_not(None)))
    if views := [UUID(one["id"]) for one in body.get("views", [])]:
        parts.append(_rows("views", permit, OwnView, views, own_views.taken_back()))
        parts.append(_rows("unquoted", permit, OwnView, views, own_views.alone()))
    if stays := [UUID(one["id"]) for one in body.get("stays", [])]:
        parts.append(_rows("stays", permit, Admission, stays, Admission.removed_at.is_not(None)))
    if about := [UUID(one["id"]) for one in body.get("questions", []) if one.get("id") and one["about"]]:
        of_hidden = exists().where(
            _first.person_id == Question.person_id, _first.id == Question.about_id, _hidden(_first, as_of)
        )
        asks_more = Question.about_kind == "question"
        parts.append(_rows("hushed", permit, Question, about, and_(asks_more, of_hidden)))
        nameless = and_(~asks_more, Question.about_label.is_(None))
        parts.append(_rows("unnamed", permit, Question, about, nameless))
    kinds = ("only me", "hushed", "void", "unnamed", "views", "unquoted", "stays")
    found: dict[str, set[str]] = {what: set() for what in kinds}
    for what, one in session().execute(union_all(*parts)) if parts else ():
        found[what].add(str(one))
    return Left(*found.values())


def _hidden(table: Any, as_of: datetime) -> ColumnElement[bool]:
    """*Only me* now, or for a time since it was shared: what left a summary does not come back into it."""
    return or_(table.only_me, table.hidden_at >= as_of)


def _rows(
    what: str, permit: Permit, table: type[Any], ids: list[UUID], so: ColumnElement[bool]
) -> Select[Any]:
    return select(literal(what), table.id).where(table.person_id == permit.person_id, table.id.in_(ids), so)


def _reports(body: Body) -> list[UUID]:
    """The reports in a body, and those whose values stand before others there."""
    found = [report.get("id") for report in body.get("results", [])]
    found += [
        _id_of_report(each)
        for report in body.get("results", [])
        for one in report["results"]
        for each in one["before"]
    ]
    return [UUID(one) for one in set(found) if one]


def _uncounted(permit: Permit, body: Body, as_of: datetime) -> set[str]:
    """Trackers of which more was counted than is listed, and some of that is *only me* by now."""
    more = [
        one
        for one in body.get("been", {}).get("trackers", [])
        if one.get("id") and one["total"] > len(one["readings"])
    ]
    if not more:
        return set()
    listed = [UUID(reading["id"]) for one in more for reading in one["readings"] if reading.get("id")]
    rows = session().execute(
        select(Entry.tracker_id)
        .where(
            Entry.person_id == permit.person_id,
            Entry.tracker_id.in_([UUID(one["id"]) for one in more]),
            Entry.id.not_in(listed),
            _hidden(Entry, as_of),
            Entry.removed_at.is_(None),
            Entry.entered_at <= as_of,
            _within(body),
        )
        .group_by(Entry.tracker_id)
        .having(func.count() > 0)
    )
    return {str(tracker) for (tracker,) in rows}


def _within(body: Body) -> ColumnElement[bool]:
    first, last = date.fromisoformat(body["first"]), date.fromisoformat(body["last"])
    return and_(
        Entry.wall >= datetime.combine(first, time()),
        Entry.wall < datetime.combine(last, time()) + timedelta(days=1),
    )
