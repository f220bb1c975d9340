"""`flask --app app erase-due`."""

import click
from flask.cli import with_appcontext

from selfcare.database import now
from selfcare.leaving import clearing, erasing


@click.command("erase-due")
@with_appcontext
def erase_due() -> None:
    """Erase everybody whose day has come, now instead of tonight."""
    try:
        done = erasing.due(now())
    except clearing.NotCleared:
        raise click.ClickException(
            "The rows are gone. What lies between them is cleared when nobody reads for so long: try again."
        ) from None
    click.echo(f"erased {done}" if done else "nobody was to be erased")
