"""A list of 20,000 services comes in without taking more memory the more there are. By `make proof`."""

import json
import subprocess
import sys
from itertools import cycle
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from selfcare.community.models import Service
from selfcare.database import session
from tests.community.lists import service
from tests.conftest import SECRET
from tests.harness.places import ROOT

pytestmark = pytest.mark.proof
FEW, MANY = 200, 20_000
MORE = 60_000  # KB that the many may take over the few
# What `flask` itself runs, and at its end how much memory there was at most (getrusage(2), in KB).
TOLD = (
    "import resource, sys; from flask.cli import main; sys.argv[0] = 'flask'\n"
    "try: main()\n"
    "finally: print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
)
WORDS = (
    "walking",
    "company",
    "swimming",
    "a hot meal",
    "help with forms",
    "music",
    "gardens",
    "a break from caring",
)


def _list(path: Path, number: int) -> Path:
    words = cycle(WORDS)
    with path.open("w") as file:
        file.write("[")
        for n in range(number):
            one = service(f"Service {n}", description=f"{next(words)} for everybody. " * 12)
            file.write(("," if n else "") + json.dumps(one))
        file.write("]")
    return path


def _imported(path: Path, database_url: str, folder: Path) -> tuple[str, int]:
    """What the command says, and the KB it took at most."""
    env = {"DATABASE_URL": database_url, "SELFCARE_DATA": str(folder), "SELFCARE_SECRET_KEY": SECRET}
    line = [sys.executable, "-c", TOLD, "--app", "app", "community", "import", str(path), "--name", path.stem]
    done = subprocess.run(line, cwd=ROOT, env=env, capture_output=True, text=True, check=False, timeout=900)
    assert done.returncode == 0, done.stdout + done.stderr
    said, _, most = done.stdout.rstrip().rpartition("\n")
    return said, int(most)


def test_twenty_thousand_services_come_in_within_the_memory_of_two_hundred(
    app: Flask, database_url: str, tmp_path: Path
) -> None:
    """Alone catches: a list that is held whole, and one of so many that is not told of."""
    tmp_path.chmod(0o700)
    (few, small), (many, large) = (
        _imported(_list(tmp_path / f"list-{number}.json", number), database_url, tmp_path)
        for number in (FEW, MANY)
    )
    assert f"{FEW} found: {FEW} added" in few
    assert f"{MANY} found: {MANY} added" in many
    with app.app_context():
        assert session().scalar(select(func.count()).select_from(Service)) == FEW + MANY
    assert large - small < MORE, f"{small:,} KB for {FEW}, {large:,} KB for {MANY:,}"
