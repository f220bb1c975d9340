"""Reports as a laboratory sends them, on file for Rosa."""

from typing import Any
from uuid import UUID

from selfcare import database
from selfcare.database import session
from selfcare.filing.file_received import file_received
from selfcare.filing.received_report import ReceivedResult
from selfcare.results import queries
from selfcare.results.models import Report
from tests.factories.record import a_received_report
from tests.results.world import World

LINES = "1. Staphylococcus aureus   Scanty growth\n\nFlucloxacillin   S"


def receive(world: World, upon: UUID | None = None, **values: Any) -> UUID:
    """A received report; `a_received_report` says what is in it where `values` does not.

    :param upon: the report that it is a version of.
    """
    with world.app.app_context(), database.command():
        permit = world.as_("amina")
        before = [session().get_one(Report, (permit.person_id, upon))] if upon else []
        return file_received(permit, a_received_report(**values), before)


def plain(*rows: tuple[str, str], **values: Any) -> dict[str, Any]:
    """The values of a final report with numbers alone: (name, value) each."""
    results = tuple(ReceivedResult(name, "number", value, "g/L") for name, value in rows)
    return {"status": "final", "results": results, "files": (), **values}


def line_of(world: World, report: UUID, name: str) -> UUID:
    found = world.do("amina", queries.sheet, report)
    return UUID(str(next(line.id for line in found.results if line.name == name)))
