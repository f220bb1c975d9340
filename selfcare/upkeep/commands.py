"""`flask --app app backup`, `restore`, `backup-status`, `tidy`."""

from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from selfcare.database import now
from selfcare.upkeep import backing_up, restoring, tidying


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--replace", is_flag=True, help="Put it in the place of a backup that is there.")
@with_appcontext
def backup(file: Path, replace: bool) -> None:
    """Back everything up to FILE, while people go on. It is read back before it is called good."""
    try:
        made = backing_up.make(file, replace=replace)
    except backing_up.CannotBackUp as why:
        raise click.ClickException(str(why)) from None
    click.echo(
        f"{file} holds {sum(made.rows.values())} rows, as they were at {made.moment:%Y-%m-%d %H:%M:%S} UTC."
    )
    click.echo(
        "The keys are not in it: keep secret-key and vapid-key.pem of the data folder, elsewhere.",
        err=True,
    )


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--another-key", is_flag=True, help="The key it was made with is lost: second steps are set up anew."
)
@with_appcontext
def restore(file: Path, another_key: bool) -> None:
    """Put the backup FILE into an empty place, bring it to this version, and see that it can be used."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    try:
        done = restoring.restore(app, file, another_key=another_key)
    except restoring.CannotRestore as why:
        raise click.ClickException(str(why)) from None
    made = done.manifest
    click.echo(
        f"{sum(made.rows.values())} rows are back, as they were at {made.moment:%Y-%m-%d %H:%M:%S} UTC."
    )
    click.echo(done.trail)
    click.echo(done.sign_in)
    click.echo("Everybody signs in again. What was written since then is not in it.")


@click.command("backup-status")
@with_appcontext
def backup_status() -> None:
    """Say how old the last good backup is. Ends with 1 where that is older than a day and a half, or none is there."""
    well, said = backing_up.status(current_app.config["SETTINGS"], now())
    click.echo(said)
    if not well:
        raise click.exceptions.Exit(1)


@click.command("tidy")
@with_appcontext
def tidy() -> None:
    """Let go of what is of no use any more: how long what is kept stands in docs/running.md."""
    done = tidying.tidy(now(), backing_up.never)
    click.echo(
        ", ".join(f"{what} {number}" for what, number in done.items() if number) or "nothing was to be tidied"
    )
