"""A town with a server that comes and goes."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from tests.phone.pocket import Town
from tests.phone.scene import scene as scene


@pytest.fixture
def town(app: Flask, database_url: str, tmp_path: Path) -> Iterator[Town]:
    made = Town(app, database_url, tmp_path)
    made.start()
    yield made
    made.stop()
