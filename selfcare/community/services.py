"""Which things of a document are services, told by their shape. Pure."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

# What the things are called that are no services, in what is said of a reading.
ORGANISATION, TERM, TAXONOMY, ABOUT = "organisation", "term", "taxonomy", "page about the list"
_OF_SERVICES = (
    "status",
    "organization",
    "organization_id",
    "service_at_locations",
    "schedules",
    "cost_options",
)


def services(item: Any, beside: Counter[str]) -> Iterator[Any]:
    """The services in one thing: itself, that of a place, those of an organisation.

    What is no service is counted in `beside`. What nobody can tell is taken for one: it is refused with the reason.
    """
    if not isinstance(item, dict):
        yield item
    elif isinstance(item.get("service"), dict) and "name" not in item:
        yield _at_a_place(item)
    elif isinstance(item.get("services"), list):
        body = {name: value for name, value in item.items() if name != "services"}
        beside[ORGANISATION] += 1
        for row in item["services"]:
            yield (
                row | {"organization": body} if isinstance(row, dict) and not row.get("organization") else row
            )
    elif any(name in item for name in _OF_SERVICES):
        yield item
    elif kind := _other(item):
        beside[kind] += 1
    else:
        yield item


def _at_a_place(item: dict[str, Any]) -> dict[str, Any]:
    place = {name: value for name, value in item.items() if name != "service"}
    service: dict[str, Any] = item["service"]
    there = service.get("service_at_locations")
    if there is not None and not isinstance(there, list):
        return service
    return service | {"service_at_locations": [*(there or ()), place]}


def _other(item: dict[str, Any]) -> str:
    if "version" in item and "name" not in item:
        return ABOUT
    if "taxonomy_terms" in item or ("version" in item and "uri" in item):
        return TAXONOMY
    if any(name in item for name in ("taxonomy", "term", "term_uri", "taxonomy_id", "parent_id")):
        return TERM
    if any(
        name in item
        for name in ("organization_identifiers", "legal_status", "logo", "parent_organization_id", "website")
    ):
        return ORGANISATION
    return ""


def is_summary(item: Any) -> bool:
    """Whether a list gives a service without its rows: then its own page has more."""
    rows = (
        "schedules",
        "service_at_locations",
        "attributes",
        "contacts",
        "languages",
        "cost_options",
        "phones",
    )
    return isinstance(item, dict) and not any(name in item for name in rows)
