"""Passkeys (WebAuthn): made, used and taken away. What unlocks the device is always asked, so one is proof by itself.

The challenge is kept here, is good once, within minutes, and only on the browser that asked for it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import structlog
import webauthn
from flask import current_app
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, options_to_json_dict
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)
from werkzeug.exceptions import NotFound

from selfcare.accounts import challenges, security, sessions, ways
from selfcare.accounts.models import Account, Passkey
from selfcare.accounts.sessions import Began
from selfcare.database import now, session, writing
from selfcare.web import throttle
from selfcare.web.access import SignedIn

log = structlog.get_logger()

MOST, LONGEST, NAME = 20, 20_000, 60
MAKE, QUIETLY, SIGN_IN, PROVE = "make", "quietly", "sign-in", "prove"


class Copied(Exception):
    """The passkey counts its uses, and this use is not after the last one: there are two of it."""


class LastWay(Exception):
    """Nothing else would let them in."""


class TooMany(Exception):
    """An account holds so many, and no more."""


# ------------------------------------------------------------------------------------------------------ what is asked


def options_to_make(user: SignedIn, *, quietly: bool = False) -> dict[str, Any]:
    """What a browser needs to make a passkey for an account. :raises NotFound: where none can be made.

    :param quietly: the browser makes it by itself, after a password that it keeps: nobody is asked for a finger then.
        Whoever uses it is, as with every other.
    """
    here = challenges.here()
    known = _descriptors(user.account_id)
    challenge = challenges.ask(QUIETLY if quietly else MAKE, user.account_id)
    made = webauthn.generate_registration_options(
        rp_id=here.id,
        rp_name="Selfcare",
        user_id=user.account_id.bytes,
        user_name=user.email or user.name,
        user_display_name=user.name,
        challenge=challenge,
        timeout=_milliseconds(),
        exclude_credentials=known,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.PREFERRED
            if quietly
            else UserVerificationRequirement.REQUIRED,
        ),
    )
    return options_to_json_dict(made)


def options_to_use(user: SignedIn | None, *, offered: bool = False) -> dict[str, Any]:
    """What a browser needs to use a passkey: any that it knows for this app; of who is signed in, one of their own.

    :param offered: see `challenges.ask`.
    """
    here = challenges.here()
    own = _descriptors(user.account_id) if user else []
    challenge = (
        challenges.ask(PROVE, user.account_id) if user else challenges.ask(SIGN_IN, None, offered=offered)
    )
    return options_to_json_dict(
        webauthn.generate_authentication_options(
            rp_id=here.id,
            challenge=challenge,
            timeout=_milliseconds(),
            allow_credentials=own,
            user_verification=UserVerificationRequirement.REQUIRED,
        )
    )


def _milliseconds() -> int:
    return int(challenges.LASTS.total_seconds() * 1000)


def _descriptors(account_id: UUID) -> list[PublicKeyCredentialDescriptor]:
    known = {each.value for each in AuthenticatorTransport}
    return [
        PublicKeyCredentialDescriptor(
            id=row.credential_id,
            transports=[AuthenticatorTransport(each) for each in row.transports.split() if each in known],
        )
        for row in of(account_id)
        if row.copied_at is None  # its device may be set up anew
    ]


# --------------------------------------------------------------------------------------------------- what is answered


@dataclass(frozen=True)
class _Answer:
    """What a browser answered, read as far as to know what it is about. Nothing of it is believed yet."""

    fields: Mapping[str, Any]
    credential_id: bytes
    challenge: str

    @classmethod
    def read(cls, text: str) -> "_Answer | None":
        if not 0 < len(text) <= LONGEST:
            return None
        try:
            fields = json.loads(text)
            data = json.loads(base64url_to_bytes(fields["response"]["clientDataJSON"]))
            challenge = data["challenge"]
            return (
                cls(fields, base64url_to_bytes(fields["id"]), challenge) if type(challenge) is str else None
            )
        except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError):
            return None

    @property
    def transports(self) -> str:
        said = self.fields["response"].get("transports")
        known = {each.value for each in AuthenticatorTransport}
        return (
            " ".join(sorted(known.intersection(each for each in said if isinstance(each, str))))
            if isinstance(said, list)
            else ""
        )

    @property
    def whose(self) -> str | None:
        said = self.fields["response"].get("userHandle")
        return said if isinstance(said, str) else None


def _taken(text: str, purpose: str, account_id: UUID | None = None) -> tuple[_Answer | None, tuple[str, ...]]:
    """The answer to a challenge that waited for it, and where it was counted. The challenge is used up, whatever comes
    of it.

    :raises TooManyRequests: after thirty answers in ten minutes of an account, or on a device that the passkey's
        account knows; a hundred from a network otherwise. No stranger keeps anybody else out.
    """
    answer = _Answer.read(text)
    owner, device = _known(answer) if answer and account_id is None else (None, None)
    session().rollback()
    counted: tuple[str, ...]
    if account_id:
        counted = ("passkey-own", str(account_id))
        throttle.spend(*counted, limit=30, minutes=10)
    elif owner and device:
        counted = ("passkey-device", owner, device)
        throttle.spend(*counted, limit=30, minutes=10)
    else:
        counted = ("passkey", throttle.network())
        throttle.spend(*counted, limit=100, minutes=10)
    if answer is None or "\0" in answer.challenge or not answer.challenge.isascii():
        return None, counted
    return answer if challenges.take(answer.challenge, purpose, account_id) else None, counted


def _known(answer: _Answer) -> tuple[str | None, str | None]:
    """Whose passkey an answer names, and the device it comes from where that account knows it."""
    query = select(Passkey.account_id).where(Passkey.credential_id == answer.credential_id)
    owner = session().scalar(query)
    device = sessions.known_device(owner) if owner else None
    return str(owner) if owner else None, device


def add(user: SignedIn, text: str, name: str, *, quietly: bool = False) -> bool:
    """Keep a passkey that was made just now. :returns: whether it could be believed.

    :param quietly: see `options_to_make`. Nobody was there for sure, so it proves nothing yet.
    :raises TooMany: :raises TooManyRequests: see `_taken`.
    """
    answer, counted = _taken(text, QUIETLY if quietly else MAKE, user.account_id)
    here = challenges.here()
    if answer is None:
        return False
    try:
        made = webauthn.verify_registration_response(
            credential=dict(answer.fields),
            expected_challenge=base64url_to_bytes(answer.challenge),
            expected_rp_id=here.id,
            expected_origin=here.origin,
            require_user_presence=not quietly,
            require_user_verification=not quietly,
        )
    except Exception as fault:  # the parsers below meet whatever somebody sends, and none of it is a passkey
        log.info("passkey not made", fault=type(fault).__name__)
        return False
    writing()
    account = locked(user)
    had_way = account.way_at is not None
    if len(of(account.id)) >= MOST:
        raise TooMany
    row = Passkey(
        id=uuid4(),
        account_id=account.id,
        credential_id=made.credential_id,
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
        transports=answer.transports,
        backed_up=made.credential_backed_up,
        name=name[:NAME],
        made_at=now(),
    )
    session().add(row)
    account.way_at = account.way_at or row.made_at
    try:
        session().flush()
    except IntegrityError:  # somebody's already
        session().rollback()
        return False
    if not had_way:
        sessions.end_others(user)  # whoever else holds the letter
    if not quietly:
        sessions.prove(user)
    throttle.give_back(*counted)
    security.note("passkey-made", account.id, passkey=row.id)
    security.tell(account.id, security.WAY)
    return True


def sign_in(text: str) -> SignedIn | None:
    """Sign in with a passkey; nothing else is asked. None when it opens nothing, whatever is wrong about it.

    :raises Copied: :raises TooManyRequests: see `_taken`.
    """
    answer, counted = _taken(text, SIGN_IN)
    row = _right(answer) if answer else None
    if row is None:
        security.note("sign-in-wrong", None)
        return None
    throttle.give_back(*counted)
    account = session().get_one(Account, row.account_id)
    if account.suspended_at or (account.invented and not current_app.config["SETTINGS"].demo):
        security.note("sign-in-wrong", account.id)
        return None
    _note_use(row)
    security.note("sign-in-right", account.id, passkey=row.id)
    return sessions.begin(account, Began.PASSKEY, complete=True, passkey_id=row.id)


def prove(user: SignedIn, text: str) -> bool:
    """Say again who they are, with a passkey of their own. :raises Copied, TooManyRequests: as `sign_in`."""
    answer, counted = _taken(text, PROVE, user.account_id)
    row = _right(answer) if answer else None
    if row is None or row.account_id != user.account_id or not sessions.is_open(user):
        security.note("proof-wrong", user.account_id)
        return False
    throttle.give_back(*counted)
    _note_use(row)
    sessions.prove(user)
    return True


def _right(answer: _Answer) -> Passkey | None:
    """The passkey that signed the answer, locked and with the turn to write; None when none of ours did.

    :raises Copied: its count did not go up, now or once before. Its owner is told in this transaction, and whoever
        came in with it is out: it is to be kept.
    """
    here = challenges.here()
    row = session().scalars(select(Passkey).where(Passkey.credential_id == answer.credential_id)).first()
    if row is None or answer.whose not in (None, bytes_to_base64url(row.account_id.bytes)):
        return None
    try:
        used = webauthn.verify_authentication_response(
            credential=dict(answer.fields),
            expected_challenge=base64url_to_bytes(answer.challenge),
            expected_rp_id=here.id,
            expected_origin=here.origin,
            credential_public_key=row.public_key,
            credential_current_sign_count=0,  # compared below, where it is known to be the owner's device or its copy
            require_user_verification=True,
        )
    except Exception as fault:  # as in `add`
        log.info("passkey not right", fault=type(fault).__name__)
        return None
    passkey_id = row.id
    session().rollback()
    writing()
    query = select(Passkey).where(Passkey.id == passkey_id).with_for_update()
    row = session().scalars(query.execution_options(populate_existing=True)).first()
    if row is None:
        return None  # taken away meanwhile
    if row.copied_at:
        raise Copied
    count = used.new_sign_count
    if (count or row.sign_count) and count <= row.sign_count:
        row.copied_at = now()
        session().flush()
        sessions.end_by_passkey(row.account_id, row.id)
        security.tell_of_copy(row.account_id, row.id)
        raise Copied
    row.sign_count, row.backed_up = count, used.credential_backed_up
    return row


def _note_use(row: Passkey) -> None:
    row.used_at = now()
    session().flush()


# ---------------------------------------------------------------------------------------------------------- the list


def of(account_id: UUID) -> list[Passkey]:
    """An account's passkeys, the newest first."""
    rows = select(Passkey).where(Passkey.account_id == account_id)
    return list(session().scalars(rows.order_by(Passkey.made_at.desc(), Passkey.id)))


