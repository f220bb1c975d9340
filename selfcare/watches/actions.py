"""What is done with watches: proposed, answered, begun, given another end, paused, gone on with, stopped."""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from werkzeug.exceptions import NotFound

from selfcare.audit import trail
from selfcare.database import now, session
from selfcare.diary import actions as diary
from selfcare.diary import presets, watched
from selfcare.diary import queries as diary_queries
from selfcare.diary.models import Tracker
from selfcare.notifications import actions as notifications
from selfcare.notifications.kinds import WATCH
from selfcare.people import death, tells
from selfcare.people import queries as people
from selfcare.watches import queries, states
from selfcare.watches.models import Watch
from selfcare.watches.states import Move, NotNow, State, now_in
from selfcare.web import versions
from selfcare.web.access import Permit, visible

_VERBS = {
    Move.PAUSE: "paused", Move.GO_ON: "went on", Move.STOP: "stopped", Move.DECLINE: "declined",
    Move.WITHDRAW: "withdrew", Move.CHANGE: "changed",
}  # fmt: skip
MOST_TIMES = 3
WATCH_PART = "watch_version"  # of a tracker: until when it is watched, and that it is paused


def end_of(permit: Permit, day: date | None) -> datetime | None:
    """The instant a day is over where the person lives; None for no end."""
    return diary_queries.start_of(permit, day + timedelta(days=1)) if day else None


def propose(
    permit: Permit, *, kind: str, preset: str | None, name: str, why: str, last: date, for_visit: bool
) -> Watch:
    """A professional proposes to keep an eye on something until a day. The person is told.

    :raises NotFound: who may not, or of somebody who has died.
    """
    _require(permit, Move.PROPOSE)
    made = Watch(
        **permit.stamp(),
        tracker_id=None,
        kind=kind,
        preset=preset,
        name=name,
        why=why,
        state=State.PROPOSED.value,
        until=end_of(permit, last),
        for_visit=for_visit,
        answered_name="",
    )
    session().add(made)
    session().flush()
    trail.record(permit, "proposed", "watch", made.id)
    tells.tell(permit, people.accounts_of(permit), WATCH, made.id)
    return made


def accept(permit: Permit, watch_id: UUID, *, last: date | None, for_visit: bool) -> Watch:
    """Watch what was proposed, until the day that was proposed or another one. It comes onto the own list.

    Twice is once, with the same day.
    :raises NotNow: it was answered or withdrawn. :raises TooMany, OtherScale: as `diary.actions.add_tracker`.
    """
    row, until = _moved(permit, watch_id, Move.ACCEPT), end_of(permit, last)
    if row.state == State.ON:
        if row.until == until and row.tracker_id and queries.running(permit, row.tracker_id) is row:
            return row
        raise NotNow(row, now_in(row.state, row.until, now()), Move.ACCEPT)
    tracker = (
        diary.add_preset(permit, row.preset)
        if row.preset in presets.PRESETS
        else diary.add_tracker(permit, kind=row.kind, name=row.name)
    )
    tracker = _tracker(permit, tracker.id)
    _stop_all(permit, tracker)
    row.tracker_id, row.answered_at, row.answered_name = tracker.id, now(), permit.account_name
    row.began_at = now()
    versions.turn(permit, row, None, state=State.ON.value, until=until, for_visit=for_visit)
    _carry(permit, tracker, row, **_anew(tracker))
    trail.record(permit, "accepted", "watch", row.id)
    notifications.settled(permit.person_id, row.id, WATCH)
    return row


def answer(permit: Permit, watch_id: UUID, how: Move) -> Watch:
    """Decline what was proposed, or take the proposal back. Twice is once. :raises NotNow: it stands elsewhere."""
    row = _moved(permit, watch_id, how)
    to = states.TO[how]
    if row.state == to:
        return row
    row.answered_at, row.answered_name = now(), permit.account_name
    versions.turn(permit, row, None, state=to.value)
    trail.record(permit, _VERBS[how], "watch", row.id)
    if how is Move.WITHDRAW:
        notifications.take_back(permit.person_id, row.id)
    notifications.settled(permit.person_id, row.id, WATCH)
    session().flush()
    return row


def watch(
    permit: Permit, tracker_id: UUID, version: int | None, *, last: date | None, for_visit: bool = False
) -> Watch:
    """Watch something of the own list until a day, from now on; where it is watched already, give it another end.

    :param version: of the tracker, here and below, as the page showed it; None skips the check.
    :raises Stale: when somebody changed this part of it since, to something else than this. What it is called, until
        when it is watched, and when it is reminded of quarrel each with itself alone.
    """
    tracker = _tracker(permit, tracker_id)
    row = queries.running(permit, tracker_id)
    _require(permit, Move.CHANGE if row else Move.START)
    until = end_of(permit, last)
    if row is not None and row.until == until:
        versions.change(permit, row, None, for_visit=for_visit)
        return row
    versions.part_unchanged(tracker, WATCH_PART, version)
    if row is None:
        row = _begun(permit, tracker, until, for_visit)
        trail.record(permit, "began", "watch", row.id)
    else:
        versions.change(permit, row, None, until=until, for_visit=for_visit)
        trail.record(permit, "changed", "watch", row.id)
    _carry(permit, tracker, row, **_anew(tracker))
    return row


