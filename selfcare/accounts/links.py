"""By which provider's word somebody comes in: its own name for them, linked by themselves and by nobody else.

No address and no name is looked at: whoever has one there may have had it from somebody else.
"""

from uuid import UUID

from flask import current_app
from sqlalchemy import ScalarSelect, delete, func, select
from sqlalchemy.exc import IntegrityError

from selfcare.accounts import security
from selfcare.accounts.models import Account, ProviderLink
from selfcare.accounts.provider import Said
from selfcare.database import now, session
from selfcare.settings_sign_in import PEOPLE, STAFF, Provider, SignIns
from selfcare.web.access import Kind


class Taken(ValueError):
    """Whom the provider names is somebody else here, or this account is somebody else there."""


def providers() -> SignIns:
    found: SignIns = current_app.config["SETTINGS"].sign_ins
    return found


def provider_of(kind: str) -> Provider | None:
    """The provider whose word lets in accounts of a kind."""
    return providers().of(PEOPLE if kind == Kind.PERSON else STAFF)


def own(account_id: UUID, kind: str) -> ProviderLink | None:
    """By which an account is linked with the provider of its kind."""
    provider = provider_of(kind)
    if provider is None:
        return None
    found = ProviderLink.account_id == account_id, ProviderLink.issuer == provider.issuer
    return session().scalars(select(ProviderLink).where(*found)).first()


def whose(said: Said) -> ProviderLink | None:
    found = ProviderLink.issuer == said.issuer, ProviderLink.subject == said.subject
    return session().scalars(select(ProviderLink).where(*found)).first()


def how_many(account_id: UUID) -> ScalarSelect[int]:
    """A part of a statement: how many links of an account are with a provider that is set up."""
    issuers = [each.issuer for each in providers().whole]
    found = ProviderLink.account_id == account_id, ProviderLink.issuer.in_(issuers)
    return select(func.count(ProviderLink.id)).where(*found).scalar_subquery()


def is_way(account: Account) -> bool:
    """Whether a link lets an account in: a professional's where the second factor is set up, or asked for there."""
    provider = provider_of(account.kind)
    if provider is None:
        return False
    return account.kind == Kind.PERSON or account.totp_secret is not None or bool(provider.second_step)


def add(account: Account, said: Said) -> None:
    """Link a locked account with whom a provider names. :raises Taken:"""
    row = ProviderLink(account_id=account.id, issuer=said.issuer, subject=said.subject, made_at=now())
    session().add(row)
    try:
        session().flush()
    except IntegrityError:
        session().rollback()
        raise Taken from None
    security.note("provider-linked", account.id, link=row.id)


def remove_all(account_id: UUID) -> None:
    """No provider lets in to an account any more: it was given a new way in by others."""
    session().execute(delete(ProviderLink).where(ProviderLink.account_id == account_id))
