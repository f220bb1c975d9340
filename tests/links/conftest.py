"""What the tests of links begin with."""

import pytest
from flask import Flask

from selfcare.database import command
from selfcare.web.access import Area, Level
from tests import factories
from tests.links.world import World


@pytest.fixture
def world(app: Flask) -> World:
    with app.test_request_context(), command():
        rights = {**factories.CARER_RIGHTS, Area.SHARING: Level.ADD}
        return World(app, factories.household(rights))
