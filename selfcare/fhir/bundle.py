"""Bundle: the envelope, taken apart into resources. What is wrong with the envelope is wrong with all of it."""

import re
from typing import Any

from flask_babel import lazy_gettext

from selfcare.fhir.body import other_version
from selfcare.fhir.check import checked
from selfcare.fhir.limits import Limits
from selfcare.fhir.other_versions import by_marks
from selfcare.fhir.problems import Path, Problems, Unreadable, shown
from selfcare.fhir.references import Item, Shelf, plain, searched
from selfcare.filing.received_report import Identifier, TakenBack

_TYPE = re.compile("[A-Z][A-Za-z]{1,63}")
TAKEN = ("message", "transaction", "batch", "collection", "document")
_PLACE = re.compile("(DiagnosticReport/[A-Za-z0-9.-]{1,64})(/_history/[A-Za-z0-9.-]+)?")


class BadEnvelope(Exception):
    """The envelope has these problems."""

    def __init__(self, problems: Problems) -> None:
        super().__init__(len(problems.found))
        self.problems = problems


def shelf_of(root: dict[str, Any], limits: Limits, *, xml: bool, put_to: str = "") -> Shelf:
    """All resources of a message: the entries of a Bundle, or the one resource it is.

    :raises Unreadable: another version of FHIR, a type of resource or bundle that is not taken, too many entries.
    :raises BadEnvelope: the bundle itself is not as R4 has it.
    """
    kind = root["resourceType"]
    _refuse_versions(root, Path(None, shown(kind), resource=shown(kind)))
    if kind == "DiagnosticReport":
        return Shelf([Item(root, Path(None, kind, resource=kind), put_to=put_to)], xml=xml)
    if kind != "Bundle" or put_to:
        raise Unreadable(
            "not-supported",
            lazy_gettext(
                "The message is a resource of the type %(type)s. A Bundle or a DiagnosticReport is read here.",
                type=shown(kind),
            ),
            Path(None, shown(kind), resource=shown(kind)),
        )
    path = Path(None, "Bundle", resource="Bundle")
    _refuse_size(root, limits, path)
    problems = Problems()
    clean = checked(root, "Bundle", path, problems, xml=xml)
    bundle_type = clean.get("type")
    if bundle_type is not None and bundle_type not in TAKEN:
        raise Unreadable(
            "not-supported",
            lazy_gettext(
                "The Bundle is of the type %(type)s. Those of the type message, transaction, batch, collection or"
                " document are read here.",
                type=bundle_type,
            ),
            path.to("type"),
        )
    items, taken_back = [], []
    for index, entry in enumerate(clean.get("entry", [])):
        found = _entry(entry, path.to("entry", index), problems)
        if isinstance(found, TakenBack):
            taken_back.append(found)
        elif found is not None:
            items.append(found)
    if problems.refuses:
        raise BadEnvelope(problems)
    for item in items:
        _refuse_versions(item.raw, item.path)
    return Shelf(items, xml=xml, taken_back=tuple(taken_back), whole=bundle_type == "transaction")


def _entry(entry: dict[str, Any], path: Path, problems: Problems) -> Item | TakenBack | None:
    request = entry.get("request", {})
    method = request.get("method", "POST")
    if method == "DELETE":
        return taken_back_by(request.get("url", ""), path.to("request").to("url"), problems)
    if method not in ("POST", "PUT"):
        words = lazy_gettext(
            "The entry asks to %(method)s. Only what is sent with POST or PUT, or taken back with DELETE, is taken.",
            method=method,
        )
        problems.error("not-supported", words, path.to("request").to("method"))
    if "resource" not in entry:
        words = lazy_gettext("%(element)s is missing.", element=path.to("resource").element)
        problems.error("required", words, path.to("resource"))
        return None
    put_to = _PLACE.fullmatch(request.get("url", "")) if method == "PUT" else None
    raw = entry["resource"]
    kind = plain(raw, "resourceType")
    here = Path(path, "resource", resource=shown(kind or "resource"))
    if not _TYPE.fullmatch(kind):
        words = lazy_gettext("The entry’s resource does not say of which type it is.")
        problems.error("structure", words, here)
        return None
    if kind == "Bundle":
        problems.error("not-supported", lazy_gettext("A Bundle inside a Bundle is not read here."), here)
        return None
    return Item(raw, here, entry.get("fullUrl", ""), put_to=put_to[1] if put_to else "")


def taken_back_by(url: str, path: Path, problems: Problems) -> TakenBack | None:
    """What a DELETE takes back: one report, named by its identifier or its address."""
    search = searched(url)
    if search and search[0] == "DiagnosticReport":
        return TakenBack(Identifier(search[1].strip(), search[2].strip()), place=path.place)
    if place := _PLACE.fullmatch(url):
        return TakenBack(address=place[1], place=path.place)
    words = lazy_gettext(
        "“%(url)s” names no report. Take one back with DELETE and DiagnosticReport?identifier=<system>|<value>, or"
        " send it again with the status entered-in-error.",
        url=shown(url),
    )
    problems.error("not-supported", words, path)
    return None


def _refuse_size(root: dict[str, Any], limits: Limits, path: Path) -> None:
    entries = root.get("entry")
    if isinstance(entries, list) and len(entries) > limits.entries:
        raise Unreadable(
            "too-long",
            lazy_gettext(
                "The Bundle has more than %(limit)s entries, the most that are taken.", limit=limits.entries
            ),
            path.to("entry"),
        )


def _refuse_versions(raw: dict[str, Any], path: Path) -> None:
    if marks := by_marks(raw):
        version, name = marks
        here = path.to(name) if name else path
        raise other_version(version, here.element, here)
