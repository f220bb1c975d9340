"""Codes that stand in for the second factor, each once: for a professional whose phone is not there.

They are shown when they are made and kept as digests that are of no use without the app's key. Used, they are gone.
"""

from uuid import UUID

from sqlalchemy import delete, func, select

from selfcare.accounts import passwords, security
from selfcare.accounts.models import RecoveryCode
from selfcare.database import now, session
from selfcare.web import sealing

HOW_MANY = 10


def make(account_id: UUID) -> list[str]:
    """New codes; the earlier ones stop working. :returns: the codes, kept nowhere."""
    remove_all(account_id)
    codes = [passwords.short_code() for _ in range(HOW_MANY)]
    moment = now()
    session().add_all(
        RecoveryCode(account_id=account_id, code_hash=_digest(account_id, code), made_at=moment)
        for code in codes
    )
    session().flush()
    security.note("recovery-codes-made", account_id)
    security.tell(account_id, security.FACTOR)
    return codes


def left(account_id: UUID) -> int:
    """How many were not used yet."""
    query = select(func.count(RecoveryCode.id)).where(RecoveryCode.account_id == account_id)
    return session().scalar(query) or 0


def use(account_id: UUID, plain: str) -> bool:
    """Use one up. :returns: whether it was one of theirs; of two who type it at once, for one of them."""
    gone = session().execute(
        delete(RecoveryCode).where(
            RecoveryCode.account_id == account_id, RecoveryCode.code_hash == _digest(account_id, plain)
        )
    )
    done = bool(gone.rowcount)  # type: ignore[attr-defined]
    security.note("recovery-code-used" if done else "factor-wrong", account_id)
    if done:
        security.tell_of_use(account_id)
    return done


def remove_all(account_id: UUID) -> None:
    """None of them works any more: the second factor is set up anew."""
    session().execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))


def _digest(account_id: UUID, code: str) -> str:
    return sealing.digest(f"recovery code {account_id} {code}").hex()
