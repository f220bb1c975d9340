"""Where things are, and the folder that all processes of one test run share."""

import fcntl
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
RUN_FOLDER = "SELFCARE_TEST_RUN"
PROGRAMS = Path(sys.executable).parent
PROOF = bool(os.environ.get("PROOF"))  # `make proof`: the long way round
MEMORY = Path("/dev/shm")  # a disk in memory: every save is fsynced, and tests save a great deal


def only_proof(*cases: Any) -> list[Any]:
    """Cases of a test that `make proof` alone asks; each a value, or a tuple of them."""
    return [
        pytest.param(*(case if isinstance(case, tuple) else (case,)), marks=pytest.mark.proof)
        for case in cases
    ]


def search_path() -> str:
    """Where programs are looked for: those of the environment first, as `make` does."""
    return f"{PROGRAMS}{os.pathsep}{os.environ.get('PATH', '')}"


def program(name: str) -> str:
    """The path of a program that the tests cannot do without."""
    found = shutil.which(name, path=search_path())
    if found is None:
        raise RuntimeError(f"{name} is not installed: `make test` brings what is needed")
    return found


def make_run_folder() -> Path:
    """Makes the folder of this run and tells every process started from here about it."""
    base = MEMORY if os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > 2_000_000_000 else None
    folder = Path(tempfile.mkdtemp(prefix="selfcare-tests-", dir=base))
    os.environ[RUN_FOLDER] = str(folder)
    return folder


def run_folder() -> Path:
    return Path(os.environ[RUN_FOLDER])


@contextmanager
def alone(name: str) -> Iterator[Path]:
    """Keeps the other workers out meanwhile. Gives the path of a marker: whoever finds it missing does the work."""
    with (run_folder() / f"{name}.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield run_folder() / f"{name}.done"
