"""Questions about what people said: their own words, what stands in public, and in how many people it rests.

Whatever is said of a number goes through `figure_rule`: in fives, from five people up.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, tuple_, union_all
from werkzeug.exceptions import NotFound

from selfcare.database import now, session
from selfcare.feedback.models import Answer, Gathered, Idea, MeToo, Remark, Suggestion, Theme, WouldHelp
from selfcare.people.ask_access import BODY
from selfcare.people.models import Administrator, Member, Person, Relationship, Team
from selfcare.people.teams import today
from selfcare.web import figure_rule
from selfcare.web.access import Permit, Role, SignedIn, visible
from selfcare.web.paging import Key

PAGE = 20
MOST_OWN = 60  # of what a person said
ANSWERS = 6  # of a theme: the one that counts, and some of those before
MOST_TEAMS = 500
IDEAS = 10  # beside what a team did; all of them have a page


@dataclass(frozen=True)
class Own:
    """A remark of the person's own, and how it stands with it. No `team`: nobody else may read it."""

    row: Remark
    team: str | None

    @property
    def is_read(self) -> bool:
        """Whether the team can read it by now."""
        return self.team is not None and self.row.batch is not None


@dataclass(frozen=True)
class Shown:
    """A theme as everybody reads it. `people`: as it may be said, or None. `before`: earlier answers, newest first."""

    theme: Theme
    people: int | None
    answer: Answer | None
    before: list[Answer]


def _own(permit: Permit) -> ColumnElement[bool]:
    """What is of the person's own words. Nobody else's permit finds any."""
    own = visible(permit, Remark), Remark.entered_by == permit.account_id, Remark.text != ""
    if permit.came_back is None or permit.sees_only_me:
        return and_(*own)
    return and_(*own, or_(Remark.team_id.is_not(None), Remark.entered_at >= permit.came_back))


def is_shut(permit: Permit, row: Remark) -> bool:
    """Whether words are shut after a recovery, as what is *only me* is: nobody else was ever to read them."""
    since = None if permit.sees_only_me else permit.came_back
    return since is not None and bool(row.text) and row.team_id is None and row.entered_at < since


def remark(permit: Permit, appointment_id: UUID | None = None, *, id_: UUID | None = None) -> Own | None:
    """What the person said of a visit, or by its id; None for nothing, and for whoever else asks. One statement."""
    found = _remarks(permit, Remark.id == id_ if id_ else Remark.appointment_id == appointment_id)
    return found[0] if found else None


def remarks(permit: Permit) -> list[Own]:
    """What the person said, newest first: of their last visits. What is older stands with its visit. One statement."""
    return _remarks(permit, Remark.text != "")


def _remarks(permit: Permit, condition: ColumnElement[bool]) -> list[Own]:
    if not permit.is_self:
        return []
    rows = session().execute(
        select(Remark, Team.name)
        .outerjoin(Team, Team.id == Remark.team_id)
        .where(_own(permit), condition)
        .order_by(Remark.entered_at.desc(), Remark.id.desc())
        .limit(MOST_OWN + 1)
    )
    return [Own(row, name) for row, name in rows]


def offer_stands() -> ColumnElement[bool]:
    """Whether an offer to help counts: to a team that looks after the person, and has since it was made."""
    return exists().where(
        Relationship.person_id == WouldHelp.person_id,
        Relationship.team_id == WouldHelp.team_id,
        Relationship.kind == Role.PROFESSIONAL.value,
        Relationship.state == "active",
        Relationship.since <= WouldHelp.at,
        or_(Relationship.until.is_(None), Relationship.until > now()),
    )


def offered(permit: Permit) -> tuple[WouldHelp, str] | None:
    """That the person would help, where it counts, and which team they said it to. One statement."""
    if not permit.is_self:
        return None
    query = select(WouldHelp, Team.name).join(Team, Team.id == WouldHelp.team_id)
    row = session().execute(query.where(WouldHelp.person_id == permit.person_id, offer_stands())).first()
    return (row[0], row[1]) if row else None


def person(permit: Permit) -> Person:
    """How the person is reached, as their details say. One statement."""
    return session().get_one(Person, permit.person_id)


def has_something(permit: Permit) -> bool:
    """Whether the person said anything, or offered to help: before that, the room is not shown. One statement."""
    if not permit.is_self:
        return False
    said = exists().where(_own(permit))
    helps = exists().where(WouldHelp.person_id == permit.person_id, offer_stands())
    return bool(session().scalar(select(or_(said, helps))))


def counts() -> tuple[ColumnElement[bool], ...]:
    """Which people count, of those who said something: none who was added by mistake, or is due to be erased."""
    return Person.mistaken_at.is_(None), or_(Person.erase_at.is_(None), Person.erase_at > now())


def teams() -> list[tuple[UUID, str]]:
    """The teams that have something to read, by name. One statement."""
    rows = session().execute(_heard().order_by(Team.name, Team.id).limit(MOST_TEAMS))
    return [(one, name) for one, name in rows]


def team(team_id: UUID) -> str | None:
    """What a team is called that has something to read; None: there is none such. One statement."""
    found = session().execute(_heard().where(Team.id == team_id)).first()
    return found.name if found else None


def _heard() -> Select[UUID, str]:
    return select(Team.id, Team.name).where(exists().where(Theme.team_id == Team.id, *_in_public()))


def shown(team_id: UUID, before: Key | None = None) -> list[Shown]:
    """What a team heard and did, newest first; one more than a page. Three statements."""
    key = tuple_(Theme.shown_at, Theme.id)
    rows = session().scalars(
        select(Theme)
        .where(Theme.team_id == team_id, *_in_public(), *([key < before] if before else []))
        .order_by(Theme.shown_at.desc(), Theme.id.desc())
        .limit(PAGE + 1)
    )
    themes = list(rows)
    said, numbers = answers([one.id for one in themes]), said_by([one.id for one in themes])
    return [
        Shown(one, numbers.get(one.id), next(iter(said.get(one.id, [])), None), said.get(one.id, [])[1:])
        for one in themes
    ]


