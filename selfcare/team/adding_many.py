"""Actions by which the people of a list are added: all or none, in one transaction."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from selfcare.audit import trail
from selfcare.database import now, session
from selfcare.people.access import accepting
from selfcare.people.actions import add_person
from selfcare.people.adding import staying
from selfcare.team import actions, drafts, lines, queries, suggesting
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
    may_lead(seat, lead)
    found = lines.check(seat, draft.within)
    if not found.fine or lines.sign(found.fine) != expected:
        raise NotAsShown
    run_id = _run(seat, found.fine, lead, source)
    draft.lines, draft.out = found.wrong, set()
    if draft.lines:
        drafts.save(draft)
    else:
        drafts.drop(draft)
    actions.keep(seat, None, "people")
    return run_id


def suggest(seat: Seat, draft: Draft, *, reason: str, source: str, expected: str) -> int:
    """Put everybody whose line is fine on the list of suggested people; none of them is added.

    :returns: how many: who waits there already is passed over. :raises NotAsShown: :raises suggesting.TooMany:
    """
    found = lines.check(seat, draft.within)
    if not found.fine or lines.sign(found.fine) != expected:
        raise NotAsShown
    put = suggesting.suggest(seat, found.fine, reason=reason, source=source, from_list=True)
    draft.lines, draft.out = found.wrong, set()
    if draft.lines:
        drafts.save(draft)
    else:
        drafts.drop(draft)
    return put


def invite(seat: Seat, chosen: Mapping[UUID, bool], *, lead: UUID) -> list[UUID]:
    """Invite suggested people: each is added, with `lead` as key contact. All or none.

    :param chosen: who, and whether somebody said that they are another than who is alike.
    :returns: the print runs of their letters: one for each source, since the letters say it.
    :raises NotAsShown: one of them is not there any more, or cannot be added as things stand now. :raises NoLead:
    """
    may_lead(seat, lead)
    found = {one.row.id: one for one in suggesting.waiting(seat) if one.row.id in chosen}
    if not chosen or found.keys() != chosen.keys():
        raise NotAsShown
    by_source: dict[str, list[Line]] = {}
    for row_id, one in found.items():
        one.line.two = chosen[row_id]
        if not one.line.fine:
            raise NotAsShown
        by_source.setdefault(one.row.source, []).append(one.line)
    runs = [_run(seat, some, lead, source) for source, some in by_source.items()]
    actions.keep(seat, None, "people")
    return runs


def may_lead(seat: Seat, lead: UUID) -> None:
    """:raises NoLead: who cannot be key contact of anybody new. :raises Leaves:"""
    if not any(one.account_id == lead and one.follows for one in queries.colleagues(seat)):
        raise NoLead
    staying(seat.team.id, lead)


def _run(seat: Seat, fine: Sequence[Line], lead: UUID, source: str) -> UUID:
    run = PrintRun(
        team_id=seat.team.id, source=source, made_by=seat.account_id, made_name=seat.name, made_at=now()
    )
    session().add(run)
    session().flush()
    for place, line in enumerate(fine):
        session().add(PrintRunPerson(run_id=run.id, person_id=_add(seat, line, lead), place=place))
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
    suggesting.was_added(seat, person, line)
    return person.id