def one(user: SignedIn, passkey_id: UUID) -> Passkey:
    """One of their own. :raises NotFound:"""
    row = session().get(Passkey, passkey_id)
    if row is None or row.account_id != user.account_id:
        raise NotFound
    return row


def rename(user: SignedIn, passkey_id: UUID, name: str) -> None:
    """Call one of their own something else. :raises NotFound:"""
    one(user, passkey_id).name = name
    session().flush()


def remove(user: SignedIn, passkey_id: UUID) -> None:
    """Take one of their own away, and end the sessions that began with it, but this one.

    :raises NotFound: :raises LastWay: nothing else would let them in.
    """
    locked(user)
    row = one(user, passkey_id)
    if not (row.copied_at or ways.of(user.account_id).without_one_passkey()):
        raise LastWay
    session().delete(row)
    session().flush()
    sessions.end_by_passkey(user.account_id, passkey_id, but=user.session_id)
    security.note("passkey-removed", user.account_id, passkey=passkey_id)
    security.tell(user.account_id, security.WAY)


def remove_all(account_id: UUID) -> None:
    """None of an account's passkeys opens it any more: it was given a new way in by others."""
    session().execute(delete(Passkey).where(Passkey.account_id == account_id))


def locked(user: SignedIn) -> Account:
    """The account of who is signed in, locked. :raises NotFound: where the session was ended meanwhile."""
    account = session().get_one(
        Account, user.account_id, with_for_update={"key_share": True}, populate_existing=True
    )
    if not sessions.is_open(user):
        raise NotFound
    return account
