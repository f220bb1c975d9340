"""FHIR JSON into plain dicts and lists, with every number as the digits that were sent."""

import json
from typing import Any

from flask_babel import lazy_gettext

from selfcare.fhir.problems import Unreadable, shown

# No element of FHIR has so many.
MOST_NAMES = 1_000


class Number(str):
    """A JSON number, as it was written: 4.10 stays 4.10, and nothing is ever a float."""

    __slots__ = ()


def read_json(text: str, depth: int) -> Any:
    """The document. Objects are dicts, numbers `Number`, the rest as Python has it.

    :param depth: how deep objects and lists may stand in each other.
    :raises Unreadable: not JSON (RFC 8259), a name twice in one object, or too deep.
    """
    try:
        document = json.loads(
            text,
            object_pairs_hook=_once,
            parse_float=Number,
            parse_int=Number,
            parse_constant=_no_number,
        )
    except json.JSONDecodeError as fault:
        words = lazy_gettext(
            "This is not valid JSON: something is wrong at line %(line)s, column %(column)s.",
            line=fault.lineno,
            column=fault.colno,
        )
        raise Unreadable("structure", words) from None
    except RecursionError:
        raise too_deep(depth) from None
    if not _within(document, depth):
        raise too_deep(depth)
    return document


def too_deep(depth: int) -> Unreadable:
    return Unreadable(
        "too-costly",
        lazy_gettext("Elements stand in each other more than %(depth)s levels deep.", depth=depth),
    )


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose names are all different: of two with one name, one would be lost without a word."""
    if len(pairs) > MOST_NAMES:
        words = lazy_gettext(
            "A JSON object has more than %(limit)s names. FHIR has none so long.", limit=MOST_NAMES
        )
        raise Unreadable("too-costly", words)
    made = dict(pairs)
    if len(made) != len(pairs):
        seen: set[str] = set()
        double = next(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
        raise Unreadable(
            "structure",
            lazy_gettext("The name “%(name)s” stands twice in one JSON object.", name=shown(double)),
        )
    return made


def _no_number(constant: str) -> Any:
    raise Unreadable("structure", lazy_gettext("%(value)s is not a number that JSON knows.", value=constant))


def _within(value: Any, depth: int) -> bool:
    """Whether objects and lists stand in each other no more than `depth` deep."""
    inside = value.values() if type(value) is dict else value if type(value) is list else None
    if inside is None:
        return True
    if depth == 0:
        return False
    return all(_within(item, depth - 1) for item in inside if type(item) is dict or type(item) is list)