def move(permit: Permit, tracker_id: UUID, how: Move, version: int | None) -> Tracker:
    """Pause something of the own list, go on with it, or stop watching it. Twice is once.

    What is on the list without an end can be paused too, and is watched without an end from then on.
    :raises NotNow: it stands where this cannot be done. :raises Stale: as `watch`.
    """
    _require(permit, how)
    tracker = _tracker(permit, tracker_id)
    row = queries.running(permit, tracker_id)
    if how is Move.STOP and watched.is_over(tracker):
        return tracker
    to, state = states.TO[how], now_in(row.state, row.until, now()) if row else State.NONE
    if state is to:
        return tracker
    begins = row is None and how is Move.PAUSE and watched.is_on(tracker)
    if not begins and not states.possible(state, how):
        raise NotNow(tracker, State.OVER if watched.is_over(tracker) else state, how)
    versions.part_unchanged(tracker, WATCH_PART, version)
    row = row or _begun(permit, tracker, None, False)
    versions.turn(permit, row, None, state=to.value)
    if how is Move.STOP:
        _turn(permit, tracker, watch_until=now(), paused_at=None)
    else:
        # What was not told while it was paused is past.
        since = {"remind_from": now()} if tracker.remind_at and how is Move.GO_ON else {}
        _carry(permit, tracker, row, **since)
    trail.record(permit, _VERBS[how], "watch", row.id)
    return tracker


def again(permit: Permit, tracker_id: UUID, version: int | None) -> Tracker:
    """Keep an eye on it from now on, without an end: it is on the tiles as it was before it was ever watched.

    :raises Stale: as `watch`.
    """
    _require(permit, Move.START)
    tracker = _tracker(permit, tracker_id)
    if tracker.watch_until is None and tracker.paused_at is None:
        return tracker
    versions.part_unchanged(tracker, WATCH_PART, version)
    _stop_all(permit, tracker)
    nothing: dict[str, Any] = dict.fromkeys(("watch_from", "watch_until", "paused_at"))
    _turn(permit, tracker, **nothing, **_anew(tracker))
    trail.record(permit, "went on", "tracker", tracker.id)
    return tracker


def remind(permit: Permit, tracker_id: UUID, times: list[time], version: int | None) -> Tracker:
    """Keep at which times the person is reminded to log something; none: not at all. Nobody else is reminded.

    :raises Stale: as `watch`. :raises NotNow: it is over, and nobody is reminded of it.
    """
    _require(permit, Move.CHANGE)
    tracker = _tracker(permit, tracker_id)
    found = sorted({each.strftime("%H:%M") for each in times})[:MOST_TIMES]
    if found == tracker.remind_at:
        return tracker
    if found and watched.is_over(tracker):
        raise NotNow(tracker, State.OVER, Move.CHANGE)
    since = now() if found else None
    versions.change_part(permit, tracker, "remind_version", version, remind_at=found, remind_from=since)
    notifications.take_back(permit.person_id, tracker.id)
    trail.record(permit, "changed", "tracker", tracker.id)
    return tracker


def _begun(permit: Permit, tracker: Tracker, until: datetime | None, for_visit: bool) -> Watch:
    _stop_all(permit, tracker)
    row = Watch(
        **permit.stamp(),
        tracker_id=tracker.id,
        kind=tracker.kind,
        preset=tracker.preset,
        name=tracker.name,
        why="",
        state=State.ON.value,
        began_at=now(),
        until=until,
        for_visit=for_visit,
        answered_name="",
        only_me=tracker.only_me,
    )
    session().add(row)
    session().flush()
    return row


def _anew(tracker: Tracker) -> dict[str, Any]:
    """Reminders end with the watch: what is begun after its end has none."""
    return {"remind_at": [], "remind_from": None} if watched.is_over(tracker) else {}


def _stop_all(permit: Permit, tracker: Tracker) -> None:
    """What is begun takes the place of what ran, also from before it was taken off the list."""
    for row in queries.unended(permit, tracker.id):
        versions.turn(permit, row, None, state=State.STOPPED.value)
        trail.record(permit, _VERBS[Move.STOP], "watch", row.id)


def _carry(permit: Permit, tracker: Tracker, row: Watch, **more: Any) -> None:
    """What the tiles and the reminders go by. What was logged on the day it began, before it did, counts."""
    began = diary_queries.start_of(permit, permit.local(row.began_at or now()).date())
    paused = (tracker.paused_at or now()) if row.state == State.PAUSED else None
    _turn(permit, tracker, watch_from=began, watch_until=row.until, paused_at=paused, **more)


def _turn(permit: Permit, tracker: Tracker, **values: Any) -> None:
    """Change until when it is watched, and the reminders where they end with it; their versions say so."""
    reminded = tracker.remind_at
    if versions.turn(permit, tracker, None, **values):
        tracker.watch_version = tracker.version
        if tracker.remind_at != reminded:
            tracker.remind_version = tracker.version


def _tracker(permit: Permit, tracker_id: UUID) -> Tracker:
    """The locked row. :raises NotFound: not on the list this reader sees."""
    found = session().scalar(
        select(Tracker)
        .where(visible(permit, Tracker), Tracker.id == tracker_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound
    return found


def _moved(permit: Permit, watch_id: UUID, how: Move) -> Watch:
    """The locked row, where a move is possible, or it stands there already. :raises NotNow, NotFound."""
    _require(permit, how)
    row = queries.row(permit, watch_id, lock=True)
    if how is Move.WITHDRAW and not queries.is_mine(permit, row):
        raise NotFound
    state = now_in(row.state, row.until, now())
    # What was answered by another day than the one that was proposed, or has ended since, is answered.
    if row.state != states.TO[how] and not states.possible(state, how):
        raise NotNow(row, state, how)
    return row


def _require(permit: Permit, how: Move) -> None:
    queries.require(permit)
    if not states.may(permit, how) or (
        how in (Move.PROPOSE, Move.ACCEPT) and death.has_died(permit.person_id)
    ):
        raise NotFound
