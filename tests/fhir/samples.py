"""The public examples, read where they stand: the folder that SELFCARE_SAMPLES names."""

import os
from pathlib import Path

import pytest

from tests.fhir.messages import twin_of

PLACE = os.environ.get("SELFCARE_SAMPLES")
needs_samples = pytest.mark.skipif(not PLACE, reason="SELFCARE_SAMPLES names no folder with public examples")


def files() -> list[Path]:
    """Every example of pathology. A folder that is named and holds none is a fault, not a reason to skip."""
    found = sorted(
        path for path in Path(PLACE or ".", "pathology").glob("*") if path.suffix in (".xml", ".json")
    )
    if PLACE and not found:
        raise LookupError(f"There is no example in {PLACE}/pathology")
    return found if PLACE else []


def as_xml_source(file: Path) -> bytes:
    """The example as XML, for the second way of reading, which knows only that."""
    return file.read_bytes() if file.suffix == ".xml" else twin_of(file.read_bytes())
