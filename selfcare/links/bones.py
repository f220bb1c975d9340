"""What is kept of a summary that went into a link: no word of it, only ids, and what is needed to ask about them.

With them the app knows when something in it was taken back or marked *only me* since. The file itself it cannot read.
"""

from typing import Any
from uuid import UUID

_PLAIN = ("total", "first", "last", "kind")


def bones(body: dict[str, Any]) -> dict[str, Any]:
    """The same shape with ids, counts, kinds and the period's days alone, and which sections there are; beside a
    question, whether it is about something.
    """
    kept = _of(body)
    kept["visit"] = kept.get("visit")
    kept["sections"] = list(body["sections"])
    return kept


def _of(value: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, one in value.items():
        if isinstance(one, dict):
            found[name] = _of(one)
        elif isinstance(one, list):
            found[name] = [_of(each) for each in one if isinstance(each, dict)]
        elif name in _PLAIN or one is None or _is_id(one):
            found[name] = one
        elif name == "about":
            found[name] = bool(one)
    return found


def _is_id(value: object) -> bool:
    try:
        return isinstance(value, str) and str(UUID(value)) == value
    except ValueError:
        return False
