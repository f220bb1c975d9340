"""What a person told somebody who wrote it down for them, as its readers see it. Queries.

Its words are the person's: a professional reads them in what was shared, like all that is written for a visit, and
knows otherwise only that there was a talk. What else is going on is the person's alone.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from werkzeug.exceptions import NotFound

from selfcare import i18n
from selfcare.appointments import going_on
from selfcare.appointments.models import Appointment, Telling
from selfcare.appointments.telling_words import as_told
from selfcare.database import session
from selfcare.web.access import Permit, Role, visible

HOW = ("phone", "paper", "beside")
YES, ONLY, LOOK = SHARE = ("yes", "only", "look")


@dataclass(frozen=True)
class Told:
    """One telling, as plain values. Moments are where the person lives; words are empty for who may not read them."""

    id: UUID
    to: str
    how: str
    wall: datetime
    share: str
    matters: str
    words: str
    life: tuple[str, ...]
    life_words: str
    only_me: bool
    corrected: datetime | None  # when the person put it in their own words
    version: int
    mine: bool  # who reads it has written it down, and it is in no other words since

    @property
    def line(self) -> str:
        """Whose words these are."""
        return as_told(self.to, self.how, self.wall, self.corrected)

    @property
    def going_on(self) -> str:
        """What else is going on, in a line."""
        return i18n.comma().join(
            filter(None, [*(going_on.word(code) for code in self.life), self.life_words])
        )


def told(permit: Permit, row: Appointment) -> tuple[Told, ...]:
    """The tellings for one visit that this reader may know of, oldest first."""
    return plain(permit, row.tellings or ())


def plain(permit: Permit, rows: Iterable[dict[str, Any]]) -> tuple[Told, ...]:
    """The same, of rows as a statement brings them: engines write an id, a moment and a yes each in their way."""
    found = [_plain(permit, one) for one in rows if _is_known(permit, one)]
    return tuple(sorted(found, key=lambda each: (each.wall, each.id)))


def counts(row: Appointment, part: str) -> bool:
    """Whether `matters` or `words` were told, and not for the person alone: it counts like what they wrote."""
    return any(one[part] and not one["only_me"] for one in row.tellings or ())


def visit_of(permit: Permit, telling_id: UUID) -> UUID:
    """The visit of a telling. :raises NotFound: unknown, taken back, or not theirs to know of."""
    found = session().scalar(
        select(Telling.appointment_id).where(visible(permit, Telling), Telling.id == telling_id)
    )
    if found is None:
        raise NotFound
    return found


def for_summary(told: Iterable[Told], part: str) -> list[dict[str, Any]]:
    """`matters` or `words` of tellings as a summary keeps them: who wrote it down, how they were told, when."""
    return [
        mark(one) | {"text": getattr(one, part)} for one in told if getattr(one, part) and not one.only_me
    ]


def mark(one: Told) -> dict[str, Any]:
    """What is kept beside words that were told."""
    own = one.corrected.isoformat() if one.corrected else None
    return {"id": str(one.id), "to": one.to, "how": one.how, "at": one.wall.isoformat(), "own": own}


def mark_of(permit: Permit, row: Telling) -> dict[str, Any]:
    """The same, of a row."""
    at = permit.local(row.entered_at).isoformat()
    return {"id": str(row.id), "to": row.entered_name, "how": row.how, "at": at, "own": None}


def _is_known(permit: Permit, one: dict[str, Any]) -> bool:
    if not one["only_me"] or permit.sees_only_me:
        return True
    since = permit.came_back
    return since is not None and _moment(one["corrected_at"] or one["entered_at"]) >= since


def _plain(permit: Permit, one: dict[str, Any]) -> Told:
    reads = permit.role is not Role.PROFESSIONAL
    life = json.loads(one["life"]) if isinstance(one["life"], str) else one["life"]
    corrected = one["corrected_at"]
    by = UUID(one["entered_by"]) if one["entered_by"] else None
    return Told(
        id=UUID(one["id"]),
        to=one["entered_name"],
        how=one["how"],
        wall=permit.local(_moment(one["entered_at"])),
        share=one["share"],
        matters=one["matters"] if reads else "",
        words=one["words"] if reads else "",
        life=tuple(life) if permit.sees_only_me else (),
        life_words=one["life_words"] if permit.sees_only_me else "",
        only_me=bool(one["only_me"]),
        corrected=permit.local(_moment(corrected)) if corrected else None,
        version=one["version"],
        mine=by is not None and by == permit.account_id and not corrected,
    )


def _moment(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)
