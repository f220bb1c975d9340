"""A report as it was received, in plain values: what any reader of a message hands over to be filed.

Everything a laboratory said is text, word for word. The reader of a standard (`fhir`) makes these; filing matches them
to a person, keeps what waits as JSON (`to_json`), and knows the same again by `content_hash`.
"""

import json
from base64 import b64decode, b64encode
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from hashlib import sha256
from typing import Any

# Names of reports longer than this are kept as a digest: PostgreSQL's index rows have a limit.
KEY_LENGTH = 400

# How what a laboratory wrote as a value is kept. A day or time and what is true or false are kept as ISO 8601 and JSON
# have them, and put into words where they are read. GROUP: no value of its own, but other results stand in it.
NUMBER, TEXT, CODED, RANGE, RATIO, NONE = "number", "text", "coded", "range", "ratio", "none"
YES_NO, MOMENT, PERIOD, CLOCK, GROUP = "yes-no", "moment", "period", "clock", "group"


@dataclass(frozen=True)
class Coding:
    """One code as sent; each part may be empty."""

    system: str = ""
    code: str = ""
    display: str = ""
    text: str = ""


@dataclass(frozen=True)
class Identifier:
    """One identifier as sent."""

    system: str = ""
    value: str = ""


@dataclass(frozen=True)
class ReceivedTime:
    """When something was: an instant (aware), or a day where no time was sent. One of them is there at the most.

    until: the end, where it took a while; all there is, where nobody said when it began.
    """

    instant: datetime | None = None
    day: date | None = None
    until: "ReceivedTime | None" = None

    @property
    def known(self) -> "ReceivedTime":
        """The first of what was said: its beginning, else its end."""
        return self.until if self.until and self.instant is None and self.day is None else self


@dataclass(frozen=True)
class Whose:
    """Whom the message says the report is about.

    nhs_numbers: every NHS number of the patient, as sent, with whatever spaces; none twice.
    replaced: the patient is not active, linked as replaced by another (a merged record), or the number is marked old.
    families: family names as sent, the one in use first, then earlier ones (maiden, old, anonymous left out).
    born: the birth date as sent: "1962-03-27", or a part of it, or "".
    mixed: something in the report (a result, a specimen, a request) is said to be about somebody else.
    """

    nhs_numbers: tuple[str, ...] = ()
    replaced: bool = False
    families: tuple[str, ...] = ()
    given: str = ""
    born: str = ""
    died: bool = False
    mixed: bool = False


@dataclass(frozen=True)
class ReceivedResult:
    """One result, word for word. `within` is the place in `results` of the group it stands in, always an earlier one.

    value: as people read it, comparator included, such as "<0.5"; the unit stands apart.
    kind: one of those above.
    sample: what the specimen is and where from, without its condition and notes, to know the same test again.
    component: it is a part of the result it stands in, and means nothing without it.
    """

    name: str
    kind: str = NONE
    value: str = ""
    unit: str = ""
    range_text: str = ""
    flag: str = ""
    note: str = ""
    absent_reason: str = ""
    method: str = ""
    specimen: str = ""  # where it differs from the report's
    status: str = ""
    codes: tuple[Coding, ...] = ()
    taken: ReceivedTime | None = None  # where it differs from the report's
    within: int | None = None
    sample: str = ""
    component: bool = False


@dataclass(frozen=True)
class ReceivedFile:
    """A file that came with the report, byte for byte."""

    title: str
    content_type: str
    body: bytes


@dataclass(frozen=True)
class TakenBack:
    """A report that its sender takes back by its name alone: its identifier, or its address ("DiagnosticReport/7")."""

    identifier: Identifier | None = None
    address: str = ""
    place: str = ""


@dataclass(frozen=True)
class ReceivedReport:
    """One report, with all it said. `title` is the name people know; never a generic one when better is known.

    issuer: the laboratory's own identifier ("system|value"), else its name.
    addresses: where the report stands for its sender, and nothing else ever does (an absolute address, or where it
    was PUT). local_id: an id that may be used again for another ("DiagnosticReport/a").
    laboratory: its name, as sent.
    categories, codes: of the report and of what was asked for, as sent; the kind of test is guessed from them.
    status: FHIR R4 diagnostic-report-status.
    place: where in the message it stands, for answers, such as "Bundle.entry[3].resource".
    sample: as in its results.
    restricted: its laboratory labels it, or a part of it, or the message, as restricted or very restricted.
    """

    whose: Whose
    title: str
    laboratory: str
    status: str
    issuer: str = ""
    identifiers: tuple[Identifier, ...] = ()
    categories: tuple[Coding, ...] = ()
    codes: tuple[Coding, ...] = ()
    specimen: str = ""
    conclusion: str = ""
    note: str = ""
    taken: ReceivedTime | None = None
    issued: ReceivedTime | None = None
    results: tuple[ReceivedResult, ...] = ()
    files: tuple[ReceivedFile, ...] = ()
    place: str = ""
    addresses: tuple[str, ...] = ()
    local_id: str = ""
    sample: str = ""
    restricted: bool = False

    @cached_property
    def content_hash(self) -> str:
        """SHA-256 over all it says, and about whom; not over where it stood, in the message or for its sender."""
        said = to_json(self)
        for name in ("place", "addresses", "local_id"):
            del said[name]
        if not self.restricted:
            del said["restricted"]  # what was received before anybody asked this is the same still
        text = json.dumps(said, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
        return sha256(text.encode()).hexdigest()


def short(text: str) -> str:
    """A name to look something up by: itself, or a digest of it where it is long."""
    return text if len(text) <= KEY_LENGTH else f"sha256:{sha256(text.encode()).hexdigest()}"


def to_json(report: ReceivedReport) -> dict[str, Any]:
    """The whole report as JSON holds it; `from_json` makes it again."""
    plain: dict[str, Any] = _plain(asdict(report))
    return plain


def from_json(kept: dict[str, Any]) -> ReceivedReport:
    """The report that `to_json` was given."""
    whose = kept["whose"]
    return ReceivedReport(
        **kept
        | {
            "whose": Whose(
                **whose | {"nhs_numbers": tuple(whose["nhs_numbers"]), "families": tuple(whose["families"])}
            ),
            "identifiers": tuple(Identifier(**one) for one in kept["identifiers"]),
            "addresses": tuple(kept.get("addresses", ())),
            "categories": _codings(kept["categories"]),
            "codes": _codings(kept["codes"]),
            "taken": _time(kept["taken"]),
            "issued": _time(kept["issued"]),
            "results": tuple(
                ReceivedResult(**one | {"codes": _codings(one["codes"]), "taken": _time(one["taken"])})
                for one in kept["results"]
            ),
            "files": tuple(ReceivedFile(**one | {"body": b64decode(one["body"])}) for one in kept["files"]),
        }
    )


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, bytes):
        return b64encode(value).decode()
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.isoformat() if isinstance(value, date) else value


def _codings(kept: list[dict[str, str]]) -> tuple[Coding, ...]:
    return tuple(Coding(**one) for one in kept)


def _time(kept: dict[str, Any] | None) -> ReceivedTime | None:
    if kept is None:
        return None
    instant, day = kept["instant"], kept["day"]
    return ReceivedTime(
        datetime.fromisoformat(instant) if instant else None,
        date.fromisoformat(day) if day else None,
        _time(kept.get("until")),
    )
