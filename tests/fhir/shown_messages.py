"""Messages of our own making whose results say all that a result can say, in every place a result can stand."""

from typing import Any

from tests.fhir.messages import Digits, Node, bundle, code, observation, quantity

LIMITS: Node = {"referenceRange": [{"low": quantity("3.5"), "high": quantity("5.3")}]}
OWN_TIME = "2026-03-05T11:20:00+00:00"


def _full(name: str, value: str, **more: Any) -> Node:
    """A result that says everything."""
    return observation(
        name,
        valueQuantity=quantity(value, comparator=">"),
        interpretation=[{"text": f"{name} critically high"}],
        note=[{"text": f"{name} was telephoned.\nRepeat it."}],
        method={"text": f"{name} by electrode"},
        effectiveDateTime=OWN_TIME,
        **LIMITS,
        **more,
    )


def _part(name: str, value: str, **more: Any) -> Node:
    return {"code": {"text": name}, "valueQuantity": quantity(value, "%"), **more}


def _members(*names: str) -> list[Node]:
    return [{"reference": f"urn:uuid:{name}"} for name in names]


def _sample(**more: Any) -> Node:
    return {
        "resourceType": "Specimen",
        "type": {"text": "Capillary blood"},
        "subject": {"reference": "urn:uuid:patient"},
        "collection": {
            "collectedDateTime": "2026-03-06T09:10:00+00:00",
            "fastingStatusCodeableConcept": {"text": "Fasted overnight"},
        },
    } | more


HEADING = bundle(
    _full(
        "Potassium", "6.9", component=[_part("Haemolysis index", "0.4", interpretation=[{"text": "Slight"}])]
    ),
    _full("Sodium", "139"),
)

# First, a small panel, third; a member that says everything, one with a part, one without a value.
PANELS = bundle(
    observation("Panel", hasMember=_members("r1", "r2", "r5", "r6"), note=[{"text": "Of the whole panel."}]),
    _full("First test", "1.5"),
    observation("Second, a small panel", hasMember=_members("r3", "r4")),
    _full("Second test", "2.5", component=[_part("Second part", "7.25")]),
    observation("Second, without", dataAbsentReason={"text": "Sample clotted"}, **LIMITS),
    observation("Third test", valueString="Scanty growth\nof two kinds", **LIMITS),
    observation("Inner panel", hasMember=_members("r7")),
    _full("Deepest test", "3.25"),
    observation("Last of all", valueQuantity=quantity("88", "g/L")),
)

STATUSES = bundle(
    *(
        _full(f"Test {status}", f"{number}.75", status=status)
        for number, status in enumerate(
            (
                "final",
                "preliminary",
                "registered",
                "amended",
                "corrected",
                "cancelled",
                "entered-in-error",
                "unknown",
            ),
            401,
        )
    ),
    observation(
        "Troponin T",
        status="entered-in-error",
        valueQuantity=quantity("412", "ng/L"),
        component=[_part("Hours after pain", "3.3")],
    ),
)

VALUES = bundle(
    observation("Pregnancy test", valueBoolean=True),
    observation("Antibody seen", valueBoolean=False),
    observation("Last dose", valueDateTime="2026-03-04T22:00:00+00:00"),
    observation(
        "Collection", valuePeriod={"start": "2026-03-04T07:00:00+00:00", "end": "2026-03-05T07:05:00+00:00"}
    ),
    observation("Time of dose", valueTime="21:45:00"),
    observation(
        "Titre", valueRatio={"numerator": {"value": Digits("1")}, "denominator": {"value": Digits("640")}}
    ),
    observation("Cells", valueRange={"low": quantity("10", "/uL"), "high": quantity("35", "/uL")}),
    observation("Organism", valueCodeableConcept=code("Not detected")),
    observation("Count", valueInteger=Digits("37")),
)

AROUND = bundle(
    observation(
        "INR",
        dataAbsentReason={"text": "Telephoned to the ward"},
        interpretation=[{"text": "Critically high"}],
        referenceRange=[{"text": "0.9 to 1.2 in health"}],
        note=[{"text": "Ask the ward."}],
    ),
    observation(
        "Ferritin",
        valueQuantity=quantity("12", "µg/L"),
        referenceRange=[{"low": quantity("5", "µg/L"), "text": "Adults over 50"}],
    ),
    observation(
        "Glucose",
        valueQuantity=quantity("5.5"),
        referenceRange=[{"low": quantity("70", "mg/dL"), "high": quantity("99", "mg/dL"), "text": "70-99"}],
        specimen={"reference": "urn:uuid:capillary"},
    ),
    observation(
        "Protein",
        valueQuantity=quantity("0.31", "g/24 h"),
        effectivePeriod={"start": "2026-03-03T07:00:00+00:00", "end": "2026-03-04T07:00:00+00:00"},
    ),
    observation(
        "Oestradiol",
        valueQuantity=quantity("300", "pmol/L"),
        referenceRange=[
            {
                "low": quantity("100", "pmol/L"),
                "high": quantity("400", "pmol/L"),
                "appliesTo": [{"text": "Follicular"}],
            },
            {"low": quantity("500", "pmol/L"), "appliesTo": [{"text": "Mid cycle"}]},
        ],
    ),
    capillary=_sample(),
)

ALL = {"heading": HEADING, "panels": PANELS, "statuses": STATUSES, "values": VALUES, "around": AROUND}
