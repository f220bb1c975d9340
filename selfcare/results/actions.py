"""What can be done with a report on file: seeing it, plain words, a hold, its release, and how to hear of the next."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import inspect, select, update
from sqlalchemy.dialects import postgresql, sqlite
from werkzeug.exceptions import NotFound

from selfcare.audit import trail
from selfcare.database import database, now, session
from selfcare.notifications import actions as notifications
from selfcare.people import queries as people
from selfcare.people import tells
from selfcare.results import queries
from selfcare.results import release as rules
from selfcare.results.conditions import READS_ALL
from selfcare.results.models import Report, ReportHold, ReportNote, ReportSeen, Result, ResultChoice
from selfcare.web import versions
from selfcare.web.access import Area, Level, Permit, Purpose, Role, visible


@dataclass(frozen=True)
class Sentence:
    """One of the team's sentences, as it stands now: its texts by language."""

    id: UUID
    n: int
    texts: Mapping[str, str]


class CannotHold(ValueError):
    """A hold that cannot be. `why` is `visible` (the person can see it already), `past` or `late` (past `latest`)."""

    def __init__(self, why: str, latest: datetime | None = None) -> None:
        super().__init__(why)
        self.why, self.latest = why, latest


def see(
    permit: Permit, report_id: UUID, *, at: datetime | None = None, shown: datetime | None = None
) -> bool:
    """Note that the reader has opened a report, and settle their notice about it. Twice is once.

    :param at: for the demo's history only.
    :param shown: when the page was drawn: it did not show what could be seen, or was said, only after it.
    :returns: whether there was anything to open.
    """
    report = report_of(permit, report_id, void=True)
    moment = min(shown or now(), moment_of(permit, at))
    notifications.seen(permit, report_id, shown)
    if permit.role in READS_ALL or permit.account_id is None:
        return True
    if report.visible_from > moment:
        return False
    if report.void_at is not None:
        return True  # they read that it was taken back; there is no report any more to have opened
    insert = sqlite.insert if database().is_sqlite else postgresql.insert
    row = {
        "person_id": permit.person_id,
        "report_id": report_id,
        "account_id": permit.account_id,
        "role": permit.role.value,
        "at": moment,
    }
    done = session().execute(insert(ReportSeen).values(row).on_conflict_do_nothing().returning(ReportSeen.id))
    if done.first() is not None:
        trail.record(permit, "opened", "report", report_id)
    return True


def set_note(
    permit: Permit,
    report_id: UUID,
    text: str,
    *,
    version: int | None = None,
    result_id: UUID | None = None,
    title: str = "",
    sentence: Sentence | None = None,
    at: datetime | None = None,
) -> UUID:
    """Write plain words about a report or one of its results, or change them. The first ends a wait for a note.

    :param version: of the note the form was filled from; 0 when there was none.
    :param title: the role title that stands beside the name.
    :param sentence: the team's sentence that `text` is, whole. Without it the note is words of its own, unless nothing
        was changed about what a sentence says.
    :raises Stale: when somebody wrote there since.
    """
    professional(permit)
    report = report_of(permit, report_id, lock=True)
    if result_id is not None:
        result_of(permit, report_id, result_id)
    moment = moment_of(permit, at)
    note = _note(permit, report_id, result_id)
    texts = dict(sentence.texts) if sentence else None
    if note is not None and sentence is None and text in {note.text, *(note.texts or {}).values()}:
        text, texts = note.text, note.texts
    values = {"text": text, "title": title, "texts": texts}
    if note is None:
        note = ReportNote(
            **permit.stamp() | {"entered_at": moment}, **values, report_id=report_id, result_id=result_id
        )
        session().add(note)
        session().flush()
        trail.record(permit, "added", "report_note", note.id)
    # The person may have read it: no sitting is too short.
    elif versions.turn(permit, note, version, **values):
        trail.record(permit, "changed", "report_note", note.id)
    if texts is None or sentence is not None:
        note.phrase_id, note.phrase_n = (sentence.id, sentence.n) if sentence else (None, None)
        session().flush()
    if report.waits_for == rules.NOTE and report.noted_at is None:
        chosen = queries.choice(permit)
        choice = rules.Choice(chosen.how, frozenset(chosen.days)) if chosen else None
        report.noted_at = rules.hear_from(moment, choice, permit.zone)
        _settle(report, _hold(report))
    return note.id


