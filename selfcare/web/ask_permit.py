"""What is handed to views of asks: proof that somebody works on one, and what they may list. It opens no record."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from selfcare.database import now
from selfcare.web.rights import Role
from selfcare.web.who import Subject


@dataclass(frozen=True)
class AskPermit:
    """Proof that an account works on one ask, read in this transaction. It opens that ask and nothing else.

    `team_id`: the team or body through which. `body`: it is a body, which sees what was passed on and no more. `acts`:
    may take it, pass it on and answer; who only stands by sees where it is.
    """

    ask_id: UUID
    person_id: UUID
    account_id: UUID
    account_name: str
    account_title: str
    team_id: UUID
    body: bool
    acts: bool
    covers: None = None

    @property
    def role(self) -> Role:
        return Role.PROFESSIONAL

    def stamp(self) -> dict[str, Any]:
        """As that of a Permit."""
        return {
            "person_id": self.person_id,
            "entered_by": self.account_id,
            "entered_as": self.role.value,
            "entered_name": self.account_name,
            "entered_at": now(),
        }


@dataclass(frozen=True)
class AskDesk:
    """What an account that works on asks may list: asks of people its teams look after, or those with its bodies."""

    account_id: UUID
    people: Mapping[UUID, Subject]
    bodies: frozenset[UUID]
