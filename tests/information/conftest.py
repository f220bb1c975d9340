"""Fixtures of the tests of good information."""

from collections.abc import Callable

import pytest
from flask import Flask

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
