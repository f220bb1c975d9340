"""What the page that opens any link reads of resources that no narrative tells, in a real browser."""

import json
import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.factories.links import seal, shlink
from tests.links.reader import HOST, KEY, Reader, document, section

pytestmark = pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)


def test_what_makes_it_less_or_other_stands_with_it(reader: Reader) -> None:
    """Alone catches: a value without its range, flag, parts or the reason why there is none; a condition that was taken
    back, a medicine that is not to be given, and a document that its writer took back, as if they stood; a resource
    without an address that is taken for the patient, and left out; the time of another clock."""

    def quantity(value: float, unit: str, **more: Any) -> dict[str, Any]:
        return {"value": value, "unit": unit, **more}

    low, high = quantity(3.5, "mmol/L"), quantity(5.3, "mmol/L")
    pressure = [{"code": {"text": "Upper"}, "valueQuantity": quantity(136, "mmHg")},
                {"code": {"text": "Lower"}, "dataAbsentReason": {"text": "not heard"}}]  # fmt: skip
    error = {"coding": [{"code": "entered-in-error"}]}
    aspirin = [{"resourceType": "Medication", "id": "m", "code": {"text": "Aspirin"}}]
    resources = [
        {"resourceType": "Observation", "code": {"text": "Potassium"}, "valueQuantity": quantity(6.9, "mmol/L"),
         "interpretation": [{"text": "Critically high"}], "referenceRange": [{"low": low, "high": high}]},
        {"resourceType": "Observation", "code": {"text": "Pressure"}, "component": pressure},
        {"resourceType": "Observation", "code": {"text": "Cells"}, "valueRange": {"high": quantity(5, "/field")}},
        {"resourceType": "Observation", "code": {"text": "Growth"}, "valueBoolean": False},
        {"resourceType": "Condition", "code": {"text": "Asthma"}, "verificationStatus": error},
        {"resourceType": "MedicationRequest", "doNotPerform": True, "status": "active", "contained": aspirin,
         "medicationReference": {"reference": "#m"}},
    ]  # fmt: skip
    bundle = {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [{"resource": one} for one in resources],
    }
    taken_back = document(section("<p>Old</p>"), status="entered-in-error", date="2026-11-02T23:30:00+05:30")
    page = reader.page
    reader.serves(seal(json.dumps(bundle).encode(), KEY))
    reader.open(shlink(HOST + "/x", KEY, flag="U"))
    expect(page.locator("#shown li")).to_have_text(
        [
            "Potassium: 6.9 mmol/L Critically high (3.5 mmol/L–5.3 mmol/L)",
            "Pressure, Upper: 136 mmHg, Lower: not heard",
            "Cells: ≤ 5 /field",
            "Growth: false",
            "Asthma, entered-in-error",
            "Aspirin, do not perform, active",
        ]
    )
    page.context.unroute(re.compile("^https://"))
    reader.serves(seal(json.dumps(taken_back).encode(), KEY))
    reader.open(shlink(HOST + "/x", KEY, flag="U"))
    expect(page.locator("#shown")).to_contain_text("Whoever wrote this took it back: it was a mistake")
    expect(page.locator("#shown")).to_contain_text(re.compile("2 November 2026.* 23:30"))
