"""Fixtures of the tests of filing."""

from collections.abc import Callable

import pytest
from flask import Flask

from tests.filing.clinic import Clinic
from tests.filing.clinic import make as make_clinic
from tests.harness.client import Client
from tests.results.world import World, make


@pytest.fixture
def world(app: Flask) -> World:
    return make(app)


@pytest.fixture
def as_(world: World, new_client: Callable[..., Client]) -> Callable[[str], Client]:
    """A browser in which rosa, amina, leon or the stranger is signed in."""

    def signed_in(who: str, **options: object) -> Client:
        client = new_client(**options)
        client.sign_in(getattr(world.home, who).id)
        return client

    return signed_in


@pytest.fixture
def clinic(app: Flask) -> Clinic:
    return make_clinic(app)
