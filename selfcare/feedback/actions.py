"""What people can do with what they say: keep it, let a team read it, take it back; suggest, want, offer to help."""

from uuid import UUID, uuid4

from sqlalchemy import Select, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from werkzeug.exceptions import NotFound

from selfcare.audit import trail
from selfcare.database import database, now, session, writing
from selfcare.feedback import queries
from selfcare.feedback.models import Gathered, Idea, MeToo, Remark, Suggestion, WouldHelp
from selfcare.people.models import Person, Team
from selfcare.people.teams import today
from selfcare.web import throttle
from selfcare.web.access import Area, Level, Permit, SignedIn, visible
from selfcare.web.figure_rule import FEWEST

A_DAY = 5  # suggestions of one account


def say(
    permit: Permit, appointment_id: UUID, version: int, text: str, team_id: UUID | None, *, read: bool
) -> None:
    """Keep what the person says of a visit. Nothing said takes it back, and what another phone kept meanwhile stays.

    :param version: of what stood there when the form was filled; 0 for nothing.
    :param read: whether the team may read it, without learning whose it is.
    """
    permit.require(Area.FEEDBACK, Level.ADD)
    if not permit.is_self:
        raise NotFound
    text = text.strip()
    if not text and version == 0:
        return
    if read and team_id:
        _hold(team_id)
    row = _row(permit, appointment_id)
    if queries.is_shut(permit, row):  # what came before is neither shown, lost nor let read
        if not text:
            return
        version, read = 0, False
    if version < row.version and row.text and text != row.text:
        text = "\n\n".join(filter(None, (row.text, text)))
    if text != row.text:
        trail.record(permit, "wrote" if text else "removed", "remark", row.id)
        _forget(row)  # in other words it is something else, and is read again when five have let it
        row.text, row.changed_at = text, now()
        row.version += 1
        session().flush()
    wanted = team_id if read and text else None
    if wanted != row.team_id:
        _let(permit, row, wanted)


def take_back(permit: Permit, remark_id: UUID) -> None:
    """The team may no longer read it. Twice is once. :raises NotFound: it is not theirs."""
    permit.require(Area.FEEDBACK, Level.ADD)
    row = session().scalars(_locked(permit).where(Remark.id == remark_id)).first()
    if row is None or not permit.is_self:
        raise NotFound
    if row.team_id is not None:
        _let(permit, row, None)


def _row(permit: Permit, appointment_id: UUID) -> Remark:
    insert = sqlite.insert if database().is_sqlite else postgresql.insert
    fresh = {**permit.stamp(), "id": uuid4(), "only_me": False, "version": 0, "text": ""}
    session().execute(insert(Remark).values(appointment_id=appointment_id, **fresh).on_conflict_do_nothing())
    return session().scalars(_locked(permit).where(Remark.appointment_id == appointment_id)).one()


def _locked(permit: Permit) -> Select[Remark]:
    own = visible(permit, Remark), Remark.entered_by == permit.account_id
    return select(Remark).where(*own).with_for_update().execution_options(populate_existing=True)


def _let(permit: Permit, row: Remark, team_id: UUID | None) -> None:
    _forget(row)
    row.team_id = team_id
    trail.record(permit, "let read" if team_id else "took back", "remark", row.id)
    if team_id is not None:
        row.given_on = permit.today().replace(day=1)
    session().flush()
    if team_id is not None:
        _open_together(team_id)


def _forget(row: Remark) -> None:
    """It stands with no others any more, and the team reads it no longer."""
    session().execute(
        delete(Gathered).where(Gathered.person_id == row.person_id, Gathered.remark_id == row.id)
    )
    row.team_id = row.given_on = row.batch = None


def _hold(team_id: UUID) -> None:
    """One after another lets a team read something: of two who are the fifth at one moment, each would count without
    the other. It is held before a remark is, for who opens all that waits holds each of them.
    """
    session().execute(select(Team.id).where(Team.id == team_id).with_for_update(key_share=True))


def _open_together(team_id: UUID) -> None:
    """Once five people let a team read something that it cannot read yet, it can read all of that, at one moment.

    So nobody who looks before and after learns of fewer than five what they said. The team is held (`_hold`).
    """
    waits = Remark.team_id == team_id, Remark.batch.is_(None), Remark.removed_at.is_(None)
    people = select(func.count(Remark.person_id.distinct())).join(Person, Person.id == Remark.person_id)
    if (session().scalar(people.where(*waits, *queries.counts())) or 0) >= FEWEST:
        session().execute(
            update(Remark).where(*waits).values(batch=uuid4()).execution_options(synchronize_session="fetch")
        )


def offer(permit: Permit, team_id: UUID, how: str, reach: str) -> None:
    """Say that the person would help shape the service; said again, it is said anew."""
    permit.require(Area.FEEDBACK, Level.ADD)
    if not permit.is_self or permit.subject.died_on is not None:
        raise NotFound
    session().execute(delete(WouldHelp).where(WouldHelp.person_id == permit.person_id))
    session().add(WouldHelp(person_id=permit.person_id, team_id=team_id, how=how, reach=reach, at=now()))
    trail.record(permit, "offered", "would_help")
    session().flush()


def withdraw(permit: Permit) -> None:
    """Take it back: nothing of it stays. Twice is once."""
    permit.require(Area.FEEDBACK, Level.ADD)
    if not permit.is_self:
        raise NotFound
    session().execute(delete(WouldHelp).where(WouldHelp.person_id == permit.person_id))
    trail.record(permit, "took back", "would_help")
    session().flush()


def count_try(user: SignedIn) -> None:
    """Nobody floods a team. :raises TooManyRequests: after five suggestions in a day."""
    session().rollback()
    throttle.spend("suggestion", str(user.account_id), limit=A_DAY, minutes=24 * 60)


def suggest(user: SignedIn, team_id: UUID, line: str, words: str) -> Suggestion:
    """Suggest a change to this app, to whoever runs a team's pages. :raises NotFound: they do not belong to it."""
    writing()
    if team_id not in dict(queries.own_teams(user)):
        raise NotFound
    row = Suggestion(
        account_id=user.account_id, team_id=team_id, line=line, words=words, at=now(), state="new"
    )
    session().add(row)
    session().flush()
    return row


def take_suggestion_back(user: SignedIn, suggestion_id: UUID) -> None:
    """It is gone, also from an idea it was part of. Twice is once."""
    row = session().get(Suggestion, suggestion_id)
    if row is not None and row.account_id == user.account_id and row.idea_id:
        _stays_as_said(row.idea_id)
    session().execute(
        delete(Suggestion).where(Suggestion.account_id == user.account_id, Suggestion.id == suggestion_id)
    )


def want(user: SignedIn, idea_id: UUID, wanted: bool) -> None:
    """Say *me too* of an idea, or take it back: once an account. :raises NotFound: there is no such idea."""
    _stays_as_said(idea_id)
    mine = {"idea_id": idea_id, "account_id": user.account_id}
    if wanted:
        insert = sqlite.insert if database().is_sqlite else postgresql.insert
        session().execute(insert(MeToo).values(**mine, at=now()).on_conflict_do_nothing())
    else:
        session().execute(delete(MeToo).filter_by(**mine))


def _stays_as_said(idea_id: UUID) -> None:
    """Of how many people an idea is stays as it is said now, until the day ends. :raises NotFound: there is none."""
    row = session().get(Idea, idea_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound
    if row.said_on != today():
        row.said_people, row.said_on = queries.wanted_by([row])[idea_id], today()
        session().flush()
