"""Where a report comes from."""

from dataclasses import dataclass
from uuid import UUID

from selfcare.web.access import SignedIn


@dataclass(frozen=True)
class Source:
    """A sender, or a professional's account, always for one team."""

    team_id: UUID
    name: str
    sender_id: UUID | None = None
    account: SignedIn | None = None

    @property
    def key(self) -> str:
        """Whose the names of its reports are: the sender's, or the team's where somebody hands reports in."""
        return f"sender:{self.sender_id}" if self.sender_id else f"team:{self.team_id}"
