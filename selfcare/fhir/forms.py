"""Uploading a file with reports."""

import zlib
from base64 import b64decode, b64encode

from flask import current_app
from flask_babel import lazy_gettext

from selfcare.web.file_field import FileField
from selfcare.web.forms import Form, Hidden, Pick


class UploadForm(Form):
    team = Pick(lazy_gettext("For the people of"))
    file = FileField(lazy_gettext("File"))  # type: ignore[arg-type]  # its stubs know no lazy text
    message = Hidden()  # the file that was looked at, packed
    said = Hidden()  # what the page said would happen


def pack(data: bytes) -> str:
    return b64encode(zlib.compress(data, 6)).decode()


def unpack(packed: str) -> bytes | None:
    """The bytes of a file that was looked at; None where it is none, or longer than a message may be."""
    most: int = current_app.config["SETTINGS"].fhir_limit
    try:
        inflate = zlib.decompressobj()
        data = inflate.decompress(b64decode(packed, validate=True), most + 1)
    except (ValueError, zlib.error):
        return None
    return data if inflate.eof and len(data) <= most else None
