"""A person's details: read, changed by themself or by a professional, corrected with a reason, earlier values kept.

A correction of a name, birth date or NHS number goes to `person` itself, so that whatever is matched from then on, also
what already waits, is matched by it.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import exists, literal, select, union_all, update
from werkzeug.exceptions import NotFound

from selfcare.accounts.models import Account
from selfcare.audit import trail
from selfcare.database import Base, Record, now, session
from selfcare.notifications.kinds import DETAILS
from selfcare.people import acting, actions, queries, tells
from selfcare.people.models import Invitation, Person, PersonChange, Relationship
from selfcare.web.access import Area, Level, Permit, Role
from selfcare.web.versions import Stale

# What identifies somebody: a professional corrects it, with a reason.
IDENTITY = ("given_name", "family_name", "born", "nhs_number")
# What is the person's own to say, or a professional's to write down for them.
OWN = (
    "known_as", "phone", "best_time", "email", "address", "language", "interpreter", "needs", "needs_asked_on",
    "needs_review_on",
)  # fmt: skip
MOST_CHANGES = 50


class NotPossible(ValueError):
    """A birth date after the death, or still to come."""


class InUse(ValueError):
    """Somebody has come in, or something is in the record: it cannot be taken off as a mistake any more."""


def may_change(permit: Permit) -> bool:
    """Whether these details are theirs to change: one's own, or those of somebody a professional looks after."""
    return permit.is_self or (permit.role is Role.PROFESSIONAL and permit.may(Area.CONTACTS, Level.MANAGE))


def changes(permit: Permit) -> list[PersonChange]:
    """What was changed, newest first."""
    _require(permit)
    query = select(PersonChange).where(PersonChange.person_id == permit.person_id)
    newest = query.order_by(PersonChange.at.desc(), PersonChange.id).limit(MOST_CHANGES)
    return list(session().scalars(newest))


def change(permit: Permit, version: int, **values: Any) -> bool:
    """Change what is the person's own to say. :returns: whether anything was different.

    :param values: of OWN; `needs` a list.
    :raises Stale: changed since `version`.
    """
    _require(permit)
    return _change(permit, version, OWN, values, "")


def correct(permit: Permit, version: int, reason: str, **values: Any) -> bool:
    """Correct what identifies the person. What stood there is kept, and whoever it concerns is told.

    :param values: of IDENTITY.
    :raises Stale: changed since `version`.
    :raises NotPossible: a birth date on which they cannot have been born.
    :raises NumberTaken: the NHS number is somebody else's here.
    """
    if permit.role is not Role.PROFESSIONAL:
        raise NotFound
    _require(permit)
    row = _locked(permit)
    born = values.get("born", row.born)
    if born > (row.died_on or permit.today()):
        raise NotPossible
    number = values.get("nhs_number")
    if number and number != row.nhs_number:
        held = session().get(Relationship, permit.relationship_id) if permit.relationship_id else None
        actions.lock_list(held.team_id if held else None)
        if queries.nhs_number_is_known(number, permit.account_id):
            raise actions.NumberTaken
    before = row.born
    changed = _change(permit, version, IDENTITY, values, reason)
    if row.born != before:
        acting.follow_birth(permit, row)
    return changed


def is_in_use(permit: Permit) -> bool:
    """Whether somebody has come in to this record, or anything is in it. One statement."""
    came = exists().where(
        Relationship.person_id == permit.person_id, Relationship.kind.in_((Role.SELF, Role.CARER))
    )
    tables = {
        str(mapper.local_table): mapper.class_
        for mapper in Base.registry.mappers
        if issubclass(mapper.class_, Record)
    }
    # How often to be in touch is set before anything has happened.
    held = [
        exists().where(table.person_id == permit.person_id)
        for name, table in sorted(tables.items())
        if name != "rhythm"
    ]
    found = union_all(*(select(literal(1)).where(one) for one in (came, *held))).subquery()
    return session().scalar(select(literal(1)).select_from(found).limit(1)) is not None


