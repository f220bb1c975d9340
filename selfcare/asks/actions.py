"""What the person, or who asks for them, does with an ask: ask, add, agree, answer, say how it was, take back."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import func, select, update
from werkzeug.exceptions import NotFound

from selfcare.asks import queries, returning, telling
from selfcare.asks.models import Ask, AskLine
from selfcare.asks.queries import ASKING, MOST_OPEN
from selfcare.asks.states import Move, NotNow, State, Who
from selfcare.audit import trail
from selfcare.database import now, session
from selfcare.notifications import actions as notifications
from selfcare.notifications.kinds import ASK_WAITS
from selfcare.people import death
from selfcare.people.models import Team
from selfcare.web import item_reference
from selfcare.web.access import Area, Level, Permit, Role
from selfcare.web.item_reference import About

ABOUT = ("service", "plan")  # what an ask can be about, besides words


class NobodyToAsk(Exception):
    """No team looks after the person, or not the one that was chosen any more."""


class TooMany(Exception):
    """More asks are open than anybody can keep in view."""


def ask(
    permit: Permit,
    *,
    words: str,
    about: About | None = None,
    team_id: UUID | None = None,
    may_pass: bool = False,
    with_phone: bool = False,
    ask_id: UUID | None = None,
) -> Ask:
    """Ask the link workers of a team. They are told, and by when somebody takes it is kept.

    :param team_id: None: the key contact's. :param may_pass: the person agrees that a body is told how they are called,
        and (`with_phone`) their number, with what was asked. Of somebody else's ask that does not act by law it counts
        only when a professional asks with the person's yes.
    :param ask_id: of what its form makes. An ask of that id gets these words, and goes to this team, while nobody has
        taken it; then they are added to it, unread.
    :raises NobodyToAsk: :raises TooMany: :raises NotFound: who may not ask. :raises NotNow: it is over; or it is for
        another team now, and somebody had it already.
    """
    if not queries.may_ask(permit):
        raise NotFound
    if death.has_died(permit.person_id):
        raise NotFound
    passes = may_pass and (queries.may_agree(permit) or permit.role is Role.PROFESSIONAL)
    passing = {
        "may_pass": passes,
        "passed_name": permit.subject.name if passes else "",
        "passed_phone": permit.subject.phone if passes and with_phone else "",
    }
    known = session().get(Ask, (permit.person_id, ask_id)) if ask_id else None
    if known is not None:
        return _said_again(permit, known, words, passing, team_id)
    team = _team(permit, team_id)
    open_now = select(func.count()).where(Ask.person_id == permit.person_id, Ask.ended_at.is_(None))
    if (session().scalar(open_now) or 0) >= MOST_OPEN:
        raise TooMany
    kept = item_reference.still(permit, about if about and about.kind in ABOUT else None)
    row = Ask(
        **permit.stamp(),
        about_kind=kept.kind if kept else None,
        about_id=kept.id if kept else None,
        about_label=kept.label if kept else None,
        words=words,
        said_yes=permit.role is Role.PROFESSIONAL,
        team_id=team,
        **passing,
        state=State.ASKED.value,
        due_on=returning.answer_by(team),
    )
    if ask_id:
        row.id = ask_id
    session().add(row)
    session().flush()
    trail.record(permit, "added", "ask", row.id)
    telling.whoever_has_it(row, but=permit.account_id)
    if permit.role is Role.PROFESSIONAL:
        telling.person(row)
    return row


def add(permit: Permit, ask_id: UUID, text: str, line_id: UUID | None = None) -> AskLine:
    """Add something once more, unread. Whoever has it is told. :raises NotNow: it is over.

    :param line_id: of what its form makes. A line of that id gets these words, as long as nobody has read others there.
    """
    row = locked(permit, ask_id, Move.ADD)
    known = line_of(row.person_id, line_id)
    if known is not None and (known.text == text or (known.read_at is None and known.removed_at is None)):
        if known.text != text:
            known.text, known.changed_at = text, now()
            session().flush()
            trail.record(permit, "changed", "ask_line", known.id)
            telling.whoever_has_it(row)
        return known
    line = AskLine(**permit.stamp(), ask_id=row.id, side=Who.PERSON.value, text=text)
    if line_id and known is None:
        line.id = line_id
    session().add(line)
    session().flush()
    trail.record(permit, "added", "ask_line", line.id)
    telling.whoever_has_it(row)
    return line


def _said_again(
    permit: Permit, known: Ask, words: str, passing: Mapping[str, Any], team_id: UUID | None
) -> Ask:
    """Other words, or another team, for what a phone sent before, and another answer to who may be told, while no body
    has been. Whoever has it is told of other words.
    """
    said = {"words": words, "team_id": team_id or known.team_id, **passing}
    if all(getattr(known, name) == value for name, value in said.items()):
        return known
    row = locked(permit, known.id, Move.ADD)
    waits = row.state == State.ASKED.value and not row.back_at
    moves = team_id not in (None, row.team_id)
    if moves and not waits:
        raise NotNow(State(row.state), Move.ADD)
    if moves:
        row.team_id = _team(permit, team_id)
        row.due_on = returning.answer_by(row.team_id)
    if row.body_id is None:
        for name, value in passing.items():
            setattr(row, name, value)
    if waits:
        tells = moves or words != row.words
        row.words = words
        if tells:  # what was news before is said by this, and is nothing of a first team's now
            notifications.take_back(row.person_id, row.id, ASK_WAITS)
            telling.whoever_has_it(row, but=permit.account_id)
    elif words and words != row.words:
        add(permit, row.id, words, uuid5(row.id, "said again"))
    touched(row)
    trail.record(permit, "changed", "ask", row.id)
    return row


def _team(permit: Permit, team_id: UUID | None) -> UUID:
    """The team that is asked. :param team_id: None: the key contact's. :raises NobodyToAsk:"""
    for one in queries.teams_to_ask(permit):
        if team_id in (None, one.id):
            return one.id
    raise NobodyToAsk


