"""Putting something in an inbox, marking it seen, and trying whether a device can be told."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound

from selfcare.accounts.models import FormerAddress
from selfcare.audit import trail
from selfcare.database import after_commit, now, session, writing
from selfcare.notifications import queries
from selfcare.notifications.kinds import (
    ACCESS,
    ADDRESS,
    CODE_SPENT,
    CORRECTED,
    DAILY,
    ENDING,
    ENROL,
    ERASURE,
    FEEDBACK,
    KINDS,
    LOOK,
    OPENED,
    PLANNED,
    QUESTION,
    READY,
    RECOVERY,
    RECOVERY_ASKED,
    REPLY,
    REQUEST,
    RESULT,
    SIGN_IN,
    SOONER,
    STOPPED,
    SUMMARY,
    TEST,
)
from selfcare.notifications.models import Notice
from selfcare.outbox import queue
from selfcare.web import throttle
from selfcare.web.access import AskPermit, Panel, Permit, SignedIn

__all__ = [
    "ACCESS", "CODE_SPENT", "CORRECTED", "DAILY", "ENDING", "FEEDBACK", "KINDS", "LOOK", "OPENED", "PLANNED",
    "QUESTION", "READY", "RECOVERY", "RECOVERY_ASKED", "REPLY", "REQUEST", "RESULT", "SOONER", "STOPPED", "SUMMARY",
    "TEST",
]  # fmt: skip


def tell(
    permit: Permit, accounts: Iterable[UUID], kind: str, about_id: UUID, visible_from: datetime | None = None
) -> None:
    """Put a notice in each account's inbox and a delivery in the outbox, in this transaction.

    The delivery has the notice's id: what becomes of one is looked up by the other.

    :param visible_from: when it may first be seen, such as a result's release.
    """
    for account_id in accounts:
        _put(session(), account_id, permit.person_id, kind, about_id, visible_from or now())


def tell_later(person_id: UUID, accounts: Iterable[UUID], kind: str, about_id: UUID) -> None:
    """The same about what is kept though the request is refused: in the ledger."""
    who = list(accounts)
    after_commit(lambda ledger: tell_within(ledger, person_id, who, kind, about_id))


def tell_within(
    ledger: Session, person_id: UUID, accounts: Iterable[UUID], kind: str, about_id: UUID
) -> None:
    """The same in a transaction of the ledger that is under way."""
    for account_id in accounts:
        _put(ledger, account_id, person_id, kind, about_id, now())


def tell_account(account_id: UUID, kind: str, former_id: UUID | None = None) -> None:
    """Tell an account by every way there is that a way into it changed. See `accounts.security.tell`.

    :param former_id: of an address that it had until now.
    """
    _put(session(), account_id, None, kind, account_id, now())
    _by_email(account_id, None, kind, {})
    if former_id:
        _by_email(account_id, None, kind, {"former": str(former_id)})


def send_code(account_id: UUID, pending_id: UUID) -> None:
    """Send the code that proves a new e-mail address. See `accounts.address`."""
    _by_email(account_id, None, ADDRESS, {"pending": str(pending_id)})


def send_sign_in_code(account_id: UUID, code_id: UUID) -> None:
    """Send the code that lets somebody in. See `accounts.mail_codes`."""
    _by_email(account_id, None, SIGN_IN, {"code": str(code_id)})


def send_link(account_id: UUID, enrolment_id: UUID) -> None:
    """Send the link with which a professional sets their account up. See `accounts.enrolment`."""
    _by_email(account_id, None, ENROL, {"enrolment": str(enrolment_id)})


def tell_of_recovery(permit: Permit, account_id: UUID, recovery_id: UUID) -> None:
    """Tell a person by every way there is that a new way into their account was confirmed, and how to stop it."""
    _put(session(), account_id, permit.person_id, RECOVERY, recovery_id, now())
    _by_email(account_id, permit.person_id, RECOVERY, {"recovery": str(recovery_id)})


def tell_of_erasing(permit: Permit, accounts: Iterable[UUID], again: datetime | None) -> None:
    """Tell a person by e-mail, also at an address that was theirs a while ago, that it was asked for or taken back.

    :param again: when they are told once more, by every way there is. Taken back as every notice is.
    """
    for account_id in accounts:
        living = FormerAddress.account_id == account_id, FormerAddress.until > now()
        for former in (None, *session().scalars(select(FormerAddress.id).where(*living))):
            _by_email(account_id, permit.person_id, ERASURE, {"former": str(former)} if former else {})
        if again:
            notice = _put(session(), account_id, permit.person_id, ERASURE, permit.person_id, again)
            _by_email(account_id, permit.person_id, ERASURE, {"reminds": str(notice)}, again)


def _put(
    work: Session, account_id: UUID, person_id: UUID | None, kind: str, about_id: UUID, visible_from: datetime
) -> UUID:
    notice = Notice(
        account_id=account_id,
        person_id=person_id,
        kind=kind,
        about_id=about_id,
        made_at=now(),
        visible_from=visible_from,
    )
    work.add(notice)
    work.flush()
    queue.enqueue(
        f"{account_id}:{kind}:{notice.id}",
        account_id=account_id,
        person_id=person_id,
        kind=kind,
        about={"notice": str(notice.id)},
        not_before=notice.visible_from,
        work=work,
    )
    return notice.id


def _by_email(
    account_id: UUID,
    person_id: UUID | None,
    kind: str,
    about: dict[str, str],
    not_before: datetime | None = None,
) -> None:
    """An e-mail of its own, beside what goes to devices: one way failing must not stop the other."""
    queue.enqueue(
        f"{account_id}:{kind}:{uuid4()}",
        account_id=account_id,
        person_id=person_id,
        kind=kind,
        about={"by": "email", **about},
        not_before=not_before,
    )


def move(person_id: UUID, about_id: UUID, visible_from: datetime) -> None:
    """Notices about something that is now seen earlier or later than was planned (a hold, a release by hand)."""
    found = [row for row in _about(person_id, about_id) if row.kind in (RESULT, CORRECTED)]
    of_them = Notice.id.in_([row.id for row in found])
    session().execute(update(Notice).where(of_them).values(visible_from=visible_from))
    queue.postpone([row.id for row in found], visible_from)


def take_back(person_id: UUID, about_id: UUID, kind: str | None = None) -> None:
    """What the notices were about is gone for everyone (a summary withdrawn).

    :param kind: only notices of this kind; None: all.
    """
    found = [row for row in _about(person_id, about_id) if kind in (None, row.kind)]
    queue.drop([row.id for row in found])
    session().execute(delete(Notice).where(Notice.id.in_([row.id for row in found])))


def take_back_for(account_id: UUID, about_id: UUID) -> None:
    """What an account was told of is over: it was stopped, or used."""
    session().execute(delete(Notice).where(Notice.account_id == account_id, Notice.about_id == about_id))


def _about(person_id: UUID, about_id: UUID) -> Sequence[Notice]:
    rows = select(Notice).where(Notice.person_id == person_id, Notice.about_id == about_id)
    return session().scalars(rows.order_by(Notice.id)).all()


def seen(permit: Permit | AskPermit, about_id: UUID, shown: datetime | None = None) -> None:
    """The account has opened what its notices were about. If a message failed, nobody need tell it now.

    :param shown: when the page was drawn: what came after it was seen by nobody. None: in this moment.
    """
    opened = session().scalars(
        update(Notice)
        .where(
            Notice.account_id == permit.account_id,
            Notice.person_id == permit.person_id,
            Notice.about_id == about_id,
            Notice.seen_at.is_(None),
            Notice.made_at <= (shown or now()),
        )
        .values(seen_at=now())
        .returning(Notice.id)
    )
    queue.needless(opened.all(), "seen")


def settled(person_id: UUID, about_id: UUID, kind: str) -> None:
    """What some notices asked for is done, by whomever: they are new to nobody, and nobody need be told."""
    done = session().scalars(
        update(Notice)
        .where(
            Notice.person_id == person_id,
            Notice.about_id == about_id,
            Notice.kind == kind,
            Notice.seen_at.is_(None),
        )
        .values(seen_at=now())
        .returning(Notice.id)
    )
    queue.needless(done.all(), "seen")


def told(panel: Panel, delivery_id: UUID) -> None:
    """A professional has told somebody whom a message did not reach; it needs nobody any more.

    :raises NotFound: when it is not for this account to tell, or somebody told them already.
    """
    found = queries.to_tell(panel, only=delivery_id)
    if not found or not queue.close(delivery_id):
        raise NotFound
    permit = panel.permits.get(found[0].person_id) if found[0].person_id else None
    if permit:
        trail.record(permit, "told", "outbox", delivery_id)


def try_out(user: SignedIn) -> None:
    """Send a message that tells nothing, at once, so that somebody sees whether their devices are reached.

    :raises TooManyRequests: after five in ten minutes.
    """
    session().rollback()
    throttle.spend("try-out", str(user.account_id), limit=5, minutes=10)
    writing()
    queue.enqueue(
        f"{user.account_id}:{TEST}:{uuid4()}", account_id=user.account_id, person_id=None, kind=TEST, about={}
    )
