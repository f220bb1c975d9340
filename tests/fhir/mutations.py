"""Every element of a message taken, one at a time, and made into something else."""

from collections import Counter
from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

from lxml import etree

from tests.fhir.messages import Digits

FHIR = "http://hl7.org/fhir"
OTHER_VALUES: tuple[Any, ...] = ({}, [], {"a": 1}, ["x"], "x", "", Digits("7"), True, "\ud800")


def json_mutants(message: Any) -> Iterator[tuple[str, Any]]:
    """Each element of a message in JSON nulled, dropped, doubled, and of each other type; with what was done."""
    for path in list(_paths(message)):
        where = "/".join(map(str, path))
        yield f"{where} nulled", _with(message, path, lambda holder, key: _put(holder, key, None))
        yield f"{where} dropped", _with(message, path, lambda holder, key: holder.pop(key))
        yield f"{where} doubled", _with(message, path, _double)
        for other in OTHER_VALUES:
            yield f"{where} as {other!r}", _with(message, path, _putter(other))


def _paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in items:
        yield (*path, key)
        yield from _paths(one, (*path, key))


def _with(message: Any, path: tuple[Any, ...], change: Callable[[Any, Any], Any]) -> Any:
    """A copy with one thing changed. Only what is on the way is copied."""
    top = _shallow(message)
    holder = top
    for key in path[:-1]:
        holder[key] = _shallow(holder[key])
        holder = holder[key]
    change(holder, path[-1])
    return top


def _shallow(value: Any) -> Any:
    return dict(value) if isinstance(value, dict) else list(value)


def _put(holder: Any, key: Any, value: Any) -> None:
    holder[key] = value


def _putter(value: Any) -> Callable[[Any, Any], None]:
    return lambda holder, key: _put(holder, key, value)


def _double(holder: Any, key: Any) -> None:
    if isinstance(holder, list):
        holder.insert(key, holder[key])
    else:
        holder[key] = [holder[key], holder[key]]


def xml_mutants(source: bytes) -> Iterator[tuple[str, bytes]]:
    """Each element of a message in XML nulled, dropped, doubled, with children instead of a value, and other values.

    The first of every kind of place is changed in all these ways; of the many that are like it, each in one.
    """
    root = etree.fromstring(source, etree.XMLParser(remove_comments=True, remove_pis=True))
    met: Counter[str] = Counter()
    for element in list(root.iter()):
        holder = element.getparent()
        if holder is None or not element.tag.startswith(f"{{{FHIR}}}"):
            continue
        names = [etree.QName(one).localname for one in (element, *element.iterancestors())]
        kind = "/".join(reversed(names))
        changes: list[tuple[str, list[Any]]] = [
            ("dropped", []),
            ("doubled", [element, deepcopy(element)]),
            ("nulled", [etree.Element(element.tag)]),
            ("emptied", [_valued(element, "")]),
            ("with another value", [_valued(element, "x")]),
            ("with a number", [_valued(element, "7")]),
            ("with a child", [_with_child(element)]),
        ]
        if met[kind]:
            changes = [changes[met[kind] % len(changes)]]
        met[kind] += 1
        place = holder.index(element)
        for what, instead in changes:
            holder.remove(element)
            for offset, one in enumerate(instead):
                holder.insert(place + offset, one)
            yield f"{kind} {what}", etree.tostring(root)
            for one in instead:
                holder.remove(one)
            holder.insert(place, element)


def _valued(element: Any, value: str) -> Any:
    return etree.Element(element.tag, value=value)


def _with_child(element: Any) -> Any:
    made = etree.Element(element.tag)
    etree.SubElement(made, f"{{{FHIR}}}status", value="final")
    return made
