"""What the tests of help near by begin with."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from tests.community import lists
from tests.community.world import World
from tests.harness.client import Client


@pytest.fixture
def imports(app: Flask, tmp_path: Path) -> lists.Import:
    """Runs `community import` on a list: `imports([service("Tea")], "--end-them")`. A text is the file as it stands."""

    def run(body: Any, *options: str, name: str = "list") -> Any:
        path = body if isinstance(body, Path) else lists.write(tmp_path / f"{name}.json", body)
        done = app.test_cli_runner().invoke(args=["community", "import", str(path), "--name", name, *options])
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return done

    return run


@pytest.fixture
def world(app: Flask, new_client: Callable[..., Client]) -> World:
    return World(app, new_client)
