"""A list that is being looked through: kept sealed, for whoever uploaded it alone, and for two days.

Nothing of it is in anybody's record before it is added.
"""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from cryptography.fernet import Fernet, InvalidToken
from sqlalchemy import select
from werkzeug.exceptions import NotFound

from selfcare.database import now, session
from selfcare.team.csv_file import Listed
from selfcare.team.lines import Line
from selfcare.team.models import ListDraft
from selfcare.web import sealing
from selfcare.web.access import SignedIn

LASTS = timedelta(days=2)
MOST = 20  # of one account at a time: the oldest goes


@dataclass
class Draft:
    """A list, opened. `out`: the numbers of lines that are left out; `source` and `lead`: as chosen so far."""

    id: UUID
    team_id: UUID
    file: str
    lines: list[Line]
    out: set[int]
    unknown: list[str]
    made_at: datetime
    source: str = ""
    lead: str = ""

    @property
    def within(self) -> list[Line]:
        return [line for line in self.lines if line.number not in self.out]

    @property
    def outside(self) -> list[Line]:
        return [line for line in self.lines if line.number in self.out]


def keep(user: SignedIn, team_id: UUID, file: str, listed: Listed) -> UUID:
    """Keep a list that was read. :returns: its id."""
    mine = _mine(user).order_by(ListDraft.made_at.desc(), ListDraft.id).offset(MOST - 1)
    for old in session().scalars(mine):
        session().delete(old)
    lines = [Line(number, cells) for number, cells in listed.lines]
    draft = Draft(uuid4(), team_id, file, lines, set(), listed.unknown, now())
    row = ListDraft(
        id=draft.id,
        team_id=team_id,
        account_id=user.account_id,
        made_at=draft.made_at,
        sealed=_sealed(draft),
    )
    session().add(row)
    session().flush()
    return row.id


def opened(user: SignedIn, draft_id: UUID, *, lock: bool = False) -> Draft:
    """:raises NotFound: another's, one whose time is over, or one that was thrown away."""
    query = _mine(user).where(ListDraft.id == draft_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    row = session().scalars(query).first()
    if row is None:
        raise NotFound
    return _opened(row)


def of(user: SignedIn, team_id: UUID) -> list[Draft]:
    """Those of an account in a team, newest first."""
    query = _mine(user).where(ListDraft.team_id == team_id)
    rows = session().scalars(query.order_by(ListDraft.made_at.desc(), ListDraft.id))
    found = []
    for row in rows:
        try:
            found.append(_opened(row))
        except NotFound:
            continue
    return found


def save(draft: Draft) -> None:
    """Keep what was changed."""
    row = session().get_one(ListDraft, draft.id)
    row.sealed = _sealed(draft)
    session().flush()


def drop(draft: Draft) -> None:
    """Throw it away."""
    session().delete(session().get_one(ListDraft, draft.id))
    session().flush()


def _mine(user: SignedIn):  # type: ignore[no-untyped-def]
    return select(ListDraft).where(ListDraft.account_id == user.account_id, ListDraft.made_at > now() - LASTS)


def _opened(row: ListDraft) -> Draft:
    try:
        said = json.loads(_box().decrypt(row.sealed.encode()))
    except InvalidToken:
        raise NotFound from None  # the app's key is another one now
    lines = [Line(number, cells, two) for number, cells, two in said["lines"]]
    kept = (said["unknown"], row.made_at, said["source"], said["lead"])
    return Draft(row.id, row.team_id, said["file"], lines, set(said["out"]), *kept)


def _sealed(draft: Draft) -> str:
    said = {
        "file": draft.file,
        "lines": [(line.number, line.cells, line.two) for line in draft.lines],
        "out": sorted(draft.out),
        "unknown": draft.unknown,
        "source": draft.source,
        "lead": draft.lead,
    }
    return _box().encrypt(json.dumps(said).encode()).decode()


def _box() -> Fernet:
    return sealing.box("list of people")
