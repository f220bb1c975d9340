"""A sender takes back a report it sent, by its name alone (DELETE): what was filed, or what still waits."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select

from selfcare.database import now, session
from selfcare.filing import identity, match, match_candidates, version_order
from selfcare.filing.decision import WAITING, WITHDRAWN, permit_of
from selfcare.filing.identity import Facts
from selfcare.filing.models import Incoming, Receipt, ReceiptName
from selfcare.filing.received_report import (
    Identifier,
    ReceivedReport,
    ReceivedTime,
    TakenBack,
    Whose,
    from_json,
)
from selfcare.filing.source import Source
from selfcare.results.models import Report
from selfcare.web.access import Permit


class NotOne(Exception):
    """The name is that of no report of this sender, or of more than one: `several`."""

    def __init__(self, several: bool) -> None:
        super().__init__(several)
        self.several = several


def facts_of(taken: TakenBack, source: Source, message: UUID) -> Facts:
    """What is known of the report that is taken back."""
    named = taken.identifier
    return Facts(
        source.key,
        message,
        frozenset({(named.system, named.value)}) if named else frozenset(),
        frozenset({taken.address}) if taken.address else frozenset(),
        status=version_order.ENTERED_IN_ERROR,
    )


@dataclass(frozen=True)
class Waiting:
    """What waits under a name, locked: the oldest first."""

    rows: list[tuple[Incoming, Receipt]]

    def is_one(self, number: str | None = None, filed: Sequence[Facts] = ()) -> bool:
        """Whether all of it is one report about one person: what is filed of it too, and whose NHS number that is.

        Laboratories give one number to several reports: taking back one must not take the others.
        """
        reports = [from_json(waiting.body) for waiting, _ in self.rows]
        said = [one.whose for one in reports]
        numbers = [match.valid_numbers(one) for one in said]
        if number is not None:
            same = all(number in one for one in numbers)
        else:
            named = {(one.families, one.born) for one in said}
            same = all(numbers[0] & one for one in numbers) or (not any(numbers) and len(named) <= 1)
        waiting = [
            identity.facts(one, receipt.sender_key, receipt.message_id)
            for one, (_, receipt) in zip(reports, self.rows, strict=True)
        ]
        return same and identity.are_one([*filed, *waiting])

    def take_back(self, source: Source) -> UUID:
        """:returns: the receipt of the first."""
        for waiting, _ in self.rows:
            waiting.state, waiting.body = WITHDRAWN, {}
            waiting.decided_name, waiting.decided_at = source.name, now()
        session().flush()
        return self.rows[0][1].id


def waiting_under(new: Facts) -> Waiting:
    """What still waits under this name."""
    found: Any = session().execute(
        select(Incoming, Receipt)
        .join(Receipt, Receipt.id == Incoming.receipt_id)
        .where(Incoming.state == WAITING, Receipt.id.in_(_receipts(new)))
        .order_by(Incoming.id)
        # A professional may be deciding in this moment: then there is none to take back.
        .with_for_update(of=Incoming)
        .execution_options(populate_existing=True)
    )
    return Waiting([(row.Incoming, row.Receipt) for row in found])


def filed_facts(series_id: UUID) -> list[Facts]:
    """What was sent of one report, version by version."""
    return [
        identity.from_json(one.facts, one.sender_key, one.message_id)
        for one in session().scalars(select(Receipt).where(Receipt.series_id == series_id))
        if one.facts is not None
    ]


def known(new: Facts, source: Source) -> tuple[Permit, UUID, list[Report]]:
    """The one report on file with this name: by which permit it is taken back, its series, its versions, oldest first.

    :raises NotOne: see there.
    """
    found = session().execute(
        select(Receipt.series_id, Receipt.person_id)
        .where(Receipt.series_id.is_not(None), Receipt.person_id.is_not(None), Receipt.id.in_(_receipts(new)))
        .distinct()
        .limit(2)
    )
    rows: list[Any] = list(found)
    if len(rows) != 1:
        raise NotOne(several=len(rows) > 1)
    series_id, person_id = rows[0]
    permit = permit_of(source, person_id)
    if permit is None:
        raise NotOne(several=False)
    return permit, series_id, match_candidates.versions(permit, series_id, lock=True)


def stub(taken: TakenBack, versions: list[Report]) -> ReceivedReport:
    """The withdrawal as a report of its own: what its last version was called, and nothing of what it said."""
    last = version_order.in_order(versions)[-1]
    return ReceivedReport(
        whose=Whose(),
        title=last.asked_for,
        laboratory=last.laboratory,
        status=version_order.ENTERED_IN_ERROR,
        identifiers=tuple(Identifier(one["system"], one["value"]) for one in last.identifiers or ()),
        issued=ReceivedTime(now()),
        place=taken.place,
    )


def is_gone(versions: list[Report]) -> bool:
    return all(one.void_at is not None for one in versions)


def _receipts(new: Facts) -> Any:
    """Ids of what its sender has sent under these names."""
    names = ReceiptName.name.in_(identity.sure_names(new))
    return (
        select(ReceiptName.receipt_id)
        .join(Receipt, Receipt.id == ReceiptName.receipt_id)
        .where(names, Receipt.sender_key == new.sender)
    )
