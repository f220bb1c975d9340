"""What happens to the ways into an account: noted in the log, and told to every way it had before."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import current_app
from sqlalchemy import delete

from selfcare.accounts.models import FormerAddress
from selfcare.database import now, session
from selfcare.security_log import note as note

# What an account is told: its password, address or passkeys are others; its second factor is another; there may be two
# of a passkey; a recovery code was used.
WAY, FACTOR, COPIED, SPENT = "way", "factor", "copied", "factor_spent"

CLOSING = "closing"  # nobody used the account for years, and it is closed

# A message to an address that was replaced is sent within this, or not at all.
TOLD_FOR = timedelta(days=7)

ADDRESS = "address"  # a code that proves a new e-mail address
SIGN_IN = "sign_in"  # a code that lets somebody in

ENROL = "enrol"  # a link with which a professional sets their account up

# (account, kind, former address)
Tell = Callable[[UUID, str, UUID | None], None]
SendCode = Callable[[UUID, UUID], None]  # (account, pending address or code for signing in)
SendLink = Callable[[UUID, UUID], None]  # (account, enrolment)


def tell(account_id: UUID, kind: str, former: str | None = None) -> None:
    """Tell an account that a way into it changed: in its inbox, on its devices, by e-mail, also to `former`.

    :param former: the e-mail address it had until now.
    """
    note("way-changed" if kind == WAY else "factor-changed", account_id)
    kept = None
    if former:
        session().execute(delete(FormerAddress).where(FormerAddress.until <= now()))
        kept = FormerAddress(account_id=account_id, address=former, until=now() + TOLD_FOR)
        session().add(kept)
        session().flush()
    hand: Tell = current_app.extensions["tell_account"]
    hand(account_id, kind, kept.id if kept else None)


def tell_of_copy(account_id: UUID, passkey_id: UUID) -> None:
    """Tell an account that there may be two of a passkey of its own."""
    note("passkey-copied", account_id, passkey=passkey_id)
    hand: Tell = current_app.extensions["tell_account"]
    hand(account_id, COPIED, None)


def tell_of_use(account_id: UUID) -> None:
    """Tell an account that a recovery code of its own was used."""
    hand: Tell = current_app.extensions["tell_account"]
    hand(account_id, SPENT, None)


def tell_of_closing(account_id: UUID) -> None:
    """Tell an account that nobody uses that it is closed, unless somebody signs in."""
    hand: Tell = current_app.extensions["tell_account"]
    hand(account_id, CLOSING, None)


def send_code(account_id: UUID, pending_id: UUID) -> None:
    """Send the code that proves a new address."""
    note("address-asked", account_id)
    hand: SendCode = current_app.extensions["send_code"]
    hand(account_id, pending_id)


def send_sign_in_code(account_id: UUID, code_id: UUID) -> None:
    """Send the code that lets somebody in."""
    note("code-asked", account_id)
    hand: SendCode = current_app.extensions["send_sign_in_code"]
    hand(account_id, code_id)


def send_link(account_id: UUID, enrolment_id: UUID) -> None:
    """Send the link with which a professional sets their account up."""
    note("enrolment-mailed", account_id)
    hand: SendLink = current_app.extensions["send_link"]
    hand(account_id, enrolment_id)


def install(
    tell_account: Tell, send: SendCode, send_sign_in: SendCode, send_a_link: SendLink
) -> Callable[[Any], None]:
    """Hand in from the floor above how an account is told: `install(…)(app)`."""

    def keep(app: Any) -> None:
        app.extensions["tell_account"] = tell_account
        app.extensions["send_code"] = send
        app.extensions["send_sign_in_code"] = send_sign_in
        app.extensions["send_link"] = send_a_link

    return keep
