"""Other standards that laboratories send, so that a message in one of them is refused by its name."""

import re

_MARKS = (
    ("HL7 v2", re.compile(rb"(MSH|FHS|BHS)[|^~\\&#$]")),
    ("EDIFACT", re.compile(rb"UNA.{6}|UN[BG][+:]", re.DOTALL)),
    ("ASTM", re.compile(rb"H\|\\\^&")),
    ("CDA", re.compile(rb"<(\w+:)?ClinicalDocument[\s>]|^<[^!?][^>]*urn:hl7-org:v3")),
)


def named(data: bytes) -> str:
    """The standard a message is in, told by how it begins; empty where it is none of these."""
    start = data[:2000].lstrip(b"\xef\xbb\xbf \t\r\n\x0b\x02\x05")
    for name, mark in _MARKS:
        if mark.match(start) or (name == "CDA" and start.startswith(b"<") and mark.search(start)):
            return name
    return ""
