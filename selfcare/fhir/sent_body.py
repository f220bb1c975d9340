"""The body of a sender's request: as long as is taken, unpacked where it came packed, or refused by its kind."""

import zlib

from flask import request
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge, UnsupportedMediaType

from selfcare.fhir.body import JSON_TYPES, XML_TYPES
from selfcare.fhir.limits import Limits
from selfcare.fhir.other_standards import named

# The header of gzip, and nothing that stands around it.
_GZIP = 16 + zlib.MAX_WBITS


def sent_body(limits: Limits) -> bytes:
    """The message. :raises UnsupportedMediaType: of a kind that is not read, unless it can be refused by its name."""
    request.max_content_length = limits.body
    data = request.get_data(cache=False)
    packed = request.headers.get("Content-Encoding", "identity").strip().lower()
    if packed in ("gzip", "x-gzip"):
        data = _unpacked(data, limits.body)
    elif packed != "identity":
        raise UnsupportedMediaType
    if request.mimetype not in JSON_TYPES | XML_TYPES and not named(data):
        raise UnsupportedMediaType
    return data


def _unpacked(data: bytes, most: int) -> bytes:
    inflate = zlib.decompressobj(_GZIP)
    try:
        unpacked = inflate.decompress(data, most + 1)
    except zlib.error:
        raise BadRequest from None
    if len(unpacked) > most:
        raise RequestEntityTooLarge
    if not inflate.eof:
        raise BadRequest
    return unpacked
