"""`flask --app app …`: what is done from the machine's own shell."""

import os
import signal
import sys
import threading
from contextlib import ExitStack, nullcontext

import click
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext

from selfcare import database, demo, live, metrics, migrations, serving, start
from selfcare.audit.commands import trail_group
from selfcare.caseload import commands as caseload_commands
from selfcare.community.commands import community_group
from selfcare.config import Settings
from selfcare.fhir.commands import results_group
from selfcare.filing.commands import senders_group
from selfcare.information.commands import information_group
from selfcare.leaving.commands import erase_due
from selfcare.outbox import deliver as outbox
from selfcare.people.commands import people_group
from selfcare.upkeep import backing_up, night
from selfcare.upkeep import commands as upkeep_commands

_NIGHT_ENDS = 10.0  # seconds for a backup under way to stop in; what it leaves is cleared by the next

demo_group = AppGroup("demo", help="Invented people, for a first look and for measuring.")


def install(app: Flask) -> None:
    app.cli.add_command(migrate)
    app.cli.add_command(serve)
    app.cli.add_command(check_live)
    app.cli.add_command(deliver)
    app.cli.add_command(demo_group)
    app.cli.add_command(people_group)
    people_group.add_command(caseload_commands.leave_team)
    app.cli.add_command(senders_group)
    app.cli.add_command(information_group)
    app.cli.add_command(results_group)
    app.cli.add_command(trail_group)
    app.cli.add_command(community_group)
    for each in (
        upkeep_commands.backup,
        upkeep_commands.restore,
        upkeep_commands.backup_status,
        upkeep_commands.tidy,
        erase_due,
    ):
        app.cli.add_command(each)


@click.command("migrate")
@click.option(
    "--check",
    is_flag=True,
    help="Only say what is to be done; ends with 1 where the version that serves has to be stopped first.",
)
@with_appcontext
def migrate(check: bool) -> None:
    """Bring the database to this version, also while the version before serves, where that can go on."""
    data, folder = database.database(), current_app.config["SETTINGS"].data
    try:
        start.check_database(data)
        with data.engine.connect() as connection:
            version = migrations.at(connection)
        steps = migrations.pending(version)
        ends = ", ".join(step.revision for step in steps if not step.goes_on) if version else ""
        stop_first = f"The version before cannot go on after {ends}. Stop it first, and make a backup."
        if not check:
            with start.alone(data, folder) if ends else nullcontext(True) as can:
                if not can:
                    raise start.CannotStart(stop_first)
                start.migrate(data)
    except start.CannotStart as why:
        raise click.ClickException(str(why)) from None
    if check and not version:
        click.echo("The database is empty: its tables are to be made.")
    elif check and not steps:
        click.echo(f"Nothing to do: the database is at {migrations.head()}.")
    for step in steps if version else ():
        click.echo(f"{'to do' if check else 'done'}: {step.revision} {step.about}")
    if not check:
        click.echo(f"migrated to {migrations.head()}")
    elif ends:
        click.echo(stop_first)
        raise SystemExit(1)
    if steps and version and not ends:
        click.echo(f"The version before can go on, with SELFCARE_NEWER_DATABASE={migrations.head()}.")


@click.command("serve")
@with_appcontext
def serve() -> None:
    """Migrate, make the demonstration (with SELFCARE_DEMO=on), serve on HOST and PORT, and deliver messages."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    settings = app.config["SETTINGS"]
    data = database.database()
    host, port = os.environ.get("HOST") or "127.0.0.1", _port(os.environ.get("PORT") or "8000")
    with ExitStack() as held:
        try:
            start.check_address(settings, host)
            held.enter_context(start.claim(data, settings.data, host, port))
            start.check_database(data, settings.newer_database)
            start.migrate(data)
            start.check_demo(settings, data)
            also = held.enter_context(metrics.counted(app, settings.metrics))
        except start.CannotStart as why:
            raise click.ClickException(str(why)) from None
        if settings.demo:
            with database.command():
                demo.first_look()
        _, backed_up = backing_up.status(settings, database.now())
        database.session().close()
        # From here on this process only minds others, which are copies of it: no connection, no lock.
        data.close()
        _say_where(settings, f"[{host}]:{port}" if ":" in host else f"{host}:{port}", backed_up)
        serving.run([*serving.servers(host, port), serving.deliverer(os.environ), *also])


def _say_where(settings: Settings, place: str, backed_up: str) -> None:
    click.echo(f"Selfcare is on http://{place}")
    if settings.demo:
        click.echo("A demonstration with invented people. The second factor is off. Sign in as:")
        for email, who in demo.SIGN_INS.items():
            click.echo(f"  {email:<20}  {who}")
        click.echo(f"Password: {settings.demo_password}")
    else:
        click.echo(backed_up)
    click.echo("Stop with Ctrl+C.")
    sys.stdout.flush()


@click.command("check-live")
@with_appcontext
def check_live() -> None:
    """Say everything that stands against going live; ends with 1 where something does."""
    settings = current_app.config["SETTINGS"]
    found = live.refusals(settings, database.database(), backing_up.status)
    for refusal in found:
        click.echo(f"- {refusal}")
    if found:
        raise SystemExit(1)
    click.echo(live.ALL_WELL)


@click.command("deliver")
@click.option("--once", is_flag=True, help="Deliver what is due now, and end.")
@with_appcontext
def deliver(once: bool) -> None:
    """Deliver messages, to devices and by e-mail; and, but with --once, do what is done at night: tidy, chain, back up.

    Any number may run at once; `serve` runs one.
    """
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    stop = threading.Event()
    nights = threading.Thread(target=night.run, args=(app, stop), name="night", daemon=True)
    # The row under way is finished first: it is neither lost nor sent twice.
    before = {end: signal.signal(end, lambda *_: stop.set()) for end in (signal.SIGTERM, signal.SIGINT)}
    try:
        if not once:
            nights.start()
        done = outbox.run(app, stop, once=once)
        if not once:
            nights.join(_NIGHT_ENDS)
    finally:
        for end, handler in before.items():
            signal.signal(end, handler)
    if once:
        click.echo(
            ", ".join(f"{state} {count}" for state, count in sorted(done.items())) or "nothing was due"
        )


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65535:
        raise click.ClickException(f"PORT takes a number from 1 to 65535, not {text}.")
    return int(text)


@demo_group.command("first-look")
def first_look() -> None:
    """Make the invented people. Does nothing where people are already."""
    with database.command():
        made = demo.first_look()
    click.echo("made the invented people" if made else "nothing made: there are people here already")


@demo_group.command("town")
@click.option("--people", "number", type=click.IntRange(1, 100_000), required=True, help="How many people.")
@click.option(
    "--entries", type=click.IntRange(0, 1_000_000), required=True, help="Diary entries of each person."
)
def town(number: int, entries: int) -> None:
    """Make a town for measuring: one nurse for every 80 people."""
    try:
        for line in demo.make_town(number, entries):
            click.echo(line)
    except demo.AlreadyThere:
        raise click.ClickException("There is a town in this database already.") from None
