"""The floors are drawn from the rules that hold, and a name that nothing uses is found."""

from pathlib import Path

from tools import floors
from tools.unused import unused

RULES = """
[[tool.importlinter.contracts]]
id = "floors"
layers = ["roof", "goals | caseload", "a : config"]

[tool.vulture]
exclude = []
ignore_decorators = ["@room.get"]
ignore_names = ["known_to_a_library"]
"""
ROOMS = {
    "roof": "What is above.",
    "goals": "Goals: what matters. Of a person.",
    "caseload": "Their\nlist.",
    "a": "FHIR in.",
    "config": "",
}


def a_project(root: Path, **files: str) -> Path:
    (root / "pyproject.toml").write_text(RULES)
    (root / "selfcare").mkdir()
    for name, text in files.items():
        (root / "selfcare" / f"{name}.py").write_text(text)
    (root / "templates").mkdir()
    return root


def test_each_room_stands_on_its_floor_with_what_it_says_of_itself(tmp_path: Path) -> None:
    drawn = floors.drawing(a_project(tmp_path, **{name: f'"""{said}"""' for name, said in ROOMS.items()}))
    assert drawn.splitlines() == [
        "```text",
        "  roof                 what is above",
        "  goals                what matters",
        "├ caseload             their list",
        "── 5 ───────────────",
        "  a                    FHIR in",
        "  config",
        "── 1 ───────────────",
        "```",
    ]


def test_what_nothing_says_is_unused(tmp_path: Path) -> None:
    """Would fail where a template's word, a library's name or a mark no longer counted as a use, or all did."""
    root = a_project(
        tmp_path,
        views="""
@room.get("/")
def seen(): ...
def called(): ...
def drawn(): ...
def known_to_a_library(): ...
def dead(): ...
called()
""",
    )
    (root / "templates" / "page.html").write_text("{% if drawn and not False %}{% endif %}")
    assert list(unused(root, ["selfcare"])) == ["selfcare/views.py:7: function dead is used nowhere"]
