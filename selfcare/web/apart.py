"""A program of its own for what bytes or words of strangers could make go wrong: little memory and time, no secrets.

The program is a file of ours that reads its standard input and writes its standard output, and sets its own limits
(`resource`) before it looks at anything.
"""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path


class TooLong(Exception):
    """It did not end in time, by the clock; it was stopped."""


def run(
    program: str, given: bytes, patience: int, arguments: Sequence[str] = (), **environment: str
) -> tuple[int, bytes]:
    """Run a program to its end.

    :param program: the path of its file. :param patience: seconds by the clock.
    :returns: how it ended (below zero: by a signal), and what it wrote. :raises TooLong: it did not end.
    """
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(Path(program)), *arguments],
            input=given,
            capture_output=True,
            timeout=patience,
            cwd="/",
            env={"PATH": os.defpath, "MALLOC_ARENA_MAX": "1", **environment},  # none of the app's secrets
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise TooLong from None
    return done.returncode, done.stdout