def hold(permit: Permit, report_id: UUID, reason: str, until: datetime, *, title: str = "") -> UUID:
    """Hold a report the person cannot see yet, in place of any hold before.

    :param until: aware; not after the report's hard latest date.
    :raises CannotHold: see there.
    """
    professional(permit)
    report = report_of(permit, report_id, lock=True)
    check_hold(report.visible_from, report.latest_at, until, now())
    end_holds(report)
    row = ReportHold(**permit.stamp(), report_id=report_id, reason=reason, until=until, title=title)
    session().add(row)
    session().flush()
    trail.record(permit, "held", "report", report_id)
    _settle(report, row)
    notifications.settled(permit.person_id, report_id, notifications.SOONER)
    return row.id


def check_hold(visible_from: datetime | None, latest_at: datetime, until: datetime, moment: datetime) -> None:
    """:raises CannotHold: when a hold until then cannot be. `visible_from` None: the report is only being filed."""
    if visible_from is not None and visible_from <= moment:
        raise CannotHold("visible")
    if until <= moment:
        raise CannotHold("past")
    if until > latest_at:
        raise CannotHold("late", latest_at)


def release(permit: Permit, report_id: UUID) -> None:
    """Let the person see a report now. One they can see already stays as it is."""
    professional(permit)
    report = report_of(permit, report_id, lock=True)
    moment = now()
    if report.visible_from <= moment:
        return
    report.released_at = moment
    end_holds(report)
    _settle(report, None)
    trail.record(permit, "released", "report", report_id)
    notifications.settled(permit.person_id, report_id, notifications.SOONER)


def ask_sooner(permit: Permit, report_id: UUID) -> None:
    """Tell the key contact that somebody would like to see a report before its time. Once for each report."""
    report = report_of(permit, report_id, lock=True)
    if report.visible_from <= now() or report.sooner_at is not None or permit.role in READS_ALL:
        return
    report.sooner_at, report.sooner_by, report.sooner_name = now(), permit.account_id, permit.account_name
    session().flush()
    trail.record(permit, "asked sooner", "report", report_id)
    tells.tell(permit, people.key_contact_accounts(permit), notifications.SOONER, report_id)


def choose(permit: Permit, how: str, days: list[int], version: int | None = None) -> UUID:
    """Set how the person hears about results filed from now on. Reports on file keep what was fixed for them.

    :raises Stale: when the choice was changed since the form was filled.
    """
    permit.require(Area.RESULTS, Level.MANAGE)
    if permit.role is Role.PROFESSIONAL:
        raise NotFound
    days = sorted(set(days)) if how == rules.NOT_ON_DAYS else []
    row = (
        session()
        .scalars(select(ResultChoice).where(ResultChoice.person_id == permit.person_id).with_for_update())
        .first()
    )
    if row is None:
        row = ResultChoice(**permit.stamp(), how=how, days=days)
        session().add(row)
        session().flush()
        trail.record(permit, "added", "result_choice", row.id)
    elif versions.change(permit, row, version, how=how, days=days):
        trail.record(permit, "changed", "result_choice", row.id)
    return row.id


def professional(permit: Permit) -> None:
    """404 for anyone but a professional who manages results (or the app on a professional's behalf)."""
    permit.require(Area.RESULTS, Level.MANAGE)
    if permit.role not in READS_ALL:
        raise NotFound


def moment_of(permit: Permit, at: datetime | None) -> datetime:
    """Now; or `at`, which only the demo may name, to make a history."""
    if at is None:
        return now()
    if permit.purpose is not Purpose.DEMO:
        raise ValueError("only the demo names when something was done")
    return at


