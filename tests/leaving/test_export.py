"""The copy of everything: asked for, made, fetched, gone; whole, and nobody else's."""

import csv
import json
from io import StringIO
from typing import Any

import jsonschema
import pytest
from fhir.resources.R4B.bundle import Bundle
from sqlalchemy import select

from selfcare.database import session
from selfcare.leaving import record_json
from selfcare.leaving.models import Export
from tests.factories.record import CANARY
from tests.leaving.conftest import Home

one_engine = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)


def document(home: Home) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(home.fetch().read("record.json"))
    return found


def test_it_is_asked_for_made_and_fetched(home: Home) -> None:
    page = home.rosa.get(home.base + "export/").form("ask").submit()
    assert "Your copy is being made" in page
    with home.app.app_context():
        first = session().scalars(select(Export.id)).one()
    again = home.rosa.post(home.base + "export/", {"csrf_token": page.html.find("input", {"name": "csrf_token"})["value"]})  # fmt: skip # type: ignore[index]
    assert "Your copy is being made" in again
    with home.app.app_context():
        assert session().scalars(select(Export.id)).one() == first, "asked twice is asked once"
    home.make()
    assert "Your copy is ready" in home.rosa.get(home.base + "export/")
    assert "The copy of your record is ready" in home.rosa.get("/inbox/")
    archive = home.fetch()
    assert archive.testzip() is None
    found = json.loads(archive.read("record.json"))
    validator = jsonschema.Draft202012Validator(
        json.loads(record_json.SCHEMA.read_text()), format_checker=jsonschema.FormatChecker()
    )
    faults = [f"{list(fault.absolute_path)} {fault.message[:200]}" for fault in validator.iter_errors(found)]
    assert not faults, faults[:5]
    Bundle.model_validate_json(archive.read("fhir-bundle.json"))
    for room in found["rooms"].values():
        for table, rows in room.items():
            (name,) = [one for one in archive.namelist() if one.endswith(f"/{table}.csv")]
            lines = list(csv.reader(StringIO(archive.read(name).decode("utf-8-sig"))))
            assert len(lines) == len(rows) + 1, table
    assert any(name.startswith("files/") and name.endswith(".pdf") for name in archive.namelist())
    assert CANARY in json.dumps(found), "what only she sees is in her own copy"
    whole = b"".join(path.read_bytes() for path in home.data.rglob("*") if path.is_file())
    assert CANARY.encode() not in whole and whole[:2] != b"PK", "what lies on the disk nobody reads"
    assert {path.stat().st_mode & 0o777 for path in (home.data / "exports").iterdir()} == {0o600}
