"""A file to choose in a form."""

from flask import request
from wtforms import Field


class FileField(Field):
    """Drawn by the page itself; its bytes are in `request.files`."""

    kind = "file"
    optional = False


def uploaded(name: str = "file") -> tuple[str, bytes] | None:
    """What the file is called, and its bytes; None where none was chosen."""
    file = request.files.get(name)
    if file is None or not file.filename:
        return None
    with file.stream:
        return file.filename, file.read()