def _settle(report: Report, held: ReportHold | None) -> None:
    """Work out anew from when the person sees the report, and take the notices along."""
    report.visible_from = _due(report, held)
    session().flush()
    not_before(report)
    notifications.move(report.person_id, report.id, report.visible_from)


def report_of(permit: Permit, report_id: UUID, *, lock: bool = False, void: bool = False) -> Report:
    """A report this reader may know of. :raises NotFound: none such, or (unless `void`) one entered in error."""
    permit.require(Area.RESULTS)
    query = select(Report).where(visible(permit, Report), Report.id == report_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    report = session().scalars(query).first()
    if report is None:
        raise NotFound
    if report.void_at is not None and not (
        void and (permit.role in READS_ALL or report.void_at >= report.visible_from)
    ):
        raise NotFound
    return report


def result_of(permit: Permit, report_id: UUID, result_id: UUID) -> Result:
    """One result of a report. :raises NotFound: none such."""
    found = (
        session()
        .scalars(
            select(Result).where(
                visible(permit, Result), Result.report_id == report_id, Result.id == result_id
            )
        )
        .first()
    )
    if found is None:
        raise NotFound
    return found


def _note(permit: Permit, report_id: UUID, result_id: UUID | None) -> ReportNote | None:
    return (
        session()
        .scalars(
            select(ReportNote)
            .where(
                visible(permit, ReportNote),
                ReportNote.report_id == report_id,
                ReportNote.result_id == result_id,
            )
            .with_for_update()
            .execution_options(populate_existing=True)  # the page read it before the report was locked
        )
        .first()
    )


def _hold(report: Report) -> ReportHold | None:
    return (
        session()
        .scalars(
            select(ReportHold).where(
                ReportHold.person_id == report.person_id,
                ReportHold.report_id == report.id,
                ReportHold.ended_at.is_(None),
            )
        )
        .first()
    )


def hold_in_force(report: Report, moment: datetime) -> ReportHold | None:
    """The hold that keeps a report from the person at this moment."""
    held = _hold(report) if report.visible_from > moment else None
    return held if held and held.until > moment else None


def hand_on(held: ReportHold, report: Report) -> None:
    """A hold goes on with what stands in place of the report it was on: the same words, end and name."""
    kept = {column.key: getattr(held, column.key) for column in inspect(ReportHold).columns}
    session().add(ReportHold(**kept | {"id": uuid4(), "report_id": report.id, "ended_at": None}))
    session().flush()


def stand_again(permit: Permit, report: Report, held: ReportHold | None) -> None:
    """What stood in place of a report is gone: unless the person can see it, it waits by its own rules again, and they
    are told of it as of a new one. Their notice went when it was replaced.

    :param held: a hold on what stood in its place: it goes on.
    """
    moment = now()
    if report.visible_from <= moment:
        return
    if held is not None:
        hand_on(held, report)
    report.visible_from = max(moment, _due(report, held))
    session().flush()
    not_before(report)
    tells.tell(permit, people.accounts_of(permit), notifications.RESULT, report.id, report.visible_from)


def not_before(report: Report) -> None:
    """What a report stands in place of, and is still to be seen, is seen by its own rules, and no sooner than it."""
    moment = now()
    while report.replaces_id is not None:
        below = session().get_one(Report, (report.person_id, report.replaces_id))
        if below.visible_from <= moment:
            break
        if below.void_at is None:
            below.visible_from = max(_due(below), report.visible_from)
        report = below
    session().flush()


def _due(report: Report, held: ReportHold | None = None) -> datetime:
    """From when the person sees it by its own rules, and a hold."""
    return rules.visible_from(
        report.release_at,
        report.latest_at,
        held.until if held else None,
        report.released_at,
        report.noted_at,
    )


def end_holds(report: Report) -> None:
    """The hold that counts, if any, is over."""
    session().execute(
        update(ReportHold)
        .where(
            ReportHold.person_id == report.person_id,
            ReportHold.report_id == report.id,
            ReportHold.ended_at.is_(None),
        )
        .values(ended_at=now())
    )
