"""Sentences in plain language that a team keeps ready for a test. Earlier versions are kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, and_, or_, select
from werkzeug.exceptions import NotFound

from selfcare import i18n
from selfcare.audit import trail
from selfcare.database import now, session
from selfcare.people import teams
from selfcare.people.models import Member
from selfcare.results.actions import Sentence, professional
from selfcare.results.models import Phrase, PhraseVersion
from selfcare.results.report_page import Line
from selfcare.results.test_identity import KEY_LENGTH, name_key
from selfcare.web.access import Panel, Permit
from selfcare.web.versions import Stale

MOST_PHRASES = 500
MOST_OFFERED = 20


@dataclass(frozen=True)
class Kept:
    """A sentence as it stands. `texts`: by language, only those it has."""

    id: UUID
    team_id: UUID
    test: str
    texts: Mapping[str, str]
    n: int
    by_name: str
    at: datetime

    def text(self, language: str) -> tuple[str, str]:
        """The words in a language, or another that it has; and which that is."""
        return in_language(self.texts, language)

    @property
    def missing(self) -> list[str]:
        """The languages of the app that it does not have."""
        return [code for code in i18n.LANGUAGES if code not in self.texts]


@dataclass(frozen=True)
class Earlier:
    """What a sentence said before."""

    n: int
    test: str
    texts: Mapping[str, str]
    by_name: str
    at: datetime


class TooMany(ValueError):
    """The team keeps as many sentences as there is room for."""


def in_language(texts: Mapping[str, str], language: str) -> tuple[str, str]:
    """The words in a language, else in the first language of the app that there is; and which that is."""
    for code in (language, *i18n.LANGUAGES):
        if code in texts:
            return texts[code], code
    raise LookupError("a sentence without a text")


def kept(panel: Panel) -> list[Kept]:
    """The sentences of the teams that the account of a panel is a member of, by test. One statement."""
    query = _of_member(panel.account_id).order_by(Phrase.name_key, Phrase.at, Phrase.id)
    return [_kept(row) for row in session().scalars(query.limit(MOST_PHRASES))]


def one(panel: Panel, phrase_id: UUID) -> Kept:
    """One of them. :raises NotFound: any other, and one taken off the list."""
    return _kept(_row(panel, phrase_id))


def earlier(panel: Panel, phrase_id: UUID) -> list[Earlier]:
    """What it said before, newest first. Two statements."""
    _row(panel, phrase_id)
    rows = session().scalars(
        select(PhraseVersion).where(PhraseVersion.phrase_id == phrase_id).order_by(PhraseVersion.n.desc())
    )
    return [Earlier(row.n, row.test, row.texts, row.by_name, row.at) for row in rows]


def offered(permit: Permit, line: Line) -> list[Kept]:
    """The sentences of the reader's teams for the test of a result: the same code, or the same name. One statement."""
    if permit.account_id is None:
        return []
    same = [Phrase.name_key == line.name_key]
    if line.code_key:
        same.append(Phrase.code_key == line.code_key)
    query = _of_member(permit.account_id).where(or_(*same)).order_by(Phrase.at.desc(), Phrase.id)
    return [_kept(row) for row in session().scalars(query.limit(MOST_OFFERED))]


def to_use(permit: Permit, phrase_id: UUID, n: int) -> Sentence:
    """A sentence to attach as a note, as it was read.

    :raises Stale: when it was changed since.
    :raises NotFound: no sentence of the reader's teams, or taken off the list.
    """
    professional(permit)
    query = _of_member(permit.account_id).where(Phrase.id == phrase_id)
    row = session().scalars(query.with_for_update(of=Phrase, read=True)).first()
    if row is None:
        raise NotFound
    if row.n != n:
        raise Stale(row, row.by_name)
    return Sentence(row.id, row.n, row.texts)


def add(
    panel: Panel, team_id: UUID, name: str, *, test: str, texts: Mapping[str, str], code: str = ""
) -> UUID:
    """Keep a sentence for a test.

    :param name: of who writes it.
    :param texts: by language; empty ones are left out. At least one is needed.
    :param code: the "system|code" of the result it was written for, to find the test under other names too.
    :raises TooMany: see there.
    """
    team = teams.own(panel, team_id, lock=True)
    have = session().scalars(
        select(Phrase.id).where(Phrase.team_id == team.id, Phrase.removed_at.is_(None)).limit(MOST_PHRASES)
    )
    if len(have.all()) >= MOST_PHRASES:
        raise TooMany
    row = Phrase(
        team_id=team.id,
        test=test,
        name_key=name_key(test),
        code_key=code[:KEY_LENGTH] or None,
        texts=_filled(texts),
        by=panel.account_id,
        by_name=name,
        at=now(),
    )
    session().add(row)
    session().flush()
    trail.note_team(panel, team.id, "added", "phrase", row.id)
    return row.id


