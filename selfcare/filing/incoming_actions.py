"""What waits is decided by a professional of the team, once: filed, rejected or sent back. Its content is then gone."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from werkzeug.exceptions import NotFound

from selfcare.audit import trail
from selfcare.database import now, session
from selfcare.filing import choosing, identity, match_candidates, receive
from selfcare.filing.decision import FILED, REJECTED, RETURNED, STATE_FILED, WAITING, Decision
from selfcare.filing.identity import ANOTHER, VERSION, WITHDRAWAL
from selfcare.filing.models import Incoming, Receipt
from selfcare.filing.received_report import from_json
from selfcare.people import access
from selfcare.people.models import Member
from selfcare.web.access import Area, Level, Lock, SignedIn


@dataclass(frozen=True)
class Decided:
    """What was done with something that waited, by whom and when."""

    state: str
    name: str
    at: datetime
    person_id: UUID | None
    report_id: UUID | None


class DecidedAlready(Exception):
    """Somebody was faster: `decided` says who and what."""

    def __init__(self, decided: Decided) -> None:
        super().__init__(decided.state)
        self.decided = decided


def file_to(
    account: SignedIn, incoming_id: UUID, person_id: UUID, why: str, series_id: UUID | None = None
) -> UUID:
    """File what waits to a person the account may file results for. :returns: the report's id.

    :param why: why it is theirs, where number, birth date or name say otherwise; kept with the decision.
    :param series_id: the report of theirs that it stands in place of, or takes back; None: a report of its own.
    :raises DecidedAlready: see there.
    :raises NotFound: not theirs to decide, or not theirs to file to.
    """
    _wait_for_turn(incoming_id)
    row = _waiting(account, incoming_id)
    permit = access.resolve(account, person_id, Lock.SHARE)
    if permit is None or not permit.may(Area.RESULTS, Level.MANAGE):
        raise NotFound
    report = from_json(row.body)
    receipt = session().get_one(Receipt, row.receipt_id)
    new = identity.facts(report, receipt.sender_key, receipt.message_id)
    if series_id is not None and series_id not in {one.id for one in choosing.choices(permit, new)}:
        raise NotFound
    what = ANOTHER if series_id is None else WITHDRAWAL if new.withdraws else VERSION
    same = match_candidates.same_content(permit, report.content_hash)
    kept = receive.keep(permit, report, new, receipt, Decision(FILED, what, series_id), same)
    row.person_id, row.report_id = person_id, kept.report_id
    _decide(row, account, STATE_FILED, why)
    trail.record(permit, "filed", "incoming", row.id)
    if kept.report_id is None:
        raise RuntimeError("what is kept has an id")
    return kept.report_id


def reject(account: SignedIn, incoming_id: UUID, why: str) -> None:
    """It belongs to nobody the team looks after. The sender is not told."""
    _decide(_waiting(account, incoming_id), account, REJECTED, why)


def send_back(account: SignedIn, incoming_id: UUID, why: str) -> None:
    """Something in it has to be put right: whoever sends the same again is answered with these words."""
    _decide(_waiting(account, incoming_id), account, RETURNED, why)


def _wait_for_turn(incoming_id: UUID) -> None:
    """Take the turn of its names, and only then its row: in the order of whoever receives, so that two who decide and
    receive at once come one after the other, and never each waits for what the other holds.
    """
    found = session().execute(
        select(Incoming.body, Receipt.sender_key, Receipt.message_id)
        .join(Receipt, Receipt.id == Incoming.receipt_id)
        .where(Incoming.id == incoming_id, Incoming.state == WAITING)
    )
    if (row := found.first()) is not None:
        report = from_json(row.body)
        receive.wait_for_turn(report, identity.facts(report, row.sender_key, row.message_id))


def _decide(row: Incoming, account: SignedIn, state: str, why: str) -> None:
    row.state, row.why = state, why or None
    row.decided_by, row.decided_name, row.decided_at = account.account_id, account.name, now()
    row.body = {}  # what it said is kept where it was filed, or not at all
    session().flush()


def _waiting(account: SignedIn, incoming_id: UUID) -> Incoming:
    """The row, locked. Only a team's own members decide."""
    row = (
        session()
        .scalars(
            select(Incoming)
            .join(Member, Member.team_id == Incoming.team_id)
            .where(
                Incoming.id == incoming_id,
                Member.account_id == account.account_id,
                Member.stands(),
            )
            .with_for_update(of=Incoming)
            .execution_options(populate_existing=True)
        )
        .first()
    )
    if row is None:
        raise NotFound
    if row.state != WAITING:
        raise DecidedAlready(
            Decided(row.state, row.decided_name or "", row.decided_at or now(), row.person_id, row.report_id)
        )
    return row
