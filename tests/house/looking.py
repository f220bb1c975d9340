"""Nothing is changed by looking: no address that answers GET leaves a row or a word in the cookie other than it was."""

from hashlib import sha256
from typing import Any

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from sqlalchemy import select

from selfcare.audit.models import Trail
from selfcare.database import Base, session
from tests.harness.client import Client

# What is kept of looking itself: who looked, when a session was last seen.
LOOKED = ("looked", "listed")
OF_LOOKING = {"sign_in": {"seen_at", "ends_at"}}


def state(app: Flask) -> dict[str, str]:
    """A digest of every table."""
    found = {}
    with app.app_context():
        for name, table in Base.metadata.tables.items():
            columns = [column for column in table.columns if column.key not in OF_LOOKING.get(name, ())]
            asked = select(*columns)
            if name == "trail":
                asked = asked.where(Trail.verb.not_in(LOOKED))
            rows = sorted(repr(tuple(row)) for row in session().execute(asked))
            found[name] = sha256("\n".join(rows).encode()).hexdigest()
    return found


def words_of(app: Flask, client: Client) -> dict[str, Any]:
    """What the cookie says, but for the token that forms carry."""
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert signer is not None
    cookie = client.cookie(app.config["SESSION_COOKIE_NAME"])
    found = signer.loads(cookie) if cookie else {}
    return {key: value for key, value in found.items() if key != "csrf_token"}


class Looking:
    """Notes what has changed since it was made, though nobody did more than open pages."""

    def __init__(self, app: Flask, client: Client) -> None:
        self.app, self.client = app, client
        self.before, self.said = state(app), words_of(app, client)
        self.changed: list[str] = []

    def opened(self, url: str) -> None:
        """Asked after each page: what its answer left in the cookie."""
        if (said := words_of(self.app, self.client)) != self.said:
            self.changed.append(f"{url}: {said}")
            self.said = said

    def done(self) -> list[str]:
        after = state(self.app)
        return self.changed + [f"some page: {name}" for name in after if self.before[name] != after[name]]
