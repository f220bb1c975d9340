"""`flask --app app …`: what is done from the machine's own shell."""

import os
import signal
import sys
import threading
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext

from selfcare import database, demo, migrations, serving
from selfcare.config import BadSetting, Settings, is_loopback
from selfcare.fhir.commands import results_group
from selfcare.filing.commands import senders_group
from selfcare.outbox import deliver as outbox
from selfcare.people.commands import people_group

demo_group = AppGroup("demo", help="Invented people, for a first look and for measuring.")


def install(app: Flask) -> None:
    app.cli.add_command(migrate)
    app.cli.add_command(serve)
    app.cli.add_command(deliver)
    app.cli.add_command(demo_group)
    app.cli.add_command(people_group)
    app.cli.add_command(senders_group)
    app.cli.add_command(results_group)


@click.command("migrate")
@with_appcontext
def migrate() -> None:
    """Bring the database to this version."""
    migrations.upgrade(database.database().engine)
    click.echo(f"migrated to {migrations.head()}")


@click.command("serve")
@with_appcontext
def serve() -> None:
    """Migrate, make the demonstration (unless SELFCARE_DEMO=0), serve on HOST and PORT, and deliver messages."""
    env = {**os.environ, "SELFCARE_DEMO": os.environ.get("SELFCARE_DEMO", "1")}
    try:
        settings = Settings.from_environment(env)
    except BadSetting as bad:
        raise click.ClickException(str(bad)) from None
    host, port = env.get("HOST") or "127.0.0.1", _port(env.get("PORT") or "8000")
    if settings.demo and not is_loopback(host):
        raise click.ClickException(
            f"The demonstration only listens on this machine, and HOST={host} is not that: its passwords are known "
            "and its second factor is off. Leave HOST out, or start without it: SELFCARE_DEMO=0."
        )
    migrations.upgrade(database.database().engine)
    if settings.demo:
        _make_demo()
    elif not is_loopback(host) and demo.is_here():
        raise click.ClickException(
            "This database holds the invented people of the demonstration, and everybody knows their password. "
            "Name another database in DATABASE_URL, or another folder in SELFCARE_DATA."
        )
    database.session().close()  # what was looked up is let go: from here on this process only minds two others
    database.database().engine.dispose()
    name = f"[{host}]" if ":" in host else host
    click.echo(f"Selfcare is on http://{name}:{port}")
    if settings.demo:
        click.echo("A demonstration with invented people. The second factor is off. Sign in as:")
        for email, who in demo.SIGN_INS.items():
            click.echo(f"  {email:<20}  {who}")
        click.echo(f"Password: {settings.demo_password}")
    click.echo("Stop with Ctrl+C.")
    sys.stdout.flush()
    # No access log: it would keep who looked at what, and from where, outside the trail.
    status = serving.run(
        _granian(),
        [
            "granian", "--interface", "wsgi", "--host", host, "--port", str(port),
            "--workers", "2", "--blocking-threads", "8", "--no-ws", "--respawn-failed-workers",
            "--no-access-log", "--log-level", "warning", "app:app",
        ],
        env,
        serving.deliverer(),
    )  # fmt: skip
    sys.exit(status)


@click.command("deliver")
@click.option("--once", is_flag=True, help="Deliver what is due now, and end.")
@with_appcontext
def deliver(once: bool) -> None:
    """Deliver messages: to devices, by e-mail. Any number may run at once; `serve` runs one."""
    stop = threading.Event()
    # The row under way is finished first: it is neither lost nor sent twice.
    before = {end: signal.signal(end, lambda *_: stop.set()) for end in (signal.SIGTERM, signal.SIGINT)}
    try:
        done = outbox.run(current_app._get_current_object(), stop, once=once)  # type: ignore[attr-defined]
    finally:
        for end, handler in before.items():
            signal.signal(end, handler)
    if once:
        click.echo(
            ", ".join(f"{state} {count}" for state, count in sorted(done.items())) or "nothing was due"
        )


def _granian() -> str:
    """The server that was installed beside this Python."""
    return str(Path(sys.executable).parent / "granian")


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65535:
        raise click.ClickException(f"PORT takes a number from 1 to 65535, not {text}.")
    return int(text)


def _make_demo() -> None:
    if demo.holds_others():
        raise click.ClickException(
            "This database holds people who were not invented for the demonstration. Start with SELFCARE_DEMO=0, "
            "or name another database in DATABASE_URL."
        )
    with database.command():
        demo.first_look()


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
