"""Whose time is over: asked before a day is set, every night until it, and once more before anything goes."""

from datetime import UTC, datetime, time, timedelta

from flask import current_app
from sqlalchemy import ColumnElement, and_, exists, or_

from selfcare.accounts.models import SignIn
from selfcare.audit.models import Trail
from selfcare.config import Settings
from selfcare.people.bases import birthday
from selfcare.people.death import DIED
from selfcare.people.models import Change, Member, Person, Relationship
from selfcare.web.access import Role

ENDED = "ended"
SAID_BEFORE = timedelta(days=30)
KEPT_FOR = timedelta(days=365)  # after somebody said that it is to be kept
LIVING = ("proposed", "active", "suspended")


def rules(moment: datetime) -> dict[str, ColumnElement[bool]]:
    """Of each reason that whoever is responsible decided on: whose time is over by it."""
    settings: Settings = current_app.config["SETTINGS"]
    died, ended = settings.service.erase_died_years, settings.service.erase_ended_years
    found: dict[str, ColumnElement[bool]] = {}
    if died:
        found[DIED] = _has_died(years_before(moment, died))
    if ended:
        found[ENDED] = _nobody_looks_after(years_before(moment, ended))
    return {why: and_(rule, Person.mistaken_at.is_(None), ~_kept(moment)) for why, rule in found.items()}


def years_before(moment: datetime, years: int) -> datetime:
    """The moment so many years before; who would be on 29 February is on 1 March."""
    return datetime.combine(birthday(moment.date(), -years), time(), UTC)


def _has_died(before: datetime) -> ColumnElement[bool]:
    return and_(Person.died_on.is_not(None), Person.died_on < before.date() + SAID_BEFORE)


def _nobody_looks_after(before: datetime) -> ColumnElement[bool]:
    """Alive; since then in no team with anybody in it, by no grant that ended later; and nobody has come in since."""
    mine = Relationship.person_id == Person.id
    team = and_(mine, Relationship.kind == Role.PROFESSIONAL.value)
    works = exists().where(
        Member.team_id == Relationship.team_id, or_(Member.ended_at.is_(None), Member.ended_at > before)
    )
    stands = and_(
        Relationship.state.in_(LIVING), or_(Relationship.until.is_(None), Relationship.until > before)
    )
    looked_after = exists().where(team, stands, works)
    its_end = and_(Change.relationship_id == Relationship.id, Change.state == "ended")
    ended_since = exists().where(team, its_end, Change.at > before)
    came_in = exists().where(
        mine,
        Relationship.kind != Role.PROFESSIONAL.value,
        Relationship.state.in_(LIVING),
        SignIn.account_id == Relationship.account_id,
        SignIn.seen_at > before,
    )
    return and_(Person.died_on.is_(None), Person.made_at < before, ~looked_after, ~ended_since, ~came_in)


def _kept(moment: datetime) -> ColumnElement[bool]:
    """Whether they said within a year that they want to keep it."""
    return exists().where(
        Trail.person_id == Person.id,
        Trail.kind == "erasure",
        Trail.verb == "took back",
        Trail.at > moment - KEPT_FOR,
    )
