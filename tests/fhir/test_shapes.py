"""The table of elements against the published definitions, as fhir.resources carries them."""

from typing import Any

import pytest
from fhir.resources.R4B import get_fhir_model_class

from selfcare.fhir.shapes import IN_ELEMENTS, IN_RESOURCES, MODIFIERS, PATTERNS, RESOURCES, SHAPES, Element

# R4 asks for these, and a report can be filed without them.
NOT_NEEDED = {("BundleRequest", "url"), ("PatientLink", "other"), ("ServiceRequest", "subject")}
# Our names for parts that have no type of their own there.
NAMES = {
    "ReferenceRange": "ObservationReferenceRange",
    "Component": "ObservationComponent",
    "Collection": "SpecimenCollection",
    "BundleRequest": "BundleEntryRequest",
}


def published(kind: str) -> dict[str, Any]:
    model = get_fhir_model_class(NAMES.get(kind, kind))
    fields = {field.alias or name: field for name, field in model.model_fields.items()}
    return {
        name: field for name, field in fields.items() if name[0] != "_" and name not in ("resource_type",)
    }


@pytest.mark.parametrize("kind", sorted(set(SHAPES) - {"NoteExtension"}))
def test_every_element_of_r4_is_known_and_no_other(kind: str) -> None:
    beside = (IN_RESOURCES if kind in RESOURCES else IN_ELEMENTS) | MODIFIERS
    assert set(SHAPES[kind]) == set(published(kind)) - beside


@pytest.mark.parametrize("kind", sorted(set(SHAPES) - {"NoteExtension", "BundleEntry"}))
def test_lists_choices_types_and_what_must_be_there_are_r4s(kind: str) -> None:
    for name, element in SHAPES[kind].items():
        if not element.kind:
            continue
        field = published(kind)[name]
        extra = field.json_schema_extra or {}
        assert element.many == ("List" in str(field.annotation)), name
        assert element.choice == (extra.get("one_of_many") or ""), name
        required = bool(extra.get("element_required")) or field.is_required()
        assert element.required == (required and not element.choice) or (kind, name) in NOT_NEEDED, name
        assert _same_type(element, str(field.annotation)), (name, str(field.annotation))


def _same_type(element: Element, annotation: str) -> bool:
    kind = NAMES.get(element.kind, element.kind)
    if kind not in PATTERNS:
        return f"{kind}Type" in annotation
    known = {"decimal": "Decimal", "integer": "int", "unsignedInt": "int", "boolean": "bool", "date": "date",
             "dateTime": "datetime", "instant": "datetime", "time": "time", "base64Binary": "bytes"}  # fmt: skip
    return known.get(kind, "str") in annotation or kind.capitalize() in annotation


def test_the_status_codes_are_r4s() -> None:
    for kind in ("DiagnosticReport", "Observation"):
        listed = published(kind)["status"].json_schema_extra["enum_values"]
        assert set(listed) - {"+"} <= (SHAPES[kind]["status"].codes or set())
