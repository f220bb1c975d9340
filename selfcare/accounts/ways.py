"""The ways into an account: which it has, and when it is asked to keep one."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from flask import current_app
from sqlalchemy import func, select

from selfcare.accounts import links
from selfcare.accounts.models import Account, Passkey
from selfcare.database import now, session
from selfcare.web.access import Kind, SignedIn

ASKED_AGAIN = timedelta(days=7)
FIRST_VISIT = timedelta(minutes=30)


@dataclass(frozen=True)
class Ways:
    """What lets the owner of an account in."""

    password: bool  # with the second factor, where one is asked for
    passkeys: int
    email: bool  # a code sent to the address that was shown to be theirs
    provider: bool  # another's word: see `links`
    unconfirmed: bool  # the address would be one, once a code has shown that it is theirs

    @property
    def any(self) -> bool:
        return self.password or self.passkeys > 0 or self.email or self.provider

    def without_one_passkey(self) -> bool:
        """Whether something would still let them in."""
        return self.password or self.passkeys > 1 or self.email or self.provider

    def without_provider(self) -> bool:
        """Whether something would still let them in."""
        return self.password or self.passkeys > 0 or self.email


def of(account_id: UUID) -> Ways:
    """The ways into an account. One statement."""
    good = Passkey.account_id == account_id, Passkey.copied_at.is_(None)
    passkeys = select(func.count(Passkey.id)).where(*good).scalar_subquery()
    asked = select(Account, passkeys, links.how_many(account_id)).where(Account.id == account_id)
    account, count, linked = session().execute(asked).one()
    email, provider = takes_codes(account), linked > 0 and links.is_way(account)
    return Ways(_has_password(account), count, email, provider, not email and may_confirm(account))


def takes_codes(account: Account) -> bool:
    """Whether a code by e-mail is a way in: for people and who helps them, to an address that is theirs."""
    return may_confirm(account) and account.email_at is not None


def may_confirm(account: Account) -> bool:
    """Whether a code that shows the address to be theirs makes it a way in."""
    sends = current_app.config["SETTINGS"].smtp is not None
    return account.kind == Kind.PERSON and account.email is not None and sends


def _has_password(account: Account) -> bool:
    settings = current_app.config["SETTINGS"]
    alone = account.kind == Kind.PERSON or (settings.demo and account.invented)
    return account.password_hash is not None and (alone or account.totp_secret is not None)


def not_now(user: SignedIn) -> None:
    """They were asked to keep a way in, and do not want to just now."""
    account = session().get_one(Account, user.account_id)
    account.way_asked_at, account.way_asked = now(), account.way_asked + 1


def asks_to_keep(user: SignedIn | None) -> bool:
    """Whether Today asks somebody, whom nothing would let in again, to keep a way in.

    Not on the first visit, where a page of its own asks; after *not now* once more, a week later.
    """
    if user is None or not user.came_by_code:
        return False
    asked, times = (
        session()
        .execute(select(Account.way_asked_at, Account.way_asked).where(Account.id == user.account_id))
        .one()
    )
    if times == 0:
        return user.since is None or now() - user.since > FIRST_VISIT
    return bool(times == 1 and asked is not None and now() - asked >= ASKED_AGAIN)
