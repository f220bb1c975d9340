"""Please get in touch, as the person, those who help, and the team meet it."""

from collections.abc import Callable

import pytest
from flask import Flask

from tests.harness.client import Client
from tests.requests.world import NUMBER, World, make

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)


@pytest.fixture
def world(app: Flask, new_client: Callable[..., Client]) -> World:
    return make(app, new_client)


def test_from_asking_to_having_talked(world: World) -> None:
    page = world.rosa.get(world.base)
    assert page.h1 == "Please get in touch"
    words = page.html.main.text
    assert words.index("Nobody reads this straight away.") < words.index("What is it about?")
    assert "Call 999" in page
    assert "Amina, or a colleague, gets in touch by" in page
    assert page.form("ask").value("how") == "phone"
    page = world.asks(good_time="afternoons")
    assert page.h1 == "You asked us to get in touch"
    assert "You asked. You can close this." in page
    assert "My new tablets" in page
    assert "By phone, in the afternoon" in page
    assert NUMBER in page
    assert "Nobody has read it yet" in page
