"""Going to a provider to say who one is, and coming back: good once, within minutes, and only in the browser that went.

What was typed goes along sealed, since no page goes along. An account is never made, and never found by an address:
only by a link that its owner made.
"""

import json
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from flask import current_app
from sqlalchemy import delete

from selfcare import i18n
from selfcare.accounts import challenges, factor, links, passkeys, provider, security, sessions, ways
from selfcare.accounts.models import Account, ProviderLink, ProviderVisit
from selfcare.accounts.provider import Said
from selfcare.accounts.sessions import Began
from selfcare.database import database, now, session, writing
from selfcare.settings_sign_in import Provider
from selfcare.web import carry, sealing, throttle
from selfcare.web.access import Kind, SignedIn

LASTS = timedelta(minutes=15)
MOST_KEPT = 300_000  # characters of what was typed; more does not go along, and the page says so
MOST_OF_A_STRANGER = 20_000  # and where nobody ever signed in on the device


class For(StrEnum):
    """What somebody goes to a provider for."""

    SIGN_IN = "sign-in"
    PROVE = "prove"
    LINK = "link"
    ENROL = "enrol"
    CODE = "code"  # they came back from there, and still owe the second factor


class TooLong(Exception):
    """What was typed is too long to go along from a device that nobody signed in on."""


class Unlinked(Exception):
    """Nobody here is linked with whom the provider names."""


class Closed(Exception):
    """The account lets nobody in."""


class SomebodyElse(Exception):
    """The provider names another than whose session it is."""


class NoSecondStep(Exception):
    """A professional, of whom no second factor was asked there, and who has none here."""


class LastWay(Exception):
    """Nothing else would let them in."""


@dataclass(frozen=True)
class Visit:
    """What was noted when somebody left."""

    provider: Provider
    purpose: For
    account_id: UUID | None
    begun_at: datetime
    nonce: str
    verifier: str
    onward: str
    code: str  # of an enrolment link
    kept: tuple[tuple[str, str], ...]


def go(
    by: Provider, purpose: For, onward: str, back: str, user: SignedIn | None = None, code: str = ""
) -> str:
    """Note that somebody leaves. :returns: the address to send them to.

    :param back: where they come back to. :param code: of an enrolment link.
    :raises Unreachable: :raises NotBelieved: of the provider. :raises TooLong:
    :raises TooManyRequests: after sixty in ten minutes for an account, or on a device that somebody signed in on; three
        hundred from a network on other devices.
    """
    device = None if user else sessions.known_here()
    session().rollback()
    pairs = carry.packed()
    if not (user or device) and _length(pairs) > MOST_OF_A_STRANGER:
        raise TooLong
    if user:
        throttle.spend("provider-asked-own", str(user.account_id), limit=60, minutes=10)
    elif device:
        throttle.spend("provider-asked-device", device, limit=60, minutes=10)
    else:
        throttle.spend("provider-asked", throttle.network(), limit=300, minutes=10)
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    address = provider.address(
        by, state=state, nonce=nonce, verifier=verifier, back=back, locale=i18n.code(),
        again=purpose is not For.SIGN_IN,
    )  # fmt: skip
    writing()
    session().execute(delete(ProviderVisit).where(ProviderVisit.expires_at <= now()))
    _note(
        state, by, purpose, user, nonce=nonce, verifier=verifier, onward=onward, code=code, kept=_kept(pairs)
    )
    return address


def _length(pairs: list[tuple[str, str]]) -> int:
    return sum(len(name) + len(value) for name, value in pairs)


