"""What nobody keeps any longer: records of who died, or whom no team looks after, and accounts of no use, years later.

Off until whoever is responsible for the data decided (`SELFCARE_ERASE_DIED_YEARS`, `SELFCARE_ERASE_ENDED_YEARS`,
`SELFCARE_CLOSE_ACCOUNTS_YEARS`). It is said thirty days before, on the pages of the record and as every erasing is; a
person who wants to keep theirs does, and is not asked again for a year. The erasing itself is `erasing.due`.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

import structlog
from flask import current_app
from sqlalchemy import ColumnElement, and_, exists, or_, select

from selfcare.accounts import security
from selfcare.accounts.models import Account, SignIn
from selfcare.audit import trail
from selfcare.audit.models import Trail
from selfcare.config import Settings
from selfcare.database import command, database
from selfcare.leaving import actions, erasing
from selfcare.notifications.models import Notice
from selfcare.people import access
from selfcare.people.bases import birthday
from selfcare.people.models import Administrator, Change, Member, Person, Relationship
from selfcare.web.access import Purpose, Role

log = structlog.get_logger()

ENDED = "ended"
SAID_BEFORE = timedelta(days=30)
KEPT_FOR = timedelta(days=365)  # after they said that they want to keep it
_LIVING = ("proposed", "active", "suspended")
_Stopped = Callable[[], bool]


def announce(moment: datetime, stopped: _Stopped) -> int:
    """Set the day for every record whose time is over, and say it; take back what no setting asks for any more.

    :returns: how many days were set.
    """
    settings: Settings = current_app.config["SETTINGS"]
    died, ended = settings.service.erase_died_years, settings.service.erase_ended_years
    rules: dict[str, ColumnElement[bool]] = {}
    if died:
        rules[erasing.DIED] = _has_died(years_before(moment, died))
    if ended:
        rules[ENDED] = _nobody_looks_after(years_before(moment, ended), moment)
    for why in (erasing.DIED, ENDED):
        if why not in rules:
            _each(Person.erase_why == why, stopped, _take_back)
    done = 0
    for why, over in rules.items():
        rule = and_(over, Person.mistaken_at.is_(None), Person.erase_why == "", ~_kept(moment))
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
    unused = _of_no_use(years_before(moment, years))
    told = exists().where(Notice.account_id == Account.id, Notice.kind == security.CLOSING)
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


def _of_no_use(before: datetime) -> ColumnElement[bool]:
    """Nobody signed in since, and it is no way to any record, of no team, and runs no pages."""
    return and_(
        Account.made_at < before,
        Account.invented.is_(False),
        ~exists().where(SignIn.account_id == Account.id, SignIn.seen_at > before),
        ~exists().where(
            Relationship.account_id == Account.id,
            Relationship.state.in_(_LIVING),
            or_(Relationship.until.is_(None), Relationship.until > before),
        ),
        ~exists().where(
            Member.account_id == Account.id, or_(Member.ended_at.is_(None), Member.ended_at > before)
        ),
        ~exists().where(Administrator.account_id == Account.id),
    )


def years_before(moment: datetime, years: int) -> datetime:
    """The moment so many years before; who would be on 29 February is on 1 March."""
    return datetime.combine(birthday(moment.date(), -years), time(), UTC)


def _has_died(before: datetime) -> ColumnElement[bool]:
    return Person.died_on < before.date() + SAID_BEFORE


def _nobody_looks_after(before: datetime, moment: datetime) -> ColumnElement[bool]:
    """Alive; since then in no team with anybody in it, by no grant that ended later; and nobody has come in since."""
    mine = Relationship.person_id == Person.id
    team = and_(mine, Relationship.kind == Role.PROFESSIONAL.value)
    works = exists().where(
        Member.team_id == Relationship.team_id, or_(Member.ended_at.is_(None), Member.ended_at > before)
    )
    stands = and_(
        Relationship.state.in_(_LIVING), or_(Relationship.until.is_(None), Relationship.until > before)
    )
    looked_after = exists().where(team, stands, works)
    its_end = and_(Change.relationship_id == Relationship.id, Change.state == "ended")
    ended_since = exists().where(team, its_end, Change.at > before)
    came_in = exists().where(
        mine,
        Relationship.kind != Role.PROFESSIONAL.value,
        Relationship.state.in_(_LIVING),
        SignIn.account_id == Relationship.account_id,
        SignIn.seen_at > before,
    )
    asked = and_(Person.erase_at.is_not(None), Person.erase_at > moment)
    return and_(
        Person.died_on.is_(None), Person.made_at < before, ~looked_after, ~ended_since, ~came_in, ~asked
    )


def _kept(moment: datetime) -> ColumnElement[bool]:
    """Whether they said within a year that they want to keep it."""
    return exists().where(
        Trail.person_id == Person.id,
        Trail.kind == "erasure",
        Trail.verb == "took back",
        Trail.at > moment - KEPT_FOR,
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
    if why == erasing.DIED and person.died_on and settings.service.erase_died_years:
        day = max(day, birthday(person.died_on, settings.service.erase_died_years))
    person.erase_asked_at, person.erase_at, person.erase_why = moment, actions.after(permit, day), why
    trail.record(permit, "due", "erasure", person.id)
    _tell(person)


def _take_back(person: Person) -> None:
    """Nobody asks for it any more. That they want to keep it was not said, so it can be set again."""
    person.erase_asked_at = person.erase_at = None
    person.erase_why = ""
    _tell(person)


def _tell(person: Person) -> None:
    actions.tell(access.system(Purpose.TIDYING, person), person)
