"""What is done with a plan: lines are drafted, suggested, said in other words, agreed to by both, kept as they are."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from typing import Any
from uuid import UUID, uuid4, uuid5

from sqlalchemy import func, select
from werkzeug.exceptions import NotFound

from selfcare.audit import trail
from selfcare.care_plan import queries, states, words
from selfcare.care_plan.models import PlanChange
from selfcare.care_plan.states import Full, Move, NotNow, Over, Side, State, Unseen
from selfcare.database import now, session
from selfcare.notifications import actions as notifications
from selfcare.notifications.kinds import PLAN
from selfcare.people import acting, tells
from selfcare.people import queries as people
from selfcare.web import item_reference, versions
from selfcare.web.access import Area, Level, Permit, visible

item_reference.hides("plan", PlanChange)
_VERBS = {Move.AGREE: "agreed", Move.KEEP: "kept", Move.COUNTER: "countered", Move.TAKE_BACK: "took back"}
_ENDS = {Move.KEEP: State.KEPT, Move.COUNTER: State.COUNTERED}


def suggest(
    permit: Permit,
    *,
    part: str = "",
    line_id: UUID | None = None,
    text: str = "",
    who: str = "",
    until: date | None = None,
    why: str = "",
    drops: bool = False,
    goal_id: UUID | None = None,
    send: bool = True,
    only_me: bool = False,
    counters: UUID | None = None,
    new_line: UUID | None = None,
) -> PlanChange:
    """Suggest a line, other words for one, or that it goes. The person's own is a draft unless `send`, and where no
    team may agree. *Only me* counts for a draft that the person writes themself.

    :param line_id: of a line that counts; None: a new one of `part`, which is `new_line` where a phone may send other
        words for it: what it sent before is taken back, while nobody has answered it.
    :raises NotFound: no such line, or not theirs to suggest. :raises Full: the plan has as many as it can.
    """
    permit.require(Area.PLAN, Level.ADD)
    still_lives(permit)
    side = queries.side_of(permit)
    once = words.line_id(permit.person_id, part) if part in words.ONCE and line_id is None else line_id
    if new_line:
        _in_place_of(permit, once or new_line)
    counting = _counting(permit, once) if once else None
    if line_id and counters is None and (counting is None or counting.drops):
        raise NotFound
    if counters is None and queries.is_full(permit, adds=counting is None or counting.drops):
        raise Full
    asks = side is not Side.PERSON or (send and queries.team(permit) is not None)
    row = PlanChange(
        **permit.stamp(),
        id=uuid4(),
        line_id=once or new_line or uuid4(),
        part=counting.part if counting else part,
        drops=drops,
        who=who,
        text=text,
        until=until,
        goal_id=goal_id or (counting.goal_id if counting else None),
        why=why,
        state=State.DRAFT,
        side=side,
        digest="",
        counters=counters,
        person_name="",
        team_name="",
        ended_name="",
        only_me=only_me and permit.is_self and not asks,
    )
    session().add(row)
    if asks:
        _ask(permit, row, counting)
    session().flush()
    trail.record(permit, "suggested" if asks else "drafted", "plan_change", row.id)
    if row.waits_for:
        _tell(permit, Side(row.waits_for))
    return row


def change(permit: Permit, change_id: UUID, version: int | None, **values: Any) -> PlanChange:
    """Change the words of a draft. :raises NotFound, NotNow: as `answer`. :raises Stale: changed since `version`."""
    row, _ = _locked(permit, change_id, Move.CHANGE)
    if values.get("only_me") is None or not may_hide(permit, row):
        values.pop("only_me", None)
    if versions.change(permit, row, version, **values):
        trail.record(permit, "changed", "plan_change", row.id)
        if row.only_me:
            item_reference.forget(permit.person_id, [row.id])
    return row


def still_lives(permit: Permit) -> None:
    """:raises Over: the person has died, so nothing of the plan is suggested, answered or changed any more."""
    if permit.subject.died_on:
        raise Over


def may_hide(permit: Permit, row: PlanChange) -> bool:
    """Whether a draft is the reader's to make *only me*: the person's, of what they entered themself."""
    return permit.is_self and row.entered_as == permit.role.value


def send(permit: Permit, seen: str) -> list[PlanChange]:
    """Ask the team to agree to every draft but what is *only me*.

    :param seen: the digest of the drafts, as the page listed them.
    :raises NotFound: nothing to send, or nobody to send it to. :raises Unseen: they are not what was listed.
    :raises NotNow: one was sent, or taken back, meanwhile.
    """
    permit.require(Area.PLAN, Level.ADD)
    still_lives(permit)
    listed = to_send(queries.plan(permit))
    if not listed or queries.speaks(permit) is not Side.PERSON or queries.team(permit) is None:
        raise NotFound
    # All are locked before one is sent: what was changed meanwhile is in none of them.
    held = [_locked(permit, id_, Move.SEND) for id_ in sorted(one.row.id for one in listed)]
    if any(row.only_me for row, _ in held) or seen != queries.digest_of(row for row, _ in held):
        raise Unseen
    sent = []
    for row, counting in held:
        row.version += 1  # and not by `versions`: who wrote the words stays who changed them last
        _ask(permit, row, counting)
        trail.record(permit, "suggested", "plan_change", row.id)
        sent.append(row)
    session().flush()
    _tell(permit, Side.TEAM)
    return sent


def to_send(plan: queries.Plan) -> list[queries.Change]:
    """The drafts that the team can be asked to agree to."""
    return [one for one in plan.drafts if Move.SEND in one.moves and not one.row.only_me]


def agree(permit: Permit, change_id: UUID, seen: str) -> PlanChange:
    """Say yes to a change. It counts when both have; a carer's words go on to the team, or become a draft.

    :param seen: the digest of what was shown with the button.
    :raises NotFound: not theirs to see, or to answer. :raises NotNow: it was answered, or is overtaken.
    :raises Unseen: what was shown is not what stands there. :raises Over: the person has died.
    """
    mine = queries.speaks(permit)
    row, counting = _locked(permit, change_id, Move.AGREE)
    if not seen or seen != row.digest or seen != queries.digest(row):
        raise Unseen
    asked = Side(row.waits_for or mine or Side.PERSON)
    if row.side == Side.CARER:
        _yes(permit, row, mine)
        row.side = Side.PERSON
        if queries.team(permit):
            row.waits_for = Side.TEAM
            _tell(permit, Side.TEAM)
        else:
            row.state, row.waits_for, row.digest, row.person_at = State.DRAFT, None, "", None
    else:
        if counting:
            counting.replaced_at = now()
            session().flush()  # before the other counts: of one line, one row does
        versions.turn(permit, row, None, state=State.AGREED)
        _yes(permit, row, mine)
        _end(permit, row)
        _overtake(permit, row)
    session().flush()
    trail.record(permit, "agreed", "plan_change", row.id)
    _settle(permit, asked)
    return row


def keep(permit: Permit, change_id: UUID) -> PlanChange:
    """The plan stays as it is. :raises NotFound, NotNow: as `agree`."""
    row, _ = _locked(permit, change_id, Move.KEEP)
    return _close(permit, row, Move.KEEP)


def counter(permit: Permit, change_id: UUID, **values: Any) -> PlanChange:
    """Say it in other words, which wait for whoever suggested it. :raises NotFound, NotNow: as `agree`."""
    row, _ = _locked(permit, change_id, Move.COUNTER)
    goal_id = row.goal_id
    _close(permit, row, Move.COUNTER)
    return suggest(permit, line_id=row.line_id, part=row.part, goal_id=goal_id, counters=row.id, **values)


def take_back(permit: Permit, change_id: UUID) -> PlanChange:
    """Take back what one suggested, or drafted. :raises NotFound, NotNow: as `agree`."""
    row, _ = _locked(permit, change_id, Move.TAKE_BACK)
    asked = row.waits_for
    versions.turn(permit, row, None, state=State.TAKEN_BACK)
    _end(permit, row)
    session().flush()
    trail.record(permit, "took back", "plan_change", row.id)
    if asked and not _waits(permit, Side(asked)):
        notifications.take_back(permit.person_id, waiting_id(permit.person_id, Side(asked)), PLAN)
    return row


def _in_place_of(permit: Permit, line_id: UUID) -> None:
    """What somebody suggests of a line takes the place of what they suggested before, while it is theirs and waits."""
    own = PlanChange.entered_by == permit.account_id, PlanChange.side == queries.side_of(permit)
    still = PlanChange.line_id == line_id, PlanChange.state.in_((State.DRAFT, State.SUGGESTED))
    for row_id in (
        session().scalars(select(PlanChange.id).where(visible(permit, PlanChange), *own, *still)).all()
    ):
        with suppress(NotFound, NotNow):  # answered meanwhile
            take_back(permit, row_id)


def waiting_id(person_id: UUID, side: Side) -> UUID:
    """What a notice is about that something of the plan waits for a side: one line for all of it."""
    return uuid5(person_id, f"plan waits {side}")


def _close(permit: Permit, row: PlanChange, how: Move) -> PlanChange:
    versions.turn(permit, row, None, state=_ENDS[how])
    _end(permit, row)
    session().flush()
    trail.record(permit, _VERBS[how], "plan_change", row.id)
    _settle(permit, Side(row.waits_for or Side.PERSON))
    return row


def _locked(permit: Permit, change_id: UUID, how: Move) -> tuple[PlanChange, PlanChange | None]:
    """A row where `how` is theirs to do and possible, and the row that counts of its line: all of the line is locked,
    so that of two answers at once the second finds the first.

    :raises NotFound, NotNow, Over: as `agree`.
    """
    still_lives(permit)
    seen = visible(permit, PlanChange), PlanChange.id == change_id
    line_id = session().scalar(select(PlanChange.line_id).where(*seen))
    if line_id is None:
        raise NotFound
    rows = _of_line(permit, line_id)
    row = next((one for one in rows if one.id == change_id), None)
    if row is None or not states.may(queries.ties(permit, row), how):
        raise NotFound
    if how in (Move.AGREE, Move.KEEP, Move.COUNTER) and row.state == State.SUGGESTED:
        _follow(permit, row, rows)
    if not states.possible(State(row.state), how):
        raise NotNow(State(row.state), row.ended_name or row.entered_name)
    return row, _counts(rows)


def _follow(permit: Permit, row: PlanChange, rows: Sequence[PlanChange]) -> None:
    """What waits ends where it was overtaken, or where who suggested it may not any more."""
    counting = _counts(rows)
    if row.base_id != (counting.id if counting else None):
        row.state, row.ended_at = State.SUPERSEDED, now()
    elif not queries.may_still(row.id, permit):
        row.state, row.ended_at, row.ended_name = State.LAPSED, now(), row.entered_name


def _of_line(permit: Permit, line_id: UUID) -> Sequence[PlanChange]:
    return (
        session()
        .scalars(
            select(PlanChange)
            .where(PlanChange.person_id == permit.person_id, PlanChange.line_id == line_id)
            .order_by(PlanChange.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        .all()
    )


def _counts(rows: Sequence[PlanChange]) -> PlanChange | None:
    return next((one for one in rows if one.state == State.AGREED and one.replaced_at is None), None)


def _counting(permit: Permit, line_id: UUID) -> PlanChange | None:
    return _counts(_of_line(permit, line_id))


def _ask(permit: Permit, row: PlanChange, counting: PlanChange | None) -> None:
    """It is suggested from now on, in words that do not change any more."""
    side = Side(row.side)
    row.state, row.only_me = State.SUGGESTED, False
    row.waits_for = Side.TEAM if side is Side.PERSON else Side.PERSON
    row.base_id = counting.id if counting else None
    row.digest = queries.digest(row)
    if side is not Side.CARER:
        _yes(permit, row, side)


def _yes(permit: Permit, row: PlanChange, side: Side | None) -> None:
    if side is Side.PERSON:
        row.person_by, row.person_at = permit.account_id, now()
        row.person_name = "" if permit.is_self else permit.account_name
    else:
        row.team_by, row.team_name, row.team_at = permit.account_id, permit.account_name, now()


def _end(permit: Permit, row: PlanChange) -> None:
    row.ended_at, row.ended_name = now(), permit.account_name


def _overtake(permit: Permit, agreed: PlanChange) -> None:
    """Other changes to a line were about the words before: nobody can agree to them any more."""
    for row in _of_line(permit, agreed.line_id):
        if row.id != agreed.id and row.state == State.SUGGESTED:
            row.state, row.ended_at, row.ended_name = State.SUPERSEDED, now(), permit.account_name
            session().flush()
            _settle(permit, Side(row.waits_for or Side.PERSON))


def _waits(permit: Permit, side: Side) -> bool:
    waiting = select(func.count()).where(
        PlanChange.person_id == permit.person_id,
        PlanChange.state == State.SUGGESTED,
        PlanChange.waits_for == side,
    )
    return bool(session().scalar(waiting))


def _settle(permit: Permit, side: Side) -> None:
    """Where nothing waits for a side any more, nothing is new about it."""
    if not _waits(permit, side):
        notifications.settled(permit.person_id, waiting_id(permit.person_id, side), PLAN)


def _tell(permit: Permit, side: Side) -> None:
    """Tell whoever is asked, in one line for all that waits."""
    about = waiting_id(permit.person_id, side)
    notifications.take_back(permit.person_id, about, PLAN)
    if side is Side.PERSON:
        who = [*people.accounts_of(permit), *acting.accounts(permit)]
    else:
        asked = queries.team(permit)
        who = [asked.account_id] if asked and asked.account_id else []
    tells.tell(permit, who, PLAN, about)
