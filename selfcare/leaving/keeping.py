"""What nobody keeps any longer: records of who died, or whom no team looks after, and accounts of no use, years later.

Off until whoever is responsible for the data decided (`SELFCARE_ERASE_DIED_YEARS`, `SELFCARE_ERASE_ENDED_YEARS`,
`SELFCARE_CLOSE_ACCOUNTS_YEARS`). It is said thirty days before, on the pages of the record and as every erasing is; a
person who wants to keep theirs does, and is not asked again for a year. The erasing itself is `erasing.due`.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import structlog
from flask import current_app
from sqlalchemy import ColumnElement, and_, exists, or_, select, true

from selfcare.accounts import security
from selfcare.accounts.models import Account, SignIn
from selfcare.audit import trail
from selfcare.config import Settings
from selfcare.database import command, database
from selfcare.leaving import actions, erasing, over
from selfcare.leaving.over import LIVING, SAID_BEFORE, years_before
from selfcare.notifications.models import Notice
from selfcare.people import access, tells
from selfcare.people.bases import birthday
from selfcare.people.death import DIED
from selfcare.people.models import Administrator, Member, Person, Relationship
from selfcare.sharing.models import HandedSummary
from selfcare.web.access import Purpose

log = structlog.get_logger()

_Stopped = Callable[[], bool]


def announce(moment: datetime, stopped: _Stopped) -> int:
    """Set the day for every record whose time is over, and say it; first take back every day that stands no longer.

    :returns: how many days were set.
    """
    settings: Settings = current_app.config["SETTINGS"]
    rules = over.rules(moment)
    for why in (DIED, over.ENDED):
        holds = rules.get(why)
        # Somebody came back, it was asked to keep it, they died meanwhile, or the setting is another.
        _each(and_(Person.erase_why == why, true() if holds is None else ~holds), stopped, _take_back)
    done = 0
    for why, rule in rules.items():
        # Who asked for it themself, and is there to take it back, has their own day.
        asked = and_(Person.erase_at.is_not(None), Person.died_on.is_(None))
        rule = and_(rule, Person.erase_why == "", ~asked)
        done += _each(rule, stopped, lambda person, why=why: _set(person, why, settings, moment))  # type: ignore[misc]
    if done:
        log.info("records whose time is over", number=done)
    return done


def close_accounts(moment: datetime, stopped: _Stopped) -> int:
    """Tell accounts that are of no use to anybody that they are closed, and close those that were told. :returns: how
    many were closed.
    """
    settings: Settings = current_app.config["SETTINGS"]
    years = settings.service.close_accounts_years
    if not years:
        return 0
    before = years_before(moment, years)
    # A place in a team says since when nobody looks after its people: it stays as long as that is asked.
    ended = years_before(moment, settings.service.erase_ended_years or 0)
    unused = _of_no_use(before, min(before, ended))
    # Of a silence before this one nothing counts: who came back since is told anew.
    told = exists().where(
        Notice.account_id == Account.id, Notice.kind == security.CLOSING, Notice.made_at > before
    )
    long_ago = told.where(Notice.made_at <= moment - SAID_BEFORE)
    done = 0
    for rule, closes in ((and_(unused, long_ago), True), (and_(unused, ~told), False)):
        with database().transaction() as reading:
            found = list(reading.scalars(select(Account.id).where(rule).order_by(Account.id)))
        for one in found:
            if stopped():
                break
            with command() as work:
                account = work.scalar(select(Account.id).where(Account.id == one, rule).with_for_update())
                if account is None:
                    continue
                if closes:
                    erasing.close(work, one)
                    done += 1
                else:
                    security.tell_of_closing(one)
    if done:
        log.info("accounts of no use closed", number=done)
    return done


def _of_no_use(before: datetime, in_team_before: datetime) -> ColumnElement[bool]:
    """Nobody signed in since, and it is no way to any record or summary, of no team, and runs no pages."""
    return and_(
        Account.made_at < before,
        Account.invented.is_(False),
        ~exists().where(SignIn.account_id == Account.id, SignIn.seen_at > before),
        ~exists().where(
            Relationship.account_id == Account.id,
            Relationship.state.in_(LIVING),
            or_(Relationship.until.is_(None), Relationship.until > before),
        ),
        ~exists().where(
            Member.account_id == Account.id, or_(Member.ended_at.is_(None), Member.ended_at > in_team_before)
        ),
        ~exists().where(Administrator.account_id == Account.id),
        ~exists().where(
            HandedSummary.account_id == Account.id,
            HandedSummary.until > before,
            or_(HandedSummary.ended_at.is_(None), HandedSummary.ended_at > before),
        ),
    )


def _each(rule: ColumnElement[bool], stopped: _Stopped, do: Callable[[Person], None]) -> int:
    with database().transaction() as reading:
        found = list(reading.scalars(select(Person.id).where(rule).order_by(Person.id)))
    done = 0
    for one in found:
        if stopped():
            break
        with command() as work:
            # Asked once more: somebody may have come back meanwhile.
            person = work.scalar(select(Person).where(Person.id == one, rule).with_for_update())
            if person is not None:
                do(person)
                done += 1
    return done


def _set(person: Person, why: str, settings: Settings, moment: datetime) -> None:
    permit = access.system(Purpose.TIDYING, person)
    days = max(SAID_BEFORE, timedelta(days=settings.erase_days))
    day: date = permit.local(moment).date() + days
    if why == DIED and person.died_on and settings.service.erase_died_years:
        day = max(day, birthday(person.died_on, settings.service.erase_died_years))
    person.erase_asked_at, person.erase_at, person.erase_why = moment, actions.after(permit, day), why
    trail.record(permit, "due", "erasure", person.id)
    tells.tell_of_erasing(access.system(Purpose.TIDYING, person), person)


def _take_back(person: Person) -> None:
    """Nobody asks for it any more. That they want to keep it was not said, so it can be set again."""
    person.erase_asked_at = person.erase_at = None
    person.erase_why = ""
    tells.tell_of_erasing(access.system(Purpose.TIDYING, person), person)
