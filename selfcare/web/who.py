"""Who is signed in, and whom a record is about, as plain values."""

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from selfcare.web.rights import Kind


@dataclass(frozen=True)
class SignedIn:
    """The account behind a request and its session, as plain values. Flask-Login's `current_user`."""

    account_id: UUID
    session_id: UUID
    token: str = field(repr=False)
    kind: Kind
    name: str
    title: str
    locale: str | None
    email: str | None
    proved_at: datetime | None  # when they last proved who they are, by a proof of the account's own
    complete: bool  # False while a second factor is still asked for
    has_way: bool = True  # whether a way to sign in was ever set
    since: datetime | None = None  # when the account was made
    only_me_from: datetime | None = None  # after a recovery, what is marked *only me* stays shut until then
    is_authenticated: bool = True
    is_active: bool = True
    is_anonymous: bool = False

    def get_id(self) -> str:
        return self.token

    @property
    def came_by_code(self) -> bool:
        """Whether a code let them in and nothing would let them in again: no way to sign in is set."""
        return self.proved_at is None and not self.has_way


@dataclass(frozen=True)
class Subject:
    """The person a record is about. `name` is what they like to be called."""

    id: UUID
    name: str
    full_name: str
    born: date
    zone: str
    died_on: date | None = None
    nhs_number: str | None = None
    phone: str = ""
    email: str = ""
    best_time: str = ""
    needs: tuple[tuple[str, ...], date | None] = ((), None)  # and when they were asked about
    allergies: tuple[str, ...] = ()  # as the person keeps them, where a team may see that
    erase_at: datetime | None = None  # from when on everything about them is erased
    erase_why: str = ""  # empty: as they asked; else that nobody keeps it any longer: "ended", "died"
    talk: str = (
        ""  # how to talk with them, in their words; for a professional who may read what is about them
    )
