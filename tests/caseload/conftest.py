"""Who is on the list, and the nurse who reads it."""

import pytest
from flask import Flask

from tests.caseload.town import Town, build
from tests.harness.client import Client


@pytest.fixture
def town(app: Flask) -> Town:
    return build(app)


@pytest.fixture
def amina(town: Town, client: Client) -> Client:
    client.sign_in(town.amina.id)
    return client