def change(
    panel: Panel, phrase_id: UUID, name: str, version: int, *, test: str, texts: Mapping[str, str]
) -> None:
    """Change a sentence, keeping what it said. Notes that were made from it stay as they are.

    :param version: the `n` the form was filled from.
    :raises Stale: when somebody changed it since.
    """
    row = _row(panel, phrase_id, lock=True)
    filled = _filled(texts)
    if (row.test, row.texts) == (test, filled):
        return
    if row.n != version:
        raise Stale(row, row.by_name)
    _keep(row)
    if row.name_key != name_key(test):
        row.code_key = None  # it is for another test now
    row.test, row.name_key, row.texts = test, name_key(test), filled
    row.n, row.by, row.by_name, row.at = row.n + 1, panel.account_id, name, now()
    session().flush()
    trail.note_team(panel, row.team_id, "changed", "phrase", row.id)


def remove(panel: Panel, phrase_id: UUID) -> None:
    """Take a sentence off the list. Notes that were made from it stay."""
    row = _row(panel, phrase_id, lock=True)
    row.removed_at = now()
    session().flush()
    trail.note_team(panel, row.team_id, "removed", "phrase", row.id)


def of_team(team_id: UUID) -> list[Phrase]:
    """The sentences of a team as they stand, the oldest first. One statement. For who runs the team's pages."""
    query = select(Phrase).where(Phrase.team_id == team_id, Phrase.removed_at.is_(None))
    return list(session().scalars(query.order_by(Phrase.at, Phrase.id).limit(MOST_PHRASES)))


def take_in(
    seat: trail.Holder,
    team_id: UUID,
    name: str,
    *,
    test: str,
    texts: Mapping[str, str],
    code: str,
    old: UUID | None,
) -> None:
    """Keep a sentence of a starter set. The team's row is held.

    :param old: the sentence that it takes the place of; what that said is kept. :raises TooMany:
    """
    if old is None:
        if len(of_team(team_id)) >= MOST_PHRASES:
            raise TooMany
        row = Phrase(
            team_id=team_id, test=test, name_key=name_key(test), code_key=code[:KEY_LENGTH] or None,
            texts=_filled(texts), by=seat.account_id, by_name=name, at=now(),
        )  # fmt: skip
        session().add(row)
    else:
        row = session().get_one(Phrase, old, with_for_update=True, populate_existing=True)
        _keep(row)
        row.test, row.name_key, row.code_key = test, name_key(test), code[:KEY_LENGTH] or None
        row.texts, row.n, row.by, row.by_name, row.at = (
            _filled(texts),
            row.n + 1,
            seat.account_id,
            name,
            now(),
        )
    session().flush()
    trail.note_team(seat, team_id, "changed" if old else "added", "phrase", row.id)


def _of_member(account_id: UUID | None) -> Select[Phrase]:
    member = and_(Member.team_id == Phrase.team_id, Member.account_id == account_id, Member.stands())
    return select(Phrase).join(Member, member).where(Phrase.removed_at.is_(None))


def _row(panel: Panel, phrase_id: UUID, *, lock: bool = False) -> Phrase:
    query = _of_member(panel.account_id).where(Phrase.id == phrase_id)
    if lock:
        query = query.with_for_update(of=Phrase).execution_options(populate_existing=True)
    found = session().scalars(query).first()
    if found is None:
        raise NotFound
    return found


def _keep(row: Phrase) -> None:
    session().add(
        PhraseVersion(
            phrase_id=row.id, n=row.n, test=row.test, texts=row.texts, by_name=row.by_name, at=row.at
        )
    )


def _filled(texts: Mapping[str, str]) -> dict[str, str]:
    return {code: text for code, text in texts.items() if code in i18n.LANGUAGES and text}


def _kept(row: Phrase) -> Kept:
    return Kept(row.id, row.team_id, row.test, row.texts, row.n, row.by_name, row.at)
