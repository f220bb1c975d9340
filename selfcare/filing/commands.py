"""`flask --app app senders …`: which systems may send reports."""

from datetime import datetime

import click
from flask.cli import AppGroup

from selfcare import database
from selfcare.filing import senders

senders_group = AppGroup("senders", help="Systems that may send laboratory reports to /fhir/.")


@senders_group.command("add")
@click.option("--name", required=True, help="The system's name. It stands beside the reports it sends.")
@click.option(
    "--team", required=True, help="The team whose people it sends for, and who sorts out what waits."
)
def add(name: str, team: str) -> None:
    """Let a system send reports, and print its token: this once, it is kept nowhere."""
    if not name.strip():
        raise click.ClickException("A sender needs a name.")
    try:
        with database.command():
            token = senders.add(name.strip(), team.strip())
    except senders.NameTaken:
        raise click.ClickException(
            f"There is a sender “{name.strip()}” already. Choose another name."
        ) from None
    except senders.NoSuchTeam:
        raise click.ClickException(f"There is no one team with the name “{team.strip()}”.") from None
    click.echo(token)
    click.echo(
        "This token is shown this once. The system sends it as: Authorization: Bearer <token>", err=True
    )


@senders_group.command("list")
def show() -> None:
    """Who may send, for which team, when last, and how many calls were refused in the last days."""
    found, unknown = senders.listed()
    for one in found:
        state = f"withdrawn {_day(one.withdrawn_at)}" if one.withdrawn_at else "active"
        used = f"last used {_day(one.used_at)}" if one.used_at else "never used"
        click.echo(f"{one.name}  team “{one.team}”  {state}  {used}  refused {one.refused}")
    if not found:
        click.echo("No system may send reports yet.")
    click.echo(f"Calls with a token nobody has, within {senders.COUNTED_DAYS} days: {unknown}")


@senders_group.command("withdraw")
@click.option("--name", required=True)
def withdraw(name: str) -> None:
    """From now on the system's token opens nothing. What it sent stays."""
    try:
        with database.command():
            senders.withdraw(name.strip())
    except senders.NoSuchSender:
        raise click.ClickException(f"There is no active sender “{name.strip()}”.") from None
    click.echo(f"“{name.strip()}” can send nothing any more.")


def _day(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC" if moment else ""
