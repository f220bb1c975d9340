"""Actions by which the people of a list are added: all or none, in one transaction."""

from uuid import UUID

from selfcare.audit import trail
from selfcare.database import now, session
from selfcare.people.access import accepting
from selfcare.people.actions import add_person
from selfcare.people.adding import staying
from selfcare.team import actions, drafts, lines, queries
from selfcare.team.drafts import Draft
from selfcare.team.lines import Line
from selfcare.team.models import PrintRun, PrintRunPerson
from selfcare.team.seat import Seat
from selfcare.web.access import Role


class NotAsShown(ValueError):
    """The lines that are fine are others, or more or fewer, than the page said. Nobody was added."""


class NoLead(ValueError):
    """Who was chosen cannot be the key contact of anybody new."""


def add(seat: Seat, draft: Draft, *, lead: UUID, source: str, expected: str) -> UUID:
    """Add everybody whose line is fine. The team's row is held: nobody of them is added beside this.

    :param source: where the list is from; their letters say it. :param expected: the sign of the fine lines as shown.
    :returns: the print run. :raises NotAsShown: :raises NoLead:
    """
    if not any(one.account_id == lead and one.follows for one in queries.colleagues(seat)):
        raise NoLead
    staying(seat.team.id, lead)
    found = lines.check(seat, draft.within)
    if not found.fine or lines.sign(found.fine) != expected:
        raise NotAsShown
    run = PrintRun(
        team_id=seat.team.id, source=source, made_by=seat.account_id, made_name=seat.name, made_at=now()
    )
    session().add(run)
    session().flush()
    for place, line in enumerate(found.fine):
        session().add(PrintRunPerson(run_id=run.id, person_id=_add(seat, line, lead), place=place))
    draft.lines, draft.out = found.wrong, set()
    if draft.lines:
        drafts.save(draft)
    else:
        drafts.drop(draft)
    actions.keep(seat, None, "people")
    return run.id


def _add(seat: Seat, line: Line, lead: UUID) -> UUID:
    if line.born is None:
        raise NotAsShown
    cells = line.cells
    person = add_person(
        given_name=line.given_name,
        family_name=line.family_name,
        known_as=" ".join(cells.get("known_as", "").split()),
        born=line.born,
        nhs_number=line.nhs,
        team_id=seat.team.id,
        lead=lead,
    )
    person.phone, person.email = cells.get("phone", ""), cells.get("email", "")
    person.address, person.language = cells.get("address", ""), line.language
    trail.record(
        accepting(person, seat.account_id, seat.name, Role.PROFESSIONAL), "added", "person", person.id
    )
    return person.id