def line_of(person_id: UUID, line_id: UUID | None) -> AskLine | None:
    """What a form has made already."""
    return session().get(AskLine, (person_id, line_id)) if line_id else None


def agree(permit: Permit, ask_id: UUID, body_id: UUID | None, *, with_phone: bool) -> None:
    """Yes: the body that was proposed gets it, with what stood on the page. It and the team are told. Of another body
    the person is asked anew.

    :param body_id: the one that stood on the page. :raises NotNow: it is another one by now.
    """
    row = locked(permit, ask_id, Move.AGREE)
    if not queries.may_agree(permit):
        raise NotFound
    if body_id is None or row.proposed_id != body_id:
        raise NotNow(State(row.state), Move.AGREE)
    row.passed_name = permit.subject.name
    row.passed_phone = permit.subject.phone if with_phone else ""
    pass_on(row)
    trail.record(permit, "agreed", "ask", row.id)
    session().flush()
    telling.whoever_has_it(row)


def keep(permit: Permit, ask_id: UUID) -> None:
    """No: it stays with the team. Whoever had it has it still."""
    row = locked(permit, ask_id, Move.KEEP)
    if not queries.may_agree(permit):
        raise NotFound
    row.proposed_id = None
    row.state = (State.ACCEPTED if row.owner_name else State.ASKED).value
    row.due_on = returning.answer_by(row.team_id)
    trail.record(permit, "kept", "ask", row.id)
    session().flush()
    telling.whoever_has_it(row)


def go(permit: Permit, ask_id: UUID, version: int | None) -> None:
    """*I will go*. :param version: of the place that stood on the page. :raises NotNow: it is another one by now."""
    row = locked(permit, ask_id, Move.GO)
    if version is not None and row.version != version:
        raise NotNow(State(row.state), Move.GO)
    row.state, row.answered_at = State.GOING.value, now()
    trail.record(permit, "said yes", "ask", row.id)
    session().flush()
    telling.whoever_has_it(row)


def not_for_me(permit: Permit, ask_id: UUID) -> None:
    """*Not for me*: it is over, and who found the place is told."""
    row = locked(permit, ask_id, Move.NOT_FOR_ME)
    row.answered_at = now()
    _end(permit, row, State.NOT_FOR_ME)
    trail.record(permit, "said no", "ask", row.id)
    telling.whoever_has_it(row)


def went(permit: Permit, ask_id: UUID, *, how_it_was: str, tells: bool) -> None:
    """*I went*, and how it was. :param tells: the team may read that."""
    row = locked(permit, ask_id, Move.WENT)
    row.how_it_was, row.tells = how_it_was, tells
    _end(permit, row, State.WENT)
    trail.record(permit, "went", "ask", row.id)
    if tells:
        telling.whoever_has_it(row)


def cancel(permit: Permit, ask_id: UUID) -> None:
    """*I no longer need this*, at any time. What waited for somebody waits no more."""
    row = locked(permit, ask_id, Move.CANCEL)
    if not queries.may_cancel(permit, row):
        raise NotFound
    _end(permit, row, State.NOT_NEEDED)
    trail.record(permit, "took back", "ask", row.id)
    if row.owner_name:
        telling.whoever_has_it(row)


def opened(permit: Permit, ask_id: UUID, version: int) -> None:
    """The news of it, and what was added, is before the eyes of who asked. Twice is once.

    :param version: the one their page showed: what came since is new to them still.
    """
    permit.require(Area.COMMUNITY, Level.SEE)
    found = queries.one(permit, ask_id)
    if found.row.version != version:
        return
    notifications.seen(permit, ask_id)
    if permit.is_self:
        theirs = (
            AskLine.person_id == permit.person_id,
            AskLine.ask_id == ask_id,
            AskLine.side != Who.PERSON.value,
        )
        mark_read(*theirs, name=permit.account_name)


def mark_read(*which: object, name: str) -> None:
    """Lines are read, by whom."""
    session().execute(
        update(AskLine)
        .where(*which, AskLine.read_at.is_(None))  # type: ignore[arg-type]
        .values(read_at=now(), read_name=name)
    )


def pass_on(row: Ask) -> None:
    """A locked ask goes to the body that was proposed: nobody there has taken it yet."""
    row.body_id, row.proposed_id = row.proposed_id, None
    row.state, row.passed_at = State.OFFERED.value, now()
    row.owner_id, row.owner_name, row.owner_title, row.owned_at = None, "", "", None
    if row.body_id:
        row.due_on = returning.answer_by(row.body_id)


def team_name(team_id: UUID) -> str:
    """How a team or body is called."""
    return session().get_one(Team, team_id).name


def touched(row: Ask) -> None:
    """A page that was drawn before this shows something else."""
    row.version += 1
    session().flush()


def locked(permit: Permit, ask_id: UUID, move: Move) -> Ask:
    """The row of an ask, locked, as it stands now. :raises NotNow: :raises NotFound: not theirs, or who has died."""
    permit.require(Area.COMMUNITY, Level.ADD)
    if permit.role not in ASKING or death.has_died(permit.person_id):
        raise NotFound
    return returning.locked(permit.person_id, ask_id, move, Who.PERSON)


def _end(permit: Permit, row: Ask, state: State) -> None:
    row.state, row.due_on = state.value, None
    row.proposed_id = None
    row.ended_at, row.ended_name = now(), permit.account_name
    notifications.take_back(row.person_id, row.id)
    touched(row)
