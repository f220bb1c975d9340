"""docs/running.md is what a team follows: what it says of backups and of keeping is so (tests/running has the rest)."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from selfcare.database import Database
from selfcare.upkeep.tidying import RULES
from tests.conftest import SECRET
from tests.harness.places import ROOT, search_path

RUNNING = (ROOT / "docs" / "running.md").read_text(encoding="utf-8")
SECTION = RUNNING.partition("## Backing up and restoring\n")[2].partition("\n## ")[0]


def test_it_says_how_long_everything_is_kept() -> None:
    kept = dict(
        re.findall(r"^\| ([\w -]+) \| (.+) \|$", RUNNING.partition("## What is let go of")[2], re.MULTILINE)
    )
    assert set(kept) - {"what"} == set(RULES)
    assert "90 days" in kept["sessions"]
    assert "90 days" in kept["deliveries"]
    assert "30 days" in kept["enrolment links"]


@pytest.mark.proof
def test_followed_line_by_line_it_leads_there_and_back(tmp_path: Path) -> None:
    """On a machine where nothing is but an old place and an empty one."""
    for name in ("selfcare", "elsewhere", "new"):
        (tmp_path / name).mkdir(mode=0o700)
    made = Database(f"sqlite:///{tmp_path / 'selfcare' / 'selfcare.db'}")
    made.close()
    (tmp_path / "selfcare" / "secret-key").write_text(SECRET)
    env = {
        name: value for name, value in os.environ.items() if not name.startswith(("SELFCARE_", "DATABASE_"))
    }
    env["PATH"] = search_path()

    def run(line: str) -> str:
        done = subprocess.run(
            ["bash", "-c", line.replace("/srv/", f"{tmp_path}/")],
            cwd=ROOT, env=env, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"{line}\n{done.stderr}"
        return done.stdout

    run("SELFCARE_DATA=/srv/selfcare flask --app app migrate")
    lines = SECTION.partition("```sh\n")[2].partition("```")[0].splitlines()
    said = [run(line) for line in lines]
    assert len(said) == 5
    assert "The last good backup was made just now" in said[1]
    assert "rows are back" in said[3]
    assert "The trail was never chained: 0 notes." in said[4]
