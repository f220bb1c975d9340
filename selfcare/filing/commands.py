"""`flask --app app senders …`: which systems may send reports."""

from datetime import datetime

import click
from flask.cli import AppGroup

from selfcare import database
from selfcare.filing import laboratories

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
            token = laboratories.add(name.strip(), team.strip())
    except laboratories.NameTaken:
        raise click.ClickException(
            f"There is a sender “{name.strip()}” already. Choose another name."
        ) from None
    except laboratories.NoSuchTeam:
        raise click.ClickException(f"There is no one team with the name “{team.strip()}”.") from None
    click.echo(token)
    click.echo(
        "This token is shown this once. The system sends it as: Authorization: Bearer <token>", err=True
    )


@senders_group.command("list")
def show() -> None:
    """Who may send, for which team, when last, and how many calls were refused in the last days."""
    found, unknown = laboratories.listed()
    for one in found:
        state = f"withdrawn {_day(one.withdrawn_at)}" if one.withdrawn_at else "active"
        used = f"last used {_day(one.used_at)}" if one.used_at else "never used"
        tokens = "  two tokens" if one.tokens > 1 else ""
        click.echo(f"{one.name}  team “{one.team}”  {state}{tokens}  {used}  refused {one.refused}")
    if not found:
        click.echo("No system may send reports yet.")
    click.echo(f"Calls with a token nobody has, within {laboratories.COUNTED_DAYS} days: {unknown}")


@senders_group.command("token")
@click.option("--name", required=True)
def token(name: str) -> None:
    """Print a second token for a system, to change over to. The first one opens the door until `end-older`."""
    try:
        with database.command():
            made = laboratories.another(name.strip())
    except laboratories.NoSuchSender:
        raise click.ClickException(f"There is no active sender “{name.strip()}”.") from None
    except laboratories.TwoAlready:
        raise click.ClickException(
            f"“{name.strip()}” has two tokens already. End the older one first: senders end-older."
        ) from None
    click.echo(made)
    click.echo("This token is shown this once. Both open the door until: senders end-older", err=True)


@senders_group.command("end-older")
@click.option("--name", required=True)
def end_older(name: str) -> None:
    """The change-over is done: only the newest token of the system opens the door."""
    try:
        with database.command():
            laboratories.end_older(name.strip())
    except laboratories.NoSuchSender:
        raise click.ClickException(f"There is no active sender “{name.strip()}”.") from None
    except laboratories.OneAlone:
        raise click.ClickException(f"“{name.strip()}” has one token only.") from None
    click.echo(f"Only the newest token of “{name.strip()}” opens the door now.")


@senders_group.command("withdraw")
@click.option("--name", required=True)
def withdraw(name: str) -> None:
    """From now on the system's token opens nothing. What it sent stays."""
    try:
        with database.command():
            laboratories.withdraw(name.strip())
    except laboratories.NoSuchSender:
        raise click.ClickException(f"There is no active sender “{name.strip()}”.") from None
    click.echo(f"“{name.strip()}” can send nothing any more.")


def _day(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC" if moment else ""
