"""The calendar file, read back the way RFC 5545 says."""

import re
from datetime import UTC, datetime
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from selfcare.appointments import ics

UID = UUID("5d0f6c4e-0000-4000-8000-000000000001")


def parsed(text: str) -> dict[str, str]:
    """Unfolds and unescapes, refusing what the standard refuses."""
    raw = text.encode("utf-8")
    assert raw.endswith(b"\r\n")
    physical = raw.split(b"\r\n")[:-1]
    assert all(len(line) <= 75 for line in physical), "a line is longer than 75 octets"
    assert not any(b"\n" in line or b"\r" in line for line in physical)
    for line in physical:
        line.decode("utf-8")  # a character is never cut in two
    lines = re.sub(r"\r\n[ \t]", "", text).split("\r\n")[:-1]
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-1] == "END:VCALENDAR"
    found = {}
    for line in lines:
        name, colon, value = line.partition(":")
        assert colon, f"no colon in {line!r}"
        assert re.fullmatch(r"[A-Z-]+", name)
        if name in ("SUMMARY", "LOCATION"):
            assert not re.search(r"(?<!\\)(?:\\\\)*[;,]", value), "an unescaped separator"
            value = re.sub(r"\\(.)", lambda m: "\n" if m[1] in "nN" else m[1], value)
        if name not in ("BEGIN", "END"):
            assert name not in found, f"{name} stands twice"
            found[name] = value
    return found


def made(summary: str = "Phone call with Amina", **more: str) -> str:
    starts = datetime(2026, 3, 12, 10, 30, tzinfo=UTC)
    return ics.calendar(uid=UID, starts=starts, minutes=45, summary=summary, made_at=starts, **more)  # type: ignore[arg-type]


def test_a_visit_says_when_in_utc() -> None:
    found = parsed(made())
    assert (found["DTSTART"], found["DTEND"]) == ("20260312T103000Z", "20260312T111500Z")
    assert found["UID"] == str(UID)
    assert found["VERSION"] == "2.0"
    assert found["SUMMARY"] == "Phone call with Amina"
    assert found["DTSTAMP"].endswith("Z")
    assert "LOCATION" not in found


def test_separators_and_lines_are_escaped() -> None:
    text = "Clinic 3, second floor; ask\r\nfor \\Amina"
    assert parsed(made(location=text))["LOCATION"] == text.replace("\r\n", "\n")


def test_nothing_typed_can_add_a_line_of_its_own() -> None:
    nasty = "x\r\nATTENDEE:mailto:evil@example.org\r\nEND:VEVENT"
    found = parsed(made(nasty, location=nasty, link="https://example.org/a\r\nATTENDEE:b"))
    assert "ATTENDEE" not in found
    assert found["URL"] == "https://example.org/aATTENDEE:b"


def test_long_words_of_every_script_are_folded_between_characters() -> None:
    for text in ("آمنہ کے ساتھ ملاقات " * 12, "👩🏽‍⚕️" * 40, "x" * 400):
        assert parsed(made(text))["SUMMARY"] == text


@given(st.text(max_size=300))
def test_any_text_comes_back_but_for_what_cannot_stand_in_a_calendar(text: str) -> None:
    text = "".join(c for c in text if not 0xD800 <= ord(c) <= 0xDFFF)
    found = parsed(made(text))["SUMMARY"]
    kept = re.sub(r"\r\n?|[\u2028\u2029\x85\x0b\x0c]", "\n", text)
    assert found == "".join(c for c in kept if c in "\n\t" or not (ord(c) < 32 or 0x7F <= ord(c) <= 0x9F))
