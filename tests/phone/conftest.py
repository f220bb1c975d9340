"""A town with a server that comes and goes."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from tests.harness.server import Server
from tests.phone.pocket import Town
from tests.phone.scene import scene as scene


@pytest.fixture
def town(app: Flask, live_server: Server, tmp_path: Path) -> Iterator[Town]:
    made = Town(app, live_server, tmp_path)
    made.start()
    yield made
    made.stop()
