"""The app as the servers serve it that tests share: with templates that any worker has compiled before."""

import os
from pathlib import Path

from jinja2 import FileSystemBytecodeCache

from app import app as app

_folder = Path(os.environ["SELFCARE_TEST_RUN"]) / "templates"
_folder.mkdir(exist_ok=True)
app.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(_folder))
