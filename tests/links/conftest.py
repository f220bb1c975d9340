"""What the tests of links begin with."""

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser

from selfcare.database import command
from selfcare.web.access import Area, Level
from tests import factories
from tests.harness.browser import DEVICES
from tests.harness.server import Server
from tests.links.reader import Reader
from tests.links.world import World


@pytest.fixture
def world(app: Flask) -> World:
    with app.test_request_context(), command():
        rights = {**factories.CARER_RIGHTS, Area.SHARING: Level.ADD}
        return World(app, factories.household(rights))


@pytest.fixture
def reader(windowless: Browser, live_server: Server) -> Iterator[Reader]:
    """Without an account, and not watched for other hosts: those are what is asked here."""
    context = windowless.new_context(
        base_url=live_server.url, locale="en-GB", timezone_id="Europe/London", **DEVICES["phone"]
    )
    context.set_default_timeout(30_000)
    faults: list[str] = []
    context.on("weberror", lambda fault: faults.append(str(fault.error)))
    yield Reader(context.new_page())
    context.close()
    assert not faults
