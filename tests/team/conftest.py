"""A team, and a browser of who runs its pages."""

import pytest
from flask import Flask

from tests.harness.client import Client
from tests.team.scenes import Desk, desk


@pytest.fixture
def here(app: Flask) -> Desk:
    return desk(app)


@pytest.fixture
def ola(client: Client, here: Desk) -> Client:
    client.sign_in(here.ola)
    return client
