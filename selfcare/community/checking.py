"""Holds what a list says of a service against its schema: what fits is kept, what does not is named in plain words.

The schema is `open_referral.schema.json`. Without a name or an id a service is refused; any other field that does not
fit is left out, and the service is listed without it.
"""

import json
from dataclasses import dataclass, field
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from selfcare.community import plain

SCHEMA = Path(__file__).with_name("open_referral.schema.json")
_DEEPEST = 40  # of one in another: more is nobody's list
_MOST_FAULTS = 200  # of one service
MOST_ROWS = 100  # of any list within one service
_LONGEST_KEY = 200

# What is said of a value, by the rule it broke.
_KINDS = {"string": "text", "number": "a number", "array": "a list", "object": "a set of fields"}
_WHY = {
    "enum": "is not one of the words the standard has",
    "minimum": "is too small",
    "maximum": "is too large",
    "maxLength": "is too long",
}
# By the field, where the rule alone would say too little.
_WHY_FIELD = {
    "latitude": "is not on earth",
    "longitude": "is not on earth",
    "email": "is not an e-mail address",
    "url": "is not a web address",
    "website": "is not a web address",
    "schedule_link": "is not a web address",
    "number": "is not a telephone number",
    "assured_date": "is not a day",
    "opens_at": "is not a time",
    "closes_at": "is not a time",
    "minimum_age": "is not an age",
    "maximum_age": "is not an age",
}


class NotListed(ValueError):
    """A service that is refused. `key` and `name` as far as they are known; the text says why, in plain words."""

    def __init__(self, why: str, key: str = "", name: str = "") -> None:
        super().__init__(why)
        self.key, self.name = key, name


@dataclass
class Checked:
    """A service that fits: its id as it came, its name, all that can be used of it, and what was left out and why."""

    key: str
    name: str
    told: dict[str, Any]
    gaps: list[str] = field(default_factory=list)


@cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))


def check(item: Any) -> Checked:
    """Look at one service. :raises NotListed: it has no name, no id, or is none."""
    if not isinstance(item, dict):
        raise NotListed("is not a service, but a bare value")
    gaps: list[str] = []
    key, name = _key(item.get("id")), plain.line(item["name"]) if isinstance(item.get("name"), str) else ""
    if _is_deep(item, _DEEPEST):
        raise NotListed("is nested deeper than any list needs", key, name)
    told: dict[str, Any] = _told(item, gaps, "") or {}
    if not key:
        raise NotListed("has an id that cannot be one" if "id" in told else "has no id", "", name)
    if not name:
        raise NotListed("has a name that is no text" if "name" in told else "has no name", key, "")
    told |= {"id": key, "name": name}
    faults = list(islice(_validator().iter_errors(told), _MOST_FAULTS + 1))
    if len(faults) > _MOST_FAULTS:
        raise NotListed(f"has more than {_MOST_FAULTS} faults", key, name)
    for fault in faults:
        path = list(fault.absolute_path)
        gaps.append(f"{_place(path)} {_why(fault, path)}")
        _take_out(told, path)
    return Checked(key, name, told, list(dict.fromkeys(gaps)))


def _key(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    key = str(value).strip()
    # What a database cannot keep as it came is no id: it would be another one.
    return key if len(key) <= _LONGEST_KEY and key == plain.without_marks(key) else ""


def _is_deep(value: Any, left: int) -> bool:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return left < 0 or any(_is_deep(each, left - 1) for each in inner if isinstance(each, dict | list))


def _told(value: Any, gaps: list[str], at: str) -> Any:
    """A value without what says nothing (null, empty), and its lists not longer than anybody reads."""
    if isinstance(value, dict):
        found = {name: _told(each, gaps, name) for name, each in value.items()}
        return {name: each for name, each in found.items() if each is not None} or None
    if isinstance(value, list):
        if len(value) > MOST_ROWS:
            gaps.append(f"{at}: only the first {MOST_ROWS} are kept")
        rows = [_told(each, gaps, at) for each in value[:MOST_ROWS]]
        return [row for row in rows if row is not None] or None
    return None if isinstance(value, str) and not value.strip() else value


def _place(path: list[Any]) -> str:
    return ".".join(str(part) for part in path if isinstance(part, str)) or "it"


def _why(fault: ValidationError, path: list[Any]) -> str:
    name = next((part for part in reversed(path) if isinstance(part, str)), "")
    if fault.validator == "type":
        return f"is not {_KINDS.get(str(fault.validator_value), 'text')}"
    return _WHY_FIELD.get(name) or _WHY.get(str(fault.validator), "does not fit")


def _take_out(told: Any, path: list[Any]) -> None:
    """Take a value out; a row of a list becomes an empty one, so that those after it keep their place."""
    for part in path[:-1]:
        told = told[part]
    if isinstance(told, list):
        told[path[-1]] = {}
    else:
        told.pop(path[-1], None)
