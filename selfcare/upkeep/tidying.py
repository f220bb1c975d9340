"""What is of no use any more, and for how long it is kept before it goes (docs/running.md says so too).

Not here, and kept until the person or the account is erased: `once` (a phone may send what it wrote months ago, and it
must not be kept twice), the trail, invitations and ways back in (who let whom in is part of the record).
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import ColumnElement, and_, delete, exists, or_, select, tuple_
from sqlalchemy.orm import Session, aliased

from selfcare.accounts.mail_codes import LASTS
from selfcare.accounts.models import (
    Enrolment,
    FormerAddress,
    MailCode,
    PasskeyChallenge,
    PendingAddress,
    ProviderVisit,
    SignIn,
)
from selfcare.database import Base, database
from selfcare.leaving import files
from selfcare.leaving.models import Erased, ErasedAccess, Export
from selfcare.letters.actions import LASTS as LETTER_LASTS
from selfcare.letters.models import Letter, LetterPart, LetterSheet, LetterUpload
from selfcare.letters.queries import let_go
from selfcare.links.models import SharedLink, SharedLinkFile
from selfcare.links.opening import FILE_LASTS
from selfcare.notifications.kinds import COPY, NO_COPY
from selfcare.notifications.models import Notice
from selfcare.outbox import queue
from selfcare.outbox.models import Outbox
from selfcare.team.drafts import LASTS as LIST_LASTS
from selfcare.team.lines import DECLINED_LASTS as SUGGESTED_DECLINED
from selfcare.team.models import ListDraft, SuggestedPerson
from selfcare.team.suggesting import DECLINED, WAITING
from selfcare.team.suggesting import LASTS as SUGGESTED
from selfcare.upkeep.copying import Stopped
from selfcare.web.models import Throttle

log = structlog.get_logger()

SESSIONS = timedelta(
    days=90
)  # after they ended; the last one of each account stays: it says that there was one
DELIVERIES = timedelta(
    days=90
)  # after they ended; no reminder is due again so late, and one that failed stays until told
TOKENS = timedelta(days=30)  # after they stopped working
SIGNS = timedelta(days=365)  # so long a phone is told that what it sends belongs to a record that was erased
# Rows that go in one turn to write: somebody may be saving at that moment, and waits for it.
_AT_A_TIME = 200
_OF_FILES = 10  # of a quarter of a megabyte each


@dataclass(frozen=True)
class Rule:
    """What of a table goes, given this moment. `most`: how many of its rows in one turn, where they are heavy."""

    table: type[Base]
    over: Callable[[datetime], ColumnElement[bool]]
    most: int | None = None

    @property
    def at_a_time(self) -> int:
        return self.most or _AT_A_TIME


def _sessions(moment: datetime) -> ColumnElement[bool]:
    latest, before = aliased(SignIn), moment - SESSIONS
    # A code opens no account that ever had a session, and unused access is found by the last one.
    later = exists().where(
        latest.account_id == SignIn.account_id,
        tuple_(latest.seen_at, latest.id) > tuple_(SignIn.seen_at, SignIn.id),
    )
    return and_(or_(SignIn.ended_at < before, SignIn.ends_at < before), later)


def _deliveries(moment: datetime) -> ColumnElement[bool]:
    ended = Outbox.state.in_((queue.SENT, queue.DROPPED, queue.TOLD))
    return and_(ended, Outbox.ended_at < moment - DELIVERIES)


def _removed_pages(moment: datetime) -> ColumnElement[bool]:
    # A subquery of its own, for `delete` names no other table.
    joined = Letter.person_id == LetterSheet.person_id, Letter.id == LetterSheet.letter_id
    pages = select(LetterSheet.id).join(Letter, and_(*joined)).where(let_go(moment))
    return LetterPart.sheet_id.in_(pages)


def _closed_links(moment: datetime) -> ColumnElement[bool]:
    # One that ended by being opened may be fetched for as long as the address of its file is good.
    closed = or_(SharedLink.until <= moment, SharedLink.ended_at <= moment - FILE_LASTS)
    return exists().where(
        SharedLink.person_id == SharedLinkFile.person_id, SharedLink.id == SharedLinkFile.link_id, closed
    )


RULES = {
    "throttle": Rule(Throttle, lambda moment: Throttle.until <= moment),
    "sessions": Rule(SignIn, _sessions),
    "deliveries": Rule(Outbox, _deliveries),
    "enrolment links": Rule(
        Enrolment,
        lambda moment: or_(Enrolment.ended_at < moment - TOKENS, Enrolment.expires_at < moment - TOKENS),
    ),
    "addresses to be proved": Rule(PendingAddress, lambda moment: PendingAddress.made_at < moment - TOKENS),
    "codes by e-mail": Rule(MailCode, lambda moment: MailCode.made_at <= moment - LASTS),
    "challenges to passkeys": Rule(PasskeyChallenge, lambda moment: PasskeyChallenge.expires_at <= moment),
    "ways to a provider": Rule(ProviderVisit, lambda moment: ProviderVisit.expires_at <= moment),
    "copies of records": Rule(Export, lambda moment: Export.until <= moment),
    "messages of copies": Rule(
        Notice,
        lambda moment: and_(Notice.kind.in_((COPY, NO_COPY)), Notice.about_id.not_in(select(Export.id))),
    ),
    "signs of erasing": Rule(
        Erased, lambda moment: and_(Erased.cleared_at.is_not(None), Erased.at < moment - SIGNS)
    ),
    "lists of people": Rule(ListDraft, lambda moment: ListDraft.made_at < moment - LIST_LASTS),
    "signs of access": Rule(ErasedAccess, lambda moment: ErasedAccess.at < moment - SIGNS),
    "suggested people": Rule(
        SuggestedPerson,
        lambda moment: or_(
            and_(SuggestedPerson.state == WAITING, SuggestedPerson.at < moment - SUGGESTED),
            and_(SuggestedPerson.state == DECLINED, SuggestedPerson.decided_at < moment - SUGGESTED_DECLINED),
        ),
    ),
    "files on their way": Rule(LetterUpload, lambda moment: LetterUpload.at < moment - LETTER_LASTS, most=1),
    "removed pages": Rule(LetterPart, _removed_pages, most=_OF_FILES),
    "files of links": Rule(SharedLinkFile, _closed_links, most=_OF_FILES),
    "former addresses": Rule(FormerAddress, lambda moment: FormerAddress.until <= moment),
}


def tidy(moment: datetime, stopped: Stopped) -> Counter[str]:
    """Let go of what is of no use any more, a few rows at a time, so that nobody waits. :returns: how many of what."""
    done: Counter[str] = Counter()
    for what, rule in RULES.items():
        last = None
        while not stopped():
            found = _found(rule, moment, last)
            done[what] += _let_go(rule, moment, found)
            if len(found) < rule.at_a_time:
                break
            last = found[-1]
    files.sweep()
    log.info("tidied", **{what: number for what, number in done.items() if number})
    return done


def _key(rule: Rule) -> tuple[list[Any], Any]:
    """The columns by which a row is known, and what is compared of them."""
    columns = list(rule.table.__table__.primary_key.columns)  # type: ignore[attr-defined]
    return columns, columns[0] if len(columns) == 1 else tuple_(*columns)


def _found(rule: Rule, moment: datetime, last: Any) -> list[Any]:
    """Whose time is over, from `last` on: no row is looked at twice, and to look holds nobody up."""
    columns, key = _key(rule)
    query = select(*columns).where(rule.over(moment)).order_by(*columns).limit(rule.at_a_time)
    with Session(database().engine) as reading:
        rows = reading.execute(query if last is None else query.where(key > last)).all()
    return [row[0] if len(columns) == 1 else tuple(row) for row in rows]


def _let_go(rule: Rule, moment: datetime, found: list[Any]) -> int:
    """Asked once more: what has come to life again since stays. :returns: how many went."""
    if not found:
        return 0
    with database().transaction() as work:
        gone = work.execute(delete(rule.table).where(_key(rule)[1].in_(found), rule.over(moment)))
        return int(gone.rowcount)  # type: ignore[attr-defined]
