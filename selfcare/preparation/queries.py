"""What stands on the page of getting ready, in a constant number of statements."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from operator import attrgetter
from typing import Any
from uuid import UUID

from flask_babel import gettext, ngettext, pgettext
from sqlalchemy import Select, literal, select, true

from selfcare import i18n
from selfcare.about_me import queries as about_me
from selfcare.agreed import queries as agreed
from selfcare.appointments import queries as appointments
from selfcare.appointments.readiness import Readiness, readiness
from selfcare.care_plan import standing
from selfcare.database import session
from selfcare.decisions import queries as decisions
from selfcare.diary import drawing, presets, to_share
from selfcare.diary import queries as diary
from selfcare.goals import queries as goals
from selfcare.results import queries as results
from selfcare.sharing import queries as shared
from selfcare.sharing import snapshot
from selfcare.web.access import Area, Panel, Permit, Role
from selfcare.web.chart import Chart, Reading, draw, marks

MOST_RESULTS = 50
SHOWN_RESULTS = 8
SHOWN_CHARTS = 3
SHOWN_GOALS = 3
SHOWN_QUESTIONS = 30


@dataclass(frozen=True)
class Picture:
    """One symptom or measurement since the last visit. No chart where nothing can be drawn."""

    name: str
    count: str
    chart: Chart | None


@dataclass(frozen=True)
class Preparation:
    """All five steps of one visit. A part is None where the reader has no right to see it."""

    visit: appointments.Visit
    last: appointments.Visit | None
    first: date
    reports: list[results.ReportBrief] | None
    unopened: int
    pictures: list[Picture] | None
    more_pictures: list[str]
    logged: bool
    goals: list[goals.GoalBrief] | None
    agreed: list[agreed.Agreed]  # what is open, and what was done or let go since the last visit
    questions: list[appointments.Question] | None
    decisions: list[decisions.Waiting]  # whose day to look again has come, or that a question is about
    readiness: Readiness | None
    plan: standing.Standing | None  # where something in it waits, or its day has come
    ways: str | None  # what is a year old and is asked about again, by the person alone
    life: shared.Shown | None  # what of the person's life others can see


def preparation(permit: Permit, appointment_id: UUID, panel: Panel | None = None) -> Preparation:
    """The page for one visit. :raises NotFound: as `appointments.queries.visit`.

    Readiness is left out where a carer may not see all it counts: they must not learn from a number what their rights
    keep from them. For the key contact it is a fact of the process, the same as on their list.

    :param panel: a professional's panel, for the facts that need no right.
    """
    visit, last = appointments.with_last(permit, appointment_id)
    today = permit.today()
    first = last.wall.date() if last else snapshot.three_months_before(today)
    since = diary.start_of(permit, first)
    reports, unopened = _reports(permit, since) if permit.may(Area.RESULTS) else (None, 0)
    trackers = to_share.for_summary(permit, first, today) if permit.may(Area.DIARY) else None
    logged = bool(trackers) or _logged(permit, since, panel)
    questions = (
        appointments.open_questions(permit, appointment_id, limit=SHOWN_QUESTIONS)
        if permit.may(Area.QUESTIONS)
        else None
    )
    sees_all = reports is not None and questions is not None and (trackers is not None or panel is not None)
    if panel is not None:
        asked = appointments.has_open(permit, appointment_id)
    else:
        asked = any(not question.only_me for question in questions or ())
    return Preparation(
        visit=visit,
        last=last,
        first=first,
        reports=reports[:SHOWN_RESULTS] if reports is not None else None,
        unopened=unopened,
        pictures=[_picture(permit, one, first, today) for one in trackers[:SHOWN_CHARTS]]
        if trackers is not None
        else None,
        more_pictures=[one["name"] for one in (trackers or [])[SHOWN_CHARTS:]],
        logged=logged,
        goals=goals.current(permit)[:SHOWN_GOALS] if permit.may(Area.GOALS) else None,
        agreed=agreed.to_look_at(permit, since),
        questions=questions,
        readiness=readiness(
            results=unopened == 0,
            been=logged or visit.has_words,
            matters=visit.has_matters,
            questions=asked,
            shared=visit.ready_at is not None,
        )
        if sees_all and not visit.only_me
        else None,
        **_days(permit, visit, questions or ()),
    )


def _days(
    permit: Permit, visit: appointments.Visit, questions: Iterable[appointments.Question]
) -> dict[str, Any]:
    """What is to be looked at on this visit: the plan, decisions, ways of care, and what of life is shared for it.

    Four rooms, and one statement: each says what is to be read, and reads its own rows.
    """
    asked = {each.about_id for each in questions if each.about_kind == "decision" and each.about_id}
    parts: dict[str, Select[*tuple[Any, ...]] | None] = {
        "plan": standing.standing_read(permit) if permit.may(Area.PLAN) else None,
        "decisions": decisions.waiting_read(permit, asked) if permit.may(Area.DECISIONS) else None,
        "ways": about_me.ways_read(permit) if permit.is_self else None,
        "life": shared.life_read(permit, visit),
    }
    rows = side_by_side({name: part for name, part in parts.items() if part is not None})
    plan = standing.standing_of(permit, *rows["plan"]) if rows.get("plan") else None
    life = next(iter(rows.get("life", ())), None)
    return {
        "plan": plan if plan and (plan.asked or plan.due) else None,
        "decisions": decisions.waiting_of(permit, rows.get("decisions", ())),
        "ways": about_me.due(permit, *rows["ways"] or [(None, None)]) if permit.is_self else None,
        "life": shared.Shown(life[0], permit.local(life[1])) if life else None,
    }


def side_by_side(parts: Mapping[str, Select[*tuple[Any, ...]]]) -> dict[str, list[tuple[Any, ...]]]:
    """The rows of several short queries by their names, read in one statement; a row of nothing but NULL is none."""
    if not parts:
        return {}
    tables = {name: part.subquery(name) for name, part in parts.items()}
    joined: Any = select(literal(1).label("start")).subquery("start")
    for table in tables.values():
        joined = joined.outerjoin(table, true())
    columns = [column for table in tables.values() for column in table.c]
    read = [tuple(row) for row in session().execute(select(*columns).select_from(joined))]
    found, at = {}, 0
    for name, table in tables.items():
        end = at + len(table.c)
        rows = dict.fromkeys(row[at:end] for row in read)
        found[name], at = [row for row in rows if any(one is not None for one in row)], end
    return found


def _logged(permit: Permit, since: datetime, panel: Panel | None) -> bool:
    if permit.may(Area.DIARY):
        return diary.logged_since(permit, since) > 0
    last = diary.last_entries(panel).get(permit.person_id) if panel else None
    return last is not None and last >= since


def _reports(permit: Permit, since: datetime) -> tuple[list[results.ReportBrief], int]:
    """The reports to see before this visit: new since the last one, unopened, or not visible yet; and how many wait."""
    newest = results.reports(permit, MOST_RESULTS)
    # To the person one that was read out is new until they open it; for a professional it waits for nobody.
    waits = attrgetter("is_unknown" if permit.role is Role.PROFESSIONAL else "is_new")
    waiting = [report for report in newest if report.is_visible and waits(report) and not report.void_at]
    unopened = sum(report.is_unknown for report in waiting)
    if len(newest) == MOST_RESULTS:  # there may be older ones that nobody opened
        waiting = results.unopened(permit)
        unopened = sum(report.is_unknown for report in waiting)
        known = {report.id for report in newest}
        newest += [report for report in waiting if report.id not in known]
    ids = {report.id for report in waiting}
    found = [
        report
        for report in newest
        if report.id in ids
        or (not report.void_at and (not report.is_visible or report.visible_from >= since))
    ]
    return sorted(found, key=lambda report: report.id not in ids), unopened


def _picture(permit: Permit, tracker: dict[str, Any], first: date, today: date) -> Picture:
    count = ngettext("%(num)s entry", "%(num)s entries", tracker["total"])
    if tracker["total"] > len(tracker["readings"]):
        count = gettext(
            "newest %(shown)s of %(total)s entries", shown=len(tracker["readings"]), total=tracker["total"]
        )
    elif tracker["kind"] == "done":
        done = [each["value"] for each in tracker["readings"]].count("done")
        count = presets.times_done(done, tracker["total"] - done)
    others = marks(sorted({each["by"] for each in tracker["readings"] if each["by"]}))
    readings = [found for each in tracker["readings"] if (found := _reading(each, others))]
    chart = None
    if readings:
        chart = draw(
            readings,
            first,
            today,
            label=gettext(
                "%(name)s: %(count)s, from %(first)s to today",
                name=tracker["name"],
                count=count,
                first=i18n.plain_day(first),
            ),
            symptom=tracker["kind"] == "symptom",
            today=today,
            today_word=pgettext("end of a chart", "Today"),
            total=tracker["total"],
            height=96,
        )
        if others:
            own = any(each["by"] is None for each in tracker["readings"])
            chart.legend = drawing.legend(permit, own=own, others=others.items())
    return Picture(tracker["name"], count, chart)


def _reading(each: dict[str, Any], others: Mapping[str, str]) -> Reading | None:
    try:
        value, second = Decimal(each["number"]), Decimal(each["lower"]) if each["lower"] else None
    except TypeError:
        return None  # typed in a way that cannot be drawn; it stands in the diary as it was typed
    return Reading(datetime.fromisoformat(each["wall"]), value, second, others.get(each["by"], "me"))
