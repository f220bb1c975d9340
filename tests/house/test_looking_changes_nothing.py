"""Nothing is changed by looking: no address that answers GET leaves a row or a word in the cookie other than it was."""

from hashlib import sha256
from typing import Any

import pytest
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from sqlalchemy import select

from selfcare.audit.models import Trail
from selfcare.database import Base, command, session
from selfcare.web.access import Kind
from tests import factories
from tests.factories.record import fill
from tests.harness.client import Client
from tests.house.access_table import address, routes

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


@pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)
def test_no_page_that_is_only_opened_changes_anything(app: Flask, client: Client) -> None:
    """A link that changes something: prefetched, opened from a history or a chat, or by a page of somebody else."""
    with app.test_request_context(), command():
        house = factories.household()
        ids = fill(house)
        admin = factories.account(Kind.ADMINISTRATOR, "Ade").id
        people = [None, house.rosa.id, house.leon.id, house.amina.id, house.stranger.id, admin]
    client.strict = False
    changed, opened = [], 0
    for account in people:
        client.raw.delete_cookie(app.config["SESSION_COOKIE_NAME"], domain="localhost")
        if account is not None:
            client.sign_in(account)
        before, said = state(app), words_of(app, client)
        for _, rule, method in routes(app):
            if method != "GET":
                continue
            url = address(app, rule, ids)
            opened += client.get(url, follow=False).status == 200
            if words_of(app, client) != said:
                changed.append((account, url, words_of(app, client)))
                said = words_of(app, client)
        after = state(app)
        changed += [(account, "some page", name) for name in before if before[name] != after[name]]
    assert changed == []
    assert opened > 250