def _kept(pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    if _length(pairs) <= MOST_KEPT:
        return pairs
    plain = {name: value for name, value in pairs if name in (f"{carry.PREFIX}to", f"{carry.PREFIX}of")}
    return [*plain.items(), (f"{carry.PREFIX}lost", "1")]


def _note(state: str, by: Provider, purpose: For, user: SignedIn | None, **along: Any) -> None:
    moment = now()
    row = ProviderVisit(
        state_hash=sessions.digest(state),
        bound_to=challenges.browser(),
        provider=by.key,
        purpose=purpose.value,
        account_id=user.account_id if user else None,
        sealed=sealing.box("provider visit").encrypt(json.dumps(along).encode()).decode(),
        begun_at=moment,
        expires_at=moment + LASTS,
    )
    session().add(row)
    session().flush()


def take(by: Provider, state: str, user: SignedIn | None, *, owes_code: bool = False) -> Visit | None:
    """What was noted when somebody left, used up, whatever comes of it. What they had typed goes along from here.

    :param owes_code: of who came back already, and still owes the second factor.
    :returns: None where it was not this browser's, is too old, was used, or was another account's.
    """
    if not state or len(state) > 100 or not state.isascii():
        return None
    row = ProviderVisit
    session().rollback()
    with database().transaction() as short:
        gone = short.execute(
            delete(row)
            .where(
                row.state_hash == sessions.digest(state),
                row.bound_to == challenges.browser(),
                row.provider == by.key,
                row.purpose == For.CODE.value if owes_code else row.purpose != For.CODE.value,
            )
            .returning(row.purpose, row.account_id, row.sealed, row.begun_at, row.expires_at)
        ).first()
    if gone is None or gone.expires_at <= now() or gone.account_id != (user.account_id if user else None):
        return None
    along = json.loads(sealing.box("provider visit").decrypt(gone.sealed.encode()))
    kept = tuple((name, value) for name, value in along.pop("kept", []))
    carry.unpack(kept)
    return Visit(by, For(gone.purpose), gone.account_id, gone.begun_at, kept=kept, **along)


def ask(visit: Visit, code: str, issuer: str | None, back: str) -> Said:
    """Who came back. :raises Unreachable: :raises NotBelieved: see `provider`."""
    provider.check_sender(visit.provider, issuer)
    since = visit.begun_at if visit.purpose is not For.SIGN_IN else None
    return provider.ask(
        visit.provider, code, verifier=visit.verifier, nonce=visit.nonce, back=back, since=since
    )


# --------------------------------------------------------------------------------------------- what comes of it


def sign_in(by: Provider, said: Said) -> SignedIn:
    """Let somebody in by a provider's word; a professional still owes the second factor, unless they gave it there.

    :raises Unlinked: :raises Closed:
    """
    writing()
    link = links.whose(said)
    if link is None:
        refused("unlinked")
        raise Unlinked
    account = session().get_one(Account, link.account_id, populate_existing=True)
    strange = account.invented and not current_app.config["SETTINGS"].demo
    if account.suspended_at or strange or links.provider_of(account.kind) != by:
        refused("closed", account.id)
        raise Closed
    link.used_at = now()
    session().flush()
    security.note("sign-in-right", account.id, link=link.id)
    whole = account.kind == Kind.PERSON or said.second_step
    return sessions.begin(account, Began.PROVIDER, complete=whole, given_at=said.second_step_at)


def prove(visit: Visit, user: SignedIn, said: Said) -> str | None:
    """Say again who they are. :returns: what the code of the second factor is to come with, where it is still owed.

    :raises SomebodyElse: :raises NoSecondStep:
    """
    writing()
    link = links.whose(said)
    if link is None or link.account_id != user.account_id or not sessions.is_open(user):
        security.note("proof-wrong", user.account_id)
        raise SomebodyElse
    link.used_at = now()
    session().flush()
    if user.kind is Kind.PERSON or said.second_step:
        sessions.prove(user)
        return None
    if not factor.is_set(user):
        refused("second-step", user.account_id)
        raise NoSecondStep
    return owes_code(visit, user)


def owes_code(visit: Visit, user: SignedIn) -> str:
    """Note that somebody came back and still owes the second factor. :returns: what their code is to come with."""
    writing()
    state = secrets.token_urlsafe(32)
    _note(state, visit.provider, For.CODE, user, nonce="", verifier="", onward=visit.onward, code="", kept=[])
    return state


def link(by: Provider, user: SignedIn, said: Said) -> None:
    """Link whose session it is with whom the provider names. :raises Taken: see `links`."""
    writing()
    account = passkeys.locked(user)
    had_way = account.way_at is not None
    links.add(account, said)
    account.way_at = account.way_at or now()
    if not had_way:
        sessions.end_others(user)  # whoever else holds the letter
    sessions.prove(user)
    security.tell(account.id, security.WAY)


def unlink(user: SignedIn, row: ProviderLink) -> None:
    """A provider's word lets in no more; sessions that began by it end, but for this one. :raises LastWay:"""
    account = passkeys.locked(user)
    if not ways.of(account.id).without_provider():
        raise LastWay
    link_id = row.id
    session().delete(row)
    session().flush()
    sessions.end_by_provider(account.id, but=user.session_id)
    security.note("provider-unlinked", account.id, link=link_id)
    security.tell(account.id, security.WAY)


def refused(reason: str, account_id: UUID | None = None) -> None:
    """Note in the log that a provider's word let nobody in."""
    security.note("provider-refused", account_id, of=reason)
