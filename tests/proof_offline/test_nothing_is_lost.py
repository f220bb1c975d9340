"""Nothing is lost and nothing happens twice, whatever the line and the server do.

`make test` runs few entries; `make proof-offline` runs all: OFFLINE_SEEDS seeds of OFFLINE_ENTRIES entries each.
"""

import os
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser

from tests.harness.proofs import Record, figure
from tests.proof_offline.kinds import KINDS
from tests.proof_offline.storm import storm

SEEDS = int(os.environ.get("OFFLINE_SEEDS", "1"))
ENTRIES = int(os.environ.get("OFFLINE_ENTRIES", "40"))


@pytest.mark.parametrize("seed", range(SEEDS))
def test_every_entry_is_kept_once_in_order_and_at_its_time(
    app: Flask,
    database_url: str,
    chromium: Browser,
    tmp_path: Path,
    seed: int,
    record_property: Record,
) -> None:
    run = storm(app, database_url, chromium, tmp_path, seed, ENTRIES)
    record_property("table", run.table())
    faults = run.faults()
    figure(record_property, "offline", f"seed {seed}: {ENTRIES} entries", f"{len(faults)} faults")
    assert not faults, "\n".join(faults)


@pytest.mark.proof
def test_without_the_memory_for_forms_it_fails(
    app: Flask, database_url: str, chromium: Browser, tmp_path: Path, record_property: Record
) -> None:
    rows = [kind for kind in KINDS if kind.makes and not kind.fresh]
    run = storm(app, database_url, chromium, tmp_path, 1, 10, "tests.proof_offline.without_ids:app", rows)
    faults = run.faults()
    figure(record_property, "offline", f"control: {len(faults)} faults")
    assert any(" times: " in fault for fault in faults)
