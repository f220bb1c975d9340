"""The people of a print run, and their letters: a code each, shown once."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, func, or_, select
from werkzeug.exceptions import NotFound

from selfcare.accounts.models import Account
from selfcare.audit import trail
from selfcare.audit.models import Trail
from selfcare.database import now, session
from selfcare.notifications import actions as notifications
from selfcare.notifications.kinds import LETTER
from selfcare.people import access, invitations
from selfcare.people.models import Invitation, Member, Person, Relationship
from selfcare.people.vouching import code_stands
from selfcare.team.models import PrintRun, PrintRunPerson
from selfcare.team.seat import Seat
from selfcare.web.access import Permit, Purpose, Role

AT_ONCE = 50  # letters in one print: what a browser prints in one go
MOST_RUNS = 50


@dataclass(frozen=True)
class Run:
    """A print run in the list of them: how many people, how many of them came in."""

    id: UUID
    source: str
    made_name: str
    made_at: datetime
    people: int
    came_in: int


@dataclass(frozen=True)
class Listed:
    """One person of a run. `why_not`: why there is no letter for them now; empty: there can be."""

    person: Person
    lead_id: UUID | None
    lead: str
    came_in: datetime | None
    printed_at: datetime | None
    why_not: str  # died, in, gone, lead, seat
    opens: bool  # whether a letter that was made for them still opens their record


def runs(seat: Seat) -> list[Run]:
    """The newest print runs of a team. One statement."""
    own = and_(Relationship.person_id == PrintRunPerson.person_id, Relationship.kind == Role.SELF.value)
    rows = session().execute(
        select(
            PrintRun,
            func.count(PrintRunPerson.person_id.distinct()),
            func.count(Relationship.person_id.distinct()),
        )
        .outerjoin(PrintRunPerson, PrintRunPerson.run_id == PrintRun.id)
        .outerjoin(Relationship, own)
        .where(PrintRun.team_id == seat.team.id)
        .group_by(PrintRun.id)
        .order_by(PrintRun.made_at.desc(), PrintRun.id)
        .limit(MOST_RUNS)
    )
    return [
        Run(run.id, run.source, run.made_name, run.made_at, people, came_in) for run, people, came_in in rows
    ]


def one(seat: Seat, run_id: UUID) -> PrintRun:
    """:raises NotFound: another team's."""
    row = session().get(PrintRun, run_id)
    if row is None or row.team_id != seat.team.id:
        raise NotFound
    return row


def team_of(run_id: UUID) -> UUID:
    """:raises NotFound: there is no such run."""
    row = session().get(PrintRun, run_id)
    if row is None:
        raise NotFound
    return row.team_id


def listed(seat: Seat, run: PrintRun) -> list[Listed]:
    """Everybody of a run, in the order of the list. One statement.

    Who only runs the pages opens nobody's record, and a letter is a way into one: they make the first letters of people
    in whose record nothing is yet. Any later one is for who works with them.
    """
    leads = and_(
        Relationship.person_id == Person.id,
        Relationship.team_id == run.team_id,
        Relationship.kind == Role.PROFESSIONAL.value,
        Relationship.state == "active",
        or_(Relationship.until.is_(None), Relationship.until > now()),
    )
    member = and_(
        Member.team_id == run.team_id, Member.account_id == Relationship.account_id, Member.stands()
    )
    came = (
        select(func.min(Relationship.since))
        .where(Relationship.person_id == Person.id, Relationship.kind == Role.SELF.value)
        .correlate(Person)
        .scalar_subquery()
    )
    nothing_yet = or_(
        and_(Trail.verb == "added", Trail.kind == "person"), Trail.verb.in_(("invited", "listed", "looked"))
    )
    touched = select(Trail.seq).where(Trail.person_id == Person.id, ~nothing_yet).exists()
    letter = (
        select(Invitation.id)
        .where(
            Invitation.person_id == Person.id,
            Invitation.kind == invitations.SELF,
            Invitation.withdrawn_at.is_(None),
            Invitation.expires_at > now(),
            code_stands(),
        )
        .exists()
    )
    rows = session().execute(
        select(
            PrintRunPerson,
            Person,
            Relationship.id.is_not(None),
            Member.account_id,
            Member.account_id.is_not(None),
            Account.name,
            Account.suspended_at,
            came,
            letter,
            touched,
        )
        .join(Person, Person.id == PrintRunPerson.person_id)
        .outerjoin(Relationship, leads)
        .outerjoin(Member, member)
        .outerjoin(Account, Account.id == Relationship.account_id)
        .where(PrintRunPerson.run_id == run.id)
        .order_by(PrintRunPerson.place)
    )
    found: dict[UUID, Listed] = {}
    for row, person, here, lead_id, stands, lead, suspended, came_in, opens, used in rows:
        led = stands and not suspended
        why = _why_not(person, here, came_in is not None, led)
        if not why and not seat.works and (row.printed_at or used):
            why = "seat"
        found.setdefault(
            person.id,
            Listed(
                person,
                lead_id,
                lead or "",
                came_in,
                row.printed_at,
                why,
                opens,
            ),
        )
    return list(found.values())


def _why_not(person: Person, here: bool, came_in: bool, led: bool) -> str:
    if not here or person.mistaken_at:
        return "gone"  # before all else: of who is not with the team any more nothing is said, not that they died
    if person.died_on:
        return "died"
    if came_in:
        return "in"
    return "" if led else "lead"


@dataclass(frozen=True)
class Part:
    """Those of some places on the list who get a letter. The places stay, whoever comes in meanwhile."""

    number: int
    first: int
    last: int
    rows: list[Listed]


def parts(rows: list[Listed]) -> list[Part]:
    """Who gets a letter, as many places together as are printed in one go; none that is empty."""
    found = []
    for number, at in enumerate(range(0, len(rows), AT_ONCE), 1):
        some = rows[at : at + AT_ONCE]
        fit = [row for row in some if not row.why_not]
        if fit:
            found.append(Part(number, at + 1, at + len(some), fit))
    return found


def write(seat: Seat, run: PrintRun, rows: list[Listed]) -> list[tuple[Permit, str]]:
    """A new code for each; earlier ones stop working. The key contact vouches for it, and is told of every letter but
    the first that another makes. :returns: permit and code."""
    found = []
    moment = now()
    for row in rows:
        permit = access.system(
            Purpose.IMPORT, row.person, name=seat.name, role=Role.PROFESSIONAL, account_id=seat.account_id
        )
        if invitations.has_way_in(permit):
            continue
        found.append((permit, invitations.write_letter(permit, vouched_by=row.lead_id)))
        if row.printed_at and row.lead_id and row.lead_id != seat.account_id:
            notifications.tell(permit, [row.lead_id], LETTER, row.person.id)
        session().get_one(PrintRunPerson, (run.id, row.person.id)).printed_at = moment
    session().flush()
    return found


def note(seat: Seat, rows: list[Listed]) -> None:
    """That somebody read the list, once a day for each person."""
    people = [row.person for row in rows if row.why_not != "gone"]
    trail.note_list(access.reading(Purpose.IMPORT, people, seat.account_id, seat.name), "person")


def last_printed(rows: list[Listed]) -> datetime | None:
    return max((row.printed_at for row in rows if row.printed_at), default=None)
