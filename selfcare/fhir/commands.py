"""`flask --app app results import FILE…`: reports from files, as if a sender had sent them."""

from pathlib import Path

import click
from flask.cli import AppGroup

from selfcare import database
from selfcare.fhir.problems import Problem
from selfcare.fhir.reader import read
from selfcare.fhir.room import limits
from selfcare.filing import laboratories
from selfcare.filing.decision import FILED, REFUSED, REPEATED
from selfcare.filing.receive import Receiving, receive_all
from selfcare.filing.source import Source

results_group = AppGroup("results", help="Laboratory reports.")


@results_group.command("import")
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--team", required=True, help="The team whose people the reports are about.")
def import_files(files: tuple[Path, ...], team: str) -> None:
    """File the reports in FHIR files (JSON or XML), and say what became of each. Ends with 1 if any was refused."""
    refused = 0
    for path in files:
        click.echo(path.name)
        reading = read(path.read_bytes(), None, limits())
        done: list[Receiving] = []
        try:
            with database.command():
                source = Source(laboratories.team_named(team.strip()).id, team.strip())
                done = receive_all(reading.reports, source, whole=reading.whole)
        except laboratories.NoSuchTeam:
            raise click.ClickException(f"There is no one team with the name “{team.strip()}”.") from None
        for one in done:
            click.echo(f"  {one.report.place or 'report'}: {_outcome(one)}")
        for problem in reading.problems:
            click.echo(f"  {_line(problem)}")
        refused += reading.refused + (not reading.readable) + sum(one.outcome == REFUSED for one in done)
    if refused:
        raise SystemExit(1)


def _outcome(one: Receiving) -> str:
    if one.outcome == FILED:
        return "filed"
    if one.outcome == REPEATED:
        return "came before, nothing was added"
    if one.outcome == REFUSED:
        return f"refused: {one.words}" if one.words else "refused: it could not be kept"
    return "waits for the team to check whose it is"


def _line(problem: Problem) -> str:
    return f"{problem.severity}: {problem.text}" + (f" ({problem.place})" if problem.place else "")