def take_off(permit: Permit, reason: str) -> None:
    """Somebody was added by mistake: off every list from now on, their letter ends, their number is free again.

    The trail and what stood here are kept.

    :raises InUse: when somebody has come in, or anything is in the record.
    """
    if permit.role is not Role.PROFESSIONAL:
        raise NotFound
    _require(permit)
    row = _locked(permit)
    if is_in_use(permit):
        raise InUse
    note(permit, "mistaken", "", "", reason)
    if row.nhs_number:
        note(permit, "nhs_number", row.nhs_number, "", reason)
    row.nhs_number, row.mistaken_at = None, now()
    session().execute(
        update(Invitation)
        .where(Invitation.person_id == row.id, Invitation.withdrawn_at.is_(None))
        .values(withdrawn_at=now())
    )
    held = select(Relationship).where(Relationship.person_id == row.id, Relationship.state == "active")
    for relationship in session().scalars(held.with_for_update()):
        actions.move(relationship, "ended", permit.account_id, "added by mistake")
    trail.record(permit, "took off", "person", row.id)
    session().flush()


def _change(permit: Permit, version: int, may: Iterable[str], values: dict[str, Any], reason: str) -> bool:
    row = _locked(permit)
    new = {name: values[name] for name in may if name in values and values[name] != getattr(row, name)}
    if not new:
        return False
    if version != row.version:
        raise Stale(row, _last_writer(permit))
    language = row.language
    for name, value in new.items():
        note(permit, name, _plain(getattr(row, name)), _plain(value), reason)
        setattr(row, name, value)
    row.version += 1
    session().flush()
    if "language" in new:
        _speak(permit, language, row.language)
    trail.record(permit, "corrected" if reason else "changed", "person", row.id)
    tells.tell(permit, _told(permit), DETAILS, row.id)
    return True


def told_names(permit: Permit) -> list[str]:
    """Who would be told of a change now, by name."""
    names = dict(
        session().execute(select(Account.id, Account.name).where(Account.id.in_(_told(permit)))).all()
    )
    return [names[one] for one in _told(permit)]


def _told(permit: Permit) -> list[UUID]:
    """The person and the key contact, but for whoever makes the change."""
    concerned = [*queries.accounts_of(permit), *queries.key_contact_accounts(permit)]
    return tells.told(permit, [one for one in concerned if one != permit.account_id], DETAILS)


def _speak(permit: Permit, before: str, language: str) -> None:
    """Messages follow the language too, unless the person chose another one for themself on their own."""
    own = session().scalars(select(Account).where(Account.id.in_(queries.accounts_of(permit))))
    for account in own:
        if permit.is_self or account.locale in (None, before):
            account.locale = language or None


def note(permit: Permit, field: str, before: str, after: str, reason: str) -> None:
    """Keep what stood there before, who changed it, and why."""
    session().add(
        PersonChange(
            person_id=permit.person_id,
            at=now(),
            by=permit.account_id,
            by_name=permit.account_name,
            by_role=permit.role.value,
            field=field,
            before=before,
            after=after,
            reason=reason,
        )
    )


def _last_writer(permit: Permit) -> str:
    last = next(iter(changes(permit)), None)
    return last.by_name if last else permit.account_name


def _locked(permit: Permit) -> Person:
    """The person's row, against whoever would change it: what is filed meanwhile, and points to it, does not wait."""
    return (
        session()
        .scalars(
            select(Person)
            .where(Person.id == permit.person_id)
            .with_for_update(key_share=True)
            .execution_options(populate_existing=True)
        )
        .one()
    )


def _require(permit: Permit) -> None:
    if not may_change(permit):
        raise NotFound


def _plain(value: Any) -> str:
    if isinstance(value, list):
        return "\n".join(value)
    return value.isoformat() if isinstance(value, date) else str(value or "")
