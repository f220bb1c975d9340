"""Who may open a team's own pages: the proof is a Seat, read in the transaction that uses it.

Of itself it opens nobody's record. Somebody who runs a team's pages and works with people has both, apart.
"""

from dataclasses import dataclass
from uuid import UUID

from flask import request
from sqlalchemy import and_, or_, select
from werkzeug.exceptions import NotFound

from selfcare.database import session, writing
from selfcare.people.ask_access import BODY
from selfcare.people.models import Administrator, Member, Team
from selfcare.web.access import SAFE, Kind, SignedIn

STAFF = (Kind.PROFESSIONAL, Kind.ADMINISTRATOR)
STAFF_AND_BODIES = (*STAFF, Kind.BODY)  # of the pages that a voluntary body has too


@dataclass(frozen=True)
class Seat:
    """Proof that an account is of a team, or runs its pages. `teams`: all that it may open, with the chosen one."""

    account_id: UUID
    name: str
    team: Team
    works: bool  # with the team's people
    administers: bool
    teams: tuple[tuple[UUID, str], ...]

    @property
    def is_body(self) -> bool:
        """Whether it is in a voluntary body: that has no people of its own."""
        return self.team.kind == BODY

    @property
    def worker(self) -> Kind:
        """The kind of account of who works there."""
        return Kind.BODY if self.is_body else Kind.PROFESSIONAL


def take(
    user: SignedIn,
    team_id: UUID | str | None = None,
    *,
    runs: bool = False,
    only_shows: bool = False,
    bodies: bool = False,
) -> Seat:
    """The seat of an account in a team; without one named, the first by name that fits.

    Who changes something there has the team's row until the request ends: what is done about colleagues comes one
    after the other.

    :param bodies: also in a voluntary body. It has colleagues and settings, and looks after nobody: without this, no
        page about people opens for one.
    :param runs: only who runs the team's pages. :param only_shows: what was sent is shown again, and changes nothing.
    :raises NotFound: it has none there.
    """
    if team_id is not None and request.method not in SAFE and not only_shows:
        lock(team_id)
    seats = [one for one in _seats(user) if bodies or one.team.kind != BODY]
    fitting = [one for one in seats if one.administers or not runs]
    if team_id is None:
        wanted = next((one for one in fitting if one.administers), next(iter(fitting), None))
    else:
        wanted = next((one for one in fitting if str(one.team.id) == str(team_id)), None)
    if wanted is None:
        raise NotFound
    return wanted


def lock(team_id: UUID | str) -> None:
    """Take the turn to write, and hold a team’s row until it ends. What points to it meanwhile waits for nobody."""
    try:
        wanted = UUID(str(team_id))
    except ValueError:
        raise NotFound from None
    writing()
    session().execute(select(Team.id).where(Team.id == wanted).with_for_update(key_share=True))


def _seats(user: SignedIn) -> list[Seat]:
    """Every seat of an account. One statement."""
    member = and_(Member.team_id == Team.id, Member.account_id == user.account_id, Member.stands())
    runs = and_(Administrator.team_id == Team.id, Administrator.account_id == user.account_id)
    rows = session().execute(
        select(Team, Member.account_id.is_not(None), Administrator.account_id.is_not(None))
        .outerjoin(Member, member)
        .outerjoin(Administrator, runs)
        .where(or_(Member.account_id.is_not(None), Administrator.account_id.is_not(None)))
        .order_by(Team.name, Team.id)
        .execution_options(populate_existing=True)
    )
    found = []
    for team, works, administers in rows:
        own = user.kind is Kind.ADMINISTRATOR
        # Who works for a body opens its pages only where they run them.
        of_body = user.kind is Kind.BODY and works and administers
        if own or of_body or (works and user.kind is Kind.PROFESSIONAL):
            found.append((team, bool(works) and not own, bool(administers)))
    names = tuple((team.id, team.name) for team, _, _ in found)
    return [
        Seat(user.account_id, user.name, team, works, administers, names)
        for team, works, administers in found
    ]
