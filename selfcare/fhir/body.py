"""The bytes of a message into one tree, or a clear refusal."""

import re
from typing import Any

from flask_babel import lazy_gettext

from selfcare.fhir import other_versions
from selfcare.fhir.json_body import read_json
from selfcare.fhir.limits import MEGABYTE, Limits
from selfcare.fhir.other_standards import named
from selfcare.fhir.problems import Path, Unreadable, shown
from selfcare.fhir.references import plain
from selfcare.fhir.xml_body import read_xml

JSON_TYPES = frozenset({"application/fhir+json", "application/json", "text/json", "application/json+fhir"})
XML_TYPES = frozenset({"application/fhir+xml", "application/xml", "text/xml", "application/xml+fhir"})
# Says nothing of what is inside: the first character does.
OPEN_TYPES = frozenset({"", "application/octet-stream", "text/plain", "binary/octet-stream"})
_UTF8 = frozenset({"utf-8", "utf8", "us-ascii"})
# Line ends, tabs and everything from the space on, whole characters only (FHIR R4, string).
_NEVER = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def tree(data: bytes, content_type: str | None, limits: Limits) -> tuple[dict[str, Any], bool]:
    """The one resource that the message is, and whether it was sent as XML.

    :param content_type: as the sender gave it, with parameters; None or a general one where only the content tells.
    :raises Unreadable: whatever keeps the message as a whole from being read.
    """
    if len(data) > limits.body:
        raise Unreadable(
            "too-long",
            lazy_gettext(
                "The message is larger than %(limit)s MB, the most that is taken.",
                limit=format(limits.body / MEGABYTE, ".3g"),
            ),
        )
    if other := named(data):
        words = lazy_gettext(
            "This is %(standard)s. Only FHIR R4 is read here, as application/fhir+json or application/fhir+xml.",
            standard=other,
        )
        raise Unreadable("not-supported", words)
    says = _said(content_type or "")
    text = _decoded(data)
    start = text.lstrip(" \t\r\n")[:1]
    if not start:
        raise Unreadable("structure", lazy_gettext("The message is empty."))
    is_xml = start == "<"
    if (says == "json" and is_xml) or (says == "xml" and not is_xml):
        raise Unreadable(
            "structure",
            lazy_gettext(
                "The message is not what its content type says: %(type)s.", type=shown(content_type)
            ),
        )
    root = read_xml(text.encode(), limits.depth) if is_xml else read_json(text, limits.depth)
    if not isinstance(root, dict):
        raise Unreadable(
            "structure", lazy_gettext("The message must be one FHIR resource, not a list or a single value.")
        )
    if not plain(root, "resourceType"):
        raise Unreadable(
            "structure", lazy_gettext("The message must be a FHIR resource. It does not say of which type.")
        )
    return root, is_xml


def never_in_text(text: str) -> bool:
    """Whether it holds a character that no text of FHIR can: NUL, other control characters, half a character."""
    return _NEVER.search(text) is not None


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        words = lazy_gettext("FHIR is sent as UTF-8; byte %(place)s is not.", place=fault.start + 1)
        raise Unreadable("structure", words) from None


def _said(content_type: str) -> str:
    kind, *parameters = [part.strip() for part in content_type.lower().split(";")]
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        value = value.strip().strip('"')
        if name.strip() == "charset" and value not in _UTF8:
            raise Unreadable(
                "not-supported", lazy_gettext("FHIR is sent as UTF-8; this says %(name)s.", name=shown(value))
            )
        if name.strip() == "fhirversion" and (version := other_versions.by_number(value)) != "":
            raise other_version(version or value)
    if kind in JSON_TYPES:
        return "json"
    if kind in XML_TYPES:
        return "xml"
    if kind in OPEN_TYPES:
        return ""
    raise Unreadable(
        "not-supported",
        lazy_gettext(
            "%(type)s is not read here. Send application/fhir+json or application/fhir+xml.", type=shown(kind)
        ),
    )


def other_version(version: str, element: str = "", path: Path | None = None) -> Unreadable:
    """The refusal of a message in another version, by its name."""
    if element:
        words = lazy_gettext(
            "This is FHIR %(version)s (%(element)s says so). Only FHIR R4 (4.0.1) is read here.",
            version=shown(version),
            element=element,
        )
    else:
        words = lazy_gettext(
            "This is FHIR %(version)s. Only FHIR R4 (4.0.1) is read here.", version=shown(version)
        )
    return Unreadable("not-supported", words, path)
