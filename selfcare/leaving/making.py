"""Making a copy, by whoever delivers messages: one transaction that reads, short ones that say how far it is."""

import errno
from collections.abc import Callable
from datetime import datetime
from time import monotonic
from uuid import UUID, uuid4

import structlog
from flask import current_app
from sqlalchemy import func, select, update
from sqlalchemy.exc import OperationalError

from selfcare.accounts.models import Account
from selfcare.budget.models import SpendReceipt
from selfcare.config import Settings
from selfcare.database import command, database, describe, now, session
from selfcare.leaving import archive, files, sealed_file
from selfcare.leaving.actions import KEPT
from selfcare.leaving.models import Export
from selfcare.leaving.queries import ASKED, FAILED, MAKING, READY, shut_until
from selfcare.leaving.reading import Whose
from selfcare.letters.models import LetterSheet
from selfcare.notifications import actions as notifications
from selfcare.notifications.kinds import COPY, MAKE_COPY, NO_COPY
from selfcare.outbox import deliver, queue
from selfcare.outbox.deliver import Outcome
from selfcare.outbox.queue import Delivery
from selfcare.people import access
from selfcare.results.models import ReportFile
from selfcare.web.access import Permit
from selfcare.writers import Busy

log = structlog.get_logger()

SAY_EVERY = 5.0  # seconds between two notes how far it is; well within the lease of a delivery
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)

Send = Callable[[Delivery, str | None], Outcome]
Owner = Callable[[Delivery], UUID | None]


class _Lost(Exception):
    """Somebody else makes it by now, or nobody is to any more."""


def or_send(send: Send) -> Send:
    """What sends every message, and makes a copy where one is asked for."""
    return lambda held, zone: make(held) if held.kind == MAKE_COPY else send(held, zone)


def or_owner(owner: Owner) -> Owner:
    """Whose task it is when it cannot be done. That a copy was asked for is nobody else's to know."""
    return lambda held: held.account_id if held.kind in (MAKE_COPY, COPY, NO_COPY) else owner(held)


def make(held: Delivery) -> Outcome:
    """Make the copy that a delivery asks for. However it ends, its row says so, and its owner is told."""
    export_id, lease = UUID(held.about["export"]), uuid4()
    permit, locale = _permit(held)
    if permit is None or shut_until(permit) is not None:
        _settle(export_id, state=FAILED, fault="right")
        return deliver.dropped("right")
    moment = now()
    try:
        size = _write(held, export_id, lease, Whose(permit, moment), locale)
        _ready(permit, export_id, moment, size)
    except _Lost:
        return _lost(export_id)
    except (
        Busy,
        OperationalError,
    ) as fault:  # it passes: tried again after a while, and nobody need ask anew
        log.error("copy put off", export=str(export_id), fault=describe(fault))
        session().rollback()
        return deliver.later("busy")
    except Exception as fault:
        full = isinstance(fault, OSError) and fault.errno in _FULL
        log.error("copy not made", export=str(export_id), fault=describe(fault))
        session().rollback()
        if not queue.renew(held):
            return _lost(export_id)
        files.remove(export_id)
        if _settle(export_id, state=FAILED, fault="full" if full else "fault"):
            with command():
                notifications.tell(permit, [held.account_id], NO_COPY, export_id)
        return deliver.dropped("full" if full else "fault")
    log.info("copy made", export=str(export_id), bytes=size)
    return deliver.sent("made")


def _lost(export_id: UUID) -> Outcome:
    """Leave it to whoever has it now, with the file that they may have made; nobody's file goes."""
    session().rollback()
    if session().scalar(select(Export.id).where(Export.id == export_id)) is None:
        files.remove(export_id)
    session().rollback()
    return deliver.dropped("gone")


def _permit(held: Delivery) -> tuple[Permit | None, str | None]:
    """What the account may now, and its language. None where it is not the person's own any more, nor acts for them."""
    account = session().get(Account, held.account_id)
    permit = access.held_by(account, held.person_id) if account and held.person_id else None
    if account is None or permit is None or not (permit.is_self or permit.acts):
        return None, None
    return permit, account.locale


def _write(held: Delivery, export_id: UUID, lease: UUID, whose: Whose, locale: str | None) -> int:
    settings: Settings = current_app.config["SETTINGS"]
    session().rollback()
    if not _settle(export_id, state=MAKING, done=0, parts=archive.PARTS, fault=None):
        raise _Lost
    salt = session().scalar(select(Export.salt).where(Export.id == export_id))
    if salt is None:
        raise _Lost
    if not files.has_room(_size_of_files(whose)):
        raise OSError(errno.ENOSPC, "not enough room")
    session().rollback()
    if not database().is_sqlite:  # there a reader sees one moment; here each statement would see its own
        session().connection(execution_options={"isolation_level": "REPEATABLE READ"})
    done, said = 0, monotonic()

    def tick() -> None:
        nonlocal said
        if monotonic() - said >= SAY_EVERY:
            said = monotonic()
            if not queue.renew(held) or not _settle(export_id, done=done):
                raise _Lost

    def part() -> None:
        nonlocal done
        done += 1
        tick()

    with files.being_made(export_id, lease) as (out, place):
        sealing = sealed_file.Sealing(out, settings.secret_key, salt)
        archive.write(sealing, whose, locale, tick, part)
        sealing.finish()
        session().rollback()
        if not queue.renew(held):
            raise _Lost
        files.keep(place, export_id)
        return sealing.size


def _size_of_files(whose: Whose) -> int:
    """Bytes of what came with results, of letters and receipts: of a copy that is long, nearly all of it."""
    mine = select(func.sum(func.length(ReportFile.body))).where(ReportFile.person_id == whose.person_id)
    pages = select(func.sum(LetterSheet.size)).where(LetterSheet.person_id == whose.person_id)
    receipts = select(func.sum(SpendReceipt.size)).where(SpendReceipt.person_id == whose.person_id)
    return sum(session().scalar(each) or 0 for each in (mine, pages, receipts))


def _ready(permit: Permit, export_id: UUID, moment: datetime, size: int) -> None:
    with command():
        ready = {"state": READY, "as_of": moment, "until": now() + KEPT, "size": size, "done": archive.PARTS}
        kept = session().execute(
            update(Export).where(Export.id == export_id, Export.state == MAKING).values(**ready)
        )
        if not kept.rowcount:  # type: ignore[attr-defined]
            raise _Lost
        notifications.tell(permit, [permit.account_id] if permit.account_id else [], COPY, export_id)


def _settle(export_id: UUID, **values: object) -> bool:
    """Note how it stands. :returns: False when it was removed meanwhile."""
    with database().transaction() as short:
        living = Export.id == export_id, Export.state.in_((ASKED, MAKING))
        done = short.execute(update(Export).where(*living).values(**values))
        return bool(done.rowcount)  # type: ignore[attr-defined]
