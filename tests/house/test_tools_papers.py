"""The papers for whoever adopts the app say what is so: drawings from the code, schedule, hazards, parts, ASVS."""

import json
import re
from pathlib import Path

from babel.messages.pofile import read_po
from sqlalchemy import Column, ForeignKey, Integer, MetaData, Table

from tests.harness.places import ROOT
from tools import asvs, hazard_log, papers, retention, sbom, translation_sheet

PERSON = {"class": "identity", "what": "who they are", "kept": "record"}
ENTRY = {"class": "health", "what": "what they wrote", "kept": "record"}


def test_what_the_documents_say_of_the_code_is_so() -> None:
    """Alone catches: a door, a table, a line outwards, a limit or an event that came after the drawing."""
    assert list(papers.faults(ROOT)) == []


def test_every_requirement_of_asvs_stands_with_its_proof() -> None:
    """Alone catches: a row that names what was moved or renamed, and a table that says something else than its rows."""
    assert list(asvs.faults(ROOT)) == []
    assert (ROOT / asvs.FOLDER / "asvs.md").read_text() == asvs.written(ROOT)


def test_a_row_that_is_empty_or_names_what_is_not_there_is_told(tmp_path: Path) -> None:
    folder = tmp_path / asvs.FOLDER
    folder.mkdir(parents=True)
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_it.py").write_text("def test_so(): ...\n")
    (tmp_path / "it.py").write_text("IT, THAT = 1, 2\ndef done(): ...\n")
    (tmp_path / "pyproject.toml").write_text('[tool.ruff.lint]\nselect = ["S"]\nignore = ["S603"]\n')
    (folder / "asvs-numbers.txt").write_text("level 1\n1.1.1 1.1.2 1.1.3\nlevel 2\n1.1.4 1.1.5 1.1.6\n")
    (folder / "asvs.toml").write_text("""[V1]
name = "One"
"1.1.1" = { asks = "a", met = "b", code = ["it.py::done", "it.py::THAT"], tests = ["test_it.py::test_so", "ruff:S608"] }
"1.1.2" = { asks = "a", met = "b", code = ["it.py::gone"], tests = ["test_it.py::test_gone", "ruff:S603"] }
"1.1.3" = { asks = "a", met = "b", code = ["it.py"], tests = [] }
"1.1.4" = { asks = "a", deviation = " " }
"1.1.5" = { asks = "a", deviation = "b", not_applicable = "c" }
"1.1.9" = { asks = "a", not_applicable = "b" }
""")
    assert list(asvs.faults(tmp_path)) == [
        "1.1.6 has no row",
        "1.1.9 is no requirement of level 1 or 2",
        "1.1.2: there is no it.py::gone",
        "1.1.2: there is no test test_it.py::test_gone",
        "1.1.2: ruff does not check S603",
        "1.1.3: is met by nothing, or held by no test",
        "1.1.4: takes `asks` and one of met, not_applicable, deviation, none of them empty",
        "1.1.5: takes `asks` and one of met, not_applicable, deviation, none of them empty",
    ]


def test_every_table_has_its_row_in_the_schedule() -> None:
    """Alone catches: a new table of which nobody said how long it is kept, or that stays longer than is said."""
    tables = MetaData()
    person = Table("person", tables, Column("id", Integer, primary_key=True))
    Table("entry", tables, Column("id", Integer, primary_key=True), Column("who", ForeignKey(person.c.id)))
    Table("token", tables, Column("id", Integer, primary_key=True))
    known = {"person": PERSON | {"also": "mistakes"}, "entry": ENTRY, "gone": ENTRY}
    assert list(retention.faults(known, tables, {"tokens": "token", "mistakes": "person"})) == [
        "docs/adopt/retention.toml: the table token has no line",
        "docs/adopt/retention.toml: there is no table gone",
        "docs/adopt/retention.toml: entry is said to go with the record, and would stay",
        "docs/adopt/retention.toml: tokens is tidied, and no line says so",
    ]
    own = retention.metadata()
    assert list(retention.faults(retention.lines(ROOT), own, retention.let_go())) == []
    assert {"entry", "entry_version", "right", "report_file"} <= retention.gone_with("person", own)


