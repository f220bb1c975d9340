"""Holds what was sent against the shapes of R4, and makes of it clean values: no reader behind it has to doubt any.

A clean element is a dict with only what is read; a list is a list, however XML wrote it; a primitive is the text that
was sent. A choice stands under its plain name as (type, value): `{"value": ("Quantity", {…})}`.
"""

from typing import Any

from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString

from selfcare.fhir import shapes
from selfcare.fhir.body import never_in_text
from selfcare.fhir.json_body import Number
from selfcare.fhir.problems import Path, Problems, shown
from selfcare.fhir.references import plain, several
from selfcare.fhir.shapes import Element
from selfcare.fhir.xml_body import Text

# An element may stand so often in another; the lists of a bundle and of a report have bounds of their own.
MOST = 5_000
_LONG = frozenset({"entry", "result", "hasMember", "component"})
DATA_ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"


def checked(raw: Any, kind: str, path: Path, problems: Problems, *, xml: bool = False) -> dict[str, Any]:
    """The clean element of the type `kind`. What is wrong is added to `problems`, and left out.

    :param xml: it was sent as XML, which does not tell one from a list of one.
    """
    if type(raw) is not dict:
        problems.error(
            "structure",
            lazy_gettext("%(element)s must hold elements of its own.", element=path.element),
            path,
        )
        return {}
    is_resource = kind in shapes.RESOURCES
    beside = shapes.IN_RESOURCES if is_resource else shapes.IN_ELEMENTS
    shape = shapes.SHAPES[kind]
    clean: dict[str, Any] = {}
    anything = False
    for name, value in raw.items():
        if problems.full:
            break
        element = shape.get(name)
        if element is not None:
            anything = True
            if element.kind:
                _take(clean, raw, name, value, element, path, problems, xml)
        elif name in shapes.MODIFIERS:
            problems.error("extension", _modified(path), path.to(name))
        elif name in beside:
            anything = anything or name != "resourceType"
        elif name[:1] == "_" and (name[1:] in shape or name[1:] in beside):
            anything = True
            clean[name] = _absent(value)
        else:
            problems.error("structure", _unknown(path, name), path.to(shown(name)))
    if not anything:
        problems.error("structure", lazy_gettext("%(element)s is empty.", element=path.element), path)
    for name, element in shape.items():
        if element.required and name not in clean and (name not in raw or f"_{name}" in clean):
            words = lazy_gettext("%(element)s is missing.", element=path.to(name).element)
            problems.error("required", words, path.to(name))
    return clean


def _take(
    clean: dict[str, Any],
    raw: dict[str, Any],
    name: str,
    value: Any,
    element: Element,
    path: Path,
    problems: Problems,
    xml: bool,
) -> None:
    is_list = type(value) is list
    if is_list and not element.many:
        words = lazy_gettext("%(element)s can be there only once.", element=path.to(name).element)
        problems.error("structure", words, path.to(name))
        return
    if element.many and not is_list and not xml:
        words = lazy_gettext("%(element)s must be a list.", element=path.to(name).element)
        problems.error("structure", words, path.to(name))
        return
    items = value if is_list else (value,)
    if not items:
        problems.error(
            "structure", lazy_gettext("%(element)s is empty.", element=path.to(name).element), path
        )
        return
    if len(items) > MOST and name not in _LONG:
        words = lazy_gettext(
            "%(element)s is there more than %(limit)s times.", element=path.to(name).element, limit=MOST
        )
        problems.error("too-costly", words, path.to(name))
        return
    made: list[Any] = []
    for index, item in enumerate(items):
        if problems.full:
            break
        here = (path, name, index if element.many else None)
        if element.kind == "raw":
            made.append(item)
        elif element.kind in shapes.SHAPES:
            made.append(checked(item, element.kind, Path(*here), problems, xml=xml))
        elif item is None and element.many and isinstance(raw.get(f"_{name}"), list):
            continue  # a place that holds only an extension
        elif type(item) is dict and item.get("extension"):
            clean[f"_{name}"] = _absent(item)
        elif (text := _primitive(item, element, here, problems)) is not None:
            made.append(text)
    if element.many:
        clean[name] = made
    elif element.choice and made:
        if element.choice in clean:
            problems.error(
                "structure",
                lazy_gettext("%(element)s is there in two types.", element=path.to(element.choice).element),
                path.to(name),
            )
        clean[element.choice] = (element.kind, made[0])
    elif made:
        clean[name] = made[0]


def _primitive(
    item: Any, element: Element, where: tuple[Path, str, int | None], problems: Problems
) -> str | None:
    """The text as sent, or None with a problem."""
    kind = type(item)
    if kind is bool and element.kind == "boolean":
        return "true" if item else "false"
    wanted = Number if element.kind in shapes.NUMBERS else bool if element.kind == "boolean" else str
    if (
        (kind is Text or kind is wanted)
        and shapes.PATTERNS[element.kind].fullmatch(item)
        and not never_in_text(item)
        and (element.codes is None or item in element.codes)
    ):
        return str(item)
    problems.error(*_wrong(item, element, Path(*where)))
    return None


def _wrong(item: Any, element: Element, path: Path) -> tuple[str, LazyString, Path]:
    """What is wrong with a primitive: code, words, place."""
    name, kind = path.element, element.kind
    if item is None or item in ({}, ""):
        return "structure", lazy_gettext("%(element)s is empty.", element=name), path
    wanted = Number if kind in shapes.NUMBERS else bool if kind == "boolean" else str
    if not isinstance(item, str) or (type(item) is not Text and type(item) is not wanted):
        if kind in shapes.NUMBERS:
            words = lazy_gettext("%(element)s must be a number, without quotes.", element=name)
        elif kind == "boolean":
            words = lazy_gettext("%(element)s must be true or false, without quotes.", element=name)
        else:
            words = lazy_gettext("%(element)s must be text.", element=name)
        return "structure", words, path
    if never_in_text(item):
        words = lazy_gettext("%(element)s holds a control character or half a character.", element=name)
    elif kind in shapes.NUMBERS:
        words = lazy_gettext(
            "%(element)s is “%(value)s”, which is not a number as FHIR writes it.",
            element=name,
            value=shown(item),
        )
    elif kind in ("date", "dateTime", "instant", "time"):
        words = lazy_gettext(
            "%(element)s is “%(value)s”, which is not a date or time as FHIR writes it: 2026-03-09, or with a time"
            " and its zone, 2026-03-09T08:40:00+00:00.",
            element=name,
            value=shown(item),
        )
    elif element.codes is not None:
        words = lazy_gettext(
            "%(element)s is “%(value)s”. R4 knows: %(codes)s.",
            element=name,
            value=shown(item),
            codes=", ".join(sorted(element.codes)),
        )
        return "code-invalid", words, path
    else:
        words = lazy_gettext(
            "%(element)s is “%(value)s”, which is not allowed there.", element=name, value=shown(item)
        )
    return "value", words, path


def _absent(holder: Any) -> str:
    """The code that says, in an extension, why an element has no value; empty where nothing does."""
    for extension in several(holder, "extension"):
        if plain(extension, "url") == DATA_ABSENT:
            code = plain(extension, "valueCode")
            return "" if never_in_text(code) else code
    return ""


def _modified(path: Path) -> LazyString:
    return lazy_gettext(
        "%(element)s has an extension or rule that changes its meaning, and that is not understood here.",
        element=path.element,
    )


def _unknown(path: Path, name: str) -> LazyString:
    return lazy_gettext(
        "FHIR R4 has no %(element)s. It cannot be left out without knowing what it means.",
        element=path.to(shown(name)).element,
    )