def _in_public() -> tuple[ColumnElement[bool], ...]:
    return Theme.shown_at.is_not(None), Theme.removed_at.is_(None)


def answers(themes: Collection[UUID]) -> dict[UUID, list[Answer]]:
    """The newest answers to each theme, the one that counts first. One statement."""
    nth = func.row_number().over(partition_by=Answer.theme_id, order_by=(Answer.at.desc(), Answer.id.desc()))
    newest = select(Answer.id, nth.label("nth")).where(Answer.theme_id.in_(themes)).subquery()
    found: dict[UUID, list[Answer]] = {}
    rows = select(Answer).join(newest, newest.c.id == Answer.id).where(newest.c.nth <= ANSWERS)
    for row in session().scalars(rows.order_by(newest.c.nth)):
        found.setdefault(row.theme_id, []).append(row)
    return found


def answer(theme_id: UUID) -> Answer | None:
    """The answer to a theme that counts. One statement."""
    return next(iter(answers([theme_id]).get(theme_id, [])), None)


def said_by(themes: Iterable[UUID]) -> dict[UUID, int | None]:
    """Of how many people each theme is, as it may be said: counted from their own words, taken back by nobody."""
    rows = session().execute(
        select(Gathered.theme_id, func.count(Gathered.person_id.distinct()))
        .join(Remark, and_(Remark.person_id == Gathered.person_id, Remark.id == Gathered.remark_id))
        .join(Person, Person.id == Gathered.person_id)
        .where(Gathered.theme_id.in_(list(themes)), Remark.team_id.is_not(None), *counts())
        .group_by(Gathered.theme_id)
    )
    return {theme: figure_rule.people(number) for theme, number in rows}


def ideas(before: Key | None = None, size: int = PAGE) -> list[tuple[Idea, int | None]]:
    """Ideas for this app, newest first, with of how many people each is; one more than `size`. Two statements."""
    key = tuple_(Idea.made_at, Idea.id)
    rows = session().scalars(
        select(Idea)
        .where(*([key < before] if before else []))
        .order_by(Idea.made_at.desc(), Idea.id.desc())
        .limit(size + 1)
    )
    found = list(rows)
    numbers = wanted_by(found)
    return [(one, numbers[one.id]) for one in found]


def idea(idea_id: UUID) -> tuple[Idea, int | None]:
    """One idea. :raises NotFound: there is none."""
    row = session().get(Idea, idea_id)
    if row is None:
        raise NotFound
    return row, wanted_by([row])[idea_id]


def wanted_by(ideas: Collection[Idea]) -> dict[UUID, int | None]:
    """Of how many people each idea is, as it may be said: who suggested it, and who said *me too*, each once.

    On a day on which somebody came or went it is what was said before: who presses to and fro moves nothing, and so
    does not learn how many others there are.
    """
    wanted = [one.id for one in ideas if one.said_on != today()]
    each = union_all(
        select(Suggestion.idea_id, Suggestion.account_id).where(
            Suggestion.idea_id.in_(wanted), Suggestion.state == "merged"
        ),
        select(MeToo.idea_id, MeToo.account_id).where(MeToo.idea_id.in_(wanted)),
    ).subquery()
    rows = session().execute(
        select(each.c.idea_id, func.count(each.c.account_id.distinct())).group_by(each.c.idea_id)
    )
    counted = {one: figure_rule.people(number) for one, number in rows}
    return {one.id: counted.get(one.id) if one.id in wanted else one.said_people for one in ideas}


def wants(user: SignedIn, idea_id: UUID) -> bool:
    """Whether an account said *me too*."""
    return session().get(MeToo, (idea_id, user.account_id)) is not None


def suggestions(user: SignedIn, before: Key | None = None) -> list[tuple[Suggestion, Idea | None]]:
    """What an account suggested, newest first, with the idea it is part of; one more than a page. One statement."""
    key = tuple_(Suggestion.at, Suggestion.id)
    rows = session().execute(
        select(Suggestion, Idea)
        .outerjoin(Idea, Idea.id == Suggestion.idea_id)
        .where(Suggestion.account_id == user.account_id, *([key < before] if before else []))
        .order_by(Suggestion.at.desc(), Suggestion.id.desc())
        .limit(PAGE + 1)
    )
    return [(one, idea) for one, idea in rows]


def own_teams(user: SignedIn) -> list[tuple[UUID, str]]:
    """The teams that an account belongs to: that look after them or whom they help; theirs of work. By name.

    A voluntary body is none: it has no page on which anybody would read what was said to it.
    """
    held = (
        select(Relationship.person_id)
        .where(
            Relationship.account_id == user.account_id,
            Relationship.kind.in_((Role.SELF.value, Role.CARER.value)),
            Relationship.state == "active",
            or_(Relationship.until.is_(None), Relationship.until > now()),
        )
        .scalar_subquery()
    )
    looks_after = exists().where(
        Relationship.team_id == Team.id, Relationship.state == "active", Relationship.person_id.in_(held)
    )
    works = exists().where(Member.team_id == Team.id, Member.account_id == user.account_id, Member.stands())
    runs = exists().where(Administrator.team_id == Team.id, Administrator.account_id == user.account_id)
    rows = session().execute(
        select(Team.id, Team.name)
        .where(Team.kind != BODY, or_(looks_after, works, runs))
        .order_by(Team.name, Team.id)
    )
    return [(one, name) for one, name in rows]
