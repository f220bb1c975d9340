"""What looks over the files and the floors can say no."""

import json
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

from tests.harness.places import ROOT, program
from tools.check_tree import MOST_LINES, faults, html_validate_faults, tracked

REGISTRY = "python" + "hosted.org"


def found(folder: Path, name: str, text: str) -> list[str]:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text)
    return list(faults(folder, [name]))


def test_the_files_of_this_project_are_looked_at() -> None:
    names = tracked(ROOT)
    assert {"selfcare/factory.py", "Makefile", "tests/conftest.py"} <= set(names)
    assert not any(name.startswith((".venv/", "node_modules/")) for name in names)


def test_the_rules_for_html_can_be_used() -> None:
    assert list(html_validate_faults(ROOT)) == []


@pytest.mark.parametrize("name", ["selfcare/a.py", "templates/a/b.html", "static/css/a.scss", "tests/x/y.py"])
def test_a_file_that_is_too_long_is_caught(tmp_path: Path, name: str) -> None:
    assert found(tmp_path, name, "\n" * MOST_LINES) == []
    assert "split it" in found(tmp_path, name, "\n" * (MOST_LINES + 1))[0]


def test_an_address_of_a_registry_is_caught(tmp_path: Path) -> None:
    assert "registry" in found(tmp_path, "docs/a.md", f"see https://files.{REGISTRY}/a")[0]
    hashed = f"flask==3 \\\n    --hash=sha256:{'0' * 64}\n"
    assert found(tmp_path, "requirements.txt", hashed) == []
    assert found(tmp_path, "requirements.txt", "--find-links wheels\n" + hashed)
    assert found(tmp_path, "requirements.txt", hashed + "babel==2\n") == [
        "requirements.txt: no hash for babel==2"
    ]


def test_an_npm_lock_without_hashes_or_with_addresses_is_caught(tmp_path: Path) -> None:
    def lock(**entry: str) -> str:
        return json.dumps({"packages": {"": {}, "node_modules/a": entry}})

    assert found(tmp_path, "package-lock.json", lock(integrity="sha512-x")) == []
    assert found(tmp_path, "package-lock.json", lock(integrity="sha512-x", resolved="x"))
    assert found(tmp_path, "package-lock.json", lock())


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """The rooms of the house with nothing in them, under the project's own contracts."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    floors = next(contract for contract in contracts if contract["id"] == "floors")["layers"]
    for name in (
        " ".join(floors).replace("(", "").replace(")", "").replace("|", " ").replace(":", " ").split()
    ):
        room = tmp_path / "selfcare" / name
        room.mkdir(parents=True)
        for file in ("__init__", "models", "actions", "views"):
            (room / f"{file}.py").write_text('"""Empty."""\n')
    (tmp_path / "selfcare" / "__init__.py").write_text('"""A house."""\n')
    return tmp_path


def lint(house: Path) -> str:
    done = subprocess.run(
        [program("lint-imports"), "--no-cache"], cwd=house, capture_output=True, text=True, timeout=60
    )
    return "" if done.returncode == 0 else done.stdout + done.stderr


def test_an_empty_house_stands(house: Path) -> None:
    assert lint(house) == ""


@pytest.mark.parametrize(
    ("file", "line", "contract"),
    [
        ("people/models.py", "from selfcare.diary import models", "point down"),
        ("diary/views.py", "from selfcare.goals import actions", "point down"),
        ("web/models.py", "from selfcare.factory import views", "point down"),
        ("audit/models.py", "import selfcare.accounts", "point down"),
        ("diary/models.py", "from selfcare.diary import actions", "Inside a room"),
    ],
)
def test_an_import_that_points_up_or_aside_is_caught(
    house: Path, file: str, line: str, contract: str
) -> None:
    (house / "selfcare" / file).write_text(line + "\n")
    said = lint(house)
    assert f"{contract}" in said
    assert "BROKEN" in said


def test_a_room_without_a_floor_is_caught(house: Path) -> None:
    room = house / "selfcare" / "helpers"
    room.mkdir()
    (room / "__init__.py").write_text("")
    assert "helpers" in lint(house)


def test_a_circle_inside_a_room_is_caught(house: Path) -> None:
    (house / "selfcare" / "diary" / "chart.py").write_text("from selfcare.diary import points\n")
    (house / "selfcare" / "diary" / "points.py").write_text("from selfcare.diary import chart\n")
    assert "circles" in lint(house)