def test_a_hazard_without_a_test_is_told(tmp_path: Path) -> None:
    folder = tmp_path / hazard_log.FOLDER
    folder.mkdir(parents=True)
    says = (
        "# {n}. It\n\n**Cause.** A.\n**Harm.** B.\n\n**Control.** C.\n\n**Proof.** {proof}\n\n"
        "**Proposed.** Before the control: {rated}. With it: minor, very low.\n"
    )
    for number, proof in ((1, "`tests/none.py`."), (2, "None.")):
        (folder / f"{number}.md").write_text(says.format(n=number, proof=proof, rated="major, high"))
    assert list(hazard_log.faults(tmp_path)) == [
        "docs/safety/hazards: hazard 1 names tests/none.py, and no test is there",
        "docs/safety/hazards: hazard 2 is held by no test",
    ]
    (folder / "1.md").write_text(says.format(n=1, proof="None.", rated="dreadful, high"))
    assert list(hazard_log.faults(tmp_path)) == ["docs/safety/hazards: dreadful, high: not of the scale"]
    assert [hazard_log.risk(*pair) for pair in (("minor", "low"), ("catastrophic", "very high"))] == [1, 5]


def test_every_part_of_the_locks_is_in_the_list() -> None:
    """Alone catches: a part that is pinned, and that whoever looks for holes never hears of."""
    listed = sbom.listed(ROOT)
    assert list(sbom.faults(listed)) == []
    assert listed == sbom.listed(ROOT)  # the same locks, the same list
    there = {(part["name"], part["version"]): part["scope"] for part in listed["components"]}
    lock = re.findall(
        r"^([\w.-]+)(?:\[[\w,-]+\])?==([^\s;]+)", (ROOT / "requirements.txt").read_text(), re.MULTILINE
    )
    node = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    assert len(lock) > 30
    for name, version in lock:
        assert there[re.sub(r"[-_.]+", "-", name).lower(), version] == "required"
    for path, part in node.items():
        if path:
            wanted = "excluded" if part.get("dev") else "required"
            assert there[path.rpartition("node_modules/")[2], part["version"]] == wanted


def test_blanks_are_listed_with_their_place(tmp_path: Path) -> None:
    (tmp_path / "docs/adopt").mkdir(parents=True)
    (tmp_path / "docs/safety").mkdir()
    (tmp_path / "docs/safety/security.md").write_text("All said.\n")
    (tmp_path / "docs/adopt/one.md").write_text("It is\n[____: the name], on [____: the day].\n")
    assert list(papers.blanks(tmp_path)) == ["docs/adopt/one.md:2: the name", "docs/adopt/one.md:2: the day"]


def test_the_card_names_what_stands_on_the_pages() -> None:
    """Alone catches: a button on the printed card that is called something else by now."""
    with (ROOT / "translations" / "messages.pot").open("rb") as file:
        texts = {one.id for one in read_po(file) if isinstance(one.id, str)}
    rows = re.findall(
        r"^\| [^|]+ \| ([A-Z][^|]+) \|$", (ROOT / "docs/adopt/card-for-people.md").read_text(), re.MULTILINE
    )
    pressed = {name for row in rows for name in row.split(", then ") if name != "Press"}
    assert len(rows) > 5
    assert pressed - texts == {"a tile"}


def test_every_document_a_paper_leads_to_is_there() -> None:
    for path in (ROOT / "docs").glob("*/*.md"):
        links = re.findall(r"\]\(((?!https?:|mailto:|#)[^)#]+)", path.read_text(encoding="utf-8"))
        assert [link for link in links if not (path.parent / link).exists()] == [], path.name


def test_the_sheet_of_a_language_begins_with_the_safety_texts() -> None:
    """Alone catches: a safety text among three thousand others, and one that is said to have been read."""
    rows = list(translation_sheet.rows(ROOT, "ur"))
    safety = [row[0] for row in rows]
    assert safety == sorted(safety, reverse=True)
    assert "yes" in safety
    with (ROOT / "translations/ur/LC_MESSAGES/messages.po").open("rb") as file:
        unread = sum("Not yet checked by a person." in one.user_comments for one in read_po(file) if one.id)
    assert sum(not row[1] for row in rows) == unread
