"""`flask --app app …`: what is done from the machine's own shell."""

from flask import Flask, current_app
from flask.cli import AppGroup

from selfcare import database, migrations


def install(app: Flask) -> None:
    @app.cli.command("migrate")
    def migrate() -> None:
        """Bring the database to this version."""
        migrations.upgrade(database.database().engine)
        print("migrated to", migrations.head())  # noqa: T201

    assert AppGroup and current_app is not None
