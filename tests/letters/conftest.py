"""What the tests of letters begin with."""

from typing import Any

import pytest
from flask import Flask

from selfcare.database import command
from tests import factories
from tests.letters.world import World
from tests.phone.scene import scene as scene


@pytest.fixture
def world(app: Flask, new_client: Any) -> World:
    with app.test_request_context(), command():
        home = factories.household()
    found = World(app, home, f"/people/{home.person.id}/letters/", *(new_client() for _ in range(3)))
    for who in ("rosa", "leon", "amina"):
        getattr(found, who).sign_in(getattr(home, who).id)
    return found
