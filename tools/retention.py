"""The retention schedule: every table has its line in `docs/adopt/retention.toml`, tied to what the app lets go of."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

from sqlalchemy import MetaData

from selfcare import migrations
from selfcare.database import Base
from selfcare.upkeep.tidying import RULES
from tools.from_code import table

FILE = "docs/adopt/retention.toml"
CLASSES = ("health", "identity", "access", "work", "technical")
KEPT = {
    "record": "as long as the record",
    "account": "as long as the account",
    "team": "as long as the team is there",
    "always": "for good",
}
Row = Mapping[str, str]


def lines(root: Path) -> dict[str, Row]:
    return tomllib.loads((root / FILE).read_text(encoding="utf-8"))


def metadata() -> MetaData:
    """All tables of the app."""
    migrations.models()
    return Base.metadata


def faults(known: Mapping[str, Row], tables: MetaData, let_go: Mapping[str, str]) -> Iterator[str]:
    """What does not agree, a line each.

    :param known: the schedule. :param let_go: what is tidied, by its name: the table.
    """
    there = {name for name in tables.tables if not _is_version(name, tables)}
    yield from (f"{FILE}: the table {name} has no line" for name in sorted(there - known.keys()))
    yield from (f"{FILE}: there is no table {name}" for name in sorted(known.keys() - there))
    with_record = gone_with("person", tables)
    for name, row in known.items():
        tidied = row["kept"].removeprefix("tidy:")
        if row["class"] not in CLASSES or not row["what"].strip():
            yield f"{FILE}: {name} has no class or is not told"
        if tidied == row["kept"]:
            if tidied not in KEPT:
                yield f"{FILE}: {name} is kept nobody knows how long"
        elif let_go.get(tidied) != name:
            yield f"{FILE}: {name} is not tidied as {tidied}"
        if row["class"] == "health" and row["kept"] == "record" and name in there - with_record:
            yield f"{FILE}: {name} is said to go with the record, and would stay"
    told = {(what, name) for name, row in known.items() for what in _tidied(row)}
    yield from (f"{FILE}: {what} is tidied, and no line says so" for what, _ in sorted(let_go.items() - told))


def _tidied(row: Row) -> list[str]:
    """What is tidied of a table: all its rows, or some that go sooner than the others."""
    all_of_it = [row["kept"].removeprefix("tidy:")] if row["kept"].startswith("tidy:") else []
    return all_of_it + [what for what in row.get("also", "").split(", ") if what]


def let_go() -> dict[str, str]:
    """What the app tidies, and of which table."""
    return {what: str(rule.table.__table__.name) for what, rule in RULES.items()}  # type: ignore[attr-defined]


def _is_version(name: str, tables: MetaData) -> bool:
    """Whether it holds earlier versions of another table's rows."""
    return name.endswith("_version") and "item_id" in tables.tables[name].columns


def gone_with(whose: str, tables: MetaData) -> set[str]:
    """The tables whose rows the database deletes along with those of `whose`."""
    gone = {whose}
    for one in tables.sorted_tables:
        if any(key.ondelete == "CASCADE" and key.column.table.name in gone for key in one.foreign_keys):
            gone.add(one.name)
    return gone - {whose}


def schedule(root: Path) -> str:
    """The table of the schedule."""
    known, tables, said = lines(root), metadata(), _in_running(root)
    with_person, with_account = gone_with("person", tables), gone_with("account", tables)
    rows = []
    for name, row in sorted(known.items(), key=lambda pair: (CLASSES.index(pair[1]["class"]), pair[0])):
        kept = [KEPT[row["kept"]]] if row["kept"] in KEPT else []
        kept += [f"{what}: {said[what]} (`tidy`)" for what in _tidied(row)]
        goes = [whose for whose, gone in (("person", with_person), ("account", with_account)) if name in gone]
        versions = f"{name}_version" in tables.tables and _is_version(f"{name}_version", tables)
        shown = f"`{name}`" + (" and its versions" if versions else "")
        rows.append((row["class"], shown, row["what"], "; ".join(kept), " or ".join(goes)))
    return table(("class", "table", "what", "kept", "deleted with the"), rows)


def _in_running(root: Path) -> dict[str, str]:
    """How long what is tidied is kept, in the words of docs/running.md, which `tests/upkeep/test_docs.py` holds."""
    text = (root / "docs/running.md").read_text(encoding="utf-8").partition("## What is let go of")[2]
    lines = re.findall(r"^\| ([^|]+?) \| ([^|]+?) \|$", text, re.MULTILINE)
    return {what: kept for whats, kept in lines for what in whats.split(", ")}
